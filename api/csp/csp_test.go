package csp

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func address(t *testing.T, text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestBlocks(t *testing.T) {
	const script = "https://hub.example/embed/v1/search.js"
	for name, test := range map[string]struct {
		policy, directive, resource, page string
		want                              *Block
	}{
		"no policy for it":               {policy: "frame-ancestors 'self'", directive: "script-src", want: nil},
		"the origin":                     {policy: "script-src 'self' https://hub.example", directive: "script-src", want: nil},
		"the origin without its scheme":  {policy: "SCRIPT-SRC Hub.Example", directive: "script-src", want: nil},
		"another origin":                 {policy: "default-src 'self'; script-src 'self' cdn.example", directive: "script-src", want: &Block{Directive: "script-src", Change: "script-src 'self' cdn.example https://hub.example"}},
		"by default-src":                 {policy: "default-src 'self'", directive: "connect-src", resource: "https://hub.example/api/v1/search", want: &Block{Directive: "default-src", Change: "connect-src 'self' https://hub.example"}},
		"none":                           {policy: "default-src 'none'", directive: "img-src", resource: "https://hub.example/img/a", want: &Block{Directive: "default-src", Change: "img-src https://hub.example"}},
		"an empty list":                  {policy: "connect-src", directive: "connect-src", want: &Block{Directive: "connect-src", Change: "connect-src https://hub.example"}},
		"script elements by themselves":  {policy: "script-src *; script-src-elem 'self'", directive: "script-src", want: &Block{Directive: "script-src-elem", Change: "script-src-elem 'self' https://hub.example"}},
		"everything":                     {policy: "default-src *", directive: "connect-src", want: nil},
		"every secure one":               {policy: "default-src https:", directive: "connect-src", want: nil},
		"only data":                      {policy: "img-src data:", directive: "img-src", want: &Block{Directive: "img-src", Change: "img-src data: https://hub.example"}},
		"below a name":                   {policy: "script-src *.example", directive: "script-src", want: nil},
		"below the name, not it":         {policy: "script-src *.hub.example", directive: "script-src", want: &Block{Directive: "script-src", Change: "script-src *.hub.example https://hub.example"}},
		"the folder":                     {policy: "script-src https://hub.example/embed/", directive: "script-src", want: nil},
		"the file":                       {policy: "script-src https://hub.example/embed/v1/search.js?x", directive: "script-src", want: nil},
		"another file":                   {policy: "script-src https://hub.example/embed", directive: "script-src", want: &Block{Directive: "script-src", Change: "script-src https://hub.example/embed https://hub.example"}},
		"another port":                   {policy: "script-src https://hub.example:8443", directive: "script-src", want: &Block{Directive: "script-src", Change: "script-src https://hub.example:8443 https://hub.example"}},
		"any port":                       {policy: "script-src hub.example:*", directive: "script-src", want: nil},
		"its own port":                   {policy: "script-src https://hub.example:443", directive: "script-src", want: nil},
		"a port of development":          {policy: "script-src 'self'", directive: "script-src", resource: "http://127.0.0.1:8080/a.js", page: "http://127.0.0.1:8080/", want: nil},
		"secure where the other is not":  {policy: "script-src http://hub.example", directive: "script-src", want: nil},
		"not secure where the other is":  {policy: "script-src https://hub.example", directive: "script-src", resource: "http://hub.example/embed/v1/search.js", want: &Block{Directive: "script-src", Change: "script-src https://hub.example http://hub.example"}},
		"self is another host":           {policy: "script-src 'self'", directive: "script-src", want: &Block{Directive: "script-src", Change: "script-src 'self' https://hub.example"}},
		"self":                           {policy: "script-src 'self'", directive: "script-src", page: "https://hub.example/x", want: nil},
		"by nonces alone":                {policy: "script-src https://hub.example 'nonce-x' 'strict-dynamic'", directive: "script-src", want: &Block{Directive: "script-src", Nonce: true}},
		"a nonce beside the origin":      {policy: "script-src https://hub.example 'nonce-x'", directive: "script-src", want: nil},
		"a box without scripts":          {policy: "sandbox allow-forms; script-src *", directive: "script-src", want: &Block{Directive: "sandbox", Sandbox: true}},
		"a box with scripts":             {policy: "sandbox allow-Scripts", directive: "script-src", want: nil},
		"frames by child-src":            {policy: "child-src 'none'; default-src *", directive: "frame-src", want: &Block{Directive: "child-src", Change: "frame-src https://hub.example"}},
		"style where inline may":         {policy: "style-src 'self' 'unsafe-inline'", directive: "style-src-attr", want: nil},
		"style where a hash undoes that": {policy: "style-src 'unsafe-inline' 'sha256-x'", directive: "style-src-attr", want: &Block{Directive: "style-src"}},
		"style":                          {policy: "default-src *", directive: "style-src-attr", want: &Block{Directive: "default-src"}},
		"said twice":                     {policy: "script-src https://hub.example; script-src 'none'", directive: "script-src", want: nil},
	} {
		t.Run(name, func(t *testing.T) {
			resource, page := test.resource, test.page
			if resource == "" {
				resource = script
			}
			if page == "" {
				page = "https://kommunen.example/fritid"
			}
			policies := Parse(test.policy)
			if len(policies) != 1 {
				t.Fatalf("%d policies", len(policies))
			}
			if diff := cmp.Diff(test.want, policies[0].Blocks(test.directive, address(t, resource), address(t, page))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Several policies hold together, and what is none is passed over.
func TestParse(t *testing.T) {
	for text, want := range map[string]int{"": 0, " ; ;": 0, "default-src 'self', script-src *": 2, ",,img-src *,": 1} {
		if got := Parse(text); len(got) != want {
			t.Errorf("%q: %d policies, want %d", text, len(got), want)
		}
	}
	if p := Parse("img-src" + strings.Repeat(" a", most+1)); len(p) != 0 {
		t.Error("a list without end is read")
	}
}

// What is proposed as the change is enough, whatever the policy says.
func FuzzBlocks(f *testing.F) {
	for _, seed := range []string{"default-src 'self'", "script-src-elem 'none'; sandbox", "connect-src https://a.example:*/x/ *.b", "img-src 'strict-dynamic' HTTPS:", "a b, c d;e"} {
		f.Add(seed)
	}
	resource, page := &url.URL{Scheme: "https", Host: "hub.example", Path: "/embed/v1/search.js"}, &url.URL{Scheme: "https", Host: "kommunen.example"}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range Parse(text) {
			for directive := range fallbacks {
				b := p.Blocks(directive, resource, page)
				if b == nil || b.Change == "" {
					continue
				}
				for _, again := range Parse(b.Change) {
					if still := again.Blocks(directive, resource, page); still != nil && !still.Nonce {
						t.Errorf("%q is to become %q, which blocks it: %+v", text, b.Change, still)
					}
				}
			}
		}
	})
}

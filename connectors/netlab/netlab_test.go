package netlab_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	_ "time/tzdata"

	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/netlab"
)

func TestCases(t *testing.T) { connectortest.Run(t, netlab.Kind) }

func pull(t testing.TB, options string, answer connectortest.Answer) (connectortest.Result, error) {
	t.Helper()
	return connectortest.Pull(t, netlab.Kind, connectortest.At(t, connectortest.DefaultURL, options), answer)
}

// TestOptions: everything that is wrong is named at once.
func TestOptions(t *testing.T) {
	_, err := pull(t, "{items: 'a[', provider: {navn: {css: h1}}, activities: {fields: {age: {css: b}}}, max_pages: -1}", nil)
	for _, want := range []string{"options.items", `feltet "navn" finnes ikke`, "options.activities.items mangler", "options.activities.fields.title mangler", "options.max_pages er -1"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not hold %q", err, want)
		}
	}
}

// TestMaxPages: a portal that is larger than a run may be is not complete.
func TestMaxPages(t *testing.T) {
	got, err := pull(t, "max_pages: 2", func(address string) ([]byte, string, bool) {
		if address == connectortest.DefaultURL {
			return []byte("<a href=/aktivitetstilbyder/a/>A</a><a href=/aktivitetstilbyder/b/>B</a>"), "text/html", true
		}
		return []byte("<h1>" + address), "text/html", true
	})
	if err != nil || got.Complete || !strings.Contains(got.Why, "2 sider") || len(got.Records) != 1 {
		t.Errorf("%+v, error %v", got, err)
	}
}

// TestCorpus runs over saved pages of other sites: none crashes, and none is taken for such a portal.
func TestCorpus(t *testing.T) {
	for _, folder := range []string{"listing-html", "hevent-html"} {
		for _, truth := range connectortest.Corpus(t, folder) {
			body, err := os.ReadFile(truth.Path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := pull(t, "{}", func(string) ([]byte, string, bool) { return body, "text/html", true }); !errors.Is(err, connectors.ErrUnreadable) {
				t.Errorf("%s: %v", truth.File, err)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add([]byte(seed))
	}
	const options = "{items: 'a, .kort', max_pages: 3, activities: {items: '.aktivitet, li', fields: {title: {css: 'h3, b'}, weekday: {css: .dag}, time: {css: .tid}, age: {css: .alder}, url: {css: a}}}}"
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := pull(t, options, func(string) ([]byte, string, bool) { return body, "text/html", true })
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, r := range got.Records {
			if r.Title == "" || r.NativeID == "" || seen[r.NativeID] {
				t.Errorf("a record without title or id of its own: %+v", r)
			}
			seen[r.NativeID] = true
		}
	})
}

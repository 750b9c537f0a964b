package api

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// grown reads a tree and gives its text, and all elements by name with their attributes.
func grown(t *testing.T, body string) (text string, all []string, links []string) {
	t.Helper()
	var tree []any
	if err := json.Unmarshal([]byte(body), &tree); err != nil {
		t.Fatal(err, body)
	}
	var b strings.Builder
	var walk func(any)
	walk = func(node any) {
		if text, ok := node.(string); ok {
			b.WriteString(text + " ")
			return
		}
		branch := node.([]any)
		name := branch[0].(string)
		for attribute, value := range branch[1].(map[string]any) {
			all = append(all, name+" "+attribute)
			if attribute == "href" {
				links = append(links, value.(string))
			}
		}
		all = append(all, name)
		for _, child := range branch[2:] {
			walk(child)
		}
	}
	for _, node := range tree {
		walk(node)
	}
	return strings.Join(strings.Fields(b.String()), " "), all, links
}

// What a widget shows of a listing is what its page says below the name.
func TestTreeOfAListing(t *testing.T) {
	h := newHub(t)
	football, concert, dead := h.store.listings[0].ID, h.store.listings[1].ID, h.store.listings[7].ID
	for id, want := range map[string][]string{
		football: {"Når tirsdager kl. 18–19.30", "Pris", "For hvem", "Arrangør", "Hvor kommer dette fra?"},
		concert:  {"Billetter og påmelding", "Hvor kommer dette fra?"},
	} {
		said, elements, links := grown(t, h.get("/embed/v1/listings/"+id, 200))
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s does not say %q: %s", id, w, said)
			}
		}
		for _, name := range []string{"h1", "main", "script", "details", "section aria-labelledby", "p class"} {
			if slices.Contains(elements, name) {
				t.Errorf("%s has %s", id, name)
			}
		}
		page := h.get("/l/"+id, 200)
		for _, link := range links {
			if escaped := strings.ReplaceAll(link, "&", "&amp;"); !strings.Contains(page, `href="`+escaped+`"`) && !strings.HasPrefix(link, "mailto:") {
				t.Errorf("%s leads to %s, its page does not", id, link)
			}
		}
	}
	if said, _, _ := grown(t, h.get("/embed/v1/listings/"+football+"?lang=en", 200)); !strings.Contains(said, "Where does this come from?") {
		t.Errorf("in English: %s", said)
	}
	h.get("/embed/v1/listings/"+dead, 410)
	h.get("/embed/v1/listings/ingen", 404)
}

var harmless = regexp.MustCompile(`^(a|bdi|button|dd|div|dl|dt|h2|h3|li|ol|p|section|strong|time|ul)( (datetime|dir|href|lang|part|rel|role|value))?$`)

// treesAreHarmless holds the trees of a hub whose texts are payloads to what a script may build of them.
func treesAreHarmless(t *testing.T, h *hub, payload string) {
	t.Helper()
	for _, l := range h.store.listings {
		if !l.DeletedAt.IsZero() || l.MergedInto != "" || l.Hidden {
			continue
		}
		_, elements, links := grown(t, h.get("/embed/v1/listings/"+l.ID, 200))
		for _, name := range elements {
			if !harmless.MatchString(name) {
				t.Errorf("%q: there is %s", payload, name)
			}
		}
		for _, link := range links {
			if u, err := url.Parse(link); err == nil && !slices.Contains([]string{"", "https", "http", "mailto", "tel", "geo"}, u.Scheme) {
				t.Errorf("%q: there is a link to %s", payload, link)
			}
		}
	}
}

package meili_test

import (
	"testing"
	"unicode/utf8"

	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/meili/meilitest"
)

// FuzzSearch: whatever a resident types and whatever a value holds, the filters that come of it are taken, and a value finds what has it and
// nothing else. Ids may hold anything too.
func FuzzSearch(f *testing.F) {
	for _, text := range []string{"", "kor", `a"b\`, "svømming lørdag", "AND OR NOT", "[1, 2]", "~61", "sha256-", "\x00\xff", "Ærlig' talt", "x IN [", "日本語", "a) OR (ends > 0"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		if len(text)+len(value) > 500 || !utf8.ValidString(value) { // ids and values come of JSON and of query strings that are checked
			return
		}
		e := standIn(t, meilitest.Start(t), nil)
		own, other := doc("id "+value, text), doc("other", "Kor")
		own.OrganizerID, other.OrganizerID = value, value+"x"
		apply(t, e, 1, own, other)
		r := search(t, e, index.Query{Text: text, Limit: 5, Facets: index.Facets(), Without: true})
		if r.Total > 2 || len(r.Hits) != r.Total {
			t.Errorf("%q finds %d, %d hits", text, r.Total, len(r.Hits))
		}
		if value == "" {
			return
		}
		q := index.Query{Filters: map[index.Facet][]string{index.FacetOrganizer: {value}}, Facets: []index.Facet{index.FacetOrganizer}, Limit: 5, Now: indextest.Now}
		r, err := e.Search(ctx, q)
		if err != nil || found(r) != own.ID || len(r.Facets[index.FacetOrganizer]) != 2 {
			t.Errorf("organizer %q: %q, %v, %v", value, found(r), r.Facets, err)
		}
	})
}

package meilitest

import (
	"strings"
	"testing"
)

// FuzzFilter: a filter is taken or refused as one, and what is taken means the same in brackets, and with its negation everything.
func FuzzFilter(f *testing.F) {
	for _, filter := range []string{"", "n = 1", `s = "a\"b"`, "n 1 TO 2", "n IN [1, 2]", "NOT n = 1 AND (s EXISTS OR n > 2)", "_geoRadius(59, 10, 1000)", "_geoBoundingBox([60, 11], [58, 9])", "((((", "s STARTS WITH tur", "\xff"} {
		f.Add(filter)
	}
	f.Fuzz(func(t *testing.T, filter string) {
		if len(filter) > 1000 {
			return
		}
		x := newCatalogue()
		x.primary, x.settings.FilterableAttributes = "id", []string{"n", "s", "_geo"}
		if f := x.add([]map[string]any{{"id": "1", "n": 1.0, "s": "Tur"}, {"id": "2", "n": 2.0, "_geo": map[string]any{"lat": 59.0, "lng": 10.0}}}, true); f != nil {
			t.Fatal(f.message)
		}
		has, fault := x.filtered(filter)
		if fault != nil {
			if fault.code != "invalid_search_filter" {
				t.Errorf("%q: %s", filter, fault.code)
			}
			return
		}
		if strings.Count(filter, "(") > 100 {
			return // as deep as may be
		}
		again, fault := x.filtered("(" + filter + ")")
		if fault != nil || again[0] != has[0] {
			t.Errorf("%q in brackets: %v", filter, fault)
		}
		rest, fault := x.filtered("NOT (" + filter + ")")
		if fault != nil || rest[0]&has[0] != 0 || rest[0]|has[0] != 3 {
			t.Errorf("%q negated: %b and %b, %v", filter, has[0], rest, fault)
		}
	})
}

package prose

import (
	"slices"
	"testing"
	"time"

	"fritidshub/catalog"
)

// TestMark: what is said of one day is said of that date of a source's, and of nothing when it can be several or none.
func TestMark(t *testing.T) {
	zone := oslo(t)
	dates := func() []catalog.Occurrence {
		var out []catalog.Occurrence
		for _, d := range []int{20, 21, 27, 28} { // Friday and Saturday, twice
			out = append(out, catalog.Occurrence{Start: time.Date(2026, 11, d, 19, 0, 0, 0, zone)})
		}
		return out
	}
	for _, test := range []struct {
		text   string
		dates  []catalog.Occurrence
		status catalog.Status
		marked []int
		as     catalog.Status
	}{
		{"Revy i Bølgen. 21. november: UTSOLGT, billetter til 27. november.", dates(), "", []int{1}, catalog.StatusFull},
		{"Lørdag 21. november er avlyst, fredag 20. november går som planlagt.", dates(), "", []int{1}, catalog.StatusCancelled},
		{"Spilles fredag og lørdag. Lørdag er utsolgt.", dates()[:2], "", []int{1}, catalog.StatusFull},
		{"Spelar fredag og laurdag i to veker. Laurdag er utseld.", dates(), "", nil, ""}, // which Saturday is not said
		{"Konserten 22. november er utsolgt.", dates(), "", nil, ""},
		{"Utsolgt!", dates(), catalog.StatusFull, nil, ""},
		{"Konserten 20. november er utsolgt, men ekstrakonsert 22. november!", dates()[:1], catalog.StatusFull, nil, ""},
		{"Konserten 22. november er utsolgt, men ekstrakonsert 20. november!", dates()[:1], "", nil, ""},
	} {
		r := catalog.Record{Kind: catalog.KindEvent, Schedule: catalog.Schedule{Dates: test.dates}}
		before := slices.Clone(test.dates)
		Apply(&r, Read(test.text, "nb", refDay), zone)
		if r.Status != test.status || !slices.Equal(before, test.dates) {
			t.Errorf("%q: %q, want %q", test.text, r.Status, test.status)
		}
		for i, o := range r.Schedule.Dates {
			want := catalog.Status("")
			if slices.Contains(test.marked, i) {
				want = test.as
			}
			if o.Status != want {
				t.Errorf("%q: date %d is %q, want %q", test.text, i, o.Status, want)
			}
		}
		if slices.Contains(r.Derived, "schedule") != (test.marked != nil) {
			t.Errorf("%q: derived %v", test.text, r.Derived)
		}
	}
}

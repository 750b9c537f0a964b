package indextest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"fritidshub/index"
)

// silence: the weekday that is asked for says at which occurrences no time is stated, but does not change the counts of the weekdays; the same
// with the two exchanged.
func silence(t *testing.T, e index.Engine) {
	begins := func(id string, day time.Weekday, at index.Daytime) index.Document {
		d, slot := doc(id, id), index.Slot(day, at)
		d.Standing, d.Slots = false, 1<<slot
		d.Spans = []index.Span{{Start: Now.Unix(), End: Now.Unix() + 3600, Slot: slot}}
		return d
	}
	apply(t, e, index.Batch{Change: 1, Upserts: []index.Document{
		begins("mondays at night", time.Monday, index.Evening), begins("mondays", time.Monday, index.WholeDay), begins("sundays", time.Sunday, index.WholeDay),
	}})
	type filters = map[index.Facet][]string
	for name, c := range map[string]struct {
		silent, counted index.Facet
		filters         filters
		found           int
		want            []index.Count
	}{
		"no weekday": {index.FacetTime, index.FacetWeekday, nil, 2, []index.Count{{Value: "mo", Count: 1}, {Value: "su", Count: 1}}},
		"a weekday":  {index.FacetTime, index.FacetWeekday, filters{index.FacetWeekday: {"su"}}, 1, []index.Count{{Value: "mo", Count: 1}, {Value: "su", Count: 1, Selected: true}}},
		"its own":    {index.FacetTime, index.FacetTime, filters{index.FacetWeekday: {"su"}}, 1, nil},
		"no time":    {index.FacetWeekday, index.FacetTime, nil, 0, nil},
		"a time":     {index.FacetWeekday, index.FacetTime, filters{index.FacetTime: {"morning"}}, 0, []index.Count{{Value: "morning", Selected: true}}},
		"both":       {index.FacetTime, index.FacetWeekday, filters{index.FacetWeekday: {"su"}, index.FacetTime: {"evening"}}, 0, []index.Count{{Value: "su", Selected: true}}},
	} {
		for _, to := range []time.Time{{}, Now.Add(time.Hour)} {
			r := search(t, e, index.Query{To: to, Silent: c.silent, Filters: c.filters, Facets: []index.Facet{c.counted}})
			if diff := cmp.Diff(c.want, r.Facets[c.counted], cmpopts.EquateEmpty()); diff != "" || r.Total != c.found {
				t.Errorf("%s, until %v: %d found, want %d (-want +got):\n%s", name, to, r.Total, c.found, diff)
			}
		}
	}
}

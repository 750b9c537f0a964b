package params

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"fritidshub/index"
)

func TestWhen(t *testing.T) {
	const none = "now"
	for _, c := range []struct{ now, when, from, to string }{
		{"2026-11-25T12:00:00+01:00", "today", none, "2026-11-26T00:00:00+01:00"}, // a Wednesday
		{"2026-11-25T12:00:00+01:00", "tomorrow", "2026-11-26T00:00:00+01:00", "2026-11-27T00:00:00+01:00"},
		{"2026-11-25T12:00:00+01:00", "weekend", "2026-11-27T17:00:00+01:00", "2026-11-30T00:00:00+01:00"},
		{"2026-11-27T16:59:59+01:00", "weekend", "2026-11-27T17:00:00+01:00", "2026-11-30T00:00:00+01:00"},
		{"2026-11-27T17:00:00+01:00", "weekend", none, "2026-11-30T00:00:00+01:00"},
		{"2026-11-29T23:00:00+01:00", "weekend", none, "2026-11-30T00:00:00+01:00"},
		{"2026-11-29T23:00:00+01:00", "week", none, "2026-11-30T00:00:00+01:00"}, // a Sunday
		{"2026-11-30T00:00:00+01:00", "week", none, "2026-12-07T00:00:00+01:00"},
		{"2026-11-29T23:00:00+01:00", "next_week", "2026-11-30T00:00:00+01:00", "2026-12-07T00:00:00+01:00"},
		{"2026-12-31T23:30:00+01:00", "month", none, "2027-01-01T00:00:00+01:00"},
		{"2026-12-31T23:30:00+01:00", "tomorrow", "2027-01-01T00:00:00+01:00", "2027-01-02T00:00:00+01:00"},
		{"2027-03-28T01:30:00+01:00", "today", none, "2027-03-29T00:00:00+02:00"}, // clocks go on
		{"2026-10-24T22:30:00Z", "today", none, "2026-10-26T00:00:00+01:00"},      // in Norway it is the 25th, and clocks go back
	} {
		s, err := Parse("when="+c.when, rules(t))
		if err != nil {
			t.Fatal(err)
		}
		s.Query.Now = at(t, c.now)
		s.Resolve(rules(t).Zone)
		from := time.Time{}
		if c.from != none {
			from = at(t, c.from)
		}
		if !s.Query.From.Equal(from) || !s.Query.To.Equal(at(t, c.to)) {
			t.Errorf("%s at %s is %v to %v, want %s to %s", c.when, c.now, s.Query.From, s.Query.To, c.from, c.to)
		}
	}
}

// The pages of a walk have the range of the first, whatever the clock says.
func TestWhenOfALaterPage(t *testing.T) {
	s, err := Parse("when=today", rules(t))
	if err != nil {
		t.Fatal(err)
	}
	s.Query.Now = at(t, "2026-11-25T23:59:00+01:00")
	next, err := Parse("when=today&cursor="+s.Cursor(index.Cursor{Key: "k", ID: "a", Offset: 20}), rules(t))
	if err != nil {
		t.Fatal(err)
	}
	if next.Resolve(rules(t).Zone); !next.Query.To.Equal(at(t, "2026-11-26T00:00:00+01:00")) {
		t.Errorf("the second page is until %v", next.Query.To)
	}
}

func TestWhenBad(t *testing.T) {
	for raw, parameter := range map[string]string{"when=now": "when", "when=": "when", "when=today&when=week": "when", "when=today&from=2026-12-01": "when", "when=week&to=2026-12-01": "when",
		"time=night": "time", "low_threshold=yes": "low_threshold", "equipment_loan=": "equipment_loan", "neighbourhood=Østre+Halsen": "neighbourhood"} {
		_, err := Parse(raw, rules(t))
		if faults, ok := err.(Errors); !ok || len(faults) != 1 || faults[0].Parameter != parameter || !strings.Contains(faults[0].Detail, parameter) {
			t.Errorf("%s: %v", raw, err)
		}
	}
	if _, err := ParseValues(url.Values{"neighbourhood": {"3909-ostre-halsen", "крайний"}}, rules(t)); err != nil {
		t.Error(err)
	}
}

package console

import (
	"context"
	"strings"
	"testing"
)

// sums sums up the same whatever the span, and keeps which one it was.
type sums struct {
	insight Insight
	days    int
}

func (a *sums) Insight(_ context.Context, days int) (*Insight, error) {
	a.days = days
	return &a.insight, nil
}

func TestInsight(t *testing.T) {
	a := &sums{}
	b := in(t, &fake{insights: a})
	has(t, b.get("/editor/insight", 200), "Ingen har søkt i denne tiden.", "days=90")
	a.insight = Insight{Days: []DayCount{{noon.AddDate(-1, 0, 0), 2}, {noon, 7}}, Ways: []Count{{Text: "Programmer", N: 9}}, Vain: []Count{{"kurling & <b>", "kurling & <b>", 6}}, From: []Count{{Text: "kommunen.example", N: 5}},
		Filters: []Count{{Text: "Tema", N: 4}}}
	page := b.get("/editor/insight?days=365", 200)
	has(t, page, "9 søk.", "kurling &amp; &lt;b&gt;", "?q=kurling%20%26%20%3cb%3e", "mandag 23. nov.", "søndag 23. nov. 2025", "Element på <bdi>kommunen.example</bdi>", "Tema", `value="7"`)
	if strings.Index(page, "mandag 23.") > strings.Index(page, "søndag 23.") || a.days != 365 {
		t.Errorf("%d days, the newest first:\n%s", a.days, page)
	}
	if b.get("/editor/insight?days=9999", 200); a.days != 30 {
		t.Errorf("%d days", a.days)
	}
	b.get("/editor/insight?days=x", 400)
}

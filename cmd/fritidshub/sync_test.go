package main

import (
	"testing"

	"fritidshub/catalog"
)

func TestRefusal(t *testing.T) {
	for _, c := range []struct {
		reject catalog.Reject
		want   string
	}{
		{catalog.Reject{Locator: "linje 3", Field: "Tid", Title: "Øving", Reason: "«25.00» er ikke et klokkeslett.", Fixer: catalog.FixSource},
			"linje 3, Tid, «Øving»: «25.00» er ikke et klokkeslett. Rettes hos kilden."},
		{catalog.Reject{Locator: "linje 5", Field: "weeklyy", Reason: "Feltet «weeklyy» finnes ikke her.", Fixer: catalog.FixEditor},
			"linje 5: Feltet «weeklyy» finnes ikke her. Rettes av dere."},
		{catalog.Reject{Locator: "VEVENT 3", Title: "\x1b[2J", Reason: "Noe"}, "VEVENT 3, «[2J»: Noe."},
	} {
		if got := refusal(c.reject); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

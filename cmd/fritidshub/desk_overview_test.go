package main

import (
	"strings"
	"testing"
	"time"

	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/store"
)

// TestGlance: what is wrong, since when, what residents see and who can mend it, in every state that a source may be in.
func TestGlance(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, zone)
	d := &desk{sources: &sources{zone: zone}, words: words.Load().For("nb")}
	well := func(change func(*store.SourceState)) store.SourceState {
		at := now.Add(-20 * time.Minute)
		s := store.SourceState{Source: store.Source{ID: "kilde", Name: "Kilden", Schedule: "@hourly", Enabled: true}, Declared: true, LastRun: at, LastGood: at, LastStatus: store.RunOK, Live: 12,
			Alike: now.Add(-3 * time.Hour), Last: &store.Run{Status: store.RunOK, Added: 1, Updated: 2, Removed: 3}}
		change(&s)
		return s
	}
	failing := func(change func(*store.Run)) func(*store.SourceState) {
		return func(s *store.SourceState) {
			s.Failures, s.FailingFrom, s.LastStatus, s.LastError = 3, now.Add(-30*time.Hour), store.RunFailed, "det gikk galt"
			s.Last = &store.Run{Status: store.RunFailed}
			change(s.Last)
		}
	}
	partial := func(r ...catalog.Reject) func(*store.SourceState) {
		return func(s *store.SourceState) {
			s.LastStatus, s.Last = store.RunPartial, &store.Run{Status: store.RunPartial, Rejected: len(r), Rejects: r}
		}
	}
	for _, c := range []struct {
		name                  string
		change                func(*store.SourceState)
		state, verdict, fixer string
		since                 time.Duration // before now; 0: not told
	}{
		{"well", func(*store.SourceState) {}, "healthy", "Frisk. 12 oppføringer", "", 0},
		{"refused", failing(func(r *store.Run) { r.Step, r.HTTP = "fetch", 403 }), "failing", "Tredje feil på rad: det gikk galt.", "Nettstedets eier må slippe oss inn", 30 * time.Hour},
		{"gone", failing(func(r *store.Run) { r.Step, r.HTTP = "fetch", 404 }), "failing", "Innbyggerne ser data fra", "Dere må finne den nye adressen", 30 * time.Hour},
		{"too often", failing(func(r *store.Run) { r.HTTP = 429 }), "failing", "", "går over av seg selv", 30 * time.Hour},
		{"broken there", failing(func(r *store.Run) { r.HTTP = 502 }), "failing", "", "Nettstedets eier må rette det.", 30 * time.Hour},
		{"no answer", failing(func(r *store.Run) { r.Step = "fetch" }), "failing", "", "Nettstedets eier må rette det, eller", 30 * time.Hour},
		{"no data", failing(func(r *store.Run) { r.Step, r.HTTP = "parse", 200 }), "failing", "", "Kilden må rette det. Er formatet endret", 30 * time.Hour},
		{"disk", failing(func(r *store.Run) { r.Step = "store" }), "failing", "", "Den som driver huben", 30 * time.Hour},
		{"settings", failing(func(r *store.Run) { r.Step = "config" }), "failing", "", "Dere kan rette det", 30 * time.Hour},
		{"most of it bad", failing(func(r *store.Run) { r.Step, r.Rejects = "guard", []catalog.Reject{{Fixer: catalog.FixProject}} }), "failing", "", "De som lager fritidshub", 30 * time.Hour},
		{"one bad", partial(catalog.Reject{Reason: "tittelen mangler", Fixer: catalog.FixSource}), "partial", "1 oppføring kan ikke brukes: tittelen mangler. Innbyggerne ser 12 oppføringer", "Kilden må rette det.", 3 * time.Hour},
		{"two bad", partial(catalog.Reject{Reason: "Tittelen mangler.", Fixer: catalog.FixEditor}, catalog.Reject{}), "partial", "2 oppføringer kan ikke brukes, den første fordi: tittelen mangler. I", "Dere kan rette det", 3 * time.Hour},
		{"noticed", func(s *store.SourceState) { s.Last.Warnings = []string{"12 oppføringer har fått ny id"} }, "noted", "12 oppføringer har fått ny id. Innbyggerne ser 12", "Si fra til kilden", 3 * time.Hour},
		{"empty", func(s *store.SourceState) { s.Live = 0 }, "empty", "", "Spør kilden", 3 * time.Hour},
		{"held", func(s *store.SourceState) { s.Held = &store.Held{Since: now.Add(-time.Hour), Removals: 8, Of: 12} }, "held", "8 av 12", "ja eller nei", time.Hour},
		{"kept", func(s *store.SourceState) {
			s.Held, s.LastStatus = &store.Held{Since: now.Add(-time.Hour), Removals: 8, Of: 12, Kept: true}, store.RunHeld
		}, "partial", "En redaktør har bestemt", "", 3 * time.Hour},
		{"late", func(s *store.SourceState) { s.LastRun = now.Add(-5 * time.Hour); s.LastGood = s.LastRun }, "late", "Henger etter", "Den som driver huben", -1},
		{"off", func(s *store.SourceState) { s.Enabled = false }, "off", "Slått av", "", 0},
		{"new", func(s *store.SourceState) { *s = store.SourceState{Source: s.Source, Declared: true} }, "new", "Ikke hentet ennå", "", 0},
	} {
		state := well(c.change)
		got := d.glance(&state, now)
		if got.State != c.state || !strings.Contains(got.Verdict, c.verdict) || (c.fixer == "") != (got.Fixer == "") || !strings.Contains(got.Fixer, c.fixer) {
			t.Errorf("%s: %s: %q %q", c.name, got.State, got.Verdict, got.Fixer)
		}
		switch {
		case c.since < 0:
			if !got.Since.Before(now) || got.Since.IsZero() {
				t.Errorf("%s: since %v", c.name, got.Since)
			}
		case c.since == 0 && !got.Since.IsZero(), c.since > 0 && !got.Since.Equal(now.Add(-c.since)):
			t.Errorf("%s: since %v", c.name, got.Since)
		}
	}
}

func TestScheduleWords(t *testing.T) {
	for spec, want := range map[string]string{"@hourly": "hver time", "@every 30m": "hvert 30. minutt", "@every 6h": "hver 6. time", "@every 1h": "hver time", "5 6 * * *": "hver dag kl. 6.05",
		"0 17 * * 1-5": "mandag til fredag kl. 17.00", "*/7 * * * *": "*/7 * * * *"} {
		if got := scheduleWords(spec); got != want {
			t.Errorf("%s: %s, not %s", spec, got, want)
		}
	}
}

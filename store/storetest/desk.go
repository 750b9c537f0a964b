package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/store"
)

// testGlance: what is seen of a source at a glance is what its runs have led to.
func testGlance(t *testing.T, open Open) {
	dir := t.TempDir()
	r := &rig{t, open(t, dir), Start}
	r.declare(Source("bolgen"), Source("sluppen"))
	first, _ := r.run("bolgen", func(p *store.Plan) {
		p.Write = []store.Write{WriteOf(Activity("bolgen", "a", 1)), WriteOf(Activity("bolgen", "b", 1))}
		p.Write[0].Ends, p.Write[1].Ends = Start.Add(24*time.Hour), Start.Add(48*time.Hour)
	})
	r.run("bolgen", func(p *store.Plan) { p.Run.Status = store.RunUnchanged })
	s := r.state("bolgen")
	same(t, "the last of them is over", s.Ends, Start.Add(48*time.Hour))
	same(t, "unchanged is as good as ok", s.Alike, first.Started)
	r.run("bolgen", func(p *store.Plan) { p.Write = []store.Write{WriteOf(Activity("bolgen", "c", 1))} })
	same(t, "one never ends", r.state("bolgen").Ends, time.Time{})

	run, _ := r.run("bolgen", func(p *store.Plan) {
		p.Run.Rejects = []catalog.Reject{{Locator: "linje 2", Reason: "tittel mangler", Fixer: catalog.FixSource}, {Locator: "linje 3", Reason: "tittel mangler", Fixer: catalog.FixSource}}
		p.Run.Status, p.Run.Rejected, p.Run.HTTP = store.RunPartial, 2, 200
	})
	s = r.state("bolgen")
	want := run.Short()
	same(t, "the last run in short", s.Last, &want)
	same(t, "examples in it", len(s.Last.Rejects), store.ShortRejects)
	r.run("bolgen", func(p *store.Plan) { p.Run.Trigger, p.Replay, p.Run.Status = "replay", true, store.RunOK })
	same(t, "a replay asked nobody", r.state("bolgen").Strip, "ouop")

	odd, _ := r.run("sluppen", func(p *store.Plan) { p.Run.Warnings = []string{"ny id"} })
	r.run("sluppen", func(p *store.Plan) { p.Run.Status = store.RunUnchanged })
	s = r.state("sluppen")
	same(t, "what was noticed holds until the source says something else", s.Last.Warnings, []string{"ny id"})
	same(t, "since when", s.Alike, odd.Started)
	calm, _ := r.run("sluppen", func(p *store.Plan) {})
	s = r.state("sluppen")
	same(t, "nothing is noticed any more", len(s.Last.Warnings), 0)
	same(t, "since when it is so", s.Alike, calm.Started)

	held := &store.Held{Run: run.ID + 5, Since: r.now, Removals: 1, Of: 3, Reason: "en ville blitt borte", IDs: []string{"a"}}
	r.run("bolgen", func(p *store.Plan) { p.Run.Status, p.KeepState, p.Held = store.RunHeld, true, held })
	if err := r.KeepHeld(t.Context(), "bolgen", run.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what another run held back was kept: %v", err)
	}
	if err := r.KeepHeld(t.Context(), "sluppen", held.Run); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what another source holds back was kept: %v", err)
	}
	r.must(r.KeepHeld(t.Context(), "bolgen", held.Run))
	held.Kept = true
	same(t, "kept", r.state("bolgen").Held, held)
	r.run("bolgen", func(p *store.Plan) { p.Run.Status, p.KeepState, p.Held = store.RunHeld, true, held })
	same(t, "what is kept is partial", r.state("bolgen").Strip, "ouophp")

	for range store.StripLength {
		r.run("sluppen", func(p *store.Plan) { p.Run.Status, p.KeepState = store.RunFailed, true })
	}
	running, err := r.Begin(t.Context(), "sluppen", "schedule", r.now, ttl)
	r.must(err)
	r.must(r.Close())
	r.Store = open(t, dir)
	r.now = r.now.Add(time.Hour)
	r.declare(Source("bolgen"), Source("sluppen"))
	same(t, "the last runs, one of them stopped in the middle", r.state("sluppen").Strip, strings.Repeat("f", store.StripLength-1)+"i")
	history, err := r.RunHistory(t.Context(), "sluppen", 1)
	r.must(err)
	same(t, "that run", history[0].ID, running.ID)

	some, err := r.Sample(t.Context(), "bolgen", "a", 1)
	r.must(err)
	same(t, "records after one", some, []catalog.Record{Activity("bolgen", "b", 1)})
	b := Activity("sluppen", "x", 1)
	other := WriteOf(b)
	a := r.heads("bolgen")["a"]
	r.run("sluppen", func(p *store.Plan) {
		other.ListingID = a.Listing
		p.Write = []store.Write{other, WriteOf(Activity("sluppen", "y", 1))}
	})
	for source, want := range map[string]int{"bolgen": 1, "sluppen": 1, "ukjent": 0} {
		n, err := r.Merged(t.Context(), source)
		r.must(err)
		same(t, "records of "+source+" that share a listing", n, want)
	}
}

func testAudit(t *testing.T, open Open) {
	r := newRig(t, open)
	var want []store.Entry
	for i, what := range []string{"slo av kilden", "slapp gjennom", "rettet en pris"} {
		e := store.Entry{At: Start.Add(time.Duration(i) * time.Hour), Who: "redaktør", What: what, Subject: "source:bolgen"}
		id, err := r.Note(t.Context(), e)
		r.must(err)
		e.ID = id
		want = append(want, e)
	}
	slices.Reverse(want)
	got, err := r.Entries(t.Context(), 0, 2)
	r.must(err)
	same(t, "the newest", got, want[:2])
	got, err = r.Entries(t.Context(), got[1].ID, 2)
	r.must(err)
	same(t, "those before", got, want[2:])
	late := store.Entry{At: Start.Add(store.KeepAudit + 90*time.Minute), Who: "redaktør", What: "logget inn"}
	late.ID, err = r.Note(t.Context(), late)
	r.must(err)
	got, err = r.Entries(t.Context(), 0, 10)
	r.must(err)
	same(t, "what is old is forgotten", got, []store.Entry{late, want[0]})
}

func testDaily(t *testing.T, open Open) {
	r := newRig(t, open)
	sum := func(day, name, value string, n int64) store.Sum {
		return store.Sum{Day: day, Name: name, Value: value, N: n}
	}
	r.must(r.AddDaily(t.Context(), []store.Sum{sum("2026-11-22", "word", "kor", 2), sum("2026-11-23", "word", "judo", 1), sum("2026-11-23", "word", "kor", 1), sum("2026-11-23", "search", "", 9)}))
	r.must(r.AddDaily(t.Context(), []store.Sum{sum("2026-11-23", "word", "kor", 4)}))
	got, err := r.DailySums(t.Context(), "word", "2026-11-22", "2026-11-23")
	r.must(err)
	same(t, "sums", got, []store.Sum{sum("2026-11-22", "word", "kor", 2), sum("2026-11-23", "word", "kor", 5), sum("2026-11-23", "word", "judo", 1)})
	for least, want := range map[int64][]store.Sum{1: {sum("", "word", "kor", 7), sum("", "word", "judo", 1)}, 7: {sum("", "word", "kor", 7)}, 8: nil} {
		got, err = r.TotalDaily(t.Context(), "word", "2026-11-22", "2026-11-23", least, 2)
		r.must(err)
		same(t, "totals", got, want)
	}
	got, err = r.TotalDaily(t.Context(), "word", "2026-11-23", "2026-11-23", 1, 1)
	r.must(err)
	same(t, "the largest of a day", got, []store.Sum{sum("", "word", "kor", 5)})
	n, err := r.ForgetDaily(t.Context(), "2026-11-23")
	r.must(err)
	same(t, "forgotten", n, 1)
	got, err = r.DailySums(t.Context(), "word", "", "9999")
	r.must(err)
	same(t, "what is left", len(got), 2)
}

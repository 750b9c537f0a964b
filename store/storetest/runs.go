package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/store"
)

func testSources(t *testing.T, open Open) {
	dir := t.TempDir()
	r := &rig{t, open(t, dir), Start}
	if _, err := r.SourceState(t.Context(), "bolgen"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown source: %v, not ErrNotFound", err)
	}
	bolgen, sluppen := Source("bolgen"), Source("sluppen")
	r.declare(sluppen, bolgen)
	states, err := r.SourceStates(t.Context())
	r.must(err)
	same(t, "states", states, []store.SourceState{{Source: bolgen, Declared: true}, {Source: sluppen, Declared: true}})

	bolgen.Name, bolgen.Priority = "Bølgen kulturhus", 70
	r.declare(bolgen)
	same(t, "declared again", r.state("bolgen"), store.SourceState{Source: bolgen, Declared: true})
	same(t, "no longer declared", r.state("sluppen"), store.SourceState{Source: sluppen})

	until, err := r.BlockedUntil(t.Context(), "bolgen.example")
	r.must(err)
	if !until.IsZero() {
		t.Errorf("a host that nobody blocked is blocked until %v", until)
	}
	r.must(r.Block(t.Context(), "bolgen.example", Start.Add(time.Hour), "429"))
	r.must(r.Block(t.Context(), "bolgen.example", Start.Add(2*time.Hour), "503"))
	r.must(r.Close())
	r.Store = open(t, dir)
	until, err = r.BlockedUntil(t.Context(), "bolgen.example")
	r.must(err)
	same(t, "blocked until, after reopening", until, Start.Add(2*time.Hour))
	same(t, "source after reopening", r.state("bolgen"), store.SourceState{Source: bolgen, Declared: true})
}

func testRuns(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(Source("bolgen"), Source("sluppen"))
	if _, err := r.Begin(t.Context(), "ukjent", "hand", r.now, ttl); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("run of an unknown source: %v, not ErrNotFound", err)
	}

	good, _ := r.run("bolgen", func(p *store.Plan) {
		p.Write = []store.Write{WriteOf(Activity("bolgen", "a", 1)), WriteOf(Activity("bolgen", "b", 1))}
		p.State, p.Fingerprint, p.Pulled = []byte("s1"), "f1", true
		p.Run.Added, p.Run.Complete = 2, true
	})
	if good.Live != 2 {
		t.Errorf("the plan's run has live %d, not 2", good.Live)
	}
	want := store.SourceState{Source: Source("bolgen"), Declared: true, LastRun: good.Started, LastGood: good.Started, LastPull: good.Started,
		LastStatus: store.RunOK, Live: 2, State: []byte("s1"), Fingerprint: "f1"}
	ended := func(run store.Run, strip string, alike store.Run) {
		short := run.Short()
		want.Last, want.Strip, want.Alike = &short, strip, alike.Started
	}
	ended(good, "o", good)
	same(t, "after a good run", r.state("bolgen"), want)

	held := &store.Held{Run: good.ID + 1, Since: r.now, Removals: 2, Of: 2, Reason: "alle ville blitt borte"}
	heldRun, _ := r.run("bolgen", func(p *store.Plan) {
		p.Run.Status, p.KeepState, p.State, p.Held = store.RunHeld, true, []byte("s2"), held
	})
	want.LastRun, want.LastGood, want.LastStatus, want.Held = heldRun.Started, heldRun.Started, store.RunHeld, held
	ended(heldRun, "oh", heldRun)
	same(t, "after a held run", r.state("bolgen"), want)

	var failed [2]store.Run
	for i := range failed {
		failed[i], _ = r.run("bolgen", func(p *store.Plan) {
			p.Run.Status, p.Run.Step, p.Run.Error, p.KeepState = store.RunFailed, "fetch", "tjeneren svarte 500", true
			for n := range store.MaxRejects + 3 {
				p.Run.Rejects = append(p.Run.Rejects, catalog.Reject{Locator: fmt.Sprintf("items[%d]", n), Reason: "tittel mangler", Fixer: catalog.FixSource})
				p.Run.Warnings = append(p.Run.Warnings, "ukjent kategori")
			}
			p.Run.Rejected = len(p.Run.Rejects)
		})
	}
	want.LastRun, want.LastStatus, want.LastError = failed[1].Started, store.RunFailed, "tjeneren svarte 500"
	want.FailingFrom, want.Failures = failed[0].Started, 2
	ended(failed[1], "ohff", failed[0])
	same(t, "after two failed runs, with the hold still on", r.state("bolgen"), want)

	interrupted, _ := r.run("bolgen", func(p *store.Plan) { p.Run.Status, p.KeepState = store.RunInterrupted, true })
	want.LastRun, want.LastStatus, want.LastError = interrupted.Started, store.RunInterrupted, ""
	ended(interrupted, "ohffi", interrupted)
	same(t, "an interrupted run is neither good nor bad", r.state("bolgen"), want)

	unchanged, _ := r.run("bolgen", func(p *store.Plan) { p.Run.Status, p.State, p.Fingerprint = store.RunUnchanged, []byte("s3"), "f3" })
	want.LastRun, want.LastGood, want.LastStatus, want.LastError = unchanged.Started, unchanged.Started, store.RunUnchanged, ""
	want.FailingFrom, want.Failures, want.Held, want.State, want.Fingerprint = time.Time{}, 0, nil, []byte("s3"), "f3"
	ended(unchanged, "ohffiu", unchanged)
	same(t, "after an unchanged run", r.state("bolgen"), want)

	other, _ := r.run("sluppen", func(p *store.Plan) {})
	history, err := r.RunHistory(t.Context(), "", 2)
	r.must(err)
	same(t, "newest runs of all", history, []store.Run{other, unchanged})
	history, err = r.RunHistory(t.Context(), "bolgen", 10)
	r.must(err)
	failed[1].Rejects, failed[1].Warnings = failed[1].Rejects[:store.MaxRejects], failed[1].Warnings[:store.MaxWarnings]
	failed[0].Rejects, failed[0].Warnings = failed[0].Rejects[:store.MaxRejects], failed[0].Warnings[:store.MaxWarnings]
	same(t, "runs of one source", history, []store.Run{unchanged, interrupted, failed[1], failed[0], heldRun, good})

	running, err := r.Begin(t.Context(), "sluppen", "schedule", r.now, ttl)
	r.must(err)
	n, err := r.Prune(t.Context(), r.now.Add(time.Hour), time.Time{})
	r.must(err)
	same(t, "pruned", n, 5)
	history, err = r.RunHistory(t.Context(), "", 10)
	r.must(err)
	same(t, "runs after pruning", history, []store.Run{running, other, unchanged})
}

// testQuietRuns: of runs in which nothing happened the first stays, and the newest.
func testQuietRuns(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(Source("bolgen"), Source("sluppen"))
	var kept, gone []int64
	for i, status := range []store.RunStatus{store.RunOK, store.RunUnchanged, store.RunUnchanged, store.RunUnchanged, store.RunFailed, store.RunUnchanged, store.RunUnchanged, store.RunUnchanged} {
		run, _ := r.run("bolgen", func(p *store.Plan) { p.Run.Status = status })
		other, _ := r.run("sluppen", func(p *store.Plan) { p.Run.Status = []store.RunStatus{store.RunOK, store.RunUnchanged}[i%2] })
		if kept = append(kept, other.ID); i == 2 || i == 3 || i == 6 {
			gone = append(gone, run.ID)
		} else {
			kept = append(kept, run.ID)
		}
		r.now = r.now.Add(time.Minute)
	}
	for range 2 {
		n, err := r.Prune(t.Context(), time.Time{}, r.now.Add(time.Minute))
		r.must(err)
		same(t, "pruned", n, len(gone))
		gone = nil
	}
	history, err := r.RunHistory(t.Context(), "", 100)
	r.must(err)
	var left []int64
	for _, run := range history {
		left = append(left, run.ID)
	}
	slices.Sort(left)
	slices.Sort(kept)
	same(t, "left", left, kept)
}

func testLeases(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(Source("bolgen"), Source("sluppen"))
	first, err := r.Begin(t.Context(), "bolgen", "schedule", r.now, ttl)
	r.must(err)
	same(t, "running from", r.state("bolgen").RunningFrom, Start)
	if _, err := r.Begin(t.Context(), "bolgen", "hand", r.now, ttl); !errors.Is(err, store.ErrLeased) {
		t.Errorf("second run at once: %v, not ErrLeased", err)
	}
	if _, err := r.Begin(t.Context(), "sluppen", "hand", r.now, ttl); err != nil {
		t.Errorf("run of another source at once: %v", err)
	}

	r.must(r.Renew(t.Context(), first.ID, r.now.Add(ttl), ttl))
	if _, err := r.Begin(t.Context(), "bolgen", "hand", r.now.Add(2*ttl-time.Second), ttl); !errors.Is(err, store.ErrLeased) {
		t.Errorf("run within a renewed lease: %v, not ErrLeased", err)
	}
	r.now = r.now.Add(2 * ttl)
	second, err := r.Begin(t.Context(), "bolgen", "catch-up", r.now, ttl)
	r.must(err)

	plan := &store.Plan{Run: first, Now: r.now, Write: []store.Write{WriteOf(Activity("bolgen", "a", 1))}}
	plan.Run.Status = store.RunOK
	if _, err := r.Finish(t.Context(), plan); !errors.Is(err, store.ErrLeased) {
		t.Errorf("finishing a run that lost its lease: %v, not ErrLeased", err)
	}
	if err := r.Renew(t.Context(), first.ID, r.now, ttl); !errors.Is(err, store.ErrLeased) {
		t.Errorf("renewing a lost lease: %v, not ErrLeased", err)
	}
	same(t, "heads after a refused plan", len(r.heads("bolgen")), 0)

	plan.Run = second
	plan.Run.Status, plan.Run.Finished = store.RunOK, r.now
	_, err = r.Finish(t.Context(), plan)
	r.must(err)
	same(t, "running from, after the run", r.state("bolgen").RunningFrom, time.Time{})
	history, err := r.RunHistory(t.Context(), "bolgen", 10)
	r.must(err)
	first.Status, first.Finished = store.RunInterrupted, r.now
	same(t, "ledger", history, []store.Run{plan.Run, first})
}

func testPages(t *testing.T, open Open) {
	dir := t.TempDir()
	r := &rig{t, open(t, dir), Start}
	r.declare(Source("bolgen"), Source("sluppen"))
	page := func(url, body string) store.Page {
		packed, err := store.Pack([]byte(body))
		r.must(err)
		return store.Page{URL: url, ETag: `"` + body + `"`, LastModified: "Sun, 22 Nov 2026 11:00:00 GMT", Hash: catalog.Hash([]byte(body)),
			MediaType: "application/json", Charset: "utf-8", Location: "https://b.example/flyttet", Body: packed}
	}
	// expect compares the pages of a run, and that each has its body.
	expect := func(what string, run int64, want ...store.Page) {
		t.Helper()
		got, err := r.Pages(t.Context(), "bolgen", run)
		r.must(err)
		for i := range got {
			body, err := r.Payload(t.Context(), got[i].Hash)
			r.must(err)
			if got[i].ETag != `"`+string(body)+`"` {
				t.Errorf("%s: %s has the body %q", what, got[i].URL, body)
			}
		}
		for i := range want {
			want[i].Body = nil
		}
		same(t, what, got, want)
	}
	one, two, three := page("https://b.example/1", "æøå"), page("https://b.example/2", "to"), page("https://b.example/3", "tre")
	first, _ := r.run("bolgen", func(p *store.Plan) {
		p.Pages, p.PageURLs = []store.Page{one, two}, []string{one.URL, two.URL}
	})
	expect("first run", 0, one, two)
	again := page(two.URL, "to igjen")
	second, _ := r.run("bolgen", func(p *store.Plan) {
		p.Pages, p.PageURLs = []store.Page{again, three}, []string{one.URL, two.URL, three.URL}
	})
	expect("one changed, one new", 0, one, again, three)
	broken := page(one.URL, "ødelagt")
	bad, _ := r.run("bolgen", func(p *store.Plan) { p.KeepState, p.Run.Status, p.Pages = true, store.RunFailed, []store.Page{broken} })
	expect("a failed run keeps them", 0, one, again, three)
	r.run("bolgen", func(p *store.Plan) { p.PageURLs, p.Grows = []string{three.URL}, true })
	expect("a source that grows keeps them", 0, one, again, three)
	r.run("bolgen", func(p *store.Plan) { p.PageURLs = []string{three.URL} })
	r.must(r.Close())
	r.Store = open(t, dir)
	expect("those not asked for are history, after reopening", 0, three)
	expect("as the first run read them", first.ID, one, two)
	expect("as the second run read them", second.ID, one, again, three)
	expect("as the failed run read them", bad.ID, broken, again, three)
	if _, err := r.Payload(t.Context(), catalog.Hash([]byte("finnes ikke"))); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a payload that is not there: %v, not ErrNotFound", err)
	}

	r.now = r.now.Add(store.KeepPayloads)
	back := page(one.URL, "tilbake")
	r.run("bolgen", func(p *store.Plan) { p.Pages, p.PageURLs = []store.Page{back}, []string{one.URL, three.URL} })
	expect("the newest stay however old", 0, back, three)
	expect("history ends", first.ID)
	if _, err := r.Payload(t.Context(), two.Hash); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a body that nothing names: %v, not ErrNotFound", err)
	}
	noise := make([]byte, store.KeepPayloadBytes/3)
	rand.NewChaCha8([32]byte{1}).Read(noise)
	var runs []int64
	for i := range 5 {
		noise[0] = byte(i)
		packed, err := store.Pack(noise)
		r.must(err)
		run, _ := r.run("bolgen", func(p *store.Plan) {
			p.Pages, p.PageURLs = []store.Page{{URL: "https://b.example/stor", Hash: catalog.Hash(noise), Body: packed}}, []string{"https://b.example/stor"}
		})
		runs = append(runs, run.ID)
	}
	kept := 0
	for _, run := range runs {
		pages, err := r.Pages(t.Context(), "bolgen", run)
		r.must(err)
		if slices.ContainsFunc(pages, func(p store.Page) bool { return p.URL == "https://b.example/stor" }) {
			kept++
		}
	}
	if kept < 2 || kept > 4 {
		t.Errorf("%d of 5 large versions are kept", kept)
	}
	other, err := r.Pages(t.Context(), "sluppen", 0)
	r.must(err)
	same(t, "pages of another source", len(other), 0)
}

func testTwoHandles(t *testing.T, open Open) {
	dir := t.TempDir()
	a, b := &rig{t, open(t, dir), Start}, &rig{t, open(t, dir), Start}
	a.declare(Source("bolgen"))
	if _, err := a.Begin(t.Context(), "bolgen", "hand", Start, ttl); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Begin(t.Context(), "bolgen", "hand", Start, ttl); !errors.Is(err, store.ErrLeased) {
		t.Errorf("run by a second process: %v, not ErrLeased", err)
	}
	a.must(a.Close())
	b.write("bolgen", Activity("bolgen", "a", 1)) // the first process is gone, so is its lease
	history, err := b.RunHistory(t.Context(), "", 10)
	b.must(err)
	same(t, "first run", history[1].Status, store.RunInterrupted)

	a.Store = open(t, dir)
	same(t, "what the other wrote", len(a.after(0)), 1)
	done := make(chan error, 2)
	for _, r := range []*rig{a, b} {
		go func() {
			for i := range 20 {
				if err := r.Block(context.Background(), fmt.Sprint(i), Start, "429"); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	a.must(errors.Join(<-done, <-done))
}

package ingest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/ingest"
	"fritidshub/store"
)

// step is one answer of the provider and what comes of it.
type step struct {
	wait    time.Duration // before the run
	answer  http.HandlerFunc
	status  store.RunStatus
	live    int
	missing int
	removed int
	fresh   int    // listings never seen before; not looked at in the first step
	says    string // in the error, the held reason or a warning
}

// TestSequences: what a source does over several runs, and what residents see after each.
func TestSequences(t *testing.T) {
	fifty := some(50)
	churned := func(run int) []wireItem {
		items := slices.Clone(fifty)
		for i := range items {
			items[i].ID = fmt.Sprintf("run%d-%d", run, i)
		}
		return items
	}
	twins := slices.Clone(fifty)
	for i := range twins {
		twins[i].Title, twins[i].Text = fmt.Sprintf("Turgruppe nummer %d", i/2), fmt.Sprintf("Parti %d", i%2)
	}
	twinsChurned := slices.Clone(twins)
	for i := range twinsChurned {
		twinsChurned[i].ID = fmt.Sprint("ny", i)
	}
	oneNewID := slices.Clone(fifty)
	oneNewID[7].ID = "ny7"
	copied := append(slices.Clone(fifty), wireItem{ID: "kopi", Title: fifty[7].Title})
	grown := func(items []wireItem, by int) []wireItem {
		for i := range by {
			items = append(items, wireItem{ID: fmt.Sprint("ekstra", i), Title: fmt.Sprintf("Nytt tilbud %d", i)})
		}
		return items
	}
	oneBad := slices.Clone(fifty)
	oneBad[7].Title = ""
	mostBad := slices.Clone(fifty)
	for i := range 45 {
		mostBad[i].Title = ""
	}
	nameless := slices.Clone(fifty[:49])
	nameless = append(nameless, wireItem{})
	changed := slices.Clone(fifty)
	changed[3].Title = "Turgruppe med nytt navn"
	reversed := slices.Clone(fifty)
	slices.Reverse(reversed)
	broken := fifty[:2:2]
	broken = append(broken, wireItem{ID: "x", Title: "x", Panic: true})

	ok := step{answer: list(fifty...), status: store.RunOK, live: 50}
	again := step{answer: list(fifty...), status: store.RunUnchanged, live: 50}
	for name, steps := range map[string][]step{
		"the same twice":                           {ok, again},
		"the same in another order":                {ok, {answer: list(reversed...), status: store.RunUnchanged, live: 50}},
		"one changed":                              {ok, {answer: list(changed...), status: store.RunOK, live: 50}},
		"an empty list holds":                      {ok, {answer: body("[]"), status: store.RunHeld, live: 50, says: "50 av 50"}, {wait: 72 * time.Hour, answer: body("[]"), status: store.RunHeld, live: 50}, again},
		"an empty body":                            {ok, {answer: body(""), status: store.RunFailed, live: 50}, again},
		"an error":                                 {ok, {answer: status(500, "[]"), status: store.RunFailed, live: 50, says: "500"}, again},
		"a full body with status 404":              {ok, {answer: func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(404); list(fifty[:1]...)(w, r) }, status: store.RunFailed, live: 50}},
		"a page for people":                        {ok, {answer: body("<html>Vi vedlikeholder</html>"), status: store.RunFailed, live: 50}, again},
		"cut off":                                  {ok, {answer: body(`[{"id":"1","title":"a"},`), status: store.RunFailed, live: 50}},
		"half holds":                               {ok, {answer: list(fifty[:25]...), status: store.RunHeld, live: 50, says: "25 av 50"}, {wait: 49 * time.Hour, answer: list(fifty[:25]...), status: store.RunHeld, live: 50}},
		"half and a change":                        {ok, {answer: list(changed[:25]...), status: store.RunHeld, live: 50}, {answer: list(changed...), status: store.RunUnchanged, live: 50}},
		"ten of fifty go after the grace":          {ok, {answer: list(fifty[:40]...), status: store.RunOK, live: 50, missing: 10}, {wait: 47 * time.Hour, answer: list(fifty[:40]...), status: store.RunUnchanged, live: 50, missing: 10}, {wait: time.Hour, answer: list(fifty[:40]...), status: store.RunOK, live: 40, removed: 10}},
		"five blink":                               {ok, {answer: list(fifty[:45]...), status: store.RunOK, live: 50, missing: 5}, {answer: list(fifty...), status: store.RunOK, live: 50}},
		"gone and back under the same ids":         {ok, {answer: list(fifty[:45]...), status: store.RunOK, live: 50, missing: 5}, {wait: 48 * time.Hour, answer: list(fifty[:45]...), status: store.RunOK, live: 45, removed: 5}, {answer: list(fifty...), status: store.RunOK, live: 50}},
		"one bad item is told each time":           {ok, {answer: list(oneBad...), status: store.RunPartial, live: 50}, {answer: list(oneBad...), status: store.RunPartial, live: 50}, {answer: status(404, ""), status: store.RunFailed, live: 50}, {answer: list(oneBad...), status: store.RunPartial, live: 50}, again},
		"one bad item without an id":               {ok, {answer: list(nameless...), status: store.RunPartial, live: 50}},
		"most are bad":                             {ok, {answer: list(mostBad...), status: store.RunFailed, live: 50, says: "45 av 50"}},
		"new ids for old content":                  {ok, {answer: list(churned(2)...), status: store.RunUnchanged, live: 50, says: "ny id"}, {answer: list(churned(3)...), status: store.RunUnchanged, live: 50}},
		"new ids and some new content":             {ok, {answer: list(grown(churned(2), 15)...), status: store.RunOK, live: 65, fresh: 15, says: "50 av 65"}},
		"new ids once, then growth":                {ok, {answer: list(churned(2)...), status: store.RunUnchanged, live: 50}, {answer: list(grown(churned(2), 30)...), status: store.RunOK, live: 80, fresh: 30}, {answer: list(grown(churned(2), 40)...), status: store.RunOK, live: 90, fresh: 10}},
		"new ids for twins":                        {{answer: list(twins...), status: store.RunOK, live: 50}, {answer: list(twinsChurned...), status: store.RunUnchanged, live: 50}},
		"a new id for one":                         {ok, {answer: list(oneNewID...), status: store.RunUnchanged, live: 50, says: "1 av 50"}},
		"a copy beside its original":               {ok, {answer: list(copied...), status: store.RunOK, live: 51, fresh: 1}},
		"a panic":                                  {ok, {answer: list(broken...), status: store.RunFailed, live: 50, says: "feil i fritidshub"}, again},
		"three of five, all of three":              {{answer: list(fifty[:5]...), status: store.RunOK, live: 5}, {answer: list(fifty[:2]...), status: store.RunOK, live: 5, missing: 3}, {wait: 48 * time.Hour, answer: list(fifty[:2]...), status: store.RunOK, live: 2, removed: 3}, {answer: body("[]"), status: store.RunHeld, live: 2}},
		"empty from the first":                     {{answer: body("[]"), status: store.RunUnchanged, live: 0, says: "tom"}},
		"changes alone say nothing about the rest": {ok, {answer: changes(wireChanges{Changed: changed[3:4]}), status: store.RunOK, live: 50}},
		"changes that go on":                       {ok, {answer: changes(wireChanges{Changed: changed[3:4], More: true}), status: store.RunPartial, live: 50}},
		"one bad change alone":                     {ok, {answer: changes(wireChanges{Changed: []wireItem{{ID: "3"}}}), status: store.RunPartial, live: 50}},
		"three are deleted explicitly":             {ok, {answer: changes(wireChanges{Deleted: []string{"1", "2", "3", "ukjent"}}), status: store.RunOK, live: 47, removed: 3}},
		"all are deleted explicitly":               {ok, {answer: changes(wireChanges{Deleted: ids(50)}), status: store.RunHeld, live: 50, says: "50 av 50"}},
		"a start far ahead is told and kept":       {{answer: list(wireItem{ID: "a", Title: "Hundreårsfest", Day: 36_500}), status: store.RunOK, live: 1, says: "er årstallet riktig?"}},
		"ended by itself is no removal": {{answer: list(wireItem{ID: "a", Title: "Konsert", Day: 1}, wireItem{ID: "b", Title: "Kor"}), status: store.RunOK, live: 2},
			{wait: 72 * time.Hour, answer: list(wireItem{ID: "b", Title: "Kor"}), status: store.RunUnchanged, live: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "kilde")
			ids := map[string]bool{}
			for i, s := range steps {
				b.wait(s.wait + 25*time.Second)
				b.provider.set("/kilde", s.answer)
				got := b.run("kilde")
				if got.Status != s.status || got.Live != s.live || got.Missing != s.missing || got.Removed != s.removed {
					t.Fatalf("step %d: got %+v\nwant %s, %d live, %d missing, %d removed", i, got, s.status, s.live, s.missing, s.removed)
				}
				said := got.Error + strings.Join(got.Warnings, " ")
				if got.Held != nil {
					said += got.Held.Reason
				}
				if !strings.Contains(said, s.says) {
					t.Errorf("step %d: %q does not hold %q", i, said, s.says)
				}
				if got.Status == store.RunUnchanged && (got.Written != 0 || got.Indexed != 0) {
					t.Errorf("step %d: an unchanged source wrote %d and indexed %d", i, got.Written, got.Indexed)
				}
				fresh := 0
				for id := range liveIDs(b) {
					if !ids[id] {
						fresh++
					}
					ids[id] = true
				}
				if i > 0 && fresh != s.fresh {
					t.Errorf("step %d: %d new listings, want %d", i, fresh, s.fresh)
				}
			}
		})
	}
}

func ids(n int) (out []string) {
	for _, item := range some(n) {
		out = append(out, item.ID)
	}
	return out
}

func liveIDs(b *bench) map[string]bool {
	ids := map[string]bool{}
	err := b.db.Changes(b.t.Context(), 0, 0, func(l catalog.ListingState) error {
		if l.Live() {
			ids[l.ID] = true
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return ids
}

// TestWhatIsTold: what a run says of items that it does not touch, of a hold that lasts, and of a source that has moved.
func TestWhatIsTold(t *testing.T) {
	b := newBench(t, "kilde")
	for i, c := range []struct {
		answer                     http.HandlerFunc
		added, unchanged, warnings int
		held                       time.Duration // since the start
	}{
		{answer: list(some(50)...), added: 50},
		{answer: list(some(45)...), unchanged: 45},
		{answer: list(some(45)...), unchanged: 45},
		{answer: list(some(9)...), unchanged: 9, held: 3 * time.Hour},
		{answer: list(some(8)...), unchanged: 8, held: 3 * time.Hour},
		{answer: list(some(50)...), unchanged: 50},
		{answer: http.RedirectHandler("/ny", http.StatusMovedPermanently).ServeHTTP, unchanged: 50, warnings: 1},
	} {
		b.provider.set("/kilde", c.answer)
		b.provider.set("/ny", list(some(50)...))
		got := b.run("kilde")
		if got.Added != c.added || got.Unchanged != c.unchanged || len(got.Warnings) != c.warnings {
			t.Errorf("run %d: %+v", i, got)
		}
		if c.held > 0 && (got.Held == nil || !got.Held.Since.Equal(start.Add(c.held))) {
			t.Errorf("run %d: held %+v, want since the first time", i, got.Held)
		}
		b.wait(time.Hour)
	}
}

// TestSecretsAreNotTold: neither the key in an address nor a header shows in what a run says, whatever the connector writes.
func TestSecretsAreNotTold(t *testing.T) {
	b := newBench(t, "kilde")
	b.sources[0].URL += "?nokkel=hemmelig-verdi&side=1"
	b.sources[0].Headers = map[string]string{"Authorization": "Bearer abc-123"}
	for _, answer := range []string{"dette er ingen liste", `[{"id":"a","title":"A"},{"id":"b","title":"B"},{"id":"c hemmelig-verdi Bearer abc-123","title":""}]`} {
		b.provider.set("/kilde", body(answer))
		got := b.run("kilde")
		told, err := json.Marshal(got)
		if err != nil || got.Error == "" && len(got.Rejects) == 0 || strings.Contains(string(told), "abc-123") || strings.Contains(string(told), "nokkel=hemmelig-verdi") {
			t.Errorf("error %v, told: %s", err, told)
		}
	}
}

// TestReadingIsHeard: what an answer says of its letters when a connector reads it is in the run's warnings.
func TestReadingIsHeard(t *testing.T) {
	b := newBench(t, "kilde")
	b.provider.set("/kilde", body("[{\"id\":\"a\",\"title\":\"Sj\xf8 og blåtur på Østre\"}]"))
	if got := b.run("kilde"); got.Live != 1 || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "tegn") {
		t.Errorf("got %+v", got)
	}
}

func TestTooManyBytes(t *testing.T) {
	b := newBench(t, "kilde")
	b.sources[0].Limits.Bytes = 64 << 20
	big := bytes.Repeat([]byte("x"), 33<<20)
	b.provider.set("/kilde", func(w http.ResponseWriter, _ *http.Request) { w.Write(big) })
	b.sources[0].Kind = "sider"
	if got := b.run("kilde"); got.Status != store.RunFailed || got.Requests != 4 || !strings.Contains(got.Error, "128 MiB") {
		t.Errorf("got %+v", got)
	}
}

// endless asks for page after page.
type endless struct{}

func (endless) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	for i := 0; ; i++ {
		if _, err := s.Get(ctx, connectors.Request{URL: fmt.Sprintf("?side=%d", i)}); err != nil {
			return connectors.Outcome{}, err
		}
	}
}

func TestUnchangedMovesNothing(t *testing.T) {
	b := newBench(t, "kilde")
	b.provider.set("/kilde", list(some(20)...))
	b.run("kilde")
	before, _ := b.db.Change(t.Context())
	for range 3 {
		b.wait(time.Hour)
		if got := b.run("kilde"); got.Status != store.RunUnchanged || got.Unchanged != 20 {
			t.Fatalf("got %+v", got)
		}
	}
	if after, _ := b.db.Change(t.Context()); after != before {
		t.Errorf("the change number went from %d to %d", before, after)
	}
}

// TestConditional: validators are sent back, and a provider that says "not modified" for ever is asked without them once a day.
func TestConditional(t *testing.T) {
	b := newBench(t, "kilde")
	items := some(10)
	conditional := 0
	b.provider.set("/kilde", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"a"` {
			conditional++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"a"`)
		list(items...)(w, r)
	})
	b.run("kilde")
	items = append(items, wireItem{ID: "ny", Title: "Ny gruppe"})
	b.wait(time.Hour)
	if got := b.run("kilde"); got.Status != store.RunUnchanged || conditional != 1 {
		t.Fatalf("after an hour: %+v, %d conditional requests", got, conditional)
	}
	b.wait(23 * time.Hour)
	if got := b.run("kilde"); got.Added != 1 || got.Live != 11 {
		t.Fatalf("after a day: %+v", got)
	}
}

// TestChangedTwiceInASecond: a file that changes again within the second of its Last-Modified is seen to have changed; when that second is
// over, the validator is sent back.
func TestChangedTwiceInASecond(t *testing.T) {
	b := newBench(t, "kilde")
	items, modified := some(10), "Sun, 22 Nov 2026 09:00:00 GMT"
	date, conditional := modified, 0
	b.provider.set("/kilde", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", date)
		w.Header().Set("Last-Modified", modified)
		if r.Header.Get("If-Modified-Since") == modified {
			conditional++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		list(items...)(w, r)
	})
	b.run("kilde")
	items, date = append(items, wireItem{ID: "ny", Title: "Ny gruppe"}), "Sun, 22 Nov 2026 10:00:00 GMT"
	b.wait(time.Hour)
	if got := b.run("kilde"); got.Added != 1 || conditional != 0 {
		t.Fatalf("after an hour: %+v, %d conditional requests", got, conditional)
	}
	b.wait(time.Hour)
	if got := b.run("kilde"); got.Status != store.RunUnchanged || conditional != 1 {
		t.Fatalf("after two hours: %+v, %d conditional requests", got, conditional)
	}
}

// TestValidatorGained: a source whose bytes stay the same is asked conditionally from when it gives a validator that is strong.
func TestValidatorGained(t *testing.T) {
	b := newBench(t, "kilde")
	const modified = "Sun, 22 Nov 2026 09:00:00 GMT"
	date, conditional := modified, 0
	b.provider.set("/kilde", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", date)
		w.Header().Set("Last-Modified", modified)
		if r.Header.Get("If-Modified-Since") == modified {
			conditional++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		list(some(10)...)(w, r)
	})
	b.run("kilde")
	date = "Sun, 22 Nov 2026 10:00:00 GMT"
	for want := range 2 {
		b.wait(time.Hour)
		if got := b.run("kilde"); got.Status != store.RunUnchanged || got.Unchanged != 10 || conditional != want {
			t.Fatalf("run %d: %+v, %d conditional requests", want, got, conditional)
		}
	}
}

// TestSettingsReadAgain: the same bytes are read anew when the source's settings change.
func TestSettingsReadAgain(t *testing.T) {
	b := newBench(t, "kilde")
	b.provider.set("/kilde", list(some(3)...))
	b.run("kilde")
	b.sources[0].Municipality = "3909"
	if got := b.run("kilde"); got.Updated != 3 {
		t.Fatalf("got %+v", got)
	}
}

// TestMapping: what is ignored, volatile or dropped by the settings of a source.
func TestMapping(t *testing.T) {
	b := newBench(t, "kilde")
	items := some(10)
	for i := range items {
		items[i].Text = fmt.Sprintf("Klikket på %d ganger", i)
	}
	b.provider.set("/kilde", list(items...))
	expect := func(what string, want ingest.Result) {
		t.Helper()
		b.wait(time.Hour)
		got := b.run("kilde")
		if got.Status != want.Status || got.Live != want.Live || got.Updated != want.Updated || got.Removed != want.Removed || got.Dropped != want.Dropped || got.Added != want.Added {
			t.Fatalf("%s: got %+v\nwant %+v", what, got, want)
		}
	}
	described := func() (n int) {
		err := b.db.Changes(t.Context(), 0, 0, func(l catalog.ListingState) error {
			if l.Live() && l.Description != "" {
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	source := &b.sources[0]
	expect("at first", ingest.Result{Status: store.RunOK, Live: 10, Added: 10})

	source.Volatile = []string{"description"}
	expect("volatile from now on", ingest.Result{Status: store.RunOK, Live: 10, Updated: 10})
	items[3].Text = "Klikket på 17 ganger"
	b.provider.set("/kilde", list(items...))
	expect("only what is volatile has changed", ingest.Result{Status: store.RunUnchanged, Live: 10})
	items[3].Title += " på nytt sted"
	b.provider.set("/kilde", list(items...))
	expect("more has changed", ingest.Result{Status: store.RunOK, Live: 10, Updated: 1})

	source.Volatile, source.Ignore = nil, []string{"description"}
	expect("ignored", ingest.Result{Status: store.RunOK, Live: 10, Updated: 10})
	if n := described(); n != 0 {
		t.Errorf("%d listings have what is ignored", n)
	}

	source.Drop = drops(t, `[{title: "nytt sted"}]`)
	expect("one dropped", ingest.Result{Status: store.RunOK, Live: 9, Removed: 1, Dropped: 1})
	expect("still dropped", ingest.Result{Status: store.RunUnchanged, Live: 9})
	source.Drop = drops(t, "[{kind: activity}]")
	expect("no guard asks about an editor's own rule", ingest.Result{Status: store.RunOK, Removed: 9, Dropped: 10})
	source.Drop = nil
	expect("taken back", ingest.Result{Status: store.RunOK, Live: 10, Added: 10})
}

// TestNoEcho: what a peer got from this hub does not come back; the way that a record took is passed on, so another way is a change.
func TestNoEcho(t *testing.T) {
	b := newBench(t, "nabo")
	items := some(3)
	items[0].Hub, items[1].Hub, items[1].Via = "prove", "annen", []string{"annen", "prove"}
	items[2].Hub = "annen"
	b.provider.set("/nabo", list(items...))
	if got := b.run("nabo"); got.Status != store.RunOK || got.Added != 1 || !strings.Contains(strings.Join(got.Warnings, " "), "2 oppføringer kommer herfra") {
		t.Errorf("got %+v", got)
	}
	items[2].Via = []string{"annen", "tredje"}
	b.provider.set("/nabo", list(items...))
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Status != store.RunOK || got.Updated != 1 {
		t.Errorf("after another way: %+v", got)
	}
}

// TestEchoedSecret: what a provider gives back of a secret reaches neither listings, ledger, preview nor what is kept.
func TestEchoedSecret(t *testing.T) {
	b := newBench(t, "kilde")
	b.sources[0].Secrets = []string{"hemmelig/verdi+9"}
	b.sources[0].URL += "?key=hemmelig%2Fverdi%2B9"
	items := some(3)
	items[0].Text, items[1].Text = "Hentet med hemmelig/verdi+9", "Se https://a.example/?key=hemmelig%2Fverdi%2B9"
	items[2].Title = ""
	items[2].ID = "id-hemmelig/verdi+9"
	b.provider.set("/kilde", list(items...))
	said, err := json.Marshal([]any{b.run("kilde"), b.in.Preview(t.Context(), b.sources[0], ingest.PreviewOptions{Items: 10})})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := b.db.Pages(t.Context(), "kilde", 0)
	if err != nil || len(pages) != 1 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	body, err := b.db.Payload(t.Context(), pages[0].Hash)
	if err != nil {
		t.Fatal(err)
	}
	var listings []string
	err = b.db.Changes(t.Context(), 0, 0, func(l catalog.ListingState) error {
		doc, err := json.Marshal(l)
		listings = append(listings, string(doc))
		return err
	})
	if err != nil || len(listings) != 2 {
		t.Fatalf("%d listings, %v", len(listings), err)
	}
	for what, text := range map[string]string{"said": string(said), "kept": string(body) + pages[0].URL, "listings": strings.Join(listings, " ")} {
		if strings.Contains(text, "verdi+9") || strings.Contains(text, "verdi%2B9") {
			t.Errorf("%s: %s", what, text)
		}
	}
	if got := b.in.Run(t.Context(), b.sources[0], ingest.TriggerReplay); got.Status != store.RunPartial || got.Live != 2 {
		t.Errorf("a replay: %+v", got)
	}
}

// drops reads rules as they stand in sources.yaml.
func drops(t *testing.T, rules string) []config.Drop {
	t.Helper()
	text := "hub: {id: prove}\nsources:\n  - {id: a, kind: liste, url: \"https://a.example/\", licence: CC0-1.0, drop: " + rules + "}\n"
	cfg, err := config.Parse("sources.yaml", []byte(text), config.Environment{Kinds: []string{"liste"}})
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Sources[0].Drop
}

func TestHiddenAndBack(t *testing.T) {
	b := newBench(t, "a", "b")
	b.provider.set("/a", list(wireItem{ID: "1", Title: "Sjakk"}))
	b.provider.set("/b", list(wireItem{ID: "1", Title: "Kor"}))
	b.run("a")
	b.run("b")
	first := maps.Clone(liveIDs(b))
	b.declare(b.sources[0])
	b.in.Indexer().CatchUp(t.Context())
	if got := b.titles(); !slices.Equal(got, []string{"Sjakk"}) {
		t.Fatalf("after b is taken out: %v", got)
	}
	b.declare(b.sources...)
	b.in.Indexer().CatchUp(t.Context())
	if got := b.titles(); !slices.Equal(got, []string{"Kor", "Sjakk"}) || !maps.Equal(first, liveIDs(b)) {
		t.Fatalf("after b is back: %v", got)
	}
}

// TestRetryAfter: a host that asked to be left alone is not asked again, not by another source and not after a restart.
func TestRetryAfter(t *testing.T) {
	b := newBench(t, "a", "b")
	busy := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	b.provider.set("/a", busy)
	b.provider.set("/b", list(some(2)...))
	b.run("a")
	if got := b.run("b"); got.Status != store.RunFailed || b.provider.requests("/a")+b.provider.requests("/b") != 1 {
		t.Fatalf("got %+v after %d and %d requests", got, b.provider.requests("/a"), b.provider.requests("/b"))
	}
	b.wait(121 * time.Second)
	if got := b.run("b"); got.Live != 2 {
		t.Fatalf("after two minutes: %+v", got)
	}
}

func TestTooManyRecords(t *testing.T) {
	b := newBench(t, "kilde")
	b.sources[0].Limits.Records = 10
	b.provider.set("/kilde", list(some(10)...))
	if got := b.run("kilde"); got.Live != 10 {
		t.Fatalf("at the limit: %+v", got)
	}
	b.provider.set("/kilde", list(some(11)...))
	if got := b.run("kilde"); got.Status != store.RunFailed || got.Live != 10 || !strings.Contains(got.Error, "limits") {
		t.Fatalf("above the limit: %+v", got)
	}
}

func TestOneAtATime(t *testing.T) {
	b := newBench(t, "kilde")
	b.provider.set("/kilde", list(some(2)...))
	b.run("kilde")
	entered, leave := make(chan struct{}), make(chan struct{})
	b.provider.set("/kilde", func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-leave
		list(some(3)...)(w, r)
	})
	first := make(chan ingest.Result)
	go func() { first <- b.in.Run(t.Context(), b.sources[0], ingest.TriggerSchedule) }()
	<-entered
	if got := b.in.Run(t.Context(), b.sources[0], ingest.TriggerHand); got.Status != store.RunFailed || got.Live != 2 || !strings.Contains(got.Error, "allerede") {
		t.Errorf("second run: %+v", got)
	}
	close(leave)
	if got := <-first; got.Live != 3 {
		t.Errorf("first run: %+v", got)
	}
}

func TestCancelled(t *testing.T) {
	b := newBench(t, "kilde")
	b.provider.set("/kilde", list(some(5)...))
	b.run("kilde")
	ctx, cancel := context.WithCancelCause(t.Context())
	b.provider.set("/kilde", func(http.ResponseWriter, *http.Request) { cancel(errors.New("huben stopper")) })
	got := b.in.Run(ctx, b.sources[0], ingest.TriggerSchedule)
	if got.Status != store.RunFailed || got.Live != 5 || !strings.Contains(got.Error, "stoppet") {
		t.Fatalf("got %+v", got)
	}
	state, err := b.db.SourceState(t.Context(), "kilde")
	if err != nil || state.LastStatus != store.RunInterrupted || state.Failures != 0 {
		t.Fatalf("ledger: %+v, error %v", state, err)
	}
	if due := ingest.Due(b.sources[0], state); due.After(b.clock()) {
		t.Errorf("after a stop it is due at %s, not at once", due)
	}
}

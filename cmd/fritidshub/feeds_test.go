package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/api"
	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/client"
	"fritidshub/index"
	"fritidshub/store"
	"fritidshub/store/sqlite"
)

// feedHub is a store with the API before it.
type feedHub struct {
	*sqlite.DB
	t       testing.TB
	now     time.Time
	base    string
	options api.Options
}

func newFeedHub(t testing.TB, change ...func(*api.Options)) *feedHub {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), sqlite.Options{File: filepath.Join(dir, databaseName), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	h := &feedHub{DB: db, t: t, now: time.Date(2026, 11, 22, 12, 0, 0, 0, zone)}
	h.options = api.Options{Hub: api.HubInfo{ID: "larvik", Name: "Aktiviteter i Larvik", Municipality: "3909", Languages: []string{"nb"}, Zone: zone},
		Listings: listings{db}, Sources: &sources{store: db, zone: zone}, Engine: func() index.Engine { return nil }, Taxonomy: tax,
		Feeds: feedStore{db}, Dumps: &dumps{dir: dir}, Changes: db, Now: func() time.Time { return h.now }, Logger: slog.New(slog.DiscardHandler)}
	for _, f := range change {
		f(&h.options)
	}
	handler, err := api.New(h.options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	h.base = server.URL
	return h
}

func (h *feedHub) declare(enabled ...bool) {
	h.t.Helper()
	var all []store.Source
	for i, on := range enabled {
		id := fmt.Sprintf("kilde%d", i)
		all = append(all, store.Source{ID: id, Name: "Kilde " + id, Kind: "json", URL: "https://" + id + ".example", Licence: "CC0-1.0", Language: "nb", Schedule: "@hourly",
			Priority: 50, Enabled: on, Hub: "larvik", PassOn: true})
	}
	if _, err := h.Declare(h.t.Context(), all, h.now); err != nil {
		h.t.Fatal(err)
	}
}

// write makes one run of a source.
func (h *feedHub) write(source string, records []catalog.Record, remove []string) {
	h.t.Helper()
	run, err := h.Begin(h.t.Context(), source, "hand", h.now, time.Hour)
	if err != nil {
		h.t.Fatal(err)
	}
	plan := &store.Plan{Run: run, Now: h.now, Remove: remove}
	plan.Run.Status, plan.Run.Finished = store.RunOK, h.now
	for i := range records {
		r := &records[i]
		l := catalog.Single("larvik", r)
		record, _ := json.Marshal(r)
		listing, _ := json.Marshal(l)
		plan.Write = append(plan.Write, store.Write{NativeID: r.NativeID, Hash: catalog.Hash(record), ContentKey: r.Title, Record: record, Listing: listing,
			ListingID: l.ID, New: true, Place: r.Place, Passing: store.PassingOf("larvik", r)})
	}
	if _, err := h.Finish(h.t.Context(), plan); err != nil {
		h.t.Fatal(err)
	}
}

// club is an activity in a municipality, "" for none; its text tells the edition.
func club(source string, n, edition int, municipality string) catalog.Record {
	r := catalog.Record{Source: source, NativeID: strconv.Itoa(n), Kind: catalog.KindActivity, Title: fmt.Sprintf("Sjakk %s %d", source, n),
		Summary: fmt.Sprintf("Utgave %d", edition), Language: "nb"}
	if municipality != "" {
		r.Place = &catalog.Place{Name: "Samfunnshuset", Municipality: municipality}
	}
	return r
}

// copyOf is what a client makes of a feed: the edition of each item by its id.
type copyOf struct {
	feed  client.Feed
	place client.Place
	items map[string]string
	seen  int
}

// catchUp reads to the end of the feed; it gives false when the hub is too busy for that, which a slow machine makes it.
func (c *copyOf) catchUp(t testing.TB, hub *client.Client) bool {
	for change, err := range hub.Follow(t.Context(), c.feed, c.place) {
		var p *client.Problem
		if errors.As(err, &p) && p.Status == http.StatusServiceUnavailable {
			return false
		} else if err != nil {
			t.Error(err)
			return false
		}
		c.seen++
		c.place = change.Place
		if change.Deleted {
			delete(c.items, change.ID)
			continue
		}
		var data struct {
			Summary string `json:"fritidshub:summary"`
			Record  struct {
				Summary string `json:"summary"`
			} `json:"record"`
		}
		if err := json.Unmarshal(change.Data, &data); err != nil {
			t.Error(err)
		}
		c.items[change.ID] = data.Summary + data.Record.Summary
	}
	return true
}

// TestFollowWhileWriting: clients that walk the feeds while 10,000 random updates, removals and moves go on (1,000 with -race) end equal to the database.
func TestFollowWhileWriting(t *testing.T) {
	const sourcesThere, most = 3, 300
	updates := 10_000
	if raced {
		updates = 1_000
	}
	h := newFeedHub(t)
	h.declare(true, true, true)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	var done atomic.Bool
	var group sync.WaitGroup
	var copies []*copyOf
	for _, feed := range []client.Feed{client.Listings, client.Listings, client.Records, client.Records, client.Listings.In("3909"), client.Listings.In("3907"),
		client.Records.In("3909"), client.Records.In("3907")} {
		c := &copyOf{feed: feed, items: map[string]string{}}
		copies = append(copies, c)
		group.Go(func() {
			hub := client.New(h.base, &http.Client{Timeout: time.Minute})
			for last := false; !last && !t.Failed(); {
				last = done.Load()
				last = c.catchUp(t, hub) && last
			}
		})
	}
	known := map[string]catalog.Record{}
	on := []bool{true, true, true}
	places := []string{"3909", "3909", "3907", ""}
	for n := 0; n < updates && !t.Failed(); {
		s := random.IntN(sourcesThere)
		source := fmt.Sprintf("kilde%d", s)
		if random.IntN(200) == 0 {
			on[s] = !on[s]
			h.declare(on...)
		}
		var records []catalog.Record
		var remove []string
		touched := map[int]bool{}
		for range 1 + random.IntN(40) {
			i := random.IntN(most)
			if touched[i] {
				continue
			}
			touched[i] = true
			n++
			if key := source + "/" + strconv.Itoa(i); random.IntN(4) == 0 {
				if _, there := known[key]; there {
					remove = append(remove, strconv.Itoa(i))
					delete(known, key)
				}
			} else {
				known[key] = club(source, i, n, places[random.IntN(len(places))])
				records = append(records, known[key])
			}
		}
		h.write(source, records, remove)
	}
	h.declare(true, true, false) // what is switched off is in no feed
	done.Store(true)
	group.Wait()

	want := map[string]map[string]string{"": {}, "3909": {}, "3907": {}}
	for _, r := range known {
		if r.Source == "kilde2" {
			continue
		}
		id := catalog.ListingID("larvik", &r)
		want[""][id] = r.Summary
		if r.Place != nil {
			want[r.Place.Municipality][id] = r.Summary
		}
	}
	stored := map[string]string{}
	if err := h.Changes(t.Context(), 0, 0, func(l catalog.ListingState) error {
		if l.Live() {
			stored[l.ID] = l.Summary
		}
		return nil
	}); err != nil || !maps.Equal(stored, want[""]) {
		t.Errorf("the database (-want +got), error %v:\n%.2000s", err, cmp.Diff(want[""], stored))
	}
	for _, c := range copies {
		municipality := ""
		if part, ok := strings.CutPrefix(string(c.feed), "/rpde/municipality/"); ok {
			municipality, _, _ = strings.Cut(part, "/")
		}
		if !maps.Equal(c.items, want[municipality]) {
			t.Errorf("%s after %d changes (-want +got):\n%.2000s", c.feed, c.seen, cmp.Diff(want[municipality], c.items))
		}
		before := c.seen
		if c.catchUp(t, client.New(h.base, nil)); c.seen != before {
			t.Errorf("%s is not quiet", c.feed)
		}
	}
	t.Logf("%d items, %d of them in 3909; the first client saw %d changes", len(want[""]), len(want["3909"]), copies[0].seen)
}

// TestDump: the dump is what export gives, says where to go on, is kept, and made anew when something has changed.
func TestDump(t *testing.T) {
	h := newFeedHub(t)
	h.declare(true)
	var records []catalog.Record
	for i := range 20 {
		records = append(records, club("kilde0", i, 1, "3909"))
	}
	h.write("kilde0", records, []string{})
	hub := client.New(h.base, nil)
	read := func() (lines map[string]string, place client.Place) {
		t.Helper()
		dump, err := hub.Dump(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer dump.Close()
		lines = map[string]string{}
		for item, err := range dump.Items {
			if err != nil {
				t.Fatal(err)
			}
			lines[item.ID] = string(item.Raw)
		}
		return lines, dump.Place
	}
	got, place := read()
	var exported bytes.Buffer
	known, _ := h.options.Sources.Sources(t.Context())
	if err := api.Export(t.Context(), &exported, "ndjson", h.options.Hub, h.now, h.DB, known); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(exported.String()) {
		var item client.Item
		if err := json.Unmarshal([]byte(line), &item); err != nil {
			t.Fatal(err)
		}
		want[item.ID] = strings.TrimSpace(line)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 20 {
		t.Errorf("dump (-export +dump):\n%s", diff)
	}
	h.write("kilde0", []catalog.Record{club("kilde0", 3, 2, "3909")}, []string{"5"})
	var after []string
	for change, err := range hub.Follow(t.Context(), client.Listings, place) {
		if err != nil {
			t.Fatal(err)
		}
		after = append(after, fmt.Sprint(change.Deleted))
	}
	if strings.Join(after, " ") != "false true" && strings.Join(after, " ") != "true false" {
		t.Errorf("after the dump come %v", after)
	}
	if got, later := read(); len(got) != 19 || later.Change <= place.Change || later.Feed != place.Feed {
		t.Errorf("the next dump has %d listings at %+v, the first was at %+v", len(got), later, place)
	}
	if kept, _ := filepath.Glob(filepath.Join(h.options.Dumps.(*dumps).dir, "*dump-*")); len(kept) != 1 {
		t.Errorf("kept are %v", kept)
	}
}

// TestDumpWithoutLeave: a dump is young for an hour, also when something has changed since; but not when leave to pass something on was withdrawn.
func TestDumpWithoutLeave(t *testing.T) {
	h := newFeedHub(t, func(o *api.Options) { o.Clock = time.Now }) // deadlines of connections are measured by it
	h.declare(true)
	var records []catalog.Record
	for i := range 700 { // more than a page
		records = append(records, club("kilde0", i, 1, "3909"))
	}
	h.write("kilde0", records[:20], []string{})
	hub := client.New(h.base, nil)
	given := func() (n int) {
		t.Helper()
		dump, err := hub.Dump(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer dump.Close()
		for _, err := range dump.Items {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	if n := given(); n != 20 {
		t.Fatalf("%d listings", n)
	}
	h.write("kilde0", records[20:], []string{"5"})
	if n := given(); n != 20 {
		t.Errorf("a dump that is young is made anew, with %d listings", n)
	}
	run, err := h.Begin(t.Context(), "kilde0", "hand", h.now, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	run.Status, run.Finished = store.RunOK, h.now
	if _, err := h.Finish(t.Context(), &store.Plan{Run: run, Now: h.now, Remove: []string{"7"}, Withdrawn: []string{"7"}}); err != nil {
		t.Fatal(err)
	}
	if n := given(); n != 698 {
		t.Errorf("when leave was withdrawn, %d listings are given", n)
	}
	h.write("kilde0", nil, []string{"8"})
	if n := given(); n != 698 {
		t.Errorf("it is made anew again, with %d listings", n)
	}
}

// TestDumpKeptWhenWritingFails: what cannot be written whole does not take the place of what is there.
func TestDumpKeptWhenWritingFails(t *testing.T) {
	d := &dumps{dir: t.TempDir()}
	if _, err := d.Open(); !errors.Is(err, api.ErrNoDump) {
		t.Fatalf("open of nothing: %v", err)
	}
	about := api.DumpInfo{Feed: "a", Change: 7, Made: time.Unix(1_800_000_000, 0)}
	say := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error { fmt.Fprint(w, text); return err }
	}
	if err := d.Keep(about, say("helt", nil)); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("disk full")
	if err := d.Keep(api.DumpInfo{Feed: "a", Change: 8, Made: about.Made}, say("hal", failed)); !errors.Is(err, failed) {
		t.Errorf("keep: %v", err)
	}
	kept, err := d.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if text, _ := io.ReadAll(kept); string(text) != "helt" || kept.DumpInfo != about {
		t.Errorf("kept is %q, %+v", text, kept.DumpInfo)
	}
	if left, _ := filepath.Glob(filepath.Join(d.dir, ".dump-*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// TestServeStopsWithListeners: who listens for changes hears of them, and does not hold up a hub that is told to stop.
func TestServeStopsWithListeners(t *testing.T) {
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	base, stop := startServe(t, nil, flags)
	within(t, 10*time.Second, "the first content", func() bool { return total(t, base, "limit=1") == 3 })
	var group sync.WaitGroup
	heard := make(chan client.State, 10)
	for range 3 {
		group.Go(func() {
			for state, err := range client.New(base, nil).Watch(t.Context()) {
				if err != nil {
					return
				}
				heard <- state
			}
		})
	}
	for range 3 {
		if state := <-heard; state.Listings == 0 || state.Feed == "" {
			t.Errorf("heard %+v", state)
		}
	}
	began := time.Now()
	stop()
	group.Wait()
	if took := time.Since(began); took > stopWithin/2 {
		t.Errorf("it took %s to stop", took)
	}
}

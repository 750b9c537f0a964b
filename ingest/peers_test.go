package ingest_test

import (
	"context"
	"encoding/json"
	"fmt"
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

// fakePeer is a hub that is read in chunks: of the whole, from the first to the last. Changes are read in one pull.
type fakePeer struct {
	hub     string
	chunks  [][]string // of ids; "-id" is a deletion, "!id" a leave that is withdrawn
	origins map[string]catalog.Origin
	changes bool
	fail    int    // the chunk that fails, from 1
	said    string // the summary of its records
	pulled  int
	during  func() // called once, in the middle of a pull
}

func (p *fakePeer) Pull(_ context.Context, s *connectors.Session) (connectors.Outcome, error) {
	at := 0
	if s.Continues {
		if err := json.Unmarshal(s.State, &at); err != nil {
			return connectors.Outcome{}, err
		}
	}
	p.pulled++
	if f := p.during; f != nil {
		p.during = nil
		f()
	}
	if p.fail == at+1 {
		return connectors.Outcome{}, fmt.Errorf("bit %d mangler", p.fail)
	}
	for _, id := range p.chunks[at] {
		if gone, ok := strings.CutPrefix(id, "-"); ok {
			if err := s.Delete(gone); err != nil {
				return connectors.Outcome{}, err
			}
			continue
		}
		if gone, ok := strings.CutPrefix(id, "!"); ok {
			if err := s.Remove(gone, catalog.WhyLeave); err != nil {
				return connectors.Outcome{}, err
			}
			continue
		}
		origin, ok := p.origins[id]
		if !ok {
			origin = catalog.Origin{Hub: p.hub}
		}
		origin.Source, origin.NativeID = "kilde", id
		if err := s.Emit(catalog.Record{NativeID: id, Title: "Tilbud " + id, Summary: p.said, Kind: catalog.KindActivity, Origin: &origin}); err != nil {
			return connectors.Outcome{}, err
		}
	}
	last := at == len(p.chunks)-1
	state, err := json.Marshal(at + 1)
	return connectors.Outcome{Hub: p.hub, State: state, Complete: last, More: !last, Changes: p.changes || !last}, err
}

func newPeerBench(t *testing.T, ids ...string) *bench {
	b := newBench(t, ids...)
	for i := range b.sources {
		b.sources[i].Kind = "nabo"
	}
	b.declare(b.sources...)
	b.peer = fakePeer{hub: "annen", origins: map[string]catalog.Origin{}}
	return b
}

func (b *bench) natives(source string) (ids []string) {
	b.t.Helper()
	if err := b.db.Heads(b.t.Context(), source, func(h store.Head) error { ids = append(ids, h.NativeID); return nil }); err != nil {
		b.t.Fatal(err)
	}
	slices.Sort(ids)
	return ids
}

// TestChunks: what comes in chunks of one request is one result, and what none of them had is gone; when one fails nothing is.
func TestChunks(t *testing.T) {
	b := newPeerBench(t, "nabo")
	b.sources[0].Guard = config.Guard{Share: 1}
	b.peer.chunks = [][]string{{"1", "2"}, {"3", "4"}, {"5"}}
	got := b.run("nabo")
	if got.Status != store.RunOK || got.Added != 5 || got.Live != 5 || b.peer.pulled != 3 {
		t.Errorf("%d pulls: %+v", b.peer.pulled, got)
	}
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Status != store.RunUnchanged || got.Unchanged != 5 || got.Written != 0 {
		t.Errorf("unchanged: %+v", got)
	}
	b.peer.chunks = [][]string{{"1"}, {"4"}, {"5", "6"}}
	b.peer.fail = 3
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Status != store.RunFailed || got.Live != 5 || got.Error != "bit 3 mangler" {
		t.Errorf("a chunk fails: %+v", got)
	}
	b.peer.fail = 0
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Status != store.RunOK || got.Removed != 2 || got.Added != 1 {
		t.Errorf("two are gone: %+v", got)
	}
	if ids := b.natives("nabo"); !slices.Equal(ids, []string{"1", "4", "5", "6"}) {
		t.Errorf("%v", ids)
	}
	b.peer.chunks, b.peer.changes = [][]string{{"7", "-7", "-1", "1", "-4", "8"}}, true
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Status != store.RunOK || got.Removed != 1 || got.Added != 1 {
		t.Errorf("the last word counts: %+v", got)
	}
	if ids := b.natives("nabo"); !slices.Equal(ids, []string{"1", "5", "6", "8"}) {
		t.Errorf("%v", ids)
	}
}

// TestHeldChunk: what waits for an editor is not passed over by the chunks after it.
func TestHeldChunk(t *testing.T) {
	b := newPeerBench(t, "nabo")
	ids := func(prefix string) (list []string) {
		for i := range 20 {
			list = append(list, fmt.Sprint(prefix, i))
		}
		return list
	}
	b.peer.chunks = [][]string{ids("a")}
	b.run("nabo")
	b.peer.chunks, b.peer.changes, b.peer.pulled = [][]string{ids("-a")[:15], {"b"}}, true, 0
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Status != store.RunHeld || b.peer.pulled != 1 || got.Live != 20 {
		t.Errorf("%d pulls: %+v", b.peer.pulled, got)
	}
	b.sources[0].Guard.Share = 1
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Status != store.RunOK || got.Live != 6 || got.Removed != 15 {
		t.Errorf("released: %+v", got)
	}
}

// TestKeptChunk: what an editor has decided shall stay is passed over by the chunks after it, and it stays.
func TestKeptChunk(t *testing.T) {
	b := newPeerBench(t, "nabo")
	whole := make([]string, 20)
	for i := range whole {
		whole[i] = fmt.Sprint("a", i)
	}
	b.peer.chunks, b.peer.changes = [][]string{whole}, true
	b.run("nabo")
	gone := make([]string, 15)
	for i := range gone {
		gone[i] = "-" + whole[i]
	}
	b.peer.chunks = [][]string{gone, {"b"}}
	b.wait(time.Hour)
	stands := func() string {
		state, err := b.db.SourceState(t.Context(), "nabo")
		if err != nil {
			t.Fatal(err)
		}
		return string(state.State)
	}
	held := b.run("nabo")
	if held.Status != store.RunHeld || held.Live != 20 || stands() != "1" {
		t.Fatalf("held: %+v", held)
	}
	if err := b.db.KeepHeld(t.Context(), "nabo", held.Held.Run); err != nil {
		t.Fatal(err)
	}
	b.peer.pulled = 0
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Live != 21 || got.Removed != 0 || b.peer.pulled != 2 || stands() != "2" {
		t.Errorf("kept, %d pulls, state %s: %+v", b.peer.pulled, stands(), got)
	}
	b.peer.chunks = [][]string{append([]string{"-a15"}, gone...), {"c"}} // it says more than was decided about
	b.peer.pulled = 0
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Status != store.RunHeld || got.Held.Kept || got.Live != 21 || b.peer.pulled != 1 {
		t.Errorf("more is gone, %d pulls: %+v", b.peer.pulled, got)
	}
}

// TestKeptAbsence: what a peer that was read whole has no more, in none of its chunks, stays when an editor has decided so, and the peer is read on from its end.
func TestKeptAbsence(t *testing.T) {
	b := newPeerBench(t, "nabo")
	whole := make([]string, 20)
	for i := range whole {
		whole[i] = fmt.Sprint("a", i)
	}
	b.peer.chunks = [][]string{whole}
	b.run("nabo")
	b.peer.chunks = [][]string{whole[:1], whole[1:2], whole[2:3]}
	for _, c := range []struct{ keep, kept bool }{{true, false}, {false, true}} {
		b.wait(time.Hour)
		got := b.run("nabo")
		if got.Status != store.RunHeld || got.Held == nil || got.Held.Removals != 17 || got.Held.Kept != c.kept || got.Live != 20 {
			t.Fatalf("kept %v: %+v, held %+v", c.kept, got, got.Held)
		}
		state, err := b.db.SourceState(t.Context(), "nabo")
		if err != nil {
			t.Fatal(err)
		}
		if atEnd := string(state.State) == "3"; atEnd != c.kept {
			t.Errorf("kept %v: it stands at %s", c.kept, state.State)
		}
		if c.keep {
			if err := b.db.KeepHeld(t.Context(), "nabo", got.Held.Run); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestWithdrawn: what a peer has no leave to give any more goes at once, however much it is, and the reason travels on; what it deletes in the same
// breath is still guarded. It withdraws its own copies alone.
func TestWithdrawn(t *testing.T) {
	b := newPeerBench(t, "nabo", "venn")
	ids := func(prefix string, from, to int) (list []string) {
		for i := from; i < to; i++ {
			list = append(list, fmt.Sprint(prefix, i))
		}
		return list
	}
	b.peer.chunks, b.peer.changes = [][]string{ids("a", 0, 40)}, true
	for _, id := range b.peer.chunks[0] {
		b.peer.origins[id] = catalog.Origin{Hub: "tredje", Via: []string{"annen"}}
	}
	b.run("nabo")
	for _, id := range b.peer.chunks[0] {
		b.peer.origins[id] = catalog.Origin{Hub: "tredje", Via: []string{"fjerde", "femte"}}
	}
	b.peer.hub, b.peer.chunks = "femte", [][]string{ids("a", 38, 40)}
	b.wait(time.Hour)
	b.run("venn")
	b.peer.hub, b.peer.chunks = "annen", [][]string{append(ids("!a", 10, 40), ids("-a", 0, 6)...)}
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Status != store.RunHeld || got.Removed != 30 || got.Live != 10 || got.Held.Removals != 6 || got.Held.Of != 10 {
		t.Errorf("withdrawn, and deleted beside it: %+v, held %+v", got, got.Held)
	}
	if got := b.natives("venn"); len(got) != 2 {
		t.Errorf("the other peer's copies: %v", got)
	}
	why := map[string]int{}
	changes, err := b.db.RecordChanges(t.Context(), "", 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		if c.Record == nil {
			why[c.Why]++
		}
	}
	if len(why) != 1 || why[catalog.WhyLeave] != 28 {
		t.Errorf("what goes on: %v", why)
	}
	if b.listingOf("venn", "a39").Title == "" || len(b.titles()) != 12 {
		t.Errorf("%d listings are found", len(b.titles()))
	}
	b.peer.chunks = [][]string{append(ids("!a", 0, 10), "!a0", "a0", "!a1", "-a1")}
	b.wait(time.Hour)
	if got := b.run("nabo"); got.Status != store.RunOK || got.Live != 1 {
		t.Errorf("all but one, of which the last word is another: %+v", got)
	}
}

// TestForged: where nobody reads a hub directly, two peers may give different records as one of its. The one that was known first stays what is shown and
// passed on, however near the other says to be, until it is deleted; the hub itself comes before both.
func TestForged(t *testing.T) {
	b := newPeerBench(t, "aerlig", "tyv", "fjern")
	for i := range b.sources {
		b.sources[i].Guard.Share = 1
	}
	b.peer.changes = true
	give := func(source, hub string, via []string, ids ...string) ingest.Result {
		t.Helper()
		b.wait(time.Hour)
		b.peer.hub, b.peer.chunks, b.peer.said = hub, [][]string{ids}, source
		for _, id := range ids {
			b.peer.origins[id] = catalog.Origin{Hub: "fjern", Via: via}
		}
		return b.run(source)
	}
	shows := func(what, want string) {
		t.Helper()
		changes, err := b.db.RecordChanges(t.Context(), "", 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		var r catalog.Record
		if err := json.Unmarshal(changes[len(changes)-1].Record, &r); err != nil {
			t.Fatal(err)
		}
		l := b.listingOf(want, "x")
		if r.Summary != want || l.Summary != want || len(b.titles()) != 1 {
			t.Errorf("%s: %q is passed on, %q shown; want %q", what, r.Summary, l.Summary, want)
		}
	}
	long := []string{"a", "b", "aerlig"}
	give("aerlig", "aerlig", long, "x")
	give("tyv", "tyv", []string{"tyv"}, "x")
	shows("a forgery that is nearer", "aerlig")
	give("aerlig", "aerlig", long, "x")
	shows("a change", "aerlig")
	give("aerlig", "aerlig", long, "-x")
	shows("it is gone", "tyv")
	give("aerlig", "aerlig", long, "x")
	shows("it came back later", "tyv")
	give("fjern", "fjern", nil, "x")
	shows("the hub itself", "fjern")
}

// endlessPeer gives new records for ever, n at a time.
type endlessPeer struct {
	n, pulled int
	last      bool // the newest pull was told to be the last
}

func (p *endlessPeer) Pull(_ context.Context, s *connectors.Session) (connectors.Outcome, error) {
	p.pulled++
	p.last = s.Last
	for i := range p.n {
		id := fmt.Sprint(p.pulled, "-", i)
		if err := s.Emit(catalog.Record{NativeID: id, Title: "Tilbud " + id, Kind: catalog.KindActivity, Origin: &catalog.Origin{Hub: "annen", Source: "kilde", NativeID: id}}); err != nil {
			return connectors.Outcome{}, err
		}
	}
	return connectors.Outcome{Hub: "annen", State: fmt.Append(nil, p.pulled), More: true, Changes: true}, nil
}

// TestEndlessPeer: a peer without an end is read so far and so long in one request, and no further; the run says so.
func TestEndlessPeer(t *testing.T) {
	for name, c := range map[string]struct {
		chunks   int
		chunking time.Duration
		takes    time.Duration // of each pull, by the clock of the hub
		want     int
	}{"many": {5, 0, 0, 5}, "long": {0, 10 * time.Minute, 4 * time.Minute, 4}, "one": {1, 0, 0, 1}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "nabo")
			peer := &endlessPeer{n: 20}
			o := b.in.Options
			o.Chunks, o.Chunking = c.chunks, c.chunking
			o.Registry = connectors.NewRegistry(connectors.Kind{Name: "liste", Version: 1, New: func(func(any) error) (connectors.Connector, error) {
				b.wait(c.takes)
				return peer, nil
			}})
			b.in = ingest.New(o)
			got := b.run("nabo")
			if got.Status != store.RunPartial || peer.pulled != c.want || !peer.last || got.Added != 20*c.want || !strings.Contains(strings.Join(got.Warnings, " "), "mer enn det som hentes på én gang") {
				t.Errorf("%d pulls: %+v", peer.pulled, got)
			}
			if got := b.run("nabo"); got.Added != 20*c.want || got.Live != 40*c.want {
				t.Errorf("the next run goes on: %+v", got)
			}
		})
	}
}

// TestSpeaksMeanwhile: a hub is read for the first time while another is being read that speaks for it.
func TestSpeaksMeanwhile(t *testing.T) {
	b := newPeerBench(t, "annen", "tredje")
	b.peer.changes = true
	b.peer.origins["x"] = catalog.Origin{Hub: "annen", Via: []string{"tredje"}}
	b.peer.hub, b.peer.chunks = "tredje", [][]string{{"w"}}
	b.run("tredje")
	b.wait(time.Hour)
	b.peer.during = func() {
		b.peer.hub, b.peer.chunks = "annen", [][]string{{"z"}}
		b.run("annen")
		b.peer.hub, b.peer.chunks = "tredje", [][]string{{"x", "y"}}
	}
	if got := b.run("tredje"); got.Status != store.RunOK || got.Added != 1 {
		t.Errorf("%+v", got)
	}
	if got := b.natives("tredje"); !slices.Equal(got, []string{"w", "y"}) {
		t.Errorf("%v", got)
	}
}

// TestMostStored: a peer cannot fill the database, in however many chunks.
func TestMostStored(t *testing.T) {
	b := newPeerBench(t, "nabo")
	b.sources[0].Limits.Records = 7
	b.peer.changes = true
	for i := range 20 {
		b.peer.chunks = append(b.peer.chunks, []string{fmt.Sprint("a", i), fmt.Sprint("b", i)})
	}
	if got := b.run("nabo"); got.Status != store.RunFailed || got.Live != 6 || !strings.Contains(got.Error, "mer enn 7 oppføringer") {
		t.Errorf("%+v", got)
	}
}

// TestWhoSpeaks: what has been here is dropped, also when it was stored before it had; a hub that is read directly is believed about itself alone, and a
// source stays the hub that it was.
func TestWhoSpeaks(t *testing.T) {
	b := newPeerBench(t, "annen", "tredje")
	run := func(id, hub string, ids ...string) ingest.Result {
		t.Helper()
		b.wait(time.Hour)
		b.peer.hub, b.peer.chunks, b.peer.changes = hub, [][]string{ids}, true
		return b.run(id)
	}
	b.peer.origins["x"], b.peer.origins["y"] = catalog.Origin{Hub: "annen"}, catalog.Origin{Hub: "fjerde", Via: []string{"tredje"}}
	b.peer.origins["v"] = catalog.Origin{Hub: "annen", Via: []string{"tredje"}}
	if got := run("tredje", "tredje", "x", "y", "z", "v"); got.Added != 4 {
		t.Errorf("before the other is known: %+v", got)
	}
	if got := run("annen", "annen", "x"); got.Added != 1 {
		t.Errorf("the hub itself: %+v", got)
	}
	if l := b.listingOf("annen", "x"); len(l.Members) != 1 || l.Members[0].Source != "annen" || len(l.Spares) != 0 {
		t.Errorf("once it speaks for itself: %+v, %+v", l.Members, l.Spares)
	}
	if got := b.natives("tredje"); !slices.Equal(got, []string{"y", "z"}) || len(b.titles()) != 3 {
		t.Errorf("what others said of it: %v, and %d are found", got, len(b.titles()))
	}
	if s, err := b.db.SourceState(t.Context(), "tredje"); err != nil || s.Live != 2 {
		t.Errorf("%d live, error %v", s.Live, err)
	}
	if got := run("tredje", "tredje", "x", "y"); got.Added != 0 || !strings.Contains(strings.Join(got.Warnings, " "), "hentes direkte") {
		t.Errorf("speaks for another: %+v", got)
	}
	b.peer.origins["y"] = catalog.Origin{Hub: "fjerde", Via: []string{"prove", "tredje"}}
	if got := run("tredje", "tredje", "y"); got.Removed != 1 || !strings.Contains(strings.Join(got.Warnings, " "), "kommer herfra") {
		t.Errorf("has been here: %+v", got)
	}
	for hub, want := range map[string]string{"prove": "id-en til denne huben", "femte": `var "tredje", og sier nå at den er "femte"`} {
		if got := run("tredje", hub, "z"); got.Status != store.RunFailed || !strings.Contains(got.Error, want) {
			t.Errorf("says to be %s: %+v", hub, got)
		}
	}
}

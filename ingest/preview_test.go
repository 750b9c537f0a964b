package ingest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/ingest"
	"fritidshub/store"
)

// TestBackToWhatItWas: what a held run or a replay has written is undone when the source says again what it said before.
func TestBackToWhatItWas(t *testing.T) {
	b := newBench(t, "kilde")
	fifty := some(50)
	b.provider.set("/kilde", list(fifty...))
	b.run("kilde")
	changed := slices.Clone(fifty[:25])
	changed[3].Title = "Noe helt annet"
	has := func(title string) bool { return slices.Contains(b.titles(), title) }
	b.provider.set("/kilde", list(changed...))
	b.wait(time.Hour)
	if got := b.run("kilde"); got.Status != store.RunHeld || !has("Noe helt annet") {
		t.Fatalf("%+v", got)
	}
	// What it answered last is what a replay reads, though it was held.
	b.provider.set("/kilde", status(500, ""))
	b.wait(time.Hour)
	if got := b.in.Run(t.Context(), b.sources[0], ingest.TriggerReplay); got.Status != store.RunHeld || got.Updated != 0 || !has("Noe helt annet") {
		t.Errorf("replay of the held answer: %+v", got)
	}
	b.provider.set("/kilde", list(fifty...))
	b.wait(time.Hour)
	if got := b.run("kilde"); got.Updated != 1 || has("Noe helt annet") {
		t.Errorf("as it was before: %+v", got)
	}
	b.wait(time.Hour)
	if got := b.run("kilde"); got.Status != store.RunUnchanged || got.Written != 0 {
		t.Errorf("and again: %+v", got)
	}

	b.sources[0].Defaults.Organizer = "Turlaget"
	if got := b.in.Run(t.Context(), b.sources[0], ingest.TriggerReplay); got.Updated != 50 {
		t.Errorf("replay with other settings: %+v", got)
	}
	b.sources[0].Defaults.Organizer = ""
	b.wait(time.Hour)
	if got := b.run("kilde"); got.Updated != 50 {
		t.Errorf("the old settings again: %+v", got)
	}
	if got := b.in.Preview(t.Context(), b.sources[0], ingest.PreviewOptions{Replay: true, AsOf: 999}); got.Status != store.RunFailed || !strings.Contains(got.Error, "ingen kjøring 999") {
		t.Errorf("a run that never was: %+v", got)
	}
}

// TestReplay: what a source answered last is read again without asking it, with other settings, and says nothing about the source.
func TestReplay(t *testing.T) {
	b := newBench(t, "kilde")
	replay := func() ingest.Result {
		t.Helper()
		result := b.in.Run(t.Context(), b.sources[0], ingest.TriggerReplay)
		b.agree()
		return result
	}
	if got := replay(); got.Status != store.RunFailed || !strings.Contains(got.Error, "ikke tatt vare på") {
		t.Errorf("a replay of nothing: %+v", got)
	}
	b.provider.set("/kilde", list(some(10)...))
	if got := b.run("kilde"); got.Status != store.RunOK {
		t.Fatalf("%+v", got)
	}
	b.provider.set("/kilde", status(500, "nede"))
	b.wait(time.Hour)
	if got := b.run("kilde"); got.Status != store.RunFailed {
		t.Fatalf("%+v", got)
	}
	before, err := b.db.SourceState(t.Context(), "kilde")
	if err != nil {
		t.Fatal(err)
	}
	asked := b.provider.requests("/kilde")
	b.wait(time.Hour)
	if got := replay(); got.Status != store.RunUnchanged || got.Requests != 0 || got.Live != 10 {
		t.Errorf("a replay of the same: %+v", got)
	}
	b.sources[0].Defaults.Organizer = "Turlaget"
	b.sources[0].Drop = drops(t, `[{title: "/ 3$/"}]`)
	if got := replay(); got.Status != store.RunOK || got.Updated != 9 || got.Removed != 1 || got.Live != 9 {
		t.Errorf("a replay with another mapping: %+v", got)
	}
	if n := b.provider.requests("/kilde"); n != asked {
		t.Errorf("the source was asked %d times", n-asked)
	}
	after, err := b.db.SourceState(t.Context(), "kilde")
	if err != nil {
		t.Fatal(err)
	}
	before.Live = 9
	before.Fingerprint += "+rejects" // the next run reads what is unchanged too
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("a replay changed what is known of the source (-before +after):\n%s", diff)
	}
	b.provider.set("/kilde", list(some(10)...))
	b.wait(time.Hour)
	if got := b.run("kilde"); got.Status != store.RunUnchanged || got.Live != 9 {
		t.Errorf("the run after it: %+v", got)
	}
}

// TestPreviewTells: what would change field by field, what would go and why.
func TestPreviewTells(t *testing.T) {
	b := newBench(t, "kilde", "nabo")
	items := some(10)
	b.provider.set("/kilde", list(items...))
	b.provider.set("/nabo", list(items[1]))
	b.run("kilde")
	b.run("nabo")
	items[4].Text = "Ny tekst"
	b.provider.set("/kilde", list(items[:9]...))
	b.sources[0].Drop = drops(t, `[{title: "/ 2$/"}]`)
	got := b.in.Preview(t.Context(), b.sources[0], ingest.PreviewOptions{Items: 3})
	if got.Status != store.RunOK || got.Dropped != 1 || len(got.Items) != 3 || got.Items[0].Raw == "" || !strings.Contains(got.Items[0].Raw, got.Items[0].Title) {
		t.Errorf("got %+v", got)
	}
	if len(got.Changes) != 1 || got.Changes[0].NativeID != items[4].ID || len(got.Changes[0].Fields) != 2 || string(got.Changes[0].Fields[0].Before) != "null" ||
		string(got.Changes[0].Fields[0].After) != `"Ny tekst"` {
		t.Errorf("changes %+v", got.Changes)
	}
	want := []ingest.Gone{{NativeID: items[2].ID, Title: items[2].Title, Why: "dropped"}, {NativeID: items[9].ID, Title: items[9].Title, Why: "missing"}}
	if diff := cmp.Diff(want, got.Gone); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	b.sources[0].Drop = nil
	b.provider.set("/kilde", body("[]"))
	got = b.in.Preview(t.Context(), b.sources[0], ingest.PreviewOptions{})
	if got.Status != store.RunHeld || len(got.Gone) != 10 || got.Gone[0].Why != "held" {
		t.Errorf("held: %+v", got)
	}
}

// TestPreviewMerges: what a preview says would be merged is what the run then merges, and the preview changes nothing.
func TestPreviewMerges(t *testing.T) {
	b := newBench(t, "hus", "kommune")
	b.provider.set("/hus", list(concert("1", "Bluesnatt med Tor Eikeland", 20), concert("2", "Jazzkafé i foajeen", 21)))
	b.run("hus")
	b.provider.set("/kommune", list(concert("k7", "BLUESNATT MED TOR EIKELAND", 20), concert("k8", "Barnas juleverksted", 22)))
	told := func() (out []string) {
		t.Helper()
		got := b.in.Preview(t.Context(), b.sources[1], ingest.PreviewOptions{Items: 10})
		if len(got.Items) != 2 {
			t.Fatalf("%+v", got.Result)
		}
		for _, it := range got.Items {
			if (it.Why == "") != (len(it.MergesWith) == 0) {
				t.Errorf("%s: merges with %v because %q", it.NativeID, it.MergesWith, it.Why)
			}
			for _, m := range it.MergesWith {
				out = append(out, it.NativeID+" "+m.Source+"/"+m.NativeID+" "+m.Title+" "+m.Listing)
			}
		}
		return out
	}
	before := b.together()
	unwritten := told()
	if diff := cmp.Diff(before, b.together()); diff != "" {
		t.Errorf("the preview changed something:\n%s", diff)
	}
	b.run("kommune")
	if diff := cmp.Diff([]string{"hus/1+kommune/k7", "hus/2", "kommune/k8"}, b.together()); diff != "" {
		t.Fatalf("the run merged otherwise:\n%s", diff)
	}
	want := []string{"k7 hus/1 Bluesnatt med Tor Eikeland " + b.listingOf("hus", "1").ID}
	if diff := cmp.Diff(want, unwritten); diff != "" {
		t.Errorf("new records (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, told()); diff != "" {
		t.Errorf("stored records (-want +got):\n%s", diff)
	}
	b.provider.set("/kommune", list(concert("k7", "Foredrag om sopp", 20), concert("k8", "JAZZKAFÉ I FOAJEEN", 21)))
	unwritten = told()
	b.run("kommune")
	want = []string{"k8 hus/2 Jazzkafé i foajeen " + b.listingOf("hus", "2").ID}
	if diff := cmp.Diff(want, unwritten); diff != "" {
		t.Errorf("changed records (-want +got):\n%s", diff)
	}
}

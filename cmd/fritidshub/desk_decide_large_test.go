package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/index/memory"
	"fritidshub/ingest"
	"fritidshub/store"
)

// TestDeskDecidesLarge: the pages of listings, lists and what was sent in are small and come at once when a list has 4,000 entries, a thousand decisions have been
// made, and a hundred proposals wait.
func TestDeskDecidesLarge(t *testing.T) {
	const entries = 2000
	var list strings.Builder
	list.WriteString("organizers:\n")
	for i := range entries {
		fmt.Fprintf(&list, "  - id: lag-%d\n    name: Lag nummer %d\n    kind: Kunst og kultur\n", i, i)
	}
	list.WriteString("listings:\n")
	for i := range entries {
		fmt.Fprintf(&list, "  - id: tilbud-%d\n    title: Tilbud nummer %d\n    organizer: lag-%d\n    categories: [choir]\n    price: gratis\n    weekly: [{weekdays: tirsdag, from: \"18:00\", to: \"19:30\"}]\n", i, i, i)
	}
	dir, flags := setUp(t, "  - {id: liste, name: Lag, kind: list, url: \"file:liste.yaml\", licence: permission}\n", map[string]string{"liste.yaml": list.String()})
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatalf("sync: %d %s%s", code, out, errs)
	}
	d, handler := deskIn(t, dir)
	h := d.hub
	for i := range 1000 {
		if _, err := h.store.Rule(t.Context(), store.Ruling{At: time.Now(), Verb: store.RuleHide, A: store.Ref{Source: "liste", NativeID: fmt.Sprintf("borte-%d", i)}}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 4 {
		id, err := h.store.Invite(t.Context(), store.Invitation{Made: time.Now(), Expires: time.Now().Add(time.Hour), Source: "liste", Organizer: fmt.Sprintf("lag-%d", i), Secret: []byte("hemmelig")})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 25 {
			change := fmt.Sprintf(`{"section":"listings","stated":[{"key":"title","text":"Forslag %d"}]}`, n)
			if _, err := h.store.Propose(t.Context(), store.Proposal{Invitation: id, At: time.Now(), Change: []byte(change)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	invitation, err := h.store.Invitation(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	found, err := d.Find(t.Context(), "tilbud nummer 7", 1)
	if err != nil || len(found) == 0 {
		t.Fatalf("nothing is found: %v", err)
	}
	quick(t, handler, "/editor/listings", "/editor/listings?q=tilbud", "/editor/listings/"+found[0].ID, "/editor/listings/"+found[0].ID+"/join", "/editor/listings/"+found[0].ID+"/fields/categories",
		"/editor/lists", "/editor/lists/liste", "/editor/lists/liste/listings/entry?id=tilbud-7", "/editor/lists/liste/invitations", "/editor/proposals", "/editor/proposals/1", "/editor/own/"+invitationToken(invitation))
}

// deskIn is the desk of the hub in a folder, whose sources nobody runs.
func deskIn(t *testing.T, dir string) (*desk, http.Handler) {
	t.Helper()
	p := &program{out: io.Discard, err: io.Discard, env: func(name string) (string, bool) {
		v, ok := map[string]string{"FRITIDSHUB_EDITOR_TOKEN": deskToken, "FRITIDSHUB_SOURCES": filepath.Join(dir, "sources.yaml"), "FRITIDSHUB_DATA": filepath.Join(dir, "data"), "FRITIDSHUB_PUBLIC_URL": "http://hub.example"}[name]
		return v, ok
	}}
	in, err := p.defaults()
	if err != nil {
		t.Fatal(err)
	}
	h, err := p.open(t.Context(), in, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	ingester := h.ingester(memory.New(), nil)
	if _, err := ingester.Indexer().CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t.Context(), h, ingester, ingest.NewScheduler(ingester, h.config.Sources))
	handler, err := d.handler()
	if err != nil {
		t.Fatal(err)
	}
	return d, handler
}

// TestDeskSamples: the form of each entry of the lists that the hub ships with, sent as it came, leaves the file as it is.
func TestDeskSamples(t *testing.T) {
	yaml, files := "", map[string]string{}
	for _, name := range []string{"larvik-kommune", "lag-og-foreninger"} {
		text, err := os.ReadFile("../../samples/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		files[name+".yaml"] = string(text)
		yaml += fmt.Sprintf("  - {id: %s, kind: list, url: \"file:%s.yaml\", licence: permission, enabled: false}\n", name, name)
	}
	dir, _ := setUp(t, yaml, files)
	d, handler := deskIn(t, dir)
	server := httptest.NewServer(handler)
	defer server.Close()
	e := signedIn(t, server.URL)
	e.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	seen := 0
	for name, text := range files {
		name = strings.TrimSuffix(name, ".yaml")
		page, err := d.List(t.Context(), name, "", 1000)
		if err != nil {
			t.Fatal(err)
		}
		for section, list := range page.Sections {
			for _, entry := range list.Entries {
				path := "/editor/lists/" + name + "/" + section + "/entry"
				form := e.filledWith(e.get(path+"?id="+entry.ID, http.StatusOK), nil)
				e.post(path, form, http.StatusSeeOther)
				seen++
				if got, err := os.ReadFile(filepath.Join(dir, name+".yaml")); err != nil || string(got) != text {
					t.Fatalf("%s %s: %v\n%s", section, entry.ID, err, cmp.Diff(text, string(got)))
				}
			}
		}
	}
	if seen < 150 {
		t.Errorf("only %d entries were tried", seen)
	}
}

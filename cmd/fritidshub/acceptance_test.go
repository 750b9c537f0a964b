package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/api"
	"fritidshub/api/docs"
	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/client"
	"fritidshub/config"
	"fritidshub/connectors/all"
	"fritidshub/fetch"
	"fritidshub/store/sqlite"
)

// offeredListing is an item of Sandefjord's feed of listings that began at a hub; members are added to its data.
func offeredListing(hub, native, members string) string {
	return fmt.Sprintf(`{"state":"updated","kind":"Listing","id":%q,"modified":1,"data":{"@type":"Service","name":"Sjakk på kafeen","fritidshub:kind":"activity","fritidshub:hub":"sandefjord",
		"fritidshub:sources":[{"hub":%q,"id":"klubber","native_id":%q,"licence":"CC0-1.0"}]%s}}`, catalog.ID("listing", hub, "klubber", native), hub, native, members)
}

// TestAcceptance: a peer is told item by item what we would take, of a page that it sends and of a feed that we fetch, and nothing is stored.
func TestAcceptance(t *testing.T) {
	good, ours := offeredListing("sandefjord", "1", ""), offeredListing("prove", "2", "")
	strange, undated := offeredListing("sandefjord", "3", `,"fritidshub:categories":["romfart"]`), strings.Replace(offeredListing("sandefjord", "4", ""), `"activity"`, `"event"`, 1)
	gone := fmt.Sprintf(`{"state":"deleted","kind":"Listing","id":%q,"modified":1}`, catalog.ID("listing", "sandefjord", "klubber", "5"))
	items := strings.Join([]string{good, ours, strange, undated, gone, `{"state":"updated","id":"x","data":7}`}, ",")
	mux := http.NewServeMux()
	peer := httptest.NewServer(mux)
	defer peer.Close()
	asked := 0
	mux.HandleFunc("GET /rpde/listings", func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"items":[%s],"next":"%s/rpde/listings?afterChangeNumber=1","license":""}`, items, peer.URL)
	})
	mux.HandleFunc("GET /nei/rpde/listings", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<!DOCTYPE html><p>Hei") })
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(2)})
	base, stop := startServe(t, []string{"FRITIDSHUB_ALLOW_PRIVATE=" + strings.TrimPrefix(peer.URL, "http://")}, flags)
	defer stop()
	hub := client.New(base, nil)

	want := []client.Verdict{
		{ID: catalog.ID("listing", "sandefjord", "klubber", "1"), Verdict: "accepted", Title: "Sjakk på kafeen", Listing: catalog.ID("listing", "sandefjord", "klubber", "1")},
		{ID: catalog.ID("listing", "prove", "klubber", "2"), Index: 1, Verdict: "skipped", Title: "Sjakk på kafeen"},
		{ID: catalog.ID("listing", "sandefjord", "klubber", "3"), Index: 2, Verdict: "accepted", Title: "Sjakk på kafeen", Listing: catalog.ID("listing", "sandefjord", "klubber", "3")},
		{ID: catalog.ID("listing", "sandefjord", "klubber", "4"), Index: 3, Verdict: "rejected", Title: "Sjakk på kafeen", Field: "startDate"},
		{ID: catalog.ID("listing", "sandefjord", "klubber", "5"), Index: 4, Verdict: "deleted"},
		{ID: "x", Index: 5, Verdict: "rejected", Field: "data"},
	}
	guide, err := docs.New()
	if err != nil {
		t.Fatal(err)
	}
	samples := guide.Samples(base)
	_, body, _ := strings.Cut(samples[len(samples)-1].Code, "-d '")
	if got, err := hub.OfferPage(t.Context(), []byte(strings.TrimSuffix(body, "'"))); err != nil || got.Accepted != 1 || got.Items != 1 || len(got.Warnings)+len(got.Results[0].Warnings) > 0 {
		t.Errorf("the sample of the documentation: %+v, error %v", got, err)
	}
	check := func(name string, got *client.Contract, err error) {
		t.Helper()
		if err != nil || got.Error != "" {
			t.Errorf("%s: %+v, error %v", name, got, err)
			return
		}
		for i, v := range got.Results {
			if (v.Verdict == "rejected" || v.Verdict == "skipped") != (v.Reason != "") || v.Index == 2 && !strings.Contains(fmt.Sprint(v.Warnings), "romfart") {
				t.Errorf("%s: %+v", name, v)
			}
			got.Results[i].Reason, got.Results[i].Warnings = "", nil
		}
		if diff := cmp.Diff(want, got.Results); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got.Items != 6 || got.Accepted != 2 || got.Skipped != 1 || got.Rejected != 2 || got.Deleted != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	got, err := hub.OfferPage(t.Context(), fmt.Appendf(nil, `{"items":[%s],"next":"https://hub.sandefjord.example/rpde/listings?afterChangeNumber=1"}`, items))
	check("a page", got, err)
	got, err = hub.Offer(t.Context(), peer.URL+"/rpde/listings")
	check("a feed", got, err)
	if asked != 1 {
		t.Errorf("the peer was asked %d times", asked)
	}
	for name, address := range map[string]string{"no feed": peer.URL + "/nei/rpde/listings", "our own network": "http://127.0.0.1:1/rpde/listings", "a file": peer.URL + "/finnes/ikke"} {
		if got, err := hub.Offer(t.Context(), address); err != nil || got.Error == "" || strings.Contains(got.Error, "sources.yaml") || len(got.Results) > 0 {
			t.Errorf("%s: %+v, error %v", name, got, err)
		}
	}
	if got, err := hub.OfferPage(t.Context(), []byte(`{"items":{}}`)); err != nil || got.Error == "" {
		t.Errorf("no page: %+v, error %v", got, err)
	}
	record := func(hub, source string) string {
		return fmt.Sprintf(`{"state":"updated","kind":"record","id":%q,"modified":1,"data":{"hub":"sandefjord","origin":{"hub":%q,"source":%q,"native_id":"1","licence":"CC0-1.0"},
			"record":{"kind":"activity","title":"Sjakk på kafeen"}}}`, catalog.ID("listing", hub, source, "1"), hub, source)
	}
	forged := strings.Replace(record("horten", "klubber"), `"native_id":"1"`, `"native_id":"2"`, 1)
	got, err = hub.OfferPage(t.Context(), fmt.Appendf(nil, `{"feed":"f1","items":[%s,%s,%s,%s],"next":"https://hub.sandefjord.example/rpde/records?afterChangeNumber=1"}`,
		record("sandefjord", "klubber"), record("tonsberg", "klubber"), record("prove", "lag"), forged))
	if err != nil || got.Error != "" || got.Accepted != 2 || got.Skipped != 1 || got.Rejected != 1 || got.Results[3].Field != "origin" {
		t.Errorf("records: %+v, error %v", got, err)
	}
	if total(t, base, "q=kafeen") != 0 {
		t.Error("something was stored")
	}
}

// FuzzAcceptance: whatever a peer sends, every item has one verdict and nothing breaks.
func FuzzAcceptance(f *testing.F) {
	f.Add([]byte(fmt.Sprintf(`{"items":[%s,%s],"next":"https://a.example/rpde/listings?afterChangeNumber=1"}`, offeredListing("sandefjord", "1", ""), offeredListing("prove", "1", ""))))
	f.Add([]byte(`{"items":[{"state":"updated","kind":"record","id":"a","modified":1,"data":{"hub":"x","origin":{"hub":"x","source":"b","native_id":"1"},"record":{"kind":"activity","title":"Kor"}}}]}`))
	f.Add([]byte(`{"items":[],"next":"file:///rpde/"}`))
	tax, err := taxonomy.Load()
	if err != nil {
		f.Fatal(err)
	}
	db, err := sqlite.Open(f.Context(), sqlite.Options{File: filepath.Join(f.TempDir(), databaseName), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	h := &hub{store: db, registry: all.Registry(), taxonomy: tax, config: &config.Config{Hub: config.Hub{ID: "prove", Zone: time.UTC}}, fetch: fetch.New(fetch.Options{}),
		in: &invocation{now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }}}
	f.Fuzz(func(t *testing.T, page []byte) {
		got, err := h.acceptance(t.Context(), api.Offered{Page: page})
		if err != nil {
			t.Fatal(err)
		}
		if got.Accepted+got.Deleted+got.Skipped+got.Rejected != got.Items || len(got.Results) != got.Items {
			t.Errorf("%+v", got)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Error(err)
		}
	})
}

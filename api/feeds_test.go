package api

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fritidshub/api/rpde"
	"fritidshub/catalog"
)

type feedAnswer struct {
	Next, License, Feed string
	Items               []struct {
		State, Kind, ID string
		Modified        int64
		Data            map[string]any
	}
}

func (h *hub) feed(target string) (a feedAnswer) {
	h.t.Helper()
	if err := json.Unmarshal([]byte(h.get(target, 200)), &a); err != nil {
		h.t.Fatal(err)
	}
	return a
}

func TestFeeds(t *testing.T) {
	h := wholeHub(t)
	for target, want := range map[string]struct {
		live, gone int
		kind       string
	}{
		"/rpde/listings": {7, 3, "Listing"}, "/rpde/records": {7, 3, "record"}, "/rpde/municipality/3909/listings": {5, 5, "Listing"},
		"/rpde/municipality/3909/records": {5, 5, "record"}, "/rpde/openactive": {1, 9, ""}, "/rpde/municipality/4001/openactive": {0, 10, ""},
	} {
		page := h.feed(target)
		live, gone := 0, 0
		for _, item := range page.Items {
			if item.State == "updated" {
				live++
			} else {
				gone++
			}
			if want.kind != "" && item.Kind != want.kind || (item.Data == nil) != (item.State == "deleted") {
				t.Errorf("%s: %+v", target, item)
			}
		}
		if live != want.live || gone != want.gone {
			t.Errorf("%s has %d live and %d gone items, want %+v", target, live, gone, want)
		}
		if page.Next != "https://aktiviteter.example"+target+"?afterChangeNumber=10" || page.Feed != "feed-1" || page.License != "https://creativecommons.org/licenses/by/4.0/" {
			t.Errorf("%s: next %s, feed %s, licence %s", target, page.Next, page.Feed, page.License)
		}
		if last := h.feed(strings.TrimPrefix(page.Next, "https://aktiviteter.example")); len(last.Items) != 0 || last.Next != page.Next {
			t.Errorf("the last page of %s: %+v", target, last)
		}
		if last := h.feed(target + "?afterChangeNumber=9007199254740991"); len(last.Items) != 0 {
			t.Errorf("%s has items after the largest number", target)
		}
		for _, bad := range []string{"?afterChangeNumber=x", "?source=klubber", "?afterTimestamp=1", "?afterChangeNumber=1&limit=3"} {
			h.get(target+bad, 400)
		}
	}
	h.get("/rpde/municipality/39/listings", 404)
	h.get("/rpde/municipality/larvik/records", 404)
	h.get("/rpde/organizers", 404)
}

// TestFeedItems: what stands in the items is what the packages below make of it, in the hub's name.
func TestFeedItems(t *testing.T) {
	h := wholeHub(t)
	id := h.store.listings[0].ID
	listing := h.feed("/rpde/listings").Items[0].Data
	if listing["@id"] != "https://aktiviteter.example/l/"+id || listing["fritidshub:hub"] != "larvik" {
		t.Errorf("listing %v", listing)
	}
	source := listing["fritidshub:sources"].([]any)[0]
	if diff := cmp.Diff(map[string]any{"id": "klubber", "native_id": "jenter-8", "name": "Klubblista", "url": "https://furulund.example/jenter", "licence": "CC0-1.0",
		"fetched_at": "2026-11-21T20:00:00+01:00", "hub": "larvik"}, source); diff != "" {
		t.Errorf("source (-want +got):\n%s", diff)
	}
	record := h.feed("/rpde/records").Items[0].Data
	content, _ := record["record"].(map[string]any)
	if record["hub"] != "larvik" || content["title"] != "Jentefotball for nybegynnere" || content["source"] != nil || content["native_id"] != nil || content["origin"] != nil {
		t.Errorf("record %v", record)
	}
	if sport := h.feed("/rpde/openactive").Items[0]; sport.Kind != "SessionSeries" || sport.Data["@context"] != "https://openactive.io/" {
		t.Errorf("opportunity %+v", sport)
	}
}

// TestFeedManners: pages may be kept, the last one not for long; they are compressed, and need not be sent twice.
func TestFeedManners(t *testing.T) {
	h := wholeHub(t)
	full, last := h.do("GET", "/rpde/listings"), h.do("GET", "/rpde/listings?afterChangeNumber=10")
	if got := full.Header().Get("Cache-Control"); got != rpde.CachePage {
		t.Errorf("a page has %s", got)
	}
	if links := full.Header()["Link"]; len(links) != 2 || links[0] != `<https://aktiviteter.example/rpde/listings?afterChangeNumber=10>; rel="next"; type="application/json"` {
		t.Errorf("a page leads to %q", links)
	}
	if links := last.Header()["Link"]; len(links) != 1 {
		t.Errorf("the last page leads to %q", links)
	}
	if got := last.Header().Get("Cache-Control"); got != rpde.CacheLast {
		t.Errorf("the last page has %s", got)
	}
	for _, w := range []*httptest.ResponseRecorder{full, last} {
		if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
			t.Errorf("type %s", got)
		}
	}
	if again := h.do("GET", "/rpde/listings", "If-None-Match", full.Header().Get("ETag")); again.Code != 304 || again.Body.Len() > 0 {
		t.Errorf("again: %d", again.Code)
	}
	zipped := h.do("GET", "/rpde/listings", "Accept-Encoding", "gzip")
	r, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(r); string(body) != full.Body.String() || zipped.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("compressed: %d bytes, %v", len(body), zipped.Header())
	}
	if head := h.do("HEAD", "/rpde/listings"); head.Code != 200 || head.Body.Len() > 0 || head.Header().Get("ETag") != full.Header().Get("ETag") {
		t.Errorf("head: %d, %v", head.Code, head.Header())
	}
}

// TestFeedLicence: one licence for all is named, several that CC BY covers too; else the page that tells them apart.
func TestFeedLicence(t *testing.T) {
	page := "https://aktiviteter.example/openactive#lisenser"
	for want, licences := range map[string][]string{
		"https://creativecommons.org/publicdomain/zero/1.0/": {"CC0-1.0", "CC0-1.0", "permission"}, "https://creativecommons.org/licenses/by/4.0/": {"NLOD-2.0", "CC0-1.0"},
		"https://creativecommons.org/licenses/by-sa/4.0/": {"CC-BY-SA-4.0"}, page: {"CC-BY-SA-4.0", "CC-BY-4.0"}, page + "?": {"CC0-1.0", ""}, page + "??": {"permission"},
	} {
		h := wholeHub(t, func(o *Options) {
			var all []Source
			for i, l := range licences {
				all = append(all, Source{ID: string(rune('a' + i)), Licence: l, Enabled: true, Share: l != "permission"})
			}
			o.Sources = &fakeStore{sources: all}
		})
		if got := h.feed("/rpde/openactive").License; got != strings.TrimRight(want, "?") {
			t.Errorf("%v: %s", licences, got)
		}
	}
}

func TestFeedFails(t *testing.T) {
	h := newHub(t, func(o *Options) {
		o.Feeds, o.Dumps = brokenFeeds{}, &keptDump{}
		o.Changes = &fakeStore{}
	})
	for _, target := range []string{"/rpde/listings", "/rpde/records", "/rpde/municipality/3909/openactive", "/api/v1/changes", "/api/v1/dump.ndjson.gz"} {
		h.get(target, 500)
	}
	h = newHub(t) // without feeds
	for _, target := range []string{"/rpde/listings", "/api/v1/changes", "/api/v1/dump.ndjson.gz"} {
		h.get(target, 404)
	}
	if w := h.do("POST", "/api/v1/contract"); w.Code != 404 {
		t.Errorf("contract without anyone who reads: %d", w.Code)
	}
}

type brokenFeeds struct{}

func (brokenFeeds) Feed(context.Context) (FeedState, error) { return FeedState{}, quietError("disk") }
func (brokenFeeds) ListingChanges(context.Context, string, int64, int) ([]catalog.ListingState, error) {
	return nil, quietError("disk")
}
func (brokenFeeds) RecordChanges(context.Context, string, int64, int) ([]Passed, error) {
	return nil, quietError("disk")
}

// TestDumpIsKept: a dump is made once, told by its change number, and not sent to who has it.
func TestDumpIsKept(t *testing.T) {
	h := wholeHub(t)
	first := h.do("GET", "/api/v1/dump.ndjson.gz", "Accept-Encoding", "gzip")
	if first.Code != 200 || first.Header().Get("X-Change-Number") != "10" || first.Header().Get("Content-Encoding") != "" ||
		first.Header().Get("Link") != `<https://aktiviteter.example/rpde/listings?afterChangeNumber=10>; rel="next"; type="application/json"` ||
		first.Header().Get("Content-Disposition") != `attachment; filename="larvik-10.ndjson.gz"` {
		t.Fatalf("%d, %v", first.Code, first.Header())
	}
	again := h.do("GET", "/api/v1/dump.ndjson.gz", "If-None-Match", first.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("again: %d", again.Code)
	}
	if head := h.do("HEAD", "/api/v1/dump.ndjson.gz"); head.Code != 200 || head.Header().Get("ETag") != first.Header().Get("ETag") {
		t.Errorf("head: %d, %v", head.Code, head.Header())
	}
	h.get("/api/v1/dump.ndjson.gz?from=1", 400)
	r, err := gzip.NewReader(first.Body)
	if err != nil {
		t.Fatal(err)
	}
	if lines, _ := io.ReadAll(r); strings.Count(string(lines), "\n") != 7 {
		t.Errorf("%d lines", strings.Count(string(lines), "\n"))
	}
}

func TestDatasetPage(t *testing.T) {
	h := wholeHub(t)
	body := h.get("/openactive", 200)
	_, rest, found := strings.Cut(body, `<script type="application/ld+json">`)
	text, _, _ := strings.Cut(rest, "</script>")
	var data struct {
		Type         string `json:"@type"`
		Distribution []struct{ ContentURL string }
		License      string
		Publisher    struct{ LegalName string }
	}
	if err := json.Unmarshal([]byte(text), &data); !found || err != nil || data.Type != "Dataset" || len(data.Distribution) != 3 ||
		data.Distribution[0].ContentURL != "https://aktiviteter.example/rpde/openactive" || data.License != "https://creativecommons.org/licenses/by/4.0/" || data.Publisher.LegalName != "Larvik kommune" {
		t.Errorf("data %+v, error %v", data, err)
	}
	if !strings.Contains(body, "Kommunens egne") || strings.Count(body, "(vises her, men gis ikke videre)") != 1 {
		t.Error("the page does not say what is not passed on")
	}
	if strings.Contains(strings.ReplaceAll(body, "https://aktiviteter.example", ""), `src="http`) {
		t.Error("the page asks others for something")
	}
	if !strings.Contains(h.get("/openactive?lang=en", 200), "Open data") {
		t.Error("the page is not in English")
	}
	h.get("/openactive?x=1", 400)
}

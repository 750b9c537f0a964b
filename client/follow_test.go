package client_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fritidshub/client"
)

// followed is a stand-in for a hub with a feed of five changes on pages of two.
func followed(t *testing.T, feed string) *client.Client {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /rpde/municipality/3909/records", func(w http.ResponseWriter, r *http.Request) {
		after := 0
		fmt.Sscan(r.FormValue("afterChangeNumber"), &after)
		var items []string
		for i := after + 1; i <= min(after+2, 5); i++ {
			item := fmt.Sprintf(`{"state":"updated","kind":"record","id":"r%d","modified":%d,"data":{"n":%d}}`, i, i, i)
			if i == 4 {
				item = `{"state":"deleted","kind":"record","id":"r1","modified":4,"why":"leave"}`
			}
			items = append(items, item)
		}
		fmt.Fprintf(w, `{"feed":%q,"items":[%s],"next":"ignored"}`, feed, strings.Join(items, ","))
	})
	mux.HandleFunc("GET /rpde/listings", func(w http.ResponseWriter, r *http.Request) { // the same page for ever
		fmt.Fprint(w, `{"feed":"f","items":[{"state":"updated","kind":"Listing","id":"a","modified":1,"data":{}}],"next":"x"}`)
	})
	mux.HandleFunc("GET /api/v1/changes", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "retry: 5000\nevent: change\nid: 1-2\ndata: {\"feed\":%q,\"listings\":1,\"records\":2}\n\n: \n\ndata: {\"feed\":%q,\"listings\":3,\"records\":2}\n\n", feed, feed)
	})
	mux.HandleFunc("GET /api/v1/dump.ndjson.gz", func(w http.ResponseWriter, r *http.Request) {
		if feed == "gammel" {
			w.Header().Set("Retry-After", "10")
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, `{"title":"The hub cannot answer this now"}`)
			return
		}
		var b bytes.Buffer
		zip := gzip.NewWriter(&b)
		fmt.Fprint(zip, "{\"id\":\"a\",\"title\":\"Kor\"}\n{\"id\":\"b\"}\n")
		zip.Close()
		w.Header().Set("X-Feed", feed)
		if feed != "taus" {
			w.Header().Set("X-Change-Number", "7")
		}
		body := b.Bytes()
		if feed == "avbrutt" {
			body = body[:len(body)-4]
		}
		w.Write(body)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return client.New(server.URL, nil)
}

func TestFollow(t *testing.T) {
	c := followed(t, "f")
	var got []string
	var place client.Place
	for change, err := range c.Follow(t.Context(), client.Records.In("3909"), client.Place{}) {
		if err != nil {
			t.Fatal(err)
		}
		got, place = append(got, fmt.Sprint(change.Number, change.ID, change.Deleted, change.Why, string(change.Data))), change.Place
		if change.Number == 3 {
			break
		}
	}
	if place != (client.Place{Feed: "f", Change: 3}) {
		t.Errorf("stands at %+v", place)
	}
	for change, err := range c.Follow(t.Context(), client.Records.In("3909"), place) { // goes on where it stopped
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(change.Number, change.ID, change.Deleted, change.Why, string(change.Data)))
	}
	if s := strings.Join(got, " "); s != `1r1false{"n":1} 2r2false{"n":2} 3r3false{"n":3} 4r1trueleave 5r5false{"n":5}` {
		t.Errorf("got %s", s)
	}
}

func TestFollowStops(t *testing.T) {
	c := followed(t, "ny")
	for _, err := range c.Follow(t.Context(), client.Records.In("3909"), client.Place{Feed: "f", Change: 3}) {
		if !errors.Is(err, client.ErrFeedChanged) {
			t.Errorf("another feed: %v", err)
		}
	}
	n, failed := 0, error(nil)
	for _, err := range c.Follow(t.Context(), client.Listings, client.Place{}) {
		n, failed = n+1, err
	}
	if n != 2 || failed == nil {
		t.Errorf("a feed that stands still: %d, error %v", n, failed)
	}
	var p *client.Problem
	for _, err := range c.Follow(t.Context(), client.OpenActive, client.Place{}) {
		if !errors.As(err, &p) || p.Status != 404 {
			t.Errorf("a feed that is not there: %v", err)
		}
	}
}

// TestPages: what cannot be a page ends the reading with the member at fault, and what cannot be a change is told apart from the rest of its page.
func TestPages(t *testing.T) {
	page := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		after := 0
		fmt.Sscan(r.FormValue("afterChangeNumber"), &after)
		fmt.Fprint(w, strings.ReplaceAll(page, "NEXT", fmt.Sprint(after+10)))
	}))
	t.Cleanup(server.Close)
	read := func(text string) (pages []client.FeedPage, err error) {
		page = text
		for p, e := range client.New(server.URL, nil).Pages(t.Context(), client.Records, client.Place{}) {
			if err = e; e == nil {
				pages = append(pages, p)
			}
		}
		return pages, err
	}
	for text, member := range map[string]string{
		"<html>": "", `[]`: "items", `{"next":"x"}`: "items", `{"items":{},"next":"x"}`: "items", `{"items":[]}`: "next",
		`{"feed":"` + strings.Repeat("x", 101) + `","items":[],"next":"x"}`: "feed", `{"items":[{"id":"a","state":"updated","modified":-3,"data":{}}],"next":"x"}`: "modified",
	} {
		var bad *client.PageError
		if pages, err := read(text); !errors.As(err, &bad) || bad.Member != member || len(pages) > 0 || !strings.HasPrefix(err.Error(), server.URL) {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	if pages, err := read(`{"items":[],"next":"https://annet.example/?afterChangeNumber=NEXT"}`); !errors.Is(err, client.ErrIdle) || len(pages) != 2 {
		t.Errorf("nothing for ever: %d pages, %v", len(pages), err)
	}
	pages, err := read(`{"items":[{"id":"a","state":"updated","modified":1,"data":{}},7,{"id":"b","state":"updated","modified":2,"data":"x"},{"id":"c","modified":3},{"id":"d","state":"deleted","modified":"4"}],"next":"x"}`)
	var faults []string
	for _, c := range pages[0].Changes {
		faults = append(faults, c.ID+c.Fault)
	}
	if got := strings.Join(faults, " "); got != "a id bdata cstate d" || pages[0].Place.Change != 3 || err == nil {
		t.Errorf("%q, at %+v, %v", got, pages[0].Place, err)
	}
	if pages, err := read(`{"feed":"f","items":[],"next":"x"}`); err != nil || len(pages) != 1 || !pages[0].Last || pages[0].Place != (client.Place{Feed: "f"}) {
		t.Errorf("an empty feed: %+v, %v", pages, err)
	}
}

func TestWatch(t *testing.T) {
	var got []client.State
	var ended error
	for state, err := range followed(t, "f").Watch(t.Context()) {
		if err != nil {
			ended = err
		} else {
			got = append(got, state)
		}
	}
	if len(got) != 2 || got[1] != (client.State{Feed: "f", Listings: 3, Records: 2}) || ended == nil {
		t.Errorf("heard %+v, then %v", got, ended)
	}
}

// TestWatchChatter: a hub that talks without end and has no news is listened to no longer.
func TestWatchChatter(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := fmt.Fprintf(w, ": %s\n\n", strings.Repeat("x", 1000)); err != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	for state, err := range client.New(server.URL, nil).Watch(t.Context()) {
		if err == nil || !strings.Contains(err.Error(), "no news") {
			t.Errorf("heard %+v, %v", state, err)
		}
	}
}

func TestDump(t *testing.T) {
	dump, err := followed(t, "f").Dump(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer dump.Close()
	var ids []string
	for item, err := range dump.Items {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, item.ID)
	}
	if strings.Join(ids, " ") != "a b" || dump.Place != (client.Place{Feed: "f", Change: 7}) {
		t.Errorf("%v at %+v", ids, dump.Place)
	}
	var p *client.Problem
	if _, err := followed(t, "gammel").Dump(t.Context()); !errors.As(err, &p) || p.Status != 503 || p.RetryAfter.Seconds() != 10 {
		t.Errorf("busy: %v", err)
	}
	if _, err := followed(t, "taus").Dump(t.Context()); err == nil {
		t.Error("a dump that does not say where it stands is taken")
	}
	broken, err := followed(t, "avbrutt").Dump(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer broken.Close()
	failed := false
	for _, err := range broken.Items {
		failed = failed || err != nil
	}
	if !failed {
		t.Error("a dump that breaks off is taken for whole")
	}
}

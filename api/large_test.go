package api

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
)

// endless makes the listing of every number as it is asked for, and keeps none.
type endless struct {
	*fakeStore
	zone *time.Location
	n    int
}

func (e *endless) Change(context.Context) (int64, error) { return int64(e.n), nil }

func (e *endless) ListingsByID(_ context.Context, ids []string) ([]catalog.ListingState, error) {
	out := make([]catalog.ListingState, len(ids))
	for i, id := range ids {
		n, err := strconv.Atoi(strings.TrimPrefix(id, "l"))
		if err != nil {
			return nil, err
		}
		out[i] = e.listing(n)
	}
	return out, nil
}

// listing is a training once a week, every third time a course of four evenings.
func (e *endless) listing(n int) catalog.ListingState {
	start := time.Date(2026, 11, 23+n%60, 16+n%5, 0, 0, 0, e.zone)
	r := catalog.Record{Source: "klubber", NativeID: strconv.Itoa(n), Kind: catalog.KindActivity, Title: fmt.Sprintf("Håndball for jenter og gutter, parti %d", n), Language: "nb",
		Summary: "Lek og trening i hallen for alle som vil være med.", Description: strings.Repeat("Vi møtes i hallen, varmer opp sammen og øver på det vi fikk til sist. ", 8),
		Categories: []string{"football"}, Organizer: &catalog.Organizer{Name: fmt.Sprintf("Prøvebygda IL avdeling %d (eksempel)", n%300)},
		Place:    &catalog.Place{Name: fmt.Sprintf("Hall %d", n%200), Address: fmt.Sprintf("Furuveien %d", n%200), PostalCode: "3262", Locality: "Larvik", Municipality: "3909", Geo: &catalog.Point{Lat: 59.06, Lon: 10.03}},
		Schedule: catalog.Schedule{Series: []catalog.Series{{Start: start, End: start.Add(90 * time.Minute), Rules: []string{"FREQ=WEEKLY;UNTIL=20270601T200000Z"}}}}}
	if n%3 == 0 {
		r.Schedule = catalog.Schedule{}
		for week := range 4 {
			from := start.AddDate(0, 0, 7*week)
			r.Schedule.Dates = append(r.Schedule.Dates, catalog.Occurrence{Start: from, End: from.Add(time.Hour)})
		}
	}
	l := catalog.Single("larvik", &r)
	l.ID = fmt.Sprintf("l%06d", n)
	return catalog.ListingState{Listing: l, Change: int64(n + 1), UpdatedAt: time.Date(2026, 11, 22, 8, 15, 0, 0, e.zone)}
}

// TestLargeCalendar streams the calendar of 100,000 listings: in no more memory than a few pages of them take, while others search on.
func TestLargeCalendar(t *testing.T) {
	n := 100_000
	if raced || testing.Short() {
		n = 5_000
	}
	h := manyHub(t, n, func(o *Options) { o.Clock = time.Now })
	server := httptest.NewServer(h)
	defer server.Close()
	read := func(target string, f func(io.Reader) error) {
		r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+target, nil)
		if err != nil {
			t.Error(err)
			return
		}
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Error(err)
			return
		}
		defer w.Body.Close()
		if err := f(w.Body); err != nil || w.StatusCode != 200 {
			t.Errorf("%s: %d %v", target, w.StatusCode, err)
		}
	}
	asked := 0
	search := func() time.Duration {
		begun := time.Now()
		asked++
		read(fmt.Sprintf("/api/v1/search?q=hall+%d&limit=10&facets=none", asked%200), func(r io.Reader) error { _, err := io.Copy(io.Discard, r); return err })
		return time.Since(begun)
	}
	for range 50 {
		search()
	}
	var before, during []time.Duration
	for range 300 {
		before = append(before, search())
	}
	runtime.GC()
	idle, most := live(), uint64(0)
	done := make(chan int)
	begun := time.Now()
	go func() {
		events := 0
		read("/api/v1/search.ics", func(r io.Reader) error {
			lines := bufio.NewScanner(r)
			for lines.Scan() {
				if bytes.Equal(lines.Bytes(), []byte("BEGIN:VEVENT")) {
					events++
				}
			}
			return lines.Err()
		})
		done <- events
	}()
	events := 0
	for events == 0 {
		during = append(during, search())
		most = max(most, live())
		select {
		case events = <-done:
		case <-time.After(5 * time.Millisecond):
		}
	}
	took := time.Since(begun)
	if want := n/3*2 + 4*(n-n/3*2); events < want-8 || events > want+8 {
		t.Errorf("%d events, want about %d", events, want)
	}
	quiet, busy := at(before, 50), at(during, 50)
	t.Logf("%d events in %v; %d MB beyond %d MB at rest; a search took %v (p99 %v), at rest %v (p99 %v), %d of them meanwhile", events, took.Round(time.Millisecond),
		(int64(most)-int64(idle))>>20, idle>>20, busy, at(during, 99), quiet, at(before, 99), len(during))
	if raced {
		return
	}
	if most > idle+64<<20 { // the calendar itself is several times as large
		t.Errorf("%d MB beyond %d MB at rest, at most 64", (most-idle)>>20, idle>>20)
	}
	// The median: of the slowest a machine that tests other packages too says nothing. bench/load measures those.
	if len(during) < 5 || busy > 2*quiet+100*time.Millisecond {
		t.Errorf("%d searches meanwhile; one took %v, at rest %v", len(during), busy, quiet)
	}
}

// live is how much of the heap was in use at the last collection.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// at gives a percentile.
func at(d []time.Duration, percent int) time.Duration {
	slices.Sort(d)
	return d[len(d)*percent/100]
}

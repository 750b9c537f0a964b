package main

import (
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/client"
)

// BenchmarkFeeds walks the feeds of 100,000 listings of 2 kB each, and makes and reads the dump of them. Its heap is the most that was in use
// meanwhile, in MiB above what was before.
func BenchmarkFeeds(b *testing.B) {
	const listings, atOnce = 100_000, 5_000
	h := newFeedHub(b)
	h.declare(true)
	for first := 0; first < listings; first += atOnce {
		records := make([]catalog.Record, atOnce)
		for i := range records {
			records[i] = club("kilde0", first+i, 1, "3909")
			records[i].Description = strings.Repeat("Ta med innesko og vannflaske. ", 60)
			records[i].Schedule = catalog.Schedule{Series: []catalog.Series{{Start: h.now, End: h.now.Add(time.Hour), Rules: []string{"FREQ=WEEKLY"}}}}
		}
		h.write("kilde0", records, nil)
	}
	hub := client.New(h.base, nil)
	for _, feed := range []client.Feed{client.Listings, client.Records, client.OpenActive, client.Listings.In("3909")} {
		b.Run(strings.ReplaceAll(string(feed), "/", "."), func(b *testing.B) {
			defer measureHeap(b)()
			for b.Loop() {
				n := 0
				for _, err := range hub.Follow(b.Context(), feed, client.Place{}) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != listings {
					b.Fatalf("%d changes", n)
				}
			}
		})
	}
	b.Run("dump", func(b *testing.B) {
		defer measureHeap(b)()
		for b.Loop() {
			h.now = h.now.Add(48 * time.Hour) // a new one every time
			resp, err := http.Get(h.base + "/api/v1/dump.ndjson.gz")
			if err != nil {
				b.Fatal(err)
			}
			n, err := io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusOK {
				b.Fatal(resp.Status, err)
			}
			b.ReportMetric(float64(n)/(1<<20), "MiB")
		}
	})
}

// measureHeap reports, when what it gives is called, the most that the heap was above what it is now.
func measureHeap(b *testing.B) func() {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most, done, ended := m.HeapInuse, uint64(0), atomic.Bool{}, make(chan struct{})
	go func() {
		defer close(ended)
		for !done.Load() {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return func() {
		done.Store(true)
		<-ended
		b.ReportMetric(float64(most-min(most, before))/(1<<20), "heap-MiB")
	}
}

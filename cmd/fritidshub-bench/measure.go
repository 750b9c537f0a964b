package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"fritidshub/api"
	"fritidshub/index"
	"fritidshub/store"
)

// report is what is measured of one size. Latencies are in milliseconds.
type report struct {
	Listings int `json:"listings"` // different things that the sources tell of
	Records  int `json:"records"`  // with the echoes of other sources
	Listed   int `json:"listed"`   // listings made of them

	SyncSeconds   float64 `json:"sync_seconds"`
	SyncRate      float64 `json:"sync_listings_per_second"`
	SyncCPU       float64 `json:"sync_cpu_seconds"` // of all threads; what is more than this in SyncSeconds was waiting, for the disk or for neighbours
	SyncPeakMB    float64 `json:"sync_peak_mb"`
	ResyncShare   float64 `json:"resync_share"` // of the first sync's time, sources unchanged
	ResyncWritten int     `json:"resync_rows_written"`
	ResyncIndexed int     `json:"resync_documents_indexed"`

	MatchSeconds float64 `json:"match_seconds"` // all records led to listings from scratch, in one transaction
	MatchCPU     float64 `json:"match_cpu"`     // s of processor time of that
	MatchOne     latency `json:"match_one"`     // one record and what hangs together with it
	MatchOneCPU  latency `json:"match_one_cpu"` // ms of processor time of that

	Empty    latency    `json:"http_empty_handler"`
	Searches []searched `json:"searches"`
	Load     loaded     `json:"http_two_clients"` // all searches mixed
	NoLoad   loaded     `json:"http_two_clients_empty_handler"`
	PeakMB   float64    `json:"peak_mb"`
}

type searched struct {
	Name   string  `json:"name"`
	HTTP   latency `json:"http"`
	Ratio  ratio   `json:"http_to_empty_handler"`
	Engine latency `json:"engine_cpu"`
	Hits   int     `json:"hits"` // median
}

// loaded is what two clients got who asked without a pause.
type loaded struct {
	Rate float64 `json:"requests_per_second"`
	CPU  float64 `json:"cpu_ms_per_request"` // of server and client together
	Got  float64 `json:"processors_used"`    // two would be all that two clients can use; much less means that neighbours were busy
}

type latency struct {
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
}

type ratio struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

// effort is how much is asked.
type effort struct {
	rounds  int           // requests of each search
	load    time.Duration // of two clients
	profile string        // folder for profiles; empty: none
}

// search is one kind of question: make gives the parameters of its n-th variant.
type search struct {
	name string
	make func(t text, n int) url.Values
}

var facets = []string{"kind", "category", "municipality", "organizer", "place", "source", "accessibility", "weekday"}

func values(pairs ...string) url.Values {
	v := url.Values{"facets": facets}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func week(ahead int) url.Values {
	from := today.AddDate(0, 0, ahead)
	return values("from", from.Format(time.DateOnly), "to", from.AddDate(0, 0, 7).Format(time.DateOnly))
}

// searches are the workloads of research on embedded engines: every answer is 20 listings and 8 facets.
func searches() []search {
	return []search{
		{"empty query", func(text, int) url.Values { return values() }},
		{"one word", func(t text, n int) url.Values { return values("q", t.word()) }},
		{"prefix", func(t text, n int) url.Values { return values("q", string([]rune(t.word())[:3+n%3])) }},
		{"filters", func(t text, n int) url.Values {
			return values("free", "true", "age", strconv.Itoa(6+n%10), "category", pick(t, categories).id, "category", pick(t, categories).id, "municipality", pick(t, towns).number)
		}},
		{"10 km by distance", func(t text, n int) url.Values {
			town := pick(t, towns)
			return values("near", fmt.Sprintf("%.4f,%.4f", town.lat+float64(n%9-4)/200, town.lon+float64(n%7-3)/200), "radius", "10", "sort", "distance")
		}},
		{"next seven days", func(_ text, n int) url.Values { return week(n % 2) }},
		{"any seven days", func(_ text, n int) url.Values { return week(2 + n%60) }}, // nobody asked for the same ones lately
	}
}

// measure does everything of one size in this process; dir holds the sources.
func measure(ctx context.Context, dir string, n int, e effort) (report, error) {
	r := report{Listings: n}
	h, err := open(ctx, dir)
	if err != nil {
		return r, err
	}
	defer h.close()
	stop, err := e.record(fmt.Sprintf("%d-sync", n))
	if err != nil {
		return r, err
	}
	spent := cpu(process)
	first, took, err := h.sync(ctx)
	err = errors.Join(err, stop())
	if err != nil {
		return r, err
	}
	live, err := h.store.LiveCount(ctx)
	if err != nil {
		return r, err
	}
	// Rows that happen to tell the same are one listing too.
	if count, err := h.engine.Count(ctx); err != nil || count != live || live < n*9/10 || live > n || first.Added <= n {
		return r, fmt.Errorf("of %d records of %d things %d listings were made and %d indexed (%w)", first.Added, n, live, count, err)
	}
	r.Records, r.Listed = first.Added, live
	r.SyncCPU = (cpu(process) - spent).Seconds()
	r.SyncSeconds, r.SyncRate, r.SyncPeakMB = took.Seconds(), float64(n)/took.Seconds(), peakMemory()
	again, retook, err := h.sync(ctx)
	if err != nil {
		return r, err
	}
	r.ResyncShare, r.ResyncWritten, r.ResyncIndexed = retook.Seconds()/took.Seconds(), again.Written, again.Indexed

	if stop, err = e.record(fmt.Sprintf("%d-match", n)); err != nil {
		return r, err
	}
	if err := errors.Join(h.measureMatching(ctx, e, &r), stop()); err != nil {
		return r, err
	}
	if stop, err = e.record(fmt.Sprintf("%d-search", n)); err != nil {
		return r, err
	}
	if err := errors.Join(h.measureHTTP(ctx, e, &r), stop()); err != nil {
		return r, err
	}
	if err := h.measureEngine(ctx, e, &r); err != nil {
		return r, err
	}
	r.PeakMB = peakMemory()
	return r, nil
}

// measureMatching leads all records to listings from scratch, and then some of them one at a time, as a change of one does.
func (h *hub) measureMatching(ctx context.Context, e effort, r *report) error {
	begin, spent := time.Now(), cpu(process)
	if err := h.ingester.Rematch(ctx); err != nil {
		return err
	}
	r.MatchSeconds, r.MatchCPU = time.Since(begin).Seconds(), (cpu(process) - spent).Seconds()
	var refs []store.Ref
	for _, s := range h.config.Sources {
		err := h.store.Heads(ctx, s.ID, func(head store.Head) error {
			refs = append(refs, store.Ref{Source: s.ID, NativeID: head.NativeID})
			return nil
		})
		if err != nil {
			return err
		}
	}
	t := newText(4)
	var took, busy []time.Duration
	for range e.rounds {
		ref := pick(t, refs)
		begin, spent := time.Now(), cpu(process)
		if err := h.ingester.Reconsider(ctx, ref); err != nil {
			return err
		}
		took, busy = append(took, time.Since(begin)), append(busy, cpu(process)-spent)
	}
	r.MatchOne, r.MatchOneCPU = latencyOf(took), latencyOf(busy)
	// Where more records share a key than are compared, what came first was compared with fewer.
	if live, err := h.store.LiveCount(ctx); err != nil || max(live-r.Listed, r.Listed-live) > r.Listed/100 {
		return fmt.Errorf("matched again, %d listings became %d (%w)", r.Listed, live, err)
	}
	return nil
}

// record profiles the processor until stop is called, and then the heap: NAME.cpu and NAME.heap, for go tool pprof.
func (e effort) record(name string) (stop func() error, err error) {
	if e.profile == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(filepath.Join(e.profile, name+".cpu"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		heap, err := os.Create(filepath.Join(e.profile, name+".heap"))
		if err != nil {
			return errors.Join(err, f.Close())
		}
		return errors.Join(pprof.WriteHeapProfile(heap), heap.Close(), f.Close())
	}, nil
}

// measureHTTP asks the real handler over loopback. An empty handler on the same server is asked in between, so that both see the same machine.
func (h *hub) measureHTTP(ctx context.Context, e effort, r *report) error {
	handler, err := h.handler()
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/empty", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.Handle("/", handler)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := api.NewServer(mux, "")
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	defer func() {
		_ = server.Close()
		<-stopped //nolint:errcheck // the server was closed
	}()
	base := "http://" + listener.Addr().String()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()

	var empty []time.Duration
	kinds := searches()
	took := make([][]time.Duration, len(kinds))
	t := newText(2)
	for round := -5; round < e.rounds; round++ { // the first five only warm up
		for i, s := range kinds {
			nothing, err := get(ctx, client, base+"/empty", http.StatusNoContent)
			if err != nil {
				return err
			}
			d, err := get(ctx, client, base+"/api/v1/search?"+s.make(t, round+5).Encode(), http.StatusOK)
			if err != nil {
				return err
			}
			if round >= 0 {
				empty, took[i] = append(empty, nothing), append(took[i], d)
			}
		}
	}
	r.Empty = latencyOf(empty)
	for i, s := range kinds {
		l := latencyOf(took[i])
		r.Searches = append(r.Searches, searched{Name: s.name, HTTP: l, Ratio: ratio{l.P50 / r.Empty.P50, l.P99 / r.Empty.P99}})
	}
	r.NoLoad, err = load(ctx, client, e.load/4, http.StatusNoContent, func(text, int) string { return base + "/empty" })
	if err != nil {
		return err
	}
	r.Load, err = load(ctx, client, e.load, http.StatusOK, func(t text, n int) string {
		return base + "/api/v1/search?" + kinds[n%len(kinds)].make(t, n).Encode()
	})
	return err
}

// load lets two clients ask for as long as given.
func load(ctx context.Context, client *http.Client, long time.Duration, want int, address func(t text, n int) string) (loaded, error) {
	var done atomic.Int64
	var group sync.WaitGroup
	errs := make([]error, 2)
	begin, spent := time.Now(), cpu(process)
	for c := range errs {
		group.Go(func() {
			t := newText(uint64(10 + c))
			for n := 0; time.Since(begin) < long; n++ {
				if _, errs[c] = get(ctx, client, address(t, n), want); errs[c] != nil {
					return
				}
				done.Add(1)
			}
		})
	}
	group.Wait()
	took, used, n := time.Since(begin).Seconds(), (cpu(process) - spent).Seconds(), float64(max(done.Load(), 1))
	return loaded{Rate: n / took, CPU: 1000 * used / n, Got: used / took}, errors.Join(errs...)
}

// get gives the time from asking to the last byte.
func get(ctx context.Context, client *http.Client, address string, want int) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0, err
	}
	if resp.StatusCode != want {
		return 0, fmt.Errorf("%s: %s", address, resp.Status)
	}
	return time.Since(begin), nil
}

// measureEngine asks the engine alone, in CPU time of the asking thread.
func (h *hub) measureEngine(ctx context.Context, e effort, r *report) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for i, s := range searches() {
		t := newText(3)
		var took []time.Duration
		var hits []int
		for n := range e.rounds {
			q, err := h.query(s.make(t, n).Encode())
			if err != nil {
				return err
			}
			var result index.Result
			begin := cpu(thread)
			if result, err = h.engine.Search(ctx, q); err != nil {
				return err
			}
			took, hits = append(took, cpu(thread)-begin), append(hits, result.Total)
		}
		r.Searches[i].Engine, r.Searches[i].Hits = latencyOf(took), median(hits)
	}
	return nil
}

func latencyOf(took []time.Duration) latency {
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[min(int(share*float64(len(took))), len(took)-1)].Nanoseconds()) / 1e6
	}
	return latency{at(0.50), at(0.99)}
}

func median(list []int) int {
	slices.Sort(list)
	return list[len(list)/2]
}

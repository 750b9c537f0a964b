package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"
	"time"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/memory"
)

// engineReport is what is measured of the embedded engine alone, with documents that are made straight into it.
type engineReport struct {
	Documents  int            `json:"documents"`
	RebuildCPU float64        `json:"rebuild_cpu_seconds"` // without the making of the documents
	Rebuild    float64        `json:"rebuild_seconds"`     // with it, by the wall clock
	SaveCPU    float64        `json:"snapshot_save_cpu_seconds"`
	LoadCPU    float64        `json:"snapshot_load_cpu_seconds"`
	Load       float64        `json:"snapshot_load_seconds"`
	FileMB     float64        `json:"snapshot_mb"`
	RebuiltMB  float64        `json:"memory_after_rebuild_mb"`
	LoadedMB   float64        `json:"memory_after_load_mb"`
	RebuildMB  float64        `json:"peak_of_rebuild_mb"`
	PeakMB     float64        `json:"peak_mb"`
	Update     latency        `json:"update"`
	UpdateCPU  latency        `json:"update_cpu"`
	Floor      float64        `json:"bitset_floor_ms"` // processor time of the counts of floorValues values by plain bitsets
	Searches   []engineSearch `json:"searches"`
}

type engineSearch struct {
	Name   string  `json:"name"`
	CPU    latency `json:"cpu"`
	Floors float64 `json:"p50_to_bitset_floor"`
	Hits   int     `json:"hits"` // median
}

const (
	engineSeed    = 7
	engineUpdates = 1_000
	floorValues   = 116 // of eight facets of a county
)

// engineSearches are the workloads at the engine; each answer is 20 hits and the counts of 8 facets.
func engineSearches(words []string) []struct {
	name string
	make func(t text, n int) index.Query
} {
	page := func(q index.Query) index.Query {
		q.Facets = []index.Facet{index.FacetKind, index.FacetCategory, index.FacetMunicipality, index.FacetOrganizer, index.FacetPlace, index.FacetSource,
			index.FacetAccessibility, index.FacetWeekday}
		q.Limit, q.FacetLimit, q.Now = 20, 100, indextest.Now
		return q
	}
	word := func(t text) string { return pick(t, words) }
	midnight := time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC) // in Norway
	near := func(t text) *catalog.Point {
		town := pick(t, towns)
		return &catalog.Point{Lat: town.lat + float64(t.IntN(9)-4)/200, Lon: town.lon + float64(t.IntN(7)-3)/200}
	}
	return []struct {
		name string
		make func(t text, n int) index.Query
	}{
		{"empty query", func(text, int) index.Query { return page(index.Query{}) }},
		{"one word", func(t text, _ int) index.Query { return page(index.Query{Text: word(t)}) }},
		{"two words", func(t text, _ int) index.Query { return page(index.Query{Text: word(t) + " " + word(t)}) }},
		{"prefix", func(t text, n int) index.Query {
			w := []rune(word(t))
			return page(index.Query{Text: string(w[:min(2+n%3, len(w))])})
		}},
		{"one typing error", func(t text, _ int) index.Query {
			w := []rune(word(t))
			i := 1 + t.IntN(max(len(w)-2, 1))
			return page(index.Query{Text: string(w[:i]) + string(w[min(i+1, len(w)):])})
		}},
		{"filters", func(t text, n int) index.Query {
			age := 6 + n%10
			return page(index.Query{Free: true, Age: &age, Filters: map[index.Facet][]string{
				index.FacetCategory: {pick(t, categories).id, pick(t, categories).id}, index.FacetMunicipality: {pick(t, towns).number}}})
		}},
		{"filters and a word", func(t text, n int) index.Query {
			age := 6 + n%10
			return page(index.Query{Text: word(t), Free: true, Age: &age, Filters: map[index.Facet][]string{index.FacetMunicipality: {pick(t, towns).number}}})
		}},
		{"10 km by distance", func(t text, _ int) index.Query {
			return page(index.Query{Near: near(t), Radius: 10, Sort: index.SortDistance})
		}},
		{"nearest", func(t text, _ int) index.Query { return page(index.Query{Near: near(t), Sort: index.SortDistance}) }},
		{"map window", func(t text, _ int) index.Query {
			p := near(t)
			return page(index.Query{BBox: &index.BBox{West: p.Lon - 0.2, South: p.Lat - 0.1, East: p.Lon + 0.2, North: p.Lat + 0.1}})
		}},
		{"next seven days", func(text, int) index.Query {
			return page(index.Query{From: indextest.Now, To: midnight.AddDate(0, 0, 6)})
		}},
		{"any seven days", func(_ text, n int) index.Query {
			return page(index.Query{From: midnight.AddDate(0, 0, 2+n%60), To: midnight.AddDate(0, 0, 9+n%60)})
		}},
	}
}

// measureEngine measures the engine alone with n documents, in this process.
func measureEngine(ctx context.Context, n int, how effort) (r engineReport, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r.Documents = n
	e := memory.New()
	var (
		words, sample = []string(nil), []index.Document(nil)
		made          time.Duration
		next          = indextest.Stream(n, engineSeed)
		spent, begin  = cpu(process), time.Now()
	)
	feed := func() (index.Document, bool, error) {
		began := cpu(thread)
		defer func() { made += cpu(thread) - began }()
		d, more, err := next()
		if more && len(sample) < engineUpdates && int(d.Change)%max(n/engineUpdates, 1) == 0 {
			sample = append(sample, d)
			own := strings.Fields(d.Description)
			words = append(words, strings.ToLower(d.Keywords[0]), own[len(own)/2])
		}
		return d, more, err
	}
	if err := e.Rebuild(ctx, int64(n), feed); err != nil {
		return r, err
	}
	r.RebuildCPU, r.Rebuild = (cpu(process) - spent - made).Seconds(), time.Since(begin).Seconds()
	r.RebuildMB, r.RebuiltMB = peakMemory(), residentMemory()
	if e, err = r.measureSnapshot(e); err != nil {
		return r, err
	}
	r.Floor = bitsetFloor(n)
	if err := r.measureSearches(ctx, e, words, how); err != nil {
		return r, err
	}
	if err := r.measureUpdates(ctx, e, sample, n); err != nil {
		return r, err
	}
	r.PeakMB = peakMemory()
	return r, nil
}

// measureSnapshot saves the engine and gives one that is loaded from the file.
func (r *engineReport) measureSnapshot(e *memory.Engine) (*memory.Engine, error) {
	dir, err := os.MkdirTemp("", "fritidshub-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	f, err := os.Create(filepath.Join(dir, "index"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	spent := cpu(process)
	if err := e.Save(f, "bench"); err != nil {
		return nil, err
	}
	r.SaveCPU = (cpu(process) - spent).Seconds()
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	r.FileMB = float64(size) / 1e6
	e = memory.New()
	runtime.GC()
	spent, begin := cpu(process), time.Now()
	if err := e.Load(f, "bench"); err != nil {
		return nil, err
	}
	r.LoadCPU, r.Load = (cpu(process) - spent).Seconds(), time.Since(begin).Seconds()
	r.LoadedMB = residentMemory()
	return e, nil
}

func (r *engineReport) measureSearches(ctx context.Context, e *memory.Engine, words []string, how effort) error {
	for _, s := range engineSearches(words) {
		t := newText(3)
		var took []time.Duration
		var hits []int
		stop, err := how.record(fmt.Sprintf("%d-engine-%s", r.Documents, strings.ReplaceAll(s.name, " ", "-")))
		if err != nil {
			return err
		}
		for round := -3; round < how.rounds; round++ {
			q := s.make(t, round+3)
			began := cpu(thread)
			result, err := e.Search(ctx, q)
			if err != nil {
				return err
			}
			if round >= 0 {
				took, hits = append(took, cpu(thread)-began), append(hits, result.Total)
			}
		}
		if err := stop(); err != nil {
			return err
		}
		l := latencyOf(took)
		r.Searches = append(r.Searches, engineSearch{Name: s.name, CPU: l, Floors: l.P50 / r.Floor, Hits: median(hits)})
	}
	return nil
}

// measureUpdates changes one document at a time and looks for the change.
func (r *engineReport) measureUpdates(ctx context.Context, e *memory.Engine, sample []index.Document, n int) error {
	var took, busy []time.Duration
	for i, d := range sample {
		d.Title += " (endret)"
		d.Change = int64(n + 1 + i)
		begin, spent := time.Now(), cpu(thread)
		if err := e.Apply(ctx, index.Batch{Upserts: []index.Document{d}, Change: d.Change}); err != nil {
			return err
		}
		took, busy = append(took, time.Since(begin)), append(busy, cpu(thread)-spent)
		if change, err := e.Change(ctx); err != nil || change != d.Change {
			return fmt.Errorf("the engine is at change %d, not at %d (%w)", change, d.Change, err)
		}
	}
	r.Update, r.UpdateCPU = latencyOf(took), latencyOf(busy)
	return nil
}

func residentMemory() float64 {
	debug.FreeOSMemory()
	return memoryOf("VmRSS")
}

// bitsetFloor is the processor time of counting one set of n documents by the bitsets of floorValues values, in ms: what no
// engine that counts facets in this way can go below.
func bitsetFloor(n int) float64 {
	t := newText(5)
	sets := make([][]uint64, floorValues+1)
	for i := range sets {
		sets[i] = make([]uint64, (n+63)/64)
		for w := range sets[i] {
			sets[i][w] = t.Uint64()
		}
	}
	var took []time.Duration
	sink := 0
	for range 30 {
		began := cpu(thread)
		for _, set := range sets[1:] {
			for w, all := range sets[0] {
				sink += bits.OnesCount64(all & set[w])
			}
		}
		took = append(took, cpu(thread)-began)
	}
	runtime.KeepAlive(sink)
	return latencyOf(took).P50
}

// engineFigures holds the figures of one size against the bars; p50, p99 and hard99 are engineBar's.
func engineFigures(r engineReport, loose bool) (all []figure) {
	goal := func(name string, value float64, unit string, bar float64) {
		all = append(all, figure{Listings: r.Documents, Name: name, Value: value, Unit: unit, Bar: bar, Goal: true, Loose: loose})
	}
	p50, p99, hard99 := engineBar(r.Documents)
	for _, s := range r.Searches {
		goal("engine p50, "+s.Name, s.CPU.P50, "ms CPU", p50)
		bar := p99
		switch s.Name {
		case "prefix", "10 km by distance", "nearest", "map window":
			bar = hard99
		}
		goal("engine p99, "+s.Name, s.CPU.P99, "ms CPU", bar)
		goal("engine p50 to bitset floor, "+s.Name, s.Floors, "", 5)
	}
	update, load, rebuild, memory, peak := 1.0, 1.5, 5.0, 250.0, 500.0
	if r.Documents > 100_000 {
		update, load, rebuild, memory, peak = 5, 6, 45, 1200, 2400
	}
	goal("visible update p99", r.UpdateCPU.P99, "ms CPU", update)
	goal("start from snapshot", r.LoadCPU, "s CPU", load)
	goal("rebuild on two cores", r.RebuildCPU/2, "s CPU each", rebuild)
	goal("memory after rebuild", r.RebuiltMB, "MB", memory)
	goal("memory after load", r.LoadedMB, "MB", memory)
	goal("peak memory of the rebuild", r.RebuildMB, "MB", peak)
	return all
}

func engineTable(out io.Writer, reports []engineReport, loose bool) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "documents\tfigure\tmeasured\tunit\tbar\t\t\n")
	for _, r := range reports {
		fmt.Fprintf(w, "%d\tplain bitset floor, %d values\t%.3g\tms CPU\t\t\t\n", r.Documents, floorValues, r.Floor)
		fmt.Fprintf(w, "%d\tupdate p99, by the wall clock\t%.3g\tms\t\t\t\n", r.Documents, r.Update.P99)
		fmt.Fprintf(w, "%d\tupdate p50\t%.3g\tms CPU\t\t\t\n", r.Documents, r.UpdateCPU.P50)
		fmt.Fprintf(w, "%d\tsnapshot file\t%.4g\tMB\t\t\t\n", r.Documents, r.FileMB)
		fmt.Fprintf(w, "%d\tsnapshot saved in\t%.3g\ts CPU\t\t\t\n", r.Documents, r.SaveCPU)
		fmt.Fprintf(w, "%d\tsnapshot loaded in, by the wall clock\t%.3g\ts\t\t\t\n", r.Documents, r.Load)
		fmt.Fprintf(w, "%d\trebuild with the making of the documents, by the wall clock\t%.3g\ts\t\t\t\n", r.Documents, r.Rebuild)
		fmt.Fprintf(w, "%d\tpeak memory of it all\t%.4g\tMB\t\t\t\n", r.Documents, r.PeakMB)
		for _, s := range r.Searches {
			fmt.Fprintf(w, "%d\thits, %s\t%d\tmedian\t\t\t\n", r.Documents, s.Name, s.Hits)
		}
		for _, f := range engineFigures(r, loose) {
			fmt.Fprintf(w, "%d\t%s\t%.4g\t%s\t%s\t%s\t\n", f.Listings, f.Name, f.Value, f.Unit, f.bar(), f.verdict())
		}
	}
	return w.Flush()
}

// runEngine is the mode that measures the engine alone; child: in this process.
func runEngine(ctx context.Context, counts []int, child, asJSON, loose bool, how effort, out, errOut io.Writer) error {
	if child {
		r, err := measureEngine(ctx, counts[0], how)
		return errors.Join(err, json.NewEncoder(out).Encode(r))
	}
	var reports []engineReport
	for _, n := range counts {
		fmt.Fprintf(errOut, "measuring the engine with %d documents …\n", n)
		var r engineReport
		if err := again(ctx, errOut, &r, "-engine-child", "-n", fmt.Sprint(n), "-profile", how.profile); err != nil {
			return fmt.Errorf("%d documents: %w", n, err)
		}
		reports = append(reports, r)
	}
	if asJSON {
		return json.NewEncoder(out).Encode(reports)
	}
	return engineTable(out, reports, loose)
}

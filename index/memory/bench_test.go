package memory_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/memory"
)

var sizes = []int{10_000, 100_000}

// cpu reports the processor time of each operation, which other work on the machine disturbs less than wall time.
func cpu(b *testing.B) (stop func()) {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	began := used()
	return func() { b.ReportMetric(float64((used()-began).Nanoseconds())/1000/float64(b.N), "cpu-µs/op") }
}

func feed(docs []index.Document) func() (index.Document, bool, error) {
	return func() (index.Document, bool, error) {
		if len(docs) == 0 {
			return index.Document{}, false, nil
		}
		d := docs[0]
		docs = docs[1:]
		return d, true, nil
	}
}

func build(b *testing.B, docs []index.Document) *memory.Engine {
	e := memory.New()
	if err := e.Rebuild(context.Background(), int64(len(docs)), feed(docs)); err != nil {
		b.Fatal(err)
	}
	return e
}

// workloads are what a widget asks for: 20 hits and the counts of 8 facets.
func workloads() map[string][]index.Query {
	shown := []index.Facet{index.FacetKind, index.FacetCategory, index.FacetMunicipality, index.FacetAccessibility, index.FacetLanguage,
		index.FacetScheme, index.FacetWeekday, index.FacetStatus}
	page := func(q index.Query) index.Query {
		q.Facets, q.Limit, q.Now, q.FacetLimit = shown, 20, indextest.Now, 100
		return q
	}
	texts := func(list ...string) []index.Query {
		var queries []index.Query
		for _, text := range list {
			queries = append(queries, page(index.Query{Text: text}))
		}
		return queries
	}
	day := func(n int) time.Time { return indextest.Now.Truncate(24*time.Hour).AddDate(0, 0, n) }
	age := 10
	loads := map[string][]index.Query{
		"empty8": {page(index.Query{})},
		"word":   texts("svømming", "sommerleir", "sjakk", "barn", "kulturskole", "håndball", "teaterkveld", "Larvik"),
		"words":  texts("svømming barn", "kor senior larvik", "fotball gutter", "sjakk for alle stavern"),
		"prefix": texts("sv", "kor", "fot", "barn", "ha", "tea", "strik", "sk"),
	}
	for i := range 7 {
		loads["filters"] = append(loads["filters"], page(index.Query{Free: true, Age: &age, Filters: map[index.Facet][]string{
			index.FacetCategory: {"sport"}, index.FacetWeekday: {index.WeekdayNames()[i]}}}))
		loads["geo"] = append(loads["geo"], page(index.Query{Near: &catalog.Point{Lat: 59 + float64(i)/10, Lon: 10}, Radius: 10, Sort: index.SortDistance}))
		loads["dates"] = append(loads["dates"], page(index.Query{From: day(i % 4), To: day(i%4 + 7)}))
		loads["organizers"] = append(loads["organizers"], func() index.Query {
			q := page(index.Query{Filters: map[index.Facet][]string{index.FacetMunicipality: {"3909"}}})
			q.Facets = index.Facets()
			return q
		}())
	}
	return loads
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range sizes {
		var before, after runtime.MemStats
		docs := indextest.Generate(n, 7)
		runtime.GC()
		runtime.ReadMemStats(&before)
		e := build(b, docs)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(docs)
		b.Logf("%d documents: %d MB", n, (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>20)
		docs = nil
		loads := workloads()
		for _, name := range []string{"empty8", "word", "words", "prefix", "filters", "geo", "dates", "organizers"} {
			b.Run(fmt.Sprintf("%s/%dk", name, n/1000), func(b *testing.B) {
				defer cpu(b)()
				var took []time.Duration
				for i := 0; b.Loop(); i++ {
					began := time.Now()
					if _, err := e.Search(context.Background(), loads[name][i%len(loads[name])]); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(began))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
			})
		}
	}
}

// BenchmarkSearchAfterChanges searches an index that has taken many small changes since it was built.
func BenchmarkSearchAfterChanges(b *testing.B) {
	docs := indextest.Generate(100_000, 7)
	e := build(b, docs)
	for i := range 5_000 {
		if err := e.Apply(context.Background(), index.Batch{Upserts: docs[i*7919%len(docs):][:1], Change: int64(i)}); err != nil {
			b.Fatal(err)
		}
	}
	loads := workloads()
	for _, name := range []string{"empty8", "word", "filters", "dates"} {
		b.Run(name, func(b *testing.B) {
			defer cpu(b)()
			for i := 0; b.Loop(); i++ {
				if _, err := e.Search(context.Background(), loads[name][i%len(loads[name])]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkApplyOne(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("%dk", n/1000), func(b *testing.B) {
			docs := indextest.Generate(n, 7)
			e := build(b, docs)
			defer cpu(b)()
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				began := time.Now()
				batch := index.Batch{Upserts: docs[i*7919%n:][:1], Change: int64(n + i)}
				if err := e.Apply(context.Background(), batch); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
		})
	}
}

func BenchmarkRebuild(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("%dk", n/1000), func(b *testing.B) {
			docs := indextest.Generate(n, 7)
			defer cpu(b)()
			for b.Loop() {
				build(b, docs)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}

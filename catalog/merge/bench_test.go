package merge_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/merge"
)

// synthetic makes n records of 20 sources; three in ten are of a thing that another source has as well, under a title, an hour or a
// place that may differ a little.
func synthetic(n int, zone *time.Location) []catalog.Record {
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[rnd.IntN(len(list))] }
	what := strings.Fields("konsert kurs trening forestilling lesestund foredrag turgruppe kafe verksted quiz utstilling marked fotball håndball svømming dans teater korps speider sjakk")
	syllables := strings.Fields("ber dal fjell gran hav kvist lund mose nes ring sol tind vik øy ås bekk elv furu holm lier mar rot skog tun vold")
	invent := func() string { return pick(syllables) + pick(syllables) + pick(syllables) }
	var names, places, clubs []string
	for range 3000 {
		names = append(names, invent())
	}
	for i := range 600 {
		s := invent()
		places = append(places, strings.ToUpper(s[:1])+s[1:]+[]string{" kulturhus", " skole", " bibliotek", "hallen", ""}[i%5])
		clubs = append(clubs, strings.ToUpper(s[:1])+s[1:]+[]string{" IL", " korps", " menighet", " historielag", " Røde Kors"}[i%5])
	}
	out := make([]catalog.Record, 0, n)
	for i := range n {
		r := catalog.Record{Source: fmt.Sprintf("kilde-%02d", rnd.IntN(20)), NativeID: fmt.Sprint("id-", i), Kind: catalog.KindEvent}
		if len(out) > 0 && rnd.IntN(10) < 3 {
			of := out[rnd.IntN(len(out))]
			r.Title, r.Organizer, r.Place, r.Schedule, r.Kind = of.Title, of.Organizer, of.Place, of.Schedule, of.Kind
			switch rnd.IntN(5) {
			case 0:
				r.Title = "AVLYST: " + r.Title
			case 1:
				r.Title += " på " + pick(places)
			case 2:
				r.Organizer = nil
			case 3:
				r.Place = nil
			}
		} else {
			name := pick(names)
			r.Title = strings.ToUpper(name[:1]) + name[1:] + " " + pick(what)
			if rnd.IntN(3) == 0 {
				r.Title = pick(what) + " med " + pick(names) + " og " + pick(names)
			}
			place := rnd.IntN(len(places))
			r.Place, r.Organizer = &catalog.Place{Name: places[place]}, &catalog.Organizer{Name: clubs[rnd.IntN(len(clubs))]}
			start := time.Date(2027, 1, 1+rnd.IntN(360), 9+rnd.IntN(12), 30*rnd.IntN(2), 0, 0, zone)
			if rnd.IntN(5) < 2 {
				r.Kind = catalog.KindActivity
				r.Schedule.Series = []catalog.Series{{Start: start, End: start.Add(time.Hour), Rules: []string{"FREQ=WEEKLY;COUNT=20"}}}
			} else {
				r.Schedule.Dates = []catalog.Occurrence{{Start: start, End: start.Add(2 * time.Hour)}}
			}
		}
		r.URL = "https://" + r.Source + ".example/a/" + r.NativeID
		out = append(out, r)
	}
	return out
}

// index is what the store's table of keys is in a test: blocks of more than its limit say nothing.
type index struct {
	items  []*merge.Item
	blocks map[uint64][]int32
	seen   []int32
	turn   int32
}

func newIndex(items []*merge.Item) *index {
	x := &index{items: items, blocks: make(map[uint64][]int32, 4*len(items)), seen: make([]int32, len(items))}
	for i, it := range items {
		for _, k := range it.Keys() {
			x.blocks[k] = append(x.blocks[k], int32(i))
		}
	}
	return x
}

func (x *index) sharing(keys [][]uint64) ([][]*merge.Item, error) {
	out := make([][]*merge.Item, len(keys))
	for i := range keys {
		x.turn++
		for _, k := range keys[i] {
			if block := x.blocks[k]; len(block) <= merge.MaxBlock {
				for _, n := range block {
					if x.seen[n] != x.turn {
						x.seen[n] = x.turn
						out[i] = append(out[i], x.items[n])
					}
				}
			}
		}
	}
	return out, nil
}

func described(records []catalog.Record, zone *time.Location) []*merge.Item {
	items := make([]*merge.Item, len(records))
	for i := range records {
		items[i] = describe(zone, &records[i])
	}
	return items
}

// BenchmarkScratch groups 100,000 records of 20 sources from nothing: the goal is well below ten seconds on one core and 300 MB. Beside
// it is the time that comparing every pair would take, from the time of a single comparison.
func BenchmarkScratch(b *testing.B) {
	zone := oslo(b)
	records := synthetic(100_000, zone)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		items := described(records, zone)
		describing := time.Since(start)
		at := make(map[merge.Ref]int, len(items))
		for i, it := range items {
			at[it.Ref] = i
		}
		x := newIndex(items)
		indexing := time.Since(start) - describing
		done := make([]bool, len(items))
		listings, largest := 0, 0
		for i, it := range items {
			if done[i] {
				continue
			}
			near, pairs, err := merge.Around([]*merge.Item{it}, nil, nil, x.sharing)
			if err != nil {
				b.Fatal(err)
			}
			largest = max(largest, len(near))
			for _, n := range near {
				done[at[n.Ref]] = true
			}
			for _, g := range merge.Grouped(near, pairs, nil) {
				members := make([]merge.Member, 0, len(g.Items))
				for _, m := range g.Items {
					members = append(members, merge.Member{Record: &records[at[m.Ref]], Item: m, Priority: 50})
				}
				l := merge.Fuse("larvik", zone, members, g.Links)
				listings += min(1, len(l.Members))
			}
		}
		took := time.Since(start)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(x)
		keys := 0
		for _, block := range x.blocks {
			keys += len(block)
		}
		start = time.Now()
		for i := range 200_000 {
			merge.Compare(items[i%1000], items[i/7%len(items)])
		}
		each := time.Since(start) / 200_000
		b.ReportMetric(took.Seconds(), "s/100k")
		b.ReportMetric(describing.Seconds(), "s/describing")
		b.ReportMetric(indexing.Seconds(), "s/indexing")
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		b.ReportMetric(float64(listings), "listings")
		b.ReportMetric(float64(largest), "largest")
		b.ReportMetric(float64(keys)/float64(len(items)), "keys/record")
		b.ReportMetric(float64(each.Nanoseconds()), "ns/comparison")
		b.ReportMetric(each.Seconds()*float64(len(items))*float64(len(items))/2/took.Seconds(), "x-all-pairs")
	}
}

// BenchmarkWhole groups 100,000 records in one go, as when the rules of reading have changed.
func BenchmarkWhole(b *testing.B) {
	zone := oslo(b)
	items := described(synthetic(100_000, zone), zone)
	for b.Loop() {
		b.ReportMetric(float64(len(merge.Groups(items, nil))), "listings")
	}
}

// BenchmarkOne is one changed record among 100,000: described, its neighbourhood found, grouped and fused.
func BenchmarkOne(b *testing.B) {
	zone := oslo(b)
	records := synthetic(100_000, zone)
	items := described(records, zone)
	at := make(map[merge.Ref]int, len(items))
	for i, it := range items {
		at[it.Ref] = i
	}
	x := newIndex(items)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		i = (i + 7919) % len(records)
		near, pairs, err := merge.Around([]*merge.Item{describe(zone, &records[i])}, nil, nil, x.sharing)
		if err != nil {
			b.Fatal(err)
		}
		for _, g := range merge.Grouped(near, pairs, nil) {
			var members []merge.Member
			for _, m := range g.Items {
				members = append(members, merge.Member{Record: &records[at[m.Ref]], Item: m, Priority: 50})
			}
			merge.Fuse("larvik", zone, members, g.Links)
		}
	}
}

// BenchmarkCompare is one comparison of two that share a key.
func BenchmarkCompare(b *testing.B) {
	zone := oslo(b)
	records := synthetic(2000, zone)
	items := described(records, zone)
	x := newIndex(items)
	var pairs [][2]*merge.Item
	for _, it := range items {
		near, _ := x.sharing([][]uint64{it.Keys()})
		for _, n := range near[0] {
			pairs = append(pairs, [2]*merge.Item{it, n})
		}
	}
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		p := pairs[i%len(pairs)]
		merge.Compare(p[0], p[1])
		i++
	}
}

// BenchmarkDescribe is one record.
func BenchmarkDescribe(b *testing.B) {
	zone := oslo(b)
	records := synthetic(2000, zone)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		describe(zone, &records[i%len(records)])
		i++
	}
}

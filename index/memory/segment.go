package memory

import (
	"bytes"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/analysis"
)

// segment is an immutable part of the index. Its documents are numbered in the order of their titles and, of equal titles, ids:
// the order that breaks every tie. Times are Unix seconds clamped to 32 bits (1970 to 2106).
type segment struct {
	n      int
	ids    table
	titles table    // sort keys
	byID   []uint32 // documents in the order of their ids

	facets [numFacets]column

	ageMin, ageMax []int16
	ages           []bitset // by age: the documents that admit it; nil: none
	price          []int32  // øre, 0 when free; notStated
	free           bitset
	unpriced       bitset   // states neither a price nor whether it is free
	slots          []uint32 // by document: index.Slots of what is to come
	lat, lon       []float64
	pos            [][3]float64 // on the unit sphere; NaN: no position
	updated        []int64
	change         []int64 // change numbers, for Each

	ends      []uint32 // never: not known to end
	byEnd     []uint32 // documents that end, in the order of their ends
	standing  bitset
	valid     []validity // of the standing ones, else zero
	always    bitset     // standing ones without bounds
	spanOff   []uint32
	spanStart []uint32
	spanUntil []uint32 // the latest end of this and all earlier spans of the document
	spanSlot  []uint8
	words     lexicon
	counted   atomic.Pointer[counted]
	days      *days    // nil: none
	grid      *grid    // nil: none
	bySlot    slotSets // of slots
	alive     []bitset // what is not over after the first so many aliveSteps of byEnd have ended
	aliveStep int
}

type validity struct{ from, through uint32 }

const (
	never     = math.MaxUint32
	notStated = math.MaxInt32
	// Bounds of an age that is open.
	openFrom, openTo = math.MinInt16, math.MaxInt16
)

func second(t int64) uint32 { return uint32(min(max(t, 0), never-1)) }

// newSegment makes a segment of documents; of two with the same id the last counts.
func newSegment(docs []index.Document, dict *dictionary) *segment {
	type entry struct {
		key string
		doc *index.Document
	}
	last := make(map[string]int, len(docs))
	for i := range docs {
		last[docs[i].ID] = i
	}
	order := make([]entry, 0, len(last))
	for i := range docs {
		if last[docs[i].ID] == i {
			order = append(order, entry{analysis.SortKey(docs[i].Title), &docs[i]})
		}
	}
	slices.SortFunc(order, func(a, b entry) int {
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return strings.Compare(a.doc.ID, b.doc.ID)
	})
	s := &segment{free: newBitset(len(order)), unpriced: newBitset(len(order)), standing: newBitset(len(order)), spanOff: make([]uint32, 1, len(order)+1)}
	lex := newLexiconBuilder()
	for _, e := range order {
		s.addIdentity(e.doc.ID, e.key)
		s.addColumns(e.doc)
		lex.add(e.doc)
	}
	for f := range facets {
		b, known := columnBuilder{}, map[string]uint32{}
		for _, e := range order {
			for _, v := range e.doc.Values(facets[f]) {
				code := known[v]
				if code == 0 && v != "" {
					code = dict.code(f, v)
					known[v] = code
				}
				if code != 0 {
					b.value(code)
				}
			}
			b.next()
		}
		s.facets[f] = b.column()
	}
	s.words = lex.lexicon()
	s.finish()
	return s
}

func (s *segment) addIdentity(id, title string) {
	add(&s.ids, id)
	add(&s.titles, title)
	s.n++
}

func (s *segment) addColumns(d *index.Document) {
	n := uint32(s.n - 1)
	s.ageMin = append(s.ageMin, int16(age(d.AgeMin, openFrom)))
	s.ageMax = append(s.ageMax, int16(age(d.AgeMax, openTo)))
	price := int64(notStated)
	if d.PriceMin != nil {
		price = min(int64(*d.PriceMin), notStated-1)
	}
	if d.Free == catalog.Yes {
		price = 0
		s.free.set(n)
	}
	if d.PriceMin == nil && d.Free == catalog.NotStated {
		s.unpriced.set(n)
	}
	s.price = append(s.price, int32(price))
	s.slots = append(s.slots, uint32(d.Slots&index.AllSlots))
	lat, lon := math.NaN(), math.NaN()
	if g := d.Geo; g != nil && math.Abs(g.Lat) <= 90 && math.Abs(g.Lon) <= 180 { // what is no position on earth is none
		lat, lon = g.Lat, g.Lon
	}
	s.lat, s.lon = append(s.lat, lat), append(s.lon, lon)
	s.updated, s.change = append(s.updated, d.Updated), append(s.change, d.Change)
	ends := uint32(never)
	if d.Ends != 0 {
		ends = second(d.Ends)
	}
	s.ends = append(s.ends, ends)
	v := validity{}
	if d.Standing {
		s.standing.set(n)
		v = validity{second(d.ValidFrom), never}
		if d.ValidThrough != 0 {
			v.through = second(d.ValidThrough)
		}
	}
	s.valid = append(s.valid, v)
	until, spans := uint32(0), d.Spans
	if d.Standing {
		spans = nil
	}
	for _, span := range spans {
		start := second(span.Start)
		until = max(until, second(span.End), start+1) // a moment is a second long
		s.spanStart, s.spanUntil = append(s.spanStart, start), append(s.spanUntil, until)
		s.spanSlot = append(s.spanSlot, min(span.Slot, index.NumSlots-1))
	}
	s.spanOff = append(s.spanOff, uint32(len(s.spanStart)))
}

func age(a *int, open int) int {
	if a == nil {
		return open
	}
	return min(max(*a, openFrom+1), openTo-1)
}

// finish derives what follows from the columns.
func (s *segment) finish() {
	s.byID = make([]uint32, s.n)
	for d := range s.byID {
		s.byID[d] = uint32(d)
	}
	slices.SortFunc(s.byID, func(a, b uint32) int { return bytes.Compare(s.ids.at(a), s.ids.at(b)) })
	s.ids.clip()
	s.titles.clip()
	s.spanStart, s.spanUntil = slices.Clip(s.spanStart), slices.Clip(s.spanUntil)
	s.spanSlot = slices.Clip(s.spanSlot)
}

// prepare derives what searches need and merging does not, once. It is called before readers see the segment.
func (s *segment) prepare() {
	if s.pos != nil {
		return
	}
	s.pos, s.always = make([][3]float64, s.n), newBitset(s.n)
	for d := range s.pos {
		if s.standing.has(uint32(d)) && s.valid[d] == (validity{0, never}) {
			s.always.set(uint32(d))
		}
		s.pos[d] = onSphere(catalog.Point{Lat: s.lat[d], Lon: s.lon[d]})
		if s.ends[d] != never {
			s.byEnd = append(s.byEnd, uint32(d))
		}
	}
	slices.SortFunc(s.byEnd, func(a, b uint32) int { return int(int64(s.ends[a]) - int64(s.ends[b])) })
	s.byEnd = slices.Clip(s.byEnd)
	derive := []func(){func() { s.words.prepare(s.n) }, s.newAlive, s.newAges, s.newSlotSets, func() { s.days = newDays(s) }, func() { s.grid = newGrid(s) }}
	for f := range s.facets {
		derive = append(derive, func() { s.facets[f].derive(s.n) })
	}
	if s.n < fewDocuments {
		for _, job := range derive {
			job()
		}
		return
	}
	var jobs sync.WaitGroup
	slots := make(chan struct{}, max(runtime.GOMAXPROCS(0)-1, 1)) // readers keep a processor
	for _, job := range derive {
		slots <- struct{}{}
		jobs.Go(func() {
			defer func() { <-slots }()
			job()
		})
	}
	jobs.Wait()
}

func (s *segment) find(id string) (uint32, bool) {
	i := s.ids.lowerBound(s.byID, id)
	if i < s.n && string(s.ids.at(s.byID[i])) == id {
		return s.byID[i], true
	}
	return 0, false
}

// after is the first document that comes after (title, id) in the order of titles.
func (s *segment) after(title, id string) uint32 {
	lo, hi := 0, s.n
	for lo < hi {
		m := (lo + hi) / 2
		t := s.titles.at(uint32(m))
		if string(t) < title || string(t) == title && string(s.ids.at(uint32(m))) <= id {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return uint32(lo)
}

package memory

import (
	"bytes"
	"slices"
)

// fanIn is how many segments are merged at once.
const fanIn = 16

// mergeAll makes one view of many, which are used up.
func mergeAll(views []view) view {
	for len(views) > 1 {
		var next []view
		for some := range slices.Chunk(views, fanIn) {
			next = append(next, merge(some, true))
		}
		views = next
	}
	if len(views) == 0 {
		return view{}
	}
	return views[0]
}

// merge makes one view of the living documents of several. When they are used up, each part of them is let go as soon as it is merged.
func merge(views []view, usedUp bool) view {
	order, places := interleave(views)
	n := len(order)
	m := merger{views, order, usedUp}
	s := &segment{n: n, free: newBitset(n), unpriced: newBitset(n), standing: newBitset(n)}
	for i, o := range order {
		from := views[o.view].seg
		if from.free.has(o.doc) {
			s.free.set(uint32(i))
		}
		if from.unpriced.has(o.doc) {
			s.unpriced.set(uint32(i))
		}
		if from.standing.has(o.doc) {
			s.standing.set(uint32(i))
		}
	}
	s.words = mergeLexicons(views, places, n)
	m.letGo(func(s *segment) { s.words = lexicon{} })
	s.ids = m.texts(func(s *segment) *table { return &s.ids })
	s.titles = m.texts(func(s *segment) *table { return &s.titles })
	s.ageMin = gather(m, func(s *segment) *[]int16 { return &s.ageMin })
	s.ageMax = gather(m, func(s *segment) *[]int16 { return &s.ageMax })
	s.price = gather(m, func(s *segment) *[]int32 { return &s.price })
	s.lat = gather(m, func(s *segment) *[]float64 { return &s.lat })
	s.lon = gather(m, func(s *segment) *[]float64 { return &s.lon })
	s.updated = gather(m, func(s *segment) *[]int64 { return &s.updated })
	s.change = gather(m, func(s *segment) *[]int64 { return &s.change })
	s.ends = gather(m, func(s *segment) *[]uint32 { return &s.ends })
	s.slots = gather(m, func(s *segment) *[]uint32 { return &s.slots })
	s.valid = gather(m, func(s *segment) *[]validity { return &s.valid })
	s.spanOff = make([]uint32, 1, n+1)
	for _, o := range order {
		off := views[o.view].seg.spanOff
		s.spanOff = append(s.spanOff, s.spanOff[len(s.spanOff)-1]+off[o.doc+1]-off[o.doc])
	}
	s.spanStart = spans(m, func(s *segment) *[]uint32 { return &s.spanStart })
	s.spanUntil = spans(m, func(s *segment) *[]uint32 { return &s.spanUntil })
	s.spanSlot = spans(m, func(s *segment) *[]uint8 { return &s.spanSlot })
	for f := range s.facets {
		b, own := columnBuilder{ids: make([]uint32, 0, n)}, [1]uint32{}
		for _, o := range order {
			for _, code := range views[o.view].seg.facets[f].of(o.doc, &own) {
				if code != 0 {
					b.value(code)
				}
			}
			b.next()
		}
		s.facets[f] = b.column()
		m.letGo(func(s *segment) { s.facets[f] = column{} })
	}
	s.finish()
	return view{seg: s, live: n}
}

// merger knows which document of a merged segment comes from where.
type merger struct {
	views  []view
	order  []origin
	usedUp bool
}

// gather merges a list by document.
func gather[T any](m merger, list func(*segment) *[]T) []T {
	merged := make([]T, len(m.order))
	for i, o := range m.order {
		merged[i] = (*list(m.views[o.view].seg))[o.doc]
	}
	m.letGo(func(s *segment) { *list(s) = nil })
	return merged
}

func (m merger) texts(of func(*segment) *table) table {
	size := 0
	for _, v := range m.views {
		size += len(of(v.seg).text)
	}
	merged := table{text: make([]byte, 0, size), off: make([]uint32, 1, len(m.order)+1)}
	for _, o := range m.order {
		add(&merged, of(m.views[o.view].seg).at(o.doc))
	}
	m.letGo(func(s *segment) { *of(s) = table{} })
	return merged
}

// spans merges a list by span.
func spans[T any](m merger, list func(*segment) *[]T) []T {
	size := 0
	for _, v := range m.views {
		size += len(*list(v.seg))
	}
	merged := make([]T, 0, size)
	for _, o := range m.order {
		s := m.views[o.view].seg
		merged = append(merged, (*list(s))[s.spanOff[o.doc]:s.spanOff[o.doc+1]]...)
	}
	m.letGo(func(s *segment) { *list(s) = nil })
	return merged
}

func (m merger) letGo(part func(*segment)) {
	for _, v := range m.views {
		if m.usedUp {
			part(v.seg)
		}
	}
}

// origin is where a document of a merged segment comes from.
type origin struct {
	view int
	doc  uint32
}

// interleave puts the living documents of views in the order of titles and ids. Places tells by view and document where each went,
// never when it is dead.
func interleave(views []view) (order []origin, places [][]uint32) {
	heads := make([]uint32, len(views))
	places = make([][]uint32, len(views))
	total := 0
	skip := func(i int) { // to the next living one
		for v := views[i]; int(heads[i]) < v.seg.n && v.dead != nil && v.dead.has(heads[i]); heads[i]++ {
			places[i][heads[i]] = never
		}
	}
	for i, v := range views {
		places[i] = make([]uint32, v.seg.n)
		total += v.live
		skip(i)
	}
	order = make([]origin, 0, total)
	for len(order) < total {
		first := -1
		for i, v := range views {
			if int(heads[i]) < v.seg.n && (first < 0 || titleBefore(v.seg, heads[i], views[first].seg, heads[first])) {
				first = i
			}
		}
		places[first][heads[first]] = uint32(len(order))
		order = append(order, origin{first, heads[first]})
		heads[first]++
		skip(first)
	}
	return order, places
}

func titleBefore(a *segment, d uint32, b *segment, e uint32) bool {
	c := bytes.Compare(a.titles.at(d), b.titles.at(e))
	return c < 0 || c == 0 && bytes.Compare(a.ids.at(d), b.ids.at(e)) < 0
}

// mergeLexicons joins the words of views, whose documents have gone to places among n.
func mergeLexicons(views []view, places [][]uint32, n int) lexicon {
	var (
		l       lexicon
		heads   = make([]uint32, len(views))
		holders = make([]int, 0, len(views)) // the views that have the term
		found   []uint64
		dense   = make([]uint8, n)
		terms   = func(i int) *table { return &views[i].seg.words.terms }
		atHead  = func(i int) []byte { return terms(i).at(heads[i]) }
	)
	size := 0
	for _, v := range views {
		size += len(v.seg.words.postings)
	}
	l.postings = make([]byte, 0, size+size/64) // the distances become hardly longer
	for {
		var term []byte
		for i := range views {
			if int(heads[i]) < terms(i).len() && (term == nil || bytes.Compare(atHead(i), term) < 0) {
				term = atHead(i)
			}
		}
		if term == nil {
			break
		}
		holders, docs := holders[:0], 0
		for i := range views {
			if int(heads[i]) < terms(i).len() && bytes.Equal(atHead(i), term) {
				holders = append(holders, i)
				docs += int(views[i].seg.words.docs[heads[i]])
			}
		}
		found = found[:0]
		byDocument := len(holders) > 1 && docs > n/16
		for _, i := range holders {
			views[i].seg.words.each(heads[i], func(d uint32, fields uint8) {
				switch place := places[i][d]; {
				case place == never:
				case byDocument:
					dense[place] = fields
				default:
					found = append(found, uint64(place)<<8|uint64(fields))
				}
			})
		}
		if byDocument {
			for d, fields := range dense {
				if fields != 0 {
					found = append(found, uint64(d)<<8|uint64(fields))
				}
			}
			clear(dense)
		} else if len(holders) > 1 {
			slices.Sort(found)
		}
		if len(found) > 0 {
			from := &views[holders[0]].seg.words
			add(&l.terms, term)
			add(&l.folded, from.folded.at(heads[holders[0]]))
			add(&l.stems, from.stems.at(heads[holders[0]]))
			l.add(found)
		}
		for _, i := range holders {
			heads[i]++
		}
	}
	l.finish()
	return l
}

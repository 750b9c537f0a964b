package memory

import (
	"bytes"
	"slices"
	"sync"
)

// fanIn is how many segments are merged at once.
const fanIn = 16

// mergeAll makes one view of many.
func mergeAll(views []view) []view {
	views = slices.DeleteFunc(views, func(v view) bool { return v.live == 0 })
	for len(views) > 1 {
		next := make([]view, (len(views)+fanIn-1)/fanIn)
		var jobs sync.WaitGroup
		for i := range next {
			jobs.Go(func() { next[i] = merge(views[i*fanIn : min((i+1)*fanIn, len(views))]) })
		}
		jobs.Wait()
		views = next
	}
	return views
}

// merge makes one view of the living documents of several.
func merge(views []view) view {
	order, places := interleave(views)
	n := len(order)
	s := &segment{n: n, free: newBitset(n), standing: newBitset(n)}
	s.ageMin, s.ageMax, s.price = make([]int16, n), make([]int16, n), make([]int32, n)
	s.lat, s.lon = make([]float64, n), make([]float64, n)
	s.updated, s.change, s.ends, s.valid = make([]int64, n), make([]int64, n), make([]uint32, n), make([]validity, n)
	s.spanOff = make([]uint32, n+1)
	for i, o := range order {
		from, d := views[o.view].seg, o.doc
		add(&s.ids, from.ids.at(d))
		add(&s.titles, from.titles.at(d))
		s.ageMin[i], s.ageMax[i], s.price[i] = from.ageMin[d], from.ageMax[d], from.price[d]
		s.lat[i], s.lon[i] = from.lat[d], from.lon[d]
		s.updated[i], s.change[i], s.ends[i], s.valid[i] = from.updated[d], from.change[d], from.ends[d], from.valid[d]
		if from.free.has(d) {
			s.free.set(uint32(i))
		}
		if from.standing.has(d) {
			s.standing.set(uint32(i))
		}
		a, b := from.spanOff[d], from.spanOff[d+1]
		s.spanStart = append(s.spanStart, from.spanStart[a:b]...)
		s.spanUntil = append(s.spanUntil, from.spanUntil[a:b]...)
		s.spanOff[i+1] = uint32(len(s.spanStart))
	}
	for f := range s.facets {
		b := columnBuilder{}
		for _, o := range order {
			for _, code := range views[o.view].seg.facets[f].of(o.doc) {
				if code != 0 {
					b.value(code)
				}
			}
			b.next()
		}
		s.facets[f] = b.column()
	}
	s.words = mergeLexicons(views, places, n)
	s.finish()
	return view{seg: s, live: n}
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

package memory

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// days knows for each of a run of days which documents have an occurrence that overlaps it. Windows of whole days are answered from
// it alone; in a day that a window has only a part of, it says which documents are to be looked at.
type days struct {
	starts []uint32 // Unix seconds at which each day begins, and at which the last ends
	sets   []bitset
	// before and after are the documents with occurrences, or parts of them, outside of these days.
	before, after bitset
	overnight     bitset // documents with an occurrence that is in more than one day
	// agenda is, day by day, the documents that have an occurrence which begins then, in the order of the first of these.
	agenda []uint32
	off    []uint32 // by day: where its documents begin in agenda
	slots  []uint8  // by place in agenda: the slot of the only occurrence that begins then, or several
	early  atomic.Pointer[[4]*early]
}

// occurrence is when a document takes place next, as far as until.
type occurrence struct{ doc, start, until uint32 }

// early is the documents whose next occurrence after the beginning of an hour is on the same day but which the agenda of that day has before
// the end of that hour, or not at all: what is going on, and what was earlier that day and will be again.
type early struct {
	hour   uint32       // Unix time / hourSeconds
	next   []occurrence // in the order of their starts
	rest   int          // place in the agenda of what begins after the hour
	begins bitset       // what begins after the hour
}

const (
	// fewDocuments: a smaller segment has no days, and no checkpoints of what is over.
	fewDocuments = 1024
	// mostDays covers the horizon of documents, see calendar.HorizonBack and HorizonAhead, with some to spare.
	mostDays = 460
)

// local is the zone in whose days people ask. Other windows are answered too, only more slowly.
var local = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return time.FixedZone("CET", 3600)
	}
	return zone
})

const (
	hourSeconds = 3600
	daySeconds  = 24 * hourSeconds
)

// newDays takes the days in which most occurrences begin.
func newDays(s *segment) *days {
	if s.n < fewDocuments || len(s.spanStart) == 0 {
		return nil
	}
	began := make([]int, never/daySeconds+1)
	for _, start := range s.spanStart {
		began[start/daySeconds]++
	}
	first, most, sum := 0, 0, 0
	for day, n := range began {
		if sum += n; day >= mostDays {
			sum -= began[day-mostDays]
		}
		if sum > most {
			first, most = max(day-mostDays+1, 0), sum
		}
	}
	for first < len(began)-1 && began[first] == 0 {
		first++
	}
	d := &days{before: newBitset(s.n), after: newBitset(s.n), overnight: newBitset(s.n)}
	date := time.Unix(int64(first)*daySeconds, 0).In(local())
	for i := range mostDays + 1 {
		d.starts = append(d.starts, second(time.Date(date.Year(), date.Month(), date.Day()+i, 0, 0, 0, 0, local()).Unix()))
	}
	d.sets = make([]bitset, mostDays)
	for i := range d.sets {
		d.sets[i] = newBitset(s.n)
	}
	d.off = make([]uint32, mostDays+2) // for now one day on
	for doc := range uint32(s.n) {
		d.eachDay(s, doc, func(day int, _ uint32, _ uint8) { d.off[day+2]++ })
		for i := s.spanOff[doc]; i < s.spanOff[doc+1]; i++ {
			d.add(doc, s.spanStart[i], s.spanUntil[i])
		}
	}
	for day := range mostDays {
		d.off[day+2] += d.off[day+1]
	}
	placed := make([]uint64, d.off[mostDays+1])
	for doc := range uint32(s.n) {
		d.eachDay(s, doc, func(day int, start uint32, slot uint8) {
			placed[d.off[day+1]] = uint64(start)<<32 | uint64(doc)<<slotBits | uint64(slot)
			d.off[day+1]++
		})
	}
	d.off = d.off[:mostDays+1]
	d.agenda, d.slots = make([]uint32, len(placed)), make([]uint8, len(placed))
	var jobs sync.WaitGroup
	for half := range 2 {
		jobs.Go(func() {
			for day := half; day < mostDays; day += 2 {
				slices.Sort(placed[d.off[day]:d.off[day+1]])
				for i := d.off[day]; i < d.off[day+1]; i++ {
					d.agenda[i], d.slots[i] = uint32(placed[i])>>slotBits, uint8(placed[i])%(1<<slotBits)
				}
			}
		})
	}
	jobs.Wait()
	return d
}

// slotBits hold a slot, or several.
const slotBits = 5

// eachDay calls use with every day on which an occurrence of a document begins, the first such beginning and the slot, or several.
func (d *days) eachDay(s *segment, doc uint32, use func(day int, start uint32, slot uint8)) {
	last, first, slot := -1, uint32(0), uint8(0)
	for i := s.spanOff[doc]; i < s.spanOff[doc+1]; i++ {
		start := s.spanStart[i]
		if start < d.starts[0] || start >= d.end() {
			continue
		}
		if day := d.at(start); day == last {
			slot = several
		} else {
			if last >= 0 {
				use(last, first, slot)
			}
			last, first, slot = day, start, s.spanSlot[i]
		}
	}
	if last >= 0 {
		use(last, first, slot)
	}
}

func (d *days) end() uint32 { return d.starts[len(d.sets)] }

// at is the day in which t is, which must be one of them.
func (d *days) at(t uint32) int {
	day := min(int((t-d.starts[0])/daySeconds), len(d.sets)-1) // clocks are changed by an hour at most
	for d.starts[day] > t {
		day--
	}
	for d.starts[day+1] <= t {
		day++
	}
	return day
}

func (d *days) add(doc, start, until uint32) {
	if start < d.starts[0] {
		d.before.set(doc)
		d.overnight.set(doc)
	}
	if until > d.end() {
		d.after.set(doc)
	}
	start, until = max(start, d.starts[0]), min(until, d.end())
	if start >= until {
		return
	}
	first := d.at(start)
	for day := first; day < len(d.sets) && d.starts[day] < until; day++ {
		d.sets[day].set(doc)
		if day > first {
			d.overnight.set(doc)
		}
	}
}

// checkpoints is how many times what is over is written down while a segment's documents end one after the other.
const checkpoints = 32

// newAlive writes down what is not over yet after every s.aliveStep documents of byEnd have ended.
func (s *segment) newAlive() {
	if s.n < fewDocuments {
		return
	}
	s.aliveStep = (s.n + checkpoints - 1) / checkpoints
	set := newBitset(s.n)
	set.fill(s.n)
	for i, d := range s.byEnd {
		if i > 0 && i%s.aliveStep == 0 {
			s.alive = append(s.alive, slices.Clone(set))
		}
		set.clear(d)
	}
}

// ended is how many documents of byEnd are over at t.
func (s *segment) ended(t uint32) int {
	return sort.Search(len(s.byEnd), func(i int) bool { return s.ends[s.byEnd[i]] > t })
}

// notOver makes set the documents that are not over at t.
func (s *segment) notOver(t uint32, set bitset) {
	ended, from := s.ended(t), 0
	if len(s.alive) > 0 && ended >= s.aliveStep {
		known := min(ended/s.aliveStep, len(s.alive))
		copy(set, s.alive[known-1])
		from = known * s.aliveStep
	} else {
		set.fill(s.n)
	}
	for _, d := range s.byEnd[from:ended] {
		set.clear(d)
	}
}

// next is the start of the first span of d that goes on after t; never when there is none, and for standing ones.
func (s *segment) next(d, t uint32) uint32 {
	if i := s.nextSpan(d, t); i < s.spanOff[d+1] {
		return s.spanStart[i]
	}
	return never
}

// nextSpan is the place of that span; where those of d end when there is none.
func (s *segment) nextSpan(d, t uint32) uint32 {
	lo, hi := s.spanOff[d], s.spanOff[d+1]
	if lo < hi && s.spanUntil[lo] <= t {
		lo += uint32(firstAbove(s.spanUntil[lo:hi], t))
	}
	return lo
}

// firstAbove is the place of the first of the sorted list that is above t, which the first of all is not. It first looks where it would be
// if they came evenly, as most do.
func firstAbove(list []uint32, t uint32) int {
	lo, hi := 0, len(list) // list[lo] <= t, and list[hi] > t or hi is the end
	if first, last := list[0], list[hi-1]; last <= t {
		return hi
	} else if hi > 4 {
		guess := int(uint64(t-first) * uint64(hi-1) / uint64(last-first))
		if list[guess] <= t {
			lo = guess
			if guess+1 < hi && list[guess+1] > t {
				return guess + 1
			}
		} else {
			hi = guess
			if list[guess-1] <= t {
				return guess
			}
		}
	}
	for hi-lo > 1 {
		if m := (lo + hi) / 2; list[m] > t {
			hi = m
		} else {
			lo = m
		}
	}
	return hi
}

// between removes from set what has no occurrence or validity in [from, to). All of set are not over at from.
func (s *segment) between(set bitset, from, to uint32, lent *scratch) {
	found, open := lent.set(s.n), lent.set(s.n)
	clear(found)
	s.overlap(found, open, from, to)
	for i, w := range set {
		kept := w & (found[i] | s.always[i])
		for standing := w & s.standing[i] &^ s.always[i]; standing != 0; standing &= standing - 1 {
			t := bits.TrailingZeros64(standing)
			if v := s.valid[i<<6+t]; v.from < to && v.through > from {
				kept |= 1 << t
			}
		}
		for dated := w & open[i] &^ (s.standing[i] | kept); dated != 0; dated &= dated - 1 {
			t := bits.TrailingZeros64(dated)
			start := s.next(uint32(i<<6+t), from)
			kept |= (uint64(start) - uint64(to)) >> 63 << t // start < to, without a branch
		}
		set[i] = kept
	}
}

// overlap puts into found what surely has an occurrence in [from, to), and makes open what of the rest may have one.
func (s *segment) overlap(found, open bitset, from, to uint32) {
	d := s.days
	if d == nil || from >= to {
		open.fill(s.n)
		return
	}
	clear(open)
	if from < d.starts[0] {
		open.or(d.before)
	}
	if to > d.end() {
		open.or(d.after)
	}
	begin, end := max(from, d.starts[0]), min(to, d.end())
	if begin >= end {
		return
	}
	for day := d.at(begin); day < len(d.sets) && d.starts[day] < end; day++ {
		switch {
		case d.starts[day] >= from && d.starts[day+1] <= to:
			found.or(d.sets[day])
		case d.starts[day] < from && d.starts[day+1] <= to: // the rest of a day
			e := s.earlyAt(from, day)
			for _, o := range e.next {
				if o.until > from {
					found.set(o.doc)
				} else {
					open.set(o.doc)
				}
			}
			found.or(e.begins)
		default:
			open.or(d.sets[day])
		}
	}
}

// earlyAt gives what is early in the hour of t, which is in the given day. The last four are kept.
func (s *segment) earlyAt(t uint32, day int) *early {
	d, hour := s.days, t/hourSeconds
	kept := d.early.Load()
	if kept != nil {
		for _, e := range kept {
			if e != nil && e.hour == hour {
				return e
			}
		}
	}
	e := &early{hour: hour}
	begin, end := max(hour*hourSeconds, d.starts[day]), (hour+1)*hourSeconds
	today := d.agenda[d.off[day]:d.off[day+1]]
	passed := sort.Search(len(today), func(i int) bool { return s.firstFrom(today[i], d.starts[day]) >= end })
	e.rest = int(d.off[day]) + passed
	e.begins = newBitset(s.n)
	for _, doc := range today[passed:] {
		e.begins.set(doc)
	}
	seen := newBitset(s.n)
	add := func(doc uint32) {
		if seen.has(doc) {
			return
		}
		if i := s.nextSpan(doc, begin); i < s.spanOff[doc+1] && s.spanStart[i] < d.starts[day+1] {
			seen.set(doc)
			e.next = append(e.next, occurrence{doc, s.spanStart[i], s.spanUntil[i]})
		}
	}
	for _, doc := range today[:passed] {
		add(doc)
	}
	for i, w := range d.sets[day] { // what began on an earlier day is in that day too
		w &= d.overnight[i]
		if day > 0 {
			w &= d.sets[day-1][i]
		} else {
			w &= d.before[i]
		}
		for ; w != 0; w &= w - 1 {
			add(uint32(i<<6 + bits.TrailingZeros64(w)))
		}
	}
	slices.SortFunc(e.next, func(a, b occurrence) int { return cmp.Compare(a.start, b.start) })
	next := &[4]*early{e}
	if kept != nil {
		copy(next[1:], kept[:3])
	}
	d.early.Store(next)
	return e
}

// firstFrom is the start of the first span of d that begins at t or after it; there is one.
func (s *segment) firstFrom(d, t uint32) uint32 {
	starts := s.spanStart[s.spanOff[d]:s.spanOff[d+1]]
	if t == 0 || starts[0] >= t {
		return starts[0]
	}
	return starts[firstAbove(starts, t-1)]
}

// soonest offers the documents of hits to b in the order of their next occurrence at or after p.from, until b has what it wants. Their keys
// have high above the time. It reports false, and has done nothing, when it is no help.
func (p *plan) soonest(s *segment, hits bitset, high uint64, offer func(d uint32, key uint64), b *best[entry], lent *scratch) bool {
	days := s.days
	if days == nil || p.from < days.starts[0] || p.from >= days.end() {
		return false
	}
	left, few := lent.set(s.n), s.n/64
	copy(left, hits)
	left.andNot(s.standing)
	remaining := left.count()
	last := uint64(0) // no key of what is left is below it
	take := func(d, start uint32) {
		left.clear(d)
		remaining--
		last = high | uint64(start)
		offer(d, last)
	}
	enough := func() bool { return len(b.heap) == b.most && b.heap[0].key < last }
	if remaining > few {
		day := days.at(p.from)
		now := s.earlyAt(p.from, day)
		for _, o := range now.next {
			if len(b.heap) == b.most && b.heap[0].key < high|uint64(o.start) {
				break // what comes after it begins no earlier
			}
			switch {
			case !left.has(o.doc):
			case o.until > p.from:
				take(o.doc, o.start)
			default:
				take(o.doc, s.next(o.doc, p.from))
			}
		}
		for from := now.rest; remaining > few && day < len(days.sets); day++ {
			for _, d := range days.agenda[from:days.off[day+1]] {
				if !left.has(d) {
					continue
				}
				if take(d, s.next(d, p.from)); enough() {
					return true
				}
			}
			from = int(days.off[day+1])
		}
	}
	left.each(func(d uint32) bool {
		offer(d, high|uint64(s.next(d, p.from)))
		return true
	})
	for i, w := range hits { // in the order of titles, all with the same key
		for w &= s.standing[i]; w != 0; w &= w - 1 {
			if len(b.heap) == b.most && b.heap[0].before(entry{high | never, uint32(i << 6)}) {
				return true
			}
			offer(uint32(i<<6+bits.TrailingZeros64(w)), high|never)
		}
	}
	return true
}

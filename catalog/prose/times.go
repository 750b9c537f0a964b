package prose

import (
	"math/bits"
	"slices"
)

// group is the days that clocks belong to.
type group struct {
	mask uint8
	date *item
}

// joinedBefore reports whether the last date before token i ends an interval.
func (r *reader) joinedBefore(i int) bool {
	for k := len(r.items) - 1; k >= 0; k-- {
		if it := &r.items[k]; it.kind == aDate && it.to <= i {
			return it.role == joined && i-it.to < 3
		}
	}
	return false
}

// clocksFirst reports whether clocks and days take turns, a clock first.
func (r *reader) clocksFirst() bool {
	wantClock, n := true, 0
	for i := range r.items {
		switch it := &r.items[i]; it.kind {
		case aClock:
			if !wantClock || it.role != plain {
				return false
			}
			wantClock, n = false, n+1
		case someDays:
			if wantClock || it.role != plain {
				return false
			}
			wantClock = true
		case aDate:
			if it.role == plain {
				return false
			}
		}
	}
	return wantClock && n > 1
}

// times puts the clocks on their days.
func (r *reader) times(f *Facts) {
	type timed struct {
		group
		lo, hi   int
		from, to int
	}
	var all []timed
	var groups []group
	var pending []int // in all: clocks before any day
	useBeside := true
	for _, it := range r.items {
		if it.kind == aClock && it.role == plain {
			useBeside = false
		}
	}
	open := false // the last item was a day that more days can join
	for i := range r.items {
		it := &r.items[i]
		switch {
		case it.kind == someDays && it.role != ignored:
			if d := r.dateOf(i); d != nil && d.single {
				continue // the date speaks for it
			}
			if open && groups[len(groups)-1].date == nil {
				groups[len(groups)-1].mask |= it.mask
			} else {
				groups = append(groups, group{mask: it.mask})
			}
			open = true
		case it.kind == aDate && it.role == plain && it.single:
			groups = append(groups, group{date: it})
			open = false
		case it.kind == aClock && it.role != ignored && (it.role != beside || useBeside):
			if it.role == closing && it.hi < 0 {
				if n := len(all); n > 0 && all[n-1].hi < 0 && all[n-1].lo >= 0 {
					all[n-1].hi = it.lo
					r.note("time", it.from, it.to)
					continue
				}
				t := timed{lo: -1, hi: it.lo, from: it.from, to: it.to}
				if len(groups) > 0 {
					t.group = groups[len(groups)-1]
				}
				for _, o := range all { // "man-fre 08-15, tors til 18" begins as the other days do
					if o.hi >= 0 && o.lo >= 0 && o.lo < t.hi && t.mask != 0 && t.mask&^o.mask == 0 && t.mask != o.mask {
						t.lo = o.lo
					}
				}
				all = append(all, t)
				continue
			}
			t := timed{lo: it.lo, hi: it.hi, from: it.from, to: it.to}
			if len(groups) > 0 {
				t.group = groups[len(groups)-1]
			} else {
				pending = append(pending, len(all))
			}
			all = append(all, t)
			open = false
		}
	}
	if r.clocksFirst() && len(groups) == len(all) {
		for k := range all {
			all[k].group = groups[k] // "kl 10-12 mandag, kl 17-19 torsdag"
		}
	} else if len(groups) > 0 {
		for _, k := range pending {
			all[k].group = groups[0]
		}
	}
	if len(all) == 2 && all[0].hi < 0 && all[1].hi < 0 && r.joinedBefore(all[1].from) { // "fra lørdag 22. august kl 10 til søndag 23. august kl 15"
		all[0].hi = all[1].lo
		all = all[:1]
	}
	if len(all) == 2 && all[0].lo < 0 && all[1].hi < 0 { // "stenger kl 20, åpent fra 16"
		all[1].hi = all[0].hi
		all = all[1:]
	}
	if len(all) > 1 && all[0].hi > all[0].lo && all[0].lo >= 0 { // "kl 11-15. Åpning ved ordføreren kl 11.15" is one point of it
		points := true
		for _, t := range all[1:] {
			points = points && t.hi < 0 && t.lo > all[0].lo && t.lo < all[0].hi && t.group == all[0].group
		}
		if points {
			all = all[:1]
		}
	}
	if len(all) == 0 || r.long && len(all) > 2 {
		return
	}
	for k := 1; k < len(all); k++ { // hours of some days of a span take the place of those of the span
		for n := range k {
			a, b := &all[n], &all[k]
			if a.date == nil && b.date == nil && a.mask != b.mask && b.mask&^a.mask == 0 && bits.OnesCount8(a.mask) > 2 && a.lo >= 0 && b.lo < a.hi && a.lo < b.hi {
				a.mask &^= b.mask
			}
		}
	}
	for _, t := range all {
		r.note("time", t.from, t.to)
	}
	same := true
	for _, t := range all[1:] {
		same = same && t.lo == all[0].lo && t.hi == all[0].hi
	}
	if same {
		f.Start, f.End = all[0].lo, all[0].hi
		return
	}
	// A clock without an end that repeats the start of another says nothing new.
	for _, t := range all {
		if t.lo < 0 {
			continue
		}
		switch {
		case t.date != nil:
			f.Slots = append(f.Slots, Slot{Date: day(t.date.lo).time(), Start: t.lo, End: t.hi})
		default:
			for _, d := range daysOf(t.mask) {
				f.Slots = append(f.Slots, Slot{Weekday: d, Start: t.lo, End: t.hi})
			}
		}
	}
	seen := f.Slots[:0]
	for _, s := range f.Slots {
		if !slices.Contains(seen, s) {
			seen = append(seen, s)
		}
	}
	f.Slots = seen
}

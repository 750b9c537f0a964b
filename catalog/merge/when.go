package merge

// timing is how the times of two records relate.
type timing uint8

const (
	timeUnknown timing = iota // one has no times, or both
	timeEqual                 // the same starts
	timeCovered               // all that the one has is in the other
	timeShared                // some starts are the same
	timeNear                  // the same day, at another hour that may mean the same, or all day
	timeOther                 // no day in common
)

// doors is how long before the start of a concert its doors may open, in minutes.
const doors = 75

func (v *Verdict) times(a, b *Item) timing {
	if len(a.starts) == 0 || len(b.starts) == 0 {
		switch n := max(len(a.starts), len(b.starts)); {
		case n == 0:
		case n < 3: // what has no times is hardly one evening
			v.add(OneUndated, -3)
		default:
			v.add(OneUndated, -1)
		}
		return timeUnknown
	}
	if a.allDay || b.allDay {
		return v.allDay(a, b)
	}
	return v.clocks(a, b)
}

// moved: a single date that the one says has been moved is the same as another that the other still has, when the titles are equal. Two of
// one source are so when the one says that it is put off and the other that it has the new date.
func (v *Verdict) moved(a, b *Item, t *likeness) {
	x, y := &a.marks, &b.marks
	both := x.moved && y.moved && x.newDate != y.newDate
	if (x.moved || y.moved) && (a.feed != b.feed || both) && t.equal && len(a.starts) == 1 && len(b.starts) == 1 {
		v.unpart()
		v.add(Moved, 1.8)
	}
}

// rescheduled reports whether the one says that it was to begin when the other, a single date as well, still does.
func rescheduled(a, b *Item) bool {
	return len(a.starts) == 1 && len(b.starts) == 1 && (a.was != 0 && a.was == b.starts[0] || b.was != 0 && b.was == a.starts[0])
}

// rescheduled notes it: they are at the same hour but for that.
func (v *Verdict) rescheduled(time timing) {
	switch time {
	case timeOther:
		v.unpart()
		v.Score += 4
		v.reasons &^= 1<<OtherDate | 1<<OtherTime
		v.add(Moved, 2.5)
	case timeNear:
		v.add(Moved, 1.3)
	}
}

// unpart takes back that their hours make them two things.
func (v *Verdict) unpart() {
	v.parts &^= 1 << OtherTime
	v.Apart = v.parts != 0
}

// clocks compares the times of two that have some, by the minute.
func (v *Verdict) clocks(a, b *Item) timing {
	common, fromA, fromB := overlap(a, b)
	least := min(fromA, fromB)
	single := len(a.starts) == 1 || len(b.starts) == 1
	switch {
	case common > 0 && common == fromA && common == fromB && len(a.starts) == len(b.starts):
		if common >= 3 {
			v.add(SameTimes, 3.5)
		} else {
			v.add(SameStart, 2.5)
		}
		v.lengths(a, b)
		return timeEqual
	case common > 0 && common == least:
		switch {
		case single:
			v.add(InSeries, 2)
		case common >= 3 && common*10 >= max(fromA, fromB)*8:
			v.add(SameTimes, 3.2)
		case common >= 3:
			v.add(SameHours, 2)
		default:
			v.add(SameStart, 1.5)
		}
		v.lengths(a, b)
		return timeCovered
	case common > 0 && common*10 >= least*7:
		if common >= 3 {
			v.add(SameTimes, 2.8)
		} else {
			v.add(SameStart, 1.5)
		}
		return timeShared
	case common > 0:
		v.add(SameHours, 1)
		return timeShared
	}
	if single && len(a.starts)+len(b.starts) <= 4 {
		if gap := nearest(a.starts, b.starts); gap <= doors {
			v.add(NearStart, 1.2)
			return timeNear
		} else if gap < day && sameDay(a.starts, b.starts) {
			v.part(OtherTime)
			return timeOther
		}
		v.add(OtherDate, -4)
		return timeOther
	}
	if shared(a.slots, b.slots) {
		switch {
		case a.more || b.more || fromA == 0 && fromB == 0 && within(a, b):
			v.add(SameHours, 1.5) // one began long before the other, and goes on
			return timeShared
		case fromA == 0 || fromB == 0: // no time in which both go on
			if single {
				v.add(OtherDate, -4)
			} else {
				v.part(OtherRound)
			}
		default:
			v.add(OtherDate, -4)
		}
		return timeOther
	}
	if single {
		v.add(OtherDate, -4)
	} else {
		v.part(OtherWeekday)
	}
	return timeOther
}

func (v *Verdict) lengths(a, b *Item) {
	if a.length > 0 && b.length > 0 && max(a.length-b.length, b.length-a.length) <= 15 {
		v.Score += 0.5
	}
}

// overlap counts the starts that both have, and those of each in the time in which both go on.
func overlap(a, b *Item) (common, fromA, fromB int) {
	x, y := a.starts, b.starts
	lo, hi := max(x[0], y[0]), min(x[len(x)-1], y[len(y)-1])
	if !a.more && !b.more {
		// both are known whole: what the one has outside the other's time counts as well when it began or ended less than it
		fromA, fromB = len(x), len(y)
	} else {
		for _, t := range x {
			if t >= lo && t <= hi {
				fromA++
			}
		}
		for _, t := range y {
			if t >= lo && t <= hi {
				fromB++
			}
		}
	}
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] == y[0]:
			common++
			x, y = x[1:], y[1:]
		case x[0] < y[0]:
			x = x[1:]
		default:
			y = y[1:]
		}
	}
	return common, fromA, fromB
}

// within reports whether there is a time in which both go on.
func within(a, b *Item) bool {
	return max(a.starts[0], b.starts[0]) <= min(a.starts[len(a.starts)-1], b.starts[len(b.starts)-1])
}

// nearest is the least gap between a start of a and one of b, in minutes.
func nearest(a, b []int32) int32 {
	least := int32(1 << 30)
	for len(a) > 0 && len(b) > 0 {
		if d := a[0] - b[0]; d <= 0 {
			least = min(least, -d)
			a = a[1:]
		} else {
			least = min(least, d)
			b = b[1:]
		}
	}
	return least
}

func sameDay(a, b []int32) bool {
	for len(a) > 0 && len(b) > 0 {
		x, y := dayOf(a[0]), dayOf(b[0])
		switch {
		case x == y:
			return true
		case x < y:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}

func dayOf(t int32) int32 {
	if t < 0 {
		return (t - day + 1) / day
	}
	return t / day
}

// allDay compares days, when one or both say no more than that.
func (v *Verdict) allDay(a, b *Item) timing {
	fromA, toA := a.span()
	fromB, toB := b.span()
	switch {
	case fromA == fromB && toA == toB && a.allDay && b.allDay:
		v.add(SameTimes, 2.5)
		if toA > fromA {
			v.Score += 0.5
		}
		return timeEqual
	case fromA == fromB && toA == toB:
		v.add(SameDays, 1.5)
		return timeNear
	case toA < fromB || toB < fromA:
		if fromB-toA == 1 || fromA-toB == 1 || len(a.starts) == 1 || len(b.starts) == 1 {
			v.add(OtherDate, -4)
		} else {
			v.part(OtherRound)
		}
		return timeOther
	case a.allDay != b.allDay && (fromA == toA) != (fromB == toB): // a single hour of what lasts for days may be a part of it
		v.add(SameDays, -2)
		return timeNear
	case fromA == fromB || toA == toB:
		v.add(SameDays, 0.8)
		return timeNear
	default:
		v.add(SameDays, 0.3)
		return timeNear
	}
}

// span is the first and the last day.
func (it *Item) span() (from, to int32) {
	from, to = dayOf(it.starts[0]), dayOf(it.starts[len(it.starts)-1])
	if it.allDay {
		to = max(to, from+it.days-1)
	}
	return from, to
}

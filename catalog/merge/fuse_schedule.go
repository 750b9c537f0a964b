package merge

import (
	"cmp"
	"slices"
	"time"

	"fritidshub/catalog"
)

// schedule is the union of the members' times. Those with times of day rank before those with days alone, then as members do; every
// start is taken from the first that has it, doors and start of one evening being one. Rules come before dates, so that a source's
// single dates of a series fold into it: one that is cancelled there becomes an exception of the series, as does one that a member
// of higher priority has at another hour. A date that another member says has been moved is left out.
func (f *fusion) schedule() {
	var order []int
	for i := range f.members {
		if !f.outdated(i) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(f.precision(b), f.precision(a)) })
	var out catalog.Schedule
	p := plan{zone: f.zone, out: &out, many: f.most() > 1, moved: f.moved()}
	first := -1
	for _, i := range order {
		if m := &f.members[i]; len(m.Record.Schedule.Series) > 0 && !p.covers(m) {
			p.series(m)
			if first < 0 {
				first = i
			}
		}
	}
	for _, i := range order {
		m := &f.members[i]
		for _, o := range m.Record.Schedule.Dates {
			if p.date(m, o) && first < 0 {
				first = i
			}
		}
	}
	for i := range f.members {
		s := &f.members[i].Record.Schedule
		if out.ValidFrom.IsZero() && out.ValidThrough.IsZero() {
			out.ValidFrom, out.ValidThrough = s.ValidFrom, s.ValidThrough
		}
		if first < 0 && s.Text != "" {
			first = i
		}
	}
	if first < 0 {
		first = 0
	}
	slices.SortFunc(out.Dates, func(a, b catalog.Occurrence) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End), cmp.Compare(a.URL, b.URL))
	})
	out.Zone, out.Text = f.members[first].Record.Schedule.Zone, f.members[first].Record.Schedule.Text
	f.listing.Schedule = out
	f.from("schedule", first)
	if slices.Contains(f.members[first].Record.Derived, "schedule") {
		f.derive("schedule")
	}
}

// precision says how exactly a member knows its times: not at all, by days, by when doors open, by when it begins.
func (f *fusion) precision(i int) int {
	it := f.members[i].Item
	switch {
	case len(it.starts) == 0:
		return 0
	case it.allDay:
		return 1
	case it.marks.doors && slices.ContainsFunc(f.members, func(m Member) bool {
		return len(m.Item.starts) > 0 && m.Item.starts[0] > it.starts[0] && m.Item.starts[0]-it.starts[0] <= doors
	}):
		return 2
	}
	return 3
}

// hours counts the different hours that members begin at, doors and start being one.
func (f *fusion) hours() (n int) {
	var all []int32
	for _, m := range f.members {
		if !m.Item.allDay {
			all = append(all, m.Item.starts...)
		}
	}
	slices.Sort(all)
	last := int32(-1 << 30)
	for _, t := range all {
		if t-last > doors {
			last = t
			n++
		}
	}
	return n
}

// outdated reports whether a member has the date from which another says that it has been moved, and no more than that. Where there are
// more than the old and the new hour, the other must say which.
func (f *fusion) outdated(i int) bool {
	it := f.members[i].Item
	if len(it.starts) != 1 || it.marks.newDate {
		return false
	}
	return slices.ContainsFunc(f.members, func(m Member) bool {
		o := m.Item
		if len(o.starts) != 1 || o.starts[0] == it.starts[0] {
			return false
		}
		if o.was != 0 && o.was == it.starts[0] {
			return true
		}
		if f.known > 2 {
			return false
		}
		postponed := f.members[i].Record.Status == catalog.StatusPostponed && m.Record.Status != catalog.StatusPostponed
		return nearest(it.starts, o.starts) > doors && (o.marks.newDate || postponed)
	})
}

// plan is a schedule that is being put together.
type plan struct {
	zone   *time.Location
	out    *catalog.Schedule
	starts []planned
	rules  []*Member      // whose series are in
	many   bool           // there is more than one date
	moved  map[int32]bool // starts from which a member says that a date has been moved
}

// planned is a start that the plan has.
type planned struct {
	at       int32
	allDay   bool
	to       int32 // last day, of an all-day one
	series   int   // index in Series; -1 for a date
	feed     uint64
	priority int
}

// covers reports whether the plan has the starts of m already, or another rule for the same hours.
func (p *plan) covers(m *Member) bool {
	for _, r := range p.rules {
		if shared(r.Item.slots, m.Item.slots) {
			return true
		}
	}
	if len(m.Item.starts) == 0 {
		return true
	}
	for _, t := range m.Item.starts {
		if p.find(m.Item, t, m.Item.allDay, t) == nil {
			return false
		}
	}
	return true
}

// series takes the rules of m.
func (p *plan) series(m *Member) {
	p.rules = append(p.rules, m)
	at := len(p.out.Series)
	for _, s := range m.Record.Schedule.Series {
		s.Overrides = slices.Clone(s.Overrides)
		p.out.Series = append(p.out.Series, s)
	}
	if len(p.out.Series) > catalog.MaxRules {
		p.out.Series = p.out.Series[:catalog.MaxRules]
	}
	for _, t := range m.Item.starts {
		p.starts = append(p.starts, planned{at: t, allDay: m.Item.allDay, to: dayOf(t), feed: m.Item.feed, series: min(at, len(p.out.Series)-1), priority: m.Priority})
	}
}

// date takes an occurrence of m, and reports whether it is new.
func (p *plan) date(m *Member, o catalog.Occurrence) bool {
	start := o.Start
	if !o.AllDay {
		start = start.In(p.zone)
	}
	at := minutes(start)
	to := dayOf(at)
	if o.AllDay && !o.End.IsZero() {
		to = max(to, dayOf(minutes(o.End)))
	}
	if p.moved[at] && !o.AllDay && o.PreviousStart.IsZero() {
		return false
	}
	if p.many && len(m.Item.starts) == 1 { // what it says of the whole is of one of many dates here
		o.Status, o.URL = cmp.Or(o.Status, m.Record.Status), cmp.Or(o.URL, pageOf(m.Record))
	}
	known := p.find(m.Item, at, o.AllDay, to*day)
	if known == nil {
		if len(p.out.Dates) == catalog.MaxDates || p.ruled(at) {
			return false
		}
		p.out.Dates = append(p.out.Dates, o)
		p.starts = append(p.starts, planned{at: at, allDay: o.AllDay, to: to, feed: m.Item.feed, series: -1, priority: m.Priority})
		return true
	}
	if known.series >= 0 && !o.AllDay {
		p.override(known, m, o)
	} else if known.series < 0 && !o.AllDay {
		p.add(known.at, at, o)
	}
	return false
}

// ruled reports whether a rule that goes on after its known starts gives a start at.
func (p *plan) ruled(at int32) bool {
	for _, r := range p.rules {
		it := r.Item
		if it.more && at > it.starts[len(it.starts)-1] && slices.Contains(it.slots, slotOf(at)) {
			return true
		}
	}
	return false
}

// find gives the planned start that a start of it is the same as: the same day for one without a time of day, else the nearest, at most doors
// away, unless its source knows that one as another.
func (p *plan) find(it *Item, at int32, allDay bool, to int32) *planned {
	var found *planned
	least := int32(doors + 1)
	for i := range p.starts {
		s := &p.starts[i]
		if allDay || s.allDay {
			if dayOf(s.at) <= dayOf(to) && dayOf(at) <= max(s.to, dayOf(s.at)) {
				return s
			}
			continue
		}
		gap := max(s.at-at, at-s.at)
		if gap < least && (gap == 0 || s.feed != it.feed && !slices.Contains(it.starts, s.at)) {
			found, least = s, gap
		}
	}
	return found
}

// moved are the starts that a date had before it was moved, according to a member that has no date there.
func (f *fusion) moved() map[int32]bool {
	var out map[int32]bool
	for _, m := range f.members {
		for _, o := range m.Record.Schedule.Dates {
			if o.PreviousStart.IsZero() || o.AllDay {
				continue
			}
			if was := minutes(o.PreviousStart.In(f.zone)); !slices.Contains(m.Item.starts, was) {
				if out == nil {
					out = make(map[int32]bool)
				}
				out[was] = true
			}
		}
	}
	return out
}

// pageOf is where one performance of many is told of or sold: its ticket page, else its own.
func pageOf(r *catalog.Record) string {
	for i := range r.Offers {
		if r.Offers[i].URL != "" {
			return r.Offers[i].URL
		}
	}
	return r.URL
}

// override makes an exception of a series: a date of it that a member says is cancelled, or one that a member of higher priority has at
// another hour.
func (p *plan) override(s *planned, m *Member, o catalog.Occurrence) {
	minute := o.Start.In(p.zone)
	moved := minutes(minute) != s.at && m.Priority > s.priority
	if o.Status == "" && !moved || s.series < 0 {
		return
	}
	series := &p.out.Series[s.series]
	if series.AllDay || len(series.Overrides) >= catalog.MaxDates {
		return
	}
	wall := time.Unix(int64(s.at)*60, 0).UTC()
	id := catalog.LocalTime(p.zone, wall)
	if slices.ContainsFunc(series.Overrides, func(x catalog.Override) bool { return x.ID.Equal(id) }) {
		return
	}
	if !moved {
		o.Start = id
		if !series.End.IsZero() {
			o.End = id.Add(series.End.Sub(series.Start))
		}
	}
	series.Overrides = append(series.Overrides, catalog.Override{ID: id, Occurrence: o})
	slices.SortStableFunc(series.Overrides, func(a, b catalog.Override) int { return a.ID.Compare(b.ID) })
}

// add gives the date that begins at known what another member says more of it: a status, and an end when it begins at the same time.
func (p *plan) add(known, at int32, more catalog.Occurrence) {
	for i := range p.out.Dates {
		o := &p.out.Dates[i]
		if o.AllDay || minutes(o.Start.In(p.zone)) != known {
			continue
		}
		o.Status, o.URL = graver(o.Status, more.Status), cmp.Or(o.URL, more.URL)
		if o.PreviousStart.IsZero() && at == known {
			o.PreviousStart = more.PreviousStart
		}
		if o.End.IsZero() && at == known {
			o.End = more.End
		}
	}
}

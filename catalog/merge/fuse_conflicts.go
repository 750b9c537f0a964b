package merge

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// statusTexts are what a status is called.
var statusTexts = map[catalog.Status]string{catalog.StatusCancelled: "avlyst", catalog.StatusPostponed: "utsatt", catalog.StatusFull: "fullt"}

// gravest are the statuses that a member may state, the one that counts most first.
var gravest = []catalog.Status{catalog.StatusCancelled, catalog.StatusPostponed, catalog.StatusFull}

// graver gives the status that counts most of two.
func graver(a, b catalog.Status) catalog.Status {
	for _, s := range gravest {
		if a == s || b == s {
			return s
		}
	}
	return cmp.Or(a, b)
}

// most is the largest number of dates that a member has, or, where each has one, how many those are: performances that a source lists one
// at a time, or hours of several sources further apart than doors and start.
func (f *fusion) most() (n int) {
	feeds := make(map[uint64][]int32)
	var all []int32
	for i, m := range f.members {
		n = max(n, len(m.Item.starts))
		if len(m.Item.starts) == 1 && !m.Item.allDay && !f.outdated(i) {
			t := m.Item.starts[0]
			all, feeds[m.Item.feed] = append(all, t), append(feeds[m.Item.feed], t)
		}
	}
	if n != 1 {
		return n
	}
	slices.Sort(all)
	last, apart := int32(-1<<30), 0
	for _, t := range all {
		if t-last > doors {
			last = t
			apart++
		}
	}
	n = max(n, apart)
	for _, starts := range feeds {
		slices.Sort(starts)
		n = max(n, len(slices.Compact(starts)))
	}
	return n
}

// status settles what the members say of the whole, and says where they disagree.
func (f *fusion) status() (conflict string) {
	most := f.most()
	f.listing.Status = ""
	for _, status := range gravest {
		var yes, no []int
		for i, m := range f.members {
			switch n := len(m.Item.starts); {
			case n > 0 && n < most && !m.Item.allDay, f.outdated(i): // it speaks of some of the dates, or of one that was
			case m.Record.Status == status:
				yes = append(yes, i)
			default:
				no = append(no, i)
			}
		}
		if len(yes) == 0 {
			continue
		}
		holds := !f.withdrawn(yes, no)
		if len(no) > 0 {
			shown := "vises som " + statusTexts[status]
			if !holds {
				shown = "vises ikke som " + statusTexts[status] + ", for en kilde med høyere prioritet er endret etterpå"
			}
			conflict += " Uenighet: " + statusTexts[status] + " ifølge " + f.sources(yes) + ", ikke ifølge " + f.sources(no) + "; " + shown + "."
		}
		if holds {
			f.listing.Status = status
			f.stated(yes, false)
			return conflict
		}
	}
	if s := &f.listing.Schedule; len(s.Series) == 0 && len(s.Dates) > 1 &&
		!slices.ContainsFunc(s.Dates, func(o catalog.Occurrence) bool { return o.Status != catalog.StatusCancelled }) {
		f.listing.Status = catalog.StatusCancelled
		yes, keys := f.said()
		for _, key := range slices.Backward(keys) {
			if key.status == catalog.StatusCancelled {
				f.stated(yes[key], true)
			}
		}
	}
	return conflict
}

// stated notes that the status is from the first of members that states it in a field of its own, else from the first, who read it out of
// prose; dates reports that it is that of some of their dates.
func (f *fusion) stated(members []int, dates bool) {
	first := slices.IndexFunc(members, func(i int) bool { return !f.inProse(i, dates) })
	f.from("status", members[max(first, 0)])
	if first < 0 {
		f.derive("status")
	}
}

// inProse reports whether the status of a member, or of its dates, was read out of prose.
func (f *fusion) inProse(i int, dates bool) bool {
	m := f.members[i]
	derived := m.Record.Derived
	return dates && slices.Contains(derived, "schedule") || (!dates || len(m.Item.starts) == 1) && slices.Contains(derived, "status")
}

// said is a status of one date.
type said struct {
	at     int32
	status catalog.Status
}

// said gives the members that state a status of a date, and the dates in order.
func (f *fusion) said() (map[said][]int, []said) {
	yes := make(map[said][]int)
	for i, m := range f.members {
		for _, o := range m.Record.Schedule.Dates {
			if status := f.statusOf(m, o); statusTexts[status] != "" && !o.AllDay && !f.outdated(i) {
				key := said{minutes(o.Start.In(f.zone)), status}
				yes[key] = append(yes[key], i)
			}
		}
	}
	return yes, slices.SortedFunc(maps.Keys(yes), func(a, b said) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(slices.Index(gravest, a.status), slices.Index(gravest, b.status)))
	})
}

// withdrawn reports whether a member of higher priority than all of yes was changed after all of them and does not say what they say.
func (f *fusion) withdrawn(yes, no []int) bool {
	for _, n := range no {
		later := true
		for _, y := range yes {
			a, b := &f.members[n], &f.members[y]
			later = later && a.Priority > b.Priority && !b.Record.Modified.IsZero() && a.Record.Modified.After(b.Record.Modified)
		}
		if later {
			return true
		}
	}
	return false
}

// maxConflicts is how many dates are told of.
const maxConflicts = 5

// dates says where members disagree on the status of one of many dates, and where it is no more than that one.
func (f *fusion) dates() (conflict string) {
	if f.most() < 2 {
		return ""
	}
	yes, keys := f.said()
	told := 0
	for _, key := range keys {
		if !slices.ContainsFunc(yes[key], func(i int) bool { return !f.inProse(i, true) }) {
			f.derive("schedule")
		}
		var no []int
		for i, m := range f.members {
			if slices.Contains(m.Item.starts, key.at) && !m.Item.allDay && !slices.Contains(yes[key], i) && !f.outdated(i) {
				no = append(no, i)
			}
		}
		if len(no) == 0 || told == maxConflicts {
			continue
		}
		told++
		conflict += " Uenighet om " + time.Unix(int64(key.at)*60, 0).UTC().Format("02.01.2006 kl. 15.04") + ": " + statusTexts[key.status] + " ifølge " + f.sources(yes[key]) +
			", ikke ifølge " + f.sources(no) + "."
	}
	return conflict
}

// statusOf is what a member says of one of its dates. What it says of the whole is of its only one when others have more.
func (f *fusion) statusOf(m Member, o catalog.Occurrence) catalog.Status {
	if o.Status == "" && len(m.Item.starts) == 1 {
		return m.Record.Status
	}
	return o.Status
}

// prices says where members state other prices than the one that is shown.
func (f *fusion) prices() string {
	shown := f.listing.Price
	if priceText(shown) == "" {
		return ""
	}
	by := make(map[string][]int)
	for i, m := range f.members {
		if text := priceText(m.Record.Price); text != "" && (m.Record.Price.Unit == shown.Unit || m.Record.Price.Unit == "" || shown.Unit == "") {
			by[text] = append(by[text], i)
		}
	}
	if len(by) < 2 {
		return ""
	}
	var said []string
	for _, text := range slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Compare(by[a][0], by[b][0]) }) { // by rank
		said = append(said, text+" ifølge "+f.sources(by[text]))
	}
	return " Uenighet om prisen: " + inRow(said) + "; vises som " + priceText(shown) + "."
}

// priceText says a price in kroner; empty for one that is not stated.
func priceText(p *catalog.Price) string {
	kroner := func(m catalog.Money) string { return strings.Replace(m.String(), ".", ",", 1) }
	switch {
	case p == nil:
		return ""
	case p.Free == catalog.Yes || p.Min != nil && *p.Min == 0 && (p.Max == nil || *p.Max == 0):
		return "gratis"
	case p.Min == nil:
		return ""
	case p.Max != nil && *p.Max != *p.Min:
		return kroner(*p.Min) + "–" + kroner(*p.Max) + " " + cmp.Or(currencyWords[p.Currency], p.Currency)
	}
	return kroner(*p.Min) + " " + cmp.Or(currencyWords[p.Currency], p.Currency)
}

var currencyWords = map[string]string{"": "kr", "NOK": "kr"}

func (f *fusion) sources(members []int) string {
	var names []string
	for _, i := range members {
		names = append(names, f.members[i].Record.Source)
	}
	return listed(names)
}

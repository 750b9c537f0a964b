// Package merge finds the records that are about the same thing and makes one listing of them.
//
// Describe turns a record into an Item, the little that matching needs of it. Items that share a strong key or two weak ones are compared; those that are the
// same thing are grouped, best pair first, never across a pair that is two things or that an editor has parted. Fuse makes a listing of
// a group, field by field. Nothing here reads a clock or keeps a state: the same records give the same listings in whatever order
// they come.
//
// What is one thing: a show, a round of a course, a weekly group or an open facility by one organiser at one place, whatever its
// records call it, with the dates that one of them joins, and a production that a source lists one performance at a time. Other guests,
// towns, ages, levels, teams, weekdays and rounds are other things, and so is what belongs to a thing: its opening, a tour of it, a voucher
// for it, a call for those who help or sell there. Two titles that share a general word and each have a telling one are two things. A wrong merge hides something from residents, so a name and an hour that two share by chance are not enough.
//
// When records are new, changed or removed, Around gathers what they and the other members of their listings hang together with, and
// only that is grouped anew.
package merge

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Ref names a record: its source, and the source's own id of it.
type Ref struct {
	Source   string `json:"source"`
	NativeID string `json:"native_id"`
}

// Compare orders refs by source, then native id.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(strings.Compare(r.Source, o.Source), strings.Compare(r.NativeID, o.NativeID))
}

// Version is raised when records are read otherwise than before: keys that are kept are then to be made anew, and all records grouped.
const Version = 4

// MaxStarts is how many starts of a record are compared, the first ones. Describe needs no more occurrences than that.
const MaxStarts = 64

// maxSlots is how many different hours of the week a record is looked up by.
const maxSlots = 7

// Window is the time whose occurrences Describe wants: from the first that s names, at most MaxStarts of them. It depends on s alone, so
// that what is matched today is matched tomorrow.
func Window(s catalog.Schedule) (from, to time.Time) {
	for _, o := range s.Dates {
		if from.IsZero() || o.Start.Before(from) {
			from = o.Start
		}
	}
	for i := range s.Series {
		if start := s.Series[i].Start; from.IsZero() || start.Before(from) {
			from = start
		}
	}
	return from.AddDate(0, 0, -1), from.AddDate(2, 0, 0)
}

// Item is what matching knows of a record. It does not change.
type Item struct {
	Ref
	origin uint64 // of the record where it was first read, the same on every hub
	feed   uint64 // of the source where it was first read
	kind   catalog.Kind

	title  []word // without marks, in the order in which they stand
	bare   int    // words of the title that name neither its place nor its organiser
	whole  uint64 // hash of the title's words, in alphabetical order
	line   uint64 // hash of the title as it stands, but for a mark of a copy
	org    []word
	orgNo  string
	place  []word
	guess  bool   // org was read out of the title
	street uint64 // hash of the address with its municipality or postal code
	area   string // municipality number
	towns  []string
	online bool

	starts []int32 // minutes since 1970 by the clock of the place, sorted
	length int32   // minutes of the first occurrence, 0 when not stated
	days   int32   // of the first occurrence, when it lasts all day
	slots  []uint16
	allDay bool
	more   bool  // it goes on after the last of starts
	was    int32 // when its only date was to begin before it was moved, as starts; 0 when not stated

	marks marks
	links []uint64      // of its page and its tickets
	price catalog.Money // what an ordinary participant pays; -1 when not stated
	text  uint64        // hash of the description; 0 when there is none
}

// Describe makes the Item of a normalised record of this hub. Occurrences are those of its schedule in Window, at most MaxStarts; times
// are compared by the clock of zone.
func Describe(hub string, zone *time.Location, r *catalog.Record, occurrences []catalog.Occurrence) *Item {
	it := &Item{Ref: Ref{r.Source, r.NativeID}, kind: r.Kind, price: -1}
	it.feed, it.origin = hash("feed", hub, r.Source), hash("record", hub, r.Source, r.NativeID)
	if o := r.Origin; o != nil && o.Hub != "" {
		it.feed, it.origin = hash("feed", o.Hub, o.Source), hash("record", o.Hub, o.Source, o.NativeID)
	}
	it.when(zone, occurrences)
	it.where(r)
	it.called(r)
	it.linked(r)
	if r.Description != "" {
		it.text = hash("text", r.Description)
	}
	if p := r.Price; p != nil && p.Min != nil {
		it.price = *p.Min
	} else if p != nil && p.Free == catalog.Yes {
		it.price = 0
	}
	return it
}

func (it *Item) when(zone *time.Location, occurrences []catalog.Occurrence) {
	if len(occurrences) > MaxStarts {
		occurrences, it.more = occurrences[:MaxStarts], true
	}
	for i, o := range occurrences {
		start := o.Start
		if !o.AllDay {
			start = start.In(zone)
		}
		at := minutes(start)
		if o.AllDay {
			it.allDay = true
			at -= at % day
		}
		if i == 0 && !o.End.IsZero() {
			if o.AllDay {
				it.days = (minutes(o.End)-at)/day + 1
			} else {
				it.length = int32(min(o.End.Sub(o.Start)/time.Minute, 1<<20))
			}
		}
		it.starts = append(it.starts, at)
		if slot := slotOf(at); len(it.slots) < maxSlots && !slices.Contains(it.slots, slot) {
			it.slots = append(it.slots, slot)
		}
	}
	if it.allDay && it.days == 0 {
		it.days = 1
	}
	if len(occurrences) == 1 {
		if o := occurrences[0]; !o.PreviousStart.IsZero() && !o.AllDay {
			it.was = minutes(o.PreviousStart.In(zone))
		}
	}
	slices.Sort(it.starts)
	it.starts = slices.Clip(slices.Compact(it.starts))
	slices.Sort(it.slots)
	if len(it.starts) == MaxStarts {
		it.more = true
	}
}

// day is a day in minutes.
const day = 24 * 60

// minutes counts the minutes that the clock of t has shown since 1970.
func minutes(t time.Time) int32 {
	_, offset := t.Zone()
	return int32((t.Unix() + int64(offset)) / 60)
}

// slotOf is the minute of the week, from Thursday on, as 1 January 1970 was one.
func slotOf(at int32) uint16 {
	m := at % (7 * day)
	if m < 0 {
		m += 7 * day
	}
	return uint16(m)
}

func (it *Item) where(r *catalog.Record) {
	if o := r.Organizer; o != nil {
		it.org, it.orgNo = name(o.Name), o.OrgNumber
	}
	if p := r.Place; p != nil {
		it.online, it.area = p.Online, p.Municipality
		it.place = name(p.Name)
		if p.Address != "" && strings.ContainsAny(p.Address, "0123456789") {
			it.street = hash("street", catalog.Fold(p.Address), cmp.Or(p.PostalCode, p.Municipality, catalog.Fold(p.Locality)))
		}
		for _, w := range name(p.Locality) {
			it.town(w)
		}
	}
	for _, w := range it.place {
		it.town(w)
	}
}

func (it *Item) town(w word) {
	if w.sort == town && !slices.Contains(it.towns, w.text) {
		it.towns = append(it.towns, w.text)
	}
}

// linked collects the addresses that identify it: its own page and the pages of its tickets. An address that is no more than a host
// identifies nothing.
func (it *Item) linked(r *catalog.Record) {
	add := func(address string) {
		if h, ok := linkHash(address); ok && !slices.Contains(it.links, h) && len(it.links) < 8 {
			it.links = append(it.links, h)
		}
	}
	add(r.URL)
	for i := range r.Offers {
		add(r.Offers[i].URL)
	}
	for i := range r.Schedule.Dates {
		add(r.Schedule.Dates[i].URL)
	}
	slices.Sort(it.links)
}

func linkHash(address string) (uint64, bool) {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return 0, false
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest = strings.TrimPrefix(rest, "www.")
	host, path, _ := strings.Cut(rest, "/")
	path = strings.TrimRight(path, "/")
	if path == "" || !strings.ContainsAny(path, "/=?-0123456789") {
		return 0, false
	}
	return hash("link", strings.ToLower(host), path), true
}

// hash is FNV-1a of the parts, each ended by a zero byte.
func hash(parts ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * 1099511628211
		}
		h *= 1099511628211
	}
	return h
}

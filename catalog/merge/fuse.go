package merge

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Member is a record of a group, with what decides whose field wins.
type Member struct {
	Record   *catalog.Record
	Item     *Item // of the record
	Priority int   // of its source, 0 to 100
	Since    int64 // grows with the order in which records came
	Local    bool  // its origin keeps it from other hubs, so that they do not know its id

	id string // catalog.ListingID
}

func (m *Member) ref() Ref { return Ref{m.Record.Source, m.Record.NativeID} }

// Fuse makes one listing of the records of a group, in whatever order they come; links are what joined them, as Groups gives them.
//
// Of copies of one record, which have one origin, the one that came from there counts, then the one that came first, then the one with the shortest way,
// of the highest priority, of the lowest ref; the others are spares. The members rank by priority, then by catalog.ListingID. The listing's id is the lowest of those of the
// members that other hubs may know, or of all when there is none: it does not depend on what a hub prefers. A field comes from the member that states it best: a
// field of the source before one read out of prose or filled in by the hub, then higher priority, then what says more, then the newest
// change, then the lower ref. Lists of words are put together. Cancelled, postponed and full are what any member says that speaks of all
// dates, unless one of higher priority has said otherwise since; the schedule is the union of all (see fuse_schedule.go). Where members
// contradict each other in status or price, Why says so.
func Fuse(hub string, zone *time.Location, members []Member, links []Link) catalog.Listing {
	members, spares := copies(hub, members)
	l := catalog.Single(hub, members[0].Record)
	for _, m := range spares {
		l.Spares = append(l.Spares, catalog.MemberOf(m.Record))
	}
	if len(members) == 1 {
		return l
	}
	l.ID = identity(members)
	for _, m := range members[1:] {
		l.Members = append(l.Members, catalog.MemberOf(m.Record))
	}
	f := fusion{members: members, zone: zone, listing: &l}
	f.known = f.hours()
	l.Provenance = make(map[string]int)
	l.Derived = nil
	for _, field := range fields {
		f.field(field)
	}
	f.complete()
	f.lists()
	f.schedule()
	conflicts := f.status() + f.dates() + f.prices()
	for _, m := range members {
		if m.Record.Modified.After(l.Modified) {
			l.Modified = m.Record.Modified
		}
	}
	l.Why = why(members, spares, links) + conflicts
	if len(l.Provenance) == 0 {
		l.Provenance = nil
	}
	return l
}

// copies gives the members that count, by rank, and their copies that came by other ways.
func copies(hub string, all []Member) (members, spares []Member) {
	all = slices.Clone(all)
	for i := range all {
		all[i].id = catalog.ListingID(hub, all[i].Record)
	}
	slices.SortFunc(all, func(a, b Member) int {
		return cmp.Or(strings.Compare(a.id, b.id), cmp.Compare(min(a.way(), 2), min(b.way(), 2)), cmp.Compare(a.Since, b.Since), cmp.Compare(a.way(), b.way()), cmp.Compare(b.Priority, a.Priority), a.ref().Compare(b.ref()))
	})
	for i, m := range all {
		if i > 0 && m.id == all[i-1].id {
			spares = append(spares, m)
		} else {
			members = append(members, m)
		}
	}
	slices.SortStableFunc(members, func(a, b Member) int { return cmp.Compare(b.Priority, a.Priority) })
	return members, spares
}

// way is how many hubs had the record before this one.
func (m *Member) way() int {
	if o := m.Record.Origin; o != nil {
		return 1 + len(o.Via)
	}
	return 0
}

// identity is the id of a listing.
func identity(members []Member) string {
	best := &members[0]
	for i := range members {
		if m := &members[i]; m.Local != best.Local && best.Local || m.Local == best.Local && m.id < best.id {
			best = m
		}
	}
	return best.id
}

type fusion struct {
	members []Member // by rank
	zone    *time.Location
	listing *catalog.Listing
	known   int // as hours gives it
}

// field is a field of which one member's value is taken whole.
type field struct {
	name string
	// stated says how well a record states it: 0 not at all, 1 in a form that any other is better than, from 2 on properly; amount
	// compares those of equal priority.
	stated func(r *catalog.Record, it *Item) (quality, amount int)
	give   func(to, from *catalog.Record)
}

// there is the quality of a field that is stated or not.
func there(ok bool) (int, int) {
	if ok {
		return 2, 0
	}
	return 0, 0
}

var fields = []field{
	{"title", func(r *catalog.Record, it *Item) (int, int) {
		if it.marks.notice {
			return 1, 0
		}
		return 2, 0
	}, func(to, from *catalog.Record) { to.Title = from.Title }},
	{"kind", func(r *catalog.Record, it *Item) (int, int) {
		if r.Kind == catalog.KindEvent || r.Kind == catalog.KindActivity { // also what is taken when a source does not say
			return 1, 0
		}
		return 2, 0
	}, func(to, from *catalog.Record) { to.Kind = from.Kind }},
	{"summary", func(r *catalog.Record, _ *Item) (int, int) { return there(r.Summary != "") }, func(to, from *catalog.Record) { to.Summary = from.Summary }},
	{"description", func(r *catalog.Record, _ *Item) (int, int) {
		switch n := len(r.Description); {
		case n == 0:
			return 0, 0
		case n < 60:
			return 1, n
		default:
			return 2, n
		}
	}, func(to, from *catalog.Record) { to.Description, to.Summary = from.Description, from.Summary }},
	{"language", func(r *catalog.Record, _ *Item) (int, int) { return there(r.Language != "") }, func(to, from *catalog.Record) { to.Language = from.Language }},
	{"url", func(r *catalog.Record, _ *Item) (int, int) { return there(r.URL != "") }, func(to, from *catalog.Record) { to.URL = from.URL }},
	{"image", func(r *catalog.Record, _ *Item) (int, int) {
		if r.Image == nil {
			return 0, 0
		}
		return 2, min(len(r.Image.Alt), 1)
	}, func(to, from *catalog.Record) { to.Image = from.Image }},
	{"organizer", func(r *catalog.Record, _ *Item) (int, int) {
		o := r.Organizer
		if o == nil {
			return 0, 0
		}
		return 2, min(len(o.OrgNumber), 1) + min(len(o.URL), 1)
	}, func(to, from *catalog.Record) { to.Organizer = from.Organizer }},
	{"place", func(r *catalog.Record, _ *Item) (int, int) {
		p := r.Place
		switch {
		case p == nil:
			return 0, 0
		case p.Name == "" && p.Address == "" && !p.Online: // no more than the municipality of the source
			return 1, 0
		}
		amount := min(len(p.Address), 1) + min(len(p.PostalCode), 1) + min(len(p.Name), 1)
		if p.Geo != nil {
			amount += 2
		}
		return 2, amount
	}, func(to, from *catalog.Record) { to.Place = from.Place }},
	{"age", func(r *catalog.Record, _ *Item) (int, int) { return there(r.Age != nil) }, func(to, from *catalog.Record) { to.Age = from.Age }},
	{"price", func(r *catalog.Record, _ *Item) (int, int) {
		switch p := r.Price; {
		case p == nil:
			return 0, 0
		case p.Min != nil || p.Free == catalog.Yes:
			return 2, min(len(p.Text), 1)
		default:
			return 1, 0
		}
	}, func(to, from *catalog.Record) { to.Price = from.Price }},
	{"low_threshold", func(r *catalog.Record, _ *Item) (int, int) { return there(r.LowThreshold != catalog.NotStated) }, func(to, from *catalog.Record) { to.LowThreshold = from.LowThreshold }},
	{"equipment_loan", func(r *catalog.Record, _ *Item) (int, int) { return there(r.EquipmentLoan != catalog.NotStated) }, func(to, from *catalog.Record) { to.EquipmentLoan = from.EquipmentLoan }},
	{"scheme", func(r *catalog.Record, _ *Item) (int, int) { return there(r.Scheme != nil) }, func(to, from *catalog.Record) { to.Scheme = from.Scheme }},
	{"contact", func(r *catalog.Record, _ *Item) (int, int) { return there(r.Contact != nil) }, func(to, from *catalog.Record) { to.Contact = from.Contact }},
}

// field takes a field from the member that states it best.
func (f *fusion) field(x field) {
	best, bestQuality, bestAmount := -1, 0, 0
	for i := range f.members {
		m := &f.members[i]
		quality, amount := x.stated(m.Record, m.Item)
		if quality > 1 && slices.Contains(m.Record.Derived, x.name) {
			quality = 1
		}
		if quality == 0 {
			continue
		}
		if best >= 0 {
			b := &f.members[best]
			if cmp.Or(cmp.Compare(quality, bestQuality), cmp.Compare(m.Priority, b.Priority), cmp.Compare(amount, bestAmount),
				m.Record.Modified.Compare(b.Record.Modified)) <= 0 {
				continue
			}
		}
		best, bestQuality, bestAmount = i, quality, amount
	}
	if best < 0 {
		return
	}
	from := f.members[best].Record
	x.give(&f.listing.Record, from)
	f.from(x.name, best)
	if x.name == "description" {
		f.from("summary", best)
	}
	for _, derived := range from.Derived { // the field, or a part of it: "place.geo"
		if whole, _, _ := strings.Cut(derived, "."); whole == x.name {
			f.listing.Derived = append(f.listing.Derived, derived)
		}
	}
}

// from notes which member gave a field.
func (f *fusion) from(name string, i int) {
	delete(f.listing.Provenance, name)
	if i > 0 {
		f.listing.Provenance[name] = i
	}
}

// derive notes that a field was read out of prose.
func (f *fusion) derive(name string) {
	if !slices.Contains(f.listing.Derived, name) {
		f.listing.Derived = append(f.listing.Derived, name)
	}
}

// derivedGeo is what Record.Derived calls a position that the hub filled in. One that a member's source states comes before it.
const derivedGeo = "place.geo"

// complete adds to the place and the organiser what only members that name the same one know of it.
func (f *fusion) complete() {
	l := f.listing
	given := f.members[l.Provenance["place"]].Item
	if l.Place != nil {
		place := *l.Place
		for i, m := range f.members {
			p := m.Record.Place
			if p == nil || m.Item != given && namesOf(m.Item.place, given.place).place() != equal && (m.Item.street == 0 || m.Item.street != given.street) {
				continue
			}
			derived := slices.Contains(m.Record.Derived, derivedGeo)
			if p.Geo != nil && (place.Geo == nil || !derived && slices.Contains(l.Derived, derivedGeo)) {
				place.Geo = p.Geo
				f.from(derivedGeo, i)
				ofGeo := func(field string) bool { return strings.HasPrefix(field, derivedGeo) }
				l.Derived = slices.DeleteFunc(l.Derived, ofGeo)
				for _, field := range m.Record.Derived {
					if ofGeo(field) {
						l.Derived = append(l.Derived, field)
					}
				}
			}
			if place.Address == "" && p.Address != "" {
				place.Address, place.PostalCode, place.Locality = p.Address, cmp.Or(p.PostalCode, place.PostalCode), cmp.Or(p.Locality, place.Locality)
				f.from("place.address", i)
			}
			place.PostalCode, place.Locality = cmp.Or(place.PostalCode, p.PostalCode), cmp.Or(place.Locality, p.Locality)
			place.Municipality, place.Neighbourhood = cmp.Or(place.Municipality, p.Municipality), cmp.Or(place.Neighbourhood, p.Neighbourhood)
		}
		l.Place = &place
	}
	given = f.members[l.Provenance["organizer"]].Item
	if l.Organizer != nil {
		organizer := *l.Organizer
		for _, m := range f.members {
			if o := m.Record.Organizer; o != nil && (m.Item == given || organizers(m.Item, given) == equal) {
				organizer.OrgNumber, organizer.URL, organizer.Kind = cmp.Or(organizer.OrgNumber, o.OrgNumber), cmp.Or(organizer.URL, o.URL), cmp.Or(organizer.Kind, o.Kind)
			}
		}
		l.Organizer = &organizer
	}
}

// lists puts lists together, the first member's words first. What is adapted according to one and not according to another is as the one
// of higher rank says.
func (f *fusion) lists() {
	l := f.listing
	l.Categories, l.Keywords, l.Schemes, l.Accessibility, l.Inaccessible, l.Offers = nil, nil, nil, nil, nil, nil
	for i, m := range f.members {
		r := m.Record
		f.words("categories", i, &l.Categories, r.Categories, nil, catalog.MaxCategories)
		f.words("keywords", i, &l.Keywords, r.Keywords, nil, catalog.MaxKeywords)
		f.words("schemes", i, &l.Schemes, r.Schemes, nil, catalog.MaxCategories)
		no := slices.Clone(l.Inaccessible)
		f.words("inaccessible", i, &l.Inaccessible, r.Inaccessible, l.Accessibility, catalog.MaxCategories)
		f.words("accessibility", i, &l.Accessibility, r.Accessibility, no, catalog.MaxCategories)
		for _, o := range r.Offers {
			same := func(x catalog.Offer) bool { return x.URL == o.URL && x.Name == o.Name }
			if len(l.Offers) == 0 {
				f.from("offers", i)
			}
			if len(l.Offers) < catalog.MaxOffers && !slices.ContainsFunc(l.Offers, same) {
				l.Offers = append(l.Offers, o)
			}
		}
	}
}

func (f *fusion) words(name string, i int, to *[]string, from, but []string, most int) {
	for _, w := range from {
		if slices.Contains(*to, w) || slices.Contains(but, w) || len(*to) == most {
			continue
		}
		if len(*to) == 0 {
			f.from(name, i)
		}
		*to = append(*to, w)
		if slices.Contains(f.members[i].Record.Derived, name) {
			f.derive(name)
		}
	}
}

// listed says names in a row, each once: "a, b og c".
func listed(names []string) string {
	return inRow(slices.Compact(slices.Sorted(slices.Values(names))))
}

// inRow says names in the order in which they come: "a, b og c".
func inRow(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " og " + names[n-1]
	}
	return names[0]
}

// why says what joined the members: for each but the first the pair that brought it in. A spare stands for its member.
func why(members, spares []Member, links []Link) string {
	if len(links) == 0 {
		for i := range members {
			for j := range i {
				a, b := &members[i], &members[j]
				links = append(links, Link{A: a.ref(), B: b.ref(), Verdict: Compare(a.Item, b.Item)})
			}
		}
		slices.SortFunc(links, func(x, y Link) int {
			return cmp.Or(cmp.Compare(y.Verdict.Score, x.Verdict.Score), x.A.Compare(y.A), x.B.Compare(y.B))
		})
	}
	group := make(map[Ref]Ref, len(members))
	for i := range spares {
		of := slices.IndexFunc(members, func(m Member) bool { return m.id == spares[i].id })
		group[spares[i].ref()] = members[of].ref()
	}
	root := func(r Ref) Ref {
		for {
			up, ok := group[r]
			if !ok {
				return r
			}
			r = up
		}
	}
	var out []string
	for _, l := range links {
		if len(group) == len(members)+len(spares)-1 {
			break
		}
		a, b := root(l.A), root(l.B)
		if a == b {
			continue
		}
		group[a] = b
		text := l.Verdict.Text()
		if l.Ruled {
			text = "en redaktør har slått dem sammen"
		}
		who := listed([]string{l.A.Source, l.B.Source})
		if l.A.Source == l.B.Source {
			who = "to i " + l.A.Source
		}
		if line := who + ": " + text + "."; !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return strings.Join(out, " ")
}

package merge

// relation is how two names of places or organisations relate.
type relation uint8

const (
	unknown relation = iota // one is not stated, or nothing can be said
	equal
	near   // they may be the same: one says less than the other
	unlike // they are hardly the same: a school, and the band of another
	other
)

// places compares where it is and who offers it. The house that the one calls the place may be the organiser in the other.
func (v *Verdict) places(a, b *Item, t *likeness, link bool) {
	places := namesOf(a.place, b.place)
	place := places.place()
	if a.street != 0 && a.street == b.street && place != equal {
		place = equal
	}
	org := organizers(a, b)
	placeOrg, orgPlace := namesOf(a.place, b.org), namesOf(a.org, b.place)
	cross := stronger(placeOrg.across(), orgPlace.across())
	towns := len(a.towns) > 0 && len(b.towns) > 0 && !anyShared(a.towns, b.towns)
	seat := otherSeat(a, b) || otherSeat(b, a)
	if a.area != "" && b.area != "" && a.area != b.area {
		towns = true
	}
	switch {
	case place == equal:
		v.add(SamePlace, 2)
		towns = towns && a.street != b.street
	case place == near:
		v.add(NearPlace, 0.8)
	}
	switch {
	case org == equal:
		v.add(SameOrganizer, 2)
	case org == near:
		v.Score += 0.3
	}
	if cross == equal && place != equal {
		v.add(PlaceIsOrganizer, 1.5)
	}
	if cross == near && place != equal {
		v.Score += 0.5
	}
	if t.named {
		v.add(NamesPlace, 1.2)
	}
	switch {
	case place == other && cross == equal:
	case place == other && (t.named || link):
		v.add(OtherPlace, -1.5)
	case place == other:
		v.part(OtherPlace)
	}
	if org == other {
		switch {
		case place == equal || cross == equal:
			v.add(OtherOrganizer, -1)
		case place == near || t.named || link:
			v.add(OtherOrganizer, -2)
		default:
			v.part(OtherOrganizer)
		}
	}
	if org == unlike && place != equal && cross != equal {
		v.add(OtherOrganizer, -4)
	}
	switch {
	case towns && place != equal && cross != equal:
		v.part(OtherTown)
	case towns:
		v.add(OtherTown, -2)
	case seat && place != equal && org != equal && cross != equal && !t.named:
		if v.add(OtherTown, -1.5); a.area == "" || a.area != b.area {
			v.Score -= 2.5
		}
	case cross == other && place != equal && org != equal && place != near && !t.named:
		v.part(OtherPlace) // two houses of the same sort
	case cross == unlike && place != equal && org != equal && place != near && !t.named:
		v.add(OtherPlace, -2)
	}
	if a.online != b.online && place != equal {
		v.Score--
	}
	if place == equal || place == near || org == equal || org == near || cross == equal || cross == near || t.named {
		v.placed = true
	}
	if placeOrg.plain+orgPlace.plain+placeOrg.town+orgPlace.town+places.town > 0 && place != other {
		v.hinted = true
	}
}

// otherSeat reports whether a is in a town that is another than the one that the organiser of b is of, and nothing says where b is.
func otherSeat(a, b *Item) bool {
	if len(a.towns) == 0 || len(b.towns) > 0 {
		return false
	}
	found := false
	for i := range b.org {
		if w := &b.org[i]; w.sort == town {
			if has(a.towns, w.text) {
				return false
			}
			found = true
		}
	}
	return found
}

// stronger prefers equal to other to the rest.
func stronger(a, b relation) relation {
	for _, r := range [...]relation{equal, other, unlike, near} {
		if a == r || b == r {
			return r
		}
	}
	return unknown
}

func anyShared(a, b []string) bool {
	for _, x := range a {
		if has(b, x) {
			return true
		}
	}
	return false
}

// organizers compares who offers it.
func organizers(a, b *Item) relation {
	if a.orgNo != "" && b.orgNo != "" {
		if a.orgNo == b.orgNo {
			return equal
		}
		return other
	}
	return namesOf(a.org, b.org).organizer()
}

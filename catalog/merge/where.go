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
	if t.hinted || placeOrg.towns+orgPlace.towns+places.towns > 0 && place != other {
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

// names is what two names have in common and what each has alone.
type names struct {
	stated         bool
	same           bool // they are written alike, spaces and endings apart
	plain          int  // words in common that tell one from another
	plainA, plainB int  // such words that only the one has
	towns          int  // towns in common
	townA, townB   int
	house          int // sorts of house in common
	houseA, houseB int
	within         int  // sorts of house that an association is of: "skole" and "skolekorps"
	society        bool // both are, without more, an association
	societies      bool // what only the one has is a sort of association in both
}

func namesOf(a, b []word) names {
	n := names{stated: len(a) > 0 && len(b) > 0}
	if !n.stated {
		return n
	}
	if n.same = joinedEqual(a, b); n.same {
		return n
	}
	var used uint16
	socA, socB, aloneA, aloneB := false, false, false, false
	for i := range a {
		x, found := &a[i], -1
		for j := range b {
			y := &b[j]
			if used>>j&1 == 1 {
				continue
			}
			if x.sort == town || y.sort == town {
				if x.text == y.text {
					found = j
					break
				}
			} else if alike(x, y) >= 0.8 {
				found = j
				break
			}
		}
		if found >= 0 {
			used |= 1 << found
			switch y := &b[found]; {
			case x.sort == town:
				n.towns++
			case x.sort == plain && y.sort == plain:
				n.plain++
			case x.sort == house && y.sort == house:
				n.house++
			case x.sort == house && y.sort == plain || x.sort == plain && y.sort == house:
				n.within++
			}
			socA, socB = socA || x.club, socB || x.club
			continue
		}
		n.alone(x, &n.plainA, &n.townA, &n.houseA)
		socA = socA || x.club
		aloneA = aloneA || x.sort == plain && x.club || x.sort == house
	}
	for j := range b {
		if y := &b[j]; used>>j&1 == 0 {
			n.alone(y, &n.plainB, &n.townB, &n.houseB)
			socB = socB || y.club
			aloneB = aloneB || y.sort == plain && y.club || y.sort == house
		}
	}
	n.society, n.societies = socA && socB, aloneA && aloneB
	return n
}

func (n *names) alone(w *word, plains, towns, houses *int) {
	switch w.sort {
	case plain:
		*plains++
	case town:
		*towns++
	case house:
		*houses++
	}
}

// joinedEqual reports whether two names are the same letters: "Stokke bad" and "Stokkebadet".
func joinedEqual(a, b []word) bool {
	letter := func(names []word, i int) string {
		switch {
		case i >= len(names):
			return ""
		case i == len(names)-1:
			return names[i].text
		}
		return names[i].full
	}
	i, j, x, y := 0, 0, letter(a, 0), letter(b, 0)
	for x != "" && y != "" {
		n := min(len(x), len(y))
		if x[:n] != y[:n] {
			return false
		}
		if x = x[n:]; x == "" {
			i++
			x = letter(a, i)
		}
		if y = y[n:]; y == "" {
			j++
			y = letter(b, j)
		}
	}
	return x == y
}

func (n names) place() relation {
	otherTown := n.townA > 0 && n.townB > 0 && n.towns == 0
	otherHouse := n.houseA > 0 && n.houseB > 0 && n.house == 0
	switch {
	case !n.stated:
		return unknown
	case n.same:
		return equal
	case otherTown:
		return other
	case n.plain > 0 && otherHouse:
		return other
	case n.plain > 0:
		return equal
	case n.plainA > 0 && n.plainB > 0:
		return other
	case n.house > 0 && n.towns > 0 && n.plainA+n.plainB == 0:
		return equal
	case n.house > 0:
		return near
	case otherHouse:
		return other
	}
	return unknown
}

func (n names) organizer() relation {
	switch {
	case !n.stated:
		return unknown
	case n.same:
		return equal
	case n.townA > 0 && n.townB > 0 && n.towns == 0:
		return other
	case n.plain > 0 && n.societies:
		return other
	case n.plain > 0 && n.plainA > 0 && n.plainB > 0:
		return near
	case n.plain > 0:
		return equal
	case n.plainA > 0 && n.plainB > 0:
		return other
	case n.house > 0 && n.towns > 0 && n.plainA+n.plainB == 0, n.society && n.towns > 0 && n.plainA+n.plainB == 0:
		return equal
	case n.house > 0 || n.towns > 0 && n.plainA+n.plainB <= 1 && n.society:
		return near
	}
	return unknown
}

// across compares a place with an organisation: they are two only when they are two houses of one sort.
func (n names) across() relation {
	otherTown := n.townA > 0 && n.townB > 0 && n.towns == 0
	switch {
	case !n.stated:
		return unknown
	case n.same:
		return equal
	case n.house > 0 && (otherTown || n.plain == 0 && n.plainA > 0 && n.plainB > 0):
		return other
	case otherTown:
		return unknown
	case n.plain > 0, n.house > 0 && n.towns > 0:
		return equal
	case n.within > 0 && n.plainA > 0 && n.plainB > 0:
		return unlike
	case n.house > 0:
		return near
	}
	return unknown
}

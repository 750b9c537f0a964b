package merge

// names is what two names have in common and what each has alone.
type names struct {
	stated       bool
	same         bool // they are written alike, spaces and endings apart
	plain, town  int  // words in common that tell one from another
	sort         int  // sorts of house or association in common
	within       bool // the one is an association of the sort of house that the other is: "skole" and "skolekorps"
	general      bool // both are, without more, an association
	aloneA       alone
	aloneB       alone
	associations bool // what only the one has is a sort of association in both
}

// alone is what only one of two names has.
type alone struct{ plain, town, sort, club int }

// qualified reports whether it says which one it is: by a name of its own, or by the town of a sort of house or association.
func (a alone) qualified(sorts int) bool { return a.plain > 0 || a.town > 0 && a.sort+sorts > 0 }

func (a *alone) add(w *word) {
	switch {
	case w.sort == town:
		a.town++
	case w.sort == house || w.sort == society || w.club:
		a.sort++
	case w.sort == plain:
		a.plain++
	}
	if w.club || w.sort == house {
		a.club++
	}
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
	generalA, generalB := false, false
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
		generalA = generalA || x.sort == society
		if found < 0 {
			n.aloneA.add(x)
			continue
		}
		used |= 1 << found
		n.match(x, &b[found])
	}
	for j := range b {
		generalB = generalB || b[j].sort == society
		if used>>j&1 == 0 {
			n.aloneB.add(&b[j])
		}
	}
	n.general, n.associations = generalA && generalB, n.aloneA.club > 0 && n.aloneB.club > 0
	return n
}

func (n *names) match(x, y *word) {
	sortX, sortY := x.sort == house || x.sort == society || x.club, y.sort == house || y.sort == society || y.club
	switch {
	case x.sort == town:
		n.town++
	case (x.sort == house) != (y.sort == house) && (sortX && sortY || x.sort == plain || y.sort == plain):
		n.within = true
	case sortX || sortY:
		n.sort++
	case x.sort == plain && y.sort == plain:
		n.plain++
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

func (n *names) otherTown() bool { return n.aloneA.town > 0 && n.aloneB.town > 0 && n.town == 0 }

func (n *names) otherSort() bool {
	return n.aloneA.sort > 0 && n.aloneB.sort > 0 && n.sort == 0 && !n.within
}

// bothQualified reports whether each says which one it is, and neither what the other says.
func (n *names) bothQualified() bool {
	return n.plain == 0 && n.town == 0 && n.aloneA.qualified(n.sort) && n.aloneB.qualified(n.sort)
}

// place compares two places.
func (n names) place() relation {
	switch {
	case !n.stated:
		return unknown
	case n.same:
		return equal
	case n.otherTown(), n.plain > 0 && n.otherSort():
		return other
	case n.plain > 0:
		return equal
	case n.aloneA.plain > 0 && n.aloneB.plain > 0, n.bothQualified():
		return other
	case n.sort > 0 && n.town > 0 && n.aloneA.plain+n.aloneB.plain == 0:
		return equal
	case n.sort > 0:
		return near
	case n.otherSort():
		return other
	}
	return unknown
}

// organizer compares two organisations.
func (n names) organizer() relation {
	switch {
	case !n.stated:
		return unknown
	case n.same:
		return equal
	case n.otherTown(), n.plain > 0 && n.associations:
		return other
	case n.plain > 0 && n.aloneA.plain > 0 && n.aloneB.plain > 0:
		return near
	case n.plain > 0:
		return equal
	case n.aloneA.plain > 0 && n.aloneB.plain > 0, n.bothQualified():
		return other
	case n.town > 0 && (n.sort > 0 && !n.otherSort() || n.general) && n.aloneA.plain+n.aloneB.plain == 0:
		return equal
	case n.otherSort():
		return unlike
	case n.sort > 0 || n.town > 0:
		return near
	}
	return unknown
}

// across compares a place with an organisation: they are two only when they are two houses of one sort.
func (n names) across() relation {
	switch {
	case !n.stated:
		return unknown
	case n.same:
		return equal
	case n.sort > 0 && (n.otherTown() || n.bothQualified()):
		return other
	case n.otherTown():
		return unknown
	case n.plain > 0 && !n.otherSort(), n.sort > 0 && n.town > 0:
		return equal
	case n.plain > 0: // two things in one village
		return unknown
	case n.within && n.aloneA.plain > 0 && n.aloneB.plain > 0:
		return unlike
	case n.sort > 0:
		return near
	}
	return unknown
}

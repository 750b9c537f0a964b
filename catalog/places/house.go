package places

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"fritidshub/catalog"
)

// House is what a venue's name says, taken apart, so that Bølgen, Bølgen kulturhus, Kulturhuset Bølgen and Bølgen, Storsalen are seen to be one.
type House struct {
	Words []string // the name's own words, folded and sorted; none when it is only what it is: "Biblioteket"
	Kind  string   // what sort of house it is, "" when it is not said: "bibliotek"
	Town  string   // the folded name of the poststed in it, or of the place's own; "" when neither is said
	Room  string   // as written: "Storsalen"; "" for the whole house
}

var nameParts = regexp.MustCompile(`\s*[,;|/()]\s*|\s+[-–—:]\s+`)

// Rooms parts the name of a venue in the house and the room of it, both as written. A name that is all room has no house; one
// without a room comes back as it is.
func Rooms(name string) (house, room string) {
	name = catalog.CleanText(name, 0)
	var houses, inside []string
	pieces := []string{name}
	if strings.ContainsAny(name, ",;|/()-–—:") {
		pieces = nameParts.Split(name, -1)
	}
	for _, part := range pieces {
		switch before, after, inOne := cutIn(part); {
		case part == "":
		case inOne && isRoom(before):
			inside, houses = append(inside, before), append(houses, after)
		case isRoom(part):
			inside = append(inside, part)
		default:
			h, r := spoken(part)
			houses = append(houses, h)
			if r != "" {
				inside = append(inside, r)
			}
		}
	}
	if len(inside) == 0 {
		return name, ""
	}
	return strings.Join(houses, ", "), strings.Join(inside, ", ")
}

// cutIn parts "Storsalen i Bølgen".
func cutIn(s string) (before, after string, ok bool) {
	for _, in := range []string{" i ", " på ", " ved "} {
		if before, after, ok = strings.Cut(s, in); ok {
			return before, after, true
		}
	}
	return s, "", false
}

// isRoom reports whether all of s names a room: Storsalen, Lille sal, Sal 2, 2. etasje.
func isRoom(s string) bool {
	room := false
	for _, w := range strings.Fields(catalog.Fold(s)) {
		switch {
		case rooms[w]:
			room = true
		case roomWords[w], utf8.RuneCountInString(w) == 1, len(w) <= 4 && digits(w, len(w)):
		default:
			return false
		}
	}
	return room
}

// spoken finds a room at the end of a name without a comma before it.
func spoken(s string) (house, room string) {
	words := strings.Fields(s)
	for i := len(words) - 1; i > 0 && i >= len(words)-2; i-- {
		if !spokenRooms[catalog.Fold(words[i])] || !isRoom(strings.Join(words[i:], " ")) {
			continue
		}
		if i > 1 && roomWords[catalog.Fold(words[i-1])] {
			i--
		}
		return strings.Join(words[:i], " "), strings.Join(words[i:], " ")
	}
	return s, ""
}

// House takes the name of a place apart.
func (d *Data) House(p catalog.Place) House {
	name, room := Rooms(p.Name)
	h := House{Room: room}
	for _, w := range strings.Fields(catalog.Fold(name)) {
		kind, isKind := houseKinds[w]
		stem, inCompound := compound(w)
		switch {
		case generic[w], nowhere[w]:
		case isKind:
			if h.Kind == "" || vague[h.Kind] {
				h.Kind = kind
			}
		default:
			if d.isOwnTown(stem, p) {
				h.Town = stem
			} else {
				h.Words = append(h.Words, stem)
			}
			if inCompound != "" && (h.Kind == "" || vague[h.Kind]) {
				h.Kind = inCompound
			}
		}
	}
	slices.Sort(h.Words)
	h.Words = slices.Compact(h.Words)
	if h.Town == "" {
		h.Town = catalog.Fold(p.Locality)
	}
	if len(h.Words) == 0 && h.Kind == "" && h.Room != "" && name == "" {
		h.Town = "" // a room of we do not know what house
	}
	return h
}

// isOwnTown reports whether a word is the name of a poststed in the place's municipality, or of that municipality.
func (d *Data) isOwnTown(w string, p catalog.Place) bool {
	t, isTown := d.towns[w]
	if p.Municipality == "" {
		return isTown && d.tells(t)
	}
	return isTown && t.municipality == p.Municipality || w == catalog.Fold(d.names[p.Municipality])
}

// compound parts Farrishallen in Farris and hall.
func compound(w string) (stem, kind string) {
	for _, end := range endingKinds {
		if stem, ok := strings.CutSuffix(w, end); ok && len(stem) >= 4 {
			return strings.TrimSuffix(stem, "-"), houseKinds[end]
		}
	}
	return w, ""
}

// named reports whether the name tells which house it is.
func (h House) named() bool { return len(h.Words) > 0 || h.Kind != "" }

// core is the part of a key that the name gives: what vague sort of house it is does not count beside words of its own.
func (h House) core() string {
	switch {
	case len(h.Words) == 0 && h.Kind == "":
		return ""
	case len(h.Words) == 0:
		return h.Kind + "@" + h.Town
	case h.Kind == "" || vague[h.Kind]:
		return strings.Join(h.Words, " ")
	}
	return strings.Join(h.Words, " ") + ":" + h.Kind
}

// Key is the same for the spellings of one venue, and for its rooms: the municipality and the house's name, without what it is when
// that is often left out, or the street and number of a place without a name. "" when neither is said, and for what is online.
func (d *Data) Key(p catalog.Place) string {
	if p.Online {
		return ""
	}
	if core := d.House(p).core(); core != "" {
		return p.Municipality + "/" + core
	}
	if name, number := StreetKey(p.Address); name != "" {
		return p.Municipality + "/" + name + " " + number
	}
	return ""
}

package merge

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// The bounds of Keys.
const (
	keyWords = 3 // words of a title that make keys
	keySlots = 3 // starts and hours of the week that do
)

// A strong key says so much that records which share it are compared; of weak ones they must share two. Strong keys are odd.
func strong(parts ...string) uint64 { return hash(parts...) | 1 }

func weak(parts ...string) uint64 { return hash(parts...) &^ 1 }

// Strong reports whether a key counts alone.
func Strong(key uint64) bool { return key&1 == 1 }

// Key is the key that the record itself is found by.
func (r Ref) Key() uint64 { return strong("ref", r.Source, r.NativeID) }

// Keys are the blocks of the record: two records that share neither a strong key nor two weak ones are never compared. They are the same in every version that reads a
// title in the same way, at most some 25: of its best words with its day, with its hour of the week, and with its place or organiser; of
// its addresses; of where it was first read; of itself.
func (it *Item) Keys() []uint64 {
	keys := []uint64{it.Ref.Key(), strong("origin", strconv.FormatUint(it.origin, 36))}
	for _, l := range it.links {
		keys = append(keys, strong("at", strconv.FormatUint(l, 36)))
	}
	words := it.keyWords()
	for _, w := range words {
		if len(it.starts) > 0 && len(it.starts) <= keySlots {
			for _, t := range it.starts {
				keys = append(keys, weak("day", w, strconv.Itoa(int(dayOf(t)))))
			}
		}
		if it.was != 0 {
			keys = append(keys, weak("day", w, strconv.Itoa(int(dayOf(it.was)))), weak("slot", w, strconv.Itoa(int(slotOf(it.was)))))
		}
		if it.allDay { // days have no hours to agree on
			from, to := it.span()
			keys = append(keys, weak("day", w, strconv.Itoa(int(from))), strong("days", w, strconv.Itoa(int(from))), weak("day", w, strconv.Itoa(int(to))), strong("days", w, strconv.Itoa(int(to))))
		} else {
			for _, s := range it.slots[:min(len(it.slots), keySlots)] {
				keys = append(keys, weak("slot", w, strconv.Itoa(int(s))))
				if len(it.starts) > keySlots { // what comes back is told in fewer words
					keys = append(keys, strong("weekly", w, strconv.Itoa(int(s))))
				}
			}
			if len(it.starts) > keySlots {
				keys = append(keys, weak("day", w, strconv.Itoa(int(dayOf(it.starts[0])))))
			}
		}
	}
	for _, n := range []string{best(it.place), best(it.org)} { // whatever the one's title says, the other's may end so
		for _, t := range it.starts[:min(len(it.starts), 1)] {
			if n != "" && !it.allDay {
				keys = append(keys, strong("here", n, strconv.Itoa(int(t))))
			}
		}
	}
	if it.performed() && it.staged() { // two that are runDays apart at most are both in one of these; those a week apart are at the same hour of the week
		feed, line := strconv.FormatUint(it.feed, 36), strconv.FormatUint(it.line, 36)
		for _, shift := range []int32{0, runDays} {
			keys = append(keys, strong("run", feed, line, strconv.Itoa(int(shift)), strconv.Itoa(int((dayOf(it.starts[0])+shift)/(2*runDays)))))
		}
		if it.text != 0 {
			keys = append(keys, strong("runs", feed, line, strconv.Itoa(int(it.slots[0]))))
		}
	}
	for _, w := range words[:min(len(words), 2)] {
		if n := best(it.place); n != "" {
			keys = append(keys, weak("name", w, n))
			if len(it.starts) == 0 {
				keys = append(keys, strong("by", w, n))
			}
		}
		if n := best(it.org); n != "" {
			keys = append(keys, weak("name", w, n))
			if len(it.starts) == 0 || len(it.starts) > keySlots { // a standing offer is told with its hours or without
				keys = append(keys, strong("by", w, n))
			}
		}
	}
	slices.Sort(keys)
	return slices.Clip(slices.Compact(keys))
}

// keyWords are the beginnings of the words of the title that say most: those that tell things apart before common ones, then in
// alphabetical order.
func (it *Item) keyWords() []string {
	var out []string
	for _, sort := range []uint8{plain, common, town} {
		if sort != plain && len(out) > 0 {
			break
		}
		for _, w := range it.title {
			if b := beginning(w.text); w.sort == sort && !slices.Contains(out, b) {
				out = append(out, b)
			}
		}
	}
	slices.Sort(out)
	return out[:min(len(out), keyWords)]
}

// beginning is the first five letters, by which compounds are found.
func beginning(w string) string {
	n := 0
	for i := range w {
		if n == 5 {
			return w[:i]
		}
		n++
	}
	if utf8.ValidString(w) {
		return w
	}
	return ""
}

// best is the word of a name that tells most; that of a town or a sort of association alone tells nothing.
func best(names []word) string {
	for _, sort := range []uint8{plain, house} {
		for i := range names {
			if names[i].sort == sort {
				return beginning(names[i].text)
			}
		}
	}
	return ""
}

// meet reports whether sorted keys share a strong one or two weak ones, and gives the first that they share.
func meet(a, b []uint64) (first uint64, enough bool) {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			if n++; n == 1 {
				first = a[i]
			}
			if n > 1 || Strong(a[i]) {
				return first, true
			}
			i, j = i+1, j+1
		}
	}
	return first, false
}

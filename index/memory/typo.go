package memory

import (
	"slices"
	"unicode/utf8"
)

// Typing errors are counted in halves: a double letter for a single one, and letters that sound alike, are half an error.
const (
	halfError = 1
	oneError  = 2
	// band is how many letters more or fewer a word may have so far.
	band = 2
	far  = 100
)

// errorsAllowed is how many errors, in halves, a word of so many letters may have.
func errorsAllowed(letters int) int {
	switch {
	case letters < 4:
		return 0
	case letters < 8:
		return oneError
	}
	return 2 * oneError
}

// alike are letters, in plain form, that are written for one another.
var alike = func() (pairs [128][128]bool) {
	for _, p := range []string{"oa", "iy", "ck", "cs", "sz", "vw", "dt", "uo", "ea", "gj", "xs", "qk"} {
		pairs[p[0]][p[1]], pairs[p[1]][p[0]] = true, true
	}
	return pairs
}()

// misspelt finds the words of a list that differ from word by at most errors halves; with begins also those that do when they are cut off somewhere.
// It walks the list in order, keeps for each letter of the current word the distances to what has been walked, and passes over all words that begin
// like one that is too far off. Use gets the place in the order, the errors, and whether it is only the beginning that fits.
func (l words) misspelt(word string, errors int, begins bool, use func(place, errors int, begun bool)) {
	w := walk{want: []rune(word), errors: errors}
	if len(w.want) < 2 {
		return
	}
	first := w.row(0)
	for j := range first {
		first[j] = far
	}
	for j := 0; j <= min(band, len(w.want)); j++ {
		first[j] = uint8(2 * j * oneError) // leaving out the first letter counts twice
	}
	w.begun = append(w.begun, far)
	kept := 0 // bytes of the word before that have been walked
	for i := 0; i < len(l.order); {
		text := l.table.at(l.order[i])
		depth := w.keep(min(kept, int(l.common.bytes[i])))
		at, dead := w.bytes[depth], depth > len(w.want)+band
		for at < len(text) && !dead {
			r, size := utf8.DecodeRune(text[at:])
			at += size
			dead = w.step(r, at)
		}
		kept = at
		depth = len(w.runes)
		if dead && !(begins && int(w.begun[depth]) <= errors) {
			i = l.common.next(i, at)
			continue
		}
		whole := far
		if !dead && at == len(text) && depth+band >= len(w.want) && depth <= len(w.want)+band {
			whole = int(w.rows[depth][len(w.want)])
		}
		switch {
		case whole <= errors:
			use(i, whole, false)
		case begins && int(w.begun[depth]) <= errors:
			use(i, int(w.begun[depth]), true)
		}
		i++
	}
}

func shared(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// walk is where misspelt stands.
type walk struct {
	want   []rune
	errors int
	runes  []rune
	bytes  []int     // by depth: where the rune ends
	rows   [][]uint8 // by depth and letter of want: errors so far
	begun  []uint8   // by depth: the fewest errors of all want against a beginning
}

func (w *walk) row(depth int) []uint8 {
	if depth == 0 && w.bytes == nil {
		w.bytes = []int{0}
	}
	for len(w.rows) <= depth {
		w.rows = append(w.rows, make([]uint8, len(w.want)+1))
	}
	return w.rows[depth]
}

// keep goes back to the letters that end within the first n bytes, and gives their number.
func (w *walk) keep(n int) int {
	depth := len(w.runes)
	for depth > 0 && w.bytes[depth] > n {
		depth--
	}
	w.runes, w.bytes, w.begun = w.runes[:depth], w.bytes[:depth+1], w.begun[:depth+1]
	return depth
}

// step takes the next letter of a word, which ends at a byte, and reports whether it is too far off from here on.
func (w *walk) step(r rune, end int) (dead bool) {
	depth := len(w.runes) + 1
	row, above := w.row(depth), w.rows[depth-1]
	w.runes, w.bytes = append(w.runes, r), append(w.bytes, end)
	n := len(w.want)
	if depth > n+band { // of a beginning that fits, and nothing after it can be nearer
		w.begun = append(w.begun, w.begun[depth-1])
		return true
	}
	lo, hi := max(depth-band, 0), min(depth+band, n)
	if lo > 0 {
		row[lo-1] = far
	}
	if hi < n {
		row[hi+1] = far
	}
	least := uint8(far)
	for j := lo; j <= hi; j++ {
		insert := uint8(oneError)
		if depth > 1 && w.runes[depth-2] == r {
			insert = halfError
		}
		if j == 0 {
			insert = 2 * oneError
		}
		best := above[j] + insert
		if j > 0 {
			q := w.want[j-1]
			change := uint8(0)
			if q != r {
				change = oneError
				if q < 128 && r < 128 && alike[q][r] {
					change = halfError
				}
				if j == 1 && depth == 1 {
					change = 2 * oneError
				}
			}
			best = min(best, above[j-1]+change)
			left := uint8(oneError)
			if j > 1 && w.want[j-2] == q {
				left = halfError
			}
			best = min(best, row[j-1]+left)
			if depth > 1 && j > 1 && q == w.runes[depth-2] && w.want[j-2] == r && q != r {
				best = min(best, w.rows[depth-2][j-2]+oneError)
			}
		}
		row[j] = min(best, far)
		least = min(least, row[j])
	}
	begun := w.begun[depth-1]
	if hi == n {
		begun = min(begun, row[n])
	}
	w.begun = append(w.begun, begun)
	// The next letter and this one may have changed places, which goes on from the letter before.
	swapped := slices.Min(above[max(depth-1-band, 0):min(depth-1+band, n)+1]) + oneError
	return int(min(least, swapped)) > w.errors
}

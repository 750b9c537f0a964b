package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"fritidshub/index"
	"fritidshub/index/analysis"
)

// group is the documents with one title.
type group struct {
	id    []byte
	key   []byte // of the title
	count int
	start bool
}

// Suggest implements index.Suggester.
func (e *Engine) Suggest(ctx context.Context, q index.SuggestQuery) ([]index.Title, error) {
	words := analysis.Tokens(q.Text)
	if len(words) == 0 || q.Limit <= 0 {
		return nil, nil
	}
	words = words[:min(len(words), analysis.MaxQuery)]
	sn := e.now.Load()
	lent := scratches.Get().(*scratch)
	defer lent.release()
	main := 0 // the view with most documents; what the others have is counted first
	for i := range sn.views {
		if sn.views[i].seg.n > sn.views[main].seg.n {
			main = i
		}
	}
	beginning := opening(words)
	others := map[string]group{}
	top := titles{limit: q.Limit}
	for i := range sn.views {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if i == main {
			continue
		}
		sn.views[i].titled(words, second(q.Now.Unix()), lent, func(g group) {
			if old, known := others[string(g.key)]; known {
				g.count += old.count
			}
			others[string(g.key)] = g
		})
	}
	if len(sn.views) > 0 {
		sn.views[main].titled(words, second(q.Now.Unix()), lent, func(g group) {
			if len(others) > 0 {
				if other, too := others[string(g.key)]; too {
					g.count += other.count
					delete(others, string(g.key))
				}
			}
			g.start = opens(g.key, beginning)
			top.add(g)
		})
	}
	for _, g := range others {
		g.start = opens(g.key, beginning)
		top.add(g)
	}
	out := make([]index.Title, len(top.best))
	for i, g := range top.best {
		out[i] = index.Title{ID: string(g.id), Count: g.count, Start: g.start}
	}
	return out, nil
}

// titled gives the titles, in order, of a view's documents that are not over and in which every word begins one.
func (v *view) titled(words []analysis.Token, now uint32, lent *scratch, use func(group)) {
	s := v.seg
	set, having := lent.set(s.n), lent.set(s.n)
	s.notOver(now, set)
	if v.dead != nil {
		set.andNot(v.dead)
	}
	if !slices.ContainsFunc(words, func(w analysis.Token) bool { return !single(w) }) { // so many words begin with it that only titles that do are looked for
		letter := opening(words)
		set.keep(func(d uint32) bool { return opens(s.titles.at(d), letter) })
	}
	for _, w := range words {
		if single(w) {
			continue
		}
		clear(having)
		s.words.beginning(w, func(term uint32) {
			s.words.each(term, func(d uint32, fields uint8) {
				if fields&inTitle != 0 {
					having.set(d)
				}
			})
		})
		set.and(having)
	}
	g := group{}
	set.each(func(d uint32) bool {
		key := s.titles.at(d)
		if g.count > 0 && bytes.Equal(key, g.key) {
			g.count++
			return true
		}
		if g.count > 0 {
			use(g)
		}
		g = group{id: s.ids.at(d), key: key, count: 1}
		return true
	})
	if g.count > 0 {
		use(g)
	}
}

func single(w analysis.Token) bool { return utf8.RuneCountInString(w.Folded) == 1 }

// beginning calls use with the terms that begin with a word, however it is spelt; with some of them twice.
func (l *lexicon) beginning(word analysis.Token, use func(term uint32)) {
	for _, folded := range word.Spellings() {
		for _, term := range l.byFolded[l.folded.lowerBound(l.byFolded, folded):] {
			form := l.folded.at(term)
			if len(form) < len(folded) || string(form[:len(folded)]) != folded {
				break
			}
			if folded == word.Folded || analysis.Begins(string(l.terms.at(term)), word.Term) {
				use(term)
			}
		}
	}
}

// opening is the form of the words in which they are compared with titles' sort keys.
func opening(words []analysis.Token) string {
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = undoubled.Replace(w.Folded)
	}
	return strings.Join(parts, " ")
}

var undoubled = strings.NewReplacer("oe", "o", "aa", "a")

// opens reports whether the title with a sort key begins with an opening.
func opens(key []byte, opening string) bool {
	at, last := 0, byte(0)
	next := func(c byte) bool {
		if c == 'e' && last == 'o' || c == 'a' && last == 'a' {
			return true
		}
		last = c
		if at < len(opening) && opening[at] != c {
			return false
		}
		at++
		return true
	}
	for _, c := range key {
		if at >= len(opening) {
			break
		}
		var ok bool
		switch c { // the letters after z of analysis.SortKey
		case 'z' + 1:
			ok = next('a') && next('e')
		case 'z' + 2:
			ok = next('o')
		case 'z' + 3:
			ok = next('a')
		default:
			ok = next(c)
		}
		if !ok {
			return false
		}
	}
	return at >= len(opening)
}

// titles keeps the best.
type titles struct {
	limit int
	best  []group // in order
}

func better(a, b group) int {
	if a.start != b.start {
		if a.start {
			return -1
		}
		return 1
	}
	return cmp.Or(b.count-a.count, bytes.Compare(a.key, b.key))
}

func (t *titles) add(g group) {
	if len(t.best) == t.limit && better(g, t.best[len(t.best)-1]) > 0 {
		return
	}
	i, _ := slices.BinarySearchFunc(t.best, g, better)
	t.best = slices.Insert(t.best, i, g)
	t.best = t.best[:min(len(t.best), t.limit)]
}

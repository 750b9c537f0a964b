package merge

import (
	"cmp"
	"slices"
)

// Ruling is an editor's decision about two records.
type Ruling struct {
	A, B  Ref
	Apart bool // they are two things; otherwise they are one
}

// Rulings are editors' decisions. Where two contradict each other, the later one holds.
type Rulings []Ruling

// Group is records that are one thing, in the order of where they were first read and then of their refs, so that hubs agree about it.
type Group struct {
	Items []*Item
	Links []Link // what joined them: the pairs that count, best first
}

// Link is a pair of a group that was joined.
type Link struct {
	A, B    Ref
	Verdict Verdict
	Ruled   bool // an editor joined them
}

// The bounds of matching. Neither is met by records that people wrote.
const (
	// MaxBlock is how many records may share a key; one that more share says nothing. Sharing is to pass it over.
	MaxBlock = 64
	// MaxAround is how many records Around gathers beside those that were touched and four others for each of them.
	MaxAround = 2000
)

// joined lists the refs that an editor has joined to each.
func (r Rulings) joined() map[Ref][]Ref {
	if len(r) == 0 {
		return nil
	}
	m := make(map[Ref][]Ref)
	for _, x := range r {
		if !x.Apart {
			m[x.A], m[x.B] = append(m[x.A], x.B), append(m[x.B], x.A)
		}
	}
	return m
}

// Groups parts items into groups that are one thing each: the pair with the best score first, and never a group that holds a pair
// that is two things. What editors have joined is together and what they have parted is not, whatever the records say. The order of
// items does not matter; groups come in the order of their first refs. A key that more than MaxBlock of the items share says nothing.
func Groups(items []*Item, rulings Rulings) []Group {
	return group(items, rulings, func(g *grouping) [][2]int { return g.candidates(rulings.joined()) })
}

// Grouped is Groups of what Around has gathered: which keys say something was told by all there is, not by these items alone.
func Grouped(items []*Item, pairs []Pair, rulings Rulings) []Group {
	return group(items, rulings, func(g *grouping) [][2]int {
		at := make(map[Ref]int, len(g.items))
		for i, it := range g.items {
			at[it.Ref] = i
		}
		out := make([][2]int, len(pairs))
		for i, p := range pairs {
			a, b := at[p.A.Ref], at[p.B.Ref]
			out[i] = [2]int{min(a, b), max(a, b)}
		}
		return out
	})
}

func group(items []*Item, rulings Rulings, candidates func(*grouping) [][2]int) []Group {
	items = slices.Clone(items)
	slices.SortFunc(items, func(a, b *Item) int { return cmp.Or(cmp.Compare(a.origin, b.origin), a.Ref.Compare(b.Ref)) })
	items = slices.CompactFunc(items, func(a, b *Item) bool { return a.Ref == b.Ref })
	g := grouping{items: items, of: make([]int, len(items)), members: make([][]int, len(items))}
	for i := range items {
		g.of[i], g.members[i] = i, []int{i}
	}
	for i := 1; i < len(items); i++ {
		if items[i-1].origin == items[i].origin {
			g.unite(pair{a: i - 1, b: i, verdict: Compare(items[i-1], items[i])})
		}
	}
	g.rule(rulings)
	g.pairs(candidates(&g))
	for _, l := range g.links {
		g.join(l)
	}
	return g.result()
}

type grouping struct {
	items   []*Item
	of      []int   // the group of each item
	members [][]int // the items of each group
	apart   map[[2]int]bool
	links   []pair
	used    []pair
}

type pair struct {
	a, b    int // a < b
	verdict Verdict
	ruled   bool
}

// rule applies editors' decisions, the latest first: a decision that contradicts a later one is passed over.
func (g *grouping) rule(rulings Rulings) {
	g.apart = make(map[[2]int]bool)
	if len(rulings) == 0 {
		return
	}
	at := make(map[Ref]int, len(g.items))
	for i, it := range g.items {
		at[it.Ref] = i
	}
	for i := len(rulings) - 1; i >= 0; i-- {
		r := rulings[i]
		a, okA := at[r.A]
		b, okB := at[r.B]
		if !okA || !okB || a == b {
			continue
		}
		key := [2]int{min(a, b), max(a, b)}
		switch {
		case r.Apart && g.of[a] != g.of[b]:
			g.apart[key] = true
		case !r.Apart && !g.parted(g.of[a], g.of[b], true):
			g.unite(pair{a: key[0], b: key[1], verdict: Compare(g.items[a], g.items[b]), ruled: true})
		}
	}
}

// pairs puts the pairs that are the same thing in order, best first.
func (g *grouping) pairs(candidates [][2]int) {
	for _, p := range candidates {
		g.links = append(g.links, pair{a: p[0], b: p[1], verdict: Compare(g.items[p[0]], g.items[p[1]])})
	}
	g.fold()
	slices.SortFunc(g.links, func(x, y pair) int {
		return cmp.Or(cmp.Compare(y.verdict.Score, x.verdict.Score), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
}

// fold makes a series that joins several dates of another source come before one that has only one of them.
func (g *grouping) fold() {
	type dates struct {
		series int
		feed   uint64
		line   uint64
	}
	count := make(map[dates]int)
	each := func(f func(l *pair, d dates)) {
		for i := range g.links {
			l := &g.links[i]
			if !l.verdict.Has(InSeries) {
				continue
			}
			series, date := g.items[l.a], g.items[l.b]
			at := l.a
			if len(series.starts) < len(date.starts) {
				series, date, at = date, series, l.b
			}
			f(l, dates{at, date.feed, date.line})
		}
	}
	each(func(_ *pair, d dates) { count[d]++ })
	each(func(l *pair, d dates) { l.verdict.Score += min(float32(count[d]-1), 3) })
}

// candidates are the pairs that share a key and may be the same, but for those that an editor has joined.
func (g *grouping) candidates(joined map[Ref][]Ref) [][2]int {
	var out [][2]int
	keys := make([][]uint64, len(g.items))
	blocks := make(map[uint64][]int)
	for i, it := range g.items {
		keys[i] = it.Keys()
		for _, k := range keys[i] {
			blocks[k] = append(blocks[k], i)
		}
	}
	for i := range keys {
		keys[i] = slices.DeleteFunc(keys[i], func(k uint64) bool { return len(blocks[k]) < 2 || len(blocks[k]) > MaxBlock })
	}
	for key, block := range blocks {
		if len(block) > MaxBlock {
			continue
		}
		for n, i := range block {
			for _, j := range block[n+1:] {
				// A pair is in the block of each key that it shares; it is looked at in that of the first.
				if first, ok := meet(keys[i], keys[j]); ok && first == key && joins(g.items[i], g.items[j]) && !slices.Contains(joined[g.items[i].Ref], g.items[j].Ref) {
					out = append(out, [2]int{i, j})
				}
			}
		}
	}
	return out
}

func (g *grouping) join(p pair) {
	if g.of[p.a] == g.of[p.b] {
		g.used = append(g.used, p)
	} else if !g.parted(g.of[p.a], g.of[p.b], false) {
		g.unite(p)
	}
}

// parted reports whether a pair across two groups is two things. Only what editors say counts when ruled.
func (g *grouping) parted(x, y int, ruled bool) bool {
	for _, a := range g.members[x] {
		for _, b := range g.members[y] {
			if g.apart[[2]int{min(a, b), max(a, b)}] || !ruled && g.twoThings(g.items[a], g.items[b], x, y) {
				return true
			}
		}
	}
	return false
}

// twoThings reports whether a pair across two groups is two things, and not two dates of what a member of either joins.
func (g *grouping) twoThings(a, b *Item, x, y int) bool {
	v := Compare(a, b)
	joins := func(m int) bool { return g.items[m].datesOf(a, b) }
	return v.Apart && !(v.timesAlone(a, b) && (slices.ContainsFunc(g.members[x], joins) || slices.ContainsFunc(g.members[y], joins)))
}

func (g *grouping) unite(p pair) {
	g.used = append(g.used, p)
	x, y := g.of[p.a], g.of[p.b]
	if x == y {
		return
	}
	x, y = min(x, y), max(x, y)
	for _, i := range g.members[y] {
		g.of[i] = x
	}
	g.members[x], g.members[y] = append(g.members[x], g.members[y]...), nil
}

func (g *grouping) result() []Group {
	var out []Group
	at := make([]int, len(g.items))
	for i, members := range g.members {
		if len(members) == 0 {
			continue
		}
		slices.Sort(members)
		items := make([]*Item, len(members))
		for k, m := range members {
			items[k] = g.items[m]
		}
		at[i] = len(out)
		out = append(out, Group{Items: items})
	}
	for _, p := range g.used {
		group := &out[at[g.of[p.a]]]
		group.Links = append(group.Links, Link{g.items[p.a].Ref, g.items[p.b].Ref, p.verdict, p.ruled})
	}
	return out
}

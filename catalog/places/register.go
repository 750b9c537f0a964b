package places

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"fritidshub/catalog"
)

// Register is what records have told of places: the address and position of houses that some record states them for. It is read-only
// and may be shared.
type Register struct {
	houses map[string]catalog.Place // by Key
	loose  map[string][]string      // the key without its municipality -> keys
}

// Learn makes a register of places as sources state them, each with how many records do (not as Complete left them, else it would learn from itself). What two
// records state differently is not learnt: an address of another street or number, positions more than Near metres apart. The same
// places give the same register in whatever order they come.
func (d *Data) Learn(places iter.Seq2[catalog.Place, int]) *Register {
	bare := d.WithRegister(nil)
	times := map[stated]int{} // many records state the same
	for p, n := range places {
		times[state(p)] += n
	}
	told := map[string][]statement{}
	for s, n := range times {
		p := s.Place
		if s.located {
			p.Geo = &catalog.Point{Lat: s.at.Lat, Lon: s.at.Lon}
		}
		Complete(&p, bare)
		if house := bare.House(p); p.Municipality != "" && house.which() {
			key := bare.Key(p)
			told[key] = append(told[key], statement{p, n})
		}
	}
	r := &Register{houses: map[string]catalog.Place{}, loose: map[string][]string{}}
	for key, all := range told {
		house := catalog.Place{
			Municipality: all[0].Municipality,
			Address:      agreed(all, houseAddress, func(s string) string { a, n := StreetKey(s); return a + " " + n }),
			PostalCode:   agreed(all, func(p catalog.Place) string { return p.PostalCode }, strings.Clone),
			Locality:     agreed(all, func(p catalog.Place) string { return p.Locality }, catalog.Fold),
			Geo:          agreedPoint(all),
		}
		r.houses[key] = house
		_, core, _ := strings.Cut(key, "/")
		r.loose[core] = append(r.loose[core], key)
	}
	return r
}

// Once is a list of places, each stated once.
func Once(list []catalog.Place) iter.Seq2[catalog.Place, int] {
	return func(yield func(catalog.Place, int) bool) {
		for _, p := range list {
			if !yield(p, 1) {
				return
			}
		}
	}
}

// statement is a place and how many state it.
type statement struct {
	catalog.Place
	times int
}

// stated is a place in a form that can be compared.
type stated struct {
	catalog.Place
	at      catalog.Point
	located bool
}

func state(p catalog.Place) stated {
	s := stated{Place: p, located: p.Geo != nil}
	if s.Geo = nil; s.located {
		s.at = *p.Geo
	}
	return s
}

// Len is how many houses the register knows.
func (r *Register) Len() int { return len(r.houses) }

// which reports whether the name tells which house it is, within its municipality.
func (h House) which() bool { return len(h.Words) > 0 || h.Kind != "" && h.Town != "" }

// houseAddress is a place's street and number, without floor and entrance, which are those of a room.
func houseAddress(p catalog.Place) string {
	for _, piece := range strings.Split(p.Address, ",") {
		if name, _ := StreetKey(piece); name != "" {
			return catalog.CleanText(piece, 0)
		}
	}
	return ""
}

// agreed is the value that all who state one agree on, in its commonest spelling; "" when they do not agree.
func agreed(all []statement, value func(catalog.Place) string, fold func(string) string) string {
	count, folded := map[string]int{}, ""
	for _, p := range all {
		v := value(p.Place)
		if v == "" {
			continue
		}
		if len(count) > 0 && fold(v) != folded {
			return ""
		}
		folded = fold(v)
		count[v] += p.times
	}
	spellings := slices.Sorted(maps.Keys(count))
	if len(spellings) == 0 {
		return ""
	}
	return slices.MaxFunc(spellings, func(a, b string) int { return cmp.Or(count[a]-count[b], strings.Compare(b, a)) })
}

// agreedPoint is the middle one of positions that are all near each other; nil when they are not.
func agreedPoint(all []statement) *catalog.Point {
	located, times := []statement{}, 0
	for _, p := range all {
		if p.Geo != nil {
			located = append(located, p)
			times += p.times
		}
	}
	if len(located) == 0 {
		return nil
	}
	slices.SortFunc(located, func(a, b statement) int {
		return cmp.Or(cmp.Compare(a.Geo.Lat, b.Geo.Lat), cmp.Compare(a.Geo.Lon, b.Geo.Lon))
	})
	at := 0
	for before := located[0].times; before <= times/2; before += located[at].times {
		at++
	}
	middle := *located[at].Geo
	for _, p := range located {
		if Metres(middle, *p.Geo) > Near {
			return nil
		}
	}
	return &middle
}

// find gives what is known of the house that p is in. A place without a municipality is found only by a name of two words or more
// that no other municipality has; one that contradicts what is known is not found.
func (r *Register) find(p *catalog.Place, d *Data) (catalog.Place, bool) {
	if r == nil || p.Online {
		return catalog.Place{}, false
	}
	house := d.House(*p)
	if !house.which() {
		return catalog.Place{}, false
	}
	key := d.Key(*p)
	if p.Municipality == "" {
		_, core, _ := strings.Cut(key, "/")
		keys := r.loose[core]
		sure := len(house.Words) > 1 || len(house.Words) == 1 && house.Kind != ""
		if len(keys) != 1 || !sure {
			return catalog.Place{}, false
		}
		key = keys[0]
	}
	known, ok := r.houses[key]
	return known, ok && !contradicts(*p, known)
}

func contradicts(p, known catalog.Place) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	streetA, numberA := StreetKey(p.Address)
	streetB, numberB := StreetKey(known.Address)
	return differ(p.PostalCode, known.PostalCode) || differ(catalog.Fold(p.Locality), catalog.Fold(known.Locality)) ||
		differ(streetA+numberA, streetB+numberB) || p.Address != "" && streetA == "" ||
		p.Geo != nil && known.Geo != nil && Metres(*p.Geo, *known.Geo) > Near
}

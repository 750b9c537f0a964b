package api

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"fritidshub/api/params"
	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/index"
)

const (
	// mostPrinted is how many bytes of printed items are kept at once; as many again may wait to be forgotten.
	mostPrinted = 48 << 20
	// printedCost is what an item takes beside its text, in bytes.
	printedCost = 300
	// mostForgotten is how many changes at once make it cheaper to forget everything than to ask what they were.
	mostForgotten = 1_000
)

// printed keeps items as they are printed in answers to searches, so that what many searches find is read and printed once. What it gives is
// never older than the database: whoever asks looks at the change number first, and what has changed since is forgotten, as is what a
// changed source stands in.
type printed struct {
	mu         sync.Mutex
	at         int64 // change number up to which it holds
	turn       int   // how often something was forgotten
	sources    map[string]Source
	young, old map[printedKey]*printedItem
	size       int
}

type printedKey struct{ lang, id string }

// printedItem is the JSON of an item as it is from one instant until another.
type printedItem struct {
	json        []byte
	split       int // where the distance belongs
	from, until time.Time
	sources     []string // whose names and times it has
}

// holds reports whether it says at now what a new one would say.
func (i *printedItem) holds(now time.Time) bool { return !now.Before(i.from) && now.Before(i.until) }

// append appends it, with the distance that only this search knows.
func (i *printedItem) append(b []byte, distance *float64) []byte {
	if distance == nil {
		return append(b, i.json...)
	}
	b = append(append(b, i.json[:i.split]...), `,"distance":`...)
	number, _ := json.Marshal(*distance) // an engine gives no infinite ones
	return append(append(b, number...), i.json[i.split:]...)
}

// follow forgets what does not hold any more at a change number and with these sources, and gives the turn that put asks for.
func (p *printed) follow(ctx context.Context, listings Listings, change int64, sources map[string]Source) (turn int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if change != p.at {
		if change < p.at || change-p.at > mostForgotten { // below: a slower reader, or an older database was put back
			p.forgetAll()
		} else {
			ids, err := listings.Changed(ctx, p.at, mostForgotten)
			if err != nil {
				return 0, err
			}
			p.forget(func(k printedKey, _ *printedItem) bool { return slices.Contains(ids, k.id) })
		}
		p.at = change
	}
	if !maps.EqualFunc(p.sources, sources, sameOrigin) {
		moved := map[string]bool{}
		for id, src := range sources {
			moved[id] = !sameOrigin(p.sources[id], src)
		}
		for id := range p.sources {
			if _, ok := sources[id]; !ok {
				moved[id] = true
			}
		}
		p.sources = sources
		p.forget(func(_ printedKey, i *printedItem) bool {
			return slices.ContainsFunc(i.sources, func(id string) bool { return moved[id] })
		})
	}
	return p.turn, nil
}

// sameOrigin reports whether items say the same of two states of a source.
func sameOrigin(a, b Source) bool {
	return a.Name == b.Name && a.Licence == b.Licence && a.Attribution == b.Attribution && a.LastGood.Equal(b.LastGood)
}

func (p *printed) forgetAll() {
	p.young, p.old, p.size = nil, nil, 0
	p.turn++
}

func (p *printed) forget(which func(printedKey, *printedItem) bool) {
	maps.DeleteFunc(p.young, which)
	maps.DeleteFunc(p.old, which)
	p.turn++
}

// get fills in those that are known and hold at now; the others stay nil.
func (p *printed) get(lang string, hits []index.Hit, now time.Time) []*printedItem {
	out := make([]*printedItem, len(hits))
	p.mu.Lock()
	defer p.mu.Unlock()
	for n, h := range hits {
		k := printedKey{lang, h.ID}
		i := p.young[k]
		if i == nil {
			if i = p.old[k]; i != nil && i.holds(now) {
				p.keep(k, i)
			}
		}
		if i != nil && i.holds(now) {
			out[n] = i
		}
	}
	return out
}

// put keeps what was read after follow gave turn, unless something has been forgotten since.
func (p *printed) put(turn int, lang string, items map[string]*printedItem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if turn != p.turn {
		return
	}
	for id, i := range items {
		if i.from.Before(i.until) {
			p.keep(printedKey{lang, id}, i)
		}
	}
}

func (p *printed) keep(k printedKey, i *printedItem) {
	size := len(i.json) + printedCost
	if p.size += size; p.young == nil || p.size > mostPrinted {
		p.young, p.old, p.size = map[printedKey]*printedItem{}, p.young, size
	}
	p.young[k] = i
}

// print gives the items of a search as they are printed, in the order of the hits; nil where a listing is gone meanwhile. The occurrences that
// an item names depend on the days that are asked for; then nothing is kept.
func (s *server) print(ctx context.Context, search *params.Search, hits []index.Hit) ([]*printedItem, error) {
	q := &search.Query
	p, err := s.printer(ctx, search.Lang)
	if err != nil {
		return nil, err
	}
	p.now, p.from, p.to = q.Now, q.From, q.To
	keep := q.From.IsZero() && q.To.IsZero()
	out, turn := make([]*printedItem, len(hits)), 0
	if keep {
		change, err := s.Listings.Change(ctx)
		if err != nil {
			return nil, err
		}
		if turn, err = s.printed.follow(ctx, s.Listings, change, p.sources); err != nil {
			return nil, err
		}
		out = s.printed.get(search.Lang, hits, q.Now)
	}
	var missing []string
	for n, h := range hits {
		if out[n] == nil {
			missing = append(missing, h.ID)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	listings, err := s.Listings.ListingsByID(ctx, missing)
	if err != nil {
		return nil, err
	}
	made := make(map[string]*printedItem, len(listings))
	for n := range listings {
		if made[listings[n].ID], err = p.print(&listings[n]); err != nil {
			return nil, err
		}
	}
	for n, h := range hits {
		if out[n] == nil {
			out[n] = made[h.ID]
		}
	}
	if keep {
		s.printed.put(turn, search.Lang, made)
	}
	return out, nil
}

func (p *printer) print(l *catalog.ListingState) (*printedItem, error) {
	item := p.item(l, false)
	text, err := json.Marshal(item)
	if err != nil {
		return nil, err
	}
	i := &printedItem{json: text, split: bytes.LastIndex(text, []byte(`,"sources":[`)), from: p.now, until: p.until(&item, l)}
	for _, m := range l.Members {
		if m.Origin == nil {
			i.sources = append(i.sources, m.Source)
		}
	}
	return i, nil
}

// until gives the instant from which an item that has just been printed, for no days in particular, would say something else: another day, the
// end of an occurrence, or one more within the horizon.
func (p *printer) until(item *catalog.Item, l *catalog.ListingState) time.Time {
	zone, s := p.hub.Zone, l.Schedule
	year, month, day := p.now.In(zone).Date()
	until := time.Date(year, month, day+1, 0, 0, 0, 0, zone)
	if !s.Dated() {
		return until
	}
	sooner := func(t time.Time) {
		if t.Before(until) {
			until = t
		}
	}
	switch shown := item.Occurrences; {
	case item.OccurrenceCount >= calendar.MaxPerRule: // there may be more, and which ones are counted changes
		return p.now
	case len(shown) == 0 || s.Zone != "" && s.Zone != zone.String(): // what is far away, and days of elsewhere
		sooner(p.now.Truncate(time.Minute).Add(time.Minute))
	case item.OccurrenceCount > len(shown):
		starts, _ := shown[len(shown)-1].Span(zone) // none of those behind it ends sooner
		sooner(starts)
	}
	for _, o := range item.Occurrences {
		_, ends := o.Span(zone)
		sooner(ends)
	}
	horizon := p.now.Add(calendar.HorizonAhead)
	next, _ := p.hub.calendars().At(l.Place).Expand(s, horizon, until.Add(calendar.HorizonAhead), 0)
	for _, o := range next {
		if starts, _ := o.Span(zone); !starts.Before(horizon) {
			sooner(starts.Add(-calendar.HorizonAhead))
		}
	}
	return until
}

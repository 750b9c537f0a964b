// Package index says what a search engine of the hub can do: the Engine interface, its queries, its answers and its documents.
package index

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Facet names one facet. Its value is also the name of the search parameter that filters by it.
type Facet string

// The facets.
const (
	FacetKind          Facet = "kind"
	FacetCategory      Facet = "category"
	FacetMunicipality  Facet = "municipality"
	FacetNeighbourhood Facet = "neighbourhood" // value: NeighbourhoodID
	FacetOrganizer     Facet = "organizer"     // value: organizer id
	FacetPlace         Facet = "place"         // value: place id
	FacetSource        Facet = "source"
	FacetScheme        Facet = "scheme"
	FacetAccessibility Facet = "accessibility"
	FacetLowThreshold  Facet = "low_threshold"  // true or false, as the source states
	FacetEquipmentLoan Facet = "equipment_loan" // true or false, as the source states
	FacetLanguage      Facet = "language"
	FacetWeekday       Facet = "weekday" // mo tu we th fr sa su
	FacetTime          Facet = "time"    // morning afternoon evening
	FacetStatus        Facet = "status"
)

// Facets returns every facet in the order in which they are shown.
func Facets() []Facet {
	return []Facet{FacetKind, FacetCategory, FacetMunicipality, FacetNeighbourhood, FacetOrganizer, FacetPlace, FacetSource, FacetScheme,
		FacetAccessibility, FacetLowThreshold, FacetEquipmentLoan, FacetLanguage, FacetWeekday, FacetTime, FacetStatus}
}

// What a listing may state nothing about, beside the facets.
const (
	AspectAge   Facet = "age"
	AspectPrice Facet = "price" // neither an amount nor whether it is free
)

// Document is a listing as an engine sees it. Times are Unix seconds.
type Document struct {
	ID     string
	Change int64 // change number of the listing

	Title      string
	Categories []string // ids, with every ancestor
	// Labels are the categories' names in all languages. Synonyms are the names of what those are part of, what the adaptation is called, and whom the
	// ages are of; a listing that is found by these alone says it less plainly. Other words for a category are not among them: most are for a part of
	// it only (babysvømming), and what is called otherwise is found by analysis.Synonyms.
	Labels, Synonyms []string
	Keywords         []string
	Organizer        string
	OrganizerID      string
	Place            string // name, address, neighbourhood, municipality's name
	PlaceID          string
	Summary          string
	Description      string

	Kind          string
	Municipality  string
	Neighbourhood string // NeighbourhoodID
	Sources       []string
	Schemes       []string
	Accessibility []string
	Language      string
	Status        string

	LowThreshold, EquipmentLoan catalog.Fact

	AgeMin, AgeMax *int           // nil: open
	PriceMin       *catalog.Money // nil: not stated
	Free           catalog.Fact
	Geo            *catalog.Point
	Updated        int64

	// Spans are the occurrences within the horizon, and the next one beyond it, sorted by start; an occurrence without an
	// end has End == Start.
	Spans []Span
	// Standing says that it has no occurrences and holds from ValidFrom to ValidThrough.
	Standing                bool
	ValidFrom, ValidThrough int64 // 0: open
	// Slots are when its coming occurrences begin; 0: not stated.
	Slots Slots
	// Ends is when the last occurrence or the validity is over; 0: never known to end.
	Ends int64
}

// Span is a half-open interval of Unix seconds; a moment has End == Start. Slot is its bit in a set of Slots.
type Span struct {
	Start, End int64
	Slot       uint8
}

// Sort is an order of hits.
type Sort string

// The orders. Ties are broken by title and then id, so that an order is total.
const (
	SortRelevance Sort = "relevance" // the default when there is a text, else SortStart
	SortStart     Sort = "start"     // running or next occurrence within the range; standing offers after dated ones
	SortDistance  Sort = "distance"  // needs Near; listings without a position last
	SortUpdated   Sort = "updated"   // newest first
	SortPrice     Sort = "price"     // cheapest first, not stated last
	SortTitle     Sort = "title"     // Norwegian alphabet
)

// Query is one search. The zero value finds everything that is not over at Now.
type Query struct {
	Text string
	// Filters maps a facet to the accepted values: OR within a facet, AND between facets. FacetWeekday, FacetTime and, when it has an end, the
	// range hold of one occurrence: one that begins in the range, or the first of those that go on when it begins.
	Filters map[Facet][]string
	// Silent asks for what states nothing about a facet, AspectAge or AspectPrice. "": it does not matter.
	Silent Facet

	Age      *int           // admits this age
	Free     bool           // stated free
	MaxPrice *catalog.Money // lowest price at most this (free counts as 0)
	// From and To bound the time: a listing matches when it is not over at From and an occurrence overlaps [From, To) or, when
	// standing, its validity does. A zero From means Now; a zero To has no bound: then not being over at From is enough.
	// A listing is over when its Ends is known and not after From. Nothing is found when To is not after From.
	From, To time.Time
	Near     *catalog.Point
	Radius   float64 // km; 0 with Near set means no bound
	BBox     *BBox

	Sort   Sort
	Limit  int // 0: no hits, only totals and facets
	Offset int // hits to skip; used when After is nil
	After  *Cursor
	Facets []Facet // which counts are wanted
	// FacetLimit is how many values of a facet are wanted, the most frequent ones; selected ones come beside them. 0: all.
	FacetLimit int
	// Without asks for Result.Without when nothing is found.
	Without bool
	// Unstated asks for Result.Unstated.
	Unstated bool
	Now      time.Time
}

// BBox is a box of degrees; West may be greater than East across the date line.
type BBox struct{ West, South, East, North float64 }

// Cursor is the place of the last hit in an order; opaque to everyone but the engine that made it.
type Cursor struct {
	Key    string
	ID     string
	Offset int
}

// Hit is one found listing.
type Hit struct {
	ID       string
	Distance *float64 // km, when the query has Near and the listing a position
	Score    float64
}

// Count is one value of a facet.
type Count struct {
	Value    string
	Count    int
	Selected bool
}

// Result is the answer to a Query.
type Result struct {
	Total int // exact
	Hits  []Hit
	// Next is the cursor after the last hit, nil when there is no more.
	Next *Cursor
	// Facets holds disjunctive counts: a facet's own selection does not shrink its own counts. Sorted by count, then value.
	// Selected values are present also when their count is zero.
	Facets map[Facet][]Count
	// NotStated says for each of Facets how many of what it is counted over have no value of it. A facet that all state is left out.
	NotStated map[Facet]int
	// Without says for each active filter, by its search parameter's name ("q" and "age" too), how many hits dropping it would give.
	Without map[string]int
	// Unstated says for each active filter that Silences names how many listings pass all others and state nothing about it. Those of "age" are among
	// the hits, since what states no age admits every one; all others are not.
	Unstated map[string]int
	// Change is the change number that the engine had reached.
	Change int64
	// Engine names the engine that answered, where there is more than one; empty otherwise.
	Engine string
}

// ErrCursor says that a cursor does not fit the query.
var ErrCursor = errors.New("index: cursor does not fit the query")

// Batch is what changed since the engine's position.
type Batch struct {
	Upserts []Document // of two with the same id the last counts
	Deletes []string   // ids; an id that is also in Upserts is deleted
	Change  int64      // the position reached when the batch is applied
}

// Engine is a search engine. All methods may be called concurrently; Apply and Rebuild are called by one writer at a time.
type Engine interface {
	// Apply brings the engine to batch.Change. Applying the same batch twice does no harm.
	Apply(ctx context.Context, batch Batch) error
	// Rebuild replaces everything by what next yields until it reports false, at the position change. Readers see the old
	// content until the new one is whole; after an error they go on seeing the old.
	Rebuild(ctx context.Context, change int64, next func() (Document, bool, error)) error
	// Search answers a query. A bad cursor is ErrCursor; an unknown facet or order, and SortDistance without Near, is an error too.
	// A Text without any word finds nothing, blanks alone are no Text.
	Search(ctx context.Context, q Query) (Result, error)
	// Change is the position reached: the change number of the last batch.
	Change(ctx context.Context) (int64, error)
	// Count is the number of documents held.
	Count(ctx context.Context) (int, error)
	// Close releases what the engine holds.
	Close() error
}

// Lister is an engine that can tell what it holds.
type Lister interface {
	// Each calls f for every document held, in any order, with its Change. An error of f ends it and is returned. So does one that says that
	// the engine has changed meanwhile: what f has got then is not the whole of one state.
	Each(ctx context.Context, f func(id string, change int64) error) error
}

// Batcher is an engine to which each batch costs so much that it wants fewer and larger ones.
type Batcher interface {
	// BatchSize is how many changes it would best get at once.
	BatchSize() int
}

// Order checks what a query asks for and gives the order of its hits, said or not; words says whether its Text has any.
func (q *Query) Order(words bool) (Sort, error) {
	known := Facets()
	for _, f := range q.Facets {
		if !slices.Contains(known, f) {
			return "", fmt.Errorf("index: unknown facet %q", f)
		}
	}
	for f := range q.Filters {
		if !slices.Contains(known, f) {
			return "", fmt.Errorf("index: unknown facet %q", f)
		}
	}
	if q.Silent != "" && q.Silent != AspectAge && q.Silent != AspectPrice && !slices.Contains(known, q.Silent) {
		return "", fmt.Errorf("index: unknown facet %q", q.Silent)
	}
	switch q.Sort {
	case "", SortRelevance:
		if words {
			return SortRelevance, nil
		}
		return SortStart, nil
	case SortDistance:
		if q.Near == nil {
			return "", errors.New("index: sorting by distance needs a position")
		}
	case SortStart, SortUpdated, SortPrice, SortTitle:
	default:
		return "", fmt.Errorf("index: unknown order %q", q.Sort)
	}
	return q.Sort, nil
}

// Drops gives each active filter of a query by its search parameter's name, and what takes it away: what Result.Without counts.
// Near is a filter when it has a Radius.
func Drops(q *Query) map[string]func(*Query) {
	drops := map[string]func(*Query){}
	add := func(active bool, name string, drop func(*Query)) {
		if active {
			drops[name] = drop
		}
	}
	for f, values := range q.Filters {
		add(len(values) > 0, string(f), func(q *Query) { q.drop(f) })
	}
	add(strings.TrimSpace(q.Text) != "", "q", func(q *Query) { q.Text = "" })
	add(q.Age != nil, "age", func(q *Query) { q.Age = nil })
	add(q.Free, "free", func(q *Query) { q.Free = false })
	add(q.MaxPrice != nil, "max_price", func(q *Query) { q.MaxPrice = nil })
	add(!q.From.IsZero(), "from", func(q *Query) { q.From = time.Time{} })
	add(!q.To.IsZero(), "to", func(q *Query) { q.To = time.Time{} })
	add(q.Near != nil && q.Radius > 0, "near", func(q *Query) { q.Radius = 0 })
	add(q.BBox != nil, "bbox", func(q *Query) { q.BBox = nil })
	return drops
}

func (q *Query) drop(filters ...Facet) {
	q.Filters = maps.Clone(q.Filters)
	for _, f := range filters {
		delete(q.Filters, f)
	}
}

// Silences gives the active filters that hide what states nothing about them, as Result.Unstated names them: by facet, "age" and "price". Each
// comes with what makes of the query the one that finds just that.
func Silences(q *Query) map[string]func(*Query) {
	silences := map[string]func(*Query){}
	for _, f := range []Facet{FacetMunicipality, FacetNeighbourhood, FacetScheme, FacetAccessibility, FacetLowThreshold, FacetEquipmentLoan, FacetLanguage, FacetWeekday, FacetTime} {
		if len(q.Filters[f]) == 0 {
			continue
		}
		silences[string(f)] = func(q *Query) {
			q.Silent = f
			if q.drop(f); f == FacetWeekday {
				q.drop(FacetTime) // what has no day has no time
			}
		}
	}
	if q.Age != nil {
		silences[string(AspectAge)] = func(q *Query) { q.Silent = AspectAge }
	}
	if q.Free || q.MaxPrice != nil {
		silences[string(AspectPrice)] = func(q *Query) { q.Silent, q.Free, q.MaxPrice = AspectPrice, false, nil }
	}
	return silences
}

// Bare is the query that only counts what q finds.
func (q *Query) Bare() Query {
	bare := *q
	bare.Limit, bare.Facets, bare.Without, bare.Unstated, bare.After = 0, nil, false, false, nil
	if bare.Sort == SortDistance {
		bare.Sort = SortTitle
	}
	return bare
}

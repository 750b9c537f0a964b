package api

import (
	"cmp"
	"context"
	"slices"

	"fritidshub/catalog"
	"fritidshub/index"
)

// names is what ids of organizers, places and schemes are called.
type names struct {
	organizers, places, schemes map[string]string
	neighbourhoods              map[string]string // by index.NeighbourhoodID
	schemeListings              []catalog.ListingState
	pairs                       map[string]bool // words that follow each other in the name of an organizer or place
}

// maxSchemes is how many support schemes are read.
const maxSchemes = 500

func (s *server) loadNames(ctx context.Context) (names, error) {
	n := names{organizers: map[string]string{}, places: map[string]string{}, schemes: map[string]string{}, neighbourhoods: map[string]string{}}
	organizers, err := s.Listings.Organizers(ctx)
	if err != nil {
		return n, err
	}
	for _, o := range organizers {
		n.organizers[o.ID] = cmp.Or(o.Value.Name, o.Value.OrgNumber)
	}
	places, err := s.Listings.Places(ctx)
	if err != nil {
		return n, err
	}
	for _, p := range places {
		n.places[p.ID] = cmp.Or(p.Value.Name, p.Value.Address)
		if id := index.NeighbourhoodID(&p.Value); id != "" {
			n.neighbourhoods[id] = p.Value.Neighbourhood
		}
	}
	n.pairs = pairs(n.organizers, n.places)
	result, err := s.ask(ctx, index.Query{Filters: map[index.Facet][]string{index.FacetKind: {string(catalog.KindScheme)}},
		Sort: index.SortTitle, Limit: maxSchemes, Now: s.Now()})
	if err != nil {
		return n, err
	}
	ids := make([]string, len(result.Hits))
	for i, h := range result.Hits {
		ids[i] = h.ID
	}
	if n.schemeListings, err = s.Listings.ListingsByID(ctx, ids); err != nil {
		return n, err
	}
	n.schemeListings = slices.DeleteFunc(n.schemeListings, func(l catalog.ListingState) bool { return l.Scheme == nil })
	for _, l := range n.schemeListings {
		n.schemes[l.Scheme.ID] = l.Title
	}
	return n, nil
}

// labels gives what the values of a facet are called in lang.
func (s *server) labels(ctx context.Context, f index.Facet, lang string) (func(value string) string, error) {
	known := func(table map[string]string) func(string) string {
		return func(v string) string { return cmp.Or(table[v], v) }
	}
	switch f {
	case index.FacetOrganizer, index.FacetPlace, index.FacetScheme, index.FacetNeighbourhood:
		n, err := s.names.get(ctx, s.Clock())
		return known(map[index.Facet]map[string]string{index.FacetOrganizer: n.organizers, index.FacetPlace: n.places, index.FacetScheme: n.schemes,
			index.FacetNeighbourhood: n.neighbourhoods}[f]), err
	case index.FacetSource:
		sources, err := s.sources.get(ctx, s.Clock())
		return func(v string) string { return cmp.Or(sources[v].Name, v) }, err
	}
	return func(v string) string { return s.Taxonomy.FacetLabel(string(f), v, lang) }, nil
}

package api

import (
	"github.com/gin-gonic/gin"

	"fritidshub/catalog"
	"fritidshub/index"
)

type category struct {
	ID       string     `json:"id"`
	Label    string     `json:"label"`
	Count    int        `json:"count"` // listings, those of the categories below included
	Children []category `json:"children,omitempty"`
}

// counts gives how many listings each value of a facet has now.
func (s *server) counts(c *gin.Context, f index.Facet) (map[string]int, error) {
	result, err := s.ask(c.Request.Context(), index.Query{Facets: []index.Facet{f}, Now: s.Now()})
	if err != nil {
		return nil, err
	}
	n := make(map[string]int, len(result.Facets[f]))
	for _, v := range result.Facets[f] {
		n[v.Value] = v.Count
	}
	return n, nil
}

func (s *server) getCategories(c *gin.Context) error {
	search, err := s.only(c, "lang")
	if err != nil {
		return err
	}
	counts, err := s.counts(c, index.FacetCategory)
	if err != nil {
		return err
	}
	var below func(id string) []category
	below = func(id string) []category {
		var out []category
		for _, child := range s.Taxonomy.Children(id) {
			out = append(out, category{ID: child, Label: s.Taxonomy.Label(child, search.Lang), Count: counts[child], Children: below(child)})
		}
		return out
	}
	return s.sendJSON(c, map[string]any{"categories": below("")})
}

type organizerEntry struct {
	*catalog.ItemOrganizer
	Listings int `json:"listings"`
}

func (s *server) getOrganizers(c *gin.Context) error {
	if _, err := s.only(c); err != nil {
		return err
	}
	list, err := s.Listings.Organizers(c.Request.Context())
	if err != nil {
		return err
	}
	out := make([]organizerEntry, len(list))
	for i, o := range list {
		out[i] = organizerEntry{organizerOf(&o.Value), o.Listings}
		out[i].ID = o.ID
	}
	return s.sendJSON(c, map[string]any{"organizers": out})
}

type placeEntry struct {
	*catalog.ItemPlace
	Listings int `json:"listings"`
}

func (s *server) getPlaces(c *gin.Context) error {
	if _, err := s.only(c); err != nil {
		return err
	}
	list, err := s.Listings.Places(c.Request.Context())
	if err != nil {
		return err
	}
	out := make([]placeEntry, len(list))
	for i, p := range list {
		out[i] = placeEntry{placeOf(&p.Value), p.Listings}
		out[i].ID = p.ID
	}
	return s.sendJSON(c, map[string]any{"places": out})
}

type schemeEntry struct {
	catalog.Scheme
	Name       string `json:"name"`
	Listing    string `json:"listing"` // id of its own listing
	URL        string `json:"url,omitzero"`
	AcceptedBy int    `json:"accepted_by"` // listings that say so
}

func (s *server) getSchemes(c *gin.Context) error {
	if _, err := s.only(c); err != nil {
		return err
	}
	known, err := s.names.get(c.Request.Context(), s.Clock())
	if err != nil {
		return err
	}
	counts, err := s.counts(c, index.FacetScheme)
	if err != nil {
		return err
	}
	out := make([]schemeEntry, len(known.schemeListings))
	for i, l := range known.schemeListings {
		out[i] = schemeEntry{Scheme: *l.Scheme, Name: l.Title, Listing: l.ID, URL: l.URL, AcceptedBy: counts[l.Scheme.ID]}
	}
	return s.sendJSON(c, map[string]any{"schemes": out})
}

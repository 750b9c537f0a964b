package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/export"
	"fritidshub/api/params"
	"fritidshub/index"
)

// How many listings one page of the collection has, unless it is asked for fewer or more.
const (
	featuresPage = 100
	maxFeatures  = 500
)

const typeGeoJSON = "application/geo+json"

// mapLink is a link as OGC API has it.
type mapLink struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type"`
	Title string `json:"title,omitzero"`
}

// landing is where clients of OGC API Features (https://docs.ogc.org/is/17-069r4/17-069r4.html) begin.
type landing struct {
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Links       []mapLink `json:"links"`
}

// collection is a set of features.
type collection struct {
	ID          string         `json:"id"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	ItemType    string         `json:"itemType"`
	CRS         []string       `json:"crs"`
	Extent      map[string]any `json:"extent"`
	Links       []mapLink      `json:"links"`
}

// features is a page of a collection.
type features struct {
	Type     string           `json:"type"`
	Features []export.Feature `json:"features"`
	Matched  int              `json:"numberMatched"`
	Returned int              `json:"numberReturned"`
	Links    []mapLink        `json:"links"`
}

// asksForJSON reports whether a client wants JSON before anything else.
func asksForJSON(accept string) bool {
	first, _, _ := strings.Cut(accept, ",")
	first, _, _ = strings.Cut(first, ";")
	return strings.EqualFold(strings.TrimSpace(first), "application/json")
}

// mapParameters refuses what the addresses of OGC API do not take.
func (s *server) mapParameters(c *gin.Context) error {
	for name, vs := range c.Request.URL.Query() {
		switch {
		case name != "f":
			return badParameters(params.Errors{params.Unknown(name, "f")})
		case len(vs) != 1 || vs[0] != "json":
			return badParameters(params.Errors{{Parameter: name, Detail: "f must be json"}})
		}
	}
	return nil
}

func (s *server) getLanding(c *gin.Context) error {
	base := s.base()
	c.Header("Access-Control-Allow-Origin", "*")
	return s.sendJSON(c, landing{s.Hub.Name, "Fritidstilbud fra mange kilder, som OGC API Features.", []mapLink{
		{base + "/", "self", "application/json", ""}, {base + "/", "alternate", "text/html", ""},
		{base + "/api/v1/openapi.json", "service-desc", typeOpenAPI, "OpenAPI"}, {base + "/docs", "service-doc", "text/html", "Dokumentasjon"},
		{base + "/conformance", "conformance", "application/json", ""}, {base + "/collections", "data", "application/json", ""},
		{base + "/catalog.jsonld", "describedby", "application/ld+json", "DCAT-AP-NO"},
	}})
}

func (s *server) getConformance(c *gin.Context) error {
	if err := s.mapParameters(c); err != nil {
		return err
	}
	const spec = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
	return s.sendJSON(c, map[string][]string{"conformsTo": {spec + "core", spec + "geojson", spec + "oas30"}})
}

func (s *server) theCollection(base string) collection {
	const crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	at := base + "/collections/listings"
	return collection{"listings", s.Hub.Name, "Alle oppføringer som ikke er over; de som har en posisjon, på kartet.", "feature", []string{crs84},
		map[string]any{"spatial": map[string]any{"bbox": [][]float64{{4, 57, 32, 72}}, "crs": crs84}}, []mapLink{
			{at, "self", "application/json", ""}, {at + "/items", "items", typeGeoJSON, ""},
			{base + "/api/v1/search.csv", "alternate", "text/csv", ""}, {base + "/catalog.jsonld", "describedby", "application/ld+json", ""}}}
}

func (s *server) getCollections(c *gin.Context) error {
	if err := s.mapParameters(c); err != nil {
		return err
	}
	base := s.base()
	return s.sendJSON(c, map[string]any{"collections": []collection{s.theCollection(base)}, "links": []mapLink{{base + "/collections", "self", "application/json", ""}}})
}

func (s *server) getCollection(c *gin.Context) error {
	if err := s.mapParameters(c); err != nil {
		return err
	}
	return s.sendJSON(c, s.theCollection(s.base()))
}

// parseFeatures reads the parameters of a page of features as those of a search.
func (s *server) parseFeatures(raw string) (search params.Search, given url.Values, err error) {
	given, err = url.ParseQuery(raw)
	if err != nil {
		return search, given, badParameters(params.Errors{{Detail: "the query string is not well formed: " + err.Error()}})
	}
	values := url.Values{}
	var faults params.Errors
	fault := func(name, detail string) {
		faults = append(faults, params.Error{Parameter: name, Detail: name + " " + detail})
	}
	limit := featuresPage
	for name, vs := range given {
		switch {
		case name != "datetime" && name != "limit" && name != "f":
			values[name] = vs
		case len(vs) != 1:
			fault(name, "takes one value")
		case name == "f" && vs[0] != "json":
			fault(name, "must be json")
		case name == "limit":
			n, ok := params.Whole(vs[0], 1, 1<<30)
			if !ok {
				fault(name, "must be a whole number from 1")
			}
			limit = min(n, maxFeatures)
		case name == "datetime":
			begin, end, interval := strings.Cut(vs[0], "/")
			if !interval {
				end = begin
			}
			for bound, v := range map[string]string{"from": begin, "to": end} {
				if v == "" || v == ".." {
					continue
				}
				if t, err := time.Parse(time.RFC3339, v); err == nil && bound == "to" {
					v = t.Add(time.Second).Format(time.RFC3339) // the end belongs to it
				}
				values.Set(bound, v)
			}
		}
	}
	rules := s.rules
	rules.Only = func(name string) bool {
		switch name {
		case "bbox", "from", "to", "cursor", string(index.FacetKind), string(index.FacetCategory), string(index.FacetMunicipality):
			return true
		}
		return false
	}
	for _, name := range []string{"from", "to"} {
		if given.Has(name) {
			fault(name, "is not a parameter here; datetime says when")
		}
	}
	var more params.Errors
	if search, err = params.ParseValues(values, rules); errors.As(err, &more) {
		for _, f := range more {
			if f.Parameter == "from" || f.Parameter == "to" {
				f = params.Error{Parameter: "datetime", Detail: "datetime must be an instant (RFC 3339), or two with / between, of which one may be .."}
			}
			faults = append(faults, f)
		}
	} else if err != nil {
		return search, given, err
	}
	if len(faults) > 0 {
		return search, given, badParameters(faults)
	}
	search.Query.Limit, search.Limited = limit, true
	return search, given, nil
}

// getFeatures gives a page of the collection.
func (s *server) getFeatures(c *gin.Context) error {
	search, given, err := s.parseFeatures(c.Request.URL.RawQuery)
	if err != nil {
		return err
	}
	s.setNow(&search)
	ctx := c.Request.Context()
	q := search.Query
	q.Facets, q.Without = nil, false
	begun := s.Clock()
	result, err := s.ask(ctx, q)
	if err != nil {
		return err
	}
	ids := make([]string, len(result.Hits))
	for i, h := range result.Hits {
		ids[i] = h.ID
	}
	listings, err := s.Listings.ListingsByID(ctx, ids)
	if err != nil {
		return err
	}
	p, err := s.printer(ctx, search.Lang)
	if err != nil {
		return err
	}
	s.tookSearching(c, begun)
	p.now, p.from, p.to = q.Now, q.From, q.To
	const at = "/collections/listings/items"
	page := features{Type: "FeatureCollection", Features: make([]export.Feature, len(listings)), Matched: result.Total, Returned: len(listings)}
	for i := range listings {
		page.Features[i] = export.FeatureOf(p.entry(&listings[i]))
	}
	link := func(rel string, query url.Values) {
		target := strings.TrimSuffix(at+"?"+query.Encode(), "?")
		page.Links = append(page.Links, mapLink{Href: s.base() + target, Rel: rel, Type: typeGeoJSON})
		c.Writer.Header().Add("Link", "<"+s.linked(target)+`>; rel="`+rel+`"; type="`+typeGeoJSON+`"`)
	}
	if result.Next != nil {
		next := url.Values{}
		for name, vs := range given {
			next[name] = vs
		}
		next.Set("cursor", search.Cursor(*result.Next))
		link("next", next)
	}
	link("self", given)
	return s.sendGeoJSON(c, page)
}

// getFeature gives one listing as a feature.
func (s *server) getFeature(c *gin.Context) error {
	if err := s.mapParameters(c); err != nil {
		return err
	}
	l, err := s.listing(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if l.MergedInto != "" {
		s.redirect(c, "/collections/listings/items/"+url.PathEscape(l.MergedInto))
		return nil
	}
	p, err := s.printer(c.Request.Context(), s.rules.Languages[0])
	if err != nil {
		return err
	}
	at := s.base() + "/collections/listings"
	return s.sendGeoJSON(c, struct {
		export.Feature
		Links []mapLink `json:"links"`
	}{export.FeatureOf(p.entry(&l)), []mapLink{{at + "/items/" + l.ID, "self", typeGeoJSON, ""}, {at, "collection", "application/json", ""},
		{s.base() + "/l/" + l.ID, "alternate", "text/html", ""}}})
}

func (s *server) sendGeoJSON(c *gin.Context, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeGeoJSON, cacheShort, append(body, '\n'))
	return nil
}

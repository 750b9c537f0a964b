package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/dcat"
	"fritidshub/api/export"
	"fritidshub/api/params"
	"fritidshub/index"
)

// sitemapPart is the most pages that one file of a sitemap may name.
const sitemapPart = 50_000

// getCatalogue describes the hub's data for data catalogues, in the form that write writes.
func (s *server) getCatalogue(contentType string, write func(*dcat.Graph, *bytes.Buffer) error) func(*gin.Context) error {
	return func(c *gin.Context) error {
		if _, err := s.only(c); err != nil {
			return err
		}
		hub, err := s.described(c)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := write(dcat.Describe(hub), &b); err != nil {
			return err
		}
		s.send(c, http.StatusOK, contentType, cacheShort, b.Bytes())
		return nil
	}
}

// described is the hub as a data catalogue has it.
func (s *server) described(c *gin.Context) (dcat.Hub, error) {
	ctx := c.Request.Context()
	base := s.base()
	licence, _, err := s.feedLicence(ctx, base)
	if err != nil {
		return dcat.Hub{}, err
	}
	h := dcat.Hub{URL: base, ID: s.Hub.ID, Name: s.Hub.Name, Owner: s.owner(), OrgNumber: s.Hub.OrgNumber, Municipality: s.Hub.Municipality,
		LicencePage: base + "/openactive#lisenser", Languages: s.Hub.Languages}
	h.Email, h.Contact = s.contacts()
	for id, text := range licenceTexts {
		if text == licence {
			h.Licence = id
		}
	}
	sources, err := s.sources.get(ctx, s.Clock())
	if err != nil {
		return dcat.Hub{}, err
	}
	kept := func(src Source) bool { return src.Enabled && !src.Share }
	h.Distributions = s.distributions(slices.ContainsFunc(slices.Collect(maps.Values(sources)), kept))
	if s.Hub.Municipality != "" {
		h.Place = s.region(s.Hub.Municipality)
	}
	if s.Changes != nil {
		feed, change, err := s.feedChange(ctx)
		if err != nil {
			return h, err
		}
		if h.Modified, err = s.changed.at(ctx, s.Changes, feed, change); err != nil {
			return h, err
		}
	}
	return h, nil
}

// contacts gives the contact as an address of mail or as a page.
func (s *server) contacts() (email, page string) {
	if strings.Contains(s.Hub.Contact, "://") {
		return "", s.Hub.Contact
	}
	return s.Hub.Contact, ""
}

// distributions are the forms in which everything can be had. Those made for people have all that residents see, what may not be passed on among it,
// if there is any: then they are said to stand under more than one licence. The others have what may be passed on.
func (s *server) distributions(kept bool) []dcat.Distribution {
	out := []dcat.Distribution{
		{Path: "/api/v1/search.ndjson", Title: "Linjer av JSON", Description: "Alle oppføringer, én på hver linje.", Format: "JSON"},
		{Path: "/api/v1/search.csv", Title: "Tabell (CSV)", Description: "Alle oppføringer som tabell; trygg å åpne i regneark.", Format: "CSV", MediaType: "text/csv"},
		{Path: "/api/v1/search.geojson", Title: "Kartlag (GeoJSON)", Description: "Oppføringene som har en posisjon.", Format: "GEOJSON", MediaType: "application/geo+json"},
		{Path: "/collections/listings/items", Title: "Kartlag (OGC API Features)", Description: "Oppføringene side for side, for kartverktøy.", Format: "GEOJSON", MediaType: "application/geo+json"},
		{Path: "/api/v1/search.jsonld", Title: "Lenkede data (schema.org)", Description: "Alle oppføringer med ord fra schema.org.", Format: "JSON_LD", MediaType: "application/ld+json"},
		{Path: "/api/v1/search.ics", Title: "Kalender (iCalendar)", Description: "Oppføringene som har dato, til å abonnere på.", Format: "ICS", MediaType: "text/calendar"},
		{Path: "/api/v1/search.rss", Title: "RSS", Description: "Alle oppføringer, det sist endrede først.", Format: "RSS"},
		{Path: "/api/v1/search.atom", Title: "Atom", Description: "Alle oppføringer, det sist endrede først.", Format: "ATOM", MediaType: "application/atom+xml"},
	}
	for i := range out {
		out[i].Mixed = kept
	}
	if s.Feeds == nil {
		return out
	}
	if s.Dumps != nil {
		out = append(out, dcat.Distribution{Path: "/api/v1/dump.ndjson.gz", Title: "Alt i én fil", Description: "Alle oppføringer med endringsnummeret filen står ved.", Format: "GZIP", MediaType: "application/gzip"})
	}
	for _, d := range []dcat.Distribution{
		{Path: "/rpde/listings", Title: "Endringsfeed med oppføringer", Description: "Hele oppføringer etter hvert som de endres (RPDE 1.0)."},
		{Path: "/rpde/records", Title: "Endringsfeed for andre huber", Description: "Postene huben gir videre, etter hvert som de endres (RPDE 1.0)."},
		{Path: "/rpde/openactive", Title: "Endringsfeed for OpenActive", Description: "Det som oppfyller OpenActives modell (RPDE 1.0)."},
	} {
		d.Format, d.MediaType = "JSON", "application/json"
		out = append(out, d)
	}
	return out
}

// getAPICatalog tells where the API is and what describes it (RFC 9727).
func (s *server) getAPICatalog(c *gin.Context) error {
	base := s.base()
	type link struct {
		Href string `json:"href"`
		Type string `json:"type,omitzero"`
	}
	type context struct {
		Anchor  string `json:"anchor"`
		Desc    []link `json:"service-desc"`
		Doc     []link `json:"service-doc"`
		Status  []link `json:"status"`
		Meta    []link `json:"service-meta"`
		Licence []link `json:"license"`
	}
	licence, _, err := s.feedLicence(c.Request.Context(), base)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"linkset": []context{{
		Anchor: base + "/api/v1", Desc: []link{{base + "/api/v1/openapi.json", typeOpenAPI}}, Doc: []link{{base + "/docs", "text/html"}},
		Status: []link{{base + "/readyz", "application/json"}}, Licence: []link{{Href: licence}},
		Meta: []link{{base + "/catalog.jsonld", "application/ld+json"}, {base + "/catalog.ttl", "text/turtle"}, {base + "/.well-known/fritidshub", "application/json"}},
	}}})
	if err != nil {
		return err
	}
	h := c.Writer.Header()
	h["Link"] = slices.Insert(h["Link"], 0, "<"+s.linked("/.well-known/api-catalog")+`>; rel="api-catalog"`)
	s.send(c, http.StatusOK, `application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"`, cacheShort, append(body, '\n'))
	return nil
}

// hubCard is what a hub says of itself to other hubs.
type hubCard struct {
	Hub           string            `json:"hub"`
	Name          string            `json:"name"`
	Municipality  string            `json:"municipality,omitzero"`
	API           string            `json:"api"`
	Contract      string            `json:"contract"`
	Documentation string            `json:"documentation"`
	Catalogue     string            `json:"catalogue"`
	Feed          string            `json:"feed,omitzero"` // the id of the feeds' counters
	Feeds         map[string]string `json:"feeds,omitempty"`
	Changes       string            `json:"changes,omitzero"`
	Dump          string            `json:"dump,omitzero"`
	Version       string            `json:"version"`
}

// getHubCard tells other hubs who this one is and where its feeds are.
func (s *server) getHubCard(c *gin.Context) error {
	base := s.base()
	card := hubCard{Hub: s.Hub.ID, Name: s.Hub.Name, Municipality: s.Hub.Municipality, API: base + "/api/v1", Contract: base + "/api/v1/openapi.json",
		Documentation: base + "/docs", Catalogue: base + "/catalog.jsonld", Version: s.Version}
	if s.Feeds != nil {
		state, err := s.Feeds.Feed(c.Request.Context())
		if err != nil {
			return err
		}
		card.Feed, card.Changes, card.Feeds = state.ID, base+"/api/v1/changes", map[string]string{}
		for name := range feeds() {
			card.Feeds[name] = base + "/rpde/" + name
		}
		if s.Dumps != nil {
			card.Dump = base + "/api/v1/dump.ndjson.gz"
		}
	}
	return s.sendJSON(c, card)
}

// securityTime is for how long the contact for holes in the security is said to hold.
const securityTime = 180 * 24 * time.Hour

// getSecurity tells whom to tell of holes in the security (RFC 9116), when there is somebody.
func (s *server) getSecurity(c *gin.Context) error {
	email, page := s.contacts()
	if email != "" {
		page = "mailto:" + email
	}
	if page == "" {
		return problem(http.StatusNotFound, "no-such-address", "There is nothing at this address", "This hub has stated no contact.")
	}
	expires := s.Now().UTC().Truncate(24 * time.Hour).Add(securityTime)
	body := fmt.Sprintf("Contact: %s\nExpires: %s\nPreferred-Languages: no, en\nCanonical: %s/.well-known/security.txt\n", page, expires.Format(time.RFC3339), s.base())
	s.send(c, http.StatusOK, "text/plain; charset=utf-8", cacheShort, []byte(body))
	return nil
}

// getRobots keeps crawlers to the pages of listings: searches have no end. What a resident subscribes to is read by programs that ask here first, so that is open.
func (s *server) getRobots(c *gin.Context) error {
	body := "User-agent: *\nDisallow: /?\nDisallow: /api/v1/search\nAllow: /api/v1/search.ics\nAllow: /api/v1/search.rss\nAllow: /api/v1/search.atom\nDisallow: /api/v1/dump\nDisallow: /docs?\nAllow: /\n\nSitemap: " + s.base() + "/sitemap.xml\n"
	s.send(c, http.StatusOK, "text/plain; charset=utf-8", cacheShort, []byte(body))
	return nil
}

// getSitemap lists the files that name the pages of all listings.
func (s *server) getSitemap(c *gin.Context) error {
	if _, err := s.only(c); err != nil {
		return err
	}
	q := index.Query{Now: s.Now(), Limit: 1}
	result, err := s.ask(c.Request.Context(), q)
	if err != nil {
		return err
	}
	var changed time.Time
	if s.Changes != nil {
		feed, change, err := s.feedChange(c.Request.Context())
		if err != nil {
			return err
		}
		if changed, err = s.changed.at(c.Request.Context(), s.Changes, feed, change); err != nil {
			return err
		}
	}
	var files []string
	for part := 1; part == 1 || (part-1)*sitemapPart < result.Total; part++ {
		files = append(files, s.base()+"/sitemap/"+strconv.Itoa(part)+".xml")
	}
	var b bytes.Buffer
	if err := export.SitemapIndex(&b, changed, files); err != nil {
		return err
	}
	s.send(c, http.StatusOK, "application/xml; charset=utf-8", cacheShort, b.Bytes())
	return nil
}

// getSitemapPart names the pages of up to 50,000 listings, by title, so that few of them move from file to file.
func (s *server) getSitemapPart(c *gin.Context) error {
	search, err := s.only(c)
	if err != nil {
		return err
	}
	name, xml := strings.CutSuffix(c.Param("part"), ".xml")
	part, ok := params.Whole(name, 1, 1000)
	if !ok || !xml {
		return problem(http.StatusNotFound, "no-such-address", "There is no such sitemap", "The files are named in /sitemap.xml.")
	}
	search.Query.Sort, search.Query.Offset = index.SortTitle, (part-1)*sitemapPart
	var more []string
	if part == 1 {
		more = []string{"/", "/docs", "/openactive"}
	}
	return s.extract(c, &extract{name: "sitemap-" + name + ".xml", format: export.Sitemap(more...), search: search, most: sitemapPart})
}

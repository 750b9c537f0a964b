package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/api/params"
)

// opportunityTypes are those of OpenActive that the feed has, with their addresses.
var opportunityTypes = [][2]string{{"SessionSeries", "https://openactive.io/SessionSeries"}, {"Event", "https://schema.org/Event"},
	{"FacilityUse", "https://openactive.io/FacilityUse"}}

// getDatasetPage is the page on which OpenActive's harvesters find the feeds, and people what they are and may be used for.
func (s *server) getDatasetPage(c *gin.Context) error {
	for name := range c.Request.URL.Query() {
		if name != "lang" {
			return badParameters(params.Errors{params.Unknown(name, "lang")})
		}
	}
	l, base := s.language(c), s.base()
	sources, err := s.Sources.Sources(c.Request.Context())
	if err != nil {
		return err
	}
	licence, open, err := s.feedLicence(c.Request.Context(), base)
	if err != nil {
		return err
	}
	if open {
		licence = licenceTexts["CC-BY-4.0"] // the one that the specification of the dataset page knows; it asks no less than the others
	}
	view := pages.Dataset{Frame: s.frame(l, c.Request.URL.Path), Heading: l.T("data.title"), Lead: l.T("data.lead", s.Hub.Name)}
	view.Title, view.Description = view.Heading+" - "+s.Hub.Name, view.Lead
	paths := []string{"/rpde/openactive", "/rpde/listings", "/rpde/records", "/api/v1/dump.ndjson.gz", "/api/v1/changes"}
	if s.Hub.Municipality != "" {
		paths = slices.Insert(paths, 2, "/rpde/municipality/"+s.Hub.Municipality+"/listings")
	}
	for _, path := range paths {
		name := path[strings.LastIndexByte(path, '/')+1:]
		if strings.HasPrefix(path, "/rpde/municipality/") {
			name = "municipality"
		}
		view.Feeds = append(view.Feeds, pages.Link{Text: l.T("data.feed." + strings.TrimSuffix(name, ".ndjson.gz")), URL: base + path})
	}
	for _, src := range sources {
		if src.Enabled {
			view.Licences = append(view.Licences, s.origin(&src, l))
		}
	}
	slices.SortFunc(view.Licences, func(a, b pages.Origin) int { return strings.Compare(a.Name, b.Name) })
	view.JSON = s.dataset(base, licence, view.Heading, view.Lead)
	body, err := s.pages.Draw(view)
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}

// dataset is the Dataset of OpenActive's dataset specification (https://openactive.io/dataset-api-discovery/).
func (s *server) dataset(base, licence, name, description string) map[string]any {
	var downloads []map[string]any
	for _, t := range opportunityTypes {
		downloads = append(downloads, map[string]any{"@type": "DataDownload", "name": t[0], "additionalType": t[1],
			"encodingFormat": "application/vnd.openactive.rpde+json; version=1", "contentUrl": base + "/rpde/openactive"})
	}
	page := base + "/openactive"
	return map[string]any{
		"@context": []string{"https://schema.org/", "https://openactive.io/"}, "@type": "Dataset", "@id": page, "url": page,
		"name": s.Hub.Name + ": " + name, "description": description, "keywords": []string{"Sessions", "Facilities", "Activities", "Sports", "Physical Activity", "OpenActive"},
		"license": licence, "discussionUrl": base + "/docs", "documentation": base + "/docs", "inLanguage": []string{"nb-NO"},
		"publisher": map[string]any{"@type": "Organization", "name": s.Hub.Name, "legalName": s.owner(), "url": base + "/",
			"logo": map[string]any{"@type": "ImageObject", "url": base + s.pages.Path("icon.svg")}},
		"schemaVersion": "https://openactive.io/modelling-opportunity-data/2.0/", "distribution": downloads,
	}
}

// owner is who runs the hub: the municipality that it is of, else who it says that it is.
func (s *server) owner() string {
	if s.Hub.Municipality == "" {
		return s.Hub.Name
	}
	return s.Taxonomy.FacetLabel("municipality", s.Hub.Municipality, "nb") + " kommune"
}

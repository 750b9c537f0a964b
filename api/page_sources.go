package api

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/index"
)

// getSourcesPage tells people where everything comes from, and how fresh it is. What went wrong at somebody else's is not told here.
func (s *server) getSourcesPage(c *gin.Context) error {
	for name := range c.Request.URL.Query() {
		if name != "lang" {
			return badParameters(params.Errors{params.Unknown(name, "lang")})
		}
	}
	sources, err := s.Sources.Sources(c.Request.Context())
	if err != nil {
		return err
	}
	l, now := s.language(c), s.Now().In(s.Hub.Zone)
	view := pages.Sources{Frame: s.frame(l, c.Request.URL.Path), Heading: l.T("footer.sources"), Lead: l.T("sources.lead", s.Hub.Name), Data: "/api/v1/sources"}
	view.Title, view.Description = view.Heading+" - "+s.Hub.Name, view.Lead
	for _, src := range sources {
		if !src.Enabled {
			continue
		}
		src.Error = ""
		shown := pages.Source{Origin: s.origin(&src, l), Anchor: "kilde-" + src.ID, State: src.Verdict(l, now)}
		shown.URL = webAddress(redactURL(src.URL))
		if !src.LastGood.IsZero() {
			shown.Fetched, shown.Machine = l.Ago(src.LastGood, now), src.LastGood.In(s.Hub.Zone).Format(time.RFC3339)
		}
		if src.Live > 0 {
			shown.Listings = pages.Link{Text: l.T("verdict.listings", src.Live), URL: s.filterPath(l, index.FacetSource, src.ID)}
		}
		view.Sources = append(view.Sources, shown)
	}
	slices.SortFunc(view.Sources, func(a, b pages.Source) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Anchor, b.Anchor))
	})
	for _, credit := range s.Hub.Credits {
		view.Credits = append(view.Credits, pages.Origin{Name: credit.Name, URL: credit.URL, Attribution: credit.Attribution})
	}
	body, err := s.pages.Draw(view)
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}

// origin is a source with what it may be used for.
func (s *server) origin(src *Source, l *words.Language) pages.Origin {
	o := pages.Origin{Name: cmp.Or(src.Name, src.ID), Licence: cmp.Or(src.Licence, l.T("data.licence.none")), LicenceURL: licenceURL(src.Licence)}
	if src.Licence == catalog.Permission {
		o.Licence = l.T("listing.permission")
	}
	if src.Attribution != o.Name {
		o.Attribution = src.Attribution
	}
	if !src.Share {
		o.Kept = l.T("sources.kept")
	}
	return o
}

package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/docs"
	"fritidshub/api/pages"
)

const (
	docsTime     = time.Minute // how long the live answers of the documentation hold
	mostKept     = 256 << 10   // bytes of an answer that are looked at
	mostCredited = 12          // names that the documentation gives beside one licence
)

// guide is the documentation with this hub's own answers.
type guide struct {
	*docs.Guide
	answers aged[map[string]docs.Answer]
	ask     http.Handler // the hub itself
	// state tells the states of the hub apart in which it has other things to show.
	state func(context.Context) string
	of    string // the state of what was shown last
	shown map[string]docs.Answer
}

func newGuide(ask http.Handler, state func(context.Context) string) (*guide, error) {
	d, err := docs.New()
	if err != nil {
		return nil, err
	}
	g := &guide{Guide: d, ask: ask, state: state}
	g.answers.hold, g.answers.load = docsTime, g.live
	return g, nil
}

// inside is the address from which the hub asks itself. It is not held to the limits of others.
const inside = "127.0.0.1:0"

// get asks the hub itself.
func (g *guide) get(ctx context.Context, address string) (docs.Answer, []byte) {
	w := &kept{header: http.Header{}, status: http.StatusOK}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return docs.Answer{}, nil
	}
	r.RemoteAddr = inside
	g.ask.ServeHTTP(w, r)
	return docs.Answer{Address: address, Status: w.status, Body: docs.Outline(w.body.Bytes())}, w.body.Bytes()
}

// kept is an answer that is not sent.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header    { return k.header }
func (k *kept) WriteHeader(status int) { k.status = status }
func (k *kept) Write(p []byte) (int, error) {
	k.body.Write(p[:min(len(p), mostKept-k.body.Len())])
	return len(p), nil
}

// live asks this hub what the documentation shows answers of. What does not answer well is left out. While the hub has nothing else to show, the
// answers stay, so that the page is the same: that a source was read once more is no news.
func (g *guide) live(ctx context.Context) (map[string]docs.Answer, error) {
	state := g.state(ctx)
	if state == g.of {
		return g.shown, nil
	}
	addresses := map[string]string{
		"search": "/api/v1/search?limit=1&facets=kind", "suggest": "/api/v1/suggest?q=s&limit=2", "categories": "/api/v1/categories", "organizers": "/api/v1/organizers",
		"places": "/api/v1/places", "schemes": "/api/v1/schemes", "sources": "/api/v1/sources", "listingFeed": "/rpde/listings", "health": "/healthz", "ready": "/readyz",
	}
	var first struct{ Items []struct{ ID string } }
	if _, body := g.get(ctx, "/api/v1/search?limit=1&facets=none"); json.Unmarshal(body, &first) == nil && len(first.Items) > 0 {
		path := "/api/v1/listings/" + url.PathEscape(first.Items[0].ID)
		addresses["listing"], addresses["occurrences"] = path, path+"/occurrences?limit=2"
	}
	out := map[string]docs.Answer{}
	for id, address := range addresses {
		if a, _ := g.get(ctx, address); a.Status == http.StatusOK {
			out[id] = a
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	g.of, g.shown = state, out
	return out, nil
}

// shown tells apart the states of the hub in which its documentation shows other answers.
func (s *server) shown(ctx context.Context) string {
	r := s.readiness(ctx)
	return fmt.Sprintln(r.Status, r.Change, r.IndexChange, r.Engine, r.Reasons, s.Now().In(s.Hub.Zone).Format(time.DateOnly))
}

func (s *server) getDocs(c *gin.Context) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), aheadTime)
	defer cancel()
	view, lang := s.docsView(c)
	answers, err := s.guide.answers.get(ctx, s.Clock())
	if err != nil {
		return err
	}
	sources, err := s.Sources.Sources(ctx)
	if err != nil {
		return err
	}
	hub := docs.Hub{ID: s.Hub.ID, Name: s.Hub.Name, PublicURL: s.base(), Answers: answers, Licences: licences(sources)}
	for _, credit := range s.Hub.Credits {
		hub.Credits = append(hub.Credits, docs.Licence{Name: credit.Name, URL: credit.URL, By: []string{credit.Attribution}})
	}
	query := c.Request.URL.Query()
	if query.Has("try") {
		hub.Try = s.try(ctx, query)
	}
	view.NoIndex = query.Has("try")
	if view.Content, err = s.guide.Draw(lang, hub); err != nil {
		return err
	}
	return s.sendDocs(c, view)
}

func (s *server) getSchemas(c *gin.Context) error {
	view, lang := s.docsView(c)
	var err error
	if view.Content, err = s.guide.DrawSchemas(lang); err != nil {
		return err
	}
	return s.sendDocs(c, view)
}

// docsView is a page of the documentation before it has content, and the language of that.
func (s *server) docsView(c *gin.Context) (pages.Docs, string) {
	l, lang := s.language(c), docs.Languages()[0]
	if slices.Contains(docs.Languages(), l.Tag) {
		lang = l.Tag
	}
	view := pages.Docs{Frame: s.frame(l, c.Request.URL.Path), ContentLang: lang}
	view.Languages = slices.DeleteFunc(view.Languages, func(l pages.Link) bool { return !slices.Contains(docs.Languages(), l.Lang) })
	view.Title = s.guide.Title(lang) + " - " + s.Hub.Name
	return view, lang
}

func (s *server) sendDocs(c *gin.Context, view pages.Docs) error {
	body, err := s.pages.Draw(view)
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}

// try asks what the form says. Parameters that the form does not have are asked for too, also those that the API will refuse.
func (s *server) try(ctx context.Context, query url.Values) docs.Try {
	asked := url.Values{"limit": {"1"}, "facets": {"none"}}
	for name, values := range query {
		if values = slices.DeleteFunc(values, func(v string) bool { return v == "" }); name != "try" && name != "lang" && len(values) > 0 {
			asked[name] = values
		}
	}
	answer, _ := s.guide.get(ctx, "/api/v1/search?"+asked.Encode())
	return docs.Try{Q: query.Get("q"), Age: query.Get("age"), From: query.Get("from"), Kind: query.Get("kind"), Free: query.Get("free") != "", Answer: &answer}
}

// licences gives the licences of the sources that are shown, with those to be named, the most used first.
func licences(sources []Source) []docs.Licence {
	var out []docs.Licence
	for _, src := range sources {
		if !src.Enabled {
			continue
		}
		i := slices.IndexFunc(out, func(l docs.Licence) bool { return l.Name == src.Licence && l.Kept == !src.Share })
		if i < 0 {
			i = len(out)
			out = append(out, docs.Licence{Name: src.Licence, URL: licenceURL(src.Licence), Kept: !src.Share})
		}
		switch by := cmp.Or(src.Attribution, src.Name); {
		case slices.Contains(out[i].By, by):
		case len(out[i].By) < mostCredited:
			out[i].By = append(out[i].By, by)
		default:
			out[i].More++
		}
	}
	slices.SortFunc(out, func(a, b docs.Licence) int {
		return cmp.Or(len(b.By)+b.More-len(a.By)-a.More, strings.Compare(a.Name, b.Name))
	})
	return out
}

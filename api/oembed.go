package api

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/api/params"
	"fritidshub/api/words"
)

// oEmbed is how a page of the hub is shown on another (https://oembed.com/, 2.3).
type oEmbed struct {
	XMLName      xml.Name `json:"-" xml:"oembed"`
	Type         string   `json:"type" xml:"type"`
	Version      string   `json:"version" xml:"version"`
	Title        string   `json:"title" xml:"title"`
	ProviderName string   `json:"provider_name" xml:"provider_name"`
	ProviderURL  string   `json:"provider_url" xml:"provider_url"`
	CacheAge     int      `json:"cache_age" xml:"cache_age"` // seconds
	HTML         string   `json:"html,omitempty" xml:"html,omitempty"`
	Width        int      `json:"width,omitempty" xml:"width,omitempty"`
	Height       int      `json:"height,omitempty" xml:"height,omitempty"`
}

// The size of a frame, in pixels, when nobody asks for a smaller one.
const (
	frameWidth    = 720
	frameHeight   = 900
	listingHeight = 320
	maxPixels     = 10_000
	embedAge      = 3600
)

// frameSandbox is all that a frame needs to be allowed.
const frameSandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-forms allow-top-navigation-by-user-activation"

// pageRoutes are the addresses of pages among routes.
func pageRoutes(routes gin.RoutesInfo) []string {
	var out []string
	for _, r := range routes {
		if r.Method == http.MethodGet && !strings.Contains(r.Path, ":") && !forPrograms(r.Path) {
			out = append(out, r.Path)
		}
	}
	return out
}

func (s *server) getOEmbed(c *gin.Context) error {
	query := c.Request.URL.Query()
	width, height := frameWidth, frameHeight
	var faults params.Errors
	for _, size := range []struct {
		name string
		to   *int
	}{{"maxwidth", &width}, {"maxheight", &height}} {
		if v := query.Get(size.name); v != "" {
			n, ok := params.Whole(v, 1, maxPixels)
			if *size.to = min(n, *size.to); !ok {
				faults = append(faults, params.Error{Parameter: size.name, Detail: size.name + " must be a whole number of pixels from 1 to 10000"})
			}
		}
	}
	if query.Get("url") == "" {
		faults = append(faults, params.Error{Parameter: "url", Detail: "url must be the address of a page of this hub"})
	}
	if len(faults) > 0 {
		return badParameters(faults)
	}
	format := query.Get("format")
	if format != "" && format != "json" && format != "xml" {
		return problem(http.StatusNotImplemented, "no-such-format", "There is no such format", "format is json or xml.")
	}
	o, err := s.embedding(c, query.Get("url"), width, height)
	if err != nil {
		return err
	}
	if format == "xml" {
		body, err := xml.Marshal(o)
		if err != nil {
			return err
		}
		s.send(c, http.StatusOK, "text/xml; charset=utf-8", cacheShort, append([]byte(xml.Header), body...))
		return nil
	}
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeJSON, cacheShort, append(body, '\n'))
	return nil
}

// embedding is how the page at an address is shown elsewhere. The error is a Problem, 404, when it is none of this hub's.
func (s *server) embedding(c *gin.Context, address string, width, height int) (*oEmbed, error) {
	path, query, ok := s.ownPage(address)
	foreign := problem(http.StatusNotFound, "no-such-page", "There is no such page", "url is not the address of a page of this hub.")
	if !ok {
		return nil, foreign
	}
	o := &oEmbed{Type: "rich", Version: "1.0", ProviderName: s.Hub.Name, ProviderURL: s.base() + "/", CacheAge: embedAge, Width: width, Height: height}
	if id, found := strings.CutPrefix(path, "/l/"); found && !strings.Contains(id, "/") {
		state, err := s.listing(c.Request.Context(), id)
		if err == nil && state.MergedInto != "" {
			state, err = s.listing(c.Request.Context(), state.MergedInto)
		}
		var p *Problem
		if errors.As(err, &p) && p.Status < 500 {
			return nil, foreign
		} else if err != nil {
			return nil, err
		}
		o.Title, o.Height = state.Title, min(height, listingHeight)
		query = url.Values{"listing": {state.ID}, "lang": query["lang"]}
		if query.Get("lang") == "" {
			query.Del("lang")
		}
	} else if path == "/" || path == framePath {
		kept, _ := forgive(query)
		search, err := params.ParseValues(kept, s.rules)
		f, wrong := readFrame(query)
		if err != nil || len(wrong) > 0 {
			return nil, foreign
		}
		p := &searchPage{server: s, search: search, words: s.words.For(search.Lang), now: s.Now().In(s.Hub.Zone), number: 1}
		o.Title = strings.Join(append(texts(p.told(c.Request.Context())), p.words.T("search.title")), ", ") + " - " + s.Hub.Name
		if path == framePath {
			for name, vs := range f.given {
				kept[name] = vs
			}
		}
		query = kept
	} else if slices.Contains(s.routes, path) {
		// it can be linked to, but not be shown in a frame
		o.Type, o.Title, o.Width, o.Height = "link", s.Hub.Name, 0, 0
		return o, nil
	} else {
		return nil, foreign
	}
	o.HTML = fmt.Sprintf(`<iframe src="%s" title="%s" width="%d" height="%d" loading="lazy" sandbox="%s"></iframe>`,
		html.EscapeString(strings.TrimSuffix(s.base()+framePath+"?"+query.Encode(), "?")), html.EscapeString(o.Title), o.Width, o.Height, frameSandbox)
	return o, nil
}

// ownPage takes an address of this hub apart.
func (s *server) ownPage(address string) (path string, query url.Values, ok bool) {
	own, err := url.Parse(s.base())
	if err != nil || own.Host == "" {
		return "", nil, false
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || !strings.EqualFold(u.Host, own.Host) {
		return "", nil, false
	}
	path, ok = strings.CutPrefix(u.Path, own.Path)
	query, err = url.ParseQuery(u.RawQuery)
	if path == "" {
		path = "/"
	}
	return path, query, ok && err == nil && strings.HasPrefix(path, "/")
}

// embeddable tells the readers of a page how it is shown elsewhere, for the page's head.
func (s *server) embeddable(path string, l *words.Language, given url.Values) []pages.Form {
	if s.base() == "" {
		return nil
	}
	page := s.base() + path
	if query := change(given, func(q url.Values) {
		if l.Tag != s.words.For(s.rules.Languages[0]).Tag {
			q.Set("lang", l.Tag)
		}
	}).Encode(); query != "" {
		page += "?" + query
	}
	var out []pages.Form
	for _, form := range []struct{ name, mediaType string }{{"json", "application/json+oembed"}, {"xml", "text/xml+oembed"}} {
		out = append(out, pages.Form{Type: form.mediaType, Title: s.Hub.Name, URL: s.linked("/oembed?" + url.Values{"format": {form.name}, "url": {page}}.Encode())})
	}
	return out
}

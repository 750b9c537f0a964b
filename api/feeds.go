package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/exchange"
	"fritidshub/api/openactive"
	"fritidshub/api/params"
	"fritidshub/api/rpde"
	"fritidshub/catalog"
)

// Feeds is where the change feeds are read from. There are two, each with a counter of its own: listings are what the world reads, records
// are what hubs exchange.
type Feeds interface {
	// Feed tells which feeds these are and how far they reach.
	Feed(ctx context.Context) (FeedState, error)
	// ListingChanges gives the listings whose change number is above after, in the order of change numbers, at most limit, made of what may
	// be passed on only. With a municipality those that are in it. What is gone, or has left the municipality, is not Live.
	ListingChanges(ctx context.Context, municipality string, after int64, limit int) ([]catalog.ListingState, error)
	// RecordChanges gives the records that this hub passes on, likewise.
	RecordChanges(ctx context.Context, municipality string, after int64, limit int) ([]Passed, error)
}

// FeedState tells which feeds there are. Its numbers mean something together with the ID only.
type FeedState struct {
	ID       string `json:"feed"`     // of the counters; a database that is put back from a copy gets another
	Listings int64  `json:"listings"` // the last change number of a listing
	Records  int64  `json:"records"`  // the last change number of a record passed on
}

// Passed is a record that this hub passes on, or has passed on.
type Passed struct {
	ID     string // the same on every hub
	Change int64
	Record []byte // JSON of catalog.Record with its origin; nil: it is passed on no more
	Why    string // of what is passed on no more: catalog.WhyLeave, or empty
}

// The kinds of item in the feeds.
const (
	kindListing    = "Listing"
	kindRecord     = "record"
	kindOpenActive = "Opportunity" // of what is gone; else the type itself
)

// At most so many pages are made at once, since each may be large; the others wait their turn for so long.
const (
	feedsAtOnce = 4
	feedPause   = 20 * time.Second
)

// feed is a feed of a municipality, or of all with "".
type feed func(s *server, ctx context.Context, base, municipality string) (func(ctx context.Context, after int64, limit int) rpde.Items, error)

// feeds are the change feeds by the last part of their paths.
func feeds() map[string]feed {
	return map[string]feed{"listings": (*server).listingFeed, "records": (*server).recordFeed, "openactive": (*server).openActiveFeed}
}

var municipalityNumber = regexp.MustCompile(`^[0-9]{4}$`)

// getFeed gives a page of a change feed.
func (s *server) getFeed(name string, read feed) func(*gin.Context) error {
	return func(c *gin.Context) error {
		municipality, path := c.Param("municipality"), "/rpde/"+name
		if municipality != "" {
			if path = "/rpde/municipality/" + municipality + "/" + name; !municipalityNumber.MatchString(municipality) {
				return problem(http.StatusNotFound, "no-such-address", "There is no such feed", "A municipality has a number of four digits.")
			}
		}
		from, err := rpde.ParseQuery(c.Request.URL.RawQuery)
		var bad *rpde.QueryError
		if errors.As(err, &bad) {
			return badParameters(params.Errors{{Parameter: params.Unknown(bad.Parameter).Parameter, Detail: bad.Detail}})
		} else if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(c.Request.Context(), feedPause)
		defer cancel()
		select {
		case s.feedPages <- struct{}{}:
			defer func() { <-s.feedPages }()
		case <-ctx.Done():
			return ctx.Err()
		}
		state, err := s.Feeds.Feed(ctx)
		if err != nil {
			return err
		}
		base := s.base()
		items, err := read(s, ctx, base, municipality)
		if err != nil {
			return err
		}
		licence, _, err := s.feedLicence(ctx, base)
		if err != nil {
			return err
		}
		body, next, last, err := rpde.Feed{URL: base + path, ID: state.ID, Licence: licence, Read: items}.Page(ctx, from)
		if err != nil {
			return err
		}
		if !last {
			h := c.Writer.Header()
			h["Link"] = slices.Insert(h["Link"], 0, "<"+s.linked(strings.TrimPrefix(next, base))+`>; rel="next"; type="application/json"`)
		}
		cacheControl := rpde.CachePage
		if last {
			cacheControl = rpde.CacheLast
		}
		s.send(c, http.StatusOK, typeJSON, cacheControl, body)
		return nil
	}
}

// base is the address of the hub: as it is declared, else that on which it listens. What a request says of it is never believed: a cache
// would lead others there too.
func (s *server) base() string { return strings.TrimRight(s.Hub.PublicURL, "/") }

// linked is an address in a header (RFC 8288): that of a path of the hub, or the path alone when nobody has said where the world reaches it.
func (s *server) linked(path string) string {
	if s.Hub.Assumed {
		return path
	}
	return s.base() + path
}

// listingItems reads changes of listings, each with what data makes of it while it is live.
func (s *server) listingItems(municipality string, data func(*catalog.ListingState) (kind string, data json.RawMessage, err error)) func(context.Context, int64, int) rpde.Items {
	return func(ctx context.Context, after int64, limit int) rpde.Items {
		return func(yield func(rpde.Item, error) bool) {
			changes, err := s.Feeds.ListingChanges(ctx, municipality, after, limit)
			if err != nil {
				yield(rpde.Item{}, err)
				return
			}
			for i := range changes {
				kind, content, err := data(&changes[i])
				if !yield(rpde.Item{Kind: kind, ID: changes[i].ID, Modified: changes[i].Change, Data: content, Why: changes[i].GoneWhy}, err) || err != nil {
					return
				}
			}
		}
	}
}

func (s *server) listingFeed(ctx context.Context, base, municipality string) (func(context.Context, int64, int) rpde.Items, error) {
	sources, err := s.sources.get(ctx, s.Clock())
	if err != nil {
		return nil, err
	}
	hub := exchange.Hub{ID: s.Hub.ID, URL: base, Zone: s.Hub.Zone, Source: func(id string) exchange.Source {
		src := sources[id]
		return exchange.Source{Name: src.Name, Licence: src.Licence, Attribution: src.Attribution, FetchedAt: src.LastGood}
	}}
	return s.listingItems(municipality, func(l *catalog.ListingState) (string, json.RawMessage, error) {
		if !l.Live() {
			return kindListing, nil, nil
		}
		data, err := hub.Listing(l)
		return kindListing, data, err
	}), nil
}

func (s *server) openActiveFeed(_ context.Context, base, municipality string) (func(context.Context, int64, int) rpde.Items, error) {
	hub := openactive.Hub{URL: base, Zone: s.Hub.Zone}
	return s.listingItems(municipality, func(l *catalog.ListingState) (string, json.RawMessage, error) {
		if !l.Live() {
			return kindOpenActive, nil, nil
		}
		kind, data, err := s.openActive.Listing(hub, &l.Listing)
		if kind == "" {
			kind = kindOpenActive
		}
		return kind, data, err
	}), nil
}

func (s *server) recordFeed(_ context.Context, _, municipality string) (func(context.Context, int64, int) rpde.Items, error) {
	return func(ctx context.Context, after int64, limit int) rpde.Items {
		return func(yield func(rpde.Item, error) bool) {
			changes, err := s.Feeds.RecordChanges(ctx, municipality, after, limit)
			if err != nil {
				yield(rpde.Item{}, err)
				return
			}
			for _, p := range changes {
				item := rpde.Item{Kind: kindRecord, ID: p.ID, Modified: p.Change, Why: p.Why}
				if p.Record != nil {
					item.Data, err = exchange.Record(s.Hub.ID, p.Record)
				}
				if !yield(item, err) || err != nil {
					return
				}
			}
		}
	}, nil
}

// feedLicence is where the licence of the feeds is told: that of all sources when they have the same, CC BY 4.0 when who keeps to it keeps
// to all of theirs, else the page that tells them apart. open says that it is one of the first two.
func (s *server) feedLicence(ctx context.Context, base string) (address string, open bool, err error) {
	sources, err := s.sources.get(ctx, s.Clock())
	if err != nil {
		return "", false, err
	}
	var ids []string
	for _, src := range sources {
		if src.Share && src.Enabled && !slices.Contains(ids, src.Licence) {
			ids = append(ids, src.Licence)
		}
	}
	switch {
	case len(ids) == 1 && licenceTexts[ids[0]] != "":
		return licenceTexts[ids[0]], true, nil
	case len(ids) > 0 && !slices.ContainsFunc(ids, func(id string) bool { return id != "CC0-1.0" && id != "NLOD-2.0" && id != "CC-BY-4.0" }):
		return licenceTexts["CC-BY-4.0"], true, nil
	}
	return base + "/openactive#lisenser", false, nil
}

// licenceTexts is where licences are, as programs name them.
var licenceTexts = map[string]string{
	"CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/", "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
	"CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/", "NLOD-2.0": "https://data.norge.no/nlod/no/2.0",
	"ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}

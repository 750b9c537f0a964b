package api

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/export"
	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

const (
	maxExports = 4   // searches that are exported at once
	exportPage = 500 // listings read at once
	// exportPause is the longest that a client may take to receive one page.
	exportPause = 30 * time.Second
)

// searchExports names the formats that a search can be had in.
func searchExports() []string { return []string{"ndjson", "csv", "geojson", "jsonld", "ics"} }

func (s *server) getSearchExport(name string) func(*gin.Context) error {
	format := export.Formats()[name]
	return func(c *gin.Context) error {
		search, err := s.parse(c.Request.URL.RawQuery)
		if err != nil {
			return err
		}
		select {
		case s.exports <- struct{}{}:
			defer func() { <-s.exports }()
		default:
			return unavailable("Other exports are under way; try again shortly.", 10)
		}
		s.setNow(&search)
		ctx := c.Request.Context()
		read, err := s.settle(ctx, &search)
		if err != nil {
			return err
		}
		if len(read) > 0 {
			c.Header("X-Search-Interpreted", read.Encode())
		}
		page, err := s.exportPage(ctx, &search)
		if err != nil {
			return err
		}
		h := c.Writer.Header()
		h.Set(engineHeader, s.Status().Engine)
		h.Set("Content-Type", format.MediaType)
		h.Set("Cache-Control", cacheShort)
		h.Set("Content-Disposition", `inline; filename="`+s.Hub.ID+"."+name+`"`)
		h.Add("Vary", "Accept-Encoding")
		if c.Request.Method == http.MethodHead {
			return nil
		}
		var out io.Writer = c.Writer
		if acceptsGzip(c.GetHeader("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(c.Writer)
			defer zip.Close()
			out = zip
		}
		return format.Write(out, s.exportHub(), s.entries(ctx, c.Writer, &search, page))
	}
}

func (s *server) exportHub() export.Hub {
	return export.Hub{ID: s.Hub.ID, Name: s.Hub.Name, URL: s.Hub.PublicURL, Zone: s.Hub.Zone, Now: s.Now(), Places: s.Hub.calendars()}
}

// exportPage reads the listings of one page and moves the search on behind it; Query.After is nil after the last.
func (s *server) exportPage(ctx context.Context, search *params.Search) ([]export.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	q := search.Query
	q.Facets, q.Without = nil, false
	if !search.Limited {
		q.Limit = exportPage
	}
	result, err := s.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	search.Query.After = result.Next
	ids := make([]string, len(result.Hits))
	for i, h := range result.Hits {
		ids[i] = h.ID
	}
	listings, err := s.Listings.ListingsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	p, err := s.printer(ctx, search.Lang)
	if err != nil {
		return nil, err
	}
	p.now, p.from, p.to = q.Now, q.From, q.To
	out := make([]export.Entry, len(listings))
	for i := range listings {
		out[i] = p.entry(&listings[i])
	}
	return out, nil
}

// entries streams the first page and, unless the search has a limit, the others. The client gets new time for every page.
func (s *server) entries(ctx context.Context, w http.ResponseWriter, search *params.Search, page []export.Entry) export.Entries {
	deadline := http.NewResponseController(w)
	return func(yield func(export.Entry, error) bool) {
		for {
			if s.timed {
				_ = deadline.SetWriteDeadline(s.Clock().Add(exportPause)) // not every writer has one
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
			}
			if search.Limited || search.Query.After == nil {
				return
			}
			var err error
			if page, err = s.exportPage(ctx, search); err != nil {
				yield(export.Entry{}, err)
				return
			}
		}
	}
}

func (p *printer) entry(l *catalog.ListingState) export.Entry {
	return export.Entry{Item: p.item(l, true), Records: recordsOf(l), Schedule: l.Schedule}
}

// Changes is where an export of everything is read from.
type Changes interface {
	// Changes calls f for every listing whose change number is above after, in order of change number, at most limit (0: all).
	// Listings that are not live come too: they are deletions.
	Changes(ctx context.Context, after int64, limit int, f func(catalog.ListingState) error) error
}

// Export writes all current listings to w in one of the formats of package export.
func Export(ctx context.Context, w io.Writer, format string, hub HubInfo, now time.Time, listings Changes, sources []Source) error {
	p := &printer{hub: hub, now: now, words: words.Load().For(slices.Concat(hub.Languages, words.Tags())[0]), sources: map[string]Source{}}
	for _, src := range sources {
		p.sources[src.ID] = src
	}
	stop := errors.New("stop")
	entries := func(yield func(export.Entry, error) bool) {
		err := listings.Changes(ctx, 0, 0, func(l catalog.ListingState) error {
			if current(&l, hub.Zone, now) && !yield(p.entry(&l), nil) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			yield(export.Entry{}, err)
		}
	}
	return export.Write(w, format, export.Hub{ID: hub.ID, Name: hub.Name, URL: hub.PublicURL, Zone: hub.Zone, Now: now, Places: hub.calendars()}, entries)
}

// current reports whether residents may see a listing and it is not over.
func current(l *catalog.ListingState, zone *time.Location, now time.Time) bool {
	return l.Live() && !over(l.Schedule, zone, now)
}

// over reports whether everything that s says has passed.
func over(s catalog.Schedule, zone *time.Location, now time.Time) bool {
	ends := calendar.Ends(s, zone)
	if !s.Dated() && !s.ValidThrough.IsZero() {
		ends = catalog.LocalTime(zone, s.ValidThrough.AddDate(0, 0, 1))
	}
	return !ends.IsZero() && !ends.After(now)
}

package api

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"

	"fritidshub/api/export"
	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
)

const (
	maxExports = 4   // searches without a limit that are exported at once
	maxLong    = 2   // of these, those that have more than a page; the others are for subscriptions, which mostly have less
	exportPage = 500 // listings of one page
	exportStep = 20  // of these, read or written between two looks at whether others are being answered
	// exportPause is the longest that a client may take to receive one page.
	exportPause = 30 * time.Second
)

// searchExports names the formats that a search can be had in.
func searchExports() []string {
	return []string{"ndjson", "csv", "geojson", "jsonld", "ics", "rss", "atom"}
}

func (s *server) getSearchExport(name string) func(*gin.Context) error {
	return func(c *gin.Context) error {
		values, err := url.ParseQuery(c.Request.URL.RawQuery)
		if err != nil {
			return badParameters(params.Errors{{Detail: "the query string is not well formed: " + err.Error()}})
		}
		x := extract{name: name, format: export.Formats()[name], path: "/?"}
		var faults params.Errors
		if name == "csv" && values.Has("headers") {
			var ok bool
			if x.format, ok = export.CSV(values.Get("headers")); !ok || len(values["headers"]) > 1 {
				faults = params.Errors{{Parameter: "headers", Detail: "headers must be en or nb"}}
			}
			values.Del("headers")
		}
		var more params.Errors
		if x.search, err = params.ParseValues(values, s.rules); errors.As(err, &more) {
			faults = append(faults, more...)
		} else if err != nil {
			return err
		}
		if len(faults) > 0 {
			return badParameters(faults)
		}
		if (name == "rss" || name == "atom") && !values.Has("sort") {
			x.search.Query.Sort = index.SortUpdated
		}
		return s.extract(c, &x)
	}
}

// extract is what a search gives in another format than that of the API itself.
type extract struct {
	name   string // of the file, behind the hub's id
	format export.Format
	search params.Search
	most   int    // listings in it, 0: all
	long   bool   // its first page has been given
	path   string // where people see the same search, the parameters follow; empty: nowhere
}

// extract streams it, or says that the client has it already.
func (s *server) extract(c *gin.Context, x *extract) error {
	ctx := c.Request.Context()
	changed, known, err := s.stamp(c, x.name)
	if err != nil {
		return err
	}
	h := c.Writer.Header()
	h.Set("Cache-Control", cacheShort)
	h.Add("Vary", "Accept-Encoding")
	if known {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	page, read, leave, err := s.begin(c, x)
	if err != nil {
		s.unstamp(h)
		return err
	}
	defer leave()
	if len(read) > 0 {
		h.Set("X-Search-Interpreted", read.Encode())
	}
	h.Set(engineHeader, s.Status().Engine)
	h.Set("Content-Type", x.format.MediaType)
	h.Set("Content-Disposition", `inline; filename="`+s.Hub.ID+"."+x.name+`"`)
	if c.Request.Method == http.MethodHead {
		return nil
	}
	hub := s.exportHub()
	base := s.base()
	hub.Self, hub.Language, hub.Changed = base+c.Request.URL.RequestURI(), x.search.Lang, changed
	if x.path != "" {
		hub.Home = strings.TrimSuffix(base+x.path+x.search.Values.Encode(), "?")
	}
	var out io.Writer = c.Writer
	if acceptsGzip(c.GetHeader("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		zip := zippers.Get().(*gzip.Writer)
		zip.Reset(c.Writer)
		defer zippers.Put(zip)
		out = zip
	}
	buffered := bufio.NewWriterSize(out, 32<<10)
	err = x.format.Write(buffered, hub, s.entries(ctx, c.Writer, x, page))
	if err == nil {
		err = buffered.Flush()
	}
	if zip, ok := out.(*gzip.Writer); ok && err == nil {
		err = zip.Close()
	}
	if err != nil && !c.Writer.Written() {
		s.unstamp(h)
	}
	return err
}

// begin reads the first page of an export in its turn, before anything of it is sent. One with a limit is a search like others, and has its turn
// for as long as that takes. What has none keeps its place until leave; when it has more than a page, that is one of the few for such, of which the others
// are told to come back.
func (s *server) begin(c *gin.Context, x *extract) (page []export.Entry, read url.Values, leave func(), err error) {
	ctx, turns, kept := c.Request.Context(), s.exports, false
	if x.search.Limited {
		turns = s.searching
	}
	done, err := turns.enter(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	defer func() {
		if !kept {
			done()
		}
	}()
	s.setNow(&x.search)
	begun := s.Clock()
	if read, err = s.settle(ctx, &x.search); err == nil {
		page, err = s.exportPage(ctx, x)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	s.tookSearching(c, begun)
	switch {
	case x.search.Limited:
		return page, read, func() {}, nil
	case x.search.Query.After == nil:
		kept = true
		return page, read, done, nil
	}
	select {
	case s.long <- struct{}{}:
		kept = true
		return page, read, func() { <-s.long; done() }, nil
	default:
		return nil, nil, nil, unavailable("Other large exports are under way; try again shortly, or ask for less.", 10+rand.IntN(10))
	}
}

func (s *server) exportHub() export.Hub {
	return export.Hub{ID: s.Hub.ID, Name: s.Hub.Name, URL: s.Hub.PublicURL, Zone: s.Hub.Zone, Now: s.Now(), Places: s.Hub.calendars(), Region: s.region, Theme: themes(s.Taxonomy, &s.Hub)}
}

// themes names categories in the hub's language.
func themes(t *taxonomy.Taxonomy, hub *HubInfo) func(id string) string {
	lang := slices.Concat(hub.Languages, words.Tags())[0]
	return func(id string) string { return t.Label(id, lang) }
}

// region names a municipality.
func (s *server) region(number string) string {
	if name := s.Taxonomy.FacetLabel("municipality", number, "nb"); name != number {
		return name
	}
	return ""
}

// exportPage reads the listings of one page and moves the search on behind it; Query.After is nil after the last.
func (s *server) exportPage(ctx context.Context, x *extract) ([]export.Entry, error) {
	search := &x.search
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
	search.Query.After, search.Query.Offset = result.Next, 0
	ids := make([]string, len(result.Hits))
	for i, h := range result.Hits {
		ids[i] = h.ID
	}
	p, err := s.printer(ctx, search.Lang)
	if err != nil {
		return nil, err
	}
	p.now, p.from, p.to, p.timeless = q.Now, q.From, q.To, !x.format.Times
	out := make([]export.Entry, 0, len(ids))
	for some := range slices.Chunk(ids, exportStep) {
		s.standBack(x)
		listings, err := s.Listings.ListingsByID(ctx, some)
		if err != nil {
			return nil, err
		}
		for i := range listings {
			e := p.entry(&listings[i])
			if x.format.Words {
				e.When = p.when(listings[i].Schedule)
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// standBack lets others be answered first when an export is long.
func (s *server) standBack(x *extract) {
	if x.long && s.StandBack != nil {
		s.StandBack()
	}
}

// entries streams the first page and, unless the search has a limit, the others. The client gets new time for every page.
// It steps aside for other requests after every listing, and once it is long it waits for them.
func (s *server) entries(ctx context.Context, w http.ResponseWriter, x *extract, page []export.Entry) export.Entries {
	deadline := http.NewResponseController(w)
	return func(yield func(export.Entry, error) bool) {
		given := 0
		for {
			if s.timed {
				_ = deadline.SetWriteDeadline(s.Clock().Add(exportPause)) // not every writer has one
			}
			for i, e := range page {
				if i%exportStep == 0 {
					s.standBack(x)
				}
				if given == x.most && x.most > 0 || !yield(e, nil) {
					return
				}
				given++
				runtime.Gosched()
			}
			if x.search.Limited || x.search.Query.After == nil {
				return
			}
			var err error
			x.long = true
			if page, err = s.exportPage(ctx, x); err != nil {
				yield(export.Entry{}, err)
				return
			}
		}
	}
}

func (p *printer) entry(l *catalog.ListingState) export.Entry {
	return export.Entry{Item: p.item(l, true), Records: recordsOf(l), Schedule: l.Schedule, Change: l.Change}
}

// when says in words when s takes place.
func (p *printer) when(s catalog.Schedule) string {
	return calendar.Text(s, p.hub.Zone, p.now, cmp.Or(p.lang, p.words.Tag))
}

// Changes is where an export of everything is read from.
type Changes interface {
	// Changes calls f for every listing whose change number is above after, in order of change number, at most limit (0: all).
	// Listings that are not live come too: they are deletions.
	Changes(ctx context.Context, after int64, limit int, f func(catalog.ListingState) error) error
}

// Export writes all current listings to w in one of the formats of package export.
func Export(ctx context.Context, w io.Writer, format string, hub HubInfo, now time.Time, listings Changes, sources []Source) error {
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	kind := export.Formats()[format]
	p := &printer{hub: hub, now: now, timeless: !kind.Times, words: words.Load().For(slices.Concat(hub.Languages, words.Tags())[0]), sources: map[string]Source{}}
	for _, src := range sources {
		p.sources[src.ID] = src
	}
	stop := errors.New("stop")
	entries := func(yield func(export.Entry, error) bool) {
		err := listings.Changes(ctx, 0, 0, func(l catalog.ListingState) error {
			if !current(&l, hub.Zone, now) {
				return nil
			}
			e := p.entry(&l)
			if kind.Words {
				e.When = p.when(l.Schedule)
			}
			if !yield(e, nil) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			yield(export.Entry{}, err)
		}
	}
	return export.Write(w, format, export.Hub{ID: hub.ID, Name: hub.Name, URL: hub.PublicURL, Zone: hub.Zone, Now: now, Places: hub.calendars(), Theme: themes(tax, &hub)}, entries)
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

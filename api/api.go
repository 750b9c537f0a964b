// Package api is the hub's face on the web: the open search API, the listings, the health of the sources and the pages for residents.
// It reads through small interfaces and knows neither database nor engine.
package api

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"fritidshub/api/dcat"
	"fritidshub/api/openactive"
	"fritidshub/api/openapi"
	"fritidshub/api/pages"
	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/index/intent"
)

// ErrNotFound is what Listings.Listing gives for a listing that never existed.
var ErrNotFound = errors.New("api: no such listing")

// Listings is where listings are read from.
type Listings interface {
	// Listing gives one listing, live or not; ErrNotFound when it never existed.
	Listing(ctx context.Context, id string) (catalog.ListingState, error)
	// ListingsByID gives the live listings among ids, in the order of ids.
	ListingsByID(ctx context.Context, ids []string) ([]catalog.ListingState, error)
	// Change is the last change number given.
	Change(ctx context.Context) (int64, error)
	// Changed gives the ids of all listings, live or not, whose change number is above after; there are at most most.
	Changed(ctx context.Context, after int64, most int) ([]string, error)
	Organizers(ctx context.Context) ([]Named[catalog.Organizer], error)
	Places(ctx context.Context) ([]Named[catalog.Place], error)
}

// Named is an entry of a register with its id and how many live listings name it.
type Named[T any] struct {
	ID       string
	Value    T
	Listings int
}

// Sources is where the state of the sources is read from.
type Sources interface {
	Sources(ctx context.Context) ([]Source, error)
}

// HubInfo is what the hub says about itself.
type HubInfo struct {
	ID, Name     string
	Municipality string // four digits
	OrgNumber    string // of who runs it, nine digits; empty: not stated
	Contact      string // an address of mail or of a page; empty: not stated
	Guide        *Guide // who helps people find something to do; nil: not stated
	Languages    []string
	Zone         *time.Location
	Schools      *calendar.Schools // nil: none known
	PublicURL    string            // the address under which the world reaches it, without a slash at its end
	Assumed      bool              // nobody said PublicURL, which is where the hub listens
	Embeds       []string          // origins of the pages that may show the hub in a frame; empty: all
	Credits      []Credit          // of registers that fill in what the sources do not state
}

// Credit says whose data a hub uses beside its sources.
type Credit struct {
	Name        string `json:"name"` // as Record.Derived has it
	What        string `json:"what"`
	URL         string `json:"url"`
	Attribution string `json:"attribution"`
}

// calendars gives the calendars of the hub's places.
func (h HubInfo) calendars() calendar.Hub {
	return calendar.Hub{Zone: h.Zone, Municipality: h.Municipality, Schools: h.Schools}
}

// Options is what an API is made of.
type Options struct {
	Hub      HubInfo
	Listings Listings
	Sources  Sources
	// Engine gives the engine that answers now; it may be another one for every request.
	Engine   func() index.Engine
	Taxonomy *taxonomy.Taxonomy
	// Assets gives a file of /embed/v1/, and whether its name stands for that content for good; Demo is the page /demo. Nil when there is none.
	Assets func(name string) (body []byte, contentType string, forGood, ok bool)
	Demo   []byte
	Map    Map
	// Pictures makes small copies of the listings' pictures; nil: pages show none.
	Pictures Pictures
	// Visit looks at a page of somebody's, once; its error is a sentence for an editor. Nil: the hub looks at none.
	Visit func(ctx context.Context, address string) (*Visited, error)
	// Texts are what the hub says, by language; nil: those that the program knows without a file.
	Texts *words.Languages
	// Feeds is what others follow; without it there are no feeds, no nudge and no dump.
	Feeds Feeds
	// Dumps keeps the dump, which is made of Feeds; without both there is none.
	Dumps Dumps
	// Changes tells when the last change was made; nil: that is not known.
	Changes Changes
	// Acceptance reads a page of a feed as that of a peer; without it nobody can ask what would be accepted.
	Acceptance func(context.Context, Offered) (Acceptance, error)
	// Tally counts what is asked for; nil: nobody does.
	Tally Tally
	// Stopping is closed when the program is about to stop, so that what waits for news ends; nil: never.
	Stopping <-chan struct{}
	// StandBack waits a moment while others are being answered; long exports call it between their listings. Nil: they go on.
	StandBack func()
	// Status says what only the whole program knows of its condition; nil: nothing to say.
	Status func() Status
	// Now is the hub's clock, which may stand still; Clock measures rates and durations and never does. A nil Clock is Now.
	Now   func() time.Time
	Clock func() time.Time

	Logger    *slog.Logger
	Version   string
	RateLimit RateLimit
	// Keys are those with which a client may ask more often than RateLimit has it; they open nothing else.
	Keys []Key
	// Retiring are the routes, as New names them, that will go one day; nil: those of which the contract says so.
	Retiring       map[string]openapi.Retirement
	TrustedProxies Proxies
	// Metrics is the registry that /metrics prints; a new one when nil.
	Metrics *prometheus.Registry
}

// Status is the condition of the program as a whole.
type Status struct {
	Starting bool     // not ready to answer yet
	Engine   string   // the name of the engine that answers, with "; fallback" after it when it stands in for another one
	Degraded []string // what does not work, in a few words each
	Engines  []EngineStatus
}

// EngineStatus is how one search engine stands to the database.
type EngineStatus struct {
	Name    string `json:"name"`
	Answers bool   `json:"answers"` // searches are answered by it now
	Change  int64  `json:"change"`  // change number reached, when it was last asked
	Behind  int64  `json:"behind"`  // how far below the database's change number that is
	// Since is when it fell behind or stopped answering; Fault says in a few words why, empty while it is only being caught up.
	Since    time.Time   `json:"since,omitzero"`
	Fault    string      `json:"fault,omitzero"`
	Compared *Comparison `json:"compared,omitempty"`
}

// Comparison is what the last comparison of an engine with the database found, and mended.
type Comparison struct {
	At        time.Time `json:"at"`
	Documents int       `json:"documents"` // held by the engine
	Missing   int       `json:"missing"`
	Stale     int       `json:"stale"`
	Surplus   int       `json:"surplus"`
	IDs       []string  `json:"ids,omitempty"` // of the first that differed
	Rebuilt   bool      `json:"rebuilt"`       // so much differed that all was built anew
}

type server struct {
	Options
	words      *words.Languages
	pages      *pages.Pages
	contract   []byte
	guide      *guide
	rules      params.Rules
	sources    cache[map[string]Source]
	names      cache[names]
	towns      cache[map[string]string]
	reader     *intent.Reader
	directory  aged[*directory]
	exports    *room
	long       chan struct{} // exports of more than a page
	feedPages  chan struct{}
	dumping    chan struct{} // one is made at a time
	leave      leave
	judging    chan struct{}
	judged     *limiter
	nudges     nudges
	openActive *openactive.Mapping
	timed      bool // Clock runs
	answered   answered
	changed    lastChange
	printed    printed
	searching  *room
	drawn      drawnCodes
	visiting   chan struct{}
	visited    *limiter
	tiling     chan struct{}
	tiled      *limiter
	drawing    *room
	requests   *prometheus.HistogramVec
	routes     []string // of pages
}

// searchTime is the longest that one search may take.
const searchTime = 2 * time.Second

// New makes the handler of everything that the hub serves.
func New(o Options) (http.Handler, error) {
	timed := o.Clock != nil
	if !timed {
		o.Clock = o.Now
	}
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	if o.Texts == nil {
		o.Texts = words.Load()
	}
	if o.Status == nil {
		o.Status = func() Status { return Status{} }
	}
	public, err := url.Parse(o.Hub.PublicURL)
	if err != nil {
		return nil, err
	}
	looks, err := pages.New(public.EscapedPath())
	if err != nil {
		return nil, err
	}
	contract, err := openapi.JSON()
	if err != nil {
		return nil, err
	}
	if o.Retiring == nil {
		document, err := openapi.Read()
		if err != nil {
			return nil, err
		}
		o.Retiring = retiring(document)
	}
	s := &server{Options: o, contract: contract, reader: intent.New(o.Taxonomy), words: o.Texts, pages: looks, long: make(chan struct{}, maxLong), timed: timed}
	s.feedPages, s.dumping, s.judging = make(chan struct{}, feedsAtOnce), make(chan struct{}, 1), make(chan struct{}, acceptAtOnce)
	s.judged = newLimiter(acceptRate, o.Clock)
	s.visiting, s.visited = make(chan struct{}, visitsAtOnce), newLimiter(visitRate, o.Clock)
	s.tiling, s.tiled = make(chan struct{}, tilesAtOnce), newLimiter(RateLimit{PerSecond: tileRate, Burst: tileBurst}, o.Clock)
	if s.openActive, err = openactive.New(); err != nil {
		return nil, err
	}
	s.rules = params.Rules{Zone: o.Hub.Zone, Languages: languages(o.Hub.Languages), Spoken: s.words.Has, Category: o.Taxonomy.Has}
	s.sources.load = s.loadSources
	s.names.load = s.loadNames
	s.towns.load = s.loadTowns
	s.directory.load, s.directory.hold = s.loadDirectory, directoryTime
	s.measure()
	s.searching, s.drawing = newRoom(o.Metrics, "searches", "searches"), newRoom(o.Metrics, "search_pages", "pages of searches")
	s.exports = newRoom(o.Metrics, "exports", "exports without a limit")
	s.exports.seats = make(chan struct{}, maxExports) // a slow client keeps its own for long

	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.RedirectFixedPath = false
	if err := r.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	r.Use(s.observe, s.recover, s.harden, s.limit(newLimiter(o.RateLimit, o.Clock)))
	r.NoRoute(s.noRoute)
	r.NoMethod(s.noMethod)
	get := func(path string, h func(*gin.Context) error) {
		r.GET(path, s.handle(h))
		r.HEAD(path, s.handle(h))
	}
	get("/api/v1/search", s.getSearch)
	for _, format := range searchExports() {
		get("/api/v1/search."+format, s.getSearchExport(format))
	}
	get("/api/v1/suggest", s.getSuggest)
	get("/api/v1/listings/:id", s.getListing)
	get("/api/v1/listings/:id/occurrences", s.getOccurrences)
	get("/api/v1/sources", s.getSources)
	get("/api/v1/categories", s.getCategories)
	get("/api/v1/organizers", s.getOrganizers)
	get("/api/v1/places", s.getPlaces)
	get("/api/v1/schemes", s.getSchemes)
	get("/api/v1/openapi.json", s.getOpenAPI)
	if o.Feeds != nil {
		s.nudges = nudges{look: o.Feeds.Feed, every: nudgeEvery, most: nudgeMost}
		for name, read := range feeds() {
			get("/rpde/"+name, s.getFeed(name, read))
			get("/rpde/municipality/:municipality/"+name, s.getFeed(name, read))
		}
		get("/api/v1/changes", s.getChanges)
		get("/openactive", s.getDatasetPage)
		if o.Dumps != nil {
			get("/api/v1/dump.ndjson.gz", s.getDump)
		}
	}
	if o.Acceptance != nil {
		r.POST("/api/v1/contract", s.handle(s.postContract))
	}
	get("/collections", s.getCollections)
	get("/collections/listings", s.getCollection)
	get("/collections/listings/items", s.getFeatures)
	get("/collections/listings/items/:id", s.getFeature)
	get("/conformance", s.getConformance)
	get("/catalog.ttl", s.getCatalogue("text/turtle; charset=utf-8", func(g *dcat.Graph, b *bytes.Buffer) error { return g.Turtle(b) }))
	get("/catalog.jsonld", s.getCatalogue("application/ld+json; charset=utf-8", func(g *dcat.Graph, b *bytes.Buffer) error { return g.JSONLD(b) }))
	get("/.well-known/api-catalog", s.getAPICatalog)
	get("/.well-known/fritidshub", s.getHubCard)
	get("/.well-known/security.txt", s.getSecurity)
	get("/robots.txt", s.getRobots)
	get("/sitemap.xml", s.getSitemap)
	get("/sitemap/:part", s.getSitemapPart)
	get("/healthz", s.getHealth)
	get("/readyz", s.getReady)
	get("/metrics", s.getMetrics())
	get("/embed/v1/:file", s.getEmbed)
	get("/embed/v1/texts/:file", s.getTexts)
	get("/embed/v1/map.json", s.getMap)
	get("/embed/v1/listings/:id", s.getTold)
	get("/embed/v1/advice", s.getAdvice)
	get("/embed/v1/month", s.getMonth)
	if o.Map.Tile != nil {
		get(tilesPath+":z/:x/:y", s.getTile)
	}
	if o.Pictures != nil {
		get(picturesPath+":id/:size", s.getPicture)
	}
	get(framePath, s.getFrame)
	s.embedRoutes(get)
	get("/oembed", s.getOEmbed)
	get("/demo", s.getDemo)
	get("/assets/:file", s.getAsset)
	get("/sources", s.getSourcesPage)
	get("/docs", s.getDocs)
	get("/docs/schemas", s.getSchemas)
	get("/", s.getSearchPage)
	get("/l/:id", s.getListingPage)
	get("/l/:id/calendar.ics", s.getListingCalendar)
	s.routes = pageRoutes(r.Routes())
	if s.guide, err = newGuide(r, s.shown); err != nil {
		return nil, err
	}
	return r, nil
}

// NewServer makes an HTTP server for handler that a slow or greedy client cannot hold up.
func NewServer(handler http.Handler, listen string) *http.Server {
	return &http.Server{
		Addr: listen, Handler: handler,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 60 * time.Second,
		MaxHeaderBytes: 64 << 10,
	}
}

// languages gives those that lang accepts: the hub's, and those that the hub has texts in.
func languages(declared []string) []string {
	all := make([]string, 0, len(declared)+3)
	seen := map[string]bool{}
	for _, tag := range append(append(all, declared...), words.Tags()...) {
		if !seen[tag] {
			seen[tag] = true
			all = append(all, tag)
		}
	}
	return all
}

package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// MaxDetectRequests is how many requests finding out about one address may cost, robots.txt and redirects among them; few, since
// nobody has agreed to anything yet.
const MaxDetectRequests = 5

// detectTime is how long one reading may take to try.
const detectTime = 30 * time.Second

// Candidate is one way to read an address.
type Candidate struct {
	Kind    string            `json:"kind"`
	ID      string            `json:"id,omitzero"`   // that it gives itself; not shaped as an id of a source must be
	Name    string            `json:"name,omitzero"` // that it gives itself
	URL     string            `json:"url"`
	Options json.RawMessage   `json:"options,omitempty"` // as in sources.yaml
	Headers map[string]string `json:"headers,omitempty"` // secrets by the names of their environment
	// DefaultKind is what defaults.kind must be for the items to be usable; empty when nothing must.
	DefaultKind catalog.Kind `json:"default_kind,omitzero"`

	Certainty string `json:"certainty"` // platform, format or guess
	Tried     bool   `json:"tried"`     // it was read; otherwise nothing is known of its items
	Problem   string `json:"problem,omitzero"`
	Note      string `json:"note,omitzero"`   // what an editor should know or do
	Secret    string `json:"secret,omitzero"` // who gives what must be in the environment
	// Licences are the texts in which the data or the page says something of its licence. They are hints; nobody has been asked.
	Licences []string `json:"licence_hints"`

	Usable       int            `json:"usable"`       // items that can be used
	Rejected     int            `json:"rejected"`     // items that cannot
	Complete     bool           `json:"complete"`     // the whole source was read
	Dated        int            `json:"dated"`        // usable items with a date or a recurrence
	Completeness map[string]int `json:"completeness"` // for each field, how many percent of the usable items state it
	Lacks        []string       `json:"lacks"`        // fields that less than half of the items have
	Next         []Upcoming     `json:"next"`         // the next dates, at most three
	Sample       []string       `json:"sample"`       // the first titles

	certain connectors.Certainty
}

// Upcoming is one date that lies ahead.
type Upcoming struct {
	Start  time.Time `json:"start"`
	AllDay bool      `json:"all_day,omitzero"`
	Title  string    `json:"title"`
}

var certainties = map[connectors.Certainty]string{connectors.Platform: "platform", connectors.Format: "format", connectors.Guess: "guess"}

var errBudget = errors.New("nok forespørsler for å finne ut hva dette er")

// Detect finds out what an address is: it asks for it once, lets every kind say what it recognises, tries what they say within the
// budget, and gives the ways that work, best first, and after them those in a format that cannot be read, with what is wrong. When
// nothing comes of the page itself, its site's map is looked at. The error is that of the address itself, when no kind knows it.
func (in *Ingester) Detect(ctx context.Context, address string) ([]Candidate, error) {
	d := &detector{in: in, answers: map[string]*fetch.Response{}, failed: map[string]error{}, tried: map[string]bool{}}
	first, err := d.get(ctx, fetch.Request{URL: address, Robots: isPage(address)})
	answer := connectors.NewAnswer(address, first, in.Hub.Municipality)
	d.consider(ctx, address, &answer)
	if first != nil && answer.URL.Host != "" && answer.IsPage() && !slices.ContainsFunc(d.found, useful) {
		d.sitemap(ctx, &answer)
	}
	slices.SortStableFunc(d.found, best)
	if len(d.found) == 0 {
		return nil, err
	}
	return d.found, nil
}

// useful reports whether a candidate gives something, or would, as far as can be known.
func useful(c Candidate) bool { return c.Usable > 0 || c.Secret != "" }

// best puts first what a kind is surest of and what has shown that it works, and among equals what gives more dated items, rejects less
// and lacks less.
func best(a, b Candidate) int {
	rank := func(c Candidate) int {
		switch {
		case c.certain < connectors.Platform && c.Problem != "":
			return -1
		case c.certain == connectors.Platform && c.Problem == "":
			return 4
		case c.certain == connectors.Format && useful(c) && (c.Dated > 0 || c.DefaultKind == ""):
			return 3
		case c.certain == connectors.Platform || c.certain == connectors.Format && useful(c):
			return 2 // it does not answer, or has no dates, as news have none
		case useful(c) && c.Dated > 0:
			return 2
		case useful(c):
			return 1
		}
		return 0
	}
	worth := func(c Candidate) int { return 100*(c.Usable+2*c.Dated-c.Rejected) - len(c.Lacks) }
	return cmp.Or(rank(b)-rank(a), worth(b)-worth(a))
}

type detector struct {
	in       *Ingester
	answers  map[string]*fetch.Response // by address and what was sent
	failed   map[string]error           // the same
	requests int
	tried    map[string]bool // kinds with addresses and options
	found    []Candidate
}

// get asks for an address once, however many kinds want it.
func (d *detector) get(ctx context.Context, req fetch.Request) (*fetch.Response, error) {
	key := req.URL + string(req.Body)
	if known, ok := d.answers[key]; ok {
		return known, nil
	}
	if err := d.failed[key]; err != nil {
		return nil, err
	}
	if d.requests >= MaxDetectRequests {
		return nil, errBudget
	}
	d.in.Progress(Progress{Step: "fetch", Requests: d.requests + 1})
	resp, err := d.in.Fetch.Get(ctx, req)
	if failed := (*fetch.Error)(nil); errors.As(err, &failed) {
		d.requests += failed.Requests
	}
	if err != nil {
		d.failed[key] = err
		return nil, err
	}
	d.requests += resp.Requests
	if d.answers[key] = resp; len(req.Body) == 0 {
		d.answers[resp.URL] = resp
	}
	return resp, nil
}

// isPage reports whether an address looks like that of a page for people, where robots.txt is obeyed.
func isPage(address string) bool {
	u, err := url.Parse(address)
	if err != nil || strings.HasPrefix(u.Hostname(), "api.") || strings.Contains(u.Path, "/api/") || strings.Contains(u.Path, "/wp-json/") {
		return false
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".ics", ".rss", ".atom", ".xml", ".rdf", ".json", ".jsonld", ".geojson", ".csv", ".tsv", ".txt", ".xlsx", ".yaml", ".yml":
		return false
	}
	return true
}

// proposed is a reading with the kind that proposes it.
type proposed struct {
	kind connectors.Kind
	connectors.Reading
}

// unread is what the name of an environment variable begins with in sources.yaml, where its value takes its place. What a page says never becomes such a name:
// the hub would send its own secrets to whoever made the page. Kinds that need a secret name it themselves.
const unread = "${"

// consider tries what the kinds recognise in an answer, the surest first.
func (d *detector) consider(ctx context.Context, address string, a *connectors.Answer) {
	var all []proposed
	for _, kind := range d.in.Registry.Kinds() {
		if kind.Recognise == nil {
			continue
		}
		for _, r := range kind.Recognise(a) {
			target, err := resolve(address, r.URL)
			if err != nil {
				continue
			}
			if r.URL = target; r.Secret == "" {
				r.URL = strings.ReplaceAll(target, unread, "%24%7B")
			}
			all = append(all, proposed{kind, r})
		}
	}
	slices.SortStableFunc(all, func(x, y proposed) int { return int(y.Certain) - int(x.Certain) })
	own := a.JSON.Exists() && len(all) > 0 && all[0].Certain == connectors.Platform // the data of a service is not for a generic kind
	for _, p := range all {
		c, ok := d.candidate(p)
		key := p.kind.Name + " " + p.URL + " " + string(c.Options)
		better := func(f Candidate) bool { return f.URL == c.URL && f.Usable > 0 }
		if !ok || d.tried[key] || p.Certain == connectors.Guess && (own && c.URL == address || slices.ContainsFunc(d.found, better)) {
			continue
		}
		d.tried[key] = true
		d.introduce(ctx, p, &c)
		if p.Secret != "" || d.try(ctx, p, &c) {
			c.Licences = a.Licences()
			if own := d.answers[c.URL]; own != nil && c.URL != address {
				there := connectors.NewAnswer(c.URL, own, "")
				c.Licences = append(there.Licences(), slices.DeleteFunc(c.Licences, func(s string) bool { return slices.Contains(there.Licences(), s) })...)
			}
			d.found = append(d.found, c)
		}
	}
}

// introduce finds out what the service of a reading calls itself; a candidate can do without.
func (d *detector) introduce(ctx context.Context, p proposed, c *Candidate) {
	if p.Card == "" || p.kind.Introduce == nil {
		return
	}
	card, err := resolve(c.URL, p.Card)
	if err != nil {
		return
	}
	if resp, err := d.get(ctx, fetch.Request{URL: card, Accept: "application/json"}); err == nil {
		a := connectors.NewAnswer(card, resp, "")
		c.ID, c.Name = p.kind.Introduce(&a)
	}
}

// candidate is a proposed reading of which nothing is known yet.
func (d *detector) candidate(p proposed) (c Candidate, ok bool) {
	c = Candidate{Kind: p.kind.Name, URL: p.URL, Headers: p.Headers, DefaultKind: p.DefaultKind, Certainty: certainties[p.Certain], certain: p.Certain, Note: p.Note, Secret: p.Secret,
		Licences: []string{}, Lacks: []string{}, Next: []Upcoming{}, Sample: []string{}, Completeness: map[string]int{}}
	if p.Options != nil {
		text, err := json.Marshal(p.Options)
		if err != nil {
			return c, false
		}
		if p.Secret == "" && strings.Contains(string(text), unread) {
			return c, false
		}
		if string(text) != "{}" {
			c.Options = text
		}
	}
	return c, true
}

// sitemap looks at the map of a page's site for lists of things to take part in, when that is within the budget.
func (d *detector) sitemap(ctx context.Context, page *connectors.Answer) {
	address := page.Root() + "sitemap.xml"
	for _, named := range d.in.Fetch.Sitemaps(page.Root()) {
		if target, err := resolve(page.Root(), named); err == nil {
			address = target
			break
		}
	}
	if resp, err := d.get(ctx, fetch.Request{URL: address}); err == nil {
		a := connectors.NewAnswer(address, resp, d.in.Hub.Municipality)
		d.consider(ctx, address, &a)
	}
}

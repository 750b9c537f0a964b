// Package ticketmaster reads the Discovery API of Ticketmaster, version 2. The performances of one production at one venue become one
// listing with several dates.
package ticketmaster

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"fritidshub/connectors"
	"fritidshub/connectors/hold"
)

// Kind is the kind ticketmaster.
var Kind = connectors.Kind{
	Name:    "ticketmaster",
	Version: 1,
	Summary: "Leser arrangementer med billettsalg fra Ticketmasters Discovery API.",
	Basis:   connectors.BasisSeen,
	Options: &Options{},
	New: func(decode func(any) error) (connectors.Connector, error) {
		var c connector
		if err := decode(&c.Options); err != nil {
			return nil, err
		}
		return &c, connectors.Count("max_pages", &c.MaxPages, defaultPages, mostPages)
	},
	Recognise: recognise,
}

// Options are the options of a ticketmaster source.
type Options struct {
	MaxPages int `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200."`
}

const (
	pageSize     = 200
	depth        = 1_000 // the API gives no more of one search
	defaultPages = 200
	mostPages    = 2_000
	stamp        = "2006-01-02T15:04:05Z" // of startDateTime
)

type connector struct{ Options }

// search is the source's address with what a walk needs: sorted by date, from yesterday unless the editor says otherwise.
func search(source string, now time.Time) (*url.URL, url.Values, error) {
	u, err := url.Parse(source)
	if err != nil {
		return nil, nil, err
	}
	q := u.Query()
	for name, value := range map[string]string{"locale": "*", "size": strconv.Itoa(pageSize), "startDateTime": now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -1).Format(stamp)} {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	q.Set("sort", "date,asc")
	return u, q, nil
}

// Pull implements connectors.Connector. Where the API stops giving pages, the walk goes on with a new search from the last date seen.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	return hold.WhileUnchanged(ctx, s, c.pull)
}

func (c *connector) pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	u, q, err := search(s.Source.URL, s.Now)
	if err != nil {
		return connectors.Outcome{}, err
	}
	size, err := strconv.Atoi(q.Get("size"))
	if err != nil || size < 1 || size > pageSize {
		return connectors.Outcome{}, fmt.Errorf("size=%s i url er ikke et tall fra 1 til %d", q.Get("size"), pageSize)
	}
	a := newAdapter(s)
	why, number := "", 0
	for asked := 1; why == ""; asked++ {
		if asked > c.MaxPages {
			why = fmt.Sprintf("Kilden har flere enn %d sider; resten er ikke lest (options.max_pages).", asked-1)
			break
		}
		q.Set("page", strconv.Itoa(number))
		u.RawQuery = q.Encode()
		resp, text, err := s.Text(ctx, connectors.Request{URL: u.String(), Accept: "application/json"})
		if err != nil {
			return connectors.Outcome{}, err
		}
		page, err := Parse(text, resp.URL)
		if err != nil {
			return connectors.Outcome{}, err
		}
		fresh := a.add(page, resp.URL, fmt.Sprintf("startDateTime=%s page=%d", q.Get("startDateTime"), number))
		if number++; number >= page.Pages {
			break
		}
		switch last := a.last.UTC().Format(stamp); {
		case fresh == 0:
			why = "Ticketmaster sier at det er flere sider, men viser ingen nye arrangementer."
		case (number+1)*size <= depth: // the next page is within reach
		case last <= q.Get("startDateTime"):
			why = fmt.Sprintf("Flere enn %d arrangementer begynner samtidig (%s); resten er ikke lest.", depth, last)
		default:
			q.Set("startDateTime", last)
			number = 0
		}
	}
	for _, p := range a.productions {
		if err := s.Emit(p.record(s.Source.Zone)); err != nil {
			return connectors.Outcome{}, err
		}
	}
	return connectors.Outcome{Complete: why == "", Why: why}, nil
}

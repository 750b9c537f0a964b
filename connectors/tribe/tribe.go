// Package tribe reads WordPress over its REST API: the events of the plugin The Events Calendar, or plain posts as offers without a date.
package tribe

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"fritidshub/connectors"
	"fritidshub/connectors/hold"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// Kind is the kind tribe.
var Kind = connectors.Kind{
	Name:    "tribe",
	Version: 2,
	Summary: "Leser WordPress: arrangementer fra tillegget The Events Calendar, eller vanlige innlegg som tilbud uten dato.",
	Basis:   connectors.BasisReported,
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

// Options are the options of a tribe source.
type Options struct {
	MaxPages int `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200."`
}

const (
	eventsPath   = "/wp-json/tribe/events/v1/events"
	defaultPages = 200
	mostPages    = 2_000
	emptyPages   = 3 // in a row, before a walk ends
	eventsOnPage = 50
	postsOnPage  = 100
	mostHeld     = 100 << 20 // packed bytes of recurring events
)

type connector struct{ Options }

// first is the address of the first page. The address of a site means its events; what the editor has asked for is kept.
func first(source string, now time.Time) (address string, posts bool, err error) {
	u, err := url.Parse(source)
	if err != nil {
		return "", false, err
	}
	q := u.Query()
	set := func(name, value string) {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	if where := u.Path + q.Get("rest_route"); strings.Contains(where, "/wp/v2/") {
		posts = true
		set("per_page", strconv.Itoa(postsOnPage))
		set("_embed", "wp:term,wp:featuredmedia")
	} else {
		if !strings.Contains(where, "/tribe/events/") {
			u.Path = strings.TrimSuffix(u.Path, "/") + eventsPath
		}
		set("start_date", connectors.Window(now).Format(time.DateOnly))
		set("per_page", strconv.Itoa(eventsOnPage))
	}
	u.RawQuery = q.Encode()
	return u.String(), posts, nil
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	return hold.WhileUnchanged(ctx, s, c.pull)
}

func (c *connector) pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	next, posts, err := first(s.Source.URL, s.Now)
	if err != nil {
		return connectors.Outcome{}, err
	}
	a := newAdapter(s)
	why, empty := "", 0
	for number, start := 1, next; next != ""; number++ {
		if number > c.MaxPages {
			why = fmt.Sprintf("Kilden har flere enn %d sider; resten er ikke lest (options.max_pages).", number-1)
			break
		}
		if a.series.Size() > mostHeld {
			why = fmt.Sprintf("Arrangementene som gjentas, er større enn %d MiB til sammen; resten er ikke lest. Avgrens med start_date og end_date i url.", mostHeld>>20)
			break
		}
		resp, text, err := s.Text(ctx, connectors.Request{URL: next, Accept: "application/json"})
		var failed *fetch.Error
		if posts && number > 1 && errors.As(err, &failed) && failed.Status == 400 {
			break // WordPress answers so after the last page
		}
		if err != nil {
			return connectors.Outcome{}, err
		}
		page, err := Parse(text, resp.URL, posts)
		if err != nil {
			return connectors.Outcome{}, err
		}
		fresh, err := a.add(page, resp.URL, number)
		if err != nil {
			return connectors.Outcome{}, err
		}
		if empty++; page.Items() > 0 {
			empty = 0
		}
		total, _ := strconv.Atoi(resp.Header.Get("X-WP-TotalPages"))
		at := next
		switch next = ""; {
		case empty >= emptyPages:
			why = fmt.Sprintf("%d tomme sider på rad; resten er ikke lest.", emptyPages)
		case posts && (total > number || total == 0 && page.Items() >= postsOnPage):
			next = markup.Numbered(start, "page", number+1)
		case page.Next == "" && number < page.Pages:
			next = markup.Numbered(start, "page", number+1)
		case page.Next != "":
			if next = markup.Resolve(page.Next, resp.URL); !markup.SameOrigin(next, resp.URL) {
				why, next = "Neste side ligger på et annet nettsted og er ikke lest.", ""
			}
		}
		if page.Items() > 0 && fresh == 0 && next != "" {
			if next != at && next != resp.URL {
				why = fmt.Sprintf("Side %d gjentar det som er lest, men nettstedet oppgir flere sider.", number)
			}
			next = ""
		}
	}
	if err := a.series.Each(s.Emit); err != nil {
		return connectors.Outcome{}, err
	}
	return connectors.Outcome{Complete: why == "", Why: why}, nil
}

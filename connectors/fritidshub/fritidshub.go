// Package fritidshub reads what another hub passes on.
package fritidshub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
	"fritidshub/fetch"
)

// Kind reads what a peer passes on: its change feed of records, or of listings where there is none of records.
var Kind = connectors.Kind{
	Name:      "fritidshub",
	Version:   3,
	Summary:   "Leser det en annen fritidshub gir videre: alt først, siden bare det som er nytt, endret eller slettet.",
	Basis:     connectors.BasisOwn,
	Options:   &Options{},
	Schedule:  "@every 1m",
	Least:     time.Minute,
	Licensed:  true,
	Spacing:   100 * time.Millisecond,
	New:       newConnector,
	Recognise: recognise,
	Introduce: introduce,
}

// Options are the options of a fritidshub source.
type Options struct {
	Hubs         []string `yaml:"hubs" json:"hubs,omitempty" jsonschema:"description=Id-ene til hubene som den andre huben kan gi videre fra\\, også dens egen. Uten verdi: alle."`
	Municipality string   `yaml:"municipality" json:"municipality,omitempty" jsonschema:"pattern=^[0-9]{4}$,description=Bare det som er i denne kommunen (fire sifre). Uten verdi: alt."`
	MaxPages     int      `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring hos en hub som bare har feeden med oppføringer. Uten verdi: 200. Er feeden lengre\\, går neste kjøring videre der denne slapp."`
}

type connector struct{ Options }

var municipality = regexp.MustCompile(`^\d{4}$`)

func newConnector(decode func(any) error) (connectors.Connector, error) {
	c := &connector{}
	if err := decode(&c.Options); err != nil {
		return nil, err
	}
	if c.Municipality != "" && !municipality.MatchString(c.Municipality) {
		return nil, fmt.Errorf("options.municipality: %q er ikke et kommunenummer; skriv fire sifre i anførselstegn", c.Municipality)
	}
	return c, changefeed.Pages(&c.MaxPages)
}

// again is how often a peer that has no feed of records is asked for one.
const again = 24 * time.Hour

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	feeds, err := c.feeds(s.Source.URL)
	if err != nil {
		return connectors.Outcome{}, err
	}
	var st state
	if json.Unmarshal(s.State, &st) != nil {
		st = state{}
	}
	var gone *fetch.Error
	if feeds.records != "" && (st.Tried.IsZero() || s.Now.Sub(st.Tried) > again) {
		outcome, err := c.records(ctx, s, feeds.records, st)
		switch {
		case !errors.As(err, &gone) || !gone.Gone() || ctx.Err() != nil:
			return outcome, err
		case feeds.listings == "" || st.Feed != "": // it had one before
			return outcome, missing(feeds.records, err)
		}
		st = state{Listings: st.Listings, Tried: s.Now}
	}
	inner := *s
	inner.State = st.Listings
	var last *reader
	outcome, err := changefeed.Feed{Kind: Kind.Name, Advice: advice, Elsewhere: elsewhere, URL: feeds.listings, Pages: c.MaxPages,
		New: func(w *changefeed.Walk) changefeed.Reader {
			last = &reader{allow: c.Hubs, s: s, walk: w}
			return last
		}}.Pull(ctx, &inner)
	if errors.As(err, &gone) && gone.Gone() {
		err = missing(feeds.listings, err)
	}
	if err != nil {
		return outcome, err
	}
	outcome.Hub = last.hub
	outcome.State, err = json.Marshal(state{Listings: outcome.State, Tried: st.Tried})
	return outcome, err
}

func missing(address string, err error) error {
	return fmt.Errorf("fant ingen endringsfeed på %s. %s: %w", fetch.Redact(address), advice, err)
}

// feeds are the first pages of the feeds of a peer; empty when there is none such.
type feeds struct{ records, listings string }

// feeds are those of a peer, by its base address. An address of a feed, or of a file, is taken as it is.
func (c *connector) feeds(source string) (feeds, error) {
	u, err := url.Parse(source)
	if err != nil {
		return feeds{}, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || strings.Contains(u.Path, "/rpde/") {
		if name := path.Base(u.Opaque + u.Path); strings.TrimSuffix(name, path.Ext(name)) == "records" {
			return feeds{records: source}, nil
		}
		return feeds{listings: source}, nil
	}
	root := u.JoinPath("rpde")
	if c.Municipality != "" {
		root = root.JoinPath("municipality", c.Municipality)
	}
	return feeds{root.JoinPath("records").String(), root.JoinPath("listings").String()}, nil
}

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
	"slices"
	"strings"
	"time"

	"fritidshub/client"
	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
	"fritidshub/fetch"
)

// Kind reads what a peer passes on: its change feed of records, or of listings where there is none of records.
var Kind = connectors.Kind{
	Name:      "fritidshub",
	Version:   4,
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
	records, listings, err := c.feeds(s.Source.URL)
	if err != nil {
		return connectors.Outcome{}, err
	}
	var st state
	if json.Unmarshal(s.State, &st) != nil {
		st = state{}
	}
	var gone *fetch.Error
	if records != nil && (st.Tried.IsZero() || s.Now.Sub(st.Tried) > again) {
		outcome, err := c.records(ctx, s, *records, st)
		switch {
		case !errors.As(err, &gone) || !gone.Gone() || ctx.Err() != nil:
			return outcome, err
		case listings == "" || st.Place.Feed != "": // it had one before
			return outcome, missing(records.base+string(records.feed), err)
		}
		st = state{Listings: st.Listings, Tried: s.Now}
	}
	inner := *s
	inner.State = st.Listings
	var last *reader
	outcome, err := changefeed.Feed{Kind: Kind.Name, Advice: advice, Elsewhere: elsewhere, URL: listings, Pages: c.MaxPages,
		New: func(w *changefeed.Walk) changefeed.Reader {
			last = &reader{allow: c.Hubs, s: s, walk: w}
			return last
		}}.Pull(ctx, &inner)
	if errors.As(err, &gone) && gone.Gone() {
		err = missing(listings, err)
	}
	if err != nil {
		return outcome, err
	}
	outcome.Hub = c.speaker(last.hub)
	outcome.State, err = json.Marshal(state{Listings: outcome.State, Tried: st.Tried})
	return outcome, err
}

// elsewhere is what to do about a hub that believes that it is at another address than the one at which it is read.
const elsewhere = "Skriv i url den adressen huben selv sier at den har, eller be den som driver den, sette FRITIDSHUB_PUBLIC_URL til adressen den leses på"

// speaker is the hub that a source is known as, which it alone speaks for from then on: the one that it says to be, unless options.hubs leaves
// that out.
func (c *connector) speaker(hub string) string {
	if len(c.Hubs) > 0 && !slices.Contains(c.Hubs, hub) {
		return ""
	}
	return hub
}

func missing(address string, err error) error {
	return fmt.Errorf("fant ingen endringsfeed på %s. %s: %w", fetch.Redact(address), advice, err)
}

// address is where the feed of records of a peer is.
type address struct {
	base string // of the hub
	feed client.Feed
}

// Base is the address of the hub that a source with this url reads; "" when that is a file.
func Base(source string) string {
	base, _, _ := strings.Cut(source, "/rpde/")
	if u, err := url.Parse(base); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		u.RawQuery, u.Fragment = "", ""
		return u.String()
	}
	return ""
}

// feeds are those of a peer, by its base address: of records, nil when there is none such, and the first page of that of listings, likewise "". An
// address of a feed, or of a file, is taken as it is.
func (c *connector) feeds(source string) (records *address, listings string, err error) {
	u, err := url.Parse(source)
	if err != nil {
		return nil, "", err
	}
	base := Base(source)
	_, feed, ok := strings.Cut(u.Path, "/rpde/")
	switch {
	case base == "", ok && path.Base(feed) != "records":
		return nil, source, nil
	case ok:
		return &address{base, client.Feed("/rpde/" + feed)}, "", nil
	}
	of, root := client.Records, u.JoinPath("rpde")
	if c.Municipality != "" {
		of, root = of.In(c.Municipality), root.JoinPath("municipality", c.Municipality)
	}
	root.RawQuery, root.Fragment = "", ""
	return &address{base, of}, root.JoinPath("listings").String(), nil
}

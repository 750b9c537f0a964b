// Package fritidshub reads another hub's change feed of listings.
package fritidshub

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
	"fritidshub/fetch"
)

// Kind reads the change feed /rpde/listings of a peer.
var Kind = connectors.Kind{
	Name:      "fritidshub",
	Version:   1,
	Summary:   "Leser oppføringene til en annen fritidshub fra endringsfeeden dens: alt først, siden bare det som er nytt, endret eller slettet.",
	Basis:     connectors.BasisOwn,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of a fritidshub source.
type Options struct {
	Hub          string `yaml:"hub" json:"hub,omitempty" jsonschema:"description=Id-en til vår egen hub (hub.id). Det som kommer fra oss eller har vært innom oss, hentes da ikke tilbake."`
	Municipality string `yaml:"municipality" json:"municipality,omitempty" jsonschema:"pattern=^[0-9]{4}$,description=Bare oppføringene i denne kommunen (fire sifre). Uten verdi: alle."`
	MaxPages     int    `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200. Er feeden lengre\\, går neste kjøring videre der denne slapp."`
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

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	first, err := c.feed(s.Source.URL)
	if err != nil {
		return connectors.Outcome{}, err
	}
	outcome, err := changefeed.Feed{Kind: Kind.Name, Advice: "Sjekk at url er adressen til en annen fritidshub", URL: first, Pages: c.MaxPages,
		New: func(w *changefeed.Walk) changefeed.Reader { return &reader{hub: c.Hub, s: s, walk: w} }}.Pull(ctx, s)
	var gone *fetch.Error
	if errors.As(err, &gone) && gone.Gone() {
		err = fmt.Errorf("fant ingen endringsfeed på %s. Sjekk at url er adressen til en annen fritidshub: %w", fetch.Redact(first), err)
	}
	return outcome, err
}

// feed is the first page of the feed of a peer, by its base address. An address of a feed, or of a file, is taken as it is.
func (c *connector) feed(source string) (string, error) {
	u, err := url.Parse(source)
	if err != nil {
		return "", err
	}
	if u.Scheme != "http" && u.Scheme != "https" || strings.Contains(u.Path, "/rpde/") {
		return source, nil
	}
	if c.Municipality != "" {
		return u.JoinPath("rpde", "municipality", c.Municipality, "listings").String(), nil
	}
	return u.JoinPath("rpde", "listings").String(), nil
}

// Package rpde reads OpenActive's change feeds (Realtime Paged Data Exchange 1.0) of opportunities to be active.
package rpde

import (
	"context"

	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
)

// Kind reads RPDE feeds whose items are Modelling Opportunity Data 2.0.
var Kind = connectors.Kind{
	Name:      "rpde",
	Version:   1,
	Summary:   "Endringsfeeder fra OpenActive (RPDE 1.0): hele feeden først, siden bare det som er nytt, endret eller slettet.",
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of an rpde source.
type Options struct {
	MaxPages int  `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"description=Flest sider i en kjøring (1 til 2000). Uten verdi: 200. Er feeden lengre, går neste kjøring videre der denne slapp."`
	Slots    bool `yaml:"slots" json:"slots,omitempty" jsonschema:"description=Ta med de enkelte ledige timene (Slot) som oppføringer. Uten verdi: de telles, men er ikke med."`
}

type connector struct {
	pages int
	slots bool
}

func newConnector(decode func(any) error) (connectors.Connector, error) {
	var o Options
	if err := decode(&o); err != nil {
		return nil, err
	}
	pages, err := changefeed.Pages(o.MaxPages)
	if err != nil {
		return nil, err
	}
	return &connector{pages, o.Slots}, nil
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	return changefeed.Feed{Kind: Kind.Name, Advice: "Sjekk at url er adressen til selve feeden, ikke til datasettets side", URL: s.Source.URL, Pages: c.pages,
		New: func(w *changefeed.Walk) changefeed.Reader {
			return &reader{slots: c.slots, s: s, walk: w, wanted: map[string]bool{}, home: map[string]changefeed.Place{}}
		}}.Pull(ctx, s)
}

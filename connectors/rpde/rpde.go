// Package rpde reads OpenActive's change feeds (Realtime Paged Data Exchange 1.0) of opportunities to be active.
package rpde

import (
	"context"
	"fmt"
	"net/url"

	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
	"fritidshub/connectors/markup"
)

// Kind reads RPDE feeds whose items are Modelling Opportunity Data 2.0.
var Kind = connectors.Kind{
	Name:      "rpde",
	Version:   2,
	Summary:   "Endringsfeeder fra OpenActive (RPDE 1.0): hele feeden først, siden bare det som er nytt, endret eller slettet.",
	Basis:     connectors.BasisStandard,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of an rpde source.
type Options struct {
	MaxPages int    `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"description=Flest sider i en kjøring (1 til 2000). Uten verdi: 200. Er feeden lengre, går neste kjøring videre der denne slapp."`
	PartsOf  string `yaml:"parts_of" json:"parts_of,omitempty" jsonschema:"description=Adressen til feeden med det som elementene er del av (SessionSeries eller FacilityUse) når kilden har delt dem i to feeder."`
	Slots    bool   `yaml:"slots" json:"slots,omitempty" jsonschema:"description=Ta med de enkelte ledige timene (Slot) som oppføringer. Uten verdi: de telles, men er ikke med."`
	OnDemand bool   `yaml:"on_demand" json:"on_demand,omitempty" jsonschema:"description=Ta med opptak og økter på nett som kan brukes når som helst (OnDemandEvent). Uten verdi: de telles, men er ikke med."`
	Places   bool   `yaml:"places" json:"places,omitempty" jsonschema:"description=Ta med steder (Place) som anlegg. Uten verdi: de telles, men er ikke med."`
}

type connector struct {
	Options
	also map[string]bool // types that are left out unless the editor wants them
}

func newConnector(decode func(any) error) (connectors.Connector, error) {
	var o Options
	if err := decode(&o); err != nil {
		return nil, err
	}
	if u, err := url.Parse(o.PartsOf); err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("options.parts_of: %q er ikke en adresse; skriv hele, med https://", o.PartsOf)
	}
	err := changefeed.Pages(&o.MaxPages)
	return &connector{o, map[string]bool{"Slot": o.Slots, "OnDemandEvent": o.OnDemand, "Place": o.Places}}, err
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	wholes := ""
	if c.PartsOf != "" {
		wholes = markup.Resolve(c.PartsOf, s.Source.URL)
	}
	return changefeed.Feed{Kind: Kind.Name, Advice: "Sjekk at url er adressen til selve feeden, ikke til datasettets side", URL: s.Source.URL, Pages: c.MaxPages, Wholes: wholes,
		New: func(w *changefeed.Walk) changefeed.Reader {
			return &reader{also: c.also, s: s, walk: w, wanted: map[string]bool{}, home: map[string]changefeed.Place{}}
		}}.Pull(ctx, s)
}

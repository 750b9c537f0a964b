// Package listfile is the kind list: a YAML file of organisations, places, listings, tickets and support schemes that an editor keeps by hand.
// Its folder has the name of the kind; the package is named listfile since list is a package of the standard library.
package listfile

import (
	"context"

	"fritidshub/connectors"
)

// Kind is the kind list.
var Kind = connectors.Kind{
	Name:    "list",
	Version: 1,
	Summary: "Leser en liste i YAML som redaktøren fører for hånd: organisasjoner, steder, tilbud, billetter og støtteordninger.",
	Basis:   connectors.BasisOwn,
	New: func(decode func(any) error) (connectors.Connector, error) {
		return connector{}, decode(&struct{}{})
	},
	Recognise: recognise,
}

type connector struct{}

// Pull implements connectors.Connector.
func (connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	resp, err := s.Get(ctx, connectors.Request{Accept: "application/yaml, text/yaml, text/plain;q=0.8, */*;q=0.1"})
	if err != nil {
		return connectors.Outcome{}, err
	}
	if resp.Unchanged {
		return connectors.Outcome{Complete: true, Unchanged: true}, nil
	}
	text, err := resp.Text()
	if err != nil {
		return connectors.Outcome{}, err
	}
	if err := Parse(text, s); err != nil {
		return connectors.Outcome{}, err
	}
	return connectors.Outcome{Complete: true}, nil
}

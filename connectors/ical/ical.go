// Package ical is the kind ical: an iCalendar file (RFC 5545 and 7986), read event by event and as tolerantly as can be done
// without guessing.
package ical

import (
	"context"

	"fritidshub/connectors"
)

// Kind is the kind ical.
var Kind = connectors.Kind{
	Name:    "ical",
	Version: 1,
	Summary: "Leser en kalender i iCalendar-format (.ics), slik Google Kalender, Outlook, Spond, WordPress og de fleste kalendere gir den fra seg.",
	Basis:   connectors.BasisStandard,
	Options: &Options{},
	New: func(decode func(any) error) (connectors.Connector, error) {
		var c connector
		if err := decode(&c.options); err != nil {
			return nil, err
		}
		return &c, nil
	},
	Recognise: recognise,
}

// Options are the options of an ical source.
type Options struct {
	// Organizer says that the names in ORGANIZER are those of organisations. Otherwise they are left out, since most calendars
	// name a person there.
	Organizer bool `yaml:"organizer" json:"organizer,omitzero"`
}

type connector struct{ options Options }

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	resp, err := s.Get(ctx, connectors.Request{Accept: "text/calendar, text/plain;q=0.8, */*;q=0.1"})
	if err != nil {
		return connectors.Outcome{}, err
	}
	if resp.Unchanged {
		return connectors.Outcome{Complete: true, Unchanged: true}, nil
	}
	whole := resp.Response
	whole.Body = joinSplitLetters(whole.Body)
	text, err := whole.Text()
	if err != nil {
		return connectors.Outcome{}, err
	}
	result, err := Parse(text, resp.URL, s.Source, c.options)
	if err != nil {
		return connectors.Outcome{}, err
	}
	for _, w := range result.Warnings {
		s.Warn(w.Locator, w.Text)
	}
	for _, r := range result.Rejects {
		s.Reject(r)
	}
	for _, r := range result.Records {
		if err := s.Emit(r); err != nil {
			return connectors.Outcome{}, err
		}
	}
	return connectors.Outcome{Complete: true}, nil
}

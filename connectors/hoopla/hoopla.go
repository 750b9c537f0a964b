// Package hoopla reads the events that organisers sell tickets to through Hoopla, of one organiser or of one town.
package hoopla

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/tickets"
	"fritidshub/fetch"
)

// Kind reads the lists of version 3.0 (an organiser's) and 3.1 (a town's) of Hoopla's public interface.
var Kind = connectors.Kind{
	Name:    "hoopla",
	Version: 1,
	Summary: "Leser arrangementer med billettsalg fra Hoopla, for en arrangør eller et sted. Trenger samtykke.",
	Basis:   connectors.BasisReported,
	Options: &Options{}, Recognise: recognise,
	New: func(decode func(any) error) (connectors.Connector, error) {
		var c connector
		if err := decode(&c.Options); err != nil {
			return nil, err
		}
		if u, err := url.Parse(c.ImageBase); c.ImageBase != "" && (err != nil || u.Scheme != "https" || u.Host == "" || !strings.HasSuffix(c.ImageBase, "/")) {
			return nil, fmt.Errorf("options.image_base er %q; skriv en https-adresse som slutter på /", c.ImageBase)
		}
		return &c, tickets.MaxDetails(&c.MaxDetails)
	},
}

// Options are the options of a hoopla source.
type Options struct {
	Details    bool   `yaml:"details" json:"details,omitempty" jsonschema:"description=Les også hvert arrangement for seg\\, for omtalen. Bare for en arrangørs liste. Uten verdi: nei."`
	MaxDetails int    `yaml:"max_details" json:"max_details,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest arrangementer som leses for seg i en kjøring. Uten verdi: 200."`
	ImageBase  string `yaml:"image_base" json:"image_base,omitempty" jsonschema:"description=Adressen foran bildene i en arrangørs liste. Uten verdi tas bildene ikke med."`
}

type connector struct{ Options }

var layout = tickets.Layout{Kind: "hoopla", Items: []string{"events"},
	Expected: `lista fra Hoopla, {"events": […]}, på …/api/public/v3.0/organizations/<nummer>/events eller …/api/public/v3.1/events?c=<sted>`}

// Parse reads a list.
func Parse(text, address string) (tickets.Page, error) { return layout.Parse(text, address) }

var (
	organisation = regexp.MustCompile(`^(https?://[^/?#]+)/api/public/v[\d.]+/organizations/\d+/events/?(?:[?#]|$)`)
	plain        = regexp.MustCompile(`^[A-Za-z0-9_-]{1,60}$`) // an id that can stand in an address
)

// Pull implements connectors.Connector. A list is one answer: Hoopla heeds no page number.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	a := &adapter{connector: c, details: tickets.Details{Most: c.MaxDetails}}
	if m := organisation.FindStringSubmatch(s.Source.URL); m != nil {
		a.shop = m[1]
	} else if c.Details {
		return connectors.Outcome{}, fmt.Errorf("options.details virker bare når url er en arrangørs liste, …/api/public/v3.0/organizations/<nummer>/events; ta bort details eller rett url")
	}
	w := &tickets.Walk{Session: s, Layout: layout, Pages: 1, Last: a.last,
		Item: func(w *tickets.Walk, item json.RawMessage, where, address string) {
			a.item(ctx, w, item, where, address)
		},
		Next: func(tickets.Page, string) (string, string) { return "", "" }}
	return w.Run(ctx, s.Source.URL)
}

// description is what the event's own answer says of it, "" when it is not to be asked for or does not say. An error is that it could not
// be asked for this time.
func (a *adapter) description(ctx context.Context, w *tickets.Walk, id string) (string, error) {
	u, err := url.Parse(w.Source.URL)
	if !a.Details || !plain.MatchString(id) || err != nil {
		return "", nil
	}
	u = u.JoinPath(id)
	u.RawQuery = ""
	text, _, err := a.details.Read(ctx, w, u.String())
	var own struct {
		Event *struct {
			Description string `json:"description"`
		} `json:"event"`
	}
	switch gone := (*fetch.Error)(nil); {
	case errors.As(err, &gone) && gone.Gone():
	case err != nil:
		return "", err
	case text == "":
		return "", nil
	case json.Unmarshal([]byte(text), &own) == nil && own.Event != nil:
		return catalog.CleanLines(catalog.PlainText(own.Event.Description), catalog.MaxDescription), nil
	}
	a.silent++
	return "", nil
}

// last says what the events' own answers did not give.
func (a *adapter) last(w *tickets.Walk, _ bool) {
	if a.details.Left > 0 {
		w.Warn("", fmt.Sprintf("%d arrangementer er uten omtale: flere leses ikke for seg (options.max_details)", a.details.Left))
	}
	if a.silent > 0 {
		w.Warn("", fmt.Sprintf("%d arrangementer er uten omtale: det er ikke noe svar for hvert av dem som kan leses", a.silent))
	}
}

// Package dx reads the showings that cinemas and houses of culture sell through DX, which is ebillett.no. All showings of a film become
// one listing.
package dx

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"fritidshub/connectors"
)

// Kind reads the list of showings of one partner of api.dx.no.
var Kind = connectors.Kind{
	Name:    "dx",
	Version: 1,
	Summary: "Leser forestillinger med billettsalg fra DX (ebillett.no), som kinoer og kulturhus bruker. Trenger samtykke.",
	Basis:   connectors.BasisReported,
	Options: &Options{}, Recognise: recognise,
	New: newConnector,
}

// Options are the options of a dx source.
type Options struct {
	Venue      *Venue            `yaml:"venue" json:"venue,omitempty" jsonschema:"description=Stedet der alle forestillingene er. Salen blir da datoens eget sted. Uten verdi er salen stedet."`
	Items      string            `yaml:"items" json:"items,omitempty" jsonschema:"description=Hvor i svaret lista er\\, som data.events. Uten verdi: svaret selv\\, eller data\\, events\\, items eller results."`
	Fields     map[string]string `yaml:"fields" json:"fields,omitempty" jsonschema:"description=Hvor i en forestilling hvert felt er: {title: name\\, production: production.id}. Tom tekst leser ikke feltet. Se README."`
	Checkout   string            `yaml:"checkout" json:"checkout,omitempty" jsonschema:"description=Adressen der billetter kjøpes\\, med {partner} og {id}. none: ingen lenke. Uten verdi: checkout.ebillett.no."`
	PageParam  string            `yaml:"page_param" json:"page_param,omitempty" jsonschema:"description=Navnet på sidetallet i adressen. Uten verdi: page."`
	PageSize   int               `yaml:"page_size" json:"page_size,omitempty" jsonschema:"minimum=1,maximum=5000,description=Hvor mange forestillinger en full side har. Uten verdi: 15."`
	Details    bool              `yaml:"details" json:"details,omitempty" jsonschema:"description=Les også hver kommende forestilling for seg (ledige plasser\\, sal). Uten verdi: nei."`
	MaxDetails int               `yaml:"max_details" json:"max_details,omitempty" jsonschema:"minimum=1,maximum=5000,description=Flest forestillinger som leses for seg i en kjøring. Uten verdi: 200."`
	MaxPages   int               `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=5000,description=Flest sider i en kjøring. Uten verdi: 200."`
}

// Venue is the place of all showings.
type Venue struct {
	Name       string `yaml:"name" json:"name" jsonschema:"description=Navnet på stedet"`
	Address    string `yaml:"address" json:"address,omitempty" jsonschema:"description=Gate og nummer"`
	PostalCode string `yaml:"postal_code" json:"postal_code,omitempty" jsonschema:"description=Postnummer"`
	Locality   string `yaml:"locality" json:"locality,omitempty" jsonschema:"description=Poststed"`
}

// Bounds of a run.
const (
	defaultPages = 200
	mostPages    = 5_000
	mostShows    = 50_000 // kept until the whole list is read: a film's showings stand anywhere in it
	usualSize    = 15
	failedAlone  = 3 // showings in a row that cannot be read before a run ends
)

const (
	usualCheckout = "https://checkout.ebillett.no/{partner}/events/{id}/purchase/setup"
	none          = "none"
)

type connector struct {
	Options
	paths map[string][]string
}

func newConnector(decode func(any) error) (connectors.Connector, error) {
	c := &connector{paths: map[string][]string{}}
	if err := decode(&c.Options); err != nil {
		return nil, err
	}
	if err := errors.Join(connectors.Count("max_pages", &c.MaxPages, defaultPages, mostPages), connectors.Count("max_details", &c.MaxDetails, defaultPages, mostPages),
		connectors.Count("page_size", &c.PageSize, usualSize, mostPages)); err != nil {
		return nil, err
	}
	if c.PageParam == "" {
		c.PageParam = "page"
	}
	if c.Items != "" && !path.MatchString(c.Items) {
		return nil, fmt.Errorf("options.items er %q; skriv navn skilt med punktum, som data.events", c.Items)
	}
	if c.Venue != nil && strings.TrimSpace(c.Venue.Name) == "" {
		return nil, fmt.Errorf("options.venue trenger name, navnet på stedet")
	}
	if u, err := url.Parse(c.Checkout); c.Checkout != "" && c.Checkout != none && (err != nil || u.Scheme != "https" || !strings.Contains(c.Checkout, "{id}")) {
		return nil, fmt.Errorf("options.checkout er %q; skriv en https-adresse med {id} i, eller none", c.Checkout)
	}
	for name, paths := range usual {
		c.paths[name] = paths
	}
	for name, p := range c.Fields {
		if _, known := usual[name]; !known {
			return nil, fmt.Errorf("options.fields.%s: det finnes ikke noe felt som heter det; se README for dx", name)
		}
		switch {
		case p == "":
			c.paths[name] = nil
		case path.MatchString(p):
			c.paths[name] = []string{p}
		default:
			return nil, fmt.Errorf("options.fields.%s er %q; skriv navn skilt med punktum, som production.id", name, p)
		}
	}
	return c, nil
}

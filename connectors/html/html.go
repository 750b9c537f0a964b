// Package htmlpage is the kind html: pages that are read by the CSS selectors that the source declares.
// Its folder has the name of the kind; the package is named htmlpage since html is a package of the standard library.
package htmlpage

import (
	"fritidshub/connectors"
	"fritidshub/connectors/selectors"
)

// Kind is the kind html.
var Kind = connectors.Kind{
	Name:      "html",
	Version:   2,
	Summary:   "Nettsider uten strukturerte data, lest med CSS-velgere som står i kilden: liste, neste side, egne sider og felt.",
	Basis:     connectors.BasisDeclared,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of an html source.
type Options struct {
	Items    string           `yaml:"items" json:"items" jsonschema:"description=CSS-velger for hver aktivitet på listesiden."`
	Fields   selectors.Fields `yaml:"fields" json:"fields,omitempty" jsonschema:"description=Feltene til en aktivitet: {title: {css: h3}\\, start: {css: time}}"`
	Next     string           `yaml:"next" json:"next,omitempty" jsonschema:"description=CSS-velger for lenken til neste side."`
	Empty    string           `yaml:"empty" json:"empty,omitempty" jsonschema:"description=CSS-velger for det som står på en side som med rette er tom."`
	Follow   *Follow          `yaml:"follow" json:"follow,omitempty" jsonschema:"description=Les aktivitetenes egne sider."`
	MaxPages int              `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200."`
}

// Follow says where an item links to its own page, and what stands there.
type Follow struct {
	Link   string           `yaml:"link" json:"link" jsonschema:"description=CSS-velger inne i treffet for lenken til egen side."`
	Fields selectors.Fields `yaml:"fields" json:"fields,omitempty" jsonschema:"description=Feltene på egen side. De går foran feltene fra listen."`
}

func newConnector(decode func(any) error) (connectors.Connector, error) {
	var o Options
	if err := decode(&o); err != nil {
		return nil, err
	}
	var c selectors.Checker
	r := &selectors.Reader{
		Items:    c.Need("options.items", o.Items),
		Fields:   c.Fields("options.fields", o.Fields),
		Next:     c.Selector("options.next", o.Next),
		Empty:    c.Selector("options.empty", o.Empty),
		MaxPages: c.Pages("options.max_pages", o.MaxPages),
	}
	if o.Follow != nil {
		r.Link = c.Need("options.follow.link", o.Follow.Link)
		r.Page = c.Fields("options.follow.fields", o.Follow.Fields)
	}
	if !selectors.Has("title", r.Fields, r.Page) {
		c.Fail("options.fields.title mangler; skriv hvor navnet på aktiviteten står, for eksempel title: {css: h3}")
	}
	return r, c.Err()
}

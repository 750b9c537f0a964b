// Package netlab reads a portal of providers, as Aktivitetsportalen Porsgrunn is one: organizers with a page each, and their standing
// activities. The portal has no dated events.
package netlab

import (
	"cmp"

	"fritidshub/connectors"
	"fritidshub/connectors/selectors"
)

// Kind is the kind netlab.
var Kind = connectors.Kind{
	Name:      "netlab",
	Version:   2,
	Summary:   "Portal med aktivitetstilbydere (som Aktivitetsportalen Porsgrunn): én side for hver tilbyder, med faste aktiviteter.",
	Basis:     connectors.BasisAssumed,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of a netlab source. All of them may be left out, but only the form of the addresses is known of the portal.
type Options struct {
	Items      string           `yaml:"items" json:"items,omitempty" jsonschema:"description=CSS-velger for hver tilbyder på listesiden. Uten verdi: lenker til /aktivitetstilbyder/<navn>/."`
	Link       string           `yaml:"link" json:"link,omitempty" jsonschema:"description=CSS-velger inne i treffet for lenken til tilbyderens side. Uten verdi: treffet selv\\, eller første lenke i det."`
	Next       string           `yaml:"next" json:"next,omitempty" jsonschema:"description=CSS-velger for lenken til neste side av listen."`
	Empty      string           `yaml:"empty" json:"empty,omitempty" jsonschema:"description=CSS-velger for det som står på en liste som med rette er tom."`
	Fields     selectors.Fields `yaml:"fields" json:"fields,omitempty" jsonschema:"description=Felt på listesiden\\, inne i treffet."`
	Provider   selectors.Fields `yaml:"provider" json:"provider,omitempty" jsonschema:"description=Felt på tilbyderens side. De går foran feltene fra listen."`
	Activities *Activities      `yaml:"activities" json:"activities,omitempty" jsonschema:"description=Aktivitetene på tilbyderens side. Uten verdi er hver tilbyder én aktivitet."`
	MaxPages   int              `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 1000."`
}

// Activities says where the standing activities stand on a provider's page.
type Activities struct {
	Items  string           `yaml:"items" json:"items" jsonschema:"description=CSS-velger for hver aktivitet på tilbyderens side."`
	Fields selectors.Fields `yaml:"fields" json:"fields" jsonschema:"description=Felt inne i treffet; title må være med."`
}

// The defaults. Only the addresses are verified; the rest is what such pages usually have, and each can be replaced.
const (
	providers = `a[href#=(/aktivitetstilbyder/[^/?#]+/?$)]`
	next      = `a[rel~=next], a.next`
	pages     = 1_000 // the portal has some 300 providers, and a page each
)

func labelled(label string) selectors.Field {
	return selectors.Field{CSS: `dt:contains("` + label + `") + dd`}
}

// provider is the provider's page as far as the editor does not say otherwise.
func provider(own selectors.Fields) selectors.Fields {
	fields := selectors.Fields{
		"title": {CSS: "h1"}, "organizer_kind": labelled("Type"), "age": labelled("Alder"), "price": labelled("Pris"),
		"accessibility": labelled("Tilrettelagt"), "neighbourhood": labelled("Nærmiljø"),
	}
	for name, field := range own {
		fields[name] = field
	}
	if _, stated := own["organizer"]; !stated {
		fields["organizer"] = fields["title"] // the page is about who offers it
	}
	return fields
}

func newConnector(decode func(any) error) (connectors.Connector, error) {
	var o Options
	if err := decode(&o); err != nil {
		return nil, err
	}
	var c selectors.Checker
	r := &selectors.Reader{
		Items:      c.Selector("options.items", cmp.Or(o.Items, providers)),
		Fields:     c.Fields("options.fields", o.Fields),
		Next:       c.Selector("options.next", cmp.Or(o.Next, next)),
		Empty:      c.Selector("options.empty", o.Empty),
		Link:       c.Selector("options.link", o.Link),
		Self:       o.Link == "",
		Page:       c.Fields("options.provider", provider(o.Provider)),
		MaxPages:   c.Pages("options.max_pages", cmp.Or(o.MaxPages, pages)),
		Organizers: true,
	}
	if o.Activities != nil {
		r.Inner = c.Need("options.activities.items", o.Activities.Items)
		r.InnerFields = c.Fields("options.activities.fields", o.Activities.Fields)
		if !selectors.Has("title", r.InnerFields) {
			c.Fail("options.activities.fields.title mangler; skriv hvor navnet på aktiviteten står, for eksempel title: {css: h3}")
		}
	}
	return r, c.Err()
}

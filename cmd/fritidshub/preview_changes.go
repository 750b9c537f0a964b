package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/ingest"
)

var goneWords = map[string]string{"missing": "savnes", "removed": "fjernes", "dropped": "utelates", "held": "holdes tilbake"}

// differ tells changes in the words that residents see.
type differ struct {
	words    *words.Language
	taxonomy *taxonomy.Taxonomy
	zone     *time.Location
	now      time.Time
}

// categories are the names of categories.
func (d *differ) categories(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = d.taxonomy.Label(id, d.words.Tag)
	}
	return strings.Join(names, ", ")
}

// label is what residents see for values of a facet.
func (d *differ) label(facet string, values ...string) string {
	names := make([]string, len(values))
	for i, value := range values {
		names[i] = d.taxonomy.FacetLabel(facet, value, d.words.Tag)
	}
	return strings.Join(names, ", ")
}

// offers are tickets: name, price, whether there are any.
func (d *differ) offers(list []catalog.Offer) string {
	said := make([]string, len(list))
	for i, o := range list {
		parts := []string{o.Name, "", "", ""}
		if o.Price != nil {
			parts[1] = d.words.Amount(*o.Price, o.Currency)
		}
		if o.Availability != "" {
			parts[2] = d.words.T("offer." + string(o.Availability))
		}
		if o.Remaining != nil {
			parts[3] = d.words.T("offer.remaining", *o.Remaining)
		}
		said[i] = joined(", ", parts...)
	}
	return joined("; ", said...)
}

// joined are those of parts that say something.
func joined(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), between)
}

// field is one field of a record in words; JSON where there are none.
func (d *differ) field(name string, value json.RawMessage) string {
	if string(value) == "null" {
		return "(ingen)"
	}
	var r catalog.Record
	doc, err := json.Marshal(map[string]json.RawMessage{name: value})
	if err == nil {
		err = json.Unmarshal(doc, &r)
	}
	if err != nil {
		return string(value)
	}
	said := ""
	switch name {
	case "schedule":
		said = when(r.Schedule, d.words, d.zone, d.now)
	case "place":
		said = where(r.Place)
	case "price":
		said = d.words.Price(r.Price)
	case "age":
		said = d.words.Age(r.Age)
	case "organizer":
		said = r.Organizer.Name
	case "categories":
		said = d.categories(r.Categories)
	case "keywords":
		said = strings.Join(r.Keywords, ", ")
	case "kind", "status", "language":
		said = d.label(name, plain(string(value)))
	case "accessibility":
		said = d.label(name, r.Accessibility...)
	case "inaccessible":
		said = d.label("accessibility", r.Inaccessible...)
	case "schemes":
		said = d.label("scheme", r.Schemes...)
	case "low_threshold", "equipment_loan":
		said = map[string]string{"true": "ja", "false": "nei"}[string(value)]
	case "contact":
		said = joined(", ", r.Contact.Email, r.Contact.Phone, r.Contact.URL)
	case "image":
		said = joined(", ", r.Image.Alt, r.Image.URL)
	case "offers":
		said = d.offers(r.Offers)
	case "scheme":
		said = joined(" · ", r.Scheme.Pays, r.Scheme.ForWhom, r.Scheme.RunBy, r.Scheme.Apply)
	case "modified":
		said = r.Modified.In(d.zone).Format("2.1.2006 15.04")
	}
	if said == "" {
		return string(value)
	}
	return said
}

// apart cuts two texts around the place where they begin to differ.
func apart(a, b string) (string, string) {
	x, y := []rune(a), []rune(b)
	at := 0
	for at < len(x) && at < len(y) && x[at] == y[at] {
		at++
	}
	if at -= 30; at <= 0 {
		return a, b
	}
	return "…" + string(x[at:]), "…" + string(y[at:])
}

// describe tells what would be updated, field by field, and what would go.
func (d *differ) describe(w io.Writer, v ingest.Preview) {
	for i, c := range v.Changes {
		if i == 5 {
			fmt.Fprintf(w, "… og %d endrede til\n", v.Updated-i)
			break
		}
		fmt.Fprintf(w, "Endres: %s\n", c.Title)
		for _, f := range c.Fields {
			before, after := d.field(f.Field, f.Before), d.field(f.Field, f.After)
			if before == after { // in words the same
				before, after = apart(string(f.Before), string(f.After))
			}
			fmt.Fprintf(w, "     %s: %s → %s\n", f.Field, oneLine(before, 100), oneLine(after, 100))
		}
	}
	for i, g := range v.Gone {
		if i == 10 {
			fmt.Fprintf(w, "… og flere som savnes, fjernes eller holdes tilbake\n")
			break
		}
		fmt.Fprintf(w, "Borte, %s: %s\n", goneWords[g.Why], g.Title)
	}
}

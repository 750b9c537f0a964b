package friskus

import (
	"fmt"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
)

// ages are the age groups of Friskus in Norwegian. A senior is a grown-up, a pensioner is older; no group states a number.
var ages = map[string]string{"children": "barn", "teenager": "ungdom", "family": "familie", "senior": "voksne", "pensioner": "eldre"}

// record makes a record of x, without Source. It is good when the reject is nil; notes are remarks that lost nothing else, and
// single says that a recurring event is given by its next date alone.
func (c *connector) record(x Item, source connectors.Source) (r catalog.Record, single bool, notes []string, reject *catalog.Reject) {
	r.NativeID = catalog.NativeID(x.ID.Value)
	r.Title = catalog.CleanText(catalog.PlainText(x.Name.Value), catalog.MaxTitle)
	refuse := func(field, found, reason string) (catalog.Record, bool, []string, *catalog.Reject) {
		if found != "" {
			reason += fmt.Sprintf(", men det står «%s»", found)
		}
		return r, false, nil, &catalog.Reject{NativeID: r.NativeID, Title: r.Title, Locator: x.Where, Field: field, Reason: reason + ".", Fixer: catalog.FixSource}
	}
	switch {
	case r.NativeID == "":
		return refuse("id", x.ID.Bad, "Arrangementet må ha en id")
	case r.Title == "":
		return refuse("name", x.Name.Bad, "Arrangementet må ha et navn")
	case x.Start.Value == "":
		return refuse("start_at", x.Start.Bad, "Arrangementet må ha en start")
	}
	var err error
	if r.Schedule, single, err = c.schedule(x, source.Zone); err != nil {
		return refuse("start_at", "", "Starten kan ikke leses: "+err.Error())
	}
	repeats := recurring(x)
	if r.Kind = c.kindOf(r.Title); r.Kind == "" {
		r.Kind = source.Kind
	}
	switch {
	case r.Kind != "":
	case repeats:
		r.Kind = catalog.KindActivity
	default:
		r.Kind = catalog.KindEvent
	}
	if c.site != nil && uuid.MatchString(r.NativeID) {
		r.URL = c.site.JoinPath("events", r.NativeID).String()
	}
	if u, ok := catalog.CleanURL(x.Image.Value, ""); ok {
		r.Image = &catalog.Image{URL: u}
	}
	if name := catalog.CleanText(x.By.Value.Name, catalog.MaxText); name != "" {
		r.Organizer = &catalog.Organizer{Name: name}
	}
	if x.Free.Value { // false only says that nobody has ticked it
		r.Price = &catalog.Price{Free: catalog.Yes}
	}
	for _, group := range append(slices.Clone(x.Ages.Value[:min(len(x.Ages.Value), catalog.MaxKeywords)]), x.Origin.Value) {
		word, known := ages[strings.ToLower(group)]
		if !known {
			word = catalog.CleanText(group, 100)
		}
		if word != "" && !slices.Contains(r.Keywords, word) {
			r.Keywords = append(r.Keywords, word)
		}
	}
	return r, single, x.notes(source), nil
}

// notes says which optional values of x could not be used.
func (x Item) notes(source connectors.Source) (notes []string) {
	for _, f := range []struct{ name, bad string }{
		{"end_at", x.End.Bad}, {"thumbnail_url", x.Image.Bad}, {"age_group", x.Ages.Bad}, {"is_free", x.Free.Bad}, {"is_recurring", x.Repeats.Bad},
		{"occurrences_count", x.Count.Bad}, {"event_source", x.Origin.Bad}, {"organization", x.By.Bad}, {"rrule", x.Rule.Bad},
	} {
		if f.bad != "" {
			notes = append(notes, fmt.Sprintf("%s har en verdi av feil slag og er utelatt: «%s»", f.name, f.bad))
		}
	}
	if x.End.Value != "" {
		start, _ := moment(x.Start.Value, source.Zone)
		switch end, err := moment(x.End.Value, source.Zone); {
		case err != nil:
			notes = append(notes, "end_at kan ikke leses og er utelatt: "+err.Error())
		case end.Day != start.Day || end.Time.Before(start.Time):
			notes = append(notes, "end_at passer ikke til start_at og er utelatt")
		}
	}
	return notes
}

package hsds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/when"
)

// adapter makes records of what documents hold, and counts what it passes over.
type adapter struct {
	source connectors.Source
	today  time.Time
	closed int // services that are not offered at present
	terms  int // words of a taxonomy
}

func plain(t text, most int) string { return catalog.CleanText(catalog.PlainText(string(t)), most) }

// records makes the records of an item, without Source: of a service one for each of its places.
func (a *adapter) records(it Item) (out []catalog.Record, notes []string, reject *catalog.Reject) {
	refuse := func(id, title text, field, reason string) ([]catalog.Record, []string, *catalog.Reject) {
		return nil, nil, &catalog.Reject{NativeID: catalog.NativeID(string(id)), Title: plain(title, 200), Locator: it.Where, Field: field, Reason: reason, Fixer: catalog.FixSource}
	}
	switch {
	case it.Term:
		a.terms++
		return nil, nil, nil
	case it.Location != nil:
		l := it.Location
		if l.ID == "" || plain(l.Name, 0) == "" {
			return refuse(l.ID, l.Name, "name", "Stedet må ha id og navn.")
		}
		r, notes := a.facility(l)
		return []catalog.Record{r}, notes, nil
	case it.Organization != nil:
		o := it.Organization
		r := catalog.Record{NativeID: catalog.NativeID(string(o.ID)), Kind: catalog.KindActivity, Title: plain(o.Name, catalog.MaxTitle), Description: description(o.Description), Organizer: organizer(o)}
		r.URL, _ = catalog.CleanURL(string(o.Website), "")
		if r.NativeID == "" || r.Title == "" {
			return refuse(o.ID, o.Name, "name", "Organisasjonen må ha id og navn.")
		}
		return []catalog.Record{r}, nil, nil
	}
	s, places := it.Service, []AtLocation(nil)
	if it.At != nil {
		s, places = it.At.Service.Value, []AtLocation{*it.At}
	} else if s != nil {
		places = s.Places.Value
	}
	switch {
	case s == nil:
		return refuse("", "", "", "Dette er verken en tjeneste (service), en organisasjon eller et sted etter HSDS 3.0.")
	case s.ID == "":
		return refuse("", s.Name, "id", "Tjenesten må ha en id.")
	case plain(s.Name, 0) == "":
		return refuse(s.ID, "", "name", "Tjenesten må ha et navn.")
	case s.Status != "" && !strings.EqualFold(string(s.Status), "active"):
		a.closed++
		return nil, nil, nil
	}
	r, notes := a.service(s)
	places = slices.DeleteFunc(slices.Clone(places), func(at AtLocation) bool { return at.Location.Value != nil && at.Location.Value.Type == "postal" })
	if len(places) == 0 {
		return []catalog.Record{r}, notes, nil
	}
	for _, at := range places {
		one := r
		if one.NativeID = catalog.NativeID(string(at.ID)); one.NativeID == "" {
			one.NativeID = catalog.NativeID(string(s.ID + "/" + at.LocationID))
		}
		l := at.Location.Value
		one.Place = place(l)
		about := []text{s.Description}
		if !strings.Contains(string(s.Description), string(at.Description)) {
			about = append(about, at.Description)
		}
		about = append(about, s.Alert, s.Eligibility, s.Application)
		if l != nil {
			for _, x := range l.Accessibility.Value {
				about = append(about, x.Description)
			}
		}
		one.Description = description(about...)
		if len(at.Schedules.Value) > 0 {
			var more []string
			one.Schedule, more = times(at.Schedules.Value, a.source.Zone)
			notes = append(notes, more...)
		}
		out = append(out, one)
	}
	return out, notes, nil
}

func description(parts ...text) string {
	var out []string
	for _, p := range parts {
		if t := catalog.CleanLines(catalog.PlainText(string(p)), catalog.MaxDescription); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return catalog.CleanLines(strings.Join(out, "\n\n"), catalog.MaxDescription)
}

func (a *adapter) service(s *Service) (r catalog.Record, notes []string) {
	r = catalog.Record{NativeID: catalog.NativeID(string(s.ID)), Kind: a.source.Kind, Title: plain(s.Name, catalog.MaxTitle), Description: description(s.Description, s.Alert, s.Eligibility, s.Application)}
	r.URL, _ = catalog.CleanURL(string(s.URL), "")
	if r.Organizer = organizer(s.Organization.Value); r.URL == "" && r.Organizer != nil {
		r.URL = r.Organizer.URL
	}
	r.Schedule, notes = times(s.Schedules.Value, a.source.Zone)
	for _, m := range []struct{ name, bad string }{{"schedules", s.Schedules.Bad}, {"service_at_locations", s.Places.Bad}, {"cost_options", s.Costs.Bad},
		{"organization", s.Organization.Bad}, {"languages", s.Languages.Bad}, {"attributes", s.Attributes.Bad}} {
		if m.bad != "" {
			notes = append(notes, fmt.Sprintf("%s har en verdi av feil slag og er utelatt: «%s»", m.name, m.bad))
		}
	}
	if low, high := years(s.MinAge), years(s.MaxAge); (low != nil || high != nil) && (low == nil || high == nil || *low <= *high) {
		r.Age = &catalog.Age{Min: low, Max: high}
	}
	word := func(t text) {
		if w := plain(t, 100); w != "" && len(r.Keywords) < catalog.MaxKeywords && !slices.Contains(r.Keywords, w) {
			r.Keywords = append(r.Keywords, w)
		}
	}
	for _, x := range s.Attributes.Value {
		if x.Term.Value != nil {
			word(x.Term.Value.Name)
		}
	}
	for _, x := range s.Languages.Value {
		word(x.Name)
	}
	if t, err := when.Parse(string(s.Modified), time.UTC); err == nil && !t.Day {
		r.Modified = t.Time.UTC()
	}
	if r.Kind == "" || r.Kind.NeedsDate() && !r.Schedule.Dated() {
		r.Kind = catalog.KindActivity
	}
	return r, append(notes, a.price(s, &r)...)
}

// price reads the costs that hold now or later. A price of 0 is stated by the provider, so all of them 0 is free.
func (a *adapter) price(s *Service, r *catalog.Record) (notes []string) {
	p := catalog.Price{Text: plain(s.FeesText, catalog.MaxText)}
	words := p.Text
	vague, unit := false, ""
	for i, c := range s.Costs.Value {
		from, _ := day(c.From)
		through, _ := day(c.To)
		if c.Amount == "" || !through.IsZero() && through.Before(a.today) {
			continue
		}
		m, err := catalog.ParseMoney(string(c.Amount))
		if err != nil {
			notes, vague = append(notes, fmt.Sprintf("cost_options[%d] er utelatt: amount «%s» er ikke et beløp", i, catalog.CleanText(string(c.Amount), 40))), true
			continue
		}
		o := catalog.Offer{Name: plain(c.Option, catalog.MaxText), Price: &m, Currency: strings.ToUpper(plain(c.Currency, 10))}
		if unit = plain(c.About, 200); unit != "" {
			o.Name = strings.TrimPrefix(o.Name+", "+unit, ", ")
		}
		if !from.IsZero() {
			o.ValidFrom = catalog.LocalTime(a.source.Zone, from)
		}
		if !through.IsZero() {
			o.ValidThrough = catalog.LocalTime(a.source.Zone, through.AddDate(0, 0, 1))
		}
		if len(r.Offers) < catalog.MaxOffers {
			r.Offers = append(r.Offers, o)
		}
		if len(r.Offers) > 1 && p.Currency != o.Currency {
			vague = true
		}
		p.Currency = o.Currency
		if p.Min == nil || m < *p.Min {
			p.Min = &m
		}
		if p.Max == nil || m > *p.Max {
			p.Max = &m
		}
	}
	switch {
	case vague:
		p = catalog.Price{Text: words}
	case p.Max != nil && *p.Max == 0:
		p.Free = catalog.Yes
	}
	if p != (catalog.Price{}) {
		r.Price = &p
	}
	return notes
}

func years(t text) *int {
	f, err := strconv.ParseFloat(string(t), 64)
	if n := int(f); err == nil && f == float64(n) && n >= 0 && n <= 120 {
		return &n
	}
	return nil
}

// registered are the names of Enhetsregisteret in org-id.guide, which HSDS points to.
var registered = []string{"NO-BRC", "NO-BRREG"}

func organizer(o *Organization) *catalog.Organizer {
	if o == nil || plain(o.Name, 0) == "" {
		return nil
	}
	out := &catalog.Organizer{Name: plain(o.Name, catalog.MaxTitle)}
	out.URL, _ = catalog.CleanURL(string(o.Website), "")
	for _, x := range o.Identifiers.Value {
		if slices.Contains(registered, strings.ToUpper(string(x.Scheme))) && out.OrgNumber == "" {
			out.OrgNumber = plain(x.Value, 20)
		}
	}
	return out
}

// place is a location that one can go to, or that it is online; a postal one is neither.
func place(l *Location) *catalog.Place {
	if l == nil || l.Type == "postal" {
		return nil
	}
	p := catalog.Place{Name: plain(l.Name, catalog.MaxTitle), Online: l.Type == "virtual"}
	if p.Online {
		return &p
	}
	list := l.Addresses.Value
	at := slices.IndexFunc(list, func(x address) bool { return x.Type != "postal" })
	if at < 0 {
		at = 0
	}
	if at < len(list) {
		p.Address, p.Locality, p.PostalCode = plain(list[at].Street, catalog.MaxTitle), plain(list[at].City, catalog.MaxTitle), plain(list[at].PostalCode, 20)
	}
	p.Geo = markup.Point(string(l.Lat), string(l.Lon))
	if p == (catalog.Place{}) {
		return nil
	}
	return &p
}

// facility is a location by itself, with its opening hours.
func (a *adapter) facility(l *Location) (r catalog.Record, notes []string) {
	about := []text{l.Description, l.Transport}
	for _, x := range l.Accessibility.Value {
		about = append(about, x.Description)
	}
	r = catalog.Record{NativeID: catalog.NativeID(string(l.ID)), Kind: catalog.KindFacility, Title: plain(l.Name, catalog.MaxTitle), Description: description(about...), Place: place(l)}
	r.URL, _ = catalog.CleanURL(string(l.URL), "")
	r.Schedule, notes = times(l.Schedules.Value, a.source.Zone)
	return r, notes
}

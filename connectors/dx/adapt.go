package dx

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors/when"
)

var (
	partner = regexp.MustCompile(`/partners/([A-Za-z0-9_-]{1,40})(?:/|$)`) // the number in the address of a list
	plain   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,60}$`)                  // an id that can stand in an address
)

// add takes a showing into its production, or says which field keeps it from it.
func (w *walk) add(x item) (field, reason string) {
	title := text(x.get("title"), catalog.MaxTitle)
	if title == "" {
		return "title", "Forestillingen har ikke noe navn. Ligger navnet i et annet felt, så skriv hvilket i options.fields.title."
	}
	id := catalog.NativeID(x.get("id"))
	if id == "" {
		return "id", "Forestillingen har ingen id. Ligger den i et annet felt, så skriv hvilket i options.fields.id."
	}
	start, err := when.Parse(x.get("start"), w.s.Source.Zone)
	if err != nil {
		return "start", "Starten kan ikke leses: " + err.Error() + "."
	}
	o := catalog.Occurrence{Start: start.Time, AllDay: start.Day}
	if end, err := when.Parse(x.get("end"), w.s.Source.Zone); err == nil && end.Day == start.Day && end.Time.After(start.Time) {
		o.End = end.Time
	}
	if !o.AllDay { // also of a time with another offset
		o.Start = o.Start.In(w.s.Source.Zone)
	}
	sale := w.checkout(id)
	r := catalog.Record{Source: w.s.Source.ID, NativeID: id, Kind: cmp.Or(w.s.Source.Kind, catalog.KindEvent), Title: title, Price: price(x),
		Description: catalog.CleanLines(catalog.PlainText(x.get("description")), catalog.MaxDescription)}
	if r.URL, _ = catalog.CleanURL(x.get("url"), w.s.Source.URL); r.URL == "" {
		r.URL = sale
	}
	r.Schedule.Dates = []catalog.Occurrence{o}
	switch strings.ToLower(x.get("cancelled")) {
	case "true", "1":
		r.Status = catalog.StatusCancelled
	}
	if u, ok := catalog.CleanURL(x.get("image"), w.s.Source.URL); ok {
		r.Image = &catalog.Image{URL: u}
	}
	if word := text(x.get("category"), 100); word != "" {
		r.Keywords = []string{word}
	}
	hall := text(x.get("hall"), catalog.MaxTitle)
	switch v := w.Venue; {
	case v != nil:
		r.Place = &catalog.Place{Name: v.Name, Address: v.Address, PostalCode: v.PostalCode, Locality: v.Locality}
	case hall != "":
		r.Place, hall = &catalog.Place{Name: hall}, ""
	}
	if _, to := o.Span(w.s.Source.Zone); !to.Before(w.s.Now) && r.Status == "" { // nothing is sold to what is over or called off
		r.Offers = w.offers(x, sale, hall, r.Price)
	}
	key := id
	if of := catalog.NativeID(x.get("production")); of != "" && of != "0" {
		key = "production-" + of
	}
	w.shows.Add(key, r)
	return "", ""
}

// checkout is where tickets to a showing are bought, "" when it is not known.
func (w *walk) checkout(id string) string {
	m := partner.FindStringSubmatch(w.s.Source.URL)
	form := cmp.Or(w.Checkout, usualCheckout)
	if form == none || !plain.MatchString(id) || m == nil && strings.Contains(form, "{partner}") {
		return ""
	}
	if m == nil {
		m = []string{"", ""}
	}
	u, _ := catalog.CleanURL(strings.NewReplacer("{partner}", m[1], "{id}", id).Replace(form), "")
	return u
}

// linked leads to the sale of the first showing that is not over, unless the list has a page for the whole production.
func (w *walk) linked(r catalog.Record) catalog.Record {
	for _, o := range r.Schedule.Dates {
		if _, to := o.Span(w.s.Source.Zone); len(w.paths["url"]) == 0 && !to.Before(w.s.Now) {
			r.URL = o.URL
			break
		}
	}
	return r
}

// offers is the sale of one showing. A count of what is left says something only where seats are counted.
func (w *walk) offers(x item, url, hall string, p *catalog.Price) []catalog.Offer {
	o := catalog.Offer{URL: url, ValidFrom: w.instant(x.get("sale_from")), ValidThrough: w.instant(x.get("sale_until"))}
	capacity, errAll := strconv.Atoi(x.get("capacity"))
	left, errLeft := strconv.Atoi(x.get("available"))
	if errAll == nil && errLeft == nil && capacity > 0 && left >= 0 && left <= capacity {
		o.Remaining, o.RemainingAt, o.Availability = &left, w.s.Now, catalog.Available
		if left == 0 {
			o.Availability = catalog.SoldOut
		}
	}
	if p != nil && *p.Min == *p.Max {
		o.Price = p.Min
	}
	if o == (catalog.Offer{}) {
		return nil
	}
	o.Name = hall
	return []catalog.Offer{o}
}

func (w *walk) instant(s string) time.Time {
	t, err := when.Parse(s, w.s.Source.Zone)
	if err != nil || t.Day {
		return time.Time{}
	}
	return t.Time
}

// price is read only from fields that an option names, in kroner. 0 alone is not stated: nothing says that it means free of charge.
func price(x item) *catalog.Price {
	low, errLow := catalog.ParseMoney(x.get("min_price"))
	high, errHigh := catalog.ParseMoney(x.get("max_price"))
	switch {
	case errLow != nil && errHigh != nil:
		return nil
	case errLow != nil:
		low = high
	case errHigh != nil:
		high = low
	}
	if high == 0 || high < low {
		return nil
	}
	p := &catalog.Price{Min: &low, Max: &high, Unit: "ticket"}
	if low > 0 {
		p.Free = catalog.No
	}
	return p
}

// text is s on one line, without markup.
func text(s string, most int) string { return catalog.CleanText(catalog.PlainText(s), most) }

package tickster

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/tickets"
	"fritidshub/connectors/when"
)

// adapter makes records of events. Single events are emitted as they come, performances when the last event is read.
type adapter struct {
	*connector
	source connectors.Source
	emit   func(catalog.Record)
	reject func(catalog.Reject)
	warn   func(where, text string)

	venues      map[string]Venue
	organizers  map[string]Organizer
	seen        map[string]bool // events by id, also those that are not wanted
	parents     map[string]bool // productions that have performances of their own
	series      tickets.Series
	at          map[string]*production
	productions []*production
	items       int // events, without repeats
	rejects     int
	untold      int   // events that do not say what is asked for
	err         error // of emit
}

// production is what a production says of itself, and the performances that stand in it.
type production struct {
	catalog.Record
	where string
	shows []catalog.Record
}

func (c *connector) adapter(s *connectors.Session) *adapter {
	return &adapter{connector: c, source: s.Source, warn: s.Warn, venues: map[string]Venue{}, organizers: map[string]Organizer{},
		seen: map[string]bool{}, parents: map[string]bool{}, at: map[string]*production{}}
}

// id is the same for the two ways in which Tickster writes ids.
func id(t text) string { return catalog.NativeID(strings.ToLower(string(t))) }

func title(t text) string { return catalog.CleanText(catalog.PlainText(string(t)), catalog.MaxTitle) }

// keep remembers the places and organisers of a dump.
func (a *adapter) keep(list string, _ int, item json.RawMessage) error {
	switch list {
	case "venues":
		var v Venue
		if json.Unmarshal(item, &v) == nil {
			a.venues[id(v.ID)] = v
		}
	case "organizers":
		var o Organizer
		if json.Unmarshal(item, &o) == nil {
			a.organizers[id(o.ID)] = o
		}
	}
	return nil
}

// event reads an event of the dump.
func (a *adapter) event(item json.RawMessage, where, address string) {
	var e Event
	field, reason := tickets.Decode(item, &e)
	a.read(&e, field, reason, where, address)
}

// read takes over an event; reason says why it cannot be used, when that is known already.
func (a *adapter) read(e *Event, field, reason, where, address string) {
	key := id(e.ID)
	if key != "" && a.seen[key] {
		return
	}
	a.seen[key] = true
	a.items++
	kind := strings.ReplaceAll(strings.ToLower(string(cmp.Or(e.Type, e.EventType))), "-", "")
	parent := ""
	if kind == "productionchild" {
		parent = id(cmp.Or(e.Production, e.Parent))
		a.parents[parent] = true
	}
	var r catalog.Record
	switch {
	case reason != "":
	case kind == "collection", e.Published.Value != nil && !*e.Published.Value, !a.wants(e):
		return
	case key == "":
		field, reason = "id", "Arrangementet har ingen id."
	case title(e.Name) == "":
		field, reason = "name", "Arrangementet har ikke noe navn."
	case kind == "production":
		a.production(e, where, address)
		return
	default:
		r = a.record(e, address)
		field, reason = a.date(&r, e)
	}
	switch {
	case reason != "":
		a.reject(catalog.Reject{NativeID: key, Title: title(e.Name), Locator: where, Field: field, Reason: reason, Fixer: catalog.FixSource})
	case parent != "" && r.Schedule.Dated():
		a.series.Add(parent, r)
	default:
		a.emit(r)
	}
}

func (a *adapter) venue(e *Event) Venue {
	if v := e.Venue.Value; v.ID != "" || v.Name != "" {
		return v
	}
	return a.venues[id(e.VenueID)]
}

func (a *adapter) organizer(e *Event) Organizer {
	if o := e.Organizer.Value; o.ID != "" || o.Name != "" {
		return o
	}
	o := a.organizers[id(e.OrganizerID)]
	o.ID = cmp.Or(o.ID, e.OrganizerID)
	return o
}

// wants says whether the options ask for e. What does not say where it is, or whose, is not asked for, and is counted.
func (a *adapter) wants(e *Event) bool {
	wanted, told := a.asked(e)
	if !told {
		a.untold++
	}
	return wanted && told
}

// mayWant is wants for an event of which more is to be read.
func (a *adapter) mayWant(e *Event) bool {
	wanted, _ := a.asked(e)
	return wanted
}

func (a *adapter) asked(e *Event) (wanted, told bool) {
	v, o := a.venue(e), a.organizer(e)
	wanted, told = true, true
	for _, f := range []struct {
		of    map[string]bool
		words []text
	}{{a.cities, []text{v.City}}, {a.countries, []text{v.Country}}, {a.connector.organizers, []text{o.ID, o.Name}}} {
		if len(f.of) == 0 {
			continue
		}
		said := slices.ContainsFunc(f.words, func(t text) bool { return t != "" })
		fits := slices.ContainsFunc(f.words, func(t text) bool { return f.of[catalog.Fold(string(t))] })
		wanted = wanted && (fits || !said)
		told = told && (said || !wanted)
	}
	return wanted, told
}

// production keeps a production and the performances that stand in it until the last event is read.
func (a *adapter) production(e *Event, where, address string) {
	p := &production{Record: a.record(e, address), where: where}
	for _, child := range e.Children.Value {
		if key := id(child.ID); key == "" || child.Published.Value != nil && !*child.Published.Value {
			continue
		}
		r := p.Record
		r.NativeID, r.Price, r.Offers = id(child.ID), nil, nil
		r.Title = cmp.Or(title(child.Name), r.Title)
		r.URL = cmp.Or(link(cmp.Or(child.InfoURI, child.InfoURL), address), r.URL)
		if field, reason := a.date(&r, &child); reason != "" {
			a.reject(catalog.Reject{NativeID: r.NativeID, Title: r.Title, Locator: where + ".childEvents", Field: field, Reason: reason, Fixer: catalog.FixSource})
			continue
		}
		if r.Schedule.Dated() {
			p.shows = append(p.shows, r)
		}
	}
	a.at[p.NativeID] = p
	a.productions = append(a.productions, p)
}

// finish emits the productions.
func (a *adapter) finish() {
	for _, p := range a.productions {
		for _, r := range p.shows {
			if !a.seen[r.NativeID] { // what is an event by itself says more
				a.parents[p.NativeID] = true
				a.series.Add(p.NativeID, r)
			}
		}
		if !a.parents[p.NativeID] {
			a.reject(catalog.Reject{NativeID: p.NativeID, Title: p.Title, Locator: p.where, Field: "childEvents",
				Reason: "Produksjonen er uten forestillinger i svaret.", Fixer: catalog.FixSource})
		}
	}
	_ = a.series.Each(a.source.Zone, func(r catalog.Record) error {
		a.emit(a.at[r.NativeID].over(r))
		return a.err
	})
	if a.untold > 0 {
		a.warn("", fmt.Sprintf("%d arrangementer er ikke tatt med, fordi de ikke sier det som options spør etter (by, land eller arrangør)", a.untold))
	}
}

// over puts what a production says of itself over what its performances have in common.
func (p *production) over(r catalog.Record) catalog.Record {
	if p == nil {
		return r
	}
	for i, o := range r.Schedule.Dates {
		if o.Title = cmp.Or(o.Title, r.Title); o.Title == p.Title {
			o.Title = ""
		}
		r.Schedule.Dates[i] = o
	}
	r.Title, r.URL, r.Keywords = p.Title, cmp.Or(p.URL, r.URL), p.Keywords
	r.Description, r.Image, r.Age = cmp.Or(p.Description, r.Description), cmp.Or(p.Image, r.Image), cmp.Or(p.Age, r.Age)
	r.Organizer, r.Price = cmp.Or(p.Organizer, r.Organizer), cmp.Or(r.Price, p.Price)
	if len(r.Offers) == 0 {
		r.Offers = p.Offers
	}
	return r
}

// record is what an event says, but its date.
func (a *adapter) record(e *Event, address string) catalog.Record {
	v, o := a.venue(e), a.organizer(e)
	r := catalog.Record{NativeID: id(e.ID), Kind: cmp.Or(a.source.Kind, catalog.KindEvent), Title: title(e.Name),
		URL: link(cmp.Or(e.InfoURI, e.InfoURL), address)}
	var paragraphs []string
	for _, s := range []string{string(e.Description), string(e.Access)} {
		if s = strings.TrimSpace(catalog.PlainText(s)); s != "" {
			paragraphs = append(paragraphs, s)
		}
	}
	r.Description = strings.Join(paragraphs, "\n\n")
	if u := link(e.Image, address); u != "" {
		r.Image = &catalog.Image{URL: u}
	}
	for _, t := range e.Tags.Value {
		if word := strings.TrimPrefix(strings.TrimSpace(string(t)), "#"); word != "" && !slices.Contains(r.Keywords, word) {
			r.Keywords = append(r.Keywords, word)
		}
	}
	place := catalog.Place{Name: string(v.Name), Address: string(v.Address), PostalCode: string(v.Postal), Locality: string(v.City), Geo: markup.Point(string(v.Geo.Lat), string(v.Geo.Lon))}
	if place != (catalog.Place{}) {
		r.Place = &place
	}
	if o.Name != "" {
		r.Organizer = &catalog.Organizer{Name: string(o.Name)}
	}
	if e.Age != "" {
		if r.Age, _ = cell.Age(string(e.Age)); r.Age != nil && r.Age.Text != "" { // what is no range of ages is not stated
			r.Age = nil
		}
	}
	if t, err := moment(e.Updated, e.UpdatedUTC, a.source.Zone); err == nil && !t.Day {
		r.Modified = t.Time
	}
	a.offers(&r, e, address)
	return r
}

// states are those of Tickster's that say something of the sale; the others leave it open.
var states = map[string]catalog.Availability{"releasedforsale": catalog.Available, "notreleased": catalog.NotYet, "saleended": catalog.Ended}

// stocks says what is left.
var stocks = map[string]catalog.Availability{"instock": catalog.Available, "fewleft": catalog.Available, "soldout": catalog.SoldOut}

// offers are the goods that are tickets, or the shop alone when the event lists none.
func (a *adapter) offers(r *catalog.Record, e *Event, address string) {
	base := catalog.Offer{URL: link(cmp.Or(e.ShopURI, e.ShopURL), address), Availability: states[strings.ToLower(string(cmp.Or(e.State, e.EventState)))]}
	if stock, ok := stocks[strings.ToLower(string(e.Stock))]; ok && base.Availability != catalog.Ended && base.Availability != catalog.NotYet {
		base.Availability = stock
	}
	base.ValidFrom, base.ValidThrough = instant(e.SaleStart), instant(e.SaleEnd)
	goods := append(slices.Clone(e.Goods.Value), e.Products.Value...)
	for _, g := range goods {
		if !a.types[catalog.Fold(string(cmp.Or(g.Type, g.ProductType)))] {
			continue
		}
		r.Offers = append(r.Offers, priced(base, string(g.Name), g.Price))
		for _, v := range g.Variants {
			r.Offers = append(r.Offers, priced(base, strings.TrimPrefix(string(g.Name)+": "+string(v.Name), ": "), v.Price))
		}
	}
	if len(r.Offers) == 0 && base != (catalog.Offer{}) {
		r.Offers = []catalog.Offer{base}
	}
	if r.Price = tickets.Range(r.Offers); r.Price != nil && *r.Price.Max == 0 {
		r.Price = nil // free, or not decided
	}
	if len(goods) > 0 && !slices.ContainsFunc(goods, func(g Good) bool { return catalog.Fold(string(cmp.Or(g.Type, g.ProductType))) != "giftcertificate" }) {
		r.Kind = catalog.KindTicket
	}
}

func priced(o catalog.Offer, name string, c cost) catalog.Offer {
	o.Name = name
	if m, err := catalog.ParseMoney(string(cmp.Or(c.IncludingVAT, c.Amount))); err == nil {
		o.Price, o.Currency = &m, strings.ToUpper(string(c.Currency))
	}
	return o
}

// date puts the date and status of e on r, or says which field keeps it from it. A gift certificate has no date, but days that it can be
// bought on.
func (a *adapter) date(r *catalog.Record, e *Event) (field, reason string) {
	start, err := moment(e.Start, e.StartUTC, a.source.Zone)
	if err != nil {
		return "start", fmt.Sprintf("Starten kan ikke leses: %v.", err)
	}
	at := catalog.Occurrence{Start: start.Time, AllDay: start.Day}
	if end, err := moment(e.End, e.EndUTC, a.source.Zone); err == nil && end.Day == start.Day && end.Time.After(start.Time) {
		at.End = end.Time
	}
	if state := strings.ToLower(string(cmp.Or(e.State, e.EventState))); state == "cancelled" || state == "canceled" {
		r.Status = catalog.StatusCancelled
	} else if len(r.Offers) > 0 && !slices.ContainsFunc(r.Offers, func(o catalog.Offer) bool { return o.Availability != catalog.SoldOut }) {
		r.Status = catalog.StatusFull
	}
	if r.Kind == catalog.KindTicket {
		r.Schedule.ValidFrom = day(at.Start)
		if !at.End.IsZero() {
			r.Schedule.ValidThrough = day(at.End)
		}
		return "", ""
	}
	r.Schedule.Dates = []catalog.Occurrence{at}
	return "", ""
}

func day(t time.Time) time.Time { return catalog.Date(t.Year(), t.Month(), t.Day()) }

// moment reads a time as the dump writes it, in zone when it does not say, or one in UTC.
func moment(plain, utc text, zone *time.Location) (when.Time, error) {
	in := zone
	if plain == "" {
		plain, in = utc, time.UTC
	}
	if plain == "" {
		return when.Time{}, fmt.Errorf("den er ikke oppgitt")
	}
	t, err := when.Parse(string(plain), in)
	if err == nil && !t.Day {
		t.Time = t.Time.In(zone)
	}
	return t, err
}

func instant(utc text) time.Time {
	t, err := when.Parse(string(utc), time.UTC)
	if err != nil || t.Day || t.Time.Year() < 2000 {
		return time.Time{}
	}
	return t.Time
}

func link(ref text, address string) string {
	if ref == "" {
		return ""
	}
	u, _ := catalog.CleanURL(string(ref), address)
	return u
}

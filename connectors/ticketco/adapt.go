package ticketco

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/tickets"
	"fritidshub/connectors/when"
)

// event is one event as the list has it, and as it is by itself when that has been read.
type event struct {
	list, whole gjson.Result
	paths       map[string]string
	skipped     bool // its own answer was not asked for
}

func newEvent(item []byte, paths map[string]string) event {
	return event{list: gjson.ParseBytes(item), paths: paths}
}

// add reads the answer of the event by itself, or says why it cannot.
func (e *event) add(text string) (reason string) {
	if !json.Valid([]byte(text)) {
		return "Svaret for arrangementet er ikke gyldig JSON."
	}
	e.whole = gjson.Parse(text)
	if inner := e.whole.Get("event"); inner.IsObject() {
		e.whole = inner
	}
	if !e.whole.IsObject() {
		return "Ventet et arrangement (et JSON-objekt), fant noe annet."
	}
	return ""
}

// get gives a field, from the event by itself when it has it.
func (e *event) get(field string) gjson.Result {
	path := e.paths[field]
	if path == "" {
		return gjson.Result{}
	}
	if v := e.whole.Get(path); v.Exists() && v.Type != gjson.Null {
		return v
	}
	return e.list.Get(path)
}

func (e *event) text(field string) string { return text(e.get(field)) }

// text is a text or a number as written; anything else is none.
func text(v gjson.Result) string {
	switch v.Type {
	case gjson.String:
		return strings.TrimSpace(v.Str)
	case gjson.Number:
		return v.Raw
	}
	return ""
}

const mostWords = 100 // of a list

// words are those of a list of texts or of things with a name, or of one text with commas.
func words(v gjson.Result) (out []string) {
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) && len(out) < mostWords {
			out = append(out, s)
		}
	}
	switch {
	case v.IsArray():
		v.ForEach(func(_, item gjson.Result) bool {
			if item.IsObject() {
				add(cmp.Or(text(item.Get("name")), text(item.Get("title"))))
			}
			add(text(item))
			return len(out) < mostWords
		})
	default:
		for part := range strings.SplitSeq(text(v), ",") {
			add(part)
		}
	}
	return out
}

type adapter struct {
	*connector
	source connectors.Source
	now    time.Time
	series tickets.Series
	items  int
}

func title(s string) string { return catalog.CleanText(catalog.PlainText(s), catalog.MaxTitle) }

// record makes a record with one date, or says which field keeps it from being one.
func (a *adapter) record(e event, address string) (r catalog.Record, field, reason string) {
	if !e.list.IsObject() {
		return r, "", "Ventet et arrangement (et JSON-objekt), fant noe annet."
	}
	r = catalog.Record{NativeID: catalog.NativeID(e.text("id")), Kind: cmp.Or(a.source.Kind, catalog.KindEvent), Title: title(e.text("title")),
		Description: strings.TrimSpace(catalog.PlainText(e.text("description"))), URL: link(e.text("url"), address)}
	start, err := when.Parse(e.text("start"), a.source.Zone)
	switch {
	case r.NativeID == "":
		return r, a.paths["id"], "Arrangementet har ingen id."
	case r.Title == "":
		return r, a.paths["title"], "Arrangementet har ikke noen tittel."
	case e.text("start") == "" && e.skipped:
		return r, a.paths["start"], "Starten står ikke i lista, og flere arrangementer leses ikke for seg selv (options.max_details)."
	case e.text("start") == "":
		return r, a.paths["start"], "Starten er ikke oppgitt."
	case err != nil:
		return r, a.paths["start"], fmt.Sprintf("Starten kan ikke leses: %v.", err)
	}
	at := catalog.Occurrence{Start: start.Time, AllDay: start.Day}
	if end, err := when.Parse(e.text("end"), a.source.Zone); err == nil && end.Day == start.Day && end.Time.After(start.Time) {
		at.End = end.Time
	}
	if !at.AllDay {
		at.Start = at.Start.In(a.source.Zone)
		if !at.End.IsZero() {
			at.End = at.End.In(a.source.Zone)
		}
	}
	r.Schedule.Dates = []catalog.Occurrence{at}
	if u := link(e.text("image"), address); u != "" {
		r.Image = &catalog.Image{URL: u}
	}
	place := catalog.Place{Name: title(e.text("venue")), Address: e.text("address"), PostalCode: e.text("postal_code"), Locality: e.text("city"), Geo: markup.Point(e.text("latitude"), e.text("longitude"))}
	if place != (catalog.Place{}) {
		r.Place = &place
	}
	if name := e.text("organizer"); name != "" {
		r.Organizer = &catalog.Organizer{Name: name}
	}
	for _, w := range append(words(e.get("categories")), words(e.get("tags"))...) {
		if !slices.Contains(r.Keywords, w) {
			r.Keywords = append(r.Keywords, w)
		}
	}
	a.sale(&r, e)
	if status, err := cell.Status(e.text("status")); err == nil {
		r.Status = cmp.Or(status, r.Status)
	}
	return r, "", ""
}

// sale puts the prices and tickets on r.
func (a *adapter) sale(r *catalog.Record, e event) {
	base := catalog.Offer{URL: r.URL, ValidFrom: a.instant(e.text("sale_start")), ValidThrough: a.instant(e.text("sale_end"))}
	currency := strings.ToUpper(cmp.Or(e.text("currency"), a.Currency))
	if left, err := strconv.Atoi(e.text("remaining")); err == nil && left >= 0 {
		if seats, err := strconv.Atoi(e.text("capacity")); err == nil && seats >= left && seats > 0 {
			base.Remaining, base.RemainingAt = &left, a.now
			if left == 0 {
				base.Availability, r.Status = catalog.SoldOut, catalog.StatusFull
			}
		}
	}
	low, high := a.money(e.text("price_min")), a.money(e.text("price_max"))
	if low != nil && high != nil && *low <= *high && *high > 0 { // 0 for both may mean that it is not decided
		r.Price = &catalog.Price{Min: low, Max: high, Currency: currency, Unit: "ticket"}
		if *low > 0 {
			r.Price.Free = catalog.No
		}
		if *low == *high {
			base.Price, base.Currency = low, currency
		}
	}
	e.get("tickets").ForEach(func(_, t gjson.Result) bool {
		o := base
		o.Name, o.Price, o.Currency, o.Remaining, o.RemainingAt = text(t.Get(a.paths["ticket_name"])), a.money(text(t.Get(a.paths["ticket_price"]))), "", nil, time.Time{}
		if o.Price != nil {
			o.Currency = currency
		}
		if t.IsObject() && (o.Name != "" || o.Price != nil) {
			r.Offers = append(r.Offers, o)
		}
		return len(r.Offers) < catalog.MaxOffers
	})
	if p := tickets.Range(r.Offers); r.Price == nil && p != nil && *p.Max > 0 {
		r.Price = p
	}
	if len(r.Offers) == 0 && base != (catalog.Offer{}) {
		r.Offers = []catalog.Offer{base}
	}
}

// money reads an amount, in øre when the options say so; nil when it is none.
func (a *adapter) money(s string) *catalog.Money {
	m, err := catalog.ParseMoney(s)
	if err != nil || a.Cents && m%100 != 0 {
		return nil
	}
	if a.Cents {
		m /= 100
	}
	return &m
}

func (a *adapter) instant(s string) time.Time {
	t, err := when.Parse(s, a.source.Zone)
	if err != nil || t.Day || t.Time.Year() < 2000 {
		return time.Time{}
	}
	return t.Time
}

func link(ref, address string) string {
	if ref == "" {
		return ""
	}
	u, _ := catalog.CleanURL(ref, address)
	return u
}

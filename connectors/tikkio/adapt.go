package tikkio

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors/markup"
)

// number is the id of an event in the addresses of its page and its sale: /events/62563-sommerteater.
var number = regexp.MustCompile(`/(?:events|tickets)/(\d{1,18})(?:[-/?#]|$)`)

// record makes a record of e, without Source, and mends what Tikkio writes otherwise than schema.org means it.
func (w *walk) record(e *markup.Event) (catalog.Record, []markup.Note, *catalog.Reject) {
	r, notes, reject := e.Record(markup.Context{Zone: w.s.Source.Zone, Kind: w.s.Source.Kind, ZeroUnknown: true})
	for _, o := range r.Offers {
		if r.URL == "" { // the event has no address of its own; that of its sale is its page
			r.URL = o.URL
		}
	}
	if m := number.FindStringSubmatch(r.URL); m != nil {
		r.NativeID, r.IDDerived = m[1], false
		if reject != nil {
			reject.NativeID = m[1]
		}
	}
	if p := r.Place; p != nil && p.Address == p.Name {
		p.Address = "" // the name of the venue in the place of its street
	}
	sales(&r)
	price(&r)
	return r, notes, reject
}

// sales drops the beginning of a sale that is only the event's own start, and tells a full house.
func sales(r *catalog.Record) {
	sold := len(r.Offers) > 0
	for i := range r.Offers {
		o := &r.Offers[i]
		for _, d := range r.Schedule.Dates {
			if !o.ValidFrom.Before(d.Start) {
				o.ValidFrom = time.Time{}
			}
		}
		sold = sold && o.Availability == catalog.SoldOut
	}
	if sold && r.Status == "" {
		r.Status = catalog.StatusFull
	}
}

// price: Tikkio states one price where there may be several, so it is the lowest that is known; what the text lists is kept beside it.
func price(r *catalog.Record) {
	if p := r.Price; p != nil {
		p.Max = nil
		if p.Min != nil && *p.Min > 0 {
			p.Free, p.Unit = catalog.No, "ticket"
		}
	}
	if line := priced(r.Description); line != "" {
		if r.Price == nil {
			r.Price = &catalog.Price{}
		}
		r.Price.Text = line
		r.Derived = append(r.Derived, "price")
	}
}

// marker is what stands in a line of prices and not in one of dates.
var marker = regexp.MustCompile(`(?i)💰|🎟|\bkr\b|,-|\bpris(er)?\b|\bbillett(er|pris|priser)?\b|\bforhåndssalg\b|\binngang\b|\bcc\b|\bcover`)

// priced is the first line of a description that lists several prices, "" when none does.
func priced(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if len(line) > 200 || !marker.MatchString(line) {
			continue
		}
		amounts := 0
		for _, word := range strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '/' || c == '|' || c == '\u00a0' }) {
			n, err := strconv.Atoi(strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(word), "kr"), ",-"), ".,;)-"))
			if err == nil && n >= 20 && n < 10_000 && (n < 1990 || n > 2050) {
				amounts++
			}
		}
		if amounts > 1 {
			return line
		}
	}
	return ""
}

package eventbrite

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors/tickets"
	"fritidshub/connectors/when"
)

// statuses are those of a ticket class; UNAVAILABLE and UNKNOWN say nothing more.
var statuses = map[string]catalog.Availability{"AVAILABLE": catalog.Available, "SOLD_OUT": catalog.SoldOut, "NOT_YET_ON_SALE": catalog.NotYet, "SALES_ENDED": catalog.Ended}

// sale reads the tickets, their range of prices, and whether the event is cancelled or full.
func (e *Event) sale(url string, cancelled bool, now time.Time) (*catalog.Price, []catalog.Offer, catalog.Status) {
	var offers []catalog.Offer
	unpriced := false // a ticket that may cost something
	for _, c := range e.Classes.Value {
		if c := c.Value; !c.Hidden.Value && c.Status != "HIDDEN" && c.Category != "add_on" && len(offers) < catalog.MaxOffers {
			o := c.offer(e, url, now)
			offers = append(offers, o)
			unpriced = unpriced || o.Price == nil && !c.Donation.Value
		}
	}
	price := e.price(offers, unpriced)
	open := e.Available.Value
	if len(offers) == 0 {
		o := catalog.Offer{URL: url, ValidFrom: instant(open.From.Value.UTC)}
		switch {
		case open.SoldOut.Value:
			o.Availability = catalog.SoldOut
		case open.Left.Value:
			o.Availability = catalog.Available
		}
		if o != (catalog.Offer{}) {
			offers = []catalog.Offer{o}
		}
	}
	if cancelled {
		for i := range offers {
			offers[i].Availability, offers[i].Remaining, offers[i].RemainingAt = "", nil, time.Time{}
		}
		return price, offers, catalog.StatusCancelled
	}
	if open.SoldOut.Value || len(offers) > 0 && !slices.ContainsFunc(offers, func(o catalog.Offer) bool { return o.Availability != catalog.SoldOut }) {
		return price, offers, catalog.StatusFull
	}
	return price, offers, ""
}

// offer is a ticket class. Its price is what is paid: with the fee and the tax when they come on top.
func (c class) offer(e *Event, url string, now time.Time) catalog.Offer {
	o := catalog.Offer{Name: strings.TrimSpace(string(c.Name)), URL: url, Availability: statuses[string(c.Status)], ValidFrom: instant(c.SalesStart), ValidThrough: instant(c.SalesEnd)}
	paid, stated := c.Cost.Value.money()
	switch {
	case c.Donation.Value:
	case c.Free.Value:
		var none catalog.Money
		o.Price, o.Currency = &none, currency(e.Currency)
	case stated && paid > 0:
		o.Currency = currency(cmp.Or(c.Cost.Value.Currency, e.Currency))
		for _, extra := range []cost{c.Fee.Value, c.Tax.Value} {
			if more, ok := extra.money(); ok && !c.IncludeFee.Value && currency(cmp.Or(extra.Currency, e.Currency)) == o.Currency {
				paid += more
			}
		}
		o.Price = &paid
	}
	total, sold := c.Total.Value, c.Sold.Value
	if e.ShowLeft.Value && o.Availability == catalog.Available && total != nil && sold != nil && *sold >= 0 && *total >= *sold {
		left := *total - *sold
		o.Remaining, o.RemainingAt = &left, now
	}
	return o
}

// price is the range of the tickets that can still be had, else of all; without tickets it is what the event says of them. It is free when
// every ticket is and the event does not deny it, or when the event says so and no ticket denies it.
func (e *Event) price(offers []catalog.Offer, unpriced bool) *catalog.Price {
	gone := func(o catalog.Offer) bool {
		return o.Availability == catalog.SoldOut || o.Availability == catalog.Ended
	}
	p := cmp.Or(tickets.Range(slices.DeleteFunc(slices.Clone(offers), gone)), tickets.Range(offers))
	if p == nil {
		p = e.Available.Value.price(e.Currency)
	}
	said := catalog.NotStated
	if f := e.Free.Value; f != nil {
		said = catalog.FactOf(*f)
	}
	switch {
	case p == nil && said == catalog.Yes:
		return &catalog.Price{Free: catalog.Yes}
	case p == nil || *p.Max > 0 && said != catalog.Yes:
		return p
	case *p.Max > 0: // free, and not: neither wins
		p.Free = catalog.NotStated
		return p
	case said == catalog.Yes, said == catalog.NotStated && len(offers) > 0 && !unpriced:
		p.Free = catalog.Yes
		return p
	}
	return nil // 0 alone does not say that it is free
}

// price is the range that the event itself says.
func (a availability) price(of text) *catalog.Price {
	low, okLow := a.Min.Value.money()
	high, okHigh := a.Max.Value.money()
	if !okLow || !okHigh || low > high {
		return nil
	}
	p := &catalog.Price{Min: &low, Max: &high, Currency: currency(cmp.Or(a.Min.Value.Currency, of)), Unit: "ticket"}
	if low > 0 {
		p.Free = catalog.No
	}
	return p
}

func currency(code text) string { return strings.ToUpper(strings.TrimSpace(string(code))) }

// instant is an end of a sale; the zero time when it is not stated.
func instant(s text) time.Time {
	t, err := when.Parse(string(s), time.UTC)
	if err != nil || t.Day {
		return time.Time{}
	}
	return t.Time
}

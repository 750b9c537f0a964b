package markup

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
)

// offers reads offers: one or many, also within an AggregateOffer, and the price span that they make.
func (a *adapter) offers(n *Node) ([]catalog.Offer, *catalog.Price) {
	p := &pricer{ZeroUnknown: a.ZeroUnknown, free: free(n.text("isAccessibleForFree", "free"))}
	var out []catalog.Offer
	for _, v := range n.Props["offers"] {
		if s, ok := v.(string); ok {
			p.add(s, "")
			continue
		}
		out = a.offer(out, v.(*Node), p)
	}
	return out, p.price()
}

func (a *adapter) offer(out []catalog.Offer, v *Node, p *pricer) []catalog.Offer {
	currency := v.plain("priceCurrency")
	spec := v.node("priceSpecification")
	if currency == "" {
		currency = spec.plain("priceCurrency")
	}
	for _, s := range append(v.texts("lowPrice", "highPrice"), spec.texts("minPrice", "maxPrice")...) {
		p.add(s, currency)
	}
	if len(out) >= catalog.MaxOffers {
		return out
	}
	o := catalog.Offer{Name: line(v.plain("name")), URL: a.url(v.link("url")), Availability: availability(v.text("availability"))}
	text := v.plain("price")
	if text == "" {
		text = spec.plain("price")
	}
	if text != "" {
		o.Price, o.Currency = p.add(text, currency)
	}
	if left, err := strconv.Atoi(v.node("inventoryLevel").plain("value")); err == nil && left >= 0 {
		o.Remaining = &left
	}
	if t, ok := a.time(v.plain("validFrom", "availabilityStarts"), "validFrom"); ok {
		o.ValidFrom = a.instant(t, false)
	}
	if t, ok := a.time(v.plain("validThrough", "availabilityEnds"), "validThrough"); ok {
		o.ValidThrough = a.instant(t, true)
	}
	if o.ValidThrough.Before(o.ValidFrom) && !o.ValidThrough.IsZero() {
		o.ValidFrom, o.ValidThrough = time.Time{}, time.Time{}
	}
	if o != (catalog.Offer{}) {
		out = append(out, o)
	}
	for _, inner := range v.nodes("offers") {
		out = a.offer(out, inner, p)
	}
	return out
}

func availability(s string) catalog.Availability {
	switch local(s) {
	case "InStock", "LimitedAvailability", "OnlineOnly", "InStoreOnly", "PreSale":
		return catalog.Available
	case "SoldOut", "OutOfStock":
		return catalog.SoldOut
	case "Discontinued":
		return catalog.Ended
	}
	return ""
}

func free(s string) catalog.Fact {
	switch strings.ToLower(local(s)) {
	case "true", "yes", "1", "ja":
		return catalog.Yes
	case "false", "no", "0", "nei":
		return catalog.No
	}
	return catalog.NotStated
}

// pricer gathers what an event's offers cost. schema.org's price 0 means free of charge, as long as the source uses it so.
type pricer struct {
	ZeroUnknown bool
	free        catalog.Fact
	min, max    *catalog.Money
	currency    string
	text        []string // prices that are no plain amount
}

var (
	amount    = regexp.MustCompile(`^(?:kr\.?|nok|fra kr\.?)?\s*(\d{1,3}(?:[ \x{a0}\x{202f}]\d{3})+|\d+)((?:[.,]\d+)?)\s*(?:,-|,–|:-|\.-|kr\.?|nok|kroner)?$`)
	freeWords = map[string]bool{"gratis": true, "free": true, "fri entré": true, "fri entre": true, "gratis inngang": true}
)

// add takes one price and gives it as money, when it is a plain amount.
func (p *pricer) add(s, currency string) (*catalog.Money, string) {
	currency = strings.ToUpper(strings.TrimSpace(currency))
	if len(currency) != 3 || currency == "NOK" {
		currency = ""
	}
	s = strings.TrimSpace(catalog.PlainText(s))
	lower := strings.ToLower(s)
	var m catalog.Money
	if !freeWords[lower] {
		found := amount.FindStringSubmatch(lower)
		if found == nil {
			if s != "" && len(s) < 200 {
				p.text = append(p.text, s)
			}
			return nil, ""
		}
		digits := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(found[1])
		var err error
		if m, err = catalog.ParseMoney(digits + found[2]); err != nil {
			return nil, ""
		}
		if m == 0 && (p.ZeroUnknown && p.free != catalog.Yes || p.free == catalog.No) {
			return nil, ""
		}
	}
	if p.min == nil {
		p.currency = currency
	}
	if p.currency == currency {
		if p.min == nil || m < *p.min {
			p.min = &m
		}
		if p.max == nil || m > *p.max {
			p.max = &m
		}
	}
	return &m, currency
}

func (p *pricer) price() *catalog.Price {
	out := catalog.Price{Min: p.min, Max: p.max, Currency: p.currency, Free: p.free, Text: strings.Join(p.text, ", ")}
	if p.max != nil && *p.max == 0 && len(p.text) == 0 {
		out.Free = catalog.Yes
	}
	if p.max != nil && *p.max > 0 && out.Free == catalog.Yes {
		// Free admission beside a price (a donation, a meal): both are stated, neither wins.
		out.Free = catalog.NotStated
	}
	if out == (catalog.Price{}) {
		return nil
	}
	return &out
}

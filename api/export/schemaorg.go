package export

import (
	"fritidshub/catalog"
)

// node is a thing of schema.org; what is empty is left out.
type node map[string]any

func (n node) set(name string, value any) {
	switch v := value.(type) {
	case string:
		if v == "" {
			return
		}
	case node:
		if len(v) == 0 {
			return
		}
	case []node:
		if len(v) == 0 {
			return
		}
	case []string:
		if len(v) == 0 {
			return
		}
	}
	n[name] = value
}

// SchemaOrg gives a listing in the words of https://schema.org: what has a date is an Event, a support scheme a GovernmentService,
// anything else a Service. The context is left to the document around it.
func SchemaOrg(hub Hub, item catalog.Item) map[string]any {
	n := node{"name": item.Title, "identifier": item.ID}
	page := hub.page(item.ID)
	n.set("@id", page)
	if page == "" {
		page = item.URL
	} else {
		n.set("sameAs", item.URL)
	}
	n.set("url", page)
	n.set("description", item.Description)
	if item.Description == "" {
		n.set("description", item.Summary)
	}
	if item.Image != nil {
		n.set("image", item.Image.URL)
	}
	n.set("audience", audience(item.Age))
	n.set("offers", offers(item))
	place, organizer := hub.placeNode(item.Place), organizerNode(item.Organizer)
	switch {
	case item.Start != nil:
		n["@type"] = "Event"
		n.set("startDate", moment(item.Start))
		n.set("endDate", moment(item.End))
		n.set("eventStatus", map[catalog.Status]string{
			catalog.StatusScheduled: "https://schema.org/EventScheduled", catalog.StatusFull: "https://schema.org/EventScheduled",
			catalog.StatusCancelled: "https://schema.org/EventCancelled", catalog.StatusPostponed: "https://schema.org/EventPostponed",
		}[item.Status])
		if o := item.Occurrences; len(o) > 0 && !o[0].PreviousStart.IsZero() && o[0].Start.Equal(item.Start.Time) {
			n.set("previousStartDate", moment(&catalog.ItemTime{Time: o[0].PreviousStart, Day: o[0].AllDay}))
			if item.Status == catalog.StatusScheduled {
				n.set("eventStatus", "https://schema.org/EventRescheduled")
			}
		}
		n.set("location", place)
		n.set("organizer", organizer)
		n.set("inLanguage", item.Language)
		n.set("keywords", item.Categories)
		n.set("typicalAgeRange", ageRange(item.Age))
		if item.Price != nil && item.Price.Free != catalog.NotStated {
			n["isAccessibleForFree"] = item.Price.Free == catalog.Yes
		}
	default:
		n["@type"] = "Service"
		if item.Kind == catalog.KindScheme {
			n["@type"] = "GovernmentService"
		}
		n.set("provider", organizer)
		if len(place) > 0 {
			n["availableChannel"] = node{"@type": "ServiceChannel", "serviceLocation": place}
		}
	}
	return n
}

// SchemaOrgDates gives a listing as SchemaOrg does, once for each of the dates that item has: search engines want one Event for each.
func SchemaOrgDates(hub Hub, item catalog.Item) []map[string]any {
	if len(item.Occurrences) < 2 {
		return []map[string]any{SchemaOrg(hub, item)}
	}
	var out []map[string]any
	for _, o := range item.Occurrences {
		one := item
		one.Occurrences, one.Status = []catalog.Occurrence{o}, o.Status.Or()
		one.Start, one.End = &catalog.ItemTime{Time: o.Start, Day: o.AllDay}, nil
		if !o.End.IsZero() {
			one.End = &catalog.ItemTime{Time: o.End, Day: o.AllDay}
		}
		if o.Title != "" {
			one.Title = o.Title
		}
		n := SchemaOrg(hub, one)
		if page := hub.page(item.ID); page != "" {
			n["@id"] = page + "#" + moment(one.Start)
		}
		out = append(out, n)
	}
	return out
}

func audience(a *catalog.Age) node {
	if a == nil || a.Min == nil && a.Max == nil {
		return nil
	}
	n := node{"@type": "PeopleAudience"}
	if a.Min != nil {
		n["suggestedMinAge"] = *a.Min
	}
	if a.Max != nil {
		n["suggestedMaxAge"] = *a.Max
	}
	return n
}

func ageRange(a *catalog.Age) string {
	if a == nil || a.Min == nil && a.Max == nil {
		return ""
	}
	if a.Min == nil {
		return "0-" + years(a.Max)
	}
	return years(a.Min) + "-" + years(a.Max)
}

func (h Hub) placeNode(p *catalog.ItemPlace) node {
	if p == nil {
		return nil
	}
	if p.Online {
		n := node{"@type": "VirtualLocation"}
		n.set("name", p.Name)
		return n
	}
	n := node{"@type": "Place"}
	n.set("name", p.Name)
	address := node{}
	address.set("streetAddress", p.Address)
	address.set("postalCode", p.PostalCode)
	address.set("addressLocality", p.Locality)
	if p.Locality == "" && p.Municipality != "" && h.Region != nil {
		address.set("addressRegion", h.Region(p.Municipality))
	}
	if len(address) > 0 {
		address["@type"], address["addressCountry"] = "PostalAddress", "NO"
		n["address"] = address
	}
	if p.Lat != nil && p.Lon != nil {
		n["geo"] = node{"@type": "GeoCoordinates", "latitude": *p.Lat, "longitude": *p.Lon}
	}
	return n
}

func organizerNode(o *catalog.ItemOrganizer) node {
	if o == nil {
		return nil
	}
	n := node{"@type": "Organization", "name": o.Name}
	n.set("url", o.URL)
	if o.OrgNumber != "" {
		n["identifier"] = node{"@type": "PropertyValue", "propertyID": "organisasjonsnummer", "value": o.OrgNumber}
	}
	return n
}

// offers gives the offers, or the price as the one offer when there are none.
func offers(item catalog.Item) []node {
	var out []node
	for _, o := range item.Offers {
		n := offer(o.Price, o.Currency)
		n.set("name", o.Name)
		n.set("url", o.URL)
		n.set("availability", map[catalog.Availability]string{
			catalog.Available: "https://schema.org/InStock", catalog.SoldOut: "https://schema.org/SoldOut",
			catalog.NotYet: "https://schema.org/PreOrder", catalog.Ended: "https://schema.org/Discontinued",
		}[o.Availability])
		if !o.ValidFrom.IsZero() {
			n["validFrom"] = moment(&catalog.ItemTime{Time: o.ValidFrom})
		}
		if !o.ValidThrough.IsZero() {
			n["validThrough"] = moment(&catalog.ItemTime{Time: o.ValidThrough})
		}
		if o.Remaining != nil {
			n["inventoryLevel"] = node{"@type": "QuantitativeValue", "value": *o.Remaining}
		}
		out = append(out, n)
	}
	p := item.Price
	if len(out) > 0 || p == nil {
		return out
	}
	switch {
	case p.Min != nil && p.Max != nil && *p.Min < *p.Max:
		return []node{{"@type": "AggregateOffer", "lowPrice": p.Min.String(), "highPrice": p.Max.String(), "priceCurrency": p.Currency}}
	case p.Min != nil:
		return []node{offer(p.Min, p.Currency)}
	case p.Free == catalog.Yes:
		return []node{{"@type": "Offer", "price": "0", "priceCurrency": p.Currency}}
	}
	return nil
}

func offer(price *catalog.Money, currency string) node {
	n := node{"@type": "Offer"}
	if price != nil {
		n["price"], n["priceCurrency"] = price.String(), currency
	}
	return n
}

// Package exchange writes listings and records as the change feeds give them to other hubs and to the world. connectors/fritidshub/README.md
// is the contract of what a listing looks like.
package exchange

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"fritidshub/catalog"
)

// Hub is who publishes.
type Hub struct {
	ID   string
	URL  string // public address, without a slash at its end
	Zone *time.Location
	// Source says what is known of one of the hub's own sources.
	Source func(id string) Source
}

// Source is what a hub says about a source of its own.
type Source struct {
	Name, Licence, Attribution string
	FetchedAt                  time.Time
}

type listing struct {
	Context     map[string]string `json:"@context"`
	Type        string            `json:"@type"`
	ID          string            `json:"@id"`
	URL         string            `json:"url"`
	Identifier  string            `json:"identifier"`
	SameAs      string            `json:"sameAs,omitzero"`
	Name        string            `json:"name"`
	Description string            `json:"description,omitzero"`
	Language    string            `json:"inLanguage,omitzero"`
	Modified    time.Time         `json:"dateModified,omitzero"`
	Image       any               `json:"image,omitempty"`
	Keywords    []string          `json:"keywords,omitempty"`
	Organizer   *organization     `json:"organizer,omitempty"`
	Location    *place            `json:"location,omitempty"`
	Start       string            `json:"startDate,omitzero"`
	End         string            `json:"endDate,omitzero"`
	EventStatus string            `json:"eventStatus,omitzero"`
	AgeRange    string            `json:"typicalAgeRange,omitzero"`
	Audience    any               `json:"audience,omitempty"`
	Free        catalog.Fact      `json:"isAccessibleForFree,omitzero"`
	Offers      []offer           `json:"offers,omitempty"`

	Kind          catalog.Kind     `json:"fritidshub:kind"`
	Hub           string           `json:"fritidshub:hub"`
	Sources       []source         `json:"fritidshub:sources"`
	Summary       string           `json:"fritidshub:summary,omitzero"`
	Categories    []string         `json:"fritidshub:categories,omitempty"`
	Status        catalog.Status   `json:"fritidshub:status,omitzero"`
	Accessibility []string         `json:"fritidshub:accessibility,omitempty"`
	Inaccessible  []string         `json:"fritidshub:inaccessible,omitempty"`
	Schemes       []string         `json:"fritidshub:schemes,omitempty"`
	Scheme        *catalog.Scheme  `json:"fritidshub:scheme,omitempty"`
	LowThreshold  catalog.Fact     `json:"fritidshub:lowThreshold,omitzero"`
	EquipmentLoan catalog.Fact     `json:"fritidshub:equipmentLoan,omitzero"`
	Price         *catalog.Price   `json:"fritidshub:price,omitempty"`
	Schedule      catalog.Schedule `json:"fritidshub:schedule,omitzero"`
	Derived       []string         `json:"fritidshub:derived,omitempty"`
}

type organization struct {
	Type       string    `json:"@type"`
	Name       string    `json:"name"`
	URL        string    `json:"url,omitzero"`
	Identifier *property `json:"identifier,omitempty"`
	Kind       string    `json:"fritidshub:kind,omitzero"`
}

type property struct {
	Type     string `json:"@type"`
	Property string `json:"propertyID"`
	Value    string `json:"value"`
}

type place struct {
	Type          string   `json:"@type"`
	Name          string   `json:"name,omitzero"`
	Address       *address `json:"address,omitempty"`
	Geo           *geo     `json:"geo,omitempty"`
	Municipality  string   `json:"fritidshub:municipality,omitzero"`
	Neighbourhood string   `json:"fritidshub:neighbourhood,omitzero"`
	Online        bool     `json:"fritidshub:online,omitzero"`
}

type address struct {
	Type       string `json:"@type"`
	Street     string `json:"streetAddress,omitzero"`
	PostalCode string `json:"postalCode,omitzero"`
	Locality   string `json:"addressLocality,omitzero"`
	Country    string `json:"addressCountry"`
}

type geo struct {
	Type string  `json:"@type"`
	Lat  float64 `json:"latitude"`
	Lon  float64 `json:"longitude"`
}

type offer struct {
	Type         string         `json:"@type"`
	Name         string         `json:"name,omitzero"`
	Price        *catalog.Money `json:"price,omitempty"`
	Currency     string         `json:"priceCurrency,omitzero"`
	URL          string         `json:"url,omitzero"`
	Availability string         `json:"availability,omitzero"`
	ValidFrom    time.Time      `json:"validFrom,omitzero"`
	ValidThrough time.Time      `json:"validThrough,omitzero"`
	Inventory    any            `json:"inventoryLevel,omitempty"`
	RemainingAt  time.Time      `json:"fritidshub:remainingAt,omitzero"`
}

type source struct {
	catalog.ItemSource
	Via []string `json:"via,omitempty"`
}

type image struct {
	Type    string `json:"@type"`
	URL     string `json:"url"`
	Caption string `json:"caption"`
}

// context says what the names mean, without anyone having to fetch it.
var context = map[string]string{"@vocab": "https://schema.org/", "fritidshub": "urn:fritidshub:"}

// Listing is a listing in the words of https://schema.org, with members of our own for what it has no words for. It follows from the
// listing alone, not from the time.
func (h Hub) Listing(l *catalog.ListingState) (json.RawMessage, error) {
	page := h.URL + "/l/" + l.ID
	out := listing{
		Context: context, Type: "Service", ID: page, URL: page, Identifier: l.ID, SameAs: l.URL, Name: l.Title, Description: l.Description,
		Language: l.Language, Modified: l.Modified, Keywords: l.Keywords, Organizer: organizationOf(l.Organizer), Location: placeOf(l.Place),
		Offers: h.offers(l.Offers), Kind: l.Kind, Hub: h.ID, Sources: h.sources(l), Summary: l.Summary, Categories: l.Categories, Status: l.Status,
		Accessibility: l.Accessibility, Inaccessible: l.Inaccessible, Schemes: l.Schemes, Scheme: l.Scheme, LowThreshold: l.LowThreshold,
		EquipmentLoan: l.EquipmentLoan, Price: l.Price, Schedule: l.Schedule, Derived: l.Derived,
	}
	if out.Description == "" {
		out.Description = l.Summary
	}
	switch {
	case l.Kind == catalog.KindScheme:
		out.Type = "GovernmentService"
	case l.Schedule.Dated():
		out.Type = "Event"
		out.Start, out.End = h.span(l.Schedule)
		out.EventStatus = map[catalog.Status]string{catalog.StatusCancelled: "https://schema.org/EventCancelled",
			catalog.StatusPostponed: "https://schema.org/EventPostponed"}[l.Status]
		if out.EventStatus == "" {
			out.EventStatus = "https://schema.org/EventScheduled"
		}
	}
	if i := l.Image; i != nil {
		out.Image = i.URL
		if i.Alt != "" {
			out.Image = image{"ImageObject", i.URL, i.Alt}
		}
	}
	if a := l.Age; a != nil {
		switch {
		case a.Min != nil && a.Max != nil:
			out.AgeRange = strconv.Itoa(*a.Min) + "-" + strconv.Itoa(*a.Max)
		case a.Min != nil:
			out.AgeRange = strconv.Itoa(*a.Min) + "-"
		case a.Max != nil:
			out.Audience = map[string]any{"@type": "PeopleAudience", "suggestedMaxAge": *a.Max}
		}
	}
	if l.Price != nil {
		out.Free = l.Price.Free
	}
	return json.Marshal(out)
}

// span is when the first date begins and, when nothing recurs, the last one ends.
func (h Hub) span(s catalog.Schedule) (start, end string) {
	var first, last catalog.Occurrence
	for _, o := range s.Dates {
		if first.Start.IsZero() || o.Start.Before(first.Start) {
			first = o
		}
		if o.End.After(last.End) {
			last = o
		}
	}
	for _, series := range s.Series {
		if first.Start.IsZero() || series.Start.Before(first.Start) {
			first = catalog.Occurrence{Start: series.Start, AllDay: series.AllDay}
		}
	}
	if len(s.Series) == 0 && !last.End.IsZero() {
		end = h.moment(last.End, last.AllDay)
	}
	return h.moment(first.Start, first.AllDay), end
}

func (h Hub) moment(t time.Time, day bool) string {
	if day {
		return t.Format(time.DateOnly)
	}
	return t.In(h.Zone).Format(time.RFC3339)
}

// local is a moment in whole seconds in the hub's zone. What is not known stays the zero time.
func (h Hub) local(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.In(h.Zone).Truncate(time.Second)
}

// sources names the records of a listing, the one that its id is made of first.
func (h Hub) sources(l *catalog.ListingState) []source {
	out := make([]source, 0, len(l.Members))
	for _, m := range l.Members {
		if o := m.Origin; o != nil {
			out = append(out, source{catalog.ItemSource{ID: o.Source, NativeID: o.NativeID, Name: o.Name, URL: m.URL, Licence: o.Licence,
				Attribution: o.Attribution, FetchedAt: h.local(o.FetchedAt), Hub: o.Hub}, o.Via})
			continue
		}
		known := h.Source(m.Source)
		item := catalog.ItemSource{ID: m.Source, NativeID: m.NativeID, Name: known.Name, URL: m.URL, Licence: known.Licence, Attribution: known.Attribution, Hub: h.ID}
		item.FetchedAt = h.local(known.FetchedAt)
		out = append(out, source{ItemSource: item})
	}
	made := slices.IndexFunc(out, func(s source) bool {
		return catalog.ListingID(s.Hub, &catalog.Record{Source: s.ID, NativeID: s.NativeID}) == l.ID
	})
	if made > 0 {
		out[0], out[made] = out[made], out[0]
	}
	return out
}

func organizationOf(o *catalog.Organizer) *organization {
	if o == nil {
		return nil
	}
	out := &organization{Type: "Organization", Name: o.Name, URL: o.URL, Kind: o.Kind}
	if o.OrgNumber != "" {
		out.Identifier = &property{"PropertyValue", "organisasjonsnummer", o.OrgNumber}
	}
	return out
}

func placeOf(p *catalog.Place) *place {
	if p == nil {
		return nil
	}
	out := &place{Type: "Place", Name: p.Name, Municipality: p.Municipality, Neighbourhood: p.Neighbourhood, Online: p.Online}
	if p.Address != "" || p.PostalCode != "" || p.Locality != "" {
		out.Address = &address{"PostalAddress", p.Address, p.PostalCode, p.Locality, "NO"}
	}
	if p.Geo != nil {
		out.Geo = &geo{"GeoCoordinates", p.Geo.Lat, p.Geo.Lon}
	}
	if p.Online && out.Address == nil && out.Geo == nil {
		out.Type = "VirtualLocation"
	}
	return out
}

func (h Hub) offers(offers []catalog.Offer) []offer {
	out := make([]offer, len(offers))
	for i, o := range offers {
		out[i] = offer{Type: "Offer", Name: o.Name, Price: o.Price, Currency: o.Currency, URL: o.URL, ValidFrom: h.local(o.ValidFrom), ValidThrough: h.local(o.ValidThrough),
			RemainingAt: h.local(o.RemainingAt), Availability: map[catalog.Availability]string{
				catalog.Available: "https://schema.org/InStock", catalog.SoldOut: "https://schema.org/SoldOut",
				catalog.NotYet: "https://schema.org/PreOrder", catalog.Ended: "https://schema.org/Discontinued",
			}[o.Availability]}
		if o.Price != nil && o.Currency == "" {
			out[i].Currency = "NOK"
		}
		if o.Remaining != nil {
			out[i].Inventory = map[string]any{"@type": "QuantitativeValue", "value": *o.Remaining}
		}
	}
	return out
}

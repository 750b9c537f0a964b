// Package openactive says of listings what OpenActive's Modelling Opportunity Data 2.0 (https://openactive.io/modelling-opportunity-data/)
// has words for: physical activity with an organiser, a place, a price and a time, all of them stated.
package openactive

import (
	"encoding/json"
	"time"

	"fritidshub/catalog"
)

// Hub is who publishes.
type Hub struct {
	URL  string // public address, without a slash at its end
	Zone *time.Location
}

// Mapping leads listings to OpenActive. It is read-only and may be shared.
type Mapping struct{ concepts map[string][]known }

// New reads the embedded table of activities.
func New() (*Mapping, error) {
	concepts, err := readConcepts(conceptsFile)
	return &Mapping{concepts}, err
}

// Concepts are the activities that a category can lead to.
func (m *Mapping) Concepts(category string) []Concept {
	var out []Concept
	for _, k := range m.concepts[category] {
		out = append(out, k.Concept)
	}
	return out
}

type opportunity struct {
	Context     string        `json:"@context"`
	Type        string        `json:"@type"`
	ID          string        `json:"@id"`
	Identifier  string        `json:"identifier"`
	URL         string        `json:"url"`
	Name        string        `json:"name"`
	Description string        `json:"description,omitzero"`
	Image       []image       `json:"image,omitempty"`
	Activity    []Concept     `json:"activity"`
	Organizer   *organization `json:"organizer,omitempty"`
	Provider    *organization `json:"provider,omitempty"` // of a FacilityUse
	Location    *place        `json:"location"`
	Offers      []offer       `json:"offers,omitempty"`
	Free        *bool         `json:"isAccessibleForFree,omitempty"`
	AgeRange    *ages         `json:"ageRange,omitempty"`
	Support     []Concept     `json:"accessibilitySupport,omitempty"`
	Attendance  string        `json:"eventAttendanceMode,omitzero"`
	Status      string        `json:"eventStatus,omitzero"`
	Remaining   *int          `json:"remainingAttendeeCapacity,omitempty"`
	Start       string        `json:"startDate,omitzero"`
	End         string        `json:"endDate,omitzero"`
	Duration    string        `json:"duration,omitzero"`
	Note        string        `json:"schedulingNote,omitzero"`
	Schedule    []plan        `json:"eventSchedule,omitempty"`
	Sessions    []session     `json:"subEvent,omitempty"`
}

type session struct {
	Type     string `json:"@type"`
	ID       string `json:"@id"`
	URL      string `json:"url,omitzero"`
	Start    string `json:"startDate"`
	End      string `json:"endDate,omitzero"`
	Duration string `json:"duration,omitzero"`
	Status   string `json:"eventStatus"`
	Free     *bool  `json:"isAccessibleForFree,omitempty"`
}

type image struct {
	Type string `json:"@type"`
	URL  string `json:"url"`
}

type organization struct {
	Type string `json:"@type"`
	ID   string `json:"@id"`
	Name string `json:"name"`
	URL  string `json:"url,omitzero"`
}

type place struct {
	Type    string   `json:"@type"`
	Name    string   `json:"name"`
	Address *address `json:"address,omitempty"`
	Geo     *geo     `json:"geo,omitempty"`
}

type address struct {
	Type       string `json:"@type"`
	Street     string `json:"streetAddress"`
	Locality   string `json:"addressLocality"`
	Region     string `json:"addressRegion"`
	PostalCode string `json:"postalCode"`
	Country    string `json:"addressCountry"`
}

type geo struct {
	Type string  `json:"@type"`
	Lat  float64 `json:"latitude"`
	Lon  float64 `json:"longitude"`
}

type offer struct {
	Type     string        `json:"@type"`
	Name     string        `json:"name,omitzero"`
	Price    catalog.Money `json:"price"`
	Currency string        `json:"priceCurrency"`
	URL      string        `json:"url,omitzero"`
}

type ages struct {
	Type string `json:"@type"`
	Min  *int   `json:"minValue,omitempty"`
	Max  *int   `json:"maxValue,omitempty"`
}

// Listing is a listing as OpenActive has it, and the type that it is of; nil when it lacks something that the model requires, or is of
// another kind. It follows from the listing alone, not from the time.
func (m *Mapping) Listing(h Hub, l *catalog.Listing) (kind string, data json.RawMessage, err error) {
	switch l.Kind {
	case catalog.KindActivity, catalog.KindEvent, catalog.KindCourse, catalog.KindFacility:
	default:
		return "", nil, nil
	}
	page := h.URL + "/l/" + l.ID
	out := opportunity{Context: "https://openactive.io/", ID: page, Identifier: l.ID, URL: page, Name: l.Title, Description: l.Description,
		Activity: m.activities(l), Location: placeOf(l.Place), Offers: offersOf(&l.Record), AgeRange: agesOf(l.Age), Support: support(l.Accessibility)}
	if out.Description == "" {
		out.Description = l.Summary
	}
	if l.Image != nil {
		out.Image = []image{{"ImageObject", l.Image.URL}}
	}
	by := h.organization(l.Organizer)
	if len(out.Activity) == 0 || by == nil || out.Location == nil {
		return "", nil, nil
	}
	if l.Kind == catalog.KindFacility {
		out.Type, out.Provider, out.AgeRange = "FacilityUse", by, nil // the model has no ages of facilities
	} else if out.Organizer = by; len(out.Offers) == 0 || !h.time(&out, l) {
		return "", nil, nil
	}
	data, err = json.Marshal(out)
	return out.Type, data, err
}

// time says when it is, and by that of which type; false when the hub does not know, or not the hour.
func (h Hub) time(out *opportunity, l *catalog.Listing) bool {
	out.Attendance = "https://schema.org/OfflineEventAttendanceMode"
	out.Status = status(l.Status)
	for _, o := range out.Offers {
		if o.Price == 0 { // the model means by it that one offer is
			free := true
			out.Free = &free
		}
	}
	sessions := h.sessions(l)
	switch recurring := plans(l.Schedule, h.Zone, "ScheduledSession"); {
	case len(recurring) == 0 && len(sessions) == 0:
		return false
	case len(recurring) == 0 && len(sessions) == 1:
		s := sessions[0]
		out.Type, out.Start, out.End, out.Duration = "Event", s.Start, s.End, s.Duration
		if s.Status != status("") {
			out.Status = s.Status
		}
		if l.Status == catalog.StatusFull {
			out.Remaining = new(int)
		}
	default:
		out.Type, out.Schedule, out.Sessions = "SessionSeries", recurring, sessions
		for i := range sessions {
			sessions[i].Free = out.Free
		}
		for _, p := range recurring {
			if p.Type == "PartialSchedule" {
				out.Note = l.Schedule.Text
			}
		}
	}
	return true
}

// maxSessions is how many single dates of one listing are told, the last ones.
const maxSessions = 200

// sessions are the dates of a listing that have an hour.
func (h Hub) sessions(l *catalog.Listing) []session {
	dates := l.Schedule.Dates
	for _, s := range l.Schedule.Series {
		if len(s.Rules) == 0 {
			dates = append(dates[:len(dates):len(dates)], catalog.Occurrence{Start: s.Start, End: s.End, AllDay: s.AllDay, Status: s.Status})
			for _, t := range s.Added {
				dates = append(dates, catalog.Occurrence{Start: t, End: t.Add(max(s.End.Sub(s.Start), 0)), AllDay: s.AllDay, Status: s.Status})
			}
		}
	}
	var out []session
	for _, o := range dates {
		if o.AllDay {
			continue
		}
		start := o.Start.In(h.Zone).Format(time.RFC3339)
		s := session{Type: "ScheduledSession", ID: h.URL + "/l/" + l.ID + "#" + start, URL: o.URL, Start: start, Status: status(o.Status)}
		if d := o.End.Sub(o.Start); d >= time.Minute {
			s.End, s.Duration = o.End.In(h.Zone).Format(time.RFC3339), duration(d)
		}
		out = append(out, s)
	}
	return out[max(len(out)-maxSessions, 0):]
}

func status(s catalog.Status) string {
	switch s {
	case catalog.StatusCancelled:
		return "https://schema.org/EventCancelled"
	case catalog.StatusPostponed:
		return "https://schema.org/EventPostponed"
	}
	return "https://schema.org/EventScheduled"
}

func (h Hub) organization(o *catalog.Organizer) *organization {
	if o == nil || o.Name == "" {
		return nil
	}
	id := o.URL
	if id == "" {
		id = h.URL + "/api/v1/organizers#" + catalog.OrganizerID(o)
	}
	return &organization{"Organization", id, o.Name, o.URL}
}

// placeOf is a place one can go to: with a name, and a whole address or a position. It is nil for any other.
func placeOf(p *catalog.Place) *place {
	if p == nil || p.Online {
		return nil
	}
	out := &place{Type: "Place", Name: p.Name}
	if out.Name == "" {
		out.Name = p.Address
	}
	region := ""
	if len(p.Municipality) == 4 {
		region = counties[p.Municipality[:2]]
	}
	if p.Address != "" && p.Locality != "" && p.PostalCode != "" && region != "" {
		out.Address = &address{"PostalAddress", p.Address, p.Locality, region, p.PostalCode, "NO"}
	}
	if p.Geo != nil {
		out.Geo = &geo{"GeoCoordinates", p.Geo.Lat, p.Geo.Lon}
	}
	if out.Name == "" || out.Address == nil && out.Geo == nil {
		return nil
	}
	return out
}

// counties are those of 2024 by the first two digits of their municipalities' numbers.
var counties = map[string]string{"03": "Oslo", "11": "Rogaland", "15": "Møre og Romsdal", "18": "Nordland", "31": "Østfold", "32": "Akershus",
	"33": "Buskerud", "34": "Innlandet", "39": "Vestfold", "40": "Telemark", "42": "Agder", "46": "Vestland", "50": "Trøndelag", "55": "Troms", "56": "Finnmark"}

// offersOf are the offers with a price, else the price itself; none when it is not stated.
func offersOf(r *catalog.Record) []offer {
	var out []offer
	add := func(name string, price catalog.Money, currency, url string) {
		if currency == "" {
			currency = "NOK"
		}
		out = append(out, offer{"Offer", name, price, currency, url})
	}
	for _, o := range r.Offers {
		if o.Price != nil {
			add(o.Name, *o.Price, o.Currency, o.URL)
		}
	}
	p := r.Price
	switch {
	case len(out) > 0 || p == nil:
	case p.Min != nil && p.Max != nil && *p.Min < *p.Max:
		add("Laveste pris", *p.Min, p.Currency, "")
		add("Høyeste pris", *p.Max, p.Currency, "")
	case p.Min != nil:
		add(p.Text, *p.Min, p.Currency, "")
	case p.Free == catalog.Yes:
		add("Gratis", 0, p.Currency, "")
	}
	return out
}

func agesOf(a *catalog.Age) *ages {
	if a == nil || a.Min == nil && a.Max == nil {
		return nil
	}
	return &ages{"QuantitativeValue", a.Min, a.Max}
}

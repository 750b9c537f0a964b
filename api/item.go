package api

import (
	"cmp"
	"slices"
	"time"

	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

// printer makes items of listings for one answer.
type printer struct {
	hub   HubInfo
	now   time.Time
	from  time.Time // of the range asked for; zero: now
	to    time.Time // zero: the horizon
	words *words.Language
	// timeless leaves out when it takes place: it is said by Listing.Schedule.
	timeless bool
	lang     string // of schedule and price texts, which more languages have words for; empty: that of words
	sources  map[string]Source
}

// item is the listing as the open API gives it; its description and contact only when whole.
func (p *printer) item(l *catalog.ListingState, whole bool) catalog.Item {
	item := catalog.Item{
		ID: l.ID, Kind: l.Kind, Title: l.Title, Summary: l.Summary, URL: l.URL, Image: l.Image, Language: l.Language,
		Categories: l.Categories, Organizer: organizerOf(l.Organizer), Place: placeOf(l.Place),
		Age: l.Age, Price: p.priceOf(l.Price), Offers: p.offersOf(l.Offers),
		Accessibility: l.Accessibility, Inaccessible: l.Inaccessible, Schemes: l.Schemes, Scheme: l.Scheme,
		LowThreshold: l.LowThreshold, EquipmentLoan: l.EquipmentLoan,
		Status:    l.Status.Or(),
		Sources:   p.sourcesOf(l),
		UpdatedAt: p.local(l.UpdatedAt),
	}
	if whole {
		item.Description, item.Contact = l.Description, l.Contact
	}
	if s := l.Schedule; !s.ValidFrom.IsZero() {
		item.ValidFrom = s.ValidFrom.Format(time.DateOnly)
	}
	if s := l.Schedule; !s.ValidThrough.IsZero() {
		item.ValidThrough = s.ValidThrough.Format(time.DateOnly)
	}
	if !p.timeless {
		item.ScheduleText = p.scheduleText(l.Schedule)
		p.addTimes(&item, l.Schedule, p.hub.calendars().At(l.Place))
	}
	return item
}

// farAhead is how far beyond the horizon the next occurrence is looked for when there is none within it.
const farAhead = 10 * 365 * 24 * time.Hour

// scheduleText says when s takes place, unless that is once: then Start and End say it, and pages can say "i morgen".
func (p *printer) scheduleText(s catalog.Schedule) string {
	if s.Text == "" && len(s.Series) == 0 && len(s.Dates) == 1 {
		return ""
	}
	return calendar.Text(s, p.hub.Zone, p.now, cmp.Or(p.lang, p.words.Tag))
}

func (p *printer) addTimes(item *catalog.Item, s catalog.Schedule, known calendar.Calendar) {
	if !s.Dated() {
		return
	}
	horizon := p.now.Add(calendar.HorizonAhead)
	ahead, _ := known.Expand(s, p.now, horizon, 0)
	item.OccurrenceCount = len(ahead)
	shown := p.inRange(s, known, ahead)
	n := min(len(shown), catalog.MaxItemOccurrences)
	item.Occurrences = slices.Clone(shown[:n])
	for i := range item.Occurrences {
		item.Occurrences[i].Status = statusOf(item.Occurrences[i], item.Status)
	}
	if len(shown) == 0 {
		shown, _ = known.Expand(s, horizon, p.now.Add(farAhead), 1)
	}
	if len(shown) == 0 {
		shown = last(s, known)
	}
	if len(shown) == 0 {
		return
	}
	first := shown[max(slices.IndexFunc(shown, func(o catalog.Occurrence) bool { return o.Status != catalog.StatusCancelled }), 0)]
	item.AllDay = &first.AllDay
	item.Start = &catalog.ItemTime{Time: first.Start, Day: first.AllDay}
	if !first.End.IsZero() {
		item.End = &catalog.ItemTime{Time: first.End, Day: first.AllDay}
	}
}

// statusOf is an occurrence's own status, else that of its listing.
func statusOf(o catalog.Occurrence, whole catalog.Status) catalog.Status {
	return cmp.Or(o.Status, whole).Or()
}

// inRange narrows the occurrences ahead to the range asked for, when some lie within it.
func (p *printer) inRange(s catalog.Schedule, known calendar.Calendar, ahead []catalog.Occurrence) []catalog.Occurrence {
	if p.from.IsZero() && p.to.IsZero() {
		return ahead
	}
	from, to := p.from, p.to
	if from.IsZero() {
		from = p.now
	}
	if to.IsZero() {
		to = from.Add(calendar.HorizonAhead)
	}
	if within, _ := known.Expand(s, from, to, catalog.MaxItemOccurrences); len(within) > 0 {
		return within
	}
	return ahead
}

// last gives the last occurrence of a schedule that is over.
func last(s catalog.Schedule, known calendar.Calendar) []catalog.Occurrence {
	ends := known.Ends(s)
	if ends.IsZero() {
		return nil
	}
	occ, _ := known.Expand(s, ends.Add(-time.Second), ends.Add(time.Second), 0)
	return occ[max(len(occ)-1, 0):]
}

func (p *printer) local(t time.Time) time.Time { return localTime(t, p.hub.Zone) }

// localTime is how the API gives a moment: whole seconds in the hub's zone. What is not known stays the zero time.
func localTime(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.In(zone).Truncate(time.Second)
}

func organizerOf(o *catalog.Organizer) *catalog.ItemOrganizer {
	if o == nil {
		return nil
	}
	return &catalog.ItemOrganizer{ID: catalog.OrganizerID(o), Name: o.Name, Kind: o.Kind, OrgNumber: o.OrgNumber, URL: o.URL}
}

func placeOf(p *catalog.Place) *catalog.ItemPlace {
	if p == nil {
		return nil
	}
	item := &catalog.ItemPlace{ID: catalog.PlaceID(p), Name: p.Name, Address: p.Address, PostalCode: p.PostalCode, Locality: p.Locality,
		Municipality: p.Municipality, Neighbourhood: p.Neighbourhood, Online: p.Online}
	if p.Geo != nil {
		item.Lat, item.Lon = &p.Geo.Lat, &p.Geo.Lon
	}
	return item
}

func (p *printer) priceOf(price *catalog.Price) *catalog.ItemPrice {
	if price == nil {
		return nil
	}
	return &catalog.ItemPrice{Min: price.Min, Max: price.Max, Currency: currencyOf(price.Currency), Free: price.Free, Unit: price.Unit, Text: p.words.Price(price)}
}

func currencyOf(c string) string {
	if c == "" {
		return "NOK"
	}
	return c
}

func (p *printer) offersOf(offers []catalog.Offer) []catalog.Offer {
	offers = slices.Clone(offers)
	for i := range offers {
		for _, t := range []*time.Time{&offers[i].RemainingAt, &offers[i].ValidFrom, &offers[i].ValidThrough} {
			*t = p.local(*t)
		}
		if offers[i].Price != nil {
			offers[i].Currency = currencyOf(offers[i].Currency)
		}
	}
	return offers
}

// sourcesOf says where a listing comes from: of a record that came through a peer, where it was first read.
func (p *printer) sourcesOf(l *catalog.ListingState) []catalog.ItemSource {
	out := make([]catalog.ItemSource, 0, len(l.Members))
	for _, m := range l.Members {
		if o := m.Origin; o != nil {
			out = append(out, catalog.ItemSource{ID: o.Source, NativeID: o.NativeID, Name: o.Name, URL: m.URL, Licence: o.Licence,
				Attribution: o.Attribution, FetchedAt: p.local(o.FetchedAt), Hub: o.Hub})
			continue
		}
		src := p.sources[m.Source]
		item := catalog.ItemSource{ID: m.Source, NativeID: m.NativeID, Name: src.Name, URL: m.URL, Licence: src.Licence, Attribution: src.Attribution, Hub: p.hub.ID}
		item.FetchedAt = p.local(src.LastGood)
		out = append(out, item)
	}
	return out
}

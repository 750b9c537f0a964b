package activitystreams

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/when"
)

// ByInvitation is the way to join an event that only those who are invited can.
const ByInvitation = "invite"

// ErrHidden says that an event is not for the public: a draft, by invitation, or not addressed to everyone.
var ErrHidden = errors.New("not for the public")

// Reader makes records of events and places.
type Reader struct {
	Source connectors.Source
	Groups map[string]Actor // known groups by id; events attributed to one of them have it as their organizer
	Zones  when.Zones
}

// IDs are the ids under which e may be mentioned: that of the thing and that of its record.
func (e *Event) IDs() (thing, record string) {
	return e.ID.Value, catalog.NativeID(cmp.Or(e.UUID.Value, e.ID.Value))
}

// Record makes a record of e; address is where it came from. Notes say in Norwegian what could not be used. What is not for the public gives
// ErrHidden; any other error says in Norwegian what is wrong with the field.
func (c *Reader) Record(e *Event, address string) (r catalog.Record, notes []string, field string, err error) {
	_, r.NativeID = e.IDs()
	r.Source, r.Title = c.Source.ID, line(e.Name.Value)
	switch {
	case e.Draft.Value, strings.EqualFold(e.Join.Value, ByInvitation), len(e.To) > 0 && !slices.ContainsFunc(e.To, public):
		return r, nil, "", ErrHidden
	case r.Title == "":
		return r, nil, "name", errors.New("Arrangementet har ikke noe navn.")
	}
	r.Kind = cmp.Or(c.Source.Kind, catalog.KindEvent)
	var note string
	if r.Schedule, note, err = c.Times(e.Start.Value, e.End.Value, e.Zone.Value); err != nil {
		return r, nil, "startTime", err
	}
	if note != "" {
		notes = append(notes, note)
	}
	r.Description = catalog.CleanLines(catalog.PlainText(e.Content.Value), catalog.MaxDescription)
	r.URL, _ = catalog.CleanURL(cmp.Or(page(e.URL), e.ID.Value), address)
	r.Place = where(e.Location, e.Online.Value)
	r.Image = picture(e.Attachments, r.Title, address)
	r.Keywords = Keywords(append([]string{e.Category.Value}, hashtags(e.Tags)...))
	r.Organizer = c.organizer(e.Attributed, address)
	r.Status = Status(cmp.Or(e.Status.Value, e.OldStatus.Value), e.Capacity.Value, e.Remaining.Value)
	r.Offers = SignUp(e.Participation.Value, address)
	r.Modified = Moment(cmp.Or(e.Updated.Value, e.Published.Value))
	if e.Language.Value != "und" {
		r.Language = catalog.CleanText(e.Language.Value, 35)
	}
	if r.NativeID == "" {
		r.NativeID, r.IDDerived = markup.DerivedID(&r), true
	}
	for _, f := range []struct{ name, bad string }{{"content", e.Content.Bad}, {"endTime", e.End.Bad}, {"isOnline", e.Online.Bad}, {"externalParticipationUrl", e.Participation.Bad}} {
		if f.bad != "" {
			notes = append(notes, fmt.Sprintf("%s har en verdi av feil slag og er utelatt: «%s»", f.name, f.bad))
		}
	}
	return r, notes, "", nil
}

// PlaceRecord makes a record of a place, for a source of facilities. The error says in Norwegian what is wrong with the field.
func (c *Reader) PlaceRecord(p *Place, address string) (r catalog.Record, field string, err error) {
	r = catalog.Record{Source: c.Source.ID, NativeID: catalog.NativeID(p.ID.Value), Kind: c.Source.Kind, Title: line(p.Name.Value)}
	switch {
	case r.Title == "":
		return r, "name", errors.New("Stedet har ikke noe navn.")
	case r.Kind == "" || r.Kind.NeedsDate():
		return r, "defaults.kind", errors.New("Dette er et sted, ikke et arrangement. Sett defaults: {kind: facility} for kilden, eller rett url.")
	}
	r.URL, _ = catalog.CleanURL(cmp.Or(page(p.URL), p.Address.URL.Value), address)
	r.Place = p.place()
	if r.NativeID == "" {
		r.NativeID, r.IDDerived = markup.DerivedID(&r), true
	}
	return r, "", nil
}

// public reports whether an address of to is everyone.
func public(l link) bool {
	switch l.address() {
	case "https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public":
		return true
	}
	return false
}

// Times reads a start and an end. Zone is the event's own by its IANA name: it counts for times without an offset when it is the name of a
// place, else the source's does. Note says in Norwegian why an end is left out.
func (c *Reader) Times(from, to, zone string) (s catalog.Schedule, note string, err error) {
	local := c.Source.Zone
	if own := c.Zones.Place(zone); own != nil {
		local, s.Zone = own, zone
	}
	start, err := when.Parse(from, local)
	if err != nil {
		return s, "", fmt.Errorf("Starten kan ikke leses: %w.", err)
	}
	o := catalog.Occurrence{Start: start.Time, AllDay: start.Day}
	if to != "" {
		end, err := when.Parse(to, local)
		switch {
		case err != nil:
			note = "Slutten kan ikke leses og er utelatt: " + err.Error()
		case end.Day != start.Day || end.Time.Before(start.Time):
			note = "Slutten er før starten og er utelatt"
		case end.Time.After(start.Time):
			o.End = end.Time
		}
	}
	s.Dates = []catalog.Occurrence{o}
	return s, note, nil
}

// where is the first physical place, else that it is online.
func where(places []Place, online bool) *catalog.Place {
	var found *catalog.Place
	for i := range places {
		p := places[i].place()
		switch {
		case p == nil:
		case p.Online:
			online = true
		case found == nil:
			found = p
		}
	}
	switch {
	case found != nil:
		return found
	case online:
		return &catalog.Place{Online: true}
	}
	return nil
}

// place is p as the catalogue has it; nil when it says nothing.
func (p *Place) place() *catalog.Place {
	if p.Type.any("VirtualLocation") || p.Address.Type.any("VirtualLocation") {
		return &catalog.Place{Name: line(p.Name.Value), Online: true}
	}
	return Physical(catalog.Place{Name: p.Name.Value, Address: cmp.Or(p.Address.Street.Value, p.Address.Text), PostalCode: p.Address.Postal.Value, Locality: p.Address.Locality.Value,
		Geo: markup.Point(string(p.Lat), string(p.Lon))})
}

// Physical cleans a place; nil when it says nothing. A place that is called online is no place.
func Physical(p catalog.Place) *catalog.Place {
	p.Name, p.Address, p.PostalCode, p.Locality = line(p.Name), line(p.Address), line(p.PostalCode), line(p.Locality)
	if strings.EqualFold(p.Name, "online") && p.Address == "" {
		p = catalog.Place{Online: true}
	}
	if p.Address == p.Name {
		p.Address = ""
	}
	if p == (catalog.Place{}) {
		return nil
	}
	return &p
}

// bannerName is what Mobilizon calls every main picture; it describes nothing.
const bannerName = "Banner"

// picture is the first attached picture.
func picture(attachments []link, title, address string) *catalog.Image {
	for _, a := range attachments {
		if !a.Type.any("Image") && !strings.HasPrefix(a.Media.Value, "image/") {
			continue
		}
		if u, ok := catalog.CleanURL(a.address(), address); ok {
			image := catalog.Image{URL: u, Alt: line(a.Name.Value)}
			if image.Alt == bannerName || image.Alt == title {
				image.Alt = ""
			}
			return &image
		}
	}
	return nil
}

func hashtags(tags []tag) (words []string) {
	for _, t := range tags {
		if !t.Type.any("Mention", "Emoji") { // a mention is a person
			words = append(words, strings.TrimPrefix(t.Name.Value, "#"))
		}
	}
	return words
}

// Keywords cleans words, each of them once.
func Keywords(words []string) (out []string) {
	for _, w := range words {
		if w = catalog.CleanText(catalog.PlainText(w), 100); w != "" && !slices.Contains(out, w) && len(out) < catalog.MaxKeywords {
			out = append(out, w)
		}
	}
	return out
}

// organizer is the first group among actors.
func (c *Reader) organizer(actors []Actor, address string) *catalog.Organizer {
	for _, a := range actors {
		if known, ok := c.Groups[a.ID]; ok && !a.Group {
			a = known
		}
		if o := a.Organizer(address); o != nil {
			return o
		}
	}
	return nil
}

// Organizer is a as an organizer; nil when it is no group or has no name.
func (a Actor) Organizer(address string) *catalog.Organizer {
	name := line(a.Name)
	if !a.Group || name == "" {
		return nil
	}
	o := catalog.Organizer{Name: name}
	o.URL, _ = catalog.CleanURL(a.URL, address)
	return &o
}

// Status reads CANCELLED, and that all places are taken. TENTATIVE is not told.
func Status(status string, capacity int, remaining *int) catalog.Status {
	switch {
	case strings.EqualFold(status, "CANCELLED"):
		return catalog.StatusCancelled
	case capacity > 0 && remaining != nil && *remaining <= 0:
		return catalog.StatusFull
	}
	return ""
}

// SignUp is the offer of a page elsewhere where one signs up.
func SignUp(ref, address string) []catalog.Offer {
	if u, ok := catalog.CleanURL(ref, address); ok {
		return []catalog.Offer{{Name: "Påmelding", URL: u}}
	}
	return nil
}

// Moment reads when something was changed; zero when that cannot be told.
func Moment(s string) time.Time {
	t, err := when.Parse(s, time.UTC)
	if err != nil || t.Day {
		return time.Time{}
	}
	return t.Time.UTC()
}

func line(s string) string { return catalog.CleanText(catalog.PlainText(s), catalog.MaxText) }

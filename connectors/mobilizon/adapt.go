package mobilizon

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors/activitystreams"
	"fritidshub/connectors/markup"
)

// record makes a record of e. A note says in Norwegian what could not be used; what is not for the public gives
// activitystreams.ErrHidden, any other error says in Norwegian what is wrong with the field.
func record(e *Event, of *group, address string, reader *activitystreams.Reader) (r catalog.Record, note, field string, err error) {
	r.Source, r.NativeID = reader.Source.ID, catalog.NativeID(cmp.Or(e.UUID.Value, e.URL.Value))
	r.Title = catalog.CleanText(catalog.PlainText(e.Title.Value), catalog.MaxTitle)
	switch {
	case e.Draft.Value, e.Visibility.Value != "" && e.Visibility.Value != "PUBLIC", strings.EqualFold(e.Join.Value, activitystreams.ByInvitation):
		return r, "", "", activitystreams.ErrHidden
	case r.Title == "":
		return r, "", "title", errors.New("Arrangementet har ikke noe navn.")
	}
	r.Kind = cmp.Or(reader.Source.Kind, catalog.KindEvent)
	o := e.Options.Value
	ends := e.Ends.Value
	if o.ShowEnd.Value != nil && !*o.ShowEnd.Value {
		ends = ""
	}
	if r.Schedule, note, err = reader.Times(e.Begins.Value, ends, o.Zone.Value); err != nil {
		return r, "", "beginsOn", err
	}
	if o.ShowStart.Value != nil && !*o.ShowStart.Value {
		days(&r.Schedule, cmp.Or(reader.Zones.Place(r.Schedule.Zone), reader.Source.Zone))
	}
	r.Description = catalog.CleanLines(catalog.PlainText(e.Description.Value), catalog.MaxDescription)
	r.URL, _ = catalog.CleanURL(e.URL.Value, address)
	if p := e.Picture.Value; p != nil {
		if u, ok := catalog.CleanURL(p.URL.Value, address); ok {
			r.Image = &catalog.Image{URL: u}
		}
	}
	if a := e.Address.Value; a != nil {
		lon, lat, _ := strings.Cut(a.Geom.Value, ";")
		r.Place = activitystreams.Physical(catalog.Place{Name: a.Name.Value, Address: a.Street.Value, PostalCode: a.Postal.Value, Locality: a.Locality.Value, Geo: markup.Point(lat, lon)})
	}
	if r.Place == nil && o.Online.Value {
		r.Place = &catalog.Place{Online: true}
	}
	words := []string{e.Category.Value}
	for _, t := range e.Tags.Value {
		words = append(words, t.Title.Value)
	}
	r.Keywords = activitystreams.Keywords(words)
	for _, g := range []*group{e.Group.Value, of} {
		if g != nil && r.Organizer == nil {
			r.Organizer = activitystreams.Actor{Group: true, Name: g.Name.Value, URL: g.URL.Value}.Organizer(address)
		}
	}
	r.Status = activitystreams.Status(e.Status.Value, 0, nil)
	r.Offers = activitystreams.SignUp(e.SignUp.Value, address)
	r.Modified = activitystreams.Moment(e.Updated.Value)
	if e.Language.Value != "und" {
		r.Language = catalog.CleanText(e.Language.Value, 35)
	}
	if r.NativeID == "" {
		r.NativeID, r.IDDerived = markup.DerivedID(&r), true
	}
	return r, note, "", nil
}

// days makes the date of s one of whole days: the clock of an event that does not show its start is none.
func days(s *catalog.Schedule, zone *time.Location) {
	o := &s.Dates[0]
	if o.AllDay {
		return
	}
	o.AllDay, o.Start = true, catalog.Date(o.Start.In(zone).Date())
	if !o.End.IsZero() {
		if o.End = catalog.Date(o.End.In(zone).Date()); !o.End.After(o.Start) {
			o.End = time.Time{}
		}
	}
}

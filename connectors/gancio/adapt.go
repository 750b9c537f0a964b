package gancio

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/activitystreams"
	"fritidshub/connectors/markup"
)

var errHidden = activitystreams.ErrHidden

// record makes a record of e; base is the address of the site, with a slash at its end. parent is the id of the event that it repeats.
func record(e *Event, base string, source connectors.Source) (r catalog.Record, parent, note, field string, err error) {
	r.Source, r.NativeID = source.ID, catalog.NativeID(e.ID.Value.String())
	if parent = catalog.NativeID(e.Parent.Value.String()); parent != "" {
		r.NativeID = parent
	}
	r.Title = catalog.CleanText(catalog.PlainText(e.Title.Value), catalog.MaxTitle)
	visible := e.Visible.Value == nil || *e.Visible.Value
	switch {
	case !visible, e.Recurrent.Value.Frequency != "":
		return r, "", "", "", errHidden
	case r.Title == "":
		return r, "", "", "title", errors.New("Arrangementet har ikke noe navn.")
	case e.Start.Value == nil || !believable(*e.Start.Value):
		return r, "", "", "start_datetime", fmt.Errorf("start_datetime er ikke et tidspunkt i sekunder siden 1970 («%s»).", said(e.Start.Value, e.Start.Bad))
	}
	r.Kind = cmp.Or(source.Kind, catalog.KindEvent)
	o := catalog.Occurrence{Start: time.Unix(*e.Start.Value, 0).UTC()}
	switch end := e.End.Value; {
	case e.End.Bad != "", end != nil && (*end < *e.Start.Value || !believable(*end)):
		note = fmt.Sprintf("end_datetime er ikke et tidspunkt etter starten og er utelatt («%s»)", said(end, e.End.Bad))
	case end != nil && *end > *e.Start.Value:
		o.End = time.Unix(*end, 0).UTC()
	}
	r.Schedule.Dates = []catalog.Occurrence{o}
	r.Description = catalog.CleanLines(catalog.PlainText(e.Description.Value), catalog.MaxDescription)
	if name := cmp.Or(e.Slug.Value, r.NativeID); name != "" && base != "" {
		r.URL, _ = catalog.CleanURL(base+"event/"+url.PathEscape(name), "")
	}
	r.Place = e.place()
	for _, m := range e.Media.Value {
		if file := m.Value.URL.Value; file != "" && base != "" {
			if u, ok := catalog.CleanURL(base+"media/"+url.PathEscape(file), ""); ok {
				r.Image = &catalog.Image{URL: u}
				if alt := catalog.CleanText(m.Value.Name.Value, catalog.MaxText); alt != r.Title { // which is what it is without one
					r.Image.Alt = alt
				}
				break
			}
		}
	}
	var words []string
	for _, t := range e.Tags.Value {
		words = append(words, string(t))
	}
	r.Keywords = activitystreams.Keywords(words)
	r.Modified = activitystreams.Moment(e.Updated.Value)
	if parent != "" {
		r.Schedule.Dates[0].URL = r.URL
	}
	if r.NativeID == "" {
		r.NativeID, r.IDDerived = markup.DerivedID(&r), true
	}
	return r, parent, note, "", nil
}

// place is where it is; what has only addresses on the net is online.
func (e *Event) place() *catalog.Place {
	var p *catalog.Place
	if v := e.Place.Value; v != nil {
		p = activitystreams.Physical(catalog.Place{Name: v.Name.Value, Address: v.Address.Value, Geo: markup.Point(v.Lat.Value.String(), v.Lon.Value.String())})
	}
	if p != nil {
		return p
	}
	for _, ref := range e.Online.Value {
		if ref.Value != "" {
			return &catalog.Place{Online: true}
		}
	}
	return nil
}

// believable reports whether seconds are a time between 1971 and 2200; milliseconds are not.
func believable(seconds int64) bool { return seconds > 365*86_400 && seconds < 230*365*86_400 }

func said(n *int64, bad string) string {
	if bad == "" && n != nil {
		return fmt.Sprint(*n)
	}
	return bad
}

// site is the address of the site of a list, with a slash at its end; "" when it has none.
func site(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	path := u.Path
	for _, part := range []string{"/api/", "/federation/"} {
		path, _, _ = strings.Cut(path, part)
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimSuffix(path, "/") + "/"}).String()
}

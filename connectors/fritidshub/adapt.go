package fritidshub

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
	"fritidshub/connectors/markup"
)

// reader makes records of the listings of one walk.
type reader struct {
	allow  []string // whose listings the peer may pass on; nil: anybody's
	s      *connectors.Session
	walk   *changefeed.Walk
	hub    string // that it says to be
	barred int    // listings of other hubs than those
	odd    int    // whose id is not that of their source
}

// Note implements changefeed.Reader.
func (r *reader) Note(changefeed.Item, changefeed.Place) {}

// Links implements changefeed.Reader: every listing is whole.
func (r *reader) Links() (refer, found bool) { return false, false }

// Emit implements changefeed.Reader.
func (r *reader) Emit(whole bool) error {
	err := r.walk.Emit(whole, func(x changefeed.Found) (*catalog.Record, *catalog.Reject, error) {
		record, reject := r.record(x)
		return record, reject, nil
	})
	if r.barred > 0 {
		r.s.Warn("", fmt.Sprintf("%d oppføringer er fra huber som ikke står i options.hubs, og er ikke tatt inn", r.barred))
	}
	if r.odd > 0 {
		r.s.Warn("", fmt.Sprintf("%d oppføringer har en id som ikke følger av kilden de kom fra; de får en annen id hos oss", r.odd))
	}
	return err
}

// record makes a record of a listing; it is nil without a reject when the peer may not pass the listing on.
func (r *reader) record(x changefeed.Found) (*catalog.Record, *catalog.Reject) {
	title := ""
	refuse := func(field, reason string) (*catalog.Record, *catalog.Reject) {
		return nil, &catalog.Reject{NativeID: x.ID, Title: title, Locator: x.Where, Field: field, Reason: reason, Fixer: catalog.FixSource}
	}
	schema, ours, err := parts(x.Data)
	if err != nil {
		return refuse("data", "data kan ikke leses: "+err.Error()+".")
	}
	name, _ := schema["name"].(string)
	title = catalog.CleanText(name, catalog.MaxTitle)
	if !ours.Kind.Value.Valid() {
		return refuse("fritidshub:kind", fmt.Sprintf("fritidshub:kind er «%s», som ikke er noe slag oppføring. Er dette en feed fra OpenActive, så skriv kind: rpde.", catalog.CleanText(cmp.Or(string(ours.Kind.Value), ours.Kind.Bad), 40)))
	}
	if r.hub == "" {
		r.hub = ours.Hub.Value
	}
	origin, same := originOf(x.ID, ours, cmp.Or(r.hub, unnamed(r.s.Source.URL)))
	switch {
	case ours.Hub.Value != "" && ours.Hub.Value != r.hub:
		return refuse("fritidshub:hub", twoNames(r.hub, ours.Hub.Value))
	case origin == nil:
		return refuse("fritidshub:sources", "Oppføringen sier ikke hvilken hub og kilde den kommer fra (hub, id og native_id).")
	case len(r.allow) > 0 && !slices.Contains(r.allow, origin.Hub):
		r.barred++
		return nil, nil
	}
	text, err := json.Marshal(schema)
	if err != nil {
		return refuse("data", "data kan ikke leses: "+err.Error())
	}
	page, err := markup.ReadJSON(string(text), x.Address, r.s.Source.Language)
	if err != nil || len(page.Events) == 0 {
		return refuse("data", "data kan ikke leses som JSON-LD.")
	}
	e := page.Events[0]
	e.Where = x.Where
	out, notes, reject := e.Record(markup.Context{Zone: r.s.Source.Zone, Kind: catalog.KindActivity}) // whether it needs a date is told below
	if reject != nil {
		reject.NativeID = x.ID
		return nil, reject
	}
	for _, n := range notes {
		r.s.Warn(n.Where, n.Text)
	}
	for _, name := range ours.bad() {
		r.s.Warn(x.Where, name+" har en verdi av feil slag og er utelatt")
	}
	out.NativeID, out.IDDerived, out.Origin = x.ID, false, origin
	ours.fill(&out)
	if out.Kind.NeedsDate() && !out.Schedule.Dated() {
		return refuse("startDate", "Oppføringen har ingen dato (fritidshub:schedule eller startDate).")
	}
	if !same {
		r.odd++
	}
	return &out, nil
}

// fill gives r what only our own members say.
func (l *listing) fill(r *catalog.Record) {
	r.Kind, r.Categories = l.Kind.Value, l.Categories.Value
	r.Keywords = slices.DeleteFunc(r.Keywords, func(word string) bool { return slices.Contains(r.Categories, word) })
	if r.Summary = l.Summary.Value; r.Summary == r.Description {
		r.Description = ""
	}
	if l.Schedule.Value != nil {
		r.Schedule = *l.Schedule.Value
	} else if !r.Schedule.Dated() {
		r.Schedule = catalog.Schedule{}
	}
	r.Status = cmp.Or(l.Status.Value, r.Status)
	if l.Price.Value != nil {
		r.Price = l.Price.Value
	}
	r.Accessibility, r.Inaccessible = l.Accessibility.Value, l.Inaccessible.Value
	r.Schemes, r.Scheme = l.Schemes.Value, l.Scheme.Value
	r.LowThreshold, r.EquipmentLoan = l.LowThreshold.Value, l.EquipmentLoan.Value
	r.Derived = l.Derived.Value
	if r.Organizer != nil {
		r.Organizer.Kind, r.Organizer.OrgNumber = l.Organizer.Value.Kind.Value, l.Organizer.Value.Identifier.Value.Value.Value
	}
	where := l.Location.Value
	place := catalog.Place{}
	if r.Place != nil {
		place = *r.Place
	}
	place.Municipality, place.Neighbourhood, place.Online = where.Municipality.Value, where.Neighbourhood.Value, place.Online || where.Online.Value
	if place.Online && place.Name == "" {
		place.Name = catalog.CleanText(where.Name.Value, catalog.MaxTitle)
	}
	if r.Place = &place; place == (catalog.Place{}) {
		r.Place = nil
	}
	if offers := l.Offers.Value; len(offers) == len(r.Offers) { // else one of them was empty
		for i, o := range offers {
			r.Offers[i].RemainingAt = o.RemainingAt.Value
			if strings.HasSuffix(o.Availability.Value, "PreOrder") {
				r.Offers[i].Availability = catalog.NotYet
			}
		}
	}
}

// originOf is where a listing was first read: of its sources the one that its id is made of, which is same, else the first. It is nil
// when no source says hub, source and id.
// What did not begin at the hub that publishes it has passed that one, whether or not it says so.
func originOf(id string, l *listing, publisher string) (origin *catalog.Origin, same bool) {
	for _, s := range l.Sources.Value {
		if s.Hub.Value == "" || s.ID.Value == "" || s.NativeID.Value == "" {
			continue
		}
		o := &catalog.Origin{Hub: s.Hub.Value, Source: s.ID.Value, NativeID: s.NativeID.Value, Name: s.Name.Value, Licence: s.Licence.Value,
			Attribution: s.Attribution.Value, FetchedAt: s.FetchedAt.Value, Via: slices.Clone(s.Via.Value)}
		if publisher != o.Hub && !slices.Contains(o.Via, publisher) {
			o.Via = append(o.Via, publisher)
		}
		if same = catalog.ListingID("", &catalog.Record{Origin: o}) == id; same {
			return o, true
		}
		if origin == nil {
			origin = o
		}
	}
	return origin, false
}

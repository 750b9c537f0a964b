package tribe

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
	"fritidshub/connectors"
	"fritidshub/connectors/hold"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/when"
)

// adapter makes records of items, and hands them over page by page but for the dates of recurring events.
type adapter struct {
	*connectors.Session
	seen   map[[sha256.Size]byte]bool // items by all they say
	known  map[string]identity        // by native id
	series hold.Series                // recurring events, whose dates may stand on any page
	page   []catalog.Record           // of this page, not handed over yet
	at     map[string]int             // of the records of page, by native id
	zones  when.Zones
	warned bool
}

func newAdapter(s *connectors.Session) *adapter {
	return &adapter{Session: s, seen: map[[sha256.Size]byte]bool{}, known: map[string]identity{}}
}

// identity is what tells a record from another of the same id.
type identity struct {
	title string
	start int64 // seconds
}

// add hands over the items of a page and says how many are new.
func (a *adapter) add(p Page, address string, number int) (fresh int, err error) {
	a.page, a.at = nil, map[string]int{}
	for i, raw := range slices.Concat(p.Events, p.Posts) {
		key := sha256.Sum256(raw)
		if a.seen[key] {
			continue
		}
		a.seen[key] = true
		fresh++
		var r catalog.Record
		var field, where string
		var err error
		if i < len(p.Events) {
			where = fmt.Sprintf("side %d, events[%d]", number, i)
			r, field, err = a.event(p.Events[i], address, where)
		} else {
			where = fmt.Sprintf("side %d, [%d]", number, i-len(p.Events))
			r, field, err = a.post(raw, address)
		}
		if errors.Is(err, errHidden) {
			continue
		}
		if err != nil {
			fixer := catalog.FixSource
			if field == "defaults.kind" {
				fixer = catalog.FixEditor
			}
			a.Reject(catalog.Reject{NativeID: catalog.NativeID(r.NativeID), Title: catalog.CleanText(r.Title, catalog.MaxTitle), Locator: where, Field: field, Reason: err.Error(), Fixer: fixer})
			continue
		}
		r.Source = a.Source.ID
		if err := a.fold(r); err != nil {
			return fresh, err
		}
	}
	for _, r := range a.page {
		if err := a.Emit(r); err != nil {
			return fresh, err
		}
	}
	return fresh, nil
}

// fold keeps a record, or gives its date to the one of the same id and name: of a recurring event wherever it stands, of others on the same
// page. What comes again on a later page is the same, changed while the list was read, when it begins at the same time.
func (a *adapter) fold(r catalog.Record) error {
	it := identity{title: r.Title}
	recurring := false
	if len(r.Schedule.Dates) > 0 {
		it.start, recurring = r.Schedule.Dates[0].Start.Unix(), r.Schedule.Dates[0].URL != ""
	}
	before, twice := a.known[r.NativeID]
	i, here := a.at[r.NativeID]
	if twice && (before.title != it.title || !recurring && !here && before.start != it.start) {
		r.NativeID, r.IDDerived = markup.DerivedID(&r), true
		_, twice = a.known[r.NativeID]
		i, here = a.at[r.NativeID]
	}
	if !twice {
		a.known[r.NativeID] = it
	}
	switch {
	case recurring:
		return a.series.Add(r.NativeID, r)
	case here:
		a.page[i].Schedule.Dates = append(a.page[i].Schedule.Dates, r.Schedule.Dates...)
		if r.Modified.After(a.page[i].Modified) {
			a.page[i].Modified = r.Modified
		}
	case !twice:
		a.at[r.NativeID] = len(a.page)
		a.page = append(a.page, r)
	}
	return nil
}

var (
	errHidden = errors.New("not for the public list")
	// dated is the end of the address of one occurrence of a recurring event: /arrangement/kor/2026-12-03/ or …/2026-12-03/2/.
	dated = regexp.MustCompile(`/\d{4}-\d{2}-\d{2}(/\d+)?/?$`)
)

func (a *adapter) event(raw []byte, address, where string) (r catalog.Record, field string, err error) {
	var e Event
	field, err = decode(raw, &e)
	r.NativeID, r.Title = string(e.ID), e.Title.plain()
	switch {
	case err != nil:
		return r, field, err
	case e.Hidden || e.Status != "" && e.Status != "publish":
		return r, "", errHidden
	case r.Title == "":
		return r, "title", errors.New("Arrangementet har ikke noe navn.")
	}
	r.Kind = cmp.Or(a.Source.Kind, catalog.KindEvent)
	r.URL, _ = catalog.CleanURL(string(e.URL), address)
	o, zone, field, err := a.when(&e, where)
	if err != nil {
		return r, field, err
	}
	if series := dated.ReplaceAllString(r.URL, "/"); series != r.URL {
		r.NativeID, o.URL = series, r.URL
		r.URL = series
	}
	r.Schedule = catalog.Schedule{Zone: zone, Dates: []catalog.Occurrence{o}}
	r.Summary, r.Description = e.Excerpt.plain(), e.Description.plain()
	if r.Description == "" {
		r.Summary, r.Description = "", r.Summary
	}
	r.Keywords = names(e.Categories, e.Tags)
	if e.Image.value != nil {
		r.Image = image(e.Image.value.URL, e.Image.value.Alt, address)
	}
	if v := e.Venue.value; v != nil {
		p := catalog.Place{Name: v.Name.plain(), Address: v.Address.plain(), PostalCode: v.Zip.plain(), Locality: v.City.plain(), Geo: markup.Point(string(v.Lat), string(v.Lon))}
		if p != (catalog.Place{}) {
			r.Place = &p
		}
	}
	if e.Virtual {
		if r.Place == nil {
			r.Place = &catalog.Place{}
		}
		r.Place.Online = true
	}
	if org := e.Organizer.value; org != nil && org.Name.plain() != "" {
		r.Organizer = &catalog.Organizer{Name: org.Name.plain()}
		r.Organizer.URL, _ = catalog.CleanURL(string(org.Website), address)
		if email, office := cell.RoleEmail(string(org.Email)); office {
			r.Contact = &catalog.Contact{Email: email}
		}
	}
	r.Price = price(&e)
	r.Modified = modified(e.Modified)
	if r.NativeID == "" {
		r.NativeID, r.IDDerived = markup.DerivedID(&r), true
	}
	return r, "", nil
}

// when reads the time of an event. The clock on the wall counts, in the event's zone when that is a place's and else in the source's:
// a site that was never told where it is says UTC, and its editors still write their own clock.
func (a *adapter) when(e *Event, where string) (o catalog.Occurrence, name, field string, err error) {
	zone, from, to := a.Source.Zone, e.Start, e.End
	if from == "" && e.UTCStart != "" {
		zone, from, to = time.UTC, e.UTCStart, e.UTCEnd
	} else if own := a.zones.Place(string(e.Zone)); own != nil {
		zone, name = own, string(e.Zone)
	}
	if name == "" && e.Zone != "" && !a.warned {
		a.warned = true
		a.Warn(where, fmt.Sprintf("Tidssonen er %q, ikke en by. Klokkeslettene leses som klokka i %s. Be nettstedet velge «Oslo» i WordPress.", catalog.CleanText(string(e.Zone), 40), a.Source.Zone))
	}
	start, err := when.Parse(string(from), zone)
	if err != nil {
		return o, "", "start_date", fmt.Errorf("Starten kan ikke leses: %w.", err)
	}
	o = catalog.Occurrence{Start: start.Time, AllDay: e.AllDay || start.Day}
	end, err := when.Parse(string(to), zone)
	hasEnd := err == nil && !end.Time.Before(start.Time)
	if to != "" && !hasEnd {
		a.Warn(where, "Slutten kan ikke leses eller er før starten, og er utelatt.")
	}
	if o.AllDay {
		day := func(t when.Time) time.Time {
			if t.Day {
				return t.Time
			}
			y, m, d := t.Time.In(zone).Date()
			return catalog.Date(y, m, d)
		}
		o.Start = day(start)
		if hasEnd && day(end).After(o.Start) {
			o.End = day(end)
		}
	} else if hasEnd && !end.Day && end.Time.After(start.Time) {
		o.End = end.Time
	}
	return o, name, "", nil
}

// crowns are the currency signs of Norwegian prices; another sign, or none that we know, keeps the price as words.
var crowns = map[string]bool{"": true, "kr": true, "kr.": true, "nok": true, ",-": true}

func price(e *Event) *catalog.Price {
	cost := e.Cost.plain()
	if cost == "" {
		return nil
	}
	if d := e.Details.value; d != nil && (!crowns[strings.ToLower(d.Symbol.plain())] || d.Code != "" && d.Code != "NOK") {
		return &catalog.Price{Text: cost}
	}
	p, _ := cell.Price(cost)
	return p
}

func (a *adapter) post(raw []byte, address string) (r catalog.Record, field string, err error) {
	var p Post
	field, err = decode(raw, &p)
	r.NativeID, r.Title = string(p.ID), p.Title.plain()
	switch r.Kind = cmp.Or(a.Source.Kind, catalog.KindActivity); {
	case err != nil:
		return r, field, err
	case p.Status != "" && p.Status != "publish":
		return r, "", errHidden
	case r.Title == "":
		return r, "title", errors.New("Innlegget har ikke noe navn.")
	case r.Kind.NeedsDate():
		return r, "defaults.kind", errors.New("Et innlegg i WordPress har ingen dato for når noe foregår. Sett defaults: {kind: activity} for kilden.")
	}
	r.URL, _ = catalog.CleanURL(string(p.Link), address)
	r.Summary, r.Description = p.Excerpt.plain(), p.Content.plain()
	if r.Description == "" {
		r.Summary, r.Description = "", r.Summary
	}
	if b := p.Embedded.value; b != nil {
		r.Keywords = names(b.Terms...)
		if b.Media.value != nil {
			r.Image = image(b.Media.value.URL, b.Media.value.Alt, address)
		}
	}
	r.Modified = modified(p.Modified)
	if r.NativeID == "" {
		r.NativeID, r.IDDerived = cmp.Or(r.URL, catalog.DerivedID(r.Title)), r.URL == ""
	}
	return r, "", nil
}

func names(lists ...terms) []string {
	var out []string
	for _, t := range slices.Concat(lists...) {
		if name := t.Name.plain(); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func image(ref, alt text, address string) *catalog.Image {
	if u, ok := catalog.CleanURL(string(ref), address); ok {
		return &catalog.Image{URL: u, Alt: alt.plain()}
	}
	return nil
}

func modified(t text) time.Time {
	m, err := when.Parse(string(t), time.UTC)
	if err != nil || m.Day {
		return time.Time{}
	}
	return m.Time
}

package csvfile

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
)

func (r *row) record() catalog.Record {
	rec := catalog.Record{
		Source:        r.Source.ID,
		NativeID:      r.get("id"),
		Title:         catalog.PlainText(r.get("title")),
		Summary:       catalog.PlainText(r.get("summary")),
		Description:   catalog.PlainText(r.get("description")),
		Language:      r.get("language"),
		URL:           value(r, "url", r.link),
		Image:         r.image(),
		Keywords:      parts(r.get("categories")),
		Organizer:     r.organizer(),
		Place:         r.place(),
		Status:        r.status(),
		Age:           r.age(),
		Price:         r.price(),
		LowThreshold:  value(r, "low_threshold", cell.Fact),
		EquipmentLoan: value(r, "equipment_loan", cell.Fact),
		Contact:       r.contact(),
	}
	rec.Schedule = r.schedule()
	rec.Kind = cmp.Or(value(r, "kind", cell.Kind), r.Source.Kind, kindOf(rec.Schedule))
	rec.Schemes = r.schemes()
	rec.Accessibility, rec.Inaccessible = r.adapted()
	r.signup(&rec)
	if m := value(r, "updated", cell.ParseMoment); !m.Wall.IsZero() {
		rec.Modified = m.In(r.Source.Zone)
	}
	if rec.NativeID == "" {
		rec.IDDerived = true
		rec.NativeID = catalog.DerivedID(rec.Title, cmp.Or(r.get("venue"), r.get("address")), r.get("weekday"), r.get("start"), r.get("from"), r.get("time"))
	}
	return rec
}

// kindOf is the kind of a row when neither it nor the source says: a single date is an event, everything else an activity.
func kindOf(s catalog.Schedule) catalog.Kind {
	if len(s.Dates) > 0 {
		return catalog.KindEvent
	}
	return catalog.KindActivity
}

func (r *row) link(s string) (string, error) { return cell.URL(s, r.base) }

func (r *row) image() *catalog.Image {
	u := value(r, "image", r.link)
	if u == "" {
		return nil
	}
	return &catalog.Image{URL: u, Alt: r.get("image_alt")}
}

func (r *row) organizer() *catalog.Organizer {
	o := catalog.Organizer{Name: r.get("organizer"), Kind: value(r, "organizer_kind", cell.OrganizerKind), OrgNumber: value(r, "org_number", orgNumber)}
	if o.Name == "" {
		return nil
	}
	return &o
}

func orgNumber(s string) (string, error) {
	digits := strings.Join(strings.Fields(strings.TrimPrefix(strings.ToUpper(s), "NO")), "")
	if len(digits) != 9 || strings.Trim(digits, "0123456789") != "" {
		return "", fmt.Errorf("«%s» er ikke et organisasjonsnummer på ni siffer", catalog.CleanText(s, 40))
	}
	return digits, nil
}

func (r *row) place() *catalog.Place {
	p := catalog.Place{
		Name: r.get("venue"), Address: r.get("address"), PostalCode: value(r, "postal_code", postalCode), Locality: r.get("locality"),
		Municipality: value(r, "municipality", r.municipality), Neighbourhood: r.get("neighbourhood"), Geo: r.geo(),
	}
	if p == (catalog.Place{}) {
		return nil
	}
	return &p
}

// postalCode gives back the zero that a spreadsheet takes from 0150.
func postalCode(s string) (string, error) {
	if strings.Trim(s, "0123456789") != "" || len(s) > 4 || len(s) < 3 {
		return "", fmt.Errorf("«%s» er ikke et postnummer på fire siffer", catalog.CleanText(s, 40))
	}
	return fmt.Sprintf("%04s", s), nil
}

func (r *row) geo() *catalog.Point {
	lat, lon := r.get("lat"), r.get("lon")
	if lat == "" || lon == "" || lat == "0" && lon == "0" { // a table without positions is often filled with zeros
		return nil
	}
	y, err := cell.Degrees(lat, 90)
	if err != nil {
		r.skip("lat", err)
		return nil
	}
	x, err := cell.Degrees(lon, 180)
	if err != nil {
		r.skip("lon", err)
		return nil
	}
	return &catalog.Point{Lat: y, Lon: x}
}

func (r *row) status() catalog.Status {
	s := r.get("status")
	if i, ok := r.at["status"]; ok && fold(r.names[i]) == "avlyst" { // a column that asks yes or no
		if f, err := cell.Fact(s); err == nil {
			return map[catalog.Fact]catalog.Status{catalog.Yes: catalog.StatusCancelled}[f]
		}
	}
	return value(r, "status", cell.Status)
}

func (r *row) age() *catalog.Age {
	a := value(r, "age", cell.Age)
	for _, end := range []struct {
		field string
		set   func(*catalog.Age, *int)
	}{
		{"age_min", func(a *catalog.Age, n *int) { a.Min = n }},
		{"age_max", func(a *catalog.Age, n *int) { a.Max = n }},
	} {
		if r.get(end.field) == "" {
			continue
		}
		n := value(r, end.field, func(s string) (*int, error) { n, err := cell.Years(s); return &n, err })
		if n == nil {
			continue
		}
		if a == nil {
			a = &catalog.Age{}
		}
		end.set(a, n)
	}
	if a != nil && a.Min != nil && a.Max != nil && *a.Min > *a.Max {
		r.skip("age_max", fmt.Errorf("alderen til og med %d er lavere enn alderen fra %d", *a.Max, *a.Min))
		return nil
	}
	return a
}

func (r *row) price() *catalog.Price {
	var p *catalog.Price
	if s := r.get("price"); s != "" {
		var err error
		if p, err = cell.Price(s); err != nil {
			r.note("price", fmt.Errorf("%w. Ordene vises som de står, men kan ikke søkes i", err))
		}
	}
	if free := value(r, "free", cell.Fact); free != catalog.NotStated {
		if p == nil {
			p = &catalog.Price{}
		}
		if p.Free == catalog.NotStated {
			p.Free = free
		}
	}
	return p
}

func (r *row) contact() *catalog.Contact {
	c := catalog.Contact{Phone: r.get("phone")}
	c.Email, _ = cell.RoleEmail(r.get("email"))
	if c == (catalog.Contact{}) {
		return nil
	}
	return &c
}

func (r *row) schemes() []string {
	switch f, err := cell.Fact(r.get("schemes")); {
	case err != nil:
		return parts(r.get("schemes"))
	case f == catalog.Yes: // the header itself names the scheme
		return []string{fold(r.names[r.at["schemes"]])}
	}
	return nil
}

// adapted reads "ja" as adapted in general, unless the header names the way, and words as the ways they name.
func (r *row) adapted() (yes, no []string) {
	s := r.get("accessibility")
	if s == "" {
		return nil, nil
	}
	if f, err := cell.Fact(s); err == nil {
		way, err := cell.Adapted(r.names[r.at["accessibility"]])
		if err != nil {
			way = "general"
		}
		if f == catalog.Yes {
			return []string{way}, nil
		}
		return nil, []string{way}
	}
	for _, part := range parts(s) {
		list := &yes
		if rest, ok := strings.CutPrefix(strings.ToLower(part), "ikke "); ok {
			part, list = rest, &no
		}
		way, err := cell.Adapted(part)
		if err != nil {
			r.skip("accessibility", err)
			continue
		}
		*list = append(*list, way)
	}
	return yes, no
}

// signup makes an address an offer; other words are added to the description.
func (r *row) signup(rec *catalog.Record) {
	s := r.get("signup")
	if s == "" {
		return
	}
	if u, err := r.link(s); err == nil {
		rec.Offers = append(rec.Offers, catalog.Offer{Name: "Påmelding", URL: u})
		return
	}
	if _, err := cell.Fact(s); err != nil && !strings.Contains(s, "@") {
		rec.Description = strings.TrimSpace(rec.Description + "\n\nPåmelding: " + catalog.PlainText(s))
	}
}

// schedule reads weekdays with hours between two dates as a weekly series, a date as one occurrence, and dates alone of something
// standing as its season.
func (r *row) schedule() catalog.Schedule {
	start, startField := r.moment("start", "from")
	end, endField := r.moment("end", "to")
	from, to := r.clocks(startField, endField)
	if r.err != nil {
		return catalog.Schedule{}
	}
	zone := r.Source.Zone
	s := catalog.Schedule{Zone: zone.String()}
	words := r.get("weekday")
	week, err := cell.ParseWeekdays(words)
	if words != "" && err != nil {
		return r.inWords(err, start, end, from, to)
	}
	if words != "" {
		slot := cell.Slot{Weekdays: week, From: from, To: to}
		if !start.Wall.IsZero() {
			slot.First = start.Day(zone)
		}
		if !end.Wall.IsZero() {
			slot.Last = end.Day(zone)
		}
		if r.oneDay(slot) {
			return r.dated(s, start, end, from, to)
		}
		series, err := slot.Series(zone)
		if err != nil && slot.First.IsZero() {
			return r.inWords(err, start, end, from, to)
		}
		if err != nil {
			r.fail("weekday", err)
			return catalog.Schedule{}
		}
		s.Series = []catalog.Series{series}
		return s
	}
	if start.Wall.IsZero() {
		s = catalog.Schedule{}
		if !end.Wall.IsZero() {
			s.ValidThrough = end.Day(zone)
		}
		s.Text = hours(from, to)
		return s
	}
	return r.dated(s, start, end, from, to)
}

// inWords keeps a weekday cell that is no plain value as the words that prose reads, between the days of the row. What must have a date keeps that of the row.
func (r *row) inWords(err error, start, end cell.Moment, from, to cell.Clock) catalog.Schedule {
	r.note("weekday", fmt.Errorf("%w. Ordene leses som tekst", err))
	zone := r.Source.Zone
	if kind := r.kind(); kind.NeedsDate() && !start.Wall.IsZero() {
		return r.dated(catalog.Schedule{Zone: zone.String()}, start, end, from, to)
	}
	s := catalog.Schedule{Zone: zone.String(), Text: strings.TrimSpace(r.get("weekday") + " " + hours(from, to))}
	if !start.Wall.IsZero() {
		s.ValidFrom = start.Day(zone)
	}
	if !end.Wall.IsZero() {
		s.ValidThrough = end.Day(zone)
	}
	return s
}

// oneDay reports whether the weekday only tells which day of the week the date is: the row ends the day it starts, or has a single
// date ("Dato", or an event without an end) that falls on that weekday.
func (r *row) oneDay(slot cell.Slot) bool {
	switch {
	case slot.First.IsZero() || len(slot.Days) > 1:
		return false
	case !slot.Last.IsZero():
		return slot.First.Equal(slot.Last)
	case slot.First.Weekday() != slot.Days[0] || slot.Every > 0 || len(slot.Nth) > 0:
		return false
	}
	name := fold(r.names[r.at["start"]])
	return name == "dato" || name == "date" || r.kind() == catalog.KindEvent
}

// kind is what the row or the source says it is, empty when neither does.
func (r *row) kind() catalog.Kind {
	if k, err := cell.Kind(r.get("kind")); err == nil {
		return k
	}
	return r.Source.Kind
}

// season is the least number of days between two dates of which a table without kinds means everything in between.
const season = 31

// moment reads a date from its own column or, when the table has none, from the column of the clock, where some write both.
func (r *row) moment(field, clock string) (m cell.Moment, from string) {
	if _, ok := r.at[field]; !ok {
		if m, err := cell.ParseMoment(r.get(clock)); err == nil {
			return m, clock
		}
	}
	return need(r, field, cell.ParseMoment, cell.Moment{}), field
}

// clocks reads the clocks of the columns that did not hold a date.
func (r *row) clocks(start, end string) (from, to cell.Clock) {
	from, to = cell.NoClock, cell.NoClock
	if start != "from" {
		from = need(r, "from", cell.ParseClock, cell.NoClock)
	}
	if end != "to" {
		to = need(r, "to", cell.ParseClock, cell.NoClock)
	}
	if s := r.get("time"); s != "" && from == cell.NoClock {
		a, b, err := cell.ParseClocks(s)
		if err != nil {
			r.fail("time", err)
		}
		from = a
		if to == cell.NoClock {
			to = b
		}
	}
	return from, to
}

// dated is the schedule of a row with a start date and no weekdays.
func (r *row) dated(s catalog.Schedule, start, end cell.Moment, from, to cell.Clock) catalog.Schedule {
	zone := r.Source.Zone
	begin, finish := at(start, from), at(cmp.Or(end, cell.Moment{Wall: start.Day(zone)}), to)
	last := finish.Day(zone)
	kind := r.kind()
	several := last.After(start.Day(zone))
	switch {
	case last.Before(start.Day(zone)):
		r.fail("end", errors.New("sluttdatoen er før startdatoen"))
		return catalog.Schedule{}
	case several && kind != "" && !kind.NeedsDate() || kind == "" && last.Sub(start.Day(zone)) > season*24*time.Hour:
		// something standing, open between two days
		return catalog.Schedule{ValidFrom: start.Day(zone), ValidThrough: last, Text: hours(from, to)}
	case !begin.Timed:
		o := catalog.Occurrence{Start: start.Day(zone), AllDay: true}
		if several {
			o.End = last
		}
		s.Dates = []catalog.Occurrence{o}
		return s
	}
	o := catalog.Occurrence{Start: begin.In(zone)}
	if finish.Timed {
		o.End = finish.In(zone)
		if !o.End.After(o.Start) && !several { // past midnight
			o.End = at(cell.Moment{Wall: last.AddDate(0, 0, 1)}, clockOf(finish, zone)).In(zone)
		}
	} else if several {
		o.End = catalog.LocalTime(zone, last.AddDate(0, 0, 1))
	}
	s.Dates = []catalog.Occurrence{o}
	return s
}

// at gives a day the clock c; a moment that has its own keeps it.
func at(m cell.Moment, c cell.Clock) cell.Moment {
	if m.Timed || c == cell.NoClock {
		return m
	}
	return cell.Moment{Wall: m.Wall.Add(time.Duration(c) * time.Minute), Timed: true}
}

func clockOf(m cell.Moment, zone *time.Location) cell.Clock {
	t := m.In(zone)
	return cell.Clock(t.Hour()*60 + t.Minute())
}

func hours(from, to cell.Clock) string {
	switch {
	case from == cell.NoClock:
		return ""
	case to == cell.NoClock:
		return "kl. " + from.String()
	}
	return "kl. " + from.String() + "–" + to.String()
}

// parts splits a cell that lists several values.
func parts(s string) []string {
	var out []string
	for p := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == ',' || c == ';' || c == '|' || c == '\n' }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

package ical

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

// build makes the records of one UID.
func (p *parser) build(g *group) {
	if len(g.masters) == 0 {
		if len(g.changes) > 0 && !g.rejected {
			p.orphans(g)
		}
		return
	}
	masters := distinct(g.masters)
	var titles []string
	for _, e := range masters {
		if !slices.Contains(titles, e.title) {
			titles = append(titles, e.title)
		}
	}
	if len(titles) > 1 {
		p.note(masters[0].locator, "Samme UID brukes av flere ulike hendelser. Hver av dem ble lest for seg")
	}
	for _, name := range titles {
		var same []*event
		for _, e := range masters {
			if e.title == name {
				same = append(same, e)
			}
		}
		rec := p.record(same[0])
		rec.NativeID, rec.IDDerived = g.id, g.derived
		if len(titles) > 1 {
			rec.NativeID += "#" + catalog.ID(name)
		}
		switch changes := latest(g.changes, same[0], p.source.Zone); {
		case len(same) > 1:
			rec.Status = ""
			for _, e := range append(same, changes...) {
				rec.Schedule.Dates = append(rec.Schedule.Dates, p.occurrence(e, same[0], rec.URL))
			}
		case same[0].start == stamp{}: // a kind that needs no date
		case len(same[0].rules)+len(same[0].added)+len(same[0].periods)+len(changes) > 0:
			rec.Schedule.Series = []catalog.Series{p.series(&rec, same[0], changes)}
			if len(same[0].except) > 0 && !p.takesPlace(rec.Schedule) {
				p.note(same[0].locator, "Alle datoene er unntatt (EXDATE), så hendelsen ble utelatt")
				continue
			}
		default:
			rec.Schedule.Dates = []catalog.Occurrence{{Start: p.in(same[0].start, same[0].start.at), End: p.in(same[0].start, same[0].end), AllDay: same[0].start.day}}
		}
		p.result.Records = append(p.result.Records, rec)
	}
}

// takesPlace tells whether s has any occurrence at all.
func (p *parser) takesPlace(s catalog.Schedule) bool {
	occ, _ := calendar.Expand(s, p.source.Zone, catalog.Date(firstYear, 1, 1), catalog.Date(lastYear+1, 1, 1), 1)
	return len(occ) > 0
}

// orphans makes one record of changed occurrences whose series is not in the file.
func (p *parser) orphans(g *group) {
	changes := latest(g.changes, g.changes[0], p.source.Zone)
	slices.SortStableFunc(changes, func(a, b *event) int { return a.start.at.Compare(b.start.at) })
	last := changes[len(changes)-1]
	for _, e := range changes {
		if e.status() != catalog.StatusCancelled {
			last = e
		}
	}
	rec := p.record(last)
	rec.NativeID, rec.Status = g.id, ""
	for _, e := range changes {
		rec.Schedule.Dates = append(rec.Schedule.Dates, p.occurrence(e, last, rec.URL))
	}
	p.result.Records = append(p.result.Records, rec)
}

// latest gives the newest version of each changed occurrence of master.
func latest(changes []*event, master *event, local *time.Location) []*event {
	byID := map[time.Time]*event{}
	var ids []time.Time
	for _, e := range changes {
		id := master.sameSort(*e.id, local).UTC()
		switch known := byID[id]; {
		case known == nil:
			ids = append(ids, id)
			byID[id] = e
		case newer(known, e) < 0:
			byID[id] = e
		}
	}
	out := make([]*event, len(ids))
	for i, id := range ids {
		out[i] = byID[id]
	}
	return out
}

// sameSort gives s, a RECURRENCE-ID, EXDATE or RDATE of the series of e, as a day when e has days. A day among clock times stays.
func (e *event) sameSort(s stamp, local *time.Location) time.Time {
	if !e.start.day {
		return s.at
	}
	return s.wallIn(cmp.Or(s.zone, local)).Truncate(24 * time.Hour)
}

func (p *parser) series(rec *catalog.Record, e *event, changes []*event) catalog.Series {
	s := catalog.Series{Start: p.in(e.start, e.start.at), End: p.in(e.start, e.end), AllDay: e.start.day, Rules: e.rules, Overrides: e.periods, Status: rec.Status}
	if !e.start.day && e.start.zone == nil {
		rec.Schedule.Zone = "UTC"
		if len(e.rules) > 0 {
			p.note(e.locator, "Gjentakelsen er oppgitt i UTC, så klokkeslettet flytter seg en time når klokka stilles")
		}
	}
	for _, d := range e.except {
		s.Except = append(s.Except, e.sameSort(d, p.source.Zone))
	}
	for _, d := range e.added {
		at := e.sameSort(d, p.source.Zone)
		if d.day && !e.start.day {
			zone := cmp.Or(e.start.zone, time.UTC)
			wall := e.start.wallIn(zone)
			at = catalog.LocalTime(zone, d.at.Add(wall.Sub(wall.Truncate(24*time.Hour))))
		}
		s.Added = append(s.Added, at)
	}
	for _, c := range changes {
		s.Overrides = append(s.Overrides, catalog.Override{ID: e.sameSort(*c.id, p.source.Zone), Following: c.onward, Occurrence: p.occurrence(c, e, rec.URL)})
	}
	slices.SortStableFunc(s.Overrides, func(a, b catalog.Override) int { return a.ID.Compare(b.ID) })
	return s
}

// occurrence makes the occurrence of an event that is one of several of a record, which is made of master and has the address listing.
func (p *parser) occurrence(e, master *event, listing string) catalog.Occurrence {
	o := catalog.Occurrence{Start: p.in(e.start, e.start.at), End: p.in(e.start, e.end), AllDay: e.start.day, Status: e.status()}
	if url, ok := catalog.CleanURL(e.text("URL"), p.url); ok && url != listing {
		o.URL = url
	}
	if e.title != master.title {
		o.Title = e.title
	}
	if place := e.text("LOCATION"); place != master.text("LOCATION") {
		o.Place = strings.ReplaceAll(catalog.PlainText(place), "\n", ", ")
	}
	return o
}

// in gives t in the zone of s, so that it is stored with the offset that residents know.
func (p *parser) in(s stamp, t time.Time) time.Time {
	if s.day || t.IsZero() {
		return t
	}
	return t.In(cmp.Or(s.zone, p.source.Zone))
}

func (e *event) status() catalog.Status {
	switch strings.ToUpper(e.text("STATUS")) {
	case "CANCELLED", "CANCELED":
		return catalog.StatusCancelled
	case "POSTPONED":
		return catalog.StatusPostponed
	}
	return ""
}

// record makes what does not depend on the dates.
func (p *parser) record(e *event) catalog.Record {
	rec := catalog.Record{
		Source: p.source.ID, Kind: cmp.Or(p.source.Kind, catalog.KindEvent), Title: e.title, Description: description(e),
		Keywords: keywords(e), Image: p.image(e), Place: place(e), Status: e.status(), Modified: e.modified,
		Schedule: catalog.Schedule{Zone: cmp.Or(e.start.zone, p.source.Zone).String()},
	}
	rec.URL, _ = catalog.CleanURL(e.text("URL"), p.url)
	if q, ok := e.first("SUMMARY"); ok {
		rec.Language = strings.ToLower(q.param("LANGUAGE"))
	}
	if q, ok := e.first("ORGANIZER"); ok && p.options.Organizer {
		if name := strings.TrimSpace(unescape(q.param("CN"))); name != "" && !strings.Contains(name, "@") {
			rec.Organizer = &catalog.Organizer{Name: name}
		}
	}
	return rec
}

// description gives DESCRIPTION as plain text, else that of a variant with markup.
func description(e *event) string {
	for _, name := range []string{"DESCRIPTION", "STYLED-DESCRIPTION", "X-ALT-DESC"} {
		if s := strings.TrimSpace(catalog.PlainText(e.text(name))); s != "" {
			return s
		}
	}
	return ""
}

const maxKeywords = 50

func keywords(e *event) (out []string) {
	for _, q := range e.props {
		if q.name != "CATEGORIES" {
			continue
		}
		for _, word := range list(q.value) {
			word = strings.TrimSpace(catalog.PlainText(unescape(word)))
			if word != "" && !slices.Contains(out, word) && len(out) < maxKeywords {
				out = append(out, word)
			}
		}
	}
	return out
}

var imageName = regexp.MustCompile(`(?i)\.(?:jpe?g|png|webp|gif|avif)(?:\?|$)`)

// image gives the first IMAGE (RFC 7986), else the first attached picture; a picture within the file is left out.
func (p *parser) image(e *event) *catalog.Image {
	for _, name := range []string{"IMAGE", "ATTACH"} {
		for _, q := range e.props {
			if q.name != name || q.param("ENCODING") != "" || strings.EqualFold(q.param("VALUE"), "BINARY") {
				continue
			}
			url, ok := catalog.CleanURL(q.text(), p.url)
			if ok && (name == "IMAGE" || strings.HasPrefix(strings.ToLower(q.param("FMTTYPE")), "image/") || imageName.MatchString(url)) {
				return &catalog.Image{URL: url}
			}
		}
	}
	return nil
}

func place(e *event) *catalog.Place {
	pl := location(catalog.PlainText(e.text("LOCATION")))
	if q, ok := e.first("GEO"); ok {
		pl.Geo = point(strings.FieldsFunc(unescape(q.value), func(r rune) bool { return r == ';' || r == ' ' || r == ',' }))
	}
	if q, ok := e.first("X-APPLE-STRUCTURED-LOCATION"); ok {
		if rest, ok := strings.CutPrefix(q.text(), "geo:"); ok && pl.Geo == nil {
			rest, _, _ = strings.Cut(rest, ";")
			pl.Geo = point(strings.Split(rest, ","))
		}
	}
	if pl == (catalog.Place{}) {
		return nil
	}
	return &pl
}

// point reads latitude and longitude; what is no position, and 0, 0, gives nil.
func point(parts []string) *catalog.Point {
	if len(parts) < 2 {
		return nil
	}
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(parts[0]), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(parts[1]), 64)
	if err1 != nil || err2 != nil || !(lat >= -90 && lat <= 90) || !(lon >= -180 && lon <= 180) || lat == 0 && lon == 0 {
		return nil
	}
	return &catalog.Point{Lat: lat, Lon: lon}
}

var (
	postal = regexp.MustCompile(`^(\d{4}) ([\p{L}][\p{L} .\-]*)$`)
	street = regexp.MustCompile(`^\p{L}[\p{L} .'’\-]* \d{1,4} ?\p{L}?$`)
)

// location takes "Navn, Gate 1, 3256 Larvik", with or without name and street, apart. Any other form is the name of the place as a
// whole, so that no word of it is lost.
func location(s string) catalog.Place {
	var parts []string
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == '\n' }) {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			parts = append(parts, part)
		}
	}
	whole := catalog.Place{Name: strings.Join(strings.Fields(strings.ReplaceAll(s, "\n", ", ")), " ")}
	if len(parts) < 2 || len(parts) > 3 {
		return whole
	}
	m := postal.FindStringSubmatch(parts[len(parts)-1])
	if m == nil {
		return whole
	}
	pl := catalog.Place{PostalCode: m[1], Locality: m[2]}
	isStreet := street.MatchString(parts[len(parts)-2])
	switch {
	case len(parts) == 3 && isStreet:
		pl.Name, pl.Address = parts[0], parts[1]
	case len(parts) == 2 && isStreet:
		pl.Address = parts[0]
	case len(parts) == 2:
		pl.Name = parts[0]
	default:
		return whole
	}
	return pl
}

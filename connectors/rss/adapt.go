package rss

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/when"
)

// adapter makes records of items.
type adapter struct {
	Options
	source connectors.Source
	warn   func(locator, text string)
	reject func(catalog.Reject)
	items  []*item
	seen   map[string]bool

	monthFirst bool // the feed may write 3/12/2026 for the twelfth of March
}

// item is a record with what its id was made of.
type item struct {
	catalog.Record
	guid, published, where string
}

func (it *item) derived() string {
	if it.Schedule.Dated() {
		return markup.DerivedID(&it.Record)
	}
	return catalog.DerivedID(it.Title, it.published)
}

// add reads the items of one page of a feed and says how many it has not seen before.
func (a *adapter) add(feed Feed, address string) (fresh int) {
	if a.seen == nil {
		a.seen = map[string]bool{}
	}
	for _, r := range feed.Bad {
		a.reject(r)
	}
	for _, x := range feed.Items {
		a.monthFirst = a.monthFirst || x != nil && when.MonthFirst(cmp.Or(a.source.Language, feed.Language), first(x.Title, catalog.MaxTitle))
	}
	for i, x := range feed.Items {
		if x == nil {
			continue
		}
		key := x.GUID + "\x00" + x.Link + "\x00" + x.Title + "\x00" + x.Published
		if a.seen[key] {
			continue
		}
		a.seen[key] = true
		fresh++
		it, problem := a.item(x, feed, address, feed.Where[i])
		if problem != nil {
			a.reject(*problem)
			continue
		}
		a.items = append(a.items, &it)
	}
	return fresh
}

func (a *adapter) item(x *gofeed.Item, feed Feed, address, where string) (item, *catalog.Reject) {
	it := item{guid: strings.TrimSpace(x.GUID), published: x.Published, where: where}
	r := &it.Record
	r.Kind = a.source.Kind
	if r.Kind == "" {
		r.Kind = catalog.KindEvent
	}
	content := x.Content
	if content == "" {
		content = x.Description
	}
	r.Title = catalog.CleanText(catalog.PlainText(x.Title), 0)
	r.Description = catalog.CleanLines(catalog.PlainText(content), 0)
	if a.source.Language == "" {
		r.Language = feed.Language
	}
	r.URL = a.link(x, address, where)
	r.Image = image(x, address)
	for _, c := range x.Categories {
		if c = catalog.CleanText(catalog.PlainText(c), 0); c != "" && !slices.Contains(r.Keywords, c) {
			r.Keywords = append(r.Keywords, c)
		}
	}
	r.Place = place(x)
	r.Organizer = a.organizer(x)
	if strings.EqualFold(field(x, "status"), "cancelled") {
		r.Status = catalog.StatusCancelled
	}
	if t := x.UpdatedParsed; t != nil {
		r.Modified = t.UTC()
	} else if t := x.PublishedParsed; t != nil {
		r.Modified = t.UTC()
	}
	embedded := a.embedded(content, r.URL, address)
	fill(r, embedded)
	bad := a.dates(x, r, embedded, where)
	yearless := ""
	if !r.Schedule.Dated() {
		yearless = when.Yearless(first(r.Title, catalog.MaxTitle))
	}
	switch {
	case it.guid != "":
		r.NativeID = it.guid
	case r.URL != "":
		r.NativeID = r.URL
	default:
		r.NativeID, r.IDDerived = it.derived(), true
	}
	problem := catalog.Reject{Title: r.Title, Locator: where, Fixer: catalog.FixSource}
	if !r.IDDerived {
		problem.NativeID = r.NativeID
	}
	switch {
	case r.Title == "":
		problem.Field, problem.Reason = "title", "Innlegget har ingen tittel."
	case !r.Schedule.Dated() && r.Kind.NeedsDate() && bad != "":
		problem.Field, problem.Reason = "start", "Innlegget har ingen dato som kan leses: "+bad+"."
	case yearless != "" && r.Kind.NeedsDate():
		problem.Field, problem.Reason = "start", fmt.Sprintf("«%s» mangler årstall, eller en ukedag som passer med når innlegget ble publisert. Be leverandøren skrive hele datoen i tittelen eller i egne felter.", yearless)
	case yearless != "":
		a.warn(where, fmt.Sprintf("Datoen i tittelen kan ikke leses, så «%s» står som et tilbud uten dato: «%s» mangler årstall. Be leverandøren skrive hele datoen", catalog.CleanText(r.Title, 60), yearless))
		return it, nil
	case !r.Schedule.Dated() && r.Kind.NeedsDate():
		problem.Field, problem.Fixer = "start", catalog.FixEditor
		problem.Reason = "Innlegget sier ikke når det skjer (når det ble publisert, er noe annet). Er kilden faste tilbud uten dato, så sett defaults.kind til activity i sources.yaml; ellers må leverandøren oppgi dato i egne felter eller i tittelen."
	default:
		return it, nil
	}
	return it, &problem
}

// link is the item's page; a guid that is an address serves when there is none.
func (a *adapter) link(x *gofeed.Item, address, where string) string {
	for _, ref := range []string{x.Link, x.GUID} {
		ref = strings.TrimSpace(ref)
		if ref == "" || ref == x.GUID && !strings.HasPrefix(ref, "http") {
			continue
		}
		u, ok := catalog.CleanURL(ref, address)
		if ok {
			return u
		}
		a.warn(where, fmt.Sprintf("Adressen «%s» er utelatt: bare http og https kan brukes", catalog.CleanText(ref, 60)))
	}
	return ""
}

func image(x *gofeed.Item, address string) *catalog.Image {
	ref, alt := "", ""
	if x.Image != nil {
		ref, alt = x.Image.URL, x.Image.Title
	}
	for _, e := range x.Enclosures {
		if ref == "" && e != nil && strings.HasPrefix(e.Type, "image/") {
			ref = e.URL
		}
	}
	for _, name := range []string{"thumbnail", "content"} {
		for _, e := range x.Extensions["media"][name] {
			if ref == "" && (name == "thumbnail" || e.Attrs["medium"] == "image" || strings.HasPrefix(e.Attrs["type"], "image/")) {
				ref = e.Attrs["url"]
			}
		}
	}
	if u, ok := catalog.CleanURL(ref, address); ok {
		return &catalog.Image{URL: u, Alt: catalog.CleanText(alt, 0)}
	}
	return nil
}

// fields gives the extension elements of an item by local name in lower case: those of event modules (RSS event module, xCal, Campus
// Labs, Google Base) and, for positions, of GeoRSS.
func fields(x *gofeed.Item) map[string][]ext.Extension {
	out := map[string][]ext.Extension{}
	prefixes := make([]string, 0, len(x.Extensions))
	for p := range x.Extensions {
		prefixes = append(prefixes, p)
	}
	slices.Sort(prefixes)
	for _, p := range prefixes {
		if l := strings.ToLower(p); !strings.Contains(l, "ev") && !strings.Contains(l, "cal") && l != "g" {
			continue
		}
		for name, elements := range x.Extensions[p] {
			for _, e := range elements {
				name = strings.ToLower(name)
				out[name] = append(out[name], e)
				if name == "event_date_range" {
					for child, inner := range e.Children {
						out[child] = append(out[child], inner...)
					}
				}
			}
		}
	}
	for name, v := range x.Custom {
		out[strings.ToLower(name)] = append(out[strings.ToLower(name)], ext.Extension{Value: v})
	}
	return out
}

// field is the first text among event fields of these names.
func field(x *gofeed.Item, names ...string) string {
	all := fields(x)
	for _, name := range names {
		for _, e := range all[name] {
			if v := strings.TrimSpace(e.Value); v != "" {
				return catalog.CleanText(catalog.PlainText(v), 0)
			}
		}
	}
	return ""
}

// place reads a location field and a position: GeoRSS simple and GML, W3C geo.
func place(x *gofeed.Item) *catalog.Place {
	p := catalog.Place{Name: field(x, "location", "venue")}
	if p.Name == "" {
		for _, e := range x.Extensions["georss"]["featurename"] {
			p.Name = catalog.CleanText(e.Value, 0)
		}
	}
	geo := x.Extensions["geo"]
	if lat, lon := text(geo, "lat"), text(geo, "long"); lat != "" {
		p.Geo = markup.Point(lat, lon)
	}
	for _, e := range geo["Point"] {
		p.Geo = markup.Point(text(e.Children, "lat"), text(e.Children, "long"))
	}
	for _, name := range []string{"point", "where"} {
		for _, e := range x.Extensions["georss"][name] {
			pair := e.Value
			for _, point := range e.Children["Point"] {
				pair = text(point.Children, "pos")
			}
			if lat, lon, ok := strings.Cut(strings.Join(strings.Fields(strings.ReplaceAll(pair, ",", " ")), " "), " "); ok && p.Geo == nil {
				p.Geo = markup.Point(lat, lon)
			}
		}
	}
	if p == (catalog.Place{}) {
		return nil
	}
	return &p
}

func text(elements map[string][]ext.Extension, name string) string {
	for _, e := range elements[name] {
		return strings.TrimSpace(e.Value)
	}
	return ""
}

// organisation matches a word that only organisations have in their names.
var organisation = regexp.MustCompile(`(?i)(forening|foreining|forbund|idrett|klubb|kommune|bibliotek|kulturhus|kulturskole|korps|museum|musikk|teater|kirke|kyrkje|menighet|sokn|frivillig|senter|sentral|ungdoms|speider|bygdekvinne|historielag|skole|turlag|røde kors|raude kors)|\b(IL|IF|FK|BK|SK|TIF|AS|BA|lag|laget|club|association|society|library|council|university|church)\b`)

// organizer is the organiser field, else the author when that is an organisation and no person.
func (a *adapter) organizer(x *gofeed.Item) *catalog.Organizer {
	name := field(x, "organizer", "host")
	if name == "" && a.Author != "ignore" && x.Author != nil {
		name = catalog.CleanText(catalog.PlainText(x.Author.Name), 0)
		if a.Author != "organizer" && !organisation.MatchString(name) {
			name = ""
		}
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "MAILTO:"), "mailto:")
	if name == "" || strings.Contains(name, "@") {
		return nil
	}
	return &catalog.Organizer{Name: name}
}

// embedded is the one event that the content marks up in JSON-LD, microdata, h-event or hCalendar; nil when there is none.
func (a *adapter) embedded(content, link, address string) *catalog.Record {
	if !strings.Contains(content, "event") && !strings.Contains(content, "ld+json") && !strings.Contains(content, "itemscope") {
		return nil
	}
	if link == "" {
		link = address
	}
	page := markup.ReadHTML(content, link, a.source.Language)
	if len(page.Events) != 1 {
		return nil
	}
	r, _, _ := page.Events[0].Record(markup.Context{Zone: a.source.Zone, Kind: a.source.Kind})
	return &r
}

// fill takes from the event in the content what the feed's own fields leave out. Its description is better than the content around it.
func fill(r, e *catalog.Record) {
	if e == nil {
		return
	}
	if r.Title == "" {
		r.Title = e.Title
	}
	if e.Description != "" {
		r.Description = e.Description
	}
	if r.Image == nil {
		r.Image = e.Image
	}
	if r.Organizer == nil {
		r.Organizer = e.Organizer
	}
	switch {
	case r.Place == nil:
		r.Place = e.Place
	case r.Place.Name == "" && e.Place != nil:
		geo := r.Place.Geo
		*r.Place = *e.Place
		r.Place.Geo = geo
	}
	if r.Status == "" {
		r.Status = e.Status
	}
	r.Age, r.Price, r.Offers = e.Age, e.Price, e.Offers
	for _, k := range e.Keywords {
		if !slices.Contains(r.Keywords, k) {
			r.Keywords = append(r.Keywords, k)
		}
	}
}

// dates finds when it takes place: event fields, then the event in the content, then the title, whose date is cut out of it. It gives
// the reason why a date that is there cannot be read.
func (a *adapter) dates(x *gofeed.Item, r, embedded *catalog.Record, where string) (bad string) {
	zone := a.source.Zone
	r.Schedule.Zone = zone.String()
	if from := field(x, "startdate", "dtstart", "start_date", "start"); from != "" {
		start, err := when.Parse(from, zone)
		if err == nil {
			o := catalog.Occurrence{Start: start.Time, AllDay: start.Day}
			if to := field(x, "enddate", "dtend", "end_date", "end"); to != "" {
				end, err := when.Parse(to, zone)
				if err == nil && end.Day == start.Day && !end.Time.Before(start.Time) {
					o.End = end.Time
				} else {
					a.warn(where, fmt.Sprintf("Slutten «%s» kan ikke brukes og er utelatt", to))
				}
			}
			r.Schedule.Dates = []catalog.Occurrence{o}
			return ""
		}
		bad = err.Error()
	}
	if embedded != nil && embedded.Schedule.Dated() {
		r.Schedule = embedded.Schedule
		return ""
	}
	var published time.Time
	if t := cmp.Or(x.PublishedParsed, x.UpdatedParsed); t != nil {
		published = t.In(zone)
	}
	span, from, to, ok := when.Find(first(r.Title, catalog.MaxTitle), published)
	unsure := ""
	if ok && a.monthFirst && strings.Contains(r.Title[from:to], "/") {
		unsure = r.Title[from:to]
	} else if !ok && when.MonthFirst("", r.Title) {
		unsure = catalog.CleanText(r.Title, 60)
	}
	if unsure != "" {
		ok, bad = false, fmt.Sprintf("«%s» kan være skrevet med måneden først; be leverandøren skrive måneden med bokstaver", unsure)
	}
	if !ok {
		if bad != "" && !r.Kind.NeedsDate() {
			a.warn(where, "Datoen er utelatt: "+bad)
		}
		return bad
	}
	if span.Odd != "" {
		a.warn(where, "Datoen i tittelen motsier seg selv: "+strings.TrimSpace(span.Odd))
	}
	r.Derived = []string{"schedule"}
	before, after := strings.TrimRight(r.Title[:from], " ,;:|-–—(@"), strings.TrimLeft(r.Title[to:], " ,;:|-–—)")
	if rest := strings.TrimSpace(before + " " + after); rest != "" {
		r.Title = rest
	}
	a.span(r, span)
	return ""
}

// span is a weekly series when the source means its spans so and both ends are the same weekday, else one occurrence.
func (a *adapter) span(r *catalog.Record, s when.Span) {
	zone := a.source.Zone
	if s.Start < 0 {
		o := catalog.Occurrence{Start: s.From, AllDay: true}
		if s.To.After(s.From) {
			o.End = s.To
		}
		r.Schedule.Dates = []catalog.Occurrence{o}
		return
	}
	ending := func(day time.Time) time.Time {
		switch {
		case s.End < 0:
			return time.Time{}
		case s.End < s.Start && day.Equal(s.From):
			day = day.AddDate(0, 0, 1)
		}
		return when.Clock(day, s.End, zone)
	}
	start := when.Clock(s.From, s.Start, zone)
	if a.Span == "weekly" && s.Weekly() {
		until := catalog.LocalTime(zone, s.To.AddDate(0, 0, 1)).Add(-time.Second).UTC()
		r.Schedule.Series = []catalog.Series{{Start: start, End: ending(s.From), Rules: []string{"FREQ=WEEKLY;UNTIL=" + until.Format("20060102T150405Z")}}}
		return
	}
	o := catalog.Occurrence{Start: start, End: ending(s.To)}
	if s.End < 0 && s.To.After(s.From) {
		o.End = catalog.LocalTime(zone, s.To.AddDate(0, 0, 1))
	}
	r.Schedule.Dates = []catalog.Occurrence{o}
}

package markup

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Context is what the adapter must know of the source.
type Context struct {
	Zone *time.Location // for times without an offset
	Kind catalog.Kind   // defaults.kind, may be empty
	// ZeroUnknown says that the source writes the price 0 where it does not know the price.
	ZeroUnknown bool
}

// Record makes a record of e, without Source. It is good when the reject is nil; notes are remarks that lost nothing.
// The native id is @id, else url; an event with neither gets one derived of title, place and first start.
func (e *Event) Record(c Context) (r catalog.Record, notes []Note, reject *catalog.Reject) {
	a := &adapter{Context: c, base: e.base, where: e.Where}
	n := e.node
	r = catalog.Record{
		Kind:        a.kind(n),
		Title:       catalog.CleanText(catalog.PlainText(n.text("name", "headline", "title")), 0),
		Description: catalog.CleanLines(catalog.PlainText(n.text("description", "abstract", "disambiguatingDescription")), 0),
		Language:    language(n.text("inLanguage")),
		URL:         a.url(n.link("url", "mainEntityOfPage", "sameAs")),
		Image:       a.image(n),
		Keywords:    keywords(n),
		Organizer:   a.organizer(n),
		Place:       a.place(n),
		Status:      status(n),
		Age:         age(n),
	}
	r.Offers, r.Price = a.offers(n)
	r.Schedule = a.schedule(n, e.parts)
	if t, ok := a.time(n.plain("dateModified"), "dateModified"); ok && !t.Day {
		r.Modified = t.Time
	}
	r.NativeID = a.nativeID(n, r.URL)
	if r.NativeID == "" {
		r.NativeID, r.IDDerived = DerivedID(&r), true
	}
	reason := catalog.Reject{NativeID: r.NativeID, Title: r.Title, Locator: e.Where, Fixer: catalog.FixSource}
	if r.IDDerived {
		reason.NativeID = ""
	}
	switch {
	case r.Title == "":
		reason.Field, reason.Reason = "name", "Arrangementet har ikke noe navn (name)."
	case !r.Schedule.Dated() && r.Kind.NeedsDate() && a.badDate != "":
		reason.Field, reason.Reason = "startDate", "Arrangementet har ingen dato som kan leses: "+a.badDate+"."
	case !r.Schedule.Dated() && r.Kind.NeedsDate():
		reason.Field, reason.Reason = "startDate", "Arrangementet har ingen dato (startDate). Er kilden faste aktiviteter uten dato, så sett defaults.kind til activity i sources.yaml."
		reason.Fixer = catalog.FixEditor
	default:
		return r, a.notes, nil
	}
	return r, a.notes, &reason
}

// DerivedID makes a native id of what does not change: title, place and first start.
func DerivedID(r *catalog.Record) string {
	place := ""
	if r.Place != nil {
		place = r.Place.Name + " " + r.Place.Address
	}
	return catalog.DerivedID(r.Title, place, firstStart(r.Schedule))
}

func firstStart(s catalog.Schedule) string {
	var starts []string
	for _, o := range s.Dates {
		starts = append(starts, o.Start.UTC().Format(time.RFC3339))
	}
	for _, x := range s.Series {
		starts = append(starts, x.Start.UTC().Format(time.RFC3339))
	}
	if len(starts) == 0 {
		return ""
	}
	return slices.Min(starts)
}

type adapter struct {
	Context
	base, where string
	badDate     string // why the start cannot be read
	notes       []Note
}

func (a *adapter) note(format string, args ...any) {
	a.notes = append(a.notes, Note{a.where, fmt.Sprintf(format, args...)})
}

// kind: the page's own word for a course counts, unless it has no date and the source's kind needs none.
func (a *adapter) kind(n *Node) catalog.Kind {
	switch {
	case n.is(isCourse) && (a.Kind == "" || a.Kind.NeedsDate() || n.Props["startDate"] != nil):
		return catalog.KindCourse
	case a.Kind != "":
		return a.Kind
	}
	return catalog.KindEvent
}

func (a *adapter) nativeID(n *Node, link string) string {
	id := catalog.PlainText(n.ID)
	switch {
	case id == "" || strings.HasPrefix(id, "_:"):
		return link
	case strings.HasPrefix(id, "#"), strings.HasPrefix(id, "/"), strings.HasPrefix(id, "?"):
		whole, ok := catalog.CleanURL(id, a.base)
		if !ok {
			return link
		}
		return whole
	}
	if whole, ok := catalog.CleanURL(id, ""); ok {
		return whole
	}
	return id
}

// url is a clean absolute address, "" for one that is not fit to show; an address that is no link is noted.
func (a *adapter) url(ref string) string {
	ref = strings.TrimSpace(catalog.PlainText(ref))
	if ref == "" {
		return ""
	}
	u, ok := catalog.CleanURL(ref, a.base)
	if !ok {
		a.note("Adressen «%s» er utelatt: bare http og https kan brukes", catalog.CleanText(ref, 60))
	}
	return u
}

func (a *adapter) image(n *Node) *catalog.Image {
	for _, prop := range []string{"image", "thumbnailUrl"} {
		for _, v := range n.Props[prop] {
			inner, _ := v.(*Node)
			ref, alt := linkOf(v), inner.plain("caption", "description")
			if u := a.url(ref); u != "" {
				return &catalog.Image{URL: u, Alt: catalog.CleanText(catalog.PlainText(alt), 0)}
			}
		}
	}
	return nil
}

// organizer is the organisation; a Person is left out, since no named person belongs in a listing.
func (a *adapter) organizer(n *Node) *catalog.Organizer {
	for _, prop := range []string{"organizer", "provider", "host"} {
		for _, v := range n.Props[prop] {
			o := catalog.Organizer{}
			switch v := v.(type) {
			case string:
				o.Name = v
			case *Node:
				if slices.Contains(v.Types, "Person") {
					continue
				}
				o.Name = v.text("name", "legalName")
				o.URL = a.url(v.link("url", "sameAs"))
			}
			o.Name = catalog.CleanText(catalog.PlainText(o.Name), 0)
			if u, ok := catalog.CleanURL(o.Name, ""); ok && u != "" {
				o.Name, o.URL = "", u
			}
			if o.Name != "" && !strings.Contains(o.Name, "@") {
				return &o
			}
		}
	}
	return nil
}

// generic are types that say nothing about what an event is about.
var generic = []string{"Event", "EventSeries", "SocialEvent", "Course", "CourseInstance", "SessionSeries", "ScheduledSession", "Thing", "Product"}

// keywords are the source's own words for what it is about, its subtype among them ("MusicEvent").
func keywords(n *Node) []string {
	var out []string
	add := func(s string) {
		if s = catalog.CleanText(catalog.PlainText(s), 0); s != "" && !strings.Contains(s, "://") && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, k := range n.texts("keywords") {
		for part := range strings.SplitSeq(catalog.PlainText(k), ",") {
			add(part)
		}
	}
	for _, k := range n.texts("category", "genre", "activity", "about") {
		add(k)
	}
	for _, t := range n.Types {
		if !slices.Contains(generic, t) {
			add(t)
		}
	}
	return out
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

func language(s string) string {
	if languageTag.MatchString(s) {
		return s
	}
	return ""
}

// status reads eventStatus, as an address, a bare word or a thing, and a full house.
func status(n *Node) catalog.Status {
	switch s := strings.ToLower(strings.TrimPrefix(local(n.text("eventStatus")), "Event")); s {
	case "cancelled", "canceled":
		return catalog.StatusCancelled
	case "postponed":
		return catalog.StatusPostponed
	}
	if n.plain("remainingAttendeeCapacity") == "0" {
		return catalog.StatusFull
	}
	return ""
}

var ageRange = regexp.MustCompile(`^(?:alder:?\s*)?(\d{1,3})?\s*(?:år)?\s*([-–+])\s*(\d{1,3})?\s*(?:år|years?)?$`)

// age reads typicalAgeRange ("6-12", "6+", "-12"), OpenActive's ageRange and the audience's suggested ages. A single figure may mean
// "from" as well as "exactly" and is left out.
func age(n *Node) *catalog.Age {
	var out catalog.Age
	if m := ageRange.FindStringSubmatch(strings.ToLower(n.plain("typicalAgeRange"))); m != nil && (m[2] != "+" || m[3] == "") {
		out.Min, out.Max = years(m[1]), years(m[3])
	}
	for _, from := range []*Node{n.node("ageRange"), n.node("typicalAgeRange"), n.node("audience")} {
		if out.Min == nil && out.Max == nil {
			out.Min = years(from.plain("minValue", "suggestedMinAge", "requiredMinAge"))
			out.Max = years(from.plain("maxValue", "suggestedMaxAge", "requiredMaxAge"))
		}
	}
	if out.Min != nil && out.Max != nil && *out.Max < *out.Min || out.Min == nil && out.Max == nil {
		return nil
	}
	return &out
}

func years(s string) *int {
	s, _, _ = strings.Cut(s, ".")
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 120 {
		return nil
	}
	return &n
}

// place is the first physical place, else that it is online. An event that is both has its physical place.
func (a *adapter) place(n *Node) *catalog.Place {
	virtual := false
	online := strings.HasPrefix(local(n.text("eventAttendanceMode")), "OnlineEvent")
	for _, v := range n.Props["location"] {
		switch v := v.(type) {
		case string:
			if _, isURL := catalog.CleanURL(v, ""); isURL {
				continue
			}
			if name := line(v); name != "" {
				return &catalog.Place{Name: name, Online: online}
			}
		case *Node:
			if slices.Contains(v.Types, "VirtualLocation") {
				virtual = true
				continue
			}
			if p := a.physical(v); *p != (catalog.Place{}) {
				p.Online = online
				return p
			}
		}
	}
	if online || virtual {
		return &catalog.Place{Online: true}
	}
	return nil
}

// Norwegian post codes: "Parkgata 11B, 6003 Ålesund".
var postal = regexp.MustCompile(`^(?:(.*?)[,\s]\s*)?(\d{4})\s+(\p{Lu}[\p{L} .-]*?)(?:,?\s*(?:Norge|Noreg|Norway))?$`)

func (a *adapter) physical(v *Node) *catalog.Place {
	p := &catalog.Place{Name: line(v.plain("name"))}
	for _, address := range append(v.Props["address"], v) {
		switch at := address.(type) {
		case string:
			p.Address = line(at)
		case *Node:
			p.Address = line(strings.Join(at.texts("streetAddress"), ", "))
			p.Locality = line(at.text("addressLocality"))
			if code := at.plain("postalCode"); len(code) <= 10 {
				p.PostalCode = line(code)
			}
		}
		if p.Address != "" || p.Locality != "" || p.PostalCode != "" {
			break
		}
	}
	if m := postal.FindStringSubmatch(p.Address); m != nil && (p.PostalCode == "" || p.PostalCode == m[2]) {
		p.Address, p.PostalCode = strings.TrimRight(m[1], " ,"), m[2]
		if p.Locality == "" {
			p.Locality = m[3]
		}
	}
	geo := v.node("geo")
	if geo == nil {
		geo = v
	}
	lat, lon := geo.plain("latitude"), geo.plain("longitude")
	if pair := v.plain("geo"); lat == "" {
		lat, lon, _ = strings.Cut(strings.ReplaceAll(strings.TrimPrefix(pair, "geo:"), ";", ","), ",")
	}
	p.Geo = Point(lat, lon)
	return p
}

// Point reads degrees, with a decimal point or comma; nil for what is no position on earth, or is 0,0.
func Point(lat, lon string) *catalog.Point {
	y, errY := strconv.ParseFloat(strings.Replace(strings.TrimSpace(lat), ",", ".", 1), 64)
	x, errX := strconv.ParseFloat(strings.Replace(strings.TrimSpace(lon), ",", ".", 1), 64)
	if errY != nil || errX != nil || !(math.Abs(y) <= 90) || !(math.Abs(x) <= 180) || x == 0 && y == 0 {
		return nil
	}
	return &catalog.Point{Lat: y, Lon: x}
}

// line is text of one line, without markup.
func line(s string) string { return catalog.CleanText(catalog.PlainText(s), 0) }

package catalog

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Caps of one record; what is above is cut off.
const (
	MaxCategories = 20
	MaxKeywords   = 50
	MaxOffers     = 100
	MaxDates      = 1_000
	MaxRules      = 10
)

// The years in which a start is believed.
const (
	FirstYear = 1600
	LastYear  = 2100
)

// Normalise brings a record into the form in which it is stored: clean texts, safe absolute addresses (relative ones resolved against
// base), known codes, sorted dates, a summary. What it had to drop comes back as warnings; a record that nobody could use comes back as a reject.
// Doing it twice changes nothing.
func (r *Record) Normalise(base string) (warnings []string, reject *Reject) {
	n := normaliser{r: r, base: base}
	n.texts()
	if r.NativeID == "" || r.Title == "" {
		field, reason := "title", "oppføringen har ingen tittel"
		if r.NativeID == "" {
			field, reason = "id", "oppføringen har ingen id"
		}
		return n.warnings, &Reject{NativeID: r.NativeID, Title: r.Title, Field: field, Reason: reason, Fixer: FixSource}
	}
	n.codes()
	n.addresses()
	n.place()
	n.numbers()
	if reason := n.schedule(); reason != "" {
		return n.warnings, &Reject{NativeID: r.NativeID, Title: r.Title, Field: "start", Reason: reason, Fixer: FixSource}
	}
	return n.warnings, nil
}

type normaliser struct {
	r        *Record
	base     string
	warnings []string
}

func (n *normaliser) warn(format string, args ...any) {
	n.warnings = append(n.warnings, fmt.Sprintf(format, args...))
}

func (n *normaliser) texts() {
	r := n.r
	if r.NativeID = strings.TrimSpace(strip(r.NativeID)); len(r.NativeID) > MaxID {
		r.NativeID = "h-" + Hash([]byte(r.NativeID))
	}
	if r.Title = CleanText(r.Title, MaxTitle); strings.EqualFold(r.Title, "null") {
		r.Title = ""
	}
	r.Description = CleanLines(r.Description, MaxDescription)
	if r.Summary = CleanText(r.Summary, MaxText); r.Summary == "" {
		r.Summary = summarise(r.Description)
	}
	r.Language = CleanText(r.Language, 35)
	r.Categories = words(r.Categories, MaxCategories)
	r.Keywords = words(r.Keywords, MaxKeywords)
	r.Accessibility = words(r.Accessibility, MaxCategories)
	r.Inaccessible = words(r.Inaccessible, MaxCategories)
	r.Schemes = words(r.Schemes, MaxCategories)
	r.Schedule.Text = CleanText(r.Schedule.Text, MaxText)
	if o := r.Organizer; o != nil {
		o.Name, o.OrgNumber = CleanText(o.Name, MaxTitle), strings.ReplaceAll(CleanText(o.OrgNumber, 20), " ", "")
		if o.Name == "" && o.OrgNumber == "" {
			r.Organizer = nil
		}
	}
	if p := r.Place; p != nil {
		for _, s := range []*string{&p.Name, &p.Address, &p.PostalCode, &p.Locality, &p.Municipality, &p.Neighbourhood} {
			*s = CleanText(*s, MaxTitle)
		}
	}
	if r.Price != nil {
		r.Price.Text, r.Price.Unit = CleanText(r.Price.Text, MaxText), CleanText(r.Price.Unit, 40)
	}
	for i := range r.Offers {
		r.Offers[i].Name = CleanText(r.Offers[i].Name, MaxTitle)
	}
	if s := r.Scheme; s != nil {
		for _, t := range []*string{&s.ID, &s.Pays, &s.NotFor, &s.ForWhom, &s.RunBy, &s.Apply, &s.PerWhat} {
			*t = CleanText(*t, MaxText)
		}
	}
	if c := r.Contact; c != nil {
		c.Email, c.Phone = CleanText(c.Email, 254), CleanText(c.Phone, 40)
	}
}

// summarise takes the first sentences of a description, up to some 200 characters.
func summarise(description string) string {
	text := CleanText(description, 0)
	if len([]rune(text)) <= 220 {
		return text
	}
	head := string([]rune(text)[:220])
	if i := strings.LastIndexAny(head, ".!?"); i > 80 && i+1 < len(head) && head[i+1] == ' ' {
		return head[:i+1]
	}
	return cut(text, 200)
}

// words cleans a list of words, keeps the first of equals and at most max.
func words(in []string, max int) []string {
	var out []string
	for _, w := range in {
		if w = CleanText(w, 100); w != "" && !slices.Contains(out, w) && len(out) < max {
			out = append(out, w)
		}
	}
	return out
}

func (n *normaliser) codes() {
	r := n.r
	if !r.Status.Valid() {
		n.warn("ukjent status %.40q er utelatt", r.Status)
		r.Status = ""
	}
	if r.Status == StatusScheduled {
		r.Status = ""
	}
	if o := r.Organizer; o != nil && o.Kind != "" && !slices.Contains(OrganizerKinds(), o.Kind) {
		n.warn("ukjent slag arrangør %.40q er utelatt", o.Kind)
		o.Kind = ""
	}
	for _, list := range []*[]string{&r.Accessibility, &r.Inaccessible} {
		*list = slices.DeleteFunc(*list, func(code string) bool { return !slices.Contains(Accessibilities(), code) })
		if len(*list) == 0 {
			*list = nil
		}
	}
	for i := range r.Offers {
		switch o := &r.Offers[i]; o.Availability {
		case "", Available, SoldOut, NotYet, Ended:
		default:
			o.Availability = ""
		}
	}
}

func (n *normaliser) addresses() {
	r := n.r
	n.address("url", &r.URL)
	if r.Image != nil {
		r.Image.Alt = CleanText(r.Image.Alt, MaxTitle)
		if n.address("image", &r.Image.URL); r.Image.URL == "" {
			r.Image = nil
		}
	}
	if r.Organizer != nil {
		n.address("organizer.url", &r.Organizer.URL)
	}
	if r.Contact != nil {
		n.address("contact.url", &r.Contact.URL)
		if *r.Contact == (Contact{}) {
			r.Contact = nil
		}
	}
	for i := range r.Offers {
		n.address("offers.url", &r.Offers[i].URL)
	}
	if len(r.Offers) > MaxOffers {
		n.warn("%d billettyper, bare %d er med", len(r.Offers), MaxOffers)
		r.Offers = r.Offers[:MaxOffers]
	}
}

func (n *normaliser) address(field string, ref *string) {
	if *ref == "" {
		return
	}
	clean, ok := CleanURL(*ref, n.base)
	if !ok {
		n.warn("%s er ikke en http- eller https-adresse og er utelatt", field)
	}
	*ref = clean
}

func digits(s string, count int) bool {
	return len(s) == count && strings.Trim(s, "0123456789") == ""
}

func (n *normaliser) place() {
	p := n.r.Place
	if p == nil {
		return
	}
	if p.Municipality != "" && !digits(p.Municipality, 4) {
		n.warn("kommunenummeret %.40q har ikke fire sifre og er utelatt", p.Municipality)
		p.Municipality = ""
	}
	if g := p.Geo; g != nil {
		switch {
		case math.IsNaN(g.Lat) || math.IsNaN(g.Lon) || math.Abs(g.Lon) > 180 || math.Abs(g.Lat) > 180 || g.Lat == 0 && g.Lon == 0:
			n.warn("koordinatene er utenfor jorda eller 0,0 og er utelatt")
			p.Geo = nil
		case inNorway(g.Lon, g.Lat):
			n.warn("bredde- og lengdegrad var byttet om og er rettet")
			p.Geo = &Point{Lat: g.Lon, Lon: g.Lat}
		case math.Abs(g.Lat) > 90:
			n.warn("koordinatene er utenfor jorda og er utelatt")
			p.Geo = nil
		}
	}
	if *p == (Place{}) {
		n.r.Place = nil
	}
}

// inNorway reports whether a position is in the box round mainland Norway and Svalbard, which holds no point of its own mirror image.
func inNorway(lat, lon float64) bool { return lat > 57.5 && lat < 81 && lon > 3.5 && lon < 34 }

func (n *normaliser) numbers() {
	r := n.r
	if a := r.Age; a != nil {
		bad := func(v *int) bool { return v != nil && (*v < 0 || *v > 120) }
		if bad(a.Min) || bad(a.Max) || a.Min != nil && a.Max != nil && *a.Min > *a.Max {
			n.warn("alderen er ikke mulig og er utelatt")
			r.Age = nil
		} else if a.Min == nil && a.Max == nil {
			r.Age = nil
		}
	}
	if p := r.Price; p != nil {
		if p.Min != nil && p.Max != nil && *p.Min > *p.Max {
			p.Min, p.Max = p.Max, p.Min
		}
		if p.Free == Yes && p.Max != nil && *p.Max > 0 {
			n.warn("prisen er både gratis og %s kr; gratis er utelatt", p.Max)
			p.Free = NotStated
		}
		p.Currency = strings.ToUpper(CleanText(p.Currency, 3))
		if *p == (Price{}) || *p == (Price{Currency: p.Currency}) {
			r.Price = nil
		}
	}
}

func believed(t time.Time) bool { return t.Year() >= FirstYear && t.Year() <= LastYear }

// schedule sorts and bounds the dates; it returns why a record without any believable date cannot be used.
func (n *normaliser) schedule() string {
	s := &n.r.Schedule
	had := s.Dated()
	s.Dates = slices.DeleteFunc(s.Dates, func(o Occurrence) bool { return !believed(o.Start) })
	s.Series = slices.DeleteFunc(s.Series, func(x Series) bool { return !believed(x.Start) })
	for i := range s.Dates {
		o := &s.Dates[i]
		if !o.End.IsZero() && (o.End.Before(o.Start) || !believed(o.End)) {
			n.warn("slutten er før starten og er utelatt")
			o.End = time.Time{}
		}
		if !o.Status.Valid() || o.Status == StatusScheduled {
			o.Status = ""
		}
		if o.URL != "" {
			n.address("occurrences.url", &o.URL)
		}
	}
	slices.SortStableFunc(s.Dates, func(a, b Occurrence) int { return a.Start.Compare(b.Start) })
	s.Dates = slices.CompactFunc(s.Dates, func(a, b Occurrence) bool {
		return a.Start.Equal(b.Start) && a.End.Equal(b.End) && a.AllDay == b.AllDay
	})
	if len(s.Dates) > MaxDates {
		n.warn("%d datoer, bare de siste %d er med", len(s.Dates), MaxDates)
		s.Dates = s.Dates[len(s.Dates)-MaxDates:]
	}
	if len(s.Series) > MaxRules {
		n.warn("%d gjentakelser, bare %d er med", len(s.Series), MaxRules)
		s.Series = s.Series[:MaxRules]
	}
	if s.Dated() {
		return ""
	}
	if had {
		return fmt.Sprintf("datoen er utenfor %d–%d", FirstYear, LastYear)
	}
	if n.r.Kind.NeedsDate() {
		return "oppføringen har ingen dato"
	}
	return ""
}

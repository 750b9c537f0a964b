package catalog

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Caps of one record; what is above is cut off.
const (
	MaxCategories = 20
	MaxKeywords   = 50
	MaxOffers     = 100
	MaxDates      = 1_000 // of a schedule; also added dates, exceptions and overrides of one series
	MaxRules      = 10    // series of a schedule, and rules of one series
	MaxVia        = 20
)

// The years in which a time is believed.
const (
	FirstYear = 1600
	LastYear  = 3999
)

// Normalise brings a record into the form in which it is stored: clean texts, safe absolute addresses (relative ones resolved against
// base), known codes, sorted dates, a summary. What it had to drop comes back as warnings; a record that nobody could use comes back as a reject.
// Doing it twice changes nothing.
func (r *Record) Normalise(base string) (warnings []string, reject *Reject) {
	n := normaliser{r: r, base: base}
	n.texts()
	refuse := func(field, reason string) ([]string, *Reject) {
		return n.warnings, &Reject{NativeID: r.NativeID, Title: r.Title, Field: field, Reason: reason, Fixer: FixSource}
	}
	switch {
	case r.NativeID == "":
		return refuse("id", "oppføringen har ingen id")
	case r.Title == "":
		return refuse("title", "oppføringen har ingen tittel")
	case r.Kind != "" && !r.Kind.Valid():
		return refuse("kind", fmt.Sprintf("slaget %.40q finnes ikke", r.Kind))
	}
	n.codes()
	n.addresses()
	n.place()
	n.numbers()
	n.origin()
	if reason := n.schedule(); reason != "" {
		return refuse("start", reason)
	}
	return n.warnings, nil
}

type normaliser struct {
	r        *Record
	base     string
	warnings []string
}

func (n *normaliser) warn(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(n.warnings, text) {
		n.warnings = append(n.warnings, text)
	}
}

func (n *normaliser) texts() {
	r := n.r
	r.NativeID = NativeID(r.NativeID)
	if r.Title = CleanText(r.Title, MaxTitle); strings.EqualFold(r.Title, "null") || !strings.ContainsFunc(r.Title, unicode.IsGraphic) {
		r.Title = ""
	}
	r.Description = CleanLines(r.Description, MaxDescription)
	if r.Summary = CleanText(r.Summary, MaxText); r.Summary == "" {
		r.Summary = summarise(r.Description)
	}
	r.Categories = words(r.Categories, MaxCategories)
	r.Keywords = words(r.Keywords, MaxKeywords)
	r.Accessibility = words(r.Accessibility, MaxCategories)
	r.Inaccessible = words(r.Inaccessible, MaxCategories)
	r.Schemes = words(r.Schemes, MaxCategories)
	r.Derived = words(r.Derived, MaxKeywords)
	r.Schedule.Text = CleanText(r.Schedule.Text, MaxText)
	if o := r.Organizer; o != nil {
		if o.Name, o.OrgNumber = CleanText(o.Name, MaxTitle), orgNumber(o.OrgNumber); o.OrgNumber != "" && !digits(o.OrgNumber, 9) {
			n.warn("organisasjonsnummeret %.40q har ikke ni sifre og er utelatt", o.OrgNumber)
			o.OrgNumber = ""
		}
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
	if len(r.Offers) > MaxOffers {
		n.warn("%d billettyper, bare %d er med", len(r.Offers), MaxOffers)
		r.Offers = r.Offers[:MaxOffers]
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
		if c.Email, c.Phone = CleanText(c.Email, 0), CleanText(c.Phone, 40); c.Email != "" && !isEmail(c.Email) {
			n.warn("%.40q er ikke en e-postadresse og er utelatt", c.Email)
			c.Email = ""
		}
	}
}

// orgNumber takes away what is written around the nine digits: spaces, NO before and MVA after them.
func orgNumber(s string) string {
	s = strings.ToUpper(strings.ReplaceAll(CleanText(s, 0), " ", ""))
	return strings.TrimSuffix(strings.TrimPrefix(s, "NO"), "MVA")
}

func isEmail(s string) bool {
	local, domain, _ := strings.Cut(s, "@")
	return local != "" && strings.Contains(domain, ".") && !strings.Contains(domain, "@") && len(s) <= 254 && !strings.ContainsAny(s, " <>()\"'\\,;:?&%#")
}

// summarise takes the first sentences of a description, up to some 200 characters.
func summarise(description string) string {
	text := CleanText(description, 0)
	head := []rune(text)
	if len(head) <= 220 {
		return text
	}
	for i := 218; i > 80; i-- {
		if strings.ContainsRune(".!?", head[i-1]) && head[i] == ' ' && unicode.IsUpper(head[i+1]) {
			return string(head[:i])
		}
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

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

func (n *normaliser) codes() {
	r := n.r
	if !r.Status.Valid() {
		n.warn("ukjent status %.40q er utelatt", r.Status)
		r.Status = ""
	}
	if r.Status == StatusScheduled {
		r.Status = ""
	}
	if r.Language = strings.ReplaceAll(CleanText(r.Language, 0), "_", "-"); r.Language != "" && !languageTag.MatchString(r.Language) {
		n.warn("språket %.40q er ikke en språkkode som nb eller en og er utelatt", r.Language)
		r.Language = ""
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
		case math.IsNaN(g.Lat) || math.IsNaN(g.Lon) || math.Abs(g.Lon) > 180 || math.Abs(g.Lat) > 180 || g.Lat == 0 || g.Lon == 0:
			n.warn("koordinatene er utenfor jorda eller 0 og er utelatt")
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
		a.Text = ""
		bad := func(v *int) bool { return v != nil && (*v < 0 || *v > 120) }
		if bad(a.Min) || bad(a.Max) || a.Min != nil && a.Max != nil && *a.Min > *a.Max {
			n.warn("alderen er ikke mulig og er utelatt")
			r.Age = nil
		} else if a.Min == nil && a.Max == nil {
			r.Age = nil
		}
	}
	if p := r.Price; p != nil {
		if !n.currency(&p.Currency) {
			p.Min, p.Max = nil, nil
		}
		n.amount(&p.Min)
		n.amount(&p.Max)
		if p.Min != nil && p.Max != nil && *p.Min > *p.Max {
			p.Min, p.Max = p.Max, p.Min
		}
		for _, m := range []*Money{p.Max, p.Min} {
			if p.Free == Yes && m != nil && *m > 0 {
				n.warn("prisen er både gratis og %s kr; gratis er utelatt", m)
				p.Free = NotStated
			}
		}
		if *p == (Price{}) || *p == (Price{Currency: p.Currency}) {
			r.Price = nil
		}
	}
	for i := range r.Offers {
		o := &r.Offers[i]
		if !n.currency(&o.Currency) {
			o.Price = nil
		}
		n.amount(&o.Price)
		if o.Remaining != nil && *o.Remaining < 0 {
			o.Remaining = nil
		}
		for _, t := range []*time.Time{&o.RemainingAt, &o.ValidFrom, &o.ValidThrough} {
			*t = stored(*t, false)
		}
	}
	r.Offers = slices.DeleteFunc(r.Offers, func(o Offer) bool { return o == Offer{Currency: o.Currency} })
	if s := r.Scheme; s != nil {
		n.amount(&s.Amount)
	}
	r.Modified = stored(r.Modified, false)
}

// amount drops what is no believable price; Money of that kind could not be read back.
func (n *normaliser) amount(m **Money) {
	if *m != nil && (**m < 0 || **m > MaxMoney) {
		n.warn("beløpet %s er ikke mulig og er utelatt", **m)
		*m = nil
	}
}

// currency brings a currency into its three letters, and reports false when nobody could say what it is.
func (n *normaliser) currency(code *string) bool {
	switch c := strings.ToUpper(CleanText(*code, 0)); {
	case c == "KR" || c == "KR.":
		*code = "NOK"
	case c == "" || len(c) == 3 && strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "":
		*code = c
	default:
		n.warn("valutaen %.20q er ukjent; beløpet er utelatt", c)
		*code = ""
		return false
	}
	return true
}

// origin bounds what a peer says about where the record comes from.
func (n *normaliser) origin() {
	o := n.r.Origin
	if o == nil {
		return
	}
	for _, s := range []*string{&o.Hub, &o.Source, &o.Name, &o.Licence, &o.Attribution} {
		*s = CleanText(*s, MaxTitle)
	}
	o.NativeID, o.Via, o.FetchedAt = NativeID(o.NativeID), words(o.Via, MaxVia), stored(o.FetchedAt, false)
}

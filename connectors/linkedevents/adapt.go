package linkedevents

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/when"
)

// adapter makes records of events and counts what it passes over.
type adapter struct {
	source   connectors.Source
	zone     *time.Location
	currency string
	skipped  int    // drafts and deleted events
	others   int    // items that are no events
	other    string // type of the first of them
}

// found is a record with what ties it to others.
type found struct {
	catalog.Record
	parent    string // id of the super event
	recurring bool   // its dates are its sub-events
	where     string
}

var kinds = map[string]catalog.Kind{"course": catalog.KindCourse, "eventcourse": catalog.KindCourse, "volunteering": catalog.KindVolunteering, "eventhobbies": catalog.KindActivity}

var statuses = map[string]catalog.Status{"EventCancelled": catalog.StatusCancelled, "EventPostponed": catalog.StatusPostponed}

// event makes a record of x, without Source. It is empty without a reject for what is not meant for the public.
func (a *adapter) event(x Event) (f found, notes []string, reject *catalog.Reject) {
	f.where = x.Where
	r := &f.Record
	id := catalog.NativeID(x.ID.Value)
	title, language := x.Name.in(a.languages(""))
	languages := a.languages(language)
	r.Title = catalog.CleanText(catalog.PlainText(title), catalog.MaxTitle)
	refuse := func(field, reason string) (found, []string, *catalog.Reject) {
		return found{}, nil, &catalog.Reject{NativeID: id, Title: r.Title, Locator: x.Where, Field: field, Reason: reason, Fixer: catalog.FixSource}
	}
	switch {
	case x.Type.Value != "" && !strings.HasPrefix(x.Type.Value, "Event"):
		if a.others++; a.other == "" {
			a.other = catalog.CleanText(x.Type.Value, 60)
		}
		return refuse("@type", fmt.Sprintf("Dette er ikke et arrangement (Event), men «%s».", catalog.CleanText(x.Type.Value, 60)))
	case x.Deleted.Value, x.Published.Value == "draft":
		a.skipped++
		return found{}, nil, nil
	case id == "":
		return refuse("id", "Arrangementet må ha en id.")
	case r.Title == "":
		return refuse("name", "Arrangementet må ha et navn.")
	}
	r.NativeID = id
	if x.Super.Value != nil {
		f.parent = x.Super.Value.key()
	}
	f.recurring = x.SuperType.Value == "recurring"
	if r.Kind = kinds[strings.ToLower(x.TypeID.Value)]; r.Kind == "" {
		r.Kind = a.source.Kind
	}
	if r.Kind == "" {
		r.Kind = catalog.KindEvent
	}
	schedule, note, err := a.dates(x)
	r.Schedule = schedule
	switch {
	case err != nil:
		return refuse("start_time", "Starten kan ikke leses: "+err.Error()+".")
	case !schedule.Dated() && !f.recurring && r.Kind.NeedsDate():
		return refuse("start_time", "Arrangementet har ingen start_time.")
	}
	text := func(t texts) string { s, _ := t.in(languages); return s }
	r.Language = language
	r.Description = catalog.CleanLines(catalog.PlainText(text(x.Long)), catalog.MaxDescription)
	r.Summary = catalog.CleanText(catalog.PlainText(text(x.Short)), catalog.MaxText)
	r.URL, _ = catalog.CleanURL(text(x.URL), "")
	if name := catalog.CleanText(catalog.PlainText(text(x.Provider)), catalog.MaxText); name != "" {
		r.Organizer = &catalog.Organizer{Name: name}
	}
	for _, i := range x.Images.Value {
		if u, ok := catalog.CleanURL(i.URL.Value, ""); ok {
			r.Image = &catalog.Image{URL: u, Alt: catalog.CleanText(i.Alt.Value, catalog.MaxText)}
			break
		}
	}
	r.Status = statuses[x.Status.Value]
	r.Place = a.place(x, text)
	r.Price, r.Offers = a.price(x.Offers.Value, text)
	for _, k := range slices.Concat(x.Keywords.Value, x.Audience.Value) {
		word := text(k.Name)
		if word == "" {
			word, _ = url.PathUnescape(k.key())
		}
		if word = catalog.CleanText(catalog.PlainText(word), 100); word != "" && len(r.Keywords) < catalog.MaxKeywords && !slices.Contains(r.Keywords, word) {
			r.Keywords = append(r.Keywords, word)
		}
	}
	if low, high := years(x.MinAge.Value), years(x.MaxAge.Value); (low != nil || high != nil) && (low == nil || high == nil || *low <= *high) {
		r.Age = &catalog.Age{Min: low, Max: high}
	}
	if t, err := time.Parse(time.RFC3339, x.Modified.Value); err == nil {
		r.Modified = t.UTC()
	}
	if note != "" {
		notes = append(notes, note)
	}
	return f, append(notes, x.notes()...), nil
}

// languages is the order of preference: the language of the name, so that a record speaks one, then the source's, then those nearest.
func (a *adapter) languages(of string) []string {
	base, _, _ := strings.Cut(a.source.Language, "-")
	return []string{of, base, "nb", "no", "nn", "da", "sv", "en", "fi"}
}

func years(n *int) *int {
	if n == nil || *n < 0 || *n > cell.MaxAge {
		return nil
	}
	return n
}

// notes says which optional values of x could not be used.
func (x Event) notes() (notes []string) {
	for _, f := range []struct{ name, bad string }{
		{"location", x.Location.Bad}, {"keywords", x.Keywords.Bad}, {"audience", x.Audience.Bad}, {"offers", x.Offers.Bad}, {"images", x.Images.Bad}, {"end_time", x.End.Bad},
		{"event_status", x.Status.Bad}, {"audience_min_age", x.MinAge.Bad}, {"audience_max_age", x.MaxAge.Bad}, {"super_event", x.Super.Bad}, {"super_event_type", x.SuperType.Bad},
	} {
		if f.bad != "" {
			notes = append(notes, fmt.Sprintf("%s har en verdi av feil slag og er utelatt: «%s»", f.name, f.bad))
		}
	}
	return notes
}

// dates reads start and end; note says why an end is left out.
func (a *adapter) dates(x Event) (s catalog.Schedule, note string, err error) {
	s.Zone = a.zone.String()
	if x.Start.Bad != "" {
		return s, "", fmt.Errorf("«%s»", x.Start.Bad)
	}
	if x.Start.Value == "" {
		return s, "", nil
	}
	start, err := when.Parse(x.Start.Value[:min(len(x.Start.Value), 60)], a.zone)
	if err != nil {
		return s, "", err
	}
	o := catalog.Occurrence{Start: start.Time, AllDay: start.Day}
	if x.End.Value != "" {
		end, err := when.Parse(x.End.Value[:min(len(x.End.Value), 60)], a.zone)
		switch {
		case err != nil:
			note = "end_time er utelatt: " + err.Error()
		case end.Day == start.Day && !end.Time.Before(start.Time):
			o.End = end.Time
		case end.Day && !end.Time.Before(day(start.Time.In(a.zone))): // the clock of the end is not known
			if last := day(start.Time.In(a.zone)); end.Time.After(last) {
				s.ValidThrough = end.Time
			}
		default:
			note = "end_time passer ikke til start_time og er utelatt"
		}
	}
	s.Dates = []catalog.Occurrence{o}
	return s, note, nil
}

func day(t time.Time) time.Time { return catalog.Date(t.Date()) }

// place reads a place; one that is only an address of another document is not known. Without any, the extra words tell where.
func (a *adapter) place(x Event, text func(texts) string) *catalog.Place {
	clean := func(t texts) string { return catalog.CleanText(catalog.PlainText(text(t)), catalog.MaxText) }
	l := x.Location.Value
	if l == nil {
		if words := catalog.CleanText(catalog.PlainText(text(x.WhereElse)), 0); words != "" && len(words) <= 120 {
			return &catalog.Place{Name: words}
		}
		return nil
	}
	p := catalog.Place{Name: clean(l.Name), Address: clean(l.Street), Locality: clean(l.Locality), PostalCode: catalog.CleanText(l.Postal.Value, 20)}
	if id, _ := url.PathUnescape(l.key()); strings.HasSuffix(id, ":internet") {
		p = catalog.Place{Online: true}
	} else if xy := l.Position.Value.Coordinates; len(xy) == 2 {
		p.Geo = markup.Point(strconv.FormatFloat(xy[1], 'f', -1, 64), strconv.FormatFloat(xy[0], 'f', -1, 64))
	}
	if p == (catalog.Place{}) {
		return nil
	}
	return &p
}

var euro = regexp.MustCompile(`(?i)€|\beur(o|os|oa)?\b`)

// amount reads a price in words, when its currency is known.
func (a *adapter) amount(words string) (p *catalog.Price, currency string) {
	currency = a.currency
	if bare := euro.ReplaceAllString(words, " "); bare != words {
		words, currency = strings.TrimSpace(bare), "EUR"
	}
	if p, err := cell.Price(words); err == nil && currency != "" && !strings.Contains(strings.ToLower(words), "kr") {
		return p, currency
	}
	return nil, ""
}

// price sums up the offers. is_free:false may only mean that nobody has ticked it.
func (a *adapter) price(offers []offer, text func(texts) string) (*catalog.Price, []catalog.Offer) {
	var out []catalog.Offer
	sum, words, free, vague := catalog.Price{}, []string(nil), 0, false
	offers = offers[:min(len(offers), catalog.MaxOffers)]
	for _, o := range offers {
		made := catalog.Offer{Name: catalog.CleanText(catalog.PlainText(text(o.About)), catalog.MaxText)}
		made.URL, _ = catalog.CleanURL(text(o.URL), "")
		said := catalog.CleanText(catalog.PlainText(text(o.Price)), 200)
		p, currency := a.amount(said)
		switch {
		case o.Free.Value:
			zero := catalog.Money(0)
			p = &catalog.Price{Min: &zero, Max: &zero}
			free++
		case said != "" && !slices.Contains(words, said):
			words = append(words, said)
		}
		if p == nil || p.Min == nil || p.Max == nil || currency != "" && sum.Currency != "" && currency != sum.Currency {
			vague = true
		} else {
			if *p.Min == *p.Max {
				made.Price, made.Currency = p.Min, currency
			}
			sum.Min, sum.Max = least(sum.Min, p.Min, 1), least(sum.Max, p.Max, -1)
			if currency != "" {
				sum.Currency = currency
			}
		}
		if made.Price != nil || made.URL != "" {
			out = append(out, made)
		}
	}
	switch {
	case len(offers) == 0:
		return nil, nil
	case free == len(offers):
		return &catalog.Price{Free: catalog.Yes}, nil
	case vague:
		sum = catalog.Price{}
	case *sum.Max > 0:
		sum.Free = catalog.No
	}
	if sum.Text = catalog.CleanText(strings.Join(words, "; "), catalog.MaxText); sum == (catalog.Price{}) {
		return nil, out
	}
	return &sum, out
}

// least is the lesser of two amounts for sign 1, the greater for -1; nil is none yet.
func least(a, b *catalog.Money, sign catalog.Money) *catalog.Money {
	if a == nil || *b*sign < *a*sign {
		return b
	}
	return a
}

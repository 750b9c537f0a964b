package index

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index/analysis"
)

// lending is the category of those who lend equipment.
const lending = "equipment_loan"

// soon and farAhead are how far beyond the horizon the next occurrence is looked for: first near, then far.
const (
	soon     = 31 * 24 * time.Hour
	farAhead = 10 * 365 * 24 * time.Hour
)

// NewDocument makes the document of a listing. Occurrences are derived for the horizon around now (package calendar), so a document
// is to be made again now and then although its listing has not changed.
//
// A cancelled occurrence is no span, unless all of them are. The next occurrence beyond the horizon is a span too, so that a yearly
// feast is found on its day and everything dated comes before standing offers.
func NewDocument(l *catalog.ListingState, tax *taxonomy.Taxonomy, hub calendar.Hub, now time.Time) Document {
	d := Document{
		ID: l.ID, Change: l.Change, Updated: l.UpdatedAt.Unix(),
		Title: l.Title, Summary: l.Summary, Description: l.Description,
		Keywords: l.Keywords, Language: l.Language,
		Kind: string(l.Kind), Status: string(l.Status.Or()),
		Schemes: l.Schemes, Accessibility: l.Accessibility,
		OrganizerID: catalog.OrganizerID(l.Organizer), PlaceID: catalog.PlaceID(l.Place), Neighbourhood: NeighbourhoodID(l.Place),
		LowThreshold: l.LowThreshold, EquipmentLoan: l.EquipmentLoan,
	}
	if l.Kind == catalog.KindEquipment || slices.Contains(l.Categories, lending) {
		d.EquipmentLoan = catalog.Yes // it is nothing else
	}
	for _, m := range l.Members {
		if !slices.Contains(d.Sources, m.Source) {
			d.Sources = append(d.Sources, m.Source)
		}
	}
	if l.Organizer != nil {
		d.Organizer = l.Organizer.Name
	}
	if p := l.Place; p != nil {
		d.Municipality, d.Geo = p.Municipality, p.Geo
		words := []string{p.Name, p.Address, p.PostalCode, p.Locality, p.Neighbourhood}
		if p.Municipality != "" {
			words = append(words, tax.FacetLabel(string(FacetMunicipality), p.Municipality, "nb"))
		}
		words = slices.DeleteFunc(words, func(s string) bool { return s == "" })
		d.Place = strings.Join(slices.Compact(words), ", ")
	}
	if l.Age != nil {
		d.AgeMin, d.AgeMax = l.Age.Min, l.Age.Max
	}
	d.Synonyms = append(d.Synonyms, audience(d.AgeMin, d.AgeMax)...)
	if p := l.Price; p != nil {
		d.Free = p.Free
		if p.Currency == "" || p.Currency == "NOK" {
			d.PriceMin = p.Min
		}
	}
	d.Keywords = slices.Concat(d.Keywords, ownWords(l.Schedule))
	d.setCategories(l.Categories, tax)
	for _, adapted := range l.Accessibility {
		d.Synonyms = append(d.Synonyms, tax.FacetNames(string(FacetAccessibility), adapted)...)
	}
	d.setTimes(l.Schedule, hub.At(l.Place), now)
	return d
}

// audience says in words whom a listing is for, as far as its ages tell: those who look for something for children find what begins at eight too. The words
// are English ones, which the synonyms know and which no Norwegian word is nearly spelt like.
func audience(low, high *int) []string {
	from := func(least, most int) bool { return low != nil && least <= *low && *low <= most }
	to := func(least, most int) bool { return high != nil && least <= *high && *high <= most }
	var words []string
	for _, group := range []struct {
		is   bool
		word string
	}{
		{to(0, 6), "toddlers"},
		{from(1, 12) || to(0, 17), "children"},
		{from(10, 17) || to(13, 25), "teenagers"},
		{from(16, 120), "adults"},
		{from(50, 120), "seniors"},
	} {
		if group.is {
			words = append(words, group.word)
		}
	}
	return words
}

// ownWords are the names and places that single occurrences have of their own.
func ownWords(s catalog.Schedule) (words []string) {
	add := func(o catalog.Occurrence) {
		for _, w := range []string{o.Title, o.Place} {
			if w != "" && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	for _, o := range s.Dates {
		add(o)
	}
	for _, series := range s.Series {
		for _, o := range series.Overrides {
			add(o.Occurrence)
		}
	}
	return words
}

func (d *Document) setCategories(ids []string, tax *taxonomy.Taxonomy) {
	add := func(list *[]string, values ...string) {
		for _, v := range values {
			if !slices.Contains(*list, v) {
				*list = append(*list, v)
			}
		}
	}
	for _, id := range ids {
		add(&d.Categories, id)
		add(&d.Labels, tax.Names(id)...)
		for _, a := range tax.Ancestors(id) {
			add(&d.Categories, a)
			add(&d.Synonyms, tax.Names(a)...)
		}
	}
}

func (d *Document) setTimes(s catalog.Schedule, known calendar.Calendar, now time.Time) {
	zone := known.Zone
	if s.Zone != "" && s.Zone != zone.String() {
		if own, err := time.LoadLocation(s.Zone); err == nil {
			zone = own
		}
	}
	if !s.Dated() {
		d.Standing = true
		if !s.ValidFrom.IsZero() {
			d.ValidFrom = catalog.LocalTime(zone, s.ValidFrom).Unix()
		}
		if !s.ValidThrough.IsZero() {
			d.ValidThrough = catalog.LocalTime(zone, s.ValidThrough.AddDate(0, 0, 1)).Unix()
			d.Ends = d.ValidThrough
		}
		return
	}
	if end := known.Ends(s); !end.IsZero() {
		d.Ends = end.Unix()
	}
	horizon := now.Add(calendar.HorizonAhead)
	occurrences, _ := known.Expand(s, now.Add(-calendar.HorizonBack), horizon, calendar.MaxPerRule)
	if d.Ends == 0 || d.Ends > horizon.Unix() {
		occurrences = append(occurrences, next(s, known, zone, horizon)...)
	}
	cancelled := func(o catalog.Occurrence) bool { return o.Status == catalog.StatusCancelled }
	if slices.ContainsFunc(occurrences, func(o catalog.Occurrence) bool { return !cancelled(o) }) {
		occurrences = slices.DeleteFunc(occurrences, cancelled)
	}
	var past Slots
	for _, o := range occurrences {
		from, to := o.Span(zone)
		local := from.In(known.Zone)
		slot := Slot(local.Weekday(), DaytimeAt(local.Hour()))
		if o.AllDay {
			slot = Slot(o.Start.Weekday(), WholeDay)
		}
		d.Spans = append(d.Spans, Span{from.Unix(), to.Unix(), slot})
		past |= 1 << slot
		if to.After(now) && (from.Before(horizon) || d.Slots == 0) {
			d.Slots |= 1 << slot
		}
	}
	if d.Slots == 0 {
		d.Slots = past
	}
	slices.SortFunc(d.Spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Slot, b.Slot))
	})
}

// next gives the first occurrence that begins at or after t, if there is one.
func next(s catalog.Schedule, known calendar.Calendar, zone *time.Location, t time.Time) []catalog.Occurrence {
	for _, ahead := range []time.Duration{soon, farAhead} {
		found, _ := known.Expand(s, t, t.Add(ahead), 0)
		for i, o := range found {
			if from, _ := o.Span(zone); !from.Before(t) {
				return found[i : i+1]
			}
		}
	}
	return nil
}

func factValues(f catalog.Fact) []string {
	switch f {
	case catalog.Yes:
		return []string{"true"}
	case catalog.No:
		return []string{"false"}
	}
	return nil
}

// NeighbourhoodID names a neighbourhood by its municipality and its name: "3909-ostre-halsen", or without the number when that is not stated.
func NeighbourhoodID(p *catalog.Place) string {
	if p == nil {
		return ""
	}
	name := strings.ReplaceAll(analysis.Fold(catalog.Fold(p.Neighbourhood)), " ", "-")
	if name == "" || p.Municipality == "" {
		return name
	}
	return p.Municipality + "-" + name
}

// Values are the values of a facet; an empty one is not stated.
func (d *Document) Values(f Facet) []string {
	switch f {
	case FacetKind:
		return []string{d.Kind}
	case FacetCategory:
		return d.Categories
	case FacetMunicipality:
		return []string{d.Municipality}
	case FacetNeighbourhood:
		return []string{d.Neighbourhood}
	case FacetOrganizer:
		return []string{d.OrganizerID}
	case FacetPlace:
		return []string{d.PlaceID}
	case FacetSource:
		return d.Sources
	case FacetScheme:
		return d.Schemes
	case FacetAccessibility:
		return d.Accessibility
	case FacetLowThreshold:
		return factValues(d.LowThreshold)
	case FacetEquipmentLoan:
		return factValues(d.EquipmentLoan)
	case FacetLanguage:
		return []string{d.Language}
	case FacetWeekday, FacetTime:
		return d.Slots.Values(f)
	case FacetStatus:
		return []string{d.Status}
	}
	return nil
}

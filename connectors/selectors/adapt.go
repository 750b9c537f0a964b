package selectors

import (
	"cmp"
	"fmt"
	"strings"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/when"
)

// adapter makes records of items.
type adapter struct {
	source  connectors.Source
	dated   bool           // a start is declared
	organs  bool           // Reader.Organizers
	skipped map[string]int // values that could not be read, by field
	notes   []markup.Note
	rejects []catalog.Reject
}

// reading is one item while it is read; the first value that it cannot do without and that cannot be read ends it.
type reading struct {
	*adapter
	*Item
	field string // of err
	err   error
}

func (a *adapter) record(it *Item) (catalog.Record, bool) {
	r := &reading{adapter: a, Item: it}
	rec := catalog.Record{
		Source: a.source.ID, NativeID: it.get("id"), Title: it.get("title"), Summary: it.get("summary"),
		Description: strings.Join(it.Values["description"], "\n\n"), Language: it.get("language"), URL: cmp.Or(it.get("url"), it.link),
		Keywords: list(it.Values["categories"]), Organizer: r.organizer(), Place: r.place(),
		Status: value(r, "status", cell.Status), Age: value(r, "age", cell.Age), Price: r.price(), Contact: r.contact(),
	}
	if u := it.get("image"); u != "" {
		rec.Image = &catalog.Image{URL: u}
	}
	if u := it.get("signup"); u != "" {
		rec.Offers = []catalog.Offer{{Name: "Påmelding", URL: u}}
	}
	rec.Accessibility, rec.Inaccessible = r.adapted()
	rec.Schedule = r.schedule()
	rec.Kind = cmp.Or(value(r, "kind", cell.Kind), a.source.Kind)
	if rec.Kind == "" {
		rec.Kind = catalog.KindActivity
		if a.dated && len(rec.Schedule.Series) == 0 && it.get("weekday") == "" {
			rec.Kind = catalog.KindEvent
		}
	}
	r.identify(&rec)
	switch {
	case r.err != nil:
	case rec.Title == "":
		r.fail("title", fmt.Errorf("velgeren for title ga ingen tekst"))
	case rec.Kind.NeedsDate() && !rec.Schedule.Dated():
		r.fail("start", fmt.Errorf("et arrangement eller kurs må ha dato, og velgeren for start ga ingen. Er det faste aktiviteter, så skriv defaults: {kind: activity}"))
	}
	if date := when.Mentioned(rec.Title); r.err == nil && date != "" && !rec.Schedule.Dated() && rec.Schedule.ValidThrough.IsZero() {
		r.notes = append(r.notes, markup.Note{Where: r.Where, Text: fmt.Sprintf("Navnet har datoen «%s», men start er ikke funnet, så «%s» står som et fast tilbud.", date, catalog.CleanText(rec.Title, 60))})
	}
	if r.err != nil {
		reject := catalog.Reject{NativeID: rec.NativeID, Title: rec.Title, Locator: it.Where, Field: r.field, Reason: fmt.Sprintf("Feltet %s: %s.", r.field, r.err), Fixer: catalog.FixSource}
		a.rejects = append(a.rejects, reject)
		return catalog.Record{}, false
	}
	return rec, true
}

// identify gives the record the page's id of it, else its address, else an id of what does not change.
func (r *reading) identify(rec *catalog.Record) {
	if rec.NativeID != "" {
		return
	}
	switch {
	case r.part && !r.ownURL:
		rec.NativeID, rec.IDDerived = catalog.DerivedID(r.link, face(rec)), true
	case rec.URL != "":
		rec.NativeID = rec.URL
	default:
		rec.NativeID, rec.IDDerived = markup.DerivedID(rec), true
	}
}

func (r *reading) fail(field string, err error) {
	if r.err == nil {
		r.field, r.err = field, err
	}
}

// maxNotes is how many values of one field are named one by one.
const maxNotes = 3

// skip says that a value was not read and that the item is used without it.
func (r *reading) skip(field string, err error) {
	switch r.skipped[field]++; {
	case r.skipped[field] <= maxNotes:
		r.notes = append(r.notes, markup.Note{Where: r.Where, Text: fmt.Sprintf("Feltet %s: %s. Verdien er utelatt.", field, err)})
	case r.skipped[field] == maxNotes+1:
		r.notes = append(r.notes, markup.Note{Text: fmt.Sprintf("Feltet %s: flere verdier kan ikke leses.", field)})
	}
}

// value reads a value that a record can do without.
func value[T any](r *reading, field string, parse func(string) (T, error)) (v T) {
	s := r.get(field)
	if s == "" {
		return v
	}
	v, err := parse(s)
	if err != nil {
		var none T
		r.skip(field, err)
		return none
	}
	return v
}

func (r *reading) organizer() *catalog.Organizer {
	o := catalog.Organizer{Name: r.get("organizer"), Kind: value(r, "organizer_kind", cell.OrganizerKind)}
	if digits := strings.Join(strings.Fields(r.get("org_number")), ""); digits != "" {
		if len(digits) != 9 || strings.Trim(digits, "0123456789") != "" {
			r.skip("org_number", fmt.Errorf("«%s» er ikke et organisasjonsnummer på ni siffer", catalog.CleanText(digits, 40)))
		} else {
			o.OrgNumber = digits
		}
	}
	if o.Name == "" {
		return nil
	}
	if r.organs {
		o.URL = r.link
	}
	return &o
}

func (r *reading) place() *catalog.Place {
	p := catalog.Place{Name: r.get("venue"), Address: r.get("address"), Locality: r.get("locality"), Neighbourhood: r.get("neighbourhood"), Geo: r.geo()}
	if code := r.get("postal_code"); len(code) == 4 && strings.Trim(code, "0123456789") == "" {
		p.PostalCode = code
	} else if code != "" {
		r.skip("postal_code", fmt.Errorf("«%s» er ikke et postnummer på fire siffer", catalog.CleanText(code, 40)))
	}
	if p == (catalog.Place{}) {
		return nil
	}
	return &p
}

func (r *reading) geo() *catalog.Point {
	lat, lon := r.get("lat"), r.get("lon")
	if lat == "" || lon == "" {
		return nil
	}
	p := markup.Point(lat, lon)
	if p == nil {
		r.skip("lat", fmt.Errorf("«%s, %s» er ingen posisjon", catalog.CleanText(lat, 20), catalog.CleanText(lon, 20)))
	}
	return p
}

func (r *reading) price() *catalog.Price {
	var p *catalog.Price
	if s := r.get("price"); s != "" {
		var err error
		if p, err = cell.Price(s); err != nil {
			p = &catalog.Price{Text: s} // shown as it stands, but not searched in
		}
	}
	if free := value(r, "free", cell.Fact); free != catalog.NotStated {
		if p == nil {
			p = &catalog.Price{}
		}
		p.Free = cmp.Or(p.Free, free)
	}
	return p
}

func (r *reading) contact() *catalog.Contact {
	c := catalog.Contact{Phone: r.get("phone")}
	c.Email, _ = cell.RoleEmail(strings.TrimPrefix(r.get("email"), "mailto:"))
	if c == (catalog.Contact{}) {
		return nil
	}
	return &c
}

// adapted reads "ja" and "nei" as adapted in general or not, and words as the ways they name.
func (r *reading) adapted() (yes, no []string) {
	for _, word := range list(r.Values["accessibility"]) {
		if f, err := cell.Fact(word); err == nil && f == catalog.Yes {
			yes = append(yes, "general")
			continue
		} else if err == nil && f == catalog.No {
			no = append(no, "general")
			continue
		}
		to := &yes
		if rest, ok := strings.CutPrefix(strings.ToLower(word), "ikke "); ok {
			word, to = rest, &no
		}
		way, err := cell.Adapted(word)
		if err != nil {
			r.skip("accessibility", err)
			continue
		}
		*to = append(*to, way)
	}
	return yes, no
}

// list takes apart values that list several.
func list(values []string) []string {
	var out []string
	for _, v := range values {
		for part := range strings.FieldsFuncSeq(v, func(c rune) bool { return c == ',' || c == ';' || c == '|' }) {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

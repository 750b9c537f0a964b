package jsonapi

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
)

// maxNotes is how many values of one field are named one by one.
const maxNotes = 3

// reader turns items into records.
type reader struct {
	*connectors.Session
	o       *Options
	records []catalog.Record
	rejects []catalog.Reject
	notes   []markup.Note
	noted   map[string]int  // notes of each field
	at      map[string]int  // native id -> index in records
	seen    map[string]bool // rejected items, so that a second pass does not reject them again
	inPass  map[string]bool // items of this pass
	found   map[string]bool // fields that some item has
}

func newReader(s *connectors.Session, o *Options) *reader {
	return &reader{Session: s, o: o, noted: map[string]int{}, at: map[string]int{}, seen: map[string]bool{}, inPass: map[string]bool{}, found: map[string]bool{}}
}

// add reads the items of a page and says how many of them this pass had not met.
func (rd *reader) add(page *Page, address string, number int) (fresh int) {
	prefix := ""
	if number > 1 {
		prefix = fmt.Sprintf("side %d: ", number)
	}
	base := ""
	if strings.HasPrefix(address, "http") {
		base = address
	}
	for i, raw := range page.Items {
		it := &item{reader: rd, r: raw, base: base, where: fmt.Sprintf("%s%s[%d]", prefix, page.Where, i)}
		rec := it.read()
		key := rec.NativeID
		if it.err != nil || key == "" {
			key = catalog.Hash([]byte(raw.Raw))
		} else if len(rec.Schedule.Dates) > 0 {
			key += " " + rec.Schedule.Dates[0].Start.String()
		}
		if !rd.inPass[key] {
			rd.inPass[key] = true
			fresh++
		}
		switch {
		case it.err == nil:
			rd.keep(rec, it.where)
		case !rd.seen[key]:
			rd.seen[key] = true
			rd.rejects = append(rd.rejects, catalog.Reject{NativeID: rec.NativeID, Title: catalog.CleanText(rec.Title, catalog.MaxTitle), Locator: it.where, Field: it.field,
				Reason: capital(it.err.Error()) + ".", Fixer: it.fixer()})
		}
	}
	return fresh
}

// keep takes over a record. Of two with one id the newest is used, else the last; when only their dates differ they are
// performances of one thing, which gets the dates of both.
func (rd *reader) keep(rec catalog.Record, where string) {
	i, twice := rd.at[rec.NativeID]
	if !twice {
		rd.at[rec.NativeID] = len(rd.records)
		rd.records = append(rd.records, rec)
		return
	}
	old := &rd.records[i]
	together := old.Title == rec.Title && old.Modified.Equal(rec.Modified) && len(old.Schedule.Dates) > 0 && len(rec.Schedule.Dates) > 0
	if !together && (old.Title != rec.Title || old.Description != rec.Description) {
		rd.note("id", where, fmt.Sprintf("id-en «%s» er brukt på flere elementer; det sist endrede, ellers det siste, er brukt", catalog.CleanText(rec.NativeID, 60)))
	}
	if rec.Modified.Before(old.Modified) {
		return
	}
	if together {
		dates := slices.Concat(old.Schedule.Dates, rec.Schedule.Dates)
		slices.SortStableFunc(dates, func(a, b catalog.Occurrence) int { return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End)) })
		dates = slices.CompactFunc(dates, func(a, b catalog.Occurrence) bool { return a.Start.Equal(b.Start) && a.End.Equal(b.End) })
		rec.Schedule.Dates = dates[:min(len(dates), catalog.MaxDates)]
	}
	*old = rec
}

// note reports something about a field that lost nothing else.
func (rd *reader) note(field, where, text string) {
	switch rd.noted[field]++; {
	case rd.noted[field] <= maxNotes:
		rd.notes = append(rd.notes, markup.Note{Where: where, Text: fmt.Sprintf("Feltet %s: %s.", field, text)})
	case rd.noted[field] == maxNotes+1:
		rd.notes = append(rd.notes, markup.Note{Where: where, Text: fmt.Sprintf("Feltet %s: flere verdier kan ikke leses.", field)})
	}
}

// unfound warns of declared paths that no item has: they are likely misspelt.
func (rd *reader) unfound() {
	for _, field := range slices.Sorted(maps.Keys(rd.o.Fields)) {
		if path := rd.o.path(field); path != "" && !rd.found[field] && len(rd.records) > 0 {
			rd.notes = append(rd.notes, markup.Note{Where: "options.fields." + field, Text: fmt.Sprintf("Ingen av elementene har %s.", path)})
		}
	}
}

// item is one element of the list while it is read; the first field that the record cannot do without and that cannot be read ends it.
type item struct {
	*reader
	r     gjson.Result
	base  string
	where string
	field string // of err
	err   error
}

func (it *item) fail(field string, err error) {
	if it.err == nil {
		it.field, it.err = field, err
	}
}

func (it *item) skip(field string, err error) {
	it.note(field, it.where, err.Error()+". Elementet er tatt med uten verdien")
}

// fixer is the editor when the field has no value of the right kind where it is looked for, so that the path is likely wrong.
func (it *item) fixer() catalog.Fixer {
	if it.field == "" {
		return catalog.FixSource
	}
	if r := it.get(it.field); !r.Exists() || r.Type == gjson.JSON || r.Type == gjson.Number {
		return catalog.FixEditor
	}
	return catalog.FixSource
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// read never panics, whatever a path does with the item.
func (it *item) read() (rec catalog.Record) {
	defer func() {
		if r := recover(); r != nil {
			it.fail("", fmt.Errorf("elementet kan ikke leses med stiene i options.fields (%v)", r))
		}
	}()
	if !it.r.IsObject() {
		it.fail("", fmt.Errorf("elementet er %s, ikke et objekt", what(it.r)))
		return rec
	}
	return it.record()
}

// what names the kind of a value.
func what(r gjson.Result) string {
	switch {
	case r.IsObject():
		return "et objekt"
	case r.IsArray():
		return "en liste"
	case r.Type == gjson.String:
		return "en tekst"
	case r.Type == gjson.Number:
		return "et tall"
	case r.Type == gjson.Null:
		return "null"
	}
	return "sant eller usant"
}

// get is the value of a field; null is as absent.
func (it *item) get(field string) gjson.Result {
	path := it.o.path(field)
	if path == "" {
		return gjson.Result{}
	}
	r := it.r.Get(path)
	if r.Exists() {
		it.found[field] = true
	}
	if path == "venue" && it.o.Fields[field] == "" && r.IsObject() { // venue{name, …}
		return r.Get("name")
	}
	if it.o.Fields[field] == "" && strings.HasPrefix(path, "venue.") && !it.r.Get("venue").IsObject() {
		return gjson.Result{}
	}
	return r
}

// text is a field as text, a number as it is written, "" when it is not stated. It holds on to no more than itself.
func (it *item) text(field string) string {
	switch r := it.get(field); r.Type {
	case gjson.String:
		if s := strings.TrimSpace(r.Str); s != "null" {
			return strings.Clone(s)
		}
	case gjson.JSON:
		found := what(r)
		if r.IsObject() {
			found = names(r)
		}
		it.skip(field, fmt.Errorf("verdien er %s; skriv stien til teksten i options.fields.%s", found, field))
	case gjson.Null:
	default:
		return strings.Clone(r.Raw)
	}
	return ""
}

// value reads a field that a record can do without.
func value[T any](it *item, field string, parse func(string) (T, error)) (v T) {
	s := it.text(field)
	if s == "" {
		return v
	}
	v, err := parse(s)
	if err != nil {
		var zero T
		it.skip(field, err)
		return zero
	}
	return v
}

func (it *item) record() catalog.Record {
	rec := catalog.Record{
		Source: it.Source.ID, NativeID: it.text("id"), Title: catalog.CleanText(catalog.PlainText(it.text("title")), 0), Language: it.text("language"),
		Summary: catalog.PlainText(it.text("summary")), Description: catalog.PlainText(it.text("description")),
	}
	if rec.Title == "" {
		it.fail("title", it.untitled())
		return rec
	}
	rec.Kind = cmp.Or(value(it, "kind", cell.Kind), it.Source.Kind)
	rec.Schedule = it.schedule(rec.Kind)
	if rec.Kind == "" {
		rec.Kind = catalog.KindActivity
		if len(rec.Schedule.Dates) > 0 {
			rec.Kind = catalog.KindEvent
		}
	}
	if it.err == nil && rec.Kind.NeedsDate() && !rec.Schedule.Dated() {
		it.fail("start", errors.New("et arrangement eller kurs må ha en dato. Heter den noe annet enn "+cmp.Or(it.o.path("start"), "start")+", så skriv stien i options.fields.start"))
	}
	if it.err != nil {
		return rec
	}
	rec.URL = value(it, "url", it.link)
	if u := value(it, "image", it.link); u != "" {
		rec.Image = &catalog.Image{URL: u}
	}
	rec.Keywords = it.words("categories")
	if o := (catalog.Organizer{Name: catalog.PlainText(it.text("organizer")), OrgNumber: it.text("org_number")}); o.Name != "" {
		rec.Organizer = &o
	}
	rec.Place, rec.Status, rec.Age, rec.Price = it.place(), it.status(), it.age(), it.price()
	if r := it.get("updated"); r.Type != gjson.Null && r.String() != "" {
		if t, err := it.moment(r); err != nil {
			it.skip("updated", err)
		} else {
			rec.Modified = t.Time
		}
	}
	if rec.NativeID == "" {
		place := ""
		if rec.Place != nil {
			place = cmp.Or(rec.Place.Name, rec.Place.Address)
		}
		rec.IDDerived, rec.NativeID = true, catalog.DerivedID(rec.Title, place, it.get("start").Raw)
	}
	return rec
}

// untitled says why an item has no title, and which members could hold it.
func (it *item) untitled() error {
	path := it.o.path("title")
	if r := it.r.Get(path); path != "" && r.Exists() && r.Type != gjson.JSON {
		return errors.New("elementet har ingen tekst i " + path)
	}
	return fmt.Errorf("elementet har ingen tekst i %s, det er %s. Skriv stien til navnet i options.fields.title", cmp.Or(path, "title"), names(it.r))
}

func (it *item) link(s string) (string, error) { return cell.URL(s, it.base) }

// words are the texts of a list, of objects with a name or title in a list, or a single text.
func (it *item) words(field string) (out []string) {
	r := it.get(field)
	if !r.IsArray() && r.Type != gjson.JSON {
		r = gjson.Parse("[]")
		if s := catalog.CleanText(catalog.PlainText(it.text(field)), 0); s != "" {
			return []string{s}
		}
	}
	for _, w := range r.Array() {
		if w.IsObject() {
			if name := w.Get("name"); name.Type == gjson.String {
				w = name
			} else {
				w = w.Get("title")
			}
		}
		if s := catalog.CleanText(catalog.PlainText(w.Str), 0); w.Type == gjson.String && s != "" && len(out) < catalog.MaxKeywords {
			out = append(out, strings.Clone(s))
		}
	}
	return out
}

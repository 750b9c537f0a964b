package csvfile

import (
	"encoding/csv"
	"fmt"
	"strings"

	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/connectors"
	"fritidshub/connectors/when"
)

// table turns rows into records.
type table struct {
	*connectors.Session
	header
	base string
	unit string // what a row is called before its number: linje; rad in a sheet
	in   string // what a locator begins with, such as «ark Aktiviteter, »
	rows int
	seen map[string]int // line of each native id
	warn map[string]int // times each warning about values came, by column

	terms          *taxonomy.Taxonomy
	municipalities map[string]string // number of each name seen, empty when no one or several have it
}

func newTable(s *connectors.Session, h header) (*table, error) {
	t := &table{Session: s, header: h, unit: "linje", seen: make(map[string]int), warn: make(map[string]int), municipalities: make(map[string]string)}
	if strings.HasPrefix(s.Source.URL, "http") {
		t.base = s.Source.URL
	}
	if _, ok := h.at["municipality"]; !ok {
		return t, nil
	}
	var err error
	t.terms, err = taxonomy.Load()
	return t, err
}

// municipality reads a number, to which it gives back the zero that a spreadsheet takes from 0301, or a name that only one has.
func (t *table) municipality(s string) (string, error) {
	if strings.Trim(s, "0123456789") == "" && (len(s) == 3 || len(s) == 4) {
		return fmt.Sprintf("%04s", s), nil
	}
	number, known := t.municipalities[s]
	if !known {
		number, _ = t.terms.FacetValue("municipality", strings.TrimSuffix(strings.ToLower(s), " kommune"))
		t.municipalities[s] = number
	}
	if number == "" {
		return "", fmt.Errorf("«%s» er ikke navnet på én kommune, og ikke et kommunenummer på fire siffer", catalog.CleanText(s, 40))
	}
	return number, nil
}

func (t *table) line(rows *csv.Reader) string {
	line, _ := rows.FieldPos(0)
	return t.place(line)
}

func (t *table) place(line int) string { return fmt.Sprintf("%s%s %d", t.in, t.unit, line) }

func (t *table) reject(line int, id, title, field, reason string) {
	r := catalog.Reject{NativeID: id, Title: catalog.CleanText(title, catalog.MaxTitle), Locator: t.place(line), Reason: reason, Fixer: catalog.FixSource}
	if i, ok := t.at[field]; ok {
		r.Field = catalog.CleanText(t.names[i], 60)
	}
	t.Reject(r)
}

// row is one row while it is read; the first cell that the record cannot do without and that cannot be read ends it.
type row struct {
	*table
	cells []string
	where string
	field string // column of err
	err   error
}

func (t *table) row(line int, cells []string) error {
	if blank(cells) {
		return nil
	}
	t.rows++
	if len(cells) < len(t.names) || !blank(cells[len(t.names):]) {
		t.reject(line, "", "", "", fmt.Sprintf("Raden har %d celler, men tabellen har %d kolonner. Se etter skilletegn som mangler, eller som står inne i en tekst uten anførselstegn.", len(cells), len(t.names)))
		return nil
	}
	r := &row{table: t, cells: cells, where: t.place(line)}
	rec := r.record()
	title := rec.Title
	if r.err == nil && title == "" {
		r.fail("title", fmt.Errorf("raden har ikke noe navn på aktiviteten"))
	}
	if r.err == nil && rec.Kind.NeedsDate() && !rec.Schedule.Dated() {
		r.fail("start", fmt.Errorf("et arrangement eller kurs må ha dato, eller ukedag og klokkeslett"))
	}
	if r.err == nil {
		if before, twice := t.seen[rec.NativeID]; twice {
			field, what := "id", fmt.Sprintf("id-en er alt brukt på %s %d", t.unit, before)
			if rec.IDDerived {
				field, what = "title", fmt.Sprintf("raden er lik %s %d (samme navn, sted og tid)", t.unit, before)
			}
			r.fail(field, fmt.Errorf("%s", what))
		}
	}
	if r.err != nil {
		t.reject(line, r.get("id"), title, r.field, capital(r.err.Error())+".")
		return nil
	}
	if !rec.Schedule.Dated() && rec.Schedule.ValidThrough.IsZero() {
		if date := when.Mentioned(title); date != "" {
			r.note("title", fmt.Errorf("navnet har datoen «%s», men raden har ingen dato i en egen kolonne, så «%s» står som et fast tilbud", date, catalog.CleanText(title, 60)))
		}
	}
	t.seen[rec.NativeID] = line
	return t.Emit(rec)
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (r *row) get(field string) string {
	if i, ok := r.at[field]; ok {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

func (r *row) fail(field string, err error) {
	if r.err == nil {
		r.field, r.err = field, err
	}
}

// maxWarnings is how many values of one column are named one by one.
const maxWarnings = 3

// skip says that a value was not read and that the row is used without it.
func (r *row) skip(field string, err error) {
	r.note(field, fmt.Errorf("%w. Raden er tatt med uten verdien", err))
}

// note reports something about a value that lost nothing else.
func (r *row) note(field string, err error) {
	name := r.names[r.at[field]]
	switch r.warn[field]++; {
	case r.warn[field] <= maxWarnings:
		r.Warn(r.where, fmt.Sprintf("Kolonnen «%s»: %s.", catalog.CleanText(name, 60), err))
	case r.warn[field] == maxWarnings+1:
		r.Warn(r.where, fmt.Sprintf("Kolonnen «%s»: flere verdier kan ikke leses.", catalog.CleanText(name, 60)))
	}
}

// value reads a cell that a record can do without.
func value[T any](r *row, field string, parse func(string) (T, error)) (v T) {
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

// need reads a cell that must be right when it is not empty.
func need[T any](r *row, field string, parse func(string) (T, error), absent T) T {
	s := r.get(field)
	if s == "" {
		return absent
	}
	v, err := parse(s)
	if err != nil {
		r.fail(field, err)
		return absent
	}
	return v
}

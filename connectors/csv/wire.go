package csvfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Bounds of a table.
const (
	MaxRows    = 200_000 // as many records as a source may ever have
	MaxColumns = 500
	maxHead    = 20      // lines searched for the headers
	maxCell    = 1 << 20 // bytes of one cell
)

// Parse reads the text of a table and emits its rows to s. Rows that cannot be used are rejected by line; a table that cannot be
// trusted as a whole (no title column, a quote that never closes) is a *connectors.PayloadError.
func Parse(text string, s *connectors.Session, o Options) error {
	text = strings.TrimPrefix(text, "\uFEFF")
	if strings.TrimSpace(text) == "" {
		return &connectors.PayloadError{URL: fetch.Redact(s.Source.URL), Expected: "en tabell med overskrifter på første linje", Found: ""}
	}
	if other := notATable(text); other != "" {
		return &connectors.PayloadError{URL: fetch.Redact(s.Source.URL), Expected: "en tabell (CSV)", Found: other, Advice: connectors.Mistaken("csv", text)}
	}
	h, delimiter, skip, err := findHeader(text, fetch.Redact(s.Source.URL), o)
	if err != nil {
		return err
	}
	h.warn(s)
	if skip > 1 && o.HeaderRow == 0 && !strings.HasPrefix(strings.ToLower(text), "sep=") {
		warnAbove(s, skip)
	}
	t, err := newTable(s, h)
	if err != nil {
		return err
	}
	rows := newReader(text, delimiter)
	var held *csv.ParseError // a fault in quoting, which is a row's own only when other rows follow
	for n := 0; ; n++ {
		begin := rows.InputOffset()
		cells, err := rows.Read()
		if err == io.EOF {
			if held != nil {
				return unclosed(s, held)
			}
			break
		}
		if held != nil {
			t.reject(held.StartLine, "", "", "", "Anførselstegnene i raden er ikke i orden. Skriv \"\" for et anførselstegn inne i en celle.")
			held = nil
		}
		var fault *csv.ParseError
		if errors.As(err, &fault) && errors.Is(err, csv.ErrBareQuote) { // Kor "Sang"; a quote inside a cell without quotes is a letter
			again := newReader(text[begin:rows.InputOffset()], delimiter)
			again.LazyQuotes = true
			if cells, err = again.Read(); err == nil && n >= skip {
				if err := t.row(fault.StartLine, cells); err != nil {
					return err
				}
			}
			continue
		}
		switch {
		case errors.As(err, &fault) && fault.Line > fault.StartLine:
			return unclosed(s, fault)
		case errors.As(err, &fault):
			held = fault
			continue
		case err != nil:
			return err
		}
		if n < skip {
			continue
		}
		if n-skip >= MaxRows {
			return &connectors.PayloadError{URL: fetch.Redact(s.Source.URL), Expected: fmt.Sprintf("høyst %d rader", MaxRows), Locator: t.line(rows)}
		}
		line, _ := rows.FieldPos(0)
		if err := t.row(line, cells); err != nil {
			return err
		}
	}
	t.done()
	return nil
}

// warn says which headers were not understood.
func (h header) warn(s *connectors.Session) {
	if len(h.unread) > 0 {
		s.Warn("overskrift", fmt.Sprintf("Kolonnene %s er ikke lest, fordi huben ikke kjenner overskriftene. Lest slik: %s. Sett options.columns for å lese flere.", quoted(h.unread), h.reading()))
	}
}

func warnAbove(s *connectors.Session, row int) {
	s.Warn("overskrift", fmt.Sprintf("Overskriftene ble funnet på rad %d; radene over er ikke lest.", row))
}

// done says when the table had nothing.
func (t *table) done() {
	if t.rows == 0 {
		t.Warn("tabell", "Tabellen har overskrifter, men ingen rader.")
	}
}

func unclosed(s *connectors.Session, fault *csv.ParseError) error {
	return &connectors.PayloadError{URL: fetch.Redact(s.Source.URL), Locator: fmt.Sprintf("linje %d", fault.StartLine),
		Expected: "et anførselstegn (\") som lukker cellen: tegnet åpnes på denne linjen og lukkes aldri, så resten av tabellen kan ikke leses"}
}

func newReader(text string, delimiter rune) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = delimiter
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	return r
}

// findHeader finds the delimiter and the row of headers: the delimiter and the row that make most headers known. Skip is the number
// of rows up to and with the headers.
func findHeader(text, url string, o Options) (best header, delimiter rune, skip int, err error) {
	candidates := []rune{';', '\t', ',', '|'}
	head := headOf(text)
	if d := delimiters[o.Delimiter]; d != 0 {
		candidates = []rune{d}
	} else if sep, ok := strings.CutPrefix(strings.ToLower(strings.Trim(firstLine(head), "\"")), "sep="); ok {
		if r, _ := utf8.DecodeRuneInString(sep); strings.ContainsRune(";,|\t", r) {
			candidates = []rune{r}
		}
	}
	s := search{o: o}
	for _, d := range candidates {
		rows := newReader(head, d)
		for n := 1; n <= maxHead || n <= o.HeaderRow; n++ {
			cells, readErr := rows.Read()
			if readErr != nil && !errors.Is(readErr, csv.ErrQuote) && !errors.Is(readErr, csv.ErrBareQuote) {
				break
			}
			if readErr == nil && s.try(n, cells) {
				delimiter, skip = d, n
			}
		}
	}
	return s.best, delimiter, skip, s.fail(url)
}

// search is the search for the row of headers among the first rows of a table.
type search struct {
	o              Options
	best           header
	first, missing []string // the widest row; the headers of o.Columns that a row lacks which else would do
}

// try reports whether row n, counted from 1, makes better headers than every row before.
func (f *search) try(n int, cells []string) bool {
	if len(cells) > MaxColumns || f.o.HeaderRow > 0 && n != f.o.HeaderRow || blank(cells) {
		return false
	}
	if len(cells) > len(f.first) {
		f.first = slices.Clone(cells)
	}
	h, lacks := read(slices.Clone(cells), f.o.Columns)
	_, ok := h.at["title"]
	if len(lacks) > 0 {
		if ok && f.missing == nil {
			f.missing = lacks
		}
		ok = false
	}
	if !ok || len(h.at) <= len(f.best.at) || f.o.HeaderRow == 0 && len(h.at) == 1 && len(cells) > 1 {
		return false
	}
	f.best = h
	return true
}

// fail says what was looked for when no row would do.
func (f *search) fail(url string) error {
	switch {
	case f.best.at != nil:
		return nil
	case f.missing != nil:
		return &connectors.PayloadError{URL: url, Expected: fmt.Sprintf("kolonnene %s som options.columns nevner; tabellen har %s. Rett navnene i options.columns", quoted(f.missing), quoted(f.first))}
	}
	return &connectors.PayloadError{URL: url, Expected: fmt.Sprintf("en kolonne med navnet på aktiviteten (Aktivitet, Navn, Tittel); tabellen har %s. Skriv i sources.yaml hvilken det er: options: {columns: {title: %q}}",
		quoted(f.first), example(f.first))}
}

func example(headers []string) string {
	for _, h := range headers {
		if h = catalog.CleanText(h, 60); h != "" {
			return h
		}
	}
	return "Aktivitet"
}

// headOf is the beginning of text up to the end of a line, enough for the headers.
func headOf(text string) string {
	const enough = 64 << 10
	if len(text) <= enough {
		return text
	}
	if i := strings.LastIndexByte(text[:enough], '\n'); i > 0 {
		return text[:i]
	}
	return text[:enough]
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimRight(line, "\r")
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// notATable names in Norwegian what a text plainly is when it is no table, "" when it may be one.
func notATable(text string) string {
	start := strings.ToLower(strings.TrimSpace(text[:min(len(text), 1_000)]))
	switch {
	case strings.HasPrefix(start, "<!doctype html"), strings.HasPrefix(start, "<html"), strings.HasPrefix(start, "<?xml"):
		return "en nettside eller XML"
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "["):
		return "JSON"
	case strings.HasPrefix(start, "begin:vcalendar"):
		return "en kalender (iCalendar)"
	}
	return ""
}

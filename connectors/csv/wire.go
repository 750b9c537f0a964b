package csvfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
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
	if len(h.unread) > 0 {
		s.Warn("overskrift", fmt.Sprintf("Kolonnene %s er ikke lest, fordi huben ikke kjenner overskriftene. Lest slik: %s. Sett options.columns for å lese flere.", quoted(h.unread), h.reading()))
	}
	if skip > 1 && o.HeaderRow == 0 && !strings.HasPrefix(strings.ToLower(text), "sep=") {
		s.Warn("overskrift", fmt.Sprintf("Overskriftene ble funnet på rad %d; radene over er ikke lest.", skip))
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
	if t.rows == 0 {
		s.Warn("tabell", "Tabellen har overskrifter, men ingen rader.")
	}
	return nil
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
	var first, missing []string
	found, score := false, -1
	for _, d := range candidates {
		rows := newReader(head, d)
		for n := 1; n <= maxHead || n <= o.HeaderRow; n++ {
			cells, readErr := rows.Read()
			if readErr != nil && !errors.Is(readErr, csv.ErrQuote) && !errors.Is(readErr, csv.ErrBareQuote) {
				break
			}
			if readErr != nil || len(cells) > MaxColumns || o.HeaderRow > 0 && n != o.HeaderRow || blank(cells) {
				continue
			}
			if len(cells) > len(first) {
				first = append([]string(nil), cells...)
			}
			h, lacks := read(append([]string(nil), cells...), o.Columns)
			_, ok := h.at["title"]
			if len(lacks) > 0 {
				if ok && missing == nil {
					missing = lacks
				}
				ok = false
			}
			if ok && len(h.at) > score && (o.HeaderRow > 0 || len(h.at) > 1 || len(cells) == 1) {
				best, delimiter, skip, found, score = h, d, n, true, len(h.at)
			}
		}
	}
	switch {
	case found:
		return best, delimiter, skip, nil
	case missing != nil:
		return header{}, 0, 0, &connectors.PayloadError{URL: url, Expected: fmt.Sprintf("kolonnene %s som options.columns nevner; tabellen har %s. Rett navnene i options.columns", quoted(missing), quoted(first))}
	}
	return header{}, 0, 0, &connectors.PayloadError{URL: url, Expected: fmt.Sprintf("en kolonne med navnet på aktiviteten (Aktivitet, Navn, Tittel); tabellen har %s. Skriv i sources.yaml hvilken det er: options: {columns: {title: %q}}",
		quoted(first), example(first))}
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

package csvfile

import (
	"fmt"

	"fritidshub/connectors"
	"fritidshub/connectors/spreadsheet"
	"fritidshub/fetch"
)

// isSheet reports whether a body is to be read as a workbook: when the options say so, or its first bytes do.
func (o Options) isSheet(body []byte) bool {
	return o.Format == "xlsx" || o.Format == "" && (o.Sheet != "" || spreadsheet.Is(body))
}

// ParseSheet reads a sheet of a workbook and emits its rows to s, as Parse does with the text of a table.
func ParseSheet(body []byte, s *connectors.Session, o Options) error {
	url := fetch.Redact(s.Source.URL)
	sheet, err := spreadsheet.Open(body, url, o.Sheet)
	if err != nil {
		return err
	}
	for _, note := range sheet.Notes {
		s.Warn(sheet.Place(), note)
	}
	h, at, err := sheetHeader(sheet, s, url, o)
	if err != nil {
		return err
	}
	t, err := newTable(s, h)
	if err != nil {
		return err
	}
	t.unit, t.in = "rad", sheet.Place()+", "
	beside := 0
	for row, err := range sheet.Rows() {
		if err != nil {
			return err
		}
		if row.Number <= at {
			continue
		}
		if t.rows >= MaxRows {
			return &connectors.PayloadError{URL: url, Expected: fmt.Sprintf("høyst %d rader", MaxRows), Locator: t.place(row.Number)}
		}
		cells := row.Cells
		if len(cells) > len(h.names) {
			if !blank(cells[len(h.names):]) && beside == 0 {
				beside = row.Number
			}
			cells = cells[:len(h.names)]
		}
		for len(cells) < len(h.names) { // a sheet does not keep empty cells
			cells = append(cells, "")
		}
		if err := t.row(row.Number, cells); err != nil {
			return err
		}
	}
	if beside > 0 {
		s.Warn(t.place(beside), "Celler til høyre for overskriftene er ikke lest. Gi kolonnen en overskrift hvis den skal med.")
	}
	t.done()
	return nil
}

// sheetHeader finds the headers and the number of their row.
func sheetHeader(sheet *spreadsheet.Sheet, s *connectors.Session, url string, o Options) (header, int, error) {
	f, at, above, tried := search{o: o}, 0, false, 0
	for row, err := range sheet.Rows() {
		if err != nil {
			return header{}, 0, err
		}
		if blank(row.Cells) {
			continue
		}
		if tried++; tried > maxHead && row.Number > o.HeaderRow {
			break
		}
		if f.try(row.Number, row.Cells) {
			at, above = row.Number, tried > 1
		}
	}
	if err := f.fail(url); err != nil {
		return header{}, 0, err
	}
	f.best.warn(s)
	if above && o.HeaderRow == 0 {
		warnAbove(s, at)
	}
	return f.best, at, nil
}

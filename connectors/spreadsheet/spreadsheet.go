// Package spreadsheet reads the rows of one sheet of an XLSX workbook as the text that a Norwegian would write in the cells.
package spreadsheet

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"

	"fritidshub/catalog"
	"fritidshub/connectors"
)

// Row is one row of a sheet. Cells is valid until the next row is asked for.
type Row struct {
	Number int // as the spreadsheet numbers it, from 1
	Cells  []string
}

// Sheet is one sheet of a workbook, ready to be read.
type Sheet struct {
	Name string
	// Notes are sentences in Norwegian about what an editor should know: hidden rows, cells with errors.
	Notes []string

	url      string
	book     *excelize.File
	from1904 bool
	survey   *survey
}

// Open finds a sheet by its name, or the first that is visible when name is empty. What it cannot read is a
// *connectors.PayloadError about url. The sheet holds the unpacked workbook, at most MaxUnpacked bytes, until it is let go.
func Open(body []byte, url, name string) (s *Sheet, err error) {
	workbook, err := check(body, url)
	if err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil { // what the reader of workbooks cannot take
			s, err = nil, damaged(url, workbook, fmt.Errorf("%v", p))
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(body), excelize.Options{RawCellValue: true, UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked})
	if err != nil {
		return nil, damaged(url, workbook, err)
	}
	s = &Sheet{url: url, book: book}
	if p := book.WorkBook.WorkbookPr; p != nil {
		s.from1904 = p.Date1904
	}
	part, err := s.choose(workbook, name)
	if err != nil {
		return nil, err
	}
	if s.survey, err = surveyOf(part, s.looks()); err != nil {
		return nil, damaged(url, s.Place(), err)
	}
	s.Notes = s.survey.notes()
	return s, nil
}

// Place is the sheet as a locator.
func (s *Sheet) Place() string { return "ark " + catalog.CleanText(s.Name, 60) }

// choose sets the sheet's name and gives its part.
func (s *Sheet) choose(workbook, name string) ([]byte, error) {
	targets := relationsOf(bytes.NewReader(s.part(path.Join(path.Dir(workbook), "_rels", path.Base(workbook)+".rels"))))
	var visible []string
	for _, sheet := range s.book.WorkBook.Sheets.Sheet {
		target := targets[sheet.ID]
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(workbook), target)
		}
		part := s.part(strings.TrimPrefix(target, "/"))
		if part == nil || !strings.Contains(target, "worksheets/") { // sheets of diagrams and macros have no rows
			continue
		}
		shown := sheet.State == "" || sheet.State == "visible"
		if shown {
			visible = append(visible, "«"+catalog.CleanText(sheet.Name, 60)+"»")
		}
		if name == "" && shown || name != "" && strings.EqualFold(strings.TrimSpace(sheet.Name), strings.TrimSpace(name)) {
			s.Name = sheet.Name
			return part, nil
		}
	}
	e := &connectors.PayloadError{URL: s.url, Expected: "et synlig ark med rader", Advice: "Skriv navnet på arket i options.sheet"}
	if name != "" {
		e.Expected = fmt.Sprintf("arket «%s» som options.sheet nevner; arbeidsboken har %s", catalog.CleanText(name, 60), cmp.Or(strings.Join(visible[:min(len(visible), 10)], ", "), "ingen synlige ark"))
	}
	return nil, e
}

func (s *Sheet) part(name string) []byte {
	v, _ := s.book.Pkg.Load(name)
	b, _ := v.([]byte)
	return b
}

// looks gives the look of a number in each cell style of the workbook.
func (s *Sheet) looks() []look {
	styles := s.book.Styles
	if styles == nil || styles.CellXfs == nil {
		return nil
	}
	codes := make(map[int]string)
	if styles.NumFmts != nil {
		for _, f := range styles.NumFmts.NumFmt {
			codes[f.NumFmtID] = f.FormatCode
		}
	}
	out := make([]look, len(styles.CellXfs.Xf))
	for i, xf := range styles.CellXfs.Xf {
		id := 0
		if xf.NumFmtID != nil {
			id = *xf.NumFmtID
		}
		if code, ok := codes[id]; ok {
			out[i] = lookOf(code)
		} else {
			out[i] = builtin(id)
		}
	}
	return out
}

// Rows gives every row from the first to the last that has a cell, also empty ones. A cell that is merged with those below stands in
// each of their rows. An error ends the rows.
func (s *Sheet) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rows, err := s.book.Rows(s.Name)
		if err != nil {
			yield(Row{}, damaged(s.url, s.Place(), err))
			return
		}
		marks := s.survey.marks
		below := make(map[int]span) // by column
		for n := 1; n <= s.survey.last; n++ {
			cells, err := next(rows)
			if err != nil {
				yield(Row{}, damaged(s.url, fmt.Sprintf("%s, rad %d", s.Place(), n), err))
				return
			}
			for ; len(marks) > 0 && int(marks[0].row) <= n; marks = marks[1:] {
				if m := marks[0]; int(m.row) == n && int(m.col) <= len(cells) {
					cells[m.col-1] = m.look.write(cells[m.col-1], s.from1904)
				}
			}
			if !yield(Row{Number: n, Cells: s.survey.fill(n, cells, below)}, nil) {
				return
			}
		}
	}
}

// next reads a row; a panic of the reader of workbooks is an error.
func next(rows *excelize.Rows) (cells []string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	if !rows.Next() {
		return nil, cmp.Or(rows.Error(), errEnd)
	}
	return rows.Columns()
}

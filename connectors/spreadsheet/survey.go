package spreadsheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	maxMerges = 50_000
	maxInCell = 10_000 // elements within one cell
	maxNamed  = 5      // places that a note names
)

// survey is what a sheet says besides the values of its cells, which is all that the iterator of rows tells: which of them are
// numbers, dates or errors, which cells are one, and that the XML is whole to its end.
type survey struct {
	last   int // the last row with a cell
	marks  []mark
	merged map[int][]merge // by first row

	hidden, faults, unsaved places
}

type mark struct {
	row  int32
	col  int16
	look look
}

type merge struct{ col, last int }

// places counts places and names the first of them.
type places struct {
	named []string
	n     int
}

func (p *places) add(where string) {
	if p.n++; p.n <= maxNamed {
		p.named = append(p.named, where)
	}
}

func (p places) String() string {
	s := strings.Join(p.named, ", ")
	if p.n > len(p.named) {
		s += fmt.Sprintf(" og %d til", p.n-len(p.named))
	}
	return s
}

func (s *survey) notes() (out []string) {
	if s.hidden.n > 0 {
		out = append(out, fmt.Sprintf("Rader som er skjult i regnearket, er lest som de andre: rad %s. Slett dem der hvis de ikke skal vises.", s.hidden))
	}
	if s.faults.n > 0 {
		out = append(out, fmt.Sprintf("Celler med en feil fra regnearket er lest som tomme: %s.", s.faults))
	}
	if s.unsaved.n > 0 {
		out = append(out, fmt.Sprintf("Formler uten lagret svar er lest som tomme: %s. Åpne filen i regnearkprogrammet og lagre den på nytt.", s.unsaved))
	}
	return out
}

var (
	errEnd   = errors.New("færre rader enn arket sier")
	errOrder = errors.New("radene eller cellene står i feil rekkefølge")
	errSheet = errors.New("delen er ikke et ark med rader")
)

// seen is a cell while it is read.
type seen struct {
	ref, kind string
	style     string
	value     strings.Builder
	formula   bool
	inside    int // elements
}

// surveyor walks a sheet.
type surveyor struct {
	*survey
	looks    []look
	rooted   bool
	inRows   bool
	row, col int
	shaded   bool // the row is hidden
	cell     *seen
	inValue  bool
}

func surveyOf(part []byte, looks []look) (*survey, error) {
	w := &surveyor{survey: &survey{merged: make(map[int][]merge)}, looks: looks}
	err := walk(bytes.NewReader(part), func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			return w.start(t)
		case xml.EndElement:
			return w.end(t.Name.Local)
		case xml.CharData:
			if w.inValue && w.cell.value.Len() < 64 {
				w.cell.value.Write(t[:min(len(t), 64)])
			}
		}
		return nil
	})
	if err == nil && !w.rooted {
		err = errSheet
	}
	return w.survey, err
}

func (w *surveyor) start(e xml.StartElement) error {
	name := e.Name.Local
	if !w.rooted && name != "worksheet" {
		return errSheet
	}
	w.rooted = true
	if w.cell != nil {
		if w.cell.inside++; w.cell.inside > maxInCell {
			return fmt.Errorf("%w: a cell of more than %d elements", errBounds, maxInCell)
		}
	}
	switch {
	case name == "sheetData":
		w.inRows = true
	case name == "mergeCell":
		return w.merge(attribute(e, "ref"))
	case !w.inRows:
	case name == "row":
		n := w.row + 1
		if r := attribute(e, "r"); r != "" {
			if _, err := fmt.Sscanf(r, "%d", &n); err != nil || n <= w.row || n > excelize.TotalRows {
				return fmt.Errorf("%w (rad %s)", errOrder, clean(r))
			}
		}
		w.row, w.col = n, 0
		hidden := attribute(e, "hidden")
		w.shaded = hidden == "1" || hidden == "true"
	case name == "c" && w.cell == nil:
		w.cell = &seen{ref: attribute(e, "r"), kind: attribute(e, "t"), style: attribute(e, "s")}
	case w.cell != nil && name == "f":
		w.cell.formula = true
	case w.cell != nil && (name == "v" || name == "is"):
		w.inValue = true
	}
	return nil
}

func (w *surveyor) end(name string) error {
	switch name {
	case "sheetData":
		w.inRows = false
	case "v", "is":
		w.inValue = false
	case "row":
		w.shaded = false
	case "c":
		if w.cell != nil {
			return w.settle()
		}
	}
	return nil
}

// settle notes what the cell that ends here is.
func (w *surveyor) settle() error {
	c := w.cell
	w.cell, w.inValue = nil, false
	w.col++
	if c.ref != "" {
		col, _, err := excelize.CellNameToCoordinates(c.ref)
		if err != nil || col < w.col {
			return fmt.Errorf("%w (%s)", errOrder, clean(c.ref))
		}
		w.col = col
	}
	where := fmt.Sprintf("%s%d", strings.Trim(c.ref, "0123456789"), w.row)
	value := strings.TrimSpace(c.value.String())
	if value == "" {
		if c.formula && c.kind != "str" {
			w.unsaved.add(where)
		}
		return nil
	}
	if w.shaded {
		w.shaded = false
		w.hidden.add(fmt.Sprint(w.row))
	}
	w.last = w.row
	var l look
	switch c.kind {
	case "e":
		l = fault
		w.faults.add(where + " (" + clean(value) + ")")
	case "b":
		l = truth
	case "", "n", "d":
		l = number
		var style int
		if _, err := fmt.Sscanf(c.style, "%d", &style); err == nil && style >= 0 && style < len(w.looks) {
			l = w.looks[style]
		}
		if (l == number || l == money) && (strings.Trim(value, "0123456789") == "" || c.kind == "d") {
			l = 0
		}
	}
	if l != 0 {
		w.marks = append(w.marks, mark{row: int32(w.row), col: int16(w.col), look: l})
	}
	return nil
}

// merge notes cells that are one across rows. Across columns the value stays in the first.
func (w *surveyor) merge(ref string) error {
	a, b, _ := strings.Cut(ref, ":")
	col, first, err := excelize.CellNameToCoordinates(a)
	if err != nil {
		return nil
	}
	_, last, err := excelize.CellNameToCoordinates(b)
	if err != nil || last <= first {
		return nil
	}
	if len(w.merged) > maxMerges || len(w.merged[first]) > maxMerges {
		return fmt.Errorf("%w: more than %d merged cells", errBounds, maxMerges)
	}
	w.merged[first] = append(w.merged[first], merge{col, last})
	return nil
}

// span is a merged cell that goes on below.
type span struct {
	value string
	last  int
}

// fill writes merged cells of rows above into row n, unless that has nothing of its own.
func (s *survey) fill(n int, cells []string, below map[int]span) []string {
	for col, m := range below {
		switch {
		case n > m.last:
			delete(below, col)
		case len(cells) == 0:
		default:
			for len(cells) < col {
				cells = append(cells, "")
			}
			if cells[col-1] == "" {
				cells[col-1] = m.value
			}
		}
	}
	for _, m := range s.merged[n] {
		if m.col <= len(cells) && cells[m.col-1] != "" {
			below[m.col] = span{cells[m.col-1], m.last}
		}
	}
	return cells
}

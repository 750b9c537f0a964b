package spreadsheet

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"fritidshub/connectors"
	"fritidshub/connectors/spreadsheet/spreadsheettest"
)

type book = spreadsheettest.Book

func one(rows ...string) book {
	return book{Sheets: []spreadsheettest.Sheet{{Name: "Ark1", Rows: strings.Join(rows, "")}}}
}

// read gives the rows that are not empty, each as its number and its cells.
func read(body []byte, sheet string) (rows []string, s *Sheet, err error) {
	if s, err = Open(body, "https://kilde.example/a.xlsx", sheet); err != nil {
		return nil, nil, err
	}
	for r, err := range s.Rows() {
		if err != nil {
			return rows, s, err
		}
		if text := strings.Join(r.Cells, "|"); text != "" {
			rows = append(rows, fmt.Sprintf("%d: %s", r.Number, text))
		}
	}
	return rows, s, nil
}

func TestRows(t *testing.T) {
	n := spreadsheettest.Number
	row := spreadsheettest.Row
	tests := []struct {
		name        string
		book        book
		rows, notes []string
	}{
		{"dates and clocks", one(row(1, n("46359", spreadsheettest.Day), n("46359", spreadsheettest.ShortDay), n("46359.999", spreadsheettest.LongDay), n("0.75", spreadsheettest.Clock), n("46359.75", spreadsheettest.Moment), n("46359", 0))),
			[]string{"1: 03.12.2026|03.12.2026|03.12.2026|18:00|03.12.2026 18:00|46359"}, nil},
		{"dates from 1904", book{From1904: true, Sheets: []spreadsheettest.Sheet{{Name: "A", Rows: row(1, n("44897", spreadsheettest.Day), n("0.5", spreadsheettest.Clock))}}}, []string{"1: 03.12.2026|12:00"}, nil},
		{"a date as ISO 8601", one(row(1, `<c t="d" s="1"><v>2026-12-03T00:00:00</v></c>`, `<c t="d" s="4"><v>2026-12-03T18:30:00</v></c>`)), []string{"1: 2026-12-03|2026-12-03T18:30:00"}, nil},
		{"dates that are none", one(row(1, n("-5", spreadsheettest.Day), n("2958466", spreadsheettest.Day), n("1E300", spreadsheettest.Moment), `<c s="1" t="inlineStr"><is><t>våren</t></is></c>`)), []string{"1: -5|2958466|1E300|våren"}, nil},
		{"numbers", one(row(1, n("1250.5", spreadsheettest.Kroner), n("150", spreadsheettest.Kroner), n("0.30000000000000004", 0), n("1.5E3", 0), n("912345678", 0), n("12.125", 0), n("33.333333333333336", spreadsheettest.Kroner), n("59.0512345", 0), n("-2.5", 0))),
			[]string{"1: 1250,5|150|0,3|1500|912345678|12,125|33,33|59,0512345|-2,5"}, nil},
		{"texts that look like numbers", one(row(1, "1250.5", "46359", `<c t="str" s="1"><f>A1</f><v>46359</v></c>`)), []string{"1: 1250.5|46359|46359"}, nil},
		{"yes and no", one(row(1, `<c t="b"><v>1</v></c>`, `<c t="b"><v>0</v></c>`)), []string{"1: ja|nei"}, nil},
		{"errors are empty", one(row(1, "Kor", `<c t="e"><v>#REF!</v></c>`, "Stavern"), row(2, "#REF! er en tekst")), []string{"1: Kor||Stavern", "2: #REF! er en tekst"}, []string{"Celler med en feil fra regnearket er lest som tomme: B1 (#REF!)."}},
		{"formulas", one(row(1, `<c><f>1+1</f><v>2</v></c>`, `<c><f>NOW()</f></c>`, `<c t="str"><f>A1</f><v></v></c>`)), []string{"1: 2||"}, []string{"Formler uten lagret svar er lest som tomme: B1. Åpne filen i regnearkprogrammet og lagre den på nytt."}},
		{"shared and rich texts", book{Strings: []string{"Kor & korps", "Larvik"}, Sheets: []spreadsheettest.Sheet{{Name: "A", Rows: row(1, `<c t="s"><v>1</v></c>`, `<c t="s"><v>0</v></c>`, `<c t="s"><v>77</v></c>`, `<c t="inlineStr"><is><r><t>Stor</t></r><r><t>band</t></r></is></c>`)}}},
			[]string{"1: Larvik|Kor & korps||Storband"}, nil},
		{"hidden rows", one(row(1, "Kor"), strings.Replace(row(2, "Turn"), "<row", `<row hidden="1"`, 1), `<row r="3" hidden="true"/>`), []string{"1: Kor", "2: Turn"}, []string{"Rader som er skjult i regnearket, er lest som de andre: rad 2. Slett dem der hvis de ikke skal vises."}},
		{"gaps and rows without numbers", one(row(3, "A"), `<row><c><v>7</v></c><c r="D4"><v>8</v></c></row>`, `<row r="9"><c r="B9" t="inlineStr"><is><t>C</t></is></c></row>`, `<row r="400000"/>`), []string{"3: A", "4: 7|||8", "9: |C"}, nil},
		{"merged", book{Sheets: []spreadsheettest.Sheet{{Name: "A", Rows: row(1, "Prøvebygda turn", "Barn", "17") + row(2, "", "Ungdom") + row(4, "", "Voksne") + row(5, "", "Alle"), After: `<mergeCells><mergeCell ref="A1:A4"/><mergeCell ref="B1:C1"/><mergeCell ref="tull"/><mergeCell ref="C1:C2"/></mergeCells>`}}},
			[]string{"1: Prøvebygda turn|Barn|17", "2: Prøvebygda turn|Ungdom|17", "4: Prøvebygda turn|Voksne", "5: |Alle"}, nil},
		{"the first visible sheet", book{Sheets: []spreadsheettest.Sheet{{Name: "Lister", State: "hidden", Rows: row(1, "Nei")}, {Name: "Maler", State: "veryHidden", Rows: row(1, "Nei")}, {Name: "Aktiviteter", Rows: row(1, "Ja")}, {Name: "Flere", Rows: row(1, "Nei")}}}, []string{"1: Ja"}, nil},
		{"with macros", book{Parts: map[string]string{"xl/vbaProject.bin": "\xD0\xCF\x11\xE0 makroer"}, Sheets: []spreadsheettest.Sheet{{Name: "A", Rows: row(1, "Ja")}}}, []string{"1: Ja"}, nil},
		{"a form below the rows", book{Sheets: []spreadsheettest.Sheet{{Name: "A", Rows: row(1, "Ja"), After: `<controls><from><col>1</col><row>5</row></from></controls>`}}}, []string{"1: Ja"}, nil},
		{"nothing", one(), nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, s, err := read(tt.book.Bytes(), "")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.rows, rows); diff != "" {
				t.Errorf("rows -want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tt.notes, s.Notes); diff != "" {
				t.Errorf("notes -want +got:\n%s", diff)
			}
		})
	}
}

// TestEveryMinute reads every minute of a day, as excelize writes them and as a date with a clock.
func TestEveryMinute(t *testing.T) {
	for m := range 24 * 60 {
		want := fmt.Sprintf("%02d:%02d", m/60, m%60)
		serial := fmt.Sprint(float64(m) / (24 * 60))
		if got := clock.write(serial, false); got != want {
			t.Errorf("%s: %s, want %s", serial, got, want)
		}
		serial = fmt.Sprintf("%.8f", 46359+float64(m)/(24*60))
		if got := moment.write(serial, false); got != "03.12.2026 "+want {
			t.Errorf("%s: %s, want %s", serial, got, want)
		}
	}
}

func TestLook(t *testing.T) {
	for code, want := range map[string]look{
		"General": number, "Standard": number, "0": number, "0.00": number, "#,##0": number, `#,##0.00\ "kr"`: money, `[$kr-414] #,##0`: money, `0" år"`: number, "0%": number, "@": number, "": number, `"dag`: number, "[Red]0.00": number, `"dd.mm.yyyy" 0`: number,
		"dd.mm.yyyy": day, `[$-414]d\.\ mmmm\ yyyy;@`: day, "mmmm": day, "dddd d/m": day, "yyyy-mm-dd": day, "DD.MM.YYYY": day, "mmm-yy": day,
		"hh:mm": clock, "h:mm AM/PM": clock, "[h]:mm": clock, "mm:ss": clock, `"kl." hh:mm`: clock,
		"dd.mm.yyyy hh:mm": moment, "m/d/yy h:mm": moment,
	} {
		if got := lookOf(code); got != want {
			t.Errorf("%q: %d, want %d", code, got, want)
		}
	}
}

// TestExcelize reads what another program has written: the styles of excelize.
func TestExcelize(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "Aktivitet", "B1": "Dato", "A2": "Kor", "B2": time.Date(2026, 12, 3, 18, 30, 0, 0, time.UTC), "C2": true, "D2": 99.5, "E2": 18 * time.Hour} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	rows, _, err := read(b.Bytes(), "sheet1")
	if len(rows) != 2 || !strings.HasPrefix(rows[1], "2: Kor|03.12.2026 18:30|ja|99,5|18:00") {
		t.Errorf("%q, error %v", rows, err)
	}
}

func TestRefused(t *testing.T) {
	row := spreadsheettest.Row
	good := one(row(1, "Aktivitet")).Bytes()
	sheetPart := func(xml string) []byte {
		b := one()
		b.Parts = map[string]string{"xl/worksheets/sheet1.xml": xml}
		return b.Bytes()
	}
	part := func(name, text string) []byte {
		b := one(row(1, "A"))
		b.Parts = map[string]string{name: text}
		return b.Bytes()
	}
	tests := []struct {
		name  string
		body  []byte
		sheet string
		want  string
	}{
		{"old format", append([]byte(nil), "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 Workbook"...), "", "gamle Excel-formatet (.xls)"},
		{"password", append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), encrypted...), "", "låst med passord"},
		{"text", []byte("Navn;Sted\n"), "", `fant "Navn;Sted"`},
		{"OpenDocument", spreadsheettest.Zip(map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "", "(.ods)"},
		{"binary workbook", part("xl/workbook.bin", "x"), "", "(.xlsb)"},
		{"another zip", spreadsheettest.Zip(map[string]string{"tabell.csv": "Navn\nKor"}), "", "en zip-fil uten regneark"},
		{"a text document", spreadsheettest.Zip(map[string]string{"[Content_Types].xml": "<a/>", "_rels/.rels": `<a><Relationship Id="r" Target="word/document.xml"/></a>`, "word/document.xml": "<a/>"}), "", "uten arbeidsbok"},
		{"cut off", good[:len(good)-40], "", "avkortet eller ødelagt"},
		{"only the beginning", good[:8], "", "avkortet eller ødelagt"},
		{"no such sheet", good, "Kurs", "arket «Kurs» som options.sheet nevner; arbeidsboken har «Ark1»"},
		{"no visible sheet", book{Sheets: []spreadsheettest.Sheet{{Name: "A", State: "hidden"}}}.Bytes(), "", "et synlig ark"},
		{"no sheets", book{}.Bytes(), "", "et synlig ark"},
		{"a sheet that ends too early", sheetPart(`<worksheet><sheetData><row r="1"><c t="str"><v>Kor</v></c></row><row r="2"><c`), "", "ark Ark1"},
		{"rows in disorder", one(row(5, "B"), row(2, "A")).Bytes(), "", "(rad 2)"},
		{"a row beyond the last", one(`<row r="99999999"/>`).Bytes(), "", "(rad 99999999)"},
		{"cells in disorder", one(`<row r="1"><c r="C1"><v>1</v></c><c r="A1"><v>1</v></c></row>`).Bytes(), "", "(A1)"},
		{"not a sheet", sheetPart(`<chartsheet/>`), "", "ikke et ark"},
		{"broken styles", part("xl/styles.xml", "<styleSheet><a></styleSheet>"), "", "xl/styles.xml"},
		{"deep sheet", sheetPart(`<worksheet>` + strings.Repeat("<a>", 1_000_000)), "", "64 levels"},
		{"deep styles", part("xl/styles.xml", strings.Repeat("<a>", 100)), "", "64 levels"},
		{"a tag without end", sheetPart("<worksheet " + strings.Repeat(`a="" `, 500_000) + "/>"), "", "a tag or text of more than"},
		{"a cell of many pieces", one(`<row><c t="inlineStr"><is>` + strings.Repeat("<r/>", 20_000) + `</is></c></row>`).Bytes(), "", "a cell of more than"},
		{"a text without end", one(row(1, strings.Repeat("å", 1<<20))).Bytes(), "", "a tag or text of more than"},
		{"zip bomb", part("xl/media/bilde.bin", strings.Repeat("\x00", 32<<20)), "", "mer enn 32 MB"},
		{"too much", part("xl/media/bilde.bin", strings.Repeat("\x00", MaxUnpacked+1)), "", "xl/media/bilde.bin"},
		{"shared text bomb", part("xl/sharedStrings.xml", "<sst>"+pieces(600_000, "<si><t>%d</t></si>")+"</sst>"), "", "xl/sharedStrings.xml"},
		{"many merged cells", book{Sheets: []spreadsheettest.Sheet{{Name: "A", Rows: row(1, "x"), After: pieces(60_000, `<mergeCell ref="A%[1]d:A1048576"/>`)}}}.Bytes(), "", "merged cells"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := read(tt.body, tt.sheet)
			if !errors.Is(err, connectors.ErrUnreadable) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "kilde.example") {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func pieces(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i+1)
	}
	return b.String()
}

// TestLiar gives a part more bytes than its header says.
func TestLiar(t *testing.T) {
	body := one(spreadsheettest.Row(1, "Kor")).Bytes()
	part := bytes.LastIndex(body, []byte("xl/worksheets/sheet1.xml")) // in the central directory, where its size stands 22 bytes before
	body[part-22] = 5
	body[part-21] = 0
	if rows, _, err := read(body, ""); !errors.Is(err, connectors.ErrUnreadable) {
		t.Errorf("%q, error %v", rows, err)
	}
}

// TestMillionEmptyRows reads a sheet that a spreadsheet has saved to its last row, in bounded memory.
func TestMillionEmptyRows(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped in the short run: a million rows take some seconds")
	}
	body := one(spreadsheettest.Row(1, "Aktivitet"), spreadsheettest.Row(2, "Kor"), emptyRows()).Bytes()
	before := heap()
	rows, s, err := read(body, "")
	if err != nil || len(rows) != 3 {
		t.Fatalf("%q, error %v", rows, err)
	}
	if grown := heap() - before; grown > 150<<20 {
		t.Errorf("%d MiB are held", grown>>20)
	}
	runtime.KeepAlive(s)
}

func emptyRows() string {
	var b strings.Builder
	for n := 3; n < excelize.TotalRows; n++ {
		fmt.Fprintf(&b, `<row r="%d"><c r="A%d" s="1"/></row>`, n, n)
	}
	b.WriteString(spreadsheettest.Row(excelize.TotalRows, "Sist"))
	return b.String()
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func FuzzOpen(f *testing.F) {
	cases, err := filepath.Glob("../csv/testdata/*/response.xlsx")
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range cases {
		b, err := os.ReadFile(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(_ *testing.T, body []byte) {
		_, _, _ = read(body, "")
	})
}

// FuzzSheet fuzzes what a zip hides from FuzzOpen: the XML of a sheet.
func FuzzSheet(f *testing.F) {
	f.Add(spreadsheettest.Row(1, "Aktivitet", spreadsheettest.Number("46359.75", 4)), `<mergeCells><mergeCell ref="A1:A4"/></mergeCells>`)
	f.Add(`<row><c t="e"><v>#REF!</v></c><c r="D4"><f/></c></row>`, "")
	f.Add(`<row r="7" hidden="1"><c t="s"><v>0</v></c></row><row/>`, "<mergeCell ref='A7:B9'/>")
	f.Fuzz(func(t *testing.T, rows, after string) {
		got, s, err := read(book{Strings: []string{"Kor"}, Sheets: []spreadsheettest.Sheet{{Name: "A", Rows: rows, After: after}}}.Bytes(), "")
		if err == nil && len(got) > 0 && s.survey.last == 0 {
			t.Errorf("rows that the survey has not seen: %q", got)
		}
	})
}

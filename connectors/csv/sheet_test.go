package csvfile

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/spreadsheet/spreadsheettest"
)

// workbooks are the files of the cases that read a spreadsheet; TestWorkbooks -update writes those that are not there.
var workbooks = func() map[string][]byte {
	row, n := spreadsheettest.Row, spreadsheettest.Number
	type sheet = spreadsheettest.Sheet
	const yes, no, fault = `<c t="b"><v>1</v></c>`, `<c t="b"><v>0</v></c>`, `<c t="e"><v>#REF!</v></c>`
	book := spreadsheettest.Book{
		Strings: []string{"Prøvebygda turn- og idrettslag", "Prøvehallen, Stavern"},
		Sheets: []sheet{
			{Name: "Lister", State: "hidden", Rows: row(1, "Aktivitet") + row(2, "Dette er bare en nedtrekksliste")},
			{Name: "Aktiviteter", Rows: row(1, "Aktiviteter i Prøvebygda, høsten 2026") +
				row(3, "Id", "Aktivitet", "Arrangør", "Sted", "Ukedag", "Fra kl.", "Til kl.", "Startdato", "Alder fra", "Alder til", "Pris", "Lavterskel", "Intern merknad") +
				row(4, "t-1", "Turn for barn", `<c t="s"><v>0</v></c>`, `<c t="s"><v>1</v></c>`, "tirsdag", n("0.72916666666666663", spreadsheettest.Clock), n("0.77083333333333337", spreadsheettest.Clock), n("46252", spreadsheettest.Day), n("6", 0), n("12", 0), n("1250.5", spreadsheettest.Kroner), yes) +
				row(5, "t-2", "Parkour", "", `<c t="s"><v>1</v></c>`, "torsdag", n("0.75", spreadsheettest.Clock), n("0.8125", spreadsheettest.Clock), n("46254", spreadsheettest.ShortDay), n("13", 0), "", n("33.333333333333336", spreadsheettest.Kroner), no) +
				strings.Replace(row(6, "t-3", "Styrketrening for voksne", "", `<c t="s"><v>1</v></c>`, "onsdag", "18", `<c><f>F6+1</f></c>`, fault, `<c><f>9*2</f><v>18</v></c>`), "<row", `<row hidden="1"`, 1) +
				row(8, n("4", 0), `<c t="str"><f>B4</f><v>Yoga på stranda</v></c>`, "Stranda friluftslag", "Badeplassen", "", "", "", n("46530.75", spreadsheettest.LongDay)) +
				row(9, "t-1", "Turn igjen", "", "", "fredag") +
				row(10, "t-5", "Sjakk", "", "", "frosdag") +
				row(11, "", "", "", "", "", "", "", n("46252", spreadsheettest.Day)) + `<row r="900000"/>`,
				After: `<mergeCells count="2"><mergeCell ref="A1:M1"/><mergeCell ref="C4:C6"/></mergeCells>`},
		},
	}
	events := spreadsheettest.Book{From1904: true, Sheets: []sheet{
		{Name: "Faste tilbud", Rows: row(1, "Aktivitet", "Ukedag") + row(2, "Kor", "mandag")},
		{Name: "Arrangementer 2026", Rows: row(1, "Hva skjer", "Sted", "Start", "Slutt", "Gratis") +
			row(2, "Julekonsert", "Prøve kirke", n("44897.791666666664", spreadsheettest.Moment), n("44897.854166666664", spreadsheettest.Moment), no) +
			row(3, "Åpen dag", "Brannstasjonen", n("44902", spreadsheettest.Day), "", yes) +
			row(4, "Fest", "Grendehuset", n("44902", spreadsheettest.Plain))},
	}}
	return map[string][]byte{
		"xlsx-activities":     book.Bytes(),
		"xlsx-named-sheet":    events.Bytes(),
		"xlsx-no-such-sheet":  events.Bytes(),
		"xlsx-header-row":     spreadsheettest.Book{Sheets: []sheet{{Name: "Ark1", Rows: row(1, "Navn", "Ukedag", "Pris", "Sted") + row(2, "Slik fyller du ut", "tirsdag") + row(5, "Navn", "Ukedag") + row(6, "Kor", "mandag", "", "merknad")}}}.Bytes(),
		"xlsx-no-title":       spreadsheettest.Book{Sheets: []sheet{{Name: "Ark1", Rows: row(1, "Sted", "Pris") + row(2, "Stavern", n("100", 0))}}}.Bytes(),
		"xlsx-rows-disorder":  spreadsheettest.Book{Sheets: []sheet{{Name: "Ark1", Rows: row(1, "Aktivitet") + row(9, "Kor") + row(3, "Turn")}}}.Bytes(),
		"xlsx-zip-bomb":       spreadsheettest.Book{Parts: map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si><t>a</t></si>", 400_000) + "</sst>"}, Sheets: []sheet{{Name: "Ark1", Rows: row(1, "Aktivitet")}}}.Bytes(),
		"xlsx-password":       []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"),
		"xls-old-format":      []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00"),
		"ods-not-read":        spreadsheettest.Zip(map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<office:document-content/>"}),
		"xlsx-that-is-a-text": []byte("Aktivitet;Sted\nKor;Stavern\n"),
	}
}()

func TestWorkbooks(t *testing.T) {
	for name, body := range workbooks {
		file := filepath.Join("testdata", name, "response.xlsx")
		kept, err := os.ReadFile(file)
		if err != nil && flag.Lookup("update").Value.String() == "true" {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			kept, err = body, os.WriteFile(file, body, 0o644)
		}
		if err != nil || unpacked(kept) != unpacked(body) {
			t.Errorf("%s is not what is made here (%v): take it away and run with -update", file, err)
		}
	}
}

// unpacked is what a file holds, however it was packed.
func unpacked(body []byte) string {
	files, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return string(body)
	}
	var b strings.Builder
	for _, f := range files.File {
		r, err := f.Open()
		if err != nil {
			return err.Error()
		}
		b.WriteString(f.Name + "\n")
		_, _ = io.Copy(&b, r)
	}
	return b.String()
}

// TestSameAsText reads one table as text and as a workbook: the same records, with the same ids.
func TestSameAsText(t *testing.T) {
	n := spreadsheettest.Number
	want, err := parse("Aktivitet;Sted;Dato;Fra kl.;Pris\nKor;Stavern;03.12.2026;18:30;99,5\n", "", Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseSheet(spreadsheettest.Book{Sheets: []spreadsheettest.Sheet{{Name: "A", Rows: spreadsheettest.Row(1, "Aktivitet", "Sted", "Dato", "Fra kl.", "Pris") +
		spreadsheettest.Row(2, "Kor", "Stavern", n("46359", spreadsheettest.Day), n("0.7708333333", spreadsheettest.Clock), n("99.5", spreadsheettest.Kroner))}}}.Bytes(), Options{})
	if err != nil || len(got.records) != 1 || got.records[0].NativeID != want.records[0].NativeID || describe(got) != describe(want) || *got.records[0].Price.Min != 9950 {
		t.Errorf("%+v\nwant %+v, error %v", got, want, err)
	}
}

func parseSheet(body []byte, o Options) (got, error) {
	var g got
	err := ParseSheet(body, &connectors.Session{
		Source: connectors.Source{ID: "tabell", URL: "file:tabell.xlsx", Zone: oslo},
		Emit:   func(r catalog.Record) error { g.records = append(g.records, r); return nil },
		Reject: func(r catalog.Reject) { g.rejects = append(g.rejects, r) },
		Warn:   func(where, text string) { g.warns = append(g.warns, where+": "+text) },
	}, o)
	return g, err
}

// TestLargeSheet reads 50,000 rows with 150,000 shared texts, and then the same again.
func TestLargeSheet(t *testing.T) {
	const many = 50_000
	var texts []string
	shared := func(text string) string {
		texts = append(texts, text)
		return fmt.Sprintf(`<c t="s"><v>%d</v></c>`, len(texts)-1)
	}
	var rows strings.Builder
	rows.WriteString(spreadsheettest.Row(1, "Id", "Aktivitet", "Beskrivelse", "Sted", "Ukedag", "Fra kl.", "Startdato", "Pris"))
	for i := range many {
		rows.WriteString(spreadsheettest.Row(i+2, shared(fmt.Sprintf("a-%d", i)), shared(fmt.Sprintf("Turn for barn, parti %d", i)), shared(fmt.Sprintf("Vi møtes i hallen, parti %d.", i)), "Prøvehallen", "tirsdag",
			spreadsheettest.Number("0.75", spreadsheettest.Clock), spreadsheettest.Number(fmt.Sprint(46000+i%700), spreadsheettest.Day), spreadsheettest.Number("1250.5", spreadsheettest.Kroner)))
	}
	body := spreadsheettest.Book{Strings: texts, Sheets: []spreadsheettest.Sheet{{Name: "A", Rows: rows.String()}}}.Bytes()
	rows.Reset()
	texts = nil
	connectortest.Large(t, Kind, "https://kilde.example/lag.xlsx", "{}", many, func(string) ([]byte, string, bool) { return body, "application/octet-stream", true })
}

func FuzzParseSheet(f *testing.F) {
	for _, body := range workbooks {
		if len(body) < 20_000 {
			f.Add(body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		g, err := parseSheet(body, Options{})
		if err != nil {
			return
		}
		for _, r := range g.records {
			if r.Title == "" || r.NativeID == "" {
				t.Errorf("record without title or id: %+v", r)
			}
		}
	})
}

// TestRecogniseSheet: a workbook has no text, so that its address must tell.
func TestRecogniseSheet(t *testing.T) {
	for address, want := range map[string]int{"https://kilde.example/lag.XLSX?v=1": 1, "file:lag.xlsx": 1, "https://kilde.example/lag.pdf": 0} {
		a := connectors.NewAnswer(address, nil, "")
		if got := recognise(&a); len(got) != want {
			t.Errorf("%s: %+v", address, got)
		}
	}
}

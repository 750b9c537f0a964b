// Package spreadsheettest makes small XLSX workbooks for tests, whose every byte of XML the test decides.
package spreadsheettest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"
)

// Cell styles that every workbook has, for the attribute s of a cell.
const (
	Plain    = iota
	Day      // dd.mm.yyyy, a format of its own
	ShortDay // number format 14
	Clock    // number format 20
	Moment   // number format 22
	Kroner   // # ##0,00 kr
	LongDay  // d. mmmm yyyy
)

// Book is a workbook.
type Book struct {
	From1904 bool
	Sheets   []Sheet
	Strings  []string          // shared texts, by their number
	Parts    map[string]string // further parts, or others instead of those that Bytes writes
}

// Sheet is a sheet: the XML within sheetData, and what follows that element.
type Sheet struct{ Name, State, Rows, After string }

const (
	ns       = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	office   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packages = "http://schemas.openxmlformats.org/package/2006/relationships"
	styles   = `<styleSheet ` + ns + `><numFmts count="3"><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/><numFmt numFmtId="165" formatCode="#,##0.00\ &quot;kr&quot;"/><numFmt numFmtId="166" formatCode="[$-414]d\.\ mmmm\ yyyy;@"/></numFmts>` +
		`<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="7"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="22"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>`
)

// Bytes gives the file.
func (b Book) Bytes() []byte {
	var sheets, targets, shared strings.Builder
	parts := map[string]string{"xl/styles.xml": styles}
	for i, s := range b.Sheets {
		state := ""
		if s.State != "" {
			state = fmt.Sprintf(` state="%s"`, s.State)
		}
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, html.EscapeString(s.Name), i+1, state, i+1)
		fmt.Fprintf(&targets, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, office, i+1)
		parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)] = `<worksheet ` + ns + `><sheetData>` + s.Rows + `</sheetData>` + s.After + `</worksheet>`
	}
	for _, s := range b.Strings {
		shared.WriteString(`<si><t xml:space="preserve">` + html.EscapeString(s) + `</t></si>`)
	}
	parts["xl/sharedStrings.xml"] = `<sst ` + ns + `>` + shared.String() + `</sst>`
	parts["xl/_rels/workbook.xml.rels"] = `<Relationships xmlns="` + packages + `">` + targets.String() + `</Relationships>`
	parts["_rels/.rels"] = `<Relationships xmlns="` + packages + `"><Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	parts["[Content_Types].xml"] = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`
	parts["xl/workbook.xml"] = fmt.Sprintf(`<workbook %s xmlns:r="%s"><workbookPr date1904="%t"/><sheets>%s</sheets></workbook>`, ns, office, b.From1904, sheets.String())
	for name, text := range b.Parts {
		parts[name] = text
	}
	return Zip(parts)
}

// Zip packs parts by name.
func Zip(parts map[string]string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(parts[name]))
		}
		if err != nil {
			panic(err) // a buffer takes everything
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// Row gives the XML of row n: each cell is a text, or XML as it stands when it begins with <.
func Row(n int, cells ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, n)
	for i, c := range cells {
		switch {
		case c == "":
		case strings.HasPrefix(c, "<c"):
			b.WriteString(strings.Replace(c, "<c", fmt.Sprintf(`<c r="%s"`, ref(i, n)), 1))
		default:
			fmt.Fprintf(&b, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, ref(i, n), html.EscapeString(c))
		}
	}
	b.WriteString("</row>")
	return b.String()
}

// Number gives the XML of a cell with a number in a style.
func Number(value string, style int) string {
	return fmt.Sprintf(`<c s="%d"><v>%s</v></c>`, style, value)
}

func ref(column, row int) string {
	if column >= 26 {
		return fmt.Sprintf("%c%c%d", 'A'+column/26-1, 'A'+column%26, row)
	}
	return fmt.Sprintf("%c%d", 'A'+column, row)
}

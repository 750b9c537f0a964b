// Package csvfile is the kind csv: a table of activities in a text file or a workbook (XLSX), as a spreadsheet saves it.
// Its folder has the name of the kind; the package is named csvfile since csv is a package of the standard library.
package csvfile

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/net/html/charset"

	"fritidshub/connectors"
)

// Kind is the kind csv.
var Kind = connectors.Kind{
	Name:    "csv",
	Version: 1,
	Summary: "Leser en tabell (CSV eller XLSX) slik Excel, Google Regneark og LibreOffice lagrer den, med overskrifter på norsk eller engelsk.",
	Basis:   connectors.BasisStandard,
	Options: &Options{},
	New: func(decode func(any) error) (connectors.Connector, error) {
		var c connector
		err := decode(&c.Options)
		return &c, errors.Join(err, c.Options.check())
	},
	Recognise: recognise,
}

// Options are the options of a csv source. All of them may be left out.
type Options struct {
	// Columns names the header of a field's column, for tables whose headers are not understood by themselves.
	Columns map[string]string `yaml:"columns" json:"columns,omitempty" jsonschema:"description=Overskriften til et felt når den ikke kjennes igjen: {title: Hva skjer}"`
	// Delimiter is ";", ",", "|" or "tab".
	Delimiter string `yaml:"delimiter" json:"delimiter,omitempty" jsonschema:"enum=;,enum=\\,,enum=|,enum=tab,description=Skilletegnet. Uten verdi finnes det av seg selv."`
	// Encoding is the character set for bytes that are not UTF-8 or UTF-16, such as windows-1252 (the default) or iso-8859-15.
	Encoding string `yaml:"encoding" json:"encoding,omitempty" jsonschema:"description=Tegnsettet for byte som ikke er UTF-8 eller UTF-16. Uten verdi: windows-1252."`
	// HeaderRow is the line of the headers, counted from 1 among lines that are not empty.
	// In a sheet it is the row's own number.
	HeaderRow int `yaml:"header_row" json:"header_row,omitempty" jsonschema:"minimum=1,maximum=100,description=Raden med overskrifter\\, talt blant rader som ikke er tomme. Uten verdi finnes den av seg selv."`
	// Format is xlsx or csv; without it the first bytes tell.
	Format string `yaml:"format" json:"format,omitempty" jsonschema:"enum=xlsx,enum=csv,description=Filens format. Uten verdi kjennes det på filen selv."`
	// Sheet is the name of the sheet of a workbook; without it the first that is visible.
	Sheet string `yaml:"sheet" json:"sheet,omitempty" jsonschema:"description=Arket i et regneark (XLSX). Uten verdi: det første som er synlig."`
}

var delimiters = map[string]rune{"": 0, ";": ';', ",": ',', "|": '|', "tab": '\t', "\t": '\t', `\t`: '\t'}

func (o Options) check() error {
	if _, ok := delimiters[o.Delimiter]; !ok {
		return fmt.Errorf("options.delimiter: %q er ikke et skilletegn som kan brukes: skriv \";\", \",\", \"|\" eller tab", o.Delimiter)
	}
	if enc, _ := charset.Lookup(o.Encoding); o.Encoding != "" && enc == nil {
		return fmt.Errorf("options.encoding: tegnsettet %q er ukjent: skriv utf-8, windows-1252 eller iso-8859-15", o.Encoding)
	}
	if o.HeaderRow < 0 || o.HeaderRow > 100 {
		return fmt.Errorf("options.header_row: %d er utenfor 1 til 100", o.HeaderRow)
	}
	if o.Format != "" && o.Format != "xlsx" && o.Format != "csv" {
		return fmt.Errorf("options.format: %q er ikke et format som leses: skriv xlsx eller csv, eller utelat valget", o.Format)
	}
	if o.Sheet != "" && o.Format == "csv" {
		return errors.New("options.sheet: en tabell i tekst (format: csv) har ingen ark; ta bort sheet eller format")
	}
	for field, header := range o.Columns {
		if _, ok := headers[field]; !ok {
			return fmt.Errorf("options.columns: feltet %q finnes ikke; feltene er %s", field, fieldList())
		}
		if header == "" {
			return fmt.Errorf("options.columns.%s: skriv overskriften som kolonnen har i tabellen", field)
		}
	}
	return nil
}

type connector struct{ Options Options }

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	resp, err := s.Get(ctx, connectors.Request{Accept: "text/csv, text/tab-separated-values, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;q=0.9, text/plain;q=0.8, */*;q=0.1"})
	if err != nil {
		return connectors.Outcome{}, err
	}
	if resp.Unchanged {
		return connectors.Outcome{Complete: true, Unchanged: true}, nil
	}
	if c.Options.isSheet(resp.Body) {
		if err := ParseSheet(resp.Body, s, c.Options); err != nil {
			return connectors.Outcome{}, err
		}
		return connectors.Outcome{Complete: true}, nil
	}
	if c.Options.Encoding != "" {
		resp.Charset = c.Options.Encoding
	}
	text, err := resp.Text()
	if err != nil {
		return connectors.Outcome{}, err
	}
	if err := Parse(text, s, c.Options); err != nil {
		return connectors.Outcome{}, err
	}
	return connectors.Outcome{Complete: true}, nil
}

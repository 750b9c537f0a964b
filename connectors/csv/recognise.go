package csvfile

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"

	"fritidshub/connectors"
)

// usually are the headers that a title has when it has none of the known ones.
var usually = regexp.MustCompile(`(?i)navn$|namn$|name$|tittel|title|aktivitet|arrangement|tilbud`)

// recognise knows a table by its headers: with a title and another field it is read as it is, else the column that is most like a
// title is proposed. Tables that a page links to are tried.
func recognise(a *connectors.Answer) []connectors.Reading {
	archive := bytes.HasPrefix(a.Body, []byte("PK\x03\x04")) && bytes.Contains(a.Body, []byte("xl/workbook")) // as a workbook is
	name := strings.ToLower(cmp.Or(a.URL.Path, a.URL.Opaque))
	if archive || a.Text == "" && (strings.HasSuffix(name, ".xlsx") || strings.HasSuffix(name, ".xlsm")) {
		return []connectors.Reading{{Certain: connectors.Format}}
	}
	if strings.HasPrefix(a.Text, "<") || a.JSON.Exists() || notATable(a.Text) != "" {
		var out []connectors.Reading
		for _, file := range a.Feeds([]string{".csv", ".xlsx"}, "text/csv") {
			out = append(out, connectors.Reading{URL: file})
		}
		return out[:min(len(out), 1)]
	}
	var best header
	for _, delimiter := range []rune{';', ',', '\t', '|'} {
		rows := newReader(headOf(a.Text), delimiter)
		names, err := rows.Read()
		if err != nil || len(names) < 2 || len(names) > MaxColumns {
			continue
		}
		h, _ := read(append([]string(nil), names...), nil)
		next, err := rows.Read()
		if len(h.at) >= len(best.at) && len(h.names) > len(best.names) && err == nil && len(next) == len(names) {
			best = h
		}
	}
	if _, titled := best.at["title"]; titled && len(best.at) > 1 {
		return []connectors.Reading{{Certain: connectors.Format}}
	}
	for _, name := range best.names {
		if usually.MatchString(strings.TrimSpace(name)) && len(best.at) > 0 {
			return []connectors.Reading{{Options: Options{Columns: map[string]string{"title": strings.TrimSpace(name)}},
				Note: "Kolonnen med navnet er gjettet av overskriftene. Se med preview om tabellen er lest riktig."}}
		}
	}
	if len(best.at) > 1 { // a table of activities that lacks what they are called; reading it says so
		return []connectors.Reading{{Certain: connectors.Format}}
	}
	return nil
}

package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"fritidshub/catalog"
)

// columns are the table's columns, named as the search API names the same things, and in Norwegian.
var columns = []struct {
	name, nb string
	value    func(hub Hub, e *Entry) string
}{
	{"id", "Id", func(_ Hub, e *Entry) string { return e.ID }},
	{"kind", "Type", func(_ Hub, e *Entry) string { return string(e.Kind) }},
	{"title", "Tittel", func(_ Hub, e *Entry) string { return e.Title }},
	{"summary", "Sammendrag", func(_ Hub, e *Entry) string { return e.Summary }},
	{"url", "Nettside", func(_ Hub, e *Entry) string { return e.URL }},
	{"page", "Side i huben", func(h Hub, e *Entry) string { return h.page(e.ID) }},
	{"categories", "Kategorier", func(_ Hub, e *Entry) string { return strings.Join(e.Categories, "|") }},
	{"organizer", "Arrangør", func(_ Hub, e *Entry) string { return organizer(e).Name }},
	{"org_number", "Organisasjonsnummer", func(_ Hub, e *Entry) string { return organizer(e).OrgNumber }},
	{"place", "Sted", func(_ Hub, e *Entry) string { return place(e).Name }},
	{"address", "Adresse", func(_ Hub, e *Entry) string { return place(e).Address }},
	{"postal_code", "Postnummer", func(_ Hub, e *Entry) string { return place(e).PostalCode }},
	{"locality", "Poststed", func(_ Hub, e *Entry) string { return place(e).Locality }},
	{"municipality", "Kommunenummer", func(_ Hub, e *Entry) string { return place(e).Municipality }},
	{"lat", "Breddegrad", func(_ Hub, e *Entry) string { return degrees(place(e).Lat) }},
	{"lon", "Lengdegrad", func(_ Hub, e *Entry) string { return degrees(place(e).Lon) }},
	{"start", "Start", func(_ Hub, e *Entry) string { return moment(e.Start) }},
	{"end", "Slutt", func(_ Hub, e *Entry) string { return moment(e.End) }},
	{"schedule", "Tidspunkter", func(_ Hub, e *Entry) string { return e.ScheduleText }},
	{"valid_from", "Gjelder fra", func(_ Hub, e *Entry) string { return e.ValidFrom }},
	{"valid_through", "Gjelder til", func(_ Hub, e *Entry) string { return e.ValidThrough }},
	{"age_min", "Alder fra", func(_ Hub, e *Entry) string { return years(age(e).Min) }},
	{"age_max", "Alder til", func(_ Hub, e *Entry) string { return years(age(e).Max) }},
	{"price_min", "Laveste pris", func(_ Hub, e *Entry) string { return kroner(price(e).Min) }},
	{"price_max", "Høyeste pris", func(_ Hub, e *Entry) string { return kroner(price(e).Max) }},
	{"currency", "Valuta", func(_ Hub, e *Entry) string { return price(e).Currency }},
	{"free", "Gratis", func(_ Hub, e *Entry) string { return fact(price(e).Free) }},
	{"price_text", "Pris", func(_ Hub, e *Entry) string { return price(e).Text }},
	{"accessibility", "Tilrettelegging", func(_ Hub, e *Entry) string { return strings.Join(e.Accessibility, "|") }},
	{"schemes", "Støtteordninger", func(_ Hub, e *Entry) string { return strings.Join(e.Schemes, "|") }},
	{"language", "Språk", func(_ Hub, e *Entry) string { return e.Language }},
	{"status", "Status", func(_ Hub, e *Entry) string { return string(e.Status) }},
	{"sources", "Kilder", func(_ Hub, e *Entry) string {
		return sources(e, func(s catalog.ItemSource) string { return s.ID })
	}},
	{"licences", "Lisenser", func(_ Hub, e *Entry) string {
		return sources(e, func(s catalog.ItemSource) string { return s.Licence })
	}},
	{"attribution", "Kreditering", func(_ Hub, e *Entry) string {
		return sources(e, func(s catalog.ItemSource) string { return s.Attribution })
	}},
	{"updated_at", "Sist endret", func(_ Hub, e *Entry) string { return e.UpdatedAt.Format("2006-01-02T15:04:05Z07:00") }},
}

// table writes CSV (RFC 4180) in UTF-8 with a head line in a language. A cell that a spreadsheet would run as a formula begins with an
// apostrophe. A Norwegian table opens as one in a spreadsheet set to Norwegian: it begins with a byte order mark, its cells are parted by
// semicolons and its numbers have decimal commas.
func table(language string) func(io.Writer, Hub, Entries) error {
	return func(w io.Writer, hub Hub, entries Entries) error {
		out, row, local := csv.NewWriter(w), make([]string, len(columns)), func(s string) string { return s }
		for i, c := range columns {
			row[i] = c.name
		}
		if language == "nb" {
			if _, err := io.WriteString(w, "\uFEFF"); err != nil {
				return err
			}
			out.Comma, local = ';', commas
			for i, c := range columns {
				row[i] = c.nb
			}
		}
		out.UseCRLF = true
		if err := out.Write(row); err != nil {
			return err
		}
		for e, err := range entries {
			if err != nil {
				return err
			}
			for i, c := range columns {
				row[i] = local(cell(c.value(hub, &e)))
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	}
}

// commas writes a number with a decimal comma.
func commas(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err != nil {
		return s
	}
	return strings.Replace(s, ".", ",", 1)
}

// cell makes text safe to open in a spreadsheet: one that begins like a formula, in full-width forms too, is marked as text. Numbers
// with a sign stay numbers.
func cell(s string) string {
	if s == "" {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	if strings.ContainsRune("=+-@\t\r\n|＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

func organizer(e *Entry) catalog.ItemOrganizer { return orZero(e.Organizer) }
func place(e *Entry) catalog.ItemPlace         { return orZero(e.Place) }
func price(e *Entry) catalog.ItemPrice         { return orZero(e.Price) }
func age(e *Entry) catalog.Age                 { return orZero(e.Age) }

func orZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func degrees(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

func years(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func kroner(m *catalog.Money) string {
	if m == nil {
		return ""
	}
	return m.String()
}

func fact(f catalog.Fact) string {
	switch f {
	case catalog.Yes:
		return "true"
	case catalog.No:
		return "false"
	}
	return ""
}

func moment(t *catalog.ItemTime) string {
	if t == nil {
		return ""
	}
	raw, _ := t.MarshalJSON()
	return strings.Trim(string(raw), `"`)
}

func sources(e *Entry, field func(catalog.ItemSource) string) string {
	var out []string
	for _, s := range e.Sources {
		if v := field(s); v != "" {
			out = append(out, v)
		}
	}
	return strings.Join(out, "|")
}

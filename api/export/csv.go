package export

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"fritidshub/catalog"
)

// columns are the table's columns, named as the search API names the same things.
var columns = []struct {
	name  string
	value func(hub Hub, e *Entry) string
}{
	{"id", func(_ Hub, e *Entry) string { return e.ID }},
	{"kind", func(_ Hub, e *Entry) string { return string(e.Kind) }},
	{"title", func(_ Hub, e *Entry) string { return e.Title }},
	{"summary", func(_ Hub, e *Entry) string { return e.Summary }},
	{"url", func(_ Hub, e *Entry) string { return e.URL }},
	{"page", func(h Hub, e *Entry) string { return h.page(e.ID) }},
	{"categories", func(_ Hub, e *Entry) string { return strings.Join(e.Categories, "|") }},
	{"organizer", func(_ Hub, e *Entry) string { return organizer(e).Name }},
	{"org_number", func(_ Hub, e *Entry) string { return organizer(e).OrgNumber }},
	{"place", func(_ Hub, e *Entry) string { return place(e).Name }},
	{"address", func(_ Hub, e *Entry) string { return place(e).Address }},
	{"postal_code", func(_ Hub, e *Entry) string { return place(e).PostalCode }},
	{"locality", func(_ Hub, e *Entry) string { return place(e).Locality }},
	{"municipality", func(_ Hub, e *Entry) string { return place(e).Municipality }},
	{"lat", func(_ Hub, e *Entry) string { return degrees(place(e).Lat) }},
	{"lon", func(_ Hub, e *Entry) string { return degrees(place(e).Lon) }},
	{"start", func(_ Hub, e *Entry) string { return moment(e.Start) }},
	{"end", func(_ Hub, e *Entry) string { return moment(e.End) }},
	{"schedule", func(_ Hub, e *Entry) string { return e.ScheduleText }},
	{"valid_from", func(_ Hub, e *Entry) string { return e.ValidFrom }},
	{"valid_through", func(_ Hub, e *Entry) string { return e.ValidThrough }},
	{"age_min", func(_ Hub, e *Entry) string { return years(age(e).Min) }},
	{"age_max", func(_ Hub, e *Entry) string { return years(age(e).Max) }},
	{"price_min", func(_ Hub, e *Entry) string { return kroner(price(e).Min) }},
	{"price_max", func(_ Hub, e *Entry) string { return kroner(price(e).Max) }},
	{"currency", func(_ Hub, e *Entry) string { return price(e).Currency }},
	{"free", func(_ Hub, e *Entry) string { return fact(price(e).Free) }},
	{"price_text", func(_ Hub, e *Entry) string { return price(e).Text }},
	{"accessibility", func(_ Hub, e *Entry) string { return strings.Join(e.Accessibility, "|") }},
	{"schemes", func(_ Hub, e *Entry) string { return strings.Join(e.Schemes, "|") }},
	{"language", func(_ Hub, e *Entry) string { return e.Language }},
	{"status", func(_ Hub, e *Entry) string { return string(e.Status) }},
	{"sources", func(_ Hub, e *Entry) string {
		return sources(e, func(s catalog.ItemSource) string { return s.ID })
	}},
	{"licences", func(_ Hub, e *Entry) string {
		return sources(e, func(s catalog.ItemSource) string { return s.Licence })
	}},
	{"attribution", func(_ Hub, e *Entry) string {
		return sources(e, func(s catalog.ItemSource) string { return s.Attribution })
	}},
	{"updated_at", func(_ Hub, e *Entry) string { return e.UpdatedAt.Format("2006-01-02T15:04:05Z07:00") }},
}

// table writes CSV (RFC 4180) in UTF-8 with a head line. A cell that a spreadsheet would run as a formula begins with an apostrophe.
func table(w io.Writer, hub Hub, entries Entries) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.name
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for e, err := range entries {
		if err != nil {
			return err
		}
		for i, c := range columns {
			row[i] = cell(c.value(hub, &e))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
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

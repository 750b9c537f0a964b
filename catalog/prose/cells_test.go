package prose

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"fritidshub/catalog"
)

// TestCells reads cells that are no plain values as texts of their field.
func TestCells(t *testing.T) {
	for _, test := range []struct{ price, age, want string }{
		{age: "13 år", want: `{"age":{"min":13,"max":13},"derived":["age"]}`},
		{age: "Alder: 13 år", want: `{"age":{"min":13,"max":13},"derived":["age"]}`},
		{age: "f. 2015", want: `{"age":{"min":11,"max":11},"derived":["age"]}`},
		{age: "født 2013-2016", want: `{"age":{"min":10,"max":13},"derived":["age"]}`},
		{age: "Barn 8-12", want: `{"age":{"min":8,"max":12},"derived":["age"]}`},
		{age: "fra og med 6 år", want: `{"age":{"min":6},"derived":["age"]}`},
		{age: "Jenter og gutter frå 7 år", want: `{"age":{"min":7},"derived":["age"]}`},
		{age: "7. klasse og oppover", want: `{"age":{"min":12},"derived":["age"]}`},
		{age: "fra 3. klasse", want: `{"age":{"min":8},"derived":["age"]}`},
		{age: "8-12 år (yngre sammen med voksen)", want: `{"age":{"min":8,"max":12},"derived":["age"]}`},
		{age: "0-12 mnd", want: `{"age":{"min":0,"max":1},"derived":["age"]}`},
		{age: "18 år, 16 i følge med foresatt", want: `{"age":{"min":18},"derived":["age"]}`},
		{age: "18 år", want: `{"age":{"min":18},"derived":["age"]}`},
		{age: "16 år", want: `{"age":{}}`},
		{age: "for barn og unge", want: `{"age":{}}`},
		{price: "Barn 50, voksen 100", want: `{"price":{"min":50,"max":100,"free":false,"text":"Barn 50, voksen 100"},"derived":["price"]}`},
		{price: "medlemmer 100, andre 150", want: `{"price":{"min":100,"max":150,"free":false,"text":"medlemmer 100, andre 150"},"derived":["price"]}`},
		{price: "Born gratis, vaksne 30 kr", want: `{"price":{"min":0,"max":30,"free":false,"text":"Born gratis, vaksne 30 kr"},"derived":["price"]}`},
		{price: "kr 250 (student 150)", want: `{"price":{"min":150,"max":250,"free":false,"text":"kr 250 (student 150)"},"derived":["price"]}`},
		{price: "Gratis for medlemmer, 50 kr for andre", want: `{"price":{"min":0,"max":50,"free":false,"text":"Gratis for medlemmer, 50 kr for andre"},"derived":["price"]}`},
		{price: "Årskontingent 400 kr", want: `{"price":{"min":400,"max":400,"free":false,"unit":"year","text":"Årskontingent 400 kr"},"derived":["price"]}`},
		{price: "1200 per halvår + medlemskap 300", want: `{"price":{"min":1200,"max":1200,"free":false,"unit":"half_year","text":"1200 per halvår + medlemskap 300"},"derived":["price"]}`},
		{price: "Ta kontakt på telefon 33 00 00 00", want: `{"price":{"text":"Ta kontakt på telefon 33 00 00 00"}}`},
		{price: "50/100", want: `{"price":{"min":50,"max":100,"free":false,"text":"50/100"},"derived":["price"]}`},
		{price: "Se side 2", want: `{"price":{"text":"Se side 2"}}`},
		{price: "første gang gratis", want: `{"price":{"text":"første gang gratis"}}`},
	} {
		var r catalog.Record
		if test.price != "" {
			r.Price = &catalog.Price{Text: test.price}
		}
		if test.age != "" {
			r.Age = &catalog.Age{Text: test.age}
		}
		Cells(&r, refDay)
		if r.Age != nil {
			r.Age.Text = ""
		}
		got, _ := json.Marshal(struct {
			Price   *catalog.Price `json:"price,omitempty"`
			Age     *catalog.Age   `json:"age,omitempty"`
			Derived []string       `json:"derived,omitempty"`
		}{r.Price, r.Age, r.Derived})
		if string(got) != test.want {
			t.Errorf("%s%s: %s, want %s", test.price, test.age, got, test.want)
		}
	}
	stated := catalog.Money(0)
	r := catalog.Record{Price: &catalog.Price{Min: &stated, Text: "100 kr for andre"}}
	if Cells(&r, refDay); r.Price.Max != nil {
		t.Error("what the source states is changed")
	}
	euro := catalog.Record{Price: &catalog.Price{Currency: "EUR", Text: "barn 10, voksne 20"}}
	if Cells(&euro, refDay); euro.Price.Min != nil {
		t.Error("another currency is read as kroner")
	}
}

// TestScheduleCells reads the words of a schedule that is no plain weekday, between the days for which it is valid.
func TestScheduleCells(t *testing.T) {
	zone := oslo(t)
	for _, test := range []struct {
		text          string
		first, last   string
		series, dates []string
	}{
		{text: "tirsdag, ikke uke 8 kl. 18:00–19:30", first: "2027-01-12", last: "2027-05-25", series: []string{"2027-01-12 18:00-19:30 WEEKLY;BYDAY=TU until 2027-05-25 W08"}},
		{text: "annenhver tirsdag kl. 18:00", first: "2027-01-12", series: []string{"2027-01-12 18:00 WEEKLY;INTERVAL=2;BYDAY=TU"}},
		{text: "annenhver tirsdag kl. 18:00"},
		{text: "onsdagar, følgjer skuleruta", series: []string{"WEEKLY;BYDAY=WE school"}},
		{text: "man 17-18, tors 18-20", series: []string{"17:00-18:00 WEEKLY;BYDAY=MO", "18:00-20:00 WEEKLY;BYDAY=TH"}},
		{text: "Laurdag 5. desember 2026 kl. 12", dates: []string{"2026-12-05 12:00"}},
		{text: "frosdag"},
		{text: "10–16", first: "2027-06-20", last: "2027-08-15"},
	} {
		day := func(s string) (d time.Time) {
			if s != "" {
				d = labelled{Ref: s}.ref(t)
			}
			return d
		}
		r := catalog.Record{Kind: catalog.KindActivity, Schedule: catalog.Schedule{Text: test.text, ValidFrom: day(test.first), ValidThrough: day(test.last)}}
		Cells(&r, refDay.In(zone))
		var series, dates []string
		for _, s := range r.Schedule.Series {
			series = append(series, seriesText(s, zone))
		}
		for _, o := range r.Schedule.Dates {
			dates = append(dates, occurrenceText(o.Start, o.End, o.AllDay, zone))
		}
		if !slices.Equal(series, test.series) || !slices.Equal(dates, test.dates) || r.Schedule.Text != test.text {
			t.Errorf("%q: %q %q, want %q %q", test.text, series, dates, test.series, test.dates)
		}
		if r.Schedule.Dated() != slices.Contains(r.Derived, "schedule") || r.Schedule.Dated() && !r.Schedule.ValidFrom.IsZero() {
			t.Errorf("%q: %+v", test.text, r)
		}
	}
}

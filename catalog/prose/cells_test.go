package prose

import (
	"encoding/json"
	"testing"

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

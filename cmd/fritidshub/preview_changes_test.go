package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
)

// TestFieldsInWords: every field that an editor is shown of an item is told in words, never as JSON.
func TestFieldsInWords(t *testing.T) {
	known, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	price, left := catalog.Kroner(150), 1
	r := catalog.Record{Title: "Bading", Kind: catalog.KindTicket, Language: "uk", Status: catalog.StatusCancelled, Categories: []string{"choir"}, Accessibility: []string{"wheelchair", "physical"},
		Inaccessible: []string{"hearing_loop"}, Schemes: []string{"kortet"}, LowThreshold: catalog.Yes, EquipmentLoan: catalog.No, Contact: &catalog.Contact{Email: "post@badet.example", Phone: "33 00 00 00"},
		Image: &catalog.Image{URL: "https://badet.example/a.jpg", Alt: "Et basseng"}, Offers: []catalog.Offer{{Name: "Barn", Price: &price, Availability: catalog.Available, Remaining: &left}, {Name: "Voksen"}},
		Scheme: &catalog.Scheme{ID: "kortet", Pays: "Kontingent", RunBy: "NAV"}, Modified: time.Date(2026, 11, 2, 8, 30, 0, 0, time.UTC)}
	doc, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(doc, &fields); err != nil {
		t.Fatal(err)
	}
	say := &differ{words.Load().For("nb"), known, time.FixedZone("", 3600), time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	for field, want := range map[string]string{"title": "Bading", "kind": "Billetter og kort", "language": "Ukrainsk", "status": "Avlyst", "accessibility": "Rullestol, Tilrettelagt for fysisk funksjonsnedsettelse", "inaccessible": "Teleslynge",
		"schemes": "kortet", "low_threshold": "ja", "equipment_loan": "nei", "contact": "post@badet.example, 33 00 00 00", "image": "Et basseng, https://badet.example/a.jpg",
		"offers": "Barn, 150 kr, Ledig, 1 igjen; Voksen", "scheme": "Kontingent · NAV", "modified": "2.11.2026 09.30"} {
		if got := strings.ReplaceAll(plain(say.field(field, fields[field])), "\u00a0", " "); got != want {
			t.Errorf("%s: %s, want %s", field, got, want)
		}
	}
}

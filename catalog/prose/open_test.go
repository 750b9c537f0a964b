package prose

import (
	"testing"
	"time"

	"fritidshub/catalog"
)

func TestOpen(t *testing.T) {
	for text, want := range map[string][2]catalog.Fact{
		"Et lavterskeltilbud for alle.":           {catalog.Yes, catalog.NotStated},
		"Lågterskel trening kvar tysdag":          {catalog.Yes, catalog.NotStated},
		"Dette er ikke et lavterskeltilbud":       {},
		"Trening uten prestasjonskrav":            {catalog.Yes, catalog.NotStated},
		"Vi har ingen krav til ferdigheter.":      {catalog.Yes, catalog.NotStated},
		"Ingen krav til påmelding":                {},
		"Uten krav om forhåndsbetaling":           {},
		"Boller kan lånes gratis":                 {catalog.NotStated, catalog.Yes},
		"Sko kan lånes. Ta med vannflaske.":       {catalog.NotStated, catalog.Yes},
		"Vi låner ut ski og skøyter":              {catalog.NotStated, catalog.Yes},
		"Du kan låne utstyr av oss":               {catalog.NotStated, catalog.Yes},
		"Gratis utlån av sportsutstyr":            {catalog.NotStated, catalog.Yes},
		"Lavterskel klatring, klatresko til låns": {catalog.Yes, catalog.Yes},
		"Grendehuset kan lånes til selskap":       {},
		"Utstyr kan ikke lånes":                   {},
		"Lån av lokaler":                          {},
		"På biblioteket kan du låne bøker":        {},
		"Terskelen er høy":                        {},
	} {
		f := Read(text, "nb", time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
		if got := [2]catalog.Fact{f.LowThreshold, f.EquipmentLoan}; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
		var r catalog.Record
		Apply(&r, f, time.UTC)
		if r.LowThreshold != want[0] || r.EquipmentLoan != want[1] || len(r.Derived) > 2 {
			t.Errorf("%q becomes %v %v, derived %v", text, r.LowThreshold, r.EquipmentLoan, r.Derived)
		}
	}
	stated := catalog.Record{LowThreshold: catalog.No}
	if Apply(&stated, Read("Lavterskel", "nb", time.Time{}), time.UTC); stated.LowThreshold != catalog.No || len(stated.Derived) > 0 {
		t.Errorf("what the source states is changed to %v", stated.LowThreshold)
	}
}

// What a scheme gives is not what it costs.
func TestSchemeHasNoPrice(t *testing.T) {
	f := Read("Støtten er på inntil 1 000 kroner. I fjor ble det betalt ut 1 302 000 kroner.", "nb", time.Time{})
	activity, scheme := catalog.Record{Kind: catalog.KindActivity}, catalog.Record{Kind: catalog.KindScheme}
	if Apply(&activity, f, time.UTC); activity.Price == nil {
		t.Error("the text says no price, so it proves nothing")
	}
	if Apply(&scheme, f, time.UTC); scheme.Price != nil {
		t.Errorf("a scheme costs %+v", scheme.Price)
	}
}

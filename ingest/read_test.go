package ingest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/config"
)

// TestReadCells: words of a price or an age that a connector could not read are read as prose, and told of when nothing is in them.
func TestReadCells(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 8, 20, 12, 0, 0, 0, zone)
	b := newBatch(config.Hub{Zone: zone}, config.Source{Language: "nb"}, nil, now)
	r := catalog.Record{NativeID: "1", Title: "Turn", Price: &catalog.Price{Text: "Barn 50, voksen 100"}, Age: &catalog.Age{Text: "f. 2015"}}
	b.read(&r)
	if p := r.Price; p.Min == nil || *p.Min != catalog.Kroner(50) || p.Max == nil || *p.Max != catalog.Kroner(100) || p.Text != "Barn 50, voksen 100" {
		t.Errorf("price %+v", p)
	}
	if a := r.Age; a.Min == nil || *a.Min != 11 || a.Max == nil || *a.Max != 11 {
		t.Errorf("age %+v", a)
	}
	if !slices.Contains(r.Derived, "price") || !slices.Contains(r.Derived, "age") || len(b.warnings) > 0 {
		t.Errorf("derived %v, warnings %v", r.Derived, b.warnings)
	}
	r = catalog.Record{NativeID: "2", Title: "Turn", Language: "en", Price: &catalog.Price{Text: "see page 2"}, Age: &catalog.Age{Text: "for 7 stars"}}
	b.read(&r)
	if text := strings.Join(b.warnings, "\n"); r.Price.Min != nil || r.Age.Min != nil || !strings.Contains(text, "2: alderen «for 7 stars» er ikke forstått") || !strings.Contains(text, "2: prisen «see page 2» er ikke forstått") {
		t.Errorf("%+v %+v %v", r.Price, r.Age, b.warnings)
	}
}

package ingest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/config"
)

// TestCategories: the source's own table first, then what its words are sure to mean, then its title, then the source's default.
func TestCategories(t *testing.T) {
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		source  config.Source
		record  catalog.Record
		want    []string
		derived bool
		listed  []Word // as not mapped
	}{
		"the connector's": {record: catalog.Record{Title: "Quizkveld", Keywords: []string{"Konsert"}, Categories: []string{"library"}}, want: []string{"library"}},
		"the source's table": {source: config.Source{Categories: map[string]string{"Konsert": "festival"}},
			record: catalog.Record{Title: "Jul i parken", Keywords: []string{"konsert", "Dans"}}, want: []string{"festival"}},
		"a label": {record: catalog.Record{Title: "Sommar i parken", Keywords: []string{"luxe", "Svømming"}}, want: []string{"swimming"}, derived: true,
			listed: []Word{{Word: "luxe", Count: 1, Title: "Sommar i parken"}}},
		"a type of schema.org": {record: catalog.Record{Title: "Vildanden", Keywords: []string{"TheaterEvent"}}, want: []string{"theatre"}, derived: true},
		"the narrower of two":  {record: catalog.Record{Title: "Åpent", Keywords: []string{"Idrett", "Fotball", "sport", "Håndball"}}, want: []string{"football", "handball"}, derived: true},
		"words before title":   {record: catalog.Record{Title: "Quizkveld", Keywords: []string{"Bibliotek"}}, want: []string{"library"}, derived: true},
		"a word that the editor says means nothing": {source: config.Source{Categories: map[string]string{"Kino": ""}},
			record: catalog.Record{Title: "Vildanden", Keywords: []string{"Kino"}}},
		"a title":                    {record: catalog.Record{Title: "Innebandytrening for jenter"}, want: []string{"floorball"}, derived: true},
		"a title before the default": {source: config.Source{Defaults: config.Defaults{Category: "football"}}, record: catalog.Record{Title: "Dugnad på banen"}, want: []string{"dugnad"}, derived: true},
		"a title that is not sure": {source: config.Source{Defaults: config.Defaults{Category: "football"}}, record: catalog.Record{Title: "Trening G12", Keywords: []string{"Musikkdag"}},
			want: []string{"football"}, listed: []Word{{Word: "Musikkdag", Count: 1, Title: "Trening G12", Suggestion: "music"}}},
		"a title narrower than a word":   {record: catalog.Record{Title: "Innebandytrening", Keywords: []string{"Idrett"}}, want: []string{"floorball"}, derived: true},
		"a default narrower than a word": {source: config.Source{Defaults: config.Defaults{Category: "football"}}, record: catalog.Record{Title: "G12", Keywords: []string{"Trening"}}, want: []string{"football"}},
		"nothing":                        {record: catalog.Record{Title: "Vildanden"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBatch(config.Hub{ID: "prove", Zone: time.UTC}, c.source, func() (*heads, error) { return newHeads(), nil }, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
			words := newTally(c.source, tax)
			var got catalog.Record
			b.tax, b.seen = tax, func(r catalog.Record) { got = r; words.add(&r) }
			c.record.NativeID = "1"
			if err := b.emit(c.record); err != nil {
				t.Fatal(err)
			}
			var derived []string
			if c.derived {
				derived = []string{"categories"}
			}
			if diff := cmp.Diff(c.want, got.Categories) + cmp.Diff(derived, got.Derived); diff != "" {
				t.Errorf("categories and what is derived (-want +got):\n%s", diff)
			}
			if c.listed != nil || c.want == nil {
				if diff := cmp.Diff(append([]Word{}, c.listed...), words.most()); diff != "" {
					t.Errorf("words that are not mapped (-want +got):\n%s", diff)
				}
			}
		})
	}
}

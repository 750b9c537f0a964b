package config_test

import (
	"fmt"
	"testing"

	"fritidshub/catalog"
	"fritidshub/config"
)

func TestDrop(t *testing.T) {
	r := catalog.Record{Kind: catalog.KindEvent, Title: "Styremøte i Kvelde Turlag [TEST]", Categories: []string{"hiking"}, Keywords: []string{"Internt møte"}}
	for rule, want := range map[string]bool{
		"{kind: event}":                           true,
		"{kind: course}":                          false,
		"{title: STYREMØTE}":                      true,
		"{title: styremøte i  kvelde}":            true,
		"{title: årsmøte}":                        false,
		`{title: '/\[test\]$/'}`:                  true,
		`{title: '/^\[test\]/'}`:                  false,
		"{category: internt møte}":                true,
		"{category: hiking}":                      true,
		"{category: Hiking}":                      false,
		"{kind: event, title: turlag}":            true,
		"{kind: course, title: turlag}":           false,
		"{title: turlag, category: ukjent}":       false,
		"{title: turlag, category: INTERNT MØTE}": true,
	} {
		text := fmt.Sprintf("hub: {id: larvik}\nsources:\n  - {id: a, kind: csv, url: \"file:x.csv\", enabled: false, licence: CC0-1.0, drop: [%s]}\n", rule)
		cfg, err := config.Parse("sources.yaml", []byte(text), config.Environment{Kinds: []string{"csv"}})
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		if got := cfg.Sources[0].Drop[0].Matches(&r); got != want {
			t.Errorf("%s: %v", rule, got)
		}
	}
}

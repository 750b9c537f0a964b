package taxonomy

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"fritidshub/catalog"
)

// Group is a group of ICNPO, the international classification of what voluntary organisations do, as Frivillighetsregisteret uses it.
type Group struct {
	Number    string // "1200", or "1" to "14" for a main group
	NB, NN    string
	Organizer string // one of catalog.OrganizerKinds; "" when none of the ten fits all of the group
	Category  string // "" when no category fits all of the group
}

// Group finds a group of ICNPO by its number, with or without zeros before it; of a subgroup that is not in the table, its main group.
func (t *Taxonomy) Group(number string) (Group, bool) {
	number = strings.TrimLeft(strings.ReplaceAll(strings.TrimSpace(number), " ", ""), "0")
	if g, ok := t.groups[number]; ok {
		return g, true
	}
	if len(number) > 3 {
		g, ok := t.groups[number[:len(number)-3]]
		return g, ok
	}
	return Group{}, false
}

// readTables reads schema.csv (type, category), openactive.csv (uri, prefLabel, category) and icnpo.csv. A row without a category
// says that what it names fits none, and is not asked further.
func (t *Taxonomy) readTables(fsys fs.FS) error {
	t.tables, t.groups = map[string]Match{}, map[string]Group{}
	put := func(category string, keys ...string) error {
		if category != "" && !t.Has(category) {
			return fmt.Errorf("category %q is not in taxonomy.csv", category)
		}
		for _, key := range keys {
			m, known := t.tables[key]
			if known && m.Category != category {
				return fmt.Errorf("%q is there twice, as %q and %q", key, m.Category, category)
			}
			if key != "" {
				t.tables[key] = Match{Category: category, How: ByTable, Confidence: 1}
			}
		}
		return nil
	}
	if err := eachRow(fsys, "schema.csv", func(row map[string]string) error {
		name := strings.ToLower(row["type"])
		return put(row["category"], name, "schema:"+name, "schema "+name, "http://schema.org/"+name, "https://schema.org/"+name)
	}); err != nil {
		return err
	}
	if err := eachRow(fsys, "openactive.csv", func(row map[string]string) error {
		uri := strings.ToLower(row["uri"])
		return put(row["category"], uri, strings.Replace(uri, "activity-list#", "activity-list/#", 1), catalog.Fold(row["prefLabel"]))
	}); err != nil {
		return err
	}
	return eachRow(fsys, "icnpo.csv", func(row map[string]string) error {
		g := Group{Number: row["number"], NB: row["nb"], NN: row["nn"], Organizer: row["organizer"], Category: row["category"]}
		if g.Organizer != "" && !slices.Contains(catalog.OrganizerKinds(), g.Organizer) {
			return fmt.Errorf("organizer %q is none of the ten kinds", g.Organizer)
		}
		if _, known := t.groups[g.Number]; known || g.Number == "" {
			return fmt.Errorf("number %q is empty or there twice", g.Number)
		}
		t.groups[g.Number] = g
		return put(g.Category, catalog.Fold(g.NB), catalog.Fold(g.NN), "icnpo "+g.Number)
	})
}

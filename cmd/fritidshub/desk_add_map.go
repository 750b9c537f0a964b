package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"fritidshub/api/console"
	"fritidshub/config"
	"fritidshub/config/edit"
)

// Categories implements console.Mapping.
func (d *desk) Categories() []console.Category {
	var all []console.Category
	for _, c := range d.hub.taxonomy.All() {
		all = append(all, console.Category{ID: c.ID, Label: d.hub.taxonomy.Label(c.ID, "nb"), Main: c.Parent == ""})
	}
	return all
}

// Unmapped implements console.Mapping.
func (d *desk) Unmapped(ctx context.Context, id string) ([]console.Word, error) {
	source, err := d.declared(id)
	if err != nil {
		return nil, err
	}
	words, err := d.ingester.Unmapped(ctx, source)
	if err != nil {
		return nil, err
	}
	suggest(words, source, d.config.Load().Sources)
	found := make([]console.Word, len(words))
	for i, w := range words {
		found[i] = console.Word{Word: w.Word, Count: w.Count, Title: w.Title, Suggestion: w.Suggestion}
	}
	return found, nil
}

// SetCategories implements console.Mapping.
func (d *desk) SetCategories(ctx context.Context, id string, words map[string]string) error {
	if _, err := d.declared(id); err != nil {
		return err
	}
	return d.changeSources(ctx, fmt.Sprintf("ga kategori til %d ord fra %s", len(words), id), func(doc *edit.Doc) error {
		at := doc.Index("id", id, "sources")
		if at < 0 {
			return edit.ErrNoPlace
		}
		for _, word := range slices.Sorted(maps.Keys(words)) {
			if err := doc.Set(words[word], "sources", at, "categories", word); err != nil {
				return err
			}
		}
		return nil
	}, func(cfg *config.Config) bool {
		i := slices.IndexFunc(cfg.Sources, func(s config.Source) bool { return s.ID == id })
		return i >= 0 && !slices.ContainsFunc(slices.Collect(maps.Keys(words)), func(word string) bool {
			category, ok := cfg.Sources[i].Categories[word]
			return !ok || category != words[word]
		})
	})
}

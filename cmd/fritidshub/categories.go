package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/config"
)

// categoryEntry is what `categories -json` prints, an object per category.
type categoryEntry struct {
	ID       string   `json:"id"`
	Parent   string   `json:"parent,omitzero"`
	Label    string   `json:"label"` // bokmål
	Synonyms []string `json:"synonyms,omitempty"`
}

// categories lists the categories, or those that a word means or that bear it in their names.
func (p *program) categories(_ context.Context, in *invocation) error {
	tax, err := taxonomy.Load()
	if err != nil {
		return err
	}
	word := strings.Join(in.args, " ")
	found := tax.All()
	if word != "" {
		found = lookUp(tax, word)
	}
	for _, c := range found {
		entry := categoryEntry{c.ID, c.Parent, tax.Label(c.ID, "nb"), c.Synonyms}
		if in.json {
			if err := json.NewEncoder(p.out).Encode(entry); err != nil {
				return err
			}
			continue
		}
		switch {
		case word != "" && c.Parent != "":
			fmt.Fprintf(p.out, "%-18s %s (under %s, %s)\n", c.ID, entry.Label, c.Parent, tax.Label(c.Parent, "nb"))
		case word == "" && c.Parent != "":
			fmt.Fprintf(p.out, "  %-18s %s\n", c.ID, entry.Label)
		default:
			fmt.Fprintf(p.out, "%-18s %s\n", c.ID, entry.Label)
		}
	}
	if len(found) == 0 {
		return fmt.Errorf("ingen kategori heter %q eller noe som ligner; `fritidshub categories` lister alle", word)
	}
	return nil
}

// lookUp gives the category that a word means, and then those with a word in their names that begins like it, or with it among their synonyms.
func lookUp(tax *taxonomy.Taxonomy, word string) []taxonomy.Category {
	meant, _ := categoryOf(tax, word)
	folded := catalog.Fold(word)
	var first, rest []taxonomy.Category
	for _, c := range tax.All() {
		begins := func(name string) bool { return strings.Contains(" "+catalog.Fold(name), " "+folded) }
		holds := func(synonym string) bool { return strings.Contains(" "+catalog.Fold(synonym)+" ", " "+folded+" ") }
		switch {
		case c.ID == meant:
			first = append(first, c)
		case folded != "" && (slices.ContainsFunc(append(tax.Names(c.ID), c.ID), begins) || slices.ContainsFunc(c.Synonyms, holds)):
			rest = append(rest, c)
		}
	}
	return append(first, rest...)
}

// categoryOf gives the category that a word seems to mean: by id, label in any language, synonym, or one of these misspelt.
func categoryOf(tax *taxonomy.Taxonomy, word string) (string, bool) {
	if id, ok := tax.Lookup(word); ok {
		return id, true
	}
	if m, ok := tax.Map(word); ok {
		return m.Category, true
	}
	var names []string
	for _, c := range tax.All() {
		names = append(names, c.ID, tax.Label(c.ID, "nb"))
	}
	return tax.Lookup(config.Nearest(word, names))
}

// meantCategory names the category that a word seems to mean, as in "choir (Kor)"; "" for none.
func meantCategory(tax *taxonomy.Taxonomy, word string) string {
	id, ok := categoryOf(tax, word)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s (%s)", id, tax.Label(id, "nb"))
}

// Package taxonomy knows the hub's categories and what the values of the search facets are called, in several languages.
package taxonomy

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"fritidshub/catalog"
)

//go:embed *.csv
var files embed.FS

// Category is one node of the tree of categories, which is two levels deep.
type Category struct {
	ID       string
	Parent   string            // "" at the top
	Labels   map[string]string // by language (BCP 47, without region); nb, nn and en are always there
	Synonyms []string          // bokmål and nynorsk
	Unsure   []string          // languages whose label a speaker should look at
}

// Taxonomy is the categories and the labels of facet values. It is read-only and may be shared.
type Taxonomy struct {
	categories []Category
	byID       map[string]int
	words      map[string]string            // folded id, label or synonym -> category id
	labels     map[string]map[string]string // facet + "/" + value -> language -> label
	ranks      map[string]string            // category id -> rank
	lexicon    *lexicon
	tables     map[string]Match // types of other vocabularies, and their addresses, in lower case
	groups     map[string]Group // of ICNPO, by number
}

// Load reads the taxonomy that is built into the program. It is read once, and never changes.
func Load() (*Taxonomy, error) { return builtIn() }

var builtIn = sync.OnceValues(func() (*Taxonomy, error) { return Read(files) })

// Read reads taxonomy.csv (id, parent, a column for each language, synonyms separated by |), labels.csv (facet, value, a column
// for each language), municipalities.csv (number, name; the numbers in force from 2024), words.csv and the tables of other vocabularies
// of fsys. README.md tells their columns. The error names file and line.
func Read(fsys fs.FS) (*Taxonomy, error) {
	t := &Taxonomy{byID: map[string]int{}, words: map[string]string{}, labels: map[string]map[string]string{}, ranks: map[string]string{}}
	err := eachRow(fsys, "taxonomy.csv", func(row map[string]string) error {
		c := Category{ID: row["id"], Parent: row["parent"], Labels: languages(row)}
		if s := row["synonyms"]; s != "" {
			c.Synonyms = strings.Split(s, "|")
		}
		if s := row["unsure"]; s != "" {
			c.Unsure = strings.Split(s, ",")
		}
		_, known := t.byID[c.ID]
		_, parent := t.byID[c.Parent]
		switch {
		case c.ID == "" || known:
			return fmt.Errorf("id %q is empty or there twice", c.ID)
		case slices.ContainsFunc(c.Unsure, func(lang string) bool { return c.Labels[lang] == "" }):
			return fmt.Errorf("unsure %q of %q names a language without a label", row["unsure"], c.ID)
		case !slices.Contains([]string{"", rankForm, rankFrame}, row["rank"]):
			return fmt.Errorf("rank %q of %q is neither form, frame nor empty", row["rank"], c.ID)
		case c.Parent != "" && !parent:
			return fmt.Errorf("parent %q of %q is not above it", c.Parent, c.ID)
		}
		t.byID[c.ID] = len(t.categories)
		t.ranks[c.ID] = row["rank"]
		t.categories = append(t.categories, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachRow(fsys, "labels.csv", func(row map[string]string) error {
		t.labels[row["facet"]+"/"+row["value"]] = languages(row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachRow(fsys, "municipalities.csv", func(row map[string]string) error {
		t.labels["municipality/"+row["number"]] = map[string]string{"nb": row["name"]}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.learnWords()
	if err := t.readLexicon(fsys); err != nil {
		return nil, err
	}
	return t, t.readTables(fsys)
}

// learnWords lets an id win over a label and a label over a synonym, and a narrower category over a wider one.
func (t *Taxonomy) learnWords() {
	learn := func(word, id string) {
		word = catalog.Fold(word)
		if _, taken := t.words[word]; !taken && word != "" {
			t.words[word] = id
		}
	}
	for _, c := range t.categories {
		learn(c.ID, c.ID)
	}
	for _, c := range t.categories {
		for _, lang := range sortedKeys(c.Labels) {
			learn(c.Labels[lang], c.ID)
		}
	}
	for _, top := range []bool{false, true} {
		for _, c := range t.categories {
			if (c.Parent == "") == top {
				for _, s := range c.Synonyms {
					learn(s, c.ID)
				}
			}
		}
	}
}

// All returns every category, each parent before its children, in the order in which they are shown.
func (t *Taxonomy) All() []Category { return slices.Clone(t.categories) }

// Has reports whether id is a category.
func (t *Taxonomy) Has(id string) bool { _, ok := t.byID[id]; return ok }

// Children returns the ids directly below id, those of the top for "".
func (t *Taxonomy) Children(id string) []string {
	var ids []string
	for _, c := range t.categories {
		if c.Parent == id {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// Ancestors returns the ids above id, the nearest first; none for the top and for an unknown id.
func (t *Taxonomy) Ancestors(id string) []string {
	var ids []string
	for i, ok := t.byID[id]; ok; i, ok = t.byID[t.categories[i].Parent] {
		if p := t.categories[i].Parent; p != "" {
			ids = append(ids, p)
		}
	}
	return ids
}

// Label is the category's name in lang, or in the nearest language that has one; an unknown id is its own label.
func (t *Taxonomy) Label(id, lang string) string {
	i, ok := t.byID[id]
	if !ok {
		return id
	}
	return pick(t.categories[i].Labels, lang, id)
}

// Names returns the category's labels in every language, each once.
func (t *Taxonomy) Names(id string) []string {
	i, ok := t.byID[id]
	if !ok {
		return nil
	}
	var names []string
	for _, lang := range sortedKeys(t.categories[i].Labels) {
		if l := t.categories[i].Labels[lang]; !slices.Contains(names, l) {
			names = append(names, l)
		}
	}
	return names
}

// Synonyms returns the category's synonyms.
func (t *Taxonomy) Synonyms(id string) []string {
	if i, ok := t.byID[id]; ok {
		return slices.Clone(t.categories[i].Synonyms)
	}
	return nil
}

// Lookup finds the category that word is the id, a label (in any language) or a synonym of; case and punctuation do not matter.
// Of several the narrowest, and then the first, is found.
func (t *Taxonomy) Lookup(word string) (id string, ok bool) {
	id, ok = t.words[catalog.Fold(word)]
	return id, ok
}

// FacetLabel is what value of a search facet is called in lang, or in the nearest language that has a name for it. Beside the facets
// of the search it knows the facet organizer_kind. A value that it does not know (ids of organizers, places and sources too) is its own label.
func (t *Taxonomy) FacetLabel(facet, value, lang string) string {
	if facet == "category" {
		return t.Label(value, lang)
	}
	return pick(t.labels[facet+"/"+value], lang, value)
}

// FacetNames returns the labels of value in every language, each once.
func (t *Taxonomy) FacetNames(facet, value string) []string {
	if facet == "category" {
		return t.Names(value)
	}
	labels := t.labels[facet+"/"+value]
	var names []string
	for _, lang := range sortedKeys(labels) {
		if !slices.Contains(names, labels[lang]) {
			names = append(names, labels[lang])
		}
	}
	return names
}

// FacetValue finds the only value of a facet that has that label in some language; it knows the same facets as FacetLabel, but not
// category (see Lookup). A label that two values share, such as the municipality Våler, is not found.
func (t *Taxonomy) FacetValue(facet, label string) (value string, ok bool) {
	folded := catalog.Fold(label)
	for key, labels := range t.labels {
		v, of := strings.CutPrefix(key, facet+"/")
		if !of || v == value {
			continue
		}
		for _, l := range labels {
			if catalog.Fold(l) != folded {
				continue
			}
			if ok && v != value {
				return "", false
			}
			value, ok = v, true
		}
	}
	return value, ok
}

func pick(labels map[string]string, lang, otherwise string) string {
	lang, _, _ = strings.Cut(strings.ToLower(lang), "-")
	for _, l := range fallbacks(lang) {
		if label := labels[l]; label != "" {
			return label
		}
	}
	return otherwise
}

// fallbacks are the languages that a reader of lang most likely reads, best first.
func fallbacks(lang string) []string {
	switch lang {
	case "nb", "no", "":
		return []string{"nb", "nn", "en"}
	case "nn":
		return []string{"nn", "nb", "en"}
	case "se", "sma", "smj", "sv", "da":
		return []string{lang, "nb", "nn", "en"}
	}
	return []string{lang, "en", "nb", "nn"}
}

func eachRow(fsys fs.FS, name string, use func(map[string]string) error) error {
	f, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("taxonomy: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("taxonomy: %s: %w", name, err)
	}
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("taxonomy: %s: %w", name, err)
	}
	for i, fields := range rows {
		row := make(map[string]string, len(head))
		for c, h := range head {
			row[h] = fields[c]
		}
		if err := use(row); err != nil {
			return fmt.Errorf("taxonomy: %s:%d: %w", name, i+2, err)
		}
	}
	return nil
}

// languages takes the columns named by a language.
func languages(row map[string]string) map[string]string {
	labels := map[string]string{}
	for _, lang := range []string{"nb", "nn", "en", "se", "uk", "ar", "so", "ti", "pl"} {
		if row[lang] != "" {
			labels[lang] = row[lang]
		}
	}
	return labels
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

package openactive

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"fritidshub/catalog"
)

// concepts.csv holds the concepts of OpenActive's activity list (CC BY 4.0) that our categories lead to: of several in one category the one
// whose word a listing has, else the one without words.
//
//go:embed concepts.csv
var conceptsFile string

const (
	activityList         = "https://openactive.io/activity-list"
	accessibilitySupport = "https://openactive.io/accessibility-support"
)

// Concept is one activity of OpenActive's list.
type Concept struct {
	Type   string `json:"@type"`
	ID     string `json:"@id"`
	Label  string `json:"prefLabel"`
	Scheme string `json:"inScheme"`
}

type known struct {
	Concept
	words []string // folded; none: it stands for the whole category
}

func readConcepts(text string) (map[string][]known, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	out := map[string][]known{}
	for _, row := range rows[1:] {
		k := known{Concept: Concept{"Concept", activityList + "#" + row[1], row[2], activityList}}
		for word := range strings.SplitSeq(row[3], "|") {
			if word = catalog.Fold(word); word != "" {
				k.words = append(k.words, word)
			}
		}
		if len(k.words) == 0 && slices.ContainsFunc(out[row[0]], func(o known) bool { return len(o.words) == 0 }) {
			return nil, fmt.Errorf("openactive: concepts.csv: %s has two concepts without words", row[0])
		}
		out[row[0]] = append(out[row[0]], k)
	}
	return out, nil
}

// maxActivities is how many activities one listing is said to be.
const maxActivities = 3

// activities are what a listing is of OpenActive's list; none when no category of it leads there.
func (m *Mapping) activities(l *catalog.Listing) []Concept {
	text := catalog.Fold(l.Title + " " + strings.Join(l.Keywords, " "))
	var out []Concept
	for _, category := range l.Categories {
		var best *known
		longest := 0
		for i, k := range m.concepts[category] {
			if len(k.words) == 0 && best == nil {
				best = &m.concepts[category][i]
			}
			for _, word := range k.words {
				if len(word) > longest && strings.Contains(text, word) {
					best, longest = &m.concepts[category][i], len(word)
				}
			}
		}
		if best != nil && !slices.Contains(out, best.Concept) && len(out) < maxActivities {
			out = append(out, best.Concept)
		}
	}
	return out
}

// supported are the groups of OpenActive's list that our ways of adaptation say that a listing is adapted to.
var supported = []struct{ id, label, way string }{
	{"1393f2dc-3fcc-4be9-a99f-f1e51f5ad277", "Visual impairment", "vision"},
	{"2bfb7228-5969-4927-8435-38b5005a8771", "Hearing impairment", "hearing_loop sign_language captions"},
	{"dd026873-6713-4ea1-af5a-08901f651d98", "Physical impairment", "wheelchair physical"},
	{"67902468-fd49-4238-8650-20a22d7f0e40", "Learning impairment", "intellectual"},
}

func support(ways []string) []Concept {
	var out []Concept
	for _, s := range supported {
		if slices.ContainsFunc(strings.Fields(s.way), func(way string) bool { return slices.Contains(ways, way) }) {
			out = append(out, Concept{"Concept", accessibilitySupport + "#" + s.id, s.label, accessibilitySupport})
		}
	}
	return out
}

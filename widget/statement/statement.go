// Package statement says which criteria of WCAG 2.1 the widgets and pages meet, and which tests hold that, for an accessibility statement.
package statement

import (
	_ "embed"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

//go:generate go test . -run TestDocument -update

// Criterion is one criterion of WCAG 2.1.
type Criterion struct {
	ID, Name, Level string
	Verdict         Verdict
	How             string   // why, in a sentence or two in bokmål
	Tests           []string // folder.TestName or folder.TestName/case
}

// Verdict is how the hub stands to a criterion.
type Verdict string

// The verdicts there are.
const (
	Met   Verdict = "met"   // the tests hold it
	None  Verdict = "none"  // there is nothing of the kind
	Human Verdict = "human" // somebody has to look
)

// String is the verdict in bokmål.
func (v Verdict) String() string {
	return map[Verdict]string{Met: "Oppfylt", None: "Ikke aktuelt", Human: "Må vurderes av et menneske"}[v]
}

//go:embed criteria.yaml
var criteria []byte

// Criteria gives the criteria that the Norwegian regulation asks for, in the order of WCAG.
func Criteria() ([]Criterion, error) {
	var out []Criterion
	err := yaml.Unmarshal(criteria, &out)
	return out, err
}

// Intro is what stands before the criteria, a paragraph each, for a release of the program.
func Intro(version string, all []Criterion) []string {
	count := map[Verdict]int{}
	for _, c := range all {
		count[c.Verdict]++
	}
	return []string{
		strings.TrimSpace("Dette gjelder søket og listene fra fritidshub (fh-search, fh-list, fh-offers) og sidene de leder til. " + version),
		fmt.Sprintf("Av de %d kravene i WCAG 2.1 A og AA er %d oppfylt etter prøvene, %d er ikke aktuelle, og %d må vurderes av et menneske, fordi en maskin ikke kan avgjøre dem eller fordi ingen prøve gjør det.",
			len(all), count[Met], count[None], count[Human]),
		"Prøvene kjører i nettleseren Chromium, med axe og med tastaturet alene, i bredt og smalt vindu, lyst, mørkt og med tvungne farger. Ingen skjermleser er prøvd. Teksten som arrangørene har skrevet, er deres egen.",
	}
}

// Text is the whole as plain text, to paste.
func Text(version string, all []Criterion) string {
	var w strings.Builder
	for _, p := range Intro(version, all) {
		w.WriteString(p + "\n\n")
	}
	for _, c := range all {
		fmt.Fprintf(&w, "%s %s (%s): %s. %s\n", c.ID, c.Name, c.Level, c.Verdict, c.How)
	}
	return w.String()
}

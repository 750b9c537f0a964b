// Package brreg reads the voluntary organisations of some municipalities out of the open registers at Brønnøysund: who they are from
// Enhetsregisteret, what they do (ICNPO) from Frivillighetsregisteret, joined by organisation number.
package brreg

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Kind is the kind brreg.
var Kind = connectors.Kind{
	Name:      "brreg",
	Version:   1,
	Summary:   "Leser frivillige organisasjoner i utvalgte kommuner fra Enhetsregisteret og Frivillighetsregisteret, uten personer og kontonumre.",
	Remembers: true,
	Basis:     connectors.BasisPartly,
	Options:   &Options{},
	New: func(decode func(any) error) (connectors.Connector, error) {
		var c connector
		if err := decode(&c.Options); err != nil {
			return nil, err
		}
		return &c, c.check()
	},
	Recognise: recognise,
}

// Options are the options of a brreg source.
type Options struct {
	Municipalities []string          `yaml:"municipalities" json:"municipalities" jsonschema:"required,description=Numrene på kommunene som organisasjonene holder til i: [\"3909\"]"`
	MaxPages       int               `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest forespørsler i en kjøring. Uten verdi: 200."`
	OrganizerKinds map[string]string `yaml:"organizer_kinds" json:"organizer_kinds,omitempty" jsonschema:"description=Arrangørtypen til en ICNPO-kode eller hovedgruppe\\, når den skal være en annen: {\"6100\": volunteer-centre}"`
}

const (
	unitsPath    = "/enhetsregisteret/api/enheter"
	registerPath = "/frivillighetsregisteret/api/frivillige-organisasjoner"
	pageSize     = 100 // the most that Frivillighetsregisteret gives; 101 is refused
	defaultPages = 200
	mostPages    = 2_000
	window       = 10_000              // the most that one search of Enhetsregisteret reaches
	roundEvery   = 30 * 24 * time.Hour // between two walks through the whole of Frivillighetsregisteret
	accept       = "application/json, application/hal+json;q=0.9"
)

var (
	fourDigits = regexp.MustCompile(`^[0-9]{4}$`)
	icnpoCode  = regexp.MustCompile(`^[0-9]{1,5}$`)
)

type connector struct{ Options }

func (c *connector) check() error {
	if len(c.Municipalities) == 0 {
		return fmt.Errorf("options.municipalities mangler: skriv kommunenumrene, for eksempel [\"3909\"]")
	}
	for _, m := range c.Municipalities {
		if !fourDigits.MatchString(m) {
			return fmt.Errorf("options.municipalities: %q er ikke et kommunenummer på fire siffer; skriv det i anførselstegn, for eksempel \"0301\"", m)
		}
	}
	if c.MaxPages < 0 || c.MaxPages > mostPages {
		return fmt.Errorf("options.max_pages er %d; bruk et tall fra 1 til %d", c.MaxPages, mostPages)
	}
	for code, kind := range c.OrganizerKinds {
		if !icnpoCode.MatchString(code) || !slices.Contains(catalog.OrganizerKinds(), kind) {
			return fmt.Errorf("options.organizer_kinds: {%q: %q}; skriv en ICNPO-kode og en av arrangørtypene %q", code, kind, catalog.OrganizerKinds())
		}
	}
	return nil
}

// progress is the state between runs: how far the walk through Frivillighetsregisteret has come, and what it found.
type progress struct {
	Began  time.Time           `json:"began,omitzero"`
	Done   bool                `json:"done,omitzero"`
	After  string              `json:"after,omitzero"` // the last organisation number read
	Groups map[string][]string `json:"groups"`         // ICNPO codes by organisation number
}

// walk is one pull.
type walk struct {
	*connector
	s         *connectors.Session
	left      int // requests that may still be made
	units     map[string]Unit
	rejects   []catalog.Reject
	strangers int // units that were not asked for
	unchanged bool
	why       string // the first reason that the pull is not complete
	known     progress
}

// Pull implements connectors.Connector. The list of units says who is there; Frivillighetsregisteret, which cannot be searched by
// municipality and is too long for one run, is read on from where the last run stopped.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	w := &walk{connector: c, s: s, left: cmp.Or(c.MaxPages, defaultPages), units: map[string]Unit{}, unchanged: true}
	for _, m := range slices.Compact(slices.Sorted(slices.Values(c.Municipalities))) {
		if err := w.municipality(ctx, m); err != nil {
			return connectors.Outcome{}, err
		}
	}
	if w.strangers > 0 && len(w.units) == 0 {
		return connectors.Outcome{}, &connectors.PayloadError{URL: fetch.Redact(s.Source.URL), Expected: "enheter i kommunene som er registrert i Frivillighetsregisteret",
			Found: fmt.Sprintf("%d andre enheter", w.strangers), Advice: "Se om url er https://data.brreg.no/ og kommunenumrene er de som gjelder nå"}
	}
	if json.Unmarshal(s.State, &w.known) != nil || w.known.Groups == nil {
		w.known = progress{Groups: map[string][]string{}}
	}
	asked, err := w.register(ctx)
	if err != nil {
		return connectors.Outcome{}, err
	}
	if w.unchanged && !asked && w.why == "" {
		return connectors.Outcome{Complete: true, Unchanged: true}, nil
	}
	return w.emit()
}

func (w *walk) emit() (connectors.Outcome, error) {
	if w.strangers > 0 {
		w.s.Warn(unitsPath, fmt.Sprintf("%d enheter i svaret er ikke i kommunene eller ikke i Frivillighetsregisteret, og er ikke tatt med.", w.strangers))
	}
	for _, r := range w.rejects {
		w.s.Reject(r)
	}
	for _, number := range slices.Sorted(maps.Keys(w.units)) {
		unit := w.units[number]
		r := unit.record(w.known.Groups[number], w.OrganizerKinds)
		r.Source = w.s.Source.ID
		if err := w.s.Emit(r); err != nil {
			return connectors.Outcome{}, err
		}
	}
	maps.DeleteFunc(w.known.Groups, func(number string, _ []string) bool { _, here := w.units[number]; return !here })
	state, err := json.Marshal(w.known)
	return connectors.Outcome{Complete: w.why == "", Why: w.why, State: state}, err
}

func (w *walk) incomplete(why string) { w.why = cmp.Or(w.why, why) }

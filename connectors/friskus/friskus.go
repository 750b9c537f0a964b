// Package friskus reads the open list of events of Friskus, the activity calendar of many Norwegian municipalities.
package friskus

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
)

// Kind reads the JSON list of api.friskus.com and, when asked to, the page of each event.
var Kind = connectors.Kind{
	Name:      "friskus",
	Version:   1,
	Summary:   "Leser aktivitetskalenderen Friskus: den åpne JSON-lista for en kommune, og om ønsket siden til hvert arrangement.",
	Basis:     connectors.BasisPartly,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of a friskus source.
type Options struct {
	Municipality string              `yaml:"municipality" json:"municipality,omitempty" jsonschema:"description=Kommunens UUID hos Friskus (ikke kommunenummeret). Trengs ikke når den står i url."`
	Site         string              `yaml:"site" json:"site,omitempty" jsonschema:"description=Kommunens nettsted hos Friskus\\, for lenkene: https://sandefjord.friskus.com. Uten verdi får oppføringene ingen lenke."`
	Details      bool                `yaml:"details" json:"details,omitempty" jsonschema:"description=Les også siden til hvert arrangement (sted og omtale). Trenger site."`
	MaxPages     int                 `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"description=Flest sider av lista i en kjøring (1 til 5000). Uten verdi: 200."`
	MaxDetails   int                 `yaml:"max_details" json:"max_details,omitempty" jsonschema:"description=Flest arrangementssider i en kjøring (1 til 5000). Uten verdi: 200."`
	FirstWeekday string              `yaml:"first_weekday" json:"first_weekday,omitempty" jsonschema:"enum=monday,enum=sunday,description=Ukedagen som Friskus skriver som 0. Uten verdi brukes en gjentakelse bare når tallene i den selv viser det."`
	WeeklyCodes  []int               `yaml:"weekly_codes" json:"weekly_codes,omitempty" jsonschema:"description=Verdiene av frequency som betyr hver uke på de oppgitte ukedagene. Uten verdi: [3]."`
	Kinds        map[string][]string `yaml:"kinds" json:"kinds,omitempty" jsonschema:"description=Ord i tittelen som avgjør slaget: {volunteering: [dugnad]\\, facility: [åpningstider]}. Lista for et slag erstatter den innebygde."`
}

// Bounds of a run.
const (
	defaultPages = 200
	mostPages    = 5_000  // of 15 events each
	mostItems    = 50_000 // kept until the whole list is read
	failedPages  = 3      // pages in a row that are empty or fail before a walk ends
)

// words are those of a title that tell its kind, when the options name no others.
var words = map[catalog.Kind][]string{
	catalog.KindVolunteering: {"dugnad", "bli frivillig", "frivillige søkes", "frivillige trengs", "søker frivillige", "treng frivillige", "trenger frivillige", "frivillig oppdrag"},
	catalog.KindFacility:     {"åpningstid", "åpningstider", "opningstid", "opningstider", "er åpen", "er åpent", "er open", "er ope", "hundepark", "friområde", "drop in"},
}

type connector struct {
	Options
	site  *url.URL // nil when not known
	words map[catalog.Kind][]string
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func newConnector(decode func(any) error) (connectors.Connector, error) {
	c := &connector{words: map[catalog.Kind][]string{}}
	if err := decode(&c.Options); err != nil {
		return nil, err
	}
	if c.Municipality != "" && !uuid.MatchString(c.Municipality) {
		return nil, fmt.Errorf("options.municipality er %q; skriv kommunens UUID hos Friskus, 36 tegn som 58057c8b-b578-4082-8c11-97bfe366e5ab", c.Municipality)
	}
	if c.Site != "" {
		u, err := url.Parse(c.Site)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, fmt.Errorf("options.site er %q; skriv en adresse som https://sandefjord.friskus.com", c.Site)
		}
		c.site = u
	}
	if c.Details && c.site == nil {
		return nil, fmt.Errorf("options.details trenger options.site, adressen til kommunens nettsted hos Friskus")
	}
	if err := errors.Join(connectors.Count("max_pages", &c.MaxPages, defaultPages, mostPages), connectors.Count("max_details", &c.MaxDetails, defaultPages, mostPages)); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"", "monday", "sunday"}, c.FirstWeekday) {
		return nil, fmt.Errorf("options.first_weekday er %q; bruk monday eller sunday", c.FirstWeekday)
	}
	if len(c.WeeklyCodes) == 0 {
		c.WeeklyCodes = []int{3}
	}
	return c, c.readWords()
}

func (c *connector) readWords() error {
	for kind, list := range words {
		if _, own := c.Kinds[string(kind)]; !own {
			c.words[kind] = list
		}
	}
	for name, list := range c.Kinds {
		kind := catalog.Kind(name)
		if !kind.Valid() {
			return fmt.Errorf("options.kinds: %q er ikke et slag; slagene er %v", name, catalog.Kinds())
		}
		for _, w := range list {
			if catalog.Fold(w) == "" {
				return fmt.Errorf("options.kinds.%s: %q er ikke et ord", name, w)
			}
		}
		c.words[kind] = list
	}
	return nil
}

// kindOf is the kind that words of a title tell, "" when none does. The special kinds come before the ordinary.
func (c *connector) kindOf(title string) catalog.Kind {
	folded := " " + catalog.Fold(title) + " "
	for _, kind := range slices.Backward(catalog.Kinds()) {
		for _, w := range c.words[kind] {
			if strings.Contains(folded, " "+catalog.Fold(w)+" ") {
				return kind
			}
		}
	}
	return ""
}

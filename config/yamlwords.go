package config

import "strings"

// yamlWords says in Norwegian what the YAML reader says in English, by the beginning of its words. The first that fits counts.
var yamlWords = []struct{ begins, says string }{
	{"mapping values are not allowed", "et kolon for mye her, eller et som mangler på linjen over; en tekst med kolon i må stå i anførselstegn"},
	{"could not find expected ':'", "et kolon mangler etter en nøkkel"},
	{"did not find expected ',' or '}'", "en { er ikke lukket med }, eller et komma mangler"},
	{"did not find expected ',' or ']'", "en [ er ikke lukket med ], eller et komma mangler"},
	{"did not find expected '-' indicator", "innrykket i en liste er ujevnt"},
	{"did not find expected key", "innrykket er ujevnt, eller et anførselstegn står midt i en tekst"},
	{"did not find expected node content", "en [ eller { er ikke lukket, eller en verdi mangler"},
	{"found unexpected end of stream", "et anførselstegn er ikke lukket"},
	{"found unexpected document indicator", "et anførselstegn er ikke lukket"},
	{"found a tab character", "en tabulator står der det skal være mellomrom"},
	{"found mixed spaces and tabs", "tabulator og mellomrom er blandet i innrykket"},
	{"found character that cannot start any token", "en tabulator, eller et tegn som @, ` eller %, står først i en verdi"},
	{"block sequence entries are not allowed", "en strek (-) står der det ikke kan være en liste"},
	{"mapping keys are not allowed", "en nøkkel står der det ikke kan være en"},
	{"found unknown escape character", `en omvendt skråstrek i anførselstegn; skriv den to ganger, eller bruk '…'`},
	{"found a comment without preceding whitespace", "en # uten mellomrom foran"},
	{"control characters are not allowed", "et usynlig styretegn; slett det og skriv teksten på nytt"},
}

// inNorwegian gives what the reader said in words that an editor understands, or its own words when we have none.
func inNorwegian(said string) string {
	for _, w := range yamlWords {
		if strings.HasPrefix(said, w.begins) {
			return w.says
		}
	}
	if name, ok := strings.CutPrefix(said, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		return "*" + name + " viser til &" + name + ", som ikke står lenger oppe i filen"
	}
	return said
}

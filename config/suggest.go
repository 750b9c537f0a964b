package config

import (
	"fmt"
	"slices"
	"strings"
)

// meanings are the words that people write for what is called otherwise in the file, in lower case. The first of the meanings that
// there is where the word stands counts.
var meanings = map[string][]string{
	// keys
	"navn": {"name", "title"}, "tittel": {"title", "name"}, "slag": {"kind"}, "type": {"kind"}, "format": {"kind"},
	"adresse": {"url", "address"}, "nettadresse": {"url"}, "lenke": {"url", "link"}, "link": {"url"}, "uri": {"url"}, "href": {"url"}, "fil": {"url"},
	"tidsplan": {"schedule"}, "hyppighet": {"schedule"}, "hentes": {"schedule"}, "lisens": {"licence"}, "license": {"licence"},
	"kreditering": {"attribution"}, "krediter": {"attribution"}, "aktiv": {"enabled"}, "active": {"enabled"}, "på": {"enabled"},
	"kommune": {"municipality", "municipalities"}, "kommunenummer": {"municipality", "municipalities"}, "språk": {"language", "languages"},
	"prioritet": {"priority"}, "standard": {"defaults"}, "standardverdier": {"defaults"}, "kategori": {"category", "categories"},
	"kategorier": {"categories"}, "ignorer": {"ignore"}, "utelat": {"drop"}, "fjern": {"drop"}, "valg": {"options"}, "innstillinger": {"options"},
	"hoder": {"headers"}, "grenser": {"limits"}, "prosent": {"percent"}, "antall": {"count"}, "kolonner": {"columns"}, "kolonne": {"columns"},
	"skilletegn": {"delimiter"}, "tegnkoding": {"encoding"}, "tegnsett": {"encoding"}, "ark": {"sheet"}, "felt": {"fields"},
	"kilder": {"sources"}, "tidssone": {"timezone"}, "arrangør": {"organizer"},
	// fields
	"bilde": {"image"}, "bilder": {"image"}, "pris": {"price"}, "sted": {"place"}, "beskrivelse": {"description"}, "omtale": {"description"},
	"sammendrag": {"summary"}, "alder": {"age"}, "kontakt": {"contact"}, "billetter": {"offers"}, "nøkkelord": {"keywords"},
	// kinds of items
	"aktivitet": {"activity"}, "aktiviteter": {"activity"}, "arrangement": {"event"}, "arrangementer": {"event"}, "hendelse": {"event"},
	"konsert": {"event"}, "kurs": {"course"}, "anlegg": {"facility"}, "lokale": {"facility"}, "utstyr": {"equipment"}, "frivillig": {"volunteering"},
	"frivillighet": {"volunteering"}, "billett": {"ticket"}, "støtteordning": {"scheme"}, "ordning": {"scheme"},
	// kinds of sources
	"ics": {"ical"}, "icalendar": {"ical"}, "kalender": {"ical"}, "xlsx": {"csv"}, "xls": {"csv"}, "excel": {"csv"}, "regneark": {"csv"}, "tabell": {"csv"},
	"atom": {"rss"}, "feed": {"rss"}, "wordpress": {"tribe"}, "json-ld": {"jsonld"}, "schema.org": {"jsonld"}, "liste": {"list"}, "yaml": {"list"},
	"nettside": {"html"}, "hjemmeside": {"html"}, "ebillett": {"dx"}, "openactive": {"rpde"}, "brønnøysund": {"brreg"},
	// verbs
	"hent": {"sync"}, "synk": {"sync"}, "start": {"serve"}, "kopi": {"backup"}, "sikkerhetskopi": {"backup"}, "gjenopprett": {"restore"},
	"sjekk": {"check"}, "kontroller": {"check"}, "vis": {"preview"}, "prøv": {"preview"}, "finn": {"detect"}, "eksport": {"export"}, "versjon": {"version"},
}

// Nearest gives the candidate that was probably meant by word: the same but for case, what the word is called here, or one within two
// edits that shares a letter with it. It gives "" when there is none.
func Nearest(word string, candidates []string) string {
	lower := strings.ToLower(strings.TrimSpace(word))
	for _, candidate := range candidates {
		if strings.ToLower(candidate) == lower {
			return candidate
		}
	}
	for _, meant := range meanings[lower] {
		if slices.Contains(candidates, meant) {
			return meant
		}
	}
	best, at := "", 3
	for _, candidate := range candidates {
		if d := distance(lower, strings.ToLower(candidate)); d < at && d < min(len(lower), len(candidate)) {
			best, at = candidate, d
		}
	}
	return best
}

// choose says which of the candidates was probably meant by word, and all that there are.
func choose(word string, candidates []string) string {
	all := "velg blant: " + strings.Join(candidates, ", ")
	if near := Nearest(word, candidates); near != "" {
		return fmt.Sprintf("mente du %q? Ellers %s", near, all)
	}
	return all
}

// distance is the Levenshtein distance, a swap of neighbours counting as one edit (optimal string alignment).
func distance(a, b string) int {
	prev2, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(b)]
}

package prose

import "strings"

// tags are the codes of catalog.Accessibilities; an access word's value is the index here, from 1.
var tags = []string{"", "wheelchair", "hearing_loop", "sign_language", "captions", "vision", "sensory", "intellectual", "physical", "companion", "general"}

const (
	wheelchair  = 1
	companions  = 9
	generalTags = 10
)

// tagStems give a word its tag by how it begins; the longest first where one begins another.
var tagStems = []struct {
	stem string
	tag  int
}{
	{"rullestol", 1}, {"rullator", 1}, {"trinnfri", 1}, {"trappefri", 1}, {"trappfri", 1}, {"terskelfri", 1}, {"handikaptoalett", 1}, {"handicaptoalett", 1}, {"handikapparkering", 1},
	{"handicapparkering", 1}, {"hctoalett", 1}, {"stolheis", 1}, {"løfteplattform", 1},
	{"teleslyng", 2}, {"slyngeanlegg", 2}, {"høreslyng", 2}, {"hørselsslyng", 2}, {"lydslyng", 2},
	{"tegnspråk", 3}, {"teiknspråk", 3}, {"tegntolk", 3}, {"teikntolk", 3},
	{"skrivetolk", 4}, {"undertekst", 4},
	{"synstolk", 5}, {"svaksynt", 5}, {"synshem", 5}, {"punktskrift", 5}, {"blindeforbund", 0}, {"blindefotball", 5}, {"blindeidrett", 5}, {"blindesport", 5},
	{"sansevennlig", 6}, {"sansevenleg", 6}, {"autisme", 6}, {"autismevennlig", 6},
	{"utviklingshem", 7},
	{"bevegelseshem", 8}, {"rørslehem", 8}, {"parkinson", 8}, {"revmati", 8}, {"hjerneslag", 8}, {"slagramm", 8}, {"leddgikt", 8}, {"multippel", 8},
	{"funksjonshem", 10}, {"funksjonsneds", 10}, {"funksjonsvaria", 10}, {"funksjonsevne", 10}, {"funksjonsnivå", 10}, {"stillerom", 6}, {"lydnivå", 6}, {"parasport", 10}, {"paraidrett", 10}, {"tilrettelagt", 10}, {"tilrettelagd", 10}, {"tilrettelegging", 10},
	{"handikapvennlig", 10}, {"handicapvennlig", 10}, {"handikapvenleg", 10}, {"hørselshem", 10}, {"høyrselshem", 10}, {"tunghør", 10}, {"tunghøyr", 10}, {"integreringslag", 10},
}

// tagWords are whole words with their tag.
func tagWords() map[string]int {
	out := map[string]int{}
	for words, tag := range map[string]int{
		"heis heisen heisar rampe hc": 1, "teleslynge teleslyngje teleslynga": 2, "døve": 3, "teksting teksta tekstet": 4, "blinde": 5, "dempet dempa dempede": 6, "adhd": 6,
		"ms cp": 8, "downs": 7, "utforma utformet utforming utformede": 10, "demens": 10, "behov": 10,
		"ledsager ledsagere ledsagar ledsagarar ledsageren ledsagarbevis følgjebevis ledsagerbevis følgeperson følgjeperson følgepersoner følgjepersonar ledsagerbillett": 9,
	} {
		for w := range strings.FieldsSeq(words) {
			out[w] = tag
		}
	}
	return out
}

func tagOf(w string) (entry, bool) {
	for _, s := range tagStems {
		if strings.HasPrefix(w, s.stem) {
			if s.tag == 0 {
				return entry{}, false
			}
			return entry{class: access, value: s.tag}, true
		}
	}
	return entry{}, false
}

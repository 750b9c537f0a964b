package merge

import (
	"slices"
	"strings"
)

// Words of titles that ask for help, or for those who sell or show something, as they stand in lower case.
var (
	helpers = exactly("frivillig frivillige frivilleg frivillege friviljug friviljuge volunteer volunteers hjelpere hjelparar medhjelpere medhjelparar")
	help    = []string{"hjelper", "hjelpere", "hjelpar", "hjelparar", "vert", "verter", "vertar", "vakt", "vakter", "turvenn", "turven", "språkvenn", "besøksvenn", "besøksven", "aktivitetsvenn", "mekker", "mekkar", "mekkere", "baker", "bakere", "bakarar", "sjåfør", "sjåfører", "sjåførar",
		"bærere", "berarar", "ledere", "leiarar", "trenere", "trenarar", "instruktører", "instruktørar"}
	leads    = []string{"hjelper", "hjelpar", "venn", "vert", "vakt", "leder", "leiar", "trener", "trenar", "guide", "mentor", "fadder", "frivillig", "friviljug", "frivilleg"}
	asked    = exactly("søkes søkjast trengs trengst ønskes ønskjes etterlyses etterlysast needed wanted")
	asking   = exactly("søker søkjer trenger treng")
	askers   = exactly("vi me")
	offering = exactly("hjelpe hjelpa bidra bli")
	towards  = exactly("til på i ved for hos at")
	riggers  = exactly("rigging opprigging nedrigging rigg nedrigg")
	renting  = exactly("lei leie leige bestill book få sikre reserver meld")
	stalls   = []string{"bod", "bord", "stand", "salgsplass", "salsplass", "standplass", "utstillerplass", "salgsbord"}
	sellers  = exactly("utstiller utstillere utstillar utstillarar selger selgere seljar seljarar")
	markets  = []string{"marked", "markedet", "marknad", "marknaden", "messe", "messa", "messen", "basar", "basaren", "loppis"}
)

// call reads whether the words of a title, with the segments in which they stand, ask for volunteers: such a call is not what they are for.
func call(in []string, segment []int) bool {
	for i, w := range in {
		next, alone := at(in, i+1), i == len(in)-1
		begins := i == 0 || segment[i] != segment[i-1]
		ends := alone || segment[i+1] != segment[i]
		switch {
		case asked[w] && i > 0 && (ends || towards[next]),
			helpers[w] && (towards[next] || asked[next] || begins && ends && !alone),
			asking[w] && (askers[at(in, i-1)] || next == "deg" || next == "dykk" || next == "dere"),
			w == "bli" && (endsIn(next, leads) || next == "med" && at(in, i+2) == "som"),
			w == "vil" && next == "du" && offering[at(in, i+2)],
			begins && riggers[w],
			begins && endsIn(w, help) && (towards[next] || alone):
			return true
		}
	}
	return false
}

// stall reads whether the words of a title ask for those who sell or show something.
func stall(in []string) bool {
	market := slices.ContainsFunc(in, func(w string) bool { return endsIn(w, markets) })
	for i, w := range in {
		next := at(in, i+1)
		switch {
		case sellers[w] && (at(in, i-1) == "bli" || asked[next]),
			market && i == 0 && (w == "selg" || strings.HasPrefix(w, "innlever") || endsIn(w, stalls) && towards[next]),
			market && renting[w] && slices.ContainsFunc(in[i+1:min(i+4, len(in))], func(w string) bool { return endsIn(w, stalls) }):
			return true
		}
	}
	return false
}

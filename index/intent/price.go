package intent

import (
	"strconv"
	"strings"
)

const mostKroner = 100_000

// The words before and after a highest price. Several words of a bound stand with blanks between them.
var (
	atMost = phrases("under|maks|max|maksimum|maksimalt|inntil|opptil|opp til|ikke mer enn|ikkje meir enn|mindre enn|billigere enn|billegare enn|høyst|høgst|til under|" +
		"less than|at most|up to|below|cheaper than|no more than|до|не більше|do|poniżej|maksymalnie|nie więcej niż|أقل من|حتى|ka yar")
	kroner = set("kr krone kroner kronar kroners nok крон крони корон koron korony كرونة كرون karoon ክሮነር ruvdnu")
)

func phrases(list string) words {
	out := words{}
	for p := range strings.SplitSeq(list, "|") {
		out[Key(p)] = true
	}
	return out
}

const longestBound = 3

// price reads a highest price: "under 500 kr", "maks 200 kroner", "inntil kr 300", "under 100,-".
func (r *reading) price(i int) (claim, bool) {
	for n := min(longestBound, len(r.t)-i); n > 0; n-- {
		if !atMost[r.joined(i, i+n)] {
			continue
		}
		at, stated := i+n, false
		if kroner[r.word(at)] {
			at, stated = at+1, true
		}
		amount, err := strconv.Atoi(r.word(at))
		if err != nil || amount < 0 || amount > mostKroner || len(r.word(at)) > 6 {
			return claim{}, false
		}
		to := at + 1
		if kroner[r.word(to)] {
			to, stated = to+1, true
		}
		stated = stated || strings.HasPrefix(r.text[r.t[at].end:], ",-")
		return claim{from: i, to: to, params: []Param{{"max_price", strconv.Itoa(amount)}}, connector: beforePrice}, stated
	}
	return claim{}, false
}

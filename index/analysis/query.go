package analysis

// afterWhere are the verbs by which kor before them is told from a choir.
var afterWhere = words("er e æ kan finn finst finns fins går skal ska får ligg ligger held holder blir bli hen")

// Query gives the words of a query that a listing must have: each once, and without stop words and fillers unless there is nothing else.
// At most MaxQuery words count; the last of them is the one that may still be being typed.
func Query(text string) []Token {
	var all, known, kept []Token // known: all but stop words
	seen := map[string]bool{}
	tokens := Tokens(text)
	for i, t := range tokens {
		if t.Term == "kor" && i+1 < len(tokens) && afterWhere[tokens[i+1].Term] {
			continue // "kor er": the nynorsk where, and no choir
		}
		if seen[t.Term] {
			continue
		}
		seen[t.Term] = true
		all = append(all, t)
		if !t.Stop {
			known = append(known, t)
			if !fillers[t.Term] {
				kept = append(kept, t)
			}
		}
	}
	if len(kept) == 0 {
		kept = known
	}
	if len(kept) == 0 {
		kept = all
	}
	return kept[:min(MaxQuery, len(kept))]
}

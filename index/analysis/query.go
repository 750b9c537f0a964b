package analysis

// Query gives the words of a query that a listing must have: each once, and without stop words and fillers unless there is nothing else.
// At most MaxQuery words count; the last of them is the one that may still be being typed.
func Query(text string) []Token {
	var all, known, kept []Token // known: all but stop words
	seen := map[string]bool{}
	for _, t := range Tokens(text) {
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

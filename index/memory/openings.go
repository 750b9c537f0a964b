package memory

// openings are what the terms that begin with a few letters have in common.
type openings struct{}

func (l *lexicon) prepareOpenings() {}

package memory

import "fritidshub/index/analysis"

// wordbook is the synonyms that an engine knows, and their words in order.
type wordbook struct {
	synonyms *analysis.Synonyms
	words    table
	order    []uint32
	common   *common
}

func newWordbook(s *analysis.Synonyms) *wordbook {
	b := &wordbook{synonyms: s}
	for i, word := range s.Words() {
		add(&b.words, word)
		b.order = append(b.order, uint32(i))
	}
	b.common = newCommon(&b.words, b.order)
	return b
}

// of gives what else answers words; a nil book knows nothing.
func (b *wordbook) of(query []analysis.Token) []analysis.Alternative {
	if b == nil {
		return nil
	}
	return b.synonyms.Alternatives(query)
}

func (b *wordbook) list() words { return words{&b.words, b.order, b.common} }

// SetSynonyms replaces the synonyms that searches from now on know; at first they are the built-in ones.
func (e *Engine) SetSynonyms(s *analysis.Synonyms) { e.wordbook.Store(newWordbook(s)) }

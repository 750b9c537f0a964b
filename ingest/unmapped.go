package ingest

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/config"
	"fritidshub/store"
)

// Word is one of a source's own words that no category of sources.yaml answers to, and that is not sure to mean one.
type Word struct {
	Word  string `json:"word"`
	Count int    `json:"count"` // records that have it
	Title string `json:"title"` // one of them
	// Suggestion is the category that it seems to mean; "" when it seems to mean none.
	Suggestion string `json:"suggestion,omitzero"`
}

// tally counts words that are not mapped.
type tally struct {
	source config.Source
	tax    *taxonomy.Taxonomy
	words  map[string]*Word // folded
}

func newTally(source config.Source, tax *taxonomy.Taxonomy) *tally {
	return &tally{source: source, tax: tax, words: map[string]*Word{}}
}

func (t *tally) add(r *catalog.Record) {
	for _, word := range r.Keywords {
		if _, mapped := lookup(t.source.Categories, word); mapped {
			continue
		}
		var meaning taxonomy.Match
		if t.tax != nil {
			meaning, _ = t.tax.Map(word)
		}
		if meaning.Confidence >= taxonomy.Sure {
			continue
		}
		key := catalog.Fold(word)
		w := t.words[key]
		if w == nil {
			w = &Word{Word: word, Title: r.Title, Suggestion: meaning.Category}
			t.words[key] = w
		}
		w.Count++
	}
}

// most gives the words, those of most records first.
func (t *tally) most() []Word {
	words := make([]Word, 0, len(t.words))
	for _, w := range t.words {
		words = append(words, *w)
	}
	slices.SortFunc(words, func(a, b Word) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Word, b.Word)) })
	return words
}

// Unmapped gives the words of a source's stored records that its categories do not answer to, those of most records first.
func (in *Ingester) Unmapped(ctx context.Context, source config.Source) ([]Word, error) {
	ids := map[string]bool{}
	if err := in.Store.Heads(ctx, source.ID, func(h store.Head) error { ids[h.NativeID] = true; return nil }); err != nil {
		return nil, err
	}
	t := newTally(source, in.Taxonomy)
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(ids)), 500) {
		records, err := in.Store.Records(ctx, source.ID, chunk)
		if err != nil {
			return nil, err
		}
		for i := range records {
			t.add(&records[i])
		}
	}
	return t.most(), nil
}

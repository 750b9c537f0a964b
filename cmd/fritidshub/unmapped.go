package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strconv"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/ingest"
)

// unmappedSource is what `unmapped -json` prints, an object per source.
type unmappedSource struct {
	Source string        `json:"source"`
	Words  []ingest.Word `json:"words"`
}

// unmapped lists the words of the sources that no category answers to, as lines for sources.yaml.
func (p *program) unmapped(ctx context.Context, in *invocation) error {
	h, err := p.open(ctx, in, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer h.close()
	chosen, err := choose(h.config.Sources, in.args)
	if err != nil {
		return err
	}
	ingester, silentSources := h.ingester(nil, nil), 0
	for _, source := range chosen {
		words, err := ingester.Unmapped(ctx, source)
		if err != nil {
			return fmt.Errorf("%s: %w", source.ID, err)
		}
		suggest(words, source, h.config.Sources)
		switch {
		case in.json:
			if err := json.NewEncoder(p.out).Encode(unmappedSource{source.ID, words}); err != nil {
				return err
			}
		case len(words) == 0:
			silentSources++
		default:
			fmt.Fprintf(p.out, "# %s: %d ord uten kategori\n%s", source.ID, len(words), wordsGo(source))
			describeWords(p.out, words, len(words))
		}
	}
	if silentSources == len(chosen) && !in.json {
		fmt.Fprintln(p.out, "Alle ord fra kildene har en kategori.")
	}
	return nil
}

// suggest gives words the categories that other sources have for them, before what the words themselves seem to mean.
func suggest(words []ingest.Word, source config.Source, all []config.Source) {
	known := map[string]string{}
	for _, other := range all {
		for _, word := range slices.Sorted(maps.Keys(other.Categories)) {
			if key := catalog.Fold(word); other.ID != source.ID && known[key] == "" {
				known[key] = other.Categories[word]
			}
		}
	}
	for i := range words {
		if id := known[catalog.Fold(words[i].Word)]; id != "" {
			words[i].Suggestion = id
		}
	}
}

// wordsGo says where in sources.yaml the lines for a source's words are to stand.
func wordsGo(source config.Source) string {
	switch {
	case source.Shared.Name != "":
		return fmt.Sprintf("# kilden bruker lista &%s, som flere kilder deler: lim linjene inn i den, fra linje %d i sources.yaml, ikke under kilden\n", source.Shared.Name, source.Shared.Line)
	case len(source.Categories) > 0:
		return "# lim linjene inn under categories, som kilden har fra før; er lista skrevet som {…}, gjør den om til linjer først\n"
	}
	return "    categories:\n"
}

// describeWords writes words as lines of categories: in sources.yaml. A word that means nothing for what it is gets "".
func describeWords(w io.Writer, words []ingest.Word, most int) {
	for i, word := range words {
		if i == most {
			fmt.Fprintf(w, "      # … og %d ord til\n", len(words)-i)
			break
		}
		suggestion := word.Suggestion
		if suggestion == "" {
			suggestion = `""`
		}
		fmt.Fprintf(w, "      %s: %s  # %d, for eksempel %s\n", strconv.Quote(word.Word), suggestion, word.Count, oneLine(word.Title, 60))
	}
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strconv"

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
		switch {
		case in.json:
			if err := json.NewEncoder(p.out).Encode(unmappedSource{source.ID, words}); err != nil {
				return err
			}
		case len(words) == 0:
			silentSources++
		default:
			fmt.Fprintf(p.out, "# %s: %d ord uten kategori\n    categories:\n", source.ID, len(words))
			describeWords(p.out, words, len(words))
		}
	}
	if silentSources == len(chosen) && !in.json {
		fmt.Fprintln(p.out, "Alle ord fra kildene har en kategori.")
	}
	return nil
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

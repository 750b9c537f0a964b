package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"fritidshub/api/console"
	"fritidshub/config"
	"fritidshub/config/edit"
)

// Categories implements console.Mapping.
func (d *desk) Categories() []console.Category {
	var all []console.Category
	for _, c := range d.hub.taxonomy.All() {
		all = append(all, console.Category{ID: c.ID, Label: d.hub.taxonomy.Label(c.ID, "nb"), Main: c.Parent == ""})
	}
	return all
}

// counted are the words of a source that no category answers to, as they were when it was read last.
type counted struct {
	read   time.Time
	config *config.Config
	count  *work
	words  []console.Word // once count has ended
}

// countWithin is how long it may take to look through the items of a source.
const countWithin = 2 * time.Minute

// Unmapped implements console.Mapping.
func (d *desk) Unmapped(ctx context.Context, id string) ([]console.Word, console.Work, error) {
	source, err := d.declared(id)
	if err != nil {
		return nil, console.Work{}, err
	}
	state, err := d.hub.store.SourceState(ctx, id)
	if err != nil {
		return nil, console.Work{}, err
	}
	c, err := d.counted(source, state.LastRun)
	if err != nil {
		return nil, console.Work{}, err
	}
	count, fault := c.count.state(ctx)
	switch {
	case count.On:
		return nil, count, nil
	case fault != "":
		d.inquiries.mu.Lock()
		defer d.inquiries.mu.Unlock()
		delete(d.inquiries.words, id)
		return nil, count, &console.Fault{Status: http.StatusInternalServerError, Text: "Ordene kan ikke telles: " + fault}
	}
	return c.words, count, nil
}

// counted are the words of a source, counted anew when it has been read, or sources.yaml is another one, since they were.
func (d *desk) counted(source config.Source, read time.Time) (*counted, error) {
	d.inquiries.mu.Lock()
	defer d.inquiries.mu.Unlock()
	cfg := d.config.Load()
	if c := d.inquiries.words[source.ID]; c != nil && c.config == cfg && c.read.Equal(read) {
		return c, nil
	}
	c := &counted{read: read, config: cfg}
	var err error
	c.count, err = d.start(countWithin, "Teller ordene i oppføringene.", func(ctx context.Context, _ *work) string {
		words, err := d.ingester.Unmapped(ctx, source)
		if err != nil {
			return sentenced(err.Error())
		}
		suggest(words, source, cfg.Sources)
		for _, w := range words {
			c.words = append(c.words, console.Word{Word: w.Word, Count: w.Count, Title: w.Title, Suggestion: w.Suggestion})
		}
		return ""
	})
	if err != nil {
		return nil, err
	}
	if d.inquiries.words == nil {
		d.inquiries.words = map[string]*counted{}
	}
	d.inquiries.words[source.ID] = c
	return c, nil
}

// SetCategories implements console.Mapping.
func (d *desk) SetCategories(ctx context.Context, id string, words map[string]string) error {
	if _, err := d.declared(id); err != nil {
		return err
	}
	return d.changeSources(ctx, fmt.Sprintf("ga kategori til %d ord fra %s", len(words), id), func(doc *edit.Doc) error {
		at := doc.Index("id", id, "sources")
		if at < 0 {
			return edit.ErrNoPlace
		}
		for _, word := range slices.Sorted(maps.Keys(words)) {
			if err := doc.Set(words[word], "sources", at, "categories", word); err != nil {
				return err
			}
		}
		return nil
	}, func(cfg *config.Config) bool {
		i := slices.IndexFunc(cfg.Sources, func(s config.Source) bool { return s.ID == id })
		return i >= 0 && !slices.ContainsFunc(slices.Collect(maps.Keys(words)), func(word string) bool {
			category, ok := cfg.Sources[i].Categories[word]
			return !ok || category != words[word]
		})
	})
}

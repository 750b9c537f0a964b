package memory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fritidshub/index"
	"fritidshub/index/analysis"
	"fritidshub/index/indextest"
)

func suggest(t testing.TB, e *Engine, text string, limit int) []index.Title {
	t.Helper()
	found, err := e.Suggest(context.Background(), index.SuggestQuery{Text: text, Limit: limit, Now: indextest.Now})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func titledDocument(id, title string) index.Document {
	return index.Document{ID: id, Title: title, Standing: true}
}

func TestSuggest(t *testing.T) {
	e := New()
	docs := map[string]string{"a1": "Svømming", "a2": "Svømming", "a3": "Svømmekurs for barn", "a4": "Åpen svømmehall", "a5": "Kor", "a6": "Aasen-kveld", "a7": "Poesi", "a8": "svømming"}
	ids := []string{}
	for id := range docs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var batch index.Batch
	for _, id := range ids {
		batch.Upserts = append(batch.Upserts, titledDocument(id, docs[id]))
	}
	over := titledDocument("x", "Svømming i fjor")
	over.Standing, over.Spans, over.Ends = false, []index.Span{{Start: 1, End: 2}}, 2
	batch.Upserts = append(batch.Upserts, over)
	ctx := context.Background()
	if err := e.Apply(ctx, batch); err != nil {
		t.Fatal(err)
	}
	if err := e.Apply(ctx, index.Batch{Upserts: []index.Document{titledDocument("b1", "Svømming"), titledDocument("b2", "Svømmestevne")}, Deletes: []string{"a2"}, Change: 2}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"sv":         "Svømming 3, Svømmekurs for barn 1, Svømmestevne 1, -Åpen svømmehall 1",
		"svom":       "Svømming 3, Svømmekurs for barn 1, Svømmestevne 1, -Åpen svømmehall 1",
		"svoemm":     "Svømming 3, Svømmekurs for barn 1, Svømmestevne 1, -Åpen svømmehall 1",
		"SVØMMING":   "Svømming 3",
		"apen sv":    "Åpen svømmehall 1",
		"aapen":      "Åpen svømmehall 1",
		"aas":        "Aasen-kveld 1",
		"ås":         "Aasen-kveld 1",
		"poe":        "Poesi 1",
		"barn svøm":  "-Svømmekurs for barn 1",
		"svøm x":     "-Svømming 3, -Svømmekurs for barn 1, -Svømmestevne 1, -Åpen svømmehall 1",
		"hall":       "",
		"":           "",
		"–":          "",
		"svømming i": "-Svømming 3",
		"k o":        "",
		"å s":        "",
	} {
		var got []string
		for _, f := range suggest(t, e, text, 10) {
			mark := "-"
			if f.Start {
				mark = ""
			}
			title := docs[f.ID]
			if title == "" {
				title = map[string]string{"b1": "Svømming", "b2": "Svømmestevne"}[f.ID]
			}
			got = append(got, fmt.Sprintf("%s%s %d", mark, title, f.Count))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q: %s; want %s", text, strings.Join(got, ", "), want)
		}
	}
	if n := len(suggest(t, e, "sv", 2)); n != 2 {
		t.Errorf("%d titles, want 2", n)
	}
}

// TestSuggestAsOne: many segments and deletions suggest what one segment does, and what looking at every title does.
func TestSuggestAsOne(t *testing.T) {
	docs := indextest.Generate(3000, 7)
	one, many := New(), New()
	ctx := context.Background()
	for i, d := range docs {
		if i%10 == 0 {
			if err := many.Apply(ctx, index.Batch{Upserts: docs[i:min(i+10, len(docs))], Change: int64(i)}); err != nil {
				t.Fatal(err)
			}
		}
		_ = d
	}
	live := docs[50:]
	var gone []string
	for _, d := range docs[:50] {
		gone = append(gone, d.ID)
	}
	if err := many.Apply(ctx, index.Batch{Deletes: gone, Change: 9999}); err != nil {
		t.Fatal(err)
	}
	if err := one.Apply(ctx, index.Batch{Upserts: live}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"s", "fo", "svom", "larvik", "kurs i", "åpen", "dans la"} {
		a, b := suggest(t, one, text, 20), suggest(t, many, text, 20)
		counts := map[string]int{}
		now, letter := indextest.Now.Unix(), len(text) == 1
		for _, d := range live {
			words := analysis.Tokens(d.Title)
			all := d.Ends == 0 || d.Ends > now
			for _, w := range analysis.Tokens(text) {
				all = all && len(text) > 1 && len(w.Folded) == 1 || all && slices.ContainsFunc(words, func(o analysis.Token) bool { return analysis.Begins(o.Term, w.Term) })
			}
			if letter {
				all = all && strings.HasPrefix(analysis.SortKey(d.Title), text)
			}
			if all {
				counts[analysis.SortKey(d.Title)]++
			}
		}
		if len(a) != min(20, len(counts)) || len(b) != len(a) {
			t.Fatalf("%q: %d and %d titles of %d", text, len(a), len(b), len(counts))
		}
		byID := map[string]string{}
		for _, d := range docs {
			byID[d.ID] = analysis.SortKey(d.Title)
		}
		for i := range a {
			if byID[a[i].ID] != byID[b[i].ID] || a[i].Count != b[i].Count || a[i].Start != b[i].Start || a[i].Count != counts[byID[a[i].ID]] {
				t.Errorf("%q, %d: %+v %q, %+v %q, counted %d", text, i, a[i], byID[a[i].ID], b[i], byID[b[i].ID], counts[byID[a[i].ID]])
			}
		}
	}
}

func BenchmarkSuggest(b *testing.B) {
	e := New()
	docs := indextest.Generate(100_000, 1)
	i := 0
	if err := e.Rebuild(context.Background(), 1, func() (index.Document, bool, error) {
		if i == len(docs) {
			return index.Document{}, false, nil
		}
		i++
		return docs[i-1], true, nil
	}); err != nil {
		b.Fatal(err)
	}
	for _, text := range []string{"s", "sv", "svom", "svømming la"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				suggest(b, e, text, 10)
			}
		})
	}
}

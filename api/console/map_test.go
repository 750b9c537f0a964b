package console

import (
	"context"
	"fmt"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lexicon is a Mapping of one source with thirty words.
type lexicon struct {
	set   map[string]string
	works bool
}

func (l *lexicon) Categories() []Category {
	return []Category{{"sport", "Idrett", true}, {"judo", "Judo", false}}
}

func (l *lexicon) Unmapped(_ context.Context, source string) ([]Word, Work, error) {
	if source != "klubben" {
		return nil, Work{}, ErrNoSource
	}
	if l.works {
		return nil, Work{On: true, Said: "Teller ordene."}, nil
	}
	words := []Word{{"Kampsport <b>", 4, "Judo for alle", "judo"}}
	for i := range 29 {
		words = append(words, Word{fmt.Sprint("Ord ", i), 1, "Noe", ""})
	}
	return words, Work{}, nil
}

func (l *lexicon) SetCategories(_ context.Context, _ string, words map[string]string) error {
	l.set = words
	return nil
}

func TestMap(t *testing.T) {
	l := &lexicon{}
	b := in(t, &fake{mapping: l, list: []Source{{ID: "klubben", Name: "Klubben"}}})
	has(t, b.get("/editor/map", 200), `<option value="klubben">Klubben</option>`)
	has(t, b.get("/editor/map?source=klubben", 200), "Kampsport &lt;b&gt;", "4 oppføringer", "Forslag: Judo", "5 ord til")
	b.get("/editor/map?source=andre", 404)
	l.works = true
	has(t, b.get("/editor/map?source=klubben", 200), "Teller ordene.", `href="/editor/map?source=klubben"`)
	l.works = false
	b.post("/editor/map", url.Values{"source": {"klubben"}, "word0": {"x"}, "category0": {"finnes-ikke"}}, 400)
	b.post("/editor/map", url.Values{"source": {"klubben"}, "word0": {"x"}, "category0": {""}}, 200)
	if l.set != nil {
		t.Errorf("set without a choice: %v", l.set)
	}
	form := url.Values{"source": {"klubben"}, "word0": {"Kampsport"}, "category0": {"judo"}, "word1": {"Ord 0"}, "category1": {"-"}, "word2": {"Ord 1"}, "category2": {""}}
	has(t, b.post("/editor/map", form, 200), "Endringen er lagret.")
	if diff := cmp.Diff(map[string]string{"Kampsport": "judo", "Ord 0": ""}, l.set); diff != "" {
		t.Error(diff)
	}
	has(t, b.get("/editor/log", 200), "ga kategori til 2 ord", "sources/klubben")
}

package index

import (
	"context"
	"time"
)

// SuggestQuery asks for titles that go on from what is being typed.
type SuggestQuery struct {
	Text  string
	Limit int
	Now   time.Time
}

// Title is a title that listings bear.
type Title struct {
	ID    string // of one of them
	Count int    // listings with that title that are not over
	Start bool   // it begins with the text; otherwise words inside of it do
}

// Suggester is an engine that can go on from what is being typed. It may be called concurrently.
type Suggester interface {
	// Suggest gives the titles in which every word of the text begins a word, however its letters are spelt: those that begin with the text
	// first, then those of most listings, then in the order of titles. A text without any word has none, one of single letters those
	// alone that begin with it; beside other words single letters do not count.
	Suggest(ctx context.Context, q SuggestQuery) ([]Title, error)
}

package console

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"fritidshub/api/console/signin"
)

// Mapping is which categories the words of sources mean.
type Mapping interface {
	// Categories gives all there are, each main one before those below it.
	Categories() []Category
	// Unmapped gives the words of a source that no category answers to, those of most items first, or how far the counting of them has come. The error is
	// ErrNoSource when it is not declared.
	Unmapped(ctx context.Context, source string) ([]Word, Work, error)
	// SetCategories lets words of a source mean categories, by id, or nothing (""), in sources.yaml, and waits until that is in use.
	SetCategories(ctx context.Context, source string, words map[string]string) error
}

// Category is what an activity can be.
type Category struct {
	ID, Label string
	Main      bool
}

// Word is a word of a source.
type Word struct {
	Word       string
	Count      int    // items that have it
	Title      string // one of them
	Suggestion string // id of the category that it seems to mean; "" for none
}

// shownWords is how many words one form has.
const shownWords = 25

// saysNothing is what the form sends for a word that says nothing about what an activity is.
const saysNothing = "-"

type mapView struct {
	frame
	Source     string // "" when none is chosen
	Sources    []Source
	Words      []wordRow
	Rest       int
	Categories []Category
}

type wordRow struct {
	Word
	Suggested string // label
}

func (c *console) mapPages() {
	c.page("GET /editor/map", c.getMap)
	c.action(signin.Editor, "/editor/map", func(r *http.Request) (Done, error) {
		id := r.PostFormValue("source")
		set := map[string]string{}
		for i := range shownWords {
			n := strconv.Itoa(i)
			switch word, category := r.PostFormValue("word"+n), r.PostFormValue("category"+n); {
			case word == "" || category == "":
			case category == saysNothing:
				set[word] = ""
			case slices.ContainsFunc(c.Mapping.Categories(), func(one Category) bool { return one.ID == category }):
				set[word] = category
			default:
				return Done{}, &Fault{http.StatusBadRequest, "Kategorien finnes ikke. Last siden på nytt og velg en gang til."}
			}
		}
		to := "map?" + url.Values{"source": {id}}.Encode()
		if len(set) == 0 {
			return Done{To: to}, nil
		}
		return Done{To: to, Shown: "saved", What: "ga kategori til " + plural(len(set), "ord", "ord"), Subject: "source:" + id}, c.Mapping.SetCategories(r.Context(), id, set)
	})
}

func (c *console) getMap(w http.ResponseWriter, r *http.Request) error {
	view := mapView{frame: c.frame(r, "Ord uten kategori"), Source: r.URL.Query().Get("source")}
	var err error
	if view.Sources, err = c.Sources.Overview(r.Context()); err != nil {
		return err
	}
	slices.SortFunc(view.Sources, func(a, b Source) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	if view.Source != "" {
		words, count, err := c.Mapping.Unmapped(r.Context(), view.Source)
		if err != nil {
			return err
		}
		if count.On {
			c.drawWork(w, r, "Ord uten kategori", count)
			return nil
		}
		view.Title = fmt.Sprintf("Ord uten kategori fra %s", view.Source)
		view.Rest = max(0, len(words)-shownWords)
		view.Categories = c.Mapping.Categories()
		for _, word := range words[:len(words)-view.Rest] {
			row := wordRow{Word: word}
			if i := slices.IndexFunc(view.Categories, func(one Category) bool { return one.ID == word.Suggestion }); i >= 0 {
				row.Suggested = view.Categories[i].Label
			}
			view.Words = append(view.Words, row)
		}
	}
	c.draw(w, r, http.StatusOK, "map", view)
	return nil
}

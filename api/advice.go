package api

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fritidshub/api/params"
	"fritidshub/index"
	"fritidshub/index/intent"
)

// advice is how to go on when nothing is found.
type advice struct {
	// Spelling is the text with words that the hub knows in place of those that nothing is called. It finds something.
	Spelling *wayOn  `json:"spelling,omitempty"`
	Wider    []wayOn `json:"wider,omitempty"`
	// Guide is who helps people find something to do.
	Guide *Guide `json:"guide,omitempty"`
}

// Guide is a person to talk to: the municipality's activity guide, by the office's name and numbers.
type Guide struct {
	Name  string `json:"name,omitzero"`
	Phone string `json:"phone,omitzero"`
	Email string `json:"email,omitzero"`
	URL   string `json:"url,omitzero"`
}

// wayOn is another search that finds something.
type wayOn struct {
	Kind       string     `json:"kind"`
	Text       string     `json:"text,omitzero"` // of a spelling
	Total      int        `json:"total"`
	Parameters url.Values `json:"parameters"`
	URL        string     `json:"url"`
}

// The kinds of ways on.
const (
	waySpelling = "spelling"
	wayPlace    = "place" // without any filter of where
	wayWhen     = "when"  // at a later time
)

// advise says what else would find something, for a search that found nothing. It makes `when` one of the filters of without.
func (s *server) advise(ctx context.Context, search *params.Search, q *index.Query, without map[string]int) (a advice, err error) {
	a.Guide = s.Hub.Guide
	if search.When != "" {
		all := q.Bare()
		all.From, all.To = q.From.Truncate(0), q.To
		for _, drop := range []string{"from", "to"} {
			delete(without, drop)
			if change := index.Drops(&all)[drop]; change != nil {
				change(&all)
			}
		}
		result, err := s.ask(ctx, all)
		if err != nil {
			return a, err
		}
		without["when"] = result.Total
	}
	try := func(kind, text string, how func(url.Values)) (*wayOn, error) {
		values := change(search.Values, how)
		for _, name := range []string{"cursor", "limit", "facets"} {
			values.Del(name)
		}
		total, err := s.count(ctx, search, values)
		if err != nil || total == 0 {
			return nil, err
		}
		return &wayOn{Kind: kind, Text: text, Total: total, Parameters: values, URL: "/api/v1/search?" + values.Encode()}, nil
	}
	if text, ok := s.respell(ctx, search.Query.Text); ok {
		if a.Spelling, err = try(waySpelling, text, func(v url.Values) { v.Set("q", text) }); err != nil {
			return a, err
		}
	}
	has := search.Values.Has
	where := []string{string(index.FacetMunicipality), string(index.FacetNeighbourhood), string(index.FacetPlace), "near", "radius", "bbox"}
	if slices.ContainsFunc(where, has) {
		way, err := try(wayPlace, "", func(v url.Values) {
			maps.DeleteFunc(v, func(name string, vs []string) bool {
				return slices.Contains(where, name) || name == "sort" && vs[0] == string(index.SortDistance)
			})
		})
		if err != nil {
			return a, err
		}
		a.add(way)
	}
	if !has("when") && !has("to") {
		return a, nil
	}
	for _, later := range []string{"next_week", "month"} {
		way, err := try(wayWhen, "", func(v url.Values) {
			v.Del("from")
			v.Del("to")
			v.Set("when", later)
		})
		if err != nil {
			return a, err
		}
		if a.add(way); way != nil {
			break
		}
	}
	return a, nil
}

func (a *advice) add(way *wayOn) {
	if way != nil {
		a.Wider = append(a.Wider, *way)
	}
}

// count says how many hits the search of values has, as of the same moment.
func (s *server) count(ctx context.Context, search *params.Search, values url.Values) (int, error) {
	other, err := params.ParseValues(values, s.rules)
	if faults := (params.Errors{}); errors.As(err, &faults) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	other.Query.Now = search.Query.Now
	other.Resolve(s.Hub.Zone)
	other.Query = other.Query.Bare()
	_, result, _, err := s.find(ctx, &other)
	return result.Total, err
}

// spelt is a word as names have it, and how many listings the most frequent of those names has.
type spelt struct {
	word  string
	count int
}

// respell replaces the words of text that are in no name by the nearest that are.
func (s *server) respell(ctx context.Context, text string) (corrected string, ok bool) {
	if text == "" {
		return "", false
	}
	names, err := s.directory.get(ctx, s.Clock())
	if err != nil {
		return "", false
	}
	letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }
	var out strings.Builder
	for len(text) > 0 {
		first, _ := utf8.DecodeRuneInString(text)
		end := strings.IndexFunc(text, func(r rune) bool { return letter(r) != letter(first) })
		if end < 0 {
			end = len(text)
		}
		part := text[:end]
		if better := names.nearest(intent.Key(part)); letter(first) && better != "" {
			part, ok = better, true
		}
		out.WriteString(part)
		text = text[end:]
	}
	return out.String(), ok
}

// minRespelt is how many letters a word has at least that is taken for mistyped.
const minRespelt = 3

// nearest is the word of a name that a word is nearest to, the most frequent of several; "" when it is one itself or none is near.
func (d *directory) nearest(key string) (word string) {
	typed := []rune(key)
	if _, known := d.words[key]; known || len(typed) < minRespelt {
		return ""
	}
	most := 1 + min(len(typed)/5, 2) // errors
	best := spelt{}
	for other, s := range d.words {
		letters := []rune(other)
		if len(letters) < minRespelt || len(letters) > len(typed)+most || len(letters) < len(typed)-most {
			continue
		}
		n := errorsBetween(typed, letters)
		if n < most || n == most && (s.count > best.count || s.count == best.count && s.word < best.word) {
			most, best = n, s
		}
	}
	return best.word
}

// errorsBetween counts the letters left out, added, changed or swapped with the next one between two words.
func errorsBetween(a, b []rune) int {
	var rows [3][]int
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		above, row := rows[(i-1)%3], rows[i%3]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := above[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(above[j]+1, row[j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], rows[(i-2)%3][j-2]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}

package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"fritidshub/index"
)

// appendJSON appends what json.Marshal makes of a, with the items that are printed already.
func (a *answer) appendJSON(b []byte, items []*printedItem, hits []index.Hit) ([]byte, error) {
	b = strconv.AppendInt(append(b, `{"total":`...), int64(a.Total), 10)
	b = append(b, `,"items":[`...)
	begun := len(b)
	for n, item := range items {
		if item == nil {
			continue
		}
		if len(b) > begun {
			b = append(b, ',')
		}
		b = item.append(b, hits[n].Distance)
	}
	b = appendFacets(append(b, `],"facets":`...), a.Facets)
	more, err := json.Marshal(a.besides)
	if err != nil {
		return nil, err
	}
	if len(more) > len("{}") {
		more[0] = ','
		return append(b, more...), nil
	}
	return append(b, '}'), nil
}

// appendFacets appends what json.Marshal makes of facets.
func appendFacets(b []byte, facets map[index.Facet][]facetAnswer) []byte {
	b = append(b, '{')
	for n, f := range slices.Sorted(maps.Keys(facets)) {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, string(f)), ":["...)
		for n, v := range facets[f] {
			if n > 0 {
				b = append(b, ',')
			}
			b = appendText(append(b, `{"value":`...), v.Value)
			b = appendText(append(b, `,"label":`...), v.Label)
			b = strconv.AppendInt(append(b, `,"count":`...), int64(v.Count), 10)
			b = strconv.AppendBool(append(b, `,"selected":`...), v.Selected)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// appendText appends a string as json.Marshal has it.
func appendText(b []byte, s string) []byte {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '"', c == '\\', c == '<', c == '>', c == '&', c == 0xe2: // the last begins the line separators, among others
			text, _ := json.Marshal(s)
			return append(b, text...)
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	if !ascii && !utf8.ValidString(s) {
		text, _ := json.Marshal(s)
		return append(b, text...)
	}
	return append(append(append(b, '"'), s...), '"')
}

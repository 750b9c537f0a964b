package api

import (
	"net/url"
	"strings"

	"fritidshub/api/pages"
)

// readChips are the chips of the typed text: the words that are searched for, and what was read as filters.
func (p *searchPage) readChips(in *interpretation) []pages.Link {
	var out []pages.Link
	text, fromText := p.search.Query.Text, ""
	if in.fallback == "" {
		text, fromText = in.rest, in.filtersOnly()
	}
	if text != "" {
		out = append(out, pages.Link{Text: "«" + text + "»", URL: p.with(func(q url.Values) { setOrDrop(q, "q", fromText) })})
	}
	for _, part := range in.parts {
		if part.Applied {
			out = append(out, pages.Link{Text: part.Label, URL: address(part.without)})
		}
	}
	return out
}

// filtersOnly is what is typed when the other words are not wanted.
func (in *interpretation) filtersOnly() string {
	var parts []string
	for _, p := range in.parts {
		if p.Applied {
			parts = append(parts, p.Text)
		}
	}
	return strings.Join(parts, " ")
}

// withoutFilter is what is typed when a filter that was read from text is not wanted.
func (in *interpretation) withoutFilter(text, name string) string {
	for i := len(in.parts) - 1; i >= 0; i-- {
		if p := in.parts[i]; p.Applied && p.Parameters.Has(name) {
			text = p.found.Without(text)
		}
	}
	return text
}

// note says what was read out of the text, or that the answer had to do without it, and where the words alone are searched for.
func (p *searchPage) note(in *interpretation) (string, pages.Link) {
	var texts, labels []string
	literal := pages.Link{Text: p.words.T("interpreted.literal"), URL: p.with(func(q url.Values) {
		for _, part := range in.parts {
			if part.Applied {
				q.Add("keep", part.found.Core)
			}
		}
	})}
	for _, part := range in.parts {
		if part.Applied || in.fallback != "" {
			texts, labels = append(texts, "«"+part.Text+"»"), append(labels, part.Label)
		}
	}
	switch {
	case len(texts) == 0:
		return "", pages.Link{}
	case in.fallback == fallbackText:
		return p.words.T("interpreted.text", strings.Join(labels, ", ")), pages.Link{}
	case in.fallback == fallbackRest:
		return p.words.T("interpreted.rest", strings.Join(labels, ", "), in.rest), pages.Link{}
	}
	return p.words.T("interpreted.note", strings.Join(texts, ", ")), literal
}

package api

import (
	"net/url"
	"strings"

	"fritidshub/api/pages"
	"fritidshub/api/words"
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
			out = append(out, pages.Link{Text: part.Label, URL: p.address(part.without)})
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

// literal is the search for the words alone, when filters were read out of them.
func (p *searchPage) literal(in *interpretation) pages.Link {
	if in.fallback != "" || in.filtersOnly() == "" {
		return pages.Link{}
	}
	return pages.Link{Text: p.words.T("interpreted.literal"), URL: p.with(func(q url.Values) {
		for _, part := range in.parts {
			if part.Applied {
				q.Add("keep", part.found.Core)
			}
		}
	})}
}

// note says what was read out of the text, or that the answer had to do without it; nothing when what was set said more.
func (in *interpretation) note(l *words.Language) string {
	var texts, labels []string
	for _, part := range in.parts {
		if part.Applied || in.fallback != "" {
			texts, labels = append(texts, "«"+part.Text+"»"), append(labels, part.Label)
		}
	}
	switch {
	case len(texts) == 0:
		return ""
	case in.fallback == fallbackText:
		return l.T("interpreted.text", strings.Join(labels, ", "))
	case in.fallback == fallbackRest:
		return l.T("interpreted.rest", strings.Join(labels, ", "), in.rest)
	}
	return l.T("interpreted.note", strings.Join(texts, ", "))
}

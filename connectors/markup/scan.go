package markup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html"

	"fritidshub/catalog"
)

// scanned is what a tokeniser sees of a page, however badly its elements nest.
type scanned struct {
	blocks            []block
	title, base, next string
	marked            bool // it may hold microdata or microformats
}

type block struct {
	text string
	line int // of the script element, from 1
}

func scanHTML(text string) scanned {
	s := scanned{marked: strings.Contains(text, "itemscope") || strings.Contains(text, "h-event") || strings.Contains(text, "vevent")}
	z := html.NewTokenizer(strings.NewReader(text))
	line := 1
	var into *string
	for {
		kind := z.Next()
		raw := string(z.Raw())
		switch kind {
		case html.ErrorToken:
			return s
		case html.TextToken:
			if into != nil && *into == "" {
				*into = raw
			}
		case html.EndTagToken:
			into = nil
		case html.StartTagToken, html.SelfClosingTagToken:
			into = nil
			t := z.Token()
			a := attributes(t)
			switch t.Data {
			case "script":
				if mediaType, _, _ := strings.Cut(strings.ToLower(a["type"]), ";"); strings.TrimSpace(mediaType) == "application/ld+json" && len(s.blocks) < maxBlocks {
					s.blocks = append(s.blocks, block{line: line})
					into = &s.blocks[len(s.blocks)-1].text
				}
			case "title":
				if s.title == "" {
					into = &s.title
				}
			case "base":
				if s.base == "" {
					s.base = a["href"]
				}
			case "a", "link":
				if s.next == "" && hasWord(a["rel"], "next") {
					s.next = a["href"]
				}
			}
		}
		line += strings.Count(raw, "\n")
	}
}

func attributes(t html.Token) map[string]string {
	m := make(map[string]string, len(t.Attr))
	for _, a := range t.Attr {
		if _, twice := m[a.Key]; !twice {
			m[a.Key] = a.Val
		}
	}
	return m
}

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

func cutOff(err error) bool {
	var syntax *json.SyntaxError
	return errors.As(err, &syntax) && strings.Contains(err.Error(), "unexpected end") || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

// explain says in Norwegian what is wrong with JSON, and where.
func explain(err error, text string) string {
	var syntax *json.SyntaxError
	switch {
	case cutOff(err):
		return "den er kuttet før slutten"
	case errors.As(err, &syntax):
		at := min(int(syntax.Offset), len(text))
		near := catalog.CleanText(text[max(0, at-30):at], 0)
		return fmt.Sprintf("tegn %d er feil, etter «%s»", syntax.Offset, near)
	}
	return err.Error()
}

package rss

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/mmcdole/gofeed"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// Bounds on one feed. An element costs some 400 bytes of memory.
const (
	MaxDepth    = 64
	MaxElements = 300_000
)

// Feed is a feed as it was read.
type Feed struct {
	*gofeed.Feed
	Where    []string         // locator of each item
	Bad      []catalog.Reject // items of a JSON Feed that are no items
	Next     string           // the page after this one (RFC 5005, next_url), absolute; "" when there is none
	Repaired bool             // it was no good XML until unescaped ampersands, unknown entities and control characters were mended
}

// Parse reads RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed from text, whose address it was fetched from. The XML must be whole: a feed
// that is cut in the middle is an error that names the line. Entities of a document type are refused, so nothing outside the
// text can come in.
func Parse(text, address string) (feed Feed, err error) {
	fail := func(expected, found, locator string) (Feed, error) {
		return Feed{}, &connectors.PayloadError{URL: fetch.Redact(address), Expected: expected, Found: found, Locator: locator, Advice: connectors.Mistaken("rss", text)}
	}
	text = strings.TrimLeft(text, "\uFEFF \t\r\n")
	switch {
	case strings.HasPrefix(text, "{"):
		doc, err := readJSON(text)
		if err != nil {
			return fail("JSON Feed", "", err.Error())
		}
		text, feed.Where, feed.Bad, feed.Next = doc.text, doc.where, doc.bad, markup.Resolve(doc.next, address)
	case looksLikeHTML(text):
		return fail("en RSS-, Atom- eller JSON-feed", "en nettside: "+markup.ReadHTML(text, address, "").Title, "")
	case strings.HasPrefix(text, "<"):
		text = withoutDeclaration(text)
		scan, err := scanXML(text)
		if err != nil && !errors.Is(err, errRefused) {
			if mended := repair(text); mended != text {
				if again, second := scanXML(mended); second == nil {
					text, scan, err, feed.Repaired = mended, again, nil, true
				} else {
					err = second
				}
			}
		}
		if err != nil {
			return fail("en hel feed i god XML", "", explain(err))
		}
		if scan.root != "rss" && scan.root != "RDF" && scan.root != "feed" {
			return fail("en RSS-, Atom- eller JSON-feed", "XML med roten <"+scan.root+">", "")
		}
		feed.Next = markup.Resolve(scan.next, address)
		for i, line := range scan.lines {
			feed.Where = append(feed.Where, fmt.Sprintf("innlegg %d (linje %d)", i+1, line))
		}
	default:
		return fail("en RSS-, Atom- eller JSON-feed", first(text, 60), "")
	}
	defer func() {
		if crash := recover(); crash != nil {
			feed, err = fail("en feed som kan leses", "", fmt.Sprint(crash))
		}
	}()
	p := gofeed.NewParser()
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	feed.Feed, err = p.ParseString(text)
	if err != nil {
		return fail("en RSS-, Atom- eller JSON-feed", "", err.Error())
	}
	if len(feed.Where) != len(feed.Items) {
		feed.Where = make([]string, len(feed.Items))
		for i := range feed.Where {
			feed.Where[i] = fmt.Sprintf("innlegg %d", i+1)
		}
	}
	return feed, nil
}

func first(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}

func looksLikeHTML(s string) bool {
	head := strings.ToLower(first(s, 200))
	return strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html") && !strings.Contains(head, "<rss")
}

var declaration = regexp.MustCompile(`^<\?xml[^>]*\?>`)

// withoutDeclaration takes the XML declaration away, line breaks kept: the text is UTF-8 by now, whatever it says.
func withoutDeclaration(text string) string {
	return declaration.ReplaceAllStringFunc(text, func(d string) string { return strings.Repeat("\n", strings.Count(d, "\n")) })
}

type scanned struct {
	root, next string
	lines      []int
}

var errRefused = errors.New("refused")

// scanXML goes through the whole of text once: it must be well-formed, not too deep, and declare no entities.
func scanXML(text string) (scanned, error) {
	var s scanned
	d := xml.NewDecoder(strings.NewReader(text))
	d.Entity = xml.HTMLEntity
	depth, item, elements := 0, 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && s.root != "" {
			return s, nil
		}
		if err != nil {
			return s, err
		}
		switch t := token.(type) {
		case xml.Directive:
			if strings.Contains(strings.ToUpper(string(t)), "<!ENTITY") {
				return s, fmt.Errorf("%w: feeden har egne entiteter (<!ENTITY>), som ikke leses av sikkerhetsgrunner", errRefused)
			}
		case xml.StartElement:
			if depth++; depth > MaxDepth {
				return s, fmt.Errorf("%w: elementene ligger i mer enn %d nivåer", errRefused, MaxDepth)
			}
			if elements++; elements > MaxElements {
				return s, fmt.Errorf("%w: feeden har mer enn %d elementer", errRefused, MaxElements)
			}
			switch name := t.Name.Local; {
			case depth == 1:
				s.root = name
			case item == 0 && (name == "item" || name == "entry") && depth <= 3:
				item = depth
				line, _ := d.InputPos()
				s.lines = append(s.lines, line)
			case item == 0 && name == "link" && value(t, "rel") == "next":
				s.next = value(t, "href")
			}
		case xml.EndElement:
			if depth == item {
				item = 0
			}
			depth--
		}
	}
}

func value(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func explain(err error) string {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax) && strings.Contains(syntax.Msg, "unexpected EOF"):
		return fmt.Sprintf("feeden er kuttet på linje %d, ingenting av den er brukt", syntax.Line)
	case errors.As(err, &syntax):
		return fmt.Sprintf("linje %d er ikke riktig skrevet XML (%s)", syntax.Line, syntax.Msg)
	case errors.Is(err, io.EOF):
		return "det er ingen elementer i den"
	}
	return strings.TrimPrefix(err.Error(), errRefused.Error()+": ")
}

var entity = regexp.MustCompile(`^&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)

// repair mends what feeds are most often ill-formed by, outside CDATA and comments: an ampersand or a less-than sign that is not escaped,
// an unknown entity, "]]>" in text, and control characters.
func repair(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/50)
	for i := 0; i < len(text); {
		rest := text[i:]
		switch c := rest[0]; {
		case strings.HasPrefix(rest, "<![CDATA["), strings.HasPrefix(rest, "<!--"):
			end := "]]>"
			if rest[2] == '-' {
				end = "-->"
			}
			n := len(rest)
			if j := strings.Index(rest, end); j >= 0 {
				n = j + len(end)
			}
			b.WriteString(strings.Map(legal, rest[:n]))
			i += n
		case strings.HasPrefix(rest, "]]>"):
			b.WriteString("]]&gt;")
			i += 3
		case c == '&' && !known(entity.FindString(rest[:min(len(rest), 40)])):
			b.WriteString("&amp;")
			i++
		case c == '<' && (len(rest) == 1 || strings.IndexByte(" \t\r\n=<0123456789,.-&", rest[1]) >= 0):
			b.WriteString("&lt;")
			i++
		case c < ' ' && legal(rune(c)) < 0:
			i++
		default:
			n := 1
			for n < len(rest) && rest[n] >= ' ' && rest[n] != '&' && rest[n] != '<' && rest[n] != ']' {
				n++
			}
			b.WriteString(strings.Map(legal, rest[:n]))
			i += n
		}
	}
	return b.String()
}

// known reports whether an XML decoder that knows HTML's entities can read a reference.
func known(reference string) bool {
	switch name := strings.Trim(reference, "&;"); {
	case name == "":
		return false
	case name[0] == '#':
		var s string
		return xml.Unmarshal([]byte("<a>"+reference+"</a>"), &s) == nil
	default:
		_, ok := xml.HTMLEntity[name]
		return ok || name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos"
	}
}

// legal drops the characters that XML 1.0 does not allow.
func legal(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
		return -1
	}
	return r
}

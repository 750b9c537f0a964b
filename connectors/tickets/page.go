package tickets

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Layout says what a page of a list looks like: an object with the items in one member.
type Layout struct {
	Kind     string   // of the source
	Items    []string // names of the member with the items; the first that stands in the page counts
	Expected string   // the page in words, in Norwegian: "en liste fra …"
}

// Page is one page of a list.
type Page struct {
	Name  string // of the member with the items
	Items []json.RawMessage
	Rest  map[string]json.RawMessage // the other members, those of at most 4 KiB
}

const (
	mostOnPage = 5_000   // items; honest providers give at most some hundred
	mostRest   = 4 << 10 // bytes of a member beside the items
	mostNames  = 200     // members of a page
)

// Parse reads one page; address is where it came from. An answer without items is a PayloadError with what the provider said instead.
func (l Layout) Parse(text, address string) (Page, error) {
	p := Page{Rest: map[string]json.RawMessage{}}
	d := json.NewDecoder(strings.NewReader(text))
	found := text[:min(len(text), 400)]
	fail := func(where, expected string, err error) (Page, error) {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			found, expected = "", "resten av svaret, som er kuttet"
		}
		e := &connectors.PayloadError{URL: fetch.Redact(address), Locator: fmt.Sprintf("%s, byte %d", where, d.InputOffset()), Expected: expected,
			Found: catalog.CleanText(found, 120), Advice: connectors.Mistaken(l.Kind, text)}
		if e.Advice == "" {
			e.Advice = "Se om url er adressen til lista, slik README for " + l.Kind + " skriver den"
		}
		return Page{}, e
	}
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return fail("$", l.Expected, nil)
	}
	listed := false
	for n := 0; d.More(); n++ {
		token, err := d.Token()
		if err != nil {
			return fail("$", "gyldig JSON", err)
		}
		name := token.(string) // the decoder gives no other key
		if !listed && l.holdsItems(name) {
			open, err := d.Token()
			if err != nil || open != json.Delim('[') {
				return fail(name, "en liste i «"+name+"»", err)
			}
			listed, p.Name = true, name
			if err := p.items(d); err != nil {
				found = ""
				return fail(fmt.Sprintf("%s[%d]", name, len(p.Items)), fmt.Sprintf("gyldig JSON, og høyst %d på en side", mostOnPage), err)
			}
			continue
		}
		var other json.RawMessage
		if err := d.Decode(&other); err != nil {
			found = ""
			return fail(catalog.CleanText(name, 40), "gyldig JSON", err)
		}
		if len(other) <= mostRest && n < mostNames {
			p.Rest[name] = other
		}
	}
	if _, err := d.Token(); err != nil {
		found = ""
		return fail("$", "gyldig JSON", err)
	}
	if !listed {
		if said := refusal(p.Rest); said != "" {
			found = said
		}
		return fail("$", l.Expected, nil)
	}
	if said := connectors.Refusal(text); len(p.Items) == 0 && said != "" {
		found = said
		return fail(p.Name, l.Expected, nil)
	}
	return p, nil
}

func (l Layout) holdsItems(name string) bool {
	for _, n := range l.Items {
		if n == name {
			return true
		}
	}
	return false
}

func (p *Page) items(d *json.Decoder) error {
	for d.More() {
		if len(p.Items) >= mostOnPage {
			return errors.New("too many items")
		}
		var item json.RawMessage
		if err := d.Decode(&item); err != nil {
			return err
		}
		p.Items = append(p.Items, item)
	}
	_, err := d.Token()
	return err
}

// Read puts a member beside the items into v; one that is absent or of another type leaves v as it is.
func (p Page) Read(name string, v any) {
	if raw, ok := p.Rest[name]; ok {
		_ = json.Unmarshal(raw, v)
	}
}

// refusal is what an answer says in the usual members for errors.
func refusal(rest map[string]json.RawMessage) string {
	for _, name := range []string{"error_description", "message", "detail", "error", "errors"} {
		var said string
		var inner struct {
			Message string `json:"message"`
		}
		switch raw := rest[name]; {
		case len(raw) == 0:
		case json.Unmarshal(raw, &said) == nil && said != "":
			return said
		case json.Unmarshal(raw, &inner) == nil && inner.Message != "":
			return inner.Message
		default:
			return string(raw)
		}
	}
	return ""
}

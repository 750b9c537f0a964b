package friskus

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/tolerant"
	"fritidshub/fetch"
)

// Page is one page of the list.
type Page struct {
	Items []Item
	Bad   []catalog.Reject // items that are not what an item is
	Total int              // of all pages; 0 when not stated
	Last  int              // number of the last page; 0 when not stated
}

// Item is one event as Friskus lists it. Its times are "2026-03-21T10:00:00+0100".
type Item struct {
	ID      tolerant.Field[string]                `json:"id"`
	Name    tolerant.Field[string]                `json:"name"`
	Image   tolerant.Field[string]                `json:"thumbnail_url"`
	Start   tolerant.Field[string]                `json:"start_at"` // of the next occurrence
	End     tolerant.Field[string]                `json:"end_at"`   // of the last occurrence
	Ages    tolerant.Field[tolerant.List[string]] `json:"age_group"`
	Free    tolerant.Field[bool]                  `json:"is_free"`
	Repeats tolerant.Field[bool]                  `json:"is_recurring"`
	Count   tolerant.Field[int]                   `json:"occurrences_count"` // from start_at to end_at
	Origin  tolerant.Field[string]                `json:"event_source"`
	By      tolerant.Field[struct {
		Name string `json:"name"`
	}] `json:"organization"`
	Rule tolerant.Field[*Rule] `json:"rrule"`

	Where string `json:"-"` // locator
}

// Rule is the object rrule, which is no RFC 5545 rule.
type Rule struct {
	Start     string                `json:"start_at"` // first day
	StartTime string                `json:"start_time"`
	EndTime   string                `json:"end_time"`
	Zone      string                `json:"timezone"`
	Frequency int                   `json:"frequency"`
	Weekdays  tolerant.List[int]    `json:"weekdays"`
	Added     tolerant.List[string] `json:"rdates"`
	Except    tolerant.List[string] `json:"exdates"`
}

// mostOnPage is how many items one page may hold; Friskus gives 15.
const mostOnPage = 5_000

// Parse reads one page of the list; address is where it came from. An item that is no object is in Bad.
func Parse(text, address string) (Page, error) {
	var p Page
	d := json.NewDecoder(strings.NewReader(text))
	fail := func(expected, found string, err error) (Page, error) {
		where := fmt.Sprintf("byte %d", d.InputOffset())
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			where += ", der svaret slutter"
		}
		return Page{}, &connectors.PayloadError{URL: fetch.Redact(address), Locator: where, Expected: expected, Found: catalog.CleanText(found, 100), Advice: connectors.Mistaken("friskus", text)}
	}
	const list = `lista fra api.friskus.com: {"data": […], "meta": {…}}`
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return fail(list, text[:min(len(text), 100)], err)
	}
	listed := false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return fail("gyldig JSON", "", err)
		}
		switch key {
		case "data":
			if open, err := d.Token(); err != nil || open != json.Delim('[') {
				return fail(`en liste i "data"`, fmt.Sprint(open), err)
			}
			listed = true
			if err := p.items(d); err != nil {
				return fail(fmt.Sprintf("gyldig JSON i data[%d], og høyst %d på en side", len(p.Items)+len(p.Bad), mostOnPage), "", err)
			}
		case "meta":
			var meta struct {
				Total tolerant.Field[int] `json:"total"`
				Last  tolerant.Field[int] `json:"last_page"`
			}
			var wrong *json.UnmarshalTypeError
			if err := d.Decode(&meta); err != nil && !errors.As(err, &wrong) {
				return fail(`gyldig JSON i "meta"`, "", err)
			}
			p.Total, p.Last = meta.Total.Value, meta.Last.Value
		default:
			var skipped json.RawMessage
			if err := d.Decode(&skipped); err != nil {
				return fail("gyldig JSON", "", err)
			}
		}
	}
	if _, err := d.Token(); err != nil {
		return fail("gyldig JSON", "", err)
	}
	if !listed {
		return fail(list, text[:min(len(text), 100)], nil)
	}
	return p, nil
}

func (p *Page) items(d *json.Decoder) error {
	for n := 0; d.More(); n++ {
		if n >= mostOnPage {
			return errors.New("too many items")
		}
		var x Item
		var wrong *json.UnmarshalTypeError
		err := d.Decode(&x)
		x.Where = fmt.Sprintf("data[%d]", n)
		switch {
		case errors.As(err, &wrong):
			p.Bad = append(p.Bad, catalog.Reject{Locator: x.Where, Reason: "Ventet et arrangement (et JSON-objekt), fant " + wrong.Value + ".", Fixer: catalog.FixSource})
		case err != nil:
			return err
		default:
			p.Items = append(p.Items, x)
		}
	}
	_, err := d.Token()
	return err
}

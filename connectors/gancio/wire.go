package gancio

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/activitystreams"
	"fritidshub/connectors/tolerant"
	"fritidshub/fetch"
)

// Page is one answer: of the API, or of ActivityPub.
type Page struct {
	Events  []Event
	Bad     []catalog.Reject // items that are no objects
	Streams *activitystreams.Document
}

// Items is how many items the page holds.
func (p Page) Items() int {
	n := len(p.Events) + len(p.Bad)
	if p.Streams != nil {
		n += p.Streams.Items()
	}
	return n
}

// Event is an event as the API gives it. The list leaves out the description.
type Event struct {
	ID          tolerant.Field[json.Number]                            `json:"id"`
	Title       tolerant.Field[string]                                 `json:"title"`
	Slug        tolerant.Field[string]                                 `json:"slug"`
	Description tolerant.Field[string]                                 `json:"description"`
	Start       tolerant.Field[*int64]                                 `json:"start_datetime"` // seconds since 1970
	End         tolerant.Field[*int64]                                 `json:"end_datetime"`
	Parent      tolerant.Field[json.Number]                            `json:"parentId"`  // of the event that this one repeats
	Recurrent   tolerant.Field[recurrence]                             `json:"recurrent"` // of a parent, whose dates are events of their own
	Visible     tolerant.Field[*bool]                                  `json:"is_visible"`
	Online      tolerant.Field[tolerant.List[tolerant.Field[string]]]  `json:"online_locations"`
	Tags        tolerant.Field[tolerant.List[word]]                    `json:"tags"`
	Media       tolerant.Field[tolerant.List[tolerant.Field[picture]]] `json:"media"`
	Place       tolerant.Field[*place]                                 `json:"place"`
	Updated     tolerant.Field[string]                                 `json:"updatedAt"`

	Where string `json:"-"` // locator
}

type recurrence struct {
	Frequency string `json:"frequency"` // 1w, 2w, 1m
}

type picture struct {
	URL  tolerant.Field[string] `json:"url"` // the name of a file
	Name tolerant.Field[string] `json:"name"`
}

type place struct {
	Name    tolerant.Field[string]      `json:"name"`
	Address tolerant.Field[string]      `json:"address"` // one line
	Lat     tolerant.Field[json.Number] `json:"latitude"`
	Lon     tolerant.Field[json.Number] `json:"longitude"`
}

// word is a tag: a text, in old versions an object with one.
type word string

// UnmarshalJSON implements json.Unmarshaler.
func (w *word) UnmarshalJSON(b []byte) error {
	var o struct {
		Tag tolerant.Field[string] `json:"tag"`
	}
	if b[0] == '{' && json.Unmarshal(b, &o) == nil {
		*w = word(o.Tag.Value)
	} else if b[0] == '"' {
		return json.Unmarshal(b, (*string)(w))
	}
	return nil
}

// mostOnPage is how many items one answer may hold.
const mostOnPage = 5_000

// Parse reads one answer: a list of events, one event, or what ActivityPub gives. address is where it came from.
func Parse(text, address string) (Page, error) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\uFEFF"))
	fail := func(where, expected string) (Page, error) {
		return Page{}, &connectors.PayloadError{URL: fetch.Redact(address), Locator: where, Expected: expected, Found: catalog.CleanText(text[:min(len(text), 200)], 100), Advice: connectors.Mistaken("gancio", text)}
	}
	const list = "lista fra Gancio (/api/events): [{…}, …]"
	if !strings.HasPrefix(text, "[") {
		var one Event
		if json.Unmarshal([]byte(text), &one) == nil && (one.Start.Value != nil || one.Start.Bad != "") {
			one.Where = "$"
			return Page{Events: []Event{one}}, nil
		}
		if !strings.HasPrefix(text, "{") {
			return fail("byte 0", list)
		}
		d, err := activitystreams.Parse("gancio", text, address)
		return Page{Streams: d}, err
	}
	var p Page
	var streams []json.RawMessage
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return fail("byte 0", list)
	}
	for n := 0; d.More(); n++ {
		if n >= mostOnPage {
			return fail(fmt.Sprintf("[%d]", n), fmt.Sprintf("høyst %d på en side", mostOnPage))
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return fail(fmt.Sprintf("[%d], byte %d", n, d.InputOffset()), "gyldig JSON")
		}
		e := Event{Where: fmt.Sprintf("[%d]", n)}
		var wrong *json.UnmarshalTypeError
		var kind struct {
			Type json.RawMessage `json:"type"`
		}
		switch err := json.Unmarshal(raw, &e); {
		case string(raw) == "null":
			p.Bad = append(p.Bad, catalog.Reject{Locator: e.Where, Reason: "Ventet et arrangement (et JSON-objekt), fant null.", Fixer: catalog.FixSource})
		case errors.As(err, &wrong):
			p.Bad = append(p.Bad, catalog.Reject{Locator: e.Where, Reason: "Ventet et arrangement (et JSON-objekt), fant " + wrong.Value + ".", Fixer: catalog.FixSource})
		case err != nil:
			return fail(e.Where, "gyldig JSON")
		case e.Start.Value == nil && e.Start.Bad == "" && json.Unmarshal(raw, &kind) == nil && kind.Type != nil:
			streams = append(streams, raw)
		default:
			p.Events = append(p.Events, e)
		}
	}
	if _, err := d.Token(); err != nil {
		return fail(fmt.Sprintf("byte %d, der svaret slutter", d.InputOffset()), "gyldig JSON")
	}
	if len(streams) > 0 {
		joined, err := json.Marshal(streams)
		if err != nil {
			return fail("$", list)
		}
		if p.Streams, err = activitystreams.Parse("gancio", string(joined), address); err != nil {
			return Page{}, err
		}
	}
	return p, nil
}

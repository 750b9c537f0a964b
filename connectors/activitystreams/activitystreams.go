// Package activitystreams reads events and places of Activity Streams 2.0, as ActivityPub servers give them: alone, in lists, in
// activities and in collections of several pages.
package activitystreams

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Accept is the media types to ask an ActivityPub server for.
const Accept = `application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams", application/json;q=0.5`

// Document is what one answer holds.
type Document struct {
	Events []Event
	Places []Place
	Actor  *Actor           // the answer is an actor
	Gone   []string         // ids of what is deleted
	Bad    []catalog.Reject // items that are no objects
	Links  int              // items that are only addresses
	Others int              // notes, articles and other things that are no events
	Next   string           // address of the next page, or of the first when this is a collection without items; as written
	Total  int              // items of the whole collection; 0 when not stated
	Listed bool             // it is a list or a page of a collection
}

// Items is how many items there are.
func (d *Document) Items() int {
	return len(d.Events) + len(d.Places) + len(d.Gone) + len(d.Bad) + d.Links + d.Others
}

const (
	mostOnPage = 5_000 // items; servers give 10 to 100
	deepest    = 6     // objects in activities in pages in collections
)

// Parse reads one answer; kind and address are for its errors.
func Parse(kind, text, address string) (*Document, error) {
	d := &Document{}
	raw := json.RawMessage(strings.TrimSpace(strings.TrimPrefix(text, "\uFEFF")))
	fail := func(where, found string) (*Document, error) {
		return nil, &connectors.PayloadError{URL: fetch.Redact(address), Locator: where, Expected: "arrangementer eller steder fra ActivityPub (Event, Place, OrderedCollection) som JSON",
			Found: catalog.CleanText(found, 100), Advice: connectors.Mistaken(kind, text)}
	}
	var syntax *json.SyntaxError
	var any json.RawMessage
	if err := json.Unmarshal(raw, &any); errors.As(err, &syntax) {
		return fail(fmt.Sprintf("byte %d", syntax.Offset), string(raw[:min(len(raw), 200)]))
	}
	if len(raw) == 0 || raw[0] != '{' && raw[0] != '[' {
		return fail("byte 0", string(raw[:min(len(raw), 200)]))
	}
	if err := d.read(raw, "", 0); err != nil {
		return fail(err.Error(), "")
	}
	// A collection may hold posts and nothing else; anything else that holds none of ours is another format.
	if alone := !d.Listed || raw[0] == '['; alone && d.Actor == nil && d.Others > 0 && d.Others == d.Items() {
		return fail("type", string(raw[:min(len(raw), 200)]))
	}
	return d, nil
}

// frame is what surrounds events.
type frame struct {
	ID      json.RawMessage `json:"id"`
	Type    kinds           `json:"type"`
	Object  json.RawMessage `json:"object"`
	First   json.RawMessage `json:"first"`
	Items   json.RawMessage `json:"items"`
	Ordered json.RawMessage `json:"orderedItems"`
	Next    json.RawMessage `json:"next"`
	Total   number          `json:"totalItems"`
	Start   json.RawMessage `json:"startTime"`
}

// read takes what raw holds. The error says where there is too much.
func (d *Document) read(raw json.RawMessage, where string, depth int) error {
	switch {
	case depth > deepest:
		d.Others++
		return nil
	case len(raw) > 0 && raw[0] == '[':
		d.Listed = true
		return d.list(raw, where, depth)
	case len(raw) > 0 && raw[0] == '"':
		d.Links++
		return nil
	case len(raw) == 0 || raw[0] != '{':
		d.Bad = append(d.Bad, catalog.Reject{Locator: where, Reason: fmt.Sprintf("Ventet et objekt, fant «%s».", catalog.CleanText(string(raw[:min(len(raw), 60)]), 40)), Fixer: catalog.FixSource})
		return nil
	}
	var f frame
	if err := json.Unmarshal(raw, &f); err != nil {
		d.Others++
		return nil
	}
	switch {
	case f.Type.any("Event"), f.Type.any("Note") && text(or(f.Start)) != "":
		e := Event{Where: where}
		if json.Unmarshal(raw, &e) == nil {
			d.Events = append(d.Events, e)
		}
	case f.Type.any("Place"):
		var p Place
		if json.Unmarshal(raw, &p) == nil {
			p.Where = where
			d.Places = append(d.Places, p)
		}
	case f.Type.any("Create", "Update", "Add", "Announce"):
		return d.read(or(f.Object), join(where, "object"), depth+1)
	case f.Type.any("Delete"), f.Type.any("Tombstone"):
		d.gone(f)
	case f.Type.any("OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage"):
		d.Listed = true
		return d.collection(f, where, depth)
	case f.Type.any("Group", "Organization", "Person", "Application", "Service") && depth == 0:
		d.Actor = &Actor{}
		return json.Unmarshal(raw, d.Actor)
	default:
		d.Others++
	}
	return nil
}

func (d *Document) list(raw json.RawMessage, where string, depth int) error {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return err
	}
	if len(items) > mostOnPage {
		return fmt.Errorf("%s[%d]: høyst %d på en side", where, mostOnPage, mostOnPage)
	}
	for i, item := range items {
		if err := d.read(item, fmt.Sprintf("%s[%d]", where, i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (d *Document) collection(f frame, where string, depth int) error {
	if n := 0; d.Total == 0 {
		if _, err := fmt.Sscan(string(f.Total), &n); err == nil && n > 0 {
			d.Total = n
		}
	}
	for _, l := range []struct {
		name  string
		items json.RawMessage
	}{{"items", f.Items}, {"orderedItems", f.Ordered}} {
		if len(l.items) > 0 && l.items[0] == '[' {
			if err := d.list(l.items, join(where, l.name), depth+1); err != nil {
				return err
			}
		}
	}
	if next := text(or(f.Next)); next != "" {
		d.Next = next
	}
	first := or(f.First)
	if first[0] == '{' {
		return d.read(first, join(where, "first"), depth+1)
	}
	if d.Next == "" && f.Items == nil && f.Ordered == nil {
		d.Next = text(first)
	}
	return nil
}

// gone notes the id of what is deleted.
func (d *Document) gone(f frame) {
	id := text(or(f.ID))
	if object := or(f.Object); f.Type.any("Delete") {
		var o frame
		if id = text(object); id == "" && json.Unmarshal(object, &o) == nil {
			id = text(or(o.ID))
		}
	}
	d.Gone = append(d.Gone, id)
}

func join(where, name string) string { return strings.TrimPrefix(where+"."+name, ".") }

// or is raw, or null when it is absent.
func or(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return json.RawMessage("null")
	}
	return raw
}

package rss

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	jsonfeed "github.com/mmcdole/gofeed/json"

	"fritidshub/catalog"
)

// jsonDoc is a JSON Feed (version 1.1) whose items can all be read.
type jsonDoc struct {
	text, next string
	where      []string
	bad        []catalog.Reject
}

// members are what is read of an item; names are exact, so that "TITLE" is not "title".
var members = []string{"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image", "date_published",
	"date_modified", "author", "authors", "tags", "attachments", "language"}

// readJSON demands one whole document with a list of items (a missing list is not an empty one) and sets aside the items that are none.
func readJSON(text string) (jsonDoc, error) {
	if strings.Count(text, "{") > MaxElements || strings.Count(text, "[") > MaxElements {
		return jsonDoc{}, fmt.Errorf("feeden har mer enn %d elementer", MaxElements)
	}
	var feed map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &feed); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return jsonDoc{}, fmt.Errorf("tegn %d er feil, eller den er kuttet der", syntax.Offset)
		}
		return jsonDoc{}, err
	}
	var items []json.RawMessage
	switch err := json.Unmarshal(feed["items"], &items); {
	case feed["items"] != nil && err != nil:
		return jsonDoc{}, errors.New("items er ingen liste")
	case items == nil:
		return jsonDoc{}, errors.New("listen items mangler")
	case len(items) == 0 && feed["error"] != nil:
		return jsonDoc{}, errors.New("svaret er en feilmelding")
	}
	var doc jsonDoc
	good := []json.RawMessage{}
	for i, raw := range items {
		where := fmt.Sprintf("items[%d]", i)
		item, err := readItem(raw)
		if err != nil {
			doc.bad = append(doc.bad, catalog.Reject{Locator: where, Reason: "Innlegget er ikke slik JSON Feed vil ha det: " + err.Error() + ".", Fixer: catalog.FixSource})
			continue
		}
		good = append(good, item)
		doc.where = append(doc.where, where)
	}
	_ = json.Unmarshal(feed["next_url"], &doc.next) // what is no text is no address
	var language string
	_ = json.Unmarshal(feed["language"], &language)
	b, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "language": language, "items": good})
	doc.text = string(b)
	return doc, err
}

// readItem keeps the members of one item that are read, when they are of the right kind.
func readItem(raw json.RawMessage) (json.RawMessage, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil || all == nil {
		return nil, errors.New("det er ikke et objekt")
	}
	for name := range all {
		if !slices.Contains(members, name) {
			delete(all, name)
		}
	}
	item, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	var typed *json.UnmarshalTypeError
	switch err := json.Unmarshal(item, new(jsonfeed.Item)); {
	case errors.As(err, &typed):
		return nil, fmt.Errorf("%s er %s", typed.Field[strings.LastIndexByte(typed.Field, '.')+1:], jsonKinds[typed.Value])
	case err != nil:
		return nil, errors.New("det kan ikke leses")
	}
	return item, nil
}

// jsonKinds are encoding/json's names of kinds of value in Norwegian.
var jsonKinds = map[string]string{"number": "et tall", "object": "et objekt", "array": "en liste", "string": "tekst", "bool": "sant eller usant"}

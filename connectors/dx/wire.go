package dx

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/tidwall/gjson"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// usual are the paths of each field, the first that holds something counts. Only the fields of one showing are known from readers of
// others: begin, end, locationName and ticketSale. The rest are assumptions, and a field without a path is read when an option names one.
var usual = map[string][]string{
	"id":          {"id", "eventId"},
	"title":       {"name", "title"},
	"production":  {"productionId", "production.id"},
	"start":       {"begin"},
	"end":         {"end"},
	"hall":        {"locationName"},
	"capacity":    {"ticketSale.capacity"},
	"available":   {"ticketSale.available"},
	"description": {"description"},
	"image":       {"imageUrl"},
	"category":    {"categoryName", "category.name"},
	"cancelled":   {"cancelled", "isCancelled"},
	"url":         nil,
	"min_price":   nil, // kroner
	"max_price":   nil,
	"sale_from":   nil,
	"sale_until":  nil,
}

// lists are the members that may hold the list, when the answer is an object and no option names one.
var lists = []string{"data", "events", "items", "results"}

// path is a dotted path of members: no wildcards, queries or modifiers.
var path = regexp.MustCompile(`^[\p{L}\d_-]{1,60}(\.[\p{L}\d_-]{1,60}){0,5}$`)

// mostOnPage is how many showings one page may hold; the API gives 15.
const mostOnPage = 5_000

// Parse reads one page of the list and gives its items; address is where it came from, member the path of the list, "" for the usual ones.
func Parse(text, address, member string) ([]gjson.Result, error) {
	doc, err := document(text, address)
	if err != nil {
		return nil, err
	}
	list := doc
	if doc.IsObject() {
		list = gjson.Result{}
		for _, name := range lists {
			if member == "" && doc.Get(name).IsArray() {
				list = doc.Get(name)
				break
			}
		}
		if member != "" {
			list = doc.Get(member)
		}
	}
	e := &connectors.PayloadError{URL: fetch.Redact(address), Locator: cmp.Or(member, "$"), Expected: "lista over forestillinger fra DX: en JSON-liste, eller den i data, events, items eller results",
		Found: catalog.CleanText(doc.Raw[:min(len(doc.Raw), 400)], 120), Advice: "Se om url er https://api.dx.no/v3/partners/<nummer>/events. Ligger lista et annet sted i svaret, så skriv hvor i options.items"}
	if !list.IsArray() {
		return nil, e
	}
	var items []gjson.Result
	list.ForEach(func(_, item gjson.Result) bool {
		items = append(items, item)
		return len(items) <= mostOnPage
	})
	if said := doc.Get("error"); len(items) == 0 && doc.IsObject() && said.Type != gjson.Null && said.Type != gjson.False && said.String() != "" {
		return nil, e // an error beside an empty list says nothing of what there is
	}
	if len(items) > mostOnPage {
		e.Expected, e.Found, e.Advice = fmt.Sprintf("høyst %d forestillinger på en side", mostOnPage), "", "Avgrens lista i url"
		return nil, e
	}
	return items, nil
}

// document is text as JSON. The decoder of the library checks it, and how deep it nests.
func document(text, address string) (gjson.Result, error) {
	var whole json.RawMessage
	err := json.Unmarshal([]byte(text), &whole)
	if err == nil {
		return gjson.Parse(text), nil
	}
	e := &connectors.PayloadError{URL: fetch.Redact(address), Expected: "JSON fra DX", Found: catalog.CleanText(text[:min(len(text), 400)], 120), Locator: "$",
		Advice: cmp.Or(connectors.Mistaken("dx", text), "Se om url er https://api.dx.no/v3/partners/<nummer>/events, og om headers har Referer")}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		e.Locator = fmt.Sprintf("byte %d", syntax.Offset)
	}
	return gjson.Result{}, e
}

// item is a showing as the list has it, and as its own address has it when that was read.
type item struct {
	row, own gjson.Result
	paths    map[string][]string
}

// get is a field as text: that of the showing's own answer, else that of the list; "" for what is neither text nor a number.
func (x item) get(field string) string {
	for _, from := range []gjson.Result{x.own, x.row} {
		for _, p := range x.paths[field] {
			switch v := from.Get(p); v.Type {
			case gjson.String, gjson.Number:
				if s := strings.TrimSpace(v.String()); s != "" {
					return s
				}
			case gjson.True:
				return "true"
			}
		}
	}
	return ""
}

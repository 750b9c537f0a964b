// Package changefeed reads feeds of changes in pages (Realtime Paged Data Exchange 1.0 of OpenActive): the pages, the walk through them
// and the place where the next run goes on.
package changefeed

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Page is one page of a feed.
type Page struct {
	Next  string // as written; "" when there is none
	Feed  string // what a hub calls the feed, whose numbers mean something together with it only; "" elsewhere
	Items []Item
}

// Item is one change in a feed.
type Item struct {
	ID      string // a whole number keeps its digits
	Kind    string // as written; what it describes is told by the data
	Deleted bool
	Why     string          // why it is deleted, as another hub says it: catalog.WhyLeave; "" elsewhere
	Data    json.RawMessage // nil when deleted
	// Field and Fault say what is wrong with an item that cannot be used; Fault is a sentence in Norwegian, else "".
	Field, Fault string
}

// maxData is the bytes of one item's data.
const maxData = 1 << 20

// object has exact names, which a struct would not.
type object = map[string]json.RawMessage

// Parse reads one page; address is where it came from. A bad item has a Fault, a page that is none is an error.
func (f Feed) Parse(text, address string) (*Page, error) {
	bad := func(locator, found string) error {
		return &connectors.PayloadError{URL: fetch.Redact(address), Locator: locator, Found: catalog.CleanText(found, 100),
			Expected: "en RPDE-side: et JSON-objekt med items (en liste) og next", Advice: f.advice(text)}
	}
	var top object
	if err := json.Unmarshal([]byte(strings.TrimPrefix(text, "\uFEFF")), &top); err != nil {
		return nil, bad(where(err, text), text[:min(len(text), 200)])
	}
	items := gjson.ParseBytes(top["items"])
	if !items.IsArray() {
		return nil, bad("items", items.Raw[:min(len(items.Raw), 200)])
	}
	p := &Page{Next: plain(top["next"]), Feed: plain(top["feed"])}
	items.ForEach(func(_, it gjson.Result) bool {
		p.Items = append(p.Items, itemOf(it))
		return true
	})
	if len(p.Items) == 0 {
		if said := connectors.Refusal(text); said != "" {
			return nil, bad("items", said)
		}
	}
	return p, nil
}

// where is the line of a syntax error.
func where(err error, text string) string {
	var at *json.SyntaxError
	if errors.As(err, &at) {
		return fmt.Sprintf("linje %d", 1+strings.Count(text[:min(int(at.Offset), len(text))], "\n"))
	}
	return "øverst"
}

func (f Feed) advice(text string) string {
	if advice := connectors.Mistaken(f.Kind, text); advice != "" {
		return advice
	}
	if head := text[:min(len(text), 2_000)]; strings.Contains(head, `"@context"`) && !strings.Contains(head, `"items"`) {
		return "Dette ligner et JSON-LD-dokument. Skriv kind: jsonld, eller rett url til selve feeden"
	}
	return f.Advice
}

func itemOf(raw gjson.Result) Item {
	if !raw.IsObject() {
		return Item{Fault: "Elementet er ikke et JSON-objekt."}
	}
	fields := object{}
	raw.ForEach(func(name, value gjson.Result) bool {
		fields[name.Str] = json.RawMessage(value.Raw)
		return true
	})
	it := Item{ID: catalog.NativeID(plain(fields["id"])), Kind: plain(fields["kind"])}
	data := fields["data"]
	hasData := len(data) > 0 && data[0] == '{'
	switch state := strings.ToLower(plain(fields["state"])); {
	case it.ID == "":
		it.Field, it.Fault = "id", "Elementet har ingen id."
	case state == "deleted":
		it.Deleted, it.Why = true, plain(fields["why"])
	case state != "updated" && !(state == "" && hasData):
		it.Field, it.Fault = "state", fmt.Sprintf("state er «%s»; ventet updated eller deleted.", catalog.CleanText(state, 40))
	case !hasData:
		it.Field, it.Fault = "data", "Elementet er endret, men data er ikke et JSON-objekt."
	case len(data) > maxData:
		it.Field, it.Fault = "data", fmt.Sprintf("data er på mer enn %d KiB.", maxData>>10)
	default:
		it.Data = data
	}
	return it
}

// plain is a JSON text, or a number as it is written; "" for anything else.
func plain(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return strings.TrimSpace(s)
	}
	if _, err := strconv.ParseFloat(string(raw), 64); err == nil {
		return string(raw)
	}
	return ""
}

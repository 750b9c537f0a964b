package jsonapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// MaxDepth is how deep a document may nest.
const MaxDepth = 64

// Page is one answer: its items and what it says of the rest.
type Page struct {
	Items []gjson.Result
	Where string // path of the list, "" for the whole answer
	Total int64  // how many there are in all, -1 when not stated
	Next  string // what the paging path, or a usual member, gives; "" at the end
	Error string // an error member beside a list that has items
}

// Members in which lists, totals and next pages are looked for without an option.
var (
	lists  = []string{"items", "data", "results", "events"}
	totals = []string{"total", "totalCount", "total_count", "totalItems", "totalResults", "meta.total", "pagination.total", "paging.total"}
	nexts  = []string{"next", "links.next", "_links.next", "meta.next", "paging.next", "pagination.next", `\@odata\.nextLink`}
	faults = []string{"error", "errors"}
)

// Parse reads one answer; address is where it came from. The error is a *connectors.PayloadError.
func Parse(text, address string, o *Options) (page *Page, err error) {
	fail := func(expected, found, where string) *connectors.PayloadError {
		return &connectors.PayloadError{URL: fetch.Redact(address), Expected: expected, Found: catalog.CleanText(found, 200), Locator: where, Advice: connectors.Mistaken("json", text)}
	}
	if strings.TrimSpace(text) == "" {
		return nil, fail("JSON", "et tomt svar", "")
	}
	if at := tooDeep(text); at >= 0 {
		return nil, fail(fmt.Sprintf("JSON med høyst %d nivåer", MaxDepth), "dypere nøsting", fmt.Sprintf("byte %d", at))
	}
	if err := json.Unmarshal([]byte(text), new(json.RawMessage)); err != nil {
		where := ""
		if bad := (*json.SyntaxError)(nil); errors.As(err, &bad) {
			where = fmt.Sprintf("byte %d av %d", bad.Offset, len(text))
			if bad.Offset >= int64(len(text)) {
				where += "; svaret er kuttet"
			}
		}
		return nil, fail("gyldig JSON", "", where)
	}
	defer func() { // a declared path is read by a third-party parser
		if r := recover(); r != nil {
			page, err = nil, fail("stier som kan leses", fmt.Sprint(r), "options.items og options.paging")
		}
	}()
	root := gjson.Parse(text)
	page = &Page{Total: -1}
	var list gjson.Result
	switch {
	case o.Items != "":
		list, page.Where = root.Get(o.Items), o.Items
	case root.IsArray():
		list = root
	case root.IsObject():
		for _, name := range lists {
			if r := root.Get(name); !list.Exists() || !list.IsArray() && r.IsArray() {
				if r.Exists() {
					list, page.Where = r, name
				}
			}
		}
	}
	page.Error = fault(root)
	switch {
	case list.IsArray():
		page.Items = list.Array()
	case list.IsObject() && o.Items != "":
		page.Items = []gjson.Result{list}
	case page.Error != "":
		return nil, fail("en liste", "en feilmelding: "+page.Error, page.Where)
	default:
		expected, found := "en liste, eller en liste i items, data, results eller events", names(root)
		if o.Items != "" {
			expected = "en liste i " + o.Items
		}
		if list.Exists() {
			expected, found = "en liste (en liste som mangler, er ikke en tom liste)", names(list)
		}
		bad := fail(expected, found, page.Where)
		if bad.Advice == "" && (list.Type != gjson.Null || !list.Exists()) {
			bad.Advice = "Skriv stien til listen i options.items"
		}
		return nil, bad
	}
	if len(page.Items) == 0 && page.Error != "" {
		return nil, fail("en liste uten feilmelding ved siden av", page.Error, page.Where)
	}
	page.rest(root, o)
	return page, nil
}

// rest reads what the answer says of the whole list.
func (p *Page) rest(root gjson.Result, o *Options) {
	if !root.IsObject() {
		return
	}
	paths := totals
	switch o.Total {
	case none:
		paths = nil
	case "":
	default:
		paths = []string{o.Total}
	}
	for _, path := range paths {
		r := root.Get(path)
		if r.Type == gjson.Number && r.Num >= 0 && r.Num == float64(r.Int()) || o.Total != "" && r.Type == gjson.String && r.Int() > 0 {
			p.Total = r.Int()
			break
		}
	}
	paths = nexts
	switch {
	case o.Paging.Link != "":
		paths = []string{o.Paging.Link}
	case o.Paging.Next != "":
		paths = []string{o.Paging.Next}
	}
	for _, path := range paths {
		r := root.Get(path)
		if r.IsObject() {
			r = r.Get("href")
		}
		if r.Type == gjson.String && r.Str != "" || r.Type == gjson.Number && r.Num != 0 {
			p.Next = strings.Clone(r.String())
			if r.Type == gjson.Number {
				p.Next = r.Raw
			}
			return
		}
	}
}

// fault is the text of an error member that holds something.
func fault(root gjson.Result) string {
	for _, name := range faults {
		if !root.IsObject() {
			break
		}
		switch r := root.Get(name); {
		case r.Type == gjson.String && strings.TrimSpace(r.Str) != "", r.Type == gjson.True, r.Type == gjson.Number && r.Num != 0:
			return r.String()
		case r.IsArray() && len(r.Array()) > 0, r.IsObject() && len(r.Map()) > 0:
			for _, path := range []string{"message", "0.message", "detail"} {
				if m := r.Get(path); m.Type == gjson.String {
					return m.Str
				}
			}
			return name
		}
	}
	if ok := root.Get("success"); root.IsObject() && ok.Type == gjson.False {
		return cmp.Or(root.Get("message").Str, "success: false")
	}
	return ""
}

// names says which members an object has, for the editor who is to name one of them.
func names(r gjson.Result) string {
	if !r.IsObject() {
		return r.Raw[:min(len(r.Raw), 100)]
	}
	var out []string
	r.ForEach(func(key, _ gjson.Result) bool {
		out = append(out, catalog.CleanText(key.Str, 40))
		return len(out) < 15
	})
	return "et objekt med " + strings.Join(out, ", ")
}

// tooDeep is the byte at which text nests deeper than MaxDepth, -1 when it does not.
func tooDeep(text string) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return i
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}

// Package jsonapi is the kind json: any JSON API whose items and fields can be pointed at by paths.
// Its folder has the name of the kind; the package is named jsonapi since json is a package of the standard library.
package jsonapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"fritidshub/connectors"
)

// Kind is the kind json.
var Kind = connectors.Kind{
	Name:    "json",
	Version: 1,
	Summary: "Leser et hvilket som helst JSON-API: listen og feltene pekes ut med stier, sidene følges med sidetall, forskyvning, markør eller lenke.",
	Basis:   connectors.BasisDeclared,
	Options: &Options{},
	New: func(decode func(any) error) (connectors.Connector, error) {
		var c connector
		if err := decode(&c.Options); err != nil {
			return nil, err
		}
		return &c, c.Options.check()
	},
	Recognise: recognise,
}

// Options are the options of a json source. All of them may be left out. A path is GJSON syntax: names parted by points.
type Options struct {
	// Items is the path to the list.
	Items string `yaml:"items" json:"items,omitempty" jsonschema:"description=Stien til listen. Uten verdi: hele svaret når det er en liste\\, ellers items\\, data\\, results eller events."`
	// Fields maps our fields to the paths within an item.
	Fields map[string]string `yaml:"fields" json:"fields,omitempty" jsonschema:"description=Stien til hvert felt i et element: {title: name\\, start: dates.start}. - betyr at feltet ikke leses."`
	// Dates is the form of dates that are not ISO 8601: "DD/MM/YYYY HH:mm", "epoch" (seconds) or "epoch_ms".
	Dates string `yaml:"dates" json:"dates,omitempty" jsonschema:"description=Hvordan datoer som ikke er ISO 8601 er skrevet: DD/MM/YYYY HH:mm\\, epoch (sekunder) eller epoch_ms."`
	// ZeroPrice is "free" or "unknown".
	ZeroPrice string `yaml:"zero_price" json:"zero_price,omitempty" jsonschema:"enum=free,enum=unknown,description=Hva prisen 0 betyr. Uten verdi: free for feltet price\\, unknown når fields.price er satt."`
	// Total is the path to how many items there are in all.
	Total  string `yaml:"total" json:"total,omitempty" jsonschema:"description=Stien til antallet i alt. Uten verdi: total og noen vanlige navn. - betyr at det ikke leses."`
	Paging Paging `yaml:"paging" json:"paging,omitzero" jsonschema:"description=Hvordan neste side hentes. Uten verdi følges rel=next og next."`
	// Method is GET or POST.
	Method string         `yaml:"method" json:"method,omitempty" jsonschema:"enum=GET,enum=POST,description=POST for søk som sendes i kroppen."`
	Body   map[string]any `yaml:"body" json:"body,omitempty" jsonschema:"description=Kroppen av en POST\\, som YAML."`
	// Unstable says that items move between pages while they are read.
	Unstable bool `yaml:"unstable" json:"unstable,omitempty" jsonschema:"description=Elementer flytter seg mellom sidene: listen leses flere ganger\\, og det som mangler\\, regnes ikke som borte."`
}

// Paging says how the next page is asked for: at most one of Page, Offset, Cursor and Link.
type Paging struct {
	Page   string `yaml:"page" json:"page,omitempty" jsonschema:"description=Parameteren for sidetallet."`
	Offset string `yaml:"offset" json:"offset,omitempty" jsonschema:"description=Parameteren for hvor mange elementer det hoppes over."`
	Cursor string `yaml:"cursor" json:"cursor,omitempty" jsonschema:"description=Parameteren for markøren. Krever next."`
	Next   string `yaml:"next" json:"next,omitempty" jsonschema:"description=Stien til neste markør i svaret."`
	Link   string `yaml:"link" json:"link,omitempty" jsonschema:"description=Stien til adressen til neste side i svaret."`
	// First is the number of the first page.
	First *int `yaml:"first" json:"first,omitempty" jsonschema:"description=Tallet på første side. Uten verdi: 1."`
	// Size is how many items a page has; sent in the parameter Limit when that is set.
	Size  int    `yaml:"size" json:"size,omitempty" jsonschema:"minimum=1,maximum=10000,description=Elementer per side."`
	Limit string `yaml:"limit" json:"limit,omitempty" jsonschema:"description=Parameteren som size sendes i."`
	// Max is how many pages are read at most.
	Max int `yaml:"max" json:"max,omitempty" jsonschema:"minimum=1,maximum=2000,description=Høyeste antall sider. Uten verdi: 200."`
}

const (
	defaultPages = 200
	mostPages    = 2_000
	none         = "-" // a path that reads nothing
)

// fields are the fields of a record and where they are read without an option; "" is read only when declared.
var fields = map[string]string{
	"id": "id", "title": "title", "description": "description", "summary": "", "url": "url", "image": "", "language": "", "kind": "", "status": "", "cancelled": "",
	"venue": "venue", "address": "venue.address", "lat": "venue.lat", "lon": "venue.lon", "postal_code": "", "locality": "", "municipality": "", "online": "",
	"organizer": "", "org_number": "", "price": "price", "price_max": "", "currency": "", "free": "", "age": "", "age_min": "age_min", "age_max": "age_max",
	"start": "start", "start_time": "", "end": "end", "end_time": "", "all_day": "", "updated": "updated", "categories": "categories",
}

// path is where a field is read, "" for nowhere.
func (o *Options) path(field string) string {
	p, declared := o.Fields[field]
	switch {
	case !declared:
		return fields[field]
	case p == none:
		return ""
	}
	return p
}

func (o *Options) check() error {
	for _, field := range slices.Sorted(maps.Keys(o.Fields)) {
		if _, ok := fields[field]; !ok {
			return fmt.Errorf("options.fields: feltet %q finnes ikke; feltene er %s", field, strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
		}
		if o.Fields[field] == "" {
			return fmt.Errorf("options.fields.%s er tom: skriv stien til feltet i elementet, eller - når det ikke skal leses", field)
		}
	}
	if o.Dates != "" && o.Dates != epoch && o.Dates != epochMS {
		if !strings.Contains(o.Dates, "YYYY") || !strings.Contains(o.Dates, "M") || !strings.Contains(o.Dates, "D") {
			return fmt.Errorf("options.dates: %q er ingen datoform: skriv epoch, epoch_ms, eller år, måned og dag med YYYY, MM og DD som i DD/MM/YYYY HH:mm", o.Dates)
		}
	}
	if o.ZeroPrice != "" && o.ZeroPrice != "free" && o.ZeroPrice != "unknown" {
		return fmt.Errorf("options.zero_price er %q: skriv free eller unknown", o.ZeroPrice)
	}
	switch o.Method {
	case "", "GET":
		if len(o.Body) > 0 {
			return fmt.Errorf("options.body krever method: POST")
		}
	case "POST":
		if _, err := json.Marshal(o.Body); err != nil {
			return fmt.Errorf("options.body kan ikke skrives som JSON: alle navn må være tekst (%w)", err)
		}
	default:
		return fmt.Errorf("options.method er %q: skriv GET eller POST", o.Method)
	}
	return o.Paging.check()
}

func (p *Paging) check() error {
	ways := 0
	for _, s := range []string{p.Page, p.Offset, p.Cursor, p.Link} {
		if s != "" {
			ways++
		}
	}
	switch {
	case ways > 1:
		return fmt.Errorf("options.paging: velg én av page, offset, cursor og link")
	case (p.Cursor == "") != (p.Next == ""):
		return fmt.Errorf("options.paging: cursor (parameteren) og next (stien til markøren i svaret) hører sammen")
	case p.Limit != "" && p.Size == 0:
		return fmt.Errorf("options.paging.limit krever size: hvor mange elementer en side skal ha")
	case p.Size < 0 || p.Size > 10_000:
		return fmt.Errorf("options.paging.size er %d: skriv et tall fra 1 til 10000", p.Size)
	case p.Max < 0 || p.Max > mostPages:
		return fmt.Errorf("options.paging.max er %d: skriv et tall fra 1 til %d", p.Max, mostPages)
	case p.First != nil && (*p.First < 0 || *p.First > 1_000_000):
		return fmt.Errorf("options.paging.first er %d: skriv 0 eller 1", *p.First)
	}
	return nil
}

// ask is the address and body of a request with the given paging parameters.
func (o *Options) ask(address string, params map[string]any) (connectors.Request, error) {
	req := connectors.Request{URL: address, Method: o.Method, Accept: "application/json, */*;q=0.5"}
	if o.Method == "POST" {
		body, err := json.Marshal(o.Body)
		if err == nil && len(params) > 0 {
			body, err = with(body, params)
		}
		req.Body = body
		return req, err
	}
	if len(params) == 0 {
		return req, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return req, err
	}
	q := u.Query()
	for name, v := range params {
		q.Set(name, fmt.Sprint(v))
	}
	u.RawQuery = q.Encode()
	req.URL = u.String()
	return req, nil
}

// with sets members of a JSON object; a name with points is a path.
func with(body []byte, params map[string]any) ([]byte, error) {
	root := map[string]any{}
	if err := json.Unmarshal(body, &root); err != nil {
		return nil, err
	}
	if root == nil { // null
		root = map[string]any{}
	}
	for name, v := range params {
		at, parts := root, strings.Split(name, ".")
		for _, p := range parts[:len(parts)-1] {
			next, ok := at[p].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[p] = next
			}
			at = next
		}
		at[parts[len(parts)-1]] = v
	}
	return json.Marshal(root)
}

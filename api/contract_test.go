package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/openapi"
	"fritidshub/api/openapi/openapitest"
	"fritidshub/api/params"
	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
)

var theContract *openapitest.Contract

// contract is the one that every answer of the tests in this package is held against.
func contract(tb testing.TB) *openapitest.Contract {
	if theContract == nil {
		theContract = openapitest.New(tb)
	}
	return theContract
}

// forPeople are the routes that are pages, or files that pages ask for: the contract leaves them out.
var forPeople = []string{"/", "/l/:id", "/demo", "/docs", "/docs/schemas", "/openactive", "/sources", "/assets/:file", "/embed/v1/:file", "/embed/v1/texts/:file", "/embed/v1/map.json", "/embed/v1/listings/:id", "/embed/v1/advice", "/embed/v1/month", "/embed/frame", "/embed/", "/embed/test", "/img/:id/:size", "/embed/preview", "/embed/preview.css", "/docs/widgets", "/docs/statement", "/oembed", "/l/:id/calendar.ics"}

var colon = regexp.MustCompile(`:(\w+)`)

func TestContractHasEveryRoute(t *testing.T) {
	var routes []string
	for _, r := range wholeHub(t).Handler.(*gin.Engine).Routes() {
		if r.Method != "HEAD" && !slices.Contains(forPeople, r.Path) {
			routes = append(routes, r.Method+" "+colon.ReplaceAllString(r.Path, "{$1}"))
		}
	}
	slices.Sort(routes)
	documented := contract(t).Paths()
	for _, r := range routes {
		if !slices.Contains(documented, r) {
			t.Errorf("%s is not in the contract: describe it in api/openapi/openapi.yaml", r)
		}
	}
	for _, r := range documented {
		if !slices.Contains(routes, r) {
			t.Errorf("%s is in the contract and nowhere else", r)
		}
	}
}

// wholeHub is a hub with everything that a hub can have.
func wholeHub(t testing.TB, change ...func(*Options)) *hub {
	store := &feedStore{fakeStore: &fakeStore{listings: sample(t), sources: sampleSources(t)}, hub: "larvik"}
	for i := range store.listings {
		store.listings[i].Change = int64(i + 1)
	}
	stopping := make(chan struct{})
	close(stopping) // what waits for news ends after the first
	return newHub(t, append(change, func(o *Options) {
		o.Hub.Contact = "fritid@kommunen.example"
		o.Feeds, o.Changes, o.Dumps, o.Stopping = store, store, &keptDump{}, stopping
		o.Acceptance = func(_ context.Context, offered Offered) (Acceptance, error) {
			return Acceptance{URL: offered.URL, Items: 2, Accepted: 1, Rejected: 1, Warnings: []string{"Siden har ingen lisens."}, Results: []Accepted{
				{ID: "a", Verdict: VerdictAccepted, Title: "Kor", Listing: "b"}, {Index: 1, Verdict: VerdictRejected, Field: "title", Reason: "Oppføringen har ingen tittel."}}}, nil
		}
	})...)
}

// feedStore gives the listings and their records as feeds.
type feedStore struct {
	*fakeStore
	hub string
}

func (f *feedStore) Feed(context.Context) (FeedState, error) {
	return FeedState{ID: "feed-1", Listings: int64(len(f.listings)), Records: int64(len(f.listings))}, f.err
}

func (f *feedStore) ListingChanges(_ context.Context, municipality string, after int64, limit int) ([]catalog.ListingState, error) {
	var out []catalog.ListingState
	for _, l := range f.listings {
		if municipality != "" && (l.Place == nil || l.Place.Municipality != municipality) {
			l = catalog.ListingState{Listing: catalog.Listing{ID: l.ID}, Change: l.Change, DeletedAt: l.UpdatedAt.Add(time.Second)}
		}
		if l.Change > after && len(out) < limit {
			out = append(out, l)
		}
	}
	return out, f.err
}

func (f *feedStore) RecordChanges(ctx context.Context, municipality string, after int64, limit int) ([]Passed, error) {
	listings, err := f.ListingChanges(ctx, municipality, after, limit)
	var out []Passed
	for i := range listings {
		p := Passed{ID: listings[i].ID, Change: listings[i].Change}
		if listings[i].Live() {
			r := listings[i].Record
			r.Origin = &catalog.Origin{Hub: f.hub, Source: r.Source, NativeID: r.NativeID, Name: "Klubblista", Licence: "CC0-1.0", FetchedAt: listings[i].UpdatedAt, Via: []string{"sandefjord"}}
			p.Record, _ = json.Marshal(r)
		}
		out = append(out, p)
	}
	return out, err
}

// keptDump keeps a dump in memory.
type keptDump struct {
	about DumpInfo
	body  []byte
}

type closing struct{ io.ReadSeeker }

func (closing) Close() error { return nil }

func (k *keptDump) Open() (*Dump, error) {
	if k.body == nil {
		return nil, ErrNoDump
	}
	return &Dump{k.about, closing{bytes.NewReader(k.body)}}, nil
}

func (k *keptDump) Keep(about DumpInfo, write func(io.Writer) error) error {
	var b bytes.Buffer
	err := write(&b)
	k.about, k.body = about, b.Bytes()
	return err
}

func (h *hub) offer(body string, want int) {
	const target = "/api/v1/contract"
	h.t.Helper()
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != want {
		h.t.Errorf("POST %s: %d, want %d\n%s", target, w.Code, want, w.Body)
	}
	contract(h.t).Check(h.t, "POST", r.URL, w.Code, w.Header(), w.Body.Bytes())
}

// exampleURL is the address of an operation with its parameters' examples.
func exampleURL(h *hub, path string, o *openapi.Operation) string {
	query := url.Values{}
	for _, p := range o.Parameters {
		switch {
		case p.In == "path" && p.Name == "id":
			path = strings.ReplaceAll(path, "{id}", h.store.listings[0].ID)
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", fmt.Sprint(p.Example))
		case p.Name == "when" && query.Has("from"): // one or the other
		case p.Example != nil:
			query[p.Name] = exampleValues(p)
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

func exampleValues(p openapi.Parameter) []string {
	list, ok := p.Example.([]any)
	if !ok {
		return []string{fmt.Sprint(p.Example)}
	}
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// Every operation answers well without parameters, with each of them by itself, and with all of their examples at once; and with an error to
// one that it does not have.
func TestContractIsAnswered(t *testing.T) {
	h := wholeHub(t)
	d := document(t)
	for _, p := range d.Paths {
		o := p.Value.Get
		if o == nil {
			continue
		}
		plain := *o
		plain.Parameters = slices.DeleteFunc(slices.Clone(o.Parameters), func(p openapi.Parameter) bool { return p.In != "path" })
		bare := exampleURL(h, p.Name, &plain)
		h.get(bare, 200)
		h.get(exampleURL(h, p.Name, o), 200)
		for _, param := range o.Parameters {
			if param.In != "query" || param.Example == nil || param.Name == "radius" || param.Name == "sort" && param.Example == "distance" {
				continue
			}
			h.get(bare+"?"+url.Values{param.Name: exampleValues(param)}.Encode(), 200)
		}
		if strings.HasPrefix(p.Name, "/api/") || strings.HasPrefix(p.Name, "/rpde/") {
			h.get(bare+"?tull=1", 400)
		}
	}
	for body, want := range map[string]int{`{"url": "https://nabo.example"}`: 200, `{"items": []}`: 200, `[]`: 400, `{}`: 400, `{"items": ["` + strings.Repeat("x", acceptBytes) + `"]}`: 413} {
		h.offer(body, want)
	}
	h.offer("{}", 429)
	for _, operation := range contract(t).Paths() {
		if !slices.Contains(contract(t).Seen(), operation) {
			t.Errorf("no good answer of %s was held against the contract", operation)
		}
	}
	h.get("/api/v1/listings/finnes-ikke", 404)
	h.get("/api/v1/listings/"+h.store.listings[7].ID, 410)
	h.get("/api/v1/listings/sammen", 301)
	h.get("/api/v1/listings/sammen/occurrences", 301)
	h.get("/api/v1/search?q=jentefotball&kind=facility", 200)
	h.get("/api/v1/search?q=gratis+fotball+tirsdag", 200)
	h.get("/api/v1/search?limit=2", 200)
	if w := h.do("GET", "/api/v1/openapi.json", "If-None-Match", h.do("GET", "/api/v1/openapi.json").Header().Get("ETag")); w.Code != 304 {
		t.Errorf("the contract again: %d", w.Code)
	}
	h.engine.err = quietError("gone")
	h.get("/api/v1/search", 503)
	h.get("/readyz", 503)
	h.store.err = quietError("disk")
	h.get("/api/v1/places", 500)
}

func document(t testing.TB) *openapi.Document {
	d, err := openapi.Read()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The contract names the parameters and values that the hub knows, and no others.
func TestContractKnowsTheValues(t *testing.T) {
	d := document(t)
	var names []string
	for _, p := range d.Paths.Get("/api/v1/search").Get.Parameters {
		names = append(names, p.Name)
	}
	slices.Sort(names)
	if !slices.Equal(names, params.Names()) {
		t.Errorf("parameters of a search:\n%v, the hub knows\n%v", names, params.Names())
	}
	schema := func(name string) []any { return d.Components.Schemas.Get(name).Enum }
	parameter := func(name string) openapi.Schema { return d.Components.Parameters.Get(name).Schema }
	same(t, "kinds", schema("Kind"), catalog.Kinds())
	same(t, "accessibility", schema("Accessibility"), catalog.Accessibilities())
	same(t, "facets", d.Components.Schemas.Get("FacetName").Known, index.Facets())
	same(t, "facets to ask for", parameter("facets").Items.Enum[1:], index.Facets())
	same(t, "weekdays", parameter("weekday").Items.Enum, params.Weekdays())
	same(t, "orders", parameter("sort").Enum, params.Sorts())
	same(t, "suggestions", d.Components.Schemas.Get("Suggestion").Properties.Get("kind").Enum, suggestKinds())
	if kinds := d.Components.Schemas.Get("Organizer").Properties.Get("kind").Description; !strings.Contains(kinds, strings.Join(catalog.OrganizerKinds(), " ")) {
		t.Errorf("kinds of organizers: %s", kinds)
	}
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range parameterExample(d, "category") {
		if !tax.Has(id) {
			t.Errorf("%s is no category", id)
		}
	}
}

// What the contract says that a parameter may be is taken, and what lies just outside of it is refused.
func TestContractBounds(t *testing.T) {
	h := wholeHub(t)
	d := document(t)
	for _, p := range d.Paths {
		o := p.Value.Get
		if o == nil {
			continue
		}
		bare := *o
		bare.Parameters = slices.DeleteFunc(slices.Clone(o.Parameters), func(p openapi.Parameter) bool { return p.In != "path" })
		address := exampleURL(h, p.Name, &bare)
		check := func(name string, want int, values ...string) {
			t.Helper()
			query := url.Values{name: values}
			if name == "radius" || slices.Contains(values, "distance") {
				query.Set("near", "59.05,10.03")
			}
			if w := h.do("GET", address+"?"+query.Encode()); w.Code != want {
				t.Errorf("%s with %s=%.40q: %d, want %d", p.Name, name, values, w.Code, want)
			}
		}
		for _, param := range o.Parameters {
			s := param.Schema
			if param.In != "query" || param.Name == "cursor" {
				continue
			}
			if s.Items != nil {
				if m := s.MaxItems; m != nil {
					example := exampleValues(param)[0]
					check(param.Name, 200, slices.Repeat([]string{example}, *m)...)
					check(param.Name, 400, slices.Repeat([]string{example}, *m+1)...)
				}
				s = *s.Items
			}
			if s.Ref != "" {
				s = d.Components.Schemas.Get(openapi.Name(s.Ref))
			}
			for _, v := range s.Enum {
				check(param.Name, 200, fmt.Sprint(v))
			}
			if len(s.Enum) > 0 || s.Type == "integer" || s.Type == "number" || s.Type == "boolean" {
				check(param.Name, 400, "tull")
				check(param.Name, 400, "")
			}
			for limit, outside := range map[*float64]float64{s.Minimum: -1, s.Maximum: 1} {
				if limit != nil {
					check(param.Name, 200, number(*limit))
					check(param.Name, 400, number(*limit+outside))
				}
			}
			if s.MaxLength != nil && s.Type == "string" {
				check(param.Name, 200, strings.Repeat("æ", *s.MaxLength))
				check(param.Name, 400, strings.Repeat("æ", *s.MaxLength+1))
			}
		}
	}
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func parameterExample(d *openapi.Document, name string) []string {
	return exampleValues(d.Components.Parameters.Get(name))
}

func same[T ~string](t *testing.T, what string, documented []any, known []T) {
	t.Helper()
	var want []any
	for _, v := range known {
		want = append(want, string(v))
	}
	if !slices.Equal(documented, want) {
		t.Errorf("%s: the contract has %v, the hub %v", what, documented, want)
	}
}

// The members of every schema are those that the hub can write, whatever the samples have.
func TestContractHasEveryMember(t *testing.T) {
	c := &comparison{t: t, document: document(t), done: map[string]bool{}}
	for name, v := range map[string]any{
		"SearchAnswer": answer{}, "WholeListing": wholeListing{}, "DatedOccurrence": occurrence{}, "Suggestion": suggestion{}, "Category": category{},
		"RegisteredOrganizer": organizerEntry{}, "RegisteredPlace": placeEntry{}, "RegisteredScheme": schemeEntry{}, "Source": publicSource{},
		"FeedState": FeedState{}, "HubCard": hubCard{}, "Collection": collection{}, "MapLink": mapLink{}, "Acceptance": Acceptance{}, "Origin": catalog.Origin{}, "WholeRecord": catalog.Record{}, "Credit": Credit{}, "Readiness": readiness{}, "Problem": Problem{},
	} {
		c.schema(name, openapi.Schema{Ref: name}, reflect.TypeOf(v))
	}
}

type comparison struct {
	t        *testing.T
	document *openapi.Document
	done     map[string]bool
}

// opaque are the types that print themselves.
var opaque = []reflect.Type{reflect.TypeFor[time.Time](), reflect.TypeFor[catalog.ItemTime](), reflect.TypeFor[catalog.Occurrence](), reflect.TypeFor[catalog.Fact](),
	reflect.TypeFor[catalog.Money]()}

func (c *comparison) schema(at string, s openapi.Schema, typ reflect.Type) {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if s.Ref != "" {
		name := openapi.Name(s.Ref)
		if c.done[name+typ.String()] {
			return
		}
		c.done[name+typ.String()] = true
		at, s = name, c.document.Components.Schemas.Get(name)
	}
	switch {
	case slices.Contains(opaque, typ):
	case typ.Kind() == reflect.Slice:
		if s.Items == nil {
			c.t.Errorf("%s is a list in the hub, %q in the contract", at, s.Type)
			return
		}
		c.schema(at+"[]", *s.Items, typ.Elem())
	case typ.Kind() == reflect.Struct:
		c.members(at, s, typ)
	}
}

func (c *comparison) members(at string, s openapi.Schema, typ reflect.Type) {
	properties, required := c.flat(s)
	known := map[string]bool{}
	for _, f := range fields(typ) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "text" && typ == reflect.TypeFor[catalog.Age]() {
			continue // taken away before it is stored
		}
		if typ == reflect.TypeFor[catalog.Record]() && slices.Contains([]string{"source", "native_id", "origin"}, name) {
			continue // what it is called here stays here
		}
		known[name] = true
		p, ok := properties[name]
		if !ok {
			c.t.Errorf("%s.%s is written but not in the contract", at, name)
			continue
		}
		if always := !strings.Contains(options, "omit"); always != slices.Contains(required, name) {
			c.t.Errorf("%s.%s: always there is %v in the hub, required in the contract is %v", at, name, always, !always)
		}
		c.schema(at+"."+name, p, f.Type)
	}
	for name := range maps.Keys(properties) {
		if !known[name] {
			c.t.Errorf("%s.%s is in the contract, and never written", at, name)
		}
	}
}

func (c *comparison) flat(s openapi.Schema) (map[string]openapi.Schema, []string) {
	properties, required := map[string]openapi.Schema{}, slices.Clone(s.Required)
	for _, p := range s.Properties {
		properties[p.Name] = p.Value
	}
	for _, part := range s.AllOf {
		if part.Ref != "" {
			part = c.document.Components.Schemas.Get(openapi.Name(part.Ref))
		}
		more, also := c.flat(part)
		maps.Copy(properties, more)
		required = append(required, also...)
	}
	return properties, required
}

// fields are those that are written, of embedded structs too.
func fields(typ reflect.Type) []reflect.StructField {
	var out []reflect.StructField
	for _, f := range reflect.VisibleFields(typ) {
		tag := f.Tag.Get("json")
		if f.Anonymous && tag == "" || !f.IsExported() || tag == "-" {
			continue
		}
		out = append(out, f)
	}
	return out
}

// What is served is the document with this hub's address, and nothing of the placeholder.
func TestContractNamesThisHub(t *testing.T) {
	var served struct {
		Servers []struct{ URL string }
	}
	body := newHub(t).get("/api/v1/openapi.json", 200)
	if err := json.Unmarshal([]byte(body), &served); err != nil {
		t.Fatal(err)
	}
	if len(served.Servers) != 1 || served.Servers[0].URL != "https://aktiviteter.example" || strings.Contains(body, "hub.example") {
		t.Errorf("%+v", served)
	}
}

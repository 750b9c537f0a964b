package browsertest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"fritidshub/widget"
)

// listing is an item of the search answer, as DESIGN.md 5.4 draws it.
type listing = map[string]any

// hub is a stub of the hub, made from DESIGN.md 5.4 alone: it really filters, counts and pages a small made-up data set.
// A test may put an answer of its own before it.
type hub struct {
	*httptest.Server
	items []listing

	mu      sync.Mutex
	tiles   string // where the map's tiles are; "" when the hub has no map
	before  http.HandlerFunc
	queries []url.Values
	lost    []string
	drawn   map[string]any // what is drawn at a path instead of what the data set gives; nil: an error
}

func newHub(t *testing.T, items []listing) *hub {
	h := &hub{items: items}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /embed/v1/{name}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		body, kind, _, ok := widget.Asset(name)
		h.mu.Lock()
		lost := slices.ContainsFunc(h.lost, func(part string) bool { return strings.HasPrefix(name, part) })
		h.mu.Unlock()
		if !ok || lost {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Type", kind)
		w.Write(body)
	})
	mux.HandleFunc("GET /embed/v1/map.json", h.mapSource)
	mux.HandleFunc("GET /embed/v1/tiles/{z}/{x}/{y}", tile)
	mux.HandleFunc("GET /api/v1/search", h.search)
	mux.HandleFunc("GET /embed/v1/listings/{id}", h.listing)
	mux.HandleFunc("GET /embed/v1/month", h.month)
	mux.HandleFunc("GET /img/{id}/small.jpg", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("id") == "choir" {
			http.Error(w, "", http.StatusBadGateway)
			return
		}
		tile(w, r)
	})
	mux.HandleFunc("GET /embed/v1/advice", h.advice)
	mux.HandleFunc("GET /api/v1/suggest", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		json.NewEncoder(w).Encode(listing{"suggestions": suggestions(r.FormValue("q"))})
	})
	mux.HandleFunc("GET /embed/v1/texts/{file}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		tag := strings.TrimSuffix(r.PathValue("file"), ".json")
		own, err := fs.ReadFile(widget.Locales(), tag+".json")
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		texts, english := listing{}, listing{}
		raw, _ := fs.ReadFile(widget.Locales(), "en.json")
		json.Unmarshal(raw, &english)
		json.Unmarshal(own, &texts)
		for section, said := range english {
			if texts[section] == nil {
				texts[section] = said
			}
		}
		json.NewEncoder(w).Encode(texts)
	})
	mux.HandleFunc("GET /l/{id}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="nb"><title>Side</title><h1 id="page">Side for %q</h1>`, r.PathValue("id"))
	})
	h.Server = httptest.NewServer(mux)
	t.Cleanup(h.Close)
	return h
}

// answer lets fn answer the searches from now on; nil gives them back to the stub.
func (h *hub) answer(fn http.HandlerFunc) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.before = fn
}

// lose lets files whose names begin so be missing from now on; none gives them all back.
func (h *hub) lose(names ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lost = slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// asked is how many searches came in, and the last of them.
func (h *hub) asked() (int, url.Values) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.queries) == 0 {
		return 0, nil
	}
	return len(h.queries), h.queries[len(h.queries)-1]
}

// suggestions are three for whatever begins with "mu", and none for all else.
func suggestions(typed string) []listing {
	if !strings.HasPrefix(strings.ToLower(typed), "mu") {
		return []listing{}
	}
	return []listing{
		{"kind": "category", "text": "Musikk og sang", "count": 2, "parameters": listing{"category": []string{"music"}}},
		{"kind": "organizer", "text": "Museumsvennene", "count": 1, "parameters": listing{"organizer": []string{"bib"}}},
		{"kind": "listing", "text": "Strikkekafé på biblioteket", "count": 1, "parameters": listing{"q": []string{"Strikkekafé på biblioteket"}, "interpret": []string{"false"}}},
	}
}

var facetNames = strings.Fields("kind category municipality neighbourhood organizer place source scheme accessibility low_threshold equipment_loan language weekday time status")

var labels = map[string]string{
	"football": "Fotball", "music": "Musikk og sang", "outdoor": "Friluftsliv", "craft": "Håndarbeid", "swimming": "Svømming, stup og lek i vann for alle",
	"activity": "Fast aktivitet", "event": "Arrangement", "course": "Kurs", "facility": "Åpent tilbud",
	"3909": "Larvik", "3907": "Sandefjord", "4001": "Porsgrunn",
	"fritidskort": "Fritidskort", "ledsagerbevis": "Ledsagerbevis", "wheelchair": "Rullestol", "hearing_loop": "Teleslynge",
	"mo": "Mandag", "tu": "Tirsdag", "we": "Onsdag", "th": "Torsdag", "fr": "Fredag", "sa": "Lørdag", "su": "Søndag",
	"scheduled": "Som planlagt", "cancelled": "Avlyst", "full": "Fullt", "nb": "Bokmål", "en": "Engelsk",
}

// values are an item's values of a facet; "weekday" is kept beside the item's public members.
func values(item listing, facet string) []string {
	switch v := item[map[string]string{"category": "categories", "scheme": "schemes", "weekday": "-weekday"}[facet]].(type) {
	case []string:
		return v
	}
	switch facet {
	case "accessibility":
		v, _ := item[facet].([]string)
		return v
	case "organizer":
		v, _ := item["organizer"].(listing)
		id, _ := v["id"].(string)
		return []string{id}
	case "municipality", "place":
		v, _ := item["place"].(listing)
		value, _ := v[map[string]string{"municipality": "municipality", "place": "name"}[facet]].(string)
		return []string{value}
	case "source":
		return []string{item["sources"].([]listing)[0]["id"].(string)}
	}
	v, _ := item[facet].(string)
	return []string{v}
}

func fits(item listing, q url.Values, except string) bool {
	for _, facet := range facetNames {
		if wanted := q[facet]; facet != except && len(wanted) > 0 &&
			!slices.ContainsFunc(values(item, facet), func(v string) bool { return slices.Contains(wanted, v) }) {
			return false
		}
	}
	text, _ := json.Marshal(item)
	if except != "q" {
		for word := range strings.FieldsSeq(strings.ToLower(q.Get("q"))) {
			if !strings.Contains(strings.ToLower(string(text)), word) {
				return false
			}
		}
	}
	if age, err := strconv.Atoi(q.Get("age")); err == nil && except != "age" {
		admits, _ := item["age"].(listing)
		if low, ok := admits["min"].(int); ok && age < low {
			return false
		}
		if high, ok := admits["max"].(int); ok && age > high {
			return false
		}
	}
	if price, _ := item["price"].(listing); except != "free" && q.Get("free") == "true" && price["free"] != true {
		return false
	}
	if !inside(item, q.Get("bbox")) {
		return false
	}
	day, _ := item["start"].(string)
	day = day[:min(len(day), 10)]
	return (except == "from" || q.Get("from") == "" || day >= q.Get("from")) && (except == "to" || q.Get("to") == "" || day != "" && day <= q.Get("to"))
}

func (h *hub) count(q url.Values, except string) (hits []listing) {
	for _, item := range h.items {
		if fits(item, q, except) {
			hits = append(hits, item)
		}
	}
	return hits
}

func (h *hub) search(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	h.mu.Lock()
	h.queries = append(h.queries, q)
	before := h.before
	h.mu.Unlock()
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Expose-Headers", "Retry-After")
	if before == nil {
		before = h.respond
	}
	before(w, r)
}

// respond answers a search from the data set.
func (h *hub) respond(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	known := append(strings.Fields("q age free max_price when near radius bbox keep from to sort limit cursor facets lang"), facetNames...)
	for name := range q {
		if !slices.Contains(known, name) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusBadRequest)
			json.NewEncoder(w).Encode(listing{"title": "Ukjent parameter", "detail": name})
			return
		}
	}
	hits := h.count(q, "")
	facets := listing{}
	for _, name := range strings.Split(q.Get("facets"), ",") {
		if name == "none" {
			break
		}
		counts := map[string]int{}
		for _, v := range q[name] {
			counts[v] = 0
		}
		for _, item := range h.count(q, name) {
			for _, v := range values(item, name) {
				if v != "" {
					counts[v]++
				}
			}
		}
		choices := []listing{}
		for _, v := range slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], strings.Compare(a, b)) }) {
			choices = append(choices, listing{"value": v, "label": cmp.Or(labels[v], v), "count": counts[v], "selected": slices.Contains(q[name], v)})
		}
		facets[name] = choices
	}
	limit, _ := strconv.Atoi(q.Get("limit"))
	start, _ := strconv.Atoi(q.Get("cursor"))
	end := min(start+limit, len(hits))
	answer := listing{"total": len(hits), "items": append([]listing{}, hits[start:end]...), "facets": facets}
	if end < len(hits) {
		q.Set("cursor", strconv.Itoa(end))
		answer["next"] = "/api/v1/search?" + q.Encode()
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer)
}

// sample is what the stub knows: eight listings that differ, and more to fill three pages.
func sample() []listing {
	source := func(id, name string) []listing {
		return []listing{{"id": id, "native_id": "1", "name": name, "attribution": name, "licence": "CC-BY-4.0", "hub": "larvik"}}
	}
	place := func(name, number, locality string) listing {
		return listing{"name": name, "municipality": number, "locality": locality}
	}
	items := []listing{
		{"id": "jul", "kind": "event", "title": "Julekonsert med Nanset skolekorps", "summary": "Korpset spiller kjente julesanger. Kakesalg i pausen, og alle får synge med til slutt.",
			"categories": []string{"music"}, "organizer": listing{"id": "nanset", "name": "Nanset skolekorps"}, "place": place("Bølgen kulturhus", "3909", "Larvik"),
			"start": "2026-12-05T18:00:00+01:00", "end": "2026-12-05T20:00:00+01:00", "price": listing{"min": 0, "max": 150, "currency": "NOK", "text": "0–150 kr"},
			"accessibility": []string{"wheelchair", "hearing_loop"}, "-weekday": []string{"sa"}, "status": "scheduled", "sources": source("bolgen", "Bølgen kulturhus")},
		{"id": "fotball", "kind": "activity", "title": "Fotball for alle 6–12 år", "summary": "Lek med ball, ingen kamper og ingen påmelding. Lån sko av oss.",
			"categories": []string{"football"}, "organizer": listing{"id": "tjolling", "name": "Tjølling IF"}, "place": place("Tjølling kunstgress", "3909", "Tjølling"),
			"start": "2026-11-24T17:00:00+01:00", "schedule_text": "tirsdager kl. 17–18.30", "age": listing{"min": 6, "max": 12}, "price": listing{"currency": "NOK", "free": true, "text": "Gratis"},
			"schemes": []string{"fritidskort"}, "-weekday": []string{"tu"}, "status": "scheduled", "sources": source("forening", "Foreningsregisteret i Larvik")},
		{"id": "svom", "kind": "course", "title": "Svømmekurs for voksne", "categories": []string{"swimming"}, "organizer": listing{"id": "larviksvom", "name": "Larvik svømmeklubb"},
			"place": place("Farrisbadet", "3909", "Larvik"), "start": "2027-01-11T19:30:00+01:00", "end": "2027-01-11T20:15:00+01:00", "occurrence_count": 10,
			"age": listing{"min": 18}, "price": listing{"min": 1200, "max": 1200, "currency": "NOK", "text": "1200 kr"}, "-weekday": []string{"mo"}, "status": "full", "sources": source("forening", "Foreningsregisteret i Larvik")},
		{"id": "tur", "kind": "event", "title": "Nattur til Vindfjell", "summary": "Avlyst på grunn av storm.", "categories": []string{"outdoor"},
			"organizer": listing{"id": "larviktur", "name": "Larvik turlag"}, "start": "2026-11-28", "end": "2026-11-29", "all_day": true,
			"price": listing{"free": true, "currency": "NOK", "text": "Gratis"}, "-weekday": []string{"sa", "su"}, "status": "cancelled", "sources": source("bolgen", "Bølgen kulturhus")},
		{"id": "strikk", "kind": "facility", "title": "Strikkekafé på biblioteket", "categories": []string{"craft"}, "organizer": listing{"id": "bib", "name": "Sandefjord bibliotek"},
			"place": place("Hovedbiblioteket", "3907", "Sandefjord"), "schedule_text": "torsdager kl. 12–14", "price": listing{"free": true, "currency": "NOK", "text": "Gratis"},
			"accessibility": []string{"wheelchair"}, "-weekday": []string{"th"}, "status": "scheduled", "sources": source("friskus", "Friskus Sandefjord")},
		{"id": "choir", "kind": "activity", "title": "International choir – come and sing", "language": "en", "categories": []string{"music"}, "organizer": listing{"id": "kor", "name": "Grenland kor"},
			"place": place("Ælvespeilet", "4001", "Porsgrunn"), "schedule_text": "onsdager kl. 18–20", "price": listing{"min": 350, "currency": "NOK", "text": "fra 350 kr"}, "age": listing{"min": 0, "max": 25},
			"-weekday": []string{"we"}, "status": "scheduled", "sources": source("aktiv", "Aktivitetsportalen i Porsgrunn")},
		{"id": "utc", "kind": "event", "title": "Nettmøte om frivillighet", "age": listing{"min": 0}, "categories": []string{"craft"}, "start": "2026-12-01T18:30:00+01:00", "status": "scheduled", "sources": source("bolgen", "Bølgen kulturhus")},
		{"id": "bare", "kind": "activity", "title": "Åpen hall", "status": "scheduled", "sources": source("forening", "Foreningsregisteret i Larvik")},
	}
	for i := range 37 {
		items = append(items, listing{"id": fmt.Sprintf("bad-%d", i), "kind": "facility", "title": fmt.Sprintf("Offentlig bad, time %d", i+1),
			"summary": "Badevakt er til stede hele tiden.", "categories": []string{"swimming"}, "place": place("Farrisbadet", "3909", "Larvik"),
			"start": fmt.Sprintf("2026-12-%02dT10:00:00+01:00", i%28+1), "end": fmt.Sprintf("2026-12-%02dT11:00:00+01:00", i%28+1),
			"price": listing{"min": 60, "max": 120, "currency": "NOK", "text": "60–120 kr"}, "status": "scheduled", "sources": source("bolgen", "Bølgen kulturhus")})
	}
	return items
}

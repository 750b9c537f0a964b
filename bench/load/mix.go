package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// knowledge is what a hub has, so that one can ask for it: seeded, so that every run asks the same.
type knowledge struct {
	*rand.Rand
	base           string
	now            time.Time
	categories     []string
	municipalities []string
	towns          []string // their names
	words          []string // of titles and texts, common ones often
	ids            []string
	points         [][2]float64
}

// learn asks a hub for categories, municipalities and a sample of its listings.
func learn(ctx context.Context, base string) (*knowledge, error) {
	k := &knowledge{Rand: rand.New(rand.NewPCG(5, 3909)), base: base, now: time.Now()}
	var answer struct {
		Facets map[string][]struct{ Value, Label string }
	}
	if err := getJSON(ctx, base+"/api/v1/search?limit=1&facets=category,municipality", &answer); err != nil {
		return nil, err
	}
	for _, v := range answer.Facets["category"] {
		k.categories = append(k.categories, v.Value)
	}
	for _, v := range answer.Facets["municipality"] {
		k.municipalities, k.towns = append(k.municipalities, v.Value), append(k.towns, v.Label)
	}
	for _, category := range k.categories {
		text, err := get(ctx, base+"/api/v1/search.ndjson?limit=100&sort=title&category="+category)
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, len(text)+1)
		for lines.Scan() {
			var item struct {
				ID, Title, Summary string
				Place              struct{ Lat, Lon float64 }
			}
			if err := json.Unmarshal(lines.Bytes(), &item); err != nil {
				return nil, err
			}
			k.ids = append(k.ids, item.ID)
			k.words = append(k.words, strings.FieldsFunc(strings.ToLower(item.Title+" "+item.Summary), func(r rune) bool { return !unicode.IsLetter(r) })...)
			if item.Place.Lat != 0 {
				k.points = append(k.points, [2]float64{item.Place.Lat, item.Place.Lon})
			}
		}
	}
	k.words = slices.DeleteFunc(k.words, func(w string) bool { return utf8.RuneCountInString(w) < 4 })
	if len(k.words) == 0 || len(k.points) == 0 || len(k.municipalities) == 0 {
		return nil, errors.New("the hub has no listings to ask for")
	}
	return k, nil
}

// get gives a good answer's body.
func get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %.300s", address, resp.Status, text)
	}
	return text, err
}

func getJSON(ctx context.Context, address string, into any) error {
	text, err := get(ctx, address)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	return err
}

func pick[T any](k *knowledge, from []T) T { return from[k.IntN(len(from))] }

func (k *knowledge) word() string { return pick(k, k.words) }

func (k *knowledge) prefix() string {
	w := []rune(k.word())
	return string(w[:min(2+k.IntN(4), len(w))])
}

// mistyped is a word with two letters exchanged, one lost or one too much.
func (k *knowledge) mistyped() string {
	w := []rune(k.word())
	i := 1 + k.IntN(len(w)-2)
	switch k.IntN(3) {
	case 0:
		w[i], w[i+1] = w[i+1], w[i]
	case 1:
		w = slices.Delete(w, i, i+1)
	default:
		w = slices.Insert(w, i, w[i])
	}
	return string(w)
}

func (k *knowledge) near() string {
	p := pick(k, k.points)
	return fmt.Sprintf("%.4f,%.4f", p[0]+(k.Float64()-0.5)/50, p[1]+(k.Float64()-0.5)/50)
}

func (k *knowledge) days(ahead, long int) []string {
	from := k.now.AddDate(0, 0, ahead)
	return []string{"from", from.Format(time.DateOnly), "to", from.AddDate(0, 0, long).Format(time.DateOnly)}
}

func (k *knowledge) age() string { return strconv.Itoa(4 + k.IntN(70)) }

// share is a kind of request and how often it is asked.
type share struct {
	kind  string
	often int
	make  func() string
}

var facets = []string{"kind", "category", "municipality", "organizer", "place", "source", "accessibility", "weekday"}

// search is the address of a search for 20 listings with the counts of eight facets.
func (k *knowledge) search(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	if path == "/api/v1/search" {
		v.Set("facets", strings.Join(facets, ","))
	}
	return k.base + path + "?" + v.Encode()
}

func (k *knowledge) mixed() []share {
	s := func(pairs ...string) string { return k.search("/api/v1/search", pairs...) }
	return []share{
		{"one word", 4, func() string { return s("q", k.word()) }},
		{"two words", 2, func() string { return s("q", k.word()+" "+k.word()) }},
		{"prefix", 3, func() string { return s("q", k.prefix()) }},
		{"typing error", 2, func() string { return s("q", k.mistyped()) }},
		{"words read as filters", 1, func() string {
			return s("q", pick(k, []string{"gratis ", "lørdag ", "i helga ", "8 år "})+k.word()+" i "+pick(k, k.towns))
		}},
		{"filters", 2, func() string {
			return s("free", "true", "age", k.age(), "category", pick(k, k.categories), "category", pick(k, k.categories), "municipality", pick(k, k.municipalities))
		}},
		{"filters and a word", 2, func() string {
			return s("q", k.word(), "municipality", pick(k, k.municipalities), "weekday", pick(k, []string{"mo", "tu", "we", "th", "fr", "sa", "su"}))
		}},
		{"10 km by distance", 1, func() string { return s("near", k.near(), "radius", "10", "sort", "distance") }},
		{"map window", 1, func() string {
			p := pick(k, k.points)
			return s("bbox", fmt.Sprintf("%.3f,%.3f,%.3f,%.3f", p[1]-k.Float64()/5, p[0]-0.1, p[1]+0.2, p[0]+0.1))
		}},
		{"some days", 1, func() string { return s(append(k.days(k.IntN(90), 1+k.IntN(10)), "age", k.age())...) }},
		{"empty query", 1, func() string { return s() }},
	}
}

// searches are n mixed searches.
func (k *knowledge) searches(n int) []target { return k.draw(n, k.mixed()) }

// everything is n requests as a municipality's site and its pages make them: six in ten are searches.
func (k *knowledge) everything(n int) []target { return k.draw(n, k.shares()) }

func (k *knowledge) shares() []share {
	return append(k.mixed(),
		share{"suggest", 5, func() string { return k.search("/api/v1/suggest", "q", k.prefix()) }},
		share{"listing", 3, func() string { return k.base + "/api/v1/listings/" + pick(k, k.ids) }},
		share{"listing page", 1, func() string { return k.base + "/l/" + pick(k, k.ids) }},
		share{"search page", 1, func() string { return k.search("/", "q", k.word()) }},
		share{"export of 100", 1, func() string {
			return k.search("/api/v1/search."+pick(k, []string{"ndjson", "csv", "geojson", "jsonld", "ics"}), "limit", "100", "q", k.word())
		}},
		share{"widget file", 2, func() string { return k.base + "/embed/v1/search.js" }})
}

func (k *knowledge) draw(n int, shares []share) []target {
	all := 0
	for _, s := range shares {
		all += s.often
	}
	out := make([]target, n)
	for i := range out {
		at := k.IntN(all)
		for _, s := range shares {
			if at -= s.often; at < 0 {
				out[i] = target{s.kind, s.make()}
				break
			}
		}
	}
	return out
}

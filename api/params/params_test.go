package params

import (
	"errors"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/index"
)

func rules(t testing.TB) Rules {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return Rules{Zone: zone, Languages: []string{"nb", "nn", "en", "uk"},
		Category: func(id string) bool { return slices.Contains([]string{"sport", "football"}, id) }}
}

func at(t *testing.T, s string) time.Time {
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestParseGood(t *testing.T) {
	nine, fifty := 9, catalog.Money(50_50)
	cases := map[string]func(*index.Query){
		"":                                  func(*index.Query) {},
		"q=+fotball++for+alle%00":           func(q *index.Query) { q.Text = "fotball for alle" },
		"q=%22a%22+AND+NEAR(+*+%5E+-:+🎣":    func(q *index.Query) { q.Text = `"a" AND NEAR( * ^ -: 🎣` },
		"age=9&free=true&max_price=50,5":    func(q *index.Query) { q.Age, q.Free, q.MaxPrice = &nine, true, &fifty },
		"kind=event&kind=course&kind=event": func(q *index.Query) { q.Filters = map[index.Facet][]string{"kind": {"event", "course"}} },
		"category=football&weekday=sa": func(q *index.Query) {
			q.Filters = map[index.Facet][]string{"category": {"football"}, "weekday": {"sa"}}
		},
		"from=2027-03-28&to=2027-03-28": func(q *index.Query) {
			q.From, q.To = at(t, "2027-03-28T00:00:00+01:00"), at(t, "2027-03-29T00:00:00+02:00")
		},
		"to=2027-10-31": func(q *index.Query) { q.To = at(t, "2027-11-01T00:00:00+01:00") },
		"from=2026-12-03T18:00:00+01:00&to=2026-12-03T17:00:01Z": func(q *index.Query) {
			q.From, q.To = at(t, "2026-12-03T17:00:00Z"), at(t, "2026-12-03T17:00:01Z")
		},
		"near=59.05,10.03&radius=2.5&sort=distance": func(q *index.Query) {
			q.Near, q.Radius, q.Sort = &catalog.Point{Lat: 59.05, Lon: 10.03}, 2.5, index.SortDistance
		},
		"bbox=9.5,58.9,10.5,59.4":       func(q *index.Query) { q.BBox = &index.BBox{West: 9.5, South: 58.9, East: 10.5, North: 59.4} },
		"limit=100":                     func(q *index.Query) { q.Limit = 100 },
		"facets=kind,place&facets=kind": func(q *index.Query) { q.Facets = []index.Facet{"kind", "place"} },
		"facets=none":                   func(q *index.Query) { q.Facets = nil },
	}
	for raw, change := range cases {
		t.Run(raw, func(t *testing.T) {
			want := index.Query{Limit: 20, Facets: index.Facets(), Without: true}
			change(&want)
			s, err := Parse(raw, rules(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, s.Query, cmp.Comparer(time.Time.Equal)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseLanguage(t *testing.T) {
	for raw, want := range map[string]string{"": "nb", "lang=en": "en", "lang=no": "nb", "lang=nb-NO": "nb", "lang=UK": "uk"} {
		if s, err := Parse(raw, rules(t)); err != nil || s.Lang != want {
			t.Errorf("%q: %q %v, want %q", raw, s.Lang, err, want)
		}
	}
}

func TestParseBad(t *testing.T) {
	cases := []struct{ raw, parameter, says string }{
		{"kjønn=alle", "kjønn", "not a parameter"},
		{"Q=fotball", "Q", "not a parameter"},
		{"%22q%22=1", `"q"`, `"\"q\"" is not a parameter here`},
		{"limit=%22to%22%5C", "limit", `got "\"to\"\\"`},
		{strings.Repeat("x", 90) + "=1", strings.Repeat("x", 60) + "…", "not a parameter"},
		{"callback=alert", "callback", "not a parameter"},
		{"q=a&q=b", "q", "2 times"},
		{"q=" + strings.Repeat("æ", 201), "q", "200 characters"},
		{"q=%ff", "q", "UTF-8"},
		{"age=", "age", "from 0 to 120"}, {"age=-1", "age", "got \"-1\""}, {"age=121", "age", ""}, {"age=09", "age", ""}, {"age=9.0", "age", ""},
		{"free=false", "free", "true"}, {"free=", "free", ""}, {"free=1", "free", ""},
		{"max_price=gratis", "max_price", "kroner"}, {"max_price=-1", "max_price", ""}, {"max_price=1e3", "max_price", ""},
		{"max_price=10000001", "max_price", ""}, {"max_price=1.234", "max_price", ""}, {"max_price=", "max_price", ""},
		{"from=2027-02-30", "from", "date like"}, {"from=0000-01-01", "from", ""}, {"from=99999-01-01", "from", ""}, {"from=0", "from", ""},
		{"from=1970-01-01", "from", "1990"}, {"from=1796000000", "from", ""}, {"from=i+dag", "from", ""}, {"to=03.12.2026", "to", ""}, {"to=", "to", ""},
		{"from=2026-12-04&to=2026-12-03", "from", "before to"},
		{"near=59", "near", "lat,lon"}, {"near=91,10", "near", ""}, {"near=59,181", "near", ""}, {"near=NaN,10", "near", ""}, {"near=Inf,10", "near", ""},
		{"near=5e1,10", "near", ""}, {"near=0x1,10", "near", ""},
		{"radius=5", "radius", "needs near"}, {"near=59,10&radius=0", "radius", ""}, {"near=59,10&radius=-1", "radius", ""}, {"near=59,10&radius=40000", "radius", ""},
		{"bbox=1,2,3", "bbox", "west,south"}, {"bbox=10,60,11,59", "bbox", ""}, {"bbox=a,b,c,d", "bbox", ""},
		{"sort=distance", "sort", "needs near"}, {"sort=nyest", "sort", "relevance"}, {"sort=", "sort", ""},
		{"limit=0", "limit", "1 to 100"}, {"limit=101", "limit", ""}, {"limit=1000000000", "limit", ""}, {"limit=-1", "limit", ""},
		{"limit=abc", "limit", ""}, {"limit=1e9", "limit", ""}, {"limit=01", "limit", ""}, {"limit=99999999999999999999", "limit", ""},
		{"facets=kjønn", "facets", "municipality"}, {"facets=none,kind", "facets", ""}, {"facets=", "facets", ""},
		{"lang=klingon", "lang", "nb, nn, en, uk"}, {"lang=", "lang", ""},
		{"kind=party", "kind", "activity"}, {"kind=", "kind", ""}, {"kind=event&kind=Event", "kind", ""},
		{"status=open", "status", "cancelled"}, {"status=", "status", ""}, {"weekday=monday", "weekday", "mo, tu"}, {"accessibility=yes", "accessibility", "wheelchair"},
		{"category=quidditch", "category", "/api/v1/categories"}, {"municipality=Larvik", "municipality", "four digits"}, {"municipality=39090", "municipality", ""},
		{"language=norsk", "language", "tag"}, {"source=B%C3%B8lgen", "source", "/api/v1/sources"}, {"organizer=a%22+OR+1", "organizer", "id"}, {"place=", "place", "id"},
		{"scheme=" + strings.Repeat("x", 129), "scheme", "id"},
		{strings.Repeat("&kind=event", 51)[1:], "kind", "50"},
		{"cursor=", "cursor", "next"}, {"cursor=abc", "cursor", ""}, {"cursor=" + strings.Repeat("A", 5000), "cursor", ""}, {"cursor=a&cursor=b", "cursor", "2 times"},
		{"a;b", "", "not well formed"}, {"q=%zz", "", "not well formed"},
	}
	for _, c := range cases {
		t.Run(c.raw[:min(len(c.raw), 40)], func(t *testing.T) {
			_, err := Parse(c.raw, rules(t))
			var faults Errors
			if !errors.As(err, &faults) {
				t.Fatalf("no Errors but %v", err)
			}
			if faults[0].Parameter != c.parameter || !strings.Contains(faults[0].Detail, c.says) {
				t.Errorf("got %+v", faults)
			}
		})
	}
	if _, err := Parse("age=x&limit=x&tull=1", rules(t)); len(err.(Errors)) != 3 {
		t.Errorf("not every fault named: %v", err)
	}
}

func TestCursor(t *testing.T) {
	parse := func(raw string) Search {
		s, err := Parse(raw, rules(t))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	want := index.Cursor{Key: "åpen hall\x00", ID: "abc", Offset: 40}
	s := parse("q=tur&kind=event&kind=course")
	s.Query.Now = time.Unix(1795345200, 5)
	token := s.Cursor(want)
	for raw, ok := range map[string]bool{
		"q=tur&kind=event&kind=course":                             true,
		"kind=course&kind=event&q=tur&limit=7&facets=none&lang=en": true,
		"q=turn&kind=event&kind=course":                            false,
		"q=tur&kind=event":                                         false,
		"q=tur&kind=event&kind=course&sort=title":                  false,
		"q=tur&kind=event&kind=course&from=2026-11-22":             false,
	} {
		got, err := Parse(raw+"&cursor="+token, rules(t))
		if (err == nil) != ok {
			t.Errorf("%s: %v", raw, err)
		}
		if ok && (!cmp.Equal(got.Query.After, &want) || got.Query.Now.Unix() != 1795345200) {
			t.Errorf("%s: %+v at %s", raw, got.Query.After, got.Query.Now)
		}
	}
	for i := range token {
		for _, b := range []byte("Ax_") {
			if forged := token[:i] + string(b) + token[i+1:]; forged != token {
				if _, err := Parse("q=tur&kind=event&kind=course&cursor="+forged, rules(t)); err == nil {
					t.Fatalf("altered cursor taken: byte %d", i)
				}
			}
		}
	}
}

func TestSealOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 40), 1, 4).Draw(t, "parts")
		binding := rapid.String().Draw(t, "binding")
		got, ok := Open(binding, Seal(binding, parts...), len(parts))
		if !ok || !slices.EqualFunc(got, parts, slices.Equal) {
			t.Fatalf("%v %v", ok, got)
		}
		if _, ok := Open(binding+"x", Seal(binding, parts...), len(parts)); ok {
			t.Fatal("another binding is taken")
		}
		if _, ok := Open(binding, Seal(binding, parts...), len(parts)+1); ok {
			t.Fatal("another number of parts is taken")
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"", "q=fotball&age=9&free=true", "from=2026-11-22&to=2026-11-29&weekday=sa", "near=59.05,10.03&radius=3&sort=distance",
		"bbox=9,58,11,60&facets=kind,category&limit=7", "cursor=AAAA&kind=event", "q=%00%ff&limit=01", "a;b=%zz"} {
		f.Add(seed)
	}
	r := rules(f)
	f.Fuzz(func(t *testing.T, raw string) {
		s, err := Parse(raw, r)
		if err != nil {
			for _, e := range err.(Errors) {
				if e.Detail == "" || len(e.Detail) > 20_000 {
					t.Errorf("fault without a fit text: %d bytes", len(e.Detail))
				}
			}
			return
		}
		q := s.Query
		if q.Limit < 1 || q.Limit > MaxLimit || !q.From.IsZero() && !q.To.IsZero() && !q.From.Before(q.To) || q.Near == nil && q.Radius != 0 || math.IsNaN(q.Radius) {
			t.Errorf("a search that must not be: %+v", q)
		}
		given, _ := url.ParseQuery(raw)
		given.Del("cursor")
		if !cmp.Equal(given, s.Values) {
			t.Errorf("parameters are lost: %v %v", given, s.Values)
		}
		token := s.Cursor(index.Cursor{Key: "k", ID: "i", Offset: 1})
		given.Set("cursor", token)
		if again, err := Parse(given.Encode(), r); err != nil || again.Query.After == nil {
			t.Errorf("own cursor refused: %v", err)
		}
	})
}

// Package relevance holds documents and queries that say what a resident would expect to find, and measures the engines by them.
//
// testdata/documents.json are made-up listings; testdata/queries-seen.json may be looked at by whoever improves the search, and
// testdata/queries-unseen.json may not: it says how good the search is on words that nobody has tuned for. A kind of query that fails there is
// mended by its fellows in the other half. queries-third.json and queries-fourth.json were written at the keyboard as residents write, each before anything
// was changed for it; their notes say what they found then, which is what the search is worth on new words. They may be looked at now.
package relevance_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/index/indextest"
)

// fixture is one listing, in the form of the shared examples.
type fixture struct {
	ID           string
	Title        string
	Description  string
	Organiser    string
	Municipality string // name
	Place        string
	Category     string
	Tags         []string
	AgeMin       int   `json:"age_min"` // 0: from birth
	AgeMax       int   `json:"age_max"` // 99: no upper bound
	Price        int64 // kroner
	Weekdays     []string
	Adapted      bool
	// Accessibility are tags that the texts do not tell.
	Accessibility []string
	WrittenIn     string `json:"written_in"`
	Free          bool
}

// query is what a resident types, and what is expected of the answer.
type query struct {
	ID          string
	Kind        string
	Q           string
	MustTop3    []string `json:"must_top3"`
	MustBeFirst bool     `json:"must_be_first"` // of the only one of MustTop3
	MaxTotal    int      `json:"max_total_hits"`
	MinTotal    int      `json:"min_total_hits"` // not in the shared examples
	// Reads are the filters that the query says, as "age=7", "municipality=larvik" or, for any value, "from". Nil: not asked.
	Reads []string
}

type suite struct {
	Note    string // what was measured when the queries were new
	Docs    []fixture
	Queries []query
}

func read(t testing.TB, path string) suite {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s suite
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return s
}

// half gives our documents with one half of our queries.
func half(t testing.TB, name string) suite {
	t.Helper()
	s := read(t, "testdata/documents.json")
	s.Queries = read(t, "testdata/queries-"+name+".json").Queries
	return s
}

// typedSets are queries that were written after the search, in order, each with documents of its own.
var typedSets = []string{"third", "fourth"}

// typed gives such a set with our documents and those of the sets before it.
func typed(t testing.TB, name string) suite {
	t.Helper()
	docs := read(t, "testdata/documents.json").Docs
	for _, set := range typedSets {
		s := read(t, "testdata/queries-"+set+".json")
		docs = append(docs, s.Docs...)
		if set == name {
			s.Docs = docs
			return s
		}
	}
	t.Fatalf("no set %q", name)
	return suite{}
}

// shared gives the shared examples, or skips where they are not.
func shared(t testing.TB) suite {
	t.Helper()
	folder := os.Getenv("FRITIDSHUB_SHARED")
	if folder == "" {
		folder = "../../../shared"
	}
	path := filepath.Join(folder, "relevance-examples.json")
	if _, err := os.Stat(path); err != nil {
		t.Skip("skipped: the shared examples are not here (set FRITIDSHUB_SHARED to their folder)")
	}
	return read(t, path)
}

// byDay are the days of RFC 5545 by their names in bokmål and nynorsk.
var byDay = map[string]string{"mandag": "MO", "måndag": "MO", "tirsdag": "TU", "tysdag": "TU", "onsdag": "WE", "torsdag": "TH", "fredag": "FR",
	"lørdag": "SA", "laurdag": "SA", "søndag": "SU", "sundag": "SU"}

var dayNumbers = map[string]int{"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}

// kinds are what a source of such listings is set up to give; others give activities.
var kinds = map[string]catalog.Kind{"Frivillig": catalog.KindVolunteering, "Støtteordning": catalog.KindScheme, "Billetter": catalog.KindTicket}

// now is the moment of all searches.
var now = indextest.Now

func builtIn(t testing.TB) *taxonomy.Taxonomy {
	t.Helper()
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

func oslo(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// sourceID is the source of all fixtures, so that they can be told from generated documents.
const sourceID = "fixtures"

// documents makes of fixtures what the hub would make of them: a record with categories read from its words, then a document.
func documents(t testing.TB, fixtures []fixture) []index.Document {
	t.Helper()
	tax, zone := builtIn(t), oslo(t)
	var docs []index.Document
	for i, f := range fixtures {
		r := catalog.Record{Source: sourceID, NativeID: f.ID, Kind: catalog.KindActivity, Title: f.Title, Description: f.Description,
			Keywords: append([]string{f.Category}, f.Tags...), Language: f.WrittenIn,
			Organizer: &catalog.Organizer{Name: f.Organiser}, Place: &catalog.Place{Name: f.Place}, Age: &catalog.Age{}}
		if kind, stated := kinds[f.Category]; stated {
			r.Kind = kind
		}
		number, known := tax.FacetValue(string(index.FacetMunicipality), f.Municipality)
		if !known {
			t.Fatalf("%s: no municipality is called %q", f.ID, f.Municipality)
		}
		r.Place.Municipality = number
		if f.AgeMin > 0 {
			r.Age.Min = &f.AgeMin
		}
		if f.AgeMax < 99 {
			r.Age.Max = &f.AgeMax
		}
		price := catalog.Kroner(f.Price)
		r.Price = &catalog.Price{Min: &price, Max: &price, Free: catalog.No}
		if f.Free {
			r.Price.Free = catalog.Yes
		}
		if f.Adapted {
			r.Accessibility = []string{"general"}
		}
		r.Accessibility = append(r.Accessibility, f.Accessibility...)
		for _, name := range f.Weekdays {
			day, known := byDay[name]
			if !known {
				t.Fatalf("%s: no weekday is called %q", f.ID, name)
			}
			start := time.Date(2026, 8, 17+dayNumbers[day], 17, 30, 0, 0, zone)
			r.Schedule.Series = append(r.Schedule.Series, catalog.Series{Start: start, End: start.Add(90 * time.Minute), Rules: []string{"FREQ=WEEKLY;BYDAY=" + day}})
		}
		r.Categories = tax.MapRecord(r.Keywords, r.Title, "")
		l := catalog.Single("hub", &r)
		d := index.NewDocument(&catalog.ListingState{Listing: l, Change: int64(i + 1), UpdatedAt: now}, tax, calendar.Hub{Zone: zone}, now)
		d.ID = f.ID
		docs = append(docs, d)
	}
	return docs
}

// TestFixtures keeps the fixtures sound.
func TestFixtures(t *testing.T) {
	s := read(t, "testdata/documents.json")
	if len(s.Docs) < 60 {
		t.Errorf("only %d documents", len(s.Docs))
	}
	held := map[string]bool{}
	for _, d := range documents(t, s.Docs) {
		if held[d.ID] {
			t.Errorf("%s is there twice", d.ID)
		}
		held[d.ID] = true
	}
	asked, halves, total := map[string]string{}, map[string]int{}, 0
	for i, name := range []string{"seen", "unseen"} {
		for _, q := range half(t, name).Queries {
			total++
			halves[q.Kind] |= 1 << i
			key := strings.ToLower(q.Q)
			if twin := asked[key]; twin != "" {
				t.Errorf("%s asks what %s asks", q.ID, twin)
			}
			asked[key] = q.ID
			for _, id := range q.MustTop3 {
				if !held[id] {
					t.Errorf("%s wants %s, which is no document", q.ID, id)
				}
			}
			if len(q.MustTop3) > 3 || q.MustBeFirst && len(q.MustTop3) != 1 || q.MinTotal > q.MaxTotal || len(q.MustTop3) > q.MaxTotal {
				t.Errorf("%s cannot be passed: %s", q.ID, fmt.Sprint(q))
			}
		}
	}
	for _, name := range typedSets {
		s := typed(t, name)
		if s.Note == "" {
			t.Errorf("%s does not tell what was measured when it was new", name)
		}
		ids := map[string]bool{}
		for _, d := range s.Docs {
			ids[d.ID] = true
		}
		for _, q := range s.Queries {
			key := strings.ToLower(q.Q)
			if twin := asked[key]; twin != "" {
				t.Errorf("%s asks what %s asks", q.ID, twin)
			}
			asked[key] = q.ID
			for _, id := range q.MustTop3 {
				if !ids[id] {
					t.Errorf("%s wants %s, which is no document", q.ID, id)
				}
			}
		}
	}
	if total < 160 {
		t.Errorf("only %d queries", total)
	}
	for kind, in := range halves {
		if in != 3 {
			t.Errorf("the kind %s is not in both halves", kind)
		}
	}
}

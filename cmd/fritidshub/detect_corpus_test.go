package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"fritidshub/connectors/connectortest"
)

// expected says what detect should call the files of a folder of the corpus, first; "" is nothing at all.
type expected struct {
	kind  string
	under string            // what the address of such data always has
	other map[string]string // by file, where it is another kind
	// none are files with nothing in them that a resident could take part in, and why. Whatever detect says of them is not counted.
	none map[string]string
}

var expectations = map[string]expected{
	"ics":         {kind: "ical"},
	"rss":         {kind: "rss"},
	"jsonld-html": {kind: "jsonld"},
	"hevent-html": {kind: "jsonld"}, // which reads microformats too
	"openactive": {kind: "rpde", other: map[string]string{
		"w3c-cg-example-data--flex.jsonld": "jsonld", "w3c-cg-example-data--good-gym.jsonld": "jsonld"},
		none: map[string]string{"activity-list--cardio.jsonld": "a list of concepts", "w3c-cg-example-data--ping.jsonld": "a place of a misspelt type"}},
	"linkedevents": {kind: "linkedevents", none: map[string]string{
		"palvelutarjotin--places_data.json": "places", "palvelutarjotin--place_data.json": "a place", "palvelutarjotin--keywords_data.json": "keywords",
		"palvelutarjotin--keyword_set_data.json": "keywords", "palvelutarjotin--popular_keyword_set_data.json": "keywords"}},
	"ticket-json": {kind: "json", other: map[string]string{
		"corning-events--ticketmaster.json": "ticketmaster", "iaal--tikkio_ld_json.json": "tikkio"},
		none: map[string]string{"si507-project5--eventbrite.json": "Eventbrite's list of categories"}},
	"event-json":  {kind: "json", other: map[string]string{"iaal--friskus_page1.json": "friskus"}},
	"hsds":        {kind: "hsds", none: map[string]string{"specification--taxonomy_term_list.json": "terms"}},
	"activitypub": {kind: "gancio", under: "federation/p/"},
	"registry": {kind: "brreg", other: map[string]string{"skolerute--skoler.csv": "csv"},
		none: map[string]string{"idrettsanlegginorge--idrettsanleggkommuner.csv": "numbers of municipalities, without headers",
			"skolerute--skolerute-2016-17.csv": "a school year day by day, without a column that names anything"}},
	// Pages without structured data: html is right where a list with titles and whole dates can be found. The others have dates without
	// a year (dafc, rockwell), in running text (capeet, crb) or filled in by a script (cobb_county), one event only (1207800), or
	// nothing that could be a title (city_council, hennepin, ramsey: every link is "Meeting details"): there nothing is the honest
	// answer. Two files are JSON that their owner has named .html.
	"listing-html": {kind: "", other: map[string]string{"iaal--bibliotek_forsiden.html": "html", "iaal--parken_program.html": "html",
		"corning-events--chamber.html":         "html",
		"city-scrapers-atl--atl_beltline.html": "tribe", "city-scrapers-minn--minn_hcg_boc.html": "json"}},
}

var elsewhere = regexp.MustCompile(`href=["']?https?://[^/"' >]+/?`)

// TestDetectCorpus: real data served with a right and with wrong media types is known again.
func TestDetectCorpus(t *testing.T) {
	const bare = 3 // this type comes from addresses whose ending does not help either
	shared := connectortest.Shared(t)
	if connectortest.RaceOn {
		t.Skip("skipped under the race detector: make test reads the corpus without it")
	}
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	types := []string{"", "text/plain", "application/octet-stream", "text/html"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // /<type>/<folder>/<file>
		number, file, _ := strings.Cut(strings.TrimPrefix(strings.TrimSuffix(r.URL.Path, "/data"), "/"), "/")
		n, err := strconv.Atoi(number)
		file = strings.Replace(file, "federation/p/", "", 1)
		body, readErr := os.ReadFile(filepath.Join(shared, "corpus", filepath.FromSlash(file)))
		if err != nil || readErr != nil {
			http.NotFound(w, r)
			return
		}
		if w.Header().Set("Content-Type", types[n]); n == 0 {
			w.Header().Set("Content-Type", connectortest.ContentType(path.Base(file)))
		}
		if strings.HasSuffix(file, ".html") { // what a page links to is looked for here, and is not: no test asks the network
			body = elsewhere.ReplaceAll(body, []byte(`href="/elsewhere/`))
		}
		w.Write(body)
	}))
	defer server.Close()

	type job struct{ folder, file, want string }
	var jobs []job
	for folder, e := range expectations {
		for _, truth := range connectortest.Corpus(t, folder) {
			file := path.Base(truth.File)
			want, own := e.other[file]
			if !own {
				want = e.kind
			}
			switch {
			case e.none[file] != "", !own && folder != "listing-html" && (truth.Records == nil || *truth.Records == 0):
				continue
			}
			jobs = append(jobs, job{folder, file, want})
		}
	}
	type score struct{ right, all int }
	scores := map[string]*score{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	turn := make(chan struct{}, 16) // most of the time goes to waiting politely
	for _, j := range jobs {
		for n := range types {
			turn <- struct{}{}
			wait.Go(func() {
				defer func() { <-turn }()
				address := fmt.Sprintf("%s/%d/%s/%s%s", server.URL, n, j.folder, expectations[j.folder].under, j.file)
				if n == bare {
					address += "/data"
				}
				found := detected(t, flags, address)
				kinds := kindsOf(found)
				if n == 0 {
					for _, p := range found {
						_, pasted := setUp(t, p.Entry, nil)
						if code, out, errs := call(t, nil, append([]string{"check"}, pasted...)...); code != exitOK {
							t.Errorf("check of the proposal: %s%s\n%s", out, errs, p.Entry)
						}
					}
				}
				first := ""
				if len(kinds) > 0 {
					first = kinds[0]
				}
				mu.Lock()
				defer mu.Unlock()
				s := scores[j.folder]
				if s == nil {
					s = &score{}
					scores[j.folder] = s
				}
				if s.all++; first == j.want {
					s.right++
				} else if n == 0 || first != "" {
					t.Logf("%s/%s as %q: %v, want %s", j.folder, j.file, types[n], kinds, j.want)
				}
			})
		}
	}
	wait.Wait()
	right, all := 0, 0
	for _, folder := range slices.Sorted(maps.Keys(scores)) {
		s := scores[folder]
		right, all = right+s.right, all+s.all
		t.Logf("%-14s %3d of %3d", folder, s.right, s.all)
	}
	t.Logf("%-14s %3d of %3d", "in all", right, all)
	if right*100 < all*95 {
		t.Errorf("%d of %d is below 95 %%", right, all)
	}
}

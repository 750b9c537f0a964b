package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fritidshub/catalog"
)

// register is a fake of Kartverket's address register, made from what is known of its protocol second-hand (geocode/README.md); it was
// not held against the real one. It knows Kongegata 5, and refuses while it is down.
func register(t *testing.T, down *atomic.Bool, asked *atomic.Int64) (address, allow string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if down.Load() {
			http.Error(w, "nede", http.StatusServiceUnavailable)
			return
		}
		hits := ""
		if r.URL.Query().Get("sok") == "Kongegata 5" {
			hits = `{"adressetekst":"Kongegata 5","postnummer":"3256","poststed":"LARVIK","kommunenummer":"3909","representasjonspunkt":{"epsg":"EPSG:4258","lat":59.0512,"lon":10.0321}}`
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"metadata":{"totaltAntallTreff":%d},"adresser":[%s]}`, min(len(hits), 1), hits)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/adresser/v1", strings.TrimPrefix(s.URL, "http://")
}

const addressed = `Id;Navn;Sted;Adresse;Postnr;Ukedag;Fra kl.;lat;lon
kor;Korøvelse;Frivilligsentralen;Kongegata 5, 2. etg;3256;tirsdag;18.00;;
dans;Dansekveld;Galleriet;Kongegata 5;3256;fredag;19.00;59.2;10.2
tur;Turlag;Huset;Ingenveien 99;3256;onsdag;19.00;;
`

// TestGeocode: addresses get positions from the register when the hub asks for it, each is asked for once, a source's own position stays,
// the register is credited, and a register that is down hurts nobody.
func TestGeocode(t *testing.T) {
	var down atomic.Bool
	var asked atomic.Int64
	address, allow := register(t, &down, &asked)
	dir, flags := setUp(t, "", map[string]string{"lag.csv": addressed})
	declare := func(geocode string) {
		write(t, filepath.Join(dir, "sources.yaml"), fmt.Sprintf("hub: {id: prove, name: Prøve, municipality: \"3909\", %s}\nsources:\n%s", geocode, csvSource))
	}
	sync := func() {
		t.Helper()
		code, out, errs := call(t, map[string]string{"FRITIDSHUB_ALLOW_PRIVATE": allow}, append([]string{"sync"}, flags...)...)
		if code != exitOK || errs != "" {
			t.Fatal(code, out, errs)
		}
	}
	positions := func() string {
		t.Helper()
		_, out, _ := call(t, nil, append([]string{"export", "-format", "ndjson"}, flags...)...)
		got := map[string]string{}
		for decoder := json.NewDecoder(strings.NewReader(out)); decoder.More(); {
			var item catalog.Item
			if err := decoder.Decode(&item); err != nil {
				t.Fatal(err)
			}
			if p := item.Place; p != nil && p.Lat != nil {
				got[item.Title] = fmt.Sprintf("%v,%v", *p.Lat, *p.Lon)
			}
		}
		text, _ := json.Marshal(got)
		return string(text)
	}
	const own, found = `{"Dansekveld":"59.2,10.2"}`, `{"Dansekveld":"59.2,10.2","Korøvelse":"59.0512,10.0321"}`
	on := "geocode: true, geocode_url: \"" + address + "\""
	for _, step := range []struct {
		what, hub string
		down      bool
		positions string
		asked     int64 // -1: at least once
	}{
		{"off", "geocode: false", false, own, 0},
		{"down", on, true, own, -1},
		{"up again, and the source is unchanged", on, false, found, 2},
		{"everything is known", on, false, found, 0},
		{"off again", "geocode: false", false, own, 0},
		{"on, from what was kept", on, true, found, 0},
	} {
		declare(step.hub)
		down.Store(step.down)
		asked.Store(0)
		sync()
		if got := positions(); got != step.positions {
			t.Errorf("%s: %s", step.what, got)
		}
		if n := asked.Load(); n != step.asked && (step.asked >= 0 || n == 0) {
			t.Errorf("%s: asked %d times", step.what, n)
		}
	}

	base, stop := startServe(t, []string{"FRITIDSHUB_ALLOW_PRIVATE=" + allow}, flags)
	defer stop()
	var hits struct{ Items []catalog.Item }
	within(t, 10*time.Second, "content", func() bool {
		getJSON(t, base+"/api/v1/search?q=kor%C3%B8velse", &hits)
		return len(hits.Items) == 1
	})
	var listing struct {
		Provenance map[string]struct {
			Source, By string
			Derived    bool
		}
	}
	getJSON(t, base+"/api/v1/listings/"+hits.Items[0].ID, &listing)
	if geo := listing.Provenance["place.geo"]; !geo.Derived || geo.By != "Kartverket" || geo.Source != "lag" || listing.Provenance["place"].Derived {
		t.Errorf("%+v", listing.Provenance)
	}
	var sources struct {
		Credits []struct{ Name, Attribution string }
	}
	getJSON(t, base+"/api/v1/sources", &sources)
	if len(sources.Credits) != 1 || sources.Credits[0].Attribution != "© Kartverket" {
		t.Errorf("%+v", sources)
	}
	resp, err := http.Get(base + "/l/" + hits.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if page, _ := io.ReadAll(resp.Body); !strings.Contains(string(page), "© Kartverket") {
		t.Error("the page does not credit the register")
	}

	// What comes while it runs is looked up too, in the background.
	down.Store(false)
	write(t, filepath.Join(dir, "lag.csv"), addressed+"bok;Bokprat;Kulturkaféen;Kongegata 5;3256;mandag;18.00;;\n")
	sync()
	within(t, 20*time.Second, "the position of a new listing", func() bool { return total(t, base, "q=bokprat&near=59.0512,10.0321&radius=1") == 1 })
}

// TestCheckTellsEverythingOfPlacesAndSchool: all faults of the files beside sources.yaml at once, with file and line, in Norwegian.
func TestCheckTellsEverythingOfPlacesAndSchool(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(1), "places.yaml": `areas:
  - {navn: Stavern, municipality: "3909"}
  - {name: Kvelde, municipality: 3909, postal_codes: [3282, "32"]}
  - {name: Byen, municipality: "0709", circle: {lat: 10, lon: 59, km: vid}}
places:
  - {name: Biblioteket, municipality: "3909"}
`, "school.yaml": `- area: "4001"
  years:
    - year: 2026
    - year: 2026/27
      first: 17. august
      last: 2027-06-18
      ferier: []
      breaks:
        - {name: jul, from: 2026-12-24, to: 2026-12-01}
- area: "1"
  years: alle
`})
	code, out, _ := call(t, nil, append([]string{"check", "-json"}, flags...)...)
	var answer struct {
		Problems []struct {
			File, What, Do string
			Line           int
		}
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil || code != exitUsage {
		t.Fatal(code, err, out)
	}
	var got []string
	for _, p := range answer.Problems {
		if p.Do == "" {
			t.Errorf("%+v says nothing of what to do", p)
		}
		got = append(got, fmt.Sprintf("%s:%d: %s", filepath.Base(p.File), p.Line, p.What))
	}
	text := strings.Join(got, "\n")
	for _, want := range []string{
		`school.yaml:3: year "2026" er ikke`, `school.yaml:5: "17. august" er ikke en dato`, `school.yaml:7: ukjent nøkkel "ferier"`, "school.yaml:9: jul slutter før",
		`school.yaml:10: område 2: area "1"`, `school.yaml:11: fant "alle"`,
		`places.yaml:2: ukjent nøkkel "navn"`, "places.yaml:2: nærmiljøet mangler name", `places.yaml:3: "32" er ikke et postnummer`,
		"places.yaml:4: kommunenummeret 0709 er ikke i bruk", "places.yaml:4: lat og lon er byttet om", `places.yaml:4: fant "vid"`,
		`places.yaml:6: navnet "Biblioteket" sier ikke`, "places.yaml:6: stedet har verken address",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("not told: %s", want)
		}
	}
	for _, english := range []string{"yaml:", "unmarshal", "cannot", "field "} {
		if strings.Contains(strings.ReplaceAll(text, ".yaml:", ""), english) {
			t.Errorf("English: %s", english)
		}
	}
	write(t, filepath.Join(dir, "places.yaml"), "# ingenting ennå\n")
	write(t, filepath.Join(dir, "school.yaml"), "")
	if code, out, _ := call(t, nil, append([]string{"check"}, flags...)...); code != exitOK {
		t.Error(out)
	}
}

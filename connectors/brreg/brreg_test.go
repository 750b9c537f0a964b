package brreg

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/connectors/connectortest"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

const place = `"forretningsadresse":{"postnummer":"3290","poststed":"STAVERN","kommunenummer":"%s"}`

// registers answers as the two registers do: 250 units in 3909 and 3 in 4001, and 1,000 organisations in Frivillighetsregisteret. It
// notes the addresses asked for.
type registers struct {
	asked []string
	total int  // said of 3909; 0 means the truth
	loop  bool // searchAfter is ignored
}

func (g *registers) answer(address string) ([]byte, string, bool) {
	g.asked = append(g.asked, address)
	u, _ := url.Parse(address)
	q, items := u.Query(), []string{}
	if strings.HasPrefix(u.Path, registerPath) {
		after, next := q.Get("searchAfter"), ""
		if g.loop {
			after = ""
		}
		for i := 1; i <= 1000; i++ {
			if n := fmt.Sprint(900000000 + i); n > after {
				if len(items) == 100 {
					next = `,"next":{"href":"x"}`
					break
				}
				items = append(items, fmt.Sprintf(`{"organisasjonsnummer":%q,"icnpoKategorier":[{"icnpoNummer":"1200","rekkefoelge":1}]}`, n))
			}
		}
		return fmt.Appendf(nil, `{"_embedded":{"frivilligeOrganisasjoner":[%s]},"_links":{"self":{}%s}}`, strings.Join(items, ","), next), "application/hal+json", true
	}
	page, count, first := 0, 250, 900000000
	fmt.Sscan(q.Get("page"), &page)
	if q.Get("kommunenummer") == "4001" {
		count, first = 3, 900000900
	}
	for i := page*100 + 1; i <= min(count, page*100+100); i++ {
		items = append(items, fmt.Sprintf(`{"organisasjonsnummer":"%d","navn":"PRØVELAG %d",`+place+`}`, first+i, i, q.Get("kommunenummer")))
	}
	total := count
	if g.total > 0 && count == 250 {
		total = g.total
	}
	return fmt.Appendf(nil, `{"_embedded":{"enheter":[%s]},"page":{"totalElements":%d,"totalPages":%d}}`, strings.Join(items, ","), total, (total+99)/100), "application/json", true
}

func pull(t *testing.T, g *registers, options, state string, now time.Time) connectortest.Result {
	t.Helper()
	c := connectortest.At(t, "https://data.brreg.no/", options)
	c.State, c.Now = state, now
	g.asked = nil
	got, err := connectortest.Pull(t, Kind, c, g.answer)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func kinds(r connectortest.Result) (n int) {
	for _, rec := range r.Records {
		if rec.Organizer.Kind == "sport" {
			n++
		}
	}
	return n
}

// TestRounds walks Frivillighetsregisteret over several runs, each within its number of requests, until every organisation has its kind.
func TestRounds(t *testing.T) {
	g := &registers{}
	const options = `{municipalities: ["4001", "3909"], max_pages: 8}`
	state, now := "", connectortest.Now
	for i, want := range []struct{ asked, kinds int }{{8, 250}, {8, 250}, {6, 253}, {4, 253}} {
		got := pull(t, g, options, state, now)
		if len(g.asked) != want.asked || len(got.Records) != 253 || kinds(got) != want.kinds || !got.Complete {
			t.Fatalf("run %d: %d requests, %d records, %d kinds, %q; want %+v", i+1, len(g.asked), len(got.Records), kinds(got), got.Why, want)
		}
		state = got.State
	}
	pull(t, g, options, state, now.Add(roundEvery))
	if !slices.Contains(g.asked, "https://data.brreg.no"+registerPath+"?size=100") {
		t.Errorf("no new round after %v: %q", roundEvery, g.asked)
	}
}

// TestIncomplete names what keeps a pull from being complete, so that nothing is removed.
func TestIncomplete(t *testing.T) {
	tests := []struct {
		name, options, why string
		g                  registers
		records, asked     int
	}{
		{"too few requests", `{municipalities: ["3909"], max_pages: 2}`, "options.max_pages", registers{}, 200, 2},
		{"the pages show fewer than they say", `{municipalities: ["3909"]}`, "skal ha 290 organisasjoner, men sidene viste 250", registers{total: 290}, 250, 3},
		{"more than the search reaches", `{municipalities: ["3909"]}`, "viser bare de første 10000", registers{total: 12_000}, 250, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := pull(t, &tt.g, tt.options, "", connectortest.Now)
			if got.Complete || !strings.Contains(got.Why, tt.why) || len(got.Records) != tt.records || len(tt.g.asked) != tt.asked {
				t.Errorf("%d records, %d requests, complete %v: %q", len(got.Records), len(tt.g.asked), got.Complete, got.Why)
			}
		})
	}
}

// TestRegisterRepeatsItself ends the walk when the cursor is not heeded.
func TestRegisterRepeatsItself(t *testing.T) {
	g := &registers{loop: true}
	got := pull(t, g, `{municipalities: ["3909"]}`, "", connectortest.Now)
	if len(g.asked) != 5 || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "ventet organisasjoner etter 900000100") {
		t.Errorf("%d requests, warnings %q", len(g.asked), got.Warnings)
	}
}

// TestNothingPersonal looks for what the registers hold of people and accounts in everything that a pull gives.
func TestNothingPersonal(t *testing.T) {
	files, _ := filepath.Glob("testdata/*/want.json")
	if len(files) == 0 {
		t.Fatal("no cases")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, private := range []string{"12345678901", "99 99 99 99", "33 00 00 00", "kari", "Kari", "KARI", "Prøveveien"} {
			if strings.Contains(string(text), private) {
				t.Errorf("%s holds %q", file, private)
			}
		}
	}
}

// TestCorpus reads answers of Enhetsregisteret that others have kept.
func TestCorpus(t *testing.T) {
	right, all := 0, 0
	for _, truth := range connectortest.Corpus(t, "registry") {
		if !strings.HasSuffix(truth.File, ".json") {
			continue // school routes and lists of halls, which are the kind csv
		}
		text, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseUnits(string(text), "https://data.brreg.no"+unitsPath)
		if err != nil {
			t.Errorf("%s: %v", truth.File, err)
			continue
		}
		var names []string
		for _, u := range got.Units {
			names = append(names, u.record(nil, nil).Title)
		}
		for _, want := range truth.GroundTruth {
			if want["title"] == nil { // the manifest counts the empty page itself
				continue
			}
			if all++; slices.Contains(names, fmt.Sprint(want["title"])) {
				right++
			} else {
				t.Logf("%s: no %v in %q", truth.File, want["title"], names)
			}
		}
	}
	t.Logf("%d of %d units right", right, all)
	if all == 0 || right*100 < all*95 {
		t.Errorf("%d of %d units right", right, all)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		units, err := ParseUnits(text, "https://data.brreg.no/")
		if err == nil {
			for i := range units.Units {
				r := units.Units[i].record([]string{"1200"}, nil)
				if r.Title == "" || len(r.NativeID) != 9 {
					t.Errorf("%+v", r)
				}
			}
		}
		groups, err := ParseGroups(text, "https://data.brreg.no/")
		for number, codes := range groups.Of {
			if err != nil || len(number) != 9 || len(codes) > maxCodes || number > groups.Last {
				t.Errorf("%q %q of %+v, error %v", number, codes, groups, err)
			}
		}
		if state, err := json.Marshal(progress{Groups: groups.Of}); err != nil {
			t.Errorf("%s: %v", state, err)
		}
	})
}

package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// concerts are three things in a table, of which another source has the first two too.
func concerts(prefix string, titles ...string) string {
	day := time.Now().AddDate(0, 0, 20)
	text := "Id;Aktivitet;Arrangør;Sted;Startdato;Fra kl.;Pris\n"
	for i, title := range titles {
		text += prefix + string(rune('1'+i)) + ";" + title + ";Larvik bluesklubb;Bølgen kulturhus;" + day.AddDate(0, 0, i).Format("02.01.2006") + ";20.00;250\n"
	}
	return text
}

var listingLink = regexp.MustCompile(`/editor/listings/([A-Za-z0-9_-]+)"`)

// listing is the id of what is found with some words, the first.
func (e *editor) listing(words string) string {
	e.Helper()
	page := e.get("/editor/listings?"+url.Values{"q": {words}}.Encode(), http.StatusOK)
	m := listingLink.FindStringSubmatch(page)
	if m == nil {
		e.Fatalf("nothing is found with %q:\n%s", words, page)
	}
	return m[1]
}

// TestDeskListings: an editor finds a listing, sees why it is one, and splits, joins, hides and corrects it; each is taken back. What is decided outlives a
// new import, a restart, a reindex, and a backup that is restored.
func TestDeskListings(t *testing.T) {
	one := concerts("k", "Bluesnatt med Tor Eikeland", "Julekonsert med Kvelde storband", "Barnas juleverksted")
	yaml := csvSource + "  - {id: kommune, name: Kommunens kalender, kind: csv, url: \"file:kommune.csv\", licence: CC0-1.0}\n"
	dir, flags := setUp(t, yaml, map[string]string{"lag.csv": concerts("", "Bluesnatt med Tor Eikeland", "Julekonsert med Kvelde storband"), "kommune.csv": one})
	env := []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken}
	base, stop := startServe(t, env, flags)
	defer func() { stop() }()
	e := signedIn(t, base)
	shown := func(want int) {
		t.Helper()
		within(t, 10*time.Second, "residents see what was decided", func() bool { return total(t, e.base, "limit=1") == want })
	}
	shown(3)
	blues := e.listing("Bluesnatt")
	page := e.get("/editor/listings/"+blues, http.StatusOK)
	e.has(page, "Innbyggerne ser den.", "Slått sammen av 2", "Hvorfor: ", "samme tittel", "Kommunens kalender", "Rett<span class=\"unseen\"> Pris")
	e.has(e.get("/editor/listings?q="+url.QueryEscape(base+"/l/"+blues), http.StatusOK), "Slått sammen av 2")
	e.get("/editor/listings/finnes-ikke", http.StatusNotFound)

	// Split, and back.
	page = e.post("/editor/listings/"+blues+"/part", url.Values{"source": {"kommune"}, "item": {"k1"}}, http.StatusOK)
	e.has(page, "De er skilt", "er ikke det samme som", "Ta tilbake nr. 1")
	shown(4)
	e.post("/editor/listings/"+blues+"/part", url.Values{"source": {"kommune"}, "item": {"k1"}}, http.StatusConflict)
	e.has(e.post("/editor/decisions/undo", url.Values{"decision": {"1"}, "listing": {blues}}, http.StatusOK), "Slått sammen av 2")
	shown(3)
	e.post("/editor/decisions/undo", url.Values{"decision": {"1"}}, http.StatusConflict)

	// Join what the hub keeps apart.
	workshop, concert := e.listing("juleverksted"), e.listing("Julekonsert")
	e.has(e.get("/editor/listings/"+workshop+"/join?q=julekonsert", http.StatusOK), `value="`+concert+`"`, "Slå sammen")
	e.has(e.post("/editor/listings/"+workshop+"/join", url.Values{"other": {concert}, "note": {"samme dag i år"}}, http.StatusOK), "slått sammen til én", "Slått sammen av 3", "samme dag i år")
	shown(2)
	e.post("/editor/listings/"+workshop+"/join", url.Values{"other": {concert}}, http.StatusConflict)

	// Correct, pin a category, hide.
	blues = e.listing("Bluesnatt")
	e.has(e.get("/editor/listings/"+blues+"/fields/price", http.StatusOK), `value="250"`)
	e.has(e.post("/editor/listings/"+blues+"/fields/age", url.Values{"age": {"voksne og barn?"}, "note": {"x"}}, http.StatusUnprocessableEntity), "Dette må rettes", "voksne og barn?")
	e.has(e.post("/editor/listings/"+blues+"/fields/price", url.Values{"price": {"gratis"}, "note": {"spleiselag"}}, http.StatusOK), "Rettelsen gjelder", "rettet av en redaktør", "spleiselag")
	e.post("/editor/listings/"+blues+"/fields/categories", url.Values{"categories": {"concert", "", "concert"}}, http.StatusOK)
	e.post("/editor/listings/"+blues+"/fields/title", url.Values{"title": {""}}, http.StatusUnprocessableEntity)
	e.post("/editor/listings/"+blues+"/fields/title", url.Values{"title": {"Blues i Bølgen"}}, http.StatusOK)
	e.post("/editor/listings/"+blues+"/fields/summary", url.Values{"summary": {"x"}, "remove": {"1"}}, http.StatusOK)
	e.has(e.post("/editor/listings/"+blues+"/fields/schedule", url.Values{"more": {"dates"}, "rows.dates": {"1"}, "dates.0.start": {"2027-01-05 19:00"}}, http.StatusOK), `value="2027-01-05 19:00"`, `name="dates.3.start"`)
	e.post("/editor/listings/"+blues+"/fields/nøkkelord", nil, http.StatusNotFound)
	hidden := e.listing("juleverksted")
	e.has(e.post("/editor/listings/"+hidden+"/hide", nil, http.StatusOK), "En redaktør har skjult den")
	shown(1)
	e.post("/editor/listings/"+hidden+"/hide", nil, http.StatusConflict)

	decided := func() {
		t.Helper()
		shown(1)
		var l struct {
			Items []struct {
				Title      string
				Categories []string
				Price      struct{ Free bool }
			}
		}
		getJSON(t, e.base+"/api/v1/search", &l)
		if got := l.Items[0]; got.Title != "Blues i Bølgen" || !got.Price.Free || len(got.Categories) != 1 || got.Categories[0] != "concert" {
			t.Errorf("residents see %+v", got)
		}
		e.has(e.get("/editor/listings", http.StatusOK), "er det samme som", "vises ikke", "Navn for", "Pris for")
	}
	decided()
	write(t, filepath.Join(dir, "kommune.csv"), strings.ReplaceAll(one, ";250", ";300"))
	e.post("/editor/sources/kommune/run", nil, http.StatusOK)
	e.has(e.get("/editor/sources/kommune", http.StatusOK), "3 endret")
	decided()

	stop()
	run := func(args ...string) {
		t.Helper()
		if code, out, errs := call(t, nil, append(args, flags...)...); code != exitOK {
			t.Fatalf("%q: exit %d: %s%s", args, code, out, errs)
		}
	}
	again := func() {
		t.Helper()
		base, stop = startServe(t, env, flags)
		e = signedIn(t, base)
		decided()
	}
	again()
	copied := filepath.Join(t.TempDir(), "kopi.db")
	run("backup", copied)
	stop()
	run("reindex")
	again()
	stop()
	if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
		t.Fatal(err)
	}
	run("restore", copied)
	again()

	e.post("/editor/decisions/undo", url.Values{"decision": {"2"}}, http.StatusOK)
	within(t, 10*time.Second, "what was joined is two again, of which one is hidden still", func() bool {
		return !strings.Contains(e.get("/editor/listings", http.StatusOK), "er det samme som")
	})
	e.has(e.get("/editor/log", http.StatusOK), "skjulte oppføringen", "rettet pris", "skilte kommune/k1 fra de andre", "tok tilbake avgjørelse nr. 1", "/editor/listings/")
}

const rich = `organizers:
  - id: havna
    name: Havna kulturlag
    kind: Kunst og kultur
    org_number: "974760673"
    url: https://havna.example
places:
  - {id: brygga, name: Brygga, address: Havnegata 1, postal_code: "3256", locality: Larvik, lat: 59.0497, lon: 10.0365}
listings:
  - id: dans
    title: Dans på brygga
    kind: kurs
    summary: Swing og vals.
    description: |-
      Ta med sko.

      Alle kan.
    url: https://havna.example/dans
    categories: [dance]
    organizer: havna
    place: brygga
    price: 100-200
    age: 16-99
    status: fullt
    accessibility: [rullestol, teleslynge]
    contact: {email: post@havna.example, phone: "33 11 22 33"}
    dates: [{start: "2030-05-02 18:00", end: "20:00"}, {start: "2030-05-09", status: avlyst}]
    offers: [{name: Voksen, price: 150, url: "https://havna.example/kjop", availability: utsolgt, remaining: 0, on_sale_until: 2030-05-01 12:00}]
`

// TestDeskCorrectsNothing: the form of each field, sent as it came, lets the listing say what it said.
func TestDeskCorrectsNothing(t *testing.T) {
	_, flags := setUp(t, "  - {id: liste, kind: list, url: \"file:liste.yaml\", licence: permission}\n", map[string]string{"liste.yaml": rich})
	base, stop := startServe(t, []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken}, flags)
	defer stop()
	e := signedIn(t, base)
	within(t, 10*time.Second, "the list is read", func() bool { return total(t, base, "limit=1") == 1 })
	id := e.listing("dans")
	says := func() map[string]any {
		t.Helper()
		var l map[string]any
		getJSON(t, base+"/api/v1/listings/"+id, &l)
		for _, own := range []string{"updated_at", "provenance", "why", "edited", "derived"} {
			delete(l, own)
		}
		return l
	}
	before := says()
	for _, field := range []string{"title", "kind", "categories", "schedule", "place", "organizer", "price", "age", "status", "summary", "description", "url", "offers", "accessibility", "contact"} {
		path := "/editor/listings/" + id + "/fields/" + field
		form := e.filledWith(e.get(path, http.StatusOK), nil)
		e.has(e.post(path, form, http.StatusOK), "Rettelsen gjelder")
		after := says()
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s is changed by %v:\n%s", field, form, diff)
		}
		before = after
	}
	e.has(e.get("/editor/listings", http.StatusOK), "Nr. 15,")
}

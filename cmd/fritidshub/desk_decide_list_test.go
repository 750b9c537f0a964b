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
)

// filledWith is what a page's form of an entry is sent with when nobody changes it but for some fields.
func (e *editor) filledWith(page string, changes url.Values) url.Values {
	e.Helper()
	form := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="(?:text|number|date|hidden)"(?: id="[^"]*")? name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		form.Add(m[1], htmlText(m[2]))
	}
	for _, m := range regexp.MustCompile(`<textarea id="[^"]*" name="([^"]*)"[^>]*>([^<]*)</textarea>`).FindAllStringSubmatch(page, -1) {
		form.Add(m[1], htmlText(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<select id="[^"]*" name="([^"]*)".*?</select>`).FindAllStringSubmatch(page, -1) {
		if s := regexp.MustCompile(`value="([^"]*)" selected`).FindStringSubmatch(m[0]); s != nil {
			form.Add(m[1], htmlText(s[1]))
		}
	}
	for _, m := range regexp.MustCompile(`<input type="checkbox" id="[^"]*" name="([^"]*)" value="([^"]*)" checked`).FindAllStringSubmatch(page, -1) {
		form.Add(m[1], htmlText(m[2]))
	}
	for key, values := range changes {
		form[key] = values
	}
	return form
}

func htmlText(s string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&#43;", "+", "&amp;", "&").Replace(s)
}

// TestDeskLists: a list is made, filled, changed and emptied with forms; residents see each change at once, and nothing else of the file is touched.
func TestDeskLists(t *testing.T) {
	dir, e, stop := deskWith(t, clubs(3))
	defer stop()
	shown := func(want int) {
		t.Helper()
		within(t, 10*time.Second, "residents see it", func() bool { return total(t, e.base, "limit=1") == want })
	}
	e.has(e.get("/editor/lists", http.StatusOK), "Ingen lister ennå.")
	e.post("/editor/lists", url.Values{"name": {" "}}, http.StatusBadRequest)
	e.has(e.post("/editor/lists", url.Values{"name": {"Lag på Øya"}}, http.StatusOK), "Listen er laget", "lag-paa-oya.yaml")
	file := filepath.Join(dir, "lag-paa-oya.yaml")
	const at = "/editor/lists/lag-paa-oya"
	read := func() string {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	declared, err := os.ReadFile(filepath.Join(dir, "sources.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	e.has(string(declared), "  # Lagene i kommunen\n  - id: lag # fra idrettsrådet\n", "- id: lag-paa-oya\n    name: Lag på Øya\n    kind: list\n    url: \"file:lag-paa-oya.yaml\"\n")

	e.has(e.post(at+"/organizers/entry", url.Values{"name": {"Havna kulturlag"}, "kind": {"Kunst og kultur"}, "contact.email": {"post@havna.example"}}, http.StatusOK), "Endringen er lagret", "Havna kulturlag")
	shown(4)
	e.has(e.post(at+"/organizers/entry", url.Values{"name": {"Kvelde kor"}, "contact.email": {"kari.nordmann@kor.example"}}, http.StatusUnprocessableEntity), "Dette må rettes", "adresse til organisasjonen", "f-contact-email-fault")
	form := url.Values{"title": {"Kor for alle"}, "kind": {"aktivitet"}, "organizer": {"havna-kulturlag"}, "description": {"Sang.\r\n\r\nKom som du er."}, "categories": {"choir", ""}, "price": {"gratis"},
		"new_place.name": {"Grendehuset"}, "new_place.postal_code": {"3282"}, "rows.weekly": {"1"}, "weekly.0.weekdays": {"tirsdag"}, "weekly.0.from": {"18:00"}, "rows.dates": {"1"}, "accessibility": {"rullestol", "teleslynge"}}
	e.has(e.post(at+"/listings/entry", url.Values{"title": {"Kor for alle"}, "rows.dates": {"1"}, "dates.0.start": {"31. februar"}}, http.StatusUnprocessableEntity), "31. februar", "f-dates-0-start-fault")
	e.post(at+"/listings/entry", url.Values{"title": {" "}}, http.StatusUnprocessableEntity)
	e.has(e.post(at+"/listings/entry", form, http.StatusOK), "Kor for alle", "Grendehuset")
	shown(4) // the organisation is named by it
	e.has(read(), "listings:\n  - id: kor-for-alle\n    title: Kor for alle\n", "    description: |-\n      Sang.\n\n      Kom som du er.\n", "weekly:\n      - weekdays: tirsdag\n        from: \"18:00\"\n", "place: grendehuset\n", "  - id: grendehuset\n", "accessibility: [rullestol, teleslynge]")

	// A form that is sent as it came changes nothing; one field changes one line.
	before := strings.Replace(read(), "    price: gratis\n", "    price: gratis  # til jul\n    keywords: [kor]\n", 1)
	write(t, file, before)
	page := e.get(at+"/listings/entry?id=kor-for-alle", http.StatusOK)
	e.has(page, `value="havna-kulturlag" selected`, `value="choir" selected`, `value="rullestol" checked`, `name="weekly.1.weekdays"`)
	e.post(at+"/listings/entry", e.filledWith(page, nil), http.StatusOK)
	if got := read(); got != before {
		t.Errorf("an entry that nobody changed is\n%s, not\n%s", got, before)
	}
	e.has(e.post(at+"/listings/entry", e.filledWith(page, url.Values{"more": {"weekly"}}), http.StatusOK), `name="weekly.3.weekdays"`)
	e.post(at+"/listings/entry", e.filledWith(page, url.Values{"price": {"50"}}), http.StatusOK)
	if got, want := read(), strings.Replace(before, "price: gratis ", `price: "50" `, 1); got != want {
		t.Errorf("the list is\n%s, not\n%s", got, want)
	}
	within(t, 10*time.Second, "residents see the price", func() bool { return total(t, e.base, "q=kor&free=true") == 0 && total(t, e.base, "q=kor") == 1 })
	e.post(at+"/listings/entry", e.filledWith(page, url.Values{"price": {"70"}}), http.StatusConflict) // somebody has changed it since
	m := regexp.MustCompile(`name="id" value="(\w+)"><input type="hidden" name="base" value="(\w+)"`).FindStringSubmatch(e.get(at, http.StatusOK))
	e.has(e.post(at+"/undo", url.Values{"id": {m[1]}, "base": {m[2]}}, http.StatusOK), "Endringen er angret")
	if got := read(); got != before {
		t.Errorf("after the change is taken back the list is\n%s", got)
	}
	e.post(at+"/undo", url.Values{"id": {m[1]}, "base": {m[2]}}, http.StatusConflict)

	e.has(e.post(at+"/tickets/entry", url.Values{"title": {"Fribilletter til svømmehallen"}, "rows.offers": {"1"}, "offers.0.name": {"Enkeltbillett"}, "offers.0.remaining": {"42"}, "offers.0.on_sale_until": {"2030-12-31"}}, http.StatusOK), "Fribilletter")
	e.has(read(), "tickets:\n  - id: fribilletter-til-svommehallen\n", "remaining: 42\n", `on_sale_until: "2030-12-31"`)
	e.post(at+"/schemes/entry", url.Values{"name": {"Kontingentkassa"}, "amount": {"3000"}, "year": {"2026"}, "dues": {"ja"}}, http.StatusOK)
	shown(6)
	page = e.get(at+"/places/entry?id=grendehuset", http.StatusOK)
	e.has(e.post(at+"/places/entry", e.filledWith(page, url.Values{"remove": {"1"}}), http.StatusUnprocessableEntity), "Da kan «Kor for alle» ikke brukes")
	page = e.get(at+"/listings/entry?id=kor-for-alle", http.StatusOK)
	e.post(at+"/listings/entry", e.filledWith(page, url.Values{"remove": {"1"}}), http.StatusOK)
	within(t, 10*time.Second, "what an editor has taken away is gone at once", func() bool { return total(t, e.base, "q=grendehuset") == 0 })
	e.get(at+"/listings/entry?id=kor-for-alle", http.StatusNotFound)
	e.get("/editor/lists/lag", http.StatusNotFound) // no list
	e.get(at+"/annet/entry", http.StatusNotFound)
	e.has(e.get("/editor/log", http.StatusOK), "la «Kor for alle» til i listen", "laget listen «Lag på Øya»")

	write(t, file, "listings: [\n")
	e.has(e.get(at, http.StatusConflict), "kan ikke leses som en liste")
}

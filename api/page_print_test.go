package api

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"fritidshub/catalog"
)

// The list for paper stands by day: every time within its days, then what is always there, then what comes later.
func TestPrint(t *testing.T) {
	h := newHub(t)
	doc := tree(t, h.get("/?print=1", 200))
	var days []string
	for _, section := range elements(doc, "section") {
		line := text(elements(section, "h2")[0])
		for _, li := range elements(section, "li") {
			line += " | " + text(elements(li, "h3")[0]) + " " + text(elements(li, "p")[0])
		}
		days = append(days, line)
	}
	want := []string{
		"Søndag 22. november | Розмовний клуб норвезької 17–18.30", "Tirsdag 24. november | Jentefotball for nybegynnere 18–19.30", "Onsdag 25. november | Strikkekafé på biblioteket 11–13",
		"Lørdag 28. november | Familieforestilling: Reven i snøen ", "Søndag 29. november | Розмовний клуб норвезької 17–18.30", "Tirsdag 1. desember | Jentefotball for nybegynnere 18–19.30",
		"Onsdag 2. desember | Strikkekafé på biblioteket 11–13", "Torsdag 3. desember | Julekonsert med korps og kor 18–20",
		"Når som helst | Lån ski, skøyter og kajakk  | Opplevelseskortet (eksempel) ",
	}
	if strings.Join(days, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(days, "\n"), strings.Join(want, "\n"))
	}
	body := html.UnescapeString(h.get("/?print=1&kind=event&q=julekonsert&from=2026-12-01&to=2026-12-24", 200))
	for _, part := range []string{"aktiviteter.example/l/" + h.store.listings[1].ID, "Hentet 22. november 2026 kl. 12.", "Her er dagene fra 1. desember til 24. desember.", "«julekonsert»</bdi>, <bdi>Fra dato: 1. desember</bdi>",
		`href="https://aktiviteter.example/?from=2026-12-01&kind=event&q=julekonsert&to=2026-12-24"`, "<bdi>Store sal, Larvik</bdi> · <bdi>Kulturhuset Eksempel</bdi> · <bdi>250", "Fra Kulturhuset Eksempel, hentet 22. november", `content="noindex"`} {
		if !strings.Contains(body, part) {
			t.Errorf("lacks %s", part)
		}
	}
	if later := html.UnescapeString(h.get("/?print=1&q=julekonsert&to=2026-11-24", 200)); strings.Contains(later, "Julekonsert") {
		t.Error("what is outside of the days is on paper")
	}
	h.now = instant(t, "2026-11-10T12:00:00+01:00")
	if later := text(tree(t, h.get("/?print=1&q=julekonsert", 200))); !strings.Contains(later, "Senere Julekonsert med korps og kor") || !strings.Contains(later, "torsdag 3. desember kl. 18–20") {
		t.Error("what comes later is not on paper: " + later)
	}
	h.get("/?print=1&age=x", 400)
	h.engine.err = quietError("gone")
	h.get("/?print=1", 503)
}

// A listing goes into a calendar by itself, leads to its place, and says whom to tell of what is wrong.
func TestListingWays(t *testing.T) {
	h := newHub(t, func(o *Options) { o.Hub.Contact = "fritid@kommunen.example" })
	football, concert, equipment, cancelled := h.store.listings[0].ID, h.store.listings[1].ID, h.store.listings[3].ID, h.store.listings[5].ID
	body := html.UnescapeString(h.get("/l/"+football, 200))
	for _, want := range []string{`href="/l/` + football + `/calendar.ics"`, "Legg i kalender", `href="https://www.openstreetmap.org/directions?to=59.066400%2C10.033100"`, `href="geo:59.066400,10.033100?q=59.066400%2C10.033100"`,
		`href="mailto:fritid@kommunen.example?body=Oppf%C3%B8ringen%20det%20gjelder%3A%20https%3A%2F%2Faktiviteter.example%2Fl%2F` + football, "subject=Feil%20i%20%C2%ABJentefotball", "Hvor kommer dette fra?"} {
		if !strings.Contains(body, want) {
			t.Errorf("lacks %s", want)
		}
	}
	w := h.do("GET", "/l/"+football+"/calendar.ics")
	if ics := w.Body.String(); w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/calendar") || strings.Count(ics, "BEGIN:VEVENT") != 1 || !strings.Contains(ics, "RRULE:") ||
		!strings.Contains(w.Header().Get("Content-Disposition"), football+".ics") {
		t.Errorf("%d %s", w.Code, ics)
	}
	h.store.listings[0].Why = "bolgen og klubben: samme tittel, samme sted."
	if body := h.get("/l/"+football+"?lang=en", 200); !strings.Contains(body, `<summary>Why this is shown as one</summary><p lang="nb" dir="ltr">bolgen og klubben: samme tittel, samme sted.</p>`) {
		t.Error("the page does not say why it is shown as one")
	}
	if body := h.get("/l/"+equipment, 200); strings.Contains(body, "calendar.ics") || strings.Contains(body, "Hvorfor det står samlet her") {
		t.Error("what has no date goes into a calendar, or what stands for itself is joined")
	}
	h.get("/l/"+equipment+"/calendar.ics", 404)
	h.get("/l/"+h.store.listings[7].ID+"/calendar.ics", 410)
	if w := h.do("GET", "/l/sammen/calendar.ics"); w.Code != 301 || w.Header().Get("Location") != "/l/"+football+"/calendar.ics" {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
	if body := h.get("/l/"+cancelled, 200); !strings.Contains(body, "Dette er avlyst.") {
		t.Error("does not say that it is cancelled")
	}
	fields := classed(tree(t, h.get("/l/"+concert, 200)), "fields")
	if fields == nil || !strings.Contains(text(fields), "Billetter og påmeldingKalenderen") || !strings.Contains(text(fields), "NavnKulturhuset") {
		t.Error("does not say which source gave what")
	}
	if classed(tree(t, h.get("/l/"+football, 200)), "fields") != nil {
		t.Error("says which source gave what, and there is one")
	}
	h.store.listings[0].Place.Geo = nil
	if body := h.get("/l/"+football, 200); strings.Contains(body, "geo:") || !strings.Contains(body, "openstreetmap.org/search?query=Furuveien") {
		t.Error("a place without a position is not looked for by its address")
	}
	h = newHub(t, func(o *Options) { o.Hub.Contact = "https://kommunen.example/kontakt" })
	if body := h.get("/l/"+football, 200); !strings.Contains(body, `<a id="report" href="https://kommunen.example/kontakt">Meld feil</a>`) {
		t.Error("a page to tell of mistakes is not linked to")
	}
	h = newHub(t)
	if body := h.get("/l/"+football, 200); strings.Contains(body, "Meld feil") {
		t.Error("mistakes are told to nobody")
	}
	h.store.listings[0].Schedule = catalog.Schedule{Dates: []catalog.Occurrence{{Start: instant(t, "2026-01-01T10:00:00+01:00")}}}
	if body := h.get("/l/"+football, 200); strings.Contains(body, "calendar.ics") {
		t.Error("what is over goes into a calendar")
	}
}

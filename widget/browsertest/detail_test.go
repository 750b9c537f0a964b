package browsertest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

// listing answers for one listing: one that the data set has, with more that is said of it alone.
func (h *hub) listing(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	for _, item := range h.items {
		if item["id"] == r.PathValue("id") {
			json.NewEncoder(w).Encode(item)
			return
		}
	}
	http.Error(w, "{}", http.StatusNotFound)
}

// told is a listing of which everything is stated.
func told() listing {
	return listing{
		"id": "alt", "kind": "event", "title": "Vinterleir på Stavern fort", "language": "nb", "status": "full",
		"description": "Tre dager ute.\n\nVi låner ut alt utstyr.", "url": "https://speider.example/leir",
		"organizer": listing{"id": "speider", "name": "Stavern speidergruppe"},
		"place":     listing{"name": "Citadellet", "address": "Havnegata 1", "postal_code": "3290", "locality": "Stavern", "municipality": "3909", "lat": 58.9975, "lon": 10.0325},
		"start":     "2026-12-05T10:00:00+01:00", "end": "2026-12-05T12:00:00+01:00", "occurrence_count": 14,
		"occurrences": []listing{
			{"start": "2026-12-05T10:00:00+01:00", "end": "2026-12-05T12:00:00+01:00", "status": "full"},
			{"start": "2026-12-12T11:00:00+01:00", "previous_start": "2026-12-12T10:00:00+01:00", "place": "Fredriksvern"},
			{"start": "2026-12-19T10:00:00+01:00", "status": "cancelled"},
		},
		"age": listing{"min": 8, "max": 12}, "price": listing{"min": 150, "text": "150 kr per gang"},
		"offers": []listing{
			{"name": "Vanlig", "price": 150, "currency": "NOK", "url": "https://billett.example/1", "availability": "available", "remaining": 7, "remaining_at": "2026-11-22T09:00:00+01:00", "valid_from": "2026-11-01T09:00:00+01:00", "valid_through": "2026-12-01T18:00:00+01:00"},
			{"name": "Sent", "price": 0, "url": "https://billett.example/2", "valid_from": "2026-12-01T18:00:00+01:00"},
			{"name": "Tidlig", "price": 99.5, "url": "https://billett.example/3", "valid_through": "2026-11-01T18:00:00+01:00", "remaining": 4},
			{"name": "Følge", "url": "https://billett.example/4", "availability": "sold_out"},
		},
		"accessibility": []string{"wheelchair"}, "inaccessible": []string{"hearing_loop"}, "schemes": []string{"fritidskort"}, "low_threshold": true, "equipment_loan": true,
		"contact": listing{"email": "post@speider.example", "phone": "33 00 00 00", "url": "https://speider.example/kontakt"},
		"sources": []listing{{"id": "speider", "name": "Speiderkalenderen", "url": "https://speider.example/", "attribution": "Speiderne i Larvik", "licence": "CC-BY-4.0", "fetched_at": "2026-11-22T09:00:00+01:00"}},
	}
}

func TestDetail(t *testing.T) {
	b := browser.New(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *browser.Browser)
	}{
		{"all that is stated", detailWhole},
		{"dialog by keyboard, and the way back", detailByKeyboard},
		{"inline", detailInline},
		{"page", detailPage},
		{"narrow and right to left", detailLooks},
		{"failures and hostile answers", detailFaults},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
}

const panel = el + "[part=detail]"

func (w world) show(id string) {
	w.Wait(`$("fh-search >>> #l-` + id + `") && $("fh-search >>> #filters label")`) // nothing moves any more
	browser.Eval[any](w.Page, `($("fh-search >>> #l-`+id+`").click(), 0)`)          // the middle of a link in two lines may be beside it
	w.Wait(`$("fh-search >>> [part=detail] ul li")`)
}

func detailWhole(t *testing.T, b *browser.Browser) {
	clipboard := browser.Before(`navigator.clipboard.writeText = async (text) => { globalThis.copied = text }`)
	w := open(t, b, attr(`detail="dialog"`), append([]listing{told()}, sample()...), clipboard)
	w.show("alt")
	text := w.Text(panel)
	for _, want := range []string{
		"Vinterleir på Stavern fort", "Fullt", "Tre dager ute.", "lør. 5. des. kl. 10–12", "Citadellet", "Havnegata 1, 3290 Stavern", "150 kr per gang", "8–12 år",
		"Rullestol", "Ikke tilrettelagt: Teleslynge", "Ingen krav til ferdigheter", "Utstyr kan lånes", "Fritidskort", "Stavern speidergruppe", "post@speider.example",
		"Fredriksvern · Flyttet fra lør. 12. des. kl. 10", "lør. 19. des. kl. 10 · Avlyst", "Totalt 14 ganger framover",
		"Ledig · Salget slutter tir. 1. des. kl. 18 · 7 igjen, talt for 3 timer siden", "Sent Gratis", "Salget åpner tir. 1. des. kl. 18", "99,5 kr", "Salget er slutt", "Utsolgt",
		"Speiderkalenderen, Speiderne i Larvik, CC-BY-4.0, hentet for 3 timer siden",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
	links := browser.Eval[[]string](w.Page, `$all("fh-search >>> [part=detail] a").map(n => n.href)`)
	same(t, "links", links, []string{
		"https://www.openstreetmap.org/directions?to=58.9975,10.0325", "https://speider.example/leir", "mailto:post@speider.example", "tel:33000000", "https://speider.example/kontakt",
		"https://billett.example/1", "https://speider.example/", w.hub.URL + "/l/alt/calendar.ics", w.hub.URL + "/l/alt", w.hub.URL + "/l/alt#report",
	})
	w.sound(t)
	w.Screenshot("detail")
	w.Click(panel + " li button")
	w.WaitText(panel+" [role=status]", "Lenken er kopiert.")
	same(t, "copied", browser.Eval[string](w.Page, `copied`), w.hub.URL+"/l/alt")
}

func detailByKeyboard(t *testing.T, b *browser.Browser) {
	w := open(t, b, attr(`detail="dialog"`), sample())
	w.hits(t, "45 treff")
	before := browser.Eval[int](w.Page, `history.length`)
	address := browser.Eval[string](w.Page, `location.href`)
	for _, how := range []string{"escape", "button", "back"} {
		browser.Eval[any](w.Page, `$("fh-search >>> #l-jul").focus()`)
		w.Type(kb.Enter)
		w.Wait(`$("fh-search >>> dialog[open] ul li")`)
		same(t, "focus", w.Focus(), "detail")
		same(t, "an entry of the history", browser.Eval[int](w.Page, `history.length`), before+1)
		same(t, "the address stays", browser.Eval[string](w.Page, `location.href`), address)
		switch how {
		case "escape":
			w.Type(kb.Tab)
			w.Type(kb.Escape)
		case "button":
			w.Type(kb.Tab)
			same(t, "close is first", w.Focus(), "button Lukk")
			w.Type(kb.Enter)
		case "back":
			w.Back()
		}
		w.Wait(`!$("fh-search >>> dialog")`)
		same(t, how+": focus returns", w.Focus(), "l-jul")
		browser.Eval[any](w.Page, `new Promise(done => setTimeout(done, 100))`)
		same(t, how+": the list is as it was", w.Text(el+"[role=status]"), "45 treff")
	}
	w.sound(t)
	asked, _ := w.hub.asked()
	same(t, "searches", asked, 1)
}

func detailInline(t *testing.T, b *browser.Browser) {
	w := open(t, b, attr(`detail="inline"`), sample())
	w.hits(t, "45 treff")
	w.show("fotball")
	same(t, "below its hit", browser.Eval[string](w.Page, `$("fh-search >>> section[part=detail]").parentElement.querySelector("article a").id`), "l-fotball")
	same(t, "focus", w.Focus(), "detail")
	w.sound(t)
	w.Screenshot("detail-inline")
	w.show("svom")
	same(t, "one at a time", len(w.Texts(panel)), 1)
	w.Back()
	w.Wait(`!$("fh-search >>> [part=detail]")`)
	same(t, "focus returns", w.Focus(), "l-svom")
	w.hits(t, "45 treff")

	// another search takes it away, and the way back is that of the search
	w.show("fotball")
	browser.Eval[any](w.Page, `($("fh-search").setFilters({ q: "julekonsert" }), 0)`)
	w.hits(t, "1 treff")
	same(t, "gone", len(w.Texts(panel)), 0)
	w.Back()
	w.hits(t, "45 treff")
	w.sound(t)
}

func detailPage(t *testing.T, b *browser.Browser) {
	w := open(t, b, attr(`detail="page"`), sample())
	w.hits(t, "45 treff")
	w.Click(el + "#l-jul")
	w.WaitText("#page", `Side for "jul"`)

	// the page may keep it from being opened
	cancelled := open(t, b, attr(`detail="dialog"`), sample(), browser.Before(`addEventListener("fh:select", (e) => e.preventDefault())`))
	cancelled.hits(t, "45 treff")
	cancelled.Click(el + "#l-jul")
	same(t, "opened", browser.Eval[int](cancelled.Page, `$all("fh-search >>> [part=detail]").length`), 0)
}

func detailLooks(t *testing.T, b *browser.Browser) {
	for name, options := range map[string][]browser.Option{
		"narrow": {browser.Size(320, 640)}, "dark": {browser.Media("prefers-color-scheme", "dark")}, "forced": {browser.Media("forced-colors", "active")},
	} {
		direction := map[bool]string{true: "?attr=detail=%22dialog%22+lang=%22ar%22", false: "?attr=detail=%22dialog%22"}[name == "narrow"]
		w := open(t, b, "/fin"+direction, append([]listing{told()}, sample()...), options...)
		w.show("alt")
		if wide := browser.Eval[int](w.Page, `Math.max(document.documentElement.scrollWidth - innerWidth, (d => d.scrollWidth - d.clientWidth)($("fh-search >>> dialog")))`); wide > 0 {
			t.Errorf("%s: %d px too wide", name, wide)
		}
		w.sound(t)
		w.Screenshot("detail-" + name)
	}
}

func detailFaults(t *testing.T, b *browser.Browser) {
	hostile := listing{
		"id": "ond", "title": "<img src=x onerror=hacked=1>", "url": "javascript:hacked=1", "description": "<script>hacked=1</script>", "status": "constructor",
		"organizer": "ingen", "place": listing{"name": "<b>Hallen", "lat": "1&x", "lon": 2, "address": "Veien 1"}, "contact": listing{"email": "a@b.no?bcc=c@d.no", "phone": "javascript:1", "url": "data:text/html,x"},
		"offers": []any{nil, listing{"url": "javascript:hacked=1", "availability": "toString", "price": "gratis", "name": "x"}}, "sources": []any{nil, listing{"name": "Kilden", "url": "//ond.example", "fetched_at": "i går"}},
		"occurrences": "mange", "accessibility": "alle",
	}
	w := open(t, b, attr(`detail="dialog"`), append([]listing{{"id": "borte", "title": "Borte"}}, hostile))
	w.hits(t, "2 treff")
	w.show("ond")
	same(t, "run", browser.Eval[bool](w.Page, `"hacked" in globalThis`), false)
	same(t, "links", browser.Eval[[]string](w.Page, `$all("fh-search >>> [part=detail] a").map(n => n.getAttribute("href"))`),
		[]string{"https://www.openstreetmap.org/search?query=Veien+1", w.hub.URL + "/l/ond", w.hub.URL + "/l/ond#report"})
	same(t, "shown as text", strings.Contains(w.Text(panel), "<script>hacked=1</script>"), true)
	w.sound(t)
	w.Type(kb.Escape)
	w.Wait(`!$("fh-search >>> dialog")`)

	w.hub.items[0]["id"] = "flyttet"
	w.Click(el + "#l-borte")
	w.WaitText(panel, "Vi fikk ikke hentet treff.")
	same(t, "its own page is offered", browser.Eval[string](w.Page, `$("fh-search >>> [part=detail] a").href`), w.hub.URL+"/l/borte")
	w.sound(t, "listings/borte")
}

package api

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"fritidshub/api/params"
	"fritidshub/catalog"
)

func TestPageFacets(t *testing.T) {
	h := newHub(t)
	for target, wants := range map[string][]string{
		"/?when=weekend&kind=event":    {`aria-label="Fjern filter: I helga"`, `<a href="/?kind=event" aria-current="true" rel="nofollow">I helga</a>`, `href="/?kind=event&amp;when=week"`},
		"/?from=2026-12-01&kind=event": {`href="/?kind=event&amp;when=today"`, "Fra dato: 1. desember"},
		"/?when=week&from=2026-12-01":  {`aria-label="Fjern filter: Fra dato: 1. desember"`},
		"/?low_threshold=true":         {`aria-label="Fjern filter: Ingen krav til ferdigheter eller prestasjon"`, `name="low_threshold" value="true" checked`, "Lavterskel og utstyr"},
		"/?low_threshold=false":        {`aria-label="Fjern filter: Lavterskel: nei"`, `name="low_threshold" value="false" checked`},
		"/":                            {`name="time" value="evening"`, `name="equipment_loan" value="true"`, `name="low_threshold" value="true"`},
		"/?time=evening&weekday=tu":    {`aria-label="Fjern filter: Kveld"`, "1 treff: tirsdag, Kveld - Finn noe"},
		"/?q=fotball&page=2&age=9":     {"<title>1 treff: «fotball», 9 år, side 2 - Finn noe å være med på - Aktiviteter i Larvik</title>"},
		"/?q=fotball&age=30":           {"Fjern «Alder»", "<title>Ingen treff: «fotball», 30 år"},
	} {
		body := html.UnescapeString(h.get(target, 200))
		for _, want := range wants {
			if want = html.UnescapeString(want); !strings.Contains(body, want) && !strings.Contains(strings.ToLower(body), strings.ToLower(want)) {
				t.Errorf("%s lacks %s", target, want)
			}
		}
		if strings.Contains(body, `name="low_threshold" value="false"`) && !strings.Contains(target, "false") {
			t.Errorf("%s offers what demands skill", target)
		}
	}
}

// What is asked for that nothing is found for has ways on: as it is spelt, wider, later, and somebody to ask.
func TestEmptyPageLeadsOn(t *testing.T) {
	h := newHub(t, func(o *Options) {
		o.Hub.Guide = &Guide{Name: "Fritidskontoret", Phone: "33 17 10 00", Email: "fritid@kommunen.example", URL: "https://kommunen.example/fritid"}
	})
	body := html.UnescapeString(h.get("/?q=Furulnd", 200))
	for _, want := range []string{"Mente du «furulund»? 2 treff", `href="/?q=furulund"`, "Fritidskontoret", `href="tel:33171000"`, `href="mailto:fritid@kommunen.example"`} {
		if !strings.Contains(body, want) {
			t.Errorf("lacks %s", want)
		}
	}
	for target, wants := range map[string][]string{
		"/?q=fotball&municipality=0301": {"Søk overalt: 1 treff", `href="/?q=fotball"`}, "/?q=julekonsert&when=tomorrow": {"Se hele denne måneden: 0 treff"},
		"/?q=fotball&when=today": {`href="/?q=fotball&when=next_week"`}, "/embed/frame?q=fotball&municipality=0301&fixed=none": {"Søk overalt: 1 treff"},
	} {
		body := html.UnescapeString(h.get(target, 200))
		for _, want := range wants {
			if found := strings.Contains(body, want); found == strings.Contains(want, ": 0 treff") {
				t.Errorf("%s and %s", target, want)
			}
		}
	}
	if body := h.get("/embed/frame?q=fotball&municipality=0301", 200); strings.Contains(body, "Søk overalt") {
		t.Error("what the page around sets is left")
	}
}

func TestPageSaysWhatIsNotStated(t *testing.T) {
	h := newHub(t)
	w := wordsFor("nb")
	p := &searchPage{server: &server{}, words: w, search: params.Search{}}
	a := &answer{}
	a.Unstated = map[string]int{"age": 12, "price": 1, "nonsense": 4}
	if got := unstated(p.words, a.Unstated, p.framed.keeps); len(got) != 2 || got[0] != "12 av treffene oppgir ikke alder." || got[1] != "1 til oppgir ikke pris." {
		t.Errorf("%q", got)
	}
	for _, tag := range []string{"nb", "nn", "en"} {
		for _, name := range []string{"age", "price", "municipality", "neighbourhood", "scheme", "accessibility", "low_threshold", "equipment_loan", "language", "weekday", "time"} {
			if !wordsFor(tag).Has("unstated." + name) {
				t.Errorf("%s has no words for %s", tag, name)
			}
		}
		for _, when := range params.Whens() {
			if !wordsFor(tag).Has("quick." + when) {
				t.Errorf("%s has no words for %s", tag, when)
			}
		}
	}
	h.get("/", 200)
}

func TestDialled(t *testing.T) {
	for phone, want := range map[string]string{"33 17 10 00": "33171000", "+47 33 17 10 00": "+4733171000", "33171000": "33171000", "ring oss": "", "33 17 10 00 (Kari)": "", "123": "", "javascript:1234567": "", "02600": "02600"} {
		if got := dialled(phone); got != want {
			t.Errorf("%q is dialled %q", phone, got)
		}
	}
}

// Many a house is run by those it is named after.
func TestCardSaysAHouseOnce(t *testing.T) {
	h := newHub(t)
	l := &h.store.listings[0]
	for name, want := range map[string]int{"En annen": 2, l.Place.Name: 1} {
		l.Organizer = &catalog.Organizer{Name: name}
		_, card, _ := strings.Cut(html.UnescapeString(h.get("/?limit=100", 200)), `/l/`+l.ID)
		card, _, _ = strings.Cut(card, "</article>")
		_, where, _ := strings.Cut(card, `class="where"`)
		where, _, _ = strings.Cut(where, "</p>")
		if n := strings.Count(where, "<bdi>"); n != want {
			t.Errorf("%d names instead of %d with %q as organizer: %s", n, want, name, where)
		}
	}
}

package api

import (
	"encoding/json"
	"strings"
	"testing"

	"fritidshub/api/words"
)

func TestTexts(t *testing.T) {
	h := newHub(t)
	w := h.do("GET", "/embed/v1/texts/uk.json")
	if w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("Content-Type") != typeJSON || w.Header().Get("Cache-Control") != cacheEmbed {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	var texts map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &texts); err != nil || texts["name"] != "Українська" || texts["dir"] != "ltr" || texts["reviewed"] != false {
		t.Errorf("%v: %s", err, w.Body)
	}
	if again := h.do("GET", "/embed/v1/texts/uk.json", "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
		t.Errorf("what is known is sent again: %d", again.Code)
	}
	for _, name := range []string{"xx.json", "UK.json", "uk-UA.json", "..%2fnb.json", ".json"} {
		h.get("/embed/v1/texts/"+name, 404)
	}
}

// TestLanguageOfAnEditor: a language that the program has never heard of is one of the hub's by its file alone.
func TestLanguageOfAnEditor(t *testing.T) {
	texts := words.Load()
	h := newHub(t, func(o *Options) { o.Texts, o.Hub.Languages = texts, []string{"nb", "ar", "fi"} })
	h.get("/api/v1/search?lang=sv", 400)
	h.get("/embed/v1/texts/fi.json", 404)
	file, faults := words.ReadFile("fi", []byte(`{"name": "Suomi", "page": {"search.title": "Löydä tekemistä"}, "price": {"free": "Ilmainen"}}`))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	texts.Use(map[string]*words.File{"fi": file, "sv": file})
	h.get("/api/v1/search?lang=sv", 200)
	if body := h.get("/api/v1/search?lang=fi", 200); !strings.Contains(body, `"Ilmainen"`) {
		t.Error("prices are not said in the language")
	}
	if body := h.get("/embed/v1/texts/fi.json", 200); !strings.Contains(body, `"name":"Suomi"`) {
		t.Error(body)
	}
	page := h.get("/?lang=fi", 200)
	for _, want := range []string{`<html lang="fi" dir="ltr"`, "Löydä tekemistä", `lang="ar" hreflang="ar"`, `aria-current="true">Suomi</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, `hreflang="nn"`) {
		t.Error("a language is offered that the hub does not name")
	}
	if page := h.get("/?lang=ar", 200); !strings.Contains(page, `<html lang="ar" dir="rtl"`) {
		t.Error("Arabic does not run from the right")
	}
}

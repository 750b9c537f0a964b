package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"fritidshub/catalog/calendar"
)

func query(pairs ...string) string {
	v := url.Values{"facets": {"none"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return "/api/v1/search?" + v.Encode()
}

func TestInterpretedAnswers(t *testing.T) {
	h := newHub(t)
	for name, target := range map[string]string{
		"read":          query("q", "strikkekafé onsdag gratis"),
		"read-age":      query("q", "jentefotball for 8-åringer i Larvik", "lang", "nn"),
		"read-days":     query("q", "reven i helga", "lang", "en"),
		"read-fallback": query("q", "jentefotball lørdag"),
		"read-nothing":  query("q", "gratis lørdag"),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, h.get(target, http.StatusOK)) })
	}
}

func TestInterpret(t *testing.T) {
	h := newHub(t, func(o *Options) {
		schools, err := calendar.LoadSchools(nil)
		if err != nil {
			t.Fatal(err)
		}
		o.Hub.Schools = schools
	})
	for name, c := range map[string]struct {
		target   string
		total    int
		searched string // "-": nothing was read
		applied  string
		fallback string
	}{
		"a weekday":                   {query("q", "strikkekafé onsdag"), 1, "strikkekafé", "weekday=we", ""},
		"all of it":                   {query("q", "gratis onsdag"), 1, "", "free=true&weekday=we", ""},
		"a town":                      {query("q", "Larvik"), 5, "", "municipality=3909", ""},
		"a town without listings":     {query("q", "jentefotball Sandefjord"), 0, "-", "", ""},
		"an organizer's name":         {query("q", "Furulund IL"), 2, "-", "", ""},
		"holidays":                    {query("q", "jentefotball i vinterferien"), 1, "jentefotball", "from=2027-02-22&to=2027-02-28", ""},
		"what is set wins":            {query("q", "strikkekafé lørdag", "weekday", "we"), 1, "strikkekafé", "", ""},
		"the same is set":             {query("q", "strikkekafé onsdag", "weekday", "we"), 1, "strikkekafé", "", ""},
		"days are set":                {query("q", "jentefotball i helga", "from", "2026-11-24", "to", "2026-11-24"), 1, "jentefotball", "", ""},
		"switched off":                {query("q", "jentefotball lørdag", "interpret", "false"), 0, "-", "", ""},
		"kept as words":               {query("q", "jentefotball lørdag", "keep", "Lørdag"), 0, "-", "", ""},
		"one is kept":                 {query("q", "strikkekafé gratis onsdag", "keep", "gratis"), 0, "strikkekafé gratis", "weekday=we", ""},
		"nothing on that day":         {query("q", "jentefotball lørdag"), 1, "jentefotball", "", "rest"},
		"the words are in a text":     {query("q", "utlån lørdag til i", "keep", "x"), 0, "utlån til i", "weekday=sa", ""},
		"no filter":                   {query("q", "jentefotball"), 1, "-", "", ""},
		"misread":                     {query("q", "bowling billetter"), 1, "bowling", "", "rest"},
		"typed words find what it is": {query("q", "Familieforestilling for rullestolbrukere"), 1, "Familieforestilling", "", "rest"},
	} {
		var a answer
		h.getJSON(c.target, &a)
		searched, applied := "-", url.Values{}
		if a.Searched != nil {
			searched = *a.Searched
		}
		for _, p := range a.Interpreted {
			if p.Applied {
				for n, vs := range p.Parameters {
					applied[n] = append(applied[n], vs...)
				}
			}
		}
		if a.Total != c.total || searched != c.searched || applied.Encode() != c.applied || a.Fallback != c.fallback {
			t.Errorf("%s: total %d, searched %q, applied %q, fallback %q; want %+v", name, a.Total, searched, applied.Encode(), a.Fallback, c)
		}
	}
}

func TestInterpretedLabels(t *testing.T) {
	h := newHub(t)
	for text, want := range map[string]string{
		"i kveld": "I kveld (22. november kl. 17)", "i helga": "I helga (22. november)", "neste helg": "Neste helg (27. november kl. 17 til 29. november)",
		"24. desember": "24. desember", "24.12.": "24.12 (24. desember)", "13-16 år": "13–16 år (søker for 14 år)", "for 5-åringer": "5 år", "60+": "fra 60 år",
		"gratis": "Gratis", "mandag til onsdag": "Mandag, Tirsdag, Onsdag", "for rullestol": "Rullestol", "under 500 kr": "inntil 500 kr", "i Larvik": "Larvik", "fra 1. desember": "Fra 1. desember",
	} {
		var a answer
		h.getJSON(query("q", text), &a)
		if len(a.Interpreted) != 1 || a.Interpreted[0].Label != want {
			t.Errorf("%s: %+v; want %q", text, a.Interpreted, want)
		}
	}
}

// TestInterpretedLinks: without its part the search does not say the filter, and as text it is not read.
func TestInterpretedLinks(t *testing.T) {
	h := newHub(t)
	var a answer
	h.getJSON(query("q", "strikkekafé onsdag gratis", "sort", "title"), &a)
	if len(a.Interpreted) != 2 {
		t.Fatalf("%+v", a.Interpreted)
	}
	for _, p := range a.Interpreted {
		for _, target := range []string{p.Remove, p.AsText} {
			var b answer
			h.getJSON(target, &b)
			if slices.ContainsFunc(b.Interpreted, func(o interpreted) bool { return o.Parameter == p.Parameter }) || len(b.Interpreted) != 1 {
				t.Errorf("%s: %+v", target, b.Interpreted)
			}
			if !strings.Contains(target, "sort=title") || !strings.Contains(target, "facets=none") {
				t.Errorf("%s has lost the other parameters", target)
			}
		}
	}
}

// TestInterpretedWalk: the pages of a search that fell back show each listing once.
func TestInterpretedWalk(t *testing.T) {
	h := newHub(t)
	for text, want := range map[string]int{"eksempel lørdag tirsdag onsdag": 3, "eksempel billetter": 7} {
		seen := map[string]bool{}
		target := query("q", text, "limit", "1")
		for pages := 0; target != "" && pages < 9; pages++ {
			var a answer
			h.getJSON(target, &a)
			for _, item := range a.Items {
				if seen[item.ID] {
					t.Errorf("%s: %s comes twice", text, item.Title)
				}
				seen[item.ID] = true
			}
			target = a.Next
		}
		if len(seen) != want {
			t.Errorf("%s: %d listings, want %d", text, len(seen), want)
		}
	}
}

func TestInterpretedExport(t *testing.T) {
	h := newHub(t)
	w := h.do("GET", "/api/v1/search.ndjson?"+url.Values{"q": {"strikkekafé onsdag"}}.Encode())
	if w.Code != 200 || strings.Count(w.Body.String(), "\n") != 1 || w.Header().Get("X-Search-Interpreted") != "weekday=we" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestInterpretedPage(t *testing.T) {
	h := newHub(t)
	page := func(pairs ...string) string {
		v := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		body := h.get("/?"+v.Encode(), 200)
		tree(t, body)
		return strings.NewReplacer("&#43;", "+", "%c3%a9", "é", "%C3%A9", "é").Replace(body)
	}
	for name, c := range map[string]struct {
		body      string
		has, lack []string
	}{
		"chips": {page("q", "strikkekafé onsdag gratis"),
			[]string{`<a href="/?q=strikkekafé+gratis"`, `<a href="/?q=strikkekafé+onsdag"`, `<a href="/?q=onsdag+gratis"`, "Lest ut av det du skrev", "keep=onsdag", "Strikkekafé på biblioteket"},
			[]string{`name="weekday" value="we" checked`}},
		"kept":     {page("q", "strikkekafé onsdag", "keep", "onsdag"), []string{`<input type="hidden" name="keep" value="onsdag">`, "Ingen treff"}, []string{"Lest ut"}},
		"fallback": {page("q", "jentefotball lørdag"), []string{"Ingen treff med Lørdag. Her er treff på «jentefotball» uten.", "Jentefotball for nybegynnere"}, []string{"Lest ut"}},
		"nothing":  {page("q", "gratis lørdag"), []string{"Fjern «Ukedag»", `<a href="/?q=gratis" rel="nofollow">`}, nil},
		"payload":  {page("q", `lørdag "><script>alert(1)</script>`), nil, []string{"<script>alert"}},
		"english":  {page("q", "jentefotball tuesday", "lang", "en"), []string{"Read from what you typed: «tuesday».", "lang=en&amp;q=jentefotball"}, nil},
	} {
		for _, want := range c.has {
			if !strings.Contains(c.body, want) {
				t.Errorf("%s: %q is missing", name, want)
			}
		}
		for _, not := range c.lack {
			if strings.Contains(c.body, not) {
				t.Errorf("%s: has %q", name, not)
			}
		}
	}
}

func TestInterpretParameters(t *testing.T) {
	h := newHub(t)
	for _, bad := range []string{"interpret=no", "interpret=", "keep=" + strings.Repeat("x", 201)} {
		h.get("/api/v1/search?"+bad, 400)
	}
}

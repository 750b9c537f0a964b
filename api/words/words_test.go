package words

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
)

// Every text that a template or the code asks for by its whole name is there.
func TestTextsThatAreAskedFor(t *testing.T) {
	nb := Load().For("nb")
	asked := regexp.MustCompile(`(?:call \$?\.?[Tt] |\bT\(|\bt\()"([a-z_.]+)"`)
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("../pages/templates/*.html")
	if err != nil || len(files) < 10 || len(pages) < 4 {
		t.Fatalf("%v: %d files, %d templates", err, len(files), len(pages))
	}
	n := 0
	for _, file := range append(files, pages...) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllSubmatch(raw, -1) {
			n++
			if key := string(m[1]); !strings.HasSuffix(key, ".") && !nb.Has(key) {
				t.Errorf("%s asks for %q", file, key)
			}
		}
	}
	if n < 80 {
		t.Errorf("only %d texts are asked for", n)
	}
}

func money(kroner float64) *catalog.Money { m := catalog.Money(kroner * 100); return &m }

func TestPrice(t *testing.T) {
	all := Load()
	for _, c := range []struct {
		price      catalog.Price
		nb, nn, en string
	}{
		{catalog.Price{Free: catalog.Yes}, "Gratis", "Gratis", "Free"},
		{catalog.Price{Free: catalog.Yes, Min: money(0), Max: money(0)}, "Gratis", "Gratis", "Free"},
		{catalog.Price{Min: money(0), Max: money(0)}, "Gratis", "Gratis", "Free"},
		{catalog.Price{Min: money(150), Max: money(150)}, "150 kr", "150 kr", "150 kr"},
		{catalog.Price{Min: money(0), Max: money(150)}, "0-150 kr", "0-150 kr", "0-150 kr"},
		{catalog.Price{Min: money(100)}, "fra 100 kr", "frå 100 kr", "from 100 kr"},
		{catalog.Price{Max: money(149.5)}, "inntil 149,50 kr", "inntil 149,50 kr", "up to 149,50 kr"},
		{catalog.Price{Min: money(1250), Max: money(1250), Unit: "half_year"}, "1250 kr per halvår", "1250 kr per halvår", "1250 kr per half-year"},
		{catalog.Price{Min: money(12500), Max: money(12500), Unit: "ticket"}, "12\u00a0500 kr", "12\u00a0500 kr", "12\u00a0500 kr"},
		{catalog.Price{Min: money(20), Max: money(20), Currency: "EUR"}, "20 EUR", "20 EUR", "20 EUR"},
		{catalog.Price{Text: "etter avtale"}, "etter avtale", "etter avtale", "etter avtale"},
		{catalog.Price{Free: catalog.No}, "", "", ""},
		{catalog.Price{Min: money(0)}, "", "", ""},
	} {
		got := [3]string{all.For("nb").Price(&c.price), all.For("nn").Price(&c.price), all.For("en").Price(&c.price)}
		if got != [3]string{c.nb, c.nn, c.en} {
			t.Errorf("%+v: %q", c.price, got)
		}
	}
	for _, c := range []struct{ unit, nb, en string }{
		{"family", "150 kr per familie", "150 kr per family"}, {"day", "150 kr per dag", "150 kr per day"}, {"team", "150 kr per lag", "150 kr per team"}, {"person", "150 kr", "150 kr"},
	} {
		p := &catalog.Price{Min: money(150), Max: money(150), Unit: c.unit}
		if nb, en := all.For("nb").Price(p), all.For("en").Price(p); nb != c.nb || en != c.en {
			t.Errorf("%s: %q, %q", c.unit, nb, en)
		}
	}
	if Load().For("nb").Price(nil) != "" {
		t.Error("a price without a price")
	}
}

func TestAge(t *testing.T) {
	none, six, twelve := 0, 6, 12
	nb := Load().For("nb")
	for want, age := range map[string]*catalog.Age{"6–12 år": {Min: &six, Max: &twelve}, "fra 6 år": {Min: &six}, "alle aldre": {Min: &none}, "0–12 år": {Min: &none, Max: &twelve}, "til og med 12 år": {Max: &twelve},
		"6 år": {Min: &six, Max: &six}, "": {}} {
		if got := nb.Age(age); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAgoAndSince(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 3, 29, 9, 0, 0, 0, zone) // the day after the clock was put forward
	nb := Load().For("nb")
	for _, c := range []struct {
		ago        time.Duration
		want, then string
	}{
		{10 * time.Second, "nå nettopp", "i dag kl. 8.59"}, {-time.Hour, "nå nettopp", "i dag kl. 10"}, {time.Minute, "for 1 minutt siden", "i dag kl. 8.59"},
		{14 * time.Minute, "for 14 minutter siden", "i dag kl. 8.46"}, {time.Hour, "for 1 time siden", "i dag kl. 8"}, {8 * time.Hour, "for 8 timer siden", "i dag kl. 1"},
		{10 * time.Hour, "i går", "i går"}, {34 * time.Hour, "for 2 dager siden", "27. mars"}, {70 * 24 * time.Hour, "for 2 måneder siden", "18. januar"},
		{100 * 24 * time.Hour, "for 3 måneder siden", "19. desember 2026"},
	} {
		if got := nb.Ago(now.Add(-c.ago).UTC(), now); got != c.want {
			t.Errorf("%v: %q, want %q", c.ago, got, c.want)
		}
		if got := nb.Since(now.Add(-c.ago).UTC(), now); got != c.then {
			t.Errorf("%v: %q, want %q", c.ago, got, c.then)
		}
	}
}

func TestWhen(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return v.UTC()
	}
	now := at("2026-11-22 12:00")
	for _, c := range []struct {
		start, end string
		allDay     bool
		nb, en     string
	}{
		{"2026-12-03 18:00", "2026-12-03 20:00", false, "torsdag 3. desember kl. 18–20", "Thursday 3 December at 18:00–20:00"},
		{"2026-11-22 18:30", "", false, "i dag kl. 18.30", "today at 18:30"},
		{"2026-11-22 11:00", "2026-11-22 13:00", false, "i dag kl. 11–13", "today at 11:00–13:00"},
		{"2026-11-23 00:15", "", false, "i morgen kl. 00.15", "tomorrow at 00:15"},
		{"2026-12-31 21:00", "2027-01-01 02:00", false, "torsdag 31. desember kl. 21–2", "Thursday 31 December at 21:00–02:00"},
		{"2027-01-02 10:00", "", false, "lørdag 2. januar 2027 kl. 10", "Saturday 2 January 2027 at 10:00"},
		{"2026-11-20 10:00", "2026-12-05 16:00", false, "pågår til lørdag 5. desember", "on until Saturday 5 December"},
		{"2026-12-04 16:00", "2026-12-06 15:00", false, "fredag 4. desember til søndag 6. desember", "Friday 4 December to Sunday 6 December"},
		{"2026-11-28 01:00", "", true, "lørdag 28. november", "Saturday 28 November"},
		{"2026-11-22 01:00", "2026-11-23 01:00", true, "pågår til i morgen", "on until tomorrow"},
	} {
		o := catalog.Occurrence{Start: at(c.start), End: at(c.end), AllDay: c.allDay}
		if got := [2]string{Load().For("nb").When(o, now, zone), Load().For("en").When(o, now, zone)}; got != [2]string{c.nb, c.en} {
			t.Errorf("%s: %q", c.start, got)
		}
	}
}

// A range of times goes from left to right in every language.
func TestClocks(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, zone)
	o := catalog.Occurrence{Start: now.Add(6 * time.Hour), End: now.Add(8 * time.Hour)}
	for tag, want := range map[string]string{"nb": "18–20", "en": "18:00–20:00", "ar": "\u206618:00–20:00\u2069"} {
		if got := Load().For(tag).When(o, now, zone); !strings.Contains(got, want) || strings.Contains(got, "\u2066") != (tag == "ar") {
			t.Errorf("%s: %q", tag, got)
		}
	}
}

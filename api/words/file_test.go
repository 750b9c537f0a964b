package words

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"fritidshub/catalog"
)

func TestReadFile(t *testing.T) {
	for name, c := range map[string]struct {
		tag, text string
		want      []string // "line:column what"; nothing: it can be used
	}{
		"whole":    {"fi", `{"name": "Suomi", "dir": "ltr", "clock": "dot", "locale": "fi-FI", "reviewed": true, "page": {"skip": "Siirry sisältöön"}}`, nil},
		"little":   {"fi", `{"name": "Suomi"}`, nil},
		"of ours":  {"uk", `{"page": {"skip": "До вмісту"}}`, nil},
		"one form": {"fi", `{"name": "Suomi", "page": {"hits": "{0} osumaa"}}`, nil},
		"forms":    {"fi", `{"name": "Suomi", "page": {"hits": {"one": "Yksi osuma", "other": "{0} osumaa"}}}`, nil},
		"list":     {"fi", `{"name": "Suomi", "lists": {"weekdays": ["ma", "ti", "ke", "to", "pe", "la", "su"]}}`, nil},

		"no name":        {"fi", `{}`, []string{"0:0 fila sier ikke hva språket heter"}},
		"bokmål":         {"nb", `{"name": "Bokmål"}`, []string{"0:0 bokmål følger med programmet"}},
		"no JSON":        {"fi", "{\"name\": \"Suomi\",\n \"page\": {,}}", []string{"2:11 fila er ikke gyldig JSON"}},
		"no object":      {"fi", `[]`, []string{"0:0 fila er ikke gyldig JSON"}},
		"large":          {"fi", `{"name": "` + strings.Repeat("x", MaxFile) + `"}`, []string{"0:0 fila er større enn 256 KiB"}},
		"head":           {"fi", "{\n\"name\": \"\",\n\"dir\": \"up\",\n\"clock\": 3,\n\"locale\": \"?\",\n\"reviewed\": \"ja\"}", []string{"2:1 «name» kan ikke brukes", "3:1 «dir» kan ikke brukes", "4:1 «clock» kan ikke brukes", "5:1 «locale» kan ikke brukes", "6:1 «reviewed» kan ikke brukes"}},
		"unknown":        {"fi", "{\"name\": \"Suomi\",\n\"page\": {\"skipp\": \"x\"}, \"pages\": {}}", []string{"2:10 «page.skipp» er ingen tekst som brukes", "2:25 «pages» er ingen tekst som brukes"}},
		"empty":          {"fi", `{"name": "Suomi", "page": {"skip": " "}}`, []string{"1:28 «page.skip» er tom"}},
		"markup":         {"fi", `{"name": "Suomi", "page": {"skip": "<b>x</b>"}}`, []string{"1:28 «page.skip» har tegn som ikke kan være der (< > { } eller styretegn)"}},
		"place too many": {"fi", `{"name": "Suomi", "page": {"skip": "x {0}"}}`, []string{"1:28 «page.skip» har en plass som teksten på bokmål ikke har"}},
		"place missing":  {"fi", `{"name": "Suomi", "page": {"hits": "osumaa"}}`, []string{"1:28 «page.hits» har ikke de samme plassene som teksten på bokmål"}},
		"long":           {"fi", `{"name": "Suomi", "page": {"skip": "` + strings.Repeat("x", 200) + `"}}`, []string{"1:28 «page.skip» er mye lengre enn på bokmål"}},
		"number":         {"fi", `{"name": "Suomi", "page": {"skip": 3}}`, []string{"1:28 «page.skip» er skrevet på en annen måte enn i bokmål"}},
		"forms too many": {"fi", `{"name": "Suomi", "page": {"skip": {"other": "x"}}}`, []string{"1:28 «page.skip» er skrevet på en annen måte enn i bokmål"}},
		"bad form":       {"fi", `{"name": "Suomi", "page": {"hits": {"one": "{1}", "other": "{0}"}}}`, []string{"1:37 «page.hits.one» kan ikke brukes"}},
		"unknown form":   {"fi", `{"name": "Suomi", "page": {"hits": {"some": "{0}", "other": "{0}"}}}`, []string{"1:28 «page.hits» er skrevet på en annen måte enn i bokmål"}},
		"section":        {"fi", `{"name": "Suomi", "page": "x"}`, []string{"1:19 «page» er skrevet på en annen måte enn i bokmål"}},
		"short list":     {"fi", `{"name": "Suomi", "lists": {"weekdays": ["ma"]}}`, []string{"1:29 «lists.weekdays» er skrevet på en annen måte enn i bokmål"}},
	} {
		t.Run(name, func(t *testing.T) {
			file, faults := ReadFile(c.tag, []byte(c.text))
			var got []string
			for _, f := range faults {
				got = append(got, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.What))
				if f.Do == "" {
					t.Errorf("%s: nothing to do about it", f.What)
				}
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") || (file == nil) != (len(c.want) > 0) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestFileTag(t *testing.T) {
	for name, want := range map[string]string{"fi.json": "fi", "sma.json": "sma", "fi": "", "FI.json": "", "fi-FI.json": "", "nb.json.bak": "", "qqqq.json": "", "..json": "", "qz.json": ""} {
		if got, ok := FileTag(name); ok != (want != "") || ok && got != want {
			t.Errorf("%s is the file of %q, %v", name, got, ok)
		}
	}
}

// TestUse: the file of a language lies over English and bokmål, one more over the program's, and another reading takes its place.
func TestUse(t *testing.T) {
	read := func(tag, text string) *File {
		file, faults := ReadFile(tag, []byte(text))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return file
	}
	l := Load()
	l.Use(map[string]*File{
		"fi": read("fi", `{"name": "Suomi", "clock": "dot", "page": {"skip": "Siirry sisältöön", "hits": {"one": "{0} osuma", "other": "{0} osumaa"}}, "price": {"free": "Ilmainen"}}`),
		"fa": read("fa", `{"name": "فارسی"}`),
		"en": read("en", `{"page": {"skip": "Skip"}}`),
		"se": read("se", `{"reviewed": true}`),
	})
	fi := l.For("fi-FI")
	if got := []string{fi.Tag, fi.Name, fi.Dir, fi.T("skip"), fi.T("hits", 1), fi.T("hits", "12\u00a0000"), fi.T("to.search"), fi.Price(&catalog.Price{Free: catalog.Yes})}; strings.Join(got, "|") !=
		"fi|Suomi|ltr|Siirry sisältöön|1 osuma|12\u00a0000 osumaa|Go to the search|Ilmainen" {
		t.Errorf("%q", got)
	}
	if l.For("fa").Dir != "rtl" || l.For("en").T("skip") != "Skip" || l.For("en").Name != "English" || !l.For("se").Reviewed || l.For("fi").Reviewed {
		t.Error("a file is not read as it is")
	}
	if l.For("nn").T("skip") == "Skip" {
		t.Error("nynorsk is taken from another language")
	}
	var asset map[string]any
	if err := json.Unmarshal(fi.Asset(), &asset); err != nil || asset["name"] != "Suomi" || asset["clock"] != "dot" || asset["locale"] != "fi" || asset["page"] != nil || asset["common"] == nil {
		t.Errorf("%v %s", err, fi.Asset())
	}
	l.Use(nil)
	if l.Has("fi") || l.For("fi").Tag != "nb" || l.For("en").T("skip") == "Skip" || Load().Has("fi") {
		t.Error("what was used before is used still")
	}
}

func FuzzReadFile(f *testing.F) {
	f.Add(`{"name": "Suomi", "page": {"hits": {"one": "{0} osuma", "other": "{0} osumaa"}}}`)
	f.Add(`{"name": "Suomi", "lists": {"weekdays": ["ma"]}, "page": {"skip": {"other": 3}}}`)
	f.Add(`{"page": {"skip": "\ud800<"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		file, faults := ReadFile("fi", []byte(text))
		if (file == nil) != (len(faults) > 0) {
			t.Fatal(faults)
		}
		if file != nil {
			l := Load()
			l.Use(map[string]*File{"fi": file})
			if !json.Valid(l.For("fi").Asset()) {
				t.Error("no JSON")
			}
		}
	})
}

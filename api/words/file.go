package words

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"fritidshub/catalog/grammar"
)

// MaxFile is the largest file of texts in bytes.
const MaxFile = 256 << 10

// File is one language's file of texts, by sections; docs/languages.md tells what is in it.
type File struct{ texts tree }

// forms is a text by the plural category of CLDR that it is for.
type forms map[string]string

func categories() []string { return []string{"zero", "one", "two", "few", "many", grammar.Other} }

// Fault is one thing that is wrong in a file of texts, in Norwegian.
type Fault struct {
	Line, Column int // from 1; 0 when it is about the whole file
	What, Do     string
}

// FileTag gives the language whose texts are in a file of that name, "fi.json"; false when the name is none.
func FileTag(name string) (string, bool) {
	tag, ok := strings.CutSuffix(name, ".json")
	parsed, err := language.Parse(tag)
	return tag, ok && err == nil && fileTag.MatchString(tag) && parsed.String() == tag
}

var fileTag = regexp.MustCompile(`^[a-z]{2,3}$`)

// ReadFile reads the texts of the language of tag. It need not have them all. When something is wrong nothing of it can be used.
func ReadFile(tag string, raw []byte) (*File, []Fault) {
	if len(raw) > MaxFile {
		return nil, []Fault{{What: fmt.Sprintf("fila er større enn %d KiB", MaxFile>>10), Do: "ta bort det som ikke er tekster"}}
	}
	read, faults := decode(raw)
	if len(faults) > 0 {
		return nil, faults
	}
	if tag == base {
		faults = append(faults, Fault{What: "bokmål følger med programmet", Do: "fjern fila, eller gi den navn etter et annet språk"})
	}
	r := reading{raw: raw}
	r.head(tag, read)
	r.compare(nil, read, embedded()[base].texts)
	if len(r.faults) > 0 {
		slices.SortStableFunc(r.faults, func(a, b Fault) int { return a.Line - b.Line })
		faults = append(faults, r.faults...)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return &File{read}, nil
}

// decode reads a file of texts as JSON; an object of plural categories is a text.
func decode(raw []byte) (tree, []Fault) {
	var read map[string]any
	if err := json.Unmarshal(raw, &read); err != nil {
		f := Fault{What: "fila er ikke gyldig JSON", Do: "se etter et komma, et anførselstegn eller en klamme for mye eller for lite"}
		var at *json.SyntaxError
		if errors.As(err, &at) {
			f.Line, f.Column = place(raw, at.Offset-1)
		}
		return nil, []Fault{f}
	}
	return sections(read), nil
}

func sections(read map[string]any) tree {
	t := make(tree, len(read))
	for name, value := range read {
		inner, ok := value.(map[string]any)
		if ok {
			t[name] = sections(inner)
			if text := formsOf(inner); text != nil {
				t[name] = text
			}
			continue
		}
		t[name] = value
	}
	return t
}

// formsOf gives the forms of a text, nil when it is something else.
func formsOf(read map[string]any) forms {
	text := forms{}
	for name, value := range read {
		form, ok := value.(string)
		if !ok || !slices.Contains(categories(), name) {
			return nil
		}
		text[name] = form
	}
	if text[grammar.Other] == "" {
		return nil
	}
	return text
}

// reading is one reading of a file.
type reading struct {
	raw    []byte
	faults []Fault
}

// most is how many faults of one file are told.
const most = 20

func (r *reading) fault(path []string, what, do string) {
	if len(r.faults) < most {
		line, column := locate(r.raw, path)
		r.faults = append(r.faults, Fault{line, column, "«" + strings.Join(path, ".") + "» " + what, do})
	}
}

// header is something that a file tells of its language, with what is right.
type header struct {
	name  string
	right func(v any) bool
	do    string
}

func headers() []header {
	oneOf := func(allowed ...any) func(any) bool {
		return func(v any) bool { return slices.Contains(allowed, v) }
	}
	return []header{
		{"name", func(v any) bool {
			name, _ := v.(string)
			return strings.TrimSpace(name) != "" && utf8.RuneCountInString(name) <= 60 && plain(name)
		}, "skriv språkets navn på språket selv, høyst 60 tegn"},
		{"dir", oneOf("ltr", "rtl"), "skriv ltr, eller rtl for et språk som skrives fra høyre"},
		{"clock", oneOf("dot", "colon"), "skriv dot for 18.30 eller colon for 18:30"},
		{"date", func(v any) bool {
			date, _ := v.(string)
			return slices.Equal(slots(date), []string{"{0}", "{1}"}) && plain(date) && utf8.RuneCountInString(date) <= 20
		}, "skriv hvordan en dag og en måned står sammen, for eksempel {0}. {1}"},
		{"locale", func(v any) bool {
			tag, _ := v.(string)
			_, err := language.Parse(tag)
			return err == nil
		}, "skriv en språkkode som fi eller fi-FI"},
		{"reviewed", oneOf(true, false), "skriv true når en som kan språket har lest alt, ellers false"},
	}
}

// head looks at what the file tells of its language.
func (r *reading) head(tag string, read tree) {
	if _, known := embedded()[tag]; !known && read["name"] == nil {
		r.faults = append(r.faults, Fault{What: "fila sier ikke hva språket heter", Do: `begynn den med {"name": "…",`})
	}
	for _, h := range headers() {
		if v, ok := read[h.name]; ok && !h.right(v) {
			r.fault([]string{h.name}, "kan ikke brukes", h.do)
		}
	}
}

// compare holds what a file says against what bokmål says in the same places.
func (r *reading) compare(path []string, own, nb tree) {
	for _, name := range slices.Sorted(maps.Keys(own)) {
		path := append(slices.Clone(path), name)
		if len(path) == 1 && slices.ContainsFunc(headers(), func(h header) bool { return h.name == name }) {
			continue
		}
		want, known := nb[name]
		if !known {
			r.fault(path, "er ingen tekst som brukes", "sammenlign med fila for bokmål, og rett eller fjern den")
			continue
		}
		switch got := own[name].(type) {
		case tree:
			if want, ok := want.(tree); ok {
				r.compare(path, got, want)
				continue
			}
			r.shape(path, want)
		case string:
			switch want := want.(type) {
			case string:
				r.text(path, got, want)
			case forms:
				own[name] = forms{grammar.Other: got}
				r.text(path, got, want[grammar.Other])
			default:
				r.shape(path, want)
			}
		case forms:
			want, ok := want.(forms)
			if !ok {
				r.shape(path, nb[name])
				continue
			}
			r.forms(path, got, want[grammar.Other])
		case []any:
			r.list(path, got, want)
		default:
			r.shape(path, want)
		}
	}
}

func (r *reading) shape(path []string, want any) {
	do := map[bool]string{true: "skriv den som en tekst i anførselstegn", false: "skriv den på samme måte som i fila for bokmål"}
	_, text := want.(string)
	r.fault(path, "er skrevet på en annen måte enn i bokmål", do[text])
}

func (r *reading) list(path []string, got []any, want any) {
	norwegian, ok := want.([]any)
	if !ok || len(norwegian) != len(got) {
		r.shape(path, want)
		return
	}
	for i, word := range got {
		text, ok := word.(string)
		if !ok {
			r.shape(path, want)
			return
		}
		r.text(path, text, norwegian[i].(string))
	}
}

func (r *reading) forms(path []string, got forms, norwegian string) {
	r.text(path, got[grammar.Other], norwegian)
	for _, name := range slices.Sorted(maps.Keys(got)) {
		missing := slices.DeleteFunc(slots(got[name]), func(slot string) bool { return slices.Contains(slots(norwegian), slot) })
		switch text := got[name]; {
		case name == grammar.Other:
		case strings.TrimSpace(text) == "" || !plain(text) || long(text, norwegian) || len(missing) > 0:
			r.fault(append(path, name), "kan ikke brukes", "skriv den som de andre formene, uten HTML")
		}
	}
}

func (r *reading) text(path []string, text, norwegian string) {
	switch want := slots(norwegian); {
	case strings.TrimSpace(text) == "":
		r.fault(path, "er tom", "oversett den, eller fjern den: da brukes teksten på engelsk eller bokmål")
	case !plain(text):
		r.fault(path, "har tegn som ikke kan være der (< > { } eller styretegn)", "skriv ren tekst, uten HTML")
	case !slices.Equal(slots(text), want) && len(want) == 0:
		r.fault(path, "har en plass som teksten på bokmål ikke har", fmt.Sprintf("på bokmål er den «%s»", norwegian))
	case !slices.Equal(slots(text), want):
		r.fault(path, "har ikke de samme plassene som teksten på bokmål", fmt.Sprintf("den skal ha %s, hver minst én gang", strings.Join(want, " og ")))
	case long(text, norwegian):
		r.fault(path, "er mye lengre enn på bokmål", fmt.Sprintf("skriv den kortere: på bokmål er den «%s»", norwegian))
	}
}

var slot = regexp.MustCompile(`\{\d\}`)

// slots gives the places of a text that are filled, sorted, each once.
func slots(text string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slot.FindAllString(text, -1))))
}

// plain reports whether a text is without markup and control characters.
func plain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsAny(slot.ReplaceAllString(text, ""), "<>{}") &&
		!strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == '\u007f' })
}

// long reports whether a text is so much longer than the Norwegian one that it can hardly be the same.
func long(text, norwegian string) bool {
	return utf8.RuneCountInString(text) > 40+3*utf8.RuneCountInString(norwegian)
}

// locate finds the name at the end of path in JSON, 0 and 0 when it is not there.
func locate(raw []byte, path []string) (line, column int) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return 0, 0
	}
	for depth := 0; d.More(); {
		before := d.InputOffset()
		name, err := d.Token()
		if err != nil {
			return 0, 0
		}
		if name != path[depth] {
			var skipped json.RawMessage
			if d.Decode(&skipped) != nil {
				return 0, 0
			}
			continue
		}
		if depth++; depth == len(path) {
			return place(raw, before+int64(bytes.IndexByte(raw[before:], '"')))
		}
		if open, err := d.Token(); err != nil || open != json.Delim('{') {
			return 0, 0
		}
	}
	return 0, 0
}

// place gives the line and column of a byte.
func place(raw []byte, offset int64) (line, column int) {
	before := raw[:max(0, min(int(offset), len(raw)))]
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
}

package words

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/text/language"

	"fritidshub/catalog/grammar"
	"fritidshub/widget"
)

// Languages holds the texts of every language that has some. It may be asked while Use takes others into use.
type Languages struct {
	now atomic.Pointer[map[string]*Language]
}

// Load gives the languages that the program knows without a file.
func Load() *Languages {
	l := &Languages{}
	all := builtIn()
	l.now.Store(&all)
	return l
}

// Use takes files of texts into use beside those that the program has, and instead of the ones used before.
func (l *Languages) Use(files map[string]*File) {
	all := combine(embedded(), files)
	l.now.Store(&all)
}

// For gives the texts of a language, whatever its region, those of bokmål when it has none.
func (l *Languages) For(tag string) *Language {
	all := *l.now.Load()
	if found, ok := all[primary(tag)]; ok {
		return found
	}
	return all[base]
}

// Has reports whether there are texts in the language of tag, a bare subtag.
func (l *Languages) Has(tag string) bool { return (*l.now.Load())[tag] != nil }

// Tags names all languages that have texts: those of the program first that most read, the rest by their tag.
func (l *Languages) Tags() []string {
	first := Tags()
	all := slices.DeleteFunc(slices.Sorted(maps.Keys(*l.now.Load())), func(tag string) bool { return slices.Contains(first, tag) })
	return append(first, all...)
}

// Tags names the languages that every hub has its pages in, the default first.
func Tags() []string { return []string{base, "nn", "en"} }

// Asset gives what widgets read, as JSON: the language's file without what the hub itself says, and with the texts that it lacks. It
// must not be changed.
func (l *Language) Asset() []byte { return l.asset }

// base is the language that lacks no text, world the one that is read where a language lacks a text and has no near one.
const base, world = "nb", "en"

// nordic are languages whose readers know bokmål better than English.
func nordic() []string { return []string{"nb", "nn", "no", "da", "sv", "se", "sma", "smj", "fkv"} }

// inside are the sections that the hub itself says; widgets say the others.
func inside() []string { return []string{"page", "price"} }

func primary(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
	return tag
}

// embedded are the files that are part of the program, by tag.
var embedded = sync.OnceValue(func() map[string]*File {
	all := map[string]*File{}
	names, err := fs.Glob(widget.Locales(), "*.json")
	for _, name := range names {
		var raw []byte
		if raw, err = fs.ReadFile(widget.Locales(), name); err != nil {
			break
		}
		read, faults := decode(raw)
		if len(faults) > 0 {
			err = fmt.Errorf("%s: %v", name, faults)
			break
		}
		all[strings.TrimSuffix(name, ".json")] = &File{read}
	}
	if err != nil {
		panic(fmt.Errorf("words: %w", err)) // the files are part of the program
	}
	return all
})

var builtIn = sync.OnceValue(func() map[string]*Language { return combine(embedded(), nil) })

// combine makes the languages of files, more above those of the program.
func combine(own, more map[string]*File) map[string]*Language {
	all := map[string]*Language{}
	for _, files := range []map[string]*File{own, more} {
		for tag := range files {
			all[tag] = nil
		}
	}
	for tag := range all {
		all[tag] = newLanguage(tag, own, more)
	}
	return all
}

// newLanguage lays the texts of a language over those of the languages that stand in for it.
func newLanguage(tag string, own, more map[string]*File) *Language {
	below := []string{base, world}
	if slices.Contains(nordic(), tag) {
		below = below[:1]
	}
	merged, head := tree{}, tree{}
	for _, tag := range append(below, tag) {
		for _, f := range []*File{own[tag], more[tag]} {
			if f != nil {
				merged.take(f.texts)
			}
		}
	}
	for _, f := range []*File{own[tag], more[tag]} {
		if f != nil {
			head.take(f.texts)
		}
	}
	parsed := language.Make(tag)
	l := &Language{Tag: tag, Name: tag, Dir: direction(parsed), lists: map[string][]string{}}
	l.Name, _ = head["name"].(string)
	if dir, ok := head["dir"].(string); ok {
		l.Dir = dir
	}
	l.Reviewed, _ = head["reviewed"].(bool)
	l.dotted, l.date = head["clock"] == "dot", "{0} {1}"
	if date, ok := head["date"].(string); ok {
		l.date = date
	}
	for name, list := range merged.inner("lists") {
		for _, word := range list.([]any) {
			l.lists[name] = append(l.lists[name], word.(string))
		}
	}
	l.page, l.price = merged.section(tag, "page"), merged.section(tag, "price")

	for _, name := range inside() {
		delete(merged, name)
	}
	merged["name"], merged["dir"], merged["reviewed"], merged["date"] = l.Name, l.Dir, l.Reviewed, l.date
	merged["clock"], merged["locale"] = "colon", tag
	for _, name := range []string{"clock", "locale"} {
		if own, ok := head[name].(string); ok {
			merged[name] = own
		}
	}
	var body bytes.Buffer
	plain := json.NewEncoder(&body)
	plain.SetEscapeHTML(false)
	if err := plain.Encode(merged); err != nil {
		panic(err) // it came out of JSON
	}
	l.asset = body.Bytes()
	return l
}

// direction gives the way that the language is usually written.
func direction(tag language.Tag) string {
	script, _ := tag.Script()
	if slices.Contains([]string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm"}, script.String()) {
		return "rtl"
	}
	return "ltr"
}

// tree is a file of texts, or a section of it: texts, texts in forms, lists and sections by their names.
type tree map[string]any

// take lays other over t; what is no section is taken whole.
func (t tree) take(other tree) {
	for name, value := range other {
		section, ok := value.(tree)
		if !ok {
			t[name] = value
			continue
		}
		below := tree{}
		if own, ok := t[name].(tree); ok {
			below.take(own)
		}
		below.take(section)
		t[name] = below
	}
}

func (t tree) inner(name string) tree {
	found, _ := t[name].(tree)
	return found
}

// section gives the texts of a section, for the plural rules of tag.
func (t tree) section(tag, name string) *grammar.Language {
	texts := map[string]grammar.Text{}
	for key, value := range t.inner(name) {
		switch value := value.(type) {
		case string:
			texts[key] = grammar.Text{grammar.Other: value}
		case forms:
			texts[key] = grammar.Text(value)
		}
	}
	l, err := grammar.New(tag, texts)
	if err != nil {
		l, _ = grammar.New(base, texts) // a tag is looked at when its file is read
	}
	return l
}

// Package docs draws the documentation of the open API from its contract, with samples, live answers and a form to try it.
package docs

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"fritidshub/api/openapi"
)

//go:embed docs.html schemas.html nb.yaml en.yaml samples
var files embed.FS

// placeholder stands for the hub's address in samples.
const placeholder = "https://hub.example"

// Languages are those that the documentation can be read in, the first by default.
func Languages() []string { return []string{"nb", "en"} }

// Guide is the documentation, ready to be drawn.
type Guide struct {
	contract *openapi.Document
	page     *template.Template
	texts    map[string]*texts
	samples  []Sample
}

// texts is what the page says in one language. What it does not say of the contract is said in the contract's own words.
type texts struct {
	Labels     map[string]string
	Tags       map[string]string
	Operations map[string]struct{ Summary, Description string }
	Parameters map[string]string
	Answers    map[string]string
}

// Sample is a program that asks the hub for something.
type Sample struct {
	Task     string // search, walk, follow or offer
	Language string
	File     string
	Code     string
}

// Samples gives the programs for a hub at publicURL, in the order in which they are shown.
func (g *Guide) Samples(publicURL string) []Sample {
	out := slices.Clone(g.samples)
	for i := range out {
		out[i].Code = strings.ReplaceAll(out[i].Code, placeholder, publicURL)
	}
	return out
}

// offer is the task that one does by hand, and has a sample for curl alone.
const offer = "offer"

// tasks and languages of the samples, in the order in which they are shown.
var (
	tasks     = []string{"search", "walk", "follow", offer}
	languages = []struct{ name, ending string }{{"curl", ".sh"}, {"JavaScript", ".mjs"}, {"Python", ".py"}, {"Go", ".go"}, {"R", ".R"}}
)

// New reads the embedded texts and samples.
func New() (*Guide, error) {
	contract, err := openapi.Read()
	if err != nil {
		return nil, err
	}
	g := &Guide{contract: contract, texts: map[string]*texts{}}
	if g.page, err = template.New("docs.html").ParseFS(files, "*.html"); err != nil {
		return nil, err
	}
	for _, lang := range Languages() {
		raw, err := files.ReadFile(lang + ".yaml")
		if err != nil {
			return nil, err
		}
		g.texts[lang] = &texts{}
		if err := yaml.Unmarshal(raw, g.texts[lang]); err != nil {
			return nil, fmt.Errorf("docs: %s: %w", lang, err)
		}
	}
	for _, task := range tasks {
		for _, l := range languages {
			if task == offer && l.name != "curl" {
				continue
			}
			name := path.Join("samples", task+l.ending+".txt")
			raw, err := files.ReadFile(name)
			if err != nil {
				return nil, err
			}
			g.samples = append(g.samples, Sample{Task: task, Language: l.name, File: task + l.ending, Code: strings.TrimSpace(string(raw))})
		}
	}
	return g, nil
}

// Hub is what the page says of the hub that shows it.
type Hub struct {
	ID, Name  string
	PublicURL string // without a slash at its end
	// Answers are real answers of the hub by the id of their operation.
	Answers map[string]Answer
	Try     Try
	// Licences are those of the hub's sources, Credits the registers that it uses beside them.
	Licences []Licence
	Credits  []Licence
}

// Answer is one that the hub gave.
type Answer struct {
	Address string // from the root of the hub
	Status  int
	Body    string // JSON, shortened
}

// Licence is a licence with those whom its data is from.
type Licence struct {
	Name, URL string
	By        []string
	More      int  // beyond By
	Kept      bool // it is shown on the hub only, and not passed on
}

// Try is the form, and what was answered to it.
type Try struct {
	Q, Age, From, Kind string
	Free               bool
	Answer             *Answer // nil: nothing was asked
}

// Draw makes the content of the page in one of Languages.
func (g *Guide) Draw(lang string, hub Hub) (template.HTML, error) {
	return g.draw("docs.html", lang, hub)
}

// DrawSchemas makes the content of the page about what answers are made of.
func (g *Guide) DrawSchemas(lang string) (template.HTML, error) {
	return g.draw("schemas.html", lang, Hub{})
}

func (g *Guide) draw(page, lang string, hub Hub) (template.HTML, error) {
	var b bytes.Buffer
	if err := g.page.ExecuteTemplate(&b, page, &view{Hub: hub, guide: g, texts: g.texts[lang], Lang: lang, Version: g.contract.Info.Version}); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil //nolint:gosec // html/template made it
}

// view is what the template asks.
type view struct {
	Hub
	Lang, Version string
	guide         *Guide
	texts         *texts
}

// Title is what the pages are called.
func (g *Guide) Title(lang string) string { return g.texts[lang].Labels["title"] }

// T gives a text.
func (v *view) T(key string, args ...any) string {
	text := v.texts.Labels[key]
	for i, arg := range args {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%d}", i), fmt.Sprint(arg))
	}
	return text
}

// P gives a text with paragraphs, lists and code.
func (v *view) P(key string, args ...any) template.HTML { return prose(v.T(key, args...)) }

// About is what holds for the whole API.
func (v *view) About() template.HTML {
	if text := v.texts.Labels["about"]; text != "" {
		return prose(text)
	}
	return prose(v.guide.contract.Info.Description)
}

// Changes is the change log.
func (v *view) Changes() template.HTML { return prose(openapi.Changes()) }

type group struct {
	Name       string
	About      template.HTML
	Operations []operation
}

type operation struct {
	ID, Method, Path string
	Summary          string
	About            template.HTML
	Same             string // the operation that has the same parameters
	Parameters       []member
	Answers          []answer
	Live             *Answer
}

// usual are the answers that any operation may give.
var usual = []string{"NotModified", "BadParameter", "TooMany", "Unavailable", "Error"}

type member struct {
	Name, Example  string
	Type           kind
	Bounds         string
	Many, Required bool
	About          template.HTML
}

type answer struct {
	Status, Media string
	Type          kind
	About         template.HTML
}

// kind is the type of a value: a name, a schema to go to, or the values that it may have.
type kind struct {
	Name, Schema string
	Values       []string
}

// Operations gives the operations by tag.
func (v *view) Operations() []group {
	var out []group
	for _, tag := range v.guide.contract.Tags {
		g := group{Name: or(v.texts.Tags[tag.Name], tag.Name), About: prose(tag.Description)}
		if v.Lang != "en" {
			g.About = ""
		}
		for _, p := range v.guide.contract.Paths {
			for _, o := range []struct {
				method string
				*openapi.Operation
			}{{"GET", p.Value.Get}, {"POST", p.Value.Post}} {
				if o.Operation != nil && o.Tags[0] == tag.Name {
					g.Operations = append(g.Operations, v.operation(o.method, p.Name, o.Operation))
				}
			}
		}
		out = append(out, g)
	}
	return out
}

func (v *view) operation(method, address string, o *openapi.Operation) operation {
	said := v.texts.Operations[o.ID]
	out := operation{ID: o.ID, Method: method, Path: address, Summary: or(said.Summary, o.Summary), About: prose(or(said.Description, o.Description))}
	if first := v.guide.contract.Paths.Get("/api/v1/search").Get; o != first && len(o.Parameters) >= len(first.Parameters) {
		out.Same = first.ID
	}
	for _, p := range o.Parameters {
		if out.Same != "" && slices.ContainsFunc(v.guide.contract.Paths.Get("/api/v1/search").Get.Parameters, func(q openapi.Parameter) bool { return p.Name == q.Name }) {
			continue
		}
		out.Parameters = append(out.Parameters, member{Name: p.Name, Type: v.kind(p.Schema), Bounds: bounds(p.Schema), Many: p.Schema.Type == "array", Required: p.Required,
			About: prose(or(v.texts.Parameters[p.Name], p.Description)), Example: exampleOf(p)})
	}
	for _, r := range o.Responses {
		if slices.Contains(usual, openapi.Name(r.Value.Ref)) {
			continue // said once for all
		}
		a := answer{Status: r.Name, About: prose(or(v.texts.Answers[o.ID+" "+r.Name], or(v.texts.Answers[r.Name], r.Value.Description)))}
		if r.Name == "200" && v.Lang != "en" && v.texts.Answers[o.ID+" "+r.Name] == "" {
			a.About = prose(v.texts.Answers["200"])
		}
		for _, c := range r.Value.Content {
			a.Media = c.Name
			if a.Type = v.kind(c.Value.Schema); c.Value.Line.Ref != "" {
				a.Type = v.kind(c.Value.Line)
			}
			if a.Type.Schema == "" {
				a.Type = kind{}
			}
		}
		out.Answers = append(out.Answers, a)
	}
	if live, ok := v.Hub.Answers[o.ID]; ok {
		out.Live = &live
	}
	return out
}

// bounds says between what a value lies.
func bounds(s openapi.Schema) string {
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		return number(*s.Minimum) + "–" + number(*s.Maximum)
	case s.Maximum != nil:
		return "≤ " + number(*s.Maximum)
	case s.Minimum != nil:
		return "≥ " + number(*s.Minimum)
	}
	return ""
}

func exampleOf(p openapi.Parameter) string {
	switch list, ok := p.Example.([]any); {
	case p.Example == nil:
		return ""
	case p.In == "path":
		return fmt.Sprint(p.Example)
	case ok && len(list) > 0:
		return p.Name + "=" + url.QueryEscape(fmt.Sprint(list[0]))
	}
	return p.Name + "=" + strings.ReplaceAll(url.QueryEscape(fmt.Sprint(p.Example)), "%2C", ",")
}

func (v *view) kind(s openapi.Schema) kind {
	if s.Items != nil {
		k := v.kind(*s.Items)
		if k.Name != "" {
			k.Name = "[" + k.Name + "]"
		}
		return k
	}
	if s.Ref != "" {
		name := openapi.Name(s.Ref)
		if to := v.guide.contract.Components.Schemas.Get(name); len(to.Properties) > 0 || len(to.AllOf) > 0 {
			return kind{Name: name, Schema: name}
		} else {
			return v.kind(to)
		}
	}
	k := kind{Name: or(s.Format, s.Type)}
	for _, value := range slices.Concat(s.Enum, s.Known) {
		k.Values = append(k.Values, fmt.Sprint(value))
	}
	if s.Type == "boolean" {
		k.Values = nil
	}
	return k
}

type schema struct {
	Name   string
	About  template.HTML
	Base   []string // schemas whose members it has too
	Fields []member
}

// Schemas gives the objects of the answers.
func (v *view) Schemas() []schema {
	var out []schema
	for _, e := range v.guide.contract.Components.Schemas {
		s := schema{Name: e.Name, About: prose(e.Value.Description)}
		for _, part := range append(e.Value.AllOf, e.Value) {
			if part.Ref != "" {
				s.Base = append(s.Base, openapi.Name(part.Ref))
			}
			for _, p := range part.Properties {
				about := p.Value.Description
				if about == "" {
					about = v.guide.contract.Components.Schemas.Get(openapi.Name(p.Value.Ref)).Description
				}
				s.Fields = append(s.Fields, member{Name: p.Name, Type: v.kind(p.Value), Required: slices.Contains(part.Required, p.Name), About: prose(about)})
			}
		}
		if len(s.Fields) > 0 {
			out = append(out, s)
		}
	}
	return out
}

type task struct {
	Name    string
	Samples []Sample
}

// Tasks gives the samples by what they do.
func (v *view) Tasks() []task {
	var out []task
	for _, name := range tasks {
		t := task{Name: name}
		for _, s := range v.guide.Samples(v.PublicURL) {
			if s.Task == name {
				t.Samples = append(t.Samples, s)
			}
		}
		out = append(out, t)
	}
	return out
}

// Kinds are the values of the form's list.
func (v *view) Kinds() []string {
	var out []string
	for _, value := range v.guide.contract.Components.Schemas.Get("Kind").Enum {
		out = append(out, fmt.Sprint(value))
	}
	return out
}

// Entry is what another hub writes in its sources.yaml to be in sync with this one.
func (v *view) Entry() string { return Entry(v.Hub) }

// Entry is what another hub writes in its sources.yaml to be in sync with hub.
func Entry(hub Hub) string {
	name, _ := yaml.Marshal(hub.Name)
	quoted := strings.TrimSpace(string(name))
	return fmt.Sprintf("  - id: %s\n    name: %s\n    kind: fritidshub\n    url: %s\n    attribution: %s", hub.ID, quoted, hub.PublicURL, quoted)
}

// File is the smallest sources.yaml of one who has no hub yet, with hub as its only source.
func (v *view) File() string { return File(v.Hub) }

// File is the smallest sources.yaml that is whole, with hub as its only source.
func File(hub Hub) string {
	return "hub: {id: min-hub, name: Min hub, municipality: \"3907\", timezone: Europe/Oslo, languages: [nb]}\nsources:\n" + Entry(hub)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

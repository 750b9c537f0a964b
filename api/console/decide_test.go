package console

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
)

// nobody is Guests without any.
type nobody struct{ Guests }

func (nobody) Waiting(context.Context) (int, error) { return 0, nil }

var trialForm = []part{{Legend: "Om", Inputs: []input{{Key: "title", Label: "Navn", Needed: true}, {Key: "categories", Label: "Kategori", Type: "picks", Of: "categories"}, {Key: "contact.email", Label: "E-post"},
	{Key: "contact.phone", Label: "Telefon"}, {Key: "status", Label: "Status", Type: "select", Of: "statuses"}}}, dates}

func send(form url.Values) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// TestReadForm: what a form states is what its inputs hold, in its order; what it has no input for is not read.
func TestReadForm(t *testing.T) {
	form := url.Values{"title": {" Kor\r\nfor alle ", "en til"}, "categories": {"choir", "", "choir", "music"}, "contact.phone": {"33 00 00 00"}, "hemmelig": {"x"},
		"rows.dates": {"2"}, "dates.0.start": {"2026-12-03"}, "dates.7.start": {"2027-01-01"}}
	got, err := readForm(send(form), trialForm)
	if err != nil {
		t.Fatal(err)
	}
	row := func(start string) []Stated {
		return []Stated{{Key: "start", Text: start}, {Key: "end"}, {Key: "status"}}
	}
	want := []Stated{{Key: "title", Text: "Kor\nfor alle"}, {Key: "categories", Texts: []string{"choir", "music"}}, {Key: "contact", Parts: []Stated{{Key: "email"}, {Key: "phone", Text: "33 00 00 00"}}}, {Key: "status"},
		{Key: "dates", Rows: [][]Stated{row("2026-12-03"), row("")}}}
	if diff := cmp.Diff(want, got.Stated); diff != "" {
		t.Error(diff)
	}
	back := url.Values{}
	flatten(back, "", got.Stated)
	if diff := cmp.Diff(got.Values, back); diff != "" {
		t.Error(diff)
	}
	for i, nothing := range []bool{false, false, false, true, false} {
		if got.Stated[i].Nothing() != nothing {
			t.Errorf("%s states nothing: %v", got.Stated[i].Key, !nothing)
		}
	}
	if _, err := readForm(send(url.Values{"title": {strings.Repeat("å", mostText+1)}}), trialForm); err == nil {
		t.Error("a text that is too long is read")
	}
	many, err := readForm(send(url.Values{"rows.dates": {"100000"}}), trialForm)
	if n := len(many.Stated[4].Rows); err != nil || n != mostRows {
		t.Errorf("%d rows, %v", n, err)
	}
}

// TestDrawForm: a form holds what there is, also what it would not offer, and has room for more.
func TestDrawForm(t *testing.T) {
	values := url.Values{"title": {"Kor"}, "categories": {"choir", "gammel"}, "status": {"Avlyst"}, "dates.1.start": {"2026-12-04"}}
	parts := drawForm(trialForm, values, map[string]string{"title": "For kort."}, map[string][]Option{"categories": {{"choir", "Kor"}}}, "dates")
	inputs := parts[0].Groups[0].Inputs
	if v := inputs[0]; v.Value != "Kor" || v.Fault != "For kort." || v.ID != "f-title" {
		t.Errorf("title is %+v", v)
	}
	if len(inputs) != 7 || inputs[2].Label != "Kategori 2" || inputs[2].ID == inputs[1].ID || !inputs[2].Options[1].Chosen || inputs[2].Options[1].Value != "gammel" || inputs[3].Value != "" {
		t.Errorf("categories are %+v", inputs[1:4])
	}
	if o := inputs[6].Options[0]; !o.Chosen || o.Value != "Avlyst" {
		t.Errorf("a value is not kept as it is written: %+v", o)
	}
	checks := drawInputs("", []input{{Key: "accessibility", Type: "checks", Of: "adapted"}}, url.Values{"accessibility": {"rolig", "rullestol"}}, nil, nil)[0].Options
	if checks[0].Value != "rolig" || checks[1].Value != "rullestol" || !checks[1].Chosen || checks[2].Chosen || len(checks) != len(options["adapted"]) {
		t.Errorf("the order of what is chosen is lost: %+v", checks)
	}
	if d := parts[1]; d.Rows != 5 || len(d.Groups) != 5 || d.Groups[1].Inputs[0].Value != "2026-12-04" || d.Groups[1].Inputs[0].Name != "dates.1.start" {
		t.Errorf("dates are %+v", d)
	}
}

func TestDifferences(t *testing.T) {
	stated := []Stated{{Key: "title", Text: "Kor for alle"}, {Key: "categories", Texts: []string{"choir"}}, {Key: "contact", Parts: []Stated{{Key: "email"}, {Key: "phone", Text: "33"}}},
		{Key: "dates", Rows: [][]Stated{{{Key: "start"}}, {{Key: "start", Text: "2026-12-04"}, {Key: "status", Text: "avlyst"}}}}}
	values := url.Values{"title": {"Kor"}, "categories": {"choir"}, "contact.phone": {"33"}, "dates.0.start": {"2026-12-03"}, "status": {"fullt"}}
	got := differences(trialForm, stated, values, nil)
	want := []string{"Navn: Kor → Kor for alle", "Status: Fullt → (ingenting)", "Datoer, rad 1, start: 2026-12-03 → (ingenting)", "Datoer, rad 2, start: (ingenting) → 2026-12-04", "Datoer, rad 2, status: (ingenting) → Avlyst"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestForms: every input of every form can be told apart from the others, and what it is chosen among is known.
func TestForms(t *testing.T) {
	forms := map[string][]part{}
	for _, s := range sections {
		forms[s.Key] = s.Parts
	}
	for _, c := range corrections {
		forms["correct "+c.field] = c.parts
	}
	given := map[string]bool{"categories": true, "organizers": true, "places": true} // by the list
	for name, parts := range forms {
		ids := map[string]bool{}
		for _, p := range drawForm(parts, nil, nil, nil, "") {
			for _, g := range p.Groups {
				for _, in := range g.Inputs {
					if ids[in.ID] {
						t.Errorf("%s: %s is there twice", name, in.ID)
					}
					ids[in.ID] = true
					if in.Label == "" || in.Of != "" && options[in.Of] == nil && !given[in.Of] {
						t.Errorf("%s: %+v", name, in.input)
					}
				}
			}
		}
	}
}

// TestOptions: what can be chosen is what a list kept by hand understands.
func TestOptions(t *testing.T) {
	reads := map[string]func(string) error{
		"kinds":           func(s string) error { _, err := cell.Kind(s); return err },
		"statuses":        func(s string) error { _, err := cell.Status(s); return err },
		"facts":           func(s string) error { _, err := cell.Fact(s); return err },
		"adapted":         func(s string) error { _, err := cell.Adapted(s); return err },
		"organizer-kinds": func(s string) error { _, err := cell.OrganizerKind(s); return err },
	}
	for name, read := range reads {
		for _, o := range options[name] {
			if err := read(o.Value); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if n := len(options["organizer-kinds"]); n != len(catalog.OrganizerKinds()) {
		t.Errorf("%d kinds of organisations", n)
	}
	if n := len(options["adapted"]); n != len(catalog.Accessibilities()) {
		t.Errorf("%d ways to be adapted", n)
	}
}

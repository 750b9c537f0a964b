package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// finder is an Adding that knows one search with one way of reading, and works for as many pages as it is told to.
type finder struct {
	works int
	trial Trial
	wrote NewSource
	wrong map[string]string
	saved string
}

func (f *finder) Search(_ context.Context, address string) (string, error) {
	if address != "https://huset.example/program" {
		return "", &Fault{http.StatusUnprocessableEntity, "Det er ikke en adresse."}
	}
	return "abc", nil
}

func (f *finder) at(id string) (Work, error) {
	if id != "abc" {
		return Work{}, ErrNoSearch
	}
	f.works--
	return Work{On: f.works >= 0, Said: "Spør huset.example."}, nil
}

func (f *finder) Found(_ context.Context, id string) (*Found, error) {
	work, err := f.at(id)
	return &Found{Work: work, Address: "https://huset.example/program", Ways: []Way{{"jsonld", "https://huset.example/program", []string{"12 oppføringer <b>, 12 med dato."}}, {"html", "https://huset.example/program", nil}}}, err
}

func (f *finder) Try(_ context.Context, id string, way int) error { _, err := f.at(id); return err }

func (f *finder) Trial(_ context.Context, id string, way int) (*Trial, error) {
	work, err := f.at(id)
	t := f.trial
	t.Work = work
	return &t, err
}

func (f *finder) Write(_ context.Context, _ string, _ int, s NewSource) (map[string]string, error) {
	f.wrote = s
	return f.wrong, nil
}

func (f *finder) Change(context.Context, string, int) (*Change, error) {
	return &Change{Source: f.wrote, Of: "v1", Lines: []DiffLine{{"+", 3, "  - id: huset"}}, Entry: "  - id: huset\n"}, nil
}

func (f *finder) Add(_ context.Context, _ string, _ int, base string) (NewSource, error) {
	f.saved = base
	return NewSource{ID: "huset", Off: base == "off"}, nil
}

// The steps from an address to a source, without a script.
func TestAdd(t *testing.T) {
	f := &finder{works: 1}
	b := in(t, &fake{adding: f})
	has(t, b.get("/editor/add", 200), `name="address"`)
	has(t, b.post("/editor/add", url.Values{"address": {"x"}}, 422), "Det er ikke en adresse.")
	resp, err := b.http.PostForm(b.server.URL+"/editor/add", url.Values{"address": {" https://huset.example/program "}})
	has(t, b.answer(resp, err, 200), "Spør huset.example.", `href="/editor/add/abc"`)
	if got := resp.Header.Get("Refresh"); got != "0" {
		t.Errorf("a page of work comes again after %q", got)
	}
	resp, err = b.http.Get(b.server.URL + "/editor/add/abc")
	has(t, b.answer(resp, err, 200), "12 oppføringer &lt;b&gt;", `action="/editor/add/abc/1"`)
	if resp.Header.Get("Refresh") != "" {
		t.Error("a page that is whole comes again")
	}
	b.get("/editor/add/def", 404)
	b.get("/editor/add/abc/x", 404)
	b.get("/editor/add/abc/-1", 404)
	f.trial = Trial{Way: Way{Kind: "jsonld"}, Preview: Preview{Fault: "Kan ikke leses."}}
	if page := b.get("/editor/add/abc/0", 200); strings.Contains(page, "<form method=\"post\" action=\"/editor/add") || !strings.Contains(page, "Kan ikke leses.") {
		t.Errorf("what cannot be read can be added: %s", page)
	}
	f.trial = Trial{Way: Way{Kind: "jsonld"}, Ready: true, Twins: "2 av de 12 første finnes alt.", Hints: []string{"CC BY <b>"}, Unset: []string{"HUSET_TOKEN"}, Source: NewSource{ID: "huset", Name: "Huset", Schedule: "@daily", Licence: "EUPL-1.2"},
		Fields: []Field{{"Pris", 40, 90}}, Timings: []Timing{{"@daily", "hver natt", []time.Time{noon.Add(12 * time.Hour), noon.Add(36 * time.Hour)}}}}
	has(t, b.post("/editor/add/abc/0", nil, 200), "2 av de 12 første", "CC BY &lt;b&gt;", "HUSET_TOKEN", "i morgen kl. 0.00, 25. nov. kl. 0.00", `value="EUPL-1.2"`, "90 %", "checked")

	form := url.Values{"id": {"huset"}, "name": {"Huset"}, "schedule": {"@daily"}, "licence": {"permission"}, "attribution": {"Huset"}, "contact": {" post@huset.example "}}
	f.wrong = map[string]string{"contact": "Skriv hvem."}
	page := b.post("/editor/add/abc/0/entry", form, 422)
	has(t, page, `role="alert"`, `<a href="#contact">Skriv hvem.</a>`, `value="post@huset.example"`, `aria-invalid="true"`)
	f.wrong = nil
	has(t, b.post("/editor/add/abc/0/entry", form, 200), "- id: huset", `value="v1"`)
	want := NewSource{ID: "huset", Name: "Huset", Schedule: "@daily", Licence: "permission", Attribution: "Huset", Contact: "post@huset.example"}
	if diff := cmp.Diff(want, f.wrote); diff != "" {
		t.Error(diff)
	}
	form.Set("licence", "other")
	form.Set("other", "EUPL-1.2")
	b.post("/editor/add/abc/0/entry", form, 200)
	if f.wrote.Licence != "EUPL-1.2" {
		t.Errorf("the licence is %q", f.wrote.Licence)
	}
	stay := *b.http
	stay.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, base := range []string{"v1", "off"} {
		resp, err := stay.PostForm(b.server.URL+"/editor/add/abc/0/save", url.Values{"base": {base}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got, want := resp.Header.Get("Location"), fmt.Sprintf("/editor/sources/huset?done=%s", map[string]string{"v1": "added", "off": "added-off"}[base]); f.saved != base || got != want {
			t.Errorf("saved over %q, and led to %s, not %s", f.saved, got, want)
		}
	}
	has(t, b.get("/editor/log", 200), "la til kilden", "sources/huset")
}

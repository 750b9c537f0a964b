package console

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/api/console/signin"
)

const token = "en-lang-nok-nøkkel"

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.FixedZone("CET", 3600))

// fake is everything that a console reads and does, in memory.
type fake struct {
	Desk     // of one source; nil when the test asks for none
	versions Versions
	mapping  Mapping
	adding   Adding
	notices  Notices
	tracer   Tracer
	insights Insights
	list     []Source
	entries  []Entry
}

func (f *fake) Overview(context.Context) ([]Source, error) { return slices.Clone(f.list), nil }

func (f *fake) Note(_ context.Context, e Entry) error {
	e.ID = int64(len(f.entries) + 1)
	f.entries = append(f.entries, e)
	return nil
}

func (f *fake) Entries(_ context.Context, before int64, limit int) ([]Entry, error) {
	var list []Entry
	for _, e := range slices.Backward(f.entries) {
		if (before == 0 || e.ID < before) && len(list) < limit {
			list = append(list, e)
		}
	}
	return list, nil
}

// browser is somebody before a console.
type browser struct {
	*testing.T
	*fake
	server *httptest.Server
	http   *http.Client
}

func open(t *testing.T, f *fake) *browser {
	t.Helper()
	b := &browser{T: t, fake: f}
	var handler http.Handler
	b.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(b.server.Close)
	base, _ := url.Parse(b.server.URL + "/editor/")
	public, _ := url.Parse(b.server.URL + "/")
	var err error
	handler, err = New(Options{Guests: nobody{}, Hub: Hub{Name: "Aktiviteter i Prøvik", Public: public}, Sources: f, Desk: f.Desk, Audit: f, Versions: f.versions, Mapping: f.mapping, Adding: f.adding, Notices: f.notices, Tracer: f.tracer, Insights: f.insights, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
		SignIn: signin.Options{Token: token, Base: base, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)}})
	if err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	b.http = &http.Client{Jar: jar}
	return b
}

// in is somebody who is signed in.
func in(t *testing.T, f *fake) *browser {
	t.Helper()
	b := open(t, f)
	b.post("/editor/sign-in", url.Values{"token": {token}}, 200)
	return b
}

func (b *browser) get(path string, status int) string {
	b.Helper()
	resp, err := b.http.Get(b.server.URL + path)
	return b.answer(resp, err, status)
}

func (b *browser) post(path string, form url.Values, status int) string {
	b.Helper()
	resp, err := b.http.PostForm(b.server.URL+path, form)
	return b.answer(resp, err, status)
}

func (b *browser) answer(resp *http.Response, err error, status int) string {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != status {
		b.Fatalf("%s: %d, not %d: %s", resp.Request.URL, resp.StatusCode, status, text)
	}
	if resp.Header.Get("Content-Security-Policy") != policy {
		b.Errorf("%s has no policy", resp.Request.URL)
	}
	return string(text)
}

func has(t testing.TB, page string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q:\n%s", part, page)
		}
	}
}

func TestNobodyComesInUnasked(t *testing.T) {
	b := open(t, &fake{list: []Source{{ID: "hemmelig", Name: "Hemmelig"}}})
	for _, path := range []string{"/editor/", "/editor/log", "/editor/finnes-ikke"} {
		if page := b.get(path, 401); strings.Contains(page, "Hemmelig") || strings.Contains(page, "Logg ut") {
			t.Errorf("%s shows %s", path, page)
		}
	}
	page := in(t, &fake{}).get("/editor/finnes-ikke", 404)
	has(t, page, "Siden finnes ikke")
}

// The worst comes first, with what is wrong, since when, what residents see and who can mend it.
func TestOverview(t *testing.T) {
	b := in(t, &fake{list: []Source{
		{ID: "frisk", Name: "Frisk", State: "healthy", Verdict: "Alt vel.", LastGood: noon.Add(-time.Hour), Promise: 2 * time.Hour, Live: 12, Strip: "ouuo"},
		{ID: "feiler", Name: "Feiler <b>", State: "failing", Verdict: "Tredje feil på rad.", Fixer: "Nettstedets eier.", Since: noon.Add(-30 * time.Hour), LastGood: noon.Add(-31 * time.Hour), Promise: time.Hour, Strip: "offf"},
		{ID: "holdt", Name: "Holdt", State: "held", Verdict: "40 av 60 ville forsvinne."},
		{ID: "av", Name: "Av", State: "off"},
	}})
	page := b.get("/editor/", 200)
	has(t, page, "1 av 3 kilder er friske. 1 venter på at du sier ja eller nei.", "33 %", "Tredje feil på rad.", "Nettstedets eier.", "31 timer gammelt", "Siste 4 kjøringer: 1 hentet, 3 feilet.", "Feiler &lt;b&gt;", "i dag kl. 11.00", "i går kl. 6.00")
	last := -1
	for _, id := range []string{"holdt", "feiler", "frisk", "av"} {
		at := strings.Index(page, "sources/"+id)
		if at <= last {
			t.Errorf("%s stands at %d, after one at %d", id, at, last)
		}
		last = at
	}
	if page := b.get("/editor/?state=held", 200); strings.Contains(page, "sources/frisk") || !strings.Contains(page, "sources/holdt") {
		t.Error("one state alone shows others")
	}
	has(t, in(t, &fake{}).get("/editor/", 200), "Ingen kilder ennå.")
}

func TestHealth(t *testing.T) {
	for want, count := range map[string]map[string]int{
		"Ingen kilder er i bruk ennå.":                                  {"off": 3},
		"Kilden er frisk.":                                              {"healthy": 1, "off": 2},
		"Kilden virker, men har noe å se på.":                           {"partial": 1},
		"Alle 3 kilder er friske.":                                      {"healthy": 2, "new": 1},
		"Alle 3 kilder virker, 2 av dem med noe å se på.":               {"healthy": 1, "partial": 1, "noted": 1},
		"1 av 2 kilder er friske. 1 venter på at du sier ja eller nei.": {"healthy": 1, "held": 1},
	} {
		all := 0
		for _, n := range count {
			all += n
		}
		if _, got := health(all, count); got != want {
			t.Errorf("%v: %s, want %s", count, got, want)
		}
	}
}

func TestLog(t *testing.T) {
	f := &fake{}
	b := in(t, f)
	for range 120 {
		f.Note(t.Context(), Entry{At: noon, Who: "redaktør", What: "satte kilden på pause", Subject: "source:bolgen"})
	}
	page := b.get("/editor/log", 200)
	has(t, page, "satte kilden på pause", `href="/editor/sources/bolgen"`, "log?before=22")
	has(t, b.get("/editor/log?before=22", 200), "logget inn")
	b.get("/editor/log?before=x", 400)
}

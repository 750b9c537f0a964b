package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

const deskToken = "en-lang-nok-redaktørnøkkel"

// editor is somebody who works at the desk of a hub.
type editor struct {
	*testing.T
	base string
	http *http.Client
}

// signedIn is an editor of the hub at base.
func signedIn(t *testing.T, base string) *editor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	e := &editor{t, base, &http.Client{Jar: jar}}
	e.post("/editor/sign-in", url.Values{"token": {deskToken}}, http.StatusOK)
	return e
}

func (e *editor) get(path string, status int) string {
	e.Helper()
	resp, err := e.http.Get(e.base + path)
	return e.read(resp, err, status)
}

func (e *editor) post(path string, form url.Values, status int) string {
	e.Helper()
	resp, err := e.http.PostForm(e.base+path, form)
	return e.read(resp, err, status)
}

func (e *editor) read(resp *http.Response, err error, status int) string {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		e.Fatal(err)
	}
	if resp.StatusCode != status {
		e.Fatalf("%s: %d, not %d: %s", resp.Request.URL, resp.StatusCode, status, text)
	}
	return string(text)
}

func (e *editor) has(page string, parts ...string) {
	e.Helper()
	for _, part := range parts {
		if !strings.Contains(page, part) {
			e.Errorf("the page lacks %q:\n%s", part, page)
		}
	}
}

// TestDesk: an editor sees how the sources of a hub that serves are doing, and nobody else does.
func TestDesk(t *testing.T) {
	_, flags := setUp(t, csvSource+"  - {id: borte, kind: csv, url: \"file:finnes-ikke.csv\", licence: CC0-1.0}\n", map[string]string{"lag.csv": clubs(12)})
	base, stop := startServe(t, []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken}, flags)
	defer stop()
	within(t, 5*time.Second, "the first content", func() bool { return total(t, base, "limit=1") == 12 })
	nobody := &editor{t, base, http.DefaultClient}
	if page := nobody.get("/editor", http.StatusUnauthorized); strings.Contains(page, "borte") {
		t.Errorf("nobody sees %s", page)
	}
	e := signedIn(t, base)
	page := ""
	within(t, 5*time.Second, "both sources have run", func() bool {
		page = e.get("/editor/", http.StatusOK)
		return strings.Contains(page, "50 %") && !strings.Contains(page, "hentes nå")
	})
	e.has(page, "1 av 2 kilder er friske.", "finnes-ikke.csv", "Siste kjøring: feilet.", "Innbyggerne ser ingenting herfra ennå.", "12")
	if strings.Index(page, "sources/borte") > strings.Index(page, "sources/lag") {
		t.Error("the worst does not come first")
	}
	e.has(e.get("/editor/log", http.StatusOK), "logget inn", "redaktør")
}

// TestSignInSettings: settings with which nobody could sign in, or everybody might, are refused at the start.
func TestSignInSettings(t *testing.T) {
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(1)})
	oidc := func(more ...string) map[string]string {
		env := map[string]string{"FRITIDSHUB_OIDC_ISSUER": "https://innlogging.example", "FRITIDSHUB_OIDC_CLIENT_ID": "huben"}
		for i := 0; i < len(more); i += 2 {
			env[more[i]] = more[i+1]
		}
		return env
	}
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"FRITIDSHUB_EDITOR_TOKEN": "kort"}, "FRITIDSHUB_EDITOR_TOKEN har 4 tegn"},
		{oidc(), "FRITIDSHUB_OIDC_EDITOR_ROLE"},
		{oidc("FRITIDSHUB_OIDC_CLIENT_ID", ""), "FRITIDSHUB_OIDC_CLIENT_ID"},
		{oidc("FRITIDSHUB_OIDC_ISSUER", "http://innlogging.example"), "FRITIDSHUB_OIDC_ISSUER"},
		{oidc("FRITIDSHUB_OIDC_ISSUER", ""), "FRITIDSHUB_OIDC_ISSUER"},
	} {
		if code, _, errs := call(t, c.env, append([]string{"serve", "-listen", "127.0.0.1:0"}, flags...)...); code != exitUsage || !strings.Contains(errs, c.want) {
			t.Errorf("%v: exit %d, %s", c.env, code, errs)
		}
	}
	p := &program{env: func(name string) (string, bool) {
		v, ok := oidc("FRITIDSHUB_OIDC_ADMIN_ROLE", "fritid-admin", "FRITIDSHUB_OIDC_CLIENT_SECRET", "s", "FRITIDSHUB_OIDC_ROLE_CLAIM", "groups")[name]
		return v, ok
	}}
	o, err := p.signIn(&url.URL{Scheme: "https", Host: "hub.example", Path: "/editor/"})
	if err != nil || o.Token != "" || o.Provider.AdminValue != "fritid-admin" || o.Provider.EditorValue != "" || o.Provider.Claim != "groups" || o.Provider.Client.Timeout == 0 {
		t.Errorf("%+v, %v", o.Provider, err)
	}
}

// deskWith is a hub that serves one source, and its editor.
func deskWith(t *testing.T, file string) (dir string, e *editor, stop func()) {
	t.Helper()
	dir, flags := setUp(t, "  # Lagene i kommunen\n  - id: lag # fra idrettsrådet\n    kind: csv\n    url: \"file:lag.csv\"\n    licence: CC0-1.0\n", map[string]string{"lag.csv": file})
	base, stop := startServe(t, []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken}, flags)
	e = signedIn(t, base)
	within(t, 10*time.Second, "the first run", func() bool {
		return strings.Contains(e.get("/editor/sources/lag", http.StatusOK), "Siste kjøring: ")
	})
	return dir, e, stop
}

// TestDeskSource: what is told of one source, and what can be done with it.
func TestDeskSource(t *testing.T) {
	dir, e, stop := deskWith(t, clubs(3)+"77;;Kvelde;onsdag;18.00;19.00;100\n78;;Kvelde;onsdag;18.00;19.00;100\n")
	defer stop()
	page := e.get("/editor/sources/lag", http.StatusOK)
	e.has(page, "Delvis", "2 oppføringer kan ikke brukes", "tidsplan", "CC0-1.0", "Turlag 1", "Beskrivelse", "linje")
	e.has(e.get("/editor/sources/lag/letter", http.StatusOK), "2 oppføringer kan vi ikke vise", "mailto:", "Vennlig hilsen")
	e.has(e.get("/editor/sources/lag/items", http.StatusOK), "Turlag 0", "Turlag 2")
	e.has(e.get("/editor/sources/lag/item?id=1", http.StatusOK), "1;Turlag 1;Kvelde", "Slik innbyggerne ser det", "tirsdag")
	e.get("/editor/sources/lag/item?id=99", http.StatusNotFound)
	e.get("/editor/sources/finnes-ikke", http.StatusNotFound)
	e.get("/editor/sources/lag/held", http.StatusConflict)

	write(t, filepath.Join(dir, "lag.csv"), clubs(4))
	e.has(e.post("/editor/sources/lag/preview", nil, http.StatusOK), "4 oppføringer kan brukes: 1 nye", "Turlag 3")
	e.has(e.post("/editor/sources/lag/preview", url.Values{"replay": {"1"}}, http.StatusOK), "3 oppføringer kan brukes: 0 nye")
	e.has(e.post("/editor/sources/lag/run", nil, http.StatusOK), "Henting er satt i gang", "Turlag 3", "for hånd")

	before, err := os.ReadFile(filepath.Join(dir, "sources.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	e.has(e.post("/editor/sources/lag/pause", nil, http.StatusOK), "satt på pause", "Slå på igjen")
	within(t, 5*time.Second, "its listings are hidden", func() bool { return total(t, e.base, "limit=1") == 0 })
	after, err := os.ReadFile(filepath.Join(dir, "sources.yaml"))
	if want := string(before) + "    enabled: false\n"; err != nil || string(after) != want {
		t.Errorf("%v: sources.yaml is\n%s, not\n%s", err, after, want)
	}
	e.post("/editor/sources/lag/run", nil, http.StatusConflict)
	e.has(e.post("/editor/sources/lag/resume", nil, http.StatusOK), "hentes igjen")
	within(t, 5*time.Second, "they are back", func() bool { return total(t, e.base, "limit=1") == 4 })
	e.has(e.get("/editor/log", http.StatusOK), "satte kilden på pause", "slo kilden på igjen", "sources/lag")
}

// TestDeskHeld: what would go is listed; an editor lets it go, or stay until it is something else.
func TestDeskHeld(t *testing.T) {
	dir, e, stop := deskWith(t, clubs(20))
	defer stop()
	run := regexp.MustCompile(`name="run" value="(\d+)"`)
	hold := func(left int) string {
		t.Helper()
		write(t, filepath.Join(dir, "lag.csv"), clubs(left))
		e.post("/editor/sources/lag/run", nil, http.StatusOK)
		e.has(e.get("/editor/", http.StatusOK), "Venter på deg", fmt.Sprintf("%d av 20 oppføringer", 20-left), "Se hva som ville forsvinne")
		page := e.get("/editor/sources/lag/held", http.StatusOK)
		e.has(page, "Turlag 19", fmt.Sprintf("%d av 20", 20-left))
		return run.FindStringSubmatch(page)[1]
	}
	first := hold(8)
	page := e.post("/editor/sources/lag/keep", url.Values{"run": {first}}, http.StatusOK)
	e.has(page, "forkastet", "En redaktør har bestemt")
	e.post("/editor/sources/lag/run", nil, http.StatusOK)
	if page = e.get("/editor/", http.StatusOK); strings.Contains(page, "Venter på deg") {
		t.Errorf("what was kept is asked about again:\n%s", page)
	}
	second := hold(7) // another thing
	e.post("/editor/sources/lag/release", url.Values{"run": {first}}, http.StatusConflict)
	e.post("/editor/sources/lag/release", nil, http.StatusBadRequest)

	write(t, filepath.Join(dir, "lag.csv"), clubs(5)) // more than was seen
	e.post("/editor/sources/lag/release", url.Values{"run": {second}}, http.StatusOK)
	if n := total(t, e.base, "limit=1"); n != 20 {
		t.Errorf("%d listings are left though more would have gone than the editor saw", n)
	}
	third := run.FindStringSubmatch(e.get("/editor/sources/lag/held", http.StatusOK))[1]
	e.has(e.post("/editor/sources/lag/release", url.Values{"run": {third}}, http.StatusOK), "slippes gjennom")
	within(t, 5*time.Second, "they are gone", func() bool { return total(t, e.base, "limit=1") == 5 })
	e.has(e.get("/editor/", http.StatusOK), "Kilden er frisk.")
	e.has(e.get("/editor/log", http.StatusOK), "slapp gjennom det som ventet", "lot det som ventet, bli stående")
}

// TestDeskNamesWhatIsWrong: whatever goes wrong at a provider, the first page says what, since when, what residents see and who can mend it.
func TestDeskNamesWhatIsWrong(t *testing.T) {
	var mu sync.Mutex
	answers := map[string]func(http.ResponseWriter){}
	set := func(name string, f func(http.ResponseWriter)) {
		mu.Lock()
		defer mu.Unlock()
		answers["/"+name] = f
	}
	text := func(body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { io.WriteString(w, body) }
	}
	events := func(hour int) func(http.ResponseWriter) {
		b := strings.Builder{}
		b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Bølgen//NO\r\n")
		soon := time.Now().UTC().AddDate(0, 0, 9)
		for i := range 10 {
			day := soon.AddDate(0, 0, i).Format("20060102")
			fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d@bolgen\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Forestilling %d\r\nDTSTART:%sT%02d0000Z\r\nDTEND:%sT%02d0000Z\r\nLOCATION:Bølgen\r\nEND:VEVENT\r\n", i, i, day, hour, day, hour+2)
		}
		b.WriteString("END:VCALENDAR\r\n")
		return text(b.String())
	}
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		f := answers[r.URL.Path]
		mu.Unlock()
		if f == nil {
			http.NotFound(w, r)
			return
		}
		f(w)
	}))
	defer provider.Close()
	renumbered := strings.NewReplacer("\n0;", "\n900;", "\n1;", "\n901;", "\n2;", "\n902;", "\n3;", "\n903;", "\n4;", "\n904;", "\n5;", "\n905;", "\n6;", "\n906;", "\n7;", "\n907;").Replace(clubs(8))
	yaml := ""
	cases := []struct {
		id, kind    string
		good, bad   func(http.ResponseWriter)
		state, want string
		fixer       string
	}{
		{"stengt", "csv", text(clubs(8)), func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) }, "Feiler", "(status 403)", "Nettstedets eier må slippe oss inn"},
		{"krympet", "csv", text(clubs(20)), text(clubs(8)), "Venter på deg", "12 av 20 oppføringer", "En redaktør må si ja eller nei"},
		{"nye-id-er", "csv", text(clubs(8)), text(renumbered), "Merknad", "har fått ny id", "Si fra til kilden"},
		{"timen", "ical", events(16), events(17), "Merknad", "flyttet 1 time senere", "Si fra til kilden"},
		{"rot", "ical", events(16), text("<!DOCTYPE html><html><head><title>Vi er snart tilbake</title></head><body><p>Vedlikehold</p></body></html>"), "Feiler", "feil", "må rette det"},
	}
	for _, c := range cases {
		set(c.id, c.good)
		yaml += fmt.Sprintf("  - {id: %s, kind: %s, url: %q, licence: CC0-1.0}\n", c.id, c.kind, provider.URL+"/"+c.id)
	}
	_, flags := setUp(t, yaml, nil)
	base, stop := startServe(t, []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken, "FRITIDSHUB_ALLOW_PRIVATE=" + strings.TrimPrefix(provider.URL, "http://")}, flags)
	defer stop()
	e := signedIn(t, base)
	within(t, 20*time.Second, "all have been fetched", func() bool {
		return strings.Count(e.get("/editor/", http.StatusOK), "Siste kjøring: hentet.") == len(cases)
	})
	for _, c := range cases {
		set(c.id, c.bad)
		e.post("/editor/sources/"+c.id+"/run", nil, http.StatusOK)
	}
	page := ""
	within(t, 20*time.Second, "all have been fetched again", func() bool {
		page = e.get("/editor/", http.StatusOK)
		return strings.Count(page, "Siste 2 kjøringer") == len(cases)
	})
	for _, c := range cases {
		_, own, _ := strings.Cut(page, "sources/"+c.id+"\"")
		own, _, _ = strings.Cut(own, "</li>\n<li class=\"source")
		for _, want := range []string{c.state, c.want, c.fixer, "<dt>Siden</dt>", "nnbyggerne ser"} {
			if !strings.Contains(own, want) {
				t.Errorf("%s: the first page does not say %q:\n%s", c.id, want, own)
			}
		}
	}
	if n := total(t, base, "limit=1"); n == 0 {
		t.Error("residents see nothing any more")
	}
	held := e.get("/editor/sources/krympet/held", http.StatusOK)
	waits := regexp.MustCompile(`name="run" value="(\d+)"`).FindStringSubmatch(held)
	e.has(e.post("/editor/sources/krympet/release", url.Values{"run": {waits[1]}}, http.StatusOK), "slippes gjennom")
	within(t, 10*time.Second, "what was held is gone, with one action", func() bool { return total(t, base, "source=krympet&limit=1") == 8 })
	if page := e.get("/editor/", http.StatusOK); strings.Contains(page, "Venter på deg") {
		t.Errorf("it is still waited for:\n%s", page)
	}
}

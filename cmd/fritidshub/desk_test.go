package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
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
	dir, flags := setUp(t, csvSource+"  - {id: borte, kind: csv, url: \"file:finnes-ikke.csv\", licence: CC0-1.0}\n", map[string]string{"lag.csv": clubs(12)})
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
	e.has(page, "1 av 2 kilder er friske.", "finnes-ikke.csv", "Siste 1 kjøringer: 1 feilet.", "Innbyggerne ser ingenting herfra ennå.", "12")
	if strings.Index(page, "sources/borte") > strings.Index(page, "sources/lag") {
		t.Error("the worst does not come first")
	}
	e.has(e.get("/editor/log", http.StatusOK), "logget inn", "redaktør")
	_ = filepath.Join(dir)
}

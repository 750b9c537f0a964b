package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fritidshub/api/docs"
)

// mostDocs is how many bytes a page of the documentation may be when it is packed, with everything that it asks for.
const mostDocs = 25_000

var linked = regexp.MustCompile(`<link rel="(?:stylesheet|icon)" href="([^"]+)"`)

func TestDocs(t *testing.T) {
	h := wholeHub(t)
	for lang, wants := range map[string][]string{
		"nb": {`<main id="main" class="wide docs" tabindex="-1" lang="nb">`, "Åpent API", "Hub til hub på 60 sekunder", "<code>hub: {id: min-hub", "kind: fritidshub", "import &#34;fritidshub/client&#34;", "url: https://aktiviteter.example", "Endringslogg",
			"Eksempelbiblioteket", `id="occurrences"`, "CC0-1.0", "Klubblista", "Finner oppføringer", "/api/v1/openapi.json", `lang="en"`},
		"en": {`lang="en"`, "Open API", "Hub to hub in 60 seconds", "Finds listings", "Change log"},
		"nn": {`tabindex="-1" lang="nb">`, "Åpent API"},
	} {
		page := h.get("/docs?lang="+lang, 200)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %s", lang, want)
			}
		}
		for _, stray := range []string{"hub.example", "<no value>", "ZgotmplZ", "<script"} {
			if strings.Contains(page, stray) {
				t.Errorf("%s: %s", lang, stray)
			}
		}
		schemas := h.get("/docs/schemas?lang="+lang, 200)
		for _, id := range regexp.MustCompile(`href="(/docs/schemas)?#([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if to := map[string]string{"": page, "/docs/schemas": schemas}[id[1]]; !strings.Contains(to, ` id="`+id[2]+`"`) {
				t.Errorf("%s: a link to %s#%s leads nowhere", lang, id[1], id[2])
			}
		}
		for _, id := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(schemas, -1) {
			if !strings.Contains(schemas, ` id="`+id[1]+`"`) {
				t.Errorf("%s: a link to #%s leads nowhere among the schemas", lang, id[1])
			}
		}
	}
}

// The pages with all that they ask for are small on the wire.
func TestDocsAreSmall(t *testing.T) {
	h := wholeHub(t)
	for _, path := range []string{"/docs", "/docs?lang=en", "/docs?try=1&q=fotball", "/docs/schemas", "/docs/schemas?lang=en"} {
		size := h.packed(path)
		for _, m := range linked.FindAllStringSubmatch(h.get(path, 200), -1) {
			size += h.packed(m[1])
		}
		if t.Logf("%s: %d bytes", path, size); size > mostDocs {
			t.Errorf("%s: %d bytes, at most %d", path, size, mostDocs)
		}
	}
}

func (h *hub) packed(path string) int { return h.do("GET", path, "Accept-Encoding", "gzip").Body.Len() }

// The form works without scripts: what is sent is asked of the API, also what the API refuses.
func TestDocsTry(t *testing.T) {
	h := newHub(t)
	for target, wants := range map[string][]string{
		"/docs?lang=nb&try=1&q=fotball&kind=&age=9&from=": {"Svarte 200", "Jentefotball", `value="fotball"`, `href="/api/v1/search?age=9&amp;facets=none&amp;limit=1&amp;q=fotball"`, "noindex"},
		"/docs?try=1&age=ni":                              {"Svarte 400", "bad-parameter", `value="ni"`},
		"/docs?try=1&tull=1":                              {"Svarte 400", "tull"},
		"/docs?try=1&q=%3Cscript%3E":                      {"Svarte 200", "&lt;script&gt;"},
		"/docs?lang=en&try=1&kind=scheme":                 {"Answered 200", "<option selected>scheme"},
		"/docs?try=1&free=true&kind=facility":             {"Strikkekafé", "checked"},
	} {
		page := h.get(target, 200)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %s", target, want)
			}
		}
		if strings.Contains(page, "<script>") {
			t.Errorf("%s: markup is not escaped", target)
		}
	}
}

// TestDocsStay: what the documentation shows stays as it is until the hub has something else to show, however often it is asked.
func TestDocsStay(t *testing.T) {
	asked, state := 0, "1"
	g, err := newGuide(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked++; fmt.Fprintf(w, `{"asked":%d}`, asked) }), func(context.Context) string { return state })
	if err != nil {
		t.Fatal(err)
	}
	live := func() string {
		answers, err := g.live(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(answers)
	}
	first := live()
	if again := live(); again != first || asked == 0 {
		t.Errorf("%s, then %s", first, again)
	}
	state = "2"
	if other := live(); other == first {
		t.Errorf("of another state %s", other)
	}
	h := newHub(t)
	etag := func() string { return h.do("GET", "/docs").Header().Get("ETag") }
	if first, again := etag(), etag(); first != again || first == "" {
		t.Errorf("%s, then %s", first, again)
	}
}

// An empty hub, and one whose search does not answer, has documentation too.
func TestDocsWithoutContent(t *testing.T) {
	h := newHub(t)
	h.store.listings, h.engine.docs = nil, nil
	h.engine.err = quietError("gone")
	if page := h.get("/docs", 200); !strings.Contains(page, `id="listing"`) {
		t.Error("no documentation")
	}
}

// The samples run as they are printed, in every language whose interpreter is here.
func TestSamples(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = wholeHub(t, func(o *Options) { o.Hub.PublicURL = "http://" + server.Listener.Addr().String() })
	server.Start()
	defer server.Close()
	guide, err := docs.New()
	if err != nil {
		t.Fatal(err)
	}
	run := map[string][]string{"curl": {"bash", "-e"}, "JavaScript": {"node"}, "Python": {"python3"}, "Go": {"go", "run"}, "R": {"Rscript"}}
	expected := map[string][]string{"search": {"Jentefotball for nybegynnere"}, "walk": {"Strikkekafé på biblioteket", "Lån ski, skøyter og kajakk"},
		"follow": {"Jentefotball for nybegynnere", "deleted", "feed-1"}, "offer": {`"verdict":"accepted"`}}
	for _, s := range guide.Samples(server.URL) {
		t.Run(s.Task+"-"+s.Language, func(t *testing.T) {
			command := run[s.Language]
			needs := command[:1]
			if s.Language == "curl" {
				needs = []string{"bash", "curl", "jq"}
			}
			for _, program := range needs {
				if _, err := exec.LookPath(program); err != nil {
					t.Skipf("%s is not here", program)
				}
			}
			if strings.Contains(s.Code, "hub.example") || !strings.Contains(s.Code, server.URL) {
				t.Error("it does not ask this hub")
			}
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, s.File), []byte(s.Code), 0o600); err != nil {
				t.Fatal(err)
			}
			if s.Task == "walk" && s.Language == "curl" {
				command = []string{"bash", "-e", "-c", ". ./" + s.File + "; cat all.ndjson", "--"}
			}
			cmd := exec.CommandContext(t.Context(), command[0], append(command[1:], s.File)...)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "GOWORK=off")
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, want := range expected[s.Task] {
				if !bytes.Contains(out, []byte(want)) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
		})
	}
}

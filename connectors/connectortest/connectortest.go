// Package connectortest tries a connector: on its cases, each a folder below testdata that needs no Go, on a large source, and on what a
// fuzzer writes.
package connectortest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

var update = flag.Bool("update", false, "write want.json anew; read what changed before you keep it")

// DefaultURL is the address of a case's source when source.yaml names none.
const DefaultURL = "https://kilde.example/aktiviteter"

// Now is the fixed clock of a case when source.yaml names none.
var Now = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)

// Case is source.yaml: the part of a declared source that a connector sees, and the clock.
type Case struct {
	URL      string    `yaml:"url"`
	Name     string    `yaml:"name"`
	Kind     string    `yaml:"kind"` // defaults.kind
	Language string    `yaml:"language"`
	Zone     string    `yaml:"zone"`
	Now      time.Time `yaml:"now"`
	State    string    `yaml:"state"`
	Options  yaml.Node `yaml:"options"`
	// Continues and Last are those of the session.
	Continues bool `yaml:"-"`
	Last      bool `yaml:"-"`
	// Type is the Content-Type of response files, when their ending does not tell.
	Type string `yaml:"type"`

	// Unchanged says that the answer at address is the same as at the last good run; nil for none.
	Unchanged func(address string) bool `yaml:"-"`
	// Fails gives the error of the request for address; nil for none but those that are not answered.
	Fails func(address string) error `yaml:"-"`
}

// At is a case without a folder: a source at address, with options as sources.yaml has them.
func At(t testing.TB, address, options string) Case {
	t.Helper()
	c := Case{URL: address, Name: "Kilden", Zone: "Europe/Oslo", Now: Now, Language: "nb"}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(options), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Content) > 0 {
		c.Options = *doc.Content[0]
	}
	return c
}

// Result is want.json: everything that a pull gave.
type Result struct {
	Complete  bool             `json:"complete"`
	Unchanged bool             `json:"unchanged,omitzero"`
	Why       string           `json:"why,omitzero"`
	State     string           `json:"state,omitzero"`
	Records   []catalog.Record `json:"records"`
	Deleted   []string         `json:"deleted,omitempty"`
	Rejects   []catalog.Reject `json:"rejects,omitempty"`
	Warnings  []string         `json:"warnings,omitempty"`

	Asked []string `json:"-"` // the addresses, in order
	HTML  []string `json:"-"` // those that were asked for as pages, not as data
	Fresh []string `json:"-"` // those that caches were to keep out of
	Hub   string   `json:"-"` // that it says to be
}

// Run walks testdata/* of the package under test. A case folder holds source.yaml (may be absent), response.<ext> (what the source's
// address answers; any other address answers with the file of the same last path element, or 404), and either want.json or want.err.
func Run(t *testing.T, kind connectors.Kind) {
	folders, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, folder := range folders {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() || filepath.Base(folder) == "fuzz" {
			continue
		}
		ran++
		t.Run(filepath.Base(folder), func(t *testing.T) { runCase(t, kind, folder) })
	}
	if ran == 0 {
		t.Fatal("no case folder below testdata")
	}
}

func runCase(t *testing.T, kind connectors.Kind, folder string) {
	got, gotErr := Pull(t, kind, ReadCase(t, folder), folderAnswers(t, folder))
	if want, err := os.ReadFile(filepath.Join(folder, "want.err")); err == nil {
		if gotErr == nil {
			t.Fatalf("want an error with %q, got %d records", strings.TrimSpace(string(want)), len(got.Records))
		}
		if !strings.Contains(gotErr.Error(), strings.TrimSpace(string(want))) {
			t.Fatalf("error %q does not hold %q", gotErr, strings.TrimSpace(string(want)))
		}
		return
	}
	if gotErr != nil {
		t.Fatalf("pull: %v", gotErr)
	}
	for i, r := range got.Records {
		if r.NativeID == "" || strings.TrimSpace(r.Title) == "" {
			t.Errorf("record %d has no native id or no title: %+v", i, r)
		}
	}
	again, err := Pull(t, kind, ReadCase(t, folder), folderAnswers(t, folder))
	if diff := cmp.Diff(encode(t, got), encode(t, again)); diff != "" || err != nil {
		t.Fatalf("a second pull of the same bytes differs (error %v):\n%s", err, diff)
	}
	unchanged(t, kind, folder, got)
	file := filepath.Join(folder, "want.json")
	if *update {
		if err := os.WriteFile(file, encode(t, got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("no want.json or want.err: run with -update and read the result (%v)", err)
	}
	if diff := cmp.Diff(string(want), string(encode(t, got))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// unchanged pulls again when every response is as it was: that costs no more requests than the first pull, and gives the same or says
// that nothing changed.
func unchanged(t *testing.T, kind connectors.Kind, folder string, first Result) {
	c := ReadCase(t, folder)
	if first.State != "" {
		return // a kind with a cursor asks for what comes after it
	}
	c.Unchanged = func(string) bool { return true }
	got, err := Pull(t, kind, c, folderAnswers(t, folder))
	if err != nil {
		t.Fatalf("a pull of unchanged responses: %v", err)
	}
	if len(got.Asked) > len(first.Asked) {
		t.Errorf("a pull of unchanged responses asks %d times, the first one %d times", len(got.Asked), len(first.Asked))
	}
	if got.Unchanged {
		if len(got.Records) > 0 {
			t.Errorf("a pull says that nothing changed and gives %d records", len(got.Records))
		}
		return
	}
	if diff := cmp.Diff(encode(t, first), encode(t, got)); diff != "" {
		t.Errorf("a pull of unchanged responses is neither unchanged nor the same:\n%s", diff)
	}
}

func encode(t *testing.T, r Result) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ReadCase reads folder/source.yaml, with the defaults of an absent one.
func ReadCase(t testing.TB, folder string) Case {
	t.Helper()
	c := At(t, DefaultURL, "")
	b, err := os.ReadFile(filepath.Join(folder, "source.yaml"))
	if err == nil {
		err = yaml.Unmarshal(b, &c)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("source.yaml: %v", err)
	}
	return c
}

// Answer gives the body and the Content-Type of an absolute address, or false for 404.
type Answer func(address string) (body []byte, contentType string, ok bool)

func folderAnswers(t testing.TB, folder string) Answer {
	c := ReadCase(t, folder)
	return func(address string) ([]byte, string, bool) {
		name := ""
		if address == c.URL {
			if found, _ := filepath.Glob(filepath.Join(folder, "response.*")); len(found) > 0 {
				name = found[0]
			}
		}
		if name == "" {
			u, err := url.Parse(address)
			if err != nil {
				return nil, "", false
			}
			name = filepath.Join(folder, path.Base(u.Path))
		}
		body, err := os.ReadFile(name)
		if err != nil {
			return nil, "", false
		}
		if c.Type != "" {
			return body, c.Type, true
		}
		return body, ContentType(name), true
	}
}

// ContentType is the usual media type of a feed file by its ending.
func ContentType(name string) string {
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".ics":
		return "text/calendar"
	case ".rss", ".xml":
		return "application/rss+xml"
	case ".atom":
		return "application/atom+xml"
	case ".csv":
		return "text/csv"
	case ".yaml", ".yml":
		return "application/yaml"
	case ".json", ".jsonld":
		return "application/json"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

// Pull makes the connector and runs it once against answer.
func Pull(t testing.TB, kind connectors.Kind, c Case, answer Answer) (Result, error) {
	t.Helper()
	var got Result
	s := session(t, c)
	s.Emit = func(r catalog.Record) error { got.Records = append(got.Records, r); return nil }
	s.Delete = func(id string) error { got.Deleted = append(got.Deleted, id); return nil }
	s.Reject = func(r catalog.Reject) { got.Rejects = append(got.Rejects, r) }
	s.Warn = func(locator, text string) {
		got.Warnings = append(got.Warnings, strings.TrimPrefix(locator+": "+text, ": "))
	}
	s.Get = func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
		return respond(c, req, func(address string) ([]byte, string, bool) {
			if got.Asked = append(got.Asked, address); req.HTML {
				got.HTML = append(got.HTML, address)
			}
			if req.Fresh {
				got.Fresh = append(got.Fresh, address)
			}
			return answer(address)
		})
	}
	connector, err := connect(kind, c)
	if err != nil {
		return Result{}, err
	}
	outcome, err := connector.Pull(t.Context(), s)
	got.Complete, got.Unchanged, got.Why, got.State, got.Hub = outcome.Complete, outcome.Unchanged, outcome.Why, string(outcome.State), outcome.Hub
	return got, err
}

// Try is Pull with answers that say whether they are the same as at the last good run, or why there is none; their type is c.Type.
func Try(t testing.TB, kind connectors.Kind, c Case, answer func(address string) (text string, unchanged bool, err error)) (Result, error) {
	t.Helper()
	same, failed := false, error(nil)
	c.Unchanged, c.Fails = func(string) bool { return same }, func(string) error { return failed }
	return Pull(t, kind, c, func(address string) (body []byte, contentType string, ok bool) {
		text, unchanged, err := answer(address)
		same, failed = unchanged, err
		return []byte(text), c.Type, true
	})
}

func connect(kind connectors.Kind, c Case) (connectors.Connector, error) {
	return kind.New(func(v any) error {
		if c.Options.Kind == 0 {
			return nil
		}
		return c.Options.Load(v, yaml.WithKnownFields())
	})
}

// session is a session of the case that does nothing yet.
func session(t testing.TB, c Case) *connectors.Session {
	t.Helper()
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return &connectors.Session{
		Source: connectors.Source{ID: "kilde", Name: c.Name, URL: c.URL, Language: c.Language, Zone: zone, Kind: catalog.Kind(c.Kind)},
		State:  []byte(c.State),
		Now:    c.Now, Continues: c.Continues, Last: c.Last,
	}
}

// respond is what a session's Get gives for answer.
func respond(c Case, req connectors.Request, answer Answer) (*connectors.Response, error) {
	base, err := url.Parse(c.URL)
	if err != nil {
		return nil, err
	}
	u, err := base.Parse(req.URL)
	if err != nil {
		return nil, err
	}
	if req.URL == "" {
		u = base
	}
	body, contentType, ok := answer(u.String())
	if c.Fails != nil {
		err = c.Fails(u.String())
	}
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, &fetch.Error{Step: "fetch", URL: u.String(), Status: http.StatusNotFound, Message: fmt.Sprintf("%s: siden finnes ikke (404)", u)}
	}
	mediaType, params, _ := mime.ParseMediaType(contentType)
	return &connectors.Response{Response: &fetch.Response{Status: http.StatusOK, URL: u.String(), MediaType: mediaType, Charset: params["charset"],
		Header: http.Header{"Content-Type": {contentType}}, Body: body, FetchedAt: c.Now, Requests: 1}, Unchanged: c.Unchanged != nil && c.Unchanged(u.String())}, nil
}

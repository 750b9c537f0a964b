package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// rule says what the packages below a folder may import of ours; a trailing /... means the folder and all below it.
type rule struct {
	of  string
	may []string
}

// rules is the table of DESIGN.md section 3. The first that fits a package holds.
var rules = []rule{
	{"cmd/...", []string{"..."}},
	{"catalog/...", []string{"catalog/..."}},
	{"config/...", []string{"catalog/..."}},
	{"fetch/...", nil},
	{"connectors", []string{"catalog/...", "fetch"}},
	{"connectors/all", []string{"connectors/..."}},
	{"connectors/fritidshub", []string{"client", "connectors", "connectors/changefeed", "connectors/markup", "connectors/through", "connectors/tolerant", "catalog/...", "fetch"}},
	{"connectors/...", []string{"connectors", "connectors/activitystreams", "connectors/changefeed", "connectors/hold", "connectors/markup", "connectors/selectors", "connectors/spreadsheet", "connectors/tickets", "connectors/tolerant", "connectors/when", "catalog/...", "fetch"}},
	{"store/...", []string{"store/...", "catalog/..."}},
	{"index/...", []string{"index", "index/analysis", "catalog/..."}},
	{"geocode/...", []string{"catalog/...", "fetch"}},
	{"ingest/...", []string{"catalog/...", "connectors", "store", "index", "fetch", "config"}},
	{"api/...", []string{"api/...", "catalog/...", "index", "index/intent", "widget", "widget/manual", "widget/statement"}},
	{"widget/...", []string{"widget/..."}},
	{"client/...", nil},
}

// forbidden names third-party packages that only some folders may use directly.
var forbidden = map[string][]string{
	"net/http":                              {"fetch", "api", "widget", "cmd", "client", "ingest", "connectors/connectortest", "connectors/through", "index/meili"},
	"github.com/mattn/go-sqlite3":           {"store", "cmd"},
	"github.com/jmoiron/sqlx":               {"store"},
	"github.com/gin-gonic/gin":              {"api"},
	"github.com/meilisearch/meilisearch-go": {"index/meili"},
	"os/exec":                               {"widget", "cmd"},
}

// TestImports fails when an arrow between packages breaks the table.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "fritidshub/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		of := strings.TrimPrefix(p.ImportPath, "fritidshub/")
		allowed, known := allowedFor(of)
		if !known {
			t.Errorf("%s: no rule for this folder; DESIGN.md section 3 names those that there are", of)
			continue
		}
		for _, imported := range p.Imports {
			if ours, ok := strings.CutPrefix(imported, "fritidshub/"); ok {
				if !fitsAny(allowed, ours) {
					t.Errorf("%s must not import %s", of, ours)
				}
			} else if folders, ok := forbidden[imported]; ok && !below(folders, of) {
				t.Errorf("%s must not import %s", of, imported)
			}
		}
	}
	if seen < 10 {
		t.Fatalf("only %d packages found", seen)
	}
}

func allowedFor(of string) ([]string, bool) {
	for _, r := range rules {
		if fits(r.of, of) {
			return r.may, true
		}
	}
	return nil, false
}

func fits(pattern, folder string) bool {
	if pattern == "..." {
		return true
	}
	if root, ok := strings.CutSuffix(pattern, "/..."); ok {
		return folder == root || strings.HasPrefix(folder, root+"/")
	}
	return folder == pattern
}

func fitsAny(patterns []string, folder string) bool {
	for _, p := range patterns {
		if fits(p, folder) {
			return true
		}
	}
	return false
}

func below(folders []string, folder string) bool {
	for _, f := range folders {
		if folder == f || strings.HasPrefix(folder, f+"/") {
			return true
		}
	}
	return false
}

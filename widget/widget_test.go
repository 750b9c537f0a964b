package widget

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAsset(t *testing.T) {
	body, etag, kind, ok := Asset("search.js")
	if !ok || len(body) == 0 || kind != "text/javascript; charset=utf-8" || !regexp.MustCompile(`^"[0-9a-f]{24}"$`).MatchString(etag) {
		t.Fatalf("search.js: %d bytes, %s, %s, %v", len(body), etag, kind, ok)
	}
	for _, chunk := range regexp.MustCompile(`\./[\w-]+\.js`).FindAll(body, -1) {
		_, other, _, ok := Asset(string(chunk[2:]))
		if !ok || other == etag {
			t.Errorf("%s, which search.js names: %v, etag %s", chunk, ok, other)
		}
	}
	for _, name := range []string{"", ".", "dist", "../widget.go", "dist/search.js", "search.ts"} {
		if _, _, _, ok := Asset(name); ok {
			t.Errorf("%q is served", name)
		}
	}
}

func TestDemo(t *testing.T) {
	page := Demo()
	if n := bytes.Count(page, []byte(HubPlaceholder)); n != 3 {
		t.Errorf("the hub's address stands %d times in the demo page, want 3", n)
	}
	page[0] = 'x'
	if Demo()[0] == 'x' {
		t.Error("a caller can change the page of the next one")
	}
}

// The sources keep the promises that make the element fit for any page.
func TestSourcesParseNoMarkup(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|localStorage|sessionStorage|document\.cookie|\.style\b|["']style["']`)
	files, err := filepath.Glob("src/*.ts")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if found := forbidden.FindString(line); found != "" {
				t.Errorf("%s:%d: %s", file, i+1, found)
			}
		}
	}
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	slots := regexp.MustCompile(`\{\d\}|\|`)
	read := func(file string) map[string]string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var tree map[string]any
		if err := json.Unmarshal(text, &tree); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		flat := map[string]string{}
		for key, value := range tree {
			switch value := value.(type) {
			case string:
				flat[key] = value
			case map[string]any:
				for inner, text := range value {
					flat[key+"."+inner], _ = text.(string)
				}
			}
		}
		return flat
	}
	want := read("src/locales/nb.json")
	files, _ := filepath.Glob("src/locales/*.json")
	for _, file := range files {
		got := read(file)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Errorf("%s (-nb +it):\n%s", file, diff)
		}
		for key, text := range got {
			if text == "" {
				t.Errorf("%s: %s is empty", file, key)
			}
			if diff := cmp.Diff(slots.FindAllString(want[key], -1), slots.FindAllString(text, -1)); diff != "" {
				t.Errorf("%s: %s has other places to fill (-nb +it):\n%s", file, key, diff)
			}
		}
	}
}

package widget

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestAsset(t *testing.T) {
	body, kind, forGood, ok := Asset("search.js")
	if !ok || len(body) == 0 || kind != "text/javascript; charset=utf-8" || forGood {
		t.Fatalf("search.js: %d bytes, %s, for good %v, %v", len(body), kind, forGood, ok)
	}
	for _, chunk := range regexp.MustCompile(`\./[\w-]+\.js`).FindAll(body, -1) {
		part, _, forGood, ok := Asset(string(chunk[2:]))
		if !ok || !forGood || bytes.Equal(part, body) {
			t.Errorf("%s, which search.js names: %v, for good %v", chunk, ok, forGood)
		}
	}
	desk := regexp.MustCompile(`desk-\w+\.js`).FindString(string(body))
	want, _, _, _ := Asset(desk)
	if older, _, forGood, ok := Asset("desk-0123456789.js"); !ok || !bytes.Equal(older, want) || forGood {
		t.Error("a desk of another version is not given as it is now, and for now")
	}
	for _, name := range []string{"other-0123456789.js", "desk-.js", "desk.js", "", ".", "dist", "../widget.go", "dist/search.js", "search.ts"} {
		if _, _, _, ok := Asset(name); ok {
			t.Errorf("%q is served", name)
		}
	}
}

func TestDemo(t *testing.T) {
	page := Demo()
	if n := bytes.Count(page, []byte(HubPlaceholder)); n != 8 {
		t.Errorf("the hub's address stands %d times in the demo page, want 8", n)
	}
	page[0] = 'x'
	if Demo()[0] == 'x' {
		t.Error("a caller can change the page of the next one")
	}
}

// The sources keep the promises that make the element fit for any page.
func TestSourcesParseNoMarkup(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|localStorage|sessionStorage|document\.cookie|\.style\s*=|["']style["']`)
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

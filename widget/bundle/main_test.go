package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// gates are how many bytes a file, script and style, may have after gzip at its best, as the hub sends it; any other part may have partGate.
// The aim for search.js is 6000.
var gates = map[string]int{"search": 8000, "list": 3000, "map": 5000}

const (
	partGate = 2500
	// wholeGate is for all scripts and styles that a page with search.js can ever load in one language, but for the pictures of hits, which
	// only a page that asks for them does: those and all else may have pictureGate. The texts come beside them, from locales, and
	// textGate is for those. stripGate is for list.js and its parts, which a page may have as well.
	wholeGate   = 20000
	pictureGate = 20500
	textGate    = 2500
	stripGate   = 5200
)

func TestDistIsWhatTheSourcesGive(t *testing.T) {
	built, err := build("../src")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("../dist")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, ok := built[entry.Name()]; !ok {
			t.Errorf("dist/%s is no longer built: run “go generate ./widget”", entry.Name())
		}
	}
	for name, body := range built {
		if committed, err := os.ReadFile(filepath.Join("..", "dist", name)); err != nil || !bytes.Equal(committed, body) {
			t.Errorf("dist/%s is not what src gives (%v): run “go generate ./widget”", name, err)
		}
	}
}

func packed(t *testing.T, name string) int {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "dist", name))
	if err != nil {
		t.Fatal(err)
	}
	return zipped(t, body)
}

func zipped(t *testing.T, body []byte) int {
	t.Helper()
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(body)
	w.Close()
	return packed.Len()
}

// a part is named by its content
var part = regexp.MustCompile(`^(\w+?)(-[0-9a-f]{10})?\.js$`)

func TestFilesAreSmall(t *testing.T) {
	files, err := os.ReadDir("../dist")
	if err != nil {
		t.Fatal(err)
	}
	whole, pictures, strip := 0, 0, 0
	for _, file := range files {
		name := part.FindStringSubmatch(file.Name())
		if name == nil {
			t.Errorf("dist/%s is named like nothing that is built", file.Name())
			continue
		}
		gate, ok := gates[name[1]]
		if !ok {
			gate = partGate
		}
		size := packed(t, file.Name())
		switch name[1] {
		case "list", "aside", "stand":
			strip += size
		case "pictures":
			pictures += size
		default:
			whole += size
		}
		t.Logf("%s: %d bytes after gzip -9", file.Name(), size)
		if size > gate {
			t.Errorf("%s is %d bytes after gzip -9, at most %d", file.Name(), size, gate)
		}
	}
	t.Logf("together %d, %d with pictures, and %d more with list.js", whole, whole+pictures, strip)
	if strip > stripGate {
		t.Errorf("list.js and its parts are %d bytes together, at most %d", strip, stripGate)
	}
	if whole > wholeGate {
		t.Errorf("all files are %d bytes together, at most %d", whole, wholeGate)
	}
	if whole+pictures > pictureGate {
		t.Errorf("all files are %d bytes together with pictures, at most %d", whole+pictures, pictureGate)
	}
}

// The texts of a language, but for those that the hub's own pages say, are one file that a page with search.js loads too.
func TestTextsAreSmall(t *testing.T) {
	files, err := filepath.Glob("../locales/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(file, err)
		}
		delete(texts, "page")
		delete(texts, "price")
		body, err := json.Marshal(texts)
		if err != nil {
			t.Fatal(err)
		}
		size := zipped(t, body)
		t.Logf("%s: %d bytes", filepath.Base(file), size)
		if size > textGate {
			t.Errorf("the texts of %s are %d bytes, at most %d", filepath.Base(file), size, textGate)
		}
	}
}

// What a page loads by name waits for no other file, and nothing is bundled that an entry and its parts share.
func TestModulesImportNothingAtOnce(t *testing.T) {
	built, err := build("../src")
	if err != nil {
		t.Fatal(err)
	}
	static := regexp.MustCompile(`(^|[;}\n])(import[\s{"*]|export[^;]*from)`)
	for name, body := range built {
		if found := static.Find(body); found != nil {
			t.Errorf("%s begins with another file: %s", name, found)
		}
	}
	for _, later := range regexp.MustCompile(`import\("\./([^"]+)"\)`).FindAllSubmatch(built["search.js"], -1) {
		if built[string(later[1])] == nil {
			t.Errorf("search.js imports %s, which is not built", later[1])
		}
	}
}

func TestPartsAreBundledApart(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"search.ts": `import { a } from "./a"; a(1); import("./part").then((p) => p.default())`,
		"list.ts":   `import { a } from "./a"; a(2); import("./part").then((p) => p.default())`,
		"part.ts":   `import { a } from "./a"; export default () => a(3)`,
		"a.ts":      `export const a = (n: number) => console.log("shared", n)`,
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	built, err := build(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range built {
		if !bytes.Contains(body, []byte(`"shared"`)) || bytes.HasPrefix(body, []byte("import")) {
			t.Errorf("%s: %s", name, body)
		}
	}
	if len(built) != 3 {
		t.Errorf("%d files are built of two entries that share a part, want 3", len(built))
	}
}

func TestSourceErrorsAreReported(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"script": {"search.ts": "let = ;"},
		"style":  {"search.ts": `import css from "./a.css"; console.log(css)`, "a.css": "a { color: \"\n }"},
		"import": {"search.ts": `import "./missing"`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			dist := filepath.Join(dir, "dist")
			if err := write(dir, dist); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestWriteReplacesWhatWasThere(t *testing.T) {
	dist := filepath.Join(t.TempDir(), "dist")
	if err := os.MkdirAll(dist, 0o755); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dist, "nn-OLD.js")
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write("../src", dist); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("%s is still there", old)
	}
	if _, err := os.Stat(filepath.Join(dist, "search.js")); err != nil {
		t.Error(err)
	}
}

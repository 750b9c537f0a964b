package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

// gate is how many bytes search.js, script and style, may have after gzip at its best; the target is 6000.
const gate = 8000

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

func TestSearchIsSmall(t *testing.T) {
	body, err := os.ReadFile("../dist/search.js")
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(body)
	w.Close()
	t.Logf("search.js: %d bytes, %d after gzip -9", len(body), packed.Len())
	if packed.Len() > gate {
		t.Errorf("search.js is %d bytes after gzip -9, at most %d", packed.Len(), gate)
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

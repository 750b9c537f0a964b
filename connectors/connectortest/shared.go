package connectortest

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Shared is the folder of shared test data beside the checkout (or FRITIDSHUB_SHARED). Without it the test is skipped: an outsider
// does not have it.
func Shared(t testing.TB) string {
	t.Helper()
	if folder := os.Getenv("FRITIDSHUB_SHARED"); folder != "" {
		return folder
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
			continue
		}
		folder := filepath.Join(dir, "..", "shared")
		if _, err := os.Stat(filepath.Join(folder, "corpus")); err == nil {
			return folder
		}
		break
	}
	t.Skip("skipped: the shared test data is not here (set FRITIDSHUB_SHARED to its folder)")
	return ""
}

// Truth is one line of a corpus manifest. What an independent parser read in a file, not always right.
type Truth struct {
	File        string           `json:"file"`
	Kind        string           `json:"kind"`
	Records     *int             `json:"records"`
	CountInfo   map[string]any   `json:"count_info"`
	GroundTruth []map[string]any `json:"ground_truth"`

	// Path is where the file lies.
	Path string `json:"-"`
}

// Corpus reads the manifest of one folder of the shared corpus.
func Corpus(t testing.TB, folder string) []Truth {
	t.Helper()
	dir := filepath.Join(Shared(t), "corpus", folder)
	f, err := os.Open(filepath.Join(dir, "manifest.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []Truth
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var truth Truth
		if err := json.Unmarshal(lines.Bytes(), &truth); err != nil {
			t.Fatal(err)
		}
		truth.Path = filepath.Join(dir, truth.File)
		out = append(out, truth)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

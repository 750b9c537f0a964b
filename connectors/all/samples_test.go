package all_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/connectors/all"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

// shipped are the sources whose files come with the repository.
var shipped = regexp.MustCompile(`^(?:eksempel-.+|larvik-kommune|skoleruta-vestfold)$`)

// shippedSources is sources.yaml as the repository ships it: without what a municipality has added, changed of its hub, or turned off. whole says
// that none of the shipped sources has been taken out.
func shippedSources(t *testing.T) (text []byte, whole bool) {
	const path = "../../sources.yaml"
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var own struct {
		Sources []yaml.Node `yaml:"sources"`
	}
	if err := yaml.Unmarshal(file, &own); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var kept []yaml.Node
	for _, source := range own.Sources {
		var head struct{ ID, URL string }
		if err := source.Load(&head); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if !shipped.MatchString(head.ID) || !strings.HasPrefix(head.URL, "file:") {
			continue
		}
		for i := 0; i < len(source.Content); i += 2 {
			if source.Content[i].Value == "enabled" {
				source.Content = slices.Delete(source.Content, i, i+2)
				break
			}
		}
		kept = append(kept, source)
	}
	if len(kept) == 0 {
		t.Skip("skipped: none of the shipped sources is left in sources.yaml")
	}
	text, err = yaml.Marshal(map[string]any{"hub": map[string]any{"id": "prove", "name": "Prøve", "municipality": "3909", "languages": []string{"nb"}}, "sources": kept})
	if err != nil {
		t.Fatal(err)
	}
	const all = 8
	return text, len(kept) >= all
}

// TestOwnSources pulls the sources that the repository ships: nothing is rejected, and a new hub has something to show, today and a year from
// now. What a municipality does with its own sources.yaml is not tested, and nothing outside the repository is asked.
func TestOwnSources(t *testing.T) {
	registry := all.Registry()
	var kinds []string
	for _, k := range registry.Kinds() {
		kinds = append(kinds, k.Name)
	}
	terms, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	text, whole := shippedSources(t)
	cfg, err := config.Parse("../../sources.yaml", text, config.Environment{Kinds: kinds, Category: terms.Has})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range cfg.Warnings {
		t.Errorf("%s", w)
	}
	var records []catalog.Record
	for _, src := range cfg.Sources {
		kind, _ := registry.Kind(src.Kind)
		records = append(records, pull(t, cfg, src, kind)...)
	}
	schemes := make(map[string]bool)
	for _, r := range records {
		if r.Scheme != nil {
			schemes[r.Scheme.ID] = true
		}
	}
	for _, r := range records {
		for _, id := range r.Schemes {
			if whole && !schemes[id] {
				t.Errorf("%s %s accepts the scheme %q, which no source describes", r.Source, r.NativeID, id)
			}
		}
		for _, id := range r.Categories {
			if !terms.Has(id) {
				t.Errorf("%s %s has the category %q, which is not in the taxonomy", r.Source, r.NativeID, id)
			}
		}
	}
	for _, now := range []time.Time{time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC), time.Date(2027, 11, 22, 11, 0, 0, 0, time.UTC)} {
		live := 0
		for _, r := range records {
			if isLive(r, cfg.Hub.Zone, now) {
				live++
			}
		}
		t.Logf("%s: %d of %d listings live", now.Format(time.DateOnly), live, len(records))
		if whole && live < 300 {
			t.Errorf("%s: %d listings live, want at least 300", now.Format(time.DateOnly), live)
		}
	}
}

func isLive(r catalog.Record, zone *time.Location, now time.Time) bool {
	s := r.Schedule
	if !s.ValidThrough.IsZero() && s.ValidThrough.AddDate(0, 0, 1).Before(now) {
		return false
	}
	if !s.Dated() {
		return true
	}
	occ, _ := calendar.Expand(s, zone, now, now.Add(calendar.HorizonAhead), 1)
	return len(occ) > 0
}

func pull(t *testing.T, cfg *config.Config, src config.Source, kind connectors.Kind) []catalog.Record {
	t.Helper()
	connector, err := kind.New(src.Options.Decode)
	if err != nil {
		t.Fatalf("%s: %v", src.ID, err)
	}
	base := strings.TrimPrefix(src.URL, "file:")
	seen := make(map[string]bool)
	var records []catalog.Record
	outcome, err := connector.Pull(t.Context(), &connectors.Session{
		Source: connectors.Source{ID: src.ID, Name: src.Name, URL: src.URL, Language: src.Language, Zone: cfg.Hub.Zone, Kind: src.Defaults.Kind},
		Now:    time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC),
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			name := base
			if ref := strings.TrimPrefix(req.URL, "file:"); ref != "" {
				name = filepath.Join(filepath.Dir(base), filepath.Base(ref))
			}
			body, err := os.ReadFile(filepath.Join("..", "..", name))
			return &connectors.Response{Response: &fetch.Response{Status: http.StatusOK, URL: "file:" + name, MediaType: connectortest.ContentType(name), Header: http.Header{}, Body: body}}, err
		},
		Emit: func(r catalog.Record) error {
			if r.Title == "" || r.NativeID == "" || seen[r.NativeID] {
				t.Errorf("%s: %q has no title, no id, or the id of another", src.ID, r.NativeID)
			}
			seen[r.NativeID] = true
			known := len(r.Categories) > 0 || len(r.Keywords) == 0
			for _, word := range r.Keywords {
				known = known || src.Categories[word] != ""
			}
			if !known {
				t.Errorf("%s: %s: none of %q is mapped to a category", src.ID, r.Title, r.Keywords)
			}
			records = append(records, r)
			return nil
		},
		Delete: func(string) error { return nil },
		Reject: func(r catalog.Reject) { t.Errorf("%s: %s %s %s: %s", src.ID, r.Locator, r.Title, r.Field, r.Reason) },
		Warn:   func(where, text string) { t.Errorf("%s: %s: %s", src.ID, where, text) },
	})
	if err != nil || !outcome.Complete {
		t.Errorf("%s: %+v, error %v", src.ID, outcome, err)
	}
	t.Logf("%-32s %3d records", src.ID, len(records))
	return records
}

// TestKindSamples checks the sample.yaml of every kind, and the first example of its README, as an editor does after pasting it.
func TestKindSamples(t *testing.T) {
	registry := all.Registry()
	terms, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, k := range registry.Kinds() {
		names = append(names, k.Name)
	}
	for _, name := range names {
		for _, file := range []string{"sample.yaml", "README.md"} {
			text, err := os.ReadFile(filepath.Join("..", name, file))
			if err != nil {
				t.Fatal(err)
			}
			entry := string(text)
			if file == "README.md" {
				_, entry, _ = strings.Cut(entry, "```yaml\n")
				entry, _, _ = strings.Cut(entry, "```")
			}
			path := filepath.Join(t.TempDir(), "sources.yaml")
			whole := "hub: {id: prove, name: Prøve, municipality: \"3909\", languages: [nb]}\nsources:\n" + entry
			if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
				t.Fatal(err)
			}
			cfg, err := config.Load(path, config.Environment{Lookup: os.LookupEnv, Kinds: names, Category: terms.Has})
			if err != nil {
				t.Errorf("%s of %s: %v", file, name, err)
				continue
			}
			for _, w := range cfg.Warnings {
				if !strings.Contains(fmt.Sprint(w), "finnes ikke") { // a file that the editor has and we do not
					t.Errorf("%s of %s: %v", file, name, w)
				}
			}
			for _, s := range cfg.Sources {
				kind, _ := registry.Kind(s.Kind)
				if _, err := kind.New(s.Options.Decode); err != nil {
					t.Errorf("%s of %s: %v", file, name, err)
				}
			}
		}
	}
}

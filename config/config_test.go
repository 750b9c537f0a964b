package config_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/config"
)

var update = flag.Bool("update", false, "write the .want files anew")

var environment = config.Environment{
	Kinds:    []string{"ical", "csv", "list"},
	Category: func(id string) bool { return id == "stage" || id == "music" },
	Options: func(kind string, decode func(any) error) error {
		var o struct {
			Key       string `yaml:"nøkkel"`
			Delimiter string `yaml:"delimiter"`
		}
		if err := decode(&o); err != nil {
			return err
		}
		if kind == "csv" && len(o.Delimiter) > 1 {
			return errors.New("options.delimiter er for langt")
		}
		return nil
	},
	Lookup: func(name string) (string, bool) {
		return "verdi", name == "FINNES"
	},
	Meant: func(word string) string {
		return map[string]string{"Musikk": "music (Musikk)"}[word]
	},
	Municipality: func(text string) (string, string) {
		switch text {
		case "3909", "0709", "Larvik":
			return "3909", "Larvik"
		case "0301":
			return "0301", "Oslo"
		}
		return "", ""
	},
}

func TestGoodFiles(t *testing.T) {
	files, _ := filepath.Glob("testdata/good/*.yaml")
	if len(files) == 0 {
		t.Fatal("no good files")
	}
	for _, file := range files {
		if _, err := config.Load(file, environment); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestBadFiles(t *testing.T) {
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	if len(files) == 0 {
		t.Fatal("no bad files")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, err := config.Load(file, environment)
			var problems config.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("want problems, got %v", err)
			}
			want := strings.TrimSuffix(file, ".yaml") + ".want"
			if *update {
				if err := os.WriteFile(want, []byte(problems.Error()+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			text, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(text), problems.Error()+"\n"); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestValuesSurvive(t *testing.T) {
	cfg, err := config.Load("testdata/good/full.yaml", environment)
	if err != nil {
		t.Fatal(err)
	}
	s := cfg.Sources[0]
	if s.Municipality != "0301" {
		t.Errorf("municipality 0301 became %q", s.Municipality)
	}
	if s.Headers["X-Token"] != "verdi" {
		t.Errorf("header is %q", s.Headers["X-Token"])
	}
	if s.Guard != (config.Guard{Share: 0.2, Count: 3, Grace: 72 * time.Hour}) || s.Limits.Bytes != 40<<20 {
		t.Errorf("guard %+v limits %+v", s.Guard, s.Limits)
	}
	var options struct {
		Key string `yaml:"nøkkel"`
	}
	if err := s.Options.Decode(&options); err != nil || options.Key != "verdi" {
		t.Errorf("options %+v, error %v", options, err)
	}
	var wrong struct {
		Other int `yaml:"andre"`
	}
	err = s.Options.Decode(&wrong)
	if err == nil || !strings.Contains(err.Error(), `full.yaml:22:15: ukjent nøkkel "nøkkel"`) {
		t.Errorf("wrong options: %v", err)
	}
}

// TestMissingSourceFile: a file: source without its file is worth a word, unless it is switched off.
func TestMissingSourceFile(t *testing.T) {
	text := `hub: {id: prove}
sources:
  - {id: a, kind: csv, url: "file:testdata/good/minimal.yaml", licence: CC0-1.0}
  - {id: b, kind: csv, url: "file:testdata/b%20c.csv?x=1", licence: CC0-1.0}
  - {id: c, kind: csv, url: "file:testdata/c.csv", licence: CC0-1.0, enabled: false}
`
	cfg, err := config.Parse("sources.yaml", []byte(text), environment)
	if err != nil || len(cfg.Warnings) != 1 || !strings.Contains(cfg.Warnings.Error(), "sources.yaml:4:29: filen testdata/b c.csv finnes ikke") {
		t.Errorf("error %v, warnings %v", err, cfg.Warnings)
	}
}

// TestDoubts: what is allowed but hardly meant is said, where it stands, and nothing is said of the rest.
func TestDoubts(t *testing.T) {
	const text = `hub: {id: prove, municipality: "0709"}
sources:
  - {id: a, kind: csv, url: "file:testdata", licence: CC0-1.0}
  - {id: b, kind: csv, url: "https://b.example/x.csv", licence: CC0-1.0, municipality: "3909", categories: &ord {Sang: music, Diverse: "", Annet: }}
  - {id: c, kind: csv, url: "http://127.0.0.1:9000/x.csv", licence: CC0-1.0, municipality: "9999", categories: *ord}
  - {id: d, kind: csv, url: "http://localhost/x.csv", licence: CC0-1.0}
  - {id: e, kind: csv, url: "http://192.168.1.4/x.csv", licence: CC0-1.0}
  - {id: f, kind: csv, url: "http://192.168.1.4/x.csv", licence: CC0-1.0, enabled: false}
  - {id: g, kind: csv, url: "https://docs.google.com/spreadsheets/d/abc/edit?gid=0#gid=0", licence: CC0-1.0}
  - {id: h, kind: csv, url: "https://docs.google.com/spreadsheets/d/e/abc/pub?output=csv", licence: CC0-1.0}
  - {id: i, kind: ical, url: "https://calendar.google.com/calendar/embed?src=abc", licence: CC0-1.0}
  - {id: j, kind: ical, url: "https://calendar.google.com/calendar/ical/abc/public/basic.ics", licence: CC0-1.0}
`
	env := environment
	env.AllowPrivate = "127.0.0.1:9000"
	cfg, err := config.Parse("sources.yaml", []byte(text), env)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		":1:32: kommunenummeret 0709 gjelder ikke lenger: Larvik har nummeret \"3909\"", ":3:29: testdata er en mappe", ":4:140: ordet \"Annet\" har ingen kategori",
		":5:92: ingen kommune har nummeret 9999 nå", ":6:29: adressen localhost er på denne maskinen", ":7:29: adressen 192.168.1.4 er på", ":9:29: dette er siden der regnearket",
		":11:30: dette er siden som viser kalenderen",
	}
	if len(cfg.Warnings) != len(want) {
		t.Fatalf("%d warnings, want %d:\n%v", len(cfg.Warnings), len(want), cfg.Warnings)
	}
	for i, w := range cfg.Warnings {
		if !strings.Contains(w.String(), want[i]) {
			t.Errorf("got %s, want %s", w, want[i])
		}
	}
	if b, c := cfg.Sources[1].Shared, cfg.Sources[2].Shared; b.Name != "ord" || b != c || b.Line != 4 {
		t.Errorf("the list with a name: %+v and %+v", b, c)
	}
}

// TestLicensed: what brings its licences needs none, and is not doubted for it.
func TestLicensed(t *testing.T) {
	env := environment
	env.Licensed = func(kind string) bool { return kind == "ical" }
	cfg, err := config.Parse("sources.yaml", []byte(`hub: {id: prove}
sources:
  - {id: a, kind: ical, url: "https://a.example/x.ics"}
  - {id: b, kind: csv, url: "https://b.example/x.csv"}
`), env)
	if err != nil || len(cfg.Warnings) != 1 || !strings.Contains(cfg.Warnings[0].String(), "kilden b har ingen lisens") || !cfg.Sources[0].PassOn() {
		t.Errorf("%v, error %v", cfg.Warnings, err)
	}
}

func TestNearest(t *testing.T) {
	candidates := []string{"ical", "csv", "rss", "tribe", "sync", "title"}
	for word, want := range map[string]string{"ICAL": "ical", "kalender": "ical", "Excel": "csv", "atom": "rss", "WordPress": "tribe", "synk": "sync", "icla": "ical", "tittel": "title",
		"bilde": "", "zzz": "", "": ""} {
		if got := config.Nearest(word, candidates); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

// TestNoEnglish: no fault in the YAML is told in the reader's own words.
func TestNoEnglish(t *testing.T) {
	for _, text := range []string{"a: !<x", "%FOO\n---\na: 1", "a: &\n", "a: *\n", "a: \"\\u12\"", "a: |x\n b", "? a\n: b: c", "a: [1, 2\nb: 3", "a: 'x\n---\n", "a: b: c", "- a\nb: 1", "\ta: 1",
		"%YAML 9.9\n---\na: 1", "a: !x!y z", "a: %b", "a: `b", "{a: 1}}", "a: {<<: 1}", "hub: &a [*a]", "a: !!int x", "? [a]\n: 1", "hub: {? {a: 1}: 2}", "hub: !!float x", "<<: 3",
		strings.Repeat("[", 20000), "a\x01: 1", "a: \"\\ud800\"", "hub: {id: !!binary x}"} {
		_, err := config.Parse("kilder", []byte(text), environment)
		for _, word := range []string{"expected", "found", "cannot", "invalid", "yaml: ", "not ", "the ", "depth", "field"} {
			if err == nil || strings.Contains(err.Error(), word) {
				t.Errorf("%.40q: %v", text, err)
				break
			}
		}
	}
}

func TestMissingFile(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "finnes-ikke.yaml"), t.TempDir()} {
		_, err := config.Load(path, environment)
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestScheduleOverDaylightSaving(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, spec, from string
		want             []string
	}{
		{"spring: the missing half past two fires at half past three", "30 2 * * *", "2027-03-27T12:00:00+01:00", []string{"2027-03-28T03:30:00+02:00", "2027-03-29T02:30:00+02:00"}},
		{"autumn: the doubled half past two fires once", "30 2 * * *", "2027-10-30T12:00:00+02:00", []string{"2027-10-31T02:30:00+02:00", "2027-11-01T02:30:00+01:00"}},
		{"every is a duration", "@every 30m", "2027-10-31T02:45:00+02:00", []string{"2027-10-31T02:15:00+01:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := config.ParseSchedule(c.spec, oslo, config.MinInterval)
			if err != nil {
				t.Fatal(err)
			}
			at, _ := time.Parse(time.RFC3339, c.from)
			for _, want := range c.want {
				at = s.Next(at)
				if got := at.In(oslo).Format(time.RFC3339); got != want {
					t.Fatalf("next is %s, want %s", got, want)
				}
			}
		})
	}
}

// FuzzParseSchedule: no text crashes, and what is accepted has a next time and keeps the least interval.
func FuzzParseSchedule(f *testing.F) {
	for _, seed := range []string{"15 * * * *", "@hourly", "@every 0s", "@every -5m", "TZ=0", "TZ=UTC", "CRON_TZ=Europe/Oslo", "* * * * * *", "0 0 30 2 *", "30 2 * * *", "*/7 1-3 * * 1,3", "@every 9999999h"} {
		f.Add(seed)
	}
	oslo, _ := time.LoadLocation("Europe/Oslo")
	start := time.Date(2027, 3, 27, 0, 0, 0, 0, oslo)
	f.Fuzz(func(t *testing.T, spec string) {
		s, err := config.ParseSchedule(spec, oslo, config.MinInterval)
		if err != nil {
			return
		}
		at := s.Next(start)
		if at.IsZero() {
			t.Fatalf("%q is accepted and never fires", spec)
		}
		if next := s.Next(at); !next.IsZero() && next.Sub(at) < config.MinInterval {
			t.Fatalf("%q fires %s after %s", spec, next.Sub(at), at)
		}
	})
}

// FuzzParse: no file crashes the reader, and every problem names the file and what to do.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.yaml", "testdata/bad/*.yaml"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_, err := config.Parse("sources.yaml", text, environment)
		var problems config.Problems
		if err != nil && (!errors.As(err, &problems) || len(problems) == 0) {
			t.Fatalf("error is not a list of problems: %v", err)
		}
		for _, p := range problems {
			if p.File == "" || p.What == "" || p.Do == "" {
				t.Fatalf("problem is not whole: %+v", p)
			}
		}
	})
}

package prose

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// labelled is a text with what it says, as in the label rules; in our own cases what is left out is not stated.
type labelled struct {
	ID   string `json:"id"`
	Lang string `json:"lang"`
	Text string `json:"text"`
	Ref  string `json:"ref_date"`
	Label
}

func (l labelled) ref(t testing.TB) time.Time {
	if l.Ref == "" {
		l.Ref = "2026-08-20"
	}
	day, err := time.Parse(time.DateOnly, l.Ref)
	if err != nil {
		t.Fatal(l.ID, err)
	}
	return day
}

func readCases(t testing.TB, file string) (out []labelled) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		l := labelled{ID: fmt.Sprintf("%s:%d", filepath.Base(file), n)}
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		if err := d.Decode(&l); err != nil {
			t.Fatalf("%s:%d: %v", file, n, err)
		}
		out = append(out, l)
	}
	return out
}

// examples finds the labelled texts that are kept beside the repository; they are no part of it.
func examples(t testing.TB) string {
	shared := os.Getenv("FRITIDSHUB_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	file := filepath.Join(shared, "norwegian-text-examples.jsonl")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("no labelled texts: %v", err)
	}
	return file
}

// fields gives the label's fields as comparable texts, tags as a set.
func fields(l Label) map[string]string {
	tags := slices.Clone(l.AdaptedTags)
	slices.Sort(tags)
	dates := slices.Clone(l.Dates)
	slices.Sort(dates)
	days := slices.Clone(l.Weekday)
	slices.Sort(days)
	slots := []string{}
	for _, s := range l.Slots {
		slots = append(slots, text(s))
	}
	slices.Sort(slots)
	return map[string]string{
		"price": text(l.PriceMin, l.PriceMax), "unit": text(l.PriceUnit), "free": text(l.IsFree), "age_min": text(l.AgeMin), "age_max": text(l.AgeMax),
		"adapted": text(l.Adapted), "tags": strings.Join(tags, " "), "weekday": strings.Join(days, " "), "recurrence": text(l.Recurrence), "parity": text(l.WeekParity),
		"school": text(l.SchoolCalendar), "time": text(l.TimeStart, l.TimeEnd) + strings.Join(slots, " "), "dates": strings.Join(dates, " "), "deadline": text(l.Deadline), "status": text(l.Status),
	}
}

func text(v ...any) string {
	b, _ := json.Marshal(v)
	return strings.Trim(string(b), "[]")
}

type score struct {
	right                             map[string]int
	all, n                            int
	ageRight, ageWrong, ageSaid       int
	datesRight, datesWrong, datesSaid int
}

func (s *score) add(got, want Label) (wrong []string) {
	if s.right == nil {
		s.right = map[string]int{}
	}
	g, w := fields(got), fields(want)
	for name := range w {
		if g[name] == w[name] {
			s.right[name]++
		} else {
			wrong = append(wrong, fmt.Sprintf("%s: %s, want %s", name, g[name], w[name]))
		}
	}
	for _, name := range []string{"age_min", "age_max"} {
		switch {
		case w[name] != "null" && g[name] == w[name]:
			s.ageRight++
		case g[name] != "null":
			s.ageWrong++
		}
		if w[name] != "null" {
			s.ageSaid++
		}
	}
	for _, d := range got.Dates {
		if slices.Contains(want.Dates, d) {
			s.datesRight++
		} else {
			s.datesWrong++
		}
	}
	s.datesSaid += len(want.Dates)
	s.n++
	if len(wrong) == 0 {
		s.all++
	}
	slices.Sort(wrong)
	return wrong
}

func (s *score) accuracy(field string) float64 { return float64(s.right[field]) / float64(s.n) }

func (s *score) String() string {
	var b strings.Builder
	names := make([]string, 0, len(s.right))
	for name := range s.right {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "%-11s %.3f\n", name, s.accuracy(name))
	}
	fmt.Fprintf(&b, "age recall %.3f precision %.3f · dates recall %.3f precision %.3f · all fields %.3f of %d texts",
		part(s.ageRight, s.ageSaid), part(s.ageRight, s.ageRight+s.ageWrong), part(s.datesRight, s.datesSaid), part(s.datesRight, s.datesRight+s.datesWrong), part(s.all, s.n), s.n)
	return b.String()
}

func part(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// check fails when a figure is under the bar.
func (s *score) check(t *testing.T) {
	t.Helper()
	bars := map[string]float64{"price": 0.95, "free": 0.95, "weekday": 0.95, "time": 0.95}
	for name, bar := range bars {
		if got := s.accuracy(name); got < bar {
			t.Errorf("%s right in %.3f of the texts, want %.2f", name, got, bar)
		}
	}
	for _, f := range []struct {
		name     string
		got, bar float64
	}{{"age recall", part(s.ageRight, s.ageSaid), 0.85}, {"age precision", part(s.ageRight, s.ageRight+s.ageWrong), 0.97},
		{"dates recall", part(s.datesRight, s.datesSaid), 0.85}, {"all fields", part(s.all, s.n), 0.70}} {
		if f.got < f.bar {
			t.Errorf("%s %.3f, want %.2f", f.name, f.got, f.bar)
		}
	}
}

// TestExamples scores the texts that the label rules come with.
func TestExamples(t *testing.T) {
	var s score
	for _, l := range readCases(t, examples(t)) {
		if wrong := s.add(Read(l.Text, l.Lang, l.ref(t)).Label(), l.Label); wrong != nil {
			t.Logf("%s %s\n\t%s", l.ID, l.Text, strings.Join(wrong, "\n\t"))
		}
	}
	t.Log("\n" + s.String())
	s.check(t)
}

// TestCases reads our own texts; each must be read as it is labelled.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) {
			var s score
			for _, l := range readCases(t, file) {
				got := Read(l.Text, l.Lang, l.ref(t)).Label()
				if wrong := s.add(got, l.Label); wrong != nil {
					t.Errorf("%s %s\n\t%s", l.ID, l.Text, strings.Join(wrong, "\n\t"))
				}
			}
			t.Log("\n" + s.String())
		})
	}
}

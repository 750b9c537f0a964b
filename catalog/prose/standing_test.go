package prose

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
)

// standing is a text with the schedule that it gives a record that has none.
type standing struct {
	Text      string         `json:"text"`
	Ref       string         `json:"ref_date"`  // 2026-11-22 unless given
	Published bool           `json:"published"` // ref is the day of publication, not that of the import
	Kind      catalog.Kind   `json:"kind"`      // activity unless given
	Series    []string       `json:"series"`
	Dates     []string       `json:"dates"`
	Status    catalog.Status `json:"status"`
}

// TestStanding: a text's days become a series or dates, between the days that it says, and only when they are known.
func TestStanding(t *testing.T) {
	files, _ := filepath.Glob("testdata/standing/*.jsonl")
	if len(files) == 0 {
		t.Fatal("no cases")
	}
	zone := oslo(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) {
			data, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer data.Close()
			right, n := 0, 0
			for lines := bufio.NewScanner(data); lines.Scan(); n++ {
				c := standing{Ref: "2026-11-22", Kind: catalog.KindActivity}
				if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
					t.Fatal(file, err)
				}
				ref := labelled{Ref: c.Ref}.ref(t)
				r := catalog.Record{Kind: c.Kind}
				if c.Published {
					r.Modified = ref
				}
				Apply(&r, Read(c.Text, "nb", ref), zone)
				got := standing{Text: c.Text, Ref: c.Ref, Published: c.Published, Kind: c.Kind, Status: r.Status}
				for _, s := range r.Schedule.Series {
					got.Series = append(got.Series, seriesText(s, zone))
				}
				for _, o := range r.Schedule.Dates {
					got.Dates = append(got.Dates, occurrenceText(o.Start, o.End, o.AllDay, zone))
				}
				if diff := cmp.Diff(c, got); diff != "" {
					t.Errorf("%s:\n%s", c.Text, diff)
				} else {
					right++
				}
			}
			t.Logf("%d of %d", right, n)
		})
	}
}

// seriesText writes a series as the cases do: when it begins unless that is not stated, its clock, its rule, its end and when it rests.
func seriesText(s catalog.Series, zone *time.Location) string {
	var rule []string
	until := ""
	for part := range strings.SplitSeq(strings.TrimPrefix(s.Rules[0], "FREQ="), ";") {
		if value, ok := strings.CutPrefix(part, "UNTIL="); ok {
			if day, err := time.Parse("20060102T150405Z", value); err == nil {
				until = " until " + day.In(zone).Format(time.DateOnly)
			} else if day, err := time.Parse("20060102", value); err == nil {
				until = " until " + day.Format(time.DateOnly)
			}
			continue
		}
		rule = append(rule, part)
	}
	out := occurrenceText(s.Start, s.End, s.AllDay, zone)
	if s.Start.Before(sinceLong.AddDate(0, 3, 0)) {
		_, out, _ = strings.Cut(out, " ")
	}
	out += " " + strings.Join(rule, ";") + until
	if s.WeekParity != "" {
		out += " " + string(s.WeekParity)
	}
	if s.SchoolCalendar {
		out += " school"
	}
	for _, w := range s.ExceptWeeks {
		out += fmt.Sprintf(" W%02d", w)
	}
	for _, b := range slices.Sorted(slices.Values(s.ExceptBreaks)) {
		out += " " + b
	}
	for _, d := range s.Except {
		out += " -" + d.Format(time.DateOnly)
	}
	return strings.TrimSpace(out)
}

func occurrenceText(start, end time.Time, allDay bool, zone *time.Location) string {
	if allDay {
		out := start.Format(time.DateOnly)
		if !end.IsZero() && !end.Equal(start) {
			out += "/" + end.Format(time.DateOnly)
		}
		return out
	}
	out := start.In(zone).Format("2006-01-02 15:04")
	if !end.IsZero() {
		out += "-" + end.In(zone).Format("15:04")
	}
	return out
}

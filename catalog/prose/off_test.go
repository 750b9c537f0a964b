package prose

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
)

// rest is a text with when its series rests.
type rest struct {
	Text   string   `json:"text"`
	Ref    string   `json:"ref_date"`
	Days   []string `json:"days"`
	Weeks  []int    `json:"weeks"`
	Breaks []string `json:"breaks"`
}

// TestOff: what the texts say that a series leaves out is left out of the series that they give and of one that the source states, and nothing else is.
func TestOff(t *testing.T) {
	files, _ := filepath.Glob("testdata/off/*.jsonl")
	if len(files) == 0 {
		t.Fatal("no cases")
	}
	zone := oslo(t)
	for _, file := range files {
		data, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer data.Close()
		for lines := bufio.NewScanner(data); lines.Scan(); {
			var c rest
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				t.Fatal(file, err)
			}
			ref := labelled{Ref: c.Ref}.ref(t)
			facts := Read(c.Text, "nb", ref)
			if facts.Status != "" {
				t.Errorf("%s: status %s", c.Text, facts.Status)
			}
			r := catalog.Record{Kind: catalog.KindActivity}
			if Apply(&r, facts, zone); len(r.Schedule.Series) == 0 && len(c.Days)+len(c.Weeks)+len(c.Breaks) > 0 {
				t.Errorf("%s: no series", c.Text)
			}
			check(t, c, r.Schedule.Series)
			if len(facts.Weekdays) == 0 {
				continue
			}
			source := at("FREQ=WEEKLY", facts.Weekdays[:1], time.Time{}, 18*60, 19*60, zone)
			source.Start = source.Start.AddDate(-5, 0, 0)
			for source.Start.Weekday() != facts.Weekdays[0] {
				source.Start = source.Start.AddDate(0, 0, 1)
			}
			r = catalog.Record{Schedule: catalog.Schedule{Series: []catalog.Series{source}}}
			c.Days = slices.DeleteFunc(c.Days, func(s string) bool {
				d, _ := time.Parse(time.DateOnly, s)
				return d.Weekday() != facts.Weekdays[0]
			})
			Apply(&r, facts, zone)
			check(t, c, r.Schedule.Series)
		}
	}
}

func check(t *testing.T, c rest, series []catalog.Series) {
	t.Helper()
	for _, s := range series {
		var days []string
		for _, d := range s.Except {
			days = append(days, d.Format(time.DateOnly))
		}
		got := rest{Text: c.Text, Ref: c.Ref, Days: days, Weeks: s.ExceptWeeks, Breaks: s.ExceptBreaks}
		if len(c.Days) == 0 {
			c.Days = nil
		}
		if diff := cmp.Diff(c, got); diff != "" {
			t.Errorf("%s: %s", c.Text, diff)
		}
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
)

func extractAll(t *testing.T, stdin string) (code int, lines []string, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := map[string]string{"FRITIDSHUB_NOW": "2026-08-19T23:30:00Z"} // the 20th in Norway
	p := &program{in: strings.NewReader(stdin), out: &stdout, err: &stderr, env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
	code = p.run(context.Background(), []string{"extract"})
	return code, strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n"), stderr.String()
}

func TestExtract(t *testing.T) {
	code, lines, errs := extractAll(t, `{"id":"a","lang":"nb","ref_date":"2026-08-20","text":"Høstmarked 3.-4. oktober kl 11-16. Fri inngang."}
{"id":7,"text":"Bokbad 20. august kl. 18. Inngang kr 150,50 "}

{"text":"<Hei> & ha det"}`)
	want := []string{
		`{"id":"a","price_min":0,"price_max":0,"price_unit":null,"is_free":true,"age_min":null,"age_max":null,"adapted":null,"adapted_tags":[],"weekday":[],"recurrence":null,"week_parity":null,"school_calendar":false,"time_start":"11:00","time_end":"16:00","slots":[],"dates":["2026-10-03/2026-10-04"],"deadline":null,"status":null}`,
		`{"id":7,"price_min":150.50,"price_max":150.50,"price_unit":"ticket","is_free":false,"age_min":null,"age_max":null,"adapted":null,"adapted_tags":[],"weekday":[],"recurrence":null,"week_parity":null,"school_calendar":false,"time_start":"18:00","time_end":null,"slots":[],"dates":["2026-08-20"],"deadline":null,"status":null}`,
		`{"id":null,"price_min":null,"price_max":null,"price_unit":null,"is_free":null,"age_min":null,"age_max":null,"adapted":null,"adapted_tags":[],"weekday":[],"recurrence":null,"week_parity":null,"school_calendar":false,"time_start":null,"time_end":null,"slots":[],"dates":[],"deadline":null,"status":null}`,
	}
	if code != exitOK || errs != "" || strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("exit %d, %s\n%s\nwant\n%s", code, errs, strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

// TestExtractBadLines tries lines that cannot be used: each is answered in its place, the others are read, and the command fails.
func TestExtractBadLines(t *testing.T) {
	long := `{"id":"long","text":"` + strings.Repeat("a", maxExtractLine) + `"}`
	code, lines, _ := extractAll(t, "ikke json\n"+`{"id":"b","text":"Gratis"}`+"\n"+`{"id":"c","text":5}`+"\n"+long+"\n"+`{"id":"d"}`+"\n"+`{"id":"e","text":"x","ref_date":"20.8.2026"}`+"\n[1]\n"+`{"id":"f","text":"Gratis"}`)
	if code != exitFailed || len(lines) != 8 {
		t.Fatalf("exit %d, %d lines: %q", code, len(lines), lines)
	}
	for i, want := range []string{"linje 1: er ikke JSON", "", "linje 3: text er number", "linje 4 er lengre enn", "linje 5: mangler text", "linje 6: ref_date", "linje 7: linjen er array", ""} {
		var got struct {
			ID    any     `json:"id"`
			Error *string `json:"error"`
			Free  bool    `json:"is_free"`
		}
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(lines[i], err)
		}
		if want == "" && (got.Error != nil || !got.Free) || want != "" && (got.Error == nil || !strings.Contains(*got.Error, want)) {
			t.Errorf("line %d: %s, want %q", i+1, lines[i], want)
		}
	}
	if !strings.Contains(lines[2], `"id":"c"`) {
		t.Errorf("the id is lost: %s", lines[2])
	}
}

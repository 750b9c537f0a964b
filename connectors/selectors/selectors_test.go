package selectors

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

func TestLayout(t *testing.T) {
	for _, tt := range []struct{ layout, in, want string }{
		{"dd.MM.yyyy", "03.12.2026", "2026-12-03"},
		{"d/M yy HH.mm", "3/12 26 18.30", "2026-12-3 18:30"},
		{"EEEE d. MMMM yyyy 'kl.' HH:mm", "Torsdag 3. desember 2026 kl. 18:00", "3. desember 2026 18:00"},
		{"MMM d yyyy", "des. 3 2026", "3. des 2026"},
		{"yyyyMMdd", "20261203", "2026-12-03"},
		{"yyyy-MM-ddTHH:mm", "2026-12-03T18:00", "2026-12-03 18:00"},
		{"dd.MM.yyyy", "3. desember", ""},
	} {
		l, err := newLayout(tt.layout)
		if err != nil {
			t.Errorf("%q: %v", tt.layout, err)
			continue
		}
		if got, err := l.plain(tt.in); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q of %q is %q, error %v, want %q", tt.in, tt.layout, got, err, tt.want)
		}
	}
	for _, bad := range []string{"d. MMMM", "HH:mm", "dd.MM.yyyy dd.MM.yyyy", "mm", "", "ddd.MM.yyyy"} {
		if _, err := newLayout(bad); err == nil {
			t.Errorf("layout %q is accepted", bad)
		}
	}
}

func TestOccurrence(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	const clock = "2006-01-02 15:04"
	for in, want := range map[string]string{
		"Åpner 3. desember 2026 kl. 18": "2026-12-03 18:00",
		"3. desember 2026 18:00":        "2026-12-03 18:00",
		"2026-7-12 18:30":               "2026-07-12 18:30",
		"28. mars":                      "",
		"i morgen":                      "",
		"1.1.2027 og 2.1.2027":          "",
	} {
		o, _, err := occurrence(in, connectors.Source{Zone: zone})
		got := ""
		if err == nil {
			got = o.Start.In(zone).Format(clock)
		}
		if got != want {
			t.Errorf("%q is %q (%v), want %q", in, got, err, want)
		}
	}
	if o, _, err := occurrence("3/12/2026", connectors.Source{Zone: zone, Language: "en"}); err == nil {
		t.Errorf("in English 3/12/2026 is %v", o.Start)
	}
}

// reader is a list with own pages.
func reader(t *testing.T) *Reader {
	t.Helper()
	var c Checker
	r := &Reader{Items: c.Need("items", "li"), Fields: c.Fields("fields", Fields{"title": {CSS: "a"}}), Next: c.Selector("next", "a.neste"),
		Link: c.Selector("link", "a"), Page: c.Fields("page", Fields{"description": {CSS: "p"}}), MaxPages: c.Pages("max", 0)}
	if err := c.Err(); err != nil {
		t.Fatal(err)
	}
	return r
}

func session(answer func(url string) (text string, unchanged bool, err error)) (*connectors.Session, *[]catalog.Record) {
	var records []catalog.Record
	return &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: "https://kilde.example/", Zone: time.UTC, Kind: catalog.KindActivity},
		Emit:   func(r catalog.Record) error { records = append(records, r); return nil },
		Reject: func(catalog.Reject) {},
		Warn:   func(string, string) {},
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			text, unchanged, err := answer(req.URL)
			if err != nil {
				return nil, err
			}
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, Header: http.Header{}, MediaType: "text/html", Body: []byte(text)}, Unchanged: unchanged}, nil
		},
	}, &records
}

// TestUnchanged: nothing is emitted when all pages are as they were, everything when one of them is not.
func TestUnchanged(t *testing.T) {
	for _, own := range []bool{true, false} {
		s, records := session(func(url string) (string, bool, error) {
			if strings.HasSuffix(url, "turn") {
				return "<p>Tekst", own, nil
			}
			return "<li><a href=turn>Turn</a>", true, nil
		})
		outcome, err := reader(t).Pull(t.Context(), s)
		if err != nil || !outcome.Complete || outcome.Unchanged != own || (len(*records) == 0) != own {
			t.Errorf("own page unchanged %v: %+v, %d records, error %v", own, outcome, len(*records), err)
		}
	}
}

// TestFailures: one page that fails makes the run incomplete, three in a row end it, and nothing is emitted then.
func TestFailures(t *testing.T) {
	for failing, wantErr := range map[string]bool{"b": false, "bc": false, "bcd": true} {
		s, records := session(func(url string) (string, bool, error) {
			name := strings.TrimPrefix(url, "https://kilde.example/")
			switch {
			case name == "":
				return "<li><a href=a>A</a><li><a href=b>B</a><li><a href=c>C</a><li><a href=d>D</a><li><a href=e>E</a>", false, nil
			case strings.Contains(failing, name):
				return "", false, &fetch.Error{Step: fetch.StepStatus, Status: 503, Message: "feil"}
			}
			return "<p>Tekst", false, nil
		})
		outcome, err := reader(t).Pull(t.Context(), s)
		var status *fetch.Error
		switch {
		case (err != nil) != wantErr || wantErr && !errors.As(err, &status):
			t.Errorf("%s failing: error %v", failing, err)
		case err != nil && len(*records) > 0:
			t.Errorf("%s failing: %d records emitted before the failure", failing, len(*records))
		case err == nil && (outcome.Complete || outcome.Why == "" || len(*records) != 5-len(failing)):
			t.Errorf("%s failing: %+v, %d records", failing, outcome, len(*records))
		}
	}
}

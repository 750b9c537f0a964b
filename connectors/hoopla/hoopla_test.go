package hoopla

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/tickets"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

const source = "https://scene.hoopla.example/api/public/v3.0/organizations/254370000/events"

// pull asks a shop of so many events.
func pull(t *testing.T, o Options, events int, answer func(address string) (unchanged bool, err error)) (connectors.Outcome, []catalog.Record, []catalog.Reject, error) {
	t.Helper()
	c, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil })
	if err != nil {
		t.Fatal(err)
	}
	var records []catalog.Record
	var rejects []catalog.Reject
	outcome, err := c.Pull(t.Context(), &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: source, Zone: time.UTC}, Now: connectortest.Now,
		Emit:   func(r catalog.Record) error { records = append(records, r); return nil },
		Reject: func(r catalog.Reject) { rejects = append(rejects, r) },
		Warn:   func(string, string) {},
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			unchanged, err := answer(req.URL)
			if err != nil {
				return nil, err
			}
			body := `{"event":{"description":"Omtale"}}`
			if req.URL == source {
				var b strings.Builder
				for i := range events {
					fmt.Fprintf(&b, `{"event_id":%d,"name":"Konsert %d","start":"2026-12-05T19:00:00Z"},`, i+1, i+1)
				}
				body = `{"events":[` + strings.TrimSuffix(b.String(), ",") + `]}`
			}
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, Body: []byte(body)}, Unchanged: unchanged}, nil
		},
	})
	return outcome, records, rejects, err
}

// TestUnchanged: when nothing has changed, nothing is emitted; when one answer has, everything is.
func TestUnchanged(t *testing.T) {
	for _, changed := range []string{"", source, source + "/3"} {
		asked := 0
		outcome, records, rejects, err := pull(t, Options{Details: true}, 3, func(address string) (bool, error) { asked++; return address != changed, nil })
		want := 3
		if changed == "" {
			want = 0
		}
		if err != nil || !outcome.Complete || outcome.Unchanged != (changed == "") || len(records) != want || len(rejects) > 0 || asked != 4 {
			t.Errorf("%q changed: %+v, %d records, %d requests, error %v", changed, outcome, len(records), asked, err)
		}
	}
}

// TestGone: what has no answer of its own is no change.
func TestGone(t *testing.T) {
	outcome, records, _, err := pull(t, Options{Details: true}, 3, func(address string) (bool, error) {
		if address == source+"/2" {
			return false, &fetch.Error{URL: address, Status: 404}
		}
		return true, nil
	})
	if err != nil || !outcome.Unchanged || len(records) > 0 {
		t.Errorf("%+v, %d records, error %v", outcome, len(records), err)
	}
}

// TestFailing: an event that cannot be read for itself is rejected, so that what is known of it stays; the third in a row ends the run.
func TestFailing(t *testing.T) {
	for _, failing := range []int{2, 3} {
		n := 0
		outcome, records, rejects, err := pull(t, Options{Details: true}, 4, func(address string) (bool, error) {
			if n++; address != source && n <= failing+1 {
				return false, &fetch.Error{URL: address, Status: 503, Message: "nede"}
			}
			return true, nil
		})
		switch {
		case failing == 2 && (err != nil || len(records) != 2 || !outcome.Complete || len(rejects) != 2 || rejects[1].NativeID != "2" || records[0].Description != "Omtale"):
			t.Errorf("two failing: %+v, %+v, %+v, error %v", outcome, records, rejects, err)
		case failing == 3 && err == nil:
			t.Error("three failing: no error")
		}
	}
}

// TestBounds: a list without end is refused, as is one that nests without end.
func TestBounds(t *testing.T) {
	_, records, _, err := pull(t, Options{}, 5_001, func(string) (bool, error) { return false, nil })
	if !errors.Is(err, connectors.ErrUnreadable) || !strings.Contains(err.Error(), "høyst 5000") || len(records) > 0 {
		t.Errorf("%d records, error %v", len(records), err)
	}
	if _, err := Parse(strings.Repeat(`{"events":[`, 1_000_000), source); !errors.Is(err, connectors.ErrUnreadable) {
		t.Errorf("a deep list: %v", err)
	}
}

func TestOptions(t *testing.T) {
	for want, o := range map[string]Options{
		"options.max_details": {MaxDetails: tickets.MostPages + 1},
		"options.image_base":  {ImageBase: "https://bilder.example"},
	} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%+v: error %v, want %s", o, err, want)
		}
	}
}

func TestRecognise(t *testing.T) {
	for _, tt := range []struct{ address, body, want string }{
		{"https://api.hoopla.no/api/public/v3.1/events?c=Larvik", `{"events":[]}`, "."},
		{"https://scene.hoopla.no/", `<!doctype html><script>window.ORGANIZATION_ID = "254370000";</script>`, "https://scene.hoopla.no/api/public/v3.0/organizations/254370000/events."},
		{"https://scene.hoopla.no/", `<!doctype html><title>Kø</title>`, ""},
		{"https://scene.example/", `<!doctype html><script>window.ORGANIZATION_ID = "254370000";</script>`, ""},
	} {
		a := connectors.NewAnswer(tt.address, &fetch.Response{URL: tt.address, Body: []byte(tt.body)}, "")
		got := ""
		for _, r := range recognise(&a) {
			got += r.URL + "."
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.address, got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	connectortest.Fuzz(f, Kind, connectortest.At(f, source, "{image_base: https://bilder.example/}"))
}

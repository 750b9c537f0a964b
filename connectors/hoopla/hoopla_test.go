package hoopla

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/tickets"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

const source = "https://scene.hoopla.example/api/public/v3.0/organizations/254370000/events"

// shop answers with a list of so many events, and with what it says of each.
func shop(events int) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		if address != source {
			return []byte(`{"event":{"description":"Omtale"}}`), "application/json", true
		}
		items := make([]string, events)
		for i := range items {
			items[i] = fmt.Sprintf(`{"event_id":%d,"name":"Konsert %d","start":"2026-12-05T19:00:00Z"}`, i+1, i+1)
		}
		return []byte(`{"events":[` + strings.Join(items, ",") + `]}`), "application/json", true
	}
}

// TestUnchanged: when nothing has changed, nothing is emitted, and what has no answer of its own is no change; when one answer has,
// everything is.
func TestUnchanged(t *testing.T) {
	for changed, gone := range map[string]string{"": "", source: "", source + "/3": "", "none": source + "/2"} {
		c := connectortest.At(t, source, "{details: true}")
		c.Unchanged = func(address string) bool { return address != changed }
		got, err := connectortest.Pull(t, Kind, c, func(address string) ([]byte, string, bool) {
			body, kind, _ := shop(3)(address)
			return body, kind, address != gone
		})
		same := !strings.HasPrefix(changed, source)
		if err != nil || !got.Complete || got.Unchanged != same || len(got.Records) != map[bool]int{false: 3}[same] || len(got.Rejects) > 0 || len(got.Asked) != 4 {
			t.Errorf("%q changed: %+v, error %v", changed, got, err)
		}
	}
}

// TestFailing: an event that cannot be read for itself is rejected, so that what is known of it stays; the third in a row ends the run.
func TestFailing(t *testing.T) {
	for failing := 2; failing <= 3; failing++ {
		c := connectortest.At(t, source, "{details: true}")
		c.Unchanged = func(string) bool { return true }
		c.Fails = func(address string) error {
			if n := strings.TrimPrefix(address, source+"/"); n <= fmt.Sprint(failing) {
				return &fetch.Error{URL: address, Status: 503, Message: "nede"}
			}
			return nil
		}
		got, err := connectortest.Pull(t, Kind, c, shop(4))
		switch {
		case failing == 2 && (err != nil || len(got.Records) != 2 || !got.Complete || len(got.Rejects) != 2 || got.Rejects[1].NativeID != "2" || got.Records[0].Description != "Omtale"):
			t.Errorf("two failing: %+v, error %v", got, err)
		case failing == 3 && err == nil:
			t.Error("three failing: no error")
		}
	}
}

// TestBounds: a list without end is refused, as is one that nests without end.
func TestBounds(t *testing.T) {
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, source, ""), shop(5_001))
	if !errors.Is(err, connectors.ErrUnreadable) || !strings.Contains(err.Error(), "høyst 5000") || len(got.Records) > 0 {
		t.Errorf("%d records, error %v", len(got.Records), err)
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

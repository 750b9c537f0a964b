package hold_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/hold"
	"fritidshub/fetch"
)

// TestWhileUnchanged: what was said comes out in its order once something has changed, and not at all when nothing has.
func TestWhileUnchanged(t *testing.T) {
	for _, tt := range []struct {
		name     string
		statuses []int // of each page; 304 is unchanged
		complete bool
		want     string
		same     bool
	}{
		{"nothing changed", []int{304, 304}, true, "", true},
		{"the last page changed", []int{304, 200}, true, "e1 w1 x1 e2 w2 x2", false},
		{"the first page changed", []int{200, 304}, true, "e1 w1 x1 e2 w2 x2", false},
		{"not whole", []int{304}, false, "e1 w1 x1", false},
		{"nothing asked", nil, true, "", false},
		{"one is gone", []int{304, 410}, true, "", true},
		{"one fails", []int{304, 503}, true, "e1 w1 x1 e2 w2 x2", false},
	} {
		var said []string
		s := &connectors.Session{
			Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
				status, _ := strconv.Atoi(req.URL)
				if status >= 400 {
					return nil, &fetch.Error{Status: status}
				}
				return &connectors.Response{Response: &fetch.Response{}, Unchanged: status == 304}, nil
			},
			Emit:   func(r catalog.Record) error { said = append(said, "e"+r.NativeID); return nil },
			Reject: func(r catalog.Reject) { said = append(said, "x"+r.NativeID) },
			Warn:   func(locator, text string) { said = append(said, locator+text) },
		}
		outcome, err := hold.WhileUnchanged(t.Context(), s, func(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
			for i, status := range tt.statuses {
				if _, err := s.Get(ctx, connectors.Request{URL: strconv.Itoa(status)}); (err != nil) != (status >= 400) {
					return connectors.Outcome{}, err
				}
				if err := s.Emit(catalog.Record{NativeID: fmt.Sprint(i + 1)}); err != nil {
					return connectors.Outcome{}, err
				}
				s.Warn("w", fmt.Sprint(i+1))
				s.Reject(catalog.Reject{NativeID: fmt.Sprint(i + 1)})
			}
			return connectors.Outcome{Complete: tt.complete}, nil
		})
		if got := strings.Join(said, " "); err != nil || got != tt.want || outcome.Complete != tt.complete || outcome.Unchanged != tt.same {
			t.Errorf("%s: %q, %+v, error %v", tt.name, got, outcome, err)
		}
	}
}

// TestEmitFails: a run that must stop stops, also when the record was held.
func TestEmitFails(t *testing.T) {
	stop := errors.New("stop")
	s := &connectors.Session{
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			return &connectors.Response{Response: &fetch.Response{}, Unchanged: req.URL == "1"}, nil
		},
		Emit: func(catalog.Record) error { return stop },
	}
	_, err := hold.WhileUnchanged(t.Context(), s, func(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
		if _, err := s.Get(ctx, connectors.Request{URL: "1"}); err != nil {
			return connectors.Outcome{}, err
		}
		if err := s.Emit(catalog.Record{NativeID: "1"}); err != nil {
			return connectors.Outcome{}, err
		}
		_, err := s.Get(ctx, connectors.Request{URL: "2"})
		return connectors.Outcome{}, err
	})
	if !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
}

// TestSeries: a series is its first item with the dates of all, sorted; nothing else of the record changes on the way.
func TestSeries(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 12, day, 17, 0, 0, 0, time.UTC) }
	price := catalog.Kroner(150)
	first := catalog.Record{Source: "k", NativeID: "a", Kind: catalog.KindEvent, Title: "Kor", Description: "Vi synger.\n\nKaffe.", Keywords: []string{"kor"}, Status: catalog.StatusFull,
		Place: &catalog.Place{Name: "Bølgen", Geo: &catalog.Point{Lat: 59.0489, Lon: 10.0346}}, Price: &catalog.Price{Min: &price, Max: &price, Free: catalog.No},
		Schedule: catalog.Schedule{Zone: "Europe/Oslo", Dates: []catalog.Occurrence{{Start: at(8), URL: "https://a.example/8"}}}, Modified: at(1)}
	other, third := first, first
	other.Schedule.Dates = []catalog.Occurrence{{Start: at(1)}}
	other.Modified = at(2)
	third.Title, third.Place = "Kor med gjester", &catalog.Place{Name: "Kirka"}
	third.Schedule.Dates = []catalog.Occurrence{{Start: at(15)}}
	var x hold.Series
	for _, r := range []catalog.Record{first, other, third} {
		if err := x.Add("a", r); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Add("b", catalog.Record{NativeID: "b", Title: "Bridge"}); err != nil {
		t.Fatal(err)
	}
	if title, known := x.Title("a"); title != "Kor" || !known {
		t.Errorf("%q %v", title, known)
	}
	var got []catalog.Record
	if err := x.Each(func(r catalog.Record) error { got = append(got, r); return nil }); err != nil {
		t.Fatal(err)
	}
	want := first
	want.Schedule.Dates = []catalog.Occurrence{{Start: at(1)}, {Start: at(8), URL: "https://a.example/8"}, {Start: at(15), Title: "Kor med gjester", Place: "Kirka"}}
	want.Modified = at(2)
	if diff := cmp.Diff([]catalog.Record{want, {NativeID: "b", Title: "Bridge"}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

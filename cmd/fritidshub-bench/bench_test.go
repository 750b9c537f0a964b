package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// The program starts itself for every size; here it is the test that is started.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "-dir" || os.Args[1] == "-engine-child") {
		main()
	}
	os.Exit(m.Run())
}

func TestQuick(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := run(context.Background(), []string{"-quick", "-json"}, &out, &errOut); code != 0 {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	var got struct {
		Reports []report
		Figures []figure
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	r := got.Reports[0]
	if len(got.Reports) != 1 || r.Listings != quickListings || r.SyncRate <= 0 || r.ResyncWritten != 0 || r.ResyncIndexed != 0 || r.Load.Rate <= 0 || r.Listed >= r.Records || r.MatchSeconds <= 0 || r.MatchOne.P50 <= 0 || r.NoLoad.Rate <= 0 || r.Empty.P50 <= 0 {
		t.Errorf("%+v", r)
	}
	if len(r.Searches) != len(searches()) {
		t.Fatalf("%d searches", len(r.Searches))
	}
	for _, s := range r.Searches {
		if s.Hits == 0 || s.HTTP.P50 <= 0 || s.HTTP.P99 < s.HTTP.P50 || s.Engine.P50 <= 0 {
			t.Errorf("%+v", s)
		}
	}
	var text bytes.Buffer
	if err := table(&text, got.Reports, got.Figures); err != nil || !strings.Contains(text.String(), "first sync") {
		t.Errorf("%v\n%s", err, text.String())
	}
}

func TestEngineAlone(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := run(context.Background(), []string{"-engine", "-n", "1500", "-json"}, &out, &errOut); code != 0 {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	var got []engineReport
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	r := got[0]
	if len(got) != 1 || r.Documents != 1500 || r.RebuildCPU <= 0 || r.LoadCPU <= 0 || r.FileMB <= 0 || r.RebuiltMB <= 0 || r.RebuildMB < r.RebuiltMB || r.Floor <= 0 || r.UpdateCPU.P99 <= 0 {
		t.Errorf("%+v", r)
	}
	for _, s := range r.Searches {
		if s.CPU.P50 <= 0 || s.CPU.P99 < s.CPU.P50 || s.Hits == 0 && s.Name != "filters and a word" && s.Name != "two words" && s.Name != "filters" {
			t.Errorf("%+v", s)
		}
	}
	var text bytes.Buffer
	if err := engineTable(&text, got, false); err != nil || !strings.Contains(text.String(), "start from snapshot") {
		t.Errorf("%v\n%s", err, text.String())
	}
	slow := engineReport{Documents: 100_000, RebuildCPU: 11, LoadCPU: 1.6, RebuiltMB: 251, LoadedMB: 251, RebuildMB: 501, UpdateCPU: latency{0.1, 1.1},
		Searches: []engineSearch{{Name: "nearest", CPU: latency{0.6, 5.1}, Floors: 6}, {Name: "empty query", CPU: latency{0.6, 3.1}, Floors: 6}}}
	for _, f := range engineFigures(slow, false) {
		if f.verdict() != "below the goal" {
			t.Errorf("%s: %s", f.Name, f.verdict())
		}
	}
}

func TestBars(t *testing.T) {
	good := report{Listings: 100_000, SyncRate: 4_000, SyncPeakMB: 400, ResyncShare: 0.01, MatchSeconds: 10, MatchOne: latency{1, 4}, Load: loaded{Rate: 900}, Searches: []searched{{Name: "prefix", HTTP: latency{1, 2}, Engine: latency{0.2, 4}}}}
	if names := missed(hold([]report{good}, false)); len(names) != 0 {
		t.Errorf("a good report misses %q", names)
	}
	bad := report{Listings: 100_000, SyncRate: 2_999, SyncPeakMB: 501, ResyncShare: 0.06, MatchSeconds: 21, MatchOne: latency{1, 6}, ResyncWritten: 1, ResyncIndexed: 1, Load: loaded{Rate: 499},
		Searches: []searched{{Name: "one word", HTTP: latency{11, 101}, Engine: latency{0.6, 4}}}}
	figures := hold([]report{bad}, false)
	if names := missed(figures); len(names) != 7 {
		t.Errorf("of the 7 bars of the sync %q are missed", names)
	}
	for _, f := range figures {
		if v := f.verdict(); f.Goal && v != "below the goal" || !f.Goal && v != "MISSED" {
			t.Errorf("%s: %s", f.Name, v)
		}
	}
	if names := missed(hold([]report{bad}, true)); len(names) != 2 || !slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, "rows written") }) {
		t.Errorf("a short run misses %q", names)
	}
}

func TestNumbers(t *testing.T) {
	if n, err := numbers("1000, 20000"); err != nil || !slices.Equal(n, []int{1000, 20000}) {
		t.Errorf("%v, %v", n, err)
	}
	for _, bad := range []string{"", "x", "10", "-1", "1000,", "3000000"} {
		if n, err := numbers(bad); err == nil {
			t.Errorf("%q is read as %v", bad, n)
		}
	}
}

package main

import (
	"bytes"
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The program starts itself as the empty handler; here it is the test that is started.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "-empty" {
		main()
		return
	}
	os.Exit(m.Run())
}

// A short run builds, syncs, starts and attacks a real hub, and all of it without an error.
func TestQuick(t *testing.T) {
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var out, said bytes.Buffer
	if err := run(ctx, []string{"-quick", "-n", "1500", "-long", "500ms", "-dir", t.TempDir()}, &out, &said); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), said.String())
	}
	for _, want := range []string{"1500 listings", "beside a full sync", " records in ", " rebuild", "calendars and a part of one", "export of 100", "errors, everything, quiet"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
}

// A fresh hub takes all that this one has.
func TestPeer(t *testing.T) {
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var out, said bytes.Buffer
	if err := run(ctx, []string{"-quick", "-peer", "-n", "1500", "-dir", t.TempDir()}, &out, &said); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), said.String())
	}
	for _, want := range []string{"has and finds all after", "most memory above that", "listings that the peer finds"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
}

func TestBars(t *testing.T) {
	l := &loading{}
	l.hold("enough", 1_500, "", 1_500, least)
	l.hold("short", 1_499, "", 1_500, least)
	l.hold("fast", 30, "ms", 30, most)
	l.hold("slow", 31, "ms", 30, most)
	l.hold("told", 99, "", 0, none)
	l.untimed = true
	l.hold("not held", 31, "ms", 30, most)
	l.figures = append(l.figures, figure{name: "errors", value: 1, kind: most, said: "(first: 503)"})
	err := l.missed()
	if err == nil {
		t.Fatal("nothing is missed")
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], "short") || !strings.HasPrefix(lines[1], "slow") || !strings.Contains(lines[2], "503") {
		t.Errorf("missed: %q", lines)
	}
}

// An attack that nobody answers is an error, not a row of zeros; one that is cancelled ends at once.
func TestAttackOnNobody(t *testing.T) {
	empty, err := startEmpty(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	nobody := &hub{child: &child{cmd: empty.cmd, base: empty.base}}
	a := attacker{hub: nobody, empty: empty, effort: effort{clients: 1}}
	if _, err := a.attack(t.Context(), "nobody", []target{{"x", "http://127.0.0.1:1/"}}, 100, 100*time.Millisecond, nil); err == nil || !strings.Contains(err.Error(), "no answers") {
		t.Errorf("%v", err)
	}
	if g, err := a.attack(t.Context(), "empty", []target{{"x", empty.base}}, 0, 100*time.Millisecond, nil); err != nil || g.rate == 0 || g.p99 < g.p50 {
		t.Errorf("%+v %v", g, err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.attack(cancelled, "cancelled", []target{{"x", empty.base}}, 0, time.Minute, nil); err == nil {
		t.Error("a cancelled attack goes on")
	}
	if err := empty.stop(); err != nil {
		t.Error(err)
	}
}

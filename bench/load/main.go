// Command load measures a whole hub from outside: it starts `fritidshub serve` on loopback with generated listings, attacks it with vegeta,
// and holds what residents would notice against bars: how much it answers, how fast, and whether they notice a sync or a rebuild.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// effort is how much is asked, and of how much.
type effort struct {
	listings  int
	clients   int           // at saturation
	searches  int           // mixed searches per second at the fixed rate
	requests  int           // requests of all kinds per second in the legs that are compared with each other
	long      time.Duration // of a leg
	sources   int           // that change as a whole in the leg beside a sync
	longest   time.Duration // of that leg, which lasts as long as the sync
	calendar  bool          // of the legs, only those that show what a calendar of everything does to others
	untimed   bool          // times are shown, but not held
	keepLong  time.Duration // data that is older is made anew: its dates have passed
	startWait time.Duration // for the hub to be ready: another version of it may have to match and index all anew
}

func full() effort {
	return effort{listings: 100_000, clients: 8, searches: 1_000, requests: 200, long: 20 * time.Second, sources: 4, longest: 150 * time.Second,
		keepLong: 14 * 24 * time.Hour, startWait: 4 * time.Minute}
}

// quick is a short run that shows that everything works; its times say nothing.
func quick() effort {
	e := full()
	e.listings, e.searches, e.requests, e.long, e.longest, e.untimed = 2_000, 50, 50, time.Second, 20*time.Second, true
	return e
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.SetOutput(errOut)
	short := flags.Bool("quick", false, "a short run with few listings; times are not held against the bars")
	dir := flags.String("dir", "", "`folder` that keeps the hub's data for the next run (default .cache/load in the repository)")
	peer := flags.Bool("peer", false, "measure instead how a fresh hub takes all listings from this one")
	nothing := flags.Bool("empty", false, "serve the empty handler that the hub is compared with (used by the program itself)")
	e := full()
	for _, a := range args {
		if a == "-quick" || a == "--quick" {
			e = quick()
		}
	}
	flags.BoolVar(&e.calendar, "calendar", false, "only the legs beside a calendar of all listings")
	flags.IntVar(&e.listings, "n", e.listings, "how many `listings`")
	flags.IntVar(&e.searches, "rate", e.searches, "mixed `searches` per second at the fixed rate")
	flags.DurationVar(&e.long, "long", e.long, "`duration` of a leg")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *nothing {
		return serveEmpty(ctx, out)
	}
	e.untimed = *short
	repository, err := output(ctx, ".", "go", "list", "-m", "-f", "{{.Dir}}", "fritidshub")
	if err != nil {
		return err
	}
	repository = strings.TrimSpace(repository)
	if *dir == "" {
		*dir = filepath.Join(repository, ".cache", "load")
	}
	l := &loading{effort: e, say: func(format string, args ...any) { fmt.Fprintf(errOut, format+" …\n", args...) }}
	run := l.run
	if *peer {
		run = l.peer
	}
	err = run(ctx, repository, filepath.Join(*dir, strconv.Itoa(e.listings)))
	if len(l.legs)+len(l.figures) > 0 { // what was measured before something failed is told too
		err = errors.Join(err, l.print(out), l.missed())
	}
	return err
}

// loading is one run.
type loading struct {
	effort
	say     func(format string, args ...any)
	legs    []leg
	figures []figure
}

// run goes through the legs. The hub and the empty handler are processes of their own; all share this machine's processors with the attacker.
func (l *loading) run(ctx context.Context, repository, dir string) (err error) {
	h := &hub{dir: dir, repository: repository, say: l.say}
	if err := h.prepare(ctx, l.effort); err != nil {
		return err
	}
	empty, err := startEmpty(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, empty.stop()) }()
	began := time.Now()
	if err := h.start(ctx, l.startWait); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.stop()) }()
	l.hold("ready after", time.Since(began).Seconds(), "s", 0, none)
	know, err := learn(ctx, h.base)
	if err != nil {
		return err
	}
	a := attacker{hub: h, empty: empty, effort: l.effort}
	leg := func(name string, targets []target, rate int, long time.Duration, during func(context.Context) (string, error)) (leg, error) {
		l.say("%s", name)
		g, err := a.attack(ctx, name, targets, rate, long, during)
		l.legs = append(l.legs, g)
		return g, err
	}
	if _, err := leg("", know.searches(2_000), 0, l.long/10, nil); err != nil { // warms up
		return err
	}
	l.legs = nil
	calendars := func(quiet float64) error {
		exporting, err := leg("everything, beside a calendar of everything", know.everything(100_000), l.requests, l.long, h.calendars(l.long))
		l.hold("p99 beside a calendar of everything, times the quiet one", exporting.p99/quiet, "", 2, most)
		return err
	}
	if l.calendar {
		quiet, err := leg("everything, quiet", know.everything(100_000), l.requests, l.long, nil)
		if err != nil {
			return err
		}
		return calendars(quiet.p99)
	}
	nothing, err := leg("empty handler, saturated", []target{{"empty", empty.base + "/"}}, 0, l.long/4, nil)
	if err != nil {
		return err
	}
	saturated, err := leg("mixed searches, saturated", know.searches(200_000), 0, l.long, nil)
	if err != nil {
		return err
	}
	paced, err := leg("mixed searches, fixed rate", know.searches(200_000), l.searches, l.long, nil)
	if err != nil {
		return err
	}
	quiet, err := leg("everything, quiet", know.everything(100_000), l.requests, l.long, nil)
	if err != nil {
		return err
	}
	syncing, err := leg("everything, beside a full sync", know.everything(100_000), l.requests, l.longest, h.sync(l.sources))
	if err != nil {
		return err
	}
	reindexing, err := leg("everything, beside reindex", know.everything(100_000), l.requests, l.long, h.reindex(l.long))
	if err != nil {
		return err
	}
	after, err := leg("everything, quiet again", know.everything(100_000), l.requests, l.long/2, nil)
	if err != nil {
		return err
	}

	l.hold("mixed searches at saturation", saturated.rate, "per s", 1_500, least)
	l.hold("… ratio to the empty handler", saturated.rate/nothing.rate, "", 0, none)
	l.hold("… processor time of the hub for one", saturated.hubCPU/saturated.rate*1000, "ms", 0, none)
	l.hold(fmt.Sprintf("mixed searches at %d per s, p99", l.searches), paced.p99, "ms", 30, most)
	l.hold(fmt.Sprintf("everything at %d per s, p95", l.requests), quiet.p95, "ms", 40, most)
	l.hold(fmt.Sprintf("everything at %d per s, p99", l.requests), quiet.p99, "ms", 100, most)
	l.hold("… ratio of p99 to the empty handler's", quiet.p99/quiet.emptyP99, "", 0, none)
	worst := max(quiet.p99, after.p99)
	l.hold("p99 beside a full sync, times the quiet one", syncing.p99/worst, "", 2, most)
	l.hold("p99 beside reindex, times the quiet one", reindexing.p99/worst, "", 2, most)
	if err := calendars(worst); err != nil {
		return err
	}
	l.hold("most memory of the hub", h.peakMemory(), "MB", 0, none)
	for _, g := range l.legs {
		l.figures = append(l.figures, figure{name: "errors, " + g.name, value: float64(g.errors), kind: most, said: g.firstError})
	}
	return nil
}

// bound says what a figure's bar is.
type bound int

const (
	none bound = iota
	least
	most
)

// figure is one measured number beside its bar.
type figure struct {
	name  string
	value float64
	unit  string
	bar   float64
	kind  bound
	said  string // about a miss
	loose bool   // shown, but not held
}

func (l *loading) hold(name string, value float64, unit string, bar float64, kind bound) {
	l.figures = append(l.figures, figure{name: name, value: value, unit: unit, bar: bar, kind: kind, loose: l.untimed})
}

func (f figure) missed() bool {
	return !f.loose && (f.kind == least && f.value < f.bar || f.kind == most && f.value > f.bar)
}

func (f figure) limit() string {
	switch f.kind {
	case least:
		return fmt.Sprintf("≥ %g", f.bar)
	case most:
		return fmt.Sprintf("≤ %g", f.bar)
	}
	return ""
}

func (f figure) verdict() string {
	switch {
	case f.missed():
		return "MISSED"
	case f.kind == none:
		return ""
	case f.loose:
		return "not held"
	}
	return "ok"
}

func (l *loading) missed() error {
	var all []error
	for _, f := range l.figures {
		if f.missed() {
			all = append(all, fmt.Errorf("%s: %.4g %s, bar %s %s", f.name, f.value, f.unit, f.limit(), f.said))
		}
	}
	return errors.Join(all...)
}

func (l *loading) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if len(l.legs) > 0 {
		fmt.Fprintf(out, "%d listings. Hub, empty handler and attacker share %d processors. Times in ms.\n", l.listings, processors())
		fmt.Fprint(w, "leg\tseconds\tanswers/s\tp50\tp95\tp99\tmost\terrors\tempty p99\thub's processors\tattacker's\t\t\n")
	}
	for _, g := range l.legs {
		fmt.Fprintf(w, "%s\t%.0f\t%.0f\t%.3g\t%.3g\t%.3g\t%.3g\t%d\t%.3g\t%.2f\t%.2f\t%s\t\n",
			g.name, g.seconds, g.rate, g.p50, g.p95, g.p99, g.worst, g.errors, g.emptyP99, g.hubCPU, g.ownCPU, g.told)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprint(w, "\nfigure\tmeasured\tunit\tbar\t\t\n")
	for _, f := range l.figures {
		fmt.Fprintf(w, "%s\t%.4g\t%s\t%s\t%s\t\n", f.name, f.value, f.unit, f.limit(), f.verdict())
	}
	if kinds := l.kinds(); len(kinds) > 0 {
		fmt.Fprint(w, "\nslowest kinds\tp50\tp99\t\n")
		for _, k := range kinds {
			fmt.Fprintf(w, "%s\t%.3g\t%.3g\t\n", k.name, k.p50, k.p99)
		}
	}
	return w.Flush()
}

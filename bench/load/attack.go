package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// emptyRate is how often per second the empty handler is asked beside the hub: what it takes then is the machine's own.
const emptyRate = 50

// target is an address and which kind of request it is.
type target struct{ kind, address string }

// leg is one attack and what came of it. Times are in ms, processors in processor seconds per second.
type leg struct {
	name                string
	seconds, rate       float64 // answers per second
	p50, p95, p99       float64
	worst               float64
	errors              int
	firstError          string
	emptyP99            float64 // of the empty handler in the same time
	hubCPU, ownCPU      float64
	told                string // by what went on beside it
	kinds               map[string][]time.Duration
	latencies, emptyLat []time.Duration
}

type attacker struct {
	effort
	hub   *hub
	empty *child
}

// attack asks for the targets, one after the other and from the beginning again, for as long as given, or until what goes on beside it has
// ended. A rate of 0 is as many as the clients get answered. At a rate nobody waits for the answer before, so that a hub that stands still
// is seen as all would see it who had come meanwhile.
func (a *attacker) attack(ctx context.Context, name string, targets []target, rate int, long time.Duration, during func(context.Context) (string, error)) (leg, error) {
	g := leg{name: name, kinds: map[string][]time.Duration{}}
	options := []func(*vegeta.Attacker){vegeta.Timeout(10 * time.Second), vegeta.MaxBody(0), vegeta.HTTP2(false)}
	clients := options
	if rate == 0 {
		clients = append(slices.Clone(options), vegeta.Workers(uint64(a.clients)), vegeta.MaxWorkers(uint64(a.clients)))
	}
	v, beside := vegeta.NewAttacker(clients...), vegeta.NewAttacker(options...)
	defer v.Stop()
	defer beside.Stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	if during != nil {
		go func() {
			var err error
			g.told, err = during(ctx)
			v.Stop()
			ended <- err
		}()
	}
	defer context.AfterFunc(ctx, func() { v.Stop() })()

	hub, own, began := a.hub.cpu(), ownCPU(), time.Now()
	emptied := make(chan struct{})
	go func() {
		defer close(emptied)
		for r := range beside.Attack(targeter([]target{{"empty", a.empty.base + "/"}}), pace(emptyRate), 0, "") {
			g.emptyLat = append(g.emptyLat, r.Latency)
		}
	}()
	for r := range v.Attack(targeter(targets), pace(rate), long, "") {
		kind := targets[r.Seq%uint64(len(targets))].kind
		if r.Error != "" {
			if g.errors++; g.firstError == "" {
				g.firstError = fmt.Sprintf("(first: %s %s: %s)", kind, r.URL, r.Error)
			}
			continue
		}
		g.latencies, g.kinds[kind] = append(g.latencies, r.Latency), append(g.kinds[kind], r.Latency)
	}
	g.seconds = time.Since(began).Seconds()
	g.hubCPU, g.ownCPU = (a.hub.cpu()-hub).Seconds()/g.seconds, (ownCPU()-own).Seconds()/g.seconds
	beside.Stop()
	<-emptied
	if err := context.Cause(ctx); err != nil {
		return g, err
	}
	if during != nil {
		cancel()
		if err := <-ended; err != nil {
			return g, fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(g.latencies) == 0 || len(g.emptyLat) == 0 {
		return g, errors.New(name + ": no answers at all " + g.firstError)
	}
	g.rate = float64(len(g.latencies)) / g.seconds
	slices.Sort(g.latencies)
	slices.Sort(g.emptyLat)
	g.p50, g.p95, g.p99, g.worst = at(g.latencies, 0.50), at(g.latencies, 0.95), at(g.latencies, 0.99), at(g.latencies, 1)
	g.emptyP99 = at(g.emptyLat, 0.99)
	return g, nil
}

func pace(rate int) vegeta.Pacer { return vegeta.Rate{Freq: rate, Per: time.Second} }

// targeter gives the targets in turn. It asks for compressed answers, as browsers do, and so keeps the client from unpacking them on the
// hub's processors.
func targeter(targets []target) vegeta.Targeter {
	var next atomic.Uint64
	header := http.Header{"Accept-Encoding": {"gzip"}}
	return func(t *vegeta.Target) error {
		n := next.Add(1) - 1
		*t = vegeta.Target{Method: http.MethodGet, URL: targets[n%uint64(len(targets))].address, Header: header}
		return nil
	}
}

// at is a share of sorted times, in ms.
func at(sorted []time.Duration, share float64) float64 {
	return float64(sorted[min(int(share*float64(len(sorted))), len(sorted)-1)].Nanoseconds()) / 1e6
}

type kind struct {
	name     string
	p50, p99 float64
}

// kinds are the kinds of request of the fixed rate and of the quiet leg, slowest first.
func (l *loading) kinds() (all []kind) {
	took := map[string][]time.Duration{}
	for _, g := range l.legs {
		if g.name == "mixed searches, fixed rate" || g.name == "everything, quiet" {
			for name, times := range g.kinds {
				took[name] = append(took[name], times...)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(took)) {
		slices.Sort(took[name])
		all = append(all, kind{name, at(took[name], 0.50), at(took[name], 0.99)})
	}
	slices.SortStableFunc(all, func(a, b kind) int { return cmp.Compare(b.p99, a.p99) })
	return all
}

func processors() int { return runtime.NumCPU() }

// ownCPU is the processor time of this process.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func number(text string) float64 {
	n, _ := strconv.ParseFloat(text, 64)
	return n
}

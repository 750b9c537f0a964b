package api

import (
	"context"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	seatsPerProcessor = 2
	mostWaiting       = 512
	longestWait       = 500 * time.Millisecond
)

// room bounds how many answers of a sort are computed at once and how many requests wait for that, so that a hub which is asked more than it
// can answer goes on answering as much as it can, and tells the others at once to come back.
type room struct {
	seats, queue chan struct{}
	wait         time.Duration
	refused      *prometheus.CounterVec
}

var roomLabels = []string{"why"}

// newRoom makes a room for answers that each keep a processor busy. Its metrics have that name.
func newRoom(metrics prometheus.Registerer, name, what string) *room {
	r := &room{seats: make(chan struct{}, seatsPerProcessor*runtime.GOMAXPROCS(0)), queue: make(chan struct{}, mostWaiting), wait: longestWait}
	r.refused = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fritidshub_" + name + "_refused_total", Help: "Requests for " + what + " that were told to come back, since too many others waited (full) or the wait was too long (late)."}, roomLabels)
	waiting := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "fritidshub_" + name + "_waiting", Help: "Requests for " + what + " that wait for others."},
		func() float64 { return float64(len(r.queue)) })
	metrics.MustRegister(r.refused, waiting)
	for _, why := range []string{"full", "late"} {
		r.refused.WithLabelValues(why)
	}
	return r
}

// enter waits for a seat, which leave gives back. The error is a Problem, 503, when there are too many others, or ctx's.
func (r *room) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-r.seats }
	select {
	case r.seats <- struct{}{}:
		return leave, nil
	default:
	}
	select {
	case r.queue <- struct{}{}:
		defer func() { <-r.queue }()
	default:
		return nil, r.refuse("full")
	}
	late, cancel := context.WithTimeout(ctx, r.wait)
	defer cancel()
	select {
	case r.seats <- struct{}{}:
		return leave, nil
	case <-late.Done():
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, r.refuse("late")
	}
}

// refuse asks to come back after one or two seconds, so that not all come back at once.
func (r *room) refuse(why string) error {
	r.refused.WithLabelValues(why).Inc()
	return unavailable("The hub is asked more than it can answer. Try again shortly.", 1+rand.IntN(2))
}

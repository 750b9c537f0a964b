package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// probeTime is the longest that a look at one part of the hub's health may take.
const probeTime = time.Second

func (s *server) getHealth(c *gin.Context) error {
	body, err := json.Marshal(map[string]string{"status": "ok", "version": s.Version})
	s.send(c, http.StatusOK, typeJSON, cacheNever, body)
	return err
}

// readiness is what /readyz answers.
type readiness struct {
	Status      string         `json:"status"`       // ready, starting or failing
	Change      int64          `json:"change"`       // change number of the database
	IndexChange int64          `json:"index_change"` // the one that the search index has reached
	Indexed     int            `json:"indexed"`      // listings in the index
	Engine      string         `json:"engine,omitzero"`
	Degraded    bool           `json:"degraded"`
	Reasons     []string       `json:"reasons,omitempty"`
	Engines     []EngineStatus `json:"engines,omitempty"`
}

func (s *server) readiness(ctx context.Context) readiness {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	status := s.Status()
	r := readiness{Status: "ready", Engine: status.Engine, Degraded: len(status.Degraded) > 0, Reasons: status.Degraded, Engines: status.Engines}
	fail := func(what string, err error) {
		s.Logger.Error("not ready", "part", what, "error", err)
		r.Status, r.Reasons = "failing", append(r.Reasons, what+" does not answer")
	}
	var err error
	if r.Change, err = s.Listings.Change(ctx); err != nil {
		fail("the database", err)
	}
	engine := s.Engine()
	if engine == nil || status.Starting {
		r.Status = "starting"
		return r
	}
	if r.IndexChange, err = engine.Change(ctx); err != nil {
		fail("the search engine", err)
		return r
	}
	if r.Indexed, err = engine.Count(ctx); err != nil {
		fail("the search engine", err)
	}
	return r
}

func (s *server) getReady(c *gin.Context) error {
	r := s.readiness(c.Request.Context())
	status := http.StatusOK
	if r.Status != "ready" {
		status = http.StatusServiceUnavailable
		c.Header("Retry-After", "1")
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	s.send(c, status, typeJSON, cacheNever, body)
	return nil
}

// measure registers what /metrics prints.
func (s *server) measure() {
	s.requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "fritidshub_http_request_seconds", Help: "Time to answer a request, by route and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
	}, []string{"route", "status"})
	s.Metrics.MustRegister(s.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &gauges{s})
}

// begunKey is where a request keeps when it began.
const begunKey = "begun"

// observe measures every request. A path that is no route has no label of its own.
func (s *server) observe(c *gin.Context) {
	start := s.Clock()
	c.Set(begunKey, start)
	defer func() {
		route := c.FullPath()
		if route == "" {
			route = "none"
		}
		s.requests.WithLabelValues(route, strconv.Itoa(c.Writer.Status())).Observe(s.Clock().Sub(start).Seconds())
	}()
	c.Next()
}

func (s *server) getMetrics() func(*gin.Context) error {
	h := promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{})
	return func(c *gin.Context) error {
		h.ServeHTTP(c.Writer, c.Request)
		return nil
	}
}

// gauges tells the state of the hub when it is asked.
type gauges struct{ *server }

var (
	changeDesc  = prometheus.NewDesc("fritidshub_change", "Change number, of the database, as reached by the index that answers, and by each engine.", []string{"of"}, nil)
	indexedDesc = prometheus.NewDesc("fritidshub_indexed_listings", "Listings in the search index.", nil, nil)
	readyDesc   = prometheus.NewDesc("fritidshub_ready", "1 when the hub is ready.", nil, nil)
	liveDesc    = prometheus.NewDesc("fritidshub_source_listings", "Listings of a source that residents see.", []string{"source"}, nil)
	failDesc    = prometheus.NewDesc("fritidshub_source_failures", "Failed runs of a source in a row.", []string{"source"}, nil)
	goodDesc    = prometheus.NewDesc("fritidshub_source_last_good_seconds", "Unix time of the last good run of a source.", []string{"source"}, nil)
)

// Describe implements prometheus.Collector.
func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{changeDesc, indexedDesc, readyDesc, liveDesc, failDesc, goodDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeTime)
	defer cancel()
	r := g.readiness(ctx)
	ready := 0.0
	if r.Status == "ready" {
		ready = 1
	}
	tell(readyDesc, ready)
	tell(changeDesc, float64(r.Change), "database")
	tell(changeDesc, float64(r.IndexChange), "index")
	for _, e := range r.Engines {
		tell(changeDesc, float64(e.Change), e.Name)
	}
	tell(indexedDesc, float64(r.Indexed))
	sources, err := g.Sources.Sources(ctx)
	if err != nil {
		g.Logger.Error("no metrics of the sources", "error", err)
		return
	}
	for _, src := range sources {
		tell(liveDesc, float64(src.Live), src.ID)
		tell(failDesc, float64(src.Failures), src.ID)
		if !src.LastGood.IsZero() {
			tell(goodDesc, float64(src.LastGood.Unix()), src.ID)
		}
	}
}

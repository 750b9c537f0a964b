package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"

	"fritidshub/api/params"
)

const (
	typeJSON    = "application/json; charset=utf-8"
	typeProblem = "application/problem+json; charset=utf-8"
	typeHTML    = "text/html; charset=utf-8"

	cacheShort = "public, max-age=60, stale-while-revalidate=600"
	cacheNever = "no-store"

	statusClientGone = 499 // nobody reads it but the metrics
)

// Problem is an error as RFC 9457 gives it.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitzero"`
	ID     string         `json:"error_id,omitzero"` // names the line in the log that has the cause
	Errors []params.Error `json:"errors,omitempty"`  // the parameters at fault
	// Tombstone is what is left of a listing that is gone.
	Tombstone *Tombstone `json:"tombstone,omitempty"`

	retry int // seconds, for Retry-After
}

// Error implements error.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

func problem(status int, kind, title, detail string) *Problem {
	return &Problem{Type: "urn:fritidshub:problem:" + kind, Title: title, Status: status, Detail: detail}
}

func badParameters(faults params.Errors) *Problem {
	p := problem(http.StatusBadRequest, "bad-parameter", "A parameter cannot be used", faults.Error())
	p.Errors = faults
	return p
}

func unavailable(detail string, retry int) *Problem {
	p := problem(http.StatusServiceUnavailable, "unavailable", "The hub cannot answer this now", detail)
	p.retry = retry
	return p
}

// handle answers a request by h. An error that is not a Problem stays in the log under an id.
func (s *server) handle(h func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			s.refuse(c, err)
		}
	}
}

// refuse answers with an error, to a program as problem+json, to a person as a page.
func (s *server) refuse(c *gin.Context, err error) {
	if c.Writer.Written() {
		s.Logger.Warn("an answer broke off", "route", c.FullPath(), "error", err)
		panic(http.ErrAbortHandler) // the client must see that it is not whole
	}
	var p *Problem
	switch {
	case errors.As(err, &p):
	case errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil:
		p = problem(statusClientGone, "cancelled", "The client went away", "")
	case errors.Is(err, context.DeadlineExceeded):
		s.Logger.Warn("an answer took too long", "route", c.FullPath(), "error", err)
		p = unavailable("The answer took too long. Try again shortly.", 5)
	default:
		p = problem(http.StatusInternalServerError, "internal", "Something went wrong in the hub", "")
		p.ID = rand.Text()[:10]
		p.Detail = "Try again; if it goes on, give the hub's editor the error id " + p.ID + "."
		s.Logger.Error("a request failed", "error_id", p.ID, "route", c.FullPath(), "error", err)
	}
	if p.retry > 0 {
		c.Header("Retry-After", strconv.Itoa(p.retry))
	}
	if forPrograms(c.Request.URL.Path) {
		body, _ := json.Marshal(p)
		s.send(c, p.Status, typeProblem, cacheNever, body)
		return
	}
	s.sendMessage(c, p)
}

// forPrograms reports whether programs rather than people ask for this path.
func forPrograms(path string) bool {
	for _, prefix := range []string{"/api/", "/embed/v1/", "/oembed", "/assets/", "/rpde/", "/healthz", "/readyz", "/metrics", "/collections", "/conformance", "/catalog.", "/.well-known/",
		"/sitemap", "/robots.txt", picturesPath} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

func (s *server) sendJSON(c *gin.Context, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeJSON, cacheShort, append(body, '\n'))
	return nil
}

// zippers are for what is made for one answer, and pressers for files, which many keep.
var (
	zippers  = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return w }}
	pressers = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestCompression); return w }}
)

// minZip is the size in bytes from which compression pays.
const minZip = 1 << 10

// send answers with a body that is whole; see pack and deliver.
func (s *server) send(c *gin.Context, status int, contentType, cacheControl string, body []byte) {
	w := pack(c, status, contentType, cacheControl, body)
	s.took(c)
	w.deliver(c)
}

// deliver sends it, or a mere 304 to a client that has it.
func (w *wire) deliver(c *gin.Context) {
	h := c.Writer.Header()
	for _, pair := range w.header {
		h.Set(pair[0], pair[1])
	}
	if len(w.links) > 0 {
		h["Link"] = slices.Concat(w.links, h["Link"])
	}
	h.Add("Vary", "Accept-Encoding")
	if w.known(c) {
		h.Del("Content-Encoding")
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(w.body)))
	c.Status(w.status)
	c.Writer.WriteHeaderNow()
	if c.Request.Method != http.MethodHead {
		c.Writer.Write(w.body)
	}
}

func zipped(body []byte, writers *sync.Pool) []byte {
	var b bytes.Buffer
	w := writers.Get().(*gzip.Writer)
	w.Reset(&b)
	_, _ = w.Write(body) // into memory
	w.Close()
	writers.Put(w)
	return b.Bytes()
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, q, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if strings.EqualFold(coding, "gzip") || coding == "*" {
			return q == "" || strings.Trim(strings.TrimPrefix(q, "q="), "0.") != ""
		}
	}
	return false
}

func hasTag(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.Trim(strings.TrimPrefix(strings.TrimSpace(part), "W/"), `"`)
		if part == "*" || strings.TrimSuffix(part, "-gz") == tag {
			return true
		}
	}
	return false
}

func (s *server) noRoute(c *gin.Context) {
	s.refuse(c, problem(http.StatusNotFound, "no-such-address", "There is nothing at this address",
		fmt.Sprintf("%.100q is not an address of this hub.", c.Request.URL.Path)))
}

func (s *server) noMethod(c *gin.Context) {
	allow := "GET, HEAD"
	if c.Request.URL.Path == "/api/v1/contract" {
		allow = "POST"
	}
	h := c.Writer.Header()
	h.Set("Allow", allow)
	if c.Request.Method == http.MethodOptions && c.GetHeader("Access-Control-Request-Method") != "" {
		h.Set("Access-Control-Allow-Methods", allow)
		h.Set("Access-Control-Allow-Headers", "Accept, Content-Type, If-Modified-Since, If-None-Match, Range, "+keyHeader)
		h.Set("Access-Control-Max-Age", "86400")
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		return
	}
	s.refuse(c, problem(http.StatusMethodNotAllowed, "method", "The method is not allowed here", "Everything here is read with GET or HEAD."))
}

package api

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
)

// post asks a hub; addr is who asks.
func (h *hub) post(target, body, addr string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.RemoteAddr = addr
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	contract(h.t).Check(h.t, "POST", r.URL, w.Code, w.Header(), w.Body.Bytes())
	return w
}

func TestContract(t *testing.T) {
	h := wholeHub(t)
	for body, want := range map[string]int{
		`{"url":"https://hub.sandefjord.example/rpde/records"}`: 200, `{"items":[],"next":"x"}`: 200, `{"url":"x","items":[]}`: 200, "": 400, "[]": 400, "{}": 400, `{"url":7}`: 400,
		`{"url":"file:///etc/passwd"}`: 400, `{"url":"ftp://x.example"}`: 400, `{"url":"https://bruker:pass@hub.example"}`: 400, `{"url":"/rpde/records"}`: 400,
		`{"url":"https://x.example/` + strings.Repeat("a", 2_000) + `"}`: 400,
	} {
		if w := h.post("/api/v1/contract", body, "127.0.0.1:1"); w.Code != want {
			t.Errorf("%.60s: %d\n%s", body, w.Code, w.Body)
		}
	}
	if w := h.post("/api/v1/contract", strings.Repeat(" ", acceptBytes+1), "127.0.0.1:1"); w.Code != 413 {
		t.Errorf("a page that is too large: %d", w.Code)
	}
	if w := h.post("/api/v1/contract?x=1", "{}", "127.0.0.1:1"); w.Code != 400 {
		t.Errorf("with a parameter: %d", w.Code)
	}
	if w := h.do("GET", "/api/v1/contract"); w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("get: %d, %v", w.Code, w.Header())
	}
}

// TestContractIsNotForHammering: one client may ask a few times, then it waits; another one need not.
func TestContractIsNotForHammering(t *testing.T) {
	h := wholeHub(t)
	for i := range acceptRate.Burst + 1 {
		w := h.post("/api/v1/contract", `{"items":[]}`, "203.0.113.7:1")
		if want := 200; i < acceptRate.Burst && w.Code != want {
			t.Errorf("question %d: %d", i, w.Code)
		} else if i == acceptRate.Burst && (w.Code != 429 || w.Header().Get("Retry-After") != "10") {
			t.Errorf("question %d: %d, %v", i, w.Code, w.Header())
		}
	}
	if w := h.post("/api/v1/contract", `{"items":[]}`, "203.0.113.8:1"); w.Code != 200 {
		t.Errorf("another client: %d", w.Code)
	}
}

// TestContractOneAtATime: no more feeds are looked at beside each other than the hub can bear.
func TestContractOneAtATime(t *testing.T) {
	started, finish := make(chan struct{}, acceptAtOnce), make(chan struct{})
	h := newHub(t, func(o *Options) {
		o.Acceptance = func(context.Context, Offered) (Acceptance, error) {
			started <- struct{}{}
			<-finish
			return Acceptance{Results: []Accepted{}}, nil
		}
	})
	answers := make(chan int, acceptAtOnce)
	for range acceptAtOnce {
		go func() { answers <- h.post("/api/v1/contract", `{"items":[]}`, "127.0.0.1:1").Code }()
		<-started
	}
	if w := h.post("/api/v1/contract", `{"items":[]}`, "127.0.0.1:1"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("one too many: %d", w.Code)
	}
	close(finish)
	for range acceptAtOnce {
		if code := <-answers; code != 200 {
			t.Errorf("answer %d", code)
		}
	}
}

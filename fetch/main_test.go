package fetch

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("CET", 3600))

// client returns a Client that may reach all of loopback, waits for nothing and stands still at noon.
func client(t *testing.T, o Options) *Client {
	t.Helper()
	o.AllowPrivate = cmp.Or(o.AllowPrivate, "*")
	if o.Backoff == nil {
		o.Backoff = func(int) time.Duration { return 0 }
	}
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

// serve starts a server that counts what reaches it.
func serve(t *testing.T, h http.HandlerFunc) (url string, requests *atomic.Int32) {
	t.Helper()
	requests = new(atomic.Int32)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, requests
}

// raw starts a listener that reads one request per connection, lets answer write what it likes, and hangs up.
func raw(t *testing.T, answer func(net.Conn)) (url string, requests *atomic.Int32) {
	t.Helper()
	requests = new(atomic.Int32)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			requests.Add(1)
			if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				r.Body.Close()
				answer(conn)
			}
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return "http://" + l.Addr().String(), requests
}

func send(text string) func(net.Conn) {
	return func(c net.Conn) { c.Write([]byte(text)) }
}

// failure returns err as an *Error that obeys the rules of all errors, and fails the test when it is none.
func failure(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %v, want an *Error", err)
	}
	if e.Message == "" || e.URL == "" || e.Step == "" {
		t.Errorf("incomplete error %#v", e)
	}
	for _, secret := range []string{"hemmelig", "root:"} {
		if strings.Contains(e.Error(), secret) {
			t.Errorf("error quotes what it must not: %v", e)
		}
		for err := error(e); err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("cause quotes what it must not: %v", err)
			}
		}
	}
	return e
}

func get(t *testing.T, c *Client, url string) (*Response, error) {
	t.Helper()
	return c.Get(context.Background(), Request{URL: url})
}

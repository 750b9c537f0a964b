package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const events = `{"items":[{"id":"1","title":"Åpen hall på Østre Halsen"},{"id":"2","title":"Symre på Bølgen"}]}`

func packed(t *testing.T, coding string, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "flate":
		w, _ = flate.NewWriter(&b, flate.DefaultCompression)
	}
	w.Write(plain)
	w.Close()
	return b.Bytes()
}

// spaces is a body of n bytes that inflates to far more than it weighs.
func spaces(n int) []byte {
	return append([]byte("[1"), append(bytes.Repeat([]byte(" "), n-3), ']')...)
}

func withHeaders(body []byte, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Add(headers[i], headers[i+1])
		}
		w.Write(body)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		io.WriteString(w, events+"hemmelig")
	}
}

// verdict is what matters of a result.
type verdict struct {
	Body      string
	Step      Step
	Status    int
	Temporary bool
	Requests  int
}

func judge(t *testing.T, r *Response, err error) verdict {
	t.Helper()
	if err == nil {
		return verdict{Body: string(r.Body), Status: r.Status, Requests: r.Requests}
	}
	e := failure(t, err)
	return verdict{Step: e.Step, Status: e.Status, Temporary: e.Temporary, Requests: e.Requests}
}

// The numbers are those of the project's catalogue of hostile and unlucky sources.
func TestAnswers(t *testing.T) {
	gz := packed(t, "gzip", []byte(events))
	good := verdict{Body: events, Status: 200, Requests: 1}
	bad := verdict{Step: StepBody, Status: 200, Requests: 1}
	broken := verdict{Step: StepBody, Status: 200, Temporary: true, Requests: 1}
	cases := []struct {
		name    string
		handler http.HandlerFunc
		raw     func(net.Conn)
		limits  Limits
		want    verdict
		says    string
	}{
		{name: "1 ok-json", handler: withHeaders([]byte(events)), want: good},
		{name: "3 net-reset before any byte is tried again", raw: func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) },
			want: verdict{Step: StepAnswer, Temporary: true, Requests: 3}, says: "ble brutt"},
		{name: "3b cut within the headers is not", raw: send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"),
			want: verdict{Step: StepAnswer, Temporary: true, Requests: 1}, says: "ble brutt"},
		{name: "3c not HTTP", raw: send("220 hemmelig FTP server\r\n"), want: verdict{Step: StepAnswer, Requests: 1}, says: "ikke et HTTP-svar"},
		{name: "6 net-endless-items", handler: func(w http.ResponseWriter, _ *http.Request) {
			for w.Write([]byte("[")); ; {
				if _, err := io.WriteString(w, `{"id":1},`); err != nil {
					return
				}
			}
		}, limits: Limits{Body: 1 << 20}, want: bad, says: "større enn 1 MiB"},
		{name: "7 http-length-too-long", raw: send("HTTP/1.1 200 OK\r\nContent-Length: 1108\r\n\r\n" + events), want: broken, says: "før det var helt"},
		{name: "8 http-length-lie-huge", raw: send("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n01234567890123456789"), want: bad, says: "større enn 20 MiB"},
		{name: "9 http-chunked-truncated-complete-json", raw: send(fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(events), events)), want: broken},
		{name: "9b chunked and gzip, whole stream but last chunk missing", raw: send(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(gz), gz)), want: broken},
		{name: "10 http-206-unasked", handler: status(206), want: verdict{Step: StepStatus, Status: 206, Requests: 1}, says: "bare 200"},
		{name: "11 gz-bomb-zeros", handler: withHeaders(packed(t, "gzip", make([]byte, 8<<20)), "Content-Encoding", "gzip"), want: bad, says: "vokser mistenkelig"},
		{name: "12 gz-bomb-valid-json", handler: withHeaders(packed(t, "gzip", spaces(8<<20)), "Content-Encoding", "gzip"), want: bad, says: "vokser mistenkelig"},
		{name: "12b below the size from which the ratio counts", handler: withHeaders(packed(t, "gzip", spaces(1<<20)), "Content-Encoding", "gzip"),
			want: verdict{Body: string(spaces(1 << 20)), Status: 200, Requests: 1}},
		{name: "12c the same, one byte above", handler: withHeaders(packed(t, "gzip", spaces(1<<20+1)), "Content-Encoding", "gzip"), want: bad},
		{name: "13 gz-bomb-twice", handler: withHeaders(packed(t, "gzip", gz), "Content-Encoding", "gzip, gzip"), want: bad, says: "ett lag"},
		{name: "13b twice in two headers", handler: withHeaders(packed(t, "gzip", gz), "Content-Encoding", "gzip", "Content-Encoding", "gzip"), want: bad},
		{name: "13c unknown coding", handler: withHeaders(gz, "Content-Encoding", "br"), want: bad, says: "gzip og deflate"},
		{name: "13d empty members without end", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			empty := bytes.Repeat(packed(t, "gzip", nil), 1000)
			for {
				if _, err := w.Write(empty); err != nil {
					return
				}
			}
		}, limits: Limits{Body: 1 << 20}, want: bad, says: "større enn"},
		{name: "14 gz-truncated", handler: withHeaders(gz[:len(gz)-12], "Content-Encoding", "gzip"), want: broken},
		{name: "14b gzip with a wrong checksum", handler: withHeaders(append(append([]byte{}, gz[:len(gz)-8]...), "12345678"...), "Content-Encoding", "gzip"), want: bad, says: "ikke pakke ut"},
		{name: "14c plain text labelled gzip", handler: withHeaders([]byte(events), "Content-Encoding", "gzip"), want: bad, says: "ikke leser"},
		{name: "gzip", handler: withHeaders(gz, "Content-Encoding", "GZip"), want: good},
		{name: "deflate as zlib", handler: withHeaders(packed(t, "zlib", []byte(events)), "Content-Encoding", "deflate"), want: good},
		{name: "deflate bare", handler: withHeaders(packed(t, "flate", []byte(events)), "Content-Encoding", "deflate"), want: good},
		{name: "deflate that is none", handler: withHeaders([]byte("\xff\xff\xff\xff"), "Content-Encoding", "deflate"), want: bad, says: "ikke pakke ut"},
		{name: "deflate with a tail", handler: withHeaders(append(packed(t, "flate", []byte(events)), make([]byte, 9000)...), "Content-Encoding", "deflate"), want: bad},
		{name: "15 st-200-empty-body", handler: withHeaders(nil), want: broken, says: "tomt svar"},
		{name: "15b white space only", handler: withHeaders([]byte("\xEF\xBB\xBF \r\n\t\x00")), want: broken, says: "tomt svar"},
		{name: "17 st-304-first", handler: status(304), want: verdict{Step: StepStatus, Status: 304, Requests: 1}, says: "uten at vi hadde noe"},
		{name: "25 ct-wrong-label is the reader's business", handler: withHeaders([]byte(events), "Content-Type", "text/html"), want: good},
		{name: "65 html-20mb", handler: withHeaders(make([]byte, 5<<20+1), "Content-Type", "text/html; charset=utf-8"), want: bad, says: "større enn 5 MiB"},
		{name: "65b just below", handler: withHeaders(spaces(5<<20), "Content-Type", "application/xhtml+xml"), want: verdict{Body: string(spaces(5 << 20)), Status: 200, Requests: 1}},
		{name: "body just at the cap", handler: withHeaders(spaces(1000)), limits: Limits{Body: 1000}, want: verdict{Body: string(spaces(1000)), Status: 200, Requests: 1}},
		{name: "body just above the cap, length unknown", raw: send("HTTP/1.0 200 OK\r\n\r\n" + string(spaces(1001))), limits: Limits{Body: 1000}, want: bad},
		{name: "headers below the cap", handler: withHeaders([]byte(events), "X-Stuff", strings.Repeat("x", 60<<10)), want: good},
		{name: "headers above the cap", handler: withHeaders([]byte(events), "X-Stuff", strings.Repeat("x", 70<<10)), want: verdict{Step: StepAnswer, Requests: 1}, says: "hodet på svaret"},
		{name: "two lengths that differ", raw: send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nhello"), want: verdict{Step: StepAnswer, Requests: 1}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var url string
			var reached func() int32
			if tc.raw != nil {
				u, n := raw(t, tc.raw)
				url, reached = u, n.Load
			} else {
				u, n := serve(t, tc.handler)
				url, reached = u, n.Load
			}
			r, err := get(t, client(t, Options{Limits: tc.limits}), url)
			if diff := cmp.Diff(tc.want, judge(t, r, err)); diff != "" {
				t.Errorf("%s\n%v", diff, err)
			}
			if err != nil && !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error does not say %q: %v", tc.says, err)
			}
			if int(reached()) != tc.want.Requests {
				t.Errorf("%d requests reached the server, want %d", reached(), tc.want.Requests)
			}
		})
	}
}

func TestStatuses(t *testing.T) { // 16 st-4xx-5xx
	for _, tc := range []struct {
		status, requests int
		temporary        bool
	}{
		{201, 1, false}, {204, 1, false}, {203, 1, false}, {300, 1, false}, {305, 1, false},
		{400, 1, false}, {401, 1, false}, {403, 1, false}, {404, 1, false}, {408, 1, true}, {410, 1, false}, {418, 1, false}, {451, 1, false},
		{429, 3, true}, {500, 1, true}, {501, 1, true}, {502, 3, true}, {503, 3, true}, {504, 3, true}, {599, 1, true},
	} {
		t.Run(fmt.Sprint(tc.status), func(t *testing.T) {
			url, reached := serve(t, status(tc.status))
			_, err := get(t, client(t, Options{}), url)
			e := failure(t, err)
			if e.Step != StepStatus || e.Status != tc.status || e.Temporary != tc.temporary || int(reached.Load()) != tc.requests || e.Requests != tc.requests {
				t.Errorf("got %#v after %d requests", e, reached.Load())
			}
		})
	}
}

func TestRetryHelps(t *testing.T) {
	n := 0
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n++; n < 3 {
			w.WriteHeader(502)
			return
		}
		io.WriteString(w, events)
	})
	var waits []int
	c := client(t, Options{Backoff: func(retry int) time.Duration { waits = append(waits, retry); return 0 }})
	r, err := get(t, c, url)
	if err != nil || r.Requests != 3 || !cmp.Equal(waits, []int{1, 2}) {
		t.Errorf("got %v after %v, %v", r, waits, err)
	}
	n = 0
	_, err = c.Get(context.Background(), Request{URL: url, Method: "POST", Body: []byte("{}")})
	if e := failure(t, err); e.Status != 502 || e.Requests != 1 {
		t.Errorf("a POST was repeated: %#v", e)
	}
	n = 0
	_, err = get(t, client(t, Options{Limits: Limits{Retries: -1}}), url)
	if e := failure(t, err); e.Requests != 1 {
		t.Errorf("no retries were asked for, got %d requests", e.Requests)
	}
}

func TestDefaultBackoffIsShortAndJittered(t *testing.T) {
	c := New(Options{})
	seen := map[time.Duration]bool{}
	for range 50 {
		first, second := c.backoff(1), c.backoff(2)
		if first < 250*time.Millisecond || first > 750*time.Millisecond || second < 500*time.Millisecond || second > 1500*time.Millisecond {
			t.Fatal(first, second)
		}
		seen[first] = true
	}
	if len(seen) < 40 {
		t.Errorf("only %d different waits in 50", len(seen))
	}
}

func TestConditional(t *testing.T) { // 18 etag-honest
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Sun, 22 Nov 2026 09:00:00 GMT")
		w.Header().Set("Content-Type", `application/JSON; charset=UTF-8`)
		if r.Header.Get("If-None-Match") == `"v1"` || r.Header.Get("If-Modified-Since") == "Sun, 22 Nov 2026 09:00:00 GMT" {
			w.WriteHeader(304)
			return
		}
		io.WriteString(w, events)
	})
	c := client(t, Options{})
	first, err := get(t, c, url)
	if err != nil {
		t.Fatal(err)
	}
	if first.MediaType != "application/json" || first.Charset != "UTF-8" || first.NotModified || !first.FetchedAt.Equal(noon) || first.WireBytes != int64(len(events)) {
		t.Errorf("first: %+v", first)
	}
	for _, again := range []Request{{URL: url, ETag: first.ETag()}, {URL: url, LastModified: first.LastModified()}} {
		r, err := c.Get(context.Background(), again)
		if err != nil || !r.NotModified || r.Status != 304 || r.Body != nil {
			t.Errorf("again: %+v, %v", r, err)
		}
	}
	if r, err := c.Get(context.Background(), Request{URL: url, ETag: `"other"`}); err != nil || r.NotModified || string(r.Body) != events {
		t.Errorf("changed: %+v, %v", r, err)
	}
}

// TestWeakLastModified: what was changed within a second of the answer may change again within it.
func TestWeakLastModified(t *testing.T) {
	const modified = "Sun, 22 Nov 2026 09:00:00 GMT"
	for _, tt := range []struct {
		date, etag string
		fetched    time.Time
		kept       bool
	}{
		{"Sun, 22 Nov 2026 09:00:00 GMT", "", noon, false},
		{"Sun, 22 Nov 2026 08:59:00 GMT", "", noon, false},
		{"Sun, 22 Nov 2026 09:00:01 GMT", "", noon, true},
		{"Sun, 22 Nov 2026 09:00:00 GMT", `"v1"`, noon, true},
		{"", "", time.Date(2026, 11, 22, 9, 0, 0, 9e8, time.UTC), false},
		{"", "", time.Date(2026, 11, 22, 9, 0, 1, 0, time.UTC), true},
	} {
		r := Response{Header: http.Header{"Last-Modified": {modified}}, FetchedAt: tt.fetched}
		for name, value := range map[string]string{"Date": tt.date, "ETag": tt.etag} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		if got := r.LastModified(); got != map[bool]string{true: modified}[tt.kept] {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}

func TestRequestAsSent(t *testing.T) {
	var got http.Header
	var method, body string
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got, method, body = r.Header, r.Method, string(b)
		io.WriteString(w, events)
	})
	c := client(t, Options{Version: "1.4.0", PublicURL: "https://hub.example.no"})
	_, err := c.Get(context.Background(), Request{
		URL: url + "/sok", Method: "POST", Body: []byte(`{"q":"svømming"}`), Origin: url, Accept: "application/json",
		Header: http.Header{"X-Api-Key": {"k"}, "Accept-Encoding": {"br"}, "User-Agent": {"Mozilla"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"User-Agent": {"fritidshub/1.4.0 (+https://hub.example.no)"}, "Accept": {"application/json"}, "Accept-Encoding": {"gzip"},
		"X-Api-Key": {"k"}, "Content-Type": {"application/json"}, "Content-Length": {"17"},
	}
	if diff := cmp.Diff(want, got); diff != "" || method != "POST" || body != `{"q":"svømming"}` {
		t.Errorf("%s %s\n%s", method, body, diff)
	}
}

func TestBadRequests(t *testing.T) {
	for _, tc := range []struct {
		r    Request
		says string
	}{
		{Request{URL: "ftp://example.no/a.ics"}, "https://"},
		{Request{URL: "example.no/a.ics"}, "https://"},
		{Request{URL: ""}, "https://"},
		{Request{URL: "http://[::1/"}, "kan ikke leses"},
		{Request{URL: "https:///a"}, "navnet på nettstedet"},
		{Request{URL: "http://ola:hemmelig@example.no/"}, "brukernavn"},
		{Request{URL: "https://example.no", Method: "DELETE"}, "DELETE"},
		{Request{URL: "https://example.no", Header: http.Header{"A": {"b"}}}, "headers"},
		{Request{URL: "javascript:alert(1)"}, "https://"},
	} {
		_, err := New(Options{}).Get(context.Background(), tc.r)
		e, ok := err.(*Error)
		if !ok || e.Step != StepAddress || !strings.Contains(e.Message, tc.says) || strings.Contains(e.Error(), "hemmelig") {
			t.Errorf("%q: %v", tc.r.URL, err)
		}
	}
}

func TestUnfoundAndRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	_, err = get(t, client(t, Options{}), "http://"+l.Addr().String())
	if e := failure(t, err); e.Step != StepConnect || e.Requests != 3 || !e.Temporary {
		t.Errorf("refused: %#v", e)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	_, err := client(t, Options{}).Get(ctx, Request{URL: url})
	if e := failure(t, err); e.Err != context.Canceled || !e.Temporary || e.Requests != 1 {
		t.Errorf("got %#v", e)
	}
}

// TestFresh: caches on the way are kept out when that is asked for, and only then.
func TestFresh(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Header.Get("Cache-Control")+";") })
	c := client(t, Options{})
	for want, fresh := range map[string]bool{";": false, "no-cache;": true} {
		if r, err := c.Get(context.Background(), Request{URL: url, Fresh: fresh}); err != nil || string(r.Body) != want {
			t.Errorf("fresh %v: %s, %v", fresh, r.Body, err)
		}
	}
}

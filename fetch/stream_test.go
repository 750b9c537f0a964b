package fetch

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"
)

// TestStream: what comes bit by bit is read as it comes, while others ask the same host; a private address, a host that wants to be left alone and an
// address with a password are not asked, and a redirect is not followed.
func TestStream(t *testing.T) {
	goOn := make(chan bool)
	base, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/videre" {
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		io.WriteString(w, r.Header.Get("User-Agent")+" "+r.Header.Get("X-Key")+"\n")
		if r.URL.Path == "/nytt" {
			_ = http.NewResponseController(w).Flush()
			<-goOn
			io.WriteString(w, "nytt\n")
		}
	})
	c := client(t, Options{Version: "1"})
	asker := c.Stream(http.Header{"X-Key": {"k"}})
	ask := func(asker http.RoundTripper, address string) (*http.Response, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		return asker.RoundTrip(req)
	}
	streams := c.limits.PerHost + 1
	var read []*bufio.Reader
	for range streams {
		resp, err := ask(asker, base+"/nytt")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		lines := bufio.NewReader(resp.Body)
		if first, err := lines.ReadString('\n'); first != "fritidshub/1 k\n" {
			t.Errorf("%q, %v", first, err)
		}
		read = append(read, lines)
	}
	if _, err := c.Get(t.Context(), Request{URL: base + "/annet"}); err != nil {
		t.Errorf("beside %d streams: %v", streams, err)
	}
	close(goOn)
	for _, lines := range read {
		if rest, err := io.ReadAll(lines); string(rest) != "nytt\n" || err != nil {
			t.Errorf("%q, %v", rest, err)
		}
	}
	resp, err := ask(asker, base+"/videre")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusFound {
		t.Errorf("a redirect: %s", resp.Status)
	}
	before := requests.Load()
	if err := c.hosts.Block(t.Context(), hostKey(resp.Request.URL), noon.Add(time.Hour), "prøve"); err != nil {
		t.Fatal(err)
	}
	shut := New(Options{AllowPrivate: "127.0.0.1:1"})
	t.Cleanup(shut.Close)
	for name, of := range map[string]struct {
		asker   http.RoundTripper
		address string
	}{"left alone": {asker, base}, "private": {shut.Stream(nil), base}, "password": {c.Stream(nil), "http://a:b@annen.example"}, "file": {c.Stream(nil), "file:///etc/passwd"}} {
		resp, err := ask(of.asker, of.address)
		if err == nil {
			resp.Body.Close()
		}
		var told *Error
		var private *privateAddress
		if !errors.As(err, &told) && !errors.As(err, &private) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if requests.Load() != before {
		t.Error("somebody was asked all the same")
	}
}

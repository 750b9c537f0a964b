package fetch

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// inTime runs test with a clock that jumps whenever all wait, and a Client whose every connection is answered by answer.
// The limits are the product's own.
func inTime(t *testing.T, answer func(net.Conn, *http.Request), test func(*testing.T, *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{})
		c.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() {
				defer far.Close()
				b := bufio.NewReader(far)
				for {
					r, err := http.ReadRequest(b)
					if err != nil {
						return
					}
					answer(far, r)
				}
			}()
			return near, nil
		}
		test(t, c)
		c.Close()
		time.Sleep(2 * time.Hour) // every answer comes to its end
	})
}

func say(conn net.Conn, body string) {
	fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

func TestTimeLimits(t *testing.T) {
	// trickle sends chunk every pause after the headers, for as long as anyone listens, but at most total bytes.
	trickle := func(chunk int, pause time.Duration, total int) func(net.Conn, *http.Request) {
		return func(conn net.Conn, _ *http.Request) {
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", total)
			for sent := 0; sent < total; sent += chunk {
				time.Sleep(pause)
				if _, err := conn.Write([]byte(strings.Repeat("x", min(chunk, total-sent)))); err != nil {
					return
				}
			}
		}
	}
	headerAfter := func(d time.Duration) func(net.Conn, *http.Request) {
		return func(conn net.Conn, _ *http.Request) { time.Sleep(d); say(conn, events) }
	}
	for _, tc := range []struct {
		name      string
		answer    func(net.Conn, *http.Request)
		want      Step // "" for success
		says      string
		from, to  time.Duration
		ofRequest int
	}{
		{"4 net-slow-header, a byte a second", func(conn net.Conn, _ *http.Request) {
			for _, b := range []byte("HTTP/1.1 200 OK\r\nX-Long: " + strings.Repeat("x", 100)) {
				if _, err := conn.Write([]byte{b}); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}, StepAnswer, "innen 15 sekunder", 15 * time.Second, 15 * time.Second, 1},
		{"nothing at all", func(conn net.Conn, _ *http.Request) { time.Sleep(time.Hour) }, StepAnswer, "innen 15 sekunder", 15 * time.Second, 15 * time.Second, 1},
		{"first byte just in time", headerAfter(14900 * time.Millisecond), "", "", 14 * time.Second, 15 * time.Second, 1},
		{"first byte just too late", headerAfter(15100 * time.Millisecond), StepAnswer, "innen 15 sekunder", 15 * time.Second, 15 * time.Second, 1},
		{"5 net-slow-drip-body, two bytes a second", trickle(2, time.Second, 10000), StepBody, "langsomt", 30 * time.Second, 32 * time.Second, 1},
		{"just below 1 KiB/s", trickle(1000, time.Second, 59000), StepBody, "langsomt", 30 * time.Second, 32 * time.Second, 1},
		{"just above 1 KiB/s, done in 59 s", trickle(1100, time.Second, 59*1100), "", "", 59 * time.Second, 59 * time.Second, 1},
		{"above 1 KiB/s, but not done in 60 s", trickle(1100, time.Second, 61*1100), StepBody, "mer enn 60 sekunder", 60 * time.Second, 60 * time.Second, 1},
		{"a slow start is let be", trickle(60000, 25*time.Second, 60000), "", "", 25 * time.Second, 25 * time.Second, 1},
		{"a pause of over 20 s later is not", trickle(30000, 31*time.Second, 60000), StepBody, "langsomt", 30 * time.Second, 31 * time.Second, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inTime(t, tc.answer, func(t *testing.T, c *Client) {
				start := time.Now()
				r, err := c.Get(context.Background(), Request{URL: "http://treg.example.no/"})
				took := time.Since(start)
				if took < tc.from || took > tc.to {
					t.Errorf("took %v, want %v to %v", took, tc.from, tc.to)
				}
				switch {
				case tc.want == "" && err != nil:
					t.Error(err)
				case tc.want == "" && r.Duration != took:
					t.Errorf("Duration is %v of %v", r.Duration, took)
				case tc.want != "":
					e := failure(t, err)
					if e.Step != tc.want || !e.Temporary || e.Requests != tc.ofRequest || !strings.Contains(e.Message, tc.says) {
						t.Errorf("got %#v", e)
					}
				}
			})
		})
	}
}

// The time of one Get is for its redirects together.
func TestWholeCoversRedirects(t *testing.T) {
	hop := func(conn net.Conn, r *http.Request) {
		time.Sleep(14 * time.Second)
		fmt.Fprintf(conn, "HTTP/1.1 302 Found\r\nLocation: %sx\r\nContent-Length: 0\r\n\r\n", r.URL.Path)
	}
	inTime(t, hop, func(t *testing.T, c *Client) {
		start := time.Now()
		_, err := c.Get(context.Background(), Request{URL: "http://treg.example.no/"})
		e := failure(t, err)
		if took := time.Since(start); e.Err != errWhole || took != 60*time.Second {
			t.Errorf("%v after %v", e, took)
		}
	})
}

func TestDialAndHandshakeTimeouts(t *testing.T) {
	c := New(Options{})
	if c.dialer.Timeout != 10*time.Second || c.transport.TLSHandshakeTimeout != 10*time.Second || c.transport.Proxy != nil {
		t.Errorf("dialer %v, TLS %v", c.dialer.Timeout, c.transport.TLSHandshakeTimeout)
	}
	inTime(t, func(net.Conn, *http.Request) {}, func(t *testing.T, c *Client) {
		start := time.Now()
		c.transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() { // swallows the client's hello and says nothing
				defer far.Close()
				for b := make([]byte, 1000); ; {
					if _, err := far.Read(b); err != nil {
						return
					}
				}
			}()
			return near, nil
		}
		_, err := c.Get(context.Background(), Request{URL: "https://taus.example.no/"})
		if e := failure(t, err); e.Step != StepConnect || !e.Temporary || e.Requests != 1 || time.Since(start) != 10*time.Second {
			t.Errorf("%#v after %v", e, time.Since(start))
		}
	})
}

// 26 host-20-connections: ten sources at one host get two slots and a second between starts; another host does not wait for them.
func TestPoliteness(t *testing.T) {
	var mu sync.Mutex
	inFlight, most := map[string]int{}, map[string]int{}
	var starts []time.Time
	slow := func(conn net.Conn, r *http.Request) {
		mu.Lock()
		inFlight[r.Host]++
		most[r.Host] = max(most[r.Host], inFlight[r.Host])
		if r.Host == "felles.example.no" {
			starts = append(starts, time.Now())
		}
		mu.Unlock()
		time.Sleep(3 * time.Second)
		mu.Lock()
		inFlight[r.Host]--
		mu.Unlock()
		say(conn, events)
	}
	inTime(t, slow, func(t *testing.T, c *Client) {
		begin := time.Now()
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if _, err := c.Get(context.Background(), Request{URL: "http://felles.example.no/"}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			if _, err := c.Get(context.Background(), Request{URL: "http://annen.example.no/"}); err != nil {
				t.Error(err)
			}
			if took := time.Since(begin); took != 3*time.Second {
				t.Errorf("the other host took %v", took)
			}
		})
		all.Wait()
	})
	if most["felles.example.no"] != 2 {
		t.Errorf("%d in flight at once, want 2", most["felles.example.no"])
	}
	for i := 1; i < len(starts); i++ {
		if gap := starts[i].Sub(starts[i-1]); gap < time.Second {
			t.Errorf("request %d began %v after the one before", i, gap)
		}
	}
}

func TestEightInAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(2, 8)
		var releases []func()
		for i := range 8 {
			release, err := p.acquire(context.Background(), fmt.Sprint("host", i), time.Second)
			if err != nil {
				t.Fatal(err)
			}
			releases = append(releases, release)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if _, err := p.acquire(ctx, "ninth", time.Second); err == nil {
			t.Error("a ninth was let in")
		}
		releases[0]()
		release, err := p.acquire(context.Background(), "ninth", time.Second)
		if err != nil {
			t.Error("a slot given back was lost:", err)
		}
		release()
		for _, release := range releases[1:] {
			release()
		}
		time.Sleep(time.Hour)
		p.enter("later")
		if len(p.lanes) != 1 {
			t.Errorf("%d hosts are remembered", len(p.lanes))
		}
	})
}

// Two slots of one host, cancelled waiters among them, are never lost.
func TestPaceAfterCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(1, 1)
		first, err := p.acquire(context.Background(), "h", time.Second)
		if err != nil {
			t.Fatal(err)
		}
		gone, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		if _, err := p.acquire(gone, "h", time.Second); err == nil {
			t.Error("two at once")
		}
		first()
		soon, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		if _, err := p.acquire(soon, "h", time.Second); err == nil {
			t.Error("no gap")
		}
		again, err := p.acquire(context.Background(), "h", time.Second)
		if err != nil {
			t.Fatal(err)
		}
		again()
	})
}

func TestCrawlDelay(t *testing.T) {
	for asked, want := range map[string]time.Duration{"": time.Second, "0.2": time.Second, "7": 7 * time.Second, "600": 30 * time.Second} {
		t.Run("Crawl-delay "+asked, func(t *testing.T) {
			answer := func(conn net.Conn, r *http.Request) {
				if r.URL.Path == "/robots.txt" {
					say(conn, "User-agent: *\nCrawl-delay: "+asked+"\nDisallow: /admin\n")
					return
				}
				say(conn, events)
			}
			inTime(t, answer, func(t *testing.T, c *Client) {
				page := Request{URL: "http://kalender.example.no/", Robots: true}
				if _, err := c.Get(context.Background(), page); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				r, err := c.Get(context.Background(), page)
				if took := time.Since(start); err != nil || took != want || r.Requests != 1 {
					t.Errorf("the next page came after %v, want %v: %v", took, want, err)
				}
			})
		})
	}
}

// What bears being asked often is, unless it says otherwise itself; others at the same host are spared as before.
func TestSpacing(t *testing.T) {
	for asked, want := range map[string]time.Duration{"": 100 * time.Millisecond, "0.01": 100 * time.Millisecond, "7": 7 * time.Second, "none": 100 * time.Millisecond, "broken": time.Second} {
		t.Run("Crawl-delay "+asked, func(t *testing.T) {
			var busy bool
			answer := func(conn net.Conn, r *http.Request) {
				switch {
				case busy:
					fmt.Fprint(conn, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n")
				case r.URL.Path != "/robots.txt":
					say(conn, events)
				case asked == "none":
					fmt.Fprint(conn, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
				case asked == "broken":
					fmt.Fprint(conn, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
				default:
					say(conn, "User-agent: *\nCrawl-delay: "+asked+"\nDisallow: /\n")
				}
			}
			inTime(t, answer, func(t *testing.T, c *Client) {
				c.limits.Retries = 0
				var last time.Time
				get := func(spacing, want time.Duration) {
					t.Helper()
					r, err := c.Get(context.Background(), Request{URL: "http://hub.example.no/rpde/records", Spacing: spacing})
					if took := time.Since(last); err != nil || !last.IsZero() && took != want {
						t.Errorf("came %v after the last, want %v; error %v", took, want, err)
					}
					if last = time.Now(); r != nil && r.Requests > 2 {
						t.Errorf("%d requests", r.Requests)
					}
				}
				get(100*time.Millisecond, 0)
				for range 3 {
					if asked == "broken" { // it is asked for anew
						last = time.Time{}
					}
					get(100*time.Millisecond, want)
				}
				get(0, time.Second)
				get(time.Minute, time.Second)
				busy = true
				if _, err := c.Get(context.Background(), Request{URL: "http://hub.example.no/rpde/records", Spacing: time.Millisecond}); err == nil {
					t.Error("asked too often, and no error")
				}
				busy = false
				time.Sleep(time.Minute)
				if _, err := c.Get(context.Background(), Request{URL: "http://hub.example.no/rpde/records", Spacing: time.Millisecond}); failure(t, err).Step != StepWait {
					t.Errorf("within its Retry-After: %v", err)
				}
			})
		})
	}
}

func TestRetryWaits(t *testing.T) {
	inTime(t, func(conn net.Conn, _ *http.Request) {
		fmt.Fprint(conn, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
	}, func(t *testing.T, c *Client) {
		c.backoff = func(retry int) time.Duration { return time.Duration(retry) * 5 * time.Second }
		start := time.Now()
		_, err := c.Get(context.Background(), Request{URL: "http://nede.example.no/"})
		if e := failure(t, err); e.Status != 503 || e.Requests != 3 || time.Since(start) != 15*time.Second {
			t.Errorf("%#v after %v", e, time.Since(start))
		}
	})
}

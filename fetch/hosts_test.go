package fetch

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	for _, tc := range []struct {
		value string
		want  time.Duration // from now
		ok    bool
	}{
		{"120", 2 * time.Minute, true},
		{" 0 ", 0, true},
		{"86399", 24*time.Hour - time.Second, true},
		{"86401", 24 * time.Hour, true},
		{"99999999999999999999999", 24 * time.Hour, true},
		{"Sun, 22 Nov 2026 11:30:00 GMT", 30 * time.Minute, true},
		{"Sunday, 22-Nov-26 11:30:00 GMT", 30 * time.Minute, true},
		{"Sun Nov 22 11:30:00 2026", 30 * time.Minute, true},
		{"Sun, 22 Nov 2026 10:00:00 GMT", -time.Hour, true},
		{"Tue, 22 Nov 2033 10:00:00 GMT", 24 * time.Hour, true},
		{"", 0, false}, {"-5", 0, false}, {"1.5", 0, false}, {"soon", 0, false}, {"2026-11-22T12:30:00Z", 0, false},
	} {
		until, ok := retryAfter(tc.value, noon)
		if ok != tc.ok || ok && until.Sub(noon) != tc.want {
			t.Errorf("%q: %v, %v", tc.value, until.Sub(noon), ok)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"120", "-1", "9223372036854775808", "Sun, 22 Nov 2026 11:30:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		until, ok := retryAfter(s, noon)
		if ok == until.IsZero() && s != "Mon, 01 Jan 0001 00:00:00 GMT" || until.Sub(noon) > RetryAfterCeiling {
			t.Errorf("%q: %v, %v", s, until, ok)
		}
	})
}

// 21 429-seconds: asked once, then left alone by all sources of the host until the time has come, also after a restart.
func TestHostIsLeftAlone(t *testing.T) {
	for name, header := range map[string]string{"seconds": "120", "date": "Sun, 22 Nov 2026 11:02:00 GMT"} {
		for _, code := range []int{429, 503} {
			t.Run(name, func(t *testing.T) {
				now, up := noon, false
				url, reached := serve(t, func(w http.ResponseWriter, _ *http.Request) {
					if !up {
						w.Header().Set("Retry-After", header)
						w.WriteHeader(code)
					}
					w.Write([]byte(events))
				})
				o := Options{Hosts: NewHostMemory(), Now: func() time.Time { return now }}
				c := client(t, o)
				_, err := get(t, c, url+"/a?key=hemmelig")
				until := noon.Add(2 * time.Minute)
				if e := failure(t, err); e.Step != StepStatus || e.Status != code || !e.RetryAfter.Equal(until) || !e.Temporary || e.Requests != 1 {
					t.Errorf("first: %#v", e)
				}
				up = true
				now = noon.Add(119 * time.Second)
				for _, later := range []*Client{c, client(t, o)} {
					_, err = get(t, later, url+"/b")
					if e := failure(t, err); e.Step != StepWait || !e.RetryAfter.Equal(until) || !e.Temporary || e.Requests != 0 || !strings.Contains(e.Message, "22.11.2026 kl. 12.02.00") {
						t.Errorf("while blocked: %#v", e)
					}
				}
				if reached.Load() != 1 {
					t.Errorf("asked %d times", reached.Load())
				}
				now = until
				if _, err := get(t, c, url+"/b"); err != nil {
					t.Error("when the time has come:", err)
				}
			})
		}
	}
}

func TestRetryAfterZeroIsNotRetriedAndDoesNotBlock(t *testing.T) {
	url, reached := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(503)
	})
	c := client(t, Options{})
	for range 2 {
		_, err := get(t, c, url)
		if e := failure(t, err); e.Status != 503 || e.Requests != 1 {
			t.Errorf("got %#v", e)
		}
	}
	if reached.Load() != 2 {
		t.Errorf("asked %d times", reached.Load())
	}
}

func TestBlockIsNotShortened(t *testing.T) {
	ctx, m := context.Background(), NewHostMemory()
	m.Block(ctx, "example.no", noon.Add(time.Hour), "")
	m.Block(ctx, "example.no", noon.Add(time.Minute), "")
	if until, err := m.BlockedUntil(ctx, "example.no"); err != nil || !until.Equal(noon.Add(time.Hour)) {
		t.Error(until, err)
	}
	if until, err := m.BlockedUntil(ctx, "annen.example.no"); err != nil || !until.IsZero() {
		t.Error(until, err)
	}
}

type brokenMemory struct{ reading, writing error }

func (b brokenMemory) BlockedUntil(context.Context, string) (time.Time, error) {
	return time.Time{}, b.reading
}
func (b brokenMemory) Block(context.Context, string, time.Time, string) error { return b.writing }

func TestBrokenHostMemory(t *testing.T) {
	url, reached := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(429)
	})
	disk := errors.New("disk I/O error")
	_, err := get(t, client(t, Options{Hosts: brokenMemory{reading: disk}}), url)
	if e := failure(t, err); e.Step != StepWait || !errors.Is(e, disk) || reached.Load() != 0 {
		t.Errorf("unreadable: %#v after %d requests", e, reached.Load())
	}
	_, err = get(t, client(t, Options{Hosts: brokenMemory{writing: disk}}), url)
	if e := failure(t, err); e.Step != StepWait || !errors.Is(e, disk) || e.RetryAfter.IsZero() || reached.Load() != 1 {
		t.Errorf("unwritable: %#v after %d requests", e, reached.Load())
	}
}

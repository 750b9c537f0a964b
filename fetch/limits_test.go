package fetch

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLimits(t *testing.T) {
	if diff := cmp.Diff(DefaultLimits(), Limits{}.effective()); diff != "" {
		t.Error(diff)
	}
	const huge = 1 << 50
	got := Limits{Body: huge, HTMLBody: huge, Robots: huge, Headers: huge, Ratio: huge, Whole: huge, Redirects: huge, Retries: -1, Spacing: -1}.effective()
	want := DefaultLimits()
	want.Body, want.HTMLBody, want.Robots, want.Headers, want.Ratio = 64<<20, 64<<20, 64<<20, 1<<20, 200
	want.Whole, want.Redirects, want.Retries, want.Spacing = 2*time.Minute, 10, -1, -1
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMaxBytes(t *testing.T) {
	lie, _ := raw(t, send("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n"))
	page, _ := serve(t, withHeaders(spaces(6000), "Content-Type", "text/html"))
	c := client(t, Options{Limits: Limits{HTMLBody: 5000}})
	for _, tc := range []struct {
		url  string
		most int64
		says string // "" for success
	}{
		{page, 0, "større enn 4 KiB"},
		{page, 5999, "større enn 5 KiB"},
		{page, 6000, ""},
		{lie, 1 << 40, "større enn 64 MiB"},
	} {
		_, err := c.Get(context.Background(), Request{URL: tc.url, MaxBytes: tc.most})
		switch {
		case tc.says == "" && err != nil:
			t.Error(err)
		case tc.says != "":
			if e := failure(t, err); !strings.Contains(e.Message, tc.says) || e.Temporary {
				t.Errorf("%d: %v, want %q", tc.most, e, tc.says)
			}
		}
	}
}

package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// Residents behind a proxy are told apart, so that one who asks too often does not stand in the way of the others.
func TestServeBehindProxy(t *testing.T) {
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(1)})
	base, stop := startServe(t, []string{"FRITIDSHUB_TRUSTED_PROXIES=10.0.0.5, 10.1.0.0/16"}, flags)
	defer stop()
	ask := func(forwarded string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), "GET", base+"/robots.txt", nil)
		if err != nil {
			t.Fatal(err)
		}
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	within(t, 10*time.Second, "one who asks too often is refused", func() bool {
		for range 3 * clientRate {
			if ask("203.0.113.1, 10.1.2.3").StatusCode == http.StatusTooManyRequests {
				return true
			}
		}
		return false
	})
	if resp := ask("203.0.113.2, 10.1.2.3"); resp.StatusCode != 200 || resp.Header.Get("RateLimit") == "" {
		t.Errorf("another one behind the same proxy: %s %v", resp.Status, resp.Header)
	}
	guess := func(forwarded string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), "POST", base+"/editor/sign-in", strings.NewReader("token=x"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-For", forwarded)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for tries := 1; guess("203.0.113.1, 10.1.2.3") != http.StatusTooManyRequests; tries++ {
		if tries > 6 {
			t.Fatal("one who guesses is not stopped")
		}
	}
	if code := guess("203.0.113.2, 10.1.2.3"); code != http.StatusUnauthorized {
		t.Errorf("another one behind the same proxy who signs in: %d", code)
	}
	if resp := ask(""); resp.StatusCode != 200 || resp.Header.Get("RateLimit") != "" {
		t.Errorf("the operator: %s %v", resp.Status, resp.Header)
	}
}

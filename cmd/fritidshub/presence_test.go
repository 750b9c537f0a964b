package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// Somebody counts while being answered, but a stream for a moment only, and nobody counts twice.
func TestPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p presence
		ask := func(long time.Duration) {
			p.notice(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(long) })).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}
		sees := func(when string, want bool) {
			t.Helper()
			synctest.Wait()
			if p.somebody() != want {
				t.Errorf("%s: somebody is being answered: %t", when, !want)
			}
		}
		sees("nobody has asked", false)
		go ask(20 * time.Millisecond)
		sees("a search", true)
		time.Sleep(20 * time.Millisecond)
		sees("it is answered", false)
		go ask(time.Hour)
		sees("a stream", true)
		time.Sleep(moment)
		sees("it goes on", false)
		go ask(20 * time.Millisecond)
		sees("a search beside it", true)
		time.Sleep(time.Hour)
		sees("both have ended", false)
	})
}

package main

import (
	"net/http"
	"sync/atomic"
	"time"
)

// moment is how long somebody who is being answered counts as present; a stream that goes on for longer must not hold up the hub's other work.
const moment = 100 * time.Millisecond

// presence knows whether somebody is being answered. Its zero value knows of nobody.
type presence struct{ now atomic.Int32 }

// somebody tells whether somebody has been asking for less than a moment.
func (p *presence) somebody() bool { return p.now.Load() > 0 }

// notice makes next's requests count.
func (p *presence) notice(next http.Handler) http.Handler {
	leave := func() { p.now.Add(-1) }
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.now.Add(1)
		long := time.AfterFunc(moment, leave)
		defer func() {
			if long.Stop() {
				leave()
			}
		}()
		next.ServeHTTP(w, r)
	})
}

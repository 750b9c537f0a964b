package fetch

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// HostMemory remembers the hosts that have asked us to stay away, for all sources. host is a lower-case name or address,
// with ":port" when the port is not the scheme's own. A lasting implementation makes a Retry-After survive a restart.
type HostMemory interface {
	// BlockedUntil returns the time before which host must not be asked; zero when there is none.
	BlockedUntil(ctx context.Context, host string) (time.Time, error)
	// Block notes that host must not be asked before until, and the reason in Norwegian. An earlier time does not shorten a block.
	Block(ctx context.Context, host string, until time.Time, reason string) error
}

type forgetful struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// NewHostMemory returns a HostMemory that forgets when the program ends.
func NewHostMemory() HostMemory { return &forgetful{until: map[string]time.Time{}} }

func (f *forgetful) BlockedUntil(_ context.Context, host string) (time.Time, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.until[host], nil
}

func (f *forgetful) Block(_ context.Context, host string, until time.Time, _ string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if until.After(f.until[host]) {
		f.until[host] = until
	}
	return nil
}

// retryAfter reads a Retry-After header (RFC 9110 10.2.3: seconds or an HTTP date). The result is never more than
// RetryAfterCeiling after now; ok is false when value is neither form.
func retryAfter(value string, now time.Time) (until time.Time, ok bool) {
	value = strings.TrimSpace(value)
	latest := now.Add(RetryAfterCeiling)
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(RetryAfterCeiling/time.Second) {
			return latest, true
		}
		return now.Add(time.Duration(seconds) * time.Second), true
	}
	t, err := http.ParseTime(value)
	if err != nil {
		return time.Time{}, false
	}
	if t.After(latest) {
		return latest, true
	}
	return t.In(now.Location()), true
}

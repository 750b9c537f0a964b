package fetch

import (
	"maps"
	"net/http"
)

// Stream gives what a client of net/http asks by for answers that come bit by bit, for as long as both sides want: news of what has changed.
// It waits for its turn at the host, keeps away from one that has asked to be left alone, and reaches public addresses alone, like Get. It follows no
// redirect, tries nothing twice, and does not hold up others while the answer comes. header, with canonical names, is sent along; whoever asks sees to
// it that nobody but the source that it belongs to is asked. How much is read and for how long, is for the reader to bound.
func (c *Client) Stream(header http.Header) http.RoundTripper { return stream{c, header} }

type stream struct {
	*Client
	header http.Header
}

// RoundTrip implements http.RoundTripper.
func (s stream) RoundTrip(asked *http.Request) (*http.Response, error) {
	if why := unfit(asked.URL); why != "" {
		return nil, &Error{Step: StepAddress, URL: redact(asked.URL), Message: why}
	}
	gap := s.limits.Spacing
	if s.guard.ours(asked.URL) {
		gap = 0
	}
	ctx, host := asked.Context(), hostKey(asked.URL)
	release, err := s.pace.acquire(ctx, host, gap)
	if err != nil {
		return nil, stopped(err)
	}
	defer release()
	if err := s.mayDisturb(ctx, host); err != nil {
		return nil, place(err, nil, asked.URL.String())
	}
	req := asked.Clone(ctx)
	maps.Copy(req.Header, s.header)
	req.Header.Set("User-Agent", s.agent)
	return s.transport.RoundTrip(req)
}

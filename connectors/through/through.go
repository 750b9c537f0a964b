// Package through lets a client of net/http ask by way of a session, so that it is as polite and as careful as whoever asks by the session itself.
package through

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"fritidshub/connectors"
)

// Asker is the http.RoundTripper of one session. It takes GET requests, sends on their addresses and what they accept, and nothing else of them.
type Asker struct {
	Session *connectors.Session
	Fresh   bool // what caches on the way hold is not good enough

	// Address and Text are of the last answer, for who must tell what is wrong with it.
	Address, Text string
}

// Client is one whose requests go this way.
func (a *Asker) Client() *http.Client { return &http.Client{Transport: a} }

// RoundTrip implements http.RoundTripper. The text of an answer comes in UTF-8; an answer other than a good one is the session's error.
func (a *Asker) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		return nil, errors.New("through: only GET goes through a session")
	}
	a.Address, a.Text = r.URL.String(), ""
	resp, text, err := a.Session.Text(r.Context(), connectors.Request{URL: a.Address, Accept: r.Header.Get("Accept"), Fresh: a.Fresh})
	if err != nil {
		return nil, err
	}
	a.Address, a.Text = resp.URL, text
	return &http.Response{Status: http.StatusText(http.StatusOK), StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: resp.Header.Clone(),
		Body: io.NopCloser(strings.NewReader(text)), ContentLength: int64(len(text)), Request: r}, nil
}

// Cause is the session's error within that of a client.
func Cause(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

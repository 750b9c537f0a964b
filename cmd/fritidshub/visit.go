package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fritidshub/api"
	"fritidshub/fetch"
)

// pageBytes is how large a page may be that an editor wants to put the search on.
const pageBytes = 3 << 20

// visitor looks at pages of others for editors, never at a private address.
func visitor(in *invocation) func(ctx context.Context, address string) (*api.Visited, error) {
	client := fetch.New(fetch.Options{Version: version(), PublicURL: in.publicURL, AllowPrivate: in.allowPrivate, Now: in.now, Limits: fetch.Limits{
		Body: pageBytes, HTMLBody: pageBytes, Dial: 5 * time.Second, TLS: 5 * time.Second, FirstByte: 8 * time.Second, Whole: 12 * time.Second,
		Redirects: 4, Retries: -1, PerHost: 1, InAll: 2, Spacing: -1,
	}})
	return func(ctx context.Context, address string) (*api.Visited, error) {
		res, err := client.Get(ctx, fetch.Request{URL: address, Accept: "text/html, application/xhtml+xml;q=0.9", MaxBytes: pageBytes, Fresh: true})
		var e *fetch.Error
		switch {
		case errors.As(err, &e) && e.Step == fetch.StepGuard:
			return nil, errors.New("Adressen leder til et privat nett, og dit spør ikke huben.")
		case errors.As(err, &e) && e.Status != 0 && e.Status != 200:
			return nil, fmt.Errorf("Siden svarer med status %d, så den kan ikke ses av alle.", e.Status)
		case errors.As(err, &e) && e.Step == fetch.StepBody:
			return nil, errors.New("Siden er tom, for stor eller for treg.")
		case err != nil:
			return nil, errors.New("Huben nådde ikke siden.")
		case !strings.Contains(res.MediaType, "html"):
			return nil, errors.New("Det er ingen side på adressen, men noe annet.")
		}
		return &api.Visited{URL: res.URL, Header: res.Header, Body: res.Body}, nil
	}
}

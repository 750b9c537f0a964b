package main

import (
	"context"
	"time"

	"fritidshub/api"
	"fritidshub/config"
	"fritidshub/fetch"
)

// tileBytes is how large a tile of the map may be.
const tileBytes = 1 << 20

// mapOf is what the widgets' maps are drawn from. Tiles that go through the hub are asked for by a client of their own, which waits for
// nobody: residents look at the map.
func mapOf(cfg *config.Config, in *invocation) api.Map {
	m := cfg.Hub.Map
	out := api.Map{Tiles: m.Tiles, Attribution: m.Attribution, Link: m.Link}
	if m.ThroughHub {
		client := fetch.New(fetch.Options{Version: version(), PublicURL: in.publicURL, AllowPrivate: in.allowPrivate, Now: in.now, Limits: fetch.Limits{
			Body: tileBytes, Dial: 3 * time.Second, TLS: 3 * time.Second, FirstByte: 5 * time.Second, Whole: 7 * time.Second,
			Redirects: 1, Retries: -1, PerHost: 8, InAll: 8, Spacing: -1,
		}})
		out.Tile = func(ctx context.Context, address string) ([]byte, string, error) {
			res, err := client.Get(ctx, fetch.Request{URL: address, Accept: "image/png, image/webp, image/jpeg", MaxBytes: tileBytes})
			if err != nil {
				return nil, "", err
			}
			return res.Body, res.MediaType, nil
		}
	}
	return out
}

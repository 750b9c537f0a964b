package main

import (
	"context"
	"path/filepath"
	"time"

	"fritidshub/api"
	"fritidshub/api/picture"
	"fritidshub/config"
	"fritidshub/fetch"
)

const (
	// pictureBytes is how large a picture of a source may be.
	pictureBytes = 10 << 20
	// pictureShelf is how much of the disk small copies may take.
	pictureShelf = 512 << 20
)

// picturesOf is where the pictures of listings come from; nil when the hub shows none.
func picturesOf(cfg *config.Config, in *invocation) (api.Pictures, error) {
	if !cfg.Hub.Images {
		return nil, nil
	}
	client := fetch.New(fetch.Options{Version: version(), PublicURL: in.publicURL, AllowPrivate: in.allowPrivate, Now: in.now, Limits: fetch.Limits{
		Body: pictureBytes, Dial: 3 * time.Second, TLS: 3 * time.Second, FirstByte: 5 * time.Second, Whole: 10 * time.Second,
		Redirects: 3, Retries: -1, PerHost: 2, InAll: 4, Spacing: -1,
	}})
	ask := func(ctx context.Context, address string) ([]byte, error) {
		res, err := client.Get(ctx, fetch.Request{URL: address, Accept: "image/webp, image/jpeg, image/png, image/gif;q=0.8", MaxBytes: pictureBytes})
		if err != nil {
			return nil, err
		}
		return res.Body, nil
	}
	return picture.Open(filepath.Join(in.data, "pictures"), pictureShelf, ask, time.Now)
}

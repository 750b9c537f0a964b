package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"fritidshub/api"
	"fritidshub/config"
	"fritidshub/geocode"
	"fritidshub/ingest"
	"fritidshub/store"
)

const (
	addressesName = "addresses.jsonl" // answers of the address register, within the data folder

	askWithin   = 30 * time.Second // what sync asks of the address register at most
	askAtATime  = time.Minute      // what serve asks between two looks at the stored records
	locateEvery = 2 * time.Second  // how often serve looks whether something has changed
	locateShare = 20               // a look that took a second is taken again after so many seconds
)

// kartverket is what the address register's answers are credited to.
var kartverket = api.Credit{Name: "Kartverket", What: "posisjoner til adresser", URL: "https://www.kartverket.no", Attribution: "© Kartverket"}

// openAddresses gives what asks the address register, nil when the hub does not.
func openAddresses(cfg *config.Config, in *invocation, fetcher geocode.Fetcher) (*geocode.Client, error) {
	if !cfg.Hub.Geocode {
		return nil, nil
	}
	cache, err := geocode.OpenCache(filepath.Join(in.data, addressesName))
	if err != nil {
		return nil, err
	}
	return geocode.New(fetcher, cfg.Hub.GeocodeURL, cache, in.now), nil
}

// locate brings the places of what is stored in step, asks the address register for what is not known, at most for so long, and
// brings the places in step with its answers. It tells how many addresses are still to be asked for.
func (h *hub) locate(ctx context.Context, ingester *ingest.Ingester, within time.Duration) (waiting int, err error) {
	if _, err = ingester.Locate(ctx, h.config.Sources); err != nil || h.addresses == nil {
		return 0, err
	}
	asking, done := context.WithTimeout(ctx, within)
	defer done()
	if h.addresses.Ask(asking) > 0 {
		_, err = ingester.Locate(ctx, h.config.Sources)
	}
	return h.addresses.Waiting(), err
}

// keepLocating brings the places of what is stored in step whenever something has changed, and asks the address register meanwhile, until
// ctx is done.
func (h *hub) keepLocating(ctx context.Context, ingester *ingest.Ingester, sources func() []config.Source) {
	ticker := time.NewTicker(locateEvery)
	defer ticker.Stop()
	seen := int64(-1) // up to which change the places are in step
	var rested time.Time
	for {
		change, err := h.store.Change(ctx)
		if began := time.Now(); err == nil && change != seen && began.After(rested) {
			_, err = ingester.Locate(ctx, sources())
			seen, rested = change, time.Now().Add(locateShare*time.Since(began))
		}
		if err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrReadOnly) {
			h.log.Error("bringing places in step", "error", err)
		}
		if h.addresses != nil {
			asking, done := context.WithTimeout(ctx, askAtATime)
			if h.addresses.Ask(asking) > 0 {
				seen = -1
			}
			done()
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

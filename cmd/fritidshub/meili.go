package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/fallback"
	"fritidshub/index/meili"
)

// meiliMarkName is the file in the data folder that notes when the index in Meilisearch was built as a whole. It can always be deleted.
const meiliMarkName = "meilisearch.json"

// openMeili gives the engine of FRITIDSHUB_MEILI_URL, nil when that is not set. The server may be down.
func (h *hub) openMeili() index.Engine {
	if h.in.meiliURL == "" {
		return nil
	}
	e := meili.New(meili.Options{URL: h.in.meiliURL, Key: h.in.meiliKey, Index: h.meiliIndex(), Fingerprint: h.fingerprint(),
		Rejected: func(id string, reason error) {
			h.log.Warn("Meilisearch does not take a listing", "listing", id, "error", reason)
		}})
	e.SetSynonyms(h.synonyms)
	return e
}

// meiliIndex is the name of the hub's index, so that several hubs may share a server.
func (h *hub) meiliIndex() string { return "fritidshub_" + h.config.Hub.ID }

func (h *hub) meiliMark() *buildMark {
	return &buildMark{file: filepath.Join(h.in.data, meiliMarkName),
		of: catalog.Hash(fmt.Appendf(nil, "%s %s %s", h.in.meiliURL, h.meiliIndex(), h.fingerprint()))}
}

// standIn says why the embedded engine answers in the place of Meilisearch.
func standIn(err error) string {
	switch {
	case errors.Is(err, fallback.ErrBehind):
		return "Meilisearch henger etter; den innebygde søkemotoren svarer så lenge"
	case forbids(err):
		return "Meilisearch avviser nøkkelen i FRITIDSHUB_MEILI_KEY; den innebygde søkemotoren svarer så lenge"
	}
	return "Meilisearch svarer ikke; den innebygde søkemotoren svarer så lenge"
}

// notTaken says why Meilisearch has not got what is new.
func notTaken(err error) string {
	if forbids(err) {
		return "Meilisearch tar ikke imot endringer: nøkkelen i FRITIDSHUB_MEILI_KEY er feil eller mangler en rettighet; de venter, og blir sendt når den er rettet"
	}
	return "Meilisearch tar ikke imot endringer; de venter, og blir sendt når den svarer igjen"
}

func forbids(err error) bool {
	var refused *meili.Error
	return errors.As(err, &refused) && refused.Forbidden()
}

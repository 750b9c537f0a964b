package main

import (
	"fmt"
	"path/filepath"

	"fritidshub/catalog"
	"fritidshub/index"
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

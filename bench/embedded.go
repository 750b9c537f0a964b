package main

import (
	"fritidshub/index"
	"fritidshub/index/memory"
)

type embedded struct{ *memory.Engine }

func openEmbedded() embedded { return embedded{memory.New()} }

func (e embedded) add(docs []index.Document) error {
	return e.Apply(ctx, index.Batch{Upserts: docs, Change: docs[len(docs)-1].Change})
}

func (e embedded) done() error { return e.Close() }

func (e embedded) search(text string) (total, values int, err error) {
	r, err := e.Search(ctx, query(text))
	for _, counts := range r.Facets {
		values += len(counts)
	}
	return r.Total, values, err
}

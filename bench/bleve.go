package main

import (
	"path/filepath"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/no"
	"github.com/blevesearch/bleve/v2/mapping"

	"fritidshub/index"
	"fritidshub/index/indextest"
)

type bleveIndex struct{ bleve.Index }

func openBleve(dir string) (bleveIndex, error) {
	field := func(f *mapping.FieldMapping, analyzer string) *mapping.FieldMapping {
		f.Analyzer, f.Store, f.IncludeInAll, f.IncludeTermVectors = analyzer, false, false, false
		return f
	}
	doc := bleve.NewDocumentStaticMapping()
	for _, f := range facets {
		doc.AddFieldMappingsAt(string(f), field(bleve.NewTextFieldMapping(), keyword.Name))
	}
	doc.AddFieldMappingsAt("text", field(bleve.NewTextFieldMapping(), no.AnalyzerName))
	doc.AddFieldMappingsAt("start", field(bleve.NewNumericFieldMapping(), ""))
	doc.AddFieldMappingsAt("ends", field(bleve.NewNumericFieldMapping(), ""))
	m := bleve.NewIndexMapping()
	m.DefaultMapping = doc
	i, err := bleve.New(filepath.Join(dir, "bleve"), m)
	return bleveIndex{i}, err
}

func (b bleveIndex) add(docs []index.Document) error {
	batch := b.NewBatch()
	for i := range docs {
		d := &docs[i]
		start, ends := times(d)
		fields := map[string]any{"text": d.Title + " " + d.Organizer + " " + d.Place + " " + d.Summary + " " + d.Description, "start": float64(start), "ends": float64(ends)}
		for _, f := range facets {
			fields[string(f)] = d.Values(f)
		}
		if err := batch.Index(d.ID, fields); err != nil {
			return err
		}
	}
	return b.Batch(batch)
}

func (b bleveIndex) done() error { return nil }

func (b bleveIndex) search(text string) (total, found int, err error) {
	now, exclusive := float64(indextest.Now.Unix()), false
	notOver := bleve.NewNumericRangeInclusiveQuery(&now, nil, &exclusive, nil)
	notOver.SetField("ends")
	r := bleve.NewSearchRequestOptions(notOver, hits, 0, false)
	if text != "" {
		words := bleve.NewMatchQuery(text)
		words.SetField("text")
		r.Query = bleve.NewConjunctionQuery(notOver, words)
	} else {
		r.SortBy([]string{"start"})
	}
	for _, f := range facets {
		r.AddFacet(string(f), bleve.NewFacetRequest(string(f), facetLimit))
	}
	result, err := b.Search(r)
	if err != nil {
		return 0, 0, err
	}
	for _, f := range result.Facets {
		found += len(f.Terms.Terms())
	}
	return int(result.Total), found, nil
}

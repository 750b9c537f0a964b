package main

import (
	"bytes"
	"path/filepath"

	"fritidshub/config"
	"fritidshub/index/analysis"
)

// synonymsFile is a municipality's own words for things, beside sources.yaml.
const synonymsFile = "synonyms.yaml"

// loadSynonyms gives the words that stand for others, with synonyms.yaml in dir when there is one. The error is config.Problems when that is wrong.
func loadSynonyms(dir string) (*analysis.Synonyms, error) {
	path := filepath.Join(dir, synonymsFile)
	text, err := readBeside(path, "da gjelder ordene som følger med")
	if text == nil || err != nil {
		return analysis.BuiltInSynonyms(), err
	}
	known, faults := analysis.ReadSynonyms(bytes.NewReader(text), analysis.BuiltInSynonyms())
	var problems config.Problems
	for _, f := range faults {
		problems = append(problems, config.Problem{File: path, Line: f.Line, Column: f.Column, What: f.What, Do: f.Do})
	}
	if problems != nil {
		return nil, problems
	}
	return known, nil
}

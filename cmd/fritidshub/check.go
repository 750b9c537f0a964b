package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"github.com/mattn/go-sqlite3"

	"fritidshub/config"
	"fritidshub/connectors/all"
)

// check validates sources.yaml and prints every problem.
func (p *program) check(_ context.Context, in *invocation) error {
	path := in.sources
	switch len(in.args) {
	case 0:
	case 1:
		path = in.args[0]
	default:
		return usage("fritidshub check: tar bare én fil")
	}
	cfg, _, _, err := p.load(path)
	var problems config.Problems
	if err != nil && !errors.As(err, &problems) {
		return err
	}
	_, noSchools := loadSchools(filepath.Dir(path))
	_, noPlaces := loadPlaces(filepath.Dir(path))
	_, noSynonyms := loadSynonyms(filepath.Dir(path))
	files, noTexts := loadTexts(filepath.Dir(path))
	for _, err := range []error{noSchools, noPlaces, noSynonyms, noTexts} {
		var wrong config.Problems
		if err != nil && !errors.As(err, &wrong) {
			return err
		}
		problems = append(problems, wrong...)
	}
	if cfg != nil && noTexts == nil {
		cfg.Warnings = append(cfg.Warnings, silentLanguages(path, cfg, files)...)
	}
	if in.json {
		answer := struct {
			OK       bool            `json:"ok"`
			Problems config.Problems `json:"problems"`
			Warnings config.Problems `json:"warnings"`
		}{len(problems) == 0, append(config.Problems{}, problems...), config.Problems{}}
		if cfg != nil {
			answer.Warnings = append(answer.Warnings, cfg.Warnings...)
		}
		if err := json.NewEncoder(p.out).Encode(answer); err != nil {
			return err
		}
	} else if len(problems) > 0 {
		fmt.Fprintln(p.out, problems)
	}
	if len(problems) > 0 {
		return silent(exitUsage)
	}
	if !in.json {
		off := 0
		for _, s := range cfg.Sources {
			if !s.Enabled {
				off++
			}
		}
		for _, w := range cfg.Warnings {
			fmt.Fprintln(p.out, "merk:", w)
		}
		noun := "kilder"
		if len(cfg.Sources) == 1 {
			noun = "kilde"
		}
		fmt.Fprintf(p.out, "%s er i orden: %d %s, %d slått av\n", path, len(cfg.Sources), noun, off)
	}
	return nil
}

// schema prints the JSON Schema of sources.yaml.
func (p *program) schema(context.Context, *invocation) error {
	var kinds []config.KindSchema
	for _, k := range all.Registry().Kinds() {
		kinds = append(kinds, config.KindSchema{Name: k.Name, Summary: k.Summary, Options: k.Options})
	}
	text, err := config.Schema(kinds)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s\n", text)
	return err
}

// version prints what was built of what.
func (p *program) version(_ context.Context, in *invocation) error {
	lite, _, _ := sqlite3.Version()
	v := struct {
		Version string `json:"version"`
		Commit  string `json:"commit"`
		Go      string `json:"go"`
		SQLite  string `json:"sqlite"`
	}{version(), "ukjent", runtime.Version(), lite}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v.Commit = s.Value
			}
		}
	}
	if in.json {
		return json.NewEncoder(p.out).Encode(v)
	}
	_, err := fmt.Fprintf(p.out, "fritidshub %s\ncommit %s\n%s\nSQLite %s\n", v.Version, v.Commit, v.Go, v.SQLite)
	return err
}

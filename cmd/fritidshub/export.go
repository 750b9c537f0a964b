package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fritidshub/api"
	"fritidshub/api/export"
)

func exportFlags(f *flag.FlagSet, in *invocation) {
	f.StringVar(&in.format, "format", "ndjson", "format: "+formatNames(", "))
	f.StringVar(&in.output, "o", "", "fil å skrive til; uten den skrives det til standard ut")
}

func formatNames(separator string) string {
	return strings.Join(slices.Sorted(maps.Keys(export.Formats())), separator)
}

// export writes all current listings.
func (p *program) export(ctx context.Context, in *invocation) error {
	if _, ok := export.Formats()[in.format]; !ok {
		return usage(fmt.Sprintf("fritidshub export: formatet %q finnes ikke; en av: %s", in.format, formatNames(", ")))
	}
	if _, err := os.Stat(filepath.Join(in.data, databaseName)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s har ingen database; kjør `fritidshub sync` først, eller oppgi mappen med -data", in.data)
	}
	target, err := os.Stat(in.output)
	if err == nil && target.IsDir() {
		return usage(fmt.Sprintf("fritidshub export: %s er en mappe; skriv filnavnet også: -o %s", in.output, filepath.Join(in.output, "tilbud."+in.format)))
	}
	inPlace := err == nil && !target.Mode().IsRegular() // a pipe or a device
	h, err := p.open(ctx, in, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer h.close()
	known, err := (&sources{store: h.store, zone: h.config.Hub.Zone}).Sources(ctx)
	if err != nil {
		return err
	}
	out := p.out
	var file *os.File
	switch {
	case in.output == "":
	case inPlace:
		pipe, err := os.OpenFile(in.output, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer pipe.Close()
		out = pipe
	default:
		if file, err = os.CreateTemp(filepath.Dir(in.output), ".fritidshub-export-*"); err != nil {
			return fmt.Errorf("kan ikke skrive %s: %w", in.output, errors.Unwrap(err))
		}
		defer os.Remove(file.Name())
		defer file.Close()
		out = file
	}
	if err := api.Export(ctx, out, in.format, hubInfo(h.config, h.schools, in), in.now(), h.store, known); err != nil {
		return err
	}
	if file == nil {
		return nil
	}
	if err := file.Chmod(0o644); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), in.output)
}

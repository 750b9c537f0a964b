package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"fritidshub/store/sqlite"
)

func restoreFlags(f *flag.FlagSet, in *invocation) {
	f.BoolVar(&in.force, "force", false, "erstatt databasen som er der; den gamle blir liggende ved siden av")
}

// backup writes a consistent copy of the database, also beside a running serve.
func (p *program) backup(ctx context.Context, in *invocation) error {
	if len(in.args) != 1 {
		return usage("fritidshub backup: oppgi filen som kopien skal skrives til, for eksempel fritidshub backup kopi.db")
	}
	file := filepath.Join(in.data, databaseName)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("det finnes ingen database i %s ennå; hent noe først med sync, eller oppgi en annen mappe med -data", in.data)
	}
	db, err := sqlite.Open(ctx, sqlite.Options{File: file, ReadOnly: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Backup(ctx, in.args[0]); err != nil {
		return err
	}
	info, err := os.Stat(in.args[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Skrev %s, %.1f MB: alt huben vet, med redaktørenes avgjørelser. sources.yaml og miljøvariablene er ikke med.\n", in.args[0], float64(info.Size())/1e6)
	return nil
}

// restore puts a copy in the place of the database.
func (p *program) restore(ctx context.Context, in *invocation) error {
	if len(in.args) != 1 {
		return usage("fritidshub restore: oppgi sikkerhetskopien, for eksempel fritidshub restore kopi.db")
	}
	file := filepath.Join(in.data, databaseName)
	kept, err := sqlite.Restore(ctx, in.args[0], file, in.force, in.now())
	if errors.Is(err, sqlite.ErrNoBackup) {
		return fmt.Errorf("%w. Databasen i %s er ikke rørt", err, in.data)
	}
	if err != nil {
		return err
	}
	for _, derived := range []string{snapshotName, meiliMarkName} { // made of the database that is gone
		if err := os.Remove(filepath.Join(in.data, derived)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("databasen er lagt tilbake, men %w; slett filen for hånd før huben startes", err)
		}
	}
	fmt.Fprintf(p.out, "Databasen i %s er den fra %s.\n", in.data, in.args[0])
	if kept != "" {
		fmt.Fprintf(p.out, "Den gamle ligger som %s. Slett den når du ser at alt er som det skal.\n", kept)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	idleBefore = 5 * time.Second // that the peer is left alone before its memory at rest is read
	peerWait   = 4 * time.Minute
)

// peer measures how a hub without listings takes all of another one's, of which one line of sources.yaml tells it.
func (l *loading) peer(ctx context.Context, repository, dir string) (err error) {
	h := &hub{dir: dir, repository: repository, say: l.say}
	if err := h.prepare(ctx, l.effort); err != nil {
		return err
	}
	if err := h.start(ctx, l.startWait); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.stop()) }()
	_, want, err := h.synced(ctx, time.Time{})
	if err != nil {
		return err
	}
	fresh := &hub{dir: filepath.Join(dir, "peer"), built: h.program(), say: l.say, env: []string{"FRITIDSHUB_ALLOW_PRIVATE=*"}}
	if err := os.RemoveAll(fresh.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(fresh.dir, 0o755); err != nil {
		return err
	}
	file := filepath.Join(fresh.dir, sourcesFile)
	const settings = "hub: {id: sandefjord, name: Aktiviteter i Sandefjord, timezone: Europe/Oslo}\nsources:"
	if err := os.WriteFile(file, []byte(settings+" []\n"), 0o644); err != nil {
		return err
	}
	if err := fresh.start(ctx, l.startWait); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, fresh.stop()) }()
	pause(ctx, idleBefore)
	idle := fresh.memory()
	if err := fresh.forgetPeak(); err != nil {
		return err
	}
	l.say("the peer takes %d records", want)
	theirs, its, began := h.cpu(), fresh.cpu(), time.Now()
	line := fmt.Sprintf("%s\n  - {id: larvik, kind: fritidshub, url: %q}\n", settings, h.base)
	if err := os.WriteFile(file, []byte(line), 0o644); err != nil {
		return err
	}
	if err := fresh.await(ctx, want, began); err != nil {
		return err
	}
	took := time.Since(began).Seconds()
	theirs, its = h.cpu()-theirs, fresh.cpu()-its
	l.hold("a fresh peer has and finds all after", took, "s", 60, most)
	l.hold("… records per second", float64(want)/took, "", 0, none)
	for _, of := range []struct {
		name string
		*hub
	}{{"the hub", h}, {"the peer", fresh}} {
		total, err := of.total(ctx)
		if err != nil {
			return err
		}
		l.hold("… listings that "+of.name+" finds", float64(total), "", 0, none)
	}
	l.hold("… processor time of the peer", its.Seconds(), "s", 0, none)
	l.hold("… processor time of the hub that it reads", theirs.Seconds(), "s", 0, none)
	peak := fresh.peakMemory()
	l.hold("… its memory when idle without listings (VmRSS)", idle, "MB", 0, none)
	l.hold("… most memory above that (VmHWM)", peak-idle, "MB", 0, none) // most of it stays: the index alone may take 250 MB
	pause(ctx, idleBefore)
	l.hold("… most memory above that when idle with all", peak-fresh.memory(), "MB", 200, most)
	l.hold("load of the machine, average of a minute", machineLoad(), "", 0, none)
	return nil
}

// await waits until a hub has read so many records and indexed them.
func (h *hub) await(ctx context.Context, want int, began time.Time) error {
	for {
		pause(ctx, lookEvery)
		_, have, err := h.synced(ctx, began)
		if err != nil || have == want {
			return err
		}
		if ended, why := h.ended(); ended || time.Since(began) > peerWait || ctx.Err() != nil {
			return errors.Join(fmt.Errorf("%s has %d of %d records", h.dir, have, want), why, ctx.Err())
		}
	}
}

// total is how many listings a hub finds.
func (h *hub) total(ctx context.Context) (int, error) {
	var answer struct{ Total int }
	err := getJSON(ctx, h.base+"/api/v1/search?limit=1&facets=none", &answer)
	return answer.Total, err
}

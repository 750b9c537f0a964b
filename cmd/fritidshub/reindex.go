package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
)

// A running hub is the one writer of its indexes, so `reindex` asks it to build them. The two speak by a file in the data folder: the command
// puts reindex-<id>.request there, the hub takes it by renaming it to reindex-<id>.status, and writes there how far it has come, once a second
// at least. When nobody has taken the request within claimWithin, the command takes it back and builds by itself.
const (
	requestSuffix = ".request"
	statusSuffix  = ".status"
	claimWithin   = 3 * time.Second
	lookEvery     = 100 * time.Millisecond
	beatEvery     = time.Second
	silentFor     = 20 * time.Second
)

// reindexed is how far the rebuild of one engine has come.
type reindexed struct {
	Engine  string  `json:"engine"`
	Status  string  `json:"status"` // waiting, running, ok or failed
	Error   string  `json:"error,omitempty"`
	Sent    int     `json:"documents"`
	Of      int     `json:"of"`     // live listings, about
	Held    int     `json:"held"`   // documents in the new index
	Change  int64   `json:"change"` // position of the new index
	Seconds float64 `json:"seconds"`
	By      string  `json:"by"` // serve or reindex
}

// reindexing is the content of a status file.
type reindexing struct {
	Beat    int         `json:"beat"`
	Done    bool        `json:"done"`
	Engines []reindexed `json:"engines"`
}

// rebuild builds the indexes of all engines anew, one after the other, and tells how far it has come.
func (e *engines) rebuild(ctx context.Context, by string, tell func([]reindexed)) []reindexed {
	all := make([]reindexed, len(e.kept))
	for i, k := range e.kept {
		all[i] = reindexed{Engine: k.name, Status: "waiting", By: by}
	}
	for i, k := range e.kept {
		at := &all[i]
		at.Status = "running"
		tell(slices.Clone(all))
		began := time.Now()
		_, err := k.indexer.Rebuild(ctx, func(sent, of int) {
			at.Sent, at.Of, at.Seconds = sent, of, time.Since(began).Seconds()
			tell(slices.Clone(all))
		})
		if err == nil {
			at.Held, err = k.engine.Count(ctx)
		}
		at.Status, at.Change, at.Seconds = "ok", k.indexer.Standing().Change, time.Since(began).Seconds()
		if err != nil {
			at.Status, at.Error = "failed", failure(k.name, err)
			e.hub.log.Error("rebuilding the index", "engine", k.name, "error", err)
		}
		tell(slices.Clone(all))
	}
	return all
}

// failure says in Norwegian why an engine could not be built anew.
func failure(engine string, err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "avbrutt; den gamle indeksen gjelder fortsatt"
	case engine == meiliName:
		return "Meilisearch kunne ikke bygges på nytt (" + err.Error() + "). Se at den går, og at FRITIDSHUB_MEILI_URL og FRITIDSHUB_MEILI_KEY er riktige; den gamle indeksen gjelder fortsatt"
	}
	return "indeksen kunne ikke bygges på nytt (" + err.Error() + "); den gamle gjelder fortsatt"
}

// obey does what `reindex` asks for.
func (e *engines) obey(ctx context.Context) {
	for _, old := range e.files(statusSuffix) { // of a process that is gone
		os.Remove(old)
	}
	each(ctx, followEvery, func(ctx context.Context) {
		var taken []string
		for _, request := range e.files(requestSuffix) {
			status := strings.TrimSuffix(request, requestSuffix) + statusSuffix
			if os.Rename(request, status) == nil {
				taken = append(taken, status)
			}
		}
		if len(taken) > 0 {
			e.report(ctx, taken)
		}
	})
}

func (e *engines) files(suffix string) []string {
	found, _ := filepath.Glob(filepath.Join(e.hub.in.data, "reindex-*"+suffix)) // the pattern is a right one
	return found
}

// report rebuilds and writes to the status files how far it has come.
func (e *engines) report(ctx context.Context, files []string) {
	var mu sync.Mutex
	var state reindexing
	write := func(change func()) {
		mu.Lock()
		defer mu.Unlock()
		change()
		state.Beat++
		for _, file := range files {
			err := writeWhole(file, func(w io.Writer) error { return json.NewEncoder(w).Encode(state) })
			if err != nil {
				e.hub.log.Warn("telling reindex how far it has come", "error", err)
			}
		}
	}
	beating, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { each(beating, beatEvery, func(context.Context) { write(func() {}) }) })
	var told time.Time
	done := e.rebuild(ctx, "serve", func(all []reindexed) {
		if now := time.Now(); now.Sub(told) > lookEvery {
			told = now
			write(func() { state.Engines = all })
		}
	})
	stop()
	group.Wait()
	write(func() { state.Engines, state.Done = done, true })
}

// reindex builds the search indexes anew: by the running hub when there is one, else here.
func (p *program) reindex(ctx context.Context, in *invocation) error {
	if _, err := os.Stat(filepath.Join(in.data, databaseName)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("det finnes ingen database i %s ennå; hent noe først med sync, eller oppgi en annen mappe med -data", in.data)
	}
	show := &reindexProgress{w: p.err}
	if f, ok := p.err.(*os.File); ok && !in.json {
		show.on = isatty.IsTerminal(f.Fd())
	}
	done, err := p.reindexByServe(ctx, in, show.show)
	if err == nil && done == nil {
		done, err = p.reindexHere(ctx, in, show.show)
	}
	show.end()
	if err != nil {
		return err
	}
	failed := false
	for _, r := range done {
		failed = failed || r.Status != "ok"
		if in.json {
			if err := json.NewEncoder(p.out).Encode(r); err != nil {
				return err
			}
		} else {
			fmt.Fprintln(p.out, r.sentence())
		}
	}
	if failed {
		return silent(exitFailed)
	}
	return nil
}

func (r reindexed) sentence() string {
	name := map[string]string{embeddedName: "Innebygd søkemotor", meiliName: "Meilisearch"}[r.Engine]
	if r.Status != "ok" {
		return fmt.Sprintf("%s: FEILET. %s.", name, r.Error)
	}
	where := "og tatt i bruk av huben som går"
	switch {
	case r.By == "reindex" && r.Engine == embeddedName:
		where = "og lagret; den er i bruk fra neste start"
	case r.By == "reindex":
		where = "og tatt i bruk"
	}
	text := fmt.Sprintf("%s: %d oppføringer er indeksert på nytt (%.1f s), talt %s.", name, r.Held, r.Seconds, where)
	if r.Held < r.Sent {
		text += fmt.Sprintf(" %d ble ikke tatt imot; loggen sier hvorfor.", r.Sent-r.Held)
	}
	return text
}

// reindexByServe asks a running hub and waits for it. It gives nil when there is none.
func (p *program) reindexByServe(ctx context.Context, in *invocation, show func([]reindexed)) ([]reindexed, error) {
	base := filepath.Join(in.data, "reindex-"+rand.Text())
	request, status := base+requestSuffix, base+statusSuffix
	if err := os.WriteFile(request, nil, 0o600); err != nil {
		return nil, fmt.Errorf("kan ikke skrive i mappen %s: %w", in.data, err)
	}
	defer os.Remove(status)
	deadline := time.Now().Add(claimWithin)
	for {
		if _, err := os.Stat(request); errors.Is(err, fs.ErrNotExist) {
			break
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			if os.Remove(request) == nil { // nobody can take it any more
				return nil, ctx.Err()
			}
			break
		}
		pause(ctx, lookEvery)
	}
	var last []byte
	heard := time.Now()
	for {
		if text, err := os.ReadFile(status); err == nil && len(text) > 0 && !bytes.Equal(text, last) {
			var state reindexing
			if err := json.Unmarshal(text, &state); err != nil {
				return nil, fmt.Errorf("huben som går, skrev noe uventet i %s: %w", status, err)
			}
			last, heard = text, time.Now()
			if state.Done {
				return state.Engines, nil
			}
			show(state.Engines)
		}
		if time.Since(heard) > silentFor {
			return nil, errors.New("huben som skulle bygge indeksen, svarer ikke lenger; se i loggen dens, og prøv igjen")
		}
		if ctx.Err() != nil {
			return nil, errors.New("avbrutt; huben som går, bygger indeksen ferdig likevel")
		}
		pause(ctx, lookEvery)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// reindexHere builds without a running hub: Meilisearch's index, and the file that the embedded engine is loaded from at the next start.
func (p *program) reindexHere(ctx context.Context, in *invocation, show func([]reindexed)) ([]reindexed, error) {
	h, err := p.open(ctx, in, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	defer h.close()
	e := h.openEngines(&condition{})
	defer e.close()
	e.kept[0].indexer = h.indexer(e.embedded)
	done := e.rebuild(ctx, "reindex", show)
	if err := ctx.Err(); err != nil {
		return nil, errors.New("avbrutt; de gamle indeksene gjelder fortsatt")
	}
	if done[0].Status == "ok" {
		if err := e.snapshot.save(e.embedded, e.kept[0].indexer); err != nil {
			done[0].Status, done[0].Error = "failed", fmt.Sprintf("filen %s kan ikke skrives: %v", e.snapshot.file, err)
		}
	}
	for i, k := range e.kept {
		if done[i].Status == "ok" && k.mark != nil {
			if err := k.mark.write(k.indexer.Built()); err != nil {
				done[i].Status, done[i].Error = "failed", fmt.Sprintf("filen %s kan ikke skrives: %v", k.mark.file, err)
			}
		}
	}
	return done, nil
}

// reindexProgress shows on a terminal, on one line, how far a rebuild has come. It is silent elsewhere.
type reindexProgress struct {
	w  io.Writer
	on bool
}

func (p *reindexProgress) show(all []reindexed) {
	if !p.on {
		return
	}
	var parts []string
	for _, r := range all {
		parts = append(parts, fmt.Sprintf("%s %d av %d", r.Engine, r.Sent, max(r.Of, r.Sent)))
	}
	fmt.Fprint(p.w, "\r\033[K", cmp.Or(strings.Join(parts, " · "), "venter på huben"))
}

func (p *reindexProgress) end() {
	if p.on {
		fmt.Fprint(p.w, "\r\033[K")
	}
}

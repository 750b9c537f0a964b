// Package meili is the search engine that keeps the listings in a Meilisearch server beside the hub, with the same answers as the embedded one.
package meili

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"fritidshub/index"
	"fritidshub/index/analysis"
)

// Options say which server and how.
type Options struct {
	URL string // of the server, without a path
	Key string // that may read, write, create, swap and delete indexes and look at tasks; "" for a server without keys
	// Index is the name of the index, letters, digits, - and _; the one being built beside it has "_new" after it. "": fritidshub.
	Index string
	// Fingerprint is the version of what documents are made by outside of this package: taxonomy, analysis, synonyms. An index that was
	// made by another one is built anew.
	Fingerprint string
	// Rejected hears of each document that is left out, and why: Meilisearch does not take it, or it cannot be sent. nil: nobody does.
	Rejected func(id string, reason error)
	// Pause is how long a write waits when the server is busy; 0: 10 s, as Meilisearch asks for.
	Pause time.Duration
	// Timeout is the longest wait for a connection, and for an answer to begin, so that a server that hangs holds up no writer for ever; 0: 30 s.
	Timeout time.Duration
	// Poll is the time between two looks at a task at most; 0: 1 s.
	Poll time.Duration
}

// ErrOutdated says that the index was made by another version of the hub, or not by one, and cannot answer before it is built anew.
var ErrOutdated = errors.New("meilisearch: the index is to be built anew")

// ErrWriter says that someone else has written to the index since this engine last did. The position is to be asked for again.
var ErrWriter = errors.New("meilisearch: another process writes to the same index")

// Engine implements index.Engine.
type Engine struct {
	server   *server
	uid      string
	model    string
	rejected func(string, error)
	synonyms atomic.Pointer[analysis.Synonyms]

	mu    sync.Mutex // held by the writer, the swap of a rebuild too
	ready bool       // the index is there with its settings
	wrote *place     // where this engine brought it; nil: nowhere yet
}

// New makes an engine. It does not speak with the server, which may be down.
func New(o Options) *Engine {
	if o.Index == "" {
		o.Index = "fritidshub"
	}
	if o.Rejected == nil {
		o.Rejected = func(string, error) {}
	}
	if o.Pause == 0 {
		o.Pause = 10 * time.Second
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	e := &Engine{server: dial(o), uid: o.Index, model: model + " " + o.Fingerprint, rejected: o.Rejected}
	e.SetSynonyms(analysis.BuiltInSynonyms())
	return e
}

// SetSynonyms replaces the synonyms that searches from now on know; at first they are the built-in ones.
func (e *Engine) SetSynonyms(s *analysis.Synonyms) { e.synonyms.Store(s) }

// place reads the position; nil when the index is not there or has none.
func (e *Engine) place(ctx context.Context) (*place, error) {
	answers, err := e.server.search(ctx, e.uid, []ask{askPlace})
	if isCode(err, "index_not_found", "invalid_search_filter") { // the latter: it has not been given its settings
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return placeOf(answers[0])
}

// Change implements index.Engine. An index that another version has made stands at 0, so that all is sent again.
func (e *Engine) Change(ctx context.Context) (int64, error) {
	at, err := e.place(ctx)
	if err != nil || at == nil || at.model != e.model {
		return 0, err
	}
	return at.change, nil
}

// Count implements index.Engine.
func (e *Engine) Count(ctx context.Context) (int, error) {
	n, err := e.count(ctx, e.uid)
	if isCode(err, "index_not_found", "invalid_search_filter") {
		return 0, nil
	}
	return n, err
}

func (e *Engine) count(ctx context.Context, uid string) (int, error) {
	answers, err := e.server.search(ctx, uid, []ask{{filter: fieldEnds + " EXISTS"}})
	if err != nil {
		return 0, err
	}
	return answers[0].total, nil
}

// Each implements index.Lister.
func (e *Engine) Each(ctx context.Context, f func(id string, change int64) error) error {
	at, err := e.place(ctx)
	if err == nil && (at == nil || at.model != e.model) {
		err = ErrOutdated
	}
	if err != nil {
		return err
	}
	if err := e.server.each(ctx, e.uid, fieldEnds+" EXISTS", []string{fieldListing, fieldOwnChange}, func(h hit) error {
		id, err1 := field[string](h, fieldListing)
		change, err2 := field[int64](h, fieldOwnChange)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		return f(id, change)
	}); err != nil {
		return err
	}
	end, err := e.place(ctx)
	if err == nil && (end == nil || *end != *at) {
		err = errMoved
	}
	return err
}

// BatchSize implements index.Batcher: each batch is waited for.
func (e *Engine) BatchSize() int { return 2 * chunkDocuments }

// Drop deletes the index, and what is being built beside it.
func (e *Engine) Drop(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ready, e.wrote = false, nil
	return errors.Join(e.server.drop(ctx, e.uid), e.server.drop(ctx, e.uid+"_new"))
}

// Close implements index.Engine.
func (e *Engine) Close() error {
	e.server.api.Close()
	return nil
}

// stand gives where the prepared index is; nil when it has no position yet. One that has been lost since this engine wrote to it, or whose
// settings have, is prepared again.
func (e *Engine) stand(ctx context.Context) (*place, error) {
	if err := e.prepare(ctx); err != nil {
		return nil, err
	}
	at, err := e.place(ctx)
	if err != nil || at != nil || e.wrote == nil {
		return at, err
	}
	e.wrote, e.ready = nil, false
	if err := e.prepare(ctx); err != nil {
		return nil, err
	}
	return e.place(ctx)
}

// prepare makes the index when it is missing and gives it its settings when they are others. Once is enough, until it is lost.
func (e *Engine) prepare(ctx context.Context) error {
	if e.ready {
		return nil
	}
	err := e.make(ctx, e.uid)
	e.ready = err == nil
	return err
}

func (e *Engine) make(ctx context.Context, uid string) error {
	err := e.server.settle(ctx, uid)
	if !isCode(err, "index_not_found") {
		return err
	}
	if err := e.server.create(ctx, uid); err != nil {
		return err
	}
	return e.server.settle(ctx, uid)
}

// Apply implements index.Engine. The position goes in the same task as the documents, so that Meilisearch has both or neither. What is
// deleted becomes in that task a document that nothing finds, and is removed in the next.
func (e *Engine) Apply(ctx context.Context, batch index.Batch) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	at, err := e.stand(ctx)
	if err != nil {
		return err
	}
	if at == nil {
		at = &place{model: e.model}
	} else if e.wrote != nil && *e.wrote != *at {
		e.wrote, e.ready = nil, false
		return ErrWriter
	}
	to := place{change: batch.Change, build: at.build, model: e.model}
	if err := e.apply(ctx, batch, *at, to); err != nil {
		e.wrote, e.ready = nil, false
		return fmt.Errorf("apply: %w", err)
	}
	e.wrote = &to
	return nil
}

func (e *Engine) apply(ctx context.Context, batch index.Batch, from, to place) error {
	out := e.shipping(e.uid, e.rejected)
	out.between = &from
	var removed []string
	docs := map[string][]byte{} // by id
	for _, id := range batch.Deletes {
		docs[id] = fmt.Appendf(nil, `{"%s":"%s"}`, fieldID, documentID(id))
		removed = append(removed, documentID(id))
	}
	var list []sent
	for i := len(batch.Upserts) - 1; i >= 0; i-- {
		d := &batch.Upserts[i]
		if docs[d.ID] == nil {
			if docs[d.ID] = out.document(d); docs[d.ID] != nil {
				list = append(list, sent{d.ID, docs[d.ID]})
			}
		}
	}
	for _, id := range batch.Deletes {
		list = append(list, sent{id, docs[id]})
	}
	chunks := chunked(list)
	last := len(chunks) - 1
	tasks := make([]int64, last)
	for i, chunk := range chunks[:last] { // not waited for one by one, so that Meilisearch can take several at once
		task, err := out.begin(ctx, chunk, nil)
		if err != nil {
			task, err = -1, out.finish(ctx, chunk, nil, -1, err)
		}
		if err != nil {
			return err
		}
		tasks[i] = task
	}
	for i, task := range tasks {
		if err := out.finish(ctx, chunks[i], nil, task, nil); err != nil {
			return err
		}
	}
	if err := out.send(ctx, chunks[last], &to); err != nil {
		return err
	}
	if len(removed) == 0 {
		return nil
	}
	task, err := e.server.remove(ctx, e.uid, removed)
	if err != nil {
		return err
	}
	return e.server.wait(ctx, task)
}

// Rebuild implements index.Engine: it builds an index beside the live one, counts it, swaps the two and deletes the old one. Writes wait
// meanwhile, since what is in the queue when the indexes swap names goes into the wrong one.
func (e *Engine) Rebuild(ctx context.Context, change int64, next func() (index.Document, bool, error)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	at, err := e.stand(ctx) // a swap needs both indexes
	if err != nil {
		return err
	}
	to := place{change: change, build: 1, model: e.model}
	if at != nil {
		to.build = at.build + 1
	}
	beside := e.uid + "_new"
	if err := e.server.drop(ctx, beside); err != nil {
		return err
	}
	err = e.make(ctx, beside)
	if err == nil {
		err = e.fill(ctx, beside, to, next)
	}
	if err == nil {
		err = e.server.swap(ctx, e.uid, beside)
	}
	if err == nil {
		e.wrote = &to
	} else {
		e.wrote, e.ready = nil, false
	}
	cleanup, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if dropped := e.server.drop(cleanup, beside); err == nil && dropped != nil {
		return fmt.Errorf("rebuilt, but the old index stays: %w", dropped)
	}
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	return nil
}

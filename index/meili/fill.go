package meili

import (
	"context"
	"fmt"
	"slices"

	"fritidshub/index"
)

// ahead is how many chunks may be in Meilisearch's queue before the first of them is waited for.
const ahead = 8

// filling is an index being built.
type filling struct {
	*shipping
	last   map[string]int // in which chunk a listing was sent last
	chunks int            // begun so far
	queue  []chunk        // not yet waited for
	lost   int            // rejected by the server
}

type chunk struct {
	docs   []sent
	number int
	task   int64
}

// fill sends all documents and the position, and counts what has arrived. Chunks are not waited for one by one, so that Meilisearch can take
// several at once.
func (e *Engine) fill(ctx context.Context, uid string, at place, next func() (index.Document, bool, error)) error {
	f := &filling{last: map[string]int{}}
	f.shipping = e.shipping(uid, func(id string, reason error) {
		if _, was := f.last[id]; was {
			f.lost++
		}
		e.rejected(id, reason)
	})
	var docs []sent
	size := 0
	for {
		d, more, err := next()
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if !more {
			break
		}
		if body := f.document(&d); body != nil {
			docs, size, f.last[d.ID] = append(docs, sent{d.ID, body}), size+len(body), f.chunks
		}
		if len(docs) == chunkDocuments || size > chunkBytes {
			if err := f.flush(ctx, docs, ahead); err != nil {
				return err
			}
			docs, size = nil, 0
		}
	}
	if err := f.flush(ctx, docs, 0); err != nil {
		return err
	}
	if err := f.send(ctx, nil, &at); err != nil {
		return err
	}
	held, err := e.count(ctx, uid)
	if err != nil {
		return err
	}
	if wanted := len(f.last) - f.lost; held != wanted {
		return fmt.Errorf("meilisearch holds %d listings of %d sent", held, wanted)
	}
	return nil
}

// flush begins a chunk and leaves at most as many as waiting in the queue.
func (f *filling) flush(ctx context.Context, docs []sent, waiting int) error {
	c := chunk{docs: docs, number: f.chunks, task: -1}
	f.chunks++
	task, err := f.begin(ctx, docs, nil)
	if err != nil {
		err = f.finish(ctx, docs, nil, -1, err)
	}
	if err != nil {
		return err
	}
	c.task = task
	f.queue = append(f.queue, c)
	for len(f.queue) > waiting {
		if err := f.settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// settle waits for the oldest chunk. What it sends again of a failed one is only what no later chunk has replaced.
func (f *filling) settle(ctx context.Context) error {
	c := f.queue[0]
	f.queue = f.queue[1:]
	if c.task < 0 {
		return nil
	}
	err := f.server.wait(ctx, c.task)
	if err == nil {
		return nil
	}
	again := slices.DeleteFunc(slices.Clone(c.docs), func(d sent) bool { return f.last[d.id] != c.number })
	if len(again) == 0 && blames(err) {
		return nil
	}
	return f.finish(ctx, again, nil, -1, err)
}

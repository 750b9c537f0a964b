package meili

import (
	"context"
	"encoding/json"
	"errors"

	"fritidshub/index"
)

// shipping sends documents to one index.
type shipping struct {
	server   *server
	uid      string
	rejected func(id string, reason error)
	between  *place // where an index that is searched stands until all is there; nil: nobody searches it
}

func (e *Engine) shipping(uid string, rejected func(string, error)) *shipping {
	return &shipping{server: e.server, uid: uid, rejected: rejected}
}

// sent is a document on its way.
type sent struct {
	id   string // of the listing
	body []byte
}

// document gives nil for one that cannot be sent.
func (s *shipping) document(d *index.Document) []byte {
	body, err := newDocument(d)
	if err != nil {
		s.rejected(d.ID, err)
		return nil
	}
	return body
}

// A chunk is one request and one task.
const (
	chunkDocuments = 2_000
	chunkBytes     = 16 << 20
)

// chunked divides a list; it gives at least one chunk.
func chunked(list []sent) [][]sent {
	chunks := [][]sent{nil}
	size := 0
	for _, doc := range list {
		last := &chunks[len(chunks)-1]
		if len(*last) == chunkDocuments || size+len(doc.body) > chunkBytes && len(*last) > 0 {
			chunks, size = append(chunks, nil), 0
			last = &chunks[len(chunks)-1]
		}
		*last = append(*last, doc)
		size += len(doc.body)
	}
	return chunks
}

// begin puts documents, and the position when it is given, into the queue. An index that is searched is told of each part of a batch, so that a
// reader notices that it has moved between two questions.
func (s *shipping) begin(ctx context.Context, docs []sent, at *place) (int64, error) {
	if at == nil && s.between != nil && len(docs) > 0 {
		s.between.part++
		at = s.between
	}
	bodies := make([][]byte, 0, len(docs)+1)
	for _, d := range docs {
		bodies = append(bodies, d.body)
	}
	if at != nil {
		body, err := json.Marshal(map[string]any{fieldID: "position", fieldMeta: "position", fieldChange: at.change, fieldBuild: at.build, fieldModel: at.model, fieldPart: at.part})
		if err != nil {
			return 0, err
		}
		bodies = append(bodies, body)
	}
	if len(bodies) == 0 {
		return -1, nil
	}
	return s.server.put(ctx, s.uid, bodies)
}

// send sends documents and sees that they arrive.
func (s *shipping) send(ctx context.Context, docs []sent, at *place) error {
	task, err := s.begin(ctx, docs, at)
	return s.finish(ctx, docs, at, task, err)
}

// finish waits for what begin has sent. A task fails as a whole: when a document is at fault, halving finds it, it is told and left
// out, and the others are kept.
func (s *shipping) finish(ctx context.Context, docs []sent, at *place, task int64, err error) error {
	if err == nil && task >= 0 {
		err = s.server.wait(ctx, task)
	}
	if err == nil || !blames(err) || len(docs) == 0 {
		return err
	}
	if len(docs) == 1 {
		s.rejected(docs[0].id, err)
		return s.send(ctx, nil, at)
	}
	half := len(docs) / 2
	if err := s.send(ctx, docs[:half], nil); err != nil {
		return err
	}
	return s.send(ctx, docs[half:], at)
}

// blames reports whether it is a document that is at fault, not the server.
func blames(err error) bool {
	var failed *taskFailed
	return errors.As(err, &failed) && failed.ours && !isCode(err, "index_not_found") || isCode(err, "payload_too_large", "malformed_payload")
}

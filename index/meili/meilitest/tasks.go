package meilitest

import (
	"fmt"
	"maps"
)

// task is a piece of work in the queue.
type task struct {
	uid         int
	kind, index string
	status      string
	fault       *fault
	work        func() *fault
	looks       int
}

// enqueue puts work at the end of the queue and answers as for any of them. The work runs with the server's lock held.
func (s *Server) enqueue(kind, index string, work func() *fault) (int, any, *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &task{uid: len(s.tasks), kind: kind, index: index, status: "enqueued", work: work}
	s.tasks = append(s.tasks, t)
	return 202, map[string]any{"taskUid": t.uid, "indexUid": t.indexOrNull(), "status": "enqueued", "type": kind, "enqueuedAt": epoch}, nil
}

func (t *task) indexOrNull() any {
	if t.index == "" {
		return nil
	}
	return t.index
}

// Step processes the next task of the queue, and reports whether there was one.
func (s *Server) Step() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.step()
}

func (s *Server) step() bool {
	if s.done == len(s.tasks) {
		return false
	}
	t := s.tasks[s.done]
	s.done++
	t.fault = nil
	if s.FailTask != nil && s.FailTask(t.kind, t.index) {
		t.fault = &fault{500, "internal", "internal", "failed by the test"}
	} else {
		t.fault = t.work()
	}
	t.work, t.status = nil, "succeeded"
	if t.fault != nil {
		t.status = "failed"
	}
	return true
}

// look tells about a task. Unless the server is stepped, the first look finds it waiting and the second one being done, after all that
// came before it.
func (s *Server) look(uid int) (int, any, *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if uid >= len(s.tasks) {
		return 0, nil, &fault{404, "task_not_found", "invalid_request", fmt.Sprintf("Task `%d` not found.", uid)}
	}
	t := s.tasks[uid]
	if t.looks++; !s.Stepped && t.looks > 1 {
		for s.done <= uid && s.step() {
		}
	}
	out := map[string]any{"uid": t.uid, "batchUid": nil, "indexUid": t.indexOrNull(), "status": t.status, "type": t.kind, "canceledBy": nil,
		"details": map[string]any{}, "error": nil, "duration": nil, "enqueuedAt": epoch, "startedAt": nil, "finishedAt": nil}
	if t.fault != nil {
		out["error"] = t.fault.body()
	}
	return 200, out, nil
}

// Keep notes what the server holds now, and gives what brings it back to that, as from a backup: what has come since is lost.
func (s *Server) Keep() (restore func()) {
	copied := func(all map[string]*catalogue) map[string]*catalogue {
		out := map[string]*catalogue{}
		for uid, x := range all {
			y := &catalogue{primary: x.primary, settings: x.settings, docs: maps.Clone(x.docs), next: x.next}
			for id, d := range y.docs {
				own := *d
				y.docs[id] = &own
			}
			out[uid] = y
		}
		return out
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := copied(s.indexes)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.indexes = copied(kept)
	}
}

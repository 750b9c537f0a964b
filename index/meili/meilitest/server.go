// Package meilitest is a stand-in for a Meilisearch server, to test against where there is none. It is made from Meilisearch's
// documented HTTP API (version 1.x, as of 1.50) and knows the part of it that the hub uses. What it gets is checked more strictly than by
// the real one: fields, attributes and addresses that it does not know are refused.
//
// It answers as documented, which is not always as the real one does: analysis of words and ranking are simple, and speed says nothing.
package meilitest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Server is the stand-in. Its fields are set before it is used; its methods may be called at any time.
type Server struct {
	URL string
	// Key is what a request must bring; "" lets all in.
	Key string
	// Refuse may answer a request with an error instead; nil, or status 0, lets it through. It may also wait, to be slow.
	Refuse func(r *http.Request) (status int, code string)
	// FailTask may fail a task that is being processed, by its type and the index, with an internal error.
	FailTask func(kind, index string) bool
	// RefuseDocument may fail a task because of one of its documents, with a code of the real server's, such as invalid_document_geo_field.
	// The code "lost" loses the document without a word, as no server should.
	RefuseDocument func(fields map[string]any) (code string)
	// SearchMs is how long searches say they took.
	SearchMs int
	// Stepped keeps tasks in the queue until Step. Else they are processed while they are being looked at.
	Stepped bool

	mu       sync.Mutex
	indexes  map[string]*catalogue
	tasks    []*task
	done     int // tasks processed
	requests []string
}

// Start starts a server that ends with the test.
func Start(t testing.TB) *Server {
	s := &Server{indexes: map[string]*catalogue{}}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	s.URL = h.URL
	return s
}

// Requests tells what has been asked, as "METHOD /path", and forgets it.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.requests
	s.requests = nil
	return all
}

// Indexes are the names of the indexes there are.
func (s *Server) Indexes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name := range s.indexes {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Documents is how many documents an index holds, of any kind.
func (s *Server) Documents(index string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.indexes[index]; x != nil {
		return len(x.docs)
	}
	return 0
}

// fault is an answer that is an error.
type fault struct {
	status              int
	code, kind, message string
}

func bad(code, format string, args ...any) *fault {
	return &fault{400, code, "invalid_request", fmt.Sprintf(format, args...)}
}

func (f *fault) body() map[string]any {
	return map[string]any{"message": f.message, "code": f.code, "type": f.kind, "link": "https://docs.meilisearch.com/errors#" + f.code}
}

func noIndex(uid string) *fault {
	return &fault{404, "index_not_found", "invalid_request", fmt.Sprintf("Index `%s` not found.", uid)}
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "10")
	}
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

// maxPayload is the documented default limit of a request's body.
const maxPayload = 100 << 20

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	s.mu.Unlock()
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
	if err != nil {
		return
	}
	if s.Refuse != nil {
		if status, code := s.Refuse(r); status != 0 {
			reply(w, status, (&fault{status, code, "system", "refused by the test"}).body())
			return
		}
	}
	status, answer, f := s.answer(r, body)
	if f != nil {
		reply(w, f.status, f.body())
		return
	}
	reply(w, status, answer)
}

var route = regexp.MustCompile(`^/indexes/([A-Za-z0-9_-]{1,400})(/.*)?$`)

func (s *Server) answer(r *http.Request, body []byte) (int, any, *fault) {
	if r.URL.Path == "/health" {
		return 200, map[string]string{"status": "available"}, nil
	}
	switch given := r.Header.Get("Authorization"); {
	case s.Key == "" || given == "Bearer "+s.Key:
	case given == "":
		return 0, nil, &fault{401, "missing_authorization_header", "auth", "The Authorization header is missing. It must use the bearer authorization method."}
	default:
		return 0, nil, &fault{403, "invalid_api_key", "auth", "The provided API key is invalid."}
	}
	if len(body) > maxPayload {
		return 0, nil, &fault{413, "payload_too_large", "invalid_request", "The provided payload reached the size limit."}
	}
	if r.Method == "POST" || r.Method == "PATCH" || r.Method == "PUT" {
		kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
		if kind != "application/json" && !(kind == "application/x-ndjson" && strings.HasSuffix(r.URL.Path, "/documents")) {
			return 0, nil, &fault{415, "invalid_content_type", "invalid_request", "The Content-Type `" + kind + "` is invalid."}
		}
	}
	if m := route.FindStringSubmatch(r.URL.Path); m != nil {
		return s.ofIndex(r, m[1], m[2], body)
	}
	var number int
	switch key := r.Method + " " + r.URL.Path; {
	case key == "GET /version":
		return 200, map[string]string{"commitSha": "stand-in", "commitDate": "", "pkgVersion": "1.50.0"}, nil
	case key == "GET /stats":
		return s.stats()
	case key == "POST /indexes":
		return s.createIndex(body)
	case key == "POST /multi-search":
		return s.multiSearch(body)
	case key == "POST /swap-indexes":
		return s.swapIndexes(body)
	case r.Method == "GET" && scan(r.URL.Path, "/tasks/%d", &number):
		return s.look(number)
	}
	return 0, nil, &fault{404, "not_found", "invalid_request", r.Method + " " + r.URL.Path + " is not an address of this stand-in"}
}

func scan(text, format string, into *int) bool {
	var rest string
	n, _ := fmt.Sscanf(text+" ", format+" %s", into, &rest)
	return n == 1 && fmt.Sprintf(format, *into) == text
}

func (s *Server) ofIndex(r *http.Request, uid, rest string, body []byte) (int, any, *fault) {
	switch r.Method + " " + rest {
	case "GET ", "GET /stats", "GET /settings":
		s.mu.Lock()
		defer s.mu.Unlock()
		x := s.indexes[uid]
		switch {
		case x == nil:
			return 0, nil, noIndex(uid)
		case rest == "/stats":
			return 200, x.stats(), nil
		case rest == "/settings":
			return 200, x.settings, nil
		}
		return 200, map[string]any{"uid": uid, "primaryKey": x.primary, "createdAt": epoch, "updatedAt": epoch}, nil
	case "DELETE ":
		return s.enqueue("indexDeletion", uid, func() *fault {
			if s.indexes[uid] == nil {
				return noIndex(uid)
			}
			delete(s.indexes, uid)
			return nil
		})
	case "POST /documents", "PUT /documents":
		return s.addDocuments(r, uid, body)
	case "POST /documents/fetch":
		return s.fetchDocuments(uid, body)
	case "POST /documents/delete-batch":
		var ids []any
		if err := json.Unmarshal(body, &ids); err != nil {
			return 0, nil, bad("malformed_payload", "The json payload is malformed: %v", err)
		}
		return s.enqueue("documentDeletion", uid, func() *fault {
			x := s.indexes[uid]
			if x == nil {
				return noIndex(uid)
			}
			for _, id := range ids {
				x.remove(fmt.Sprint(id))
			}
			return nil
		})
	case "PATCH /settings", "PUT /settings/facet-search", "DELETE /settings/localized-attributes", "DELETE /settings/distinct-attribute", "DELETE /settings/stop-words",
		"DELETE /settings/synonyms":
		return s.changeSettings(uid, rest, body)
	}
	return 0, nil, &fault{404, "not_found", "invalid_request", r.Method + " " + rest + " of an index is not an address of this stand-in"}
}

const epoch = "2026-01-01T00:00:00Z"

// strict reads a body that may hold nothing else than the fields of v.
func strict(body []byte, v any) *fault {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return bad("bad_request", "%v", err)
	}
	return nil
}

func (s *Server) createIndex(body []byte) (int, any, *fault) {
	var in struct {
		UID        string  `json:"uid"`
		PrimaryKey *string `json:"primaryKey"`
	}
	if f := strict(body, &in); f != nil {
		return 0, nil, f
	}
	if !route.MatchString("/indexes/" + in.UID) {
		return 0, nil, bad("invalid_index_uid", "`%s` is not a valid index uid.", in.UID)
	}
	return s.enqueue("indexCreation", in.UID, func() *fault {
		if s.indexes[in.UID] != nil {
			return &fault{409, "index_already_exists", "invalid_request", "Index `" + in.UID + "` already exists."}
		}
		x := newCatalogue()
		if in.PrimaryKey != nil {
			x.primary = *in.PrimaryKey
		}
		s.indexes[in.UID] = x
		return nil
	})
}

func (s *Server) swapIndexes(body []byte) (int, any, *fault) {
	var swaps []struct {
		Indexes []string `json:"indexes"`
		Rename  bool     `json:"rename"`
	}
	if f := strict(body, &swaps); f != nil {
		return 0, nil, f
	}
	for _, pair := range swaps {
		if len(pair.Indexes) != 2 || pair.Indexes[0] == pair.Indexes[1] {
			return 0, nil, bad("invalid_swap_indexes", "two different indexes are needed")
		}
	}
	return s.enqueue("indexSwap", "", func() *fault {
		for _, pair := range swaps {
			for _, uid := range pair.Indexes {
				if s.indexes[uid] == nil {
					return noIndex(uid)
				}
			}
		}
		for _, pair := range swaps {
			a, b := pair.Indexes[0], pair.Indexes[1]
			s.indexes[a], s.indexes[b] = s.indexes[b], s.indexes[a]
		}
		return nil
	})
}

var documentID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,511}$`)

// addDocuments reads the payload at once, as the real server does, and looks at the documents when the task is processed.
func (s *Server) addDocuments(r *http.Request, uid string, body []byte) (int, any, *fault) {
	for name := range r.URL.Query() {
		if name != "primaryKey" {
			return 0, nil, bad("bad_request", "Unknown parameter `%s`", name)
		}
	}
	var docs []map[string]any
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-ndjson") {
		lines := bufio.NewScanner(bytes.NewReader(body))
		lines.Buffer(nil, maxPayload)
		for lines.Scan() {
			if len(bytes.TrimSpace(lines.Bytes())) == 0 {
				continue
			}
			var doc map[string]any
			if err := json.Unmarshal(lines.Bytes(), &doc); err != nil {
				return 0, nil, bad("malformed_payload", "The ndjson payload is malformed: %v", err)
			}
			docs = append(docs, doc)
		}
	} else if err := json.Unmarshal(body, &docs); err != nil {
		return 0, nil, bad("malformed_payload", "The json payload is malformed: %v", err)
	}
	if len(docs) == 0 {
		return 0, nil, bad("missing_payload", "A payload is missing.")
	}
	replace := r.Method == "POST"
	return s.enqueue("documentAdditionOrUpdate", uid, func() *fault {
		x := s.indexes[uid]
		if x == nil {
			x = newCatalogue()
			s.indexes[uid] = x
		}
		kept := docs
		if s.RefuseDocument != nil {
			kept = nil
			for _, d := range docs {
				switch code := s.RefuseDocument(d); code {
				case "":
					kept = append(kept, d)
				case "lost":
				default:
					return bad(code, "refused by the test: %v", d["id"])
				}
			}
		}
		return x.add(kept, replace)
	})
}

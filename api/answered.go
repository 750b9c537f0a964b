package api

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/catalog"
)

// mostAnswered is how many bytes of answers are kept at once; as many again may wait to be forgotten.
const mostAnswered = 8 << 20

// wire is an answer as it is sent.
type wire struct {
	status int
	header [][2]string
	links  []string // of RFC 8288, before those that every answer has
	tag    string   // of its content, empty when it has none
	body   []byte
	at     time.Time
	asked  []Asked // what of a search is counted
}

// answered keeps answers to searches for as long as other readings (fresh), so that what many ask for at once is made once.
type answered struct {
	mu         sync.Mutex
	young, old map[string]*wire
	size       int
}

func (a *answered) get(key string, now time.Time) *wire {
	a.mu.Lock()
	defer a.mu.Unlock()
	w := a.young[key]
	if w == nil {
		w = a.old[key]
	}
	if w == nil {
		return nil
	}
	if age := now.Sub(w.at); age < 0 || age >= fresh {
		return nil
	}
	return w
}

func (a *answered) put(key string, w *wire) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.size += len(key) + len(w.body); a.young == nil || a.size > mostAnswered {
		a.young, a.old, a.size = map[string]*wire{}, a.young, len(key)+len(w.body)
	}
	a.young[key] = w
}

// stamped is an engine that knows at no cost at which change it is.
type stamped interface{ ChangeNow() int64 }

// answerKey tells apart the requests of a search that have the same answer. It is empty when answers are not to be kept.
func (s *server) answerKey(c *gin.Context) string {
	engine, ok := s.Engine().(stamped)
	if !ok || !s.timed {
		return ""
	}
	return fmt.Sprintf("%d %d %s %v %s", engine.ChangeNow(), s.Now().Unix()/int64(fresh/time.Second), s.Status().Engine,
		acceptsGzip(c.GetHeader("Accept-Encoding")), c.Request.URL.RawQuery)
}

// pack makes an answer ready to be sent. A good one has a strong ETag of its content, one for each coding.
func pack(c *gin.Context, status int, contentType, cacheControl string, body []byte) *wire {
	w := &wire{status: status, body: body, header: [][2]string{{"Content-Type", contentType}, {"Cache-Control", cacheControl}}}
	zip := len(body) >= minZip && acceptsGzip(c.GetHeader("Accept-Encoding"))
	if status == http.StatusOK && cacheControl != cacheNever {
		w.tag = catalog.Hash(body)[:32]
		etag := w.tag
		if zip {
			etag += "-gz"
		}
		w.header = append(w.header, [2]string{"ETag", `"` + etag + `"`})
	}
	if zip && !w.known(c) {
		writers := &zippers
		if cacheControl == cacheForGood || cacheControl == cacheEmbed {
			writers = &pressers
		}
		w.body = zipped(body, writers)
		w.header = append(w.header, [2]string{"Content-Encoding", "gzip"})
	}
	return w
}

// known reports whether the client has it already.
func (w *wire) known(c *gin.Context) bool {
	return w.tag != "" && hasTag(c.GetHeader("If-None-Match"), w.tag)
}

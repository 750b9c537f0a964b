package api

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/rpde"
	"fritidshub/catalog"
)

// ErrNoDump is what Dumps.Open gives when none is kept.
var ErrNoDump = errors.New("api: no dump is kept")

// Dumps keeps the dump of everything from request to request.
type Dumps interface {
	// Open gives the dump that is kept; ErrNoDump when there is none.
	Open() (*Dump, error)
	// Keep keeps what write writes in place of the dump before, of which about and size are told. When write fails, that one stays.
	Keep(about DumpInfo, write func(io.Writer) error) error
}

// DumpInfo says what a dump stands for.
type DumpInfo struct {
	Feed   string    // of the change number
	Change int64     // change number of the listings that it stands at: all changes up to it are in it
	Passed int64     // change number of the records passed on, likewise
	Made   time.Time // whole seconds
}

// Dump is a dump that is kept, opened. Who opened it closes it.
type Dump struct {
	DumpInfo
	io.ReadSeekCloser
}

// How old a dump may be when something has changed since, but no leave was withdrawn, and when nothing has, but what is over by now is still in
// it; and how long making one may take.
const (
	dumpYoung = time.Hour
	dumpOld   = 24 * time.Hour
	dumpTime  = 10 * time.Minute
)

// getDump gives all current listings as lines of JSON, compressed, and says from where to go on in the feed of listings.
func (s *server) getDump(c *gin.Context) error {
	if _, err := s.only(c); err != nil {
		return err
	}
	dump, err := s.dump(c.Request.Context())
	if err != nil {
		return err
	}
	defer dump.Close()
	change := strconv.FormatInt(dump.Change, 10)
	h := c.Writer.Header()
	h.Set("Content-Type", "application/gzip")
	h.Set("Cache-Control", "public, max-age=600")
	h.Set("ETag", fmt.Sprintf(`"%s-%s-%d-%d"`, dump.Feed, change, dump.Passed, dump.Made.Unix()))
	h.Set("X-Change-Number", change)
	h.Set("X-Feed", dump.Feed)
	h["Link"] = slices.Insert(h["Link"], 0, "<"+s.linked("/rpde/listings?afterChangeNumber="+change)+`>; rel="next"; type="application/json"`)
	h.Set("Content-Disposition", `attachment; filename="`+s.Hub.ID+"-"+change+`.ndjson.gz"`)
	connection := http.NewResponseController(c.Writer)
	http.ServeContent(c.Writer, c.Request, "", dump.Made, paced{dump, func() {
		if s.timed {
			_ = connection.SetWriteDeadline(s.Clock().Add(exportPause))
		}
	}})
	return nil
}

// paced gives the client new time for every piece.
type paced struct {
	*Dump
	before func()
}

func (p paced) Read(b []byte) (int, error) {
	p.before()
	return p.Dump.Read(b)
}

// dump opens the dump that is kept, or makes a new one when that is too old. One is made at a time, and to its end also when who asked
// first goes away.
func (s *server) dump(ctx context.Context) (*Dump, error) {
	if kept, err := s.kept(ctx); kept != nil || err != nil {
		return kept, err
	}
	select {
	case s.dumping <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if kept, err := s.kept(ctx); kept != nil || err != nil { // made while we waited
		<-s.dumping
		return kept, err
	}
	made := make(chan error, 1)
	go func() {
		defer func() { <-s.dumping }()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dumpTime)
		defer cancel()
		go func() {
			select {
			case <-s.Stopping:
				cancel()
			case <-ctx.Done():
			}
		}()
		made <- s.makeDump(ctx)
	}()
	select {
	case err := <-made:
		if err != nil {
			return nil, err
		}
		return s.Dumps.Open()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// kept is the dump that is kept, nil when a new one is due.
func (s *server) kept(ctx context.Context) (*Dump, error) {
	state, err := s.Feeds.Feed(ctx)
	if err != nil {
		return nil, err
	}
	dump, err := s.Dumps.Open()
	if errors.Is(err, ErrNoDump) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	age := s.Clock().Sub(dump.Made)
	young := s.timed && age >= -time.Minute && age < dumpYoung
	if dump.Feed == state.ID && (young || dump.Change == state.Listings && age < dumpOld) {
		withdrawn, err := s.leave.withdrawn(ctx, s.Feeds, dump.DumpInfo, state.Records)
		if err == nil && !withdrawn {
			return dump, nil
		}
		return nil, errors.Join(err, dump.Close())
	}
	return nil, dump.Close()
}

// leave remembers how far it has been looked whether leave to pass something on was withdrawn after a dump was made, so that every change is
// looked at once.
type leave struct {
	mu   sync.Mutex
	of   DumpInfo
	seen int64
	gone bool
}

// withdrawn reports whether something in the dump may not be passed on any more, of what has changed until a change number of records.
func (l *leave) withdrawn(ctx context.Context, feeds Feeds, of DumpInfo, until int64) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of != of {
		l.of, l.seen, l.gone = of, of.Passed, false
	}
	for !l.gone && l.seen < until {
		changes, err := feeds.RecordChanges(ctx, "", l.seen, rpde.MaxItems)
		if err != nil {
			return false, err
		}
		if len(changes) == 0 {
			l.seen = until
			break
		}
		l.gone = slices.ContainsFunc(changes, func(p Passed) bool { return p.Why == catalog.WhyLeave })
		l.seen = changes[len(changes)-1].Change
	}
	return l.gone, nil
}

// dumpPage is how many listings are read at once for a dump.
const dumpPage = 500

// passedOn is the listings as the feed of listings has them, made of what may be passed on only.
type passedOn struct {
	Feeds
	standBack func()
}

// Changes implements Changes.
func (p passedOn) Changes(ctx context.Context, after int64, limit int, f func(catalog.ListingState) error) error {
	for given := 0; ; {
		page, err := p.ListingChanges(ctx, "", after, dumpPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for i := range page {
			if given == limit && limit > 0 {
				return nil
			}
			if i%exportStep == 0 && p.standBack != nil {
				p.standBack()
			}
			if err := f(page[i]); err != nil {
				return err
			}
			given, after = given+1, page[i].Change
		}
	}
}

// makeDump keeps a new dump, of what may be passed on. The change number is read first: what changes meanwhile is in the dump or comes in the feed, or both.
func (s *server) makeDump(ctx context.Context) error {
	state, err := s.Feeds.Feed(ctx)
	if err != nil {
		return err
	}
	sources, err := s.Sources.Sources(ctx)
	if err != nil {
		return err
	}
	about := DumpInfo{state.ID, state.Listings, state.Records, s.Clock().Truncate(time.Second)}
	return s.Dumps.Keep(about, func(w io.Writer) error {
		zip := gzip.NewWriter(w)
		if err := Export(ctx, zip, "ndjson", s.Hub, s.Now(), passedOn{s.Feeds, s.StandBack}, sources); err != nil {
			return err
		}
		return zip.Close()
	})
}

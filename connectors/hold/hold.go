// Package hold keeps what a pull finds, packed, until it is known what becomes of it.
package hold

import (
	"context"
	"errors"
	"fmt"
	"io"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// most is how many packed bytes are kept while nothing has changed. More than that is passed on: it is then work done in vain, no more.
const most = 64 << 20

// WhileUnchanged runs pull. What it emits, rejects and warns about is kept, packed, for as long as every response is the same as at the
// last good run; when none has changed it is dropped, and the outcome of a complete pull says Unchanged. An address that has nothing
// to give (a lasting status of 4xx) is not taken for a change; a request that fails otherwise is, should the pull go on without it.
func WhileUnchanged(ctx context.Context, s *connectors.Session, pull func(context.Context, *connectors.Session) (connectors.Outcome, error)) (connectors.Outcome, error) {
	b := &box{to: s}
	held := *s
	held.Get = func(ctx context.Context, req connectors.Request) (*connectors.Response, error) {
		resp, err := s.Get(ctx, req)
		none := (*fetch.Error)(nil)
		switch {
		case err == nil:
			b.asked, b.changed = true, b.changed || !resp.Unchanged
		case !errors.As(err, &none) || none.Temporary || none.Status/100 != 4:
			b.changed = true
		}
		return resp, err
	}
	held.Emit = func(r catalog.Record) error { return b.put(entry{Record: &r}) }
	held.Reject = func(r catalog.Reject) { b.failed = errors.Join(b.failed, b.put(entry{Reject: &r})) }
	held.Warn = func(locator, text string) {
		b.failed = errors.Join(b.failed, b.put(entry{Warning: &[2]string{locator, text}}))
	}
	outcome, err := pull(ctx, &held)
	if err != nil {
		return connectors.Outcome{}, err
	}
	if outcome.Complete && b.asked && !b.changed {
		outcome.Unchanged = true
		return outcome, b.failed
	}
	if err := errors.Join(b.open(), b.failed); err != nil {
		return connectors.Outcome{}, err
	}
	return outcome, nil
}

// box holds what is to be passed on if anything has changed.
type box struct {
	to      *connectors.Session
	pack    pack
	asked   bool // there has been a response
	changed bool
	opened  bool
	failed  error // of something that cannot fail by itself
}

// entry is one thing that was said; one of its fields is set.
type entry struct {
	Record  *catalog.Record `json:"r,omitempty"`
	Reject  *catalog.Reject `json:"x,omitempty"`
	Warning *[2]string      `json:"w,omitempty"`
}

func (b *box) put(e entry) error {
	if b.changed {
		if err := b.open(); err != nil {
			return err
		}
		return b.pass(e)
	}
	err := b.pack.add(e)
	b.changed = b.pack.bytes.Len() > most
	return err
}

func (b *box) pass(e entry) error {
	switch {
	case e.Record != nil:
		return b.to.Emit(*e.Record)
	case e.Reject != nil:
		b.to.Reject(*e.Reject)
	case e.Warning != nil:
		b.to.Warn(e.Warning[0], e.Warning[1])
	}
	return nil
}

// open passes on what is held, in its order, and holds nothing from then on.
func (b *box) open() error {
	if b.opened {
		return nil
	}
	b.opened = true
	in, err := b.pack.open()
	if err != nil {
		return err
	}
	for {
		var e entry
		switch err := in.Decode(&e); {
		case errors.Is(err, io.EOF):
			b.pack = pack{}
			return nil
		case err != nil:
			return fmt.Errorf("hold: %w", err)
		}
		if err := b.pass(e); err != nil {
			return err
		}
	}
}

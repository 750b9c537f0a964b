package ingest

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/store"
)

// So much work as processors may be kept busy is done at once, and what fails or panics gives its place back.
func TestWorkTakesTurns(t *testing.T) {
	const most = 2
	in := New(Options{Busy: most})
	failed := errors.New("failed")
	if err := in.work(func() error { return failed }); !errors.Is(err, failed) {
		t.Errorf("the error of the work is %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic of the work is gone")
			}
		}()
		in.work(func() error { panic("one bad item") })
	}()
	var now atomic.Int32
	inside, done, goOn := make(chan struct{}, 3), make(chan struct{}), make(chan struct{})
	for range cap(inside) {
		go func() {
			in.work(func() error {
				if n := now.Add(1); n > most {
					t.Errorf("%d at once, not %d", n, most)
				}
				inside <- struct{}{}
				<-goOn
				now.Add(-1)
				return nil
			})
			done <- struct{}{}
		}()
	}
	for range most {
		<-inside
	}
	if len(in.busy) != most {
		t.Errorf("%d places of %d are taken", len(in.busy), most)
	}
	close(goOn)
	for range cap(inside) {
		<-done
	}
}

// A record is read in turn.
func TestRecordsAreReadInTurn(t *testing.T) {
	in := New(Options{Busy: 3})
	asked := errors.New("asked for what is known")
	known := func() (*heads, error) {
		if len(in.busy) != 1 {
			t.Errorf("%d places are taken while a record is read, not 1", len(in.busy))
		}
		return nil, asked
	}
	p := &pull{in: in, run: &store.Run{}, batch: newBatch(config.Hub{Zone: time.UTC}, config.Source{ID: "kilde"}, known, time.Unix(0, 0))}
	if err := p.session(nil).Emit(catalog.Record{NativeID: "1", Kind: catalog.KindActivity, Title: "Sjakk i kantina"}); !errors.Is(err, asked) {
		t.Errorf("the record was read to the end: %v", err)
	}
	if len(in.busy) != 0 {
		t.Error("the place was not given back")
	}
}

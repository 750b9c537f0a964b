package changefeed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Feed is what a kind says of the feed that it reads.
type Feed struct {
	Kind   string // the kind of source
	Advice string // what an editor should do when a page is none; a sentence without its full stop
	URL    string // the first page
	// Elsewhere is likewise for a page that leads to another site; "" for the usual.
	Elsewhere string
	Pages     int // the most pages of one run
	// Wholes is the first page of another feed, which describes what the items of this one are parts of; "" for none.
	Wholes string
	// New makes the reader of one walk.
	New func(w *Walk) Reader
}

// Reader makes records of what a walk found.
type Reader interface {
	// Note sees every item when its page comes in; it may be taken back later in the walk.
	Note(it Item, at Place)
	// Emit hands over what was found, when the walk is over. whole says that it began at the top.
	Emit(whole bool) error
	// Links says, after Emit, whether items refer to others (so that one change may need the whole feed), and whether any of those was found.
	Links() (refer, found bool)
}

// The option of how many pages one run reads at most.
const (
	defaultPages = 200
	mostPages    = 2_000
)

// Pages checks options.max_pages and sets what holds when it is not given.
func Pages(n *int) error { return connectors.Count("max_pages", n, defaultPages, mostPages) }

// When a walk begins at the top again: a feed need not keep a deletion for more than seven days.
const (
	maxAway = 7 * 24 * time.Hour
	maxWalk = 30 * 24 * time.Hour
	quiet   = 24 * time.Hour // how long nothing new need not be remembered
)

// state is what a run leaves to the next.
type state struct {
	Next   string    `json:"next"`             // the page to go on from; empty: begin at the top
	Read   time.Time `json:"read"`             // when the feed was last read
	Walked time.Time `json:"walked"`           // when the last walk from the top began
	Whole  bool      `json:"whole,omitempty"`  // that walk reached the end in one run
	Linked bool      `json:"linked,omitempty"` // items of the feed refer to each other, so one change needs the whole feed
	Apart  bool      `json:"apart,omitempty"`  // items refer to others, and none of those is in the feed
	Wholes string    `json:"wholes,omitempty"` // where to look for changes in the feed of wholes
}

// again reports whether what w has read can only be understood together with the rest of the feed.
func (st *state) again(w *Walk) bool {
	refer, _ := w.reader.Links()
	return st.Whole && (st.Linked && len(w.last) > 0 || !st.Apart && refer)
}

// Pull reads a feed once. A walk from the top to the end in one run is a whole reading, where absence counts; every other run gives
// changes. What is read before a page fails is kept, and the next run goes on at that page.
func (f Feed) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	var st state
	if json.Unmarshal(s.State, &st) != nil || s.Now.Sub(st.Read) > maxAway || s.Now.Sub(st.Walked) > maxWalk {
		st = state{}
	}
	top := st.Next == ""
	if top {
		st = state{Next: f.URL, Walked: s.Now}
	}
	w := f.walk(s, st.Next)
	err := w.read(ctx)
	var gone *fetch.Error
	if err != nil && !top && len(w.pages) == 0 && ctx.Err() == nil && errors.As(err, &gone) && gone.Gone() {
		return outcome(state{}, connectors.Outcome{Changes: true, Why: fmt.Sprintf("Siden der forrige kjøring slapp, finnes ikke lenger (status %d). Feeden er trolig bygd på nytt; neste kjøring leser den fra begynnelsen.", gone.Status)})
	}
	if err == nil && !top && (f.changed(ctx, s, st.Wholes) || st.again(w)) {
		top, st = true, state{Walked: s.Now}
		w = f.walk(s, f.URL)
		err = w.read(ctx)
	}
	if err == nil && f.Wholes != "" && (top || len(w.last) > 0) {
		if w.wholes, err = f.beside(ctx, s, f.Wholes); err != nil {
			return connectors.Outcome{}, err
		}
		st.Wholes = w.wholes.next
	}
	if err != nil {
		if len(w.pages) == 0 || w.broken || ctx.Err() != nil || f.Wholes != "" {
			return connectors.Outcome{}, err
		}
		w.why = fmt.Sprintf("Feeden er lest til og med side %d; neste kjøring går videre derfra. %v", len(w.pages), err)
	}
	if err := w.reader.Emit(top); err != nil {
		return connectors.Outcome{}, err
	}
	unchanged := !top && w.ended && len(w.last) == 0 && s.Now.Sub(st.Read) < quiet
	st.Next, st.Read = w.next, s.Now
	if top {
		refer, found := w.reader.Links()
		st.Whole, st.Linked, st.Apart = w.ended, found, refer && !found
	}
	return outcome(st, connectors.Outcome{Complete: w.ended, Unchanged: unchanged, Changes: !top || !w.ended, Why: w.why})
}

// beside reads the feed of wholes to its end.
func (f Feed) beside(ctx context.Context, s *connectors.Session, from string) (*Walk, error) {
	f.URL, f.New = f.Wholes, func(*Walk) Reader { return bystander{} }
	w := f.walk(s, from)
	if err := w.read(ctx); err != nil {
		return nil, err
	}
	if !w.ended {
		return nil, fmt.Errorf("feeden som den andre er del av (%s), er ikke lest til endes: %s", fetch.Redact(f.Wholes), w.why)
	}
	return w, nil
}

// changed reports whether the feed of wholes has anything new, or must be read anew to tell.
func (f Feed) changed(ctx context.Context, s *connectors.Session, from string) bool {
	if f.Wholes == "" {
		return false
	}
	if from == "" {
		return true
	}
	w, err := f.beside(ctx, s, from)
	return err != nil || len(w.last) > 0
}

// bystander takes no note of anything.
type bystander struct{}

func (bystander) Note(Item, Place)           {}
func (bystander) Emit(bool) error            { return nil }
func (bystander) Links() (refer, found bool) { return false, false }

func outcome(st state, o connectors.Outcome) (connectors.Outcome, error) {
	text, err := json.Marshal(st)
	o.State = text
	return o, err
}

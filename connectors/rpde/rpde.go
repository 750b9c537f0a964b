// Package rpde reads OpenActive's change feeds (Realtime Paged Data Exchange 1.0) of opportunities to be active.
package rpde

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Kind reads RPDE feeds whose items are Modelling Opportunity Data 2.0.
var Kind = connectors.Kind{
	Name:    "rpde",
	Version: 1,
	Summary: "Endringsfeeder fra OpenActive (RPDE 1.0): hele feeden først, siden bare det som er nytt, endret eller slettet.",
	Options: &Options{},
	New:     newConnector,
}

// Options are the options of an rpde source.
type Options struct {
	MaxPages int  `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"description=Flest sider i en kjøring (1 til 2000). Uten verdi: 200. Er feeden lengre, går neste kjøring videre der denne slapp."`
	Slots    bool `yaml:"slots" json:"slots,omitempty" jsonschema:"description=Ta med de enkelte ledige timene (Slot) som oppføringer. Uten verdi: de telles, men er ikke med."`
}

// Bounds of a run, and when a walk begins at the top again: a feed need not keep a deletion for more than seven days.
const (
	defaultPages = 200
	mostPages    = 2_000
	emptyPages   = 3        // empty pages in a row before a run ends
	maxKept      = 64 << 20 // bytes of compressed pages held in memory
	maxAway      = 7 * 24 * time.Hour
	maxWalk      = 30 * 24 * time.Hour
)

type connector struct {
	pages int
	slots bool
}

func newConnector(decode func(any) error) (connectors.Connector, error) {
	var o Options
	if err := decode(&o); err != nil {
		return nil, err
	}
	if o.MaxPages < 0 || o.MaxPages > mostPages {
		return nil, fmt.Errorf("options.max_pages er %d; bruk et tall fra 1 til %d", o.MaxPages, mostPages)
	}
	c := &connector{pages: defaultPages, slots: o.Slots}
	if o.MaxPages > 0 {
		c.pages = o.MaxPages
	}
	return c, nil
}

// state is what a run leaves to the next.
type state struct {
	Next   string    `json:"next"`             // the page to go on from; empty: begin at the top
	Read   time.Time `json:"read"`             // when the feed was last read
	Walked time.Time `json:"walked"`           // when the last walk from the top began
	Whole  bool      `json:"whole,omitempty"`  // that walk reached the end in one run
	Linked bool      `json:"linked,omitempty"` // items of the feed refer to each other, so one change needs the whole feed
	Apart  bool      `json:"apart,omitempty"`  // items refer to others, and none of those is in the feed
}

// again reports whether what w has read can only be understood together with the rest of the feed.
func (st *state) again(w *walk) bool {
	return st.Whole && (st.Linked && len(w.last) > 0 || !st.Apart && len(w.wanted) > 0)
}

// Pull implements connectors.Connector. A walk from the top to the end in one run is a whole reading, where absence counts; every
// other run gives changes. What is read before a page fails is kept, and the next run goes on at that page.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	var st state
	if json.Unmarshal(s.State, &st) != nil || s.Now.Sub(st.Read) > maxAway || s.Now.Sub(st.Walked) > maxWalk {
		st = state{}
	}
	top := st.Next == ""
	if top {
		st = state{Next: s.Source.URL, Walked: s.Now}
	}
	w := c.walk(s, st.Next)
	err := w.read(ctx)
	var gone *fetch.Error
	if err != nil && !top && len(w.pages) == 0 && ctx.Err() == nil && errors.As(err, &gone) && gone.Gone() {
		return outcome(state{}, connectors.Outcome{Changes: true, Why: fmt.Sprintf("Siden der forrige kjøring slapp, finnes ikke lenger (status %d). Feeden er trolig bygd på nytt; neste kjøring leser den fra begynnelsen.", gone.Status)})
	}
	if err == nil && !top && st.again(w) {
		top, st = true, state{Walked: s.Now}
		w = c.walk(s, s.Source.URL)
		err = w.read(ctx)
	}
	if err != nil {
		if len(w.pages) == 0 || w.broken || ctx.Err() != nil {
			return connectors.Outcome{}, err
		}
		w.why = fmt.Sprintf("Feeden er lest til og med side %d; neste kjøring går videre derfra. %v", len(w.pages), err)
	}
	if err := w.emit(top); err != nil {
		return connectors.Outcome{}, err
	}
	st.Next, st.Read = w.next, s.Now
	if top {
		st.Whole, st.Linked, st.Apart = w.ended, w.linked, len(w.wanted) > 0 && !w.linked
	}
	return outcome(st, connectors.Outcome{Complete: w.ended, Changes: !top || !w.ended, Why: w.why})
}

func outcome(st state, o connectors.Outcome) (connectors.Outcome, error) {
	text, err := json.Marshal(st)
	o.State = text
	return o, err
}

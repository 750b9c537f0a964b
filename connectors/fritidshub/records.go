package fritidshub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"fritidshub/catalog"
	"fritidshub/client"
	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
	"fritidshub/connectors/through"
	"fritidshub/fetch"
)

// Bounds of reading records.
const (
	chunkPages = 20       // of one pull; each chunk is stored by itself. The fewer there are, the less often is compared anew what is stored already
	chunkBytes = 32 << 20 // of these pages, give or take one
	// rewalk is how often the whole feed is read, so that what a peer has lost without saying so does not live for ever.
	rewalk = 30 * 24 * time.Hour
	// confirm is how long after such a reading it is read once more: what was not there the first time is only missing, for as long as its grace is.
	confirm = 3 * 24 * time.Hour
	// MaxChain is how many hubs a record may have been on, this one included.
	MaxChain = 8
	ahead    = time.Hour // how far a peer's clock may be ahead
	quiet    = 24 * time.Hour
)

// state is what a pull of records leaves to the next.
type state struct {
	Place  client.Place `json:"place,omitzero"` // in the peer's feed; at its change 0: begin at the top
	Read   time.Time    `json:"read,omitzero"`
	Walked time.Time    `json:"walked,omitzero"` // when the last walk from the top began
	Again  bool         `json:"again,omitempty"` // a walk of what was known already is under way; absence counts when it ends, if it is not interrupted
	Known  bool         `json:"known,omitempty"` // a walk has come to the end
	Anew   bool         `json:"anew,omitempty"`  // the walk is of a feed that took the place of another, whose pages caches may hold still
	Once   bool         `json:"once,omitempty"`  // the last walk of what was known already is to be confirmed by another one

	// Listings is the state of reading listings of a peer that has no feed of records, Tried when that was last looked for.
	Listings json.RawMessage `json:"listings,omitempty"`
	Tried    time.Time       `json:"tried,omitzero"`
}

// walk is one pull of the feed of records.
type walk struct {
	s      *connectors.Session
	asker  through.Asker
	allow  []string // whose records the peer may pass on; nil: anybody's
	state  state
	top    bool // it began at the top, in this pull or in one that this one goes on
	hub    string
	pages  int
	bytes  int // of the pages of this chunk
	read   int // items
	barred int // of hubs that the peer may not pass on
	ended  bool
	why    string
	bad    []catalog.Reject
}

// records reads the feed of records from where the last pull ended, at most chunkPages of it.
func (c *connector) records(ctx context.Context, s *connectors.Session, peer address, st state) (connectors.Outcome, error) {
	due := rewalk
	if st.Once {
		due = confirm
	}
	if s.Now.Sub(st.Walked) > due && !st.Again || st.Again && !s.Continues {
		st = state{Place: client.Place{Feed: st.Place.Feed}, Known: st.Known, Once: st.Once, Anew: st.Anew}
	}
	if st.Walked.IsZero() {
		st.Walked, st.Again = s.Now, st.Known
	}
	w := &walk{s: s, asker: through.Asker{Session: s}, allow: c.Hubs, state: st, top: st.Again || st.Place.Change == 0}
	err := w.pull(ctx, peer)
	if errors.Is(err, client.ErrFeedChanged) && w.pages == 0 { // the peer has another database now
		w.state, w.top = state{Place: w.state.Place, Walked: s.Now, Again: st.Known, Known: st.Known, Anew: true}, true
		err = w.pull(ctx, peer)
	}
	err = w.told(err)
	if err != nil && (w.pages == 0 || ctx.Err() != nil || errors.Is(err, connectors.ErrUnreadable)) {
		return connectors.Outcome{}, err
	}
	if err != nil {
		w.why = fmt.Sprintf("Feeden er lest til og med side %d; neste kjøring går videre derfra. %v", w.pages, err)
	}
	if s.Last && !w.ended && w.why == "" {
		w.why = fmt.Sprintf("Feeden er lengre enn det som leses på én gang. %d endringer er lest sist, og neste kjøring går videre derfra. Tar den aldri slutt, så spør den som driver huben, eller slå av kilden.", w.read)
		w.state.Again = false // else the next run would begin at the top, and come no further
	}
	w.report()
	out := connectors.Outcome{Hub: c.speaker(w.hub), Complete: w.ended, Why: w.why, More: !w.ended && w.why == ""}
	out.Changes = !w.ended || !w.top
	out.Unchanged = w.ended && !w.top && w.read == 0 && s.Now.Sub(st.Read) < quiet
	if w.ended {
		w.state.Once = w.state.Again != w.state.Once
		w.state.Known, w.state.Again, w.state.Anew = true, false, false
	}
	w.state.Read = s.Now
	out.State, err = json.Marshal(w.state)
	return out, err
}

// pull reads pages until the feed or the chunk ends.
func (w *walk) pull(ctx context.Context, peer address) error {
	w.asker.Fresh = w.state.Anew
	for page, err := range client.New(peer.base, w.asker.Client()).Pages(ctx, peer.feed, w.state.Place) {
		if errors.Is(err, client.ErrFeedChanged) {
			w.state.Place = page.Place
		}
		if err != nil {
			return err
		}
		w.pages++
		w.bytes += len(w.asker.Text)
		if len(page.Changes) == 0 {
			if said := connectors.Refusal(w.asker.Text); said != "" {
				return w.astray("items", "en side av feeden", said)
			}
		}
		for i := range page.Changes {
			if err := w.item(&page.Changes[i], fmt.Sprintf("side %d, items[%d]", w.pages, i)); err != nil {
				return err
			}
		}
		w.state.Place, w.ended = page.Place, page.Last
		if w.pages >= chunkPages || w.bytes >= chunkBytes {
			return nil
		}
	}
	return nil
}

const advice = "Sjekk at url er adressen til en annen fritidshub"

// told is what went wrong with the reading of a page, as an editor understands it.
func (w *walk) told(err error) error {
	err = through.Cause(err)
	var bad *client.PageError
	switch {
	case errors.Is(err, client.ErrIdle):
		return errors.New("Feeden har bare tomme sider, den ene etter den andre. Meld det til den som driver huben")
	case errors.Is(err, client.ErrFeedChanged):
		return w.astray("feed", "den samme feeden på alle sider", "en annen enn på siden før")
	case !errors.As(err, &bad):
		return err
	}
	if _, err := (changefeed.Feed{Kind: Kind.Name, Advice: advice}).Parse(w.asker.Text, w.asker.Address); err != nil {
		return err
	}
	if bad.Member == "modified" {
		return w.astray("modified", "endringer som fører videre", "de samme en gang til")
	}
	return w.astray(bad.Member, bad.Member+" som i feeden til en hub", bad.Detail)
}

func (w *walk) astray(locator, expected, found string) error {
	return &connectors.PayloadError{URL: fetch.Redact(w.asker.Address), Locator: locator, Expected: expected, Found: catalog.CleanText(found, 200),
		Advice: "Feil i feeden hos den andre huben. Meld det til den som driver den"}
}

// maxData is the bytes of one item's data.
const maxData = 1 << 20

// faults says in Norwegian what is wrong with an item, by the member that cannot be used.
var faults = map[string]string{
	"id": "Elementet har ingen id.", "state": "state er ikke updated eller deleted.", "data": "Elementet er endret, men data er ikke et JSON-objekt.",
}

// parcel is the data of an item: a record as hubs pass it on.
type parcel struct {
	Hub    string          `json:"hub"` // that publishes it
	Origin *catalog.Origin `json:"origin"`
	Record *catalog.Record `json:"record"`
}

// item hands over one change.
func (w *walk) item(it *client.Change, where string) error {
	w.read++
	title, id := "", catalog.NativeID(it.ID)
	if id != "" {
		where += " (id " + id + ")"
	}
	refuse := func(field, reason string) error {
		w.bad = append(w.bad, catalog.Reject{NativeID: id, Title: title, Locator: where, Field: field, Reason: reason, Fixer: catalog.FixSource})
		return nil
	}
	switch {
	case it.Fault != "":
		return refuse(it.Fault, faults[it.Fault])
	case it.Deleted:
		return w.s.Remove(id, it.Why)
	case len(it.Data) > maxData:
		return refuse("data", fmt.Sprintf("data er på mer enn %d KiB.", maxData>>10))
	}
	var p parcel
	if err := json.Unmarshal(it.Data, &p); err != nil {
		return refuse("data", "data kan ikke leses: "+err.Error()+".")
	}
	if p.Origin == nil || p.Record == nil || p.Hub == "" {
		return refuse("data", "data mangler hub, origin eller record.")
	}
	title = catalog.CleanText(p.Record.Title, catalog.MaxTitle)
	if w.hub == "" {
		w.hub = p.Hub
	}
	if p.Hub != w.hub {
		return refuse("hub", twoNames(w.hub, p.Hub))
	}
	if reason := p.wrong(id); reason != "" {
		return refuse("origin", reason)
	}
	if len(w.allow) > 0 && !slices.Contains(w.allow, p.Origin.Hub) {
		w.barred++
		return w.s.Delete(id)
	}
	r, origin := *p.Record, *p.Origin
	if origin.Hub != p.Hub {
		origin.Via = append(slices.Clone(origin.Via), p.Hub)
	}
	if origin.FetchedAt.After(w.s.Now.Add(ahead)) {
		origin.FetchedAt = time.Time{}
	}
	if r.Modified.After(w.s.Now.Add(ahead)) {
		r.Modified = time.Time{}
	}
	r.Source, r.NativeID, r.IDDerived, r.Origin = w.s.Source.ID, id, false, &origin
	return w.s.Emit(r)
}

// twoNames says in Norwegian that a hub says to be two.
func twoNames(one, other string) string {
	return fmt.Sprintf("Huben kaller seg både «%s» og «%s».", catalog.CleanText(one, maxName), catalog.CleanText(other, maxName))
}

// unnamed is what a publisher is called that does not say which hub it is: by its site.
func unnamed(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host[:min(len(u.Host), maxName)]
	}
	return "uten-navn"
}

// maxName is the longest id of a hub or a source, in bytes.
const maxName = 64

// wrong says in Norwegian why a record cannot have the origin that it says; "" when it can.
func (p *parcel) wrong(id string) string {
	o := p.Origin
	chain := append([]string{o.Hub}, o.Via...)
	if o.Hub != p.Hub {
		chain = append(chain, p.Hub)
	} else if len(o.Via) > 0 {
		return "Den kommer fra huben selv, men sier at den har vært innom andre."
	}
	switch {
	case o.Hub == "" || o.Source == "" || o.NativeID == "":
		return "Den sier ikke hvilken hub og kilde den kommer fra (hub, source og native_id)."
	case catalog.ID("listing", o.Hub, o.Source, o.NativeID) != id:
		return "Id-en er ikke den som følger av hub, source og native_id."
	case len(chain) >= MaxChain:
		return fmt.Sprintf("Den har vært innom %d huber; flere enn %d til sammen tas ikke inn.", len(chain), MaxChain)
	case len(o.NativeID) > catalog.MaxID:
		return fmt.Sprintf("native_id i origin er lengre enn %d tegn.", catalog.MaxID)
	case slices.ContainsFunc(append(chain, o.Source), func(name string) bool { return name == "" || len(name) > maxName }):
		return fmt.Sprintf("En av hubene eller kilden i origin har en id som er tom eller lengre enn %d tegn.", maxName)
	case twice(o.Via, o.Hub, p.Hub):
		return "Den har vært innom samme hub to ganger."
	}
	return ""
}

// twice reports whether a way passes a hub twice.
func twice(via []string, hubs ...string) bool {
	for i, hub := range via {
		if slices.Contains(hubs, hub) || slices.Contains(via[:i], hub) {
			return true
		}
	}
	return false
}

// report tells of what could not be used.
func (w *walk) report() {
	for _, r := range w.bad {
		w.s.Reject(r)
	}
	if w.barred > 0 {
		w.s.Warn("", fmt.Sprintf("%d oppføringer er fra huber som ikke står i options.hubs, og er ikke tatt inn", w.barred))
	}
}

package fritidshub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
	"fritidshub/fetch"
)

// Bounds of reading records.
const (
	chunkPages = 20       // of one pull; each chunk is stored by itself. The fewer there are, the less often is compared anew what is stored already
	chunkBytes = 32 << 20 // of these pages, give or take one
	emptyPages = 3        // in a row
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
	Feed   string    `json:"feed,omitempty"` // the peer's id of its feeds: with another one its numbers mean something else
	Next   string    `json:"next,omitempty"` // the page to go on from; empty: begin at the top
	Read   time.Time `json:"read,omitzero"`
	Walked time.Time `json:"walked,omitzero"` // when the last walk from the top began
	Again  bool      `json:"again,omitempty"` // a walk of what was known already is under way; absence counts when it ends, if it is not interrupted
	Known  bool      `json:"known,omitempty"` // a walk has come to the end
	Anew   bool      `json:"anew,omitempty"`  // the walk is of a feed that took the place of another, whose pages caches may hold still
	Once   bool      `json:"once,omitempty"`  // the last walk of what was known already is to be confirmed by another one

	// Listings is the state of reading listings of a peer that has no feed of records, Tried when that was last looked for.
	Listings json.RawMessage `json:"listings,omitempty"`
	Tried    time.Time       `json:"tried,omitzero"`
}

// walk is one pull of the feed of records.
type walk struct {
	s       *connectors.Session
	allow   []string // whose records the peer may pass on; nil: anybody's
	state   state
	top     bool // it began at the top, in this pull or in one that this one goes on
	renewed bool // the feed was another one than last time, and is read from the top
	hub     string
	last    int64 // change number
	pages   int
	bytes   int // of the pages of this chunk
	empty   int
	read    int // items
	barred  int // of hubs that the peer may not pass on
	ended   bool
	why     string
	bad     []catalog.Reject
}

// records reads the feed of records from where the last pull ended, at most chunkPages of it.
func (c *connector) records(ctx context.Context, s *connectors.Session, first string, st state) (connectors.Outcome, error) {
	due := rewalk
	if st.Once {
		due = confirm
	}
	if s.Now.Sub(st.Walked) > due && !st.Again || st.Again && !s.Continues {
		st = state{Feed: st.Feed, Known: st.Known, Once: st.Once, Anew: st.Anew}
	}
	w := &walk{s: s, allow: c.Hubs, state: st}
	if w.state.Next == "" {
		w.state.Next, w.state.Walked, w.state.Again = first, s.Now, st.Known
	}
	w.top = w.state.Again || w.state.Next == first
	err := w.pull(ctx, first)
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
	out := connectors.Outcome{Hub: w.hub, Complete: w.ended, Why: w.why, More: !w.ended && w.why == ""}
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
func (w *walk) pull(ctx context.Context, first string) error {
	for !w.ended && w.why == "" && w.pages < chunkPages && w.bytes < chunkBytes {
		again, err := w.page(ctx)
		if err != nil {
			return err
		}
		if again { // the peer has another database now
			if w.pages > 1 || w.renewed {
				return w.astray("feed", "den samme feeden på alle sider", "en annen enn på siden før")
			}
			w.state = state{Feed: w.state.Feed, Next: first, Walked: w.s.Now, Again: w.state.Known, Known: w.state.Known, Anew: true}
			w.top, w.renewed, w.pages, w.last, w.empty = true, true, 0, 0, 0
		}
	}
	return nil
}

// page reads one page. again says that it is of another feed than the one that was being read, which is now that in the state.
func (w *walk) page(ctx context.Context) (again bool, err error) {
	asked := w.state.Next
	resp, text, err := w.s.Text(ctx, connectors.Request{URL: asked, Accept: "application/json, application/vnd.openactive.rpde+json;q=0.9", Fresh: w.state.Anew})
	if err != nil {
		return false, err
	}
	page, err := feedOf(asked).Parse(text, resp.URL)
	if err != nil {
		return false, err
	}
	w.pages++
	w.bytes += len(text)
	if feed := catalog.CleanText(page.Feed, 100); feed != w.state.Feed {
		before := w.state.Feed
		if w.state.Feed = feed; before != "" {
			return true, nil
		}
	}
	next, err := w.following(page.Next, asked, resp.URL)
	if err != nil {
		return false, err
	}
	for i := range page.Items {
		if err := w.item(&page.Items[i], fmt.Sprintf("side %d, items[%d]", w.pages, i)); err != nil {
			return false, err
		}
	}
	self := next == asked || next == resp.URL
	if w.empty++; len(page.Items) > 0 {
		w.empty = 0
	}
	switch {
	case w.empty > 0 && self:
		w.ended = true
	case self:
		return false, w.astray("next", "next som fører videre", fetch.Redact(next))
	case w.empty >= emptyPages:
		w.why = fmt.Sprintf("%d tomme sider på rad; neste kjøring går videre der denne slapp.", w.empty)
	}
	w.state.Next = next
	return false, nil
}

func feedOf(address string) changefeed.Feed {
	return changefeed.Feed{Kind: Kind.Name, Advice: advice, URL: address}
}

const advice = "Sjekk at url er adressen til en annen fritidshub"

func (w *walk) astray(locator, expected, found string) error {
	return &connectors.PayloadError{URL: fetch.Redact(w.state.Next), Locator: locator, Expected: expected, Found: catalog.CleanText(found, 200),
		Advice: "Feil i feeden hos den andre huben. Meld det til den som driver den"}
}

// elsewhere is what to do about a hub that believes that it is at another address than the one at which it is read.
const elsewhere = "Skriv i url den adressen huben selv sier at den har, eller be den som driver den, sette FRITIDSHUB_PUBLIC_URL til adressen den leses på"

// following is the address of the next page, which must lie where the feed does and lead on.
func (w *walk) following(next, asked, at string) (string, error) {
	if next == "" {
		return "", w.astray("next", "next", "")
	}
	to, ok := changefeed.Beside(next, at, w.s.Source.URL)
	if !ok {
		return "", &connectors.PayloadError{URL: fetch.Redact(at), Locator: "next", Expected: "next på samme nettsted som feeden", Found: catalog.CleanText(fetch.Redact(next), 200),
			Advice: elsewhere}
	}
	if to != asked && !strings.HasPrefix(to, "file:") && afterOf(to) <= afterOf(asked) {
		return "", w.astray("next", "next som fører videre enn "+fetch.Redact(asked), fetch.Redact(next))
	}
	return to, nil
}

// afterOf is the change number after which a page begins; -1 for an address that has none.
func afterOf(address string) int64 {
	if u, err := url.Parse(address); err == nil {
		if n, err := strconv.ParseInt(u.Query().Get("afterChangeNumber"), 10, 64); err == nil && n >= 0 {
			return n
		}
	}
	return -1
}

// parcel is the data of an item: a record as hubs pass it on.
type parcel struct {
	Hub    string          `json:"hub"` // that publishes it
	Origin *catalog.Origin `json:"origin"`
	Record *catalog.Record `json:"record"`
}

// item hands over one change.
func (w *walk) item(it *changefeed.Item, where string) error {
	w.read++
	title := ""
	if it.ID != "" {
		where += " (id " + it.ID + ")"
	}
	refuse := func(field, reason string) error {
		w.bad = append(w.bad, catalog.Reject{NativeID: it.ID, Title: title, Locator: where, Field: field, Reason: reason, Fixer: catalog.FixSource})
		return nil
	}
	switch {
	case it.Fault != "":
		return refuse(it.Field, it.Fault)
	case it.Deleted:
		return w.s.Remove(it.ID, it.Why)
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
	if reason := p.wrong(it.ID); reason != "" {
		return refuse("origin", reason)
	}
	if len(w.allow) > 0 && !slices.Contains(w.allow, p.Origin.Hub) {
		w.barred++
		return w.s.Delete(it.ID)
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
	r.Source, r.NativeID, r.IDDerived, r.Origin = w.s.Source.ID, it.ID, false, &origin
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

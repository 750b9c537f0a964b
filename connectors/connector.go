// Package connectors says what a connector is and keeps the list of kinds that a hub knows.
package connectors

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/fetch"
)

// Kind describes one kind of source: the wire format that its connector reads.
type Kind struct {
	Name string // the kind in sources.yaml
	// Version grows whenever the connector reads the same bytes differently, so that unchanged sources are read again.
	Version int
	// Summary is one sentence in Norwegian that says what it reads.
	Summary string
	// Basis is what the reading was built on and tried against; the kind's README says it field by field.
	Basis Basis
	// Options is a pointer to the zero value of the options struct, for the JSON Schema; nil when the kind takes none.
	Options any
	// Schedule is when a source of the kind is pulled that does not say, and Least the shortest time between two pulls; empty and zero for what
	// holds for most.
	Schedule string
	Least    time.Duration
	// Licensed says that its records bring their licences, so that a source needs none of its own.
	Licensed bool
	// Spacing is the shortest time between the starts of two requests to one host, of a service that is made to be read at once; 0: as for most. What the
	// host asks for itself comes before it.
	Spacing time.Duration
	// Remembers says that what the connector leaves in Outcome.State is knowledge, gathered over many runs, rather than a place in a feed: it
	// gets it back after a change of settings and in a replay too. A connector of another version must be able to read it.
	Remembers bool
	// New makes a connector. It checks the options and never touches the network.
	// decode fills a pointer to an options struct strictly and gives errors with file, line and column.
	New func(decode func(any) error) (Connector, error)
	// Recognise looks at an answer and says how this kind could read it, best first, and what it could read of what the answer links
	// to; nothing when it is not the kind's. It asks nobody: what it says is tried. nil for a kind that nothing can be told to be.
	Recognise func(a *Answer) []Reading
	// Introduce tells what id and name a service gives itself in the answer at Reading.Card, "" where it gives none; nil when there are no such cards.
	Introduce func(card *Answer) (id, name string)
}

// Basis is what is known of a wire format.
type Basis string

// What a kind can be built on. The texts are for an editor.
const (
	BasisOwn      Basis = "vårt eget format"
	BasisDeclared Basis = "kilden beskrives i options"
	BasisStandard Basis = "åpen standard, prøvd mot ekte filer"
	BasisSeen     Basis = "prøvd mot lagrede, ekte svar"
	BasisPartly   Basis = "delvis prøvd mot lagrede svar, resten annenhånds"
	BasisReported Basis = "annenhånds: etter andres kode og beskrivelser, ikke prøvd mot kilden"
	BasisAssumed  Basis = "antatt: oppmerkingen er ikke sett"
)

// Connector pulls one source and emits its records. It knows no database, clock or environment.
type Connector interface {
	// Pull reads the whole source. A bad item is given to s.Reject and the pull goes on; a bad feed is an error, and nothing that
	// was emitted before it counts. It returns Complete when the whole source was read, which is the only
	// state in which absence means anything.
	Pull(ctx context.Context, s *Session) (Outcome, error)
}

// Outcome says how far a pull came.
type Outcome struct {
	// Complete says that the whole source was read.
	Complete bool
	// Unchanged says that every response was the same as at the last good run, so that nothing was parsed or emitted.
	Unchanged bool
	// Why says in Norwegian why the pull is not complete.
	Why string
	// State is what the connector wants to find in Session.State at the next run (a cursor); stored with the records.
	State []byte
	// More says that there is more to be read at once: this much is stored, then the connector is asked again, with Session.Continues set.
	More bool
	// Hub is the id of the hub that the source says to be; empty when it is none.
	Hub string
	// Changes says that the records are changes to what is known (RPDE): absence means nothing, Session.Delete removes.
	Changes bool
}

// Source is what a connector may know of the declared source.
type Source struct {
	ID       string
	Name     string
	URL      string // http(s):// or file:
	Language string
	Zone     *time.Location // for times without a zone; never nil
	Kind     catalog.Kind   // defaults.kind; empty when the source does not set one
}

// Session is what a connector gets for one pull.
type Session struct {
	Source Source
	// State is what the last good pull left in Outcome.State.
	State []byte
	// Now is when the run began.
	Now time.Time
	// Continues says that this pull goes on from one of the same request whose Outcome had More, with State as that left it. What that saw counts as
	// seen when this one is complete.
	Continues bool
	// Last says that the connector is not asked again in this request, whether there is more or not.
	Last bool
	// Get asks for one address of the source, relative ones resolved against Source.URL, with the source's headers, limits and
	// politeness. When the provider says, or the bytes show, that nothing changed since the last good run, the response is the kept
	// one with Unchanged set.
	Get func(ctx context.Context, req Request) (*Response, error)
	// Emit hands over one record. An error means that the run must stop (too many records, cancelled).
	Emit func(catalog.Record) error
	// Delete says that the source has removed an item explicitly.
	Delete func(nativeID string) error
	// Withdraw says that the source has an item still and may not give it any more; no guard keeps it. nil is Delete.
	Withdraw func(nativeID string) error
	// Reject reports one item that could not be used.
	Reject func(catalog.Reject)
	// Warn reports something that an editor should know and that lost nothing; a sentence in Norwegian.
	Warn func(locator, text string)
}

// Remove is Withdraw or Delete, by why a feed of changes says that an item is gone.
func (s *Session) Remove(nativeID, why string) error {
	if why == catalog.WhyLeave && s.Withdraw != nil {
		return s.Withdraw(nativeID)
	}
	return s.Delete(nativeID)
}

// Request is one request of a connector.
type Request struct {
	URL    string // absolute, or relative to the source's; empty means the source's own
	Method string // empty means GET
	Body   []byte
	Accept string
	HTML   bool // a page, not a feed: robots.txt is obeyed and the HTML size cap holds
	Fresh  bool // what caches on the way hold is not good enough
}

// Text asks as Get does, and gives the text of the answer.
func (s *Session) Text(ctx context.Context, req Request) (resp *Response, text string, err error) {
	if resp, err = s.Get(ctx, req); err == nil {
		text, err = resp.Text()
	}
	return resp, text, err
}

// Window is where a window of time begins that takes in what began up to a month before now: the first day of a month, so that the address
// that names it, and with it what is known of a page, changes once a month only.
func Window(now time.Time) time.Time {
	month := now.AddDate(0, 0, -31)
	return catalog.Date(month.Year(), month.Month(), 1)
}

// Count checks options.name, a number from 1 to most, and sets it to usual when the source does not.
func Count(name string, n *int, usual, most int) error {
	if *n < 0 || *n > most {
		return fmt.Errorf("options.%s er %d; bruk et tall fra 1 til %d", name, *n, most)
	}
	*n = cmp.Or(*n, usual)
	return nil
}

// Response is the answer to a Request.
type Response struct {
	*fetch.Response
	// Unchanged says that the body is the same as at the last good run.
	Unchanged bool
}

// ErrUnreadable is wrapped by errors that say that the payload is not what the kind reads.
var ErrUnreadable = errors.New("unreadable payload")

// PayloadError says where a payload could not be read. Its text is Norwegian and meant for an editor.
type PayloadError struct {
	URL      string // without query values
	Locator  string // line, byte offset or path in the payload
	Expected string // what was expected
	Found    string // what was found, at most 200 characters, no more than needed
	Advice   string // what to do about it, a sentence without its full stop; see Mistaken
}

// Error implements error.
func (e *PayloadError) Error() string {
	s := fmt.Sprintf("%s: ventet %s", e.URL, e.Expected)
	if e.Found != "" {
		s += fmt.Sprintf(", fant %q", e.Found)
	}
	if e.Locator != "" {
		s += " (" + e.Locator + ")"
	}
	if e.Advice != "" {
		s += ". " + e.Advice
	}
	return s
}

// Mistaken says in Norwegian what to do when text plainly is another format than the one that kind reads; "" when it cannot tell.
func Mistaken(kind, text string) string {
	start := strings.ToLower(strings.TrimLeft(text[:min(len(text), 2_000)], "\uFEFF \t\r\n"))
	what, other := "", ""
	switch {
	case strings.HasPrefix(start, "begin:vcalendar"):
		what, other = "en kalender", "ical"
	case strings.HasPrefix(start, "<!doctype html"), strings.HasPrefix(start, "<html"):
		return "Dette er en nettside. Se etter adressen til selve dataene og skriv den i url, eller prøv kind: jsonld"
	case strings.HasPrefix(start, "<") && (strings.Contains(start, "<rss") || strings.Contains(start, "<feed") || strings.Contains(start, "<rdf:rdf")):
		what, other = "en feed", "rss"
	}
	if other == "" || other == kind {
		return ""
	}
	return "Dette er " + what + ". Skriv kind: " + other + ", eller rett url"
}

// Unwrap makes errors.Is(err, ErrUnreadable) true.
func (e *PayloadError) Unwrap() error { return ErrUnreadable }

// Registry is the list of kinds that a hub knows.
type Registry struct{ kinds map[string]Kind }

// NewRegistry makes a registry. Two kinds of one name are a programming error and panic.
func NewRegistry(kinds ...Kind) *Registry {
	r := &Registry{kinds: make(map[string]Kind, len(kinds))}
	for _, k := range kinds {
		if _, twice := r.kinds[k.Name]; twice || k.Name == "" || k.New == nil {
			panic(fmt.Sprintf("connectors: kind %q is declared twice or not whole", k.Name))
		}
		r.kinds[k.Name] = k
	}
	return r
}

// Kind gives the kind of that name.
func (r *Registry) Kind(name string) (Kind, bool) {
	k, ok := r.kinds[name]
	return k, ok
}

// Kinds gives all kinds by name.
func (r *Registry) Kinds() []Kind {
	out := make([]Kind, 0, len(r.kinds))
	for _, k := range r.kinds {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b Kind) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return out
}

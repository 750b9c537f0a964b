// Package store says what the hub remembers: sources, runs, records, listings, change numbers. Implementations are in its
// sub-packages and pass the suite of store/storetest.
package store

import (
	"context"
	"errors"
	"time"

	"fritidshub/catalog"
)

// Errors that callers tell apart with errors.Is.
var (
	ErrNotFound = errors.New("store: not found")
	ErrLeased   = errors.New("store: another process runs this source")
	ErrNewer    = errors.New("store: the database was made by a newer fritidshub")
	ErrReadOnly = errors.New("store: the database cannot be written")
	ErrFull     = errors.New("store: the disk is full")
	ErrCorrupt  = errors.New("store: the database is damaged")
)

// Store is the hub's memory. All methods may be called concurrently; a method that writes does so in one transaction.
type Store interface {
	Sources
	Runs
	Listings
	Matching
	Feeds
	Audit
	Daily
	Invitations
	Notices

	// Backup writes a consistent copy to a file that must not exist.
	Backup(ctx context.Context, file string) error
	// Check verifies the integrity of what is stored; the error is ErrCorrupt.
	Check(ctx context.Context) error
	Close() error
}

// Sources is what is known of the declared sources.
type Sources interface {
	// Declare makes the declared sources those given. A source that is not among them, or is disabled, is hidden with its listings;
	// declared again it comes back with the same ids. It returns how many listings changed visibility; they get new change
	// numbers. It also marks runs interrupted whose lease has run out or whose process is gone, so it is called at every start.
	Declare(ctx context.Context, declared []Source, now time.Time) (changed int, err error)
	// SourceStates gives every source ever declared, by id.
	SourceStates(ctx context.Context) ([]SourceState, error)
	SourceState(ctx context.Context, id string) (SourceState, error)

	// BlockedUntil and Block remember per host that a provider asked to be left alone (Retry-After).
	BlockedUntil(ctx context.Context, host string) (time.Time, error)
	Block(ctx context.Context, host string, until time.Time, reason string) error
}

// Source is a declared source, as far as the store and the readers of listings need it.
type Source struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	URL         string `json:"url"` // redacted: no user information, no query values
	Licence     string `json:"licence"`
	Attribution string `json:"attribution"`
	Language    string `json:"language"`
	Schedule    string `json:"schedule"`
	Priority    int    `json:"priority"`
	Enabled     bool   `json:"enabled"`
	// Hub is the id of this hub, at which what it gives begins.
	Hub string `json:"hub,omitzero"`
	// PassOn says that its records may be passed on to other hubs.
	PassOn bool `json:"pass_on,omitzero"`
}

// SourceState is a source with what its runs have led to.
type SourceState struct {
	Source
	Declared bool `json:"declared"` // still in sources.yaml

	LastRun     time.Time `json:"last_run,omitzero"`  // start of the last finished run
	LastGood    time.Time `json:"last_good,omitzero"` // start of the last run that was ok, partial or unchanged
	FailingFrom time.Time `json:"failing_from,omitzero"`
	Failures    int       `json:"failures"` // failed runs in a row
	LastStatus  RunStatus `json:"last_status,omitzero"`
	LastError   string    `json:"last_error,omitzero"`
	LastPull    time.Time `json:"last_pull,omitzero"` // last good run that read the source without conditional requests
	RunningFrom time.Time `json:"running_from,omitzero"`

	Live    int   `json:"live"`    // records that residents may see as of the last run, those in their grace period included; 0 when the source is hidden
	Missing int   `json:"missing"` // of those: in their grace period
	Held    *Held `json:"held,omitempty"`

	// Strip tells how the last StripLength runs ended, the oldest first: the first letter of the status of each, but p for what is held and an editor
	// has decided to keep.
	Strip string `json:"-"`
	Last  *Run   `json:"-"` // the last finished run that asked the source, in short; of one that was unchanged, the warnings are those of the run before it; nil before the first
	// Alike is the start of the first of the runs in a row that ended as the last did and of which the same was noticed, where ok and unchanged are
	// alike; zero when not known.
	Alike time.Time `json:"-"`
	// Ends is when the last of its records is over, as of the last run; zero when there are none, or one never ends.
	Ends time.Time `json:"-"`

	Peer    string `json:"peer,omitzero"` // the hub that it has said to be (Plan.Peer)
	Grouped string `json:"-"`             // with what settings its records were last led to listings

	// State, Fingerprint and Pages are what the next run begins with.
	State       []byte `json:"-"`
	Fingerprint string `json:"-"` // of configuration and connector version at the last good run
}

// Held is a run's effect that waits for an editor.
type Held struct {
	Run      int64     `json:"run"`
	Since    time.Time `json:"since"`
	Removals int       `json:"removals"`
	Of       int       `json:"of"` // records that the source had
	Reason   string    `json:"reason"`
	IDs      []string  `json:"ids,omitempty"` // native ids of the first MaxHeldIDs of them
	Kept     bool      `json:"kept,omitzero"` // an editor has decided that these stay
}

// Page is a kept response of one address of a source.
type Page struct {
	URL          string
	ETag         string
	LastModified string
	Hash         string // SHA-256 of the body, hex
	MediaType    string
	Charset      string
	Location     string // where it came from when that is not URL, without query
	// Body is only set in a plan, and nil there when the store has it already under Hash.
	Body Payload
}

// RunStatus is how a run ended.
type RunStatus string

// How a run ended.
const (
	RunOK          RunStatus = "ok"
	RunPartial     RunStatus = "partial" // some items were rejects, or not everything was read
	RunUnchanged   RunStatus = "unchanged"
	RunHeld        RunStatus = "held" // additions and changes applied, removals wait for an editor
	RunFailed      RunStatus = "failed"
	RunInterrupted RunStatus = "interrupted" // the process ended in the middle
)

// Good reports whether what residents see is what the source said at that run.
func (s RunStatus) Good() bool {
	return s == RunOK || s == RunPartial || s == RunUnchanged || s == RunHeld
}

// Run is one attempt to pull one source.
type Run struct {
	ID       int64     `json:"id"`
	Source   string    `json:"source"`
	Trigger  string    `json:"trigger"` // schedule, hand, catch-up, replay
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`
	Status   RunStatus `json:"status,omitzero"` // empty while it runs
	Step     string    `json:"step,omitzero"`   // where it failed: fetch, decode, parse, map, guard, store, index
	Error    string    `json:"error,omitzero"`
	Complete bool      `json:"complete"`

	Added     int `json:"added"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Missing   int `json:"missing"` // newly or still in their grace period
	Removed   int `json:"removed"`
	Rejected  int `json:"rejected"`
	Dropped   int `json:"dropped,omitzero"` // taken away by the source's drop rules
	Live      int `json:"live"`

	Requests int     `json:"requests"`
	Bytes    int64   `json:"bytes"` // decoded
	HTTP     int     `json:"http_status,omitzero"`
	Moved    string  `json:"moved,omitzero"` // permanent new address
	Seconds  float64 `json:"seconds"`

	Rejects  []catalog.Reject `json:"rejects,omitempty"`  // at most MaxRejects
	Warnings []string         `json:"warnings,omitempty"` // at most MaxWarnings
}

// How many rejects, warnings and held ids one run keeps; the counts are always whole.
const (
	MaxRejects  = 500
	MaxWarnings = 100
	MaxHeldIDs  = 500
)

// Runs is the ledger: what every run did, and what has come of it.
type Runs interface {
	Records
	// Begin takes the run lease of a source and opens a run in the ledger. ErrLeased when another live lease exists, ErrNotFound
	// when the source was never declared. A lease ends when it runs out or its process is gone (closed the store, or was killed);
	// its run is marked interrupted.
	Begin(ctx context.Context, source, trigger string, now time.Time, ttl time.Duration) (Run, error)
	// Renew lengthens the lease of a run; ErrLeased when the run has lost it.
	Renew(ctx context.Context, run int64, now time.Time, ttl time.Duration) error
	// Finish applies a plan and closes its run in one transaction: all of it or nothing. It fills the plan's Run with the counts
	// that only the store knows (Live) and gives the last change number. ErrLeased when the run has lost its lease. After any
	// other error nothing is changed and the lease still holds, so that the run can be finished as failed.
	Finish(ctx context.Context, plan *Plan) (change int64, err error)
	// RunHistory gives the newest runs of a source first, all sources' when source is empty.
	RunHistory(ctx context.Context, source string, limit int) ([]Run, error)

	// Pages gives the kept responses of a source by address, without bodies: when run is 0 the newest good ones, which the next run
	// begins with, else what that run read or, where it got nothing new, the good runs before it.
	Pages(ctx context.Context, source string, run int64) ([]Page, error)
	// LastKept is the run for Pages that gives what a source answered last and could be read: 0 when the newest good responses are that, a
	// held or incomplete run, or, where none could be read, the newest that kept something.
	LastKept(ctx context.Context, source string) (int64, error)
	// Payload gives the body of a kept response by its hash; ErrNotFound when there is none.
	Payload(ctx context.Context, hash string) ([]byte, error)
	// KeepHeld notes that an editor has decided that what a run holds back stays; ErrNotFound when the source holds nothing of that run.
	KeepHeld(ctx context.Context, source string, run int64) error
	// Prune forgets runs that finished before t, and those before quiet that were unchanged after another such run of the same source; the newest of
	// each source stays.
	Prune(ctx context.Context, t, quiet time.Time) (int, error)
}

// Records are what sources have given, each record by itself.
type Records interface {
	// Heads calls f for every record of a source that is not removed, in no order.
	Heads(ctx context.Context, source string, f func(Head) error) error
	// HeadsOf is Heads for those with some native ids.
	HeadsOf(ctx context.Context, source string, nativeIDs []string, f func(Head) error) error
	// Records gives whole records by native id, in the order of the ids; those that do not exist or are removed are left out.
	Records(ctx context.Context, source string, nativeIDs []string) ([]catalog.Record, error)
	// Located calls f for every record with a place that is not removed, of sources that are declared and enabled, in no order. It holds nothing
	// open while f works.
	Located(ctx context.Context, f func(Located) error) error
	// Sample gives the records of a source that are not removed, in order of native id after one, at most limit; "" begins at the first.
	Sample(ctx context.Context, source, after string, limit int) ([]catalog.Record, error)
	// Merged is how many records of a source share their listing with others.
	Merged(ctx context.Context, source string) (int, error)
}

// Head is what a plan compares of a stored record.
type Head struct {
	NativeID     string
	Hash         string // of the normalised content
	Listing      string // listing id
	MissingSince time.Time
	Ends         time.Time // when its last occurrence is over; zero: never known to end
	// ContentKey identifies the content without the id, to notice a source that gives new ids to what it had.
	ContentKey string
}

// Plan is the diff that one run applies.
type Plan struct {
	Run Run // as it will stand in the ledger
	Now time.Time

	Write   []Write  // new and changed records with their listings
	Relist  []Relist // records that did not change, but whose listing did; applied after Write
	Back    []string // native ids that were missing and are there again, unchanged
	Missing []string // native ids that went missing now
	Remove  []string // native ids that become tombstones
	// Withdrawn are those of Remove that the source has no leave to give any more; hubs that have them of this one are told so.
	Withdrawn []string
	// Displaced are records of other sources that become tombstones: they speak for Peer, and may not since the run's source is it.
	Displaced []Ref
	// Held is set when removals wait for an editor, nil clears what was held. It counts only when Run.Status is Good: a failed
	// run leaves a hold as it is.
	Held *Held

	// Match, when set, is called inside the transaction before anything is applied, and may complete Write, Relist, Remove and Displaced: which
	// listings the records lead to, and who speaks for whom, depends on what others have written meanwhile.
	Match func(View) error

	// KeepState says that the source's State stays as it is, and that the next run begins with the same Pages (failed and held runs).
	// So does the Fingerprint then, when the plan's is empty.
	KeepState   bool
	State       []byte
	Fingerprint string
	// Pages are the responses that changed, PageURLs all that the run asked for. The next run begins with the newest of each; unless
	// the source Grows by pages that are never asked for again, those not asked for are history. What is history, and the responses
	// of runs that keep the state, is kept within KeepPayloads and KeepPayloadBytes.
	Pages    []Page
	PageURLs []string
	Grows    bool
	Pulled   bool // the run read the source without conditional requests
	// Peer is the id of the hub that the source says to be; empty when it does not say.
	Peer string
	// Replay says that the run read kept responses: it says nothing about how the source is.
	Replay bool
}

// Write is one record with the listing that it leads to, both as JSON, so that a plan of many records stays small.
//
// A record may lead to a listing that other records lead to as well. A listing is live as long as one of its records is not removed
// and that record's source is visible. One whose last visible record went to another listing is merged into that one; one whose last
// record was removed becomes a tombstone; either is live again, under its id, when a record that can be seen comes back to it.
type Write struct {
	NativeID   string
	Hash       string
	ContentKey string
	Ends       time.Time
	Record     []byte // JSON of catalog.Record
	Listing    []byte // JSON of catalog.Listing; nil when it did not change, or has Members
	Members    []byte // JSON of the members of a listing that says no more than Record: it is made as catalog.SingleJSON makes it
	ListingID  string
	New        bool
	Keys       []uint64 // under which matching finds it
	Features   []byte   // what matching compares of it; the store does not read them
	Hidden     bool     // an editor has hidden what it is about
	Passing             // whether and how it is passed on
	Shareable           // of the listing; not looked at without it
	// Organizer and Place are what the listing names, for the registers of organisers and places; ids are catalog.OrganizerID and PlaceID.
	// They belong to Listing and are not looked at without it.
	Organizer *catalog.Organizer
	Place     *catalog.Place
}

// Relist is a record, of the run's source or another, that leads to another listing now or whose listing has another content,
// because of what a merge found: a bridged listing's other members move, a listing that lost a member is what the rest of it says.
// A record that is removed or does not exist is passed over, its Listing too.
type Relist struct {
	Source    string
	NativeID  string
	ListingID string
	Listing   []byte // as in Write
	Hidden    bool
	// Corrected is as in Passing, of the record.
	Corrected []byte
	Shareable
	Organizer *catalog.Organizer
	Place     *catalog.Place
}

// Listings is what residents and peers read.
type Listings interface {
	// Listing gives one listing, live or not; ErrNotFound when it never existed.
	Listing(ctx context.Context, id string) (catalog.ListingState, error)
	// ListingsByID gives the live listings among ids, in the order of ids.
	ListingsByID(ctx context.Context, ids []string) ([]catalog.ListingState, error)
	// Gone gives the tombstones that had a title, or the address of the item at its source, the latest first, at most limit. It looks through the latest MaxGone.
	Gone(ctx context.Context, named string, limit int) ([]catalog.ListingState, error)
	// Changes calls f for every listing whose change number is above after, in order of change number, at most limit (0: all).
	// Listings that are not live come too: they are deletions.
	Changes(ctx context.Context, after int64, limit int, f func(catalog.ListingState) error) error
	// Changed gives the ids of the listings, live or not, whose change number is above after, at most most of them, in order of change number.
	// It reads nothing of their content.
	Changed(ctx context.Context, after int64, most int) ([]string, error)
	// LiveChanges calls f for the id and the change number of every live listing, in order of change number. It reads nothing of their content.
	LiveChanges(ctx context.Context, f func(id string, change int64) error) error
	// Change is the last change number given.
	Change(ctx context.Context) (int64, error)
	// LiveCount is the number of live listings.
	LiveCount(ctx context.Context) (int, error)

	// Organizers and Places give those that a live listing names, by id.
	Organizers(ctx context.Context) ([]Named[catalog.Organizer], error)
	Places(ctx context.Context) ([]Named[catalog.Place], error)
}

// MaxGone is how many tombstones are looked through for a name.
const MaxGone = 20_000

// Named is an entry of a register with its id and how many live listings name it.
type Named[T any] struct {
	ID       string
	Value    T
	Listings int
}

// Located is what a record says of where it is. Most records are at few places, so it is left as it is stored.
type Located struct {
	Ref
	Missing   bool
	Travelled bool   // it came through a peer
	Place     string // JSON of catalog.Place
	Derived   string // JSON of what of the record was derived, a list of names; empty: nothing
}

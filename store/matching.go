package store

import (
	"context"
	"encoding/json"
	"time"
)

// Matching is what leads records to listings, and what editors have decided about it.
type Matching interface {
	// Regroup asks match which listings records lead to, inside a transaction of its own, and applies the answer. It gives the last change number.
	Regroup(ctx context.Context, now time.Time, match func(View) ([]Relist, error)) (change int64, err error)
	// Look gives f what matching would see now; it writes nothing.
	Look(ctx context.Context, f func(View) error) error
	// SetGrouped remembers with what settings a source's records were led to listings (SourceState.Grouped).
	SetGrouped(ctx context.Context, source, settings string) error
	// Rule stores a decision, and gives its number.
	Rule(ctx context.Context, r Ruling) (int64, error)
	// Unrule takes a decision back; ErrNotFound when there is none of that number.
	Unrule(ctx context.Context, id int64) error
	// Rulings gives all decisions, oldest first.
	Rulings(ctx context.Context) ([]Ruling, error)
}

// Ref names a record: its source, and the source's own id of it.
type Ref struct {
	Source   string `json:"source"`
	NativeID string `json:"native_id"`
}

// Known is a record as a View finds it.
type Known struct {
	Ref
	Listing string // the listing that it leads to
	Since   int64  // the last change number when it came, or came back
	// Features are those of Write; empty when the record was written before there were any.
	Features []byte
}

// View is what matching sees inside a transaction, before it: the records that are not removed, of sources that residents may see.
type View interface {
	Keyed
	// Together gives the records that lead to a listing.
	Together(listing string) ([]Known, error)
	// Known gives a record; ErrNotFound when there is none that can be seen.
	Known(Ref) (Known, error)
	// Record gives a record as JSON of catalog.Record; ErrNotFound when there is none that can be seen.
	Record(Ref) ([]byte, error)
	// Of gives all records of a source.
	Of(source string) ([]Known, error)
	// Keys gives the keys of each record of a source, also when it is hidden.
	Keys(source string) ([][]uint64, error)
	// Listings gives the listings that a source's records lead to, also when it is hidden.
	Listings(source string) ([]string, error)
	// Rulings gives all decisions, oldest first.
	Rulings() ([]Ruling, error)
	// Weights gives what counts of each source when its records meet others.
	Weights() (map[string]Weight, error)
	// Peers gives the sources in use that have said to be a hub (SourceState.Peer), by hub.
	Peers() (map[string][]string, error)
	// Begun gives the records, seen or not, that began at a hub and came by a source that has not said to be it.
	Begun(hub string) ([]Ref, error)
}

// Keyed is what a View finds by the keys of records.
type Keyed interface {
	// Sharing gives, for each of some sets of keys, the numbers of the records that have one of its odd keys, which count alone, or two of the
	// even ones, once each. A key that more than limit(key) records have is passed over: it says nothing. A number names its record as long as the
	// View is there.
	Sharing(keys [][]uint64, limit func(key uint64) int) ([][]int64, error)
	// Blocks gives the numbers of the records that have each of some keys, most(key) of them when there are more; a key that none has is left out.
	Blocks(keys []uint64, most func(key uint64) int) (map[uint64][]int64, error)
	// Numbered gives the records of some numbers, without those that cannot be seen.
	Numbered(numbers []int64) (map[int64]Known, error)
	// Joined gives those of some numbers whose record leads to a listing to which others lead too, seen or not.
	Joined(numbers []int64) ([]int64, error)
}

// Weight is what counts of a source when its records meet others; see Source.
type Weight struct {
	Priority int
	PassOn   bool
}

// What an editor can decide.
const (
	RuleJoin = "join" // A and B are the same thing
	RulePart = "part" // A and B are not
	RuleHide = "hide" // what A is about is not shown
	RuleSet  = "set"  // Field of what A is about is Value
)

// Ruling is an editor's decision about records. It names records by what their sources call them, so it outlives every import.
type Ruling struct {
	ID    int64           `json:"id"`
	At    time.Time       `json:"at"`
	Verb  string          `json:"verb"`
	A     Ref             `json:"a"`
	B     Ref             `json:"b,omitzero"`
	Also  []Ref           `json:"also,omitempty"` // join: the same as A and B; part: not what A is; hide, set: what shared A's listing
	Field string          `json:"field,omitzero"` // JSON name in catalog.Record
	Value json.RawMessage `json:"value,omitempty"`
	Note  string          `json:"note,omitzero"` // why, for the next editor
}

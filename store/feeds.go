package store

import (
	"context"
	"time"

	"fritidshub/catalog"
)

// Feeds is what change feeds are read from. There are two, each with a counter of its own: listings are what the world reads, records are
// what hubs exchange, since a merged listing does not say what each of its sources gave.
type Feeds interface {
	// Feed tells which feeds these are and how far they reach.
	Feed(ctx context.Context) (FeedState, error)
	// ListingChanges gives the listings whose change number is above after, in the order of change numbers, at most limit, each made of the
	// members that may be passed on only. With a municipality those that are in it. What is not live, what may be passed on no more and what has
	// left the municipality comes as a deletion: DeletedAt is set, GoneWhy may be, and of the listing no more than the ID.
	ListingChanges(ctx context.Context, municipality string, after int64, limit int) ([]catalog.ListingState, error)
	// RecordChanges gives the records that this hub passes on and whose change number, of a counter of their own, is above after, in that
	// order, at most limit. With a municipality those that are in it; what has left it comes as a deletion.
	RecordChanges(ctx context.Context, municipality string, after int64, limit int) ([]Passed, error)
}

// FeedState tells which feeds a database has. Its numbers mean something together with the ID only.
type FeedState struct {
	// ID is of this database; a copy that is put back gets another, since its numbers are given anew.
	ID       string
	Listings int64 // the last change number given to a listing
	Records  int64 // the last change number given to a record passed on
}

// Passed is a record that this hub passes on, or has passed on.
type Passed struct {
	ID     string // catalog.ListingID of its origin: the same on every hub
	Change int64
	At     time.Time // when it got its change number
	Source string    // our source, of the copy that counts
	// Record is JSON of catalog.Record, nil when it is passed on no more. Origin is set, also of what was read here, and editors'
	// corrections of that are in it.
	Record []byte
	// Why says of what is gone why that is: catalog.WhyLeave, or empty.
	Why string
}

// Passing is what a store must know of a record to pass it on.
//
// A record of one origin may come by several ways. One copy counts and is passed on: of those that residents may see, the one that came from where it
// began, then the one that has been here longest, so that nobody takes over what another gives by saying to be nearer; then the one with the shortest
// way, of the source with the highest priority, of the lowest source.
type Passing struct {
	Origin string // catalog.ListingID of where it was first read; empty: it is not passed on
	Way    int    // how many hubs have had it before this one; 0: it was read here
	Leave  bool   // its origin lets others pass it on; whether the source that it came by does, is Source.PassOn
	// Municipality is that of the record; four digits, or empty.
	Municipality string
	// Corrected is JSON of catalog.Record as it is passed on; nil when no editor has corrected it.
	Corrected []byte
}

// PassingOf tells what a store must know of a record of hub.
func PassingOf(hub string, r *catalog.Record) Passing {
	p := Passing{Origin: catalog.ListingID(hub, r), Leave: true}
	if r.Place != nil {
		p.Municipality = r.Place.Municipality
	}
	if o := r.Origin; o != nil {
		p.Way, p.Leave = 1+len(o.Via), o.Leave()
	}
	return p
}

// Shareable is what of a listing may be passed on.
type Shareable struct {
	// Unshared says that none of it may.
	Unshared bool
	// Shared is JSON of the catalog.Listing that the members make which may be passed on; nil when all may.
	Shared []byte
}

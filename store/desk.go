package store

import (
	"context"
	"time"
)

// Audit is what people have changed.
type Audit interface {
	// Note adds an entry and gives its id. Entries older than KeepAudit are forgotten.
	Note(ctx context.Context, e Entry) (int64, error)
	// Entries gives the newest first: those before the id, at most limit; 0 begins at the newest.
	Entries(ctx context.Context, before int64, limit int) ([]Entry, error)
}

// KeepAudit is how long an entry is kept.
const KeepAudit = 2 * 365 * 24 * time.Hour

// Entry is one change.
type Entry struct {
	ID      int64
	At      time.Time
	Who     string
	What    string // in words
	Subject string // kind:id of what was changed, "source:bolgen"; "" for the hub itself
}

// Daily is how often something was asked for, by day and without by whom.
type Daily interface {
	// AddDaily adds to sums, all of them or none.
	AddDaily(ctx context.Context, sums []Sum) error
	// DailySums gives the sums of a name from one day to another, both included: by day, the largest first, then by value.
	DailySums(ctx context.Context, name, from, to string) ([]Sum, error)
	// TotalDaily gives the sums of a name over the same days by value, with no Day, the largest first, then by value: those of at least least, at most limit.
	TotalDaily(ctx context.Context, name, from, to string, least int64, limit int) ([]Sum, error)
	// ForgetDaily takes the sums of the days before one away and gives how many they were.
	ForgetDaily(ctx context.Context, before string) (int, error)
}

// Sum is how often one value was asked for on a day.
type Sum struct {
	Day   string // YYYY-MM-DD on the hub's clock
	Name  string // of what is counted
	Value string // "" when nothing is told apart
	N     int64
}

// StripLength is how many runs the strip of a source tells of.
const StripLength = 30

// How much of its rejects and warnings a run that is told in short keeps.
const (
	ShortRejects  = 1
	ShortWarnings = 5
)

// Short is a run without most of its rejects and warnings.
func (r Run) Short() Run {
	r.Rejects, r.Warnings = r.Rejects[:min(len(r.Rejects), ShortRejects)], r.Warnings[:min(len(r.Warnings), ShortWarnings)]
	return r
}

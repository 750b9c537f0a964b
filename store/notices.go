package store

import (
	"context"
	"time"
)

// Notices is what has happened to sources that editors are told of, and who is told by mail.
type Notices interface {
	// AddNotices keeps what has happened, all of it or nothing. What is older than KeepNotices is forgotten then, but for the last of each source.
	AddNotices(ctx context.Context, list []Notice) error
	// Notices gives those after an id, the newest first, at most limit.
	Notices(ctx context.Context, after int64, limit int) ([]Notice, error)
	// LastNotices gives the newest of each source, by source.
	LastNotices(ctx context.Context) ([]Notice, error)

	// Subscribe adds somebody, who is told of what comes after the newest notice, or changes how often somebody is told.
	Subscribe(ctx context.Context, s Subscriber) error
	// Unsubscribe takes somebody out; ErrNotFound when there is no such address.
	Unsubscribe(ctx context.Context, address string) error
	// Subscribers gives all of them by address.
	Subscribers(ctx context.Context) ([]Subscriber, error)
	// Told notes that somebody has been told everything up to a notice.
	Told(ctx context.Context, address string, upTo int64, at time.Time) error

	// Secret is what this hub keeps for itself under a name; "" when it keeps nothing.
	Secret(ctx context.Context, name string) (string, error)
	SetSecret(ctx context.Context, name, value string) error
}

// KeepNotices is how long a notice is kept.
const KeepNotices = 365 * 24 * time.Hour

// What happens to a source.
const (
	NoticeFailing   = "failing"   // it cannot be fetched
	NoticeStale     = "stale"     // what residents see is older than promised
	NoticeHeld      = "held"      // a removal waits for an editor
	NoticeRecovered = "recovered" // it was one of those and is well again
)

// Notice is one thing that happened to a source.
type Notice struct {
	ID     int64
	At     time.Time
	Source string
	Name   string // of the source, as it was called then
	Kind   string // one of the Notice constants
	Text   string // in words
}

// Subscriber is somebody who is told by mail.
type Subscriber struct {
	Address string // of mail
	Every   string // how often: what the caller makes of it
	UpTo    int64  // the last notice that was told
	Told    time.Time
}

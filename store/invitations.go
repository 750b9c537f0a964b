package store

import (
	"context"
	"time"
)

// Invitations are for those who keep their own entries of a list without being editors.
type Invitations interface {
	// Invite stores an invitation and gives its id.
	Invite(ctx context.Context, i Invitation) (int64, error)
	// Invitations gives all there are, the newest first. Those that ended more than KeepAudit before the newest was made are forgotten with what came by them.
	Invitations(ctx context.Context) ([]Invitation, error)
	// Invitation gives one; ErrNotFound when there is none.
	Invitation(ctx context.Context, id int64) (Invitation, error)
	// Revoke ends one; ErrNotFound when there is none, or it is ended already.
	Revoke(ctx context.Context, id int64, at time.Time) error

	// Propose stores what came by an invitation, waiting, and gives its id; ErrNotFound when there is no such invitation.
	Propose(ctx context.Context, p Proposal) (int64, error)
	// Proposals gives what came by an invitation, at most limit, the newest first.
	Proposals(ctx context.Context, invitation int64, limit int) ([]Proposal, error)
	// Waiting gives what waits of all invitations, at most limit, the oldest first, and how much that is altogether.
	Waiting(ctx context.Context, limit int) (waiting []Proposal, all int, err error)
	// Proposal gives one; ErrNotFound when there is none.
	Proposal(ctx context.Context, id int64) (Proposal, error)
	// Answer decides about a proposal; ErrNotFound when there is none that waits.
	Answer(ctx context.Context, id int64, state ProposalState, note string, at time.Time) error
}

// Invitation lets one organisation keep its own entries of a list.
type Invitation struct {
	ID            int64
	Made, Expires time.Time
	By            string // who made it
	Source        string // of the list
	Organizer     string // the organisation's id in the list
	Secret        []byte // that the link is signed with
	Revoked       time.Time
}

// Proposal is a change that came by an invitation.
type Proposal struct {
	ID, Invitation int64
	At             time.Time
	Change         []byte // JSON, as it was sent; the store does not read it
	State          ProposalState
	Note           string // why it was declined
	Decided        time.Time
}

// ProposalState is what has become of a proposal.
type ProposalState string

// What becomes of a proposal.
const (
	ProposalWaiting  ProposalState = "waiting"
	ProposalApproved ProposalState = "approved"
	ProposalDeclined ProposalState = "declined"
)

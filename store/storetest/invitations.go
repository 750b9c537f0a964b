package storetest

import (
	"errors"
	"testing"
	"time"

	"fritidshub/store"
)

func testInvitations(t *testing.T, open Open) {
	r := newRig(t, open)
	invite := func(i store.Invitation) store.Invitation {
		t.Helper()
		id, err := r.Invite(t.Context(), i)
		r.must(err)
		i.ID = id
		return i
	}
	first := invite(store.Invitation{Made: Start, Expires: Start.Add(time.Hour), By: "redaktør", Source: "liste", Organizer: "havna", Secret: []byte{0, 1, 255}})
	second := invite(store.Invitation{Made: Start, Expires: Start.Add(48 * time.Hour), By: "redaktør", Source: "liste", Organizer: "koret", Secret: []byte("s")})
	got, err := r.Invitations(t.Context())
	r.must(err)
	same(t, "invitations", got, []store.Invitation{second, first})

	var sent []store.Proposal
	for i, change := range []string{`{"id":"kor"}`, `{"id":"dans"}`, `{}`} {
		p := store.Proposal{Invitation: []int64{first.ID, second.ID, first.ID}[i], At: Start.Add(time.Duration(i) * time.Minute), Change: []byte(change), State: store.ProposalWaiting}
		id, err := r.Propose(t.Context(), p)
		r.must(err)
		p.ID = id
		sent = append(sent, p)
	}
	if _, err := r.Propose(t.Context(), store.Proposal{Invitation: 99, At: Start}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a proposal by no invitation: %v", err)
	}
	r.must(r.Answer(t.Context(), sent[0].ID, store.ProposalDeclined, "finnes alt", Start.Add(time.Hour)))
	if err := r.Answer(t.Context(), sent[0].ID, store.ProposalApproved, "", Start); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a proposal is decided twice: %v", err)
	}
	waiting, all, err := r.Waiting(t.Context(), 1)
	r.must(err)
	same(t, "what has waited longest", waiting, sent[1:2])
	same(t, "how much waits", all, 2)
	sent[0].State, sent[0].Note, sent[0].Decided = store.ProposalDeclined, "finnes alt", Start.Add(time.Hour)
	own, err := r.Proposals(t.Context(), first.ID, 5)
	r.must(err)
	same(t, "what came by one invitation", own, []store.Proposal{sent[2], sent[0]})
	own, err = r.Proposals(t.Context(), first.ID, 1)
	r.must(err)
	same(t, "the newest of it", own, sent[2:])

	p, err := r.Proposal(t.Context(), sent[0].ID)
	r.must(err)
	same(t, "one of them", p, sent[0])
	if _, err := r.Proposal(t.Context(), 99); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a proposal that there is not: %v", err)
	}

	r.must(r.Revoke(t.Context(), second.ID, Start.Add(time.Minute)))
	for _, id := range []int64{second.ID, 99} {
		if err := r.Revoke(t.Context(), id, Start); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("invitation %d is ended again: %v", id, err)
		}
	}
	second.Revoked = Start.Add(time.Minute)
	one, err := r.Invitation(t.Context(), second.ID)
	r.must(err)
	same(t, "one that was ended", one, second)
	if _, err := r.Invitation(t.Context(), 99); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an invitation that there is not: %v", err)
	}

	late := invite(store.Invitation{Made: Start.Add(store.KeepAudit + 2*time.Hour), Expires: Start.Add(2 * store.KeepAudit), By: "redaktør", Source: "liste", Organizer: "havna", Secret: []byte("t")})
	got, err = r.Invitations(t.Context())
	r.must(err)
	same(t, "what ended long ago is forgotten", got, []store.Invitation{late})
	_, all, err = r.Waiting(t.Context(), 0)
	r.must(err)
	same(t, "with what came by it", all, 0)
}

package main

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"fritidshub/api/console"
	"fritidshub/api/console/signin"
	"fritidshub/store"
)

// Bounds of what comes by one invitation.
const (
	mostWaiting = 30 // proposals at once
	shownSent   = 20
)

// invitationToken lets in who holds it: the invitation's id and end, signed with its secret.
func invitationToken(i store.Invitation) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(i.ID))
	b = binary.BigEndian.AppendUint64(b, uint64(i.Expires.Unix()))
	m := hmac.New(sha256.New, i.Secret)
	m.Write(b)
	return base64.RawURLEncoding.EncodeToString(m.Sum(b))
}

// invited is the invitation of a token, with the list that it is to.
func (d *desk) invited(ctx context.Context, token string) (store.Invitation, *handList, *listText, error) {
	fail := func(err error) (store.Invitation, *handList, *listText, error) {
		return store.Invitation{}, nil, nil, err
	}
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 16+sha256.Size {
		return fail(console.ErrNoInvitation)
	}
	i, err := d.hub.store.Invitation(ctx, int64(binary.BigEndian.Uint64(b)))
	if errors.Is(err, store.ErrNotFound) {
		return fail(console.ErrNoInvitation)
	}
	if err != nil {
		return fail(err)
	}
	if !hmac.Equal([]byte(token), []byte(invitationToken(i))) || !d.holds(i) {
		return fail(console.ErrNoInvitation)
	}
	list, err := d.listOf(i.Source)
	if err != nil {
		return fail(console.ErrNoInvitation)
	}
	t, err := list.read()
	if err != nil {
		return fail(err)
	}
	if t.entry("organizers", i.Organizer) == nil {
		return fail(console.ErrNoInvitation)
	}
	return i, list, t, nil
}

// holds reports whether an invitation lets anybody in now.
func (d *desk) holds(i store.Invitation) bool { return i.Revoked.IsZero() && d.now().Before(i.Expires) }

// Invitations implements console.Guests.
func (d *desk) Invitations(ctx context.Context, id string) (made []console.Invitation, organizers []console.Option, err error) {
	list, err := d.listOf(id)
	if err != nil {
		return nil, nil, err
	}
	t, err := list.read()
	if err != nil {
		return nil, nil, err
	}
	all, err := d.hub.store.Invitations(ctx)
	for _, i := range all {
		if i.Source != id {
			continue
		}
		one := console.Invitation{ID: i.ID, Name: organizerIn(t, i.Organizer), By: i.By, Made: i.Made, Expires: i.Expires, Revoked: !i.Revoked.IsZero()}
		if n := t.entry("organizers", i.Organizer); n != nil && d.holds(i) {
			one.Link = d.hub.in.publicURL + deskPath + "own/" + invitationToken(i)
			values := url.Values{}
			flat(values, "", n)
			one.Mail = values.Get("contact.email")
		}
		made = append(made, one)
	}
	return made, namedIn(t, "organizers"), err
}

// organizerIn is the name of an organisation of a list.
func organizerIn(t *listText, id string) string {
	if n := t.entry("organizers", id); n != nil {
		return cmp.Or(textOf(n, "name"), id)
	}
	return id
}

// Invite implements console.Guests.
func (d *desk) Invite(ctx context.Context, id, organizer string, days int) error {
	list, err := d.listOf(id)
	if err != nil {
		return err
	}
	t, err := list.read()
	if err != nil {
		return err
	}
	if t.entry("organizers", organizer) == nil {
		return console.ErrNoEntry
	}
	secret := make([]byte, sha256.Size)
	rand.Read(secret) // never fails
	user, _ := signin.UserOf(ctx)
	now := d.now()
	_, err = d.hub.store.Invite(ctx, store.Invitation{Made: now, Expires: now.Add(time.Duration(days) * 24 * time.Hour).Truncate(time.Second), By: user.Name, Source: id, Organizer: organizer, Secret: secret})
	return err
}

// Revoke implements console.Guests.
func (d *desk) Revoke(ctx context.Context, list string, id int64) error {
	i, err := d.hub.store.Invitation(ctx, id)
	if err == nil && i.Source != list {
		err = store.ErrNotFound
	}
	if err == nil {
		err = d.hub.store.Revoke(ctx, id, d.now())
	}
	if errors.Is(err, store.ErrNotFound) {
		return console.ErrNoInvitation
	}
	return err
}

// Waiting implements console.Guests.
func (d *desk) Waiting(ctx context.Context) (int, error) {
	_, all, err := d.hub.store.Waiting(ctx, 0)
	return all, err
}

// Proposals implements console.Guests.
func (d *desk) Proposals(ctx context.Context, limit int) ([]console.Proposal, error) {
	waiting, _, err := d.hub.store.Waiting(ctx, limit)
	if err != nil {
		return nil, err
	}
	lists := map[string]*listText{}
	var all []console.Proposal
	for _, p := range waiting {
		one, err := d.proposal(ctx, p, lists)
		if err != nil {
			return nil, err
		}
		all = append(all, *one)
	}
	return all, nil
}

// proposal says what a proposal wants. Lists are those that have been read already.
func (d *desk) proposal(ctx context.Context, p store.Proposal, lists map[string]*listText) (*console.Proposal, error) {
	i, err := d.hub.store.Invitation(ctx, p.Invitation)
	if err != nil {
		return nil, err
	}
	out := &console.Proposal{ID: p.ID, List: i.Source, ListName: i.Source, Name: i.Organizer, At: p.At}
	if err := json.Unmarshal(p.Change, &out.Change); err != nil {
		return nil, fmt.Errorf("proposal %d: %w", p.ID, err)
	}
	out.What = out.Change.Said()
	list, err := d.listOf(i.Source)
	if err != nil {
		return out, nil // the list is no more: it can be declined still
	}
	out.ListName = cmp.Or(list.source.Name, i.Source)
	if lists[i.Source] == nil {
		if lists[i.Source], err = list.read(); err != nil {
			return out, nil
		}
	}
	out.Name = organizerIn(lists[i.Source], i.Organizer)
	return out, nil
}

// Proposal implements console.Guests.
func (d *desk) Proposal(ctx context.Context, id int64) (*console.Proposal, *console.EntryForm, error) {
	stored, err := d.hub.store.Proposal(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && stored.State != store.ProposalWaiting {
		return nil, nil, console.ErrNoProposal
	}
	if err != nil {
		return nil, nil, err
	}
	p, err := d.proposal(ctx, stored, map[string]*listText{})
	if err != nil {
		return nil, nil, err
	}
	entry, err := d.Entry(ctx, p.List, p.Change.Section, p.Change.ID)
	if errors.Is(err, console.ErrNoEntry) || errors.Is(err, console.ErrNoList) {
		entry, err = &console.EntryForm{}, nil
	}
	return p, entry, err
}

// Approve implements console.Guests.
func (d *desk) Approve(ctx context.Context, id int64, was string) error {
	d.approving.Lock()
	defer d.approving.Unlock()
	p, _, err := d.Proposal(ctx, id)
	if err != nil {
		return err
	}
	list, err := d.listOf(p.List)
	if err != nil {
		return err
	}
	user, _ := signin.UserOf(ctx)
	p.Change.Was = was
	if err := d.changeList(ctx, list, p.Change, p.Name+", godkjent av "+user.Name); err != nil {
		return err
	}
	return d.answer(ctx, id, store.ProposalApproved, "")
}

// Decline implements console.Guests.
func (d *desk) Decline(ctx context.Context, id int64, why string) error {
	return d.answer(ctx, id, store.ProposalDeclined, why)
}

func (d *desk) answer(ctx context.Context, id int64, state store.ProposalState, why string) error {
	err := d.hub.store.Answer(ctx, id, state, why, d.now())
	if errors.Is(err, store.ErrNotFound) {
		return console.ErrNoProposal
	}
	return err
}

// Guest implements console.Guests.
func (d *desk) Guest(ctx context.Context, token string) (*console.Guest, error) {
	i, _, t, err := d.invited(ctx, token)
	if err != nil {
		return nil, err
	}
	g := &console.Guest{Name: organizerIn(t, i.Organizer), Organizer: i.Organizer, Expires: i.Expires}
	for _, section := range listSections {
		for _, n := range t.section(section) {
			if !ownEntry(section, n, i.Organizer) {
				continue
			}
			one, err := d.listEntry(t, section, n)
			if err != nil {
				return nil, err
			}
			g.Entries = append(g.Entries, console.GuestEntry{Section: section, ListEntry: one})
		}
	}
	sent, err := d.hub.store.Proposals(ctx, i.ID, shownSent)
	for _, p := range sent {
		var change console.ListChange
		if err := json.Unmarshal(p.Change, &change); err != nil {
			return nil, fmt.Errorf("proposal %d: %w", p.ID, err)
		}
		g.Sent = append(g.Sent, console.Sent{At: p.At, What: sentenced(change.Wanted()), State: string(p.State), Note: p.Note})
	}
	return g, err
}

// ownEntry reports whether an entry of a list is an organisation's own.
func ownEntry(section string, n *yaml.Node, organizer string) bool {
	switch section {
	case "organizers":
		return n != nil && textOf(n, "id") == organizer
	case "listings", "tickets":
		return n != nil && textOf(n, "organizer") == organizer
	}
	return false
}

// GuestEntry implements console.Guests.
func (d *desk) GuestEntry(ctx context.Context, token, section, id string) (*console.EntryForm, error) {
	i, list, t, err := d.invited(ctx, token)
	if err != nil {
		return nil, err
	}
	if id != "" && !ownEntry(section, t.entry(section, id), i.Organizer) {
		return nil, console.ErrNoEntry
	}
	return d.Entry(ctx, list.source.ID, section, id)
}

// Propose implements console.Guests.
func (d *desk) Propose(ctx context.Context, token string, c console.ListChange) error {
	i, _, t, err := d.invited(ctx, token)
	if err != nil {
		return err
	}
	if c.ID != "" && !ownEntry(c.Section, t.entry(c.Section, c.ID), i.Organizer) || c.Section == "organizers" && (c.ID == "" || c.Remove) {
		return console.ErrNoEntry
	}
	if c.Section != "organizers" {
		c.Stated = append(slices.DeleteFunc(c.Stated, func(s console.Stated) bool { return s.Key == "organizer" }), console.Stated{Key: "organizer", Text: i.Organizer})
	}
	if _, _, err := d.changed(t, c); err != nil {
		return editFault(err)
	}
	sent, err := d.hub.store.Proposals(ctx, i.ID, mostWaiting)
	if err != nil {
		return err
	}
	if len(sent) == mostWaiting && !slices.ContainsFunc(sent, func(p store.Proposal) bool { return p.State != store.ProposalWaiting }) {
		return &console.Fault{Status: http.StatusTooManyRequests, Text: fmt.Sprintf("%d innsendinger venter alt på svar. Vent til en redaktør har sett på dem.", mostWaiting)}
	}
	change, err := json.Marshal(c)
	if err == nil {
		_, err = d.hub.store.Propose(ctx, store.Proposal{Invitation: i.ID, At: d.now(), Change: change})
	}
	return err
}

package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"fritidshub/api/console/signin"
)

// Guests are organisations that keep their own entries of a list by a link, without being editors.
type Guests interface {
	// Invitations gives those to a list, the newest first, and the organisations that can be invited.
	Invitations(ctx context.Context, list string) (made []Invitation, organizers []Option, err error)
	// Invite makes an invitation that holds so many days.
	Invite(ctx context.Context, list, organizer string, days int) error
	// Revoke ends an invitation of a list.
	Revoke(ctx context.Context, list string, id int64) error

	// Waiting is how many proposals wait for an editor.
	Waiting(ctx context.Context) (int, error)
	// Proposals gives what waits, the oldest first, at most limit.
	Proposals(ctx context.Context, limit int) ([]Proposal, error)
	// Proposal gives one that waits with the entry as it is now; ErrNoProposal when it does not.
	Proposal(ctx context.Context, id int64) (*Proposal, *EntryForm, error)
	// Approve does what a proposal wants with an entry that is as it was when the editor saw it. The error is a Refused or a Fault when that cannot be done.
	Approve(ctx context.Context, id int64, was string) error
	// Decline does not, and says why to who proposed it.
	Decline(ctx context.Context, id int64, why string) error

	// Guest is who holds the link with a token; ErrNoInvitation when it does not let anybody in.
	Guest(ctx context.Context, token string) (*Guest, error)
	// GuestEntry gives one of a guest's own entries, or with "" what a new one can name.
	GuestEntry(ctx context.Context, token, section, id string) (*EntryForm, error)
	// Propose stores a change of a guest's own entry until an editor has decided. The error is Refused when the entry cannot be used as it is then.
	Propose(ctx context.Context, token string, c ListChange) error
}

// Faults that a Guests gives.
var (
	ErrNoInvitation = &Fault{http.StatusNotFound, "Lenken gjelder ikke lenger, eller er ikke kopiert helt. Be dem som sendte den, om en ny."}
	ErrNoProposal   = &Fault{http.StatusConflict, "Noen har alt bestemt om dette."}
)

// Invitation lets one organisation keep its own entries.
type Invitation struct {
	ID            int64
	Name          string // of the organisation
	Mail          string // its address; "" when it is not known
	By            string
	Made, Expires time.Time
	Revoked       bool
	Link          string // "" when it does not hold any more
}

// Guest is an organisation that keeps its own entries.
type Guest struct {
	Name      string
	Organizer string
	Expires   time.Time
	Entries   []GuestEntry
	Sent      []Sent // the newest first
}

// GuestEntry is an entry that is a guest's own.
type GuestEntry struct {
	Section string
	ListEntry
}

// Sent is what a guest has proposed.
type Sent struct {
	At    time.Time
	What  string
	State string // waiting, approved or declined
	Note  string
}

// Proposal is a change that waits for an editor.
type Proposal struct {
	ID             int64
	List, ListName string
	Name, What     string // who proposes it, and what in short
	At             time.Time
	Change         ListChange
}

// guestSections are what a guest can have entries of.
var guestSections = []string{"listings", "tickets"}

// Bounds of invitations.
const (
	usualDays = 180
	mostDays  = 730
	mostSent  = 64 << 10 // bytes of a form
	shownSent = 100      // proposals on one page
)

func (c *console) guestPages() {
	c.page("GET /editor/lists/{list}/invitations", c.getInvitations)
	c.action(signin.Editor, "/editor/lists/{list}/invitations", func(r *http.Request) (Done, error) {
		days, err := strconv.Atoi(r.PostFormValue("days"))
		if err != nil || days < 1 || days > mostDays {
			return Done{}, &Fault{http.StatusBadRequest, fmt.Sprintf("Lenken kan gjelde i 1 til %d dager.", mostDays)}
		}
		return invited(r, "invited", "inviterte "+r.PostFormValue("organizer"), c.Guests.Invite(r.Context(), r.PathValue("list"), r.PostFormValue("organizer"), days))
	})
	c.action(signin.Editor, "/editor/lists/{list}/invitations/revoke", func(r *http.Request) (Done, error) {
		id, err := strconv.ParseInt(r.PostFormValue("id"), 10, 64)
		if err != nil {
			return Done{}, errNoPage
		}
		return invited(r, "revoked", fmt.Sprintf("trakk tilbake invitasjon nr. %d", id), c.Guests.Revoke(r.Context(), r.PathValue("list"), id))
	})
	c.page("GET /editor/proposals", c.getProposals)
	c.page("GET /editor/proposals/{id}", c.getProposal)
	c.page("POST /editor/proposals/{id}/approve", c.approve)
	c.action(signin.Editor, "/editor/proposals/{id}/decline", func(r *http.Request) (Done, error) {
		p, _, err := c.proposal(r)
		if err != nil {
			return Done{}, err
		}
		return Done{To: "proposals", Shown: "declined", What: "sa nei til at " + p.Name + " " + p.What, Subject: "source:" + p.List}, c.Guests.Decline(r.Context(), p.ID, note(r))
	})
	c.guest("GET /editor/own/{token}", c.getOwn)
	c.guest("GET /editor/own/{token}/{section}/entry", c.getOwnEntry)
	c.guest("POST /editor/own/{token}/{section}/entry", c.postOwnEntry)
}

func invited(r *http.Request, shown, what string, err error) (Done, error) {
	list := r.PathValue("list")
	return Done{To: "lists/" + list + "/invitations", Shown: shown, What: what, Subject: "source:" + list}, err
}

// guest adds a page for who holds a link. There is no cookie, so no other site can make a browser send what only the link's holder may.
func (c *console) guest(pattern string, f func(http.ResponseWriter, *http.Request, *Guest) error) {
	c.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer")
		r.Body = http.MaxBytesReader(w, r.Body, mostSent)
		g, err := c.Guests.Guest(r.Context(), r.PathValue("token"))
		if err == nil && r.ParseForm() != nil {
			err = errForm
		}
		if err == nil {
			err = f(w, r, g)
		}
		if err != nil {
			c.fail(w, r, err)
		}
	})
}

type invitationsView struct {
	frame
	Path        string
	Invitations []invitationRow
	Organizers  []Option
	Days        int
}

type invitationRow struct {
	Invitation
	Begun, Ends moment
	Letter      string
	Open        string // link that opens the letter in a mail program
}

func (c *console) getInvitations(w http.ResponseWriter, r *http.Request) error {
	list := r.PathValue("list")
	made, organizers, err := c.Guests.Invitations(r.Context(), list)
	if err != nil {
		return err
	}
	view := invitationsView{frame: c.frame(r, "Invitasjoner"), Organizers: organizers, Days: usualDays}
	view.Path = view.Base + "lists/" + list
	for _, one := range made {
		row := invitationRow{Invitation: one, Begun: c.moment(one.Made), Ends: c.moment(one.Expires)}
		if one.Link != "" {
			last := one.Expires.In(c.Now().Location())
			row.Letter = fmt.Sprintf("Hei!\n\nMed denne lenken kan %s selv føre det dere har, hos %s, uten å logge inn:\n\n%s\n\nVi ser over det dere sender, før det vises. Lenken gjelder til %d. %s %d. Gi den bare til dem som skal føre for dere.\n\nVennlig hilsen\n%s\n%s",
				one.Name, c.Hub.Name, one.Link, last.Day(), months[last.Month()-1], last.Year(), c.Hub.Name, c.Hub.Public)
			row.Open = mailLink(one.Mail, "Før det dere har, hos "+c.Hub.Name, row.Letter)
		}
		view.Invitations = append(view.Invitations, row)
	}
	c.draw(w, r, http.StatusOK, "invitations", view)
	return nil
}

type proposalsView struct {
	frame
	Proposals []proposalRow
}

type proposalRow struct {
	Proposal
	When moment
}

func (c *console) getProposals(w http.ResponseWriter, r *http.Request) error {
	list, err := c.Guests.Proposals(r.Context(), shownSent)
	if err != nil {
		return err
	}
	view := proposalsView{frame: c.frame(r, "Sendt inn, venter på deg")}
	for _, p := range list {
		view.Proposals = append(view.Proposals, proposalRow{p, c.moment(p.At)})
	}
	c.draw(w, r, http.StatusOK, "proposals", view)
	return nil
}

type proposalView struct {
	frame
	proposalRow
	Path   string
	Was    string
	Lines  []string
	Faults map[string]string
}

func (c *console) proposal(r *http.Request) (*Proposal, *EntryForm, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, nil, ErrNoProposal
	}
	return c.Guests.Proposal(r.Context(), id)
}

func (c *console) getProposal(w http.ResponseWriter, r *http.Request) error {
	p, entry, err := c.proposal(r)
	if err != nil {
		return err
	}
	return c.drawProposal(w, r, http.StatusOK, p, entry, nil)
}

func (c *console) drawProposal(w http.ResponseWriter, r *http.Request, status int, p *Proposal, entry *EntryForm, faults map[string]string) error {
	kind, err := sectionOf(p.Change.Section)
	if err != nil {
		return err
	}
	view := proposalView{frame: c.frame(r, p.Name+" vil "+p.Change.Wanted()), proposalRow: proposalRow{*p, c.moment(p.At)}, Was: entry.Was, Faults: faults}
	view.Path = view.Base + "proposals/" + strconv.FormatInt(p.ID, 10)
	if !p.Change.Remove {
		view.Lines = differences(kind.Parts, p.Change.Stated, entry.Values, c.choices(entry))
	}
	c.draw(w, r, status, "proposal", view)
	return nil
}

func (c *console) approve(w http.ResponseWriter, r *http.Request) error {
	p, entry, err := c.proposal(r)
	if err != nil {
		return err
	}
	err = c.Guests.Approve(r.Context(), p.ID, r.PostFormValue("was"))
	var refused *Refused
	if errors.As(err, &refused) {
		return c.drawProposal(w, r, http.StatusUnprocessableEntity, p, entry, refused.Faults)
	}
	if err != nil {
		return err
	}
	c.did(r, "godkjente at "+p.Name+" "+p.What, "source:"+p.List)
	c.to(w, r, "proposals", "approved")
	return nil
}

type ownView struct {
	frame
	*Guest
	Path     string
	Until    moment
	Sections []ownSection
	Sent     []sentRow
}

type ownSection struct {
	Key, Name, One string
	New            bool // there can be more
	Entries        []ListEntry
}

type sentRow struct {
	Sent
	When moment
	Word string
}

var sentWords = map[string]string{"waiting": "Venter på svar", "approved": "Godkjent", "declined": "Ikke tatt med"}

func (c *console) ownPath(r *http.Request) string {
	return c.SignIn.Base.Path + "own/" + url.PathEscape(r.PathValue("token"))
}

func (c *console) getOwn(w http.ResponseWriter, r *http.Request, g *Guest) error {
	view := ownView{frame: c.frame(r, g.Name), Guest: g, Path: c.ownPath(r), Until: c.moment(g.Expires)}
	for _, key := range append(slices.Clip(guestSections), "organizers") {
		kind, err := sectionOf(key)
		if err != nil {
			return err
		}
		own := ownSection{Key: key, Name: kind.Name, One: kind.One, New: key != "organizers"}
		if !own.New {
			own.Name = "Om dere"
		}
		for _, e := range g.Entries {
			if e.Section == key {
				own.Entries = append(own.Entries, e.ListEntry)
			}
		}
		view.Sections = append(view.Sections, own)
	}
	for _, s := range g.Sent {
		view.Sent = append(view.Sent, sentRow{s, c.moment(s.At), sentWords[s.State]})
	}
	c.draw(w, r, http.StatusOK, "own", view)
	return nil
}

// ownForm is what a guest can say of an entry.
func ownForm(r *http.Request, id string) (section, []part, error) {
	key := r.PathValue("section")
	if !slices.Contains(guestSections, key) && (key != "organizers" || id == "") {
		return section{}, nil, errNoPage
	}
	kind, err := sectionOf(key)
	return kind, without(kind.Parts, "organizer"), err
}

func (c *console) getOwnEntry(w http.ResponseWriter, r *http.Request, _ *Guest) error {
	id := r.URL.Query().Get("id")
	kind, parts, err := ownForm(r, id)
	if err != nil {
		return err
	}
	entry, err := c.Guests.GuestEntry(r.Context(), r.PathValue("token"), kind.Key, id)
	if err != nil {
		return err
	}
	c.drawOwnEntry(w, r, http.StatusOK, kind, parts, id, entry, nil, "")
	return nil
}

func (c *console) drawOwnEntry(w http.ResponseWriter, r *http.Request, status int, kind section, parts []part, id string, entry *EntryForm, faults map[string]string, more string) {
	title := "Nytt: " + kind.One
	if id != "" {
		title = "Endre " + entry.Title
	}
	view := entryFormView{frame: c.frame(r, title), ID: id, Was: entry.Was, Faults: faults, Submit: "Send inn", Back: c.ownPath(r), BackText: "Tilbake", Keep: kind.Key == "organizers",
		Intro: "En redaktør ser over det før det vises."}
	view.To = view.Back + "/" + kind.Key + "/entry"
	view.Parts = drawForm(parts, entry.Values, faults, c.choices(entry), more)
	c.draw(w, r, status, "list-entry", view)
}

func (c *console) postOwnEntry(w http.ResponseWriter, r *http.Request, g *Guest) error {
	kind, parts, err := ownForm(r, r.PostFormValue("id"))
	if err != nil {
		return err
	}
	change, sent, err := sentEntry(r, kind, parts)
	if err != nil {
		return err
	}
	token := r.PathValue("token")
	var refused *Refused
	if sent.More == "" {
		if err = c.Guests.Propose(r.Context(), token, change); err == nil {
			c.note(r.Context(), Entry{Who: g.Name + " (invitert)", What: "ba om å " + change.Wanted()})
			c.to(w, r, "own/"+url.PathEscape(token), "sent")
			return nil
		}
		if !errors.As(err, &refused) {
			return err
		}
	}
	entry, err := c.Guests.GuestEntry(r.Context(), token, kind.Key, change.ID)
	if err != nil {
		return err
	}
	status, faults := sent.again(entry, change, refused)
	c.drawOwnEntry(w, r, status, kind, parts, change.ID, entry, faults, sent.More)
	return nil
}

// waiting says how many proposals wait, "" when none do.
func (c *console) waiting(r *http.Request) string {
	n, err := c.Guests.Waiting(r.Context())
	if err != nil {
		c.Log.Error("what waits cannot be counted", "error", err)
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d)", n)
}

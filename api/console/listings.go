package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/api/console/signin"
)

// Listings is what residents see, and what editors decide about it. Of a listing that there is not, its methods give ErrNoListing. What is decided
// names items by what their sources call them, so it outlives every import.
type Listings interface {
	// Find gives the listings that answer to some words best, at most limit, those that are over too.
	Find(ctx context.Context, words string, limit int) ([]Hit, error)
	// Listing gives one, also one that is hidden; of one that was merged away the one that it was merged into.
	Listing(ctx context.Context, id string) (*ListingPage, error)
	// Decisions gives all there are, the newest first.
	Decisions(ctx context.Context) ([]Decision, error)

	// Hide lets residents not see it. Join says of two that they are the same. Part says of one item of it that it is something else. They give the id of
	// the listing to go on with.
	Hide(ctx context.Context, id, note string) error
	Join(ctx context.Context, id, other, note string) (string, error)
	Part(ctx context.Context, id, source, nativeID, note string) (string, error)
	// Field gives what a field says, by the names of the inputs of its form.
	Field(ctx context.Context, id, field string) (*FieldPage, error)
	// Correct lets a field say what is stated, or nothing. The error is Refused when that cannot be.
	Correct(ctx context.Context, id, field string, stated []Stated, note string) error
	// Undo takes a decision back.
	Undo(ctx context.Context, decision int64) error
}

// Faults that a Listings gives.
var (
	ErrNoListing  = &Fault{http.StatusNotFound, "Oppføringen finnes ikke. Kanskje er den fjernet hos kilden."}
	ErrNoDecision = &Fault{http.StatusConflict, "Avgjørelsen er alt tatt tilbake."}
)

// Hit is a listing in a list.
type Hit struct{ ID, Title, Text, From string }

// ListingPage is all that is told of a listing.
type ListingPage struct {
	ID, Name, Text string
	State          string // in a sentence: whether residents see it, and why not
	Shown          bool
	Why            string // what has joined its items; "" for one
	Items          []ListingItem
	Fields         []Compared
	Decisions      []Decision
}

// ListingItem is an item of a source that a listing is made of.
type ListingItem struct {
	Source, SourceName, NativeID, URL string
	Text                              string // when and where, as this source says it
	Spare                             bool   // a copy that came by another way
}

// Compared is a field: what residents see, whose it is, and what each of the items says.
type Compared struct {
	Field, Name, Shown, From string
	Own                      []string // of the first shownItems
}

// Decision is what an editor has decided.
type Decision struct {
	ID      int64
	At      time.Time
	Text    string // in a sentence
	Note    string
	Listing string // that it is about; "" when that is no more
	Title   string
}

// FieldPage is a field that can be corrected.
type FieldPage struct {
	Name   string // of the listing
	Shown  string // what it says now
	Values url.Values
}

// correction is a field that an editor can correct.
type correction struct {
	field, label string
	parts        []part
	always       bool // it cannot be taken away
}

func one(in input) []part { return []part{{Legend: in.Label, Inputs: []input{in}}} }

// corrections are those fields, in the order of the page.
var corrections = []correction{
	{"title", "Navn", one(input{Key: "title", Label: "Navn", Needed: true}), true},
	{"kind", "Slag", one(input{Key: "kind", Label: "Slag", Type: "select", Of: "kinds", Needed: true}), true},
	{"categories", "Kategorier", one(categories), false},
	{"schedule", "Tid", []part{{"Ukentlig", "weekly", "Det som står her og under datoer, erstatter alle tidene oppføringen har.", weekly.Inputs}, dates}, true},
	{"place", "Sted", []part{{Legend: "Sted", Inputs: exactly}}, false},
	{"organizer", "Arrangør", []part{{Legend: "Arrangør", Inputs: []input{{Key: "name", Label: "Navn"}, {Key: "kind", Label: "Slag", Type: "select", Of: "organizer-kinds"}, {Key: "org_number", Label: "Organisasjonsnummer"}, {Key: "url", Label: "Nettside"}}}}, false},
	{"price", "Pris", one(price), false},
	{"age", "Alder", one(age), false},
	{"status", "Status", one(input{Key: "status", Label: "Status", Type: "select", Of: "statuses"}), false},
	{"summary", "Sammendrag", one(about[0]), false},
	{"description", "Beskrivelse", one(about[1]), false},
	{"url", "Nettside", one(about[2]), false},
	{"offers", "Billetter", []part{offers}, false},
	{"accessibility", "Tilrettelagt", one(input{Key: "accessibility", Label: "Tilrettelagt for", Type: "checks", Of: "adapted"}), false},
	{"contact", "Kontakt", []part{contact}, false},
}

// How much of listings one page shows.
const (
	shownFound     = 30
	shownDecisions = 100
	shownItems     = 4 // side by side
)

func (c *console) listingPages() {
	c.page("GET /editor/listings", c.getListings)
	c.page("GET /editor/listings/{id}", c.getListing)
	c.page("GET /editor/listings/{id}/join", c.getJoin)
	c.page("GET /editor/listings/{id}/fields/{field}", c.getField)
	c.page("POST /editor/listings/{id}/fields/{field}", c.postField)
	about := func(id, shown, what string, err error) (Done, error) {
		return Done{To: "listings/" + url.PathEscape(id), Shown: shown, What: what, Subject: "listing:" + id}, err
	}
	c.action(signin.Editor, "/editor/listings/{id}/hide", func(r *http.Request) (Done, error) {
		id := r.PathValue("id")
		return about(id, "hidden", "skjulte oppføringen", c.Listings.Hide(r.Context(), id, note(r)))
	})
	c.action(signin.Editor, "/editor/listings/{id}/part", func(r *http.Request) (Done, error) {
		id, err := c.Listings.Part(r.Context(), r.PathValue("id"), r.PostFormValue("source"), r.PostFormValue("item"), note(r))
		return about(id, "parted", "skilte "+r.PostFormValue("source")+"/"+r.PostFormValue("item")+" fra de andre", err)
	})
	c.action(signin.Editor, "/editor/listings/{id}/join", func(r *http.Request) (Done, error) {
		id, err := c.Listings.Join(r.Context(), r.PathValue("id"), r.PostFormValue("other"), note(r))
		return about(id, "joined", "slo sammen oppføringen med "+r.PostFormValue("other"), err)
	})
	c.action(signin.Editor, "/editor/decisions/undo", func(r *http.Request) (Done, error) {
		n, err := strconv.ParseInt(r.PostFormValue("decision"), 10, 64)
		if err != nil {
			return Done{}, ErrNoDecision
		}
		done := Done{To: "listings", Shown: "undone", What: fmt.Sprintf("tok tilbake avgjørelse nr. %d", n)}
		if id := r.PostFormValue("listing"); id != "" {
			done.To, done.Subject = "listings/"+url.PathEscape(id), "listing:"+id
		}
		return done, c.Listings.Undo(r.Context(), n)
	})
}

// note is why an editor decides something.
func note(r *http.Request) string {
	runes := []rune(strings.TrimSpace(r.PostFormValue("note")))
	return string(runes[:min(len(runes), 300)])
}

type listingsView struct {
	frame
	Asked     bool
	Words     string
	Found     []Hit
	Decisions []decisionRow
	Rest      int
}

type decisionRow struct {
	Decision
	When moment
}

func (c *console) decisionRows(list []Decision) []decisionRow {
	rows := make([]decisionRow, len(list))
	for i, d := range list {
		rows[i] = decisionRow{d, c.moment(d.At)}
	}
	return rows
}

// listingAddress is the address of a listing for residents or editors.
var listingAddress = regexp.MustCompile(`/(?:l|listings)/([A-Za-z0-9_-]+)`)

// asked is what is searched for; the id of a listing when its address was pasted.
func asked(r *http.Request) (words, id string) {
	words = strings.TrimSpace(r.URL.Query().Get("q"))
	if m := listingAddress.FindStringSubmatch(words); m != nil {
		return words, m[1]
	}
	return words, ""
}

func (c *console) getListings(w http.ResponseWriter, r *http.Request) error {
	words, id := asked(r)
	if id != "" {
		c.to(w, r, "listings/"+id, "")
		return nil
	}
	view := listingsView{frame: c.frame(r, "Oppføringer"), Words: words, Asked: words != ""}
	var err error
	if view.Asked {
		if view.Found, err = c.Listings.Find(r.Context(), words, shownFound); err != nil {
			return err
		}
	}
	list, err := c.Listings.Decisions(r.Context())
	if err != nil {
		return err
	}
	view.Rest = max(0, len(list)-shownDecisions)
	view.Decisions = c.decisionRows(list[:len(list)-view.Rest])
	c.draw(w, r, http.StatusOK, "listings", view)
	return nil
}

type listingView struct {
	frame
	ListingPage
	Path        string
	Compared    []ListingItem // the items that stand side by side
	Rows        []comparedRow
	DecisionSet []decisionRow
}

type comparedRow struct {
	Compared
	Fix bool // it can be corrected
}

func (c *console) getListing(w http.ResponseWriter, r *http.Request) error {
	page, err := c.Listings.Listing(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if page.ID != r.PathValue("id") {
		c.to(w, r, "listings/"+url.PathEscape(page.ID), r.URL.Query().Get("done"))
		return nil
	}
	view := listingView{frame: c.frame(r, page.Name), ListingPage: *page, DecisionSet: c.decisionRows(page.Decisions)}
	view.Path = view.Base + "listings/" + page.ID
	if len(page.Items) > 1 {
		view.Compared = page.Items[:min(len(page.Items), shownItems)]
	}
	for _, f := range page.Fields {
		row := comparedRow{Compared: f, Fix: slices.ContainsFunc(corrections, func(one correction) bool { return one.field == f.Field })}
		if len(view.Compared) == 0 {
			row.Own = nil
		}
		view.Rows = append(view.Rows, row)
	}
	c.draw(w, r, http.StatusOK, "listing", view)
	return nil
}

type joinView struct {
	frame
	Path        string
	ID, Name    string
	Text, Words string
	Found       []Hit
}

func (c *console) getJoin(w http.ResponseWriter, r *http.Request) error {
	page, err := c.Listings.Listing(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	words, id := asked(r)
	view := joinView{frame: c.frame(r, "Slå sammen med en annen"), ID: page.ID, Name: page.Name, Text: page.Text, Words: words}
	view.Path = view.Base + "listings/" + page.ID
	switch {
	case id != "":
		var other *ListingPage
		if other, err = c.Listings.Listing(r.Context(), id); err == nil {
			view.Found = []Hit{{ID: other.ID, Title: other.Name, Text: other.Text}}
		}
	default:
		if words == "" {
			view.Words = page.Name
		}
		view.Found, err = c.Listings.Find(r.Context(), view.Words, shownFound)
	}
	if err != nil {
		return err
	}
	view.Found = slices.DeleteFunc(view.Found, func(f Hit) bool { return f.ID == page.ID })
	c.draw(w, r, http.StatusOK, "join", view)
	return nil
}

type fieldView struct {
	frame
	*FieldPage
	Path, Field, Note string
	Always            bool
	Faults            map[string]string
	Parts             []partView
}

func correctionOf(r *http.Request) (correction, error) {
	i := slices.IndexFunc(corrections, func(one correction) bool { return one.field == r.PathValue("field") })
	if i < 0 {
		return correction{}, errNoPage
	}
	return corrections[i], nil
}

func (c *console) getField(w http.ResponseWriter, r *http.Request) error {
	what, err := correctionOf(r)
	if err != nil {
		return err
	}
	page, err := c.Listings.Field(r.Context(), r.PathValue("id"), what.field)
	if err != nil {
		return err
	}
	c.drawField(w, r, http.StatusOK, what, page, nil, "")
	return nil
}

func (c *console) drawField(w http.ResponseWriter, r *http.Request, status int, what correction, page *FieldPage, faults map[string]string, more string) {
	view := fieldView{frame: c.frame(r, "Rett "+strings.ToLower(what.label)), FieldPage: page, Field: what.field, Always: what.always, Faults: faults, Note: r.PostFormValue("note")}
	view.Path = view.Base + "listings/" + r.PathValue("id")
	view.Parts = drawForm(what.parts, page.Values, faults, map[string][]Option{"categories": c.categoryOptions()}, more)
	c.draw(w, r, status, "field", view)
}

func (c *console) categoryOptions() []Option {
	var all []Option
	for _, one := range c.Mapping.Categories() {
		label := one.Label
		if !one.Main {
			label = "– " + label
		}
		all = append(all, Option{one.ID, label})
	}
	return all
}

func (c *console) postField(w http.ResponseWriter, r *http.Request) error {
	what, err := correctionOf(r)
	if err != nil {
		return err
	}
	sent, err := readForm(r, what.parts)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	var refused *Refused
	if sent.More == "" {
		stated := sent.Stated
		if r.PostFormValue("remove") != "" {
			stated = nil
		}
		if err = c.Listings.Correct(r.Context(), id, what.field, stated, note(r)); err == nil {
			c.did(r, "rettet "+strings.ToLower(what.label), "listing:"+id)
			c.to(w, r, "listings/"+url.PathEscape(id), "corrected")
			return nil
		}
		if !errors.As(err, &refused) {
			return err
		}
	}
	page, err := c.Listings.Field(r.Context(), id, what.field)
	if err != nil {
		return err
	}
	page.Values = sent.Values
	if refused != nil {
		c.drawField(w, r, http.StatusUnprocessableEntity, what, page, refused.Faults, "")
		return nil
	}
	c.drawField(w, r, http.StatusOK, what, page, nil, sent.More)
	return nil
}

// did notes what somebody who is signed in has done.
func (c *console) did(r *http.Request, what, subject string) {
	u, _ := signin.UserOf(r.Context())
	c.note(r.Context(), Entry{Who: u.Name, What: what, Subject: subject})
}

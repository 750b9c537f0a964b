package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"fritidshub/api/console/signin"
)

// Lists are the lists that people keep by hand. Of a list that there is not, or that is no file, its methods give ErrNoList.
type Lists interface {
	// Lists gives all there are.
	Lists(ctx context.Context) ([]List, error)
	// CreateList makes an empty one, declares it in sources.yaml, and gives its id.
	CreateList(ctx context.Context, name string) (id string, err error)
	// List gives what is in one: of each section the entries whose names have some words, at most most.
	List(ctx context.Context, id, words string, most int) (*ListPage, error)
	// Entry gives one entry; with "" what a new one can name.
	Entry(ctx context.Context, list, section, id string) (*EntryForm, error)
	// SaveEntry changes the list's file and nothing else of it, and lets residents see it. The error is Refused when the entry cannot be used as it is then, a
	// Fault when somebody else has changed it meanwhile.
	SaveEntry(ctx context.Context, list string, c ListChange) error
	// UndoList takes the newest change of the file back.
	UndoList(ctx context.Context, list, id, base string) error
}

// Faults that a Lists gives.
var (
	ErrNoList  = &Fault{http.StatusNotFound, "Listen finnes ikke, eller er ikke en fil som huben kan skrive i."}
	ErrNoEntry = &Fault{http.StatusNotFound, "Innslaget finnes ikke i listen lenger."}
)

// List is a list that is kept by hand.
type List struct{ ID, Name, File string }

// ListPage is what is in a list.
type ListPage struct {
	List
	Sections map[string]ListSection // by section
	Versions []Version              // the newest changes
}

// ListSection is a section of a list.
type ListSection struct {
	Entries []ListEntry
	Rest    int // that are not told
}

// ListEntry is an entry in a list.
type ListEntry struct {
	ID, Title, Text string
	Fault           string // why it cannot be used
}

// EntryForm is an entry that is to be changed.
type EntryForm struct {
	Title      string
	Was        string     // tells whether it is changed meanwhile
	Values     url.Values // by the names of the inputs
	Organizers []Option
	Places     []Option
}

// ListChange is what is to be done with an entry.
type ListChange struct {
	Section string   `json:"section"`
	ID      string   `json:"id,omitzero"` // "" for a new one
	Was     string   `json:"-"`           // EntryForm.Was; not looked at when it is empty
	Remove  bool     `json:"remove,omitzero"`
	Stated  []Stated `json:"stated,omitempty"`
}

// name is what a change calls its entry.
func (l *ListChange) name() string {
	for _, s := range l.Stated {
		if s.Key == "title" || s.Key == "name" {
			return s.Text
		}
	}
	return l.ID
}

// Wanted is a change that is asked for: "legge «Sjakk» til i listen".
func (l *ListChange) Wanted() string {
	name := l.name()
	switch {
	case l.Remove:
		return "ta «" + name + "» ut av listen"
	case l.ID == "":
		return "legge «" + name + "» til i listen"
	}
	return "endre «" + name + "» i listen"
}

// Said is a change for the log.
func (l *ListChange) Said() string {
	name := l.name()
	switch {
	case l.Remove:
		return "tok «" + name + "» ut av listen"
	case l.ID == "":
		return "la «" + name + "» til i listen"
	}
	return "endret «" + name + "» i listen"
}

func (c *console) listPages() {
	c.page("GET /editor/lists", c.getLists)
	c.page("GET /editor/lists/{list}", c.getList)
	c.page("GET /editor/lists/{list}/{section}/entry", c.getListEntry)
	c.page("POST /editor/lists/{list}/{section}/entry", c.postListEntry)
	c.action(signin.Editor, "/editor/lists", func(r *http.Request) (Done, error) {
		name := strings.TrimSpace(r.PostFormValue("name"))
		if name == "" || len(name) > 200 {
			return Done{}, &Fault{http.StatusBadRequest, "Gi listen et navn, for eksempel «Lag uten egen nettside»."}
		}
		id, err := c.Lists.CreateList(r.Context(), name)
		return Done{To: "lists/" + id, Shown: "listed", What: "laget listen «" + name + "»", Subject: "source:" + id}, err
	})
	c.action(signin.Editor, "/editor/lists/{list}/undo", func(r *http.Request) (Done, error) {
		id := r.PathValue("list")
		return Done{To: "lists/" + id, Shown: "undone", What: "angret den siste endringen i listen", Subject: "source:" + id},
			c.Lists.UndoList(r.Context(), id, r.PostFormValue("id"), r.PostFormValue("base"))
	})
}

type listsView struct {
	frame
	Lists []List
}

func (c *console) getLists(w http.ResponseWriter, r *http.Request) error {
	lists, err := c.Lists.Lists(r.Context())
	if err != nil {
		return err
	}
	c.draw(w, r, http.StatusOK, "lists", listsView{c.frame(r, "Lister som føres for hånd"), lists})
	return nil
}

type listView struct {
	frame
	List
	Path     string
	Words    string
	Sections []sectionView
	Versions []versionRow
}

type sectionView struct {
	section
	ListSection
}

// shownEntries is how many entries of one section a page shows.
const shownEntries = 200

func (c *console) getList(w http.ResponseWriter, r *http.Request) error {
	words := strings.TrimSpace(r.URL.Query().Get("q"))
	page, err := c.Lists.List(r.Context(), r.PathValue("list"), words, shownEntries)
	if err != nil {
		return err
	}
	view := listView{frame: c.frame(r, page.Name), List: page.List, Words: words}
	view.Path = view.Base + "lists/" + page.ID
	for _, s := range sections {
		view.Sections = append(view.Sections, sectionView{s, page.Sections[s.Key]})
	}
	for i, v := range page.Versions {
		view.Versions = append(view.Versions, versionRow{Version: v, When: c.moment(v.At), Undo: i == 0})
	}
	c.draw(w, r, http.StatusOK, "list", view)
	return nil
}

type entryFormView struct {
	frame
	To, Back, BackText string // where the form is sent, and what it belongs to
	Intro              string
	ID, Was            string
	Faults             map[string]string
	Parts              []partView
	Submit             string
	Keep               bool // it cannot be taken away
}

func (c *console) getListEntry(w http.ResponseWriter, r *http.Request) error {
	kind, err := sectionOf(r.PathValue("section"))
	if err != nil {
		return err
	}
	entry, err := c.Lists.Entry(r.Context(), r.PathValue("list"), kind.Key, r.URL.Query().Get("id"))
	if err != nil {
		return err
	}
	c.drawEntry(w, r, http.StatusOK, kind, r.URL.Query().Get("id"), entry, nil, "")
	return nil
}

func (c *console) drawEntry(w http.ResponseWriter, r *http.Request, status int, kind section, id string, entry *EntryForm, faults map[string]string, more string) {
	title := "Nytt innslag: " + kind.One
	if id != "" {
		title = "Endre " + entry.Title
	}
	view := entryFormView{frame: c.frame(r, title), ID: id, Was: entry.Was, Faults: faults, Submit: "Lagre", BackText: "Til listen"}
	view.Back = view.Base + "lists/" + r.PathValue("list")
	view.To = view.Back + "/" + kind.Key + "/entry"
	view.Parts = drawForm(kind.Parts, entry.Values, faults, c.choices(entry), more)
	c.draw(w, r, status, "list-entry", view)
}

// choices are what an entry of a list can name.
func (c *console) choices(entry *EntryForm) map[string][]Option {
	return map[string][]Option{"categories": c.categoryOptions(), "organizers": entry.Organizers, "places": entry.Places}
}

// sentEntry is what a form of an entry asks for.
func sentEntry(r *http.Request, kind section, parts []part) (ListChange, filled, error) {
	sent, err := readForm(r, parts)
	change := ListChange{Section: kind.Key, ID: r.PostFormValue("id"), Was: r.PostFormValue("was"), Stated: sent.Stated, Remove: r.PostFormValue("remove") != ""}
	return change, sent, err
}

func (c *console) postListEntry(w http.ResponseWriter, r *http.Request) error {
	list := r.PathValue("list")
	kind, err := sectionOf(r.PathValue("section"))
	if err != nil {
		return err
	}
	change, sent, err := sentEntry(r, kind, kind.Parts)
	if err != nil {
		return err
	}
	var refused *Refused
	if sent.More == "" {
		if err = c.Lists.SaveEntry(r.Context(), list, change); err == nil {
			c.did(r, change.Said(), "source:"+list)
			c.to(w, r, "lists/"+list, "saved")
			return nil
		}
		if !errors.As(err, &refused) {
			return err
		}
	}
	entry, err := c.Lists.Entry(r.Context(), list, kind.Key, change.ID)
	if err != nil {
		return err
	}
	status, faults := sent.again(entry, change, refused)
	c.drawEntry(w, r, status, kind, change.ID, entry, faults, sent.More)
	return nil
}

// again lets the form of an entry hold what was sent, since that was refused or rows more were asked for.
func (f *filled) again(entry *EntryForm, change ListChange, refused *Refused) (status int, faults map[string]string) {
	entry.Values, entry.Was = f.Values, change.Was
	if refused != nil {
		return http.StatusUnprocessableEntity, refused.Faults
	}
	return http.StatusOK, nil
}

// differences say what a change does, a line for each key that it changes.
func differences(parts []part, stated []Stated, values url.Values, choices map[string][]Option) []string {
	sent := url.Values{}
	flatten(sent, "", stated)
	var lines []string
	say := func(label, name string, in input) {
		before, after := shownValues(in, values[name], choices), shownValues(in, sent[name], choices)
		if before != after {
			lines = append(lines, fmt.Sprintf("%s: %s → %s", label, before, after))
		}
	}
	for i, p := range parts {
		if p.Key == "" {
			for _, in := range p.Inputs {
				label := in.Label
				if i > 0 {
					label = p.Legend + ", " + strings.ToLower(label)
				}
				say(label, in.Key, in)
			}
			continue
		}
		for i := range mostRows {
			for _, in := range p.Inputs {
				say(fmt.Sprintf("%s, rad %d, %s", p.Legend, i+1, strings.ToLower(in.Label)), rowName(p.Key, i)+in.Key, in)
			}
		}
	}
	return lines
}

// shownValues says what an input holds.
func shownValues(in input, values []string, choices map[string][]Option) string {
	offered := append(slices.Clip(options[in.Of]), choices[in.Of]...)
	var said []string
	for _, value := range values {
		if i := slices.IndexFunc(offered, func(o Option) bool { return o.Value == value }); i >= 0 && value != "" {
			value = strings.TrimPrefix(offered[i].Label, "– ")
		}
		if value != "" {
			said = append(said, value)
		}
	}
	if len(said) == 0 {
		return "(ingenting)"
	}
	return strings.Join(said, ", ")
}

// flatten gives what is stated by the names of inputs.
func flatten(into url.Values, prefix string, stated []Stated) {
	for _, s := range stated {
		name := prefix + s.Key
		switch {
		case s.Rows != nil:
			for i, row := range s.Rows {
				flatten(into, fmt.Sprintf("%s.%d.", name, i), row)
			}
		case s.Parts != nil:
			flatten(into, name+".", s.Parts)
		case s.Texts != nil:
			into[name] = s.Texts
		case s.Text != "":
			into.Set(name, s.Text)
		}
	}
}

package console

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"fritidshub/api/console/signin"
)

// Versions are what sources.yaml has said, and by whom it was changed here.
type Versions interface {
	// Versions gives the newest first.
	Versions(ctx context.Context) ([]Version, error)
	// Difference is what a version changed of the one before it. The error is ErrNoVersion when one of them is no longer kept.
	Difference(ctx context.Context, id, base string) ([]DiffLine, error)
	// UndoVersion takes back the newest change, and waits until that is in use. The error is a Fault when it is not the newest, or the file was changed since.
	UndoVersion(ctx context.Context, id, base string) error
}

// ErrNoVersion is a Fault that a Versions gives.
var ErrNoVersion = &Fault{http.StatusNotFound, "Versjonen er ikke tatt vare på lenger. De 200 nyeste endringene finnes."}

// Version is one change of sources.yaml.
type Version struct {
	ID, Base string // of the text, and of the one that it replaced
	At       time.Time
	By, What string
}

// DiffLine is a line that stays (' '), goes ('-') or comes ('+').
type DiffLine struct {
	Mark   string
	Number int
	Text   string
}

type versionsView struct {
	frame
	Versions []versionRow
}

type versionRow struct {
	Version
	When moment
	URL  string
	Undo bool // it can be taken back
}

type versionView struct {
	frame
	Change versionRow
	Lines  []DiffLine
	Rest   int // lines not shown
}

// shownLines is how many lines of a difference one page shows.
const shownLines = 500

func (c *console) versionPages() {
	c.page("GET /editor/versions", c.getVersions)
	c.page("GET /editor/version", c.getVersion)
	c.action(signin.Editor, "/editor/versions/undo", func(r *http.Request) (Done, error) {
		err := c.Versions.UndoVersion(r.Context(), r.PostFormValue("id"), r.PostFormValue("base"))
		return Done{To: "versions", Shown: "undone", What: "angret den siste endringen i sources.yaml"}, err
	})
}

func (c *console) versionRows(ctx context.Context) ([]versionRow, error) {
	list, err := c.Versions.Versions(ctx)
	rows := make([]versionRow, len(list))
	for i, v := range list {
		rows[i] = versionRow{v, c.moment(v.At), "version?" + url.Values{"id": {v.ID}, "base": {v.Base}}.Encode(), i == 0}
	}
	return rows, err
}

func (c *console) getVersions(w http.ResponseWriter, r *http.Request) error {
	rows, err := c.versionRows(r.Context())
	if err != nil {
		return err
	}
	c.draw(w, r, http.StatusOK, "versions", versionsView{c.frame(r, "Endringer i sources.yaml"), rows})
	return nil
}

func (c *console) getVersion(w http.ResponseWriter, r *http.Request) error {
	id, base := r.URL.Query().Get("id"), r.URL.Query().Get("base")
	rows, err := c.versionRows(r.Context())
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.ID != id || row.Base != base {
			continue
		}
		lines, err := c.Versions.Difference(r.Context(), id, base)
		if err != nil {
			return err
		}
		view := versionView{Change: row, frame: c.frame(r, "Endring i sources.yaml"), Rest: max(0, len(lines)-shownLines)}
		view.Lines = lines[:len(lines)-view.Rest]
		c.draw(w, r, http.StatusOK, "version", view)
		return nil
	}
	return ErrNoVersion
}

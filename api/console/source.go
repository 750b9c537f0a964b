package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"fritidshub/api/console/signin"
)

// Desk is what the console reads of one source, and does with it. Of a source that is not declared its methods give ErrNoSource.
type Desk interface {
	Source(ctx context.Context, id string) (*SourcePage, error)
	Items(ctx context.Context, id, after string) (items []Item, more bool, err error)
	Item(ctx context.Context, id, nativeID string) (*ItemPage, error)
	Preview(ctx context.Context, id string, replay bool) (*Preview, error)
	// Run asks the source, or with replay reads what it answered last once more. It does not wait until that is done.
	Run(ctx context.Context, id string, replay bool) error
	// Enable switches a source on or off in sources.yaml, and waits until that is in use.
	Enable(ctx context.Context, id string, on bool) error

	// Held is what waits; ErrNotHeld when nothing does.
	Held(ctx context.Context, id string) (*Held, error)
	// Release lets what a run held back go: as much as it was and no more. Keep lets it stay until it is something else.
	Release(ctx context.Context, id string, run int64) error
	Keep(ctx context.Context, id string, run int64) error
}

// Faults that a Desk gives.
var (
	ErrNoSource = &Fault{http.StatusNotFound, "Kilden finnes ikke i sources.yaml. Kanskje er den fjernet."}
	ErrNotHeld  = &Fault{http.StatusConflict, "Det er hentet på nytt i mellomtiden, og det som ventet, er ikke lenger det samme. Se på kilden en gang til."}
)

// SourcePage is all that is told of a source.
type SourcePage struct {
	Source
	URL, Schedule, Licence, Attribution, Language string
	Enabled, PassOn                               bool
	Contact                                       string // an address of mail or a page; "" when it is not known
	Waits                                         bool   // something is held back:
	Gone, Of                                      int    // so many of so many items
	Runs                                          []Run  // the newest first
	Rejects                                       []RejectGroup
	RejectsAt                                     time.Time // the run that had them
	Unlisted                                      int       // that it had besides, and that are not kept
	Warnings                                      []string
	Fields                                        []Field
	Items                                         []Item // the first
	More                                          bool   // there are more
}

// Run is one attempt to fetch a source.
type Run struct {
	ID                                                                      int64
	Started                                                                 time.Time
	Trigger, Status, Step, Error, Moved                                     string
	HTTP, Requests                                                          int
	Bytes                                                                   int64
	Seconds                                                                 float64
	Added, Updated, Unchanged, Missing, Removed, Rejected, Dropped, Records int
}

// RejectGroup is what could not be used for one reason.
type RejectGroup struct {
	Reason, Field string
	Count         int // of those that the run has kept
	Title         string
	Locator       string // where the example stands in what the source answered
	Fixer         string // source, editor or project
	FixerText     string // in a sentence
	More          []Place
}

// Place is one more item that could not be used for the same reason.
type Place struct{ Title, Locator string }

// Field is how many of a hundred items state a field.
type Field struct {
	Name   string
	Share  int
	Median int // of the other sources; -1: not known
}

// Item is an item of a source.
type Item struct {
	ID, Title, Text string
	Listing         string // id of the listing that it leads to
}

// ItemPage is an item beside what the source said.
type ItemPage struct {
	Item
	SourceName string
	Raw        string
	Fields     []Said
}

// Said is a field of an item: what its source says, what residents see, and whom that is from.
type Said struct{ Name, Own, Shown, From string }

// Preview is what a run would give.
type Preview struct {
	Fault   string // why it cannot be read
	Sum     string
	Items   []PreviewItem
	Changes []Changed
	Gone    []Gone
	Notes   []string
}

// PreviewItem is an item as residents would see it.
type PreviewItem struct{ Title, Text, Raw, Merges string }

// Changed is an item that would be changed, a line for each field.
type Changed struct {
	Title string
	Lines []string
}

// Gone is an item that the source no longer gives.
type Gone struct{ Title, Why string }

type sourceView struct {
	frame
	SourcePage
	Row      sourceRow
	Path     string // of the source's pages, without a slash at its end
	RunRows  []runRow
	Rejected moment
	Map      bool // words can be mapped to categories
	Median   bool // some median is known
}

type runRow struct {
	Run
	At      moment
	Word    string
	Why     string // what set it off
	Told    string // HTTP facts
	Counted string
}

var runWords = map[string]string{"ok": "hentet", "partial": "delvis", "unchanged": "uendret", "held": "holdt tilbake", "failed": "feilet", "interrupted": "avbrutt", "": "pågår"}

var triggerWords = map[string]string{"schedule": "tidsplan", "hand": "for hånd", "catch-up": "tatt igjen", "replay": "lest på nytt"}

var stepWords = map[string]string{"config": "oppsett", "fetch": "henting", "decode": "tekst", "parse": "lesing", "map": "kartlegging", "guard": "kontroll", "store": "lagring", "index": "søkeindeks"}

// sourcePages adds the pages of one source.
func (c *console) sourcePages() {
	const one = "/editor/sources/{id}"
	c.page("GET "+one, c.getSource)
	c.page("GET "+one+"/items", c.getItems)
	c.page("GET "+one+"/item", c.getItem)
	c.page("GET "+one+"/letter", c.getLetter)
	c.page("GET "+one+"/held", c.getHeld)
	c.page("POST "+one+"/preview", c.postPreview) // it asks the source, so it is no link
	c.action(signin.Editor, one+"/run", func(r *http.Request) (Done, error) {
		return done(r, "started", "hentet nå", c.Desk.Run(r.Context(), r.PathValue("id"), false))
	})
	c.action(signin.Editor, one+"/replay", func(r *http.Request) (Done, error) {
		return done(r, "started", "leste det siste svaret på nytt", c.Desk.Run(r.Context(), r.PathValue("id"), true))
	})
	c.action(signin.Editor, one+"/pause", func(r *http.Request) (Done, error) {
		return done(r, "paused", "satte kilden på pause", c.Desk.Enable(r.Context(), r.PathValue("id"), false))
	})
	c.action(signin.Editor, one+"/resume", func(r *http.Request) (Done, error) {
		return done(r, "resumed", "slo kilden på igjen", c.Desk.Enable(r.Context(), r.PathValue("id"), true))
	})
	c.action(signin.Editor, one+"/release", func(r *http.Request) (Done, error) {
		run, err := heldRun(r)
		if err == nil {
			err = c.Desk.Release(r.Context(), r.PathValue("id"), run)
		}
		return done(r, "released", "slapp gjennom det som ventet", err)
	})
	c.action(signin.Editor, one+"/keep", func(r *http.Request) (Done, error) {
		run, err := heldRun(r)
		if err == nil {
			err = c.Desk.Keep(r.Context(), r.PathValue("id"), run)
		}
		return done(r, "dropped", "lot det som ventet, bli stående", err)
	})
}

// done is an action on a source that went well, or err.
func done(r *http.Request, shown, what string, err error) (Done, error) {
	id := r.PathValue("id")
	return Done{To: "sources/" + url.PathEscape(id), Shown: shown, What: what, Subject: "source:" + id}, err
}

func (c *console) getSource(w http.ResponseWriter, r *http.Request) error {
	page, err := c.Desk.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	view := sourceView{frame: c.frame(r, page.Name), SourcePage: *page, Row: c.row(page.Source), Rejected: c.moment(page.RejectsAt)}
	view.Path = view.Base + "sources/" + page.ID
	view.Map = slices.ContainsFunc(areas, func(l link) bool { return l.URL == "map" })
	view.Median = slices.ContainsFunc(page.Fields, func(f Field) bool { return f.Median >= 0 })
	for _, run := range page.Runs {
		view.RunRows = append(view.RunRows, c.runRow(run))
	}
	c.draw(w, r, http.StatusOK, "source", view)
	return nil
}

func (c *console) runRow(run Run) runRow {
	row := runRow{Run: run, At: c.moment(run.Started), Word: runWords[run.Status], Why: triggerWords[run.Trigger]}
	var told, counted []string
	if run.HTTP > 0 {
		told = append(told, fmt.Sprintf("HTTP %d", run.HTTP))
	}
	if run.Requests > 0 {
		told = append(told, plural(run.Requests, "forespørsel", "forespørsler"))
	}
	if run.Bytes > 0 {
		told = append(told, size(run.Bytes))
	}
	told = append(told, strings.Replace(fmt.Sprintf("%.1f s", run.Seconds), ".", ",", 1))
	if run.Added > 0 {
		counted = append(counted, plural(run.Added, "ny", "nye"))
	}
	for _, n := range []struct {
		n    int
		word string
	}{{run.Updated, "endret"}, {run.Unchanged, "uendret"}, {run.Missing, "savnet"}, {run.Removed, "fjernet"}, {run.Rejected, "avvist"}, {run.Dropped, "utelatt"}} {
		if n.n > 0 {
			counted = append(counted, fmt.Sprintf("%d %s", n.n, n.word))
		}
	}
	row.Told, row.Counted = strings.Join(told, ", "), strings.Join(counted, ", ")
	if run.Step != "" {
		row.Word += " ved " + stepWords[run.Step]
	}
	return row
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// size says how much some bytes are.
func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d kB", n/1000)
	}
	return strings.Replace(fmt.Sprintf("%.1f MB", float64(n)/1e6), ".", ",", 1)
}

type itemsView struct {
	frame
	Path  string
	Items []Item
	Next  string // address of the next ones, "" for none
}

func (c *console) getItems(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	items, more, err := c.Desk.Items(r.Context(), id, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	view := itemsView{frame: c.frame(r, "Oppføringer fra "+id), Items: items}
	view.Path = view.Base + "sources/" + id
	if more && len(items) > 0 {
		view.Next = view.Path + "/items?" + url.Values{"after": {items[len(items)-1].ID}}.Encode()
	}
	c.draw(w, r, http.StatusOK, "items", view)
	return nil
}

type itemView struct {
	frame
	ItemPage
	Path   string
	Source string
}

func (c *console) getItem(w http.ResponseWriter, r *http.Request) error {
	item, err := c.Desk.Item(r.Context(), r.PathValue("id"), r.URL.Query().Get("id"))
	if err != nil {
		return err
	}
	view := itemView{frame: c.frame(r, item.Title), ItemPage: *item, Source: item.SourceName}
	view.Path = view.Base + "sources/" + r.PathValue("id")
	c.draw(w, r, http.StatusOK, "item", view)
	return nil
}

type previewView struct {
	frame
	Preview
	Path   string
	Source string
}

func (c *console) postPreview(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	p, err := c.Desk.Preview(r.Context(), id, r.PostFormValue("replay") != "")
	if err != nil {
		return err
	}
	view := previewView{frame: c.frame(r, "Forhåndsvisning av "+id), Preview: *p}
	view.Path = view.Base + "sources/" + id
	c.draw(w, r, http.StatusOK, "preview", view)
	return nil
}

// Package console is where editors see how the hub's sources are doing and put things right: pages below /editor/, complete without scripts, for those
// who are signed in.
package console

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"fritidshub/api/console/signin"
)

// Options are what a console works with.
type Options struct {
	Hub      Hub
	SignIn   signin.Options // without Show and Noted, which are the console's
	Sources  Sources
	Desk     Desk
	Audit    Audit
	Versions Versions
	Mapping  Mapping
	Adding   Adding
	Notices  Notices
	Listings Listings
	Tracer   Tracer
	Lists    Lists
	Guests   Guests
	Insights Insights
	Now      func() time.Time // its location is the hub's zone
	Log      *slog.Logger
	Version  string
}

// Hub is the hub as editors know it.
type Hub struct {
	Name string
	// Public is the absolute address of the pages for residents, ending in "/".
	Public *url.URL
}

// Audit keeps what was changed by whom.
type Audit interface {
	Note(ctx context.Context, e Entry) error
	// Entries gives the newest first: those before the id, at most limit; 0 begins at the newest.
	Entries(ctx context.Context, before int64, limit int) ([]Entry, error)
}

// Entry is one change.
type Entry struct {
	ID      int64
	At      time.Time
	Who     string
	What    string // in words
	Subject string // what was changed: "source:bolgen", "listing:abc"; "" for the hub itself
}

type console struct {
	Options
	gate  *signin.Gate
	looks *looks
	mux   *http.ServeMux
}

// policy is the Content-Security-Policy of every page: nothing but our own style sheet and images, no script.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// New makes the handler of everything below /editor/.
func New(o Options) (http.Handler, error) {
	c := &console{Options: o, mux: http.NewServeMux()}
	var err error
	if c.looks, err = newLooks(); err != nil {
		return nil, err
	}
	o.SignIn.Show = c.showSignIn
	o.SignIn.Noted = func(ctx context.Context, u signin.User, what string) {
		c.note(ctx, Entry{Who: u.Name, What: what})
	}
	if c.gate, err = signin.New(o.SignIn); err != nil {
		return nil, err
	}
	c.gate.Routes(c.mux)
	c.mux.HandleFunc("GET /editor/assets/{file}", c.looks.serve)
	c.page("GET /editor/{$}", c.getOverview)
	c.page("GET /editor/log", c.getLog)
	c.sourcePages()
	c.versionPages()
	c.mapPages()
	c.addPages()
	c.noticePages()
	c.listingPages()
	c.tracePages()
	c.listPages()
	c.guestPages()
	c.insightPages()
	c.page("/editor/", func(http.ResponseWriter, *http.Request) error { return errNoPage })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		c.mux.ServeHTTP(w, r)
	}), nil
}

// Fault is an error that is told to whoever asked, in words of theirs.
type Fault struct {
	Status int // HTTP
	Text   string
}

func (f *Fault) Error() string { return f.Text }

var errNoPage = &Fault{http.StatusNotFound, "Siden finnes ikke. Kanskje er kilden eller oppføringen fjernet."}

// page adds a page for editors.
func (c *console) page(pattern string, f func(http.ResponseWriter, *http.Request) error) {
	c.pageFor(signin.Editor, pattern, f)
}

func (c *console) pageFor(role signin.Role, pattern string, f func(http.ResponseWriter, *http.Request) error) {
	c.mux.Handle(pattern, c.gate.Require(role, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := f(w, r); err != nil {
			c.fail(w, r, err)
		}
	})))
}

// action adds what changes something. It gives where to go on, an address below /editor/, and what was done, which is noted and shown there.
func (c *console) action(role signin.Role, pattern string, f func(r *http.Request) (done Done, err error)) {
	c.pageFor(role, "POST "+pattern, func(w http.ResponseWriter, r *http.Request) error {
		done, err := f(r)
		if err != nil {
			return err
		}
		u, _ := signin.UserOf(r.Context())
		if done.What != "" {
			c.note(r.Context(), Entry{Who: u.Name, What: done.What, Subject: done.Subject})
		}
		c.to(w, r, done.To, done.Shown)
		return nil
	})
}

// Done is what an action has done.
type Done struct {
	To      string // path below /editor/
	Shown   string // key of the message that the next page shows, in notices
	What    string // for the log; "" when nothing was changed
	Subject string
}

// to goes on to a page that shows a message.
func (c *console) to(w http.ResponseWriter, r *http.Request, path, shown string) {
	target := *c.SignIn.Base
	u, err := url.Parse(path)
	if err == nil {
		target = *target.ResolveReference(&url.URL{Path: u.Path, RawQuery: u.RawQuery})
	}
	if shown != "" {
		q := target.Query()
		q.Set("done", shown)
		target.RawQuery = q.Encode()
	}
	http.Redirect(w, r, target.RequestURI(), http.StatusSeeOther)
}

func (c *console) note(ctx context.Context, e Entry) {
	e.At = c.Now()
	if err := c.Audit.Note(context.WithoutCancel(ctx), e); err != nil {
		c.Log.Error("a change could not be noted", "what", e.What, "error", err)
	}
}

// fail shows what went wrong.
func (c *console) fail(w http.ResponseWriter, r *http.Request, err error) {
	var told *Fault
	if !errors.As(err, &told) {
		c.Log.Error("a page of the console failed", "page", r.Pattern, "error", err) // no path: those of guests and of the feed let in who knows them
		told = &Fault{http.StatusInternalServerError, "Noe gikk galt i huben. Prøv igjen; blir det ikke bedre, så se i loggen der huben kjører."}
	}
	view := messageView{frame: c.frame(r, "Det gikk ikke"), Text: told.Text}
	c.draw(w, r, told.Status, "message", view)
}

func (c *console) getLog(w http.ResponseWriter, r *http.Request) error {
	before, err := number(r, "before")
	if err != nil {
		return err
	}
	const page = 100
	list, err := c.Audit.Entries(r.Context(), before, page+1)
	if err != nil {
		return err
	}
	view := logView{frame: c.frame(r, "Logg over endringer")}
	if len(list) > page {
		list = list[:page]
		view.Older = list[page-1].ID
	}
	for _, e := range list {
		view.Entries = append(view.Entries, entryView{c.moment(e.At), e.Who, e.What, subjectLink(e.Subject)})
	}
	c.draw(w, r, http.StatusOK, "log", view)
	return nil
}

package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Tracer follows an item through the hub.
type Tracer interface {
	// Trace follows what an address or a title names; seen, unless it is "", is where it should be seen: the address of a search, or the code of an element.
	Trace(ctx context.Context, what, seen string) (*Trace, error)
}

// Trace is what became of what was asked for.
type Trace struct {
	Trails []Trail // what it may be, the likeliest first
	// Steps tell, when there are no trails, how far it came.
	Steps []Step
}

// Trail is the way of one item to those who look for it.
type Trail struct {
	Title, Text string
	Listing     string // its id, when residents can open it
	Steps       []Step
	Filters     []Filter // with which it is found
}

// Step is one step on the way.
type Step struct {
	Name  string
	State string // good, warn or bad
	Text  string
	At    time.Time
	Raw   string // what the source said
	Link  string // text of a link to Path, below the console's
	Path  string
}

// Filter is a filter of the search with the values that find something.
type Filter struct {
	Name   string
	Values []FilterValue
}

// FilterValue is one of them: Parameter=Value in the address of a search.
type FilterValue struct{ Text, Parameter, Value string }

// maxAsked is how many characters may be asked for at once.
const maxAsked = 4000

type traceView struct {
	frame
	What, Seen string
	Asked      bool
	Trails     []trailRow
	Steps      []stepRow
}

type trailRow struct {
	Trail
	Rows  []stepRow
	Finds []findRow
}

// findRow is a filter with its values, which lead to what they find.
type findRow struct {
	Name  string
	Links []link
}

type stepRow struct {
	Step
	Word string
	When moment
}

var stepStates = map[string]string{"good": "Ja", "warn": "Obs", "bad": "Nei"}

func (c *console) tracePages() {
	c.page("GET /editor/trace", c.getTrace)
}

func (c *console) getTrace(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	view := traceView{frame: c.frame(r, "Spor en oppføring"), What: strings.TrimSpace(q.Get("q")), Seen: strings.TrimSpace(q.Get("seen"))}
	if len(view.What)+len(view.Seen) > maxAsked {
		return &Fault{http.StatusRequestEntityTooLarge, "Det er for langt. Lim inn adressen eller tittelen alene."}
	}
	if view.Asked = view.What != ""; view.Asked {
		found, err := c.Tracer.Trace(r.Context(), view.What, view.Seen)
		if err != nil {
			return err
		}
		for _, t := range found.Trails {
			row := trailRow{Trail: t, Rows: c.steps(t.Steps)}
			for _, f := range t.Filters {
				finds := findRow{Name: f.Name}
				for _, v := range f.Values {
					finds.Links = append(finds.Links, link{Text: v.Text, URL: c.Hub.Public.String() + "?" + url.Values{v.Parameter: {v.Value}}.Encode()})
				}
				row.Finds = append(row.Finds, finds)
			}
			view.Trails = append(view.Trails, row)
		}
		view.Steps = c.steps(found.Steps)
	}
	c.draw(w, r, http.StatusOK, "trace", view)
	return nil
}

func (c *console) steps(list []Step) []stepRow {
	rows := make([]stepRow, len(list))
	for i, s := range list {
		if s.Path != "" {
			s.Path = c.SignIn.Base.Path + s.Path
		}
		rows[i] = stepRow{s, stepStates[s.State], c.moment(s.At)}
	}
	return rows
}

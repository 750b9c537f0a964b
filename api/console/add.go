package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/api/console/signin"
)

// Adding is how a source is added: an address is asked what it is, what one way of reading it gives is looked at, and an entry of sources.yaml is made of that.
// What is looked for has an id that only who began it can use; for another one its methods give ErrNoSearch. Found and Trial wait a moment for work that goes on.
type Adding interface {
	// Search begins to find out what an address is.
	Search(ctx context.Context, address string) (id string, err error)
	Found(ctx context.Context, id string) (*Found, error)
	// Try begins to read the address in one of the ways that were found, by its number from 0. Nothing is stored.
	Try(ctx context.Context, id string, way int) error
	Trial(ctx context.Context, id string, way int) (*Trial, error)
	// Write keeps what an editor says of the new source for Change, or says what is wrong with it, by the name of the field.
	Write(ctx context.Context, id string, way int, s NewSource) (wrong map[string]string, err error)
	// Change is what sources.yaml would say.
	Change(ctx context.Context, id string, way int) (*Change, error)
	// Add makes sources.yaml say so, when it still is the version base, and waits until that is in use and the source is fetched, a moment at most.
	Add(ctx context.Context, id string, way int, base string) (NewSource, error)
}

// ErrNoSearch is a Fault that an Adding gives.
var ErrNoSearch = &Fault{http.StatusNotFound, "Huben husker ikke lenger hva den fant her. Begynn på nytt med adressen."}

// Work is something that takes its time.
type Work struct {
	On   bool   // it goes on
	Said string // how far it has come, in a sentence
}

// Found is what an address turned out to be.
type Found struct {
	Work
	Address string
	Fault   string // why nothing is known of it
	Ways    []Way  // the best first
}

// Way is one way to read an address.
type Way struct {
	Kind, URL string
	Told      []string // what is known of it, in sentences
}

// Trial is what one way of reading gives.
type Trial struct {
	Work
	Way     Way
	Preview Preview
	Twins   string  // what other sources give already, in a sentence
	Fields  []Field // how much the items state
	Source  NewSource
	Timings []Timing
	Hints   []string // what the data say of their licence
	Unset   []string // names of environment variables that are needed and not set
	Ready   bool     // it may be taken into use
}

// NewSource is what an editor says of a new source.
type NewSource struct {
	ID, Name, Schedule, Licence, Attribution, Contact string
	Off                                               bool // it waits for secrets
}

// Timing is a schedule in words, with the next times.
type Timing struct {
	Schedule, Words string
	Next            []time.Time
}

// Change is what an entry changes in sources.yaml.
type Change struct {
	Source NewSource
	Of     string // version of sources.yaml that is changed
	Lines  []DiffLine
	Fault  string // why the hub cannot change it; then Lines are empty
	Entry  string // as it can be copied
	Unset  []string
}

type addView struct {
	frame
	Address string // as somebody was led here with
}

type workView struct {
	frame
	Said string
	Self string
}

type foundView struct {
	frame
	*Found
	Path string
}

type trialView struct {
	frame
	*Trial
	Path, Up string
	Median   bool
	Wrong    []wrongField
	Faults   map[string]string
	Licences []choice
	Other    string // a licence that is none of Licences
	Times    []timingView
}

type wrongField struct{ Field, Text string }

type choice struct {
	Value, Text string
	Chosen      bool
}

type timingView struct {
	choice
	Next string
}

type changeView struct {
	frame
	*Change
	Path string
}

// licences are those that most sources have; another one is written.
var licences = []choice{
	{Value: "permission", Text: "Eieren har gitt oss lov (deles ikke med andre huber)"},
	{Value: "NLOD-2.0", Text: "Norsk lisens for offentlige data (NLOD 2.0)"},
	{Value: "CC-BY-4.0", Text: "Fri bruk når eieren nevnes (CC BY 4.0)"},
	{Value: "CC0-1.0", Text: "Fri bruk uten vilkår (CC0)"},
}

// otherLicence is what the form sends when the licence is written.
const otherLicence = "other"

// newFields are the fields of the form in their order.
var newFields = []string{"name", "id", "schedule", "licence", "other", "attribution", "contact", "entry"}

func (c *console) addPages() {
	const search, trial = "/editor/add/{search}", "/editor/add/{search}/{way}"
	c.page("GET /editor/add", func(w http.ResponseWriter, r *http.Request) error {
		c.draw(w, r, http.StatusOK, "add", addView{c.frame(r, "Legg til en kilde"), r.URL.Query().Get("url")})
		return nil
	})
	c.action(signin.Editor, "/editor/add", func(r *http.Request) (Done, error) {
		id, err := c.Adding.Search(r.Context(), strings.TrimSpace(r.PostFormValue("address")))
		return Done{To: "add/" + id}, err
	})
	c.page("GET "+search, c.getFound)
	c.page("GET "+trial, func(w http.ResponseWriter, r *http.Request) error { return c.showTrial(w, r, nil, nil) })
	c.action(signin.Editor, trial, func(r *http.Request) (Done, error) {
		way, err := wayOf(r)
		if err == nil {
			err = c.Adding.Try(r.Context(), r.PathValue("search"), way)
		}
		return Done{To: trialPath(r)}, err
	})
	c.page("POST "+trial+"/entry", c.postEntry)
	c.page("GET "+trial+"/change", c.getChange)
	c.action(signin.Editor, trial+"/save", func(r *http.Request) (Done, error) {
		way, err := wayOf(r)
		if err != nil {
			return Done{}, err
		}
		s, err := c.Adding.Add(r.Context(), r.PathValue("search"), way, r.PostFormValue("base"))
		shown := "added"
		if s.Off {
			shown = "added-off"
		}
		return Done{To: "sources/" + url.PathEscape(s.ID), Shown: shown, What: "la til kilden", Subject: "source:" + s.ID}, err
	})
}

// wayOf is the number of the way that a page is about.
func wayOf(r *http.Request) (int, error) {
	n, err := strconv.Atoi(r.PathValue("way"))
	if err != nil || n < 0 {
		return 0, errNoPage
	}
	return n, nil
}

func trialPath(r *http.Request) string {
	return "add/" + url.PathEscape(r.PathValue("search")) + "/" + url.PathEscape(r.PathValue("way"))
}

// drawWork shows that something goes on. The browser asks again at once, and is answered when there is something new: nobody waits longer than needed, and
// nothing of a page that is being read is exchanged.
func (c *console) drawWork(w http.ResponseWriter, r *http.Request, title string, work Work) {
	w.Header().Set("Refresh", "0")
	c.draw(w, r, http.StatusOK, "work", workView{c.frame(r, title), work.Said, c.SignIn.Base.Path + strings.TrimPrefix(r.URL.RequestURI(), "/editor/")})
}

func (c *console) getFound(w http.ResponseWriter, r *http.Request) error {
	found, err := c.Adding.Found(r.Context(), r.PathValue("search"))
	if err != nil {
		return err
	}
	if found.On {
		c.drawWork(w, r, "Ser på adressen", found.Work)
		return nil
	}
	view := foundView{frame: c.frame(r, "Dette er på adressen"), Found: found}
	view.Path = view.Base + "add/" + r.PathValue("search")
	c.draw(w, r, http.StatusOK, "found", view)
	return nil
}

// showTrial shows what a way of reading gives, and the form of the new source: as proposed, or as written with what is wrong in it.
func (c *console) showTrial(w http.ResponseWriter, r *http.Request, written *NewSource, wrong map[string]string) error {
	way, err := wayOf(r)
	if err != nil {
		return err
	}
	trial, err := c.Adding.Trial(r.Context(), r.PathValue("search"), way)
	if err != nil {
		return err
	}
	if trial.On {
		c.drawWork(w, r, "Leser kilden", trial.Work)
		return nil
	}
	view := trialView{frame: c.frame(r, "Prøv kilden før den legges til"), Trial: trial, Faults: wrong}
	if written != nil {
		view.Source = *written
	}
	view.Path, view.Up = view.Base+trialPath(r), view.Base+"add/"+r.PathValue("search")
	view.Median = slices.ContainsFunc(trial.Fields, func(f Field) bool { return f.Median >= 0 })
	view.Other = view.Source.Licence
	for _, l := range licences {
		if l.Chosen = l.Value == view.Source.Licence; l.Chosen {
			view.Other = ""
		}
		view.Licences = append(view.Licences, l)
	}
	for _, t := range trial.Timings {
		view.Times = append(view.Times, timingView{choice{t.Schedule, t.Words, t.Schedule == view.Source.Schedule}, c.times(t.Next)})
	}
	for _, field := range newFields {
		if text := wrong[field]; text != "" {
			view.Wrong = append(view.Wrong, wrongField{field, text})
		}
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	c.draw(w, r, status, "trial", view)
	return nil
}

// times says when something happens next.
func (c *console) times(next []time.Time) string {
	said := make([]string, len(next))
	for i, t := range next {
		said[i] = c.moment(t).Text
	}
	return strings.Join(said, ", ")
}

func (c *console) postEntry(w http.ResponseWriter, r *http.Request) error {
	way, err := wayOf(r)
	if err != nil {
		return err
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	s := NewSource{ID: value("id"), Name: value("name"), Schedule: value("schedule"), Licence: value("licence"), Attribution: value("attribution"), Contact: value("contact")}
	if s.Licence == otherLicence {
		s.Licence = value("other")
	}
	wrong, err := c.Adding.Write(r.Context(), r.PathValue("search"), way, s)
	switch {
	case err != nil:
		return err
	case len(wrong) > 0:
		return c.showTrial(w, r, &s, wrong)
	}
	c.to(w, r, trialPath(r)+"/change", "")
	return nil
}

func (c *console) getChange(w http.ResponseWriter, r *http.Request) error {
	way, err := wayOf(r)
	if err != nil {
		return err
	}
	change, err := c.Adding.Change(r.Context(), r.PathValue("search"), way)
	if err != nil {
		return err
	}
	view := changeView{frame: c.frame(r, fmt.Sprintf("Legg til %s", change.Source.Name)), Change: change}
	view.Path = view.Base + trialPath(r)
	c.draw(w, r, http.StatusOK, "change", view)
	return nil
}

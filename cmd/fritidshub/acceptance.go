package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"fritidshub/api"
	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
	"fritidshub/fetch"
	"fritidshub/store"
)

// How long looking at a feed may take, and how large a page of it may be.
const (
	acceptTime  = 20 * time.Second
	acceptBytes = 8 << 20
)

// acceptance reads one page of a feed as the kind fritidshub reads that of a peer, and tells what would become of each item. It writes nothing.
func (h *hub) acceptance(ctx context.Context, offered api.Offered) (api.Acceptance, error) {
	ctx, cancel := context.WithTimeout(ctx, acceptTime)
	defer cancel()
	kind, ok := h.registry.Kind("fritidshub")
	if !ok {
		return api.Acceptance{}, errors.New("the kind fritidshub is not known")
	}
	connector, err := kind.New(func(v any) error {
		return json.Unmarshal([]byte(`{"max_pages": 2}`), v)
	})
	if err != nil {
		return api.Acceptance{}, err
	}
	j := judge{hub: h, offered: offered, byID: map[string]int{}, origins: map[string]string{}}
	if offered.Page != nil {
		offered.URL = feedOf(offered.Page)
	}
	session := &connectors.Session{
		Source: connectors.Source{ID: "tilbudt", Name: "Tilbudt", URL: offered.URL, Language: "nb", Zone: h.config.Hub.Zone},
		Now:    h.in.now(), Get: j.get, Emit: j.emit, Delete: j.delete, Reject: j.reject, Warn: j.warn,
	}
	outcome, err := connector.Pull(ctx, session)
	if err != nil {
		j.out.Error = catalog.CleanText(unread(err), 500)
	}
	if err := j.leaveToThem(ctx, outcome.Hub); err != nil {
		return api.Acceptance{}, err
	}
	return j.answer(), nil
}

// unread says to whoever offers an address why it could not be read, not to our editors what they could do about it.
func unread(err error) string {
	var failed *fetch.Error
	switch {
	case !errors.As(err, &failed):
		return err.Error()
	case failed.Status != 0:
		return fmt.Sprintf("%s answers with status %d", failed.URL, failed.Status)
	}
	why := map[fetch.Step]string{
		fetch.StepAddress: "is no address that can be read", fetch.StepRobots: "is closed to us by robots.txt, or that cannot be read", fetch.StepWait: "has asked to be left alone for a while",
		fetch.StepGuard: "leads into a closed network", fetch.StepConnect: "cannot be reached", fetch.StepAnswer: "gives no HTTP answer",
		fetch.StepRedirect: "redirects to where we do not follow", fetch.StepBody: "gives an answer that is broken, empty, too large or too slow",
	}[failed.Step]
	return failed.URL + " " + cmp.Or(why, "cannot be read")
}

// feedOf is the address that a page was at, by its next; the page itself is not asked for.
func feedOf(page []byte) string {
	var top struct {
		Next string `json:"next"`
	}
	_ = json.Unmarshal(page, &top) // what it is not, the reading tells
	u, err := url.Parse(top.Next)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || !strings.Contains(u.Path, "/rpde/") {
		return "https://peer.invalid/rpde/records"
	}
	u.RawQuery = ""
	return u.String()
}

// judge gathers what a connector says of one page.
type judge struct {
	hub     *hub
	offered api.Offered
	read    bool
	out     api.Acceptance
	feed    string            // id of the feed that the page is of
	origins map[string]string // hubs that accepted items were first read by, by the items' ids
	byID    map[string]int    // place in out.Results; of an id that stands there twice the last one
}

// get gives the page that was offered, and after it an empty one: no more is read.
func (j *judge) get(ctx context.Context, req connectors.Request) (*connectors.Response, error) {
	if j.read {
		body, err := json.Marshal(map[string]any{"feed": j.feed, "items": []any{}, "next": req.URL})
		return answerOf(req.URL, body), err
	}
	body, address := j.offered.Page, req.URL
	if body == nil {
		resp, err := j.hub.fetch.Get(ctx, fetch.Request{URL: req.URL, Accept: req.Accept, MaxBytes: acceptBytes})
		if err != nil {
			return nil, err
		}
		body, address = resp.Body, resp.URL
	}
	j.out.URL = fetch.Redact(address)
	resp := answerOf(address, body)
	text, err := resp.Text()
	if err != nil {
		return nil, err
	}
	page, err := changefeed.Feed{Kind: "fritidshub", Advice: "Sjekk at det er en side av endringsfeeden"}.Parse(text, address)
	if err != nil {
		return nil, err
	}
	var head struct {
		Feed string `json:"feed"`
	}
	_ = json.Unmarshal([]byte(text), &head) // of another sort: the reading tells
	j.read, j.feed = true, head.Feed
	for i, it := range page.Items {
		j.out.Results = append(j.out.Results, api.Accepted{ID: it.ID, Index: i, Verdict: api.VerdictSkipped})
		if it.Fault != "" {
			j.out.Results[i].Verdict, j.out.Results[i].Field, j.out.Results[i].Reason = api.VerdictRejected, it.Field, it.Fault
			continue
		}
		j.byID[it.ID] = i
	}
	return resp, nil
}

func answerOf(address string, body []byte) *connectors.Response {
	return &connectors.Response{Response: &fetch.Response{Status: http.StatusOK, URL: address, Header: http.Header{}, MediaType: "application/json", Body: body}}
}

func (j *judge) of(id string) *api.Accepted {
	if i, ok := j.byID[id]; ok {
		return &j.out.Results[i]
	}
	return &api.Accepted{}
}

func (j *judge) emit(r catalog.Record) error {
	a := j.of(r.NativeID)
	r.Source, a.Title = "tilbudt", r.Title
	if o, own := r.Origin, j.hub.config.Hub.ID; o != nil && (o.Hub == own || slices.Contains(o.Via, own)) {
		a.Reason = "Den kommer fra oss selv, eller har vært innom oss."
		return nil
	}
	warnings, bad := r.Normalise(j.out.URL)
	if bad != nil {
		j.reject(*bad)
		return nil
	}
	unknown := slices.DeleteFunc(slices.Clone(r.Categories), j.hub.taxonomy.Has)
	if len(unknown) > 0 {
		warnings = append(warnings, "ukjente kategorier: "+strings.Join(unknown, ", "))
	}
	a.Verdict, a.Title, a.Listing = api.VerdictAccepted, r.Title, catalog.ListingID(j.hub.config.Hub.ID, &r)
	a.Warnings = append(a.Warnings, warnings...)
	if r.Origin != nil {
		j.origins[r.NativeID] = r.Origin.Hub
	}
	return nil
}

// leaveToThem passes over what comes from hubs that are read directly, unless the one that offers it is that hub.
func (j *judge) leaveToThem(ctx context.Context, offers string) error {
	states, err := j.hub.store.SourceStates(ctx)
	if err != nil {
		return err
	}
	for id, origin := range j.origins {
		if origin != offers && slices.ContainsFunc(states, func(s store.SourceState) bool { return s.Enabled && s.Declared && s.Peer == origin }) {
			a := j.of(id)
			a.Verdict, a.Listing, a.Reason = api.VerdictSkipped, "", "Den kommer fra en hub som vi leser selv, og tas bare inn derfra."
		}
	}
	return nil
}

func (j *judge) delete(id string) error {
	j.of(id).Verdict = api.VerdictDeleted
	return nil
}

func (j *judge) reject(r catalog.Reject) {
	a := j.of(r.NativeID)
	a.Verdict, a.Title, a.Field, a.Reason = api.VerdictRejected, r.Title, r.Field, r.Reason
}

// warn is told to the item that the locator names by its id, else of the page.
func (j *judge) warn(locator, text string) {
	if _, id, ok := strings.Cut(locator, "(id "); ok {
		if i, ok := j.byID[strings.TrimSuffix(id, ")")]; ok {
			j.out.Results[i].Warnings = append(j.out.Results[i].Warnings, text)
			return
		}
	}
	j.out.Warnings = append(j.out.Warnings, strings.TrimPrefix(locator+": "+text, ": "))
}

func (j *judge) answer() api.Acceptance {
	if j.out.Results == nil {
		j.out.Results = []api.Accepted{}
	}
	j.out.Items = len(j.out.Results)
	for _, a := range j.out.Results {
		switch a.Verdict {
		case api.VerdictAccepted:
			j.out.Accepted++
		case api.VerdictDeleted:
			j.out.Deleted++
		case api.VerdictRejected:
			j.out.Rejected++
		default:
			j.out.Skipped++
		}
	}
	return j.out
}

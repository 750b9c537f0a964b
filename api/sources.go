package api

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/words"
)

// Source is a declared source with what its runs have led to.
type Source struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	URL         string `json:"url"` // shown without user information and query
	Licence     string `json:"licence,omitzero"`
	Attribution string `json:"attribution,omitzero"`
	Language    string `json:"language,omitzero"`
	Schedule    string `json:"schedule,omitzero"`
	Enabled     bool   `json:"enabled"`
	Share       bool   `json:"share"` // what it says is passed on to other hubs and stands in the feeds

	Status      string    `json:"status,omitzero"` // of the last run: ok, partial, unchanged, held, failed, interrupted
	LastRun     time.Time `json:"last_run,omitzero"`
	LastGood    time.Time `json:"last_good,omitzero"` // residents see what the source said then
	NextRun     time.Time `json:"next_run,omitzero"`
	FailingFrom time.Time `json:"failing_from,omitzero"`
	Failures    int       `json:"failures"` // failed runs in a row
	Error       string    `json:"error,omitzero"`

	Live    int   `json:"live"`    // listings that residents see
	Missing int   `json:"missing"` // of those: gone from the source, in their grace period
	Held    *Held `json:"held,omitempty"`
}

// Held is a removal that waits for an editor.
type Held struct {
	Since    time.Time `json:"since"`
	Removals int       `json:"removals"`
	Of       int       `json:"of"`
	Reason   string    `json:"reason,omitzero"`
}

// State sums up a source in one word.
type State string

// The states of a source.
const (
	StateHealthy State = "healthy"
	StatePartial State = "partial" // healthy, but something in it could not be used
	StateEmpty   State = "empty"   // healthy, but without listings
	StateLate    State = "late"    // the next run is overdue
	StateFailing State = "failing"
	StateHeld    State = "held"
	StateNew     State = "new"
	StateOff     State = "off"
)

// Overdue is how long after its time a run counts as late.
const Overdue = 15 * time.Minute

// State sums up the source at now.
func (src *Source) State(now time.Time) State {
	switch {
	case !src.Enabled:
		return StateOff
	case src.Held != nil:
		return StateHeld
	case src.Failures > 0:
		return StateFailing
	case src.LastGood.IsZero():
		return StateNew
	case !src.NextRun.IsZero() && now.Sub(src.NextRun) > Overdue:
		return StateLate
	case src.Live == 0:
		return StateEmpty
	case src.Status == "partial":
		return StatePartial
	}
	return StateHealthy
}

// Verdict is the state in a sentence: what is wrong, and what residents see meanwhile. Days are those of now's location.
func (src *Source) Verdict(l *words.Language, now time.Time) string {
	listings, ago := l.T("verdict.listings", src.Live), l.Ago(src.LastGood, now)
	switch state := src.State(now); state {
	case StateHealthy, StatePartial, StateLate:
		return l.T("verdict."+string(state), listings, ago)
	case StateEmpty:
		return l.T("verdict.empty", ago)
	case StateHeld:
		return l.T("verdict.held", src.Held.Removals, src.Held.Of)
	case StateFailing:
		reason := ""
		if src.Error != "" {
			reason = ": " + strings.TrimRight(redact(src.Error), ". ")
		}
		seen := l.T("verdict.seen.none")
		if !src.LastGood.IsZero() {
			seen = l.T("verdict.seen", l.Since(src.LastGood, now))
		}
		if src.Failures == 1 {
			return l.T("verdict.failed.once", reason) + " " + seen
		}
		return words.Upper(l.T("verdict.failed", l.Ordinal(src.Failures), reason)) + " " + seen
	default:
		return l.T("verdict." + string(state))
	}
}

var queryPart = regexp.MustCompile(`(https?://[^\s?#"']+)[?#][^\s"')]*`)

// redact takes the query part, where keys are, from every address in a text.
func redact(text string) string { return queryPart.ReplaceAllString(text, "$1") }

// redactURL takes user information, query and fragment from an address; what cannot be read is not shown.
func redactURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = nil, "", false, "", ""
	return u.String()
}

func (s *server) loadSources(ctx context.Context) (map[string]Source, error) {
	list, err := s.Sources.Sources(ctx)
	if err != nil {
		return nil, err
	}
	all := make(map[string]Source, len(list))
	for _, src := range list {
		all[src.ID] = src
	}
	return all, nil
}

// localise gives its times in zone.
func (src *Source) localise(zone *time.Location) {
	for _, t := range []*time.Time{&src.LastRun, &src.LastGood, &src.NextRun, &src.FailingFrom} {
		*t = localTime(*t, zone)
	}
	if src.Held != nil {
		held := *src.Held
		held.Since = localTime(held.Since, zone)
		src.Held = &held
	}
}

// publicSource is a source as the open API gives it.
type publicSource struct {
	Source
	State   State  `json:"state"`
	Verdict string `json:"verdict"`
}

func (s *server) getSources(c *gin.Context) error {
	search, err := s.only(c, "lang")
	if err != nil {
		return err
	}
	list, err := s.Sources.Sources(c.Request.Context())
	if err != nil {
		return err
	}
	now, language := s.Now().In(s.Hub.Zone), s.words.For(search.Lang)
	out := make([]publicSource, len(list))
	for i, src := range list {
		src.URL, src.Error = redactURL(src.URL), redact(src.Error)
		src.localise(s.Hub.Zone)
		out[i] = publicSource{Source: src, State: src.State(now), Verdict: src.Verdict(language, now)}
	}
	slices.SortFunc(out, func(a, b publicSource) int { return strings.Compare(a.ID, b.ID) })
	return s.sendJSON(c, struct {
		Sources []publicSource `json:"sources"`
		Credits []Credit       `json:"credits,omitempty"`
	}{out, s.Hub.Credits})
}

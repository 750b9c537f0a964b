package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// Of the question what a hub would accept: how large a page may be that is sent along, how many are read at once, and how often one client may ask.
const (
	acceptBytes  = 8 << 20
	acceptAtOnce = 2
)

var acceptRate = RateLimit{PerSecond: 0.1, Burst: 5}

// Offered is what a peer asks about: the address of its feed, or a page of it.
type Offered struct {
	URL  string
	Page []byte
}

// Acceptance says what a hub would make of a page of a peer's feed. Reasons are in Norwegian, as the peer's editors read them.
type Acceptance struct {
	URL      string     `json:"url,omitzero"`   // the page that was read
	Error    string     `json:"error,omitzero"` // why it could not be read
	Items    int        `json:"items"`
	Accepted int        `json:"accepted"`
	Deleted  int        `json:"deleted"`
	Skipped  int        `json:"skipped"`
	Rejected int        `json:"rejected"`
	Warnings []string   `json:"warnings,omitempty"` // of the page as a whole
	Results  []Accepted `json:"results"`
}

// Verdict is what becomes of one item.
type Verdict string

// The verdicts.
const (
	VerdictAccepted Verdict = "accepted"
	VerdictDeleted  Verdict = "deleted"  // what we may have of it would be removed
	VerdictSkipped  Verdict = "skipped"  // passed over, such as what comes from ourselves, or is said again later in the page
	VerdictRejected Verdict = "rejected" // see Reason
)

// Accepted is the verdict about one item.
type Accepted struct {
	ID       string   `json:"id,omitzero"`
	Index    int      `json:"index"` // in items, from 0
	Verdict  Verdict  `json:"verdict"`
	Title    string   `json:"title,omitzero"`
	Listing  string   `json:"listing,omitzero"`   // the id that it would have here
	Field    string   `json:"field,omitzero"`     // of the rejection
	Reason   string   `json:"reason,omitzero"`    // why it is rejected or skipped
	Warnings []string `json:"warnings,omitempty"` // what would be left out or changed
}

// postContract tells a peer item by item what we would accept of its feed, and why not.
func (s *server) postContract(c *gin.Context) error {
	if _, err := s.only(c); err != nil {
		return err
	}
	if wait := s.wait(s.judged, c.Request); wait > 0 {
		p := problem(http.StatusTooManyRequests, "too-many", "Too many requests", "One client may ask this five times at once, and then every ten seconds.")
		p.retry = int(math.Ceil(wait.Seconds()))
		return p
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, acceptBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return problem(http.StatusRequestEntityTooLarge, "too-large", "The page is too large", fmt.Sprintf("Send a page of at most %d MiB, or the address of the feed.", acceptBytes>>20))
	} else if err != nil {
		return problem(http.StatusBadRequest, "bad-body", "The body cannot be read", "It broke off before its end.")
	}
	offered, err := offeredBy(body)
	if err != nil {
		return err
	}
	select {
	case s.judging <- struct{}{}:
		defer func() { <-s.judging }()
	default:
		return unavailable("Other feeds are being looked at; try again shortly.", 10)
	}
	answer, err := s.Acceptance(c.Request.Context(), offered)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeJSON, cacheNever, append(raw, '\n'))
	return nil
}

// offeredBy reads {"url": "https://…"}, or a page of a feed.
func offeredBy(body []byte) (Offered, error) {
	var top struct {
		URL   string          `json:"url"`
		Items json.RawMessage `json:"items"`
	}
	bad := func(detail string) error {
		return problem(http.StatusBadRequest, "bad-body", "The body is neither an address nor a page",
			detail+` Send {"url": "https://hub.example"} with the address of a hub or its feed, or a page of the feed itself: {"items": […], "next": "…"}.`)
	}
	if err := json.Unmarshal(body, &top); err != nil {
		return Offered{}, bad("It is not a JSON object: " + err.Error() + ".")
	}
	switch {
	case top.Items != nil:
		return Offered{Page: body}, nil
	case top.URL == "":
		return Offered{}, bad("It has neither url nor items.")
	}
	u, err := url.Parse(top.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(top.URL) > 2_000 || strings.ContainsAny(top.URL, " \t\n") {
		return Offered{}, bad("The url is not the address of a page on the web.")
	}
	return Offered{URL: top.URL}, nil
}

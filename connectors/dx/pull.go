package dx

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/tickets"
	"fritidshub/connectors/when"
	"fritidshub/fetch"
)

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	w := newWalk(c, s)
	if err := w.list(ctx); err != nil {
		return connectors.Outcome{}, err
	}
	state := ""
	if len(w.gone) > 0 {
		state = catalog.Hash([]byte(strings.Join(w.gone, "\n")))
	}
	if w.unchanged && w.why == "" && state == string(s.State) {
		return connectors.Outcome{Complete: true, Unchanged: true, State: s.State}, nil
	}
	if w.left > 0 {
		s.Warn("", fmt.Sprintf("%d kommende forestillinger er tatt med slik de står i lista: flere leses ikke for seg (options.max_details)", w.left))
	}
	if w.alone > 0 {
		s.Warn("", fmt.Sprintf("%d forestillinger kunne ikke leses for seg og er tatt med slik de står i lista", w.alone))
	}
	for _, r := range w.rejects {
		s.Reject(r)
	}
	if err := w.shows.Each(s.Source.Zone, func(r catalog.Record) error { return s.Emit(w.linked(r)) }); err != nil {
		return connectors.Outcome{}, err
	}
	return connectors.Outcome{Complete: w.why == "", Why: w.why, State: []byte(state)}, nil
}

// walk is one pull. Nothing is emitted before the whole is read: the showings of a film stand anywhere in the list.
type walk struct {
	*connector
	s         *connectors.Session
	seen      map[string]bool // showings
	shows     tickets.Series
	rejects   []catalog.Reject
	asked     int      // for showings of their own
	left      int      // showings that were not asked for, since enough were
	alone     int      // showings that could not be read for themselves
	failed    int      // of them in a row
	gone      []string // addresses with nothing there; what they were at the last good run is the state
	unchanged bool
	why       string // not complete
}

func newWalk(c *connector, s *connectors.Session) *walk {
	return &walk{connector: c, s: s, seen: map[string]bool{}, unchanged: true}
}

// list reads the pages until one is empty or repeats what has been read: what the API says of its last page is always 1.
func (w *walk) list(ctx context.Context) error {
	first := 0 // items of the first page
	for number := 1; ; number++ {
		switch {
		case number > w.MaxPages:
			w.why = fmt.Sprintf("Lista har flere enn %d sider; resten er ikke lest (options.max_pages).", w.MaxPages)
			return nil
		case len(w.seen) > mostShows:
			w.why = fmt.Sprintf("Lista har flere enn %d forestillinger; resten er ikke lest.", mostShows)
			return nil
		}
		address, err := w.page(number)
		if err != nil {
			return err
		}
		body, from, err := w.get(ctx, address)
		switch gone := (*fetch.Error)(nil); {
		case number > 1 && errors.As(err, &gone) && gone.Gone():
			w.gone = append(w.gone, address)
			return nil
		case err != nil:
			return err
		}
		items, err := Parse(body, from, w.Items)
		if err != nil {
			return err
		}
		fresh, err := w.take(ctx, items, number)
		switch {
		case err != nil:
			return err
		case number == 1:
			first = len(items)
		case number == 2 && fresh == 0 && len(items) > 0 && first >= w.PageSize:
			w.why = fmt.Sprintf("Side 2 gjentar side 1, som er full: DX bryr seg ikke om «%s» i adressen. Skriv riktig navn i options.page_param.", w.PageParam)
		case fresh == 0 && len(items) > 0 && goesOn(body, from, number):
			w.why = fmt.Sprintf("Side %d gjentar det som er lest, men DX oppgir flere sider.", number)
		}
		if fresh == 0 || strings.HasPrefix(w.s.Source.URL, "file:") {
			return nil
		}
	}
}

// goesOn reports whether an answer says that there are pages after it: the number of the last one, or a link to another.
func goesOn(body, from string, number int) bool {
	for _, next := range gjson.GetMany(body, "next", "links.next", "next_page_url") {
		if next.Type == gjson.String && next.Str != "" && next.Str != from {
			return true
		}
	}
	return gjson.Get(body, "lastPage").Int() > int64(number)
}

// page is the address of a page; the first is as the source declares it.
func (w *walk) page(number int) (string, error) {
	u, err := url.Parse(w.s.Source.URL)
	if err != nil || number == 1 {
		return w.s.Source.URL, err
	}
	q := u.Query()
	q.Set(w.PageParam, strconv.Itoa(number))
	u.RawQuery = q.Encode()
	return u.String(), nil
}

func (w *walk) get(ctx context.Context, address string) (body, from string, err error) {
	resp, body, err := w.s.Text(ctx, connectors.Request{URL: address, Accept: "application/json"})
	if err != nil {
		return "", "", err
	}
	w.unchanged = w.unchanged && resp.Unchanged
	return body, resp.URL, nil
}

// take takes over the items of a page and says how many of them are new. Lists that shift while they are read repeat items.
func (w *walk) take(ctx context.Context, items []gjson.Result, number int) (fresh int, err error) {
	for i, row := range items {
		x := item{row: row, paths: w.paths}
		id := catalog.NativeID(x.get("id"))
		key := cmp.Or(id, catalog.Hash([]byte(row.Raw)))
		if w.seen[key] {
			continue
		}
		w.seen[key] = true
		fresh++
		field, reason := "", "Ventet en forestilling (et JSON-objekt), fant noe annet."
		if row.IsObject() {
			removed, err := w.own(ctx, &x, id)
			if err != nil {
				return fresh, err
			}
			if removed {
				continue
			}
			field, reason = w.add(x)
		}
		if reason != "" {
			w.rejects = append(w.rejects, catalog.Reject{NativeID: id, Title: text(x.get("title"), catalog.MaxTitle), Locator: fmt.Sprintf("side %d, [%d]", number, i),
				Field: field, Reason: reason, Fixer: catalog.FixSource})
		}
	}
	return fresh, nil
}

// own reads the answer that a coming showing has of its own, when that is asked for. It reports whether DX says that there is no such
// showing any more (404, 410).
func (w *walk) own(ctx context.Context, x *item, id string) (removed bool, err error) {
	start, noStart := when.Parse(x.get("start"), w.s.Source.Zone)
	switch {
	case !w.Details || !plain.MatchString(id) || noStart == nil && start.Time.Before(w.s.Now.Add(-24*time.Hour)):
		return false, nil
	case w.asked >= w.MaxDetails:
		w.left++
		return false, nil
	}
	w.asked++
	u, err := url.Parse(w.s.Source.URL)
	if err != nil {
		return false, err
	}
	u = u.JoinPath(id)
	u.RawQuery = ""
	body, from, err := w.get(ctx, u.String())
	if err == nil {
		x.own, err = document(body, from)
		if d := x.own.Get("data"); d.IsObject() {
			x.own = d
		}
	}
	switch gone := (*fetch.Error)(nil); {
	case err == nil:
		w.failed = 0
	case ctx.Err() != nil:
		return false, err
	case errors.As(err, &gone) && gone.Gone():
		w.gone = append(w.gone, id)
		return true, nil
	default:
		w.unchanged = false
		w.alone++
		if w.failed++; w.failed >= failedAlone {
			return false, fmt.Errorf("%d forestillinger på rad kunne ikke leses: %w", w.failed, err)
		}
	}
	return false, nil
}

package friskus

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/hold"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	return hold.WhileUnchanged(ctx, s, c.pull)
}

func (c *connector) pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	w := &walk{connector: c, s: s, seen: map[string]bool{}}
	if err := w.list(ctx); err != nil {
		return connectors.Outcome{}, err
	}
	if c.Details {
		if err := w.details(ctx); err != nil {
			return connectors.Outcome{}, err
		}
	}
	if w.singles > 0 {
		s.Warn("", fmt.Sprintf("%d gjentakende arrangementer er tatt med bare med neste dato, fordi det ikke er sikkert hva gjentakelsen betyr (options.first_weekday)", w.singles))
	}
	for _, r := range w.records {
		if r.NativeID == "" { // rejected with its page
			continue
		}
		r.Source = s.Source.ID
		if err := s.Emit(r); err != nil {
			return connectors.Outcome{}, err
		}
	}
	return connectors.Outcome{Complete: w.why == "", Why: w.why}, nil
}

// walk is one pull. No record is emitted before the whole is read, since it may be rejected with its page.
type walk struct {
	*connector
	s       *connectors.Session
	seen    map[string]bool // ids, of rejected items too
	records []catalog.Record
	items   int    // read, without repeats
	singles int    // recurring events without a certain rule
	why     string // not complete
}

func (w *walk) incomplete(why string) {
	if w.why == "" {
		w.why = why
	}
}

// address is that of a page of the list; the first one is as the source declares it.
func (w *walk) address(page int) (string, error) {
	u, err := url.Parse(w.s.Source.URL)
	if err != nil || u.Scheme == "file" {
		return w.s.Source.URL, err
	}
	q := u.Query()
	named := q.Has("municipalities[]") || q.Has("municipality") || q.Has("filters")
	switch {
	case !named && w.Municipality != "":
		q.Set("municipalities[]", w.Municipality)
	case !named && strings.EqualFold(u.Hostname(), "api.friskus.com"):
		return "", fmt.Errorf("%s: kommunens UUID mangler, og da ville hele landet blitt lest. Skriv den i options.municipality", fetch.Redact(w.s.Source.URL))
	case page == 1:
		return w.s.Source.URL, nil
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

func (w *walk) list(ctx context.Context) error {
	total, last, empty := 0, 0, 0
	for page := 1; ; page++ {
		if page > w.MaxPages {
			w.incomplete(fmt.Sprintf("Lista har flere enn %d sider; resten er ikke lest (options.max_pages).", w.MaxPages))
			return nil
		}
		got, err := w.page(ctx, page)
		if err != nil {
			return err
		}
		total, last = got.Total, got.Last
		held, fresh := len(got.Items)+len(got.Bad), w.add(got, page)
		if empty++; held > 0 {
			empty = 0
		}
		over := last > 0 && page >= last || last <= 0 && fresh == 0 || strings.HasPrefix(w.s.Source.URL, "file:")
		if over || held > 0 && fresh == 0 || empty >= failedPages {
			if !over {
				w.incomplete(fmt.Sprintf("Side %d er tom eller gjentar det som er lest, men lista skal ha %d sider.", page, last))
			}
			break
		}
		if w.items > mostItems {
			w.incomplete(fmt.Sprintf("Lista har flere enn %d arrangementer; resten er ikke lest.", mostItems))
			return nil
		}
	}
	if w.items < total {
		w.incomplete(fmt.Sprintf("Lista skal ha %d arrangementer, men %d ulike ble lest. Det som mangler, blir stående som det var.", total, w.items))
	}
	return nil
}

func (w *walk) page(ctx context.Context, page int) (Page, error) {
	address, err := w.address(page)
	if err != nil {
		return Page{}, err
	}
	resp, text, err := w.s.Text(ctx, connectors.Request{URL: address, Accept: "application/json"})
	if err != nil {
		return Page{}, err
	}
	return Parse(text, resp.URL)
}

// add takes over a page and says how many of its items are new. Lists that shift while they are read repeat items; the first counts.
func (w *walk) add(p Page, page int) (fresh int) {
	locate := func(where string) string { return fmt.Sprintf("side %d, %s", page, where) }
	for _, r := range p.Bad {
		r.Locator = locate(r.Locator)
		w.s.Reject(r)
		w.items++
	}
	for _, x := range p.Items {
		x.Where = locate(x.Where)
		r, single, notes, reject := w.record(x, w.s.Source)
		if r.NativeID != "" {
			if w.seen[r.NativeID] {
				continue
			}
			w.seen[r.NativeID] = true
			fresh++
		}
		w.items++
		if reject != nil {
			w.s.Reject(*reject)
			continue
		}
		for _, n := range notes {
			w.s.Warn(x.Where, n)
		}
		if single {
			w.singles++
		}
		w.records = append(w.records, r)
	}
	return fresh
}

// details reads the pages of the events, in the order of their ids, so that it is always the same ones when there are more than
// may be read. A page that is gone costs only itself; the event of one that fails is a reject, so that what is known of it stays.
func (w *walk) details(ctx context.Context) error {
	var order []int
	for i, r := range w.records {
		if r.URL != "" {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(w.records[a].NativeID, w.records[b].NativeID) })
	if len(order) > w.MaxDetails {
		w.s.Warn("", fmt.Sprintf("%d av %d arrangementer er uten sted og omtale: flere sider leses ikke (options.max_details)", len(order)-w.MaxDetails, len(order)))
		order = order[:w.MaxDetails]
	}
	failed := 0
	for _, i := range order {
		r := &w.records[i]
		resp, text, err := w.s.Text(ctx, connectors.Request{URL: r.URL, Accept: "text/html", HTML: true})
		switch gone := (*fetch.Error)(nil); {
		case err == nil:
			failed = 0
			w.fill(r, markup.ReadHTML(text, resp.URL, w.s.Source.Language))
		case ctx.Err() != nil:
			return err
		case errors.As(err, &gone) && gone.Gone():
			w.s.Warn(fetch.Redact(r.URL), "Siden til arrangementet finnes ikke; det er tatt med slik det står i lista")
		default:
			if failed++; failed >= failedPages {
				return fmt.Errorf("%d sider på rad kunne ikke leses: %w", failed, err)
			}
			w.s.Reject(catalog.Reject{NativeID: r.NativeID, Title: r.Title, Locator: fetch.Redact(r.URL), Reason: "Siden kunne ikke leses: " + err.Error(), Fixer: catalog.FixSource})
			r.NativeID = ""
		}
	}
	return nil
}

// fill takes what the list leaves out from the one event that a page describes. The list knows better when it is.
func (w *walk) fill(r *catalog.Record, page *markup.Page) {
	if len(page.Events) != 1 {
		w.s.Warn(fetch.Redact(r.URL), fmt.Sprintf("Siden beskriver %d arrangementer i JSON-LD, ikke ett; ingenting er tatt fra den", len(page.Events)))
		return
	}
	e, _, _ := page.Events[0].Record(markup.Context{Zone: w.s.Source.Zone, Kind: catalog.KindActivity, ZeroUnknown: true})
	r.Description, r.Place, r.Status, r.Age, r.Offers = e.Description, e.Place, e.Status, e.Age, e.Offers
	if r.Price == nil {
		r.Price = e.Price
	}
	if r.Image == nil {
		r.Image = e.Image
	}
	if r.Organizer == nil {
		r.Organizer = e.Organizer
	}
}

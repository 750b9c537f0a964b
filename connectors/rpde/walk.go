package rpde

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// walk is one reading of a feed, page by page. Pages are held compressed until the end, since the last word about an item counts and
// a part may stand before its whole.
type walk struct {
	*connector
	s       *connectors.Session
	next    string // the page to be read, or to go on from
	pages   []kept
	size    int
	visited map[string]bool
	empty   int
	last    map[string]place // where an item was mentioned last
	wanted  map[string]bool  // ids of wholes that parts refer to
	home    map[string]place // where a thing with that @id is described
	linked  bool             // a part's whole was found elsewhere in the feed
	ended   bool             // the last page is read
	broken  bool             // the feed itself leads astray; reading more of it does not help
	why     string
}

type kept struct {
	address string
	body    []byte // compressed
}

type place struct{ page, item int }

func (c *connector) walk(s *connectors.Session, from string) *walk {
	return &walk{connector: c, s: s, next: from, visited: map[string]bool{}, last: map[string]place{}, wanted: map[string]bool{}, home: map[string]place{}}
}

// read walks to the last page, a bound or an error; next is then the page to go on from.
func (w *walk) read(ctx context.Context) error {
	for !w.ended && w.why == "" {
		switch {
		case len(w.pages) >= w.connector.pages:
			w.why = fmt.Sprintf("Feeden har flere enn %d sider; neste kjøring går videre der denne slapp (options.max_pages).", w.connector.pages)
		case w.size > maxKept:
			w.why = fmt.Sprintf("Sidene er så store at bare %d er lest; neste kjøring går videre der denne slapp.", len(w.pages))
		case w.empty >= emptyPages:
			w.why = fmt.Sprintf("%d tomme sider på rad; neste kjøring går videre der denne slapp.", w.empty)
		default:
			if err := w.page(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// page reads one page. The last page of a feed is empty and has itself as next.
func (w *walk) page(ctx context.Context) error {
	resp, err := w.s.Get(ctx, connectors.Request{URL: w.next, Accept: "application/json, application/vnd.openactive.rpde+json;q=0.9, */*;q=0.5"})
	if err != nil {
		return err
	}
	text, err := resp.Text()
	if err != nil {
		return err
	}
	page, err := Parse(text, resp.URL)
	if err != nil {
		return err
	}
	w.visited[key(w.next)], w.visited[key(resp.URL)] = true, true
	next, err := w.following(page, resp.URL)
	if err != nil {
		w.broken = true
		return err
	}
	self := key(next) == key(w.next) || key(next) == key(resp.URL)
	if w.empty++; len(page.Items) > 0 {
		w.empty = 0
	}
	switch {
	case w.empty > 0 && self:
		w.ended = true
		w.pages = append(w.pages, kept{address: resp.URL})
		return nil
	case page.Next == "":
		w.why = "Siden har ikke noe next, så det er ikke sikkert at feeden er lest til endes."
	case w.visited[key(next)]:
		w.broken = true
		return w.astray(resp.URL, page.Next, "next som fører videre", "Feeden går i ring. Meld det til den som eier den")
	default:
		w.next = next
	}
	return w.keep(text, resp.URL, page)
}

func (w *walk) astray(at, next, expected, advice string) error {
	return &connectors.PayloadError{URL: fetch.Redact(at), Locator: "next", Expected: expected, Found: catalog.CleanText(fetch.Redact(next), 200), Advice: advice}
}

// following is the absolute address of the next page, which must lie where the feed does.
func (w *walk) following(page *Page, at string) (string, error) {
	if page.Next == "" {
		return "", nil
	}
	next := markup.Resolve(page.Next, at)
	for _, origin := range []string{at, w.s.Source.URL} {
		if markup.SameOrigin(next, origin) {
			return next, nil
		}
		// A feed behind a proxy that ends TLS often believes that it is read without.
		if rest, plain := strings.CutPrefix(next, "http://"); plain && markup.SameOrigin("https://"+rest, origin) {
			return "https://" + rest, nil
		}
	}
	return "", w.astray(at, page.Next, "next på samme nettsted som feeden", "Det er ikke fulgt. Er feeden flyttet, så rett url i sources.yaml")
}

// key is an address in the form in which two are compared: the order of its parameters and http or https do not matter.
func key(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.ToLower(u.Host) + u.Opaque + u.EscapedPath() + "?" + u.Query().Encode()
}

// keep remembers a page and who is mentioned in it.
func (w *walk) keep(text, address string, page *Page) error {
	var body bytes.Buffer
	z, err := flate.NewWriter(&body, flate.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(z, text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	at := place{page: len(w.pages)}
	w.pages = append(w.pages, kept{address, bytes.Clone(body.Bytes())})
	w.size += body.Len()
	for i, it := range page.Items {
		at.item = i
		w.last[name(it, at)] = at
		if it.Data == nil {
			continue
		}
		m, err := decode(it.Data)
		if err != nil {
			continue // emit tells
		}
		if id := identity(m); id != "" {
			w.home[id] = at
		}
		for _, v := range list(m["individualFacilityUse"]) {
			if part, ok := v.(thing); ok && identity(part) != "" {
				w.home[identity(part)] = at
			}
		}
		if t := typeOf(m, it.Kind); isOpportunity(t) && (t != "Slot" || w.slots) {
			if ref := reference(m); ref != "" {
				w.wanted[ref] = true
			}
		}
	}
	return nil
}

// name is what an item is known by within a walk; those without an id are each their own.
func name(it Item, at place) string {
	if it.ID == "" {
		return fmt.Sprintf("\x00%d/%d", at.page, at.item)
	}
	return it.ID
}

// items calls f with every item that has the last word about itself.
func (w *walk) items(f func(it Item, at place, address string) error) error {
	for n, p := range w.pages {
		if p.body == nil {
			continue
		}
		text, err := io.ReadAll(flate.NewReader(bytes.NewReader(p.body)))
		if err != nil {
			return err
		}
		page, err := Parse(string(text), p.address)
		if err != nil {
			return err
		}
		for i, it := range page.Items {
			if at := (place{n, i}); w.last[name(it, at)] == at {
				if err := f(it, at, p.address); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// wholes are the things that others refer to.
func (w *walk) wholes() (map[string]thing, error) {
	at := map[place][]string{}
	for id := range w.wanted {
		if home, ok := w.home[id]; ok {
			at[home] = append(at[home], id)
		}
	}
	known := map[string]thing{}
	if len(at) == 0 {
		return known, nil
	}
	return known, w.items(func(it Item, where place, _ string) error {
		if ids := at[where]; len(ids) > 0 && it.Data != nil {
			m, err := decode(it.Data)
			if err != nil {
				return nil // emit tells
			}
			for _, id := range ids {
				known[id], w.linked = m, true
			}
		}
		return nil
	})
}

// emit hands over what the walk found. whole says that it began at the top.
func (w *walk) emit(whole bool) error {
	known, err := w.wholes()
	if err != nil {
		return err
	}
	left := map[string]int{}
	var rejects []catalog.Reject
	emitted := 0
	err = w.items(func(it Item, at place, address string) error {
		locator := fmt.Sprintf("side %d, items[%d]", at.page+1, at.item)
		if it.ID != "" {
			locator += " (id " + it.ID + ")"
		}
		bad := func(field, reason string) error {
			rejects = append(rejects, catalog.Reject{NativeID: it.ID, Locator: locator, Field: field, Reason: reason, Fixer: catalog.FixSource})
			return nil
		}
		if it.Fault != "" {
			return bad(it.Field, it.Fault)
		}
		if it.Deleted {
			return w.s.Delete(it.ID)
		}
		m, err := decode(it.Data)
		if err != nil {
			return bad("data", "data kan ikke leses: "+err.Error()+".")
		}
		t := typeOf(m, it.Kind)
		switch {
		case t == "":
			return bad("data.@type", fmt.Sprintf("data sier ikke hva slags aktivitet det er (@type), og det gjør heller ikke kind «%s».", catalog.CleanText(it.Kind, 60)))
		case !isOpportunity(t), t == "Slot" && !w.slots:
			left[catalog.CleanText(t, 60)]++
			return nil
		case known[identity(m)] != nil && slices.Contains(series, t) && !hasDates(m):
			left[t+" uten egne datoer (timene står hver for seg)"]++
			return w.s.Delete(it.ID)
		}
		inherit(m, known, 0)
		r, notes, reject := record(it, m, t, locator, address, w.s.Source.Language, markup.Context{Zone: w.s.Source.Zone, Kind: w.s.Source.Kind})
		for _, n := range notes {
			w.s.Warn(n.Where, n.Text)
		}
		if reject != nil {
			rejects = append(rejects, *reject)
			return nil
		}
		emitted++
		r.Source = w.s.Source.ID
		return w.s.Emit(r)
	})
	if err != nil {
		return err
	}
	w.report(left, rejects, whole || len(rejects) <= emitted)
	return nil
}

func hasDates(m thing) bool {
	return m["startDate"] != nil || m["eventSchedule"] != nil || m["subEvent"] != nil
}

// report tells what was left out. A few bad changes must not stop a feed that is otherwise good: they are warnings, and what is known
// of those items stays.
func (w *walk) report(left map[string]int, rejects []catalog.Reject, count bool) {
	for _, t := range slices.Sorted(maps.Keys(left)) {
		w.s.Warn("", fmt.Sprintf("%d av typen %s er ikke med", left[t], t))
	}
	for _, r := range rejects {
		if count {
			w.s.Reject(r)
		} else {
			w.s.Warn(r.Locator, r.Reason)
		}
	}
}

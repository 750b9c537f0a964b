package changefeed

import (
	"bytes"
	"cmp"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// Bounds of a walk.
const (
	emptyPages = 3        // empty pages in a row before a run ends
	maxKept    = 64 << 20 // bytes of compressed pages held in memory
)

// Walk is one reading of a feed, page by page. Pages are held compressed until the end, since the last word about an item counts and
// a part may stand before its whole.
type Walk struct {
	feed    Feed
	reader  Reader
	s       *connectors.Session
	next    string // the page to be read, or to go on from
	pages   []kept
	size    int
	visited map[string]bool
	empty   int
	last    map[string]Place // where an item was mentioned last
	ended   bool             // the last page is read
	broken  bool             // the feed itself leads astray; reading more of it does not help
	why     string
	wholes  *Walk // of the feed that describes what the items are parts of; nil when there is none
}

type kept struct {
	address string
	body    []byte // compressed
}

// Place is where in a walk an item stands; both figures begin at 0.
type Place struct{ Page, Item int }

// Found is an item that has the last word about itself.
type Found struct {
	Item
	Place
	Where   string // locator for an editor
	Address string // of its page
}

func (f Feed) walk(s *connectors.Session, from string) *Walk {
	w := &Walk{feed: f, s: s, next: from, visited: map[string]bool{}, last: map[string]Place{}}
	w.reader = f.New(w)
	return w
}

// read walks to the last page, a bound or an error; next is then the page to go on from.
func (w *Walk) read(ctx context.Context) error {
	for !w.ended && w.why == "" {
		switch {
		case len(w.pages) >= w.feed.Pages:
			w.why = fmt.Sprintf("Feeden har flere enn %d sider; neste kjøring går videre der denne slapp (options.max_pages).", w.feed.Pages)
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
func (w *Walk) page(ctx context.Context) error {
	resp, text, err := w.s.Text(ctx, connectors.Request{URL: w.next, Accept: "application/json, application/vnd.openactive.rpde+json;q=0.9, */*;q=0.5"})
	if err != nil {
		return err
	}
	page, err := w.feed.Parse(text, resp.URL)
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

func (w *Walk) astray(at, next, expected, advice string) error {
	return &connectors.PayloadError{URL: fetch.Redact(at), Locator: "next", Expected: expected, Found: catalog.CleanText(fetch.Redact(next), 200), Advice: advice}
}

// following is the absolute address of the next page, which must lie where the feed does.
func (w *Walk) following(page *Page, at string) (string, error) {
	if page.Next == "" {
		return "", nil
	}
	next, ok := Beside(page.Next, at, w.s.Source.URL)
	if !ok {
		return "", w.astray(at, page.Next, "next på samme nettsted som feeden", cmp.Or(w.feed.Elsewhere, "Det er ikke fulgt. Er feeden flyttet, så rett url i sources.yaml"))
	}
	return next, nil
}

// Beside is the absolute address that a page at an address calls next, when it lies on the same site as the page or the source.
func Beside(next, at, source string) (string, bool) {
	next = markup.Resolve(next, at)
	for _, origin := range []string{at, source} {
		if markup.SameOrigin(next, origin) {
			return next, true
		}
		// A feed behind a proxy that ends TLS often believes that it is read without.
		if rest, plain := strings.CutPrefix(next, "http://"); plain && markup.SameOrigin("https://"+rest, origin) {
			return "https://" + rest, true
		}
	}
	return "", false
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
func (w *Walk) keep(text, address string, page *Page) error {
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
	at := Place{Page: len(w.pages)}
	w.pages = append(w.pages, kept{address, bytes.Clone(body.Bytes())})
	w.size += body.Len()
	for i, it := range page.Items {
		at.Item = i
		w.last[name(it, at)] = at
		w.reader.Note(it, at)
	}
	return nil
}

// name is what an item is known by within a walk; those without an id are each their own.
func name(it Item, at Place) string {
	if it.ID == "" {
		return fmt.Sprintf("\x00%d/%d", at.Page, at.Item)
	}
	return it.ID
}

// Items calls f with every item that has the last word about itself, in the order of the feed.
func (w *Walk) Items(f func(Found) error) error {
	for n, p := range w.pages {
		if p.body == nil {
			continue
		}
		text, err := io.ReadAll(flate.NewReader(bytes.NewReader(p.body)))
		if err != nil {
			return err
		}
		page, err := w.feed.Parse(string(text), p.address)
		if err != nil {
			return err
		}
		for i, it := range page.Items {
			at := Place{n, i}
			if w.last[name(it, at)] != at {
				continue
			}
			where := fmt.Sprintf("side %d, items[%d]", n+1, i)
			if it.ID != "" {
				where += " (id " + it.ID + ")"
			}
			if err := f(Found{it, at, where, p.address}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Wholes calls f with every item of the feed that describes what the items of this one are parts of.
func (w *Walk) Wholes(f func(Found) error) error {
	if w.wholes == nil {
		return nil
	}
	return w.wholes.Items(f)
}

// Emit hands over what was found: deletions, rejects of what is faulty, and the record that f makes of each of the rest, or its
// reject, or neither. whole says that the walk began at the top; else a few bad changes must not stop a feed that is otherwise good:
// they are warnings, and what is known of those items stays.
func (w *Walk) Emit(whole bool, f func(Found) (*catalog.Record, *catalog.Reject, error)) error {
	var rejects []catalog.Reject
	emitted := 0
	err := w.Items(func(x Found) error {
		switch {
		case x.Fault != "":
			rejects = append(rejects, catalog.Reject{NativeID: x.ID, Locator: x.Where, Field: x.Field, Reason: x.Fault, Fixer: catalog.FixSource})
			return nil
		case x.Deleted:
			return w.s.Remove(x.ID, x.Why)
		}
		r, reject, err := f(x)
		if reject != nil {
			rejects = append(rejects, *reject)
		}
		if err != nil || r == nil {
			return err
		}
		emitted++
		r.Source = w.s.Source.ID
		return w.s.Emit(*r)
	})
	if err != nil {
		return err
	}
	for _, r := range rejects {
		if whole || len(rejects) <= emitted {
			w.s.Reject(r)
		} else {
			w.s.Warn(r.Locator, r.Reason)
		}
	}
	return nil
}

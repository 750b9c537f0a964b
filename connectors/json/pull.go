package jsonapi

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

const (
	emptyPages = 3   // in a row, then a walk by cursor or link stops
	mostPasses = 3   // of a list that moves while it is read
	badRequest = 400 // what WordPress answers to a page after the last
)

type connector struct{ Options Options }

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	w := &walk{reader: newReader(s, &c.Options), unchanged: true, complete: true}
	for pass := range mostPasses {
		known := len(w.records) + len(w.rejects)
		if err := w.pass(ctx); err != nil {
			return connectors.Outcome{}, err
		}
		nothingNew := pass > 0 && len(w.records)+len(w.rejects) == known
		if !c.Options.Unstable || w.pages == 1 || w.unchanged || nothingNew {
			break
		}
	}
	if w.unchanged && w.complete {
		return connectors.Outcome{Complete: true, Unchanged: true, Changes: c.Options.Unstable}, nil
	}
	w.unfound()
	for _, n := range w.notes {
		s.Warn(n.Where, n.Text)
	}
	for _, r := range w.rejects {
		s.Reject(r)
	}
	for _, r := range w.records {
		if err := s.Emit(r); err != nil {
			return connectors.Outcome{}, err
		}
	}
	return connectors.Outcome{Complete: w.complete, Why: w.why, Changes: c.Options.Unstable}, nil
}

// walk is one pull. Nothing is emitted before the whole is read, so that a run over unchanged pages is free.
type walk struct {
	*reader
	pages     int // of this pass
	unchanged bool
	complete  bool
	why       string
}

func (w *walk) incomplete(why string) {
	if w.complete {
		w.complete, w.why = false, why
	}
}

// cursor is where the walk stands.
type cursor struct {
	address string         // "" when the walk is over
	params  map[string]any // of paging
	number  int            // of the page, or items passed over
	biggest int            // items of the fullest page
	last    int            // items of the page before
	count   int64          // items read
	total   int64          // as the newest page says, -1 when none does
	empty   int            // pages in a row without items
	visited map[string]bool
}

// pass reads the list once.
func (w *walk) pass(ctx context.Context) error {
	at := &cursor{address: w.Source.URL, total: -1, visited: map[string]bool{}}
	if p := w.o.Paging; p.Page != "" {
		at.number = 1
		if p.First != nil {
			at.number = *p.First
		}
	}
	at.params = w.params(at, "")
	w.pages, w.inPass = 0, map[string]bool{}
	for at.address != "" {
		if w.pages >= w.most() {
			w.incomplete(fmt.Sprintf("Kilden har flere enn %d sider; resten er ikke lest (options.paging.max).", w.most()))
			break
		}
		if err := w.page(ctx, at); err != nil {
			return err
		}
	}
	if at.total >= 0 && at.count != at.total && !w.o.Unstable {
		why := fmt.Sprintf("Kilden sier at listen har %d elementer, men %d er lest.", at.total, at.count)
		if w.o.Paging == (Paging{}) && at.count < at.total {
			why += " Hentes listen side for side, så skriv hvordan i options.paging."
		}
		w.incomplete(why)
	}
	return nil
}

func (w *walk) most() int {
	if w.o.Paging.Max > 0 {
		return w.o.Paging.Max
	}
	return defaultPages
}

// params are the paging parameters of the page that at stands at; next is the cursor to it.
func (w *walk) params(at *cursor, next string) map[string]any {
	p, out := w.o.Paging, map[string]any{}
	switch {
	case p.Page != "":
		out[p.Page] = at.number
	case p.Offset != "":
		out[p.Offset] = at.number
	case p.Cursor != "" && next != "":
		out[p.Cursor] = next
	}
	if p.Limit != "" {
		out[p.Limit] = p.Size
	}
	return out
}

// page reads one page and moves on.
func (w *walk) page(ctx context.Context, at *cursor) error {
	req, err := w.o.ask(at.address, at.params)
	if err != nil {
		return err
	}
	at.visited[at.address] = true
	resp, err := w.Get(ctx, req)
	if err != nil {
		if w.pastTheEnd(err, at) {
			at.address = ""
			return nil
		}
		return err
	}
	w.pages++
	w.unchanged = w.unchanged && resp.Unchanged
	text, err := resp.Text()
	if err != nil {
		return err
	}
	page, err := Parse(text, resp.URL, w.o)
	if err != nil {
		return err
	}
	if page.Error != "" {
		w.incomplete("Svaret har en feilmelding ved siden av listen: " + catalog.CleanText(page.Error, 200))
	}
	fresh := w.add(page, resp.URL, w.pages)
	n := len(page.Items)
	repeats := n > 0 && fresh == 0
	if !repeats {
		at.count += int64(n)
	}
	at.total = page.Total
	at.last, at.biggest = n, max(at.biggest, n)
	if at.empty++; n > 0 {
		at.empty = 0
	}
	if repeats { // the server ignores the parameter, or repeats its last page
		w.repeated(at, page)
		at.address = ""
		return nil
	}
	w.move(at, page, resp)
	return nil
}

// repeated says what it means that a page has nothing but what is read already.
func (w *walk) repeated(at *cursor, page *Page) {
	switch p := w.o.Paging; {
	case p.Cursor != "" && page.Next != "": // a list that is over gives no cursor
		w.incomplete("Markøren fører tilbake til det som alt er lest; listen kan ha flere elementer. Se om options.paging.cursor er navnet på parameteren.")
	case w.pages == 2 && !w.o.Unstable && at.total < 0 && p.Page+p.Offset != "" && len(page.Items) >= p.Size:
		w.notes = append(w.notes, markup.Note{Where: "side 2", Text: fmt.Sprintf("Siden er lik den første. Har listen flere elementer enn de %d som er lest, så kjenner ikke tjeneren parameteren %s; rett options.paging.", at.count, p.Page+p.Offset)})
	}
}

// pastTheEnd reports whether an error only says that there is no page after the last one.
func (w *walk) pastTheEnd(err error, at *cursor) bool {
	var fe *fetch.Error
	if w.pages == 0 || w.o.Paging.Page == "" && w.o.Paging.Offset == "" || !errors.As(err, &fe) || !fe.Gone() && fe.Status != badRequest {
		return false
	}
	if at.last >= max(at.biggest, w.o.Paging.Size) && at.total < 0 {
		w.incomplete(fmt.Sprintf("Side %d svarte med feil %d, og den før kan ha vært full; listen kan ha flere elementer. Skriv options.paging.size.", w.pages+1, fe.Status))
	}
	return true
}

// move goes to the next page, or ends the walk.
func (w *walk) move(at *cursor, page *Page, resp *connectors.Response) {
	p, n, here := w.o.Paging, len(page.Items), at.address
	at.address = ""
	switch {
	case p.Page != "" || p.Offset != "":
		if n == 0 || at.total >= 0 && at.count >= at.total {
			return
		}
		switch {
		case p.Page != "":
			at.number++
		case p.Size > 0:
			at.number += p.Size
		default:
			at.number += n
		}
		at.address, at.params = here, w.params(at, "")
	case p.Cursor != "":
		switch {
		case page.Next == "":
		case at.visited["cursor "+page.Next]:
			w.incomplete("Markøren til neste side er en som alt er brukt; resten er ikke lest.")
		default:
			at.visited["cursor "+page.Next] = true
			at.address, at.params = here, w.params(at, page.Next)
		}
	default:
		at.address, at.params = w.link(page, resp, at.visited), nil
	}
	if at.address != "" && at.empty >= emptyPages {
		w.incomplete(fmt.Sprintf("%d tomme sider på rad; resten er ikke lest.", emptyPages))
		at.address = ""
	}
}

// link is the address of the next page: what the declared path gives, else rel=next, else a usual member. It must lie where the source does.
func (w *walk) link(page *Page, resp *connectors.Response, visited map[string]bool) string {
	next := ""
	if w.o.Paging.Link == "" {
		next = markup.NextLink(resp.Header.Values("Link"), resp.URL)
	}
	if next == "" && page.Next != "" {
		if w.o.Paging.Link == "" && !isAddress(page.Next) {
			w.incomplete("Svaret har et neste (next) som ikke er en adresse; skriv hvordan sidene hentes i options.paging.")
			return ""
		}
		if next = markup.Resolve(page.Next, resp.URL); next == "" {
			w.incomplete("Adressen til neste side kan ikke leses; resten er ikke lest.")
			return ""
		}
	}
	switch {
	case next == "" || visited[next]:
		return ""
	case !markup.SameOrigin(next, resp.URL) && !markup.SameOrigin(next, w.Source.URL):
		w.incomplete("Neste side ligger på et annet nettsted og er ikke lest.")
		return ""
	}
	return next
}

// isAddress tells an address from a page number or a cursor.
func isAddress(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return err != nil && (strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "/") || strings.HasPrefix(s, "?") ||
		strings.HasPrefix(s, "file:") || strings.HasSuffix(s, ".json"))
}

package selectors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// follow reads the items' own pages. One that is gone is a reject; one that fails makes the run incomplete, three in a row end it.
func (w *walk) follow(ctx context.Context, list []*Item) error {
	read := map[string][]*Item{}
	failed, foreign := 0, 0
	for _, it := range list {
		near := it.link != "" && w.near(it.link)
		if it.link != "" && !near {
			if foreign++; it.get("title") == "" {
				w.reject(it, "Lenken går til et annet nettsted, som ikke leses.")
				continue
			}
		}
		if !near || len(w.Page) == 0 && !w.Inner.set() {
			w.items = append(w.items, it)
			continue
		}
		found, known := read[it.link]
		if !known {
			if w.fetched >= w.MaxPages {
				w.incomplete(fmt.Sprintf("Listen lenker til flere enn %d sider; resten er ikke lest (options.max_pages).", w.MaxPages))
				break
			}
			var err error
			if found, err = w.own(ctx, it.link); err != nil {
				if ctx.Err() != nil {
					return err
				}
				w.reject(it, "Siden kunne ikke leses: "+err.Error())
				if gone := (*fetch.Error)(nil); !errors.As(err, &gone) || !gone.Gone() {
					w.incomplete("Ikke alle sidene som listen lenker til, kunne leses.")
					if failed++; failed >= emptyPages {
						return fmt.Errorf("%d sider på rad kunne ikke leses: %w", failed, err)
					}
				}
			} else {
				failed = 0
			}
			read[it.link] = found
		}
		for _, own := range found {
			whole := it.over(own)
			if w.full(whole) {
				return nil
			}
			w.items = append(w.items, whole)
		}
	}
	if foreign > 0 {
		w.note(fetch.Redact(w.s.Source.URL), fmt.Sprintf("%d lenker til andre nettsteder er ikke fulgt", foreign))
	}
	return nil
}

// own reads the page of one item: what it says of the whole, or of each thing on it. A page where nothing is found is an error.
func (w *walk) own(ctx context.Context, address string) ([]*Item, error) {
	p, err := w.get(ctx, address)
	if err != nil {
		return nil, err
	}
	whole := newItem(p.at)
	p.read(whole, p.root.Selection, w.Page, w.hits)
	things, _ := matches(p.root.Selection, w.Inner)
	if len(things) == 0 {
		if len(whole.Values) == 0 {
			return nil, &connectors.PayloadError{URL: p.at, Found: p.title, Expected: "treff på minst én av velgerne " + w.pageSelectors(), Advice: "Er siden en innlogging eller bygget om, så rett velgerne"}
		}
		return []*Item{whole}, nil
	}
	w.hits[w.Inner.Path] += len(things)
	var out []*Item
	for i, s := range things {
		it := newItem(fmt.Sprintf("%s, treff %d", p.at, i+1))
		p.read(it, s, w.InnerFields, w.hits)
		it.part, it.ownURL = true, it.Values["url"] != nil
		out = append(out, whole.over(it))
	}
	return out, nil
}

func (w *walk) pageSelectors() string {
	var out []string
	for _, v := range w.Page {
		out = append(out, "«"+v.sel.CSS+"»")
	}
	if w.Inner.set() {
		out = append(out, "«"+w.Inner.CSS+"»")
	}
	return strings.Join(out, ", ")
}

// unused tells of selectors that found nothing in the whole run, since a site that is rebuilt loses them one by one.
func (w *walk) unused(items int) {
	if items == 0 {
		return
	}
	selectors := []Selector{w.Link, w.Inner}
	for _, v := range slices.Concat(w.Fields, w.Page, w.InnerFields) {
		selectors = append(selectors, v.sel)
	}
	for _, s := range selectors {
		if w.hits[s.Path] == 0 && s.Path != "" && (s.set() || strings.HasSuffix(s.Path, ".css")) {
			w.note("", fmt.Sprintf("%s («%s») ga ingen verdi noe sted (%d treff på listen)", strings.TrimSuffix(s.Path, ".css"), s.CSS, items))
		}
	}
}

// settle makes native ids unique, whatever the order of the pages. Records that share an id, a title, a place and an age are one thing
// at several times; records that share an id but are different things get ids derived of id, title, place and age.
func settle(records []catalog.Record) []catalog.Record {
	faces, shared := map[string]string{}, map[string]bool{}
	for i := range records {
		r := &records[i]
		if first, known := faces[r.NativeID]; known && first != face(r) {
			shared[r.NativeID] = true
		} else {
			faces[r.NativeID] = face(r)
		}
	}
	out := records[:0]
	at := map[string]int{}
	for _, r := range records {
		if shared[r.NativeID] {
			r.NativeID, r.IDDerived = catalog.DerivedID(r.NativeID, face(&r)), true
		}
		if i, ok := at[r.NativeID]; ok {
			join(&out[i].Schedule, r.Schedule)
			continue
		}
		at[r.NativeID] = len(out)
		out = append(out, r)
	}
	return out
}

// face is what tells two things on one page apart.
func face(r *catalog.Record) string {
	parts := []string{catalog.Fold(r.Title)}
	if r.Place != nil {
		parts = append(parts, catalog.Fold(r.Place.Name+" "+r.Place.Address))
	}
	if r.Age != nil {
		for _, n := range []*int{r.Age.Min, r.Age.Max} {
			if n != nil {
				parts = append(parts, fmt.Sprint(*n))
			}
			parts = append(parts, "-")
		}
	}
	return strings.Join(parts, "\x00")
}

// join adds the times of another record of the same thing.
func join(to *catalog.Schedule, from catalog.Schedule) {
	for _, o := range from.Dates {
		if !slices.ContainsFunc(to.Dates, func(x catalog.Occurrence) bool { return x.AllDay == o.AllDay && x.Start.Equal(o.Start) }) {
			to.Dates = append(to.Dates, o)
		}
	}
	slices.SortStableFunc(to.Dates, func(x, y catalog.Occurrence) int { return x.Start.Compare(y.Start) })
	for _, s := range from.Series {
		if !slices.ContainsFunc(to.Series, func(x catalog.Series) bool { return x.Start.Equal(s.Start) }) {
			to.Series = append(to.Series, s)
		}
	}
	if to.Zone == "" {
		to.Zone = from.Zone
	}
}

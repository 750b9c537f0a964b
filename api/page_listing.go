package api

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/export"
	"fritidshub/api/pages"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/index"
)

// frame is what stands around a page at path, with the parameters that its address has.
func (s *server) frame(l *words.Language, path string, query ...url.Values) pages.Frame {
	given := url.Values{}
	if len(query) > 0 {
		for name, vs := range query[0] {
			given[name] = vs
		}
	}
	given.Del("lang")
	f := pages.Frame{Lang: l.Tag, Dir: l.Dir, T: l.T, Hub: s.Hub.Name, Home: s.localPath("/", l), Sources: s.localPath("/sources", l), Forms: s.embeddable(path, l, given)}
	if s.base() != "" && !s.Hub.Assumed {
		f.Canonical = s.base() + path
		if len(given) > 0 {
			f.Canonical += "?" + given.Encode()
		}
	}
	for _, tag := range s.offered() {
		given.Set("lang", tag)
		f.Languages = append(f.Languages, pages.Link{Text: s.words.For(tag).Name, URL: path + "?" + given.Encode(), Lang: tag, Current: tag == l.Tag})
	}
	return f
}

// offered are the languages that visitors can choose from: the hub's, as far as it has texts in them.
func (s *server) offered() []string {
	tags := slices.DeleteFunc(slices.Clone(s.Hub.Languages), func(tag string) bool { return !s.words.Has(tag) })
	if len(tags) == 0 {
		return words.Tags()
	}
	return tags
}

// localPath is a path of this hub in a language.
func (s *server) localPath(path string, l *words.Language) string {
	if l.Tag == s.words.For(s.rules.Languages[0]).Tag {
		return path
	}
	return path + "?lang=" + l.Tag
}

func (s *server) filterPath(l *words.Language, f index.Facet, value string) string {
	query := url.Values{string(f): {value}}
	if l.Tag != s.words.For(s.rules.Languages[0]).Tag {
		query.Set("lang", l.Tag)
	}
	return address(query)
}

// language reads lang of a page that takes nothing else, forgiving what it does not know.
func (s *server) language(c *gin.Context) *words.Language { return s.words.For(c.Query("lang")) }

func (s *server) sendMessage(c *gin.Context, p *Problem) {
	l := s.language(c)
	kind := map[int]string{http.StatusGone: "gone", http.StatusNotFound: "missing", http.StatusMethodNotAllowed: "missing",
		http.StatusBadRequest: "missing", http.StatusServiceUnavailable: "busy", http.StatusTooManyRequests: "busy"}[p.Status]
	view := pages.Message{Frame: s.frame(l, c.Request.URL.Path), Next: pages.Link{Text: l.T("to.search"), URL: s.localPath("/", l)}}
	view.Canonical, view.NoIndex, view.Forms = "", true, nil
	if c.Request.URL.Path == framePath {
		f, _ := readFrame(c.Request.URL.Query())
		view.Framed = s.frameLook(f)
		f.given.Del("listing")
		view.Next.URL = f.address(url.Values{})
	}
	switch kind = cmp.Or(kind, "fail"); {
	case kind == "fail":
		view.Text = l.T("fail.text", p.ID)
	case kind == "gone" && p.Tombstone != nil && p.Tombstone.Title != "":
		now := s.Now().In(s.Hub.Zone)
		view.Text = l.T("gone.text", p.Tombstone.Title, l.Since(p.Tombstone.DeletedAt, now))
	case kind == "gone":
		view.Text = l.T("gone.text.unnamed")
	default:
		view.Text = l.T(kind + ".text")
	}
	view.Heading = l.T(kind + ".title")
	view.Title = view.Heading + " - " + s.Hub.Name
	body, err := s.pages.Draw(view)
	if err != nil {
		s.Logger.Error("a page cannot be drawn", "error", err)
	}
	s.send(c, p.Status, typeHTML, cacheNever, body)
}

func (s *server) getListingPage(c *gin.Context) error {
	l := s.language(c)
	state, err := s.listing(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if state.MergedInto != "" {
		s.redirect(c, "/l/"+url.PathEscape(state.MergedInto))
		return nil
	}
	view, item, err := s.listingPage(c.Request.Context(), &state, l)
	if err != nil {
		return err
	}
	if view.Fields, err = fieldsOf(&state, item, l); err != nil {
		return err
	}
	view.Why = state.Why
	body, err := s.pages.Draw(view)
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}

// getTold gives what the page of a listing says below its name, for the widgets to show in place.
func (s *server) getTold(c *gin.Context) error {
	state, err := s.listing(c.Request.Context(), c.Param("id"))
	if err == nil && state.MergedInto != "" {
		state, err = s.listing(c.Request.Context(), state.MergedInto)
	}
	if err != nil {
		return err
	}
	view, _, err := s.listingPage(c.Request.Context(), &state, s.language(c))
	if err != nil {
		return err
	}
	body, err := s.pages.Tree(pages.Told{Listing: view})
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeJSON, cacheShort, body)
	return nil
}

// listingPage is the page of a listing, and the listing as the API gives it.
func (s *server) listingPage(ctx context.Context, state *catalog.ListingState, l *words.Language) (pages.Listing, *catalog.Item, error) {
	p, err := s.printer(ctx, l.Tag)
	if err != nil {
		return pages.Listing{}, nil, err
	}
	known, err := s.names.get(ctx, s.Clock())
	if err != nil {
		s.Logger.Warn("a page lacks the names of schemes", "error", err) // the page can do without
	}
	item := p.item(state, true)
	return s.listingView(state, &item, known, l), &item, nil
}

func (s *server) listingView(state *catalog.ListingState, item *catalog.Item, known names, l *words.Language) pages.Listing {
	now := s.Now().In(s.Hub.Zone)
	v := pages.Listing{
		Frame: s.frame(l, "/l/"+item.ID), Card: s.card(item, l, now), Back: s.localPath("/", l),
		Paragraphs: paragraphs(item.Description), Schedule: dashed(item.ScheduleText), Validity: validity(state.Schedule, l, now),
		Read: webAddress(item.URL), Origins: append(origins(item, l, now), s.credits(state)...), Updated: l.T("listing.updated", l.Since(item.UpdatedAt, now)),
		Data: "/api/v1/listings/" + item.ID, Offers: offersView(item.Offers, l, now), Scheme: schemeView(item.Scheme, l),
	}
	v.Image, v.ImageText = s.pictureOf(item, "large.jpg")
	for _, node := range export.SchemaOrgDates(s.exportHub(), *item) {
		v.SchemaOrg = append(v.SchemaOrg, schemaDocument(node))
	}
	if item.Start != nil {
		v.Begin = words.Machine(catalog.Occurrence{Start: item.Start.Time, AllDay: item.Start.Day}, s.Hub.Zone)
		if item.End != nil {
			v.End = words.Machine(catalog.Occurrence{Start: item.End.Time, AllDay: item.End.Day}, s.Hub.Zone)
		}
	}
	if len(v.Paragraphs) == 1 && v.Paragraphs[0] == v.Summary {
		v.Paragraphs = nil // it stands below the name already
	}
	v.Title, v.Description = item.Title+" - "+s.Hub.Name, item.Summary
	if item.Status != catalog.StatusScheduled {
		v.Notice = l.T("listing." + string(item.Status))
	}
	if over(state.Schedule, s.Hub.Zone, now) {
		v.Over = l.T("over")
	}
	s.addWays(&v, state, item, l, now)
	if v.Schedule == v.When {
		v.When = ""
	}
	for _, id := range item.Categories {
		v.Categories = append(v.Categories, pages.Link{Text: s.Taxonomy.Label(id, l.Tag), URL: s.filterPath(l, index.FacetCategory, id)})
	}
	for _, id := range item.Schemes {
		v.Schemes = append(v.Schemes, pages.Link{Text: cmp.Or(known.schemes[id], s.Taxonomy.FacetLabel(string(index.FacetScheme), id, l.Tag)),
			URL: s.filterPath(l, index.FacetScheme, id)})
	}
	if o := item.Organizer; o != nil {
		v.OrganizerAt.URL = s.filterPath(l, index.FacetOrganizer, o.ID)
		if o.OrgNumber != "" {
			v.OrgNumber = l.T("listing.orgnumber", o.OrgNumber)
		}
	}
	if pl := item.Place; pl != nil {
		v.Address = distinct(pl.Name, pl.Address, strings.TrimSpace(pl.PostalCode+" "+pl.Locality))
		if pl.Neighbourhood != pl.Locality {
			v.Address = distinct(append(v.Address, pl.Neighbourhood)...)
		}
		if pl.Online {
			v.Address = distinct(l.T("item.online"), pl.Name)
		}
		v.Map, v.Way, v.Geo = ways(pl)
	}
	if len(item.Inaccessible) > 0 {
		names := make([]string, len(item.Inaccessible))
		for i, a := range item.Inaccessible {
			names[i] = s.Taxonomy.FacetLabel(string(index.FacetAccessibility), a, l.Tag)
		}
		v.Inaccess = l.T("listing.inaccess", strings.Join(names, ", "))
	}
	v.Contact = contact(item.Contact)
	moved := func(o catalog.Occurrence) bool { return !o.PreviousStart.IsZero() }
	if len(item.Occurrences) > 1 || slices.ContainsFunc(item.Occurrences, moved) {
		for _, o := range item.Occurrences {
			t := pages.Time{Text: l.When(o, now, s.Hub.Zone), Machine: words.Machine(o, s.Hub.Zone)}
			t.Own = strings.Join(slices.DeleteFunc([]string{o.Title, o.Place}, func(s string) bool { return s == "" }), ", ")
			switch {
			case o.Status.Or() != catalog.StatusScheduled:
				t.Status = l.T("status." + string(o.Status))
			case moved(o):
				t.Status = l.T("listing.moved", l.When(catalog.Occurrence{Start: o.PreviousStart, AllDay: o.AllDay}, now, s.Hub.Zone))
			}
			v.Times = append(v.Times, t)
		}
		if item.OccurrenceCount > len(item.Occurrences) {
			v.TimesTotal = l.T("listing.all", item.OccurrenceCount)
		}
	}
	return v
}

// schemaDocument makes a node of schema.org a document of its own.
func schemaDocument(node map[string]any) map[string]any {
	node["@context"] = "https://schema.org"
	return node
}

func paragraphs(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n\n"), func(p string) bool { return strings.TrimSpace(p) == "" })
}

func validity(sch catalog.Schedule, l *words.Language, now time.Time) string {
	var parts []string
	if !sch.ValidFrom.IsZero() {
		parts = append(parts, l.T("listing.validity.from", l.Day(sch.ValidFrom, now)))
	}
	if !sch.ValidThrough.IsZero() {
		parts = append(parts, l.T("listing.validity.through", l.Day(sch.ValidThrough, now)))
	}
	if len(parts) == 0 {
		return ""
	}
	return l.T("listing.validity") + " " + strings.Join(parts, " ")
}

// webAddress gives an address that a page may link to, and nothing for any other.
func webAddress(address string) string {
	if u, err := url.Parse(address); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		return address
	}
	return ""
}

func contact(c *catalog.Contact) []pages.Link {
	if c == nil {
		return nil
	}
	var out []pages.Link
	if c.Email != "" {
		out = append(out, pages.Link{Text: c.Email, URL: "mailto:" + c.Email})
	}
	if c.Phone != "" {
		link := pages.Link{Text: strings.ReplaceAll(c.Phone, " ", "\u00a0")}
		if digits := dialled(c.Phone); digits != "" {
			link.Dial = template.URL("tel:" + digits)
		}
		out = append(out, link)
	}
	if web := webAddress(c.URL); web != "" {
		out = append(out, pages.Link{Text: strings.TrimPrefix(strings.TrimPrefix(web, "https://"), "http://"), URL: web})
	}
	return out
}

// offersView tells of each offer its price, its window and what is left; an offer outside its window has no link.
func offersView(offers []catalog.Offer, l *words.Language, now time.Time) []pages.Offer {
	var out []pages.Offer
	for _, o := range offers {
		v := pages.Offer{Name: cmp.Or(o.Name, l.T("listing.price")), URL: webAddress(o.URL)}
		note := func(s string) { v.Notes = append(v.Notes, s) }
		if o.Price != nil {
			if v.Price = l.Amount(*o.Price, o.Currency); *o.Price == 0 {
				v.Price = l.T("price.free")
			}
		}
		before, after := now.Before(o.ValidFrom), !o.ValidThrough.IsZero() && now.After(o.ValidThrough)
		at := func(t time.Time) string {
			t = t.In(now.Location())
			return l.Day(t, now) + " " + l.T("time.at", l.Clock(t))
		}
		switch {
		case after:
			note(l.T("offer.closed"))
		case before:
			note(l.T("offer.opens", at(o.ValidFrom)))
		case o.Availability != "":
			note(l.T("offer." + string(o.Availability)))
		}
		if !after && !before && !o.ValidThrough.IsZero() {
			note(l.T("offer.closes", at(o.ValidThrough)))
		}
		if o.Remaining != nil && !after {
			left := l.T("offer.remaining", *o.Remaining)
			if !o.RemainingAt.IsZero() {
				left += ", " + l.T("offer.counted", l.Ago(o.RemainingAt, now))
			}
			note(left)
		}
		v.Closed = after || before || o.Availability != "" && o.Availability != catalog.Available
		if v.Closed {
			v.URL = ""
		}
		out = append(out, v)
	}
	return out
}

func schemeView(sc *catalog.Scheme, l *words.Language) []pages.Fact {
	if sc == nil {
		return nil
	}
	var out []pages.Fact
	add := func(key, text string) {
		if text != "" {
			out = append(out, pages.Fact{Name: l.T("scheme." + key), Text: text})
		}
	}
	add("pays", sc.Pays)
	add("not_for", sc.NotFor)
	add("for_whom", sc.ForWhom)
	if sc.Amount != nil {
		amount := l.Amount(*sc.Amount, "")
		if sc.PerWhat != "" {
			amount += ", " + sc.PerWhat
		}
		if sc.Year != 0 {
			amount += ". " + l.T("scheme.year", sc.Year)
		}
		add("amount", amount)
	}
	add("run_by", sc.RunBy)
	add("apply", sc.Apply)
	return out
}

package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/catalog"
)

const (
	maxOnPaper  = 500                 // listings
	maxPerPaper = 60                  // times of one of them
	paperTime   = 14 * 24 * time.Hour // the days on paper when the search names none
)

// sendPrint answers with what the search finds, by day, for paper.
func (p *searchPage) sendPrint(c *gin.Context) error {
	ctx := c.Request.Context()
	leave, err := p.drawing.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	p.search.Query.Limit, p.search.Query.Offset, p.search.Query.Facets, p.search.Query.Without = maxOnPaper, 0, nil, false
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	a, asked, hits, err := p.look(ctx, &p.search)
	if err != nil {
		return err
	}
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	listings, err := p.Listings.ListingsByID(ctx, ids)
	if err != nil {
		return err
	}
	days, err := p.byDay(ctx, asked, listings)
	if err != nil {
		return err
	}
	t, page := p.words.T, p.base()+address(p.search.Values)
	v := pages.Print{Frame: p.around("/", p.search.Values), Heading: p.Hub.Name, Filters: texts(p.told(ctx)), Days: days,
		Fetched: t("print.fetched", p.words.Day(p.now, time.Time{})+" "+t("time.at", p.words.Clock(p.now))), Share: page, Code: squares(page), Back: pages.Link{Text: t("listing.back"), URL: p.address(p.search.Values)}}
	v.Title, v.NoIndex = t("print.title")+": "+v.Heading, true
	from, to := p.paperDays(asked)
	v.Span = t("print.days", p.words.Day(from, p.now), p.words.Day(to.Add(-time.Second), p.now))
	if a.Total > len(listings) {
		v.Cut = t("print.cut", words.Number(int64(len(listings))), words.Number(int64(a.Total)))
	}
	body, err := p.pages.Draw(v)
	if err != nil {
		return err
	}
	c.Header(engineHeader, a.engine)
	p.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}

// paperDays is the range that is on paper.
func (p *searchPage) paperDays(asked *params.Search) (from, to time.Time) {
	from, to = asked.Query.From, asked.Query.To
	if from.IsZero() || from.Before(p.now) {
		from = p.now
	}
	if to.IsZero() {
		to = from.Add(paperTime)
	}
	return from.In(p.Hub.Zone), to.In(p.Hub.Zone)
}

// byDay sorts listings into the days of a search, those of the next two weeks when it names none. What has no time of its own and what comes
// later stands behind them.
func (p *searchPage) byDay(ctx context.Context, asked *params.Search, listings []catalog.ListingState) ([]pages.Day, error) {
	from, to := p.paperDays(asked)
	print, err := p.printer(ctx, p.search.Lang)
	if err != nil {
		return nil, err
	}
	print.from, print.to = from, to
	type timed struct {
		at    time.Time
		entry pages.Entry
	}
	var dated []timed
	always, later := pages.Day{Name: p.words.T("print.always")}, pages.Day{Name: p.words.T("print.later")}
	for i := range listings {
		l := &listings[i]
		item := print.item(l, false)
		e := p.entry(&item)
		if !l.Schedule.Dated() {
			e.Facts = distinct(append([]string{e.When}, e.Facts...)...)
			always.Entries = append(always.Entries, e)
			continue
		}
		times, _ := p.Hub.calendars().At(l.Place).Expand(l.Schedule, from, to, maxPerPaper)
		if len(times) == 0 {
			e.Facts = distinct(append([]string{e.When}, e.Facts...)...)
			later.Entries = append(later.Entries, e)
		}
		for _, o := range times {
			one := e
			at := p.fill(&one, o, item.Status)
			if at.Before(from) {
				at = from
			}
			dated = append(dated, timed{at, one})
		}
	}
	slices.SortStableFunc(dated, func(a, b timed) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.entry.Name, b.entry.Name)) })
	var days []pages.Day
	for _, d := range dated {
		day := d.at.In(p.Hub.Zone)
		machine := day.Format(time.DateOnly)
		if len(days) == 0 || days[len(days)-1].Machine != machine {
			days = append(days, pages.Day{Name: words.Upper(p.words.Weekday(day)) + " " + p.words.Day(day, p.now), Machine: machine})
		}
		days[len(days)-1].Entries = append(days[len(days)-1].Entries, d.entry)
	}
	for _, rest := range []pages.Day{always, later} {
		if len(rest.Entries) > 0 {
			days = append(days, rest)
		}
	}
	return days, nil
}

// entry is a hit on paper.
func (p *searchPage) entry(item *catalog.Item) pages.Entry {
	e := pages.Entry{Card: p.cardOf(item)}
	_, e.Short, _ = strings.Cut(p.base(), "://")
	e.Short += "/l/" + url.PathEscape(item.ID)
	e.Facts = distinct(append([]string{e.Place, e.Organizer, e.Price, e.Age}, e.Marks...)...)
	if len(item.Sources) > 0 && !item.Sources[0].FetchedAt.IsZero() { // "yesterday" means nothing on paper
		src := item.Sources[0]
		e.Source = p.words.T("item.source", cmp.Or(src.Attribution, src.Name, src.ID)) + ", " + p.words.T("item.fetched", p.words.Day(src.FetchedAt.In(p.Hub.Zone), p.now))
	}
	return e
}

// fill says when one occurrence of a listing is, and gives its instant.
func (p *searchPage) fill(e *pages.Entry, o catalog.Occurrence, whole catalog.Status) time.Time {
	at, _ := o.Span(p.Hub.Zone)
	if !o.AllDay {
		e.Clock = p.words.Clock(o.Start.In(p.Hub.Zone))
		if !o.End.IsZero() && o.End.After(o.Start) {
			e.Clock = p.words.Clocks(e.Clock, p.words.Clock(o.End.In(p.Hub.Zone)))
		}
	}
	e.Status = ""
	if status := statusOf(o, whole); status != catalog.StatusScheduled {
		e.Status = p.words.T("status." + string(status))
	}
	e.Facts = distinct(append([]string{o.Title, o.Place}, e.Facts...)...)
	return at
}

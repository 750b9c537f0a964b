package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/index"
)

const (
	maxInMonth  = 500 // listings that a month is made of
	maxOnDay    = 100 // entries of the day that is chosen
	maxElsewhen = 100 // entries of the other days together
)

// getMonth gives the widgets a month of what a search finds: how much there is on each day, and what that is. The address is that of the
// search, with the day that is chosen, "2026-12-05", or the month alone, "2026-12", of which the first day with hits is chosen. A month
// that is over is this one.
func (s *server) getMonth(c *gin.Context) error {
	p, leave, err := s.part(c, &framed{part: true})
	if err != nil {
		return err
	}
	defer leave()
	ctx, cancel := context.WithTimeout(c.Request.Context(), searchTime)
	defer cancel()
	p.setNow(&p.search)
	m := p.month(c.Query("day"))
	q := &p.search.Query
	if p.search.When == "" { // else it is not much that lies outside the month
		q.From, q.To = m.begin, m.end
	}
	q.Sort, q.Limit, q.Offset, q.Facets, q.Without = index.SortStart, maxInMonth, 0, nil, false
	var a answer
	var listings []catalog.ListingState
	if m.begin.Before(m.end) {
		found, _, hits, err := p.look(ctx, &p.search)
		if err != nil {
			return err
		}
		ids := make([]string, len(hits))
		for i, h := range hits {
			ids[i] = h.ID
		}
		if listings, err = p.Listings.ListingsByID(ctx, ids); err != nil {
			return err
		}
		a = *found
	}
	for i := range listings {
		m.take(&listings[i], s.Hub.calendars().At(listings[i].Place))
	}
	print, err := p.printer(ctx, p.search.Lang)
	if err != nil {
		return err
	}
	body, err := p.pages.Tree(p.monthView(m, print, a.Total, len(listings)))
	if err != nil {
		return err
	}
	c.Header(engineHeader, a.engine)
	s.send(c, http.StatusOK, typeJSON, cacheShort, body)
	return nil
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// month is what takes place in a month, day by day.
type month struct {
	today, from, to time.Time // midnights: of today, of its first day and of that after its last
	begin, end      time.Time // of the part of it that is asked for and is not over
	chosen          int       // day of the month; 0: none yet
	days            [][]once  // by day of the month, less one
	undated         int       // listings without a day
}

// once is one time that a listing takes place.
type once struct {
	listing *catalog.ListingState
	catalog.Occurrence
}

// month is the month of a day, as the address has it, as far as it is not over.
func (p *searchPage) month(day string) *month {
	m := &month{today: midnight(p.now)}
	at, err := time.ParseInLocation(time.DateOnly, day, p.now.Location())
	if err == nil {
		m.chosen = at.Day()
	} else if at, err = time.ParseInLocation("2006-01", day, p.now.Location()); err != nil {
		at = latest(p.search.Query.From, p.now).In(p.now.Location())
	}
	m.from = midnight(at).AddDate(0, 0, 1-at.Day())
	if this := m.today.AddDate(0, 0, 1-m.today.Day()); m.from.Before(this) || at.Year() > p.now.Year()+10 {
		m.from, m.chosen = this, 0
	}
	m.to = m.from.AddDate(0, 1, 0)
	m.days = make([][]once, m.to.AddDate(0, 0, -1).Day())
	m.begin, m.end = latest(latest(p.search.Query.From, m.from), m.today), earliest(p.search.Query.To, m.to)
	return m
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// take enters the times of a listing on every day that they touch.
func (m *month) take(l *catalog.ListingState, known calendar.Calendar) {
	zone := m.from.Location()
	if !l.Schedule.Dated() {
		m.undated++
		return
	}
	for _, o := range occurrences(l.Schedule, known, m.begin, m.end, 10*len(m.days)) {
		from, to := o.Span(zone)
		last := latest(from, to.Add(-1)).In(zone)
		for day := midnight(latest(from, m.begin).In(zone)); !day.After(last) && day.Before(m.end); day = day.AddDate(0, 0, 1) {
			m.days[day.Day()-1] = append(m.days[day.Day()-1], once{l, o})
		}
	}
}

// monthView draws a month of what was found, of which listings were looked at.
func (p *searchPage) monthView(m *month, print *printer, total, looked int) pages.Month {
	t := p.words.T
	hits := func(n int) string {
		if n == 0 {
			return t("empty.title")
		}
		return t("hits", words.Number(int64(n)))
	}
	v := pages.Month{T: t, Name: p.words.Month(m.from) + m.from.Format(" 2006"), Next: m.to.Format("2006-01"), Weeks: []pages.MonthWeek{{Number: week(m.from), Days: make([]pages.MonthDay, weekday(m.from))}}}
	if m.from.After(m.today) {
		v.Prev = m.from.AddDate(0, 0, -1).Format("2006-01")
	}
	for i := range 7 {
		v.Heads = append(v.Heads, p.words.Weekday(time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC)))
	}
	if m.chosen == 0 {
		m.chosen = 1 + slices.IndexFunc(m.days, func(times []once) bool { return len(times) > 0 })
	}
	elsewhen := 0
	for i, times := range m.days {
		slices.SortStableFunc(times, func(a, b once) int { return a.Start.Compare(b.Start) })
		day := m.from.AddDate(0, 0, i)
		d := pages.MonthDay{Day: day.Format(time.DateOnly), Number: i + 1, Label: p.words.Weekday(day) + " " + p.words.Day(day, p.now) + ": " + hits(len(times)), Today: day.Equal(m.today), Chosen: i+1 == m.chosen}
		d.Tab = d.Chosen || m.chosen == 0 && (d.Today || i == 0 && m.from.After(m.today))
		if len(times) > 0 {
			d.Hits = len(times)
		}
		most := maxOnDay
		if !d.Chosen {
			most = maxElsewhen - elsewhen
		}
		for _, o := range times[:min(most, len(times))] {
			d.Entries = append(d.Entries, p.monthEntry(o, print))
		}
		if !d.Chosen {
			elsewhen += len(d.Entries)
		}
		if n := len(d.Entries); n < len(times) {
			d.Cut = t("month.shown", n, words.Number(int64(len(times))))
		}
		if len(v.Weeks[len(v.Weeks)-1].Days) == 7 {
			v.Weeks = append(v.Weeks, pages.MonthWeek{Number: week(day)})
		}
		last := &v.Weeks[len(v.Weeks)-1]
		last.Days = append(last.Days, d)
	}
	switch v.Sum = hits(total); {
	case total > looked:
		v.Sum = t("month.shown", looked, words.Number(int64(total))) + " " + t("month.rest")
	case m.undated > 0:
		v.Sum += ". " + t("month.rest")
	}
	return v
}

// weekday counts from Monday, 0.
func weekday(t time.Time) int { return (int(t.Weekday()) + 6) % 7 }

// week is the number of a week by ISO 8601.
func week(t time.Time) int {
	_, n := t.ISOWeek()
	return n
}

// monthEntry is one time of a listing, in short.
func (p *searchPage) monthEntry(o once, print *printer) pages.Entry {
	item := print.item(o.listing, false)
	e := pages.Entry{Card: p.cardOf(&item), ID: item.ID}
	e.When, e.Machine, e.More = p.words.When(o.Occurrence, p.now, p.Hub.Zone), words.Machine(o.Occurrence, p.Hub.Zone), ""
	e.Status = ""
	if status := statusOf(o.Occurrence, item.Status); status != catalog.StatusScheduled {
		e.Status = p.words.T("status." + string(status))
	}
	if o.Title != "" && o.Title != e.Name {
		e.Name += ": " + o.Title
	}
	if o.Place != "" {
		e.Place = o.Place
	}
	return e
}

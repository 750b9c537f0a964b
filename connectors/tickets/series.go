// Package tickets has what the kinds of ticket sellers share: reading a list that a JSON API gives page by page, and folding the
// performances of one production into one record.
package tickets

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Series gathers performances that belong together by a key of the provider's, wherever in a list they stand. The zero value is empty.
type Series struct {
	order []string
	by    map[string]*production
}

type production struct {
	base  catalog.Record // the first performance, without what is its own
	first show
	shows []show
}

// show is what a performance has of its own.
type show struct {
	at     catalog.Occurrence
	price  *catalog.Price
	offers []catalog.Offer
}

// Add takes a performance, a record with one date as it would stand alone, into the production of that key.
func (x *Series) Add(key string, r catalog.Record) {
	if x.by == nil {
		x.by = map[string]*production{}
	}
	p := x.by[key]
	if p == nil {
		p = &production{}
		x.by[key], x.order = p, append(x.order, key)
	}
	s := show{at: r.Schedule.Dates[0], price: r.Price, offers: r.Offers}
	s.at.Title, s.at.URL, s.at.Status, s.at.Place = r.Title, r.URL, cmp.Or(s.at.Status, r.Status), placeName(r.Place)
	if s.at.Status == "" && soldOut(r.Offers) {
		s.at.Status = catalog.StatusFull
	}
	modified := r.Modified
	if p.base.Modified.After(modified) {
		modified = p.base.Modified
	}
	if len(p.shows) == 0 || compare(s, p.first) < 0 {
		p.first, p.base = s, r
		p.base.NativeID, p.base.Status, p.base.Price, p.base.Offers, p.base.Schedule.Dates = catalog.NativeID(key), "", nil, nil, nil
	}
	p.base.Modified = modified
	p.shows = append(p.shows, s)
}

func placeName(p *catalog.Place) string {
	if p == nil {
		return ""
	}
	return p.Name
}

// soldOut reports whether no ticket of a performance can be had; one without tickets does not say.
func soldOut(offers []catalog.Offer) bool {
	return len(offers) > 0 && !slices.ContainsFunc(offers, func(o catalog.Offer) bool { return o.Availability != catalog.SoldOut })
}

func compare(x, y show) int {
	return cmp.Or(x.at.Start.Compare(y.at.Start), strings.Compare(x.at.URL, y.at.URL))
}

// Each gives each production as one record whose native id is its key, in the order in which they were met, until emit fails. The record
// begins with what the first performance says; the dates stand in the order of time, days beginning at midnight in zone, and each says
// what is its own: its page, its status, and a title or a place that is not the first's. Tickets are named by their date when there are
// several. What all have in common is the record's status.
func (x *Series) Each(zone *time.Location, emit func(catalog.Record) error) error {
	for _, key := range x.order {
		if err := emit(x.by[key].record(zone)); err != nil {
			return err
		}
	}
	return nil
}

func (p *production) record(zone *time.Location) catalog.Record {
	r := p.base
	slices.SortStableFunc(p.shows, func(x, y show) int {
		a, _ := x.at.Span(zone)
		b, _ := y.at.Span(zone)
		return cmp.Or(a.Compare(b), strings.Compare(x.at.URL, y.at.URL))
	})
	count := map[catalog.Status]int{}
	for _, s := range p.shows {
		count[s.at.Status]++
		if s.at.Title == r.Title {
			s.at.Title = ""
		}
		if s.at.Place == placeName(r.Place) {
			s.at.Place = ""
		}
		r.Schedule.Dates = append(r.Schedule.Dates, s.at)
		for _, o := range s.offers {
			if len(p.shows) > 1 {
				o.Name = strings.TrimSuffix(date(s.at)+": "+o.Name, ": ")
			}
			if len(r.Offers) < catalog.MaxOffers {
				r.Offers = append(r.Offers, o)
			}
		}
		if s.at.Status != catalog.StatusCancelled || len(p.shows) == 1 {
			r.Price = Wider(r.Price, s.price)
		}
	}
	called := count[catalog.StatusCancelled]
	switch len(p.shows) {
	case called:
		r.Status = catalog.StatusCancelled
	case count[catalog.StatusPostponed]:
		r.Status = catalog.StatusPostponed
	case count[catalog.StatusFull] + called:
		r.Status = catalog.StatusFull
	}
	return r
}

func date(o catalog.Occurrence) string {
	if o.AllDay {
		return o.Start.Format("2.1.2006")
	}
	return o.Start.Format("2.1.2006 kl. 15.04")
}

// Wider is the range of both prices, nil being none; one in another currency than the first is left to its offer. An end that only one of
// them states is left open, and the range is only free, or not, when both are.
func Wider(p, q *catalog.Price) *catalog.Price {
	if p == nil || q == nil || p.Currency != q.Currency {
		return cmp.Or(p, q)
	}
	out := *p
	out.Min, out.Max = nil, nil
	if p.Min != nil && q.Min != nil {
		low := min(*p.Min, *q.Min)
		out.Min = &low
	}
	if p.Max != nil && q.Max != nil {
		high := max(*p.Max, *q.Max)
		out.Max = &high
	}
	if p.Free != q.Free {
		out.Free = catalog.NotStated
	}
	return &out
}

// Range is the range of the prices of offers, in the currency of the first; nil when none has a price. A range that begins above 0 is
// not free; what 0 means only the provider's format can say.
func Range(offers []catalog.Offer) *catalog.Price {
	var p *catalog.Price
	for _, o := range offers {
		if o.Price == nil {
			continue
		}
		one := &catalog.Price{Min: o.Price, Max: o.Price, Currency: o.Currency, Unit: "ticket"}
		if *o.Price > 0 {
			one.Free = catalog.No
		}
		p = Wider(p, one)
	}
	return p
}

package tickets

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
)

func kr(n int64) *catalog.Money { m := catalog.Kroner(n); return &m }

func december(day int) time.Time { return time.Date(2026, 12, day, 18, 0, 0, 0, time.UTC) }

// performance is one at kr price, or without a price when it is below 0.
func performance(day int, status catalog.Status, price int64, a catalog.Availability) catalog.Record {
	r := catalog.Record{NativeID: december(day).Format("2"), Title: "Revy", URL: "https://x.example/" + december(day).Format("2"), Status: status}
	r.Schedule.Dates = []catalog.Occurrence{{Start: december(day)}}
	o := catalog.Offer{Name: "Voksen", Availability: a}
	if price >= 0 {
		o.Price = kr(price)
	}
	r.Offers = []catalog.Offer{o}
	r.Price = Range(r.Offers)
	return r
}

func folded(t *testing.T, in ...catalog.Record) catalog.Record {
	t.Helper()
	var s Series
	for _, r := range in {
		s.Add("revyen", r)
	}
	var out []catalog.Record
	if err := s.Each(time.UTC, func(r catalog.Record) error { out = append(out, r); return nil }); err != nil || len(out) != 1 {
		t.Fatalf("%d records, error %v", len(out), err)
	}
	return out[0]
}

func TestSeries(t *testing.T) {
	const off, full = catalog.StatusCancelled, catalog.StatusFull
	for _, tt := range []struct {
		name   string
		in     []catalog.Record
		status catalog.Status
		price  *catalog.Price
	}{
		{"the widest price", []catalog.Record{performance(3, "", 300, ""), performance(1, "", 150, "")}, "", &catalog.Price{Min: kr(150), Max: kr(300), Free: catalog.No, Unit: "ticket"}},
		{"what is cancelled costs nothing", []catalog.Record{performance(1, off, 50, ""), performance(2, "", 300, "")}, "", &catalog.Price{Min: kr(300), Max: kr(300), Free: catalog.No, Unit: "ticket"}},
		{"all cancelled", []catalog.Record{performance(1, off, 50, ""), performance(2, off, -1, "")}, off, nil},
		{"all postponed", []catalog.Record{performance(1, catalog.StatusPostponed, -1, "")}, catalog.StatusPostponed, nil},
		{"the rest sold out", []catalog.Record{performance(1, off, -1, ""), performance(2, "", -1, catalog.SoldOut)}, full, nil},
		{"one sold out", []catalog.Record{performance(1, "", -1, catalog.Available), performance(2, "", -1, catalog.SoldOut)}, "", nil},
		{"0 beside a price is not free", []catalog.Record{performance(1, "", 0, ""), performance(2, "", 100, "")}, "", &catalog.Price{Min: kr(0), Max: kr(100), Unit: "ticket"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := folded(t, tt.in...)
			if diff := cmp.Diff(tt.price, r.Price); r.Status != tt.status || diff != "" || len(r.Schedule.Dates) != len(tt.in) || r.NativeID != "revyen" {
				t.Errorf("%+v, want status %q\n%s", r, tt.status, diff)
			}
		})
	}
}

// TestOwn: what a date has of its own is said at it, and the record begins with the first performance, wherever in the list it stood.
func TestOwn(t *testing.T) {
	third, first, second := performance(3, "", 100, ""), performance(1, "", 100, ""), performance(2, "", 100, "")
	first.Place, second.Place, third.Place = &catalog.Place{Name: "Scenen"}, &catalog.Place{Name: "Scenen"}, &catalog.Place{Name: "Salen"}
	third.Title, first.Modified, third.Modified = "Revy, avslutning", december(1), december(2)
	r := folded(t, third, first, second)
	want := []catalog.Occurrence{
		{Start: december(1), URL: "https://x.example/1"},
		{Start: december(2), URL: "https://x.example/2"},
		{Start: december(3), URL: "https://x.example/3", Title: "Revy, avslutning", Place: "Salen"},
	}
	if diff := cmp.Diff(want, r.Schedule.Dates); diff != "" || r.Title != "Revy" || r.URL != "https://x.example/1" || !r.Modified.Equal(december(2)) {
		t.Errorf("%q %q %v\n%s", r.Title, r.URL, r.Modified, diff)
	}
	if r.Offers[0].Name != "1.12.2026 kl. 18.00: Voksen" || folded(t, first).Offers[0].Name != "Voksen" {
		t.Errorf("%+v", r.Offers)
	}
}

func TestWider(t *testing.T) {
	from := &catalog.Price{Min: kr(100), Free: catalog.No}
	for _, tt := range []struct{ p, q, want *catalog.Price }{
		{nil, from, from},
		{from, nil, from},
		{from, &catalog.Price{Min: kr(50), Max: kr(200), Free: catalog.No}, &catalog.Price{Min: kr(50), Free: catalog.No}},
		{&catalog.Price{Min: kr(0), Max: kr(0), Free: catalog.Yes}, &catalog.Price{Min: kr(0), Max: kr(9)}, &catalog.Price{Min: kr(0), Max: kr(9)}},
		{from, &catalog.Price{Min: kr(5), Currency: "EUR"}, from},
	} {
		if diff := cmp.Diff(tt.want, Wider(tt.p, tt.q)); diff != "" {
			t.Error(diff)
		}
	}
}

// TestMany: no more tickets than a record may have, and an emit that fails ends it.
func TestMany(t *testing.T) {
	var in []catalog.Record
	for i := range 300 {
		r := performance(1, "", 10, "")
		r.Schedule.Dates = []catalog.Occurrence{{Start: catalog.Date(2027, 1, 1).AddDate(0, 0, -i), AllDay: true}}
		in = append(in, r)
	}
	if r := folded(t, in...); len(r.Offers) != catalog.MaxOffers || r.Offers[0].Name != "8.3.2026: Voksen" || len(r.Schedule.Dates) != 300 {
		t.Errorf("%d offers, %q, %d dates", len(r.Offers), r.Offers[0].Name, len(r.Schedule.Dates))
	}
	var s Series
	s.Add("a", in[0])
	s.Add("b", in[1])
	full := errors.New("full")
	n := 0
	if err := s.Each(time.UTC, func(catalog.Record) error { n++; return full }); !errors.Is(err, full) || n != 1 {
		t.Errorf("%v after %d", err, n)
	}
}

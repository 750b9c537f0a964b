package catalog_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"fritidshub/catalog"
)

func ptr[T any](v T) *T { return &v }

func good() catalog.Record {
	return catalog.Record{Source: "bolgen", NativeID: "7", Kind: catalog.KindActivity, Title: "Åpen hall"}
}

var event = time.Date(2026, 12, 3, 18, 0, 0, 0, time.UTC)

func TestNormaliseMends(t *testing.T) {
	const base = "https://bolgen.example/program/"
	for _, c := range []struct {
		name    string
		in      func(*catalog.Record)
		want    func(*catalog.Record) // what is different from in
		warning string                // part of one; "": none
	}{
		{"texts", func(r *catalog.Record) {
			r.Title, r.Summary, r.Keywords = " A\u030apen\x00 \u202ehall\n", "Kort", []string{" ball ", "", "ball", "\u200b"}
			r.Description = "En\r\nto\r\n\r\n\r\ntre"
		}, func(r *catalog.Record) {
			r.Title, r.Keywords, r.Description = "Åpen hall", []string{"ball"}, "En\nto\n\ntre"
		}, ""},
		{"relative addresses", func(r *catalog.Record) {
			r.URL, r.Image = "konsert?utm_source=x", &catalog.Image{URL: "/bilde.jpg", Alt: " Scenen "}
		}, func(r *catalog.Record) {
			r.URL, r.Image = base+"konsert", &catalog.Image{URL: "https://bolgen.example/bilde.jpg", Alt: "Scenen"}
		}, ""},
		{"an address that runs something", func(r *catalog.Record) {
			r.URL, r.Image = "javascript:alert(1)", &catalog.Image{URL: "data:image/svg+xml,x"}
		}, func(r *catalog.Record) { r.URL, r.Image = "", nil }, "url er ikke en http"},
		{"one in an override", func(r *catalog.Record) {
			r.Schedule.Series = []catalog.Series{{Start: event, Rules: []string{"FREQ=WEEKLY"}, Overrides: []catalog.Override{{ID: event, Occurrence: catalog.Occurrence{Start: event, URL: "javascript:alert(1)"}}}}}
		}, func(r *catalog.Record) { r.Schedule.Series[0].Overrides[0].Occurrence.URL = "" }, "occurrences.url"},
		{"one of an offer, a contact, an organizer", func(r *catalog.Record) {
			r.Offers = []catalog.Offer{{Name: "Voksen", URL: "vbscript:x"}}
			r.Contact, r.Organizer = &catalog.Contact{URL: "data:x"}, &catalog.Organizer{Name: "Koret", URL: "file:///x"}
		}, func(r *catalog.Record) { r.Offers[0].URL, r.Contact, r.Organizer.URL = "", nil, "" }, "offers.url"},
		{"latitude and longitude exchanged", func(r *catalog.Record) { r.Place = &catalog.Place{Geo: &catalog.Point{Lat: 10.03, Lon: 59.05}} },
			func(r *catalog.Record) { r.Place.Geo = &catalog.Point{Lat: 59.05, Lon: 10.03} }, "byttet om"},
		{"a position in the sea off Africa", func(r *catalog.Record) { r.Place = &catalog.Place{Geo: &catalog.Point{}} }, func(r *catalog.Record) { r.Place = nil }, "eller 0"},
		{"a position that is no number", func(r *catalog.Record) {
			r.Place = &catalog.Place{Name: "Hallen", Geo: &catalog.Point{Lat: math.NaN(), Lon: math.Inf(1)}}
		}, func(r *catalog.Record) { r.Place.Geo = nil }, "koordinatene"},
		{"a latitude beyond the pole", func(r *catalog.Record) {
			r.Place = &catalog.Place{Name: "Hallen", Geo: &catalog.Point{Lat: 100, Lon: 100}}
		}, func(r *catalog.Record) { r.Place.Geo = nil }, "koordinatene"},
		{"a municipality that is no number", func(r *catalog.Record) { r.Place = &catalog.Place{Name: "Hallen", Municipality: "Larvik"} },
			func(r *catalog.Record) { r.Place.Municipality = "" }, "fire sifre"},
		{"an organisation number as it is written", func(r *catalog.Record) {
			r.Organizer = &catalog.Organizer{Name: "Koret", OrgNumber: "no 999 999 999 mva"}
		},
			func(r *catalog.Record) { r.Organizer.OrgNumber = "999999999" }, ""},
		{"an organisation number that is none", func(r *catalog.Record) { r.Organizer = &catalog.Organizer{OrgNumber: "12345"} },
			func(r *catalog.Record) { r.Organizer = nil }, "ni sifre"},
		{"an unknown kind of organizer", func(r *catalog.Record) { r.Organizer = &catalog.Organizer{Name: "Koret", Kind: "kor"} },
			func(r *catalog.Record) { r.Organizer.Kind = "" }, "slag arrangør"},
		{"an e-mail address that is none", func(r *catalog.Record) {
			r.Contact = &catalog.Contact{Email: "post@koret.example?subject=<x>", Phone: "33 17 10 00"}
		}, func(r *catalog.Record) { r.Contact.Email = "" }, "e-postadresse"},
		{"an e-mail address that says more than where to", func(r *catalog.Record) {
			r.Contact = &catalog.Contact{Email: "post@koret.example?bcc=andre@koret.example", Phone: "33 17 10 00"}
		}, func(r *catalog.Record) { r.Contact.Email = "" }, "e-postadresse"},
		{"an underscored language", func(r *catalog.Record) { r.Language = "nb_NO" }, func(r *catalog.Record) { r.Language = "nb-NO" }, ""},
		{"a language that is a word", func(r *catalog.Record) { r.Language = "Norsk" }, func(r *catalog.Record) { r.Language = "" }, "språkkode"},
		{"an unknown status", func(r *catalog.Record) { r.Status = "maybe" }, func(r *catalog.Record) { r.Status = "" }, "status"},
		{"the usual status", func(r *catalog.Record) { r.Status = catalog.StatusScheduled }, func(r *catalog.Record) { r.Status = "" }, ""},
		{"unknown ways of access", func(r *catalog.Record) {
			r.Accessibility, r.Inaccessible = []string{"wheelchair", "rullestol"}, []string{"x"}
		},
			func(r *catalog.Record) { r.Accessibility, r.Inaccessible = []string{"wheelchair"}, nil }, ""},
		{"an impossible age", func(r *catalog.Record) { r.Age = &catalog.Age{Min: ptr(12), Max: ptr(6)} }, func(r *catalog.Record) { r.Age = nil }, "alderen"},
		{"an age of 121", func(r *catalog.Record) { r.Age = &catalog.Age{Max: ptr(121)} }, func(r *catalog.Record) { r.Age = nil }, "alderen"},
		{"an age that says nothing", func(r *catalog.Record) { r.Age = &catalog.Age{} }, func(r *catalog.Record) { r.Age = nil }, ""},
		{"a span of prices the wrong way round", func(r *catalog.Record) {
			r.Price = &catalog.Price{Min: ptr(catalog.Kroner(200)), Max: ptr(catalog.Kroner(100))}
		},
			func(r *catalog.Record) {
				r.Price = &catalog.Price{Min: ptr(catalog.Kroner(100)), Max: ptr(catalog.Kroner(200))}
			}, ""},
		{"free and not free", func(r *catalog.Record) { r.Price = &catalog.Price{Max: ptr(catalog.Kroner(100)), Free: catalog.Yes} },
			func(r *catalog.Record) { r.Price.Free = catalog.NotStated }, "gratis og 100 kr"},
		{"free from a price on", func(r *catalog.Record) { r.Price = &catalog.Price{Min: ptr(catalog.Kroner(50)), Free: catalog.Yes} },
			func(r *catalog.Record) { r.Price.Free = catalog.NotStated }, "gratis og 50 kr"},
		{"amounts that could not be read back", func(r *catalog.Record) {
			r.Price = &catalog.Price{Min: ptr(catalog.Money(-1)), Max: ptr(catalog.MaxMoney + 1)}
			r.Offers = []catalog.Offer{{Name: "Voksen", Price: ptr(catalog.Money(-100)), Remaining: ptr(-1)}}
			r.Scheme = &catalog.Scheme{ID: "kort", Amount: ptr(catalog.Money(math.MinInt64))}
		}, func(r *catalog.Record) {
			r.Price, r.Offers, r.Scheme = nil, []catalog.Offer{{Name: "Voksen"}}, &catalog.Scheme{ID: "kort"}
		}, "beløpet -0.01 er ikke mulig"},
		{"a currency in words", func(r *catalog.Record) {
			r.Price = &catalog.Price{Min: ptr(catalog.Kroner(100)), Currency: "kr", Text: "100 kr"}
			r.Offers = []catalog.Offer{{Price: ptr(catalog.Kroner(10)), Currency: " eur "}}
		}, func(r *catalog.Record) { r.Price.Currency, r.Offers[0].Currency = "NOK", "EUR" }, ""},
		{"a currency that nobody knows", func(r *catalog.Record) {
			r.Price = &catalog.Price{Min: ptr(catalog.Kroner(100)), Currency: "bonger", Text: "100 bonger"}
		}, func(r *catalog.Record) { r.Price = &catalog.Price{Text: "100 bonger"} }, "valutaen"},
		{"offers that say nothing", func(r *catalog.Record) {
			r.Offers = []catalog.Offer{{}, {Currency: "NOK"}, {Name: "Barn", Availability: "kanskje"}}
		},
			func(r *catalog.Record) { r.Offers = []catalog.Offer{{Name: "Barn"}} }, ""},
		{"dates in disorder, one of them twice", func(r *catalog.Record) {
			r.Schedule.Dates = []catalog.Occurrence{{Start: event.Add(time.Hour)}, {Start: event}, {Start: event.Add(time.Hour), End: event.Add(2 * time.Hour)}, {Start: event, Status: catalog.StatusCancelled}, {Start: event}}
		}, func(r *catalog.Record) {
			r.Schedule.Dates = []catalog.Occurrence{{Start: event, Status: catalog.StatusCancelled}, {Start: event.Add(time.Hour)}, {Start: event.Add(time.Hour), End: event.Add(2 * time.Hour)}}
		}, ""},
		{"an end before the start", func(r *catalog.Record) {
			r.Schedule.Dates = []catalog.Occurrence{{Start: event, End: event.Add(-time.Hour)}}
			r.Schedule.Series = []catalog.Series{{Start: event, End: event.Add(-1)}}
		}, func(r *catalog.Record) { r.Schedule.Dates[0].End, r.Schedule.Series[0].End = time.Time{}, time.Time{} }, "slutten er før starten"},
		{"one unbelievable date of two", func(r *catalog.Record) {
			r.Schedule.Dates = []catalog.Occurrence{{Start: event}, {Start: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}}
		}, func(r *catalog.Record) { r.Schedule.Dates = r.Schedule.Dates[:1] }, "utenfor 1600–3999"},
		{"times that JSON cannot hold", func(r *catalog.Record) {
			far := time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)
			r.Modified, r.Schedule.ValidFrom, r.Schedule.ValidThrough = far, far, far
			r.Offers = []catalog.Offer{{Name: "Barn", ValidFrom: far, ValidThrough: far, RemainingAt: far}}
			r.Origin = &catalog.Origin{Hub: "nabo", FetchedAt: far}
			r.Schedule.Series = []catalog.Series{{Start: event, End: far, Added: []time.Time{far}, Except: []time.Time{far},
				Overrides: []catalog.Override{{ID: far, Occurrence: catalog.Occurrence{Start: event}}, {ID: event, Occurrence: catalog.Occurrence{Start: far}}}}}
		}, func(r *catalog.Record) {
			*r = good()
			r.Offers, r.Origin = []catalog.Offer{{Name: "Barn"}}, &catalog.Origin{Hub: "nabo"}
			r.Schedule.Series = []catalog.Series{{Start: event}}
		}, "utenfor 1600–3999"},
		{"days that came as instants", func(r *catalog.Record) {
			local := time.Date(2026, 12, 3, 0, 0, 0, 0, time.FixedZone("", 3600))
			r.Schedule.Dates = []catalog.Occurrence{{Start: local, End: local, AllDay: true}}
			r.Schedule.ValidFrom = local
		}, func(r *catalog.Record) {
			day := catalog.Date(2026, 12, 3)
			r.Schedule = catalog.Schedule{Dates: []catalog.Occurrence{{Start: day, End: day, AllDay: true}}, ValidFrom: day}
		}, ""},
		{"the first day after the last", func(r *catalog.Record) {
			r.Schedule.ValidFrom, r.Schedule.ValidThrough = catalog.Date(2027, 1, 1), catalog.Date(2026, 1, 1)
		}, func(r *catalog.Record) { r.Schedule.ValidFrom = time.Time{} }, "første dag er etter siste dag"},
		{"fractions of a second, and an offset with seconds", func(r *catalog.Record) {
			r.Schedule.Dates = []catalog.Occurrence{{Start: event.Add(7)}, {Start: event.Add(time.Hour).In(time.FixedZone("", 1172))}}
		}, func(r *catalog.Record) {
			r.Schedule.Dates = []catalog.Occurrence{{Start: event}, {Start: event.Add(time.Hour)}}
		}, ""},
		{"what a peer says of the origin", func(r *catalog.Record) {
			r.Origin = &catalog.Origin{Hub: "na\x00bo", Source: " kor ", NativeID: strings.Repeat("x", 600), Via: []string{"a", "", "a", "b\u202e"}}
		}, func(r *catalog.Record) {
			r.Origin = &catalog.Origin{Hub: "nabo", Source: "kor", NativeID: "h-" + catalog.Hash([]byte(strings.Repeat("x", 600))), Via: []string{"a", "b"}}
		}, ""},
		{"a rule as long as a book", func(r *catalog.Record) {
			r.Schedule.Series = []catalog.Series{{Start: event, Rules: []string{" FREQ=DAILY ", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=" + strings.Repeat("MO,", 999)}}}
		}, func(r *catalog.Record) { r.Schedule.Series[0].Rules = []string{"FREQ=DAILY"} }, "for lang"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, want := good(), good()
			c.in(&got)
			c.in(&want)
			c.want(&want)
			if want.Summary == "" {
				want.Summary = catalog.CleanText(want.Description, 0)
			}
			warnings, reject := got.Normalise(base)
			if reject != nil {
				t.Fatalf("refused: %+v", reject)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if c.warning == "" && len(warnings) > 0 || !slices.ContainsFunc(warnings, func(w string) bool { return strings.Contains(w, c.warning) }) && c.warning != "" {
				t.Errorf("warnings %q, want one with %q", warnings, c.warning)
			}
		})
	}
}

func TestNormaliseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, field string
		in          func(*catalog.Record)
	}{
		{"no id", "id", func(r *catalog.Record) { r.NativeID = " \u200b" }},
		{"no title", "title", func(r *catalog.Record) { r.Title = "" }},
		{"a title of spaces", "title", func(r *catalog.Record) { r.Title = " \u00a0\t" }},
		{"a title of nothing visible", "title", func(r *catalog.Record) { r.Title = "\u200b\u200d\u200f" }},
		{"the title null", "title", func(r *catalog.Record) { r.Title = " Null " }},
		{"a kind that is none", "kind", func(r *catalog.Record) { r.Kind = "kurs" }},
		{"an event without a date", "start", func(r *catalog.Record) { r.Kind = catalog.KindEvent }},
		{"a course of the year 1", "start", func(r *catalog.Record) {
			r.Kind, r.Schedule.Dates = catalog.KindCourse, []catalog.Occurrence{{}}
		}},
		{"an activity of the year 20261", "start", func(r *catalog.Record) {
			r.Schedule.Series = []catalog.Series{{Start: time.Date(20261, 1, 1, 0, 0, 0, 0, time.UTC)}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := good()
			c.in(&r)
			_, reject := r.Normalise("")
			if reject == nil || reject.Field != c.field || reject.Reason == "" || reject.Fixer != catalog.FixSource {
				t.Errorf("%+v, want a reject for %s", reject, c.field)
			}
		})
	}
	dot := good()
	dot.Title = "."
	if _, reject := dot.Normalise(""); reject != nil {
		t.Errorf("the title '.' is refused: %s", reject.Reason)
	}
}

func TestNormaliseBoundsEverything(t *testing.T) {
	many := func(n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf("ord %d %s", i, strings.Repeat("x", 200)))
		}
		return out
	}
	r := good()
	long := strings.Repeat("Vi synger sammen hver tirsdag. ", 10_000)
	r.Title, r.Summary, r.Description, r.NativeID = long, long, long, long
	r.Categories, r.Keywords, r.Schemes, r.Derived = many(200), many(200), many(200), many(200)
	r.Organizer, r.Place = &catalog.Organizer{Name: long}, &catalog.Place{Name: long, Address: long, PostalCode: long, Locality: long, Neighbourhood: long}
	r.Price, r.Contact, r.Image = &catalog.Price{Text: long, Unit: long}, &catalog.Contact{Phone: long}, &catalog.Image{URL: "https://a.example/", Alt: long}
	r.Scheme, r.Origin = &catalog.Scheme{ID: long, Pays: long, Apply: long}, &catalog.Origin{Hub: long, Source: long, NativeID: long, Name: long, Licence: long, Attribution: long, Via: many(200)}
	r.Schedule.Zone, r.Schedule.Text = long, long
	series := catalog.Series{Start: event, Rules: many(200)}
	for i := range 3 * catalog.MaxDates {
		at := event.AddDate(0, 0, i)
		r.Offers = append(r.Offers, catalog.Offer{Name: long, Currency: long})
		r.Schedule.Dates = append(r.Schedule.Dates, catalog.Occurrence{Start: at})
		series.Added, series.Except = append(series.Added, at), append(series.Except, at)
		series.Overrides = append(series.Overrides, catalog.Override{ID: at, Occurrence: catalog.Occurrence{Start: at}})
	}
	r.Schedule.Series = slices.Repeat([]catalog.Series{series}, 50)
	warnings, reject := r.Normalise("")
	if reject != nil {
		t.Fatal(reject)
	}
	if r.Schedule.Dates[catalog.MaxDates-1].Start != event.AddDate(0, 0, 3*catalog.MaxDates-1) {
		t.Error("the last dates are not those that are kept")
	}
	if len(r.Schedule.Series) != catalog.MaxRules || len(r.Schedule.Series[0].Overrides) != catalog.MaxDates || len(r.Offers) != catalog.MaxOffers {
		t.Errorf("%d series, %d overrides, %d offers", len(r.Schedule.Series), len(r.Schedule.Series[0].Overrides), len(r.Offers))
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if most := 2 << 20; len(text) > most {
		t.Errorf("%d bytes of record", len(text))
	}
	if len(warnings) > 20 {
		t.Errorf("%d warnings", len(warnings))
	}
}

func TestSummary(t *testing.T) {
	filler := strings.Repeat("Vi spiller sammen og har det gøy. ", 4)
	for _, c := range []struct{ name, description, want string }{
		{"a short description whole", "Vi møtes.\n\nTa med sko.", "Vi møtes. Ta med sko."},
		{"whole sentences", filler + strings.Repeat("Og videre ", 20), strings.TrimSpace(filler)},
		{"an abbreviation ends no sentence", filler + "Vi møtes i hallen kl. 18 og holder på så lenge vi orker, noen ganger til langt over midnatt, og det er lov å gå", strings.TrimSpace(filler)},
		{"no sentence", strings.Repeat("abcd ", 60), strings.TrimSpace(strings.Repeat("abcd ", 39)) + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := good()
			r.Description = c.description
			if _, reject := r.Normalise(""); reject != nil || r.Summary != c.want {
				t.Errorf("summary %q, want %q", r.Summary, c.want)
			}
		})
	}
}

// Two orders of the same dates are the same content: a source that shuffles its lists changes nothing.
func TestNormaliseForgetsTheOrderOfDates(t *testing.T) {
	dates := []catalog.Occurrence{
		{Start: event}, {Start: event, Status: catalog.StatusCancelled}, {Start: event, URL: "https://a.example/1"}, {Start: event, URL: "https://a.example/2"},
		{Start: event, End: event.Add(time.Hour)}, {Start: catalog.Date(2026, 12, 3), AllDay: true}, {Start: event.Add(time.Hour)},
	}
	var want catalog.Schedule
	for i := range len(dates) {
		r := good()
		r.Schedule.Dates = slices.Concat(dates[i:], dates[:i])
		if i%2 == 1 {
			slices.Reverse(r.Schedule.Dates)
		}
		if _, reject := r.Normalise(""); reject != nil {
			t.Fatal(reject)
		}
		if i == 0 {
			want = r.Schedule
		}
		if diff := cmp.Diff(want, r.Schedule); diff != "" {
			t.Error(diff)
		}
	}
}

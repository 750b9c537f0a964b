package exchange_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fritidshub/api/exchange"
	"fritidshub/catalog"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/fritidshub"
)

func zone(t testing.TB) *time.Location {
	z, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func hub(t testing.TB) exchange.Hub {
	return exchange.Hub{ID: "larvik", URL: "https://larvik.example", Zone: zone(t), Source: func(id string) exchange.Source {
		return exchange.Source{Name: "Kilden " + id, Licence: "CC-BY-4.0", Attribution: "Kilden", FetchedAt: time.Date(2026, 11, 22, 10, 0, 0, 5, time.UTC)}
	}}
}

func ptr[T any](v T) *T { return &v }

// some draws nothing or one of the values.
func some[T any](t *rapid.T, name string, values ...T) (v T) {
	if i := rapid.IntRange(-1, len(values)-1).Draw(t, name); i >= 0 {
		v = values[i]
	}
	return v
}

func draw(t *rapid.T, z *time.Location) catalog.Record {
	at := func(day, hour int) time.Time { return time.Date(2026, 12, day, hour, 0, 0, 0, z) }
	r := catalog.Record{
		Source: "klubber", NativeID: "jenter-8", Kind: rapid.SampledFrom(catalog.Kinds()).Draw(t, "kind"), Title: "Jentefotball for nybegynnere & «venner»",
		Summary: some(t, "summary", "Vi leker med ball."), Description: some(t, "description", "Vi møtes i hallen.\n\nTa med vannflaske."),
		Language: some(t, "language", "nb", "uk"), URL: some(t, "url", "https://furulund.example/jenter"),
		Image:      some(t, "image", &catalog.Image{URL: "https://furulund.example/a.jpg"}, &catalog.Image{URL: "https://furulund.example/a.jpg", Alt: "En ball"}),
		Categories: some(t, "categories", []string{"football"}, []string{"football", "sport"}), Keywords: some(t, "keywords", []string{"jentefotball", "lek"}),
		Organizer: some(t, "organizer", &catalog.Organizer{Name: "Furulund IL (eksempel)"},
			&catalog.Organizer{Name: "Furulund IL (eksempel)", Kind: "sport", OrgNumber: "974760673", URL: "https://furulund.example"}),
		Place: some(t, "place", &catalog.Place{Name: "Furulund hall", Address: "Furuveien 3", PostalCode: "3262", Locality: "Larvik", Municipality: "3909",
			Neighbourhood: "Tagtvedt", Geo: &catalog.Point{Lat: 59.0664, Lon: 10.0331}}, &catalog.Place{Municipality: "3909"}, &catalog.Place{Name: "Teams", Online: true}),
		Status: some(t, "status", catalog.StatusCancelled, catalog.StatusFull, catalog.StatusPostponed),
		Age:    some(t, "age", &catalog.Age{Min: ptr(6), Max: ptr(12)}, &catalog.Age{Min: ptr(60)}, &catalog.Age{Max: ptr(5)}),
		Price: some(t, "price", &catalog.Price{Min: ptr(catalog.Kroner(0)), Max: ptr(catalog.Kroner(150)), Unit: "season", Text: "0-150 kr"}, &catalog.Price{Free: catalog.Yes},
			&catalog.Price{Free: catalog.No}),
		Offers: some(t, "offers", []catalog.Offer{{Name: "Voksen", Price: ptr(catalog.Kroner(250)), Currency: "SEK", URL: "https://billett.example/1", Availability: catalog.Available,
			Remaining: ptr(7), RemainingAt: at(1, 8), ValidFrom: at(1, 9), ValidThrough: at(3, 17)}, {Name: "Barn", Price: ptr(catalog.Kroner(50)), Availability: catalog.NotYet}}),
		Accessibility: some(t, "accessibility", []string{"wheelchair", "hearing_loop"}), Inaccessible: some(t, "inaccessible", []string{"captions"}),
		Schemes: some(t, "schemes", []string{"fritidskort"}), LowThreshold: some(t, "low", catalog.Yes, catalog.No), EquipmentLoan: some(t, "loan", catalog.Yes, catalog.No),
		Derived: some(t, "derived", []string{"age"}), Modified: some(t, "modified", at(1, 12).UTC()),
		Schedule: some(t, "schedule",
			catalog.Schedule{Dates: []catalog.Occurrence{{Start: at(3, 18), End: at(3, 20)}, {Start: at(10, 18), End: at(10, 20), Status: catalog.StatusCancelled}}},
			catalog.Schedule{Dates: []catalog.Occurrence{{Start: catalog.Date(2026, 12, 5), End: catalog.Date(2026, 12, 6), AllDay: true}}},
			catalog.Schedule{Zone: "Europe/Oslo", Series: []catalog.Series{{Start: at(1, 18), End: at(1, 19), Rules: []string{"FREQ=WEEKLY;BYDAY=TU"}, Except: []time.Time{at(22, 18)},
				WeekParity: catalog.OddWeeks, ExceptBreaks: []string{"juleferie"}}}, Text: "tirsdager i oddetallsuker"},
			catalog.Schedule{ValidFrom: catalog.Date(2026, 11, 1), ValidThrough: catalog.Date(2027, 4, 30), Text: "man-fre kl. 10-16"}),
	}
	if r.Kind.NeedsDate() && !r.Schedule.Dated() {
		r.Schedule = catalog.Schedule{Dates: []catalog.Occurrence{{Start: at(3, 18)}}}
	}
	if len(r.Offers) > 0 && r.Price == nil { // else the reader takes the price from the offers
		r.Price = &catalog.Price{Min: ptr(catalog.Kroner(0)), Max: ptr(catalog.Kroner(250))}
	}
	if r.Kind == catalog.KindScheme {
		r.Scheme = &catalog.Scheme{ID: "fritidskort", Pays: "Kino", Amount: ptr(catalog.Kroner(1500)), Year: 2026, Single: catalog.Yes}
	}
	return r
}

// normal is a record as it is stored.
func normal(t *rapid.T, r catalog.Record) catalog.Record {
	if _, reject := r.Normalise("https://larvik.example"); reject != nil {
		t.Fatalf("%s: %s", reject.Field, reject.Reason)
	}
	return r
}

// TestListingIsReadAsItWas: what a hub says of a listing is what another hub makes of it, but for what does not travel.
func TestListingIsReadAsItWas(t *testing.T) {
	h := hub(t)
	rapid.Check(t, func(rt *rapid.T) {
		want := normal(rt, draw(rt, h.Zone))
		l := catalog.ListingState{Listing: catalog.Single("larvik", &want)}
		data, err := h.Listing(&l)
		if err != nil {
			rt.Fatal(err)
		}
		const address = "https://larvik.example/rpde/listings"
		page := func(asked string) ([]byte, string, bool) {
			if asked != address {
				return fmt.Appendf(nil, `{"items":[],"next":%q}`, asked), "application/json", true
			}
			return fmt.Appendf(nil, `{"items":[{"state":"updated","kind":"Listing","id":%q,"modified":1,"data":%s}],"next":"%s?afterChangeNumber=1"}`, l.ID, data, address), "application/json", true
		}
		got, err := connectortest.Pull(t, fritidshub.Kind, connectortest.Case{URL: address, Zone: "Europe/Oslo", Now: connectortest.Now}, page)
		if err != nil || len(got.Records) != 1 {
			rt.Fatalf("%d records, rejects %+v, error %v", len(got.Records), got.Rejects, err)
		}
		if len(got.Warnings) > 0 {
			rt.Errorf("warnings %v", got.Warnings)
		}
		back := normal(rt, got.Records[0])
		if o := back.Origin; o == nil || o.Hub != "larvik" || o.Source != "klubber" || o.NativeID != "jenter-8" || o.Licence != "CC-BY-4.0" || catalog.ListingID("x", &back) != l.ID {
			rt.Errorf("origin %+v", o)
		}
		back.Source, back.NativeID, back.Origin = want.Source, want.NativeID, nil
		if want.URL == "" && back.URL == "https://larvik.example/l/"+l.ID { // our page, when the provider has none
			back.URL = ""
		}
		if diff := cmp.Diff(text(want), text(back)); diff != "" {
			rt.Errorf("(-said +read):\n%s", diff)
		}
	})
}

// text is the JSON of a record, since times are the same in any zone that they are given in.
func text(r catalog.Record) map[string]any {
	raw, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		panic(err)
	}
	return out
}

func TestSourcesSayWhereItBegan(t *testing.T) {
	r := catalog.Record{Source: "klubber", NativeID: "1", Kind: catalog.KindActivity, Title: "Sjakk"}
	l := catalog.ListingState{Listing: catalog.Single("larvik", &r)}
	l.Members = append([]catalog.Member{{Source: "nabo", NativeID: "x", Origin: &catalog.Origin{Hub: "sandefjord", Source: "kalender", NativeID: "7", Licence: "CC0-1.0", Via: []string{"tonsberg"}}}}, l.Members...)
	data, err := hub(t).Listing(&l)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Sources []struct {
			Hub, ID string
			Via     []string
		} `json:"fritidshub:sources"`
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if s := got.Sources; len(s) != 2 || s[0].Hub != "larvik" || s[1].Hub != "sandefjord" || len(s[1].Via) != 1 {
		t.Errorf("sources %+v", s)
	}
}

func TestRecord(t *testing.T) {
	got, err := exchange.Record("larvik", []byte(`{"source":"a","native_id":"1","origin":{"hub":"sandefjord","source":"b","native_id":"2"},"kind":"activity","title":"Sjakk <i>","place":{"geo":{"lat":59.10,"lon":10}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"hub":"larvik","origin":{"hub":"sandefjord","source":"b","native_id":"2"},"record":{"kind":"activity","place":{"geo":{"lat":59.10,"lon":10}},"title":"Sjakk <i>"}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, err := exchange.Record("larvik", []byte(`{"title":"Sjakk"}`)); err == nil {
		t.Error("a record from nowhere is passed on")
	}
}

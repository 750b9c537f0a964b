package catalog_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"fritidshub/catalog"
)

// Generators of what a careless or hostile source could give: some of it sound, some not.

var texts = rapid.OneOf(rapid.String(), rapid.SampledFrom(awkward), rapid.SampledFrom(payloads), rapid.Just(""),
	rapid.SampledFrom([]string{"Åpen hall", "Larvik bibliotek", "Vi møtes hver tirsdag. Ta med sko.", "NOK", "kr", "3909", "nb", "post@koret.example", "999 999 999"}))

var urls = rapid.OneOf(texts, rapid.SampledFrom(hostileURLs), rapid.SampledFrom([]string{"https://a.example/?q=blåbær", "konsert/7", "//b.example", "https://blåbær.example/"}))

func times(t *rapid.T) time.Time {
	z := rapid.SampledFrom([]*time.Location{time.UTC, time.FixedZone("", 3600), time.FixedZone("", -12600), time.FixedZone("", 1172), time.FixedZone("", 25*3600)}).Draw(t, "offset")
	if rapid.IntRange(0, 9).Draw(t, "sort of time") == 0 {
		return rapid.SampledFrom([]time.Time{{}, time.Date(12000, 1, 1, 0, 0, 0, 0, z), time.Date(-5, 1, 1, 0, 0, 0, 0, z), time.Date(1600, 1, 1, 0, 0, 0, 1, z), time.Date(2100, 12, 31, 23, 59, 59, 999, z)}).Draw(t, "far")
	}
	return drawTime(t, 2025, 2028, z).Add(time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "ns")))
}

func maybe[T any](t *rapid.T, make func(*rapid.T) T) *T {
	if !rapid.Bool().Draw(t, "has") {
		return nil
	}
	v := make(t)
	return &v
}

func list[T any](t *rapid.T, make func(*rapid.T) T) []T {
	return rapid.SliceOfN(rapid.Custom(make), 0, 4).Draw(t, "list")
}

func text(t *rapid.T) string    { return texts.Draw(t, "text") }
func address(t *rapid.T) string { return urls.Draw(t, "url") }
func fact(t *rapid.T) catalog.Fact {
	return rapid.SampledFrom([]catalog.Fact{catalog.NotStated, catalog.Yes, catalog.No}).Draw(t, "fact")
}

func money(t *rapid.T) catalog.Money {
	return catalog.Money(rapid.OneOf(rapid.Int64Range(0, int64(catalog.MaxMoney)), rapid.Int64()).Draw(t, "money"))
}

func status(t *rapid.T) catalog.Status {
	return rapid.SampledFrom([]catalog.Status{"", catalog.StatusScheduled, catalog.StatusCancelled, catalog.StatusPostponed, catalog.StatusFull, "maybe"}).Draw(t, "status")
}

func degrees(t *rapid.T) float64 {
	return rapid.OneOf(rapid.Float64Range(-180, 180), rapid.SampledFrom([]float64{0, 59.05, 10.03, math.NaN(), math.Inf(1), 1e300})).Draw(t, "degrees")
}

func number(t *rapid.T) int { return rapid.IntRange(-3, 130).Draw(t, "number") }

func occurrence(t *rapid.T) catalog.Occurrence {
	return catalog.Occurrence{Start: times(t), End: times(t), PreviousStart: times(t), AllDay: rapid.Bool().Draw(t, "all day"), Status: status(t), URL: address(t)}
}

func series(t *rapid.T) catalog.Series {
	return catalog.Series{
		Start: times(t), End: times(t), AllDay: rapid.Bool().Draw(t, "all day"), Status: status(t), Rules: list(t, text), Added: list(t, times), Except: list(t, times),
		WeekParity: rapid.SampledFrom([]catalog.WeekParity{"", catalog.OddWeeks, catalog.EvenWeeks, "both"}).Draw(t, "parity"), ExceptWeeks: list(t, number), SchoolCalendar: rapid.Bool().Draw(t, "school"),
		Overrides: list(t, func(t *rapid.T) catalog.Override {
			return catalog.Override{ID: times(t), Following: rapid.Bool().Draw(t, "following"), Occurrence: occurrence(t)}
		}),
	}
}

func offer(t *rapid.T) catalog.Offer {
	return catalog.Offer{Name: text(t), Price: maybe(t, money), Currency: text(t), URL: address(t), Remaining: maybe(t, number), RemainingAt: times(t), ValidFrom: times(t), ValidThrough: times(t),
		Availability: rapid.SampledFrom([]catalog.Availability{"", catalog.Available, catalog.SoldOut, "kanskje"}).Draw(t, "availability")}
}

func record(t *rapid.T) catalog.Record {
	r := catalog.Record{
		Source: "kilde", NativeID: "a" + text(t), Kind: rapid.SampledFrom(catalog.Kinds()).Draw(t, "kind"), Title: "Å" + text(t), Summary: text(t), Description: text(t) + "\r\n" + text(t),
		Language: text(t), URL: address(t), Categories: list(t, text), Keywords: list(t, text), Status: status(t),
		Schedule:      catalog.Schedule{Zone: text(t), Dates: list(t, occurrence), Series: list(t, series), ValidFrom: times(t), ValidThrough: times(t), Text: text(t)},
		Accessibility: list(t, text), Schemes: list(t, text), Derived: list(t, text), LowThreshold: fact(t), EquipmentLoan: fact(t), Offers: list(t, offer), Modified: times(t),
	}
	r.Origin = maybe(t, func(t *rapid.T) catalog.Origin {
		return catalog.Origin{Hub: text(t), Source: text(t), NativeID: text(t), Name: text(t), FetchedAt: times(t), Via: list(t, text)}
	})
	r.Image = maybe(t, func(t *rapid.T) catalog.Image { return catalog.Image{URL: address(t), Alt: text(t)} })
	r.Organizer = maybe(t, func(t *rapid.T) catalog.Organizer {
		return catalog.Organizer{Name: text(t), Kind: text(t), OrgNumber: text(t), URL: address(t)}
	})
	r.Place = maybe(t, func(t *rapid.T) catalog.Place {
		return catalog.Place{Name: text(t), Address: text(t), Municipality: text(t), Geo: maybe(t, func(t *rapid.T) catalog.Point { return catalog.Point{Lat: degrees(t), Lon: degrees(t)} })}
	})
	r.Age = maybe(t, func(t *rapid.T) catalog.Age { return catalog.Age{Min: maybe(t, number), Max: maybe(t, number)} })
	r.Price = maybe(t, func(t *rapid.T) catalog.Price {
		return catalog.Price{Min: maybe(t, money), Max: maybe(t, money), Currency: text(t), Free: fact(t), Unit: text(t), Text: text(t)}
	})
	r.Scheme = maybe(t, func(t *rapid.T) catalog.Scheme {
		return catalog.Scheme{ID: text(t), Pays: text(t), Amount: maybe(t, money), Dues: fact(t)}
	})
	r.Contact = maybe(t, func(t *rapid.T) catalog.Contact {
		return catalog.Contact{Email: text(t), Phone: text(t), URL: address(t)}
	})
	return r
}

// failer is what a *testing.T and a *rapid.T have in common.
type failer interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}

// checkNormal fails unless r, which Normalise has accepted, is in the form in which it can be stored.
func checkNormal(t failer, r *catalog.Record, base string) {
	t.Helper()
	stored, err := json.Marshal(r)
	if err != nil {
		t.Fatalf("cannot be stored: %v", err)
	}
	var back catalog.Record
	if err := json.Unmarshal(stored, &back); err != nil {
		t.Fatalf("cannot be read back: %v\n%s", err, stored)
	}
	if diff := cmp.Diff(*r, back, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("stored and read back it is another:\n%s", diff)
	}
	if warnings, reject := back.Normalise(base); reject != nil || len(warnings) > 0 {
		t.Errorf("the second time: %q, %+v", warnings, reject)
	}
	again, err := json.Marshal(back)
	if err != nil || string(again) != string(stored) {
		t.Errorf("the second time it is another (%v):\n%s\n%s", err, stored, again)
	}
	checkStrings(t, stored)
}

// checkStrings looks at every string of a record's JSON: all clean, all addresses safe.
func checkStrings(t failer, stored []byte) {
	t.Helper()
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				walk(k, x)
			}
		case []any:
			for _, x := range v {
				walk(key, x)
			}
		case string:
			checkClean(t, key, v)
			if key == "url" {
				checkURL(t, v)
			}
			if strings.Contains(v, "\n") && key != "description" {
				t.Errorf("%s has several lines: %q", key, v)
			}
		}
	}
	var tree any
	if err := json.Unmarshal(stored, &tree); err != nil {
		t.Fatalf("%v", err)
	}
	walk("", tree)
}

func TestNormaliseIsSoundAndIdempotent(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		r := record(t)
		base := rapid.SampledFrom([]string{"", "https://bolgen.example/program/"}).Draw(t, "base")
		if _, reject := r.Normalise(base); reject == nil {
			accepted++
			checkNormal(t, &r, base)
		}
	})
	if accepted < 10 {
		t.Errorf("only %d records were accepted: the test tests nothing", accepted)
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range append(append([]string{}, payloads...), awkward...) {
		r := good()
		r.Title, r.Description, r.URL, r.Keywords = "a "+s, s, s, []string{s}
		r.Organizer, r.Place, r.Contact = &catalog.Organizer{Name: s, OrgNumber: s}, &catalog.Place{Name: s, Municipality: s}, &catalog.Contact{Email: s}
		r.Schedule.Dates = []catalog.Occurrence{{Start: event, End: event.Add(time.Hour), URL: s}}
		r.Offers = []catalog.Offer{{Name: s, Currency: s, URL: s}}
		seed, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Add([]byte(`{"native_id": "1", "title": "x", "schedule": {"series": [{"start": "2026-12-03T18:00:00.123+23:59", "end": "9999-12-31T23:59:59-23:59", "rules": ["FREQ=WEEKLY"], "overrides": [{"id": "1600-01-01T00:00:00Z", "occurrence": {"start": "2026-12-03", "all_day": true, "url": "javascript:x"}}]}]}}`))
	f.Add([]byte(`{"native_id": "1", "title": "x", "place": {"geo": {"lat": 10, "lon": 59}}, "age": {"min": -1}, "price": {"min": 2, "max": 1, "free": true}, "scheme": {"id": "k", "amount": 10000000}}`))
	f.Fuzz(func(t *testing.T, seed []byte) {
		var r catalog.Record
		if json.Unmarshal(seed, &r) != nil {
			return
		}
		warnings, reject := r.Normalise("https://bolgen.example/program/")
		for _, w := range warnings {
			checkClean(t, "warning", w)
		}
		if reject == nil {
			r.Source = "kilde"
			checkNormal(t, &r, "https://bolgen.example/program/")
		}
	})
}

func TestOccurrenceJSON(t *testing.T) {
	oslo := time.FixedZone("", 3600)
	for _, c := range []struct {
		o    catalog.Occurrence
		want string
	}{
		{catalog.Occurrence{Start: event.In(oslo)}, `{"start":"2026-12-03T19:00:00+01:00"}`},
		{catalog.Occurrence{Start: event, End: event.Add(time.Hour), Status: catalog.StatusFull, URL: "https://a.example/"},
			`{"start":"2026-12-03T18:00:00Z","end":"2026-12-03T19:00:00Z","status":"full","url":"https://a.example/"}`},
		{catalog.Occurrence{Start: catalog.Date(2026, 12, 3), AllDay: true}, `{"start":"2026-12-03","all_day":true}`},
		{catalog.Occurrence{Start: catalog.Date(2026, 12, 3), End: catalog.Date(2026, 12, 5), AllDay: true}, `{"start":"2026-12-03","end":"2026-12-05","all_day":true}`},
	} {
		got, err := json.Marshal(c.o)
		if err != nil || string(got) != c.want {
			t.Errorf("%s, %v, want %s", got, err, c.want)
		}
		var back catalog.Occurrence
		if err := json.Unmarshal(got, &back); err != nil || !cmp.Equal(back, c.o) {
			t.Errorf("%s is read as %+v, %v", got, back, err)
		}
	}
	for _, bad := range []string{`{}`, `[]`, `{"start":""}`, `{"start":"2026-12-03"}`, `{"start":"2026-12-03T18:00:00Z","all_day":true}`, `{"start":"2026-12-03T18:00:00"}`,
		`{"start":"2026-13-03T18:00:00Z"}`, `{"start":"2026-12-03T18:00:00Z","end":"i morgen"}`, `{"start":5}`} {
		var o catalog.Occurrence
		if err := json.Unmarshal([]byte(bad), &o); err == nil {
			t.Errorf("%s is read as %+v", bad, o)
		}
	}
}

func TestItemTimeJSON(t *testing.T) {
	for _, c := range []struct {
		in   catalog.ItemTime
		want string
	}{
		{catalog.ItemTime{Time: event.In(time.FixedZone("", 3600))}, `"2026-12-03T19:00:00+01:00"`},
		{catalog.ItemTime{Time: catalog.Date(2026, 12, 3), Day: true}, `"2026-12-03"`},
	} {
		got, err := json.Marshal(c.in)
		if err != nil || string(got) != c.want {
			t.Errorf("%s, %v, want %s", got, err, c.want)
		}
		var back catalog.ItemTime
		if err := json.Unmarshal(got, &back); err != nil || !cmp.Equal(back, c.in) {
			t.Errorf("%s is read as %+v, %v", got, back, err)
		}
	}
	for _, bad := range []string{`""`, `"2026-12-32"`, `"i morgen da"`, `5`, `"2026-12-03T19:00"`} {
		var v catalog.ItemTime
		if err := json.Unmarshal([]byte(bad), &v); err == nil {
			t.Errorf("%s is read as %+v", bad, v)
		}
	}
}

func TestFactJSON(t *testing.T) {
	type facts struct {
		A catalog.Fact `json:"a,omitzero"`
		B catalog.Fact `json:"b,omitzero"`
		C catalog.Fact `json:"c,omitzero"`
		D catalog.Fact `json:"d"`
	}
	want := facts{A: catalog.Yes, B: catalog.FactOf(false)}
	got, err := json.Marshal(want)
	if err != nil || string(got) != `{"a":true,"b":false,"d":null}` {
		t.Errorf("%s, %v", got, err)
	}
	back := facts{D: catalog.Yes}
	if err := json.Unmarshal(got, &back); err != nil || back != want {
		t.Errorf("%+v, %v", back, err)
	}
	for _, bad := range []string{`1`, `"true"`, `{}`} {
		if err := json.Unmarshal([]byte(bad), new(catalog.Fact)); err == nil {
			t.Errorf("%s is a fact", bad)
		}
	}
}

// A listing that was stored comes back whole; nothing that it embeds takes over its JSON.
func TestListingRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := record(t)
		if _, reject := r.Normalise(""); reject != nil {
			return
		}
		want := catalog.ListingState{Listing: catalog.Single("larvik", &r), Change: 7, UpdatedAt: event, Hidden: true}
		want.Provenance, want.Why = map[string]int{"title": 0}, "samme tittel og sted"
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got catalog.ListingState
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSingleJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := record(t)
		if _, bad := r.Normalise(""); bad != nil {
			t.Skip(bad)
		}
		l := catalog.Single("larvik", &r)
		want, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		members, err := json.Marshal(l.Members)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := catalog.SingleJSON(l.ID, doc, members); err != nil || string(got) != string(want) {
			t.Fatalf("%s (%v), not\n%s", got, err, want)
		}
	})
}

func TestItemRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := record(t)
		if _, reject := r.Normalise(""); reject != nil {
			return
		}
		want := catalog.Item{ID: "x", Kind: r.Kind, Title: r.Title, Summary: r.Summary, URL: r.URL, Image: r.Image, Categories: r.Categories, Age: r.Age, Offers: r.Offers, Status: r.Status.Or(),
			Occurrences: r.Schedule.Dates, OccurrenceCount: len(r.Schedule.Dates), LowThreshold: r.LowThreshold, Scheme: r.Scheme, Contact: r.Contact, UpdatedAt: event,
			Sources: []catalog.ItemSource{{ID: "kilde", NativeID: r.NativeID, Hub: "larvik", FetchedAt: event}}}
		if r.Price != nil {
			want.Price = &catalog.ItemPrice{Min: r.Price.Min, Max: r.Price.Max, Currency: "NOK", Free: r.Price.Free}
		}
		for _, o := range r.Schedule.Dates {
			want.Start, want.AllDay = &catalog.ItemTime{Time: o.Start, Day: o.AllDay}, &o.AllDay
		}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got catalog.Item
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLive(t *testing.T) {
	for name, s := range map[string]catalog.ListingState{"gone": {DeletedAt: event}, "merged away": {MergedInto: "x"}, "hidden": {Hidden: true}} {
		if s.Live() {
			t.Errorf("what is %s is live", name)
		}
	}
	if !new(catalog.ListingState).Live() {
		t.Error("what is neither gone, merged nor hidden is not live")
	}
}

func TestAdmits(t *testing.T) {
	for _, c := range []struct {
		age   *catalog.Age
		years int
		want  bool
	}{{nil, 3, true}, {&catalog.Age{}, 3, true}, {&catalog.Age{Min: ptr(6)}, 5, false}, {&catalog.Age{Min: ptr(6)}, 6, true}, {&catalog.Age{Max: ptr(12)}, 12, true}, {&catalog.Age{Max: ptr(12)}, 13, false}} {
		if got := c.age.Admits(c.years); got != c.want {
			t.Errorf("%+v admits %d: %v", c.age, c.years, got)
		}
	}
}

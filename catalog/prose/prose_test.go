package prose

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

var refDay = catalog.Date(2026, 8, 20)

func oslo(t testing.TB) *time.Location {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// allTexts are the texts of our cases, one after another as they stand.
func allTexts(t testing.TB) (out []string) {
	files, _ := filepath.Glob("testdata/*.jsonl")
	for _, file := range files {
		for _, l := range readCases(t, file) {
			out = append(out, l.Text)
		}
	}
	return out
}

func TestSpans(t *testing.T) {
	text := "Turn for barn 6-8 år, tirsdager kl 17-18. 500 kr i halvåret. Påmelding innen 1. september."
	got := map[string][]string{}
	for _, s := range Read(text, "nb", refDay).Spans {
		got[s.Field] = append(got[s.Field], text[s.Start:s.End])
	}
	want := map[string][]string{"age": {"6-8 år"}, "weekday": {"tirsdager"}, "recurrence": {"tirsdager"}, "time": {"kl 17-18"}, "price": {"500 kr i halvåret"}, "deadline": {"1. september"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestReader reads with the memory of other texts; what was read before must stay as it was.
func TestReader(t *testing.T) {
	var x Reader
	var got, want []Facts
	for _, text := range allTexts(t) {
		got, want = append(got, x.Read(text, "nb", refDay)), append(want, Read(text, "nb", refDay))
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Errorf("%d texts: %s", len(want), diff)
	}
}

// TestReadHolds checks what must hold for any text made of the words of our cases.
func TestReadHolds(t *testing.T) {
	var words []string
	for _, text := range allTexts(t) {
		words = append(words, strings.Fields(text)...)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 60).Draw(t, "words"), rapid.SampledFrom([]string{" ", "", "\n", "\u00a0", " - "}).Draw(t, "sep"))
		day := catalog.Date(2026, 1, 1).AddDate(0, 0, rapid.IntRange(0, 3000).Draw(t, "day"))
		holds(t, text, day)
	})
}

type failer interface{ Errorf(string, ...any) }

func holds(t failer, text string, ref time.Time) {
	f := Read(text, "nb", ref)
	if p := f.Price; p != nil && (p.Min != nil && (*p.Min < 0 || *p.Min > catalog.MaxMoney*60) || p.Min != nil && p.Max != nil && *p.Min > *p.Max || p.Free == catalog.Yes && (p.Max == nil || *p.Max != 0)) {
		t.Errorf("%q: price %+v", text, p)
	}
	if a := f.Age; a != nil && (a.Min != nil && (*a.Min < 0 || *a.Min > maxAge) || a.Max != nil && (*a.Max < 0 || *a.Max > maxAge) || a.Min != nil && a.Max != nil && *a.Min > *a.Max) {
		t.Errorf("%q: ages %+v", text, f.Label())
	}
	for _, c := range append([]int{f.Start, f.End}, clocks(f.Slots)...) {
		if c != NoClock && (c < 0 || c > 1440) {
			t.Errorf("%q: clock %d", text, c)
		}
	}
	for _, d := range f.Dates {
		if !d.From.IsZero() && !d.Through.IsZero() && d.Through.Before(d.From) {
			t.Errorf("%q: dates %s", text, d)
		}
	}
	if f.Rule != "" {
		if err := calendar.CheckRule(f.Rule); err != nil {
			t.Errorf("%q: %q: %v", text, f.Rule, err)
		}
	}
	for _, kind := range []catalog.Kind{catalog.KindActivity, catalog.KindCourse} {
		r := catalog.Record{Kind: kind, Modified: ref}
		Apply(&r, f, time.UTC)
		for _, s := range r.Schedule.Series {
			if err := calendar.CheckRule(s.Rules[0]); err != nil || len(s.Rules) != 1 || s.Start.IsZero() || !s.End.IsZero() && !s.End.After(s.Start) {
				t.Errorf("%q: series %+v: %v", text, s, err)
			}
			if kind == catalog.KindCourse && !strings.Contains(s.Rules[0], "UNTIL") && !strings.Contains(s.Rules[0], "COUNT") {
				t.Errorf("%q: a course without an end: %+v", text, s)
			}
		}
		for _, o := range r.Schedule.Dates {
			if o.Start.IsZero() || !o.End.IsZero() && !o.End.After(o.Start) {
				t.Errorf("%q: date %+v", text, o)
			}
		}
	}
	for _, o := range f.Off {
		if o.Week < 0 || o.Week > 53 || o.Week == 0 && (o.From.IsZero() || o.Through.Before(o.From)) {
			t.Errorf("%q: rests %+v", text, o)
		}
	}
	for _, s := range f.Spans {
		if s.Start < 0 || s.End > len(text) || s.Start >= s.End || !utf8.ValidString(text[s.Start:s.End]) && utf8.ValidString(text) {
			t.Errorf("%q: span %+v", text, s)
		}
	}
	if other := Read(text, "nn", ref); !cmp.Equal(f, other) {
		t.Errorf("%q is not read the same twice", text)
	}
}

func clocks(slots []Slot) (out []int) {
	for _, s := range slots {
		out = append(out, s.Start, s.End)
	}
	return out
}

func FuzzRead(f *testing.F) {
	for _, text := range allTexts(f) {
		f.Add(text)
	}
	for _, text := range []string{"kr kr kr 1 000 000 000", "29. februar", "uke 53", "1.1.1.1.1.1", "- - - -", "kl kl 24.00-00.00", "İ 5 kr", "\xff\xfe 100,-", "natt til", "f.f.f.2014-", "0-0 år"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { holds(t, text, refDay) })
}

// TestLongTextsAreBounded reads long texts of one repeated part, at which a grammar that looks back and forth too far would stall.
func TestLongTextsAreBounded(t *testing.T) {
	for _, unit := range []string{"18. ", "1., ", "kr ", "- ", "a.", "tirsdag, ", "10-", "gratis ", "5 mandager ", "(", "hver ", "uke 5 og ", "ikke heis ", "2014-", "a-1.b", "12/10 - ", "ti og ", "første og ", "kl 10 og 11, ", "ikke uke 8, ", "påsken, ", "stengt i påsken ", "ingen dans 1. mai, ", "voksne 50, ", "lørdag er utsolgt ", "1. mai utsolgt ", "(6 år) kl 10 ", "før 200, nå 100 ", "unntatt første mandag i måneden ", "full, ledige plasser ", "helg 11-19 ", "åtteåringer til ", "10, 11 og ", "600 for medlemmer og ", "hver 3. uke ", "man-fre 8-15, ons til 19 ", "oppstart 1. mai, slutt 1. juni "} {
		text := strings.Repeat(unit, 20_000/len(unit))
		start := time.Now()
		holds(t, text, refDay)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%q repeated takes %s", unit, took)
		}
	}
}

func TestApply(t *testing.T) {
	zone := oslo(t)
	read := func(text string, r catalog.Record) catalog.Record {
		Apply(&r, Read(text, "nb", refDay), zone)
		return r
	}
	const text = "Turn for barn 6-8 år, tirsdager kl 17-18. 60 kr per gang. Heis, men ikke teleslynge. Kurset er fullt."
	got, err := json.Marshal(read(text, catalog.Record{Kind: catalog.KindActivity}))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"source":"","native_id":"","kind":"activity","title":"","schedule":{"series":[{"start":"2025-01-07T17:00:00+01:00","end":"2025-01-07T18:00:00+01:00","rules":["FREQ=WEEKLY;BYDAY=TU"]}]},"status":"full",` +
		`"age":{"min":6,"max":8},"price":{"min":60,"max":60,"free":false,"unit":"time"},"accessibility":["wheelchair"],"inaccessible":["hearing_loop"],"derived":["price","age","accessibility","inaccessible","status","schedule"]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	five, free := 5, catalog.Kroner(0)
	stated := catalog.Record{Kind: catalog.KindActivity, Age: &catalog.Age{Min: &five}, Price: &catalog.Price{Min: &free, Max: &free, Free: catalog.Yes}, Accessibility: []string{"vision"}, Status: catalog.StatusScheduled,
		Schedule: catalog.Schedule{Dates: []catalog.Occurrence{{Start: refDay, AllDay: true}}}}
	if diff := cmp.Diff(stated, read(text, stated)); diff != "" {
		t.Errorf("what the source states is changed: %s", diff)
	}
	again := read(text, read(text, catalog.Record{Kind: catalog.KindActivity}))
	if diff := cmp.Diff(read(text, catalog.Record{Kind: catalog.KindActivity}), again); diff != "" {
		t.Errorf("twice is not once: %s", diff)
	}
	for _, unsure := range []string{"Annenhver tirsdag kl 18", "8 tirsdager", "Tirsdager fra 1. september", "Mai-august, hver onsdag kl 19", "Sommerstengt fra 20. juni til 15. august. Åpent torsdager kl 18-20", "Tirsdag 1. september"} {
		if r := read(unsure, catalog.Record{Kind: catalog.KindActivity}); r.Schedule.Dated() {
			t.Errorf("%q: %+v", unsure, r.Schedule)
		}
	}
}

// TestOneDayOff: a day called off in the text does not call off a series that the source states.
func TestOneDayOff(t *testing.T) {
	zone := oslo(t)
	series := catalog.Schedule{Series: []catalog.Series{{Start: catalog.LocalTime(zone, refDay), Rules: []string{"FREQ=WEEKLY"}}}}
	for text, want := range map[string]catalog.Status{"Avlyst 1. desember.": "", "Møtet 1. desember er avlyst": "", "Kurset er avlyst": catalog.StatusCancelled} {
		r := catalog.Record{Schedule: series}
		if Apply(&r, Read(text, "nb", refDay), zone); r.Status != want {
			t.Errorf("%q: %q, want %q", text, r.Status, want)
		}
	}
	r := catalog.Record{Schedule: catalog.Schedule{Dates: []catalog.Occurrence{{Start: refDay}}}}
	if Apply(&r, Read("Avlyst: konserten 1. desember", "nb", refDay), zone); r.Status != catalog.StatusCancelled {
		t.Errorf("a single date: %q", r.Status)
	}
}

// TestWeeksAndSchool: odd and even weeks and the schools' holidays are said by the series itself.
func TestWeeksAndSchool(t *testing.T) {
	for text, want := range map[string]catalog.Series{
		"Hver tirsdag kl. 18 i oddetallsuker":                 {WeekParity: catalog.OddWeeks},
		"Torsdager kl 17-18 i partallsuker, følger skoleruta": {WeekParity: catalog.EvenWeeks, SchoolCalendar: true},
		"Mandager kl. 16.30, ikke i skoleferier":              {SchoolCalendar: true},
	} {
		r := catalog.Record{Kind: catalog.KindActivity}
		Apply(&r, Read(text, "nb", refDay), oslo(t))
		if len(r.Schedule.Series) != 1 {
			t.Errorf("%q: %+v", text, r.Schedule)
			continue
		}
		if s := r.Schedule.Series[0]; s.WeekParity != want.WeekParity || s.SchoolCalendar != want.SchoolCalendar || strings.Contains(s.Rules[0], "INTERVAL") {
			t.Errorf("%q: %+v", text, s)
		}
	}
}

// TestNarrow: a weekly series that the source states is kept to the weeks that the text names, and nothing else is touched.
func TestNarrow(t *testing.T) {
	weekly := func() catalog.Schedule {
		start := catalog.LocalTime(oslo(t), time.Date(2026, 9, 2, 18, 0, 0, 0, time.UTC))
		return catalog.Schedule{Series: []catalog.Series{{Start: start, Rules: []string{"FREQ=WEEKLY"}}}}
	}
	for text, want := range map[string]catalog.Series{
		"Annenhver onsdag i oddetallsuker": {WeekParity: catalog.OddWeeks},
		"Følger skoleruta.":                {SchoolCalendar: true},
		"Partallsuker, ikke i skoleferier": {WeekParity: catalog.EvenWeeks, SchoolCalendar: true},
		"Onsdager kl. 18":                  {},
	} {
		r := catalog.Record{Kind: catalog.KindActivity, Schedule: weekly()}
		Apply(&r, Read(text, "nb", refDay), oslo(t))
		got := r.Schedule.Series[0]
		if got.WeekParity != want.WeekParity || got.SchoolCalendar != want.SchoolCalendar || slices.Contains(r.Derived, "schedule") != (want.WeekParity != "" || want.SchoolCalendar) {
			t.Errorf("%q: %+v, derived %v", text, got, r.Derived)
		}
	}
	r := catalog.Record{Kind: catalog.KindActivity, Schedule: weekly()}
	r.Schedule.Series[0].Rules = []string{"FREQ=WEEKLY;INTERVAL=2"}
	Apply(&r, Read("Oddetallsuker", "nb", refDay), oslo(t))
	if r.Schedule.Series[0].WeekParity != "" {
		t.Errorf("a fortnight became %+v", r.Schedule.Series[0])
	}
}

// TestStandingSeries compares the first day of every monthly rule with the calendar.
func TestStandingSeries(t *testing.T) {
	zone := oslo(t)
	for _, text := range []string{"Første tirsdag i måneden kl 18", "Siste fredag i måneden", "1. og 3. mandag i måneden kl 9", "Mandag 17-18 og torsdag 18-19.30", "Nest siste søndag i måneden"} {
		r := catalog.Record{Kind: catalog.KindActivity}
		Apply(&r, Read(text, "nb", refDay), zone)
		if !r.Schedule.Dated() {
			t.Errorf("%q gives no series", text)
		}
		for _, s := range r.Schedule.Series {
			alone := s
			alone.Start = s.Start.AddDate(0, 0, -7*9) // an earlier start counts itself, and nothing else may differ
			if !s.AllDay {
				alone.End = s.End.AddDate(0, 0, -7*9)
			}
			occ, _ := calendar.Expand(catalog.Schedule{Series: []catalog.Series{alone}}, zone, s.Start.AddDate(0, 0, -1), s.Start.AddDate(0, 3, 0), 0)
			mine, _ := calendar.Expand(catalog.Schedule{Series: []catalog.Series{s}}, zone, s.Start.AddDate(0, 0, -1), s.Start.AddDate(0, 3, 0), 0)
			if len(mine) < 3 || !slices.EqualFunc(occ, mine, func(a, b catalog.Occurrence) bool { return a.Start.Equal(b.Start) }) {
				t.Errorf("%q: %s begins %s: %v, want %v", text, s.Rules, s.Start, mine, occ)
			}
		}
	}
}

// TestNothingFromPages reads whole pages of a real site, which speak of many things: what they would be shown with must be right or absent.
func TestNothingFromPages(t *testing.T) {
	dir := filepath.Join(filepath.Dir(examples(t)), "corpus", "norsk-tekst")
	files, _ := filepath.Glob(filepath.Join(dir, "*.md"))
	if len(files) == 0 {
		t.Skip("no pages in", dir)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := catalog.Record{Kind: catalog.KindActivity}
		Apply(&r, Read(catalog.CleanLines(string(data), 0), "nb", refDay), oslo(t))
		if len(r.Derived) > 0 {
			out, _ := json.Marshal(r)
			t.Logf("%s: %s", filepath.Base(file), out)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	texts := allTexts(b)
	n := 0
	for b.Loop() {
		Read(texts[n%len(texts)], "nb", refDay)
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "texts/s")
}

// BenchmarkReadLong reads a text of 20,000 characters.
func BenchmarkReadLong(b *testing.B) {
	text := strings.Join(allTexts(b), " ")[:20_000]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Read(text, "nb", refDay)
	}
}

package csvfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

var oslo = func() *time.Location {
	l, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		panic(err)
	}
	return l
}()

type got struct {
	records []catalog.Record
	rejects []catalog.Reject
	warns   []string
}

func parse(text string, kind catalog.Kind, o Options) (got, error) {
	var g got
	err := Parse(text, &connectors.Session{
		Source: connectors.Source{ID: "tabell", Name: "Tabell", URL: "file:tabell.csv", Zone: oslo, Kind: kind},
		Emit:   func(r catalog.Record) error { g.records = append(g.records, r); return nil },
		Reject: func(r catalog.Reject) { g.rejects = append(g.rejects, r) },
		Warn:   func(where, text string) { g.warns = append(g.warns, where+": "+text) },
	}, o)
	return g, err
}

// TestSchedule reads the time columns of one row, one case per way of giving them.
func TestSchedule(t *testing.T) {
	tests := []struct {
		name, head, row string
		kind            catalog.Kind
		want            string // of the only occurrence, series or validity, or a part of the reject's reason
	}{
		{"weekly with dates", "Ukedag;Fra kl.;Til kl.;Startdato;Sluttdato", "tirsdag;18.00;19.30;25.08.2026;15.12.2026", "", "series 2026-08-25T18:00:00+02:00 19:30 FREQ=WEEKLY;BYDAY=TU;UNTIL=20261215T225959Z"},
		{"first day moves to the weekday", "Ukedag;Fra kl.;Startdato", "onsdag;17;17.8.2026", "", "series 2026-08-19T17:00:00+02:00 FREQ=WEEKLY;BYDAY=WE"},
		{"without dates", "Vekedag;Frå kl.;Til kl.", "måndag og torsdag;1730;1900", "", "series 2025-01-06T17:30:00+01:00 19:00 FREQ=WEEKLY;BYDAY=MO,TH"},
		{"past midnight", "Ukedag;Tid", "fredag;20-01", "", "series 2025-01-10T20:00:00+01:00 01:00 FREQ=WEEKLY;BYDAY=FR"},
		{"no hours", "Ukedag", "lørdag", "", "series 2025-01-11 FREQ=WEEKLY;BYDAY=SA"},
		{"every other week", "Ukedag;Fra kl.;Startdato", "annenhver onsdag;18;7.1.2026", "", "series 2026-01-07T18:00:00+01:00 FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"},
		{"every other week needs a date", "Ukedag;Fra kl.", "annenhver onsdag;18", "", "valid «annenhver onsdag kl. 18:00»"},
		{"odd weeks", "Ukedag;Fra kl.", "tirsdag i oddetallsuker;18", "", "series 2025-01-07T18:00:00+01:00 FREQ=WEEKLY;BYDAY=TU odd"},
		{"of the month", "Ukedag;Fra kl.", "1. tirsdag i mnd;18", "", "series 2025-01-07T18:00:00+01:00 FREQ=MONTHLY;BYDAY=1TU"},
		{"last of the month", "Ukedag;Fra kl.;Til kl.", "siste søndag i måneden;12;14", "", "series 2025-01-26T12:00:00+01:00 14:00 FREQ=MONTHLY;BYDAY=-1SU"},
		{"one date", "Dato;Klokkeslett", "03.12.2026;18.00-20.30", "", "date 2026-12-03T18:00:00+01:00 20:30"},
		{"date beside its weekday", "Dag;Dato;Tid", "Torsdag;3.12.2026;kl. 18", "", "date 2026-12-03T18:00:00+01:00"},
		{"whole days", "Startdato;Sluttdato", "12.06.2027;14.06.2027", catalog.KindEvent, "date 2027-06-12 2027-06-14"},
		{"a season", "Startdato;Sluttdato", "15.08.2026;18.06.2027", "", "valid 2026-08-15 2027-06-18"},
		{"instants with offset", "start;end", "2026-12-03T17:00:00Z;2026-12-03T18:30:00Z", "", "date 2026-12-03T18:00:00+01:00 19:30"},
		{"date in the column of the clock", "start_time;end_time", "2026-12-03 18:00;2026-12-03 19:30", "", "date 2026-12-03T18:00:00+01:00 19:30"},
		{"the night that is an hour longer", "Dato;Fra kl.;Til kl.", "25.10.2026;02.30;04.00", "", "date 2026-10-25T02:30:00+02:00 04:00"},
		{"Christmas party past midnight", "Dato;Fra kl.;Til kl.", "05.12.2026;19.00;01.00", "", "date 2026-12-05T19:00:00+01:00 01:00"},
		{"no such day", "Dato", "31.02.2026", "", "reject «31.02.2026» er ikke en dato"},
		{"American date", "Dato", "12/24/2026", "", "reject «12/24/2026» er ikke en dato"},
		{"no such weekday", "Ukedag", "frosdag", "", "valid «frosdag»"},
		{"no plain weekday between dates", "Ukedag;Startdato;Sluttdato", "tirsdag, unntatt uke 8;12.1.2027;25.5.2027", "", "valid 2027-01-12 2027-05-25 «tirsdag, unntatt uke 8»"},
		{"no plain weekday of an event", "Ukedag;Dato", "tirsdag etter jul;12.1.2027", catalog.KindEvent, "date 2027-01-12"},
		{"no such time", "Dato;Fra kl.", "3.12.2026;25.00", "", "reject «25.00» er ikke et klokkeslett"},
		{"end before start", "Startdato;Sluttdato", "4.12.2026;3.12.2026", "", "reject Sluttdatoen er før startdatoen"},
		{"series that ends before it begins", "Ukedag;Startdato;Sluttdato", "mandag;1.12.2026;2.12.2026", "", "reject Sluttdatoen 2026-12-02 er før"},
		{"event without a date", "Sted", "Stavern", catalog.KindEvent, "reject Et arrangement eller kurs må ha dato"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, err := parse("Aktivitet;"+tt.head+"\nKor;"+tt.row+"\n", tt.kind, Options{})
			if err != nil || len(g.records)+len(g.rejects) != 1 {
				t.Fatalf("%+v, error %v", g, err)
			}
			if text := describe(g); !strings.HasPrefix(text, tt.want) {
				t.Errorf("got  %s\nwant %s", text, tt.want)
			}
		})
	}
}

func describe(g got) string {
	if len(g.rejects) > 0 {
		return "reject " + g.rejects[0].Reason
	}
	s := g.records[0].Schedule
	stamp := func(t time.Time, day bool) string {
		if day {
			return t.Format(time.DateOnly)
		}
		return t.Format(time.RFC3339)
	}
	end := func(t time.Time, day bool) string {
		switch {
		case t.IsZero():
			return ""
		case day:
			return " " + t.Format(time.DateOnly)
		}
		return " " + t.Format("15:04")
	}
	switch {
	case len(s.Dates) > 0:
		o := s.Dates[0]
		return "date " + stamp(o.Start, o.AllDay) + end(o.End, o.AllDay)
	case len(s.Series) > 0:
		x := s.Series[0]
		return "series " + stamp(x.Start, x.AllDay) + end(x.End, x.AllDay) + " " + strings.TrimSpace(strings.Join(x.Rules, " ")+" "+string(x.WeekParity))
	case s.Text != "":
		return "valid" + end(s.ValidFrom, true) + end(s.ValidThrough, true) + " «" + s.Text + "»"
	}
	return "valid" + end(s.ValidFrom, true) + end(s.ValidThrough, true)
}

// TestDelimiter gives the same table with every delimiter and line ending.
func TestDelimiter(t *testing.T) {
	table := "Navn|Sted|Pris\nKor, korps og dans|Stavern|120,50\nTurn|Kvelde|gratis\n"
	for _, d := range []string{";", "\t", ",", "|"} {
		for _, nl := range []string{"\n", "\r\n"} {
			text := strings.NewReplacer("Kor, korps og dans", `"Kor, korps og dans"`, "120,50", `"120,50"`, "|", d, "\n", nl).Replace(table)
			g, err := parse("\uFEFF"+text, "", Options{})
			if err != nil || len(g.records) != 2 || len(g.rejects)+len(g.warns) != 0 {
				t.Fatalf("%q: %+v, error %v", d, g, err)
			}
			if r := g.records[0]; r.Title != "Kor, korps og dans" || *r.Price.Min != 12050 || r.Place.Name != "Stavern" {
				t.Errorf("%q: %+v", d, r)
			}
		}
	}
}

func TestUnusable(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", " \n", "en tabell med overskrifter"},
		{"no title", "Sted;Pris\nStavern;100\n", `options: {columns: {title: "Sted"}}`},
		{"a page for people", "\n<!DOCTYPE html><html><title>Vi er straks tilbake</title></html>", "fant \"en nettside eller XML\""},
		{"JSON", `{"error": "no access", "items": []}`, "fant \"JSON\""},
		{"a calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "iCalendar"},
		{"unclosed quote", "Navn;Sted\nKor;Stavern\nTurn;\"Kvelde\nDans;Larvik\n", "linje 3"},
		{"unclosed quote that another one seems to close", "Navn;Sted\nKor;\"Stavern\nTurn;\"Kvelde\"\nDans;Larvik\n", "linje 2"},
		{"unclosed quote on the last line", "Navn;Sted\nKor;Stavern\nTurn;\"Kvelde", "linje 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(tt.text, "", Options{})
			if !errors.Is(err, connectors.ErrUnreadable) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Delimiter: "x"}, {Encoding: "latin-99"}, {HeaderRow: -1}, {Columns: map[string]string{"tittel": "Hva"}}, {Columns: map[string]string{"title": ""}}} {
		if o.check() == nil {
			t.Errorf("%+v passes", o)
		}
	}
	if err := (Options{Delimiter: "tab", Encoding: "iso-8859-15", HeaderRow: 3, Columns: map[string]string{"title": "Hva"}}).check(); err != nil {
		t.Error(err)
	}
}

// TestHeadersAreDistinct keeps a header from meaning two fields.
func TestHeadersAreDistinct(t *testing.T) {
	of := make(map[string]string)
	for field, names := range headers {
		for _, n := range append([]string{field}, names...) {
			if f := fold(n); f != n && n != field {
				t.Errorf("%s: header %q is not folded: %q", field, n, f)
			} else if of[f] != "" && of[f] != field {
				t.Errorf("%q means %s and %s", n, of[f], field)
			} else {
				of[f] = field
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Navn;Ukedag;Fra kl.;Pris;Alder\nKor;tirsdag;18.00;kr 1 250,50;6-12\n", byte(0))
	f.Add("sep=,\ntitle,start,end\n\"Turn, dans\",2026-12-03,2026-12-04\n", byte(1))
	f.Add("Navn;Sted\nTurn;\"Kvelde\nDans;Larvik\n", byte(2))
	f.Add("Aktiviteter;;\nNavn;Dato;Tid\nKonsert;25.10.2026;02.30-03.15\n;;\n", byte(3))
	f.Fuzz(func(t *testing.T, text string, d byte) {
		g, err := parse(text, "", Options{Delimiter: []string{"", ";", ",", "tab"}[d%4]})
		if err != nil {
			return
		}
		ids := make(map[string]bool)
		for _, r := range g.records {
			if r.Title == "" || r.NativeID == "" || ids[r.NativeID] {
				t.Errorf("record without title, or id empty or used twice: %+v", r)
			}
			ids[r.NativeID] = true
		}
	})
}

// BenchmarkParse reports rows a second, and how many times longer it takes than encoding/csv alone takes to split the same text.
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	text.WriteString("Id;Aktivitet;Arrangør;Sted;Postnr;Poststed;Ukedag;Fra kl.;Til kl.;Startdato;Sluttdato;Alder;Pris;Nettside;Kategori\n")
	const rows = 10_000
	for i := range rows {
		fmt.Fprintf(&text, "a-%d;Turn for barn;Prøvebygda turn;Prøvehallen;3290;Stavern;tirsdag og torsdag;17.30;18.30;18.08.2026;17.06.2027;6-12 år;kr 900,- per halvår;https://eksempel.example/%d;Turn, Barn\n", i, i)
	}
	n := 0
	session := &connectors.Session{
		Source: connectors.Source{ID: "tabell", URL: "file:tabell.csv", Zone: oslo},
		Emit:   func(catalog.Record) error { n++; return nil },
		Reject: func(r catalog.Reject) { b.Fatal(r) },
		Warn:   func(where, text string) { b.Fatal(where, text) },
	}
	b.SetBytes(int64(text.Len()))
	var plain time.Duration
	for b.Loop() {
		if n = 0; Parse(text.String(), session, Options{}) != nil || n != rows {
			b.Fatal(n)
		}
		b.StopTimer()
		start := time.Now()
		r := newReader(text.String(), ';')
		for _, err := r.Read(); err == nil; _, err = r.Read() {
		}
		plain += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(b.Elapsed().Seconds()/plain.Seconds(), "x_encoding/csv")
}

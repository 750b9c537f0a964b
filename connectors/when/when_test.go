package when

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func oslo(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestParse(t *testing.T) {
	zone := oslo(t)
	for in, want := range map[string]string{
		"2026-12-03T18:00:00+01:00":              "2026-12-03T17:00:00Z",
		"2026-12-03T18:00:00.123456+01:00":       "2026-12-03T17:00:00Z",
		"2026-03-21T10:00:00+0100":               "2026-03-21T09:00:00Z",
		"2021-05-15 08:30:00+00":                 "2021-05-15T08:30:00Z",
		"2026-12-03T18:00":                       "2026-12-03T17:00:00Z",
		"2026-07-03 18:00":                       "2026-07-03T16:00:00Z",
		"2026-07-03T18:00Z":                      "2026-07-03T18:00:00Z",
		"20260703T180000Z":                       "2026-07-03T18:00:00Z",
		"20260703T180000":                        "2026-07-03T16:00:00Z",
		"2026-07-03T18:00:00+02:00[Europe/Oslo]": "2026-07-03T16:00:00Z",
		"2026-12-03T00:00:00+01:00":              "2026-12-02T23:00:00Z",
		"2024-01-29T14:00:00.0000000-05:00":      "2024-01-29T19:00:00Z",
		"2026-12-03":                             "2026-12-03",
		"2018-7-9":                               "2018-07-09",
		"20260703":                               "2026-07-03",
		"2019-9-13T10-10-00-00":                  "2019-09-13T08:00:00Z",
		"2018-7-19T23-23-59-00":                  "2018-07-19T21:59:00Z",
		"2026-12-31T24:00":                       "2026-12-31T23:00:00Z",
		"2027-03-28T02:30":                       "2027-03-28T01:30:00Z", // spring gap: forward
		"2027-10-31T02:30":                       "2027-10-31T00:30:00Z", // autumn: the first of the two
		"Wednesday, August  8, 2018  7:00 PM":    "2018-08-08T17:00:00Z",
		"Mon, 29 Jan 2024 19:00:00 GMT":          "2024-01-29T19:00:00Z",
		"Mon, 29 Jan 2024 19:00:00 +0100":        "2024-01-29T18:00:00Z",
		"søndag 12. juli 2026 kl. 18.30":         "2026-07-12T16:30:00Z",
		"laurdag 11. juli 2026":                  "2026-07-11",
		"12.07.2026":                             "2026-07-12",
		"12.07.2026 18:00":                       "2026-07-12T16:00:00Z",
		"12. august 2026, 12:15 am":              "2026-08-11T22:15:00Z",
		"":                                       "feil",
		"TBA":                                    "feil",
		"2026-02-30":                             "feil",
		"2026-12-03T25:00":                       "feil",
		"2026-12-03Tkveld":                       "feil",
		"03/04/2027":                             "feil", // which is the month?
		"12. juli":                               "feil", // no year
		"12.07.26":                               "feil",
		"1786000000":                             "feil",
		"0001-01-01T00:00:00Z":                   "feil",
		"2019-9-13T10-11-00-00":                  "feil",
		"Thu, 03 Dec 2026 18:00:00 CET":          "feil", // Go would make up an offset of zero
		"12. juli 2026 - 14. juli 2026":          "feil", // two days
		"2026-12-03T18:00:00+99:00":              "feil",
		"søndag 12. juli 2026 kl. 18.30 ved bålplassen": "feil",
	} {
		got, err := Parse(in, zone)
		text := got.Time.UTC().Format(time.RFC3339)
		if got.Day {
			text = got.Time.Format(time.DateOnly)
		}
		if err != nil {
			text = "feil"
		}
		if text != want {
			t.Errorf("Parse(%q) = %s (%v), want %s", in, text, err, want)
		}
	}
}

func TestZones(t *testing.T) {
	var z Zones
	for name, want := range map[string]bool{"Europe/Oslo": true, "America/New_York": true, "": false, "UTC": false, "Etc/UTC": false, "Local": false, "Europe/Atlantis": false, "../../etc/passwd": false} {
		if first := z.Place(name); (first != nil) != want || z.Place(name) != first {
			t.Errorf("%q: %v", name, first)
		}
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		in, read, from, to string
		start, end         int
		weekly, odd        bool
	}{
		{"Yoga, rolig, for alle, Monday 17. Aug 2026 - Monday 21. Dec 2026, 17:30 - 18:30", "Monday 17. Aug 2026 - Monday 21. Dec 2026, 17:30 - 18:30", "2026-08-17", "2026-12-21", 1050, 1110, true, false},
		{"Gåtur, søndag 12. jul 2026 - søndag 27. des 2026, 11:00 - 12:15", "søndag 12. jul 2026 - søndag 27. des 2026, 11:00 - 12:15", "2026-07-12", "2026-12-27", 660, 735, true, false},
		{"Kafé, Monday 17. Aug 2026, 17:30 - 18:30", "Monday 17. Aug 2026, 17:30 - 18:30", "2026-08-17", "2026-08-17", 1050, 1110, false, false},
		{"Leir 12.–14. juli 2026 på øya", "12.–14. juli 2026", "2026-07-12", "2026-07-14", -1, -1, false, false},
		{"Leir 30. juni til 3. juli 2026", "30. juni til 3. juli 2026", "2026-06-30", "2026-07-03", -1, -1, false, false},
		{"Quiz (torsdag 3. desember 2026 kl. 19)", "torsdag 3. desember 2026 kl. 19", "2026-12-03", "2026-12-03", 1140, -1, false, false},
		{"Kor tysdag 1. desember 2026 kl 18-19.30", "tysdag 1. desember 2026 kl 18-19.30", "2026-12-01", "2026-12-01", 1080, 1170, false, false},
		{"Tur mandag 18. aug 2026", "mandag 18. aug 2026", "2026-08-18", "2026-08-18", -1, -1, false, true},
		{"Festival, Fri 10. Jul 2026 18:00 - Sun 12. Jul 2026 02:00", "Fri 10. Jul 2026 18:00 - Sun 12. Jul 2026 02:00", "2026-07-10", "2026-07-12", 1080, 120, false, false},
		{"Disco lør 11. juli 2026, 22:00 - 02:00", "lør 11. juli 2026, 22:00 - 02:00", "2026-07-11", "2026-07-11", 1320, 120, false, false},
		{"Market, May 1st, 2026 at 9 am", "May 1st, 2026 at 9 am", "2026-05-01", "2026-05-01", 540, -1, false, false},
		{"Rabatt 31.02.2026, kurs 1.3.2026", "1.3.2026", "2026-03-01", "2026-03-01", -1, -1, false, false},
		{"Tur 3/12/2026", "3/12/2026", "2026-12-03", "2026-12-03", -1, -1, false, false},
		{"Tur 12.12.26 kl 10", "12.12.26 kl 10", "2026-12-12", "2026-12-12", 600, -1, false, false},
		{"Nyttårsturen 01.01.27", "01.01.27", "2027-01-01", "2027-01-01", -1, -1, false, false},
		{"Basar 5/12-2026", "5/12-2026", "2026-12-05", "2026-12-05", -1, -1, false, false},
		{"Leir 3.12.26-5.12.2026", "3.12.26-5.12.2026", "2026-12-03", "2026-12-05", -1, -1, false, false},
		{"9. des 2026 18-20 Moro", "9. des 2026 18-20", "2026-12-09", "2026-12-09", 1080, 1200, false, false},
		{"Lek 9.12.2026, 17-18.30", "9.12.2026, 17-18.30", "2026-12-09", "2026-12-09", 1020, 1110, false, false},
		{"Lek 9.12.2026 6-12 år", "9.12.2026", "2026-12-09", "2026-12-09", -1, -1, false, false},
		{"Kafé lørdag 5. desember", "lørdag 5. desember", "2026-12-05", "2026-12-05", -1, -1, false, false},
		{"Marked lørdag 5/12 kl 10", "lørdag 5/12 kl 10", "2026-12-05", "2026-12-05", 600, -1, false, false},
		{"Kor sundag 6.12. kl. 17-19", "sundag 6.12. kl. 17-19", "2026-12-06", "2026-12-06", 1020, 1140, false, false},
		{"Tur søndag 3. januar", "søndag 3. januar", "2027-01-03", "2027-01-03", -1, -1, false, false},
		{"Referat: kafé lørdag 14. november", "lørdag 14. november", "2026-11-14", "2026-11-14", -1, -1, false, false},
		{"Leir fredag 4.–6. desember", "fredag 4.–6. desember", "2026-12-04", "2026-12-06", -1, -1, false, false},
		{"Leir fredag 4. - søndag 6. desember", "fredag 4. - søndag 6. desember", "2026-12-04", "2026-12-06", -1, -1, false, false},
		{"Leir mandag 28. desember kl 18 - 3. januar kl 12", "mandag 28. desember kl 18 - 3. januar kl 12", "2026-12-28", "2027-01-03", 1080, 720, false, false},
		{"Fair Saturday December 5th at 9 am", "Saturday December 5th at 9 am", "2026-12-05", "2026-12-05", 540, -1, false, false},
		{"Før 1. mai: tur 3.12.2026", "3.12.2026", "2026-12-03", "2026-12-03", -1, -1, false, false},
		{"Kamp 2026-09-05", "2026-09-05", "2026-09-05", "2026-09-05", -1, -1, false, false},
	} {
		s, from, to, ok := Find(c.in, published)
		if !ok {
			t.Errorf("Find(%q) finds nothing", c.in)
			continue
		}
		if got := c.in[from:to]; got != c.read {
			t.Errorf("Find(%q) read %q, want %q", c.in, got, c.read)
		}
		if f, l := s.From.Format(time.DateOnly), s.To.Format(time.DateOnly); f != c.from || l != c.to || s.Start != c.start || s.End != c.end || s.Weekly() != c.weekly || (s.Odd != "") != c.odd {
			t.Errorf("Find(%q) = %s %s %d %d weekly %v odd %q", c.in, f, l, s.Start, s.End, s.Weekly(), s.Odd)
		}
	}
	for _, in := range []string{"Åpent 12. juli", "Kurs nr. 12", "Sesong 2026", "Juli 2026", "maybe 3 2026", "Ring 33.12.12.26", "Versjon 1.2.26.4", "31/6/2026", "3.12/26", "Kurs 3/4 2027", "lørdag 5. desember", "Åpent 24/7"} {
		if _, from, to, ok := Find(in, time.Time{}); ok {
			t.Errorf("Find(%q) found %q", in, in[from:to])
		}
	}
}

// published is when the titles of the tests were.
var published = time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)

// TestYearless: without a year and a weekday that fits, a day and a month are no date, and it is said which words they are.
func TestYearless(t *testing.T) {
	for in, want := range map[string]string{
		"Kafé 5. desember":               "5. desember",
		"Kafé søndag 5. desember":        "søndag 5. desember", // the nearest one is a Saturday
		"Loppemarked 5/12":               "5/12",
		"Loppemarked 5/9 kl 10":          "5/9",
		"Basar 5.12.":                    "5.12.",
		"Tur 29. februar":                "29. februar",
		"Fest 31. juni":                  "",
		"Åpent 24/7":                     "",
		"Halv pris, 1/2 dag":             "",
		"17. mai-komiteen":               "",
		"Norsk 2.1":                      "",
		"Åpent kl. 10.12":                "",
		"Åpent 09.00-11.10":              "",
		"Løp 10.10 km":                   "",
		"Ring 33.12.12":                  "",
		"Kurs 3 av 12, nr. 5/2026":       "",
		"Trening mandag 18-20":           "",
		"Trim hver tirsdag kl. 10.30":    "",
		"Saturday December 5, the forum": "Saturday December 5",
	} {
		if got := Yearless(in); got != want {
			t.Errorf("Yearless(%q) = %q, want %q", in, got, want)
		}
		near := published
		if want == "søndag 5. desember" || want == "" || !strings.Contains(want, "day") {
			if _, from, to, ok := Find(in, near); ok {
				t.Errorf("Find(%q) read %q", in, in[from:to])
			}
		}
	}
}

func TestMonthFirst(t *testing.T) {
	for _, c := range []struct {
		language, text string
		want           bool
	}{
		{"nb", "Tur 3/12/2026", false}, {"", "Tur 28/3/2026", false}, {"nb", "Tur 12/24-2026", false}, {"en-US", "Walk 3/12/2026", true}, {"", "Walk 3/28/06", true}, {"", "Nr. 13/14/2026", false},
	} {
		if got := MonthFirst(c.language, c.text); got != c.want {
			t.Errorf("%q %q: %v", c.language, c.text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	zone := oslo(f)
	for _, s := range []string{"2026-12-03T18:00:00+01:00", "søndag 12. jul 2026 - søndag 27. des 2026, 11:00 - 12:15", "2019-9-13T10-10-00-00", "12.–14. juli 2026 kl 18-19"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := Parse(s, zone); err == nil && (got.Time.Year() < minYear-1 || got.Time.Year() > maxYear+1) {
			t.Errorf("Parse(%q) = %v", s, got.Time)
		}
		if span, from, to, ok := Find(s, published); ok && (from < 0 || to < from || to > len(s) || span.To.Before(span.From)) {
			t.Errorf("Find(%q) = %+v %d %d", s, span, from, to)
		}
	})
}

package cell

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
)

var oslo = func() *time.Location {
	l, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		panic(err)
	}
	return l
}()

func TestParseMoment(t *testing.T) {
	tests := []struct{ in, want string }{ // in Oslo; empty: an error
		{"2026-12-03", "2026-12-03"},
		{"03.12.2026", "2026-12-03"},
		{"3/12/2026", "2026-12-03"},
		{"3.12.26", "2026-12-03"},
		{"3. desember 2026", "2026-12-03"},
		{"tor. 3. des. 2026", "2026-12-03"},
		{"Laurdag 5. desember 2026 kl. 18.30", "2026-12-05T18:30:00+01:00"},
		{"3.12.2026 18:00", "2026-12-03T18:00:00+01:00"},
		{"2026-12-03 18.00", "2026-12-03T18:00:00+01:00"},
		{"2026-12-03T18:00:00", "2026-12-03T18:00:00+01:00"},
		{"2026-12-03T17:00:00Z", "2026-12-03T18:00:00+01:00"},
		{"2026-12-03T18:00:00.000+0100", "2026-12-03T18:00:00+01:00"},
		{"2026-03-29 02:30", "2026-03-29T03:30:00+02:00"},
		{"31.6.2026", ""}, {"12/24/2026", ""}, {"i morgen", ""}, {"46000", ""}, {"3. 2026", ""}, {"2026-12-03+01:00", ""}, {"", ""},
	}
	for _, tt := range tests {
		m, err := ParseMoment(tt.in)
		got := ""
		if err == nil {
			if got = m.Day(oslo).Format(time.DateOnly); m.Timed {
				got = m.In(oslo).Format(time.RFC3339)
			}
		}
		if got != tt.want {
			t.Errorf("%q: %q (%v), want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestParseMomentSaysWhatIsMissing(t *testing.T) {
	for in, want := range map[string]bool{"5. desember": true, "lørdag 5. desember": true, "Lør. 5/12 kl 10": true, "5.12.": true, "lørdag 5. desember 18.00": true, "i morgen": false, "31.6.2026": false, "46000": false} {
		if _, err := ParseMoment(in); err == nil || strings.Contains(err.Error(), "mangler årstall") != want {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestParseClocks(t *testing.T) {
	tests := []struct{ in, want string }{
		{"18", "18:00 "}, {"18.30", "18:30 "}, {"kl. 18", "18:00 "}, {"kl 1830-1945", "18:30 19:45"}, {"18:00:00", "18:00 "}, {"930", "09:30 "},
		{"18–19.30", "18:00 19:30"}, {"klokka 9 til 15", "09:00 15:00"}, {"24:00", "24:00 "}, {"25", ""}, {"18:60", ""}, {"kveld", ""}, {"18-", ""},
	}
	for _, tt := range tests {
		from, to, err := ParseClocks(tt.in)
		got := ""
		if err == nil {
			got = from.String() + " " + to.String()
		}
		if got != tt.want {
			t.Errorf("%q: %q (%v), want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestParseWeekdays(t *testing.T) {
	tests := []struct{ in, want string }{
		{"tirsdag", "[Tuesday] 0 []"}, {"Tirsdager", "[Tuesday] 0 []"}, {"tysdag og torsdag", "[Tuesday Thursday] 0 []"},
		{"man-fre", "[Monday Tuesday Wednesday Thursday Friday] 0 []"}, {"mån. – ons.", "[Monday Tuesday Wednesday] 0 []"}, {"lørdag til mandag", "[Monday Saturday Sunday] 0 []"},
		{"lau/sun", "[Saturday Sunday] 0 []"}, {"hverdager", "[Monday Tuesday Wednesday Thursday Friday] 0 []"}, {"Monday and Wednesday", "[Monday Wednesday] 0 []"},
		{"alle dager", "[Monday Tuesday Wednesday Thursday Friday Saturday Sunday] 0 []"}, {"kvar laurdag", "[Saturday] 0 []"},
		{"annenhver onsdag", "[Wednesday] 2 []"}, {"annankvar onsdag", "[Wednesday] 2 []"}, {"første og tredje tirsdag i måneden", "[Tuesday] 0 [1 3]"}, {"siste søndag i månaden", "[Sunday] 0 [-1]"},
		{"tirsdag i oddetallsuker", "[Tuesday] 0 [] odd"}, {"tysdag (partalsveker)", "[Tuesday] 0 [] even"}, {"annenhver tirsdag, like uker", "[Tuesday] 0 [] even"}, {"onsdag i odde uker", "[Wednesday] 0 [] odd"},
		{"1. tirsdag i mnd", "[Tuesday] 0 [1]"}, {"2. og 4. onsdag i mnd.", "[Wednesday] 0 [2 4]"}, {"hver 3. torsdag", "[Thursday] 3 []"}, {"hver andre mandag", "[Monday] 2 []"}, {"hver 2. mandag i måneden", "[Monday] 0 [2]"},
		{"tirsdag i partallsuker og oddetallsuker", ""}, {"første tirsdag i måneden, partallsuker", ""}, {"tirsdag, ikke uke 8", ""},
		{"fritid", ""}, {"-", ""}, {"mandag-", ""}, {"uke", ""}, {"partallsuker", ""}, {"", ""},
	}
	for _, tt := range tests {
		w, err := ParseWeekdays(tt.in)
		got := ""
		if err == nil {
			got = strings.TrimSpace(fmt.Sprint(w.Days, w.Every, w.Nth, " ", w.Weeks))
		}
		if got != tt.want {
			t.Errorf("%q: %q (%v), want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestPrice(t *testing.T) {
	tests := []struct{ in, want string }{ // min max free unit
		{"gratis", "0 0 true "}, {"0", "0 0 true "}, {"0,-", "0 0 true "}, {"Fri entré", "0 0 true "},
		{"150", "150 150 false "}, {"150,-", "150 150 false "}, {"150 kr", "150 150 false "}, {"kr. 150", "150 150 false "},
		{"kr 1 250,50", "1250.50 1250.50 false "}, {"1.250,-", "1250 1250 false "}, {"1\u00a0700", "1700 1700 false "}, {"99.90", "99.90 99.90 false "},
		{"100-200", "100 200 false "}, {"100–200 kr", "100 200 false "}, {"kr 100 til kr 200", "100 200 false "}, {"0-150", "0 150 false "},
		{"fra 150 kr", "150 - false "}, {"inntil 200", "- 200 false "}, {"400 kr per halvår", "400 400 false half_year"}, {"50,- pr. gang", "50 50 false time"},
		{"200-100", ""}, {"50/100", "- - null "}, {"150,-/75,-", "- - null "}, {"medlemmer 100, andre 200", "- - null "}, {"se nettsiden", ""}, {"-50", ""}, {"99999999", ""},
	}
	for _, tt := range tests {
		p, err := Price(tt.in)
		got := ""
		if err == nil {
			text := func(m *catalog.Money) string {
				if m == nil {
					return "-"
				}
				return m.String()
			}
			free, _ := p.Free.MarshalJSON()
			got = fmt.Sprintf("%s %s %s %s", text(p.Min), text(p.Max), free, p.Unit)
		}
		if got != tt.want || p.Text != strings.TrimSpace(tt.in) {
			t.Errorf("%q: %q, text %q (%v), want %q", tt.in, got, p.Text, err, tt.want)
		}
	}
}

func TestAge(t *testing.T) {
	tests := []struct{ in, want string }{
		{"6-12", "6-12"}, {"6–12 år", "6-12"}, {"6 år til 12 år", "6-12"}, {"6+", "6-"}, {"60 + år", "60-"}, {"fra 6", "6-"}, {"Fra 6 år", "6-"}, {"13 år og oppover", "13-"}, {"over 60", "60-"},
		{"under 18", "-17"}, {"til 12", "-12"}, {"t.o.m. 17 år", "-17"}, {"5.-7. trinn", "10-12"}, {"alle aldre", "0-"},
		{"12", ""}, {"12-6", ""}, {"barn", ""}, {"2014-2015", ""}, {"6-200", ""}, {"13", ""}, {"de minste", ""},
		{"13 år", "«13 år»"}, {"f. 2015", "«f. 2015»"}, {"Barn 8-12", "«Barn 8-12»"}, {"jenter født 2014", "«jenter født 2014»"}, {"7. klasse", "«7. klasse»"},
	}
	for _, tt := range tests {
		a, err := Age(tt.in)
		got := ""
		if err == nil {
			text := func(n *int) string {
				if n == nil {
					return ""
				}
				return fmt.Sprint(*n)
			}
			if got = text(a.Min) + "-" + text(a.Max); a.Text != "" {
				got = "«" + a.Text + "»"
			}
		}
		if got != tt.want {
			t.Errorf("%q: %q (%v), want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestURL(t *testing.T) {
	tests := []struct{ in, base, want string }{
		{"https://eksempel.no/kor", "", "https://eksempel.no/kor"}, {"www.eksempel.no", "", "https://www.eksempel.no"}, {"eksempel.no/kor?a=1", "", "https://eksempel.no/kor?a=1"},
		{"/kor", "https://eksempel.no/liste.csv", "https://eksempel.no/kor"}, {"/kor", "", ""}, {"javascript:alert(1)", "", ""}, {"se Facebook", "", ""}, {"kor", "https://eksempel.no", ""},
	}
	for _, tt := range tests {
		if got, err := URL(tt.in, tt.base); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q: %q (%v), want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestRoleEmail(t *testing.T) {
	for in, want := range map[string]bool{
		"post@eksempel.no": true, "Info@Eksempel.no": true, "kor@eksempel.no": true, "stavernkor@stavernkor.no": true, "pamelding-kurs@eksempel.no": true,
		"kari.nordmann@eksempel.no": false, "kari@eksempel.no": false, "eksempel.no": false, "post@": false, "post@eksempel.no, kari@eksempel.no": false,
	} {
		if _, ok := RoleEmail(in); ok != want {
			t.Errorf("%q: %v", in, ok)
		}
	}
}

// TestSlotAlwaysBeginsOnItsDay tries every first day of two years against slots of each kind.
func TestSlotAlwaysBeginsOnItsDay(t *testing.T) {
	for _, days := range []string{"tirsdag", "man-fre", "siste søndag i måneden", "første og tredje torsdag i måneden", "annenhver lørdag"} {
		w, err := ParseWeekdays(days)
		if err != nil {
			t.Fatal(err)
		}
		for d := catalog.Date(2026, 1, 1); d.Year() < 2028; d = d.AddDate(0, 0, 1) {
			slot := Slot{Weekdays: w, From: 18 * 60, To: 60, First: d, Last: d.AddDate(1, 0, 0), Except: []time.Time{d.AddDate(0, 0, 7)}}
			s, err := slot.Series(oslo)
			if err != nil {
				t.Fatal(days, d, err)
			}
			wait := s.Start.Sub(catalog.LocalTime(oslo, d))
			if !slot.matches(catalog.Date(s.Start.Date())) || wait < 0 || wait > 62*24*time.Hour || s.Start.Hour() != 18 || s.End.Hour() != 1 || s.End.Day() == s.Start.Day() {
				t.Fatalf("%s from %s: %s to %s", days, d.Format(time.DateOnly), s.Start, s.End)
			}
		}
	}
}

func FuzzCells(f *testing.F) {
	for _, s := range []string{"3.12.2026 kl. 18", "man-fre", "kr 1 250,50", "6-12 år", "18-19.30", "siste søndag i måneden", "5.-7. trinn", "kr 5-5-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := Age(s); err == nil && a.Min != nil && a.Max != nil && *a.Min > *a.Max {
			t.Errorf("age %q: %d-%d", s, *a.Min, *a.Max)
		}
		if p, err := Price(s); err == nil && p.Min != nil && p.Max != nil && *p.Min > *p.Max {
			t.Errorf("price %q: %s-%s", s, p.Min, p.Max)
		}
		if c, err := ParseClock(s); err == nil && (c < 0 || c > 1440) {
			t.Errorf("clock %q: %d", s, c)
		}
		if w, err := ParseWeekdays(s); err == nil {
			if len(w.Days) == 0 || len(w.Days) > 7 {
				t.Errorf("weekdays %q: %v", s, w.Days)
			}
			_, _ = Slot{Weekdays: w, From: NoClock, To: NoClock}.Series(oslo)
		}
		_, _ = ParseMoment(s)
		_, _, _ = ParseClocks(s)
	})
}

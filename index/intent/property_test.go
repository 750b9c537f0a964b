package intent_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"fritidshub/index/intent"

	"pgregory.net/rapid"
)

// check is what holds for every text.
func check(t interface{ Errorf(string, ...any) }, r *intent.Reader, c intent.Context, text string) {
	got := r.Read(text, c)
	end := 0
	for _, f := range got.Found {
		if f.Start < end || f.End > len(text) || text[f.Start:f.End] != f.Text || !strings.HasSuffix(f.Text, f.Core) || f.Core == "" {
			t.Errorf("%q: %+v is not of the text, or overlaps", text, f)
			return
		}
		end = f.End
		if len(f.Params) == 0 || slices.ContainsFunc(f.Params, func(p intent.Param) bool { return p.Name == "" || p.Value == "" }) {
			t.Errorf("%q: %+v has no filter", text, f)
		}
		alone := c
		alone.Named = nil
		if again := r.Read(f.Text, alone); params(again.Found) != params([]intent.Found{f}) {
			t.Errorf("%q: %q says %q, alone %q", text, f.Text, params([]intent.Found{f}), params(again.Found))
		}
		less := f.Without(text)
		for _, p := range f.Params {
			if strings.Count(text, f.Core) > 1 {
				continue // it is said twice
			}
			for _, still := range r.Read(less, c).Found {
				if slices.Contains(still.Params, p) && still.Core == f.Core {
					t.Errorf("%q: %q is still there in %q", text, f.Core, less)
				}
			}
		}
	}
	if len(got.Found) == 0 && got.Rest != text {
		t.Errorf("%q: nothing is found, but %q is left", text, got.Rest)
	}
	kept := c
	kept.Keep = func(intent.Found) bool { return true }
	if as := r.Read(text, kept); len(as.Found) != 0 || as.Rest != text {
		t.Errorf("%q: kept as text it is %+v", text, as)
	}
	if utf8.ValidString(text) && !utf8.ValidString(got.Rest) {
		t.Errorf("%q: %q is broken", text, got.Rest)
	}
}

func TestNothing(t *testing.T) {
	r, c := reader(t), context(t, "2026-11-22 12:00")
	for _, text := range []string{"", " ", "–", `""`, strings.Repeat("lørdag ", 400)} {
		if got := r.Read(text, c); len(got.Found) != 0 || got.Rest != text {
			t.Errorf("%.20q: %+v", text, got)
		}
	}
	if got := r.Read("lørdag i Larvik i vinterferien", intent.Context{Now: c.Now}); params(got.Found) != "weekday=sa" {
		t.Errorf("without towns and schools: %+v", got)
	}
}

// TestTexts puts phrases together: none of them adds a filter whose words are not in the text, and what is taken back is gone.
func TestTexts(t *testing.T) {
	r, c := reader(t), context(t, "2026-11-18 12:00")
	var parts []string
	for _, p := range phrases(t) {
		check(t, r, c, p[0])
		parts = append(parts, p[0])
		parts = append(parts, strings.Fields(p[0])...)
	}
	rapid.Check(t, func(t *rapid.T) {
		picked := rapid.SliceOfN(rapid.SampledFrom(parts), 1, 4).Draw(t, "parts")
		check(t, r, c, strings.Join(picked, rapid.SampledFrom([]string{" ", ", ", "-"}).Draw(t, "between")))
	})
}

func FuzzRead(f *testing.F) {
	for _, p := range phrases(f) {
		f.Add(p[0])
	}
	r, c := reader(f), context(f, "2026-11-18 12:00")
	f.Fuzz(func(t *testing.T, text string) { check(t, r, c, text) })
}

func TestDays(t *testing.T) {
	r := reader(t)
	for _, day := range []struct{ now, text, want string }{
		{"2026-11-22 12:00", "i helga", "from=2026-11-22 to=2026-11-22"},
		{"2026-11-22 12:00", "neste helg", "from=2026-11-27T17:00:00+01:00 to=2026-11-29"},
		{"2026-11-22 12:00", "neste uke", "from=2026-11-23 to=2026-11-29"},
		{"2026-11-22 12:00", "denne uka", "from=2026-11-22 to=2026-11-22"},
		{"2026-11-21 12:00", "i helga", "from=2026-11-21 to=2026-11-22"},
		{"2026-11-27 18:30", "i helga", "from=2026-11-27T18:30:00+01:00 to=2026-11-29"},
		{"2026-11-28 18:30", "i helga", "from=2026-11-28 to=2026-11-29"},
		{"2026-11-22 12:00", "neste lørdag formiddag", "from=2026-11-28 to=2026-11-28 time=morning"},
		{"2026-11-22 20:15", "i kveld", "from=2026-11-22T20:15:00+01:00 to=2026-11-22"},
		{"2026-11-22 12:00", "førstkommende søndag", "from=2026-11-22 to=2026-11-22"},
		{"2026-12-31 12:00", "i morgen", "from=2027-01-01 to=2027-01-01"},
		{"2026-12-31 12:00", "neste måned", "from=2027-01-01 to=2027-01-31"},
		{"2027-01-15 12:00", "i vinter", "from=2027-01-15 to=2027-02-28"},
		{"2027-02-24 12:00", "vinterferien", "from=2027-02-24 to=2027-02-28"},
		{"2027-03-27 12:00", "i helga", "from=2027-03-27 to=2027-03-28"},
		{"2027-03-28 12:00", "i kveld", "from=2027-03-28T17:00:00+02:00 to=2027-03-28"},
		{"2027-02-01 12:00", "29. februar", "from=2028-02-29 to=2028-02-29"},
		{"2026-11-22 12:00", "1. november 2026", ""},
	} {
		if got := params(r.Read(day.text, context(t, day.now)).Found); got != day.want {
			t.Errorf("%s, %s: %q, want %q", day.now, day.text, got, day.want)
		}
	}
}

func TestKeep(t *testing.T) {
	r, c := reader(t), context(t, "2026-11-18 12:00")
	c.Keep = func(f intent.Found) bool { return f.Core == "Fredag" }
	got := r.Read("konsert Fredag gratis", c)
	if got.Rest != "konsert Fredag" || params(got.Found) != "free=true" {
		t.Errorf("%+v", got)
	}
}

func BenchmarkRead(b *testing.B) {
	r, c := reader(b), context(b, "2026-11-18 12:00")
	for b.Loop() {
		r.Read("gratis svømming for 8 år i Larvik i helga", c)
	}
}

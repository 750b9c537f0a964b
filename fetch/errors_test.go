package fetch

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRedact(t *testing.T) {
	for raw, want := range map[string]string{
		"https://example.no/a.ics":                              "https://example.no/a.ics",
		"https://ola:hemmelig@example.no/a":                     "https://example.no/a",
		"https://example.no/a?key=hemmelig&x=1#hemmelig":        "https://example.no/a?key=…&x=…",
		"https://example.no/a?hemmelig":                         "https://example.no/a?…",
		"https://example.no/a?":                                 "https://example.no/a",
		"https://example.no/p\u00e5 <b>":                        "https://example.no/p%C3%A5%20%3Cb%3E",
		"https://example.no/?%3Cscript%3E=1":                    "https://example.no/?%3Cscript%3E=…",
		"file:lister/tilbud.csv":                                "file:lister/tilbud.csv",
		"http://[::1/hemmelig":                                  "(ugyldig adresse)",
		"https://example.no/a\x00b":                             "(ugyldig adresse)",
		"https://example.no/?a=hemmelig;b=hemmelig":             "https://example.no/?a=…",
		"https://example.no/?" + strings.Repeat("å", 400) + "=": "",
	} {
		got := Redact(raw)
		if want != "" && got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
		if len(got) > 300 || !utf8.ValidString(got) {
			t.Errorf("%q: %d bytes", raw, len(got))
		}
	}
}

// TestRefusedWithoutKey: who has sent no key is not told to mend it.
func TestRefusedWithoutKey(t *testing.T) {
	for _, status := range []int{401, 403} {
		if with, without := statusMessage("a.example", status, true), statusMessage("a.example", status, false); !strings.Contains(with, "headers") || strings.Contains(without, "headers") {
			t.Errorf("%d: %q and %q", status, with, without)
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("https://ola:hemmelig@example.no/a?key=hemmelig#x")
	f.Add("file:a b?c")
	f.Add("//u:p@h/\xff?%zz=&=")
	f.Fuzz(func(t *testing.T, raw string) {
		got := Redact(raw)
		if len(got) > 300 || !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\n\r\t\x1b") {
			t.Errorf("%q: %q", raw, got)
		}
		if u, err := url.Parse(raw); err == nil && u.User != nil && strings.Contains(got, "@") && !strings.Contains(u.Path+u.RawQuery+u.Host+u.Opaque, "@") {
			t.Errorf("%q: %q", raw, got)
		}
	})
}

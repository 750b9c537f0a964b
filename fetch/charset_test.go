package fetch

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func latin(s string) string {
	out, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

func wide(s string, e unicode.Endianness, b unicode.BOMPolicy) string {
	out, err := unicode.UTF16(e, b).NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

const hall = "Åpen hall på Østre Halsen – 50 kr"

func TestDecode(t *testing.T) {
	xml := func(encoding string) string {
		return `<?xml version="1.0" encoding="` + encoding + `"?><t>` + hall + `</t>`
	}
	page := `<!doctype html><html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head><p>` + hall
	for _, tc := range []struct{ name, body, mediaType, declared, want, charset string }{
		{"plain UTF-8", hall, "text/csv", "", hall, "utf-8"},
		{"ASCII", "abc", "", "", "abc", "utf-8"},
		{"empty", "", "", "", "", "utf-8"},
		{"41 UTF-8 with BOM", "\xEF\xBB\xBF" + hall, "text/csv", "windows-1252", hall, "utf-8"},
		{"BOM, broken letter", "\xEF\xBB\xBFa\xE5b", "text/csv", "", "a\uFFFDb", "utf-8"},
		{"40 UTF-16LE as Excel saves it", wide(hall, unicode.LittleEndian, unicode.UseBOM), "text/csv", "utf-8", hall, "utf-16le"},
		{"UTF-16BE with BOM", wide(hall, unicode.BigEndian, unicode.UseBOM), "text/csv", "", hall, "utf-16be"},
		{"UTF-16LE without BOM", wide(hall, unicode.LittleEndian, unicode.IgnoreBOM), "text/csv", "", hall, "utf-16le"},
		{"UTF-16BE without BOM", wide(hall, unicode.BigEndian, unicode.IgnoreBOM), "text/csv", "", hall, "utf-16be"},
		{"UTF-16 in Ukrainian, declared", wide("Плавання для дітей у Ларвіку", unicode.LittleEndian, unicode.IgnoreBOM), "text/csv", "utf-16le", "Плавання для дітей у Ларвіку", "utf-16le"},
		{"UTF-16 cut within a letter", wide("abcd", unicode.LittleEndian, unicode.UseBOM) + "e", "", "", "abcd\uFFFD", "utf-16le"},
		{"UTF-16 declared, but it is not", "Bowling", "text/csv", "utf-16", "Bowling", "utf-8"},
		{"a few NULs are not UTF-16", "a\x00bcdefghij", "application/json", "", "a\x00bcdefghij", "utf-8"},
		{"38 latin1 declared in the XML", latin(xml("ISO-8859-1")), "application/rss+xml", "", xml("ISO-8859-1"), "windows-1252"},
		{"39 header says latin1, bytes are UTF-8", xml("UTF-8"), "application/rss+xml", "ISO-8859-1", xml("UTF-8"), "utf-8"},
		{"XML says latin1, bytes are UTF-8", xml("ISO-8859-1"), "text/xml", "", xml("ISO-8859-1"), "utf-8"},
		{"latin1 by header", latin(hall), "text/csv", "iso-8859-1", hall, "windows-1252"},
		{"latin1 by nothing", latin(hall), "text/csv", "", hall, "windows-1252"},
		{"header before declaration", latin(xml("utf-8")), "text/xml", "windows-1252", xml("utf-8"), "windows-1252"},
		{"unknown header, good declaration", latin(page), "text/html", "klingon", page, "windows-1252"},
		{"meta in HTML", latin(page), "text/html", "", page, "windows-1252"},
		{"meta in unlabelled HTML", latin(page), "", "", page, "windows-1252"},
		{"ISO-8859-15 by header", "50 \xA4", "text/csv", "iso-8859-15", "50 €", "iso-8859-15"},
		{"IBM850 is not a web encoding", latin(hall), "text/csv", "ibm850", hall, "windows-1252"},
		{"37 invalid bytes in JSON", `{"a":"S` + "\xF8" + `ndag"}`, "application/json", "", `{"a":"S` + "\uFFFD" + `ndag"}`, "utf-8"},
		{"invalid bytes in mostly UTF-8", hall + "\xE5", "text/csv", "", hall + "\uFFFD", "utf-8"},
		{"UTF-8 declared, invalid bytes", "Bl\xE5b\xE6r", "text/csv", "utf-8", "Bl\uFFFDb\uFFFDr", "utf-8"},
		{"replacement is no encoding", latin(hall), "text/csv", "iso-2022-kr", hall, "windows-1252"},
	} {
		text, charset, err := Decode([]byte(tc.body), tc.mediaType, tc.declared)
		if err != nil || text != tc.want || charset != tc.charset {
			t.Errorf("%s: %q as %s, %v", tc.name, text, charset, err)
		}
	}
}

func TestDecodeRefusesWhatIsNoText(t *testing.T) {
	for body, kind := range map[string]string{
		"%PDF-1.7\n": "PDF", "PK\x03\x04....xl/": "Excel", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1": "Excel", "\x1F\x8B\x08\x00": "gzip", "\x89PNG\r\n\x1A\n": "bilde", "\xFF\xFE\x00\x00a\x00\x00\x00": "UTF-32",
	} {
		_, _, err := Decode([]byte(body), "text/csv", "utf-8")
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Step != StepDecode || !strings.Contains(e.Message, kind) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestText(t *testing.T) {
	answers := map[string][]string{
		"/god": {"text/csv; charset=utf-8", hall}, "/lyver": {"text/csv; charset=iso-8859-1", hall}, "/gammel": {"text/csv; charset=iso-8859-1; charset=iso-8859-1", latin(hall)},
		"/feil": {"application/json", "[\"S\xF8ndag\"]"}, "/pdf": {"text/csv", "%PDF-1.4 hemmelig"},
	}
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		withHeaders([]byte(answers[r.URL.Path][1]), "Content-Type", answers[r.URL.Path][0])(w, r)
	})
	c := client(t, Options{})
	for path, want := range map[string]string{"/god": hall, "/lyver": hall, "/gammel": hall, "/feil": "[\"S\uFFFDndag\"]"} {
		r, err := c.Get(context.Background(), Request{URL: url + path})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got, err := r.Text(); err != nil || got != want {
				t.Errorf("%s: %q, %v", path, got, err)
			}
		}
		if wanted := 0; path == "/feil" && len(r.Warnings) != 1 || path != "/feil" && len(r.Warnings) != wanted {
			t.Errorf("%s: warnings %q", path, r.Warnings)
		}
	}
	r, err := c.Get(context.Background(), Request{URL: url + "/pdf?key=hemmelig"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Text()
	if e := failure(t, err); e.Step != StepDecode || !strings.Contains(e.Message, "PDF") {
		t.Errorf("got %#v", e)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{hall, latin(hall), wide(hall, unicode.LittleEndian, unicode.UseBOM), `<?xml version="1.0" encoding="shift_jis"?>`, "\xFF\xFE", "\x1B$B", "{\xFF}"} {
		f.Add([]byte(s), "text/html", "iso-2022-jp")
	}
	f.Fuzz(func(t *testing.T, body []byte, mediaType, declared string) {
		text, charset, err := Decode(body, mediaType, declared)
		if err != nil {
			return
		}
		if !utf8.ValidString(text) || charset == "" || len(text) > 4*len(body)+4 {
			t.Errorf("%d bytes became %d, valid %v, as %q", len(body), len(text), utf8.ValidString(text), charset)
		}
		if again, _, err := Decode([]byte(text), mediaType, "utf-8"); err == nil && utf8.Valid(body) && charset == "utf-8" && again != text && !strings.HasPrefix(text, "\uFEFF") {
			t.Errorf("%q read again is %q", text, again)
		}
	})
}

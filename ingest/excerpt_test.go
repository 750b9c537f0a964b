package ingest

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExcerpt(t *testing.T) {
	for name, c := range map[string]struct{ text, id, title, want string }{
		"an object":           {`{"items":[{"id":7,"title":"Kor"},{"id":8,"title":"Kor & band"}]}`, "8", "Kor & band", `{"id":8,"title":"Kor & band"}`},
		"escaped letters":     {`[{"id":"a","name":"Gr\u00f8nn tur"},{"id":"b","name":"Bl\u00e5 tur"}]`, "b", "Blå tur", `{"id":"b","name":"Bl\u00e5 tur"}`},
		"id and title apart":  {`[{"name":{"nb":"Kor"},"id":"a"},{"name":{"nb":"Kor"},"id":"b"}]`, "b", "Kor", `{"name":{"nb":"Kor"},"id":"b"}`},
		"a brace in a text":   {`[{"id":"a","title":"Kor } og {"},{"id":"b"}]`, "a", "Kor } og {", `{"id":"a","title":"Kor } og {"}`},
		"broken further on":   {`[{"id":"a","title":"Kor"},{"id":`, "a", "Kor", `{"id":"a","title":"Kor"}`},
		"an event":            {"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Kor\r\nEND:VEVENT\r\n", "2", "Kor", "BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Kor\r\nEND:VEVENT"},
		"an item":             {"<rss><item><title>Tur</title></item><item><title>Kor &amp; band</title></item></rss>", "x", "Kor & band", "<item><title>Kor &amp; band</title></item>"},
		"an entry":            {"<feed><entry><id>1</id></entry><entry><id>2</id></entry></feed>", "2", "finnes ikke", "<entry><id>2</id></entry>"},
		"JSON in a page":      {`<html><script>{"name":"Tur"}</script><script type="application/ld+json">{"name":"Kor"}</script><p>Velkommen</p>`, "x", "Kor", `{"name":"Kor"}`},
		"a page":              {"<h1>Program</h1><article><h2>Kor</h2></article>", "x", "Kor", "<h1>Program</h1><article><h2>Kor</h2></article>"},
		"a line":              {"Navn;Sted\nKor;Kvelde\nTur;Lågen\n", "", "Tur", "Tur;Lågen"},
		"nothing":             {`[{"id":"a"}]`, "b", "Kor", ""},
		"an id that is a bit": {`[{"id":"1","title":"Tur"},{"id":"12","title":"Kor"}]`, "1", "Tur", `{"id":"1","title":"Tur"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := excerpt(c.text, c.id, c.title); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	if long, _ := excerpt("<item><title>Kor</title>"+strings.Repeat("ø", 5_000)+"</item>", "", "Kor"); len(long) > maxExcerpt+3 || !utf8.ValidString(long) {
		t.Errorf("%d bytes", len(long))
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add(`{"a":[{"b":"Kor"}]}`, "1", "Kor")
	f.Add("<item>Kor", "", "Kor")
	f.Add("BEGIN:VEVENT\nKor", "x", "Kor")
	f.Fuzz(func(t *testing.T, text, id, title string) {
		if got, _ := excerpt(text, id, title); len(got) > maxExcerpt+3 {
			t.Errorf("%d bytes", len(got))
		}
	})
}

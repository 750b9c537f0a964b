package catalog_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"fritidshub/catalog"
)

// payloads are texts that run something where they are taken for markup.
var payloads = []string{
	`<script>alert(1)</script>`,
	`"><script>alert(1)</script>`,
	`<img src=x onerror=alert(1)>`,
	`<svg onload=alert(1)>`,
	`<svg><script>alert(1)</script></svg>`,
	`<body onload=alert(1)>`,
	`<iframe src="javascript:alert(1)"></iframe>`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe>`,
	`<a href="javascript:alert(1)">Meld deg på</a>`,
	`<a href="java&#x0A;script:alert(1)">Meld deg på</a>`,
	`<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
	`<details open ontoggle=alert(1)>`,
	`<template><script>alert(1)</script> inni</template>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<style>@import 'http://ond.example/x.css';</style>`,
	`<object data="javascript:alert(1)"></object>`,
	`<!--><img src=x onerror=alert(1)>-->`,
	`&lt;script&gt;alert(1)&lt;/script&gt;`,
	`<scr<script>ipt>alert(1)</scr</script>ipt>`,
	"<img src=`x` onerror=alert(1)//",
	`{{constructor.constructor('alert(1)')()}}`,
	`'-alert(1)-'`,
}

// awkward are texts that break what takes bytes for letters.
var awkward = []string{
	"A\u030apen dag", // NFD
	"Kor\x00øving", "\x1b[31mrødt", "a\u0085b", "a\u009bb",
	"Konsert \u202egnillitseb\u202c kl. 18", "\u2066isolert\u2069", "z\u200bw\ufeffs", "sam\u00adarbeid", "tag\U000E0041\U000E007F",
	"می\u200cخواهم", "👩\u200d👧", "שלום עולם", "\u200fעברית", "\xff\xfe Bl\xe5b\xe6r", "\xed\xa0\x80", "a\r\nb\rc\u2028d\ve\ff",
	strings.Repeat("a", 30) + strings.Repeat("\u0301", 70), "H\u0331ello", "\u1e96", "İstanbul", "ſ", "\u0344", "\uFDFA",
}

func TestCleanText(t *testing.T) {
	for _, c := range []struct {
		name, in string
		max      int
		want     string
	}{
		{"white space is folded", "  Åpen \t hall\n\n i\u00a0dag ", 0, "Åpen hall i dag"},
		{"NFD becomes NFC", "A\u030apen ga\u030ard", 0, "Åpen gård"},
		{"NFD over something invisible", "A\u200b\u030apen", 0, "Åpen"},
		{"controls vanish", "Kor\x00\x07øving\x1b[0m\u009b", 0, "Korøving[0m"},
		{"bidi overrides and isolates vanish", "a\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069b", 0, "ab"},
		{"invisible characters vanish", "a\u200b\u2060\u2063\ufeff\u00ad\ufffcb\U000E0001\U000E0061\U000E007F", 0, "ab"},
		{"Arabic and Hebrew stay as they are", "می\u200cخواهم \u200fעברית", 0, "می\u200cخواهم \u200fעברית"},
		{"emoji of several parts stay", "👩\u200d👧 ❤\ufe0f", 0, "👩\u200d👧 ❤\ufe0f"},
		{"invalid bytes are marked", "Bl\xe5b\xe6r", 0, "Bl\ufffdb\ufffdr"},
		{"vertical tab and form feed part words", "a\vb\fc", 0, "a b c"},
		{"exactly as long", "abc", 3, "abc"},
		{"cut at a word", "Fotballtrening for jenter", 17, "Fotballtrening…"},
		{"cut in a word that is too long", strings.Repeat("å", 50), 10, strings.Repeat("å", 9) + "…"},
		{"a space at the end", "abc ", 0, "abc"},
		{"a space at the start", " abc", 0, "abc"},
		{"two spaces", "Åse  Øy", 0, "Åse Øy"},
		{"a soft hyphen among Latin letters", "sam\u00adarbeid", 0, "samarbeid"},
		{"a no-break space", "kl.\u00a018", 0, "kl. 18"},
		{"a Latin letter with a mark of its own", "ŗ\u0301", 0, "ŗ\u0301"},
		{"a last letter before a mark", "ɏa\u030a", 0, "ɏå"},
		{"one character", "abc", 1, "…"},
		{"nothing", " \u200b\n", 5, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := catalog.CleanText(c.in, c.max); got != c.want {
				t.Errorf("CleanText(%q, %d) = %q, want %q", c.in, c.max, got, c.want)
			}
		})
	}
}

func TestCleanLines(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"Windows line ends are one break", "Tirsdag\r\nOnsdag\r\n\r\nTa med sko", "Tirsdag\nOnsdag\n\nTa med sko"},
		{"old Macintosh line ends", "Tirsdag\rOnsdag", "Tirsdag\nOnsdag"},
		{"Unicode line and paragraph separators", "a\u2028b\u2029c\u0085d", "a\nb\nc\nd"},
		{"one blank line at most, none at the ends", "\n\n a \n\n\n\n b\t c \n\n", "a\n\nb c"},
		{"blank lines of invisible characters", "a\n\u200b \u00a0\nb", "a\n\nb"},
		{"nothing", "\r\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := catalog.CleanLines(c.in, 0); got != c.want {
				t.Errorf("CleanLines(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
	if got := catalog.CleanLines("første linje\nandre linje", 15); got != "første linje…" {
		t.Errorf("cut: %q", got)
	}
}

// checkClean fails unless s could have come out of CleanText or CleanLines.
func checkClean(t interface {
	Helper()
	Errorf(string, ...any)
}, what, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("%s: %q is not UTF-8", what, s)
	}
	if !norm.NFC.IsNormalString(s) {
		t.Errorf("%s: %q is not NFC", what, s)
	}
	for _, r := range s {
		switch {
		case r == '\n':
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200B, r == 0xFEFF, r >= 0xE0000 && r <= 0xE007F:
			t.Errorf("%s: %q holds %U", what, s, r)
		}
	}
}

func TestPlainText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"no markup", "Fra 5 år\nTa med sko", "Fra 5 år\nTa med sko"},
		{"entities", "Kunst &amp; h&aring;ndverk &#8211; &laquo;gratis&raquo;&nbsp;", "Kunst & håndverk – «gratis»\u00a0"},
		{"a lone ampersand and signs of comparison", "Mor & barn < 5 år, 7 > 3 <3", "Mor & barn < 5 år, 7 > 3 <3"},
		{"paragraphs", "<p>En</p><p>To</p>", "\n\nEn\n\n\n\nTo\n\n"},
		{"a heading does not stick to its text", "<h2>Om oss</h2>Vi spiller", "\n\nOm oss\n\nVi spiller"},
		{"a list does not stick to what follows", "<ul><li>sko</li><li>drikke</li></ul>Velkommen", "\n\n\n\nsko\n\n\n\ndrikke\n\n\n\nVelkommen"},
		{"breaks", "En<br>to<br/>tre</br>fire", "En\nto\ntre\nfire"},
		{"cells and rows", "<tr><td>Mandag</td><td>18:00</td></tr>", "\n Mandag 18:00"},
		{"scripts and styles vanish", "a<script>if (1<2) x()</script>b<style>p{}</style>c", "abc"},
		{"a script in a template does not end it", "a<template><script>x</script>inni</template>b", "ab"},
		{"comments vanish", "a<!-- b -->c", "ac"},
		{"a tag that never closes", "tekst <a href=\"http", "tekst "},
		{"escaped markup is text", "&lt;b&gt;fet&lt;/b&gt;", "<b>fet</b>"},
		{"upper case tags", "<P>En<BR>to</P>", "\n\nEn\nto\n\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := catalog.PlainText(c.in); got != c.want {
				t.Errorf("PlainText(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

// Every pattern is one that makes a careless reader look at the rest of the text again for each piece. In linear time each takes
// some milliseconds; in quadratic time it would take minutes.
func TestPlainTextIsLinear(t *testing.T) {
	const size = 1 << 20
	for _, piece := range []string{"<", "&", "&a", "<!--", "<p", "<p ", "<a b=\"", "</", "</script", "<script>", "<template>", "<p><", "&#", "&#x", "<![CDATA[", "<a b='<", "<!", "<?", "<p>a</p>", "&amp;", "<textarea>", "</p "} {
		s := strings.Repeat(piece, size/len(piece))
		begin := time.Now()
		got := catalog.PlainText(s)
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("%q over and over: %v for %d bytes", piece, took, len(s))
		}
		if len(got) > 4*len(s) {
			t.Errorf("%q over and over: %d bytes became %d", piece, len(s), len(got))
		}
	}
}

func TestCleanURL(t *testing.T) {
	const base = "https://bolgen.example/program/liste?side=2"
	for _, c := range []struct{ name, ref, base, want string }{ // want "": refused
		{"as it is", "https://bolgen.example/a?b=c#d", "", "https://bolgen.example/a?b=c#d"},
		{"relative to the page", "konsert", base, "https://bolgen.example/program/konsert"},
		{"relative to the host", "/konsert", base, "https://bolgen.example/konsert"},
		{"of the same scheme", "//annen.example/x", base, "https://annen.example/x"},
		{"relative to nothing", "/konsert", "", ""},
		{"a base that is no address", "/konsert", "http://[", ""},
		{"a base that is a file", "/konsert", "file:///srv/kilder/", ""},
		{"Norwegian letters in the path", "https://bolgen.example/høst/ål", "", "https://bolgen.example/h%C3%B8st/%C3%A5l"},
		{"Norwegian letters in the host", "https://Blåbær.example:8443/", "", "https://xn--blbr-roah.example:8443/"},
		{"Norwegian letters in the host, decomposed", "https://bla\u030abær.example/", "", "https://xn--blbr-roah.example/"},
		{"Norwegian letters in the query", "https://a.example/?q=blåbær", "", "https://a.example/?q=bl%C3%A5b%C3%A6r"},
		{"signs in the query that would end an attribute", "https://a.example/?q=\"><script>`{|}", "", "https://a.example/?q=%22%3E%3Cscript%3E%60%7B%7C%7D"},
		{"a space in the path", "https://a.example/en to", "", "https://a.example/en%20to"},
		{"dots in the path", "https://a.example/x/./../y/.", "", "https://a.example/y/"},
		{"white space around", " \n https://a.example/ \t", "", "https://a.example/"},
		{"upper case scheme and host", "HTTPS://A.Example/Sti", "", "https://a.example/Sti"},
		{"user information", "https://bruker:hemmelig@a.example/", "", "https://a.example/"},
		{"tracking parameters", "https://a.example/?utm_source=x&id=7&UTM_Medium=y&fbclid=z&gclid=1&mc_cid=2&mc_eid=3", "", "https://a.example/?id=7"},
		{"nothing but tracking parameters", "https://a.example/?utm_source=x", "", "https://a.example/"},
		{"a zero-width character in the host", "https://a\u200b.example/", "", "https://a.example/"},
		{"longest", "https://a.example/" + strings.Repeat("x", catalog.MaxURL-18), "", "https://a.example/" + strings.Repeat("x", catalog.MaxURL-18)},
		{"too long", "https://a.example/" + strings.Repeat("x", catalog.MaxURL), "", ""},
		{"too long once it is escaped", "https://a.example/" + strings.Repeat("å", 1000), "", ""},
		{"too long once it is resolved", strings.Repeat("x", catalog.MaxURL-10), base, ""},
		{"nothing", "  ", base, ""},
		{"no host", "https:///sti", "", ""},
		{"opaque", "https:a.example", base, ""},
		{"a port alone", "http://:80/", "", ""},
		{"a host that is no host", "https://a<b.example/", "", ""},
		{"a backslash", `https://god.example\@ond.example/`, "", ""},
		{"a line break inside", "https://a.example/\nx", "", ""},
		{"a letter that no host may hold", "https://a\u2024\u0338example/", "", ""},
		{"an address by number", "http://[2001:db8::1]:8080/x", "", "http://[2001:db8::1]:8080/x"},
		{"an address with a zone", "http://[fe80::1%25eth0]/", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := catalog.CleanURL(c.ref, c.base)
			if ok != (c.want != "") || got != c.want {
				t.Errorf("CleanURL(%q, %q) = %q, %v, want %q", c.ref, c.base, got, ok, c.want)
			}
		})
	}
}

var hostileURLs = []string{
	"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
	"javascript\u200b:alert(1)", "javascript://a.example/%0Aalert(1)", "data:text/html,<script>alert(1)</script>", "data:image/svg+xml;base64,PHN2Zz4=",
	"vbscript:msgbox(1)", "file:///etc/passwd", "ftp://a.example/x", "mailto:post@a.example", "tel:+4733171000", "blob:https://a.example/1",
	"about:blank", "view-source:https://a.example/", "ws://a.example/", "intent://a.example#Intent;end", "feed:https://a.example/", "http:", "https://", "://a.example",
}

func TestCleanURLRefusesEveryOtherScheme(t *testing.T) {
	for _, ref := range hostileURLs {
		for _, base := range []string{"", "https://bolgen.example/program"} {
			if got, ok := catalog.CleanURL(ref, base); ok {
				t.Errorf("CleanURL(%q, %q) = %q", ref, base, got)
			}
		}
	}
}

// checkURL fails unless s could have come out of CleanURL.
func checkURL(t interface {
	Helper()
	Errorf(string, ...any)
}, s string) {
	t.Helper()
	u, err := url.Parse(s)
	switch {
	case err != nil:
		t.Errorf("%q: %v", s, err)
		return
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", u.User != nil, len(s) > catalog.MaxURL:
		t.Errorf("%q is not a plain address", s)
	case strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r) }):
		t.Errorf("%q holds what no address may", s)
	}
	if again, ok := catalog.CleanURL(s, "https://annen.example/x"); !ok || again != s {
		t.Errorf("%q the second time is %q, %v", s, again, ok)
	}
}

func FuzzCleanURL(f *testing.F) {
	for _, s := range append(append(append([]string{}, hostileURLs...), payloads...), awkward...) {
		f.Add(s, "https://bolgen.example/program")
		f.Add("https://a.example/"+s+"?"+s+"#"+s, "")
	}
	f.Add("http://0/.", "")
	f.Add("//[::1%25a]:/%zz?%zz#%zz", "http://b.example")
	f.Add("https://a.example/a/../../b//c/./%2e%2e/d", "https://b.example/x/y")
	f.Fuzz(func(t *testing.T, ref, base string) {
		if s, ok := catalog.CleanURL(ref, base); ok {
			checkURL(t, s)
		}
	})
}

func FuzzPlainText(f *testing.F) {
	for _, s := range append(append([]string{}, payloads...), awkward...) {
		f.Add(s)
	}
	f.Add("<p>Kor&shy;øving &#0; &#x110000; &notanentity; &amp</p")
	f.Fuzz(func(t *testing.T, s string) {
		plain := catalog.PlainText(s)
		if !strings.ContainsAny(s, "<&") && plain != s {
			t.Errorf("%q without markup became %q", s, plain)
		}
		if len(plain) > 4*len(s)+8 {
			t.Errorf("%d bytes became %d", len(s), len(plain))
		}
		text, lines := catalog.CleanText(plain, 0), catalog.CleanLines(plain, 0)
		checkClean(t, "CleanText", text)
		checkClean(t, "CleanLines", lines)
		if strings.ContainsAny(text, "\n\t") {
			t.Errorf("CleanText(%q) = %q", plain, text)
		}
		if again := catalog.CleanText(text, 0); again != text {
			t.Errorf("CleanText(%q) the second time is %q", text, again)
		}
		if again := catalog.CleanLines(lines, 0); again != lines {
			t.Errorf("CleanLines(%q) the second time is %q", lines, again)
		}
		if short := catalog.CleanText(plain, 12); utf8.RuneCountInString(short) > 12 {
			t.Errorf("CleanText(%q, 12) = %q", plain, short)
		}
	})
}

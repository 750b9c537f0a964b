package fetch

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Decode turns body into valid UTF-8 without a byte order mark, and names the encoding it read (WHATWG name, lower case).
// The order is that of the WHATWG Encoding Standard with one change, since headers lie more often than bytes do:
// byte order mark, UTF-16 by its pattern of zero bytes, valid UTF-8, declared (the charset of the Content-Type header, "" when
// absent), the XML or HTML declaration, and then UTF-8 for JSON (RFC 8259) and for text that is mostly UTF-8, else windows-1252.
// What the encoding has no letter for becomes U+FFFD. The error, an *Error, says that the bytes are no text at all.
func Decode(body []byte, mediaType, declared string) (text, charset string, err error) {
	if kind := binaryKind(body); kind != "" {
		return "", "", &Error{Step: StepDecode, Message: fmt.Sprintf("Innholdet er %s, ikke tekst. Se etter at url i sources.yaml peker på selve dataene, eller be leverandøren om et tekstformat.", kind)}
	}
	enc, name, body := detect(body, mediaType, declared)
	if enc == nil {
		return strings.ToValidUTF8(string(body), "\uFFFD"), name, nil
	}
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return "", name, &Error{Step: StepDecode, Err: err, Message: fmt.Sprintf("Innholdet kan ikke leses som %s. Be leverandøren sende UTF-8.", name)}
	}
	return string(out), name, nil
}

var (
	utf16le = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	utf16be = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
)

// detect returns a nil encoding for UTF-8, and body without its byte order mark.
func detect(body []byte, mediaType, declared string) (encoding.Encoding, string, []byte) {
	if rest, ok := bytes.CutPrefix(body, []byte("\xEF\xBB\xBF")); ok {
		return nil, "utf-8", rest
	}
	if rest, ok := bytes.CutPrefix(body, []byte("\xFF\xFE")); ok {
		return utf16le, "utf-16le", rest
	}
	if rest, ok := bytes.CutPrefix(body, []byte("\xFE\xFF")); ok {
		return utf16be, "utf-16be", rest
	}
	even, odd := zeros(body)
	switch {
	case odd > 50 && even < 10:
		return utf16le, "utf-16le", body
	case even > 50 && odd < 10:
		return utf16be, "utf-16be", body
	}
	if enc, name := charset.Lookup(declared); strings.HasPrefix(name, "utf-16") && even+odd > 0 {
		return enc, name, body
	}
	if utf8.Valid(body) {
		return nil, "utf-8", body
	}
	for _, label := range []string{declared, declaration(body, mediaType)} {
		switch enc, name := charset.Lookup(label); {
		case enc == nil || name == "replacement" || strings.HasPrefix(name, "utf-16"):
		case name == "utf-8":
			return nil, name, body
		default:
			return enc, name, body
		}
	}
	if isJSON(body) || mostlyUTF8(body) {
		return nil, "utf-8", body
	}
	return charmap.Windows1252, "windows-1252", body
}

// zeros returns the share of zero bytes, in per cent, at even and odd places of the beginning of body.
func zeros(body []byte) (even, odd int) {
	pairs := min(len(body), 512) / 2
	if pairs == 0 {
		return 0, 0
	}
	for i := range pairs {
		if body[2*i] == 0 {
			even++
		}
		if body[2*i+1] == 0 {
			odd++
		}
	}
	return even * 100 / pairs, odd * 100 / pairs
}

var xmlDeclaration = regexp.MustCompile(`^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

// declaration returns the encoding that a document says of itself, "" when it says none.
func declaration(body []byte, mediaType string) string {
	head := body[:min(len(body), 1024)]
	if m := xmlDeclaration.FindSubmatch(head); m != nil {
		return string(m[1])
	}
	if !strings.Contains(mediaType, "html") && !bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")) {
		return ""
	}
	_, name, _ := charset.DetermineEncoding(head, "")
	return name
}

func isJSON(body []byte) bool {
	start := bytes.TrimLeft(body, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

// mostlyUTF8 reports whether at least half of what is not ASCII is well-formed UTF-8 letters; chance makes few of those.
func mostlyUTF8(body []byte) bool {
	good, bad := 0, 0
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		body = body[size:]
	}
	return good > 0 && good >= bad
}

var signatures = []struct{ magic, kind string }{
	{"%PDF-", "en PDF-fil"},
	{"PK\x03\x04", "en ZIP- eller Excel-fil"},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "en eldre Excel- eller Word-fil"},
	{"\x1F\x8B\x08", "en gzip-fil"},
	{"\x89PNG\r\n\x1A\n", "et bilde"},
	{"\xFF\xD8\xFF", "et bilde"},
	{"GIF8", "et bilde"},
	{"\xFF\xFE\x00\x00", "UTF-32"},
	{"\x00\x00\xFE\xFF", "UTF-32"},
}

func binaryKind(body []byte) string {
	for _, s := range signatures {
		if bytes.HasPrefix(body, []byte(s.magic)) {
			return s.kind
		}
	}
	return ""
}

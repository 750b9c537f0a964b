package catalog

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// ID makes a stable id of parts: 20 characters of [0-9a-z], 100 bits of SHA-256.
// The same parts give the same id on every machine and hub.
func ID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return idEncoding.EncodeToString(h.Sum(nil))[:20]
}

// ListingID is the id of the listing that begins with a record: of its origin, so that it is the same on every hub it travels to.
// Hub is the id of this hub, used when the record did not come through a peer.
func ListingID(hub string, r *Record) string {
	if o := r.Origin; o != nil {
		return ID("listing", o.Hub, o.Source, o.NativeID)
	}
	return ID("listing", hub, r.Source, r.NativeID)
}

// MaxID is the longest native id in bytes; a longer one is hashed.
const MaxID = 512

// NativeID gives a source's own id in the form in which it is stored: clean as CleanText makes it, hashed when it is longer than MaxID.
// Doing it twice changes nothing.
func NativeID(s string) string {
	if s = CleanText(s, 0); len(s) > MaxID {
		return "h-" + Hash([]byte(s))
	}
	return s
}

// DerivedID makes a native id for an item whose source has none, of what does not change: usually title, place and first start.
// Case, accents' composition and spacing do not matter.
func DerivedID(parts ...string) string {
	folded := make([]string, len(parts))
	for i, p := range parts {
		folded[i] = cmp.Or(Fold(p), CleanText(p, 0))
	}
	return "x-" + ID(append([]string{"derived"}, folded...)...)
}

// Fold brings a name into the form in which names are compared: lower case, letters and digits with their marks only, words separated
// by one space. A name without any letter or digit gives "". Doing it twice changes nothing.
func Fold(s string) string {
	alphanumeric := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	words := strings.FieldsFunc(norm.NFC.String(strings.ToLower(CleanText(s, 0))), func(r rune) bool {
		return !alphanumeric(r) && !unicode.IsMark(r)
	})
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return !strings.ContainsFunc(w, alphanumeric) }), " ")
}

// OrganizerID identifies an organisation by its number, else by its name; one without either ("–") has none.
func OrganizerID(o *Organizer) string {
	switch {
	case o == nil:
		return ""
	case o.OrgNumber != "":
		return ID("organizer", "orgnr", o.OrgNumber)
	}
	if name := Fold(o.Name); name != "" {
		return ID("organizer", "name", name)
	}
	return ""
}

// PlaceID identifies a place by its name and municipality, or its address when it has no name. What is online has none.
func PlaceID(p *Place) string {
	if p == nil || p.Online {
		return ""
	}
	if name := cmp.Or(Fold(p.Name), Fold(p.Address)); name != "" {
		return ID("place", name, p.Municipality)
	}
	return ""
}

// Hash is the SHA-256 of b in hex, the form in which content is compared.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

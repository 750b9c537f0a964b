package catalog_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"fritidshub/catalog"
)

// The ids are part of every address that anyone has kept: they may never change. The wanted ones were computed by another program.
func TestIDsAreFixedForEver(t *testing.T) {
	r := &catalog.Record{Source: "bolgen", NativeID: "konsert-7"}
	travelled := &catalog.Record{Source: "nabo", NativeID: "x", Origin: &catalog.Origin{Hub: "larvik", Source: "bolgen", NativeID: "konsert-7"}}
	if a, b := catalog.ListingID("larvik", r), catalog.ListingID("sandefjord", travelled); a != b {
		t.Errorf("%s here is %s on another hub", a, b)
	}
	for got, want := range map[string]string{
		catalog.ListingID("larvik", r):                                                                 "2yvwthn7vhjg5z9j4z7b",
		catalog.DerivedID("Åpen hall", "Farrishallen", "2026-12-05"):                                   "x-5799fs3etzx1hytr5289",
		catalog.OrganizerID(&catalog.Organizer{Name: "Larvik Turn & IF"}):                              "wzq5yqe56eemymsnydjh",
		catalog.OrganizerID(&catalog.Organizer{Name: "Larvik Turn", OrgNumber: "999999999"}):           "re53g6hp4hbrp53p0bhj",
		catalog.PlaceID(&catalog.Place{Name: "Farrishallen", Municipality: "3909", Address: "Gata 1"}): "sgx4q54afkbkswc35x7j",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestIDsThatAreNone(t *testing.T) {
	for name, got := range map[string]string{
		"no organizer":           catalog.OrganizerID(nil),
		"an empty organizer":     catalog.OrganizerID(&catalog.Organizer{URL: "https://a.example/"}),
		"a dash for a name":      catalog.OrganizerID(&catalog.Organizer{Name: "–"}),
		"no place":               catalog.PlaceID(nil),
		"a place without a name": catalog.PlaceID(&catalog.Place{Municipality: "3909"}),
		"a dash for a place":     catalog.PlaceID(&catalog.Place{Name: "-", Municipality: "3909"}),
		"online":                 catalog.PlaceID(&catalog.Place{Name: "Teams", Online: true}),
	} {
		if got != "" {
			t.Errorf("%s has the id %s", name, got)
		}
	}
	if a, b := catalog.PlaceID(&catalog.Place{Name: "-", Address: "Storgata 1"}), catalog.PlaceID(&catalog.Place{Address: "Storgata 1"}); a == "" || a != b {
		t.Errorf("a place with a dash for a name is %q, without a name %q", a, b)
	}
}

func TestNativeID(t *testing.T) {
	long := strings.Repeat("å", 300)
	for in, want := range map[string]string{
		" a\u200bb\x00 \n c ":              "ab c",
		strings.Repeat("x", catalog.MaxID): strings.Repeat("x", catalog.MaxID),
		long:                               "h-" + catalog.Hash([]byte(long)),
		"":                                 "",
		"9007199254740993":                 "9007199254740993",
		"e\u0301":                          "é",
	} {
		if got := catalog.NativeID(in); got != want {
			t.Errorf("NativeID(%.40q) = %q, want %q", in, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"  Larvik  Turn & IF ":   "larvik turn if",
		"A\u030apen hall":        "åpen hall",
		"ÅPEN-HALL!":             "åpen hall",
		"H\u0331":                "\u1e96",
		"❤\ufe0f kurs":           "kurs",
		"U15 (gutter) 2026/2027": "u15 gutter 2026 2027",
		"–":                      "",
		"Мистецтво":              "мистецтво",
		"ፊደል ምምሃር":               "ፊደል ምምሃር",
	} {
		if got := catalog.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9-]{20,22}$`)

func TestIDProperties(t *testing.T) {
	words := rapid.OneOf(rapid.String(), rapid.SampledFrom(awkward), rapid.SampledFrom(payloads), rapid.SampledFrom([]string{"Åpen hall", "Blåbærtur", "Kor & dans"}))
	rapid.Check(t, func(t *rapid.T) {
		s, other := words.Draw(t, "s"), words.Draw(t, "other")
		folded := catalog.Fold(s)
		if again := catalog.Fold(folded); again != folded {
			t.Errorf("Fold(%q) = %q, and again %q", s, folded, again)
		}
		clean := catalog.CleanText(s, 0)
		for what, same := range map[string]string{"cleaned": clean, "decomposed": norm.NFD.String(clean), "spaced": "  " + strings.ReplaceAll(clean, " ", " \n\t ") + " "} {
			if got := catalog.Fold(same); got != folded {
				t.Errorf("%q %s folds to %q, not %q", s, what, got, folded)
			}
			if catalog.DerivedID(same, other) != catalog.DerivedID(s, other) {
				t.Errorf("%q %s has another derived id", s, what)
			}
		}
		id := catalog.DerivedID(s, other)
		if !idForm.MatchString(id) {
			t.Errorf("DerivedID = %q", id)
		}
		if folded != catalog.Fold(other) && id == catalog.DerivedID(other, s) {
			t.Errorf("the order of %q and %q does not matter", s, other)
		}
		if native := catalog.NativeID(s); native != catalog.NativeID(native) || len(native) > catalog.MaxID {
			t.Errorf("NativeID(%q) = %q", s, native)
		}
	})
}

func TestPartsOfAnIDDoNotRunTogether(t *testing.T) {
	seen := map[string][]string{}
	for _, parts := range [][]string{{}, {""}, {"", ""}, {"a"}, {"a", ""}, {"", "a"}, {"a", "b"}, {"ab"}, {"a b"}, {"b", "a"}} {
		id := catalog.ID(parts...)
		if len(id) != 20 {
			t.Errorf("ID(%q) = %q", parts, id)
		}
		if was, ok := seen[id]; ok {
			t.Errorf("%q and %q have the same id", was, parts)
		}
		seen[id] = parts
	}
}

package meili

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fritidshub/catalog"
)

// A moment is covered when one of its cells is among those of the occurrence.
func TestCoverage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.OneOf(rapid.Int64Range(-200, 200), rapid.Int64Range(-1<<36, 1<<36), rapid.Map(rapid.Int64Range(0, 60_000), func(n int64) int64 { return 1_700_000_000 + n*900 })).Draw(t, "start")
		length := rapid.OneOf(rapid.Int64Range(0, 100), rapid.Map(rapid.Int64Range(0, 200), func(n int64) int64 { return n * 900 }), rapid.Int64Range(0, 1<<37)).Draw(t, "length")
		cells := coverage(nil, start, start+length)
		if len(cells) > 200 {
			t.Fatalf("%d cells for [%d, %d)", len(cells), start, start+length)
		}
		for _, moment := range []int64{start - 1, start, start + 1, start + length/2, start + length - 1, start + length, start + length + 1} {
			covered := slices.ContainsFunc(cellsAt(moment), func(c string) bool { return slices.Contains(cells, c) })
			if want := start <= moment && moment < start+length; covered != want {
				t.Fatalf("%d in [%d, %d): %v, want %v", moment, start, start+length, covered, want)
			}
		}
	})
	if n := len(coverage(nil, 1_795_453_200, 1_795_453_200+5400)); n > 8 {
		t.Errorf("an evening takes %d cells", n)
	}
}

func TestCells(t *testing.T) {
	for i := 1; i < len(cellSizes); i++ {
		if cellSizes[i]%cellSizes[i-1] != 0 {
			t.Errorf("%d is no multiple of %d", cellSizes[i], cellSizes[i-1])
		}
	}
}

// Encoded values are of letters that Meilisearch leaves alone, fit into a filter, and can be read back.
func FuzzEncode(f *testing.F) {
	for _, v := range []string{"", "nb", "A", `a"b\`, " x ", "æøå", "~61", "sha256-", strings.Repeat("å", 200), strings.Repeat("v", 468), "\xff"} {
		f.Add(v, v+"x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x := encode(a)
		if strings.ToLower(x) != x || strings.ContainsAny(x, "\"'\\ \t\n") || len(x) > 468 || x == "" {
			t.Fatalf("%q is encoded as %q", a, x)
		}
		if got := decode(x); got != a && !strings.HasPrefix(x, hashed) {
			t.Fatalf("%q comes back as %q", a, got)
		}
		if (a == b) != (x == encode(b)) {
			t.Fatalf("%q and %q are both %q", a, b, x)
		}
		if id := documentID(a); strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") != "" || len(id) > 511 {
			t.Fatalf("id %q", id)
		}
	})
}

func TestQuote(t *testing.T) {
	for value, want := range map[string]string{`a`: `"a"`, `a"b`: `"a\"b"`, `a\`: `"a\\"`, `\"`: `"\\\""`} {
		if got := quote(value); got != want {
			t.Errorf("%s is quoted as %s, want %s", value, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	a, b := catalog.Point{Lat: 59.05, Lon: 10.03}, catalog.Point{Lat: 59.13, Lon: 10.22}
	if km := distance(a, b); km < 14 || km > 14.1 {
		t.Errorf("%v km", km)
	}
}

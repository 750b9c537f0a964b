package api

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"
)

var runs = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// What is drawn is the code, square by square, with its margin.
func TestSquares(t *testing.T) {
	for _, address := range []string{"https://aktiviteter.example/", "https://aktiviteter.example/?q=" + strings.Repeat("kor+", 60)} {
		want, err := qr.Encode(address, qr.M)
		if err != nil {
			t.Fatal(err)
		}
		code := squares(address)
		if code.Side != want.Size+8 {
			t.Fatalf("%s: %d squares, want %d and a margin of four on each side", address, code.Side, want.Size)
		}
		black := map[string]bool{}
		for _, m := range runs.FindAllStringSubmatch(code.Path, -1) {
			x, _ := strconv.Atoi(m[1])
			wide, _ := strconv.Atoi(m[3])
			for i := range wide {
				black[fmt.Sprintf("%d %s", x+i, m[2])] = true
			}
		}
		if left := runs.ReplaceAllString(code.Path, ""); left != "" {
			t.Errorf("besides runs there is %q", left)
		}
		for y := -4; y < want.Size+4; y++ {
			for x := -4; x < want.Size+4; x++ {
				if black[fmt.Sprintf("%d %d", x+4, y+4)] != want.Black(x, y) {
					t.Fatalf("%s: square %d, %d", address, x, y)
				}
			}
		}
	}
	if code := squares("https://aktiviteter.example/?q=" + strings.Repeat("kor+", 100)); code.Side != 0 {
		t.Error("an address that nobody can read off paper is drawn")
	}
}

// Codes are kept, and never without bound.
func TestDrawnCodes(t *testing.T) {
	var kept drawnCodes
	for i := range mostCodes + 10 {
		if address := fmt.Sprint("https://a.no/", i%20, strings.Repeat("x", i/20%50)); kept.get(address) != squares(address) {
			t.Fatalf("%s has the code of another", address)
		}
	}
	for i := range mostCodes {
		kept.of[fmt.Sprint(i)] = kept.get("https://a.no/")
	}
	if kept.get("https://b.no/"); len(kept.of) > mostCodes {
		t.Errorf("%d codes are kept", len(kept.of))
	}
}

// Paper leads back to the page that it was printed from.
func TestPaperLeadsBack(t *testing.T) {
	h := newHub(t)
	football := h.store.listings[0].ID
	for path, address := range map[string]string{"/?print=1&kind=event": "https://aktiviteter.example/?kind=event", "/l/" + football: "https://aktiviteter.example/l/" + football} {
		if page := h.get(path, 200); !strings.Contains(page, `d="`+squares(address).Path+`"`) {
			t.Errorf("%s: no code of %s", path, address)
		}
	}
	if page := h.get("/?print=1&q="+strings.Repeat("kor+", 45)+"&organizer=turn&organizer=korps&organizer=speidere&place="+strings.Repeat("a", 120)+"&place="+strings.Repeat("b", 120), 200); strings.Contains(page, "<svg") {
		t.Error("an address without end is drawn")
	}
}

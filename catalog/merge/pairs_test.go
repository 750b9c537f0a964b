package merge_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fritidshub/catalog/merge"
)

// TestPairs compares the titles of testdata/pairs*.txt as two sources list them at the same hour and place. None that is two things is taken for
// one, and most that are one are found.
func TestPairs(t *testing.T) {
	zone := oslo(t)
	for _, name := range []string{"pairs.txt", "pairs_more.txt", "pairs_fresh.txt", "pairs_last.txt"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		right, wrong, wanted := 0, 0, 0
		for text := range strings.Lines(string(b)) {
			part := strings.Split(strings.TrimSpace(text), "|")
			if len(part) < 3 {
				continue
			}
			x, y := pair(part[1:])
			a, b := x.record(t, zone), y.record(t, zone)
			c, d := describe(zone, &a), describe(zone, &b)
			same := len(merge.Groups([]*merge.Item{c, d}, nil)) == 1
			want := strings.HasPrefix(text, "=")
			if want {
				wanted++
			}
			switch {
			case same && want:
				right++
			case same && strings.HasPrefix(text, "#"):
				wrong++
			}
			if same != want && !strings.HasPrefix(text, "~") {
				v := merge.Compare(c, d)
				t.Logf("%s: one %v: %.1f, apart %v: %s", strings.TrimSpace(text), same, v.Score, v.Apart, v.Text())
			}
		}
		t.Logf("%s: %d of %d found, %d wrong", name, right, wanted, wrong)
		if wrong > 0 || right*10 < wanted*8 {
			t.Errorf("%s: want 80 %% of those that are one, and none that is two", name)
		}
	}
}

// TestPairsBothWays: it does not matter which record comes first, whatever the two are called.
func TestPairsBothWays(t *testing.T) {
	zone := oslo(t)
	b, err := os.ReadFile("testdata/pairs.txt")
	if err != nil {
		t.Fatal(err)
	}
	var items []*merge.Item
	for text := range strings.Lines(string(b)) {
		if part := strings.Split(strings.TrimSpace(text), "|"); len(part) >= 3 {
			x, y := pair(part[1:])
			x.ID, y.ID = part[1], part[2]
			a, b := x.record(t, zone), y.record(t, zone)
			items = append(items, describe(zone, &a), describe(zone, &b))
		}
	}
	for i, a := range items {
		for _, b := range items[i+1:] {
			if x, y := merge.Compare(a, b), merge.Compare(b, a); x.Same != y.Same || x.Apart != y.Apart || x.Text() != y.Text() {
				t.Errorf("%v and %v: %s; the other way %s", a.Ref, b.Ref, x.Text(), y.Text())
			}
		}
	}
}

// TestNoChain: what has the general name alone does not join what has it with something that tells them apart.
func TestNoChain(t *testing.T) {
	zone := oslo(t)
	for _, titles := range []string{"Norskkurs|Norskkurs A1|Norskkurs A2", "Filmklubb|Filmklubb: Parasitt|Filmklubb: Oppenheimer", "Svømming|Svømming for barn|Svømming for voksne",
		"Konsert|Konsert med Ravi|Konsert med Kvelertak", "Julemarked|Frivillige til julemarked|Selg på julemarkedet"} {
		var items []*merge.Item
		for i, title := range strings.Split(titles, "|") {
			l, _ := pair([]string{title, title})
			l.Source, l.Title = string(rune('a'+i)), title
			r := l.record(t, zone)
			items = append(items, describe(zone, &r))
		}
		for _, g := range merge.Groups(items, nil) {
			if slices.Contains(g.Items, items[1]) && slices.Contains(g.Items, items[2]) {
				t.Errorf("%s: %d are one", titles, len(g.Items))
			}
		}
	}
}

// pair makes the two lines of a pair: two titles, and what else is said of them.
func pair(part []string) (a, b line) {
	a = line{Source: "a", ID: "1", Place: "Munken aktivitetshus", Start: "2027-02-02T18:00", Minutes: 90}
	more := ""
	if len(part) > 2 {
		more = part[2]
	}
	if _, place, ok := strings.Cut(more, "@"); ok {
		a.Place = place
	}
	if strings.Contains(more, "org") {
		a.Org = "Munkens venner"
	}
	if strings.Contains(more, "weekly") {
		a.Weekly = "2027-05-25"
	}
	b = a
	b.Source, a.Title, b.Title = "b", strings.TrimSpace(part[0]), strings.TrimSpace(part[1])
	for word := range strings.FieldsSeq(more) {
		if x, y, ok := strings.Cut(word, ","); ok {
			a.Kind, b.Kind = x, y
		}
	}
	return a, b
}

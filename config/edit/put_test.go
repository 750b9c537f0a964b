package edit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const list = `# Det laget fører selv
listings:
  - id: kor
    title: Kor for alle   # ikke endre navnet
    postal_code: 3282
    lat: 59.10
    contact: {email: post@kor.example, phone: "33 00 00 00"}
    weekly:
      # vårsemesteret
      - weekdays: tirsdag
        from: 18:00
        except: [2026-10-05]
      - weekdays: torsdag
        from: 19:00
    description: |
      Sang.

      Kom som du er.
  - id: dans
    title: Dans
`

func TestPut(t *testing.T) {
	at := []any{"listings", 0}
	for _, c := range []struct {
		name     string
		fields   Fields
		old, new string // the only place that differs
	}{
		{"what it says already", Fields{{"lat", 59.1}, {"title", "Kor for alle"}, {"postal_code", "3282"}, {"contact", Fields{{"email", "post@kor.example"}}}, {"weekly", Rows{{{"weekdays", "tirsdag"}, {"from", "18:00"}}}},
			{"description", "Sang.\n\nKom som du er."}, {"price", nil}, {"dates", Rows{{{"start", ""}}}}}, "", ""},
		{"a text, with its comment", Fields{{"title", "Kor"}}, "Kor for alle ", "Kor "},
		{"a new key", Fields{{"year", 2026}}, "Kom som du er.\n", "Kom som du er.\n    year: 2026\n"},
		{"a key away", Fields{{"postal_code", ""}}, "    postal_code: 3282\n", ""},
		{"a key in brackets", Fields{{"contact", Fields{{"phone", "33 11 11 11"}}}}, "33 00 00 00", "33 11 11 11"},
		{"a part away", Fields{{"contact", Fields{{"email", ""}, {"phone", ""}}}}, "    contact: {email: post@kor.example, phone: \"33 00 00 00\"}\n", ""},
		{"in one row", Fields{{"weekly", Rows{{{"from", "18:30"}}, {{"from", "19:00"}}}}}, "from: 18:00", `from: "18:30"`},
		{"a row away", Fields{{"weekly", Rows{{{"from", "18:00"}}, {{"weekdays", ""}, {"from", ""}}}}}, "      - weekdays: torsdag\n        from: 19:00\n", ""},
		{"a row more", Fields{{"weekly", Rows{{{"from", "18:00"}}, {{"from", "19:00"}}, {}, {{"weekdays", "søndag"}, {"to", "12:00"}}}}},
			"from: 19:00\n", "from: 19:00\n      - weekdays: søndag\n        to: \"12:00\"\n"},
		{"first rows", Fields{{"dates", Rows{{{"start", "2026-12-03"}, {"end", ""}}, {{"start", "2026-12-04"}}}}}, "Kom som du er.\n",
			"Kom som du er.\n    dates: [{start: \"2026-12-03\"}, {start: \"2026-12-04\"}]\n"},
		{"several lines", Fields{{"description", "Dans.\n\nTa med sko: gode."}}, "|\n      Sang.\n\n      Kom som du er.", "|-\n      Dans.\n\n      Ta med sko: gode."},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Open([]byte(list))
			if err == nil {
				err = d.Put(c.fields, at...)
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.old != "" && strings.Count(list, c.old) != 1 {
				t.Fatalf("%q stands %d times in the text", c.old, strings.Count(list, c.old))
			}
			if diff := cmp.Diff(strings.Replace(list, c.old, c.new, 1), string(d.Text())); diff != "" {
				t.Error(diff)
			}
		})
	}
	d, err := Open([]byte("listings:\n  - id: a\n    offers: [{name: Voksen, price: 100}, {name: Barn}]\n"))
	if err == nil {
		err = d.Put(Fields{{"offers", Rows{{{"price", "120"}}, {}, {{"name", "Student"}}}}}, at...)
	}
	if want := "listings:\n  - id: a\n    offers: [{name: Voksen, price: \"120\"}, {name: Student}]\n"; err != nil || string(d.Text()) != want {
		t.Errorf("rows in brackets: %v\n%s", err, d.Text())
	}
}

// TestItem: what is written as an item is read back as what it was.
func TestItem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Filter(func(s string) bool { return s != "" })
		fields := Fields{{"id", "a"}, {text.Draw(t, "key") + "!", text.Draw(t, "value")}, {"lines", text.Draw(t, "one") + "\n" + text.Draw(t, "two")},
			{"list", []string{text.Draw(t, "item")}}, {"part", Fields{{"k", text.Draw(t, "part")}}}, {"rows", Rows{{{"r", text.Draw(t, "row")}}}}, {"lat", 59.05}}
		item, err := Item(fields)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseList(item)
		if err != nil {
			t.Fatalf("%v:\n%s", err, item)
		}
		flow, err := encode(fields)
		if err != nil {
			t.Fatal(err)
		}
		want, err := parseValue(flow)
		if err != nil {
			t.Fatal(err)
		}
		if !same(got[0], want) {
			t.Errorf("%s reads as %v, not %v", item, got[0], want)
		}
	})
}

// TestPutSaysWhatItWasTold: whatever is put in an entry is said there afterwards, and nothing else of the file says anything else.
func TestPutSaysWhatItWasTold(t *testing.T) {
	text := rapid.OneOf(rapid.Just(""), rapid.String(), rapid.SampledFrom([]string{"ja", "3282", "18:00", "a\nb", "# nei", "- x", "null"}))
	rapid.Check(t, func(t *rapid.T) {
		d, err := Open([]byte(list))
		if err != nil {
			t.Fatal(err)
		}
		before, err := meaning(d.root)
		if err != nil {
			t.Fatal(err)
		}
		put := map[string]string{}
		var fields Fields
		for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"title", "postal_code", "description", "price", "when"}), 0, 5, rapid.ID).Draw(t, "keys") {
			put[key] = text.Draw(t, key)
			fields = append(fields, Field{key, put[key]})
		}
		var rows Rows
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			rows = append(rows, Fields{{"weekdays", text.Draw(t, "weekdays")}, {"to", text.Draw(t, "to")}})
		}
		if len(rows) > 0 {
			fields = append(fields, Field{"weekly", rows})
		}
		if err := d.Put(fields, "listings", 0); err != nil {
			t.Fatalf("%v: %v", fields, err)
		}
		after, err := Open(d.Text())
		if err != nil {
			t.Fatal(err)
		}
		for key, want := range put {
			got := ""
			if _, v := member(after.find([]any{"listings", 0}), key); v != nil {
				got = v.Value
			}
			if got != want && strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
				t.Errorf("%s is %q, not %q", key, got, want)
			}
		}
		n := 0
		for i, row := range rows {
			if row.empty() {
				continue
			}
			_, v := member(after.find([]any{"listings", 0, "weekly", n}), "weekdays")
			if want := row[0].Value.(string); v == nil && want != "" || v != nil && v.Value != want {
				t.Errorf("row %d says %v, not %q", i, v, want)
			}
			n++
		}
		now, err := meaning(after.root)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range [][]any{{"listings", 1}} {
			if a, b := at(before, path), at(now, path); !same(a, b) {
				t.Errorf("%v says %v, not %v", path, b, a)
			}
		}
	})
}

// at is what the place of a path says.
func at(v any, path []any) (found any) {
	change(v, path, func(old any) (any, error) { found = old; return old, nil })
	return found
}

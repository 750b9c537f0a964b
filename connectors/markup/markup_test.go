package markup

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRepair(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,}`:                                     `{"a":1}`,
		`[1,2,,3,]`:                                    `[1,2,3]`,
		`[,1]`:                                         `[1]`,
		`{"a":1;"b":2}`:                                `{"a":1,"b":2}`,
		`<!-- {"a":1} -->`:                             `{"a":1}`,
		"//<![CDATA[\n{\"a\":1}\n//]]>":                `{"a":1}`,
		`/* <![CDATA[ */{"a":1}/* ]]> */`:              `{"a":1}`,
		`<![CDATA[{"a":1}]]>`:                          `{"a":1}`,
		`{&quot;a&quot;:&quot;b &amp; c&quot;}`:        `{"a":"b & c"}`,
		"{\"a\":\"to\nlinjer\tog \x0bmer\"}":           `{"a":"to\nlinjer og mer"}`,
		`{"a":"d\'accord \q \u00e5 \\"}`:               `{"a":"d'accord q å \\"}`,
		`{"a":"\u12"}`:                                 `{"a":"u12"}`,
		`{"a":1 /* b */, // c` + "\n" + `}`:            `{"a":1}`,
		`{"a":"// ikke /* en */ <!-- kommentar -->"};`: `{"a":"// ikke /* en */ <!-- kommentar -->"}`,
	} {
		var got, expected any
		if err := json.Unmarshal([]byte(repair(in)), &got); err != nil {
			t.Errorf("repair(%q) = %q: %v", in, repair(in), err)
			continue
		}
		if err := json.Unmarshal([]byte(want), &expected); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Errorf("repair(%q): -want +got\n%s", in, diff)
		}
	}
	for _, cut := range []string{`{"a":1`, `{"a":"b`, `[{"a":1},{"b"`, `{"a"`} {
		if _, err := decodeJSON(repair(cut)); err == nil {
			t.Errorf("%q is cut and must stay broken, got %q", cut, repair(cut))
		}
	}
}

// TestRepairKeepsGoodJSON: whatever is good JSON says the same after a repair.
func TestRepairKeepsGoodJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zæøå"\\/<>&;,{}\[\] \n\t!*-]{0,30}`)
		var value func(depth int) any
		value = func(depth int) any {
			kind := rapid.IntRange(0, 4).Draw(t, "kind")
			switch {
			case kind == 0 && depth < 4:
				list := []any{}
				for range rapid.IntRange(0, 3).Draw(t, "length") {
					list = append(list, value(depth+1))
				}
				return list
			case kind == 1 && depth < 4:
				m := map[string]any{}
				for range rapid.IntRange(0, 3).Draw(t, "length") {
					m[text.Draw(t, "key")] = value(depth + 1)
				}
				return m
			case kind == 2:
				return rapid.Float64Range(-1e6, 1e6).Draw(t, "number")
			case kind == 3:
				return rapid.SampledFrom([]any{true, false, nil}).Draw(t, "word")
			}
			return text.Draw(t, "text")
		}
		want := map[string]any{"x": value(0)}
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal([]byte(repair(string(b))), &got); err != nil {
			t.Fatalf("%s became %s: %v", b, repair(string(b)), err)
		}
		if diff := cmp.Diff(any(want), got); diff != "" {
			t.Fatalf("%s became %s:\n%s", b, repair(string(b)), diff)
		}
	})
}

func TestAge(t *testing.T) {
	show := func(s string) string {
		a := age(&Node{Props: map[string][]any{"typicalAgeRange": {s}}})
		b, _ := json.Marshal(a)
		return string(b)
	}
	for in, want := range map[string]string{
		"6-12": `{"min":6,"max":12}`, "6–12 år": `{"min":6,"max":12}`, "6+": `{"min":6}`, "16 - ": `{"min":16}`, "-12": `{"max":12}`,
		"0-99": `{"min":0,"max":99}`, "18": "null", "12-6": "null", "alle": "null", "6+12": "null", "": "null", "6-200": `{"min":6}`,
	} {
		if got := show(in); got != want {
			t.Errorf("age %q = %s, want %s", in, got, want)
		}
	}
}

// FuzzReadHTML looks for pages that crash a reader, and for records without what every record has.
func FuzzReadHTML(f *testing.F) {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(`<div itemscope itemtype="https://schema.org/Event" itemref=x><p itemprop=name>a</p></div><p id=x itemprop="startDate">2026-12-03</p>`)
	f.Add(`<div class="h-event"><span class="dt-start"><b class=value>2026-12-03</b> <b class=value>18:00</b></span><p class="p-location h-adr p-name">x`)
	f.Add(`<script type="application/ld+json">{"@type":"Event","eventSchedule":{"byDay":"Monday","startDate":"2026-12-03","exceptDate":["2026-12-14"]},"offers":[{"price":"1 250,50"}]},</script>`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range ReadHTML(text, "https://kilde.example/", "nb").Events {
			r, notes, reject := e.Record(Context{Zone: zone})
			if reject == nil && (r.Title == "" || r.NativeID == "" || !r.Kind.Valid() || !r.Status.Valid()) {
				t.Errorf("%q gives %+v", text, r)
			}
			for _, n := range notes {
				if strings.TrimSpace(n.Text) == "" {
					t.Errorf("%q gives an empty note", text)
				}
			}
		}
	})
}

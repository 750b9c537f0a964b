package activitystreams

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors"
)

const everyone = `"to":"https://www.w3.org/ns/activitystreams#Public"`

func reader(t testing.TB) *Reader {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return &Reader{Source: connectors.Source{ID: "k", Zone: zone}}
}

// TestParse finds events wherever they are.
func TestParse(t *testing.T) {
	const event = `{"type":"Event","name":"Kor","startTime":"2026-12-03T18:00:00Z"}`
	for _, tt := range []struct{ in, want string }{
		{event, `1 events, 0 places, 0 gone, 0 bad, 0 links, 0 others, next ""`},
		{`{"type":["Event","as:Thing"],"name":"Kor"}`, `1 events, 0 places, 0 gone, 0 bad, 0 links, 0 others, next ""`},
		{`{"type":"Create","object":` + event + `}`, `1 events, 0 places, 0 gone, 0 bad, 0 links, 0 others, next ""`},
		{`[` + event + `,{"type":"Note","content":"Hei"},{"type":"Note","startTime":"2026-12-03"},{"type":"Place"},"https://a.example/1",3]`, `2 events, 1 places, 0 gone, 1 bad, 1 links, 1 others, next ""`},
		{`{"type":"OrderedCollection","totalItems":3,"first":{"type":"OrderedCollectionPage","orderedItems":[` + event + `],"next":"side2"}}`, `1 events, 0 places, 0 gone, 0 bad, 0 links, 0 others, next "side2"`},
		{`{"type":"OrderedCollection","first":"side1"}`, `0 events, 0 places, 0 gone, 0 bad, 0 links, 0 others, next "side1"`},
		{`{"type":"CollectionPage","items":[{"type":"Delete","object":"https://a.example/1"},{"type":"Tombstone","id":"x"}]}`, `0 events, 0 places, 2 gone, 0 bad, 0 links, 0 others, next ""`},
		{`{"type":"OrderedCollection","orderedItems":[]}`, `0 events, 0 places, 0 gone, 0 bad, 0 links, 0 others, next ""`},
		{`{"type":"Note"}`, "error"}, {`[{"type":"Note"}]`, "error"}, {`{}`, "error"}, {`[1`, "error"}, {`"x"`, "error"}, {``, "error"}, {`{"type":"Event"} x`, "error"},
		{`[` + strings.Repeat(`1,`, mostOnPage) + `1]`, "error"},
	} {
		d, err := Parse("mobilizon", tt.in, "https://a.example/")
		got := "error"
		if err == nil {
			got = fmt.Sprintf("%d events, %d places, %d gone, %d bad, %d links, %d others, next %q", len(d.Events), len(d.Places), len(d.Gone), len(d.Bad), d.Links, d.Others, d.Next)
		}
		if got != tt.want {
			t.Errorf("%.80s: %s (%v), want %s", tt.in, got, err, tt.want)
		}
	}
}

// TestOrganizer: a person is never an organizer, and no name of one is kept.
func TestOrganizer(t *testing.T) {
	c := reader(t)
	c.Groups = map[string]Actor{"https://a.example/@kor": {ID: "https://a.example/@kor", Group: true, Name: "Prøvekoret"}}
	for in, want := range map[string]string{
		`"https://a.example/@kari"`:                                                              "",
		`"https://a.example/@kor"`:                                                               "Prøvekoret",
		`{"type":"Person","id":"https://a.example/@kari","name":"Kari"}`:                         "",
		`{"type":"Application","name":"Kalender"}`:                                               "",
		`{"type":"Group","name":"Turgruppa"}`:                                                    "Turgruppa",
		`[{"type":"Person","name":"Kari"},{"type":["Organization"],"name":"Laget <b>vårt</b>"}]`: "Laget vårt",
		`null`: "", `7`: "",
	} {
		d, err := Parse("mobilizon", `{"type":"Event","name":"Kor","startTime":"2026-12-03T18:00:00Z","attributedTo":`+in+`}`, "")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(fmt.Sprintf("%+v", d.Events[0]), "Kari") {
			t.Errorf("%s: the name of a person is kept", in)
		}
		r, _, _, err := c.Record(&d.Events[0], "https://a.example/")
		got := ""
		if r.Organizer != nil {
			got = r.Organizer.Name
		}
		if err != nil || got != want {
			t.Errorf("%s: %q, want %q, error %v", in, got, want, err)
		}
	}
}

// TestPlace holds what is read of the ways in which a place is given.
func TestPlace(t *testing.T) {
	for in, want := range map[string]string{
		`{"type":"Place","name":"Bølgen"}`: `{"name":"Bølgen"}`,
		`"Bølgen"`:                         `{"name":"Bølgen"}`,
		`"https://a.example/p/1"`:          `null`,
		`null`:                             `null`,
		`{"type":"Place","id":"x"}`:        `null`,
		`{"type":"Place","name":"Torget","address":"Torget"}`: `{"name":"Torget"}`,
		`{"type":"Place","name":"Torget","address":{"type":"PostalAddress","streetAddress":"Torget 1","postalCode":"3256","addressLocality":"Larvik"}}`: `{"name":"Torget","address":"Torget 1","postal_code":"3256","locality":"Larvik"}`,
		`{"type":"Place","name":"Rom","address":{"type":"VirtualLocation","url":"https://m.example"}}`:                                                  `{"online":true}`,
		`{"type":"VirtualLocation","name":"Rom"}`:                                                `{"online":true}`,
		`[{"type":"Place","name":"Rom","address":{"type":"VirtualLocation"}},{"name":"Torget"}]`: `{"name":"Torget"}`,
		`{"type":"Place","name":"ONLINE","address":""}`:                                          `{"online":true}`,
		`{"type":"Place","name":"Hula","latitude":"59,05","longitude":10.03}`:                    `{"name":"Hula","geo":{"lat":59.05,"lon":10.03}}`,
		`{"type":"Place","name":"Hula","latitude":0,"longitude":0}`:                              `{"name":"Hula"}`,
	} {
		d, err := Parse("mobilizon", `{"type":"Event","name":"Kor","startTime":"2026-12-03T18:00:00Z","location":`+in+`}`, "")
		if err != nil {
			t.Fatal(err)
		}
		r, _, _, err := reader(t).Record(&d.Events[0], "")
		got, _ := json.Marshal(r.Place)
		if err != nil || string(got) != want {
			t.Errorf("%s: %s, want %s, error %v", in, got, want, err)
		}
	}
}

// TestHostileLists: lists without end inside one event cost no more than the answer itself.
func TestHostileLists(t *testing.T) {
	for _, name := range []string{"tag", "attachment", "location", "attributedTo", "url", "to", "type"} {
		in := `{"type":"Event","name":"Kor",` + fmt.Sprintf("%q", name) + `:[` + strings.Repeat(`{},`, 500_000) + `{}]}`
		if name == "type" {
			in = `{"type":["Event",` + strings.Repeat(`"x",`, 500_000) + `"x"]}`
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d, err := Parse("mobilizon", in, "")
		runtime.ReadMemStats(&after)
		if made := (after.TotalAlloc - before.TotalAlloc) >> 20; err != nil || len(d.Events) != 1 || made > 40 {
			t.Errorf("%s: %d MiB, error %v", name, made, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{"type":"OrderedCollection","totalItems":"3","first":{"type":"OrderedCollectionPage","orderedItems":[{"type":"Create","object":{"type":"Event","id":"https://a.example/1","name":"Kor","startTime":"2026-12-03T18:00:00+01:00","endTime":"2026-12-03","timezone":"Europe/Oslo",` + everyone + `}}],"next":"side2"}}`,
		`[{"type":"Place","name":"Bølgen","address":"Sanden 2","latitude":"59,1","longitude":10}, "x", null, [], {"type":"Delete","object":{"id":"x"}}]`,
		`{"type":"Event","name":{"nb":"x"},"url":[{"type":"Link","href":"/1","mediaType":"text/html"}],"attributedTo":[{"type":"Group","name":"Laget"}],"status":"CANCELLED","tag":{"name":"#kor"},"attachment":{"type":"Image","url":"/b.jpg"},"isOnline":true}`,
	} {
		f.Add(s)
	}
	c := reader(f)
	f.Fuzz(func(t *testing.T, in string) {
		d, err := Parse("mobilizon", in, "https://a.example/")
		if err != nil {
			return
		}
		for i := range d.Events {
			r, _, _, err := c.Record(&d.Events[i], "https://a.example/")
			if err != nil {
				continue
			}
			if r.Title == "" || r.NativeID == "" || len(r.Schedule.Dates) != 1 || r.URL != "" && !strings.HasPrefix(r.URL, "http") {
				t.Errorf("%+v", r)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%+v: %v", r, err)
			}
		}
		places := *c
		places.Source.Kind = catalog.KindFacility
		for i := range d.Places {
			if r, _, err := places.PlaceRecord(&d.Places[i], ""); err == nil && (r.Title == "" || r.NativeID == "") {
				t.Errorf("%+v", r)
			}
		}
	})
}

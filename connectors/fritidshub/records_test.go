package fritidshub

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
)

// passed is an item of a feed of records; change edits it before it is written.
func passed(n int, change func(item, origin, record map[string]any)) string {
	native := fmt.Sprintf("aktivitet-%d", n)
	origin := map[string]any{"hub": "sandefjord", "source": "idrettslag", "native_id": native, "licence": "CC-BY-4.0"}
	record := map[string]any{"kind": "activity", "title": fmt.Sprintf("Trening %d", n), "summary": "Ta med drikke."}
	data := map[string]any{"hub": "sandefjord", "origin": origin, "record": record}
	item := map[string]any{"state": "updated", "kind": "record", "id": catalog.ID("listing", "sandefjord", "idrettslag", native), "modified": n, "data": data}
	if change != nil {
		change(item, origin, record)
	}
	text, err := json.Marshal(item)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// records is a peer with n records in pages of 10.
func records(feed string, n int, asked *int, change func(n int) func(item, origin, record map[string]any)) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		*asked++
		u, err := url.Parse(address)
		if err != nil || u.Path != "/rpde/records" {
			return nil, "", false
		}
		after, _ := strconv.Atoi(u.Query().Get("afterChangeNumber"))
		var items []string
		for id := after + 1; id <= min(after+10, n); id++ {
			var f func(item, origin, record map[string]any)
			if change != nil {
				f = change(id)
			}
			items = append(items, passed(id, f))
		}
		return fmt.Appendf(nil, `{"next":"%s/rpde/records?afterChangeNumber=%d","items":[%s],"license":"","feed":%q}`, base, after+len(items), strings.Join(items, ","), feed), "application/json", true
	}
}

// TestRecords: a feed is read in chunks, then from where it ended, and from the top when it is another one.
func TestRecords(t *testing.T) {
	asked, c := 0, connectortest.At(t, base, "")
	pull := func(feed string, n int) connectortest.Result {
		t.Helper()
		got, err := connectortest.Pull(t, Kind, c, records(feed, n, &asked, nil))
		if err != nil || len(got.Rejects) > 0 {
			t.Fatal(err, got.Rejects)
		}
		c.State = got.State
		return got
	}
	first := pull("a", chunkPages*10+15)
	if len(first.Records) != chunkPages*10 || first.Complete {
		t.Errorf("the first chunk: %d records, complete %v", len(first.Records), first.Complete)
	}
	r := first.Records[0]
	if r.Origin == nil || r.NativeID != catalog.ListingID("larvik", &r) || len(r.Origin.Via) > 0 {
		t.Errorf("%+v, %+v", r, r.Origin)
	}
	if got := pull("a", chunkPages*10+15); len(got.Records) != 15 || !got.Complete {
		t.Errorf("the rest: %d records, complete %v", len(got.Records), got.Complete)
	}
	before := asked
	if got := pull("a", chunkPages*10+15); len(got.Records) != 0 || !got.Complete || !got.Unchanged || asked != before+1 {
		t.Errorf("nothing new: %+v, %d requests", got, asked-before)
	}
	if got := pull("a", chunkPages*10+17); len(got.Records) != 2 || !got.Complete || got.Unchanged {
		t.Errorf("two changes: %d records", len(got.Records))
	}
	if got := pull("b", 12); len(got.Records) != 12 || !got.Complete {
		t.Errorf("another feed: %d records, complete %v", len(got.Records), got.Complete)
	} else if want := []string{base + "/rpde/records", base + "/rpde/records?afterChangeNumber=10", base + "/rpde/records?afterChangeNumber=12"}; !slices.Equal(got.Fresh, want) {
		t.Errorf("of another feed, what caches hold would do except for %q", got.Fresh)
	}
	if got := pull("b", 12); len(got.Fresh) > 0 {
		t.Errorf("of the same feed again, caches are kept out of %q", got.Fresh)
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{confirm - time.Hour, 0}, {2 * time.Hour, 12}, {confirm + time.Hour, 0}, {rewalk, 12}, {confirm + time.Hour, 12}, {confirm + time.Hour, 0}} {
		c.Now = c.Now.Add(step.after)
		if got := pull("b", 12); len(got.Records) != step.want || !got.Complete {
			t.Errorf("%v later, at %v: %d records, want %d; complete %v", step.after, c.Now, len(got.Records), step.want, got.Complete)
		}
	}
}

// TestTooLong: a reading of the whole that is cut off is told of, and goes on from there; it does not begin at the top again and again.
func TestTooLong(t *testing.T) {
	asked, c := 0, connectortest.At(t, base, "")
	pull := func(n int) connectortest.Result {
		t.Helper()
		got, err := connectortest.Pull(t, Kind, c, records("a", n, &asked, nil))
		if err != nil {
			t.Fatal(err)
		}
		c.State = got.State
		return got
	}
	pull(25)
	c.Now = c.Now.Add(rewalk + time.Hour)
	if got := pull(1_000); got.Records[0].Title != "Trening 1" || len(got.Records) != chunkPages*10 {
		t.Fatalf("the whole is read anew: %d records", len(got.Records))
	}
	c.Continues, c.Last = true, true
	got := pull(1_000)
	if got.Complete || !strings.Contains(got.Why, "lengre enn det som leses på én gang") {
		t.Errorf("cut off: complete %v, %q", got.Complete, got.Why)
	}
	c.Continues = false
	if got := pull(1_000); got.Records[0].Title != fmt.Sprintf("Trening %d", 2*chunkPages*10+1) {
		t.Errorf("the next run begins at %s", got.Records[0].Title)
	}
}

// TestHostile: what a peer cannot know or be is refused, each for a reason, and the rest is taken.
func TestHostile(t *testing.T) {
	many := func(n int) (hubs []string) {
		for i := range n {
			hubs = append(hubs, fmt.Sprint("hub", i))
		}
		return hubs
	}
	// elsewhere makes the origin another hub's.
	elsewhere := func(item, origin map[string]any, via ...string) {
		origin["hub"], origin["via"] = "horten", via
		item["id"] = catalog.ID("listing", "horten", "idrettslag", origin["native_id"].(string))
	}
	for name, c := range map[string]struct {
		change func(item, origin, record map[string]any)
		want   string // of the reason; "" is taken
	}{
		"an id of something else":   {func(item, _, _ map[string]any) { item["id"] = "0123456789abcdefghjk" }, "Id-en er ikke den som følger"},
		"an origin of another hub":  {func(_, origin, _ map[string]any) { origin["hub"] = "larvik" }, "Id-en er ikke den som følger"},
		"no origin":                 {func(item, _, _ map[string]any) { delete(item["data"].(map[string]any), "origin") }, "mangler hub, origin eller record"},
		"no hub":                    {func(item, _, _ map[string]any) { delete(item["data"].(map[string]any), "hub") }, "mangler hub, origin eller record"},
		"another hub in the middle": {func(item, _, _ map[string]any) { item["data"].(map[string]any)["hub"] = "horten" }, "kaller seg både"},
		"its own by way of others":  {func(_, origin, _ map[string]any) { origin["via"] = []string{"horten"} }, "fra huben selv, men"},
		"by way of another":         {func(item, origin, _ map[string]any) { elsewhere(item, origin, "tonsberg") }, ""},
		"a long chain":              {func(item, origin, _ map[string]any) { elsewhere(item, origin, many(5)...) }, ""},
		"too long a chain":          {func(item, origin, _ map[string]any) { elsewhere(item, origin, many(6)...) }, "innom 8 huber"},
		"round in a ring":           {func(item, origin, _ map[string]any) { elsewhere(item, origin, "tonsberg", "skien", "tonsberg") }, "samme hub to ganger"},
		"by way of itself":          {func(item, origin, _ map[string]any) { elsewhere(item, origin, "sandefjord") }, "samme hub to ganger"},
		"by way of nobody":          {func(item, origin, _ map[string]any) { elsewhere(item, origin, "") }, "tom eller lengre"},
		"by way of a novel":         {func(item, origin, _ map[string]any) { elsewhere(item, origin, strings.Repeat("x", 65)) }, "tom eller lengre"},
		"a huge record":             {func(_, _, record map[string]any) { record["description"] = strings.Repeat("x", 1<<20) }, "mer enn 1024 KiB"},
		"a list for a title":        {func(_, _, record map[string]any) { record["title"] = []string{"x"} }, "data kan ikke leses"},
		"from the future": {func(_, origin, record map[string]any) {
			origin["fetched_at"], record["modified"] = "2099-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
		}, ""},
	} {
		asked := 0
		got, err := connectortest.Pull(t, Kind, connectortest.At(t, base, ""), records("a", 3, &asked, func(n int) func(item, origin, record map[string]any) {
			if n == 2 {
				return c.change
			}
			return nil
		}))
		if err != nil || !got.Complete {
			t.Errorf("%s: complete %v, error %v", name, got.Complete, err)
			continue
		}
		for _, r := range got.Records {
			if r.Modified.After(connectortest.Now) || r.Origin.FetchedAt.After(connectortest.Now) {
				t.Errorf("%s: %+v", name, r)
			}
		}
		if c.want == "" {
			if len(got.Records) != 3 || len(got.Rejects) > 0 {
				t.Errorf("%s: %d records, %+v", name, len(got.Records), got.Rejects)
			}
			continue
		}
		if len(got.Records) != 2 || len(got.Rejects) != 1 || !strings.Contains(got.Rejects[0].Reason, c.want) || got.Rejects[0].Locator == "" {
			t.Errorf("%s: %d records, %+v", name, len(got.Records), got.Rejects)
		}
	}
}

// TestHubs: a peer passes on the records of the hubs that it may.
func TestHubs(t *testing.T) {
	asked := 0
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, base, "hubs: [horten]"), records("a", 3, &asked, nil))
	if err != nil || len(got.Records) != 0 || len(got.Deleted) != 3 || len(got.Warnings) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	for options, hub := range map[string]string{"": "sandefjord", "hubs: [horten, sandefjord]": "sandefjord", "hubs: [horten]": ""} {
		got, err := connectortest.Pull(t, Kind, connectortest.At(t, base, options), records("a", 3, &asked, nil))
		if err != nil || got.Hub != hub {
			t.Errorf("%q: it speaks for %q, error %v", options, got.Hub, err)
		}
	}
}

// stood is the state of a hub that has read a peer to change 5.
const stood = `{"place":{"feed":"a","change":5},"walked":"2026-11-20T00:00:00Z","read":"2026-11-22T00:00:00Z","known":true}`

// TestElsewhere: a hub that believes that it is at another address is read at the one that it is read at, and leads nobody away from it.
func TestElsewhere(t *testing.T) {
	asked := 0
	of := records("a", 25, &asked, nil)
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, base, ""), func(address string) ([]byte, string, bool) {
		if !strings.HasPrefix(address, base+"/") {
			t.Errorf("asks at %s", address)
		}
		body, media, ok := of(address)
		return bytes.ReplaceAll(body, []byte(base), []byte("http://localhost:8080")), media, ok
	})
	if err != nil || len(got.Records) != 25 || !got.Complete {
		t.Errorf("%d records, complete %v, error %v", len(got.Records), got.Complete, err)
	}
}

// TestFaultyItems: what is no change at all is refused with its place, and the rest of the page is taken.
func TestFaultyItems(t *testing.T) {
	items := []string{passed(1, nil), `7`, `{"state":"updated","modified":2,"data":{}}`, `{"state":"borte","id":"x","modified":3}`,
		`{"state":"updated","id":"y","modified":4,"data":[]}`, `{"state":"updated","id":{},"modified":5,"data":{}}`, passed(6, nil)}
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, base, ""), func(address string) ([]byte, string, bool) {
		if strings.Contains(address, "=") {
			return fmt.Appendf(nil, `{"feed":"a","next":%q,"items":[]}`, address), "application/json", true
		}
		return fmt.Appendf(nil, `{"feed":"a","next":"%s/rpde/records?afterChangeNumber=6","items":[%s]}`, base, strings.Join(items, ",")), "application/json", true
	})
	if err != nil || !got.Complete || len(got.Records) != 2 {
		t.Fatalf("%d records, complete %v, error %v", len(got.Records), got.Complete, err)
	}
	var fields []string
	for _, r := range got.Rejects {
		if !strings.HasPrefix(r.Locator, "side 1, items[") || r.Reason == "" {
			t.Errorf("%+v", r)
		}
		fields = append(fields, r.Field)
	}
	if want := []string{"id", "id", "state", "data", "id"}; !slices.Equal(fields, want) {
		t.Errorf("refused for %q, want %q", fields, want)
	}
}

// TestAstray: a feed that leads nowhere ends.
func TestAstray(t *testing.T) {
	page := func(next, items string) string { return fmt.Sprintf(`{"feed":"a","next":%q,"items":%s}`, next, items) }
	const again = "endringer som fører videre"
	for name, c := range map[string]struct{ page, want string }{
		"back":              {page(base+"/rpde/records?afterChangeNumber=3", "["+passed(1, nil)+"]"), again},
		"without number":    {page(base+"/rpde/records?side=2", "["+passed(1, nil)+"]"), again},
		"itself":            {page(base+"/rpde/records?afterChangeNumber=5", "["+passed(1, nil)+"]"), again},
		"nowhere":           {`{"feed":"a","items":[` + passed(6, nil) + `]}`, "ventet next"},
		"no list":           {page("x", `{}`), "items (en liste)"},
		"no page":           {`<!doctype html><title>Kommunen</title>`, "Dette er en nettside"},
		"an error instead":  {`{"feed":"a","next":"x","items":[],"error":"databasen er nede"}`, "databasen er nede"},
		"a novel of a feed": {`{"feed":"` + strings.Repeat("x", 200) + `","next":"x","items":[]}`, "feed"},
	} {
		s := connectortest.At(t, base, "")
		s.State = stood
		_, err := connectortest.Pull(t, Kind, s, func(string) ([]byte, string, bool) { return []byte(c.page), "application/json", true })
		if !errors.Is(err, connectors.ErrUnreadable) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	asked := 0
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, base, ""), func(string) ([]byte, string, bool) {
		asked++
		return fmt.Appendf(nil, `{"feed":"a","next":"%s/rpde/records?afterChangeNumber=%d","items":[]}`, base, asked*1_000_000), "application/json", true
	})
	if err != nil || got.Complete || asked != 3 || !strings.Contains(got.Why, "tomme sider") {
		t.Errorf("empty pages: %d requests, %+v, %v", asked, got, err)
	}
	feeds := 0
	if got, err := connectortest.Pull(t, Kind, connectortest.At(t, base, ""), func(address string) ([]byte, string, bool) {
		feeds++
		return []byte(strings.Replace(string(first(records("a", 1000, &asked, nil)(address))), `"feed":"a"`, fmt.Sprintf(`"feed":"f%d"`, feeds), 1)), "application/json", true
	}); err == nil {
		t.Errorf("another feed on every page: %d pages, %+v", feeds, got.Complete)
	}
	s := connectortest.At(t, base, "")
	s.State = stood
	feeds = 0
	if _, err := connectortest.Pull(t, Kind, s, func(address string) ([]byte, string, bool) {
		feeds++
		return fmt.Appendf(nil, `{"feed":"f%d","next":%q,"items":[]}`, feeds, address), "application/json", feeds < 50
	}); err == nil || feeds > 3 || !strings.Contains(err.Error(), "en annen enn på siden før") {
		t.Errorf("another feed in every answer: %d answers, %v", feeds, err)
	}
}

func first(body []byte, _ string, _ bool) []byte { return body }

// FuzzRecords pulls a feed of records whose first page is anything; whatever it is, records have the id that follows from their origin.
func FuzzRecords(f *testing.F) {
	f.Add(`{"feed":"a","next":"` + base + `/rpde/records?afterChangeNumber=2","items":[` + passed(1, nil) + `,{"state":"deleted","id":"x","modified":2}]}`)
	f.Add(`{"next":"","items":[{"id":1,"data":{"hub":"a","origin":null,"record":{}}}]}`)
	c := connectortest.At(f, base, "")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := connectortest.Pull(t, Kind, c, func(address string) ([]byte, string, bool) {
			return []byte(text), "application/json", address == base+"/rpde/records"
		})
		if err != nil {
			return
		}
		for _, r := range got.Records {
			if r.Origin == nil || catalog.ListingID("larvik", &r) != r.NativeID || len(r.Origin.Via) >= MaxChain {
				t.Errorf("%+v, %+v", r, r.Origin)
			}
		}
	})
}

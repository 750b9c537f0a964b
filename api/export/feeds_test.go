package export

import (
	"encoding/csv"
	"encoding/xml"
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
)

func writeAs(t *testing.T, f Format, hub Hub, list []Entry) string {
	t.Helper()
	var b strings.Builder
	if err := f.Write(&b, hub, stream(list, nil)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// searched is a hub that writes a search which has an address.
func searched(t *testing.T) Hub {
	hub := hubOf(t, "Europe/Oslo")
	hub.Self, hub.Home, hub.Language, hub.Changed = "https://aktiviteter.example/api/v1/search.rss?q=a&free=true", "https://aktiviteter.example/?q=a&free=true", "nb", at(t, "2026-11-22T11:00:00+01:00")
	return hub
}

func TestRSS(t *testing.T) {
	list := entries(t)
	list[0].When, list[0].Title = "tirsdager kl. 18-19.30", "Øving & <b>dans</b>\x00"
	list[2].Title = ""
	out := writeAs(t, Formats()["rss"], searched(t), list)
	var got struct {
		Version string `xml:"version,attr"`
		Channel struct {
			Title    string
			Links    []string `xml:"link"`
			Language string   `xml:"language"`
			Built    string   `xml:"lastBuildDate"`
			Items    []struct {
				Title       string `xml:"title"`
				Link        string `xml:"link"`
				Description string `xml:"description"`
				PubDate     string `xml:"pubDate"`
				GUID        struct {
					PermaLink bool   `xml:"isPermaLink,attr"`
					ID        string `xml:",chardata"`
				} `xml:"guid"`
				Creator    string   `xml:"http://purl.org/dc/elements/1.1/ creator"`
				Categories []string `xml:"category"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	ch := got.Channel
	if got.Version != "2.0" || len(ch.Items) != 3 || ch.Language != "nb" || ch.Built != "Sun, 22 Nov 2026 10:00:00 +0000" || ch.Links[0] != "https://aktiviteter.example/?q=a&free=true" ||
		!strings.Contains(out, `<atom:link href="https://aktiviteter.example/api/v1/search.rss?q=a&amp;free=true" rel="self" type="application/rss+xml">`) {
		t.Errorf("%+v\n%s", got, out)
	}
	first := ch.Items[0]
	if first.Title != "Øving & <b>dans</b>\uFFFD" || first.GUID.ID != "urn:fritidshub:listing:aaa" || first.GUID.PermaLink || first.Link != "https://aktiviteter.example/l/aaa" ||
		first.Creator != "Furulund IL" || !slices.Equal(first.Categories, []string{"football"}) {
		t.Errorf("%+v", first)
	}
	if first.PubDate != "Sun, 22 Nov 2026 08:15:00 +0000" {
		t.Errorf("pubDate %s is not when the hub changed the listing", first.PubDate)
	}
	for _, want := range []string{"<p>tirsdager kl. 18-19.30</p>", "<p>Hallen, Furuveien 3, 3262 Larvik</p>", "<p>Første linje.<br>Andre linje", "<p>Klubbene; i Larvik (CC-BY-4.0)</p>"} {
		if !strings.Contains(first.Description, want) {
			t.Errorf("lacks %s in %s", want, first.Description)
		}
	}
}

func TestAtom(t *testing.T) {
	for name, list := range map[string][]Entry{"some": entries(t), "none": nil} {
		var got struct {
			XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
			ID      string   `xml:"id"`
			Title   string   `xml:"title"`
			Updated string   `xml:"updated"`
			Author  string   `xml:"author>name"`
			Links   []struct {
				Href string `xml:"href,attr"`
				Rel  string `xml:"rel,attr"`
			} `xml:"link"`
			Entries []struct {
				ID      string `xml:"id"`
				Updated string `xml:"updated"`
				Link    struct {
					Href string `xml:"href,attr"`
				} `xml:"link"`
				Content string `xml:"content"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal([]byte(writeAs(t, Formats()["atom"], searched(t), list)), &got); err != nil {
			t.Fatal(err)
		}
		if got.ID != searched(t).Self || got.Author != "Aktiviteter i Larvik" || got.Updated != "2026-11-22T10:00:00Z" || len(got.Links) != 2 || len(got.Entries) != len(list) {
			t.Errorf("%s: %+v", name, got)
		}
		if len(list) > 0 && (got.Entries[0].ID != "urn:fritidshub:listing:aaa" || got.Entries[0].Updated != "2026-11-22T08:15:00Z" || got.Entries[0].Link.Href != "https://aktiviteter.example/l/aaa") {
			t.Errorf("%+v", got.Entries[0])
		}
	}
	if out := writeAs(t, Formats()["atom"], hubOf(t, "Europe/Oslo"), entries(t)); !strings.Contains(out, "<updated>2026-11-22T08:15:00Z</updated>") || !strings.Contains(out, "<id>urn:fritidshub:hub:larvik</id>") {
		t.Error(out)
	}
}

func TestCSVInNorwegian(t *testing.T) {
	format, ok := CSV("nb")
	if !ok {
		t.Fatal("there is no Norwegian head line")
	}
	table := func(text string, comma rune) [][]string {
		in := csv.NewReader(strings.NewReader(text))
		in.Comma = comma
		rows, err := in.ReadAll()
		if err != nil || len(rows) != 4 {
			t.Fatalf("%v %d rows", err, len(rows))
		}
		return rows
	}
	local, marked := strings.CutPrefix(writeAs(t, format, searched(t), entries(t)), "\uFEFF")
	if !marked {
		t.Error("a spreadsheet would not know that it is UTF-8")
	}
	rows, plain := table(local, ';'), table(writeAs(t, Formats()["csv"], searched(t), entries(t)), ',')
	lat := slices.Index(plain[0], "lat")
	if was, is := plain[1][lat], rows[1][lat]; was == is || strings.Replace(was, ".", ",", 1) != is {
		t.Errorf("%q is %q in Norwegian", was, is)
	}
	nb, en := rows[0], plain[0]
	if len(nb) != len(en) || nb[2] != "Tittel" || en[2] != "title" || slices.Contains(nb, "") || len(slices.Compact(slices.Sorted(slices.Values(nb)))) != len(nb) {
		t.Errorf("%q %q", nb, en)
	}
	if _, ok := CSV("uk"); ok {
		t.Error("a head line that nobody has written")
	}
}

func TestSitemap(t *testing.T) {
	out := writeAs(t, Sitemap("/", "/docs"), searched(t), entries(t))
	var got struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []struct {
			Loc     string `xml:"loc"`
			LastMod string `xml:"lastmod"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(out), &got); err != nil || len(got.URLs) != 5 || got.URLs[1].Loc != "https://aktiviteter.example/docs" || got.URLs[1].LastMod != "" ||
		got.URLs[2].Loc != "https://aktiviteter.example/l/aaa" || got.URLs[2].LastMod != "2026-11-22T08:15:00Z" {
		t.Errorf("%v %s", err, out)
	}
}

// Those who subscribe see the same event changed, not another one: its UID stays and its SEQUENCE grows.
func TestICSOfAChange(t *testing.T) {
	of := func(e Entry) map[string]string {
		hub := searched(t)
		hub.Self = "https://aktiviteter.example/api/v1/search.ics?organizer=" + strings.Repeat("æ", 40)
		out := writeAs(t, Formats()["ics"], hub, []Entry{e})
		got := map[string]string{}
		for line := range strings.SplitSeq(out, "\r\n") {
			if len(line) > 75 {
				t.Errorf("%d bytes: %s", len(line), line)
			}
		}
		for line := range strings.SplitSeq(strings.ReplaceAll(out, "\r\n ", ""), "\r\n") {
			name, value, _ := strings.Cut(line, ":")
			got[name] = value
		}
		return got
	}
	e := entries(t)[1]
	e.Status, e.Change = catalog.StatusScheduled, 7
	before := of(e)
	e.Title, e.Change, e.Status, e.UpdatedAt = "Avlyst basar", 19, catalog.StatusCancelled, e.UpdatedAt.Add(time.Hour)
	e.Schedule.Dates[0].Start = e.Schedule.Dates[0].Start.AddDate(0, 0, 1)
	after := of(e)
	for name, want := range map[string]string{"SEQUENCE": "7", "STATUS": "", "DTSTAMP": "20261122T081500Z", "LAST-MODIFIED": "20261122T081500Z", "METHOD": "",
		"REFRESH-INTERVAL;VALUE=DURATION": "PT1H", "NAME": "Aktiviteter i Larvik", "SOURCE;VALUE=URI": "https://aktiviteter.example/api/v1/search.ics?organizer=" + strings.Repeat("æ", 40)} {
		if before[name] != want {
			t.Errorf("%s is %q, want %q", name, before[name], want)
		}
	}
	if before["UID"] != after["UID"] || after["SEQUENCE"] != "19" || after["STATUS"] != "CANCELLED" || after["DTSTAMP"] != "20261122T091500Z" {
		t.Errorf("%v\n%v", before, after)
	}
}

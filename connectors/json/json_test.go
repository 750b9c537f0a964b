package jsonapi

import (
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/when"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

// options are those an editor would write for each file of the corpus.
var options = map[string]string{
	"iaal--friskus_page1.json":                                       "{fields: {title: name, start: start_at, end: end_at, url: thumbnail_url}}",
	"iaal--viti_arrangement.json":                                    "{items: pageProps.activitiesData, fields: {id: _id, title: name, start: exhibitionFacts.dates.#.startDate, end: exhibitionFacts.dates.#.endDate}}",
	"iaal--events.json":                                              "{fields: {id: source_id, start: start_at, end: end_at, venue: location_name}}",
	"city-scrapers-atl--atl_boe.json":                                "{fields: {id: Id, title: Title, start: Start, end: End}}",
	"city-scrapers-atl--atl_clayton_co_boc_meetings.json":            "{fields: {start: dateTime, url: videoUrl}}",
	"city-scrapers-atl--atl_dekalb_county_boe.json":                  "{fields: {id: Master_MeetingID, title: MM_MeetingTitle, start: MM_DateTime}}",
	"city-scrapers-atl--atl_south_fulton_city_council_meetings.json": "{items: value, fields: {title: eventName, start: startDateTime}}",
	"city-scrapers-atl--forestpark_city_council.json":                "{items: value, fields: {title: eventName, start: startDateTime, end: meetingEndTime, venue: eventLocation.name}}",
	"city-scrapers-minn--minn_city_calendar.json":                    "{fields: {id: Id, title: CommitteeName, start: MeetingDate, venue: Location}}",
	"capeet-gig-radar--events.json":                                  "{fields: {title: source_text, start: event_date, url: '-'}}",
	"kiwidialecticcalendar--courses.json":                            "{items: courses.#.lessons|@flatten, fields: {start: date, venue: location, url: link}}",
	"kiwidialecticcalendar--events.json":                             "{fields: {venue: location, url: link}}",
	"kiwidialecticcalendar--post_schedule.json":                      "{items: schedule, fields: {id: slug, start: date}}",
	"iaal--tikkio_ld_json.json":                                      "{items: itemListElement.@values, fields: {title: item.name, start: item.startDate, url: item.url}}",
	"corning-events--ticketmaster.json":                              "{items: _embedded.events, fields: {title: name, start: dates.start.dateTime, venue: _embedded.venues.0.name}}",
	"calagator--facebook.json":                                       "{items: '@this', fields: {title: name, start: start_time, end: end_time, venue: location}}",
	"calagator--meetup.json":                                         "{items: group.topics, fields: {title: name, url: urlkey}}",
	"si507-project5--eventbrite.json":                                "{fields: {title: name, url: resource_uri}}",
	"ticket-champ--seatgeeksample-payload.json":                      "{items: performers.#.genres|@flatten, fields: {title: name}}",
}

// unlike are files of which the manifest counts other objects than the items, so only that they are read is checked.
var unlike = map[string]string{
	"iaal--viti_arrangement.json": "the manifest counts paragraphs of texts",
	"iaal--tikkio_ld_json.json":   "the manifest counts the list itself",
}

// TestCorpus reads every file of the two folders and compares with the manifest: each item becomes a record, with its facts.
func TestCorpus(t *testing.T) {
	right, all, records, items := 0, 0, 0, 0
	for _, folder := range []string{"event-json", "ticket-json"} {
		for _, truth := range connectortest.Corpus(t, folder) {
			body, err := os.ReadFile(truth.Path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := pull(t, options[truth.File], func(address string) ([]byte, string, bool) {
				return body, "application/json", address == connectortest.DefaultURL
			})
			if err != nil || len(got.Records) == 0 {
				t.Errorf("%s: %d records, error %v", truth.File, len(got.Records), err)
				continue
			}
			occurrences := 0 // items of one id are folded into one record
			for _, r := range got.Records {
				occurrences += max(1, len(r.Schedule.Dates))
			}
			t.Logf("%-65s %3d records, %3d occurrences of %3d items, %d rejects, %d warnings, %s", truth.File, len(got.Records), occurrences, *truth.Records, len(got.Rejects), len(got.Warnings), got.Why)
			for _, r := range got.Rejects {
				t.Logf("    reject %s %q: %s", r.Locator, r.Title, r.Reason)
			}
			if why := unlike[truth.File]; why != "" {
				t.Logf("    facts not compared: %s", why)
				continue
			}
			records, items = records+min(occurrences, *truth.Records), items+*truth.Records
			for _, fact := range truth.GroundTruth {
				all++
				if miss := compare(truth.File, fact, got.Records); miss != "" {
					t.Logf("    miss %v: %s", fact, miss)
					continue
				}
				right++
			}
		}
	}
	t.Logf("%d of %d items, %d of %d facts right", records, items, right, all)
	if all == 0 || right*100 < all*95 || records*100 < items*95 {
		t.Errorf("%d of %d items, %d of %d facts: the bar is 95 %%", records, items, right, all)
	}
}

// compare finds the record of a fact and says what differs.
func compare(file string, fact map[string]any, records []catalog.Record) string {
	oslo, _ := time.LoadLocation("Europe/Oslo")
	text := func(key string) string { s, _ := fact[key].(string); return catalog.Fold(catalog.PlainText(s)) }
	miss := "no record of that title or id"
	for _, r := range records {
		id, _ := fact["id"].(string)
		if text("title") != "" && catalog.Fold(r.Title) != text("title") || text("title") == "" && id != r.NativeID {
			continue
		}
		switch {
		case text("location") != "" && (r.Place == nil || catalog.Fold(r.Place.Name) != text("location")):
			miss = "another location"
			continue
		case strings.HasPrefix(file, "capeet"): // the url of the fact is the name of the band
		case text("url") != "" && !strings.HasSuffix(catalog.Fold(r.URL), text("url")):
			miss = "another url " + r.URL
			continue
		}
		start, ok := fact["start"].(string)
		if !ok {
			return ""
		}
		want, err := when.Parse(start, oslo)
		if err != nil { // "Jan 13, 2026"
			day, e := time.Parse("Jan 2, 2006", start)
			if e != nil {
				return "the start of the truth cannot be read: " + err.Error()
			}
			want = when.Time{Time: catalog.Date(day.Year(), day.Month(), day.Day()), Day: true}
		}
		miss = "another start"
		days := []time.Time{r.Schedule.ValidFrom}
		for _, o := range r.Schedule.Dates {
			if o.Start.Equal(want.Time) {
				return ""
			}
			days = append(days, o.Start)
		}
		for _, d := range days {
			if !d.IsZero() && d.In(oslo).Format(time.DateOnly) == want.Time.In(oslo).Format(time.DateOnly) && (want.Day || d.Equal(r.Schedule.ValidFrom)) {
				return ""
			}
		}
	}
	return miss
}

func pull(t testing.TB, options string, answer connectortest.Answer) (connectortest.Result, error) {
	t.Helper()
	return connectortest.Pull(t, Kind, connectortest.At(t, connectortest.DefaultURL, options), answer)
}

func TestOptions(t *testing.T) {
	for options, want := range map[string]string{
		"{fields: {tittel: name}}":          `feltet "tittel" finnes ikke`,
		"{fields: {title: ''}}":             "options.fields.title er tom",
		"{dates: i morgen}":                 "ingen datoform",
		"{zero_price: kanskje}":             "skriv free eller unknown",
		"{method: PUT}":                     "skriv GET eller POST",
		"{body: {a: 1}}":                    "krever method: POST",
		"{method: POST, body: {a: {1: 2}}}": "alle navn må være tekst",
		"{paging: {page: p, offset: o}}":    "velg én",
		"{paging: {cursor: c}}":             "hører sammen",
		"{paging: {limit: l}}":              "krever size",
		"{paging: {page: p, size: 20000}}":  "1 til 10000",
		"{paging: {page: p, max: 3000}}":    "1 til 2000",
		"{paging: {page: p, first: -1}}":    "skriv 0 eller 1",
		"{ukjent: 1}":                       "ukjent",
	} {
		_, err := pull(t, options, func(string) ([]byte, string, bool) { return []byte("[]"), "application/json", true })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", options, err, want)
		}
	}
}

// FuzzParse looks for answers and items that crash the reader, and for records without what every record has.
func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed, "items", "start", "")
		f.Add(seed, "", "tider.#.fra", epochMS)
	}
	f.Add(`{"a":[{"title":"x","d":["2027-01-01"]}]}`, "a.#(title==x)#", "d|@flatten", "DD/MM/YYYY")
	zone := time.FixedZone("", 3600)
	f.Fuzz(func(t *testing.T, text, items, start, dates string) {
		o := &Options{Items: items, Fields: map[string]string{"start": start}, Dates: dates}
		page, err := Parse(text, connectortest.DefaultURL, o)
		if err != nil {
			return
		}
		rd := newReader(&connectors.Session{Source: connectors.Source{ID: "kilde", Zone: zone}}, o)
		rd.add(page, connectortest.DefaultURL, 1)
		if len(rd.records)+len(rd.rejects) > len(page.Items) {
			t.Errorf("%d records and %d rejects of %d items", len(rd.records), len(rd.rejects), len(page.Items))
		}
		for _, r := range rd.records {
			if r.NativeID == "" || r.Title == "" {
				t.Errorf("a record without id or title: %+v", r)
			}
		}
	})
}

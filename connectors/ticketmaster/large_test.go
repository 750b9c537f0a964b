package ticketmaster

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"fritidshub/connectors/connectortest"
)

// TestLarge reads 50,000 events by pages of 200 in searches of 1,000, and then the same again.
func TestLarge(t *testing.T) {
	const all = 50_000
	first := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	at := func(i int) time.Time { return first.Add(time.Duration(i) * 10 * time.Minute) }
	connectortest.Large(t, Kind, "https://app.ticketmaster.example/discovery/v2/events.json?apikey=prove", "{max_pages: 2000}", all, func(address string) ([]byte, string, bool) {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		page, size, from := 0, 0, 0
		_, _ = fmt.Sscan(q.Get("page"), &page)
		_, _ = fmt.Sscan(q.Get("size"), &size)
		if start, err := time.Parse(stamp, q.Get("startDateTime")); err == nil && start.After(first) {
			from = int((start.Sub(first) + 10*time.Minute - 1) / (10 * time.Minute))
		}
		if size == 0 || (page+1)*size > depth {
			return nil, "", false
		}
		var items []string
		for i := from + page*size; i < min(from+(page+1)*size, all); i++ {
			items = append(items, fmt.Sprintf(`{"name":"Konsert %d","type":"event","id":"E%d","test":false,"url":"https://billett.example/event/E%d","locale":"nb-no","images":[{"ratio":"16_9","url":"https://bilder.example/%d.jpg","width":1024,"height":576}],`+
				`"sales":{"public":{"startDateTime":"2026-08-01T08:00:00Z","endDateTime":"2026-12-03T18:00:00Z"}},"dates":{"start":{"localDate":%q,"localTime":%q,"dateTime":%q},"timezone":"Europe/Oslo","status":{"code":"onsale"}},`+
				`"classifications":[{"primary":true,"segment":{"name":"Musikk"},"genre":{"name":"Rock"}}],"priceRanges":[{"type":"standard","currency":"NOK","min":295.0,"max":595.0}],`+
				`"_embedded":{"venues":[{"id":"Z1","name":"Prøvescenen","timezone":"Europe/Oslo","city":{"name":"Larvik"},"postalCode":"3256","address":{"line1":"Prøvegata 2"},"location":{"longitude":"10.0352","latitude":"59.0533"}}],"attractions":[{"id":"K%d","name":"Prøvebandet %d"}]}}`,
				i, i, i, i, at(i).Format(time.DateOnly), at(i).Format(time.TimeOnly), at(i).Format(stamp), i, i))
		}
		return fmt.Appendf(nil, `{"_embedded":{"events":[%s]},"page":{"size":%d,"totalElements":%d,"totalPages":%d,"number":%d}}`, strings.Join(items, ","), size, all-from, (all-from+size-1)/size, page), "application/json", true
	})
}

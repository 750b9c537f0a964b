package friskus

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"fritidshub/connectors/connectortest"
)

// TestLarge reads 50,000 events, fifteen on a page as Friskus gives them, and then the same again.
func TestLarge(t *testing.T) {
	const all, size = 50_000, 15
	const pages = (all + size - 1) / size
	connectortest.Large(t, Kind, "https://api.friskus.com/api/v1/events?municipalities[]=0f3c5a1e-7d2b-4c68-9a41-2b7e5d8c9f10", fmt.Sprintf("{max_pages: %d}", pages), all,
		func(address string) ([]byte, string, bool) {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			page := 1
			_, _ = fmt.Sscan(u.Query().Get("page"), &page)
			var items []string
			for i := (page - 1) * size; i < min(page*size, all); i++ {
				items = append(items, fmt.Sprintf(`{"id":"%08d-444f-5c70-8e74-fdfd1dd78728","name":"Turn for barn, parti %d","thumbnail_url":"https://ucarecdn.example/%d/-/preview/","start_at":"2026-12-01T18:00:00+0100","end_at":"2026-12-01T19:00:00+0100",`+
					`"age_group":["child","family"],"is_free":false,"organization":{"name":"Prøvebygda turnlag %d"},"occurrences_count":1,"distance":null,"event_source":"friskus","is_recurring":false,"slug":"turn-%d",`+
					`"rrule":{"until":"2026-12-01","end_time":"19:00","start_at":"2026-12-01","timezone":"Europe/Oslo","frequency":1,"start_time":"18:00"}}`, i, i, i, i%300, i))
			}
			return fmt.Appendf(nil, `{"data":[%s],"meta":{"last_page":%d,"total":%d}}`, strings.Join(items, ","), pages, all), "application/json", true
		})
}

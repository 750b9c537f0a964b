package linkedevents

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"fritidshub/connectors/connectortest"
)

// TestLarge reads 50,000 events, a hundred on a page, and then the same again.
func TestLarge(t *testing.T) {
	const all, size = 50_000, 100
	text := strings.Repeat("Vi møtes i Bøkeskogen og går en rolig tur. ", 8)
	connectortest.Large(t, Kind, "https://api.by.example/v1/event/?start=today", "{max_pages: 500}", all, func(address string) ([]byte, string, bool) {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		page, next := 1, "null"
		_, _ = fmt.Sscan(u.Query().Get("page"), &page)
		if page < all/size {
			next = fmt.Sprintf(`"http://api.by.example/v1/event/?include=location,keywords&page=%d&page_size=%d&start=today"`, page+1, size)
		}
		var items []string
		for i := (page - 1) * size; i < page*size; i++ {
			items = append(items, fmt.Sprintf(`{"id":"by:%d","@id":"https://api.by.example/v1/event/by:%d/","@type":"Event/LinkedEvent","event_status":"EventScheduled","publication_status":"public","data_source":"by","publisher":"by:1",`+
				`"last_modified_time":"2026-11-01T08:00:00.123456Z","start_time":"2026-12-04T16:00:00Z","end_time":"2026-12-04T18:00:00Z","audience_min_age":6,"audience_max_age":12,"super_event":null,"super_event_type":null,"deleted":false,`+
				`"name":{"nb":"Turn for barn, parti %d"},"short_description":{"nb":"Kort om parti %d"},"description":{"nb":"<p>%s</p>"},"info_url":{"nb":"https://turn.example/%d"},"provider":{"nb":"Prøvebygda turnlag"},"images":[{"url":"https://bilder.example/%d.jpg"}],`+
				`"offers":[{"is_free":false,"price":{"nb":"100"}}],"keywords":[{"id":"yso:1","name":{"nb":"turn"}}],"location":{"id":"tprek:%d","name":{"nb":"Prøvehallen"},"street_address":{"nb":"Prøvegata 2"},"postal_code":"3256","address_locality":{"nb":"Larvik"},"position":{"type":"Point","coordinates":[10.03,59.05]}}}`,
				i, i, i, i, text, i, i, i%50))
		}
		return fmt.Appendf(nil, `{"meta":{"count":%d,"next":%s,"previous":null},"data":[%s]}`, all, next, strings.Join(items, ",")), "application/json", true
	})
}

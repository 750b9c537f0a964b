package jsonld_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/jsonld"
)

// TestLarge reads 50,000 events on 1,000 pages, and then the same again.
func TestLarge(t *testing.T) {
	const pages, each = 1_000, 50
	text := strings.Repeat("Vi møtes i hallen. ", 15)
	connectortest.Large(t, jsonld.Kind, connectortest.DefaultURL, "{max_pages: 1000}", pages*each, func(address string) ([]byte, string, bool) {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		page := 1
		_, _ = fmt.Sscan(u.Query().Get("side"), &page)
		var items []string
		for i := range each {
			items = append(items, fmt.Sprintf(`{"@type":"Event","@id":"https://kilde.example/a/%d-%d","url":"https://kilde.example/a/%d-%d","name":"Konsert %d-%d","startDate":"2026-12-03T18:00:00+01:00","endDate":"2026-12-03T20:00:00+01:00","description":%q,`+
				`"location":{"@type":"Place","name":"Prøvescenen","address":{"@type":"PostalAddress","streetAddress":"Prøvegata 2","postalCode":"3256","addressLocality":"Larvik"}},"organizer":{"@type":"Organization","name":"Prøvelaget"},`+
				`"offers":{"@type":"Offer","price":"295","priceCurrency":"NOK","url":"https://billett.example/%d-%d"},"image":"https://bilder.example/%d-%d.jpg"}`, page, i, page, i, page, i, text, page, i, page, i))
		}
		next := ""
		if page < pages {
			next = fmt.Sprintf("<link rel=next href='?side=%d'>", page+1)
		}
		return fmt.Appendf(nil, `<html><head><title>Program</title>%s<script type="application/ld+json">{"@context":"https://schema.org","@graph":[%s]}</script></head><body><p>Program</p></body></html>`, next, strings.Join(items, ",")), "text/html", true
	})
}

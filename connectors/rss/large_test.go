package rss_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/rss"
)

// TestLarge reads 50,000 posts on 200 pages, and then the same again.
func TestLarge(t *testing.T) {
	const pages, each = 200, 250
	text := strings.Repeat("Vi møtes i hallen. ", 15)
	connectortest.Large(t, rss.Kind, "https://kilde.example/feed", "{}", pages*each, func(address string) ([]byte, string, bool) {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		page := 1
		_, _ = fmt.Sscan(u.Query().Get("side"), &page)
		var b strings.Builder
		fmt.Fprint(&b, `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:ev="http://purl.org/rss/1.0/modules/event/"><channel><title>Program</title>`)
		if page < pages {
			fmt.Fprintf(&b, `<atom:link rel="next" href="https://kilde.example/feed?side=%d"/>`, page+1)
		}
		for i := range each {
			fmt.Fprintf(&b, `<item><title>Konsert %d-%d</title><link>https://kilde.example/a/%d-%d</link><guid isPermaLink="false">a-%d-%d</guid><category>Musikk</category><ev:startdate>2026-12-03T18:00:00+01:00</ev:startdate><ev:enddate>2026-12-03T20:00:00+01:00</ev:enddate><ev:location>Prøvescenen</ev:location><description>%s</description></item>`,
				page, i, page, i, page, i, text)
		}
		b.WriteString("</channel></rss>")
		return []byte(b.String()), "application/rss+xml", true
	})
}

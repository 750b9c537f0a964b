package htmlpage_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"fritidshub/connectors/connectortest"
	htmlpage "fritidshub/connectors/html"
)

// TestManyItems reads 50,000 items on 1,000 pages whole, and then the same again.
func TestManyItems(t *testing.T) {
	const pages, each = 1_000, 50
	const options = "{items: article, next: a.neste, max_pages: 2000, fields: {title: {css: h3}, start: {css: .dato}, url: {css: h3 a}, description: {css: .om}}}"
	connectortest.Large(t, htmlpage.Kind, connectortest.DefaultURL, options, pages*each, func(address string) ([]byte, string, bool) {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		page := 1
		_, _ = fmt.Sscan(u.Query().Get("side"), &page)
		var b strings.Builder
		for i := range each {
			fmt.Fprintf(&b, "<article><h3><a href='/a/%d-%d'>Aktivitet nummer %d-%d</a></h3><p class=dato>2026-12-03 18:00</p><p class=om>%s</p></article>", page, i, page, i, strings.Repeat("om ", 40))
		}
		if page < pages {
			fmt.Fprintf(&b, "<a class=neste href='?side=%d'>neste</a>", page+1)
		}
		return []byte(b.String()), "text/html", true
	})
}

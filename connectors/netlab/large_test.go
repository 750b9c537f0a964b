package netlab_test

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/netlab"
)

// TestLarge reads 50,000 activities of 1,000 providers, each on its own page, and then the same again.
func TestLarge(t *testing.T) {
	const providers, each = 1_000, 50
	const options = "{max_pages: 2000, activities: {items: .aktivitet, fields: {title: {css: h3}, weekday: {css: .dag}, time: {css: .tid}, age: {css: .alder}, description: {css: p}}}}"
	connectortest.Large(t, netlab.Kind, "https://portal.example/aktivitetstilbyder/", options, providers*each, func(address string) ([]byte, string, bool) {
		var b strings.Builder
		n := 0
		if _, err := fmt.Sscanf(path.Base(address), "lag-%d", &n); err != nil {
			for i := range providers {
				fmt.Fprintf(&b, "<li><a href=/aktivitetstilbyder/lag-%d/>Prøvelag %d</a>", i, i)
			}
			return []byte(b.String()), "text/html", true
		}
		fmt.Fprintf(&b, "<h1>Prøvelag %d</h1><dl><dt>Type<dd>Idrett og fysisk aktivitet<dt>Alder<dd>6-12 år<dt>Pris<dd>150 kr<dt>Tilrettelagt<dd>ja<dt>Nærmiljø<dd>Heistad</dl>", n)
		for i := range each {
			fmt.Fprintf(&b, "<div class=aktivitet><h3>Parti %d</h3><span class=dag>tirsdag</span><span class=tid>18.00-19.30</span><span class=alder>6-12 år</span><p>%s</div>", i, strings.Repeat("Vi møtes i hallen. ", 15))
		}
		return []byte(b.String()), "text/html", true
	})
}

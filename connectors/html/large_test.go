package htmlpage_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"fritidshub/catalog"
	"fritidshub/connectors/connectortest"
)

// TestManyItems reads 50,000 items on 1,000 pages whole, in bounded memory.
func TestManyItems(t *testing.T) {
	const pages, each = 1_000, 50
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak, number := uint64(0), 0
	got, err := pull(t, "{items: article, next: a.neste, max_pages: 2000, fields: {title: {css: h3}, start: {css: .dato}, url: {css: h3 a}, description: {css: .om}}}",
		func(address string) ([]byte, string, bool) {
			number++
			if number%50 == 0 {
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapAlloc)
			}
			var b strings.Builder
			for i := range each {
				fmt.Fprintf(&b, "<article><h3><a href='/a/%d-%d'>Aktivitet nummer %d-%d</a></h3><p class=dato>2026-12-03 18:00</p><p class=om>%s</p></article>", number, i, number, i, strings.Repeat("om ", 40))
			}
			if number < pages {
				fmt.Fprintf(&b, "<a class=neste href='?side=%d'>neste</a>", number+1)
			}
			return []byte(b.String()), "text/html", strings.HasPrefix(address, connectortest.DefaultURL)
		})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&now)
	peak = (max(peak, now.HeapAlloc) - before.HeapAlloc) >> 20
	t.Logf("%d records, complete %v %s, heap at most %d MiB above the beginning", len(got.Records), got.Complete, got.Why, peak)
	if len(got.Records) != pages*each || !got.Complete || got.Records[0].Kind != catalog.KindEvent {
		t.Errorf("%d records, complete %v: %s", len(got.Records), got.Complete, got.Why)
	}
	if peak > 200 {
		t.Errorf("the heap grew by %d MiB, want at most 200", peak)
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fritidshub/api"
	"fritidshub/store"
)

// keptSums keeps sums in memory.
type keptSums struct {
	store.Daily
	full   bool
	sums   map[string]int64
	forgot []string
}

func (k *keptSums) AddDaily(_ context.Context, sums []store.Sum) error {
	if k.full {
		return errors.New("the disk is full")
	}
	for _, s := range sums {
		k.sums[s.Day+" "+s.Name+" "+s.Value] += s.N
	}
	return nil
}

func (k *keptSums) ForgetDaily(_ context.Context, before string) (int, error) {
	k.forgot = append(k.forgot, before)
	return 0, nil
}

// TestTallyKeepsNobodysWords: what people write is written down when it has been written five times within a month, and not before; nothing is counted twice or lost when
// the disk is full.
func TestTallyKeepsNobodysWords(t *testing.T) {
	now := time.Date(2026, 11, 23, 23, 50, 0, 0, time.FixedZone("", 3600))
	kept := &keptSums{sums: map[string]int64{}}
	c := &tally{store: kept, now: func() time.Time { return now }}
	ask := func(n int, name, value string) {
		for range n {
			c.Count([]api.Asked{{Name: name, Value: value}})
		}
	}
	flush := func(want map[string]int64) {
		t.Helper()
		if err := c.flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(kept.sums, want) {
			t.Errorf("kept %v, not %v", kept.sums, want)
		}
	}
	ask(3, api.AskedSearch, "page")
	ask(4, api.AskedInVain, "kurling")
	ask(1, api.AskedFrom, "www.kommunen.example")
	flush(map[string]int64{"2026-11-23 search page": 3})
	now = now.Add(20 * time.Minute)
	ask(1, api.AskedInVain, "kurling")
	ask(1, api.AskedSearch, "page")
	kept.full = true
	if err := c.flush(t.Context()); err == nil {
		t.Error("a full disk is not told of")
	}
	ask(2, api.AskedInVain, "kurling")
	kept.full = false
	flush(map[string]int64{"2026-11-23 search page": 3, "2026-11-24 search page": 1, "2026-11-24 vain kurling": 7})
	flush(map[string]int64{"2026-11-23 search page": 3, "2026-11-24 search page": 1, "2026-11-24 vain kurling": 7})
	if want := []string{"2025-10-19", "2025-10-20"}; !slices.Equal(kept.forgot, want) {
		t.Errorf("forgot what is before %v, not %v", kept.forgot, want)
	}
	ask(4, api.AskedInVain, "tuba")
	now = now.Add(tallySpan)
	ask(1, api.AskedInVain, "tuba")
	flush(map[string]int64{"2026-11-23 search page": 3, "2026-11-24 search page": 1, "2026-11-24 vain kurling": 7})
	for i := range mostTallied + 10 {
		ask(1, api.AskedInVain, fmt.Sprint("ord ", i))
	}
	if len(c.waiting) > mostTallied {
		t.Errorf("%d words wait", len(c.waiting))
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { ask(100, api.AskedSearch, "element") })
	}
	all.Wait()
	if c.flush(t.Context()); kept.sums[now.Format(time.DateOnly)+" search element"] != 800 {
		t.Errorf("%v", kept.sums)
	}
}

// TestInsight: what residents have asked a hub that serves for is summed up for editors, over a restart, and nowhere in the hub's files is a word that was asked for
// fewer than five times.
func TestInsight(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	env := []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken}
	base, stop := startServe(t, env, flags)
	within(t, 10*time.Second, "the first content", func() bool { return total(t, base, "limit=1") == 3 })
	ask := func(n int, path string, headers ...string) {
		t.Helper()
		for range n {
			r, err := http.NewRequest(http.MethodGet, base+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("%s: %d", path, resp.StatusCode)
			}
		}
	}
	ask(6, "/?q=kvistkast")
	ask(4, "/?q=hemmeligord")
	ask(2, "/?weekday=tu&when=weekend")
	ask(5, "/api/v1/search?category=football", "Origin", "https://www.kommunen.example")
	ask(4, "/api/v1/search", "Origin", "https://hemmeligside.example")
	e := signedIn(t, base)
	e.has(e.get("/editor/insight", http.StatusOK), "Ingen har søkt i denne tiden.")
	stop()
	for _, hidden := range []string{"hemmeligord", "hemmeligside"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			if bytes.Contains(text, []byte(hidden)) {
				t.Errorf("%s stands in %s", hidden, d.Name())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	base, stop = startServe(t, env, flags)
	defer stop()
	e = signedIn(t, base)
	for _, path := range []string{"/editor/insight", "/editor/insight?days=365", "/editor/insight?days=7"} {
		page := e.get(path, http.StatusOK)
		e.has(page, `?q=kvistkast"`, "Ukedag: Tirsdag", "Når: i helga", "Tema: Fotball", "Elementer på nettsider", "Element på <bdi>www.kommunen.example</bdi>", "Hubens egne sider")
		if strings.Contains(page, "hemmelig") {
			t.Errorf("%s shows what few have asked for", path)
		}
	}
	(&editor{t, base, http.DefaultClient}).get("/editor/insight?"+url.Values{"days": {"7"}}.Encode(), http.StatusUnauthorized)
}

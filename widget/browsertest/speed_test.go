package browsertest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/klauspost/compress/gzip"

	"fritidshub/widget"
	"fritidshub/widget/browser"
)

// What residents wait for, on a middling phone with a slow net (browser.Phone). Bytes, requests and what is stored are exact;
// what is timed is compared with a page of InstantSearch over the same hub in the same run, for a machine may be busy.
const (
	searchBytes = 8000 // of search.js on the wire, its headers apart
	listBytes   = 3000
	requests    = 2 // script and answer
	ratio       = 0.70
	shift       = 0.02
	lcpMore     = 50  // ms
	interaction = 100 // ms
	runs        = 5
	tries       = 3
)

// watch notes in the page what it is measured by.
const watch = `globalThis.speed = { shift: 0, lcp: 0, events: new Map(), results: 0 };
const seen = (type, take, more) => new PerformanceObserver(list => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
seen("layout-shift", e => { if (!e.hadRecentInput) speed.shift += e.value; });
seen("largest-contentful-paint", e => { speed.lcp = e.startTime; });
seen("event", e => { if (e.interactionId) speed.events.set(e.interactionId, Math.max(speed.events.get(e.interactionId) ?? 0, e.duration)); }, { durationThreshold: 16 });
addEventListener("fh:results", () => speed.results++);`

// zipped compresses as the product does, and serves the control.
func zipped(next http.Handler, made control) http.Handler {
	own := map[string]struct {
		kind string
		body []byte
	}{"/control.js": {"text/javascript", made.script}, "/control.css": {"text/css", made.style}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept := httptest.NewRecorder()
		if file, ok := own[r.URL.Path]; ok {
			kept.Header().Set("Content-Type", file.kind)
			kept.Header().Set("Access-Control-Allow-Origin", "*")
			kept.Write(file.body)
		} else {
			next.ServeHTTP(kept, r)
		}
		maps.Copy(w.Header(), kept.Header())
		if kept.Body.Len() < 1<<10 {
			w.WriteHeader(kept.Code)
			w.Write(kept.Body.Bytes())
			return
		}
		level := gzip.BestSpeed
		if !strings.HasPrefix(r.URL.Path, "/api/") {
			level = gzip.BestCompression
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(kept.Code)
		zip, _ := gzip.NewWriterLevel(w, level)
		zip.Write(kept.Body.Bytes())
		zip.Close()
	})
}

// speedHub is a hub that compresses, with the site of a municipality: each path of it is a page with that in the middle, below
// the largest text of the page and above more of it.
func speedHub(t *testing.T, made control, middles map[string]string) (h *hub, site string) {
	items := sample()
	for i, item := range items {
		if place, ok := item["place"].(listing); ok {
			place["lat"], place["lon"] = 59.05+float64(i%7)/100, 10.03+float64(i%5)/100
		}
	}
	items = append(items, listing{"id": "matine", "kind": "ticket", "title": "Matinékonsert for alle", "price": listing{"free": true, "currency": "NOK"}, "sources": items[0]["sources"],
		"offers": []listing{{"price": 0, "url": "https://billett.example/1", "availability": "in_stock", "remaining": 12, "remaining_at": "2026-11-22T11:40:00+01:00", "valid_through": "2026-12-05T18:00:00+01:00"}}})
	h = newHub(t, items)
	h.Config.Handler = zipped(h.Config.Handler, made)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		middle, ok := middles[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="nb"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<title>Fritid</title><style>
body { font: 1rem/1.5 "DejaVu Sans", sans-serif; margin: 0 1rem } header p { font-size: 1.25rem }
fh-search, fh-list, fh-offers { display: block; min-height: 100vh }
</style>
<header><h1>Finn noe å være med på</h1><p>Kor, fotball, åpen hall, strikkekafé eller lån av ski: søk i det som skjer hos oss og hos naboene.
Her står alt samlet, både det som er hver uke og det som bare skjer én gang.</p></header>
<main>%s<h2>Ring oss</h2><p>Fritidskontoret svarer på hverdager mellom klokka ni og tre.</p></main>`, strings.ReplaceAll(middle, "HUB", h.URL))
	}))
	t.Cleanup(server.Close)
	return h, server.URL
}

func embedded(tag, script string) string {
	return `<` + tag + ` hub="HUB" lang="nb"><a href="HUB/">Finn aktiviteter</a></` + tag + `><script type="module" src="HUB/embed/v1/` + script + `"></script>`
}

var middles = map[string]string{
	"/search": embedded("fh-search", "search.js"), "/list": embedded("fh-list", "list.js"), "/offers": embedded("fh-offers", "list.js"),
	"/control": controlBody, "/without": "",
}

// firstLoad waits for the first result on the page, and then for what comes after it.
func firstLoad(p *browser.Page, element string) {
	done := map[string]string{
		"search": `$all("fh-search >>> [part=list] > li").length === 20 && $("fh-search >>> #filters label")`,
		"list":   `$("fh-list >>> [part=card]")`, "offers": `$("fh-offers >>> [part=card]")`,
		"control": `document.querySelector(".ais-InfiniteHits-item") && performance.getEntriesByName("fh-results")[0]`, "without": "true",
	}[element]
	p.Wait(done)
	p.Wait(`new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(() => painted(true))))`)
}

func TestFirstLoadIsSmall(t *testing.T) {
	b := browser.New(t)
	for _, test := range []struct {
		element, script string
		most            int
	}{{"search", "search.js", searchBytes}, {"list", "list.js", listBytes}, {"offers", "list.js", listBytes}} {
		t.Run(test.element, func(t *testing.T) {
			if _, _, _, ok := widget.Asset(test.script); !ok {
				t.Skipf("skipped, %s is not built", test.script)
			}
			h, site := speedHub(t, control{}, middles)
			p := b.Page(t, site+"/"+test.element, browser.Phone(), browser.Clock(now), browser.Before(watch))
			firstLoad(p, test.element)
			p.Wait(`performance.getEntriesByType("resource").some(e => e.name.includes("/api/v1/search?"))`)
			first := browser.Eval[[]string](p, `((all) => {
				const end = performance.getEntriesByName("fh-results")[0]?.startTime ?? all.find(e => e.name.includes("/api/v1/search?")).responseEnd;
				return all.filter(e => e.startTime < end && !e.name.startsWith("data:")).map(e => e.name);
			})(performance.getEntriesByType("resource"))`)
			received, sum := p.Received(), 0
			for _, address := range first {
				sum += received[address]
				t.Logf("%6d bytes %s", received[address], strings.TrimPrefix(address, h.URL)[:min(40, len(address)-len(h.URL))])
			}
			t.Logf("fh-%s: %d bytes in %d requests until the first result", test.element, sum, len(first))
			if len(first) > requests {
				t.Errorf("%d requests until the first result, at most %d: %q", len(first), requests, first)
			}
			headers := 400 // of the script's answer, at most
			if got := received[h.URL+"/embed/v1/"+test.script]; got == 0 || got > test.most+headers {
				t.Errorf("%s is %d bytes on the wire with its headers, at most %d", test.script, got, test.most+headers)
			}
			same(t, "strange requests", p.Strangers(h.URL, site), []string(nil))
			same(t, "kept on the device", p.Stored(h.URL, site), []string{})
			same(t, "console", p.Errors(), []string(nil))

			moved := browser.Eval[float64](p, `speed.shift`)
			t.Logf("fh-%s: layout shift %.4f with content below, at most %.2f", test.element, moved, shift)
			if moved > shift {
				t.Errorf("layout shift %.3f, at most %.2f", moved, shift)
			}
		})
	}
}

// load says how busy the machine is.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

// crowded reports whether more wants to run here than there are processors for.
func crowded() bool {
	now, _ := strconv.ParseFloat(strings.Fields(load())[0], 64)
	return now > float64(runtime.NumCPU())
}

// typical is the median, and the lower quartile where the machine is busy: what others take from a page only makes it slower.
func typical(values []float64) float64 {
	if crowded() {
		return slices.Sorted(slices.Values(values))[len(values)/4]
	}
	return median(values)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func TestFirstResultIsFast(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, it takes long and measures time")
	}
	made := instantSearch(t)
	b := browser.New(t)
	_, site := speedHub(t, made, middles)
	times, paints := map[string][]float64{}, map[string][]float64{}
	for try := range tries {
		for range runs {
			for _, element := range []string{"search", "control", "without"} {
				p := b.Page(t, site+"/"+element, browser.Phone(), browser.Clock(now), browser.Before(watch))
				firstLoad(p, element)
				if element != "without" {
					times[element] = append(times[element], browser.Eval[float64](p, `performance.getEntriesByName("fh-results")[0].startTime`))
				}
				p.Wait(`speed.lcp`)
				paints[element] = append(paints[element], browser.Eval[float64](p, `speed.lcp`))
				if element == "control" && try == 0 && len(times[element]) == 1 {
					sum := 0
					for _, bytes := range p.Received() {
						sum += bytes
					}
					t.Logf("InstantSearch: %d bytes in %d requests", sum, len(p.Requests()))
				}
				p.Close()
			}
		}
		ours, theirs := median(times["search"]), median(times["control"])
		more := median(paints["search"]) - median(paints["without"])
		t.Logf("first result, median of %d: fh-search %.0f ms, InstantSearch %.0f ms, ratio %.2f, at most %.2f (load %s)\n%.0f\n%.0f", len(times["search"]), ours, theirs, ours/theirs, ratio, load(), times["search"], times["control"])
		t.Logf("largest paint of the host page: %.0f ms with fh-search, %.0f ms without, %+.0f ms, at most %+d; %.0f ms with InstantSearch", median(paints["search"]), median(paints["without"]), more, lcpMore, median(paints["control"]))
		if ours/theirs <= ratio && more <= lcpMore {
			return
		}
	}
	t.Errorf("after %d runs: first result at %.0f ms against %.0f, at most %.2f of it; largest paint %+.0f ms, at most %+d", len(times["search"]),
		median(times["search"]), median(times["control"]), ratio, median(paints["search"])-median(paints["without"]), lcpMore)
}

// step is something that a resident does, and what the page shows once it is done. It is a click, or keys.
type step struct{ name, click, keys, done string }

const (
	hit  = `$all("fh-search >>> [part=list] > li")`
	idle = ` && document.body.dataset.status === "idle"` // of the control, which moves what is below when an answer comes
)

var steps = map[string][]step{
	"search": {
		{"to the field", el + "#q", "", "true"},
		{"type, with suggestions", "", "mu", `$("fh-search >>> [role=option]")`},
		{"type on", "", kb.Escape + kb.Backspace + kb.Backspace + "bad", `$("fh-search >>> #q").value === "bad"`},
		{"search", "", kb.Enter, `location.search.includes("fh-q=bad") && $("fh-search >>> [role=status]").innerText.includes("38")`},
		{"open the filters", el + ".side > .fold", "", `$("fh-search >>> #filters.open")`},
		{"check a facet", el + "#categoryswimming", "", `location.search.includes("fh-category=swimming") && $all("fh-search >>> [part=chip]").length > 0`},
		{"check another", el + "#weekdaymo", "", `location.search.includes("fh-weekday=mo") && $("fh-search >>> [role=status]").innerText.startsWith("1 ")`},
		{"close the filters", el + "#filters > .main", "", `!$("fh-search >>> #filters.open")`},
		{"remove a chip", el + "[part=chip]", "", `!location.search.includes("fh-category")`},
		{"remove another", el + "[part=chip]", "", hit + `.length === 20`},
		{"show more", el + "[part=pager] button", "", hit + `.length === 38`},
		{"open the calendar", el + "[part=views] button:nth-child(2):not(:last-child)", "", `$("fh-search >>> [part=view]").innerText.includes("2026")`},
		{"open the map", el + "[part=views] button:last-child", "", `$("fh-search >>> .map")?.innerText.includes("Farrisbadet")`},
		{"put tiles on it", el + "[part=map] button", "", `$("fh-search >>> .tiles img")`},
		{"back to the list", el + "[part=views] button:first-child", "", `$("fh-search >>> [part=list] > li").checkVisibility()`},
	},
	"control": {
		{"to the field", "#box input", "", "true"},
		{"type", "", "mu", `document.querySelector("#stats").innerText !== "46 treff"` + idle},
		{"erase", "", kb.Backspace + kb.Backspace, `document.querySelector("#stats").innerText === "46 treff"` + idle},
		{"type on", "", "bad", `document.querySelector("#stats").innerText === "38 treff"` + idle},
		{"open the filters", "summary", "", `document.querySelector("#category input")` + idle},
		{"check a facet", "#category input[value=swimming]", "", `document.querySelector("#chips button")` + idle},
		{"check another", "#weekday input[value=mo]", "", `document.querySelector("#stats").innerText === "1 treff"` + idle},
		{"close the filters", "summary", "", `!document.querySelector("details").open` + idle},
		{"remove a chip", "#chips button", "", `!document.querySelector("#category input:checked")` + idle},
		{"remove another", "#chips button", "", `document.querySelectorAll("#hits li").length === 20` + idle},
		{"show more", ".ais-InfiniteHits-loadMore", "", `document.querySelectorAll("#hits li").length === 38` + idle},
	},
}

// take gives the longest interaction of the step, in milliseconds until the next paint; 0 is below 16.
func (s step) take(p *browser.Page) float64 {
	if s.click != "" {
		p.Click(s.click)
	}
	for _, key := range s.keys {
		p.Type(string(key))
	}
	p.Wait(s.done)
	return browser.Eval[float64](p, `new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => {
		painted(Math.max(0, ...speed.events.values()));
		speed.events.clear();
	}))))`)
}

func TestInteractionsAreQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, it takes long and measures time")
	}
	pages := []string{"search", "control"}
	made, err := built()
	if err != nil {
		t.Logf("there is no InstantSearch beside it: %v", err)
		pages = pages[:1]
	}
	b := browser.New(t)
	h, site := speedHub(t, made, middles)
	h.tiles = "tiles/{z}/{x}/{y}"
	times := map[string]map[string][]float64{"search": {}, "control": {}}
	worst := map[string]float64{}
	for range tries {
		for range runs {
			for _, page := range pages {
				p := b.Page(t, site+"/"+page, browser.Phone(), browser.Clock(now), browser.Before(watch))
				firstLoad(p, page)
				for _, s := range steps[page] {
					if s.click == "" || browser.Eval[int](p, fmt.Sprintf("$all(%q).length", s.click)) > 0 {
						times[page][s.name] = append(times[page][s.name], s.take(p))
					}
				}
				if page == "search" {
					same(t, "strange requests", p.Strangers(h.URL, site), []string(nil))
					same(t, "kept on the device", p.Stored(h.URL, site), []string{})
					same(t, "console", p.Errors(), []string(nil))
				}
				p.Close()
			}
		}
		for _, page := range pages {
			worst[page] = 0
			for _, s := range steps[page] {
				if taken := times[page][s.name]; len(taken) > 0 {
					worst[page] = max(worst[page], typical(taken))
					t.Logf("%-7s %-22s %4.0f ms %3.0f", page, s.name, typical(taken), taken)
				} else {
					t.Logf("%-7s %-22s not there", page, s.name)
				}
			}
		}
		t.Logf("worst interaction: fh-search %.0f ms, at most %d; InstantSearch %.0f ms (load %s)", worst["search"], interaction, worst["control"], load())
		if worst["search"] <= interaction || worst["search"] <= worst["control"] {
			return
		}
	}
	t.Errorf("the worst interaction takes %.0f ms, at most %d, or the %.0f of InstantSearch when the machine is busy", worst["search"], interaction, worst["control"])
}

package browsertest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

func (h *hub) mapSource(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tiles == "" {
		http.Error(w, "{}", http.StatusNotFound)
		return
	}
	json.NewEncoder(w).Encode(listing{"tiles": h.tiles, "attribution": "© Kartverket", "link": "https://www.kartverket.no/"})
}

// gray is a tile of one pixel.
var gray, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGO4AQAAygDJ8UBE4gAAAABJRU5ErkJggg==")

func tile(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Content-Type", "image/png")
	w.Write(gray)
}

// inside reports whether an item has a position, and has it within west,south,east,north; "" is anywhere at all.
func inside(item listing, bbox string) bool {
	if bbox == "" {
		return true
	}
	place, _ := item["place"].(listing)
	lat, ok := place["lat"].(float64)
	lon, _ := place["lon"].(float64)
	var edge [4]float64
	for i, text := range strings.Split(bbox, ",") {
		edge[i], _ = strconv.ParseFloat(text, 64)
	}
	return ok && edge[0] <= lon && lon <= edge[2] && edge[1] <= lat && lat <= edge[3]
}

// placed are listings on the map: twelve at the bath, two in the same quarter, one in the next town, and two nowhere.
func placed() []listing {
	at := func(id, title, place string, lat, lon float64) listing {
		return listing{"id": id, "title": title, "kind": "activity", "status": "scheduled", "place": listing{"name": place, "lat": lat, "lon": lon}, "sources": []listing{{"id": "prove", "name": "Prøvekilden"}}}
	}
	items := []listing{
		at("klubb", "Ungdomsklubb", "Sentrum", 59.0530, 10.0350), at("kor", "Kor for alle", "Torget", 59.0560, 10.0290), at("strikk", "Strikkekafé", "Hovedbiblioteket", 59.1310, 10.2160),
	}
	for i := range 12 {
		items = append(items, at(fmt.Sprint("bad-", i), fmt.Sprintf("Svømming, gruppe %d", i+1), "Farrisbadet", 59.0480, 10.0150))
	}
	for _, id := range []string{"nett", "hjemme"} {
		item := at(id, "Digital møteplass", "", 0, 0)
		delete(item, "place")
		items = append(items, item)
	}
	return items
}

// chart is a page with the search in its map view, and where its tiles are.
type chart struct {
	world
	tiles  *httptest.Server
	broken atomic.Bool
	asked  atomic.Int64
}

// within is the button that searches in what the map shows.
const within = el + ".map > :first-child > button"

// openMap opens the map view on a page whose policy allows images from where the tiles are, or from the hub.
func openMap(t *testing.T, b *browser.Browser, attributes string, items []listing, options ...browser.Option) *chart {
	t.Helper()
	return openMapAt(t, b, "/", attributes, items, options...)
}

func openMapAt(t *testing.T, b *browser.Browser, path, attributes string, items []listing, options ...browser.Option) *chart {
	t.Helper()
	c := &chart{}
	c.tiles = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.asked.Add(1)
		if r.Header.Get("Cookie") != "" || strings.TrimSuffix(r.Referer(), "/") != c.site {
			t.Errorf("a tile is asked for with cookie %q and referrer %q", r.Header.Get("Cookie"), r.Referer())
		}
		if c.broken.Load() {
			http.Error(w, "", http.StatusInternalServerError)
			return
		}
		tile(w, r)
	}))
	t.Cleanup(c.tiles.Close)
	h := newHub(t, items)
	h.tiles = c.tiles.URL + "/{z}/{y}/{x}.png"
	if strings.Contains(attributes, "through") {
		h.tiles = "tiles/{z}/{x}/{y}"
	}
	s := site(t, h.URL)
	c.world = world{nil, h, s}
	c.Page = b.Page(t, s+path+"?img="+url.QueryEscape(c.tiles.URL+" "+h.URL)+"&attr="+url.QueryEscape(`view="map" `+attributes), append(options, browser.Clock(now))...)
	return c
}

// ready waits until the map has come to rest with all its tiles.
func (c *chart) ready() {
	c.Wait(`$all("fh-search >>> .tiles img").length > 0 && $all("fh-search >>> .tiles img").every(n => n.complete)`)
}

func (c *chart) shown(t *testing.T, text string) {
	t.Helper()
	c.WaitText(el+".map strong", text)
}

func (c *chart) marks() []string {
	return browser.Eval[[]string](c.Page, `$all("fh-search >>> .stage button").map(n => n.ariaLabel).sort()`)
}

func TestMap(t *testing.T) {
	b := browser.New(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *browser.Browser)
	}{
		{"nothing before the click", mapOnClick},
		{"at once, or never", mapOnOff},
		{"through the hub", mapThroughHub},
		{"keyboard alone", mapByKeyboard},
		{"hands", mapByHand},
		{"area", mapArea},
		{"more than is shown", mapBounded},
		{"tiles that fail", mapWithoutTiles},
		{"hub that fails", mapWithoutHub},
		{"looks", mapLooks},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
}

func mapOnClick(t *testing.T, b *browser.Browser) {
	c := openMap(t, b, "", placed())
	host := strings.TrimPrefix(c.tiles.URL, "http://")
	c.WaitText(el+".start", "Kartet hentes fra "+host+". De som driver "+host+", får da vite IP-adressen din.")
	c.WaitText(el+".map > :last-child p", "Viser 15 treff")
	same(t, "the list needs no map", len(c.Texts(el+".map article")), 15)
	same(t, "how many", c.Text(el+".map > :last-child p"), "Viser 15 treff med kjent sted. 2 treff uten kjent sted står bare i listevisningen.")
	c.sound(t)
	c.Screenshot("map-before")
	for _, request := range c.Requests() {
		if !strings.HasPrefix(request.URL, "data:") && !strings.HasPrefix(request.URL, c.hub.URL) && !strings.HasPrefix(request.URL, c.site) {
			t.Errorf("asked before the click: %s", request.URL)
		}
		if request.Method != "GET" {
			t.Errorf("a preflight: %s %s", request.Method, request.URL)
		}
	}
	same(t, "tiles asked for", c.asked.Load(), int64(0))
	c.Wait(`$("fh-search >>> .start button")?.checkVisibility()`)
	c.Click(el + ".start button")
	c.ready()
	c.shown(t, "15 aktiviteter i kartutsnittet")
	c.hits(t, "17 treff")
	same(t, "box", browser.Eval[bool](c.Page, `$("fh-search >>> .start").checkVisibility()`), false)
	same(t, "credit", browser.Eval[[]string](c.Page, `[$("fh-search >>> [part=map] .line a").innerText, $("fh-search >>> [part=map] .line a").href]`), []string{"© Kartverket", "https://www.kartverket.no/"})
	same(t, "focus", browser.Eval[bool](c.Page, `$("fh-search").shadowRoot.activeElement.matches(".stage")`), true)
	if c.asked.Load() == 0 {
		t.Error("no tile was asked for")
	}
	c.Wait(`(() => { // the whole map is covered
		const box = $("fh-search >>> .stage").getBoundingClientRect();
		return [[5, 5], [box.width / 2, box.height / 2], [box.width - 6, box.height - 6]].every(([x, y]) => $all("fh-search >>> .tiles img").some(n => {
			const r = n.getBoundingClientRect();
			return r.left <= box.x + x && r.right >= box.x + x && r.top <= box.y + y && r.bottom >= box.y + y;
		}));
	})()`)
	same(t, "buttons", c.marks(), []string{"14 aktiviteter ved Sentrum og i nærheten", "Strikkekafé"})
	same(t, "tiles are no content", browser.Eval[[]string](c.Page, `[...new Set($all("fh-search >>> .tiles img").map(n => n.alt + n.crossOrigin))]`), []string{"anonymous"})
	c.sound(t)
	c.Screenshot("map")

	c.Click(el + "[part=views] button")
	c.Wait(`!$("fh-search >>> .map")?.checkVisibility()`)
	before := c.asked.Load()
	c.Click(el + "[part=views] button:last-child")
	c.shown(t, "15 aktiviteter i kartutsnittet")
	same(t, "tiles asked for once more", c.asked.Load(), before)
	browser.Eval[any](c.Page, `(globalThis.away = $("fh-search"), away.remove(), 0)`)
	browser.Eval[any](c.Page, `($("main").append(away), 0)`)
	c.WaitText(el+".start", "Kartet hentes fra")
	c.sound(t)
}

func mapOnOff(t *testing.T, b *browser.Browser) {
	c := openMap(t, b, `tiles="on" map-height="300"`, placed())
	c.ready()
	c.shown(t, "15 aktiviteter i kartutsnittet")
	same(t, "height", browser.Eval[int](c.Page, `$("fh-search >>> .stage").offsetHeight`), 300)
	same(t, "focus stays where it was", browser.Eval[bool](c.Page, `document.activeElement === document.body`), true)
	off := openMap(t, b, `tiles="off"`, placed())
	off.hits(t, "17 treff")
	same(t, "map", browser.Eval[int](off.Page, `$all("fh-search >>> .map").length + $all("fh-search >>> [part=views] button").filter(n => n.innerText === "Kart").length`), 0)
}

func mapThroughHub(t *testing.T, b *browser.Browser) {
	c := openMap(t, b, `data-through`, placed())
	c.WaitText(el+".start", "Kartet hentes fra "+strings.TrimPrefix(c.hub.URL, "http://"))
	c.Wait(`$("fh-search >>> .start button")?.checkVisibility()`)
	c.Click(el + ".start button")
	c.ready()
	c.shown(t, "15 aktiviteter i kartutsnittet")
	same(t, "tiles asked for elsewhere", c.asked.Load(), int64(0))
	c.Wait(`$all("fh-search >>> .tiles img").every(n => n.naturalWidth === 1)`)
	c.sound(t)
}

func mapByKeyboard(t *testing.T, b *browser.Browser) {
	c := openMap(t, b, `tiles="on"`, placed())
	c.ready()
	c.shown(t, "15 aktiviteter")
	focused := func() string {
		return browser.Eval[string](c.Page, `(n => n.ariaLabel ?? n.innerText)($("fh-search").shadowRoot.activeElement)`)
	}
	browser.Eval[any](c.Page, `$("fh-search >>> .stage").focus()`)
	same(t, "name of the map", focused(), "Kart")
	c.Type(kb.Tab)
	first := focused()
	c.Type(map[bool]string{true: kb.ArrowUp, false: kb.ArrowDown}[first != "Strikkekafé"])
	second := focused()
	same(t, "two buttons by Tab and arrow", slices.Sorted(slices.Values([]string{first, second})), []string{"14 aktiviteter ved Sentrum og i nærheten", "Strikkekafé"})
	same(t, "one of them is in the way of Tab", browser.Eval[int](c.Page, `$all("fh-search >>> .stage button[tabindex='0']").length`), 1)
	if first == "Strikkekafé" {
		first, second = second, first
	}
	if focused() != "14 aktiviteter ved Sentrum og i nærheten" {
		c.Type(kb.ArrowDown)
	}
	c.Type(kb.Enter)
	c.ready()
	c.Wait(`$all("fh-search >>> .stage button").length > 1`)
	for range 5 {
		if slices.Contains(c.marks(), "12 aktiviteter ved Farrisbadet") {
			break
		}
		c.Type(kb.Enter)
	}
	same(t, "the cluster came apart", slices.Contains(c.marks(), "12 aktiviteter ved Farrisbadet"), true)
	same(t, "focus is on a button", strings.Contains(strings.Join(c.marks(), "|"), focused()), true)
	c.sound(t)
	browser.Eval[any](c.Page, `$all("fh-search >>> .stage button").find(n => n.ariaLabel.startsWith("12")).focus()`)
	c.Type(kb.Enter)
	c.shown(t, "12 aktiviteter ved Farrisbadet")
	c.hits(t, "12 aktiviteter ved Farrisbadet")
	same(t, "focus goes to the list", focused(), "Svømming, gruppe 1")
	same(t, "listed", len(c.Texts(el+".map article")), 12)
	c.sound(t)
	c.Click(el + ".map strong + button")
	c.Wait(`$("fh-search >>> .map strong").innerText.includes("kartutsnittet")`)
	same(t, "focus goes back", focused(), "Kart")

	// out to where all can be seen again, and away
	for range 12 {
		c.Type("-")
	}
	c.shown(t, "15 aktiviteter i kartutsnittet")
	c.Type("+")
	c.shown(t, "15 aktiviteter i kartutsnittet")
	for range 4 {
		c.Type(kb.ArrowRight)
	}
	c.shown(t, "0 aktiviteter i kartutsnittet")
	same(t, "list", len(c.Texts(el+".map article")), 0)
	c.sound(t)
}

func mapByHand(t *testing.T, b *browser.Browser) {
	c := openMap(t, b, `tiles="on"`, placed(), browser.Size(900, 1200))
	c.ready()
	c.shown(t, "15 aktiviteter")
	where := func(name string) browser.Point {
		return c.Middle(el + fmt.Sprintf(".stage button[aria-label^='%s']", name))
	}
	stage := c.Middle(el + ".stage")
	from := where("Strikke")
	c.Drag(stage, browser.Point{X: stage.X - 60, Y: stage.Y + 40})
	to := where("Strikke")
	same(t, "dragged", [2]float64{to.X - from.X, to.Y - from.Y}, [2]float64{-60, 40})
	c.Drag(to, browser.Point{X: to.X + 60, Y: to.Y - 40})
	same(t, "dragged by a button", where("Strikke"), from)
	same(t, "which was not pressed", browser.Eval[bool](c.Page, `$("fh-search >>> .map strong + button").checkVisibility()`), false)

	scroll := browser.Eval[float64](c.Page, `scrollY`)
	c.Wheel(stage, 40, false)
	c.Wait(fmt.Sprintf(`scrollY !== %v || scrollY + innerHeight >= document.documentElement.scrollHeight - 1`, scroll))
	same(t, "the wheel alone is the page's", where("Strikke").X, from.X)
	stage = c.Middle(el + ".stage")
	from = where("Strikke")
	c.Wheel(from, -99, true)
	c.Wait(`$all("fh-search >>> .stage button").length > 0`)
	if now := where("Strikke"); math.Hypot(now.X-from.X, now.Y-from.Y) > 2 {
		t.Errorf("under the wheel was %v, is %v", from, now)
	}
	c.Wheel(from, 99, true)

	size := func() float64 {
		return browser.Eval[float64](c.Page, `(([a, b]) => a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0)($all("fh-search >>> .stage button").map(n => n.getBoundingClientRect()))`)
	}
	before := size()
	c.Touch(
		[]browser.Point{{X: stage.X - 50, Y: stage.Y}, {X: stage.X + 50, Y: stage.Y}},
		[]browser.Point{{X: stage.X - 40, Y: stage.Y}, {X: stage.X + 40, Y: stage.Y}},
		[]browser.Point{{X: stage.X - 25, Y: stage.Y}, {X: stage.X + 25, Y: stage.Y}},
	)
	if after := size(); after < before*0.45 || after > before*0.55 {
		t.Errorf("pinched to half: buttons were %v apart and are %v", before, after)
	}
	c.DoubleClick(stage)
	c.Wait(fmt.Sprintf(`(([a, b]) => Math.hypot(a.x - b.x, a.y - b.y))($all("fh-search >>> .stage button").map(n => n.getBoundingClientRect())) > %v`, before*0.8))
	c.Click(el + ".stage button[aria-label^='Strikke']")
	c.shown(t, "Strikkekafé")
	same(t, "listed", c.Texts(el+".map [part=title]"), []string{"Strikkekafé"})
	c.ready()
	c.sound(t)
}

func mapArea(t *testing.T, b *browser.Browser) {
	c := openMap(t, b, `tiles="on"`, placed())
	c.ready()
	c.shown(t, "15 aktiviteter")
	browser.Eval[any](c.Page, `$all("fh-search >>> .stage button").find(n => n.ariaLabel === "Strikkekafé").focus()`)
	for range 3 {
		c.Type("+")
	}
	c.shown(t, "1 aktivitet i kartutsnittet")
	c.Click(within)
	c.WaitText(el+".map > :last-child p", "Viser 1 treff med kjent sted.")
	_, asked := c.hub.asked()
	same(t, "area", inside(placed()[2], asked.Get("bbox")) && !inside(placed()[0], asked.Get("bbox")), true)
	same(t, "listed", c.Texts(el+".map [part=title]"), []string{"Strikkekafé"})
	c.sound(t)
	for range 3 {
		c.Click(el + ".stage + .line .bar button + button")
	}
	c.shown(t, "1 aktivitet i kartutsnittet")
	same(t, "chips", len(c.Texts(el+"[part=chip]")), 1)
	if address := browser.Eval[string](c.Page, `location.href`); !strings.Contains(address, "fh-bbox=") {
		t.Errorf("the address leads elsewhere: %s", address)
	}
	c.Click(el + "[part=chip]")
	c.shown(t, "15 aktiviteter i kartutsnittet")

	// an area without anything can be left
	for range 6 {
		browser.Eval[any](c.Page, `$("fh-search >>> .stage").focus()`)
		c.Type(kb.ArrowDown)
	}
	c.shown(t, "0 aktiviteter i kartutsnittet")
	c.Click(within)
	c.WaitText(el+".map > :last-child p", "Ingen treff med kjent sted.")
	c.Click(el + "[part=chip]")
	c.shown(t, "15 aktiviteter i kartutsnittet")

	// another search begins everywhere
	c.Click(el + "#q")
	c.Type("strikk")
	c.WaitText(el+".map > :last-child p", "Viser 1 treff med kjent sted.")
	c.shown(t, "1 aktivitet i kartutsnittet")
	c.ready()
	c.sound(t)
}

func mapBounded(t *testing.T, b *browser.Browser) {
	items := placed()
	for i := range 440 {
		items = append(items, listing{"id": fmt.Sprint("i-", i), "title": fmt.Sprint("Tur ", i), "kind": "event", "status": "scheduled", "sources": []listing{{"id": "prove", "name": "Prøvekilden"}},
			"place": listing{"name": fmt.Sprint("Utsikten ", i), "lat": 58.9 + float64(i%21)*0.02, "lon": 9.6 + float64(i/21)*0.03}})
	}
	c := openMap(t, b, `tiles="on"`, items)
	c.ready()
	c.WaitText(el+".map > :last-child p", "Viser 400 av 455 treff med kjent sted. Zoom inn og søk i området for å se resten. 2 treff uten kjent sted")
	same(t, "listed", len(c.Texts(el+".map article")), 20)
	c.Click(el + ".map ol + button")
	same(t, "listed after more", len(c.Texts(el+".map article")), 40)
	same(t, "focus", browser.Eval[bool](c.Page, `$all("fh-search >>> .map article a")[20] === $("fh-search").shadowRoot.activeElement`), true)
	same(t, "buttons that lie on each other", browser.Eval[int](c.Page, `(all => all.filter(a => all.some(b => a !== b && Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2) < 44)).length)($all("fh-search >>> .stage button").map(n => n.getBoundingClientRect()))`), 0)
	c.sound(t)
	c.Screenshot("map-many")
	if asked, _ := c.hub.asked(); asked != 1+1+4 {
		t.Errorf("%d searches", asked)
	}
}

func mapWithoutTiles(t *testing.T, b *browser.Browser) {
	c := openMap(t, b, "", placed())
	c.broken.Store(true)
	c.WaitText(el+".start", "Kartet hentes fra")
	c.Wait(`$("fh-search >>> .start button")?.checkVisibility()`)
	c.Click(el + ".start button")
	c.WaitText(el+".map", "Vi fikk ikke hentet kartet. Listen viser de samme aktivitetene.")
	c.shown(t, "15 aktiviteter i kartutsnittet")
	same(t, "buttons", len(c.marks()), 2)
	c.sound(t, c.tiles.URL)
	c.ready()
	c.broken.Store(false)
	c.Click(el + "[part=map] ~ p button")
	c.Wait(`!$("fh-search >>> .map").innerText.includes("Vi fikk ikke")`)
	c.ready()
	c.Wait(`$all("fh-search >>> .tiles img").length > 0 && $all("fh-search >>> .tiles img").every(n => n.naturalWidth)`)
	if focus := c.Focus(); !strings.HasPrefix(focus, "p") {
		t.Errorf("focus is at %q", focus)
	}

	// a page whose policy does not allow the tiles
	forbidden := open(t, b, attr(`view="map"`), placed())
	forbidden.hub.mu.Lock()
	forbidden.hub.tiles = c.tiles.URL + "/{z}/{y}/{x}.png"
	forbidden.hub.mu.Unlock()
	forbidden.Goto(forbidden.site + attr(`view="map" tiles="on"`))
	forbidden.WaitText(el+".map", "Vi fikk ikke hentet kartet.")
	forbidden.Wait(`$all("fh-search >>> .map article").length === 15`)

	// a hub without a map
	none := open(t, b, attr(`view="map"`), placed())
	none.WaitText(el+".map", "Vi fikk ikke hentet kartet. Listen viser de samme aktivitetene.")
	none.Wait(`$all("fh-search >>> .map article").length === 15`)
	none.sound(t, "map.json")
}

func mapWithoutHub(t *testing.T, b *browser.Browser) {
	c := openMap(t, b, `tiles="on"`, placed())
	c.ready()
	c.shown(t, "15 aktiviteter")
	c.hub.answer(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "{}", http.StatusInternalServerError) })
	c.Click(within)
	c.WaitText(el+"[part=notice]", "Listen er fra forrige søk.")
	c.hits(t, "Vi fikk ikke hentet treff.")
	same(t, "what was there stays", len(c.Texts(el+".map article")), 15)
	c.sound(t, "search?")
	c.hub.answer(nil)
	c.Click(el + "#again")
	c.hits(t, "15 treff")

	// the first answer comes, and what the map asks for does not
	late := openMap(t, b, `tiles="on"`, placed())
	late.ready()
	late.hub.answer(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("bbox") != "" {
			http.Error(w, "{}", http.StatusInternalServerError)
			return
		}
		late.hub.respond(w, r)
	})
	late.Click(el + "#q")
	late.Type("svømming")
	late.WaitText(el+".map > :last-child p", "Vi fikk ikke hentet treff.")
	late.sound(t, "search?")
	late.hub.answer(nil)
	late.Click(el + ".map > :last-child p button")
	late.WaitText(el+".map > :last-child p", "Viser 12 treff med kjent sted.")
	if focus := late.Focus(); !strings.HasPrefix(focus, "p Viser 12") {
		t.Errorf("focus is at %q", focus)
	}
}

func mapLooks(t *testing.T, b *browser.Browser) {
	for _, test := range []struct {
		name, attributes string
		options          []browser.Option
	}{
		{"narrow", `tiles="on"`, []browser.Option{browser.Size(320, 700)}},
		{"dark", `tiles="on"`, []browser.Option{browser.Media("prefers-color-scheme", "dark")}},
		{"forced colours", `tiles="on"`, []browser.Option{browser.Media("forced-colors", "active")}},
		{"reduced motion", `tiles="on"`, []browser.Option{browser.Media("prefers-reduced-motion", "reduce")}},
		{"right to left", `tiles="on" dir="rtl"`, nil},
		{"wide", `tiles="on"`, []browser.Option{browser.Size(1800, 1100)}},
		{"print", `tiles="on"`, []browser.Option{browser.Paper()}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := openMapAt(t, b, "/fin", test.attributes, placed(), test.options...)
			if test.name == "print" {
				c.Wait(`$all("fh-search >>> .map article").length === 15`)
				same(t, "map on paper", browser.Eval[bool](c.Page, `$("fh-search >>> .stage").checkVisibility()`), false)
				c.Screenshot("map-print")
				return
			}
			c.ready()
			c.shown(t, "15 aktiviteter i kartutsnittet")
			c.sound(t)
			if wide := browser.Eval[int](c.Page, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
				t.Errorf("%d px too wide", wide)
			}
			same(t, "targets below 24 px", browser.Eval[[]string](c.Page, `$all("fh-search >>> .map :is(button, .line a)").filter(n => n.checkVisibility()).filter(n => { const r = n.getBoundingClientRect(); return r.width < 24 || r.height < 24; }).map(n => n.outerHTML)`), []string{})
			same(t, "what moves by itself", browser.Eval[int](c.Page, `document.getAnimations().length + $("fh-search").shadowRoot.getAnimations().length`), 0)
			browser.Eval[any](c.Page, `$("fh-search >>> .stage button").focus({ focusVisible: true })`)
			c.Middle(el + ".stage")
			c.Screenshot("map-" + strings.ReplaceAll(test.name, " ", "-"))
		})
	}
}

package config

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
)

// Map is what the maps are drawn from.
type Map struct {
	Tiles       string // address of a tile of 256 by 256 pixels in Web Mercator, with {z}, {x} and {y} once each
	Attribution string // stands on the map
	Link        string // where that leads
	ThroughHub  bool   // residents get the tiles by way of the hub, which keeps none
}

// The map unless the file says otherwise: Kartverket's topographic one, CC BY 4.0.
const (
	DefaultTiles       = "https://cache.kartverket.no/v1/wmts/1.0.0/topo/default/webmercator/{z}/{y}/{x}.png"
	DefaultAttribution = "© Kartverket"
	DefaultMapLink     = "https://www.kartverket.no/"
)

func (c *checker) tiles(w wireMap) Map {
	m := Map{Tiles: cmp.Or(w.Tiles, DefaultTiles), Attribution: w.Attribution, Link: w.Link, ThroughHub: w.ThroughHub}
	u, err := url.Parse(strings.NewReplacer("{z}", "1", "{x}", "1", "{y}", "1").Replace(m.Tiles))
	once := strings.Count(m.Tiles, "{z}") == 1 && strings.Count(m.Tiles, "{x}") == 1 && strings.Count(m.Tiles, "{y}") == 1
	line, column := c.at("hub", "map", "tiles")
	switch {
	case err != nil || !pageOf(u) || strings.ContainsAny(u.String(), "{}") || len(m.Tiles) > 500:
		c.problem(line, column, fmt.Sprintf("hub.map.tiles %q er ikke en adresse til kartbilder", m.Tiles), "skriv for eksempel "+DefaultTiles+", eller ta bort linjen")
	case !once:
		c.problem(line, column, "hub.map.tiles må ha {z}, {x} og {y} i seg, én gang hver", "skriv for eksempel "+DefaultTiles)
	case u.Scheme != "https" && !m.ThroughHub:
		c.problem(line, column, "hub.map.tiles begynner ikke med https://, og nettlesere viser ikke slike bilder på sikre sider", "bruk https://, eller legg til through_hub: true")
	case m.ThroughHub:
		c.reachable(u, true, line, column)
	}
	line, column = c.at("hub", "map", "link")
	if u, err := url.Parse(m.Link); m.Link != "" && (err != nil || !pageOf(u)) {
		c.problem(line, column, fmt.Sprintf("hub.map.link %q er ikke en adresse", m.Link), "skriv for eksempel "+DefaultMapLink)
	}
	if line, column = c.at("hub", "map"); w.Tiles != "" && w.Attribution == "" && !strings.HasPrefix(w.Tiles, "https://cache.kartverket.no/") {
		c.problem(line, column, "hub.map sier ikke hvem kartet er fra", "legg til attribution: og link: slik den som eier kartet ber om")
	}
	if m.Attribution == "" {
		m.Attribution = DefaultAttribution
		m.Link = cmp.Or(m.Link, DefaultMapLink)
	}
	return m
}

// pageOf reports whether u is an address that a browser can ask for, without credentials in it.
func pageOf(u *url.URL) bool {
	return (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

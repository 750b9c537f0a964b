package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// Map is what the widgets' maps are drawn from.
type Map struct {
	Tiles       string // address of a tile with {z}, {x} and {y} in it; empty: there is no map
	Attribution string
	Link        string // where the attribution leads; empty: nowhere
	// Tile fetches one tile, so that residents need not ask for it where it is. Nil: they do.
	Tile func(ctx context.Context, address string) (body []byte, mediaType string, err error)
}

const (
	tilesPath = "/embed/v1/tiles/"
	// Browsers may keep a tile for a day. Nobody in between may: the hub is no store of tiles, and does not make one of others.
	cacheTile = "private, max-age=86400"

	tileLevels   = 20
	tileTime     = 8 * time.Second
	tilesAtOnce  = 32
	tileRate     = 50 // a second for one client: a view of the map is some 30
	tileBurst    = 500
	tileTypePNG  = "image/png"
	tileTypeJPEG = "image/jpeg"
	tileTypeWebP = "image/webp"
)

// origin gives the origin of the tiles for a policy of a page that shows a map, with a space before it; nothing when it is the hub's own.
func (m Map) origin() string {
	u, err := url.Parse(strings.NewReplacer("{z}", "0", "{x}", "0", "{y}", "0").Replace(m.Tiles))
	if m.Tile != nil || m.Tiles == "" || err != nil {
		return ""
	}
	return " " + u.Scheme + "://" + u.Host
}

// getMap tells where the tiles of the map are: an address, perhaps seen from this one, with {z}, {x} and {y} in it.
func (s *server) getMap(c *gin.Context) error {
	if s.Map.Tiles == "" {
		return problem(http.StatusNotFound, "no-such-address", "There is nothing at this address", "This hub has no map.")
	}
	tiles := s.Map.Tiles
	if s.Map.Tile != nil {
		tiles = "tiles/{z}/{x}/{y}"
	}
	return s.sendJSON(c, struct {
		Tiles       string `json:"tiles"`
		Attribution string `json:"attribution"`
		Link        string `json:"link,omitempty"`
	}{tiles, s.Map.Attribution, s.Map.Link})
}

// getTile passes one tile through.
func (s *server) getTile(c *gin.Context) error {
	if wait := s.wait(s.tiled, c.Request); wait > 0 {
		p := problem(http.StatusTooManyRequests, "too-many", "Too many requests", "One client may not ask for so much of the map at once.")
		p.retry = int(wait/time.Second) + 1
		return p
	}
	z, err := strconv.ParseUint(c.Param("z"), 10, 5)
	if err != nil || z > tileLevels || !tileNumber(c.Param("x"), z) || !tileNumber(c.Param("y"), z) {
		return problem(http.StatusNotFound, "no-such-tile", "There is no such tile", "The address is "+tilesPath+"{z}/{x}/{y}, z at most 20, x and y from 0 to below two to the power of z.")
	}
	address := strings.NewReplacer("{z}", c.Param("z"), "{x}", c.Param("x"), "{y}", c.Param("y")).Replace(s.Map.Tiles)
	select {
	case s.tiling <- struct{}{}:
		defer func() { <-s.tiling }()
	default:
		return unavailable("Too many ask for the map. Try again shortly.", 1)
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), tileTime)
	defer cancel()
	body, mediaType, err := s.Map.Tile(ctx, address)
	if c.Request.Context().Err() != nil {
		return context.Canceled
	}
	if err != nil || mediaType != tileTypePNG && mediaType != tileTypeJPEG && mediaType != tileTypeWebP {
		s.Logger.Debug("no tile of the map", "address", address, "type", mediaType, "error", err)
		return problem(http.StatusBadGateway, "no-tile", "The map did not come", "Where the hub has the map from did not give this tile.")
	}
	h := c.Writer.Header()
	h.Set("Cache-Control", cacheTile)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Data(http.StatusOK, mediaType, body)
	return nil
}

// tileNumber reports whether text is a number of a column or row of that level, as one writes it.
func tileNumber(text string, level uint64) bool {
	n, err := strconv.ParseUint(text, 10, 32)
	return err == nil && n < 1<<level && strconv.FormatUint(n, 10) == text
}

package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/picture"
	"fritidshub/catalog"
)

// Pictures gives the small JPEG of the picture at an address; side is picture.Small or picture.Large.
type Pictures interface {
	Picture(ctx context.Context, address string, side int) ([]byte, error)
}

const (
	picturesPath = "/img/"
	cachePicture = "public, max-age=86400"
	typeJPEG     = "image/jpeg"
	pictureTime  = 15 * time.Second
)

// sizes of a listing's picture, by what stands in its address.
var sizes = map[string]int{"small.jpg": picture.Small, "large.jpg": picture.Large}

// getPicture gives the picture of a listing: the hub is asked for listings, never for addresses, so it fetches nothing but what its sources name, and a listing that
// is gone takes its picture along.
func (s *server) getPicture(c *gin.Context) error {
	if wait := s.wait(s.tiled, c.Request); wait > 0 {
		p := problem(http.StatusTooManyRequests, "too-many", "Too many requests", "One client may not ask for so many pictures at once.")
		p.retry = int(wait/time.Second) + 1
		return p
	}
	side, known := sizes[c.Param("size")]
	state, err := s.listing(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if state.MergedInto != "" {
		s.redirect(c, picturesPath+url.PathEscape(state.MergedInto)+"/"+c.Param("size"))
		return nil
	}
	if !known || state.Image == nil {
		return problem(http.StatusNotFound, "no-picture", "There is no such picture", "The listing has none, or it is called something else than small.jpg and large.jpg.")
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), pictureTime)
	defer cancel()
	body, err := s.Pictures.Picture(ctx, state.Image.URL, side)
	switch {
	case err == nil:
	case c.Request.Context().Err() != nil:
		return context.Canceled
	case errors.Is(err, picture.ErrBusy):
		return unavailable("Others wait for their pictures. Try again shortly.", 5)
	default:
		s.Logger.Debug("no picture", "listing", state.ID, "error", err)
		return problem(http.StatusBadGateway, "no-picture", "The picture did not come", "Where the listing has it from gave nothing that can be shown.")
	}
	c.Writer.Header().Set("Cache-Control", cachePicture)
	c.Writer.Header().Set("Content-Length", strconv.Itoa(len(body)))
	c.Data(http.StatusOK, typeJPEG, body)
	return nil
}

// pictureOf is the address of a listing's picture at this hub and what it shows in words; empty when there is none to show.
func (s *server) pictureOf(item *catalog.Item, size string) (address, alt string) {
	if s.Pictures == nil || item.Image == nil {
		return "", ""
	}
	return picturesPath + item.ID + "/" + size, item.Image.Alt
}

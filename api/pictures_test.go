package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"fritidshub/api/picture"
	"fritidshub/catalog"
)

// gallery gives pictures by address.
type gallery map[string]error

func (g gallery) Picture(_ context.Context, address string, side int) ([]byte, error) {
	err, known := g[address]
	if !known {
		err = errors.New("asked for what no listing names")
	}
	if side == picture.Large {
		return []byte("large"), err
	}
	return []byte("small"), err
}

func TestPictures(t *testing.T) {
	shown := gallery{"https://bilder.example/a.jpg": nil}
	h := newHub(t, func(o *Options) { o.Pictures, o.RateLimit = shown, RateLimit{PerSecond: 1, Burst: 2} })
	football, concert := h.store.listings[0].ID, h.store.listings[1].ID
	h.store.listings[0].Image = &catalog.Image{URL: "https://bilder.example/a.jpg", Alt: `Jenter på "rekke"`}
	for range 5 { // a page has more pictures than other clients may ask for
		w := h.do("GET", "/img/"+football+"/small.jpg")
		if w.Code != http.StatusOK || w.Body.String() != "small" || w.Header().Get("Content-Type") != "image/jpeg" || w.Header().Get("Access-Control-Allow-Origin") != "*" ||
			w.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" || !strings.Contains(w.Header().Get("Cache-Control"), "max-age=86400") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Fatalf("%d %s %v", w.Code, w.Body, w.Header())
		}
	}
	if got := h.get("/img/"+football+"/large.jpg", 200); got != "large" {
		t.Error(got)
	}
	for _, path := range []string{football + "/huge.jpg", concert + "/small.jpg", "nope/small.jpg", football + "/small.jpg/x"} {
		if w := h.do("GET", "/img/"+path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	shown["https://bilder.example/a.jpg"] = picture.ErrBusy
	if w := h.do("GET", "/img/"+football+"/small.jpg"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	shown["https://bilder.example/a.jpg"] = errors.New("a page")
	h.get("/img/"+football+"/small.jpg", http.StatusBadGateway)
}

// Pages show pictures by way of the hub, with what they show in words; a hub that shows none names none.
func TestPagesShowPictures(t *testing.T) {
	for _, on := range []bool{true, false} {
		h := newHub(t, func(o *Options) {
			if on {
				o.Pictures = gallery{}
			}
		})
		football := h.store.listings[0].ID
		h.store.listings[0].Image = &catalog.Image{URL: "https://bilder.example/a.jpg", Alt: `Jenter på "rekke"`}
		for path, want := range map[string]string{"/": `<img src="/img/` + football + `/small.jpg" alt="Jenter på &#34;rekke&#34;"`, "/l/" + football: `src="/img/` + football + `/large.jpg" alt="Jenter på &#34;rekke&#34;"`} {
			page := h.get(path, 200)
			if strings.Contains(page, want) != on || strings.Contains(page, `src="https://bilder.example`) {
				t.Errorf("%s, pictures %v:\n%s", path, on, page)
			}
		}
	}
}

package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestMapFromElsewhere(t *testing.T) {
	h := newHub(t, func(o *Options) {
		o.Map = Map{Tiles: "https://kart.example/{z}/{y}/{x}.png", Attribution: "© Eksempel", Link: "https://kart.example/"}
		o.Demo = []byte("<!doctype html>")
	})
	if got, want := strings.TrimSpace(h.get("/embed/v1/map.json", http.StatusOK)), `{"tiles":"https://kart.example/{z}/{y}/{x}.png","attribution":"© Eksempel","link":"https://kart.example/"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	h.get("/embed/v1/tiles/1/0/0", http.StatusNotFound)
	if policy := h.do("GET", "/demo").Header().Get("Content-Security-Policy"); !strings.Contains(policy, " https://kart.example;") {
		t.Errorf("the demonstration page may not show the map: %s", policy)
	}
	none := newHub(t)
	none.get("/embed/v1/map.json", http.StatusNotFound)
}

func TestMapThroughTheHub(t *testing.T) {
	var asked []string
	answer := func(context.Context, string) ([]byte, string, error) { return []byte("png"), "image/png", nil }
	h := newHub(t, func(o *Options) {
		o.RateLimit = RateLimit{PerSecond: 1, Burst: 1}
		o.Map = Map{Tiles: "https://kart.example/{z}/{y}/{x}.png?lag=topo", Attribution: "© Eksempel", Tile: func(ctx context.Context, address string) ([]byte, string, error) {
			asked = append(asked, address)
			return answer(ctx, address)
		}}
		o.Demo = []byte("<!doctype html>")
	})
	if policy := h.do("GET", "/demo").Header().Get("Content-Security-Policy"); strings.Contains(policy, "kart.example") {
		t.Errorf("the demonstration page may ask others: %s", policy)
	}
	for range 3 { // a map asks for more at once than other clients may
		w := h.do("GET", "/embed/v1/tiles/14/8653/4790")
		if w.Code != http.StatusOK || w.Body.String() != "png" || w.Header().Get("Content-Type") != "image/png" || w.Header().Get("Cache-Control") != "private, max-age=86400" ||
			w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Fatalf("got %d %s %v", w.Code, w.Body, w.Header())
		}
	}
	if len(asked) != 3 || asked[0] != "https://kart.example/14/4790/8653.png?lag=topo" {
		t.Errorf("asked for %q", asked)
	}
	for _, path := range []string{"21/0/0", "-1/0/0", "1/2/0", "1/0/2", "1/0/x", "1/00/0", "1/0/0.png", "{x}/0/0", "1/..%2F..%2Fsecret/0", "1/0/99999999999", "40/0/0"} {
		if w := h.do("GET", "/embed/v1/tiles/"+path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if len(asked) != 3 {
		t.Errorf("asked for %q", asked[3:])
	}
	answer = func(context.Context, string) ([]byte, string, error) { return []byte("<script>"), "text/html", nil }
	h.get("/embed/v1/tiles/1/0/0", http.StatusBadGateway)
	answer = func(context.Context, string) ([]byte, string, error) { return nil, "", errors.New("down") }
	if w := h.do("GET", "/embed/v1/tiles/1/0/0"); w.Code != http.StatusBadGateway || strings.Contains(w.Body.String(), "down") || w.Header().Get("Cache-Control") == "private, max-age=86400" {
		t.Errorf("got %d %s %v", w.Code, w.Body, w.Header())
	}
	answer = func(ctx context.Context, _ string) ([]byte, string, error) {
		if _, bounded := ctx.Deadline(); !bounded {
			t.Error("a tile may take forever")
		}
		return nil, "", nil
	}
	h.get("/embed/v1/tiles/1/0/0", http.StatusBadGateway)
}

// One client does not make the hub ask without end.
func TestTilesAreLimited(t *testing.T) {
	h := newHub(t, func(o *Options) {
		o.Map = Map{Tiles: "https://kart.example/{z}/{y}/{x}", Tile: func(context.Context, string) ([]byte, string, error) { return []byte("png"), "image/png", nil }}
	})
	codes := map[int]int{}
	for range tileBurst + 10 {
		codes[h.do("GET", "/embed/v1/tiles/1/0/0").Code]++
	}
	if codes[http.StatusOK] != tileBurst || codes[http.StatusTooManyRequests] != 10 {
		t.Errorf("answers: %v", codes)
	}
}

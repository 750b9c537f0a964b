package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fritidshub/config"
)

func TestTilesThroughTheHub(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/9/9/9.png" {
			w.Write(make([]byte, tileBytes+1))
			return
		}
		if r.Header.Get("Cookie") != "" || r.Header.Get("X-Forwarded-For") != "" {
			t.Error("the owner of the map is told who asks")
		}
		w.Header().Set("Content-Type", "image/png; q=1")
		w.Write([]byte(r.URL.Path))
	}))
	t.Cleanup(server.Close)
	cfg := &config.Config{Hub: config.Hub{Map: config.Map{Tiles: server.URL + "/{z}/{x}/{y}.png", Attribution: "© Prøve", ThroughHub: true}}}
	in := &invocation{now: time.Now, allowPrivate: strings.TrimPrefix(server.URL, "http://")}
	m := mapOf(cfg, in)
	body, mediaType, err := m.Tile(t.Context(), server.URL+"/1/0/1.png")
	if err != nil || string(body) != "/1/0/1.png" || mediaType != "image/png" || m.Attribution != "© Prøve" {
		t.Errorf("got %q %q %v", body, mediaType, err)
	}
	if _, _, err := m.Tile(t.Context(), server.URL+"/9/9/9.png"); err == nil {
		t.Error("a tile may be larger than the hub reads")
	}
	in.allowPrivate = ""
	if _, _, err := mapOf(cfg, in).Tile(t.Context(), server.URL+"/1/0/1.png"); err == nil {
		t.Error("a private address was asked without leave")
	}
	cfg.Hub.Map.ThroughHub = false
	if mapOf(cfg, in).Tile != nil {
		t.Error("the hub asks for tiles unasked")
	}
}

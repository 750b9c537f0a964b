package main

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fritidshub/api/picture"
	"fritidshub/config"
)

// A hub fetches pictures when it is told to, nothing that is too large, and nothing from where it may not ask.
func TestPicturesOf(t *testing.T) {
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewRGBA(image.Rect(0, 0, 640, 480))); err != nil {
		t.Fatal(err)
	}
	source := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Referer") != "" {
			t.Error("the owner of the picture is told who asks")
		}
		w.Header().Set("Content-Type", "image/png")
		w.Write(drawn.Bytes())
		if r.URL.Path == "/stor.png" {
			w.Write(make([]byte, pictureBytes))
		}
	}))
	t.Cleanup(source.Close)
	open := func(allow string) func(address string) ([]byte, error) {
		pictures, err := picturesOf(&config.Config{Hub: config.Hub{Images: true}}, &invocation{now: time.Now, data: t.TempDir(), allowPrivate: allow})
		if err != nil {
			t.Fatal(err)
		}
		return func(address string) ([]byte, error) {
			return pictures.Picture(t.Context(), source.URL+address, picture.Small)
		}
	}
	get := open(strings.TrimPrefix(source.URL, "http://"))
	body, err := get("/bilde.png")
	if err != nil {
		t.Fatal(err)
	}
	if size, err := jpeg.DecodeConfig(bytes.NewReader(body)); err != nil || size.Width != 320 || size.Height != 240 {
		t.Errorf("%+v, %v", size, err)
	}
	if _, err := get("/stor.png"); err == nil {
		t.Error("a picture of more than 10 MB is taken")
	}
	if _, err := open("")("/bilde.png"); err == nil {
		t.Error("a private address is asked")
	}
	if none, err := picturesOf(new(config.Config), &invocation{data: t.TempDir()}); none != nil || err != nil {
		t.Errorf("a hub that was told nothing shows pictures: %v, %v", none, err)
	}
}

package picture

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// painted is a picture whose upper left quarter is red, the rest blue.
func painted(wide, high int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, wide, high))
	for y := range high {
		for x := range wide {
			out.SetRGBA(x, y, color.RGBA{B: 255, A: 255})
			if x < wide/2 && y < high/2 {
				out.SetRGBA(x, y, color.RGBA{R: 255, A: 255})
			}
		}
	}
	return out
}

func encoded(t testing.TB, kind string, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	err := map[string]func() error{
		"jpeg": func() error { return jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}) },
		"png":  func() error { return png.Encode(&b, img) },
		"gif":  func() error { return gif.Encode(&b, img, &gif.Options{NumColors: len(palette.Plan9)}) },
	}[kind]()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif puts a segment into a JPEG that says how it lies, and where it was taken.
func exif(body []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	tiff := []byte("MM")
	if order == binary.LittleEndian {
		tiff = []byte("II")
	}
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	for _, n := range []uint16{0x0112, 3} {
		tiff = order.AppendUint16(tiff, n)
	}
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, orientation)
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	tiff = append(tiff, "Larvik 59.05 10.03"...)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(segment)+2))
	return slices.Concat(body[:2], head, segment, body[2:])
}

// red says in which quarter of a picture the red one is: upper left, upper right, lower left, lower right.
func red(t *testing.T, body []byte) string {
	t.Helper()
	img, kind, err := image.Decode(bytes.NewReader(body))
	if err != nil || kind != "jpeg" {
		t.Fatal(kind, err)
	}
	size := img.Bounds().Size()
	for i, name := range []string{"upper left", "upper right", "lower left", "lower right"} {
		if r, _, b, _ := img.At(size.X/4+i%2*size.X/2, size.Y/4+i/2*size.Y/2).RGBA(); r > b {
			return name
		}
	}
	return "nowhere"
}

func sizeOf(t *testing.T, body []byte) image.Point {
	t.Helper()
	config, err := jpeg.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return image.Pt(config.Width, config.Height)
}

func TestShrink(t *testing.T) {
	webp, err := base64.StdEncoding.DecodeString("UklGRiwAAABXRUJQVlA4ICAAAABwAgCdASpAADAAPm02mUmkIyKhIggAgA2JaQAAPaOiAAA=")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		body []byte
		want image.Point
	}{
		"jpeg": {encoded(t, "jpeg", painted(800, 600)), image.Pt(320, 240)}, "png": {encoded(t, "png", painted(400, 800)), image.Pt(160, 320)}, "gif": {encoded(t, "gif", painted(640, 320)), image.Pt(320, 160)},
		"small already": {encoded(t, "png", painted(100, 50)), image.Pt(100, 50)}, "a line": {encoded(t, "png", painted(20_000, 32)), image.Pt(320, 1)},
	} {
		body, err := Shrink(test.body, Small)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := sizeOf(t, body); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
		if name != "a line" && red(t, body) != "upper left" {
			t.Errorf("%s: red is %s", name, red(t, body))
		}
	}
	if _, err := Shrink(webp, Small); err != nil && strings.Contains(err.Error(), "unknown format") {
		t.Errorf("WebP is not read: %v", err)
	}
	clear := image.NewRGBA(image.Rect(0, 0, 64, 64))
	body, err := Shrink(encoded(t, "png", clear), Small)
	if err != nil {
		t.Fatal(err)
	}
	img, _ := jpeg.Decode(bytes.NewReader(body))
	if r, g, b, _ := img.At(32, 32).RGBA(); r>>8 != 255 || g>>8 != 255 || b>>8 != 255 {
		t.Errorf("what can be seen through is %d %d %d", r>>8, g>>8, b>>8)
	}
}

// A picture lies as its camera says, and what else the camera wrote is gone.
func TestShrinkTurns(t *testing.T) {
	plain := encoded(t, "jpeg", painted(400, 200))
	for orientation, want := range map[uint16]string{0: "upper left", 1: "upper left", 2: "upper right", 3: "lower right", 4: "lower left", 5: "upper left", 6: "upper right", 7: "lower right", 8: "lower left", 9: "upper left"} {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			body, err := Shrink(exif(plain, order, orientation), Small)
			if err != nil {
				t.Fatal(err)
			}
			size := image.Pt(320, 160)
			if orientation > 4 && orientation < 9 {
				size = image.Pt(160, 320)
			}
			if got := sizeOf(t, body); got != size || red(t, body) != want {
				t.Errorf("orientation %d, %v: %v with red %s, want %v with red %s", orientation, order, got, red(t, body), size, want)
			}
			if bytes.Contains(body, []byte("Larvik")) || bytes.Contains(body, []byte("Exif")) {
				t.Error("what the camera wrote is kept")
			}
		}
	}
}

func TestShrinkRefuses(t *testing.T) {
	bomb := encoded(t, "png", painted(64, 64))
	binary.BigEndian.PutUint32(bomb[16:], 60_000)
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	whole := encoded(t, "jpeg", painted(64, 64))
	for name, body := range map[string][]byte{"nothing": nil, "a page": []byte("<html>"), "a drawing with scripts": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), "a bomb": bomb,
		"one pixel": encoded(t, "gif", painted(1, 1)), "the beginning alone": whole[:len(whole)/2]} {
		if _, err := Shrink(body, Small); !errors.Is(err, errNone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzShrink(f *testing.F) {
	f.Add(exif(encoded(f, "jpeg", painted(40, 40)), binary.BigEndian, 6))
	f.Add(encoded(f, "gif", painted(40, 40)))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8 "))
	f.Fuzz(func(t *testing.T, body []byte) {
		if config, _, err := image.DecodeConfig(bytes.NewReader(body)); err == nil && config.Width*config.Height > 1_000_000 {
			t.Skip("large ones are slow")
		}
		if out, err := Shrink(body, 64); err == nil {
			if size := sizeOf(t, out); size.X > 64 || size.Y > 64 {
				t.Errorf("%v", size)
			}
		}
	})
}

// source gives pictures by address, and counts.
type source struct {
	mu    sync.Mutex
	asked []string
	give  []byte
	err   error
}

func (s *source) ask(_ context.Context, address string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, address)
	return s.give, s.err
}

func TestShelf(t *testing.T) {
	dir, at, src := filepath.Join(t.TempDir(), "pictures"), now, &source{give: encoded(t, "png", painted(400, 400))}
	open := func() *Shelf {
		s, err := Open(dir, 1<<20, src.ask, func() time.Time { return at })
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	get := func(side int) []byte {
		t.Helper()
		body, err := s.Picture(t.Context(), "https://a.example/1.png", side)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	if size := sizeOf(t, get(Small)); size != image.Pt(Small, Small) {
		t.Error(size)
	}
	if size := sizeOf(t, get(Large)); size != image.Pt(400, 400) {
		t.Error(size)
	}
	s = open()
	get(Small)
	if len(src.asked) != 2 {
		t.Errorf("asked for %q: a picture is kept, over a restart too", src.asked)
	}
	src.give = encoded(t, "png", painted(200, 100))
	at = at.Add(fresh)
	if size := sizeOf(t, get(Small)); size != image.Pt(200, 100) {
		t.Errorf("after a week it is still %v", size)
	}
	at, src.err = at.Add(fresh), errors.New("down")
	if size := sizeOf(t, get(Small)); size != image.Pt(200, 100) {
		t.Errorf("what was there is not shown: %v", size)
	}
}

// An address that gives none is left alone for an hour.
func TestShelfRemembersNone(t *testing.T) {
	at, src := now, &source{give: []byte("<html>")}
	s, err := Open(t.TempDir(), 1<<20, src.ask, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := s.Picture(t.Context(), "https://a.example/x", Small); err == nil {
			t.Fatal("a page is a picture")
		}
	}
	if len(src.asked) != 1 {
		t.Errorf("asked %d times", len(src.asked))
	}
	at, src.give = at.Add(barren), encoded(t, "png", painted(64, 64))
	if _, err := s.Picture(t.Context(), "https://a.example/x", Small); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	src.err = context.Canceled
	s.Picture(ended, "https://a.example/y", Small)
	src.err = nil
	if _, err := s.Picture(t.Context(), "https://a.example/y", Small); err != nil {
		t.Errorf("somebody's leaving is held against the address: %v", err)
	}
}

// There is never more on the shelf than it may hold, the newest are on it, and nothing half written.
func TestShelfIsBounded(t *testing.T) {
	dir, at, src := t.TempDir(), now, &source{give: encoded(t, "png", painted(300, 300))}
	if err := os.WriteFile(filepath.Join(dir, "x-320.jpg.part"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	one, err := Shrink(src.give, Small)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir, int64(5*len(one)), src.ask, func() time.Time { at = at.Add(time.Second); return at })
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		if _, err := s.Picture(t.Context(), "https://a.example/"+string(rune('a'+i)), Small); err != nil {
			t.Fatal(err)
		}
		files, err := s.files()
		if err != nil {
			t.Fatal(err)
		}
		total := int64(0)
		for _, f := range files {
			total += f.Size()
		}
		if total > s.most || total != s.held {
			t.Fatalf("%d bytes are held, %d by its own count, at most %d", total, s.held, s.most)
		}
	}
	asked := len(src.asked)
	s.Picture(t.Context(), "https://a.example/t", Small)
	if len(src.asked) != asked {
		t.Error("the newest is gone")
	}
	if entries, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(entries) > 0 {
		t.Errorf("%q", entries)
	}
}

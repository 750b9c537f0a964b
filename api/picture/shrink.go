package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // a format that is read
	"image/jpeg"
	_ "image/png" // a format that is read

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // a format that is read
)

const (
	maxPixels = 24_000_000 // of a picture that is read: 96 MB at four bytes each
	minSide   = 32         // pixels; what is smaller counts visitors or draws a line
	quality   = 80         // of JPEG
)

// errNone says that the bytes are no picture to show.
var errNone = errors.New("picture: not a picture that can be shown")

// Shrink reads a JPEG, PNG, GIF or WebP picture, the first of an animated one, and writes it anew as a JPEG that is at most side pixels wide and high. Nothing
// that stood beside the picture in the file is kept, where and when it was taken among that; it is turned as its camera says.
func Shrink(body []byte, side int) ([]byte, error) {
	config, kind, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNone, err)
	}
	if config.Width < minSide || config.Height < minSide || config.Width > maxPixels/config.Height {
		return nil, fmt.Errorf("%w: %d × %d pixels", errNone, config.Width, config.Height)
	}
	read, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNone, err)
	}
	size := read.Bounds().Size()
	wide, high := size.X, size.Y
	if longest := max(wide, high); longest > side {
		wide, high = max(1, wide*side/longest), max(1, high*side/longest)
	}
	small := image.NewRGBA(image.Rect(0, 0, wide, high))
	draw.Draw(small, small.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src) // what can be seen through is on white
	draw.ApproxBiLinear.Scale(small, small.Bounds(), read, read.Bounds(), draw.Over, nil)
	if kind == "jpeg" {
		small = turned(small, orientation(body))
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, small, &jpeg.Options{Quality: quality})
	return out.Bytes(), err
}

// turned is a picture that lies as an orientation of Exif says, upright; 1 is upright, and so is what makes no sense.
func turned(in *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return in
	}
	wide, high := in.Rect.Dx(), in.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, wide, high))
	if orientation > 4 {
		out = image.NewRGBA(image.Rect(0, 0, high, wide))
	}
	for y := range high {
		for x := range wide {
			to := [...]image.Point{{wide - 1 - x, y}, {wide - 1 - x, high - 1 - y}, {x, high - 1 - y}, {y, x}, {high - 1 - y, x}, {high - 1 - y, wide - 1 - x}, {y, wide - 1 - x}}[orientation-2]
			out.SetRGBA(to.X, to.Y, in.RGBAAt(x, y))
		}
	}
	return out
}

// orientation reads how a JPEG lies: tag 0x0112 of the first directory of its Exif segment (CIPA DC-008). 0 when it does not say.
func orientation(body []byte) int {
	for at := 2; at+4 <= len(body) && body[at] == 0xff; {
		marker, length := body[at+1], int(binary.BigEndian.Uint16(body[at+2:]))
		if marker == 0xda || length < 2 || at+2+length > len(body) {
			return 0 // the picture itself begins
		}
		segment := body[at+4 : at+2+length]
		if exif, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return orientationOf(exif)
		}
		at += 2 + length
	}
	return 0
}

func orientationOf(tiff []byte) int {
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(tiff, []byte("II")) {
		order = binary.LittleEndian
	}
	if len(tiff) < 8 {
		return 0
	}
	start := order.Uint32(tiff[4:])
	if uint64(start)+2 > uint64(len(tiff)) {
		return 0
	}
	directory := tiff[start:]
	for i := range int(order.Uint16(directory)) {
		entry := 2 + 12*i
		if entry+12 > len(directory) {
			return 0
		}
		if order.Uint16(directory[entry:]) == 0x0112 {
			return int(order.Uint16(directory[entry+8:]))
		}
	}
	return 0
}

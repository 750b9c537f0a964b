package api

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// colour is an sRGB colour, as 0xrrggbb.
type colour uint32

const (
	white colour = 0xffffff
	black colour = 0x000000
	// dusk is what browsers paint as Canvas in a dark colour scheme: the element's own ground on a dark page.
	dusk colour = 0x121212
	// leastText is the contrast that text needs (WCAG 2.1, 1.4.3).
	leastText = 4.5
)

// readColour reads "#0b5257" or "0b5257".
func readColour(text string) (colour, bool) {
	text = strings.TrimPrefix(text, "#")
	n, err := strconv.ParseUint(text, 16, 32)
	return colour(n), err == nil && len(text) == 6
}

func (c colour) String() string { return fmt.Sprintf("#%06x", uint32(c)) }

// luminance is the relative luminance of WCAG 2.1, 0 to 1.
func (c colour) luminance() float64 {
	sum := 0.0
	for shift, weight := range map[int]float64{16: .2126, 8: .7152, 0: .0722} {
		v := float64(c>>shift&0xff) / 255
		if v <= .03928 {
			v /= 12.92
		} else {
			v = math.Pow((v+.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

// contrast is the contrast ratio of WCAG 2.1 between two colours, 1 to 21.
func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + .05) / (min(x, y) + .05)
}

// towards is c mixed with part of another colour, 0 to 1.
func (c colour) towards(other colour, part float64) colour {
	var out colour
	for _, shift := range []int{16, 8, 0} {
		from, to := float64(c>>shift&0xff), float64(other>>shift&0xff)
		out |= colour(math.Round(from+(to-from)*part)) << shift
	}
	return out
}

// readable is c, or the colour nearest to it on its way to black or white that text on the ground can have.
func (c colour) readable(ground colour) colour {
	end := black
	if contrast(white, ground) > contrast(black, ground) {
		end = white
	}
	for step := range 101 {
		if mixed := c.towards(end, float64(step)/100); contrast(mixed, ground) >= leastText {
			return mixed
		}
	}
	return end
}

// written is the text colour that is read best on c: white or black.
func (c colour) written() colour {
	if contrast(white, c) >= contrast(black, c) {
		return white
	}
	return black
}

// verdict says in words whether a colour can be read as text on a ground.
func verdict(c, ground colour, where string) string {
	ratio := strings.Replace(strconv.FormatFloat(math.Floor(contrast(c, ground)*10)/10, 'f', 1, 64), ".", ",", 1)
	if contrast(c, ground) >= leastText {
		return fmt.Sprintf("%s på %s side: kontrasten er %s : 1. Det er nok; kravet er 4,5 : 1.", c, where, ratio)
	}
	return fmt.Sprintf("%s på %s side: kontrasten er %s : 1. Det er for lite; kravet er 4,5 : 1. Nærmeste farge som holder, er %s.", c, where, ratio, c.readable(ground))
}

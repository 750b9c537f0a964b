package api

import (
	"fmt"
	"strings"

	"rsc.io/qr"

	"fritidshub/api/pages"
)

// maxCode is how long an address may be that a telephone still reads off paper in a few centimetres, in bytes.
const maxCode = 400

// squares draws an address as a QR code of ISO/IEC 18004 with its margin of four squares; nothing when it would be too dense to read.
func squares(address string) pages.Code {
	if len(address) > maxCode {
		return pages.Code{}
	}
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return pages.Code{}
	}
	const margin = 4
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			wide := 0
			for code.Black(x+wide, y) {
				wide++
			}
			if wide > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+margin, y+margin, wide, wide)
				x += wide
			}
		}
	}
	return pages.Code{Side: code.Size + 2*margin, Path: path.String()}
}

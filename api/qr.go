package api

import (
	"fmt"
	"strings"
	"sync"

	"rsc.io/qr"

	"fritidshub/api/pages"
)

// maxCode is how long an address may be that a telephone still reads off paper in a few centimetres, in bytes.
const maxCode = 400

// drawnCodes keeps the codes of the pages that are looked at: to make one takes longer than the rest of a page. The zero value is empty.
type drawnCodes struct {
	mu sync.Mutex
	of map[string]pages.Code
}

// mostCodes is how many are kept, some 3 kB each.
const mostCodes = 1000

func (d *drawnCodes) get(address string) pages.Code {
	d.mu.Lock()
	defer d.mu.Unlock()
	code, ok := d.of[address]
	if !ok {
		if len(d.of) >= mostCodes || d.of == nil {
			d.of = map[string]pages.Code{}
		}
		code = squares(address)
		d.of[address] = code
	}
	return code
}

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

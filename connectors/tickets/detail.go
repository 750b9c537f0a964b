package tickets

import (
	"context"
	"errors"
	"fmt"

	"fritidshub/connectors"
	"fritidshub/fetch"
)

const failedDetails = 3 // in a row before a walk ends

// Details asks for the answers that items of a list have of their own.
type Details struct {
	Most int // requests at most
	Left int // items that were not asked about, since Most were

	asked, failed int
}

// Read gives the text of the answer at address, and where it came from. It is "" without an error when Most are read. An error is of
// this item alone; after the third in a row the walk ends with it. What is gone (see fetch.Error.Gone) does not count.
func (d *Details) Read(ctx context.Context, w *Walk, address string) (text, from string, err error) {
	if w.err != nil {
		return "", "", w.err
	}
	if d.asked >= d.Most {
		d.Left++
		return "", "", nil
	}
	d.asked++
	resp, text, err := w.Text(ctx, connectors.Request{URL: address, Accept: "application/json"})
	switch gone := (*fetch.Error)(nil); {
	case err == nil:
		d.failed = 0
		return text, resp.URL, nil
	case ctx.Err() != nil:
		w.err = err
	case errors.As(err, &gone) && gone.Gone():
	default:
		if d.failed++; d.failed >= failedDetails {
			w.err = fmt.Errorf("%d svar på rad kunne ikke leses: %w", d.failed, err)
		}
	}
	return "", "", err
}

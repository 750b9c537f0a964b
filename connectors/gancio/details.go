package gancio

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

const (
	defaultDetails = 200
	mostDetails    = 1_000
	failedDetails  = 3 // in a row, before a walk ends
)

// details asks for the answers of single events, which alone have a description.
type details struct {
	left   int // that may still be asked for
	over   int // events without, since there were more than may be asked for
	failed int // in a row
}

// describe gives r its description, if the source wants that and r is not over. It reports whether r can be used: an event whose answer
// fails is a reject, so that what is known of it stays.
func (w *walk) describe(ctx context.Context, e *Event, r *catalog.Record, base, where string) (bool, error) {
	o := r.Schedule.Dates[0]
	name := cmp.Or(e.Slug.Value, e.ID.Value.String())
	switch {
	case !w.Details || r.Description != "" || base == "" || name == "" || o.Start.Before(w.s.Now) && o.End.Before(w.s.Now):
		return true, nil
	case w.details.left == 0:
		w.details.over++
		return true, nil
	}
	w.details.left--
	resp, text, err := w.s.Text(ctx, connectors.Request{URL: base + "api/event/detail/" + url.PathEscape(name), Accept: "application/json"})
	var page Page
	if err == nil {
		page, err = Parse(text, resp.URL)
	}
	switch gone := (*fetch.Error)(nil); {
	case err == nil && len(page.Events) == 1:
		w.details.failed = 0
		r.Description = catalog.CleanLines(catalog.PlainText(page.Events[0].Description.Value), catalog.MaxDescription)
	case err == nil:
		w.s.Warn(where, "Svaret om arrangementet er ikke ett arrangement; det er tatt med uten omtale")
	case ctx.Err() != nil:
		return false, err
	case errors.As(err, &gone) && gone.Gone():
		w.s.Warn(where, "Nettstedet har ikke noe svar om arrangementet; det er tatt med uten omtale")
	default:
		if w.details.failed++; w.details.failed >= failedDetails {
			return false, fmt.Errorf("%d svar på rad om arrangementer kunne ikke leses: %w", w.details.failed, err)
		}
		w.s.Reject(catalog.Reject{NativeID: r.NativeID, Title: r.Title, Locator: where, Reason: "Svaret om arrangementet kunne ikke leses: " + err.Error(), Fixer: catalog.FixSource})
		return false, nil
	}
	return true, nil
}

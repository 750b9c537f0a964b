package brreg

import (
	"cmp"
	"context"
	"fmt"

	"fritidshub/connectors"
	"fritidshub/fetch"
)

// get asks for one page, when there are requests left.
func (w *walk) get(ctx context.Context, address string) (resp *connectors.Response, text string, err error) {
	w.left--
	return w.s.Text(ctx, connectors.Request{URL: address, Accept: accept})
}

// municipality reads the pages of units of one municipality.
func (w *walk) municipality(ctx context.Context, number string) error {
	seen := map[string]bool{}
	for page := 0; ; page++ {
		if w.left <= 0 {
			w.incomplete(fmt.Sprintf("Kommune %s har flere sider enn kjøringen kan lese (options.max_pages).", number))
			return nil
		}
		resp, text, err := w.get(ctx, fmt.Sprintf("%s?kommunenummer=%s&registrertIFrivillighetsregisteret=true&size=%d&page=%d", unitsPath, number, pageSize, page))
		if err != nil {
			return err
		}
		w.unchanged = w.unchanged && resp.Unchanged
		units, err := ParseUnits(text, resp.URL)
		if err != nil {
			return err
		}
		before := len(seen)
		for _, r := range units.Rejects {
			r.Locator = fmt.Sprintf("kommune %s, side %d, %s", number, page+1, r.Locator)
			seen[cmp.Or(r.NativeID, r.Locator)] = true
			w.rejects = append(w.rejects, r)
		}
		for _, u := range units.Units {
			seen[u.Number] = true
			if u.stranger(number) {
				w.strangers++
			} else if u.active() {
				w.units[u.Number] = u
			}
		}
		switch {
		case page+1 < units.Pages && len(seen) > before && (page+1)*pageSize < window:
			continue
		case units.Total > window:
			w.incomplete(fmt.Sprintf("Kommune %s har %d organisasjoner, og Enhetsregisteret viser bare de første %d.", number, units.Total, window))
		case len(seen) < units.Total:
			w.incomplete(fmt.Sprintf("Kommune %s skal ha %d organisasjoner, men sidene viste %d.", number, units.Total, len(seen)))
		}
		return nil
	}
}

// register reads on in Frivillighetsregisteret, and reports whether it asked for anything. What fails there is told and costs nobody:
// the organisations keep the groups that were found before.
func (w *walk) register(ctx context.Context) (asked bool, err error) {
	k, last := &w.known, ""
	for number := range w.units {
		last = max(last, number)
	}
	if k.Began.IsZero() || k.Done && w.s.Now.Sub(k.Began) >= roundEvery {
		k.Began, k.Done, k.After = w.s.Now, false, ""
	}
	if w.why != "" || last == "" {
		return false, nil
	}
	for !k.Done && w.left > 0 {
		address := fmt.Sprintf("%s?size=%d", registerPath, pageSize)
		if k.After != "" {
			address += "&searchAfter=" + k.After
		}
		asked = true
		resp, text, err := w.get(ctx, address)
		if ctx.Err() != nil {
			return asked, err
		}
		var groups Groups
		if err == nil {
			groups, err = ParseGroups(text, resp.URL)
		}
		if err == nil && groups.Next && groups.Last <= k.After {
			err = &connectors.PayloadError{URL: fetch.Redact(resp.URL), Expected: "organisasjoner etter " + k.After, Found: groups.Last}
		}
		if err != nil {
			w.s.Warn(registerPath, "Hva organisasjonene driver med, kunne ikke leses nå; det som var kjent, er beholdt. "+err.Error())
			return asked, nil
		}
		if groups.Bad > 0 {
			w.s.Warn(registerPath, fmt.Sprintf("%d organisasjoner på siden etter %q kan ikke leses, og er hoppet over; den første er _embedded.frivilligeOrganisasjoner[%d].", groups.Bad, k.After, groups.First))
		}
		for number, codes := range groups.Of {
			if _, here := w.units[number]; here {
				k.Groups[number] = codes
			}
		}
		k.After = groups.Last
		k.Done = !groups.Next || groups.Last >= last
	}
	if !k.Done {
		w.s.Warn(registerPath, fmt.Sprintf("Frivillighetsregisteret er lest til og med organisasjon %s. Neste kjøring leser videre; til da mangler noen arrangørtype.", k.After))
	}
	return asked, nil
}

package rpde

import (
	"fmt"
	"maps"
	"slices"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
	"fritidshub/connectors/markup"
)

// reader makes records of the items of one walk.
type reader struct {
	also   map[string]bool // types that are left out unless the editor wants them
	s      *connectors.Session
	walk   *changefeed.Walk
	wanted map[string]bool             // ids of wholes that parts refer to
	home   map[string]changefeed.Place // where a thing with that @id is described
	linked bool                        // a part's whole was found elsewhere in the feed
}

// Note implements changefeed.Reader.
func (r *reader) Note(it changefeed.Item, at changefeed.Place) {
	if it.Data == nil {
		return
	}
	m, err := decode(it.Data)
	if err != nil {
		return // Emit tells
	}
	if id := identity(m); id != "" {
		r.home[id] = at
	}
	for _, v := range list(m["individualFacilityUse"]) {
		if part, ok := v.(thing); ok && identity(part) != "" {
			r.home[identity(part)] = at
		}
	}
	if r.wants(typeOf(m, it.Kind)) {
		if ref := reference(m); ref != "" {
			r.wanted[ref] = true
		}
	}
}

// wants reports whether things of a type are read.
func (r *reader) wants(t string) bool { return r.also[t] || isOpportunity(t) && t != "Slot" }

// Links implements changefeed.Reader.
func (r *reader) Links() (refer, found bool) { return len(r.wanted) > 0, r.linked }

// wholes are the things that others refer to, in this feed or in the one beside it.
func (r *reader) wholes() (map[string]thing, error) {
	known, err := r.here()
	for n := -1; err == nil && n < len(known); { // a whole may be part of another
		n = len(known)
		err = r.walk.Wholes(func(x changefeed.Found) error {
			m, err := decode(x.Data)
			if err != nil {
				return nil // it is another feed's; what needs it tells
			}
			ids := []string{identity(m)}
			for _, v := range list(m["individualFacilityUse"]) {
				if part, ok := v.(thing); ok {
					ids = append(ids, identity(part))
				}
			}
			for _, id := range ids {
				if r.wanted[id] && known[id] == nil {
					known[id], r.linked = m, true
					if ref := reference(m); ref != "" {
						r.wanted[ref] = true
					}
				}
			}
			return nil
		})
	}
	return known, err
}

func (r *reader) here() (map[string]thing, error) {
	at := map[changefeed.Place][]string{}
	for id := range r.wanted {
		if home, ok := r.home[id]; ok {
			at[home] = append(at[home], id)
		}
	}
	known := map[string]thing{}
	if len(at) == 0 {
		return known, nil
	}
	return known, r.walk.Items(func(x changefeed.Found) error {
		if ids := at[x.Place]; len(ids) > 0 && x.Data != nil {
			m, err := decode(x.Data)
			if err != nil {
				return nil // Emit tells
			}
			for _, id := range ids {
				known[id], r.linked = m, true
			}
		}
		return nil
	})
}

// Emit implements changefeed.Reader.
func (r *reader) Emit(whole bool) error {
	known, err := r.wholes()
	if err != nil {
		return err
	}
	left := map[string]int{}
	err = r.walk.Emit(whole, func(x changefeed.Found) (*catalog.Record, *catalog.Reject, error) {
		bad := func(field, reason string) (*catalog.Record, *catalog.Reject, error) {
			return nil, &catalog.Reject{NativeID: x.ID, Locator: x.Where, Field: field, Reason: reason, Fixer: catalog.FixSource}, nil
		}
		m, err := decode(x.Data)
		if err != nil {
			return bad("data", "data kan ikke leses: "+err.Error()+".")
		}
		t := typeOf(m, x.Kind)
		switch {
		case t == "":
			return bad("data.@type", fmt.Sprintf("data sier ikke hva slags aktivitet det er (@type), og det gjør heller ikke kind «%s».", catalog.CleanText(x.Kind, 60)))
		case !r.wants(t):
			left[catalog.CleanText(t, 60)]++
			return nil, nil, nil
		case known[identity(m)] != nil && slices.Contains(series, t) && !hasDates(m):
			left[t+" uten egne datoer (timene står hver for seg)"]++
			return nil, nil, r.s.Delete(x.ID)
		}
		inherit(m, known, 0)
		made, notes, reject := record(x, m, t, r.s.Source.Language, markup.Context{Zone: r.s.Source.Zone, Kind: r.s.Source.Kind})
		for _, n := range notes {
			r.s.Warn(n.Where, n.Text)
		}
		if reject != nil {
			return nil, reject, nil
		}
		return &made, nil, nil
	})
	for _, t := range slices.Sorted(maps.Keys(left)) {
		r.s.Warn("", fmt.Sprintf("%d av typen %s er ikke med", left[t], t))
	}
	return err
}

func hasDates(m thing) bool {
	return m["startDate"] != nil || m["eventSchedule"] != nil || m["subEvent"] != nil
}

package hsds

import "encoding/json"

// rows reads one table of a package; a row that is none is left out.
func rows[T any](top map[string]json.RawMessage, name string) []T {
	var raws []json.RawMessage
	if json.Unmarshal(top[name], &raws) != nil {
		return nil
	}
	var out []T
	for _, raw := range raws {
		var row T
		if json.Unmarshal(raw, &row) == nil {
			out = append(out, row)
		}
	}
	return out
}

func by[T any](list []T, id func(T) text) map[text][]T {
	out := map[text][]T{}
	for _, row := range list {
		if id(row) != "" {
			out[id(row)] = append(out[id(row)], row)
		}
	}
	return out
}

// join puts the tables of a tabular package together, as the nested form has them. Rows that belong nowhere are left out.
func join(top map[string]json.RawMessage) []Item {
	list := rows[Service](top, "services.csv")
	organizations := by(rows[Organization](top, "organizations.csv"), func(o Organization) text { return o.ID })
	identifiers := by(rows[identifier](top, "organization_identifiers.csv"), func(i identifier) text { return i.OrganizationID })
	places := by(rows[AtLocation](top, "service_at_location.csv"), func(a AtLocation) text { return a.ServiceID })
	locations := by(rows[Location](top, "locations.csv"), func(l Location) text { return l.ID })
	addresses := by(rows[address](top, "addresses.csv"), func(a address) text { return a.LocationID })
	accesses := by(rows[access](top, "accessibility.csv"), func(a access) text { return a.LocationID })
	languages := by(rows[named](top, "languages.csv"), func(n named) text { return n.ServiceID })
	costs := by(rows[cost](top, "cost_options.csv"), func(c cost) text { return c.ServiceID })
	terms := by(rows[term](top, "taxonomy_terms.csv"), func(t term) text { return t.ID })
	attributes := by(rows[attribute](top, "attributes.csv"), func(a attribute) text { return a.LinkID })
	times := rows[schedule](top, "schedules.csv")
	ofPlace := by(times, func(s schedule) text { return s.AtLocationID })
	ofService := by(times, func(s schedule) text {
		if s.AtLocationID != "" {
			return "" // that of the place alone
		}
		return s.ServiceID
	})
	items := make([]Item, len(list))
	for i := range list {
		s := &list[i]
		if found := organizations[s.OrganizationID]; len(found) > 0 {
			o := found[0]
			o.Identifiers.Value = identifiers[o.ID]
			s.Organization.Value = &o
		}
		s.Schedules.Value, s.Languages.Value, s.Costs.Value = ofService[s.ID], languages[s.ID], costs[s.ID]
		for _, a := range attributes[s.ID] {
			if found := terms[a.TermID]; len(found) > 0 {
				a.Term.Value = &found[0]
				s.Attributes.Value = append(s.Attributes.Value, a)
			}
		}
		for _, a := range places[s.ID] {
			a.Schedules.Value = ofPlace[a.ID]
			if found := locations[a.LocationID]; len(found) > 0 {
				l := found[0]
				l.Addresses.Value, l.Accessibility.Value = addresses[l.ID], accesses[l.ID]
				a.Location.Value = &l
			}
			s.Places.Value = append(s.Places.Value, a)
		}
		items[i] = Item{Service: s, Where: "services.csv[" + string(s.ID) + "]"}
	}
	return items
}

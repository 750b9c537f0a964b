package meilitest

import (
	"cmp"
	"slices"
)

// fetchDocuments gives documents as they are, in the order in which they came, without a search.
func (s *Server) fetchDocuments(uid string, body []byte) (int, any, *fault) {
	in := struct {
		Filter any      `json:"filter"`
		Fields []string `json:"fields"`
		Offset int      `json:"offset"`
		Limit  int      `json:"limit"`
	}{Limit: 20}
	if f := strict(body, &in); f != nil {
		return 0, nil, f
	}
	if in.Offset < 0 || in.Limit < 0 {
		return 0, nil, bad("invalid_document_offset", "negative")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.indexes[uid]
	if x == nil {
		return 0, nil, noIndex(uid)
	}
	found, f := x.filterOf(in.Filter)
	if f != nil {
		f.code = "invalid_document_filter"
		return 0, nil, f
	}
	var all []match
	for slot, d := range x.slots {
		if found == nil || found.has(slot) {
			all = append(all, match{document: d})
		}
	}
	slices.SortFunc(all, func(a, b match) int { return cmp.Compare(a.number, b.number) })
	results := []any{}
	for _, m := range all[min(in.Offset, len(all)):min(in.Offset+in.Limit, len(all))] {
		results = append(results, x.show(m, &query{AttributesToRetrieve: in.Fields}))
	}
	return 200, map[string]any{"results": results, "offset": in.Offset, "limit": in.Limit, "total": len(all)}, nil
}

// filterOf gives what passes a filter, nil for all without one.
func (x *catalogue) filterOf(filter any) (set, *fault) {
	switch filter := filter.(type) {
	case nil:
		x.index()
		return nil, nil
	case string:
		return x.filtered(filter)
	}
	return nil, bad("invalid_search_filter", "this stand-in takes a filter as a text only")
}

package api

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/export"
	"fritidshub/api/params"
	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

// Tombstone is what is left of a listing that is gone.
type Tombstone struct {
	ID        string          `json:"id"`
	Title     string          `json:"title,omitzero"`
	DeletedAt time.Time       `json:"deleted_at"`
	Records   []export.Record `json:"records,omitempty"`
}

// wholeListing is a listing with the records that it was made of.
type wholeListing struct {
	catalog.Item
	Records    []export.Record       `json:"records"`
	Provenance map[string]provenance `json:"provenance"`
	Why        string                `json:"why,omitzero"` // what joined the records
}

// provenance says which record gave one field.
type provenance struct {
	Source    string    `json:"source"`
	NativeID  string    `json:"native_id"`
	Hub       string    `json:"hub"`
	Licence   string    `json:"licence,omitzero"`
	FetchedAt time.Time `json:"fetched_at,omitzero"`
	Derived   bool      `json:"derived,omitzero"` // read out of free text, or filled in from what else is stated
	By        string    `json:"by,omitzero"`      // the register that a derived part is from: Kartverket
	Edited    bool      `json:"edited,omitzero"`  // set by an editor of this hub
}

func recordsOf(l *catalog.ListingState) []export.Record {
	out := make([]export.Record, len(l.Members))
	for i, m := range l.Members {
		out[i] = export.Record{Source: m.Source, NativeID: m.NativeID, URL: m.URL}
	}
	return out
}

func (s *server) getListing(c *gin.Context) error {
	values, err := s.only(c, "lang")
	if err != nil {
		return err
	}
	l, err := s.listing(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if l.MergedInto != "" {
		s.redirect(c, "/api/v1/listings/"+url.PathEscape(l.MergedInto))
		return nil
	}
	p, err := s.printer(c.Request.Context(), values.Lang)
	if err != nil {
		return err
	}
	item := p.item(&l, true)
	given, err := provenanceOf(&l, item.Sources)
	if err != nil {
		return err
	}
	return s.sendJSON(c, wholeListing{Item: item, Records: recordsOf(&l), Provenance: given, Why: l.Why})
}

// only parses the query of an address that takes just the named parameters of a search.
func (s *server) only(c *gin.Context, names ...string) (params.Search, error) {
	rules := s.rules
	rules.Only = func(name string) bool { return slices.Contains(names, name) }
	search, err := params.Parse(c.Request.URL.RawQuery, rules)
	if err != nil {
		var faults params.Errors
		if !errors.As(err, &faults) {
			return search, err
		}
		return search, badParameters(faults)
	}
	return search, nil
}

// redirect sends a client for good to another path of this hub, with the query that it came with.
func (s *server) redirect(c *gin.Context, path string) {
	if q := c.Request.URL.RawQuery; q != "" {
		path += "?" + q
	}
	h := c.Writer.Header()
	if u, err := url.Parse(s.base()); err == nil { // the world may reach the hub below a path of its own
		path = u.EscapedPath() + path
	}
	h.Set("Location", path)
	h.Set("Cache-Control", cacheShort)
	c.Status(http.StatusMovedPermanently)
	c.Writer.WriteHeaderNow()
}

// provenanceOf names for every field of a listing the record that gave it.
func provenanceOf(l *catalog.ListingState, sources []catalog.ItemSource) (map[string]provenance, error) {
	if len(l.Members) == 0 {
		return map[string]provenance{}, nil
	}
	raw, err := json.Marshal(l.Record)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	for _, own := range []string{"source", "native_id", "id_derived", "origin", "derived"} {
		delete(fields, own)
	}
	out := make(map[string]provenance, len(fields))
	for field := range maps.Keys(fields) {
		i := l.Provenance[field]
		if i < 0 || i >= len(sources) {
			i = 0
		}
		src := sources[i]
		out[field] = provenance{Source: src.ID, NativeID: src.NativeID, Hub: src.Hub, Licence: src.Licence, FetchedAt: src.FetchedAt,
			Derived: slices.Contains(l.Derived, field), Edited: slices.Contains(l.Edited, field)}
	}
	for part := range maps.Keys(l.Provenance) { // "place.geo": a part of a field that another record gave
		if i := l.Provenance[part]; strings.Contains(part, ".") && i >= 0 && i < len(sources) {
			src := sources[i]
			out[part] = provenance{Source: src.ID, NativeID: src.NativeID, Hub: src.Hub, Licence: src.Licence, FetchedAt: src.FetchedAt}
		}
	}
	for _, derived := range l.Derived { // "place.geo": a part of a field that was filled in; "place.geo:Kartverket": and by whom
		part, by, _ := strings.Cut(derived, ":")
		field, _, isPart := strings.Cut(part, ".")
		src, ok := out[part]
		if !ok {
			src, ok = out[field]
		}
		if isPart && ok {
			src.Derived, src.Edited, src.By = true, false, by
			out[part] = src
		}
	}
	return out, nil
}

// occurrence is one occurrence as its own address gives it.
type occurrence struct {
	Start         catalog.ItemTime  `json:"start"`
	End           *catalog.ItemTime `json:"end,omitempty"`
	PreviousStart *catalog.ItemTime `json:"previous_start,omitempty"` // when it was to begin before it was moved
	Status        catalog.Status    `json:"status"`
	AllDay        bool              `json:"all_day"`
	URL           string            `json:"url,omitzero"`
}

// The occurrences that one answer gives, and the longest range that one request may ask for.
const (
	defaultOccurrences = 500
	maxOccurrences     = 1000
	maxRange           = 5 * 366 * 24 * time.Hour
)

func (s *server) getOccurrences(c *gin.Context) error {
	query := c.Request.URL.Query()
	limit, rest := query["limit"], url.Values{}
	for name, vs := range query {
		if name != "limit" && name != "cursor" {
			rest[name] = vs
		}
	}
	rules := s.rules
	rules.Only = func(name string) bool { return name == "from" || name == "to" }
	search, err := params.ParseValues(rest, rules)
	var faults params.Errors
	if err != nil {
		if !errors.As(err, &faults) {
			return err
		}
	}
	size := defaultOccurrences
	if len(limit) > 0 {
		var ok bool
		if size, ok = params.Whole(limit[0], 1, maxOccurrences); !ok || len(limit) > 1 {
			faults = append(faults, params.Error{Parameter: "limit", Detail: "limit must be one whole number from 1 to 1000"})
		}
	}
	from, to := search.Query.From, search.Query.To
	if from.IsZero() {
		from = s.Now().Truncate(time.Second)
	}
	if to.IsZero() {
		to = from.Add(calendar.HorizonAhead)
	}
	if err == nil && (!from.Before(to) || to.Sub(from) > maxRange) {
		faults = append(faults, params.Error{Parameter: "to", Detail: "to must be after from, by at most five years"})
	}
	path := "/api/v1/listings/" + url.PathEscape(c.Param("id")) + "/occurrences"
	window := url.Values{"from": {from.UTC().Format(time.RFC3339)}, "to": {to.UTC().Format(time.RFC3339)}}
	skip := 0
	if cursors, given := query["cursor"]; given {
		parts, ok := params.Open(path+"?"+window.Encode(), cursors[0], 1)
		if ok && len(cursors) == 1 {
			n, _ := binary.Uvarint(parts[0])
			skip = int(min(n, 1_000_000))
		} else {
			faults = append(faults, params.Error{Parameter: "cursor", Detail: "cursor must be the one that the answer before gave in next, with the same from and to"})
		}
	}
	if len(faults) > 0 {
		return badParameters(faults)
	}
	l, err := s.listing(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if l.MergedInto != "" {
		s.redirect(c, "/api/v1/listings/"+url.PathEscape(l.MergedInto)+"/occurrences")
		return nil
	}
	found := occurrences(l.Schedule, s.Hub.calendars().At(l.Place), from, to, skip+size+1)
	found = found[min(skip, len(found)):]
	out := struct {
		Occurrences []occurrence `json:"occurrences"`
		Next        string       `json:"next,omitzero"`
	}{Occurrences: []occurrence{}}
	for _, o := range found[:min(size, len(found))] {
		item := occurrence{Start: catalog.ItemTime{Time: o.Start, Day: o.AllDay}, Status: statusOf(o, l.Status), AllDay: o.AllDay, URL: o.URL}
		if !o.End.IsZero() {
			item.End = &catalog.ItemTime{Time: o.End, Day: o.AllDay}
		}
		if !o.PreviousStart.IsZero() {
			item.PreviousStart = &catalog.ItemTime{Time: o.PreviousStart, Day: o.AllDay}
		}
		out.Occurrences = append(out.Occurrences, item)
	}
	if len(found) > size {
		token := params.Seal(path+"?"+window.Encode(), binary.AppendUvarint(nil, uint64(skip+size)))
		window.Set("cursor", token)
		if len(limit) > 0 {
			window.Set("limit", limit[0])
		}
		out.Next = path + "?" + window.Encode()
	}
	return s.sendJSON(c, out)
}

// maxPiece is so short that no rule has more than calendar.MaxPerRule occurrences in it.
const maxPiece = 31 * 24 * time.Hour

// occurrences gives at least the first most occurrences in [from, to), all of them when there are no more; where a rule has more than
// calendar.MaxPerRule of them, piece by piece.
func occurrences(schedule catalog.Schedule, known calendar.Calendar, from, to time.Time, most int) []catalog.Occurrence {
	found, more := known.Expand(schedule, from, to, 0)
	if !more {
		return found
	}
	zone := known.Zone
	if own, err := time.LoadLocation(schedule.Zone); err == nil && schedule.Zone != "" {
		zone = own
	}
	found = nil
	for begin := from; begin.Before(to) && len(found) < most; begin = begin.Add(maxPiece) {
		end := begin.Add(maxPiece)
		if end.After(to) {
			end = to
		}
		piece, _ := known.Expand(schedule, begin, end, 0)
		for _, o := range piece {
			if start, _ := o.Span(zone); begin.Equal(from) || !start.Before(begin) { // else the piece before has it
				found = append(found, o)
			}
		}
	}
	return found
}

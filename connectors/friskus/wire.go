package friskus

import (
	"fritidshub/catalog"
	"fritidshub/connectors/tolerant"
)

// Page is one page of the list.
type Page struct {
	Items []Item
	Bad   []catalog.Reject // items that are not what an item is
	Total int              // of all pages; 0 when not stated
	Last  int              // number of the last page; 0 when not stated
}

// Item is one event as Friskus lists it. Its times are "2026-03-21T10:00:00+0100".
type Item struct {
	ID      tolerant.Field[string]                `json:"id"`
	Name    tolerant.Field[string]                `json:"name"`
	Image   tolerant.Field[string]                `json:"thumbnail_url"`
	Start   tolerant.Field[string]                `json:"start_at"` // of the next occurrence
	End     tolerant.Field[string]                `json:"end_at"`   // of the last occurrence
	Ages    tolerant.Field[tolerant.List[string]] `json:"age_group"`
	Free    tolerant.Field[bool]                  `json:"is_free"`
	Repeats tolerant.Field[bool]                  `json:"is_recurring"`
	Count   tolerant.Field[int]                   `json:"occurrences_count"` // from start_at to end_at
	Origin  tolerant.Field[string]                `json:"event_source"`
	By      tolerant.Field[struct {
		Name string `json:"name"`
	}] `json:"organization"`
	Rule tolerant.Field[*Rule] `json:"rrule"`

	Where string `json:"-"` // locator
}

// Rule is the object rrule, which is no RFC 5545 rule.
type Rule struct {
	Start     string                `json:"start_at"` // first day
	StartTime string                `json:"start_time"`
	EndTime   string                `json:"end_time"`
	Zone      string                `json:"timezone"`
	Frequency int                   `json:"frequency"`
	Weekdays  tolerant.List[int]    `json:"weekdays"`
	Added     tolerant.List[string] `json:"rdates"`
	Except    tolerant.List[string] `json:"exdates"`
}

var list = tolerant.Envelope{Kind: "friskus", Expected: `lista fra api.friskus.com: {"data": […], "meta": {…}}`}

// Parse reads one page of the list; address is where it came from. An item that is no object is in Bad.
func Parse(text, address string) (p Page, err error) {
	var meta struct {
		Total tolerant.Field[int] `json:"total"`
		Last  tolerant.Field[int] `json:"last_page"`
	}
	p.Bad, err = tolerant.ReadEnvelope(list, text, address, &meta, func(where string, x Item) {
		x.Where = where
		p.Items = append(p.Items, x)
	})
	p.Total, p.Last = meta.Total.Value, meta.Last.Value
	return p, err
}

package linkedevents

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors/tolerant"
)

// Page is one page of the list.
type Page struct {
	Items []Event
	Bad   []catalog.Reject // items that are no objects
	Next  string           // as written; "" on the last page
	Count int              // of all pages; 0 when not stated
}

// Event is one event as the API gives it.
type Event struct {
	ID        tolerant.Field[string]                 `json:"id"`
	Type      tolerant.Field[string]                 `json:"@type"`
	TypeID    tolerant.Field[string]                 `json:"type_id"` // General, Course, Volunteering; eventhobbies and the like in Turku
	Name      texts                                  `json:"name"`
	Short     texts                                  `json:"short_description"`
	Long      texts                                  `json:"description"`
	URL       texts                                  `json:"info_url"`
	Provider  texts                                  `json:"provider"`
	WhereElse texts                                  `json:"location_extra_info"`
	Location  tolerant.Field[*place]                 `json:"location"`
	Keywords  tolerant.Field[tolerant.List[keyword]] `json:"keywords"`
	Audience  tolerant.Field[tolerant.List[keyword]] `json:"audience"`
	Offers    tolerant.Field[tolerant.List[offer]]   `json:"offers"`
	Images    tolerant.Field[tolerant.List[image]]   `json:"images"`
	Start     tolerant.Field[string]                 `json:"start_time"` // a date when there is no clock
	End       tolerant.Field[string]                 `json:"end_time"`   // a date, the last day, when there is no clock
	Status    tolerant.Field[string]                 `json:"event_status"`
	Published tolerant.Field[string]                 `json:"publication_status"`
	Deleted   tolerant.Field[bool]                   `json:"deleted"`
	Modified  tolerant.Field[string]                 `json:"last_modified_time"`
	MinAge    tolerant.Field[*int]                   `json:"audience_min_age"`
	MaxAge    tolerant.Field[*int]                   `json:"audience_max_age"`
	Super     tolerant.Field[*reference]             `json:"super_event"`
	SuperType tolerant.Field[string]                 `json:"super_event_type"` // of a super event: recurring or umbrella

	Where string `json:"-"` // locator
}

type reference struct {
	ID  string `json:"id"`
	Ref string `json:"@id"`
}

// key is the id, which also ends the address of what is only referred to.
func (r reference) key() string {
	if r.ID != "" {
		return r.ID
	}
	path := strings.TrimRight(r.Ref, "/")
	return path[strings.LastIndex(path, "/")+1:]
}

type keyword struct {
	reference
	Name texts `json:"name"`
}

type place struct {
	reference
	Name     texts                  `json:"name"`
	Street   texts                  `json:"street_address"`
	Locality texts                  `json:"address_locality"`
	Postal   tolerant.Field[string] `json:"postal_code"`
	Position tolerant.Field[struct {
		Coordinates tolerant.List[float64] `json:"coordinates"` // longitude, latitude
	}] `json:"position"`
}

type offer struct {
	Free  tolerant.Field[bool] `json:"is_free"`
	Price texts                `json:"price"`
	About texts                `json:"description"`
	URL   texts                `json:"info_url"`
}

type image struct {
	URL tolerant.Field[string] `json:"url"`
	Alt tolerant.Field[string] `json:"alt_text"`
}

// texts is a text by language; a plain text is under "".
type texts map[string]string

const mostLanguages = 50 // of one text

// UnmarshalJSON implements json.Unmarshaler.
func (t *texts) UnmarshalJSON(b []byte) error {
	var plain string
	if json.Unmarshal(b, &plain) == nil && plain != "" {
		*t = texts{"": plain}
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return err
	}
	*t = texts{}
	for n := 0; d.More() && n < mostLanguages; n++ {
		language, err := d.Token()
		if err != nil {
			return err
		}
		var s tolerant.Field[string]
		if err := d.Decode(&s); err != nil {
			return err
		}
		if name := language.(string); strings.TrimSpace(s.Value) != "" && len(name) <= 12 {
			(*t)[name] = s.Value
		}
	}
	return nil
}

// in chooses the text in the first of languages that it has one in, else in the first by name.
func (t texts) in(languages []string) (text, language string) {
	for _, l := range languages {
		if t[l] != "" {
			return t[l], l
		}
	}
	for _, l := range slices.Sorted(maps.Keys(t)) {
		return t[l], l
	}
	return "", ""
}

var list = tolerant.Envelope{Kind: "linkedevents", Expected: `en liste fra Linked Events (/v1/event/): {"meta": {…}, "data": […]}`}

// Parse reads one page of the list; address is where it came from. An item that is no object is in Bad.
func Parse(text, address string) (p Page, err error) {
	var meta struct {
		Next  tolerant.Field[string] `json:"next"`
		Count tolerant.Field[int]    `json:"count"`
	}
	p.Bad, err = tolerant.ReadEnvelope(list, text, address, &meta, func(where string, x Event) {
		x.Where = where
		p.Items = append(p.Items, x)
	})
	p.Next, p.Count = meta.Next.Value, meta.Count.Value
	return p, err
}

package catalog

import (
	"encoding/json"
	"time"
)

// Item is a listing as the open API gives it to the world; its JSON names are the contract.
// An absent member means that it is not stated.
type Item struct {
	ID              string         `json:"id"`
	Kind            Kind           `json:"kind"`
	Title           string         `json:"title"`
	Summary         string         `json:"summary,omitzero"`
	Description     string         `json:"description,omitzero"` // only on a single listing and in exports
	URL             string         `json:"url,omitzero"`
	Image           *Image         `json:"image,omitempty"`
	Language        string         `json:"language,omitzero"`
	Categories      []string       `json:"categories,omitempty"`
	Organizer       *ItemOrganizer `json:"organizer,omitempty"`
	Place           *ItemPlace     `json:"place,omitempty"`
	Start           *ItemTime      `json:"start,omitempty"` // of the running or next occurrence, else of the last
	End             *ItemTime      `json:"end,omitempty"`
	AllDay          *bool          `json:"all_day,omitempty"`
	Occurrences     []Occurrence   `json:"occurrences,omitempty"`     // the next ones, at most MaxItemOccurrences
	OccurrenceCount int            `json:"occurrence_count,omitzero"` // all that are not over within the horizon
	ValidFrom       string         `json:"valid_from,omitzero"`
	ValidThrough    string         `json:"valid_through,omitzero"`
	ScheduleText    string         `json:"schedule_text,omitzero"`
	Age             *Age           `json:"age,omitempty"`
	Price           *ItemPrice     `json:"price,omitempty"`
	Offers          []Offer        `json:"offers,omitempty"`
	Accessibility   []string       `json:"accessibility,omitempty"`
	Inaccessible    []string       `json:"inaccessible,omitempty"`
	Schemes         []string       `json:"schemes,omitempty"`
	Scheme          *Scheme        `json:"scheme,omitempty"`
	LowThreshold    Fact           `json:"low_threshold,omitzero"`
	EquipmentLoan   Fact           `json:"equipment_loan,omitzero"`
	Contact         *Contact       `json:"contact,omitempty"`
	Status          Status         `json:"status"`
	Distance        *float64       `json:"distance,omitempty"` // km, when the search has near
	Sources         []ItemSource   `json:"sources"`
	UpdatedAt       time.Time      `json:"updated_at"`
}

// MaxItemOccurrences is how many occurrences an Item carries; the rest have an address of their own.
const MaxItemOccurrences = 10

// ItemTime is an instant printed as RFC 3339 with offset, or a calendar day printed as a date.
type ItemTime struct {
	Time time.Time
	Day  bool
}

// MarshalJSON implements json.Marshaler.
func (t ItemTime) MarshalJSON() ([]byte, error) { return json.Marshal(formatTime(t.Time, t.Day)) }

// UnmarshalJSON implements json.Unmarshaler.
func (t *ItemTime) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	t.Day = len(s) == len(time.DateOnly)
	layout := time.RFC3339
	if t.Day {
		layout = time.DateOnly
	}
	var err error
	t.Time, err = time.Parse(layout, s)
	return err
}

// ItemOrganizer is an Item's organizer.
type ItemOrganizer struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Kind      string `json:"kind,omitzero"`
	OrgNumber string `json:"org_number,omitzero"`
	URL       string `json:"url,omitzero"`
}

// ItemPlace is an Item's place.
type ItemPlace struct {
	ID            string   `json:"id,omitzero"`
	Name          string   `json:"name,omitzero"`
	Address       string   `json:"address,omitzero"`
	PostalCode    string   `json:"postal_code,omitzero"`
	Locality      string   `json:"locality,omitzero"`
	Municipality  string   `json:"municipality,omitzero"`
	Neighbourhood string   `json:"neighbourhood,omitzero"`
	Lat           *float64 `json:"lat,omitempty"`
	Lon           *float64 `json:"lon,omitempty"`
	Online        bool     `json:"online,omitzero"`
}

// ItemPrice is an Item's price. Free is absent when not stated.
type ItemPrice struct {
	Min      *Money `json:"min,omitempty"`
	Max      *Money `json:"max,omitempty"`
	Currency string `json:"currency"`
	Free     Fact   `json:"free,omitzero"`
	Unit     string `json:"unit,omitzero"`
	Text     string `json:"text,omitzero"`
}

// ItemSource says where an Item comes from.
type ItemSource struct {
	ID          string    `json:"id"`
	NativeID    string    `json:"native_id"`
	Name        string    `json:"name,omitzero"`
	URL         string    `json:"url,omitzero"`
	Licence     string    `json:"licence,omitzero"`
	Attribution string    `json:"attribution,omitzero"`
	FetchedAt   time.Time `json:"fetched_at,omitzero"`
	Hub         string    `json:"hub"`
}

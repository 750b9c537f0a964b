package client

import (
	"encoding/json"
	"time"
)

// Item is a listing as the contract has it, and Raw with everything that a newer hub may say besides. What is empty or nil is not stated.
type Item struct {
	ID              string       `json:"id"` // the same on every hub and for ever
	Kind            string       `json:"kind"`
	Title           string       `json:"title"`
	Summary         string       `json:"summary"`
	Description     string       `json:"description"` // only of Listing and Dump
	URL             string       `json:"url"`
	Image           *Image       `json:"image"`
	Language        string       `json:"language"` // BCP 47
	Categories      []string     `json:"categories"`
	Organizer       *Organizer   `json:"organizer"`
	Place           *Venue       `json:"place"`
	Start           string       `json:"start"` // of the running or next occurrence, else of the last; RFC 3339 with offset, or a date when AllDay
	End             string       `json:"end"`
	AllDay          bool         `json:"all_day"`
	Occurrences     []Occurrence `json:"occurrences"`      // the next ones, at most 10
	OccurrenceCount int          `json:"occurrence_count"` // all that are ahead
	ValidFrom       string       `json:"valid_from"`       // first day of an offer without dates
	ValidThrough    string       `json:"valid_through"`    // last day of it, inclusive
	ScheduleText    string       `json:"schedule_text"`
	Age             *Age         `json:"age"`
	Price           *Price       `json:"price"`
	Offers          []Offer      `json:"offers"`
	Accessibility   []string     `json:"accessibility"` // stated to be adapted in these ways
	Inaccessible    []string     `json:"inaccessible"`  // stated not to be
	Schemes         []string     `json:"schemes"`       // ids of the support schemes that it accepts
	Scheme          *Scheme      `json:"scheme"`
	LowThreshold    *bool        `json:"low_threshold"`
	EquipmentLoan   *bool        `json:"equipment_loan"`
	Contact         *Contact     `json:"contact"`
	Status          string       `json:"status"`
	Distance        *float64     `json:"distance"` // kilometres, when the search has near
	Sources         []Source     `json:"sources"`  // the leading one first; name them when you show it
	UpdatedAt       time.Time    `json:"updated_at"`

	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (i *Item) UnmarshalJSON(b []byte) error {
	type plain Item
	if err := json.Unmarshal(b, (*plain)(i)); err != nil {
		return err
	}
	i.Raw = append(json.RawMessage(nil), b...)
	return nil
}

// Source is where a listing comes from; of what came through other hubs, the first that had it.
type Source struct {
	ID          string    `json:"id"`
	NativeID    string    `json:"native_id"` // the source's own id of it
	Name        string    `json:"name"`
	URL         string    `json:"url"`
	Licence     string    `json:"licence"` // SPDX id, NLOD-2.0, or permission for leave that was given to the hub alone
	Attribution string    `json:"attribution"`
	FetchedAt   time.Time `json:"fetched_at"`
	Hub         string    `json:"hub"` // that read it first
}

// Age is how long ago, at now, the source said so; ok is false when that is not known.
func (s Source) Age(now time.Time) (age time.Duration, ok bool) {
	return now.Sub(s.FetchedAt), !s.FetchedAt.IsZero()
}

// Occurrence is one time that it takes place. Times are as in Item.
type Occurrence struct {
	Start         string `json:"start"`
	End           string `json:"end"` // the last day, inclusive, when AllDay
	AllDay        bool   `json:"all_day"`
	PreviousStart string `json:"previous_start"` // when it was to begin before it was moved
	Status        string `json:"status"`
	URL           string `json:"url"`
	Title         string `json:"title"` // its own, when it has one
	Place         string `json:"place"` // the name of its own, when it has one
}

// Image is a picture.
type Image struct {
	URL string `json:"url"`
	Alt string `json:"alt"`
}

// Organizer is who offers it.
type Organizer struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	OrgNumber string `json:"org_number"` // nine digits
	URL       string `json:"url"`
}

// Venue is where it takes place.
type Venue struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Address       string   `json:"address"`
	PostalCode    string   `json:"postal_code"`
	Locality      string   `json:"locality"`
	Municipality  string   `json:"municipality"` // four digits
	Neighbourhood string   `json:"neighbourhood"`
	Lat           *float64 `json:"lat"` // degrees, WGS 84
	Lon           *float64 `json:"lon"`
	Online        bool     `json:"online"`
}

// Age is the ages admitted, whole years, inclusive.
type Age struct {
	Min *int `json:"min"`
	Max *int `json:"max"`
}

// Price is what an ordinary participant pays.
type Price struct {
	Min      *float64 `json:"min"`
	Max      *float64 `json:"max"`
	Currency string   `json:"currency"` // ISO 4217
	Free     *bool    `json:"free"`
	Unit     string   `json:"unit"`
	Text     string   `json:"text"`
}

// Offer is one price, ticket or voucher.
type Offer struct {
	Name         string    `json:"name"`
	Price        *float64  `json:"price"`
	Currency     string    `json:"currency"`
	URL          string    `json:"url"`
	Availability string    `json:"availability"` // available, sold_out, not_yet or ended
	Remaining    *int      `json:"remaining"`
	RemainingAt  time.Time `json:"remaining_at"`
	ValidFrom    time.Time `json:"valid_from"`
	ValidThrough time.Time `json:"valid_through"`
}

// Scheme is a card, fund or rule that pays; only of listings of kind scheme.
type Scheme struct {
	ID       string   `json:"id"`
	Pays     string   `json:"pays"`
	NotFor   string   `json:"not_for"`
	ForWhom  string   `json:"for_whom"`
	RunBy    string   `json:"run_by"`
	Apply    string   `json:"apply"`
	Amount   *float64 `json:"amount"` // kroner
	Per      string   `json:"per"`
	Year     int      `json:"year"`
	Dues     bool     `json:"dues"`
	Single   bool     `json:"single"`
	Gear     bool     `json:"gear"`
	Personal bool     `json:"personal"`
}

// Contact is how to reach the organisation.
type Contact struct {
	Email string `json:"email"`
	Phone string `json:"phone"`
	URL   string `json:"url"`
}

package billetto

import (
	"encoding/json"

	"fritidshub/connectors/tolerant"
)

type text = tolerant.Text

// Event is what is read of an event. Where clients of the API have seen two names for one thing, both are read. Who attends is not.
type Event struct {
	ID          text                  `json:"id"`
	Parent      text                  `json:"parent"` // id of what it recurs of
	State       text                  `json:"state"`
	Status      text                  `json:"status"`
	Title       text                  `json:"title"`
	Name        text                  `json:"name"`
	Description text                  `json:"description"` // HTML
	URL         text                  `json:"url"`
	PublicURL   text                  `json:"public_url"`
	Image       text                  `json:"image_link"`
	Start       text                  `json:"startdate"`
	StartsAt    text                  `json:"starts_at"`
	End         text                  `json:"enddate"`
	EndsAt      text                  `json:"ends_at"`
	Changed     text                  `json:"updated_at"`
	Public      tolerant.Field[*bool] `json:"public"`
	Online      tolerant.Field[bool]  `json:"online_event"`
	Organiser   tolerant.Field[struct {
		Name text `json:"name"`
	}] `json:"organiser"`
	Price tolerant.Field[struct {
		Amount   tolerant.Field[*int64] `json:"amount_in_cents"`
		Currency text                   `json:"currency"`
	}] `json:"minimum_price"`
	Category tolerant.Field[struct {
		Category    text `json:"category"`
		Subcategory text `json:"subcategory"`
		Type        text `json:"type"`
		InWords     text `json:"category_localized"`
		SubInWords  text `json:"subcategory_localized"`
		TypeInWords text `json:"type_localized"`
	}] `json:"categorization"`
	Location     tolerant.Field[Location] `json:"location"`
	Availability availability             `json:"availability"`
}

// Location is where an event is.
type Location struct {
	Name        text                    `json:"location_name"`
	Address     text                    `json:"address"`
	AddressLine text                    `json:"address_line"`
	City        text                    `json:"city"`
	Zip         text                    `json:"zip_code"`
	Postal      text                    `json:"postal_code"`
	Country     text                    `json:"country_code"`
	Coordinates tolerant.Field[degrees] `json:"coordinates"`
	degrees
}

type degrees struct {
	Lat       text `json:"lat"`
	Latitude  text `json:"latitude"`
	Lon       text `json:"lon"`
	Lng       text `json:"lng"`
	Longitude text `json:"longitude"`
}

// availability is a yes or no in the public list, an object or a word elsewhere.
type availability struct {
	Open   bool   // tickets can be had
	Status string // sold_out, low, medium, high, unknown
	Left   *int
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *availability) UnmarshalJSON(b []byte) error {
	var whole struct {
		Left   tolerant.Field[*int] `json:"available"`
		Status text                 `json:"status"`
	}
	switch {
	case json.Unmarshal(b, &a.Open) == nil, json.Unmarshal(b, &a.Status) == nil:
	case json.Unmarshal(b, &whole) == nil:
		a.Left, a.Status = whole.Left.Value, string(whole.Status)
	}
	return nil
}

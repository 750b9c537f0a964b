package hoopla

import (
	"cmp"
	"strings"

	"fritidshub/connectors/tolerant"
)

// Event is an event as the lists have it: what an organiser's list (v3.0) calls name and data, that of a town (v3.1) calls event_name,
// category and location.
type Event struct {
	ID           tolerant.Text          `json:"event_id"`
	Name         tolerant.Text          `json:"name"`
	EventName    tolerant.Text          `json:"event_name"`
	Start        tolerant.Text          `json:"start"` // an instant, "2026-09-11T19:00:00Z"
	End          tolerant.Text          `json:"end"`
	Short        tolerant.Text          `json:"short_description"`
	Description  tolerant.Text          `json:"description"`
	Cancelled    tolerant.Field[bool]   `json:"is_cancelled"`
	SaleState    tolerant.Text          `json:"sale_state"`
	Availability tolerant.Text          `json:"availability"`
	Category     tolerant.Text          `json:"category"`
	Place        tolerant.Field[Place]  `json:"location"`
	SalesPage    tolerant.Text          `json:"event_sales_page_url"`
	Images       tolerant.Field[images] `json:"images"`
	Organization tolerant.Field[struct {
		Name tolerant.Text `json:"name"`
	}] `json:"organization"`
	Data tolerant.Field[struct {
		Category tolerant.Text         `json:"category"`
		Other    tolerant.Text         `json:"other_category_description"`
		Place    tolerant.Field[Place] `json:"location"`
	}] `json:"data"`
}

// Place is where an event is.
type Place struct {
	Name        tolerant.Text `json:"name"`  // v3.0
	Venue       tolerant.Text `json:"place"` // v3.1
	Street      tolerant.Text `json:"street_address"`
	PostalCode  tolerant.Text `json:"postal_code"`
	PostalArea  tolerant.Text `json:"postal_area"` // v3.0
	City        tolerant.Text `json:"city"`        // v3.1
	Coordinates tolerant.Field[struct {
		Lat tolerant.Text `json:"latitude"`
		Lon tolerant.Text `json:"longitude"`
	}] `json:"coordinates"`
}

// images are crops of one image; their addresses are the ends of addresses.
type images struct {
	Wide   tolerant.Field[image] `json:"crop16x9"`
	Normal tolerant.Field[image] `json:"crop4x3"`
	Square tolerant.Field[image] `json:"crop1x1"`
}

type image struct {
	URL tolerant.Text `json:"url"`
}

func (i images) widest() string {
	return string(cmp.Or(i.Wide.Value.URL, i.Normal.Value.URL, i.Square.Value.URL))
}

// words are what Hoopla and the organiser say that it is.
func (e *Event) words() []string {
	var out []string
	if c := strings.TrimSpace(string(cmp.Or(e.Data.Value.Category, e.Category))); c != "" && c != "OTHER" {
		out = append(out, c)
	}
	if other := strings.TrimSpace(string(e.Data.Value.Other)); other != "" {
		out = append(out, other)
	}
	return out
}

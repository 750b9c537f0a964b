package eventbrite

import (
	"fritidshub/catalog"
	"fritidshub/connectors/tolerant"
)

type (
	text = tolerant.Text
	yes  = tolerant.Field[bool]
)

// Event is what is read of an event.
type Event struct {
	ID           text                                                 `json:"id"`
	Name         tolerant.Field[multipart]                            `json:"name"`
	Summary      text                                                 `json:"summary"`
	Description  tolerant.Field[multipart]                            `json:"description"`
	URL          text                                                 `json:"url"`
	Start        tolerant.Field[moment]                               `json:"start"`
	End          tolerant.Field[moment]                               `json:"end"`
	HideStart    yes                                                  `json:"hide_start_date"`
	HideEnd      yes                                                  `json:"hide_end_date"`
	Changed      text                                                 `json:"changed"`
	Status       text                                                 `json:"status"`
	Currency     text                                                 `json:"currency"`
	Online       yes                                                  `json:"online_event"`
	Listed       tolerant.Field[*bool]                                `json:"listed"`
	InviteOnly   yes                                                  `json:"invite_only"`
	ShowLeft     yes                                                  `json:"show_remaining"`
	SeriesParent yes                                                  `json:"is_series_parent"`
	Series       text                                                 `json:"series_id"`
	Free         tolerant.Field[*bool]                                `json:"is_free"`
	Logo         tolerant.Field[logo]                                 `json:"logo"`
	Venue        tolerant.Field[venue]                                `json:"venue"`
	Classes      tolerant.Field[tolerant.List[tolerant.Field[class]]] `json:"ticket_classes"`
	Available    tolerant.Field[availability]                         `json:"ticket_availability"`
	Category     tolerant.Field[Category]                             `json:"category"`
	Subcategory  tolerant.Field[Category]                             `json:"subcategory"`
	Format       tolerant.Field[Category]                             `json:"format"`
	Organizer    tolerant.Field[Category]                             `json:"organizer"`
}

// Category is a category, a subcategory or another thing with a name.
type Category struct {
	ID     text `json:"id"`
	Name   text `json:"name"`
	Parent struct {
		Name text `json:"name"`
	} `json:"parent_category"`
}

type multipart struct {
	Text text `json:"text"`
	HTML text `json:"html"`
}

// moment is a time in UTC, and the same on the clocks of its zone.
type moment struct {
	Zone  text `json:"timezone"`
	Local text `json:"local"`
	UTC   text `json:"utc"`
}

type logo struct {
	URL      text `json:"url"` // cropped
	Original struct {
		URL text `json:"url"`
	} `json:"original"`
}

type venue struct {
	Name      text `json:"name"`
	Latitude  text `json:"latitude"`
	Longitude text `json:"longitude"`
	Address   struct {
		Line1     text `json:"address_1"`
		Line2     text `json:"address_2"`
		City      text `json:"city"`
		Postal    text `json:"postal_code"`
		Latitude  text `json:"latitude"`
		Longitude text `json:"longitude"`
	} `json:"address"`
}

// class is a kind of ticket.
type class struct {
	Name       text                 `json:"name"`
	Category   text                 `json:"category"` // admission, add_on, donation
	Free       yes                  `json:"free"`
	Donation   yes                  `json:"donation"`
	Hidden     yes                  `json:"hidden"`
	Cost       tolerant.Field[cost] `json:"cost"`
	Fee        tolerant.Field[cost] `json:"fee"`
	Tax        tolerant.Field[cost] `json:"tax"`
	IncludeFee yes                  `json:"include_fee"` // the organiser pays the fee
	Status     text                 `json:"on_sale_status"`
	SalesStart text                 `json:"sales_start"`
	SalesEnd   text                 `json:"sales_end"`
	Total      tolerant.Field[*int] `json:"quantity_total"`
	Sold       tolerant.Field[*int] `json:"quantity_sold"`
}

type cost struct {
	Currency text `json:"currency"`
	Major    text `json:"major_value"` // "250.00"
}

// money is the amount; false when none is stated.
func (c cost) money() (catalog.Money, bool) {
	m, err := catalog.ParseMoney(string(c.Major))
	return m, err == nil
}

type availability struct {
	Left    yes                    `json:"has_available_tickets"`
	SoldOut yes                    `json:"is_sold_out"`
	Min     tolerant.Field[cost]   `json:"minimum_ticket_price"`
	Max     tolerant.Field[cost]   `json:"maximum_ticket_price"`
	From    tolerant.Field[moment] `json:"start_sales_date"`
}

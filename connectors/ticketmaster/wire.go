package ticketmaster

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Page is one page of a search.
type Page struct {
	Events []json.RawMessage
	Pages  int // in all
}

// Event is what is read of an event.
type Event struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	URL         string `json:"url"`
	Test        bool   `json:"test"`
	Description string `json:"description"`
	Info        string `json:"info"`
	PleaseNote  string `json:"pleaseNote"`
	Dates       struct {
		Start  moment `json:"start"`
		End    moment `json:"end"`
		First  moment `json:"initialStartDate"` // before it was moved
		Zone   string `json:"timezone"`
		Status struct {
			Code string `json:"code"`
		} `json:"status"`
	} `json:"dates"`
	Sales struct {
		Public struct {
			Start string `json:"startDateTime"`
			End   string `json:"endDateTime"`
		} `json:"public"`
	} `json:"sales"`
	Classes []struct {
		Primary  bool  `json:"primary"`
		Segment  named `json:"segment"`
		Genre    named `json:"genre"`
		SubGenre named `json:"subGenre"`
	} `json:"classifications"`
	Prices []struct {
		Type     string `json:"type"`
		Currency string `json:"currency"`
		Min      loose  `json:"min"`
		Max      loose  `json:"max"`
	} `json:"priceRanges"`
	Images []struct {
		Ratio    string `json:"ratio"`
		URL      string `json:"url"`
		Width    int    `json:"width"`
		Fallback bool   `json:"fallback"`
	} `json:"images"`
	Promoter named `json:"promoter"`
	Embedded struct {
		Venues []Venue `json:"venues"`
	} `json:"_embedded"`
}

// Venue is where an event is.
type Venue struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Zone    string `json:"timezone"`
	City    named  `json:"city"`
	Postal  loose  `json:"postalCode"`
	Address struct {
		Line string `json:"line1"`
	} `json:"address"`
	Location struct {
		Lat loose `json:"latitude"`
		Lon loose `json:"longitude"`
	} `json:"location"`
}

// loose is a number or a text: both are seen where the other is documented.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	if string(b) != "null" {
		*l = loose(strings.Trim(string(b), `"`))
	}
	return nil
}

type named struct {
	Name string `json:"name"`
}

// moment is a start or an end. The date may be set before the time is, and neither may be.
type moment struct {
	Date        string `json:"localDate"`
	Time        string `json:"localTime"`
	Instant     string `json:"dateTime"`
	DateTBD     bool   `json:"dateTBD"`
	DateTBA     bool   `json:"dateTBA"`
	TimeTBA     bool   `json:"timeTBA"`
	NoTime      bool   `json:"noSpecificTime"`
	Approximate bool   `json:"approximate"`
}

// Parse reads one page of a search.
func Parse(text, address string) (Page, error) {
	var doc struct {
		Embedded struct {
			Events []json.RawMessage `json:"events"`
		} `json:"_embedded"`
		Page *struct {
			Total int `json:"totalElements"`
			Pages int `json:"totalPages"`
		} `json:"page"`
	}
	err := json.Unmarshal([]byte(text), &doc)
	said, advice := "", ""
	if doc.Page == nil || len(doc.Embedded.Events) == 0 {
		said, advice = refusal(text)
	}
	if err == nil && doc.Page != nil && said == "" && (doc.Page.Total == 0 || doc.Embedded.Events != nil) {
		return Page{Events: doc.Embedded.Events, Pages: doc.Page.Pages}, nil
	}
	e := &connectors.PayloadError{URL: fetch.Redact(address), Expected: "page og _embedded.events fra Ticketmasters Discovery API",
		Found: catalog.CleanText(text[:min(len(text), 400)], 120), Advice: connectors.Mistaken("ticketmaster", text)}
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		e.Locator = fmt.Sprintf("byte %d", syntax.Offset)
	case errors.As(err, &typed):
		e.Locator = cmp.Or(typed.Field, "$")
	}
	if said != "" {
		e.Found, e.Advice = catalog.CleanText(said, 120), advice
	}
	return Page{}, e
}

// refusal is what an answer says instead of events, or beside a list without any, and what to do about it.
func refusal(text string) (said, advice string) {
	var refused struct {
		Fault struct {
			Text string `json:"faultstring"`
		} `json:"fault"`
		Errors []struct {
			Code   string `json:"code"`
			Detail string `json:"detail"`
		} `json:"errors"`
	}
	switch err := json.Unmarshal([]byte(text), &refused); {
	case err != nil:
	case refused.Fault.Text != "":
		return refused.Fault.Text, "Se om nøkkelen (apikey) i url er riktig, og om dagens kvote er brukt opp"
	case len(refused.Errors) > 0:
		return refused.Errors[0].Code + ": " + refused.Errors[0].Detail, "Se over det som står etter ? i url"
	}
	return "", ""
}

package tribe

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Page is one answer of the API.
type Page struct {
	Events []json.RawMessage
	Posts  []json.RawMessage
	Next   string
	Pages  int // in all; 0 when it does not say
}

// Items is how many items the page holds.
func (p Page) Items() int { return len(p.Events) + len(p.Posts) }

// text is a string of WordPress: HTML with entities, given as it is or as {"rendered": …}. Null and false, PHP's nothing, are "".
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		return json.Unmarshal(b, (*string)(t))
	case '{':
		var o struct {
			Rendered string `json:"rendered"`
		}
		err := json.Unmarshal(b, &o)
		*t = text(o.Rendered)
		return err
	case 'n', 'f', '[':
		return nil
	}
	*t = text(b) // a number
	return nil
}

// plain is t without markup.
func (t text) plain() string { return strings.TrimSpace(catalog.PlainText(string(t))) }

// one is an object that PHP gives as itself, as a list of them, or, when there is none, as [] or false.
type one[T any] struct{ value *T }

func (o *one[T]) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '[':
		var all []T
		if err := json.Unmarshal(b, &all); err != nil || len(all) == 0 {
			return err
		}
		o.value = &all[0]
	case '{':
		o.value = new(T)
		return json.Unmarshal(b, o.value)
	}
	return nil
}

// Event is an event of The Events Calendar. Its author, a person, is not read, nor are phone numbers.
type Event struct {
	ID          text  `json:"id"`
	Status      text  `json:"status"` // of the post
	URL         text  `json:"url"`
	Title       text  `json:"title"`
	Description text  `json:"description"`
	Excerpt     text  `json:"excerpt"`
	Modified    text  `json:"modified_utc"`
	AllDay      bool  `json:"all_day"`
	Start       text  `json:"start_date"` // the clock on the wall
	End         text  `json:"end_date"`
	UTCStart    text  `json:"utc_start_date"`
	UTCEnd      text  `json:"utc_end_date"`
	Zone        text  `json:"timezone"`
	Cost        text  `json:"cost"`
	Website     text  `json:"website"`
	Hidden      bool  `json:"hide_from_listings"`
	Virtual     bool  `json:"is_virtual"`
	Categories  terms `json:"categories"`
	Tags        terms `json:"tags"`
	Details     one[struct {
		Symbol text `json:"currency_symbol"`
		Code   text `json:"currency_code"`
	}] `json:"cost_details"`
	Image one[struct {
		URL text `json:"url"`
		Alt text `json:"alt"`
	}] `json:"image"`
	Venue one[struct {
		Name    text `json:"venue"`
		Address text `json:"address"`
		City    text `json:"city"`
		Zip     text `json:"zip"`
		Lat     text `json:"geo_lat"`
		Lon     text `json:"geo_lng"`
	}] `json:"venue"`
	Organizer one[struct {
		Name    text `json:"organizer"`
		Website text `json:"website"`
		Email   text `json:"email"`
	}] `json:"organizer"`
}

type term struct {
	Name text `json:"name"`
}

// terms are categories or tags; what is no list of them (false, or an error for those that are closed) is none.
type terms []term

func (t *terms) UnmarshalJSON(b []byte) error {
	if b[0] != '[' {
		return nil
	}
	return json.Unmarshal(b, (*[]term)(t))
}

// Post is a post of WordPress itself.
type Post struct {
	ID       text `json:"id"`
	Status   text `json:"status"`
	Link     text `json:"link"`
	Title    text `json:"title"`
	Content  text `json:"content"`
	Excerpt  text `json:"excerpt"`
	Modified text `json:"modified_gmt"`
	Embedded one[struct {
		Terms []terms `json:"wp:term"`
		Media one[struct {
			URL text `json:"source_url"`
			Alt text `json:"alt_text"`
		}] `json:"wp:featuredmedia"`
	}] `json:"_embedded"`
}

// Parse reads one answer; posts says which of the two it is.
func Parse(body, address string, posts bool) (Page, error) {
	var p Page
	if posts {
		if err := json.Unmarshal([]byte(body), &p.Posts); err != nil || p.Posts == nil {
			return Page{}, unreadable(body, address, "en liste med innlegg fra WordPress (/wp-json/wp/v2/posts)", err)
		}
		return p, nil
	}
	var doc struct {
		Events *[]json.RawMessage `json:"events"`
		Next   text               `json:"next_rest_url"`
		Pages  int                `json:"total_pages"`
		Code   text               `json:"code"` // of an error of WordPress
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil || doc.Events == nil || len(*doc.Events) == 0 && doc.Code != "" {
		return Page{}, unreadable(body, address, "events, listen fra The Events Calendar ("+eventsPath+")", err)
	}
	return Page{Events: *doc.Events, Next: string(doc.Next), Pages: doc.Pages}, nil
}

// decode reads one item; the error says in Norwegian which field is wrong.
func decode(raw json.RawMessage, v any) (field string, err error) {
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		return "", errors.New("Det er ikke et objekt.")
	}
	var typed *json.UnmarshalTypeError
	switch err := json.Unmarshal(raw, v); {
	case errors.As(err, &typed):
		return typed.Field, errors.New("Feltet har ikke den typen verdi som WordPress skal gi.")
	case err != nil:
		return "", errors.New("Det kan ikke leses.")
	}
	return "", nil
}

func unreadable(body, address, expected string, err error) error {
	e := &connectors.PayloadError{URL: fetch.Redact(address), Expected: expected, Found: catalog.CleanText(body[:min(len(body), 400)], 120), Advice: connectors.Mistaken("tribe", body)}
	var refused struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		e.Locator = fmt.Sprintf("byte %d", syntax.Offset)
	case errors.As(err, &typed):
		e.Locator = cmp.Or(typed.Field, "$")
	}
	if json.Unmarshal([]byte(body), &refused) == nil && refused.Code != "" {
		e.Found, e.Advice = catalog.CleanText(refused.Code+": "+refused.Message, 120), "Nettstedet har ikke The Events Calendar, eller har stengt API-et. Se etter en kalender (kind: ical) eller prøv kind: jsonld"
	}
	return e
}

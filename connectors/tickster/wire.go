package tickster

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/tolerant"
	"fritidshub/fetch"
)

type text = tolerant.Text

// Event is what is read of an event, as the dump writes it and as the search and version 1.0 do.
type Event struct {
	ID          text                        `json:"id"`
	Name        text                        `json:"name"`
	Description prose                       `json:"description"`
	Start       text                        `json:"start"`
	StartUTC    text                        `json:"startUtc"`
	End         text                        `json:"end"`
	EndUTC      text                        `json:"endUtc"`
	SaleStart   text                        `json:"saleStartUtc"`
	SaleEnd     text                        `json:"saleEndUtc"`
	Updated     text                        `json:"lastUpdated"`
	UpdatedUTC  text                        `json:"lastUpdatedUtc"`
	Published   tolerant.Field[*bool]       `json:"published"`
	State       text                        `json:"state"`
	EventState  text                        `json:"eventState"`
	Stock       text                        `json:"stockLevel"`
	Type        text                        `json:"hierarchyType"`
	EventType   text                        `json:"eventHierarchyType"`
	Production  text                        `json:"productionParentId"`
	Parent      text                        `json:"parentEventId"`
	InfoURI     text                        `json:"infoUri"`
	InfoURL     text                        `json:"infoUrl"`
	ShopURI     text                        `json:"shopUri"`
	ShopURL     text                        `json:"shopUrl"`
	Image       text                        `json:"imageUrl"`
	Age         text                        `json:"ageLimit"`
	Access      text                        `json:"accessibilityInfo"`
	VenueID     text                        `json:"venueId"`
	Venue       tolerant.Field[Venue]       `json:"venue"`
	OrganizerID text                        `json:"organizerId"`
	Organizer   tolerant.Field[Organizer]   `json:"organizer"`
	Tags        tolerant.Field[list[text]]  `json:"tags"`
	Goods       tolerant.Field[list[Good]]  `json:"goods"`
	Products    tolerant.Field[list[Good]]  `json:"products"`
	Children    tolerant.Field[list[Event]] `json:"childEvents"`
}

type list[T any] = tolerant.List[T]

// Venue is a place. In the dump events name it by its id.
type Venue struct {
	ID      text `json:"id"`
	Name    text `json:"name"`
	Address text `json:"address"`
	Postal  text `json:"zipCode"`
	City    text `json:"city"`
	Country text `json:"country"`
	Geo     struct {
		Lat text `json:"latitude"`
		Lon text `json:"longitude"`
	} `json:"geo"`
}

// Organizer is who sells; nothing but the name of the organisation is read.
type Organizer struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

// Good is something that is sold, with its price or those of its variants.
type Good struct {
	Name        text `json:"name"`
	Type        text `json:"type"`
	ProductType text `json:"productType"`
	Price       cost `json:"price"`
	Variants    []struct {
		Name  text `json:"name"`
		Price cost `json:"price"`
	} `json:"variants"`
}

type cost struct {
	Amount       text `json:"amount"`
	IncludingVAT text `json:"includingVat"`
	Currency     text `json:"currency"`
}

// prose is a text, Markdown in the dump, or the same as HTML and Markdown.
type prose string

// UnmarshalJSON implements json.Unmarshaler.
func (p *prose) UnmarshalJSON(b []byte) error {
	var both struct {
		HTML     text `json:"html"`
		Markdown text `json:"markdown"`
	}
	var s string
	switch {
	case json.Unmarshal(b, &s) == nil:
	case json.Unmarshal(b, &both) == nil && both.HTML != "":
		*p = prose(both.HTML)
		return nil
	default:
		s = string(both.Markdown)
	}
	*p = prose(marks.Replace(s))
	return nil
}

// marks are the signs of Markdown that say nothing in plain text.
var marks = strings.NewReplacer("**", "", "__", "", "\r", "")

// Head is what stands beside the lists of an answer, and which lists there are.
type Head struct {
	ID, Created, URI string // of the answer that says where the dump is
	Count            string // of events, as a dump states it
	Lists            []string
}

// lists are those of a dump.
var lists = []string{"events", "venues", "organizers"}

const deepest = 64 // levels of what is passed over

// Parse reads a dump, or the answer that says where it is, from first to last without holding it: visit gets each member of a list.
// address is where it came from.
func Parse(r io.Reader, address string, visit func(list string, i int, item json.RawMessage) error) (Head, error) {
	var h Head
	in := bufio.NewReader(r)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\xEF\xBB\xBF")) {
		_, _ = in.Discard(3)
	}
	start, _ := in.Peek(400)
	found := string(start)
	d := json.NewDecoder(in)
	where := "$"
	err := h.read(d, &where, visit)
	if err == nil && h.URI == "" && !slices.Contains(h.Lists, "events") {
		where, err = "$", errShape
	}
	var refused *visitError
	if err == nil || errors.As(err, &refused) {
		return h, err
	}
	e := &connectors.PayloadError{URL: fetch.Redact(address), Locator: fmt.Sprintf("%s, byte %d", where, d.InputOffset()), Advice: connectors.Mistaken("tickster", found),
		Expected: "Ticksters dump (events, venues, organizers) eller svaret som sier hvor den er (uri)", Found: catalog.CleanText(found, 120)}
	switch {
	case errors.Is(err, errTooBig), errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		e.Expected, e.Found, e.Advice = fmt.Sprintf("en hel gzip-fil på høyst %d MiB utpakket", most>>20), "", "Er den så stor eller ødelagt hver gang, så bruk søket i stedet for dumpen; se README for tickster"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e.Expected, e.Found = "resten av svaret, som er kuttet", ""
	case where != "$":
		e.Expected, e.Found = "gyldig JSON", ""
	}
	if e.Advice == "" {
		e.Advice = "Se om url er adressen til dumpen og nøkkelen (key) er riktig"
	}
	return h, e
}

var errShape = errors.New("not the shape of a dump")

// visitError is an error of the visitor, not of the payload.
type visitError struct{ error }

func (e *visitError) Unwrap() error { return e.error }

func (h *Head) read(d *json.Decoder, where *string, visit func(string, int, json.RawMessage) error) error {
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		if err == nil || errors.As(err, new(*json.SyntaxError)) {
			err = errShape
		}
		return err
	}
	texts := map[string]*string{"id": &h.ID, "created": &h.Created, "uri": &h.URI, "count": &h.Count}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name := token.(string) // the decoder gives no other key
		*where = catalog.CleanText(name, 40)
		if into := texts[name]; into != nil {
			var t text
			err = d.Decode(&t)
			*into = string(t)
		} else if slices.Contains(lists, name) {
			err = h.list(d, name, where, visit)
		} else {
			err = skip(d)
		}
		if err != nil {
			return err
		}
	}
	*where = "$"
	if _, err := d.Token(); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errShape
		}
		return err
	}
	return nil
}

func (h *Head) list(d *json.Decoder, name string, where *string, visit func(string, int, json.RawMessage) error) error {
	switch open, err := d.Token(); {
	case err != nil || open == nil:
		return err
	case open != json.Delim('['):
		return errShape
	}
	h.Lists = append(h.Lists, name)
	for i := 0; d.More(); i++ {
		*where = fmt.Sprintf("%s[%d]", name, i)
		var item json.RawMessage
		if err := d.Decode(&item); err != nil {
			return err
		}
		if err := visit(name, i, item); err != nil {
			return &visitError{err}
		}
	}
	_, err := d.Token()
	return err
}

// skip passes over one value.
func skip(d *json.Decoder) error {
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		if depth > deepest {
			return errShape
		}
	}
}

// most is how many bytes a dump may have when unpacked.
const most = fetch.BodyCeiling

var errTooBig = errors.New("the dump is too big")

// unpack gives the answer as text from its beginning, each time it is called. What the provider has packed itself, whatever the media
// type says, is unpacked while it is read, to at most most bytes.
func unpack(resp *connectors.Response) (func() (io.Reader, error), error) {
	if !bytes.HasPrefix(resp.Body, []byte("\x1f\x8b")) {
		t, err := resp.Text()
		return func() (io.Reader, error) { return strings.NewReader(t), nil }, err
	}
	return func() (io.Reader, error) {
		z, err := gzip.NewReader(bytes.NewReader(resp.Body))
		if err != nil {
			return nil, &connectors.PayloadError{URL: fetch.Redact(resp.URL), Locator: "byte 0", Expected: "en gzip-fil", Advice: "Prøv igjen senere; blir det ikke bedre, så meld det til Tickster"}
		}
		return &capped{r: z, left: most}, nil
	}, nil
}

// capped fails with errTooBig after left bytes.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(b []byte) (int, error) {
	n, err := c.r.Read(b[:min(int64(len(b)), c.left+1)])
	if c.left -= int64(n); c.left < 0 {
		return 0, errTooBig
	}
	return n, err
}

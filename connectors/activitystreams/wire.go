package activitystreams

import (
	"bytes"
	"encoding/json"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors/tolerant"
)

// Event is an Event of Activity Streams with what Mobilizon and Gancio add to it. Who wrote it, who comes and whom to ask are persons
// and are not read; of attributedTo only groups.
type Event struct {
	ID            tolerant.Field[string] `json:"id"`
	UUID          tolerant.Field[string] `json:"uuid"`
	Name          tolerant.Field[string] `json:"name"`
	Content       tolerant.Field[string] `json:"content"` // HTML
	URL           many[link]             `json:"url"`
	Start         tolerant.Field[string] `json:"startTime"`
	End           tolerant.Field[string] `json:"endTime"`
	Zone          tolerant.Field[string] `json:"timezone"`
	Location      many[Place]            `json:"location"`
	Online        tolerant.Field[bool]   `json:"isOnline"`
	Tags          many[tag]              `json:"tag"`
	Category      tolerant.Field[string] `json:"category"`
	Attachments   many[link]             `json:"attachment"`
	Attributed    many[Actor]            `json:"attributedTo"`
	Status        tolerant.Field[string] `json:"status"`      // TENTATIVE, CONFIRMED, CANCELLED
	OldStatus     tolerant.Field[string] `json:"ical:status"` // the same, of older servers
	Participation tolerant.Field[string] `json:"externalParticipationUrl"`
	Join          tolerant.Field[string] `json:"joinMode"` // free, restricted, invite, external: how to join, not what it costs
	Capacity      tolerant.Field[int]    `json:"maximumAttendeeCapacity"`
	Remaining     tolerant.Field[*int]   `json:"remainingAttendeeCapacity"`
	Published     tolerant.Field[string] `json:"published"`
	Updated       tolerant.Field[string] `json:"updated"`
	Language      tolerant.Field[string] `json:"inLanguage"`
	Draft         tolerant.Field[bool]   `json:"draft"`
	To            many[link]             `json:"to"`

	Where string `json:"-"` // locator
}

// Place is a Place, or only a name.
type Place struct {
	ID      tolerant.Field[string] `json:"id"`
	Type    kinds                  `json:"type"`
	Name    tolerant.Field[string] `json:"name"`
	Address address                `json:"address"`
	URL     many[link]             `json:"url"`
	Lat     number                 `json:"latitude"`
	Lon     number                 `json:"longitude"`

	Where string `json:"-"` // locator
}

// UnmarshalJSON implements json.Unmarshaler. A text is the name of a place; an address of a place tells nothing.
func (p *Place) UnmarshalJSON(b []byte) error {
	if name := text(b); name != "" {
		if !strings.Contains(name, "://") {
			p.Name.Value = name
		}
		return nil
	}
	type plain Place
	return json.Unmarshal(b, (*plain)(p))
}

type address struct {
	Text     string                 // when it is one line
	Type     kinds                  `json:"type"` // PostalAddress or VirtualLocation
	Street   tolerant.Field[string] `json:"streetAddress"`
	Postal   tolerant.Field[string] `json:"postalCode"`
	Locality tolerant.Field[string] `json:"addressLocality"`
	URL      tolerant.Field[string] `json:"url"` // of a virtual place
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *address) UnmarshalJSON(b []byte) error {
	if a.Text = text(b); a.Text != "" || b[0] != '{' {
		return nil
	}
	type plain address
	return json.Unmarshal(b, (*plain)(a))
}

// Actor is who acts. The name is read of groups and organisations alone.
type Actor struct {
	ID     string
	Group  bool
	Person bool
	Name   string
	URL    string
	Outbox string
}

// UnmarshalJSON implements json.Unmarshaler. A text is the id of an actor.
func (a *Actor) UnmarshalJSON(b []byte) error {
	if a.ID = text(b); a.ID != "" {
		return nil
	}
	var who struct {
		ID   tolerant.Field[string] `json:"id"`
		Type kinds                  `json:"type"`
	}
	if err := json.Unmarshal(b, &who); err != nil {
		return err
	}
	*a = Actor{ID: who.ID.Value, Group: who.Type.any("Group", "Organization"), Person: who.Type.any("Person")}
	if !a.Group {
		return nil
	}
	var group struct {
		Name   tolerant.Field[string] `json:"name"`
		URL    many[link]             `json:"url"`
		Outbox tolerant.Field[string] `json:"outbox"`
	}
	err := json.Unmarshal(b, &group)
	a.Name, a.URL, a.Outbox = group.Name.Value, page(group.URL), group.Outbox.Value
	return err
}

// link is an address, or an object that has one.
type link struct {
	Type  kinds                  `json:"type"`
	Media tolerant.Field[string] `json:"mediaType"`
	Href  tolerant.Field[string] `json:"href"`
	URL   tolerant.Field[string] `json:"url"`
	Name  tolerant.Field[string] `json:"name"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *link) UnmarshalJSON(b []byte) error {
	if l.Href.Value = text(b); l.Href.Value != "" {
		return nil
	}
	type plain link
	return json.Unmarshal(b, (*plain)(l))
}

func (l link) address() string {
	if l.Href.Value != "" {
		return l.Href.Value
	}
	return l.URL.Value
}

// page is the address among links that is a page for people: one of HTML, else one that does not say what it is.
func page(links []link) string {
	for _, media := range []string{"text/html", ""} {
		for _, l := range links {
			if l.Media.Value == media && l.address() != "" {
				return l.address()
			}
		}
	}
	return ""
}

type tag struct {
	Type kinds                  `json:"type"`
	Name tolerant.Field[string] `json:"name"`
}

// kinds is the type of an object, of which it may have several.
type kinds []string

// UnmarshalJSON implements json.Unmarshaler.
func (k *kinds) UnmarshalJSON(b []byte) error {
	var all many[string]
	err := json.Unmarshal(b, &all)
	*k = kinds(all)
	return err
}

func (k kinds) any(names ...string) bool {
	for _, have := range k {
		for _, name := range names {
			if have == name {
				return true
			}
		}
	}
	return false
}

// number is a number or digits, as written.
type number string

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(b []byte) error {
	if *n = number(text(b)); *n == "" && b[0] != '{' && b[0] != '[' && b[0] != '"' {
		*n = number(b)
	}
	return nil
}

// many is one value or a list of them, of which the first hundred are read; those of another type are passed over.
type many[T any] []T

const mostOfMany = catalog.MaxOffers

// UnmarshalJSON implements json.Unmarshaler.
func (m *many[T]) UnmarshalJSON(b []byte) error {
	if b[0] != '[' {
		var one T
		if string(b) != "null" && json.Unmarshal(b, &one) == nil {
			*m = many[T]{one}
		}
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() && len(*m) < mostOfMany {
		var one tolerant.Field[T]
		if err := d.Decode(&one); err != nil {
			return err
		}
		if one.Bad == "" {
			*m = append(*m, one.Value)
		}
	}
	return nil
}

// text is b when it is a string, else "".
func text(b []byte) (s string) {
	if b[0] == '"' && json.Unmarshal(b, &s) == nil {
		return strings.TrimSpace(s)
	}
	return ""
}

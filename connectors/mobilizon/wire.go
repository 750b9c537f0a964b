package mobilizon

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/activitystreams"
	"fritidshub/connectors/tolerant"
	"fritidshub/fetch"
)

// Page is one answer: of the GraphQL API, or of ActivityPub.
type Page struct {
	Events  []Event
	Bad     []catalog.Reject // items that are no objects
	Total   int              // of all pages; 0 when not stated
	Group   *group           // whose events they are, when a group was asked for
	Streams *activitystreams.Document
}

// Items is how many items the page holds.
func (p Page) Items() int {
	if p.Streams != nil {
		return p.Streams.Items()
	}
	return len(p.Events) + len(p.Bad)
}

type group struct {
	Name tolerant.Field[string] `json:"name"`
	URL  tolerant.Field[string] `json:"url"`
}

// Event is an event as the GraphQL API gives it. Nothing is asked for of the persons behind it.
type Event struct {
	UUID        tolerant.Field[string] `json:"uuid"`
	URL         tolerant.Field[string] `json:"url"`
	Title       tolerant.Field[string] `json:"title"`
	Description tolerant.Field[string] `json:"description"` // HTML
	Begins      tolerant.Field[string] `json:"beginsOn"`
	Ends        tolerant.Field[string] `json:"endsOn"`
	Status      tolerant.Field[string] `json:"status"` // TENTATIVE, CONFIRMED, CANCELLED
	Category    tolerant.Field[string] `json:"category"`
	Language    tolerant.Field[string] `json:"language"`
	Draft       tolerant.Field[bool]   `json:"draft"`
	Visibility  tolerant.Field[string] `json:"visibility"`  // PUBLIC, UNLISTED, RESTRICTED, PRIVATE
	Join        tolerant.Field[string] `json:"joinOptions"` // FREE, RESTRICTED, INVITE, EXTERNAL
	SignUp      tolerant.Field[string] `json:"externalParticipationUrl"`
	Updated     tolerant.Field[string] `json:"updatedAt"`
	Tags        tolerant.Field[tolerant.List[struct {
		Title tolerant.Field[string] `json:"title"`
	}]] `json:"tags"`
	Picture tolerant.Field[*struct {
		URL tolerant.Field[string] `json:"url"`
	}] `json:"picture"`
	Address tolerant.Field[*struct {
		Name     tolerant.Field[string] `json:"description"`
		Street   tolerant.Field[string] `json:"street"`
		Postal   tolerant.Field[string] `json:"postalCode"`
		Locality tolerant.Field[string] `json:"locality"`
		Geom     tolerant.Field[string] `json:"geom"` // longitude;latitude
	}] `json:"physicalAddress"`
	Group   tolerant.Field[*group] `json:"attributedTo"` // empty when it is a person
	Options tolerant.Field[struct {
		Online    tolerant.Field[bool]   `json:"isOnline"`
		Zone      tolerant.Field[string] `json:"timezone"`
		ShowStart tolerant.Field[*bool]  `json:"showStartTime"`
		ShowEnd   tolerant.Field[*bool]  `json:"showEndTime"`
	}] `json:"options"`

	Where string `json:"-"` // locator
}

type paged struct {
	Total    tolerant.Field[int] `json:"total"`
	Elements []json.RawMessage   `json:"elements"`
}

// mostOnPage is how many items one answer may hold.
const mostOnPage = 5_000

// unknownName finds the field or argument that a server does not know.
var unknownName = regexp.MustCompile(`(?:Cannot query field|Unknown argument|Unknown type) "(\w{1,60})"`)

// Parse reads one answer, of the API or of ActivityPub; address is where it came from.
func Parse(text, address string) (Page, error) {
	var answer struct {
		Data *struct {
			Search *paged `json:"searchEvents"`
			Group  *struct {
				group
				Events *paged `json:"organizedEvents"`
			} `json:"group"`
		} `json:"data"`
		Errors tolerant.List[struct {
			Message tolerant.Field[string] `json:"message"`
		}] `json:"errors"`
	}
	trimmed := strings.TrimSpace(strings.TrimPrefix(text, "\uFEFF"))
	fail := func(where, found, advice string) (Page, error) {
		return Page{}, &connectors.PayloadError{URL: fetch.Redact(address), Locator: where, Expected: "arrangementer fra Mobilizon (GraphQL: data.searchEvents eller data.group)", Found: catalog.CleanText(found, 200), Advice: advice}
	}
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	err := json.Unmarshal([]byte(trimmed), &answer)
	switch {
	case errors.As(err, &syntax):
		return fail(fmt.Sprintf("byte %d", syntax.Offset), trimmed[:min(len(trimmed), 300)], connectors.Mistaken("mobilizon", text))
	case err != nil && errors.As(err, &typed) && typed.Field != "":
		return fail(typed.Field, typed.Value, "")
	case answer.Data == nil && len(answer.Errors) == 0:
		d, err := activitystreams.Parse("mobilizon", text, address)
		return Page{Streams: d}, err
	}
	var list *paged
	p := Page{}
	where := "data"
	if d := answer.Data; d != nil {
		switch {
		case d.Search != nil:
			list, where = d.Search, "data.searchEvents"
		case d.Group != nil:
			list, where = d.Group.Events, "data.group.organizedEvents"
			p.Group = &d.Group.group
		}
	}
	if list == nil || len(list.Elements) == 0 && len(answer.Errors) > 0 { // an error beside an empty list says nothing of what there is
		said, advice := "", "Se om gruppa i options.group finnes på nettstedet"
		if len(answer.Errors) > 0 {
			said = answer.Errors[0].Message.Value
		}
		if list != nil {
			advice = "Blir det ikke bedre ved neste kjøring, så meld det til den som driver nettstedet"
		}
		if m := unknownName.FindStringSubmatch(said); m != nil {
			advice = fmt.Sprintf("Nettstedet kjenner ikke «%s»: skriv det i options.omit hvis det er et felt, ellers ta det ut av options", m[1])
		}
		return fail(where, said, advice)
	}
	if len(list.Elements) > mostOnPage {
		return fail(fmt.Sprintf("%s.elements[%d]", where, mostOnPage), fmt.Sprintf("%d på en side", len(list.Elements)), "Skriv et lavere tall i options.page_size")
	}
	p.Total = list.Total.Value
	for i, raw := range list.Elements {
		e := Event{Where: fmt.Sprintf("%s.elements[%d]", where, i)}
		if raw[0] != '{' || json.Unmarshal(raw, &e) != nil {
			p.Bad = append(p.Bad, catalog.Reject{Locator: e.Where, Reason: fmt.Sprintf("Ventet et arrangement (et JSON-objekt), fant «%s».", catalog.CleanText(string(raw[:min(len(raw), 60)]), 40)), Fixer: catalog.FixSource})
			continue
		}
		p.Events = append(p.Events, e)
	}
	return p, nil
}

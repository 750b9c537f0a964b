package hsds

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/tolerant"
	"fritidshub/fetch"
)

// text is a text or a number; anything else is "".
type text = tolerant.Text

// many is a list that may be something else, which is then none.
type many[T any] = tolerant.Field[tolerant.List[T]]

// Service is a service of HSDS 3.0. The members that hold persons, phones and addresses of e-mail have no field here.
type Service struct {
	ID             text                          `json:"id"`
	OrganizationID text                          `json:"organization_id"`
	Name           text                          `json:"name"`
	Description    text                          `json:"description"`
	URL            text                          `json:"url"`
	Status         text                          `json:"status"` // active, inactive, defunct, temporarily closed
	Application    text                          `json:"application_process"`
	FeesText       text                          `json:"fees_description"`
	Eligibility    text                          `json:"eligibility_description"`
	MinAge         text                          `json:"minimum_age"`
	MaxAge         text                          `json:"maximum_age"`
	Alert          text                          `json:"alert"`
	Modified       text                          `json:"last_modified"`
	Schedules      many[schedule]                `json:"schedules"`
	Places         many[AtLocation]              `json:"service_at_locations"`
	Languages      many[named]                   `json:"languages"`
	Costs          many[cost]                    `json:"cost_options"`
	Attributes     many[attribute]               `json:"attributes"`
	Organization   tolerant.Field[*Organization] `json:"organization"`
}

// AtLocation is a service at one location.
type AtLocation struct {
	ID          text                      `json:"id"`
	ServiceID   text                      `json:"service_id"`
	LocationID  text                      `json:"location_id"`
	Description text                      `json:"description"`
	Schedules   many[schedule]            `json:"schedules"`
	Location    tolerant.Field[*Location] `json:"location"`
	Service     tolerant.Field[*Service]  `json:"service"`
}

// Location is where services are given.
type Location struct {
	ID            text           `json:"id"`
	Type          text           `json:"location_type"` // physical, postal, virtual
	Name          text           `json:"name"`
	Description   text           `json:"description"`
	URL           text           `json:"url"`
	Transport     text           `json:"transportation"`
	Lat           text           `json:"latitude"`
	Lon           text           `json:"longitude"`
	Addresses     many[address]  `json:"addresses"`
	Accessibility many[access]   `json:"accessibility"`
	Schedules     many[schedule] `json:"schedules"`
}

// Organization gives services.
type Organization struct {
	ID          text             `json:"id"`
	Name        text             `json:"name"`
	Description text             `json:"description"`
	Website     text             `json:"website"`
	Identifiers many[identifier] `json:"organization_identifiers"`
	Services    many[Service]    `json:"services"`
}

type address struct {
	LocationID text `json:"location_id"`
	Street     text `json:"address_1"`
	City       text `json:"city"`
	PostalCode text `json:"postal_code"`
	Type       text `json:"address_type"` // physical, postal, virtual
}

type access struct {
	LocationID  text `json:"location_id"`
	Description text `json:"description"`
}

type named struct {
	ServiceID text `json:"service_id"`
	Name      text `json:"name"`
}

type identifier struct {
	OrganizationID text `json:"organization_id"`
	Scheme         text `json:"identifier_scheme"`
	Value          text `json:"identifier"`
}

type attribute struct {
	LinkID text                  `json:"link_id"`
	TermID text                  `json:"taxonomy_term_id"`
	Term   tolerant.Field[*term] `json:"taxonomy_term"`
}

type term struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

type cost struct {
	ServiceID text `json:"service_id"`
	From      text `json:"valid_from"`
	To        text `json:"valid_to"`
	Option    text `json:"option"` // for whom
	Currency  text `json:"currency"`
	Amount    text `json:"amount"`
	About     text `json:"amount_description"` // per what
}

type schedule struct {
	ServiceID    text `json:"service_id"`
	LocationID   text `json:"location_id"`
	AtLocationID text `json:"service_at_location_id"`
	From         text `json:"valid_from"`
	To           text `json:"valid_to"`
	Start        text `json:"dtstart"`
	Zone         text `json:"timezone"` // hours from UTC
	Until        text `json:"until"`
	Count        text `json:"count"`
	Freq         text `json:"freq"`
	Interval     text `json:"interval"`
	ByDay        text `json:"byday"`
	ByWeek       text `json:"byweekno"`
	ByMonthDay   text `json:"bymonthday"`
	ByYearDay    text `json:"byyearday"`
	Opens        text `json:"opens_at"`
	Closes       text `json:"closes_at"`
	About        text `json:"description"`
}

// Item is one thing of a document; one of its pointers is set, none when it is not of HSDS.
type Item struct {
	Service      *Service
	At           *AtLocation
	Organization *Organization // one without services
	Location     *Location
	Where        string // locator
	Term         bool   // a word of a taxonomy
}

// Page is what one document holds.
type Page struct {
	Items  []Item
	Listed int // entries of the list, to see that a page is empty
	Paged  bool
	Number int // page_number
	Pages  int // total_pages
	Total  int // total_items
	Last   bool
}

// nothing is how an API writes that there was no error.
var nothing = []string{"null", "false", `""`, "[]", "{}"}

// mostOnPage is how many entries one document may list.
const mostOnPage = 50_000

// Parse reads a document of HSDS: a page of a list, a list, the tables of a tabular package in one file, or a single thing.
func Parse(body, address string) (*Page, error) {
	bad := func(locator, found, advice string) error {
		return &connectors.PayloadError{URL: fetch.Redact(address), Locator: locator, Found: catalog.CleanText(found, 100), Advice: advice,
			Expected: "HSDS 3.0: en side {total_items, total_pages, page_number, contents: […]}, en liste, eller en tjeneste (service)"}
	}
	body = strings.TrimPrefix(body, "\uFEFF")
	var list []json.RawMessage
	var top map[string]json.RawMessage
	p := &Page{}
	err := json.Unmarshal([]byte(body), &list)
	at := "[%d]"
	if err != nil {
		if err := json.Unmarshal([]byte(body), &top); err != nil || top == nil {
			return nil, bad(where(err, body), body[:min(len(body), 200)], connectors.Mistaken("hsds", body))
		}
		switch {
		case top["contents"] != nil:
			var paging struct {
				Number tolerant.Field[int]  `json:"page_number"`
				Pages  tolerant.Field[int]  `json:"total_pages"`
				Total  tolerant.Field[int]  `json:"total_items"`
				Last   tolerant.Field[bool] `json:"last_page"`
			}
			if err := json.Unmarshal([]byte(body), &paging); err != nil {
				return nil, bad("øverst", body[:min(len(body), 200)], "")
			}
			p.Paged, p.Number, p.Pages, p.Total, p.Last = true, paging.Number.Value, paging.Pages.Value, paging.Total.Value, paging.Last.Value
			if err := json.Unmarshal(top["contents"], &list); err != nil {
				return nil, bad("contents", string(top["contents"][:min(len(top["contents"]), 200)]), "")
			}
			if said := top["error"]; len(list) == 0 && said != nil && !slices.Contains(nothing, string(said)) {
				return nil, bad("error", string(said[:min(len(said), 200)]), "Dette er en feilmelding ved siden av en tom liste. Meld det til den som eier API-et")
			}
			at = "contents[%d]"
		case slices.ContainsFunc(slices.Collect(maps.Keys(top)), func(k string) bool { return strings.HasSuffix(k, "services.csv") }):
			p.Items = join(top)
			p.Listed = len(p.Items)
			return p, nil
		default:
			list, at = []json.RawMessage{json.RawMessage(body)}, "øverst"
			if items := itemsOf(list[0], at); len(items) == 1 && items[0].none() && !items[0].Term {
				return nil, bad("øverst", body[:min(len(body), 200)], "")
			}
		}
	}
	if p.Listed = len(list); p.Listed > mostOnPage {
		return nil, bad(fmt.Sprintf("%d oppføringer", len(list)), "", fmt.Sprintf("Høyst %d leses i ett dokument. Del den", mostOnPage))
	}
	for i, raw := range list {
		where := at
		if strings.Contains(at, "%") {
			where = fmt.Sprintf(at, i)
		}
		p.Items = append(p.Items, itemsOf(raw, where)...)
	}
	if len(p.Items) > 0 && !slices.ContainsFunc(p.Items, func(it Item) bool { return !it.Term }) {
		return nil, bad(p.Items[0].Where, "ord i en taksonomi (taxonomy_term)", "Dette er ord til å sortere etter, ikke tilbud. Bruk adressen til /services")
	}
	return p, nil
}

func (it Item) none() bool {
	return it.Service == nil && it.At == nil && it.Organization == nil && it.Location == nil
}

// key is what an item is known by in a walk; one without an id is known by where it stands.
func (it Item) key() string {
	switch {
	case it.Service != nil && it.Service.ID != "":
		return "service " + string(it.Service.ID)
	case it.At != nil && it.At.ID != "":
		return "at " + string(it.At.ID)
	case it.Organization != nil && it.Organization.ID != "":
		return "organization " + string(it.Organization.ID)
	case it.Location != nil && it.Location.ID != "":
		return "location " + string(it.Location.ID)
	}
	return it.Where
}

// where is the line of a syntax error.
func where(err error, body string) string {
	var at *json.SyntaxError
	if errors.As(err, &at) {
		return fmt.Sprintf("linje %d", 1+strings.Count(body[:min(int(at.Offset), len(body))], "\n"))
	}
	return "øverst"
}

// itemsOf are the things that one entry describes: an organization that lists its services is those.
func itemsOf(raw json.RawMessage, where string) []Item {
	var has map[string]json.RawMessage
	if json.Unmarshal(raw, &has) != nil {
		return []Item{{Where: where}}
	}
	one := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return has[n] != nil })
	}
	it := Item{Where: where}
	var err error
	switch {
	case one("location_type"):
		err = json.Unmarshal(raw, &it.Location)
	case one("service"):
		err = json.Unmarshal(raw, &it.At)
	case one("services", "website", "tax_status", "legal_status", "year_incorporated", "parent_organization_id", "organization_identifiers") && !one("status"):
		var o Organization
		if err = json.Unmarshal(raw, &o); err == nil && len(o.Services.Value) > 0 {
			return services(&o, where)
		}
		it.Organization = &o
	case one("status", "organization", "organization_id", "service_at_locations", "cost_options", "schedules", "fees_description", "minimum_age", "eligibility_description", "application_process"):
		err = json.Unmarshal(raw, &it.Service)
	case one("taxonomy", "taxonomy_detail", "term_uri"):
		it.Term = true
	}
	if err != nil {
		return []Item{{Where: where}}
	}
	return []Item{it}
}

func services(o *Organization, where string) []Item {
	list := o.Services.Value
	o.Services.Value = nil
	items := make([]Item, len(list))
	for i := range list {
		list[i].Organization.Value = o
		items[i] = Item{Service: &list[i], Where: fmt.Sprintf("%s services[%d]", where, i)}
	}
	return items
}

package brreg

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Unit is what is read of one unit of Enhetsregisteret. Roles are another address of the API, which is never asked for; phone numbers
// and street addresses, which are often those of a board member, are left out here.
type Unit struct {
	Number string `json:"organisasjonsnummer"`
	Name   string `json:"navn"`
	Form   struct {
		Code string `json:"kode"`
	} `json:"organisasjonsform"`
	Homepage string   `json:"hjemmeside"`
	Email    string   `json:"epostadresse"`
	Office   *address `json:"forretningsadresse"`
	Located  *address `json:"beliggenhetsadresse"` // of a local unit
	Industry struct {
		Text string `json:"beskrivelse"`
	} `json:"naeringskode1"`
	Voluntary  *bool    `json:"registrertIFrivillighetsregisteret"`
	Bankrupt   bool     `json:"konkurs"`
	Winding    bool     `json:"underAvvikling"`
	Forced     bool     `json:"underTvangsavviklingEllerTvangsopplosning"`
	Deleted    string   `json:"slettedato"`
	Closed     string   `json:"nedleggelsesdato"`
	Language   string   `json:"maalform"`
	Purpose    []string `json:"vedtektsfestetFormaal"`
	Activities []string `json:"aktivitet"`
}

type address struct {
	PostalCode   string `json:"postnummer"`
	Locality     string `json:"poststed"`
	Municipality string `json:"kommunenummer"`
}

// Units is one page of units.
type Units struct {
	Units   []Unit
	Rejects []catalog.Reject
	Total   int // of the whole search
	Pages   int
}

// stranger reports whether a unit is not one of those that were asked for: in that municipality and voluntary.
func (u *Unit) stranger(municipality string) bool {
	return u.Voluntary != nil && !*u.Voluntary || u.Office != nil && u.Office.Municipality != "" && u.Office.Municipality != municipality
}

// active reports whether a unit still does anything, and is no single person's business, whose name is the person's.
func (u *Unit) active() bool {
	return u.Form.Code != "ENK" && !u.Bankrupt && !u.Winding && !u.Forced && u.Deleted == "" && u.Closed == ""
}

var nineDigits = regexp.MustCompile(`^[0-9]{9}$`)

// ParseUnits reads a page of Enhetsregisteret's search for units or local units, or one of them alone. A unit that cannot be read is a
// reject.
func ParseUnits(text, address string) (Units, error) {
	var doc struct {
		Number   string `json:"organisasjonsnummer"`
		Embedded struct {
			Units []json.RawMessage `json:"enheter"`
			Local []json.RawMessage `json:"underenheter"`
		} `json:"_embedded"`
		Page *struct {
			Total int `json:"totalElements"`
			Pages int `json:"totalPages"`
		} `json:"page"`
		Fault string `json:"feilmelding"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		return Units{}, unreadable(text, address, "en side med enheter fra Enhetsregisteret (JSON)", err)
	}
	raw, at := slices.Concat(doc.Embedded.Units, doc.Embedded.Local), "_embedded.enheter[%d]"
	switch {
	case doc.Number != "":
		raw, at = []json.RawMessage{json.RawMessage(text)}, "$"
	case doc.Page == nil, len(raw) == 0 && doc.Fault != "":
		return Units{}, unreadable(text, address, "page og _embedded.enheter, eller organisasjonsnummer", nil)
	}
	var out Units
	if doc.Page != nil {
		out.Total, out.Pages = doc.Page.Total, doc.Page.Pages
	}
	for i, r := range raw {
		var u Unit
		err := json.Unmarshal(r, &u)
		field, reason := "", ""
		var typed *json.UnmarshalTypeError
		switch {
		case errors.As(err, &typed):
			field, reason = typed.Field, "Feltet har ikke den typen verdi som Enhetsregisteret skal gi."
		case err != nil:
			reason = "Enheten kan ikke leses."
		case !nineDigits.MatchString(u.Number):
			field, reason = "organisasjonsnummer", "Organisasjonsnummeret har ikke ni siffer."
		case strings.TrimSpace(u.Name) == "":
			field, reason = "navn", "Enheten har ikke noe navn."
		}
		if reason == "" {
			out.Units = append(out.Units, u)
			continue
		}
		where := at
		if at != "$" {
			where = fmt.Sprintf(at, i)
		}
		out.Rejects = append(out.Rejects, catalog.Reject{NativeID: catalog.NativeID(u.Number), Title: catalog.CleanText(u.Name, catalog.MaxTitle),
			Locator: where, Field: field, Reason: reason, Fixer: catalog.FixSource})
	}
	return out, nil
}

// Groups is one page of Frivillighetsregisteret: the ICNPO codes of each organisation, the first first.
type Groups struct {
	Of    map[string][]string
	Bad   int    // organisations that cannot be read
	First int    // where the first of them stands
	Last  string // the highest organisation number of the page
	Next  bool   // there are more
}

// maxCodes is how many groups of one organisation are kept; three can be registered.
const maxCodes = 5

// ParseGroups reads a page of Frivillighetsregisteret. Account numbers, which are in it, are not read.
func ParseGroups(text, address string) (Groups, error) {
	var doc struct {
		Embedded *struct {
			List []json.RawMessage `json:"frivilligeOrganisasjoner"`
		} `json:"_embedded"`
		Links *struct {
			Next *struct{} `json:"next"`
		} `json:"_links"`
	}
	const expected = "en side fra Frivillighetsregisteret: _embedded.frivilligeOrganisasjoner"
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		return Groups{}, unreadable(text, address, expected, err)
	}
	if doc.Embedded == nil && doc.Links == nil {
		return Groups{}, unreadable(text, address, expected, nil)
	}
	out := Groups{Of: map[string][]string{}}
	if doc.Embedded == nil { // the page after the last
		return out, nil
	}
	out.Next = doc.Links != nil && doc.Links.Next != nil
	for i, raw := range doc.Embedded.List {
		var o struct {
			Number string `json:"organisasjonsnummer"`
			Groups []struct {
				Code  string `json:"icnpoNummer"`
				Order int    `json:"rekkefoelge"`
			} `json:"icnpoKategorier"`
		}
		if err := json.Unmarshal(raw, &o); err != nil || !nineDigits.MatchString(o.Number) {
			if out.Bad++; out.Bad == 1 {
				out.First = i
			}
			continue
		}
		out.Last = max(out.Last, o.Number)
		slices.SortStableFunc(o.Groups, func(a, b struct {
			Code  string `json:"icnpoNummer"`
			Order int    `json:"rekkefoelge"`
		}) int {
			return cmp.Compare(a.Order, b.Order)
		})
		var codes []string
		for _, g := range o.Groups {
			if code := strings.TrimLeft(g.Code, "0"); icnpoCode.MatchString(code) && len(codes) < maxCodes {
				codes = append(codes, code)
			}
		}
		out.Of[o.Number] = codes
	}
	return out, nil
}

func unreadable(text, address, expected string, err error) error {
	e := &connectors.PayloadError{URL: fetch.Redact(address), Expected: expected, Advice: connectors.Mistaken("brreg", text)}
	if !strings.Contains(text, "kontonummer") {
		e.Found = catalog.CleanText(text[:min(len(text), 400)], 120)
	}
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		e.Locator = fmt.Sprintf("byte %d", syntax.Offset)
	case errors.As(err, &typed):
		e.Locator = cmp.Or(typed.Field, "$")
	}
	return e
}

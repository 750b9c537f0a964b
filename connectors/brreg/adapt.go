package brreg

import (
	"cmp"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
)

// group is a group of ICNPO, the international classification of what voluntary organisations do.
type group struct{ name, organizer string }

// groups are those of ICNPO by code, or by the number of the main group. An empty organizer: none of the ten kinds fits them all.
var groups = map[string]group{
	"1":    {"Kultur og rekreasjon", ""},
	"1100": {"Kunst og kultur", "arts-culture"},
	"1200": {"Idrett", "sport"},
	"1300": {"Rekreasjon og sosiale foreninger", "recreation-social"},
	"2":    {"Utdanning", ""},
	"3":    {"Helse", ""},
	"4":    {"Sosiale tjenester", "humanitarian"},
	"5":    {"Natur- og miljøvern", "nature-outdoor"},
	"6":    {"Bolig- og lokalmiljø", ""},
	"7":    {"Rettigheter og politikk", "interest"},
	"8":    {"Frivillighetssentraler", "volunteer-centre"},
	"9":    {"Internasjonale organisasjoner", "humanitarian"},
	"10":   {"Tro og livssyn", "faith"},
	"11":   {"Yrke og bransje", "interest"},
	"12":   {"Andre organisasjoner", ""},
	"13":   {"Barne- og ungdomsorganisasjoner", ""},
	"14":   {"Mangfold og inkludering", ""},
}

// mainGroup is the main group of a code: its digits before the last three (9100 is of 9, 10100 of 10).
func mainGroup(code string) string {
	if len(code) > 2 {
		return code[:max(1, len(code)-3)]
	}
	return code
}

// organizerKind is the kind of organizer of the first group that has one.
func organizerKind(codes []string, own map[string]string) string {
	for _, code := range codes {
		if kind := cmp.Or(own[code], own[mainGroup(code)], groups[code].organizer, groups[mainGroup(code)].organizer); kind != "" {
			return kind
		}
	}
	return ""
}

// words are the names of the groups, for the source's mapping to categories.
func words(codes []string) []string {
	var out []string
	for _, code := range codes {
		if name := cmp.Or(groups[code].name, groups[mainGroup(code)].name, "ICNPO "+code); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

var languages = map[string]string{"Bokmål": "nb", "Nynorsk": "nn"}

// record makes the listing of an organisation. Its place is no more exact than the postal code: the address in the register is where
// its post goes, often somebody's home, and not where anything takes place.
func (u *Unit) record(codes []string, own map[string]string) catalog.Record {
	page, _ := cell.URL(u.Homepage, "")
	r := catalog.Record{NativeID: u.Number, Kind: catalog.KindActivity, Title: u.Name, URL: page, Language: languages[u.Language],
		Description: prose(u.Purpose, u.Activities), Keywords: words(codes),
		Organizer: &catalog.Organizer{Name: u.Name, Kind: organizerKind(codes, own), OrgNumber: u.Number, URL: page}}
	if text := strings.TrimSpace(u.Industry.Text); text != "" && !slices.Contains(r.Keywords, text) {
		r.Keywords = append(r.Keywords, text)
	}
	if a := cmp.Or(u.Office, u.Located); a != nil && (a.PostalCode != "" || a.Locality != "" || a.Municipality != "") {
		r.Place = &catalog.Place{PostalCode: a.PostalCode, Locality: a.Locality, Municipality: a.Municipality}
	}
	if email, office := cell.RoleEmail(u.Email); office {
		r.Contact = &catalog.Contact{Email: email}
	}
	return r
}

// prose joins the first of texts that says anything; the register cuts a text into lines of a fixed length.
func prose(texts ...[]string) string {
	for _, lines := range texts {
		if s := strings.TrimSpace(strings.Join(lines, " ")); s != "" {
			return s
		}
	}
	return ""
}

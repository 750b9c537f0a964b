package brreg

import (
	"strings"

	"fritidshub/connectors"
)

// recognise knows the registers by their host and by what a unit has. Which municipality, the address says, else the hub, else the unit.
func recognise(a *connectors.Answer) []connectors.Reading {
	unit := a.JSON
	for _, list := range []string{"_embedded.enheter.0", "_embedded.underenheter.0", "_embedded.frivilligeOrganisasjoner.0"} {
		if r := a.JSON.Get(list); r.Exists() {
			unit = r
		}
	}
	register := strings.Contains(a.JSON.Get("_links.self.href").String(), "registeret/api/")
	if !a.Host("brreg.no") && !register && (!unit.Get("organisasjonsnummer").Exists() || !unit.Get("navn").Exists()) {
		return nil
	}
	var o Options
	for _, number := range []string{a.URL.Query().Get("kommunenummer"), a.Municipality, unit.Get("forretningsadresse.kommunenummer").String(), unit.Get("postadresse.kommunenummer").String()} {
		if fourDigits.MatchString(number) {
			o.Municipalities = []string{number}
			break
		}
	}
	return []connectors.Reading{{URL: a.Root(), Options: o, Certain: connectors.Platform}}
}

package dx

import (
	"regexp"
	"strings"

	"fritidshub/connectors"
)

const consent = "API-et er ikke dokumentert: be kinoen eller kulturhuset, og DX, om samtykke før kilden slås på."

// sale is an address where tickets are sold: checkout.ebillett.no/168/events/1234/purchase/setup.
var sale = regexp.MustCompile(`^https?://checkout\.ebillett\.no/(\d{1,10})/`)

// recognise knows the API by its host, and whoever sells through it by the links to the sale.
func recognise(a *connectors.Answer) []connectors.Reading {
	if a.Host("api.dx.no") && partner.MatchString(a.URL.Path) && strings.Contains(a.URL.Path, "/events") {
		return []connectors.Reading{{Certain: connectors.Platform, Headers: map[string]string{"Referer": referer}, Note: consent, Pages: 2}}
	}
	if m := sale.FindStringSubmatch(a.URL.String()); m != nil {
		return []connectors.Reading{reading(m[1], connectors.Platform)}
	}
	for _, l := range a.Links {
		if m := sale.FindStringSubmatch(l.URL); m != nil {
			return []connectors.Reading{reading(m[1], connectors.Guess)}
		}
	}
	return nil
}

const referer = "https://checkout.ebillett.no/"

func reading(partner string, certain connectors.Certainty) connectors.Reading {
	return connectors.Reading{URL: "https://api.dx.no/v3/partners/" + partner + "/events", Certain: certain, Headers: map[string]string{"Referer": referer}, Note: consent, Pages: 2}
}

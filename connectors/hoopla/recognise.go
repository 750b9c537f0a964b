package hoopla

import (
	"regexp"
	"strings"

	"fritidshub/connectors"
)

const consent = "API-et er ikke dokumentert: be arrangøren og Hoopla om samtykke før kilden slås på."

// owner is the number of the organiser in the page of its shop.
var owner = regexp.MustCompile(`ORGANIZATION_ID\s*=\s*["']?(\d{3,15})`)

// recognise knows Hoopla by its host: its lists by their address, and a shop by the number of its organiser.
func recognise(a *connectors.Answer) []connectors.Reading {
	if !a.Host("hoopla.no") {
		return nil
	}
	if strings.HasPrefix(a.URL.Path, "/api/public/") && a.JSON.Get("events").IsArray() {
		return []connectors.Reading{{Certain: connectors.Platform, Note: consent}}
	}
	if m := owner.FindStringSubmatch(a.Text); m != nil {
		return []connectors.Reading{{URL: a.Root() + "api/public/v3.0/organizations/" + m[1] + "/events", Certain: connectors.Platform, Note: consent}}
	}
	return nil
}

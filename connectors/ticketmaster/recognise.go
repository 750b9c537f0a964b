package ticketmaster

import (
	"strings"

	"fritidshub/connectors"
)

const (
	discovery = "https://app.ticketmaster.com/discovery/v2/events.json?apikey=${TICKETMASTER_APIKEY}&countryCode=NO"
	secret    = "Nøkkelen TICKETMASTER_APIKEY får du gratis på developer.ticketmaster.com."
)

// recognise knows an answer of the API by its events, and the shop, whose pages only the API gives the data of, by its host.
func recognise(a *connectors.Answer) []connectors.Reading {
	first := a.JSON.Get("_embedded.events.0")
	if first.Get("dates").Exists() && !a.URL.Query().Has("apikey") {
		return []connectors.Reading{{Certain: connectors.Platform}}
	}
	host := strings.ToLower(a.URL.Hostname())
	if strings.HasPrefix(host, "ticketmaster.") || strings.Contains(host, ".ticketmaster.") {
		return []connectors.Reading{{URL: discovery, Secret: secret, Certain: connectors.Platform,
			Note: "Avgrens søket i url, for eksempel med &city=Larvik, og les vilkårene til Ticketmaster."}}
	}
	return nil
}

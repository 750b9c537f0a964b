package eventbrite

import (
	"strings"

	"fritidshub/connectors"
)

const (
	list   = "https://www.eventbriteapi.com/v3/organizations/${EVENTBRITE_ORGANIZATION}/events/"
	secret = "Arrangøren gir sin private nøkkel (EVENTBRITE_TOKEN) og id-en til organisasjonen (EVENTBRITE_ORGANIZATION), fra kontoen sin hos Eventbrite."
)

// recognise knows an answer of the API by its host and its events, and Eventbrite's pages, whose data only the organiser's key gives, by their host. Another
// site that answers alike is never given the key.
func recognise(a *connectors.Answer) []connectors.Reading {
	keys := map[string]string{"Authorization": "Bearer ${EVENTBRITE_TOKEN}"}
	if a.Host("eventbriteapi.com") && a.JSON.Get("pagination").Exists() && a.JSON.Get("events.0.start.utc").Exists() {
		return []connectors.Reading{{Headers: keys, Secret: secret, Certain: connectors.Platform}}
	}
	host := strings.TrimPrefix(strings.ToLower(a.URL.Hostname()), "www.")
	if !strings.HasPrefix(host, "eventbrite.") && host != "eventbriteapi.com" {
		return nil
	}
	return []connectors.Reading{{URL: list, Headers: keys, Secret: secret, Certain: connectors.Platform,
		Note: "Eventbrite har ikke noe åpent søk: det er bare arrangøren som kan gi arrangementene sine."}}
}

package ticketco

import "fritidshub/connectors"

const (
	active = "https://ticketco.events/api/public/v1/events?token=${TICKETCO_TOKEN}&status=active"
	secret = "Tokenet TICKETCO_TOKEN ber arrangøren om hos TicketCo; be om datasettet Events, ikke kjøp eller kunder."
)

// recognise knows the shops of TicketCo by their host; only the API, with the organiser's token, gives the data.
func recognise(a *connectors.Answer) []connectors.Reading {
	if !a.Host("ticketco.events") {
		return nil
	}
	return []connectors.Reading{{URL: active, Secret: secret, Certain: connectors.Platform, Note: "Arrangøren må ha sagt ja til at tilbudene hentes."}}
}

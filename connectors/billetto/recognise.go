package billetto

import (
	"strings"

	"fritidshub/connectors"
)

const (
	list   = "https://billetto.dk/api/v3/public/events"
	secret = "Nøkkelparet lager du i en gratis konto hos Billetto, under utviklere. Sett BILLETTO_KEYPAIR til id:hemmelighet."
)

// recognise knows an answer of the API by its host and its events, and the shop, whose data only the API gives, by its host. Another site that answers alike is
// never given the key.
func recognise(a *connectors.Answer) []connectors.Reading {
	keys := map[string]string{"Api-Keypair": "${BILLETTO_KEYPAIR}"}
	if first := a.JSON.Get("data.0"); a.Host("billetto.dk") && first.Get("startdate").Exists() && first.Get("minimum_price").Exists() {
		return []connectors.Reading{{Headers: keys, Secret: secret, Certain: connectors.Platform}}
	}
	host := strings.ToLower(a.URL.Hostname())
	if !strings.HasPrefix(host, "billetto.") && !strings.Contains(host, ".billetto.") {
		return nil
	}
	return []connectors.Reading{{URL: list, Options: Options{Country: "NO"}, Headers: keys, Secret: secret, Certain: connectors.Platform,
		Note: "Avgrens til egne steder i options.places, og les i README for billetto om prisene."}}
}

package gancio

import (
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
)

// recognise knows the answers of the API, places and events of ActivityPub below /federation/, and pages that name Gancio.
func recognise(a *connectors.Answer) []connectors.Reading {
	event := a.JSON
	if event.IsArray() {
		event = event.Get("0")
	}
	federated := strings.Contains(a.URL.Path, "/federation/") || strings.Contains(event.Get("id").String(), "/federation/")
	switch kind := event.Get("type").String(); {
	case event.Get("start_datetime").Exists() && event.Get("place").Exists():
		return []connectors.Reading{{Certain: connectors.Platform}}
	case federated && (kind == "Event" || kind == "OrderedCollection" || kind == "OrderedCollectionPage"):
		return []connectors.Reading{{Certain: connectors.Format}}
	case federated && kind == "Place":
		return []connectors.Reading{{Certain: connectors.Format, DefaultKind: catalog.KindFacility, Note: "Adressen gir steder, ikke arrangementer."}}
	case a.IsPage() && strings.Contains(strings.ToLower(a.Text[:min(len(a.Text), 200_000)]), "gancio"):
		return []connectors.Reading{{URL: a.Root(), Certain: connectors.Guess}}
	}
	return nil
}

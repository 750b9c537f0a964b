package tikkio

import (
	"strings"

	"fritidshub/connectors"
)

// recognise knows Tikkio by its host, and its list by the numbered keys and the addresses of its sales.
func recognise(a *connectors.Answer) []connectors.Reading {
	list := a.JSON.Get("itemListElement.0.item.offers")
	if a.Host("tikkio.com") || strings.Contains(list.Get("url").String(), "tikkio.com/") {
		return []connectors.Reading{{Certain: connectors.Platform, Note: "Innholdet er arrangørenes og Tikkios: avtal bruken, og skriv det i licence."}}
	}
	return nil
}

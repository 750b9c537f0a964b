package linkedevents

import (
	"strings"

	"fritidshub/connectors"
)

// recognise knows an answer of the API by the words of schema.org beside its own. What is no list of events leads to that list.
func recognise(a *connectors.Answer) []connectors.Reading {
	first := a.JSON
	if list := a.JSON.Get("data"); list.IsArray() {
		first = list.Get("0")
		if !first.Exists() && a.JSON.Get("meta.count").Exists() && strings.Contains(a.URL.Path, "/v1/event") {
			return []connectors.Reading{{Certain: connectors.Platform}}
		}
	}
	if !first.Get("data_source").Exists() || !strings.Contains(first.Get("@context").String(), "schema.org") {
		return nil
	}
	if strings.HasPrefix(first.Get("@type").String(), "Event") {
		return []connectors.Reading{{Certain: connectors.Platform}}
	}
	before, _, ok := strings.Cut(a.URL.String(), "/v1/")
	if !ok {
		return nil
	}
	return []connectors.Reading{{URL: before + "/v1/event/?start=today", Certain: connectors.Platform}}
}

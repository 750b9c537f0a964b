package mobilizon

import (
	"strings"

	"fritidshub/connectors"
)

// recognise knows answers of the API, collections and groups below /@, and pages that name Mobilizon.
func recognise(a *connectors.Answer) []connectors.Reading {
	federated := strings.HasPrefix(a.URL.Path, "/@") || strings.HasPrefix(a.URL.Path, "/events/")
	kind := a.JSON.Get("type").String()
	switch {
	case a.JSON.Get("data.searchEvents").Exists() || a.JSON.Get("data.group.organizedEvents").Exists():
		return []connectors.Reading{{Certain: connectors.Platform}}
	case a.JSON.Get("joinMode").Exists() && kind == "Event":
		return []connectors.Reading{{Certain: connectors.Platform}}
	case federated && (kind == "Event" || kind == "Group" || kind == "OrderedCollection" || kind == "OrderedCollectionPage"):
		return []connectors.Reading{{Certain: connectors.Format}}
	case !a.IsPage() || !strings.Contains(strings.ToLower(a.Text[:min(len(a.Text), 200_000)]), "mobilizon"):
		return nil
	}
	if name, ok := strings.CutPrefix(a.URL.Path, "/@"); ok {
		name, _, _ = strings.Cut(name, "/")
		return []connectors.Reading{{URL: a.Root(), Options: &Options{Group: name}, Certain: connectors.Guess}}
	}
	return []connectors.Reading{{URL: a.Root(), Certain: connectors.Guess, Note: "Et søk gir også arrangementer fra andre nettsteder: avgrens med options.location og radius, options.local eller options.group."}}
}

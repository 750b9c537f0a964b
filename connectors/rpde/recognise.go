package rpde

import (
	"strings"

	"fritidshub/connectors"
)

// recognise knows a page of a change feed by its items, each with a state and a change number. Those of another hub are not its own.
func recognise(a *connectors.Answer) []connectors.Reading {
	items := a.JSON.Get("items")
	first := items.Get("0")
	if !strings.Contains(a.Text, `"fritidshub:kind"`) && items.IsArray() && (first.Get("state").Exists() && first.Get("modified").Exists() || !first.Exists() && a.JSON.Get("next").Exists() && a.JSON.Get("license").Exists()) {
		return []connectors.Reading{{Certain: connectors.Platform, Note: note}}
	}
	return nil
}

const note = "Url skal være feedens første side, uten afterTimestamp, afterId eller afterChangeNumber."

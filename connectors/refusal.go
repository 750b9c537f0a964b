package connectors

import (
	"encoding/json"
	"regexp"

	"fritidshub/catalog"
)

// unsaid are the values with which an answer says that there is no error.
var unsaid = regexp.MustCompile(`^(?:null|false|0|""|\[\s*\]|\{\s*\})$`)

// Refusal is what an answer without items says that went wrong: its member error, errors or fault, as JSON and at most 120 letters long;
// "" when it says nothing of the kind. A message alone is no error. An error beside an empty list says nothing of what there is.
func Refusal(text string) string {
	var top map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &top) != nil {
		return ""
	}
	for _, name := range []string{"error", "errors", "fault"} {
		if said := top[name]; len(said) > 0 && !unsaid.Match(said) {
			return catalog.CleanText(string(said[:min(len(said), 400)]), 120)
		}
	}
	return ""
}

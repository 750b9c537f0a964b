package listfile

import (
	"regexp"

	"fritidshub/connectors"
)

var section = regexp.MustCompile(`\A(?:[ \t]*(?:#[^\n]*|---)?\r?\n)*(?:organizers|places|listings|tickets|schemes):`)

// recognise knows a list by its first section.
func recognise(a *connectors.Answer) []connectors.Reading {
	if section.MatchString(a.Text) {
		return []connectors.Reading{{Certain: connectors.Format}}
	}
	return nil
}

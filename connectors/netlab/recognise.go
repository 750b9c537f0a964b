package netlab

import (
	"strings"

	"fritidshub/connectors"
)

const folder = "/aktivitetstilbyder/"

// recognise knows a portal by the folder that its providers lie in, and by its name.
func recognise(a *connectors.Answer) []connectors.Reading {
	r := connectors.Reading{Certain: connectors.Platform, Pages: 2, Note: "Bare én tilbyder er prøvd, av høflighet. Se med preview om feltene stemmer."}
	for _, l := range a.Links {
		if before, _, ok := strings.Cut(l.URL, folder); ok && before+"/" == a.Root() {
			if r.URL = before + folder; strings.HasPrefix(a.URL.String(), r.URL) {
				r.URL = "" // the list itself, with what the editor has chosen in it
			}
			return []connectors.Reading{r}
		}
	}
	host := strings.ToLower(a.URL.Hostname())
	if strings.Contains(host, "aktivitetsportal") || strings.Contains(host, "foreningsportal") || strings.HasPrefix(a.URL.Path, folder) {
		r.URL = strings.TrimSuffix(a.Root(), "/") + folder
		return []connectors.Reading{r}
	}
	return nil
}

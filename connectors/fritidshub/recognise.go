package fritidshub

import (
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
)

// recognise knows a hub by its change feeds, by an answer of its API, by what it says of itself, and by a page of its own that leads to that API.
func recognise(a *connectors.Answer) []connectors.Reading {
	root := a.Root()
	for _, folder := range []string{"/rpde/", "/api/v1/", "/.well-known/"} {
		if before, _, ok := strings.Cut(a.URL.Path, folder); ok {
			root += strings.TrimPrefix(before, "/")
			break
		}
	}
	source := a.JSON.Get("items.0.sources.0")
	switch {
	case a.JSON.Get("items").IsArray() && strings.Contains(a.Text, `"fritidshub:kind"`):
	case a.JSON.Get("items.0.kind").String() == "record" && a.JSON.Get("items.0.data.origin.native_id").Exists():
	case source.Get("hub").Exists() && source.Get("native_id").Exists():
	case a.JSON.Get("sources.0.verdict").Exists() && a.JSON.Get("sources.0.licence").Exists():
	case a.JSON.Get("hub").Exists() && a.JSON.Get("feeds.records").Exists():
	case a.IsPage() && (leads(a, "docs") && leads(a, "api/v1/sources") || leads(a, "api/v1/categories")):
	default:
		return nil
	}
	root = strings.TrimSuffix(root, "/")
	return []connectors.Reading{{URL: root, Certain: connectors.Platform, Card: root + "/.well-known/fritidshub"}}
}

// introduce tells what a hub calls itself.
func introduce(a *connectors.Answer) (id, name string) {
	return catalog.CleanText(a.JSON.Get("hub").String(), maxName), catalog.CleanText(a.JSON.Get("name").String(), catalog.MaxTitle)
}

// leads says whether a page links to an address of its own site.
func leads(a *connectors.Answer, path string) bool {
	return slices.ContainsFunc(a.Links, func(l connectors.Link) bool { return l.URL == a.Root()+path })
}

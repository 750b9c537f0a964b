package tribe

import (
	"strings"

	"fritidshub/connectors"
)

// recognise knows the answers of the REST API, pages made by The Events Calendar, and WordPress, which may have it.
func recognise(a *connectors.Answer) []connectors.Reading {
	where := a.URL.Path + a.URL.Query().Get("rest_route")
	switch {
	case a.JSON.Get("events").IsArray() && (a.JSON.Get("rest_url").Exists() || a.JSON.Get("events.0.rest_url").Exists() || a.JSON.Get("events.0.utc_start_date").Exists()):
		return []connectors.Reading{{Certain: connectors.Platform}}
	case a.JSON.IsArray() && strings.Contains(where, "/wp/v2/"):
		return []connectors.Reading{{Certain: connectors.Format}}
	case strings.Contains(where, "/wp-json") && a.JSON.Get("namespaces").IsArray():
		before, _, _ := strings.Cut(a.URL.String(), "/wp-json")
		certain := connectors.Guess
		if strings.Contains(a.JSON.Get("namespaces").Raw, `tribe\/events`) || strings.Contains(a.JSON.Get("namespaces").Raw, "tribe/events") {
			certain = connectors.Platform
		}
		return []connectors.Reading{{URL: before + "/", Certain: certain}}
	case !strings.HasPrefix(a.Text, "<"):
		return nil
	}
	certain := connectors.Guess
	if strings.Contains(a.Text, "tribe-events") || strings.Contains(a.Text, "/tribe/events/v1") {
		certain = connectors.Platform
	}
	for _, l := range a.Links {
		if l.Rel == "https://api.w.org/" {
			site, _, _ := strings.Cut(l.URL, "wp-json")
			site, _, _ = strings.Cut(site, "?rest_route")
			return []connectors.Reading{{URL: site, Certain: certain}}
		}
	}
	if certain == connectors.Platform {
		return []connectors.Reading{{URL: a.Root(), Certain: certain}}
	}
	return nil
}

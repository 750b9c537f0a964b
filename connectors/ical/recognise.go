package ical

import (
	"net/url"
	"strings"

	"fritidshub/connectors"
)

// recognise knows a calendar by its first words, and the calendars that a page links to by their type, ending or parameter.
func recognise(a *connectors.Answer) []connectors.Reading {
	if strings.HasPrefix(strings.ToUpper(a.Text[:min(len(a.Text), 20)]), "BEGIN:VCALENDAR") {
		return []connectors.Reading{{Certain: connectors.Format}}
	}
	var out []connectors.Reading
	add := func(address string) { out = append(out, connectors.Reading{URL: address, Certain: connectors.Format}) }
	for _, feed := range a.Feeds([]string{".ics"}, "text/calendar") {
		add(feed)
	}
	for _, l := range a.Links {
		if u, err := url.Parse(l.URL); err == nil && (u.Query().Get("ical") == "1" || u.Query().Get("format") == "ical") {
			add(l.URL)
		}
	}
	return out[:min(len(out), 2)]
}

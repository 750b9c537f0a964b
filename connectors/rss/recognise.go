package rss

import (
	"regexp"
	"strings"

	"fritidshub/connectors"
)

var feedStart = regexp.MustCompile(`(?i)<(?:rss|feed|(?:\w+:)?rdf)[\s>]`)

// recognise knows a feed by its root, and the feeds that a page names by their type. Feeds of comments are no activities.
func recognise(a *connectors.Answer) []connectors.Reading {
	start := a.Text[:min(len(a.Text), 4_096)]
	if strings.HasPrefix(start, "<") && feedStart.MatchString(start) || strings.Contains(a.JSON.Get("version").String(), "jsonfeed.org") {
		return []connectors.Reading{{Certain: connectors.Format}}
	}
	var out []connectors.Reading
	for _, feed := range a.Feeds(nil, "application/rss+xml", "application/atom+xml", "application/feed+json") {
		if !strings.Contains(strings.ToLower(feed), "comments") {
			out = append(out, connectors.Reading{URL: feed, Certain: connectors.Format})
		}
	}
	return out[:min(len(out), 2)]
}

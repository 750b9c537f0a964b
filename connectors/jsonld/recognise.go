package jsonld

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"fritidshub/connectors"
	"fritidshub/connectors/markup"
)

// recognise knows a page or a document that says of its events what they are, a page that may link to such pages, and a map of a site
// that has a folder of them.
func recognise(a *connectors.Answer) []connectors.Reading {
	address := a.URL.String()
	switch {
	case a.JSON.Get("items.0.state").Exists(): // a page of changes; without what has been deleted it is no list
		return nil
	case a.JSON.Exists():
		if page, err := markup.ReadJSON(a.Text, address, ""); err == nil && len(page.Events) > 0 {
			return []connectors.Reading{{Certain: connectors.Format}}
		}
		return nil
	case !strings.HasPrefix(a.Text, "<"):
		return nil
	}
	var out []connectors.Reading
	if page := markup.ReadHTML(a.Text, address, ""); len(page.Events) > 0 || page.Empty {
		out = append(out, connectors.Reading{Certain: connectors.Format})
	}
	for _, document := range a.Feeds([]string{".jsonld"}, "application/ld+json") {
		out = append(out, connectors.Reading{URL: document, Certain: connectors.Format})
	}
	if len(out) > 0 {
		return out
	}
	if strings.Contains(a.Text[:min(len(a.Text), 2_000)], "<urlset") || strings.Contains(a.Text[:min(len(a.Text), 2_000)], "<sitemapindex") {
		return mapped(a)
	}
	var links []string
	for _, l := range a.Links {
		links = append(links, l.URL)
	}
	if folder := folderOf(a, links); folder != "" {
		return []connectors.Reading{follow("", folder)}
	}
	return nil
}

// inMap are the addresses in a map of a site; segment is a folder whose name tells of events.
var (
	inMap   = regexp.MustCompile(`<loc>\s*(?:<!\[CDATA\[)?\s*([^<\s\]]{1,1000})`)
	segment = regexp.MustCompile(`(?i)^(?:events?|arrangement(?:er)?|arr|kalender|calendar|program(?:met)?|aktivitet(?:er)?|activit(?:y|ies)|hva-skjer|kva-skjer|hvaskjer|whats-on|forestilling(?:er)?|konsert(?:er)?|kurs|courses?|tilbud|billett(?:er)?|shows?)$`)
)

// mostPlaces is how many addresses of a map are looked at.
const mostPlaces = 50_000

func mapped(a *connectors.Answer) []connectors.Reading {
	var links []string
	for _, m := range inMap.FindAllStringSubmatch(a.Text, mostPlaces) {
		links = append(links, strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	folder := folderOf(a, links)
	if folder == "" {
		return nil
	}
	return []connectors.Reading{follow(strings.TrimSuffix(a.Root(), "/")+folder, folder)}
}

// folderOf is the folder of the site, "/arrangement/", that most of the links lie in and whose name tells of events; "" when none has two.
func folderOf(a *connectors.Answer, links []string) string {
	count := map[string]int{}
	for _, l := range links {
		u, err := url.Parse(l)
		if err != nil || !strings.EqualFold(u.Host, a.URL.Host) || strings.TrimSuffix(u.Path, "/") == strings.TrimSuffix(a.URL.Path, "/") {
			continue
		}
		folder, name := path.Split(strings.TrimSuffix(u.Path, "/"))
		parts := strings.Split(strings.Trim(folder, "/"), "/")
		if name == "" || !slices.ContainsFunc(parts, segment.MatchString) {
			continue
		}
		last := slices.IndexFunc(parts, segment.MatchString)
		count["/"+strings.Join(parts[:last+1], "/")+"/"]++
	}
	best := ""
	for folder, n := range count {
		if n >= 2 && (n > count[best] || n == count[best] && folder < best) {
			best = folder
		}
	}
	return best
}

func follow(address, folder string) connectors.Reading {
	return connectors.Reading{URL: address, Certain: connectors.Guess, Pages: 2,
		Options: Options{Follow: &Follow{Links: fmt.Sprintf("a[href*=%q]", folder)}},
		Note:    "Lista lenker til sidene med arrangementene; bare én av dem er prøvd, av høflighet."}
}

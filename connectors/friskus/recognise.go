package friskus

import (
	"regexp"
	"strings"

	"fritidshub/connectors"
)

const api = "https://api.friskus.com/api/v1/events"

// municipalities are the ids of sites that others have been seen to use; a site's own page, when it says one, goes before.
var municipalities = map[string]string{
	"alesund": "58057c8b-b578-4082-8c11-97bfe366e5ab", "sula": "db3b7632-82c3-4895-8c18-d24a559a42ad", "giske": "5900890d-0709-4ea3-bc16-f853e28aaacb",
	"stavanger": "f76ec1ae-dc3b-4291-bfb9-a4fec0c129fd", "sandnes": "0bd3975e-d570-48b5-9ec2-89763bb1d25f", "kvitsoy": "81124063-e70c-40ed-9ecc-51bfabd9158d",
}

// named is an id that stands just after the word municipality, as in a page's data or the address of its feed.
var named = regexp.MustCompile(`(?i)municipalit(?:y|ies)[^<>]{0,80}?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})`)

// recognise knows the list by its items, and the sites of Friskus by their host.
func recognise(a *connectors.Answer) []connectors.Reading {
	first := a.JSON.Get("data.0")
	if first.Get("event_source").Exists() && first.Get("occurrences_count").Exists() {
		return []connectors.Reading{{Certain: connectors.Platform}}
	}
	if !a.Host("friskus.com") {
		return nil
	}
	var o Options
	name, _, _ := strings.Cut(strings.ToLower(a.URL.Hostname()), ".")
	if name != "api" && name != "rss" && name != "www" && name != "friskus" {
		o.Site, o.Municipality = "https://"+a.URL.Host, municipalities[name]
	}
	if id := a.URL.Query().Get("municipalities[]"); uuid.MatchString(id) {
		o.Municipality = id
	} else if m := named.FindStringSubmatch(a.Text); m != nil {
		o.Municipality = m[1]
	}
	r := connectors.Reading{URL: api, Options: o, Certain: connectors.Platform}
	if o.Municipality == "" {
		r.Note = "Kommunens UUID hos Friskus sto ikke på siden. Spør kommunen eller Friskus, og skriv den i options.municipality."
	}
	return []connectors.Reading{r}
}

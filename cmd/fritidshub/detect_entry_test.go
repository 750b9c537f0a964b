package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"fritidshub/connectors"
	"fritidshub/connectors/all"
	"fritidshub/ingest"
)

// TestDetectServices: the addresses of the known services say enough, also when nothing comes from them, and what is proposed can be
// pasted as it is.
func TestDetectServices(t *testing.T) {
	for address, want := range map[string]struct{ kind, url, options string }{
		"https://alesund.friskus.com/events": {"friskus", "https://api.friskus.com/api/v1/events", `{"municipality":"58057c8b-b578-4082-8c11-97bfe366e5ab","site":"https://alesund.friskus.com"}`},
		"https://sandefjord.friskus.com/":    {"friskus", "https://api.friskus.com/api/v1/events", `{"site":"https://sandefjord.friskus.com"}`},
		"https://rss.friskus.com/feed/events?municipalities[]=f76ec1ae-dc3b-4291-bfb9-a4fec0c129fd": {"friskus", "https://api.friskus.com/api/v1/events", `{"municipality":"f76ec1ae-dc3b-4291-bfb9-a4fec0c129fd"}`},
		"https://aktivitetsportalenporsgrunn.no/":                                                   {"netlab", "https://aktivitetsportalenporsgrunn.no/aktivitetstilbyder/", ""},
		"https://data.brreg.no/enhetsregisteret/api/enheter?kommunenummer=3907&size=1":              {"brreg", "https://data.brreg.no/", `{"municipalities":["3907"]}`},
		"https://data.brreg.no/":                                  {"brreg", "https://data.brreg.no/", `{"municipalities":["3909"]}`},
		"https://www.ticketmaster.no/artist/":                     {"ticketmaster", "https://app.ticketmaster.com/discovery/v2/events.json?apikey=${TICKETMASTER_APIKEY}&countryCode=NO", ""},
		"https://billetto.no/e/konsert-1":                         {"billetto", "", ""},
		"https://tickster.com/no":                                 {"tickster", "", ""},
		"https://ticketco.events/no/nb/e/1":                       {"ticketco", "", ""},
		"https://www.eventbrite.com/e/1":                          {"eventbrite", "", ""},
		"https://tikkio.com/locations/1":                          {"tikkio", "", ""},
		"https://checkout.ebillett.no/42/events/1/purchase/setup": {"dx", "https://api.dx.no/v3/partners/42/events", ""},
		"https://bibliotek.example/kalender":                      {"", "", ""},
	} {
		a := connectors.NewAnswer(address, nil, "3909")
		known, first := false, ""
		for _, kind := range all.Registry().Kinds() {
			known = known || kind.Name == want.kind
			if kind.Recognise == nil {
				continue
			}
			for _, r := range kind.Recognise(&a) {
				first = kind.Name
				c := ingest.Candidate{Kind: kind.Name, URL: r.URL, Headers: r.Headers, Secret: r.Secret}
				if c.URL == "" {
					c.URL = address
				}
				if r.Options != nil {
					c.Options, _ = json.Marshal(r.Options)
				}
				if kind.Name != want.kind || r.Certain != connectors.Platform {
					t.Errorf("%s: %s, certainty %d", address, kind.Name, r.Certain)
				}
				if want.url != "" && (c.URL != want.url || string(c.Options) != want.options) {
					t.Errorf("%s: %s %s, want %s %s", address, c.URL, c.Options, want.url, want.options)
				}
				if secret := strings.Contains(c.URL+strings.Join(slices.Collect(maps.Values(c.Headers)), " "), "${"); secret != (c.Secret != "") {
					t.Errorf("%s: a secret is needed: %v; who gives it: %q", address, secret, c.Secret)
				}
				text, err := entry(c, kind.Schedule, map[string]bool{})
				if err != nil {
					t.Fatal(err)
				}
				_, flags := setUp(t, text, nil)
				if code, out, errs := call(t, nil, append([]string{"check"}, flags...)...); code != exitOK {
					t.Errorf("check of the proposal: %s%s\n%s", out, errs, text)
				}
			}
		}
		if known && first != want.kind {
			t.Errorf("%s: recognised as %q, want %s", address, first, want.kind)
		}
	}
}

func TestWithoutSecrets(t *testing.T) {
	for address, want := range map[string]string{
		"https://a.example/k.ics":                           "https://a.example/k.ics",
		"https://a.example/k?by=Larvik":                     "https://a.example/k?by=Larvik",
		"https://a.example/k?by=Larvik&token=abc":           "https://a.example/k?by=Larvik&token=${HUSET_TOKEN}",
		"https://a.example/k?api-key=abc&x=1":               "https://a.example/k?api-key=${HUSET_API_KEY}&x=1",
		"https://a.example/k?apikey=${TICKETMASTER_APIKEY}": "https://a.example/k?apikey=${TICKETMASTER_APIKEY}",
	} {
		got, secrets := withoutSecrets(address, "huset")
		if os.Expand(got, func(name string) string { return cmp.Or(secrets[name], "${"+name+"}") }) != address {
			t.Errorf("%s is not what %s and %v are together", address, got, secrets)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// TestFreeID: an id made of a name is one that sources.yaml takes, and no two are the same.
func TestFreeID(t *testing.T) {
	taken := map[string]bool{"kulturhuset-sj-boden": true}
	for name, want := range map[string]string{"Kulturhuset Sjøboden": "kulturhuset-sj-boden-2", "!": "kilde", strings.Repeat("abcdefg.", 20): strings.Repeat("abcdefg-", 6) + "abcdefg"} {
		if got := freeID(name, taken); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

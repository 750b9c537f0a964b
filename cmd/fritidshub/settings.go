package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"fritidshub/api"
	"fritidshub/config"
	"fritidshub/fetch"
)

// invocation is the settings of one command: environment first, flags over it.
type invocation struct {
	sources, data, listen string
	publicURL             string
	assumedURL            bool // publicURL is where we listen, since nobody said it
	allowPrivate          string
	meiliURL, meiliKey    string
	keys                  []api.Key // of those who may ask more often than others
	proxies               api.Proxies
	now                   func() time.Time

	json   bool
	replay bool
	force  bool
	asOf   int64
	format string
	kind   string
	output string
	note   string
	args   []string
}

// How many times a second one client may ask, and one with a key that says no other number.
const (
	clientRate = 20
	keyRate    = 200
)

// Years that FRITIDSHUB_NOW may lie in: those for which the rules of daylight saving time are known.
const (
	firstClockYear = 1997
	lastClockYear  = 2036
)

func (p *program) defaults() (*invocation, error) {
	get := func(name, otherwise string) string {
		if v, ok := p.env("FRITIDSHUB_" + name); ok && v != "" {
			return v
		}
		return otherwise
	}
	in := &invocation{
		sources: get("SOURCES", "sources.yaml"), data: get("DATA", "data"), listen: get("LISTEN", "127.0.0.1:8080"),
		publicURL: strings.TrimRight(get("PUBLIC_URL", ""), "/"), allowPrivate: get("ALLOW_PRIVATE", ""), now: time.Now,
		meiliURL: strings.TrimRight(get("MEILI_URL", ""), "/"), meiliKey: get("MEILI_KEY", ""),
	}
	if err := fetch.CheckAllowPrivate(in.allowPrivate); err != nil {
		return nil, usage(err.Error())
	}
	if err := in.checkMeili(); err != nil {
		return nil, err
	}
	if in.publicURL != "" {
		if u, err := url.Parse(in.publicURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, usage(fmt.Sprintf("FRITIDSHUB_PUBLIC_URL: %q er ikke en adresse; skriv for eksempel https://aktiviteter.kommunen.no", in.publicURL))
		}
	}
	keys, err := api.ParseKeys(get("API_KEYS", ""), keyRate)
	if err != nil {
		return nil, usage("FRITIDSHUB_API_KEYS: skriv SHA-256-summen av hver nøkkel (64 heksadesimale sifre, fra sha256sum), med komma mellom, og eventuelt =N for N ganger i sekundet: " + err.Error())
	}
	in.keys = keys
	if in.proxies, err = api.ParseProxies(get("TRUSTED_PROXIES", "")); err != nil {
		return nil, usage("FRITIDSHUB_TRUSTED_PROXIES: skriv adressene eller nettene til proxyene foran huben, med komma mellom, for eksempel 10.0.0.5,10.1.0.0/16: " + err.Error())
	}
	if text := get("NOW", ""); text != "" {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil || at.Year() < firstClockYear || at.Year() > lastClockYear {
			return nil, usage(fmt.Sprintf("FRITIDSHUB_NOW: %q er ikke et tidspunkt fra %d til %d; skriv for eksempel 2026-11-22T12:00:00+01:00", text, firstClockYear, lastClockYear))
		}
		in.now = func() time.Time { return at }
	}
	return in, nil
}

// checkMeili says what is wrong with the address of a Meilisearch. It does not repeat what may hold a password.
func (in *invocation) checkMeili() error {
	if in.meiliURL == "" {
		if in.meiliKey != "" {
			return usage("FRITIDSHUB_MEILI_KEY er satt, men ikke FRITIDSHUB_MEILI_URL; skriv for eksempel FRITIDSHUB_MEILI_URL=http://127.0.0.1:7700, eller fjern nøkkelen")
		}
		return nil
	}
	u, err := url.Parse(in.meiliURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return usage("FRITIDSHUB_MEILI_URL er ikke adressen til en Meilisearch; skriv for eksempel http://127.0.0.1:7700, uten bruker, sti og nøkkel. Nøkkelen står i FRITIDSHUB_MEILI_KEY")
	}
	return nil
}

// configProblem gives err when it is about sources.yaml.
func configProblem(err error) error {
	var problems config.Problems
	if errors.As(err, &problems) {
		return problems
	}
	return nil
}

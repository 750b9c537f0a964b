package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"fritidshub/fetch"
	"fritidshub/ingest"
)

// proposal is a candidate with the entry of sources.yaml that takes it into use.
type proposal struct {
	ingest.Candidate
	Entry string `json:"entry"`
}

// detect finds out what an address is and proposes entries of sources.yaml, best first. It writes nothing.
func (p *program) detect(ctx context.Context, in *invocation) error {
	if len(in.args) != 1 {
		return usage("fritidshub detect: oppgi én adresse, for eksempel https://kulturhuset.example/program")
	}
	address := strings.Replace(in.args[0], "webcal://", "https://", 1)
	if u, err := url.Parse(address); err != nil || u.Scheme != "file" && u.Host == "" {
		return usage(fmt.Sprintf("fritidshub detect: %q er ikke en adresse; skriv hele, med https://", address))
	}
	cfg, registry, tax, err := p.loadOrNone(in.sources)
	if err != nil {
		return err
	}
	client := fetch.New(fetch.Options{Version: version(), PublicURL: in.publicURL, FileRoot: cfg.Dir, AllowPrivate: in.allowPrivate, Now: in.now,
		Limits: fetch.Limits{Retries: -1}}) // a new try would be a request of the few there are
	defer client.Close()
	ingester := ingest.New(ingest.Options{Hub: cfg.Hub, Registry: registry, Fetch: client, Taxonomy: tax, Now: in.now, Version: version()})
	found, err := ingester.Detect(ctx, address)
	if err != nil {
		return fmt.Errorf("%s: %w", fetch.Redact(address), err)
	}
	taken := map[string]bool{}
	for _, s := range cfg.Sources {
		taken[s.ID] = true
	}
	proposals := make([]proposal, len(found))
	for i, c := range found {
		kind, _ := registry.Kind(c.Kind)
		text, err := entry(c, kind.Schedule, taken)
		if err != nil {
			return err
		}
		proposals[i] = proposal{c, text}
	}
	if in.json {
		if err := json.NewEncoder(p.out).Encode(proposals); err != nil {
			return err
		}
	} else {
		p.propose(address, proposals, cfg.Hub.Zone)
	}
	if len(proposals) == 0 {
		return silent(exitFailed)
	}
	return nil
}

// propose prints what was found for a person.
func (p *program) propose(address string, proposals []proposal, zone *time.Location) {
	if len(proposals) == 0 {
		fmt.Fprintf(p.out, "Fant ingenting å hente på %s.\nSe etter en kalender (.ics), en RSS-strøm eller en egen arrangementsside på nettstedet, eller spør eieren om en datastrøm.\n", fetch.Redact(address))
	}
	for i, c := range proposals {
		if i > 0 {
			fmt.Fprintln(p.out)
		}
		fmt.Fprintf(p.out, "# Forslag %d: %s\n", i+1, c.Kind)
		for _, line := range told(c.Candidate, zone) {
			fmt.Fprintln(p.out, "# "+line)
		}
		fmt.Fprint(p.out, c.Entry)
	}
}

// told is what an editor should know of a candidate, line by line.
func told(c ingest.Candidate, zone *time.Location) []string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	switch {
	case c.Problem != "":
		add("Antall oppføringer er ukjent. %s", c.Problem)
	case !c.Tried:
		add("Antall oppføringer er ukjent til nøkkelen er på plass.")
	default:
		items := "oppføringer"
		if c.Usable == 1 {
			items = "oppføring"
		}
		count := fmt.Sprintf("%d %s, %d med dato", c.Usable, items, c.Dated)
		if c.Certainty == "guess" {
			count = "gjettet av innholdet: " + count
		}
		if c.Rejected > 0 {
			count += fmt.Sprintf(", %d avvist", c.Rejected)
		}
		if !c.Complete {
			count += ", resten er ikke lest"
		}
		add("%s.", count)
	}
	for _, note := range []string{c.Secret, c.Note} {
		if note != "" {
			add("%s", note)
		}
	}
	if len(c.Next) > 0 {
		next := make([]string, len(c.Next))
		for i, u := range c.Next {
			form := "2.1.2006 15.04"
			if u.AllDay {
				form = "2.1.2006"
			} else {
				u.Start = u.Start.In(zone)
			}
			next[i] = u.Start.Format(form) + " " + u.Title
		}
		add("De neste: %s.", strings.Join(next, "; "))
	} else if len(c.Sample) > 0 {
		add("De første: %s.", strings.Join(c.Sample, "; "))
	}
	if c.Usable > 0 {
		var has []string
		for _, name := range fieldOrder {
			has = append(has, fmt.Sprintf("%s %d %%", fieldWords[name], c.Completeness[name]))
		}
		add("Oppgitt: %s.", strings.Join(has, ", "))
	}
	if len(c.Lacks) > 0 {
		add("De fleste mangler %s.", lacking(c.Lacks))
	}
	return lines
}

var fieldOrder = []string{"start", "place", "organizer", "price", "age", "description", "categories", "url", "image", "id"}

var fieldWords = map[string]string{"start": "dato", "place": "sted", "organizer": "arrangør", "price": "pris", "age": "alder", "description": "beskrivelse",
	"categories": "kategori", "url": "nettadresse", "image": "bilde", "id": "egen id"}

func lacking(names []string) string {
	parts := make([]string, 0, len(names))
	for _, name := range fieldOrder {
		if slices.Contains(names, name) {
			parts = append(parts, fieldWords[name])
		}
	}
	return strings.Join(parts, ", ")
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"

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
	cfg, registry, tax, err := p.load(in.sources)
	if err != nil {
		return err
	}
	client := newFetch(cfg, in, fetch.NewHostMemory())
	defer client.Close()
	ingester := ingest.New(ingest.Options{Hub: cfg.Hub, Registry: registry, Fetch: client, Taxonomy: tax, Now: in.now, Version: version()})
	found, err := ingester.Detect(ctx, address)
	if err != nil {
		return fmt.Errorf("%s: %w", fetch.Redact(address), err)
	}
	proposals := make([]proposal, len(found))
	for i, c := range found {
		proposals[i] = proposal{c, entry(c)}
	}
	if in.json {
		return json.NewEncoder(p.out).Encode(proposals)
	}
	if len(proposals) == 0 {
		fmt.Fprintf(p.out, "Fant ingenting å hente på %s.\nSe etter en kalender (.ics), en RSS-strøm eller en egen arrangementsside på nettstedet, eller spør eieren om en datastrøm.\n", fetch.Redact(address))
		return silent(exitFailed)
	}
	for i, c := range proposals {
		fmt.Fprintf(p.out, "# Forslag %d: %d oppføringer, %d med dato", i+1, c.Usable, c.Dated)
		if c.Rejected > 0 {
			fmt.Fprintf(p.out, ", %d avvist", c.Rejected)
		}
		if !c.Complete {
			fmt.Fprint(p.out, ", flere sider er ikke lest")
		}
		fmt.Fprintf(p.out, ". De første: %s.\n", strings.Join(c.Sample, "; "))
		if len(c.Lacks) > 0 {
			fmt.Fprintf(p.out, "# De fleste mangler %s.\n", lacking(c.Lacks))
		}
		fmt.Fprint(p.out, c.Entry)
	}
	return nil
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

// entry is the candidate as it would stand in sources.yaml.
func entry(c ingest.Candidate) string {
	name := strings.TrimPrefix(c.URL, "file:")
	if u, err := url.Parse(c.URL); err == nil && u.Host != "" {
		name = strings.TrimPrefix(u.Hostname(), "www.")
	} else {
		name = strings.TrimSuffix(path.Base(name), path.Ext(name))
	}
	id := strings.Trim(notID.ReplaceAllString(strings.ToLower(name), "-"), "-")
	text := fmt.Sprintf("  - id: %s\n    name: %q\n    kind: %s\n    url: %q\n    schedule: \"@daily\"\n    licence: permission  # spør eieren, og skriv det dere blir enige om\n    attribution: %q\n",
		id, name, c.Kind, c.URL, name)
	if c.DefaultKind != "" {
		text += fmt.Sprintf("    defaults: {kind: %s}\n", c.DefaultKind)
	}
	return text
}

var lackWords = map[string]string{"start": "dato", "place": "sted", "organizer": "arrangør", "price": "pris", "age": "alder", "description": "beskrivelse",
	"url": "nettadresse", "image": "bilde", "id": "egen id"}

func lacking(names []string) string {
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = lackWords[name]
	}
	return strings.Join(parts, ", ")
}

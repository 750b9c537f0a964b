// Package rss reads RSS, Atom and JSON Feed. The date of publication is never when something takes place: that is read from event
// fields, from an event marked up in the content, or from a date in the title.
package rss

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// Kind reads feeds.
var Kind = connectors.Kind{
	Name:      "rss",
	Version:   2,
	Summary:   "RSS (0.9x, 1.0, 2.0), Atom og JSON Feed, med datoer fra hendelsesfelter, innholdet eller tittelen.",
	Basis:     connectors.BasisStandard,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of an rss source.
type Options struct {
	// Span is "weekly" or "days".
	Span string `yaml:"span" json:"span,omitempty" jsonschema:"enum=weekly,enum=days,description=Hva to datoer med klokkeslett i en tittel betyr: weekly (samme ukedag hver uke) eller days (ett arrangement over flere dager). Uten verdi: weekly for rss.friskus.com\\, ellers days."`
	// Author is "organizer" or "ignore".
	Author string `yaml:"author" json:"author,omitempty" jsonschema:"enum=organizer,enum=ignore,description=Om forfatterfeltet er arrangøren. Uten verdi: ja for rss.friskus.com\\, ellers bare når navnet er en organisasjons."`
	Latest bool   `yaml:"latest" json:"latest,omitempty" jsonschema:"description=Feeden viser bare de nyeste innleggene: at noe faller ut av den\\, betyr ikke at det er borte."`
}

const (
	friskus  = "rss.friskus.com"
	maxPages = 200
)

type connector struct{ Options }

func newConnector(decode func(any) error) (connectors.Connector, error) {
	var o Options
	faults := []error{decode(&o)}
	if o.Span != "" && o.Span != "weekly" && o.Span != "days" {
		faults = append(faults, fmt.Errorf("options.span er %q; bruk weekly eller days", o.Span))
	}
	if o.Author != "" && o.Author != "organizer" && o.Author != "ignore" {
		faults = append(faults, fmt.Errorf("options.author er %q; bruk organizer eller ignore", o.Author))
	}
	return &connector{o}, errors.Join(faults...)
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	outcome := connectors.Outcome{Complete: true, Changes: c.Latest}
	a := &adapter{Options: c.forHost(s.Source.URL), source: s.Source, warn: s.Warn, reject: s.Reject}
	unchanged := true
	visited := map[string]bool{}
	for next := s.Source.URL; next != ""; {
		if len(visited) >= maxPages {
			outcome.Complete, outcome.Why = false, fmt.Sprintf("Feeden har flere enn %d sider; resten er ikke lest.", maxPages)
			break
		}
		visited[next] = true
		resp, text, err := s.Text(ctx, connectors.Request{URL: next, Accept: "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"})
		if err != nil {
			return connectors.Outcome{}, err
		}
		unchanged = unchanged && resp.Unchanged
		feed, err := Parse(text, resp.URL)
		if err != nil {
			return connectors.Outcome{}, err
		}
		if feed.Repaired {
			s.Warn(fetch.Redact(resp.URL), "Feeden er ikke god XML; tegn som ikke er skrevet riktig, er rettet i lesingen. Be leverandøren rette dem.")
		}
		next = feed.Next
		switch fresh := a.add(feed, resp.URL); {
		case visited[next] || fresh == 0:
			next = ""
		case next != "" && !markup.SameOrigin(next, resp.URL) && !markup.SameOrigin(next, s.Source.URL):
			s.Warn(fetch.Redact(resp.URL), "Neste side av feeden ligger på et annet nettsted og er ikke lest")
			outcome.Complete, outcome.Why, next = false, "Neste side av feeden ligger på et annet nettsted og er ikke lest.", ""
		}
	}
	if unchanged && outcome.Complete {
		return connectors.Outcome{Complete: true, Unchanged: true, Changes: c.Latest}, nil
	}
	for _, r := range a.settle() {
		r.Source = s.Source.ID
		if err := s.Emit(*r); err != nil {
			return connectors.Outcome{}, err
		}
	}
	return outcome, nil
}

// forHost gives the options with what is known of the source's host.
func (c *connector) forHost(address string) Options {
	o := c.Options
	u, err := url.Parse(address)
	if err != nil || !strings.EqualFold(u.Hostname(), friskus) {
		return o
	}
	if o.Span == "" {
		o.Span = "weekly"
	}
	if o.Author == "" {
		o.Author = "organizer"
	}
	return o
}

// settle makes native ids unique whatever the order: two items of one id with the same title and dates are one, the newest; items
// that only share a link get ids derived of title and date.
func (a *adapter) settle() []*catalog.Record {
	first := map[string]string{}
	shared := map[string]bool{}
	for _, it := range a.items {
		if id, ok := first[it.NativeID]; ok && id != it.derived() {
			shared[it.NativeID] = true
		}
		first[it.NativeID] = it.derived()
	}
	var out []*catalog.Record
	at := map[string]int{}
	for _, it := range a.items {
		if shared[it.NativeID] {
			if it.NativeID == it.guid {
				a.warn(it.where, "Flere innlegg har samme guid; id-en er avledet av tittel og dato")
			}
			it.NativeID, it.IDDerived = it.derived(), true
		}
		if j, ok := at[it.NativeID]; ok {
			a.warn(it.where, "Innlegget står to ganger i feeden; det nyeste er brukt")
			if it.Modified.After(out[j].Modified) {
				out[j] = &it.Record
			}
			continue
		}
		at[it.NativeID] = len(out)
		out = append(out, &it.Record)
	}
	return out
}

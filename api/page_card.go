package api

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"fritidshub/api/pages"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/index"
)

// cardOf is a hit of this page in short.
func (p *searchPage) cardOf(item *catalog.Item) pages.Card {
	c := p.card(item, p.words, p.now)
	// a house that is named as those who run it is said once
	if item.Place != nil && item.Place.Name == c.Organizer {
		c.Organizer = ""
	}
	if p.framed != nil {
		c.Opens = p.framed.opens
	}
	return c
}

// card is a hit in short.
func (s *server) card(item *catalog.Item, l *words.Language, now time.Time) pages.Card {
	c := pages.Card{URL: s.localPath("/l/"+item.ID, l), Name: item.Title, Summary: item.Summary, Age: l.Age(item.Age),
		Kind: s.Taxonomy.FacetLabel(string(index.FacetKind), string(item.Kind), l.Tag)}
	if item.Language != "" && item.Language != l.Tag && item.Language != "no" {
		c.TextLang = item.Language
	}
	c.Image, c.ImageText = s.pictureOf(item, "small.jpg")
	if item.Status != catalog.StatusScheduled {
		c.Status = l.T("status." + string(item.Status))
	}
	if item.Price != nil {
		c.Price, c.Free = dashed(item.Price.Text), item.Price.Free == catalog.Yes
	}
	s.cardTimes(&c, item, l, now)
	if item.Organizer != nil {
		c.Organizer = item.Organizer.Name
	}
	if pl := item.Place; pl != nil {
		c.Place = strings.Join(distinct(cmp.Or(pl.Name, pl.Address), cmp.Or(pl.Neighbourhood, pl.Locality)), ", ")
		if pl.Online {
			c.Place = l.T("item.online")
		}
	}
	if item.Distance != nil {
		c.Distance = l.T("item.distance", strings.Replace(fmt.Sprintf("%.1f", *item.Distance), ".", ",", 1))
	}
	for _, a := range item.Accessibility {
		c.Marks = append(c.Marks, s.Taxonomy.FacetLabel(string(index.FacetAccessibility), a, l.Tag))
	}
	if item.LowThreshold == catalog.Yes {
		c.Marks = append(c.Marks, l.T("listing.low_threshold"))
	}
	if item.EquipmentLoan == catalog.Yes {
		c.Marks = append(c.Marks, l.T("listing.equipment_loan"))
	}
	if len(item.Sources) > 0 {
		src := item.Sources[0]
		c.Source = l.T("item.source", cmp.Or(src.Attribution, src.Name, src.ID))
		if !src.FetchedAt.IsZero() {
			c.Source += ", " + l.T("item.fetched", l.Ago(src.FetchedAt, now))
		}
	}
	return c
}

func (s *server) cardTimes(c *pages.Card, item *catalog.Item, l *words.Language, now time.Time) {
	if item.Start == nil {
		c.When = dashed(item.ScheduleText)
		return
	}
	first := catalog.Occurrence{Start: item.Start.Time, AllDay: item.Start.Day}
	if item.End != nil {
		first.End = item.End.Time
	}
	c.When, c.Machine = l.When(first, now, s.Hub.Zone), words.Machine(first, s.Hub.Zone)
	if item.OccurrenceCount > 1 {
		c.More = cmp.Or(dashed(item.ScheduleText), l.T("item.more", item.OccurrenceCount-1))
	}
}

// distinct leaves out what is empty and what repeats.
func distinct(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

var numberRange = regexp.MustCompile(`(\d)-(\d)`)

// dashed writes the ranges of a text of the API ("kl. 18-19.30") as pages do, with an en dash.
func dashed(text string) string { return numberRange.ReplaceAllString(text, "$1–$2") }

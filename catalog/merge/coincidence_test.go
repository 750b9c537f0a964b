package merge_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/merge"
)

// TestCoincidences: in a municipality where 3,000 unrelated things have forty names among them, only those that share a place or an
// organiser are taken for the same.
func TestCoincidences(t *testing.T) {
	zone := oslo(t)
	rnd := rand.New(rand.NewPCG(3, 4))
	titles := strings.Split("Barnedans|Yoga|Pilates|Seniortrim|Barneturn|Korøvelse|Fotball J10|Fotball G10|Håndball|Seniordans|Hyggetreff|Strikkekafé|Bridge|Sjakklubb|Åpent hus|Ungdomsklubb|Speidermøte|Onsdagsklubben|Familiemiddag|Bokkafé|Språkkafé|Linedance|Svømmekurs|Kroppsøving for eldre|Søndagsskole|Babysang|Leksehjelp|Aktiv på dagtid|Gåtur|Mekkekveld|Spillkveld|Keramikk|Teatergruppe|Kulturkafé|Trim for voksne|Mosjonsdans|Basistrening|Allidrett|Bowling|Petanque", "|")
	towns := strings.Split("Larvik|Stavern|Kvelde|Helgeroa|Tjølling|Hedrum", "|")
	sorts := strings.Split("IL|menighet|historielag|sanitetsforening|frivilligsentral|bibliotek|skole|idrettslag|Røde Kors|pensjonistforening|barnehage|kulturhus|velforening|danseklubb", "|")
	syl := strings.Split("Nan|Ber|Ost|Gran|Lin|Fag|Sko|Hov|Vest|Dal", "|")
	place := func() string {
		switch rnd.IntN(3) {
		case 0:
			return towns[rnd.IntN(6)] + " " + []string{"bibliotek", "kirke", "skole", "kulturhus", "samfunnshus", "bad"}[rnd.IntN(6)]
		case 1:
			return syl[rnd.IntN(10)] + []string{"heimen", "hallen", "huset", "gården", "parken"}[rnd.IntN(5)]
		}
		return syl[rnd.IntN(10)] + "eby " + []string{"skole", "grendehus", "menighetshus"}[rnd.IntN(3)]
	}
	org := func() string {
		if rnd.IntN(2) == 0 {
			return towns[rnd.IntN(6)] + " " + sorts[rnd.IntN(len(sorts))]
		}
		return syl[rnd.IntN(10)] + "eby " + sorts[rnd.IntN(len(sorts))]
	}
	var items []*merge.Item
	whole := map[merge.Ref]*catalog.Record{}
	for i := range 3000 {
		r := &catalog.Record{Source: fmt.Sprint("s", rnd.IntN(5)), NativeID: fmt.Sprint(i), Title: titles[rnd.IntN(len(titles))], Kind: catalog.KindActivity}
		start := time.Date(2027, 1, 11+rnd.IntN(5), 10+rnd.IntN(10), 30*rnd.IntN(2), 0, 0, zone)
		if r.Source == "s0" || r.Source == "s3" {
			r.Organizer = &catalog.Organizer{Name: org()}
		} else if r.Source == "s1" {
			r.Place = &catalog.Place{Name: place()}
		} else {
			r.Organizer = &catalog.Organizer{Name: org()}
			r.Place = &catalog.Place{Name: place()}
		}
		if rnd.IntN(3) > 0 {
			r.Schedule.Series = []catalog.Series{{Start: start, End: start.Add(time.Hour), Rules: []string{"FREQ=WEEKLY;COUNT=20"}}}
		} else {
			r.Schedule.Dates = []catalog.Occurrence{{Start: start.AddDate(0, 0, 7*rnd.IntN(20))}}
		}
		it := describe(zone, r)
		items = append(items, it)
		whole[it.Ref] = r
	}
	joined := 0
	for _, g := range merge.Groups(items, nil) {
		for _, l := range g.Links {
			joined++
			a, b := whole[l.A], whole[l.B]
			if !(a.Place != nil && b.Place != nil && *a.Place == *b.Place || a.Organizer != nil && b.Organizer != nil && *a.Organizer == *b.Organizer) {
				t.Errorf("%.1f: %s, organisers %v and %v, places %v and %v: %s", l.Verdict.Score, a.Title, a.Organizer, b.Organizer, a.Place, b.Place, l.Verdict.Text())
			}
		}
	}
	if joined > 10 {
		t.Errorf("%d pairs", joined)
	}
}

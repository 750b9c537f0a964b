package indextest

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/index"
)

// everything takes an engine through random changes and compares its answers to random queries with the oracle's.
func everything(t *rapid.T, e index.Engine) {
	truth := newOracle()
	rounds := rapid.IntRange(1, 5).Draw(t, "rounds")
	for round := range rounds {
		change := int64(round + 1)
		if round > 0 && rapid.IntRange(0, 5).Draw(t, "rebuild") == 0 {
			docs := drawDocuments(t)
			clear(truth.docs)
			truth.apply(index.Batch{Upserts: docs})
			err := e.Rebuild(ctx, change, func() (index.Document, bool, error) {
				if len(docs) == 0 {
					return index.Document{}, false, nil
				}
				d := docs[0]
				docs = docs[1:]
				return d, true, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		} else {
			b := index.Batch{Upserts: drawDocuments(t), Change: change}
			for range rapid.IntRange(0, 4).Draw(t, "deletes") {
				b.Deletes = append(b.Deletes, drawID(t))
			}
			truth.apply(b)
			for range rapid.IntRange(1, 2).Draw(t, "times") {
				if err := e.Apply(ctx, b); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n, err := e.Count(ctx); n != len(truth.docs) || err != nil {
			t.Fatalf("%d documents, want %d (%v)", n, len(truth.docs), err)
		}
		for range 3 {
			agree(t, e, truth, drawQuery(t))
		}
	}
}

var (
	titleWords = []string{"Åpen", "aapen", "hall", "Tur", "turar", "for", "barn", "Øving", "oving", "svømming", "Svømmehall", "sjakk", "Aasgård", "Zoo", "Ærlig", "1"}
	awkward    = `Ø "1" \ '2' [,)` // a value that is not to end a filter
	places     = []catalog.Point{{Lat: 59.05, Lon: 10.03}, {Lat: 59.13, Lon: 10.22}, {Lat: 59.14, Lon: 9.65}, {Lat: 60.39, Lon: 5.32}, {Lat: -17.5, Lon: 179.9}, {Lat: -17.6, Lon: -179.8}, {Lat: 89.9, Lon: 30}}
)

func drawID(t *rapid.T) string { return fmt.Sprintf("id%d", rapid.IntRange(0, 25).Draw(t, "id")) }

func drawText(t *rapid.T, most int) string {
	text := ""
	for range rapid.IntRange(0, most).Draw(t, "words") {
		text += rapid.SampledFrom(titleWords).Draw(t, "word") + " "
	}
	return text
}

func drawSome(t *rapid.T, name string, values ...string) []string {
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(values), 0, 3, rapid.ID[string]).Draw(t, name)
	return slices.Clone(some)
}

func drawOne(t *rapid.T, name string, values ...string) string {
	return rapid.SampledFrom(append(values, "")).Draw(t, name)
}

func maybe[T any](t *rapid.T, name string, draw func() T) *T {
	if !rapid.Bool().Draw(t, "has "+name) {
		return nil
	}
	v := draw()
	return &v
}

func drawDocuments(t *rapid.T) []index.Document {
	docs := make([]index.Document, rapid.IntRange(0, 12).Draw(t, "documents"))
	for i := range docs {
		docs[i] = drawDocument(t)
	}
	return docs
}

func drawFact(t *rapid.T, name string) catalog.Fact {
	return rapid.SampledFrom([]catalog.Fact{catalog.NotStated, catalog.Yes, catalog.No}).Draw(t, name)
}

// drawSlot draws one of a few, so that they meet.
func drawSlot(t *rapid.T, name string) uint8 {
	day := rapid.SampledFrom([]time.Weekday{time.Monday, time.Sunday}).Draw(t, name+" day")
	return index.Slot(day, index.Daytime(rapid.IntRange(0, 3).Draw(t, name+" time")))
}

func drawSlots(t *rapid.T, name string) (slots index.Slots) {
	for range rapid.IntRange(0, 3).Draw(t, name) {
		slots |= 1 << drawSlot(t, name)
	}
	return slots
}

func drawDocument(t *rapid.T) index.Document {
	small := func(name string, most int) func() int {
		return func() int { return rapid.IntRange(0, most).Draw(t, name) }
	}
	d := index.Document{
		ID: drawID(t), Title: drawText(t, 3), Keywords: []string{drawText(t, 1)}, Description: drawText(t, 4), Labels: []string{drawText(t, 1)}, Synonyms: []string{drawText(t, 1)},
		Organizer: drawText(t, 1), Place: drawText(t, 1), Summary: drawText(t, 1),
		Kind:       rapid.SampledFrom([]string{"activity", "event", "facility"}).Draw(t, "kind"),
		Categories: drawSome(t, "categories", "sport", "football", "music", "stage"), Municipality: drawOne(t, "municipality", "3909", "3907"),
		OrganizerID: drawOne(t, "organizer", "o1", "O1", awkward), PlaceID: drawOne(t, "place", "p1", "p2"), Sources: drawSome(t, "sources", "s1", "s2", "s3"),
		Schemes: drawSome(t, "schemes", "fritidskort"), Accessibility: drawSome(t, "accessibility", "wheelchair", "captions"),
		Language: drawOne(t, "language", "nb", "nn"), Status: rapid.SampledFrom([]string{"scheduled", "full", "cancelled"}).Draw(t, "status"), Slots: drawSlots(t, "slots"),
		Neighbourhood: drawOne(t, "neighbourhood", "3909-nanset", "3909-stavern"), LowThreshold: drawFact(t, "low threshold"), EquipmentLoan: drawFact(t, "equipment loan"),
		AgeMin: maybe(t, "age from", small("age", 12)), AgeMax: maybe(t, "age to", small("age", 20)),
		PriceMin: maybe(t, "price", func() catalog.Money { return catalog.Kroner(int64(small("kroner", 3)() * 50)) }),
		Free:     drawFact(t, "free"),
		Geo:      maybe(t, "place", func() catalog.Point { return rapid.SampledFrom(places).Draw(t, "point") }),
		Updated:  int64(rapid.IntRange(0, 3).Draw(t, "updated")),
	}
	at := func(name string) int64 { return Now.Unix() + int64(rapid.IntRange(-6, 10).Draw(t, name))*1800 }
	switch rapid.IntRange(0, 3).Draw(t, "when") {
	case 0:
		d.Standing = true
		if rapid.Bool().Draw(t, "begins") {
			d.ValidFrom = at("valid from")
		}
		if rapid.Bool().Draw(t, "ends") {
			d.ValidThrough = at("valid through")
			d.Ends = d.ValidThrough
		}
	case 1: // never known to end, and nothing within the horizon
	default:
		for range rapid.IntRange(1, 4).Draw(t, "spans") {
			start := at("start")
			d.Spans = append(d.Spans, index.Span{Start: start, End: start + int64(rapid.IntRange(0, 4).Draw(t, "length"))*1800,
				Slot: drawSlot(t, "slot")})
		}
		slices.SortFunc(d.Spans, func(a, b index.Span) int { return int(a.Start - b.Start) })
		if rapid.Bool().Draw(t, "ends") {
			for _, s := range d.Spans {
				d.Ends = max(d.Ends, s.End)
			}
		}
	}
	return d
}

func drawQuery(t *rapid.T) index.Query {
	half := func(name string) time.Time {
		return Now.Add(time.Duration(rapid.IntRange(-8, 12).Draw(t, name)) * 30 * time.Minute)
	}
	q := index.Query{
		Now: half("now"), Facets: index.Facets(), Without: true, Limit: rapid.IntRange(1, 7).Draw(t, "limit"),
		Free: rapid.IntRange(0, 5).Draw(t, "free") == 0, Filters: map[index.Facet][]string{},
		Sort: rapid.SampledFrom([]index.Sort{"", index.SortRelevance, index.SortStart, index.SortUpdated, index.SortPrice, index.SortTitle}).Draw(t, "sort"),
	}
	rare := func(name string, use func()) {
		if rapid.IntRange(0, 3).Draw(t, name) == 0 {
			use()
		}
	}
	rare("text", func() { q.Text = drawText(t, 2) })
	rare("typing", func() { q.Text += rapid.SampledFrom([]string{"sv", "o", "aa", "t", "x"}).Draw(t, "beginning") })
	rare("by kind", func() { q.Filters[index.FacetKind] = drawSome(t, "kinds", "activity", "event", "scheme") })
	rare("by category", func() {
		q.Filters[index.FacetCategory] = drawSome(t, "categories", "sport", "football", "music", "none")
	})
	rare("by source", func() { q.Filters[index.FacetSource] = drawSome(t, "sources", "s1", "s2") })
	rare("by weekday", func() { q.Filters[index.FacetWeekday] = drawSome(t, "weekdays", "mo", "su", "we") })
	rare("by time", func() { q.Filters[index.FacetTime] = drawSome(t, "times", "morning", "evening", "night") })
	rare("unstated", func() { q.Unstated = true })
	rare("silent", func() {
		q.Silent = rapid.SampledFrom(append(index.Facets(), index.AspectAge, index.AspectPrice)).Draw(t, "silent")
	})
	rare("by organizer", func() { q.Filters[index.FacetOrganizer] = drawSome(t, "organizers", "o1", "O1", awkward) })
	rare("by place", func() { q.Filters[index.FacetPlace] = drawSome(t, "place ids", "p1", "p2", "p3") })
	rare("by others", func() {
		f := rapid.SampledFrom([]index.Facet{index.FacetMunicipality, index.FacetScheme, index.FacetAccessibility, index.FacetLanguage, index.FacetStatus,
			index.FacetNeighbourhood, index.FacetLowThreshold, index.FacetEquipmentLoan}).Draw(t, "facet")
		q.Filters[f] = drawSome(t, "others", "3909", "3907", "fritidskort", "wheelchair", "captions", "nb", "nn", "scheduled", "full", "true", "false", "3909-nanset")
	})
	rare("by age", func() { age := rapid.IntRange(0, 25).Draw(t, "age"); q.Age = &age })
	rare("by price", func() {
		price := catalog.Kroner(int64(rapid.IntRange(0, 4).Draw(t, "kroner") * 40))
		q.MaxPrice = &price
	})
	rare("from", func() { q.From = half("from") })
	rare("to", func() { q.To = half("to") })
	rare("near", func() {
		near := rapid.SampledFrom(places).Draw(t, "near")
		q.Near, q.Radius = &near, rapid.SampledFrom([]float64{0, 1, 20, 500, 30000}).Draw(t, "radius")
		if rapid.Bool().Draw(t, "by distance") {
			q.Sort = index.SortDistance
		}
	})
	rare("box", func() {
		q.BBox = rapid.SampledFrom([]*index.BBox{{West: 9, South: 58, East: 11, North: 60}, {West: 179, South: -20, East: -179, North: 0}, {West: -180, South: -90, East: 180, North: 90}}).Draw(t, "box")
	})
	return q
}

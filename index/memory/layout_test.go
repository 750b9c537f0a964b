package memory

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/indextest"
)

// laidOut is an engine that holds docs in segments of the given size, without merging them, after other documents that are dead.
func laidOut(docs []index.Document, size, deadEvery int) *Engine {
	e := New()
	var views []view
	for part := range slices.Chunk(docs, size) {
		part := slices.Clone(part)
		var gone []string
		for i := 0; deadEvery > 0 && i < len(part); i += deadEvery {
			d := part[i]
			d.ID, d.Title, d.Spans = "gone"+d.ID, d.Title+" x", nil
			part, gone = append(part, d), append(gone, d.ID)
		}
		s := newSegment(part, e.dict)
		views = append(views, view{seg: s, live: s.n})
		kill(views[len(views)-1:], gone)
	}
	e.publish(views, 1)
	return e
}

// strange documents have occurrences that are long, far away, many at once, or at the edge of days, and positions all over the world.
func strange(n int) []index.Document {
	r := rand.New(rand.NewPCG(1, 2))
	docs := indextest.Generate(n, 4)
	midnight := time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC).Unix()
	for i := range docs {
		d := &docs[i]
		switch r.IntN(12) {
		case 0:
			d.Spans = append(d.Spans, index.Span{Start: midnight + int64(r.IntN(400))*86400, End: midnight + int64(r.IntN(500)+400)*86400})
		case 1:
			start := midnight + int64(r.IntN(30)-15)*86400 + int64(r.IntN(3)-1)
			d.Spans = []index.Span{{Start: start, End: start}, {Start: start, End: start + 86400}}
			d.Ends = start + int64(r.IntN(2))*86400
		case 2:
			start := int64(r.Uint64N(never))
			d.Spans = []index.Span{{Start: start, End: start + int64(r.IntN(1<<20))}}
		case 3:
			d.Spans, d.Ends = nil, 0
		case 4:
			d.Geo = &catalog.Point{Lat: r.Float64()*180 - 90, Lon: r.Float64()*360 - 180}
		case 5:
			d.Geo = &catalog.Point{Lat: []float64{90, -90, 59, 59.01}[r.IntN(4)], Lon: []float64{180, -180, 10, 10.02, 179.999}[r.IntN(5)]}
		}
		if r.IntN(4) == 0 { // several on a day
			for _, s := range d.Spans[:min(len(d.Spans), 5)] {
				later := s.Start + int64(r.IntN(3))*7200
				d.Spans = append(d.Spans, index.Span{Start: later, End: later + int64(r.IntN(9000)), Slot: uint8(r.IntN(index.NumSlots))})
			}
		}
		slices.SortFunc(d.Spans, func(a, b index.Span) int { return int(a.Start - b.Start) })
	}
	return docs
}

// However the documents are divided among segments, and from a file too, the answers are the same: what large segments know of
// days and places, and keep of their counts, changes nothing.
func TestLayouts(t *testing.T) {
	docs := strange(6000)
	small := laidOut(docs, fewDocuments-1, 0)
	layouts := map[string]*Engine{"one": laidOut(docs, len(docs), 0), "two with dead": laidOut(docs, 3000, 7), "uneven with dead": laidOut(docs, 2500, 3)}
	var file bytes.Buffer
	if err := layouts["two with dead"].Save(&file, ""); err != nil {
		t.Fatal(err)
	}
	layouts["loaded"] = New()
	if err := layouts["loaded"].Load(&file, ""); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuery(t)
		want, err := small.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		for page := range 2 {
			for name, e := range layouts {
				got, err := e.Search(context.Background(), q)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s, page %d of %+v: (-small segments +large)\n%s", name, page, q, diff)
				}
			}
			if q.After = want.Next; q.After == nil {
				break
			}
			if want, err = small.Search(context.Background(), q); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func drawQuery(t *rapid.T) index.Query {
	draw := func(most int, name string) int { return rapid.IntRange(0, most).Draw(t, name) }
	moment := func(name string) time.Time {
		day := time.Date(2026, 11, 22+rapid.IntRange(-40, 480).Draw(t, name), 23, 0, 0, 0, time.UTC)
		if draw(2, "within the day") == 0 {
			day = day.Add(time.Duration(draw(86400, "second")) * time.Second)
		}
		return day
	}
	q := index.Query{Now: indextest.Now, Facets: index.Facets(), Limit: 1 + draw(30, "limit"), FacetLimit: draw(1, "facets") * 5, Filters: map[index.Facet][]string{}}
	q.Sort = rapid.SampledFrom([]index.Sort{"", index.SortStart, index.SortUpdated, index.SortPrice, index.SortTitle}).Draw(t, "sort")
	if draw(2, "text") == 0 {
		q.Text = rapid.SampledFrom([]string{"sv", "kor", "a", "svømming barn", "for alle", "sjakk", "kurset"}).Draw(t, "words")
	}
	if draw(1, "later") == 0 {
		q.Now = moment("now")
	}
	if draw(1, "from") == 0 {
		q.From = moment("from")
	}
	if draw(1, "to") == 0 {
		q.To = moment("to")
		if draw(2, "a week") > 0 && !q.From.IsZero() {
			q.To = q.From.AddDate(0, 0, draw(9, "days"))
		}
	}
	if draw(2, "near") == 0 {
		q.Near = &catalog.Point{Lat: rapid.SampledFrom([]float64{59, 59.01, 59.4321, 90, -89.99, 0}).Draw(t, "lat"), Lon: rapid.SampledFrom([]float64{10, 9.98, 9.87, 180, -179.99}).Draw(t, "lon")}
		q.Radius = rapid.SampledFrom([]float64{0, 0.3, 1, 10, 40, 400, 9000, 30000}).Draw(t, "radius")
		if draw(2, "by distance") > 0 {
			q.Sort = index.SortDistance
		}
	}
	if draw(3, "box") == 0 {
		edge := func(name string, list ...float64) float64 { return rapid.SampledFrom(list).Draw(t, name) }
		q.BBox = &index.BBox{West: edge("west", -180, 9.4, 9.98, 10, 170), East: edge("east", 180, 10, 10.02, 10.333, -170),
			South: edge("south", -90, 58.99, 59, 59.2), North: edge("north", 90, 59, 59.01, 59.505)}
	}
	if draw(3, "filtered") == 0 {
		q.Filters[index.FacetKind] = []string{rapid.SampledFrom([]string{"event", "activity", "facility", "none"}).Draw(t, "kind")}
	}
	if draw(3, "placed") == 0 {
		q.Filters[index.FacetMunicipality] = []string{rapid.SampledFrom([]string{"3909", "4010"}).Draw(t, "municipality"), "3907"}
	}
	if draw(3, "aged") == 0 {
		age := draw(130, "age")
		q.Age = &age
	}
	q.Free = draw(5, "free") == 0
	if draw(2, "weekdays") == 0 {
		q.Filters[index.FacetWeekday] = index.WeekdayNames()[draw(6, "first day"):]
	}
	if draw(2, "times") == 0 {
		q.Filters[index.FacetTime] = index.TimeNames()[draw(2, "first time"):]
	}
	q.Unstated = draw(2, "unstated") == 0
	if draw(5, "silent") == 0 {
		q.Silent = rapid.SampledFrom([]index.Facet{index.FacetWeekday, index.FacetTime, index.AspectPrice, index.AspectAge, index.FacetScheme}).Draw(t, "about")
	}
	return q
}

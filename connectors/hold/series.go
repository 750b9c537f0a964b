package hold

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"fritidshub/catalog"
)

// Series are records that several items of a walk make together: the first item as it is, packed, and the dates of all of them. Its
// zero value is empty.
type Series struct {
	at   map[string]int
	held []series
	pack pack // the first records, without their dates
}

type series struct {
	title, place string // of the first record
	dates        []catalog.Occurrence
	modified     time.Time // the latest
}

// Add adds an item to the series of key. A date of an item says what is its own: a title or a place that is not the first item's.
func (x *Series) Add(key string, r catalog.Record) error {
	place := ""
	if r.Place != nil {
		place = r.Place.Name
	}
	i, known := x.at[key]
	if !known {
		if x.at == nil {
			x.at = map[string]int{}
		}
		x.at[key] = len(x.held)
		x.held = append(x.held, series{title: r.Title, place: place, dates: slices.Clip(r.Schedule.Dates), modified: r.Modified})
		r.Schedule.Dates, r.Modified = nil, time.Time{}
		return x.pack.add(r)
	}
	s := &x.held[i]
	for _, o := range r.Schedule.Dates {
		if r.Title != s.title {
			o.Title = r.Title
		}
		if place != s.place {
			o.Place = place
		}
		s.dates = append(s.dates, o)
	}
	if r.Modified.After(s.modified) {
		s.modified = r.Modified
	}
	return nil
}

// Title gives the title of the first item of a series.
func (x *Series) Title(key string) (title string, known bool) {
	i, known := x.at[key]
	if known {
		title = x.held[i].title
	}
	return title, known
}

// Size is how many bytes the packed records take, but for the last few.
func (x *Series) Size() int { return x.pack.bytes.Len() }

// Each gives every series as one record, in the order in which they began, until emit fails, and lets them go. The dates are sorted by
// their start.
func (x *Series) Each(emit func(catalog.Record) error) error {
	in, err := x.pack.open()
	if err != nil {
		return err
	}
	for i := range x.held {
		s := &x.held[i]
		var r catalog.Record
		if err := in.Decode(&r); err != nil {
			return fmt.Errorf("hold: %w", err)
		}
		slices.SortStableFunc(s.dates, func(a, b catalog.Occurrence) int { return a.Start.Compare(b.Start) })
		r.Schedule.Dates, r.Modified = s.dates, s.modified
		*s = series{}
		if err := emit(r); err != nil {
			return err
		}
	}
	*x = Series{}
	return nil
}

// pack is a row of values, compressed together.
type pack struct {
	bytes  bytes.Buffer
	packer *flate.Writer
	out    *json.Encoder
}

func (p *pack) add(v any) error {
	if p.packer == nil {
		p.packer, _ = flate.NewWriter(&p.bytes, flate.BestSpeed) // fails for unknown levels only
		p.out = json.NewEncoder(p.packer)
	}
	if err := p.out.Encode(v); err != nil {
		return fmt.Errorf("hold: %w", err)
	}
	return nil
}

// open ends the row and gives what reads it from its beginning, to io.EOF.
func (p *pack) open() (*json.Decoder, error) {
	if p.packer != nil {
		if err := p.packer.Close(); err != nil {
			return nil, fmt.Errorf("hold: %w", err)
		}
		return json.NewDecoder(flate.NewReader(&p.bytes)), nil
	}
	return json.NewDecoder(&p.bytes), nil
}

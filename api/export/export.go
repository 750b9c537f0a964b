// Package export writes listings in formats that other programs read, one by one, whatever their number.
package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

// Entry is one listing on its way out.
type Entry struct {
	catalog.Item
	Records  []Record         `json:"records"`
	Schedule catalog.Schedule `json:"-"` // whole, for formats that know recurrence
	Change   int64            `json:"-"` // change number, which grows by every change of the listing
	When     string           `json:"-"` // when it takes place, in words; for formats that say so
}

// Record names one record that a listing was made of.
type Record struct {
	Source   string `json:"source"`
	NativeID string `json:"native_id"`
	URL      string `json:"url,omitzero"`
}

// Hub is where the listings come from.
type Hub struct {
	ID, Name string
	URL      string // public address, without a slash at its end
	Zone     *time.Location
	Now      time.Time
	Places   calendar.Hub // what is known of the calendars of its places
	// Self is the address of what is written, Home the page of the same search; empty when they have none. Language is that of texts.
	Self, Home, Language string
	Changed              time.Time // of the last change in the hub; zero when that is not known
	// Region names a municipality by its number; nil when nobody can.
	Region func(number string) string
	// Theme names a category by its id, in the hub's language; nil when nobody can.
	Theme func(id string) string
}

// home is the page that people see for what is written.
func (h Hub) home() string {
	if h.Home != "" {
		return h.Home
	}
	return h.URL + "/"
}

// link is where to read about a listing: its page on the hub, else where its source has it.
func (h Hub) link(e *Entry) string {
	if page := h.page(e.ID); page != "" {
		return page
	}
	return e.URL
}

// page is a listing's address on the hub, empty when the hub has none.
func (h Hub) page(id string) string {
	if h.URL == "" {
		return ""
	}
	return h.URL + "/l/" + id
}

// Entries is a stream of listings. After an error nothing follows.
type Entries = iter.Seq2[Entry, error]

// Format is one way to write listings.
type Format struct {
	MediaType string
	Write     func(w io.Writer, hub Hub, entries Entries) error
	// Times says that it writes the occurrences of entries, Words that it writes Entry.When. What is not written need not be worked out.
	Times, Words bool
}

// Formats gives every format by its name, which is also the ending of its files.
func Formats() map[string]Format {
	return map[string]Format{
		"ndjson":  {MediaType: "application/x-ndjson; charset=utf-8", Write: ndjson, Times: true},
		"csv":     {MediaType: "text/csv; charset=utf-8; header=present", Write: table("en"), Times: true},
		"geojson": {MediaType: "application/geo+json", Write: geojson, Times: true},
		"jsonld":  {MediaType: "application/ld+json; charset=utf-8", Write: jsonld, Times: true},
		"ics":     {MediaType: "text/calendar; charset=utf-8", Write: ics},
		"rss":     {MediaType: "application/rss+xml; charset=utf-8", Write: rss, Words: true},
		"atom":    {MediaType: "application/atom+xml; charset=utf-8", Write: atom, Words: true},
	}
}

// CSV is the table with its head line in another language; ok is false for one that it is not in.
func CSV(language string) (f Format, ok bool) {
	f = Formats()["csv"]
	f.Write = table(language)
	return f, language == "en" || language == "nb"
}

// Write writes all entries in the named format.
func Write(w io.Writer, format string, hub Hub, entries Entries) error {
	f, ok := Formats()[format]
	if !ok {
		return fmt.Errorf("export: %q is not a format; there are %s", format, strings.Join(slices.Sorted(maps.Keys(Formats())), ", "))
	}
	b := bufio.NewWriterSize(w, 64<<10)
	if err := f.Write(b, hub, entries); err != nil {
		return err
	}
	return b.Flush()
}

func ndjson(w io.Writer, _ Hub, entries Entries) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for e, err := range entries {
		if err != nil {
			return err
		}
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

// frame writes a JSON array with a head before and a tail behind it, one element a line.
func frame(w io.Writer, head, tail string, entries Entries, element func(Entry) (v any, ok bool)) error {
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	separator := "\n"
	for e, err := range entries {
		if err != nil {
			return err
		}
		v, ok := element(e)
		if !ok {
			continue
		}
		raw, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, separator+string(raw)); err != nil {
			return err
		}
		separator = ",\n"
	}
	_, err := io.WriteString(w, "\n"+tail+"\n")
	return err
}

// Feature is a listing on the map (RFC 7946).
type Feature struct {
	Type       string    `json:"type"`
	ID         string    `json:"id"`
	Geometry   *geometry `json:"geometry"` // null: it states no position
	Properties Entry     `json:"properties"`
}

type geometry struct {
	Type        string     `json:"type"`
	Coordinates [2]float64 `json:"coordinates"` // longitude first, RFC 7946 section 3.1.1
}

// FeatureOf puts a listing on the map, if it states where it is.
func FeatureOf(e Entry) Feature {
	f := Feature{Type: "Feature", ID: e.ID, Properties: e}
	if e.Place != nil && e.Place.Lat != nil && e.Place.Lon != nil {
		f.Geometry = &geometry{"Point", [2]float64{*e.Place.Lon, *e.Place.Lat}}
	}
	return f
}

// geojson writes the listings that have a position (RFC 7946); the others have no place on a map.
func geojson(w io.Writer, _ Hub, entries Entries) error {
	return frame(w, `{"type":"FeatureCollection","features":[`, "]}", entries, func(e Entry) (any, bool) {
		f := FeatureOf(e)
		return f, f.Geometry != nil
	})
}

func jsonld(w io.Writer, hub Hub, entries Entries) error {
	return frame(w, `{"@context":"https://schema.org","@graph":[`, "]}", entries, func(e Entry) (any, bool) { return SchemaOrg(hub, e.Item), true })
}

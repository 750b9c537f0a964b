package meili

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/analysis"
)

// model is the version of the documents as they are made here; another one in the index means that it is to be built anew.
const model = "2"

// The attributes of a document, beside the facets, which are named as they are.
const (
	fieldID           = "id" // hash of the listing's id
	fieldListing      = "listing"
	fieldOrder        = "order" // orders as title and then id do
	fieldWords        = "words" // every word in its forms
	fieldTitleWords   = "title_words"
	fieldLabelWords   = "label_words"
	fieldText         = "text" // every word folded, for Meilisearch to find what a mistyped one is like
	fieldNone         = "none" // the facets of which it has no value, and what else it states nothing about
	fieldAgeMin       = "age_min"
	fieldAgeMax       = "age_max"
	fieldPrice        = "price" // lowest, øre
	fieldFree         = "free"
	fieldUpdated      = "updated"
	fieldEnds         = "ends"          // Unix seconds; only a listing has it
	fieldValidFrom    = "valid_from"    // only of standing ones, as the next
	fieldValidThrough = "valid_through" //
	fieldStarts       = "starts"        // when occurrences start
	fieldUntil        = "until"         // when each of those is over
	fieldRunning      = "running"       // cells of time in which an occurrence goes on
	fieldSlots        = "slots"         // of what is to come, as index.Document has them
	fieldSlotStarts   = "slot_starts"   // when occurrences start, by slot: see slotStart
	fieldSlotRunning  = "slot_running"  // slots, and cells of time in which an occurrence of that slot is the first that goes on

	fieldOwnChange = "own_change"

	fieldMeta   = "meta" // only of the one document that tells the position
	fieldChange = "change"
	fieldBuild  = "build"
	fieldPart   = "part"
	fieldModel  = "model"
)

func filterFields() []string {
	fields := []string{fieldWords, fieldTitleWords, fieldLabelWords, fieldNone, fieldAgeMin, fieldAgeMax, fieldPrice, fieldFree, fieldEnds, fieldValidFrom, fieldValidThrough,
		fieldStarts, fieldRunning, fieldSlots, fieldSlotStarts, fieldSlotRunning, fieldMeta, "_geo"}
	for _, f := range index.Facets() {
		fields = append(fields, string(f))
	}
	return fields
}

const (
	never = int64(1) << 52 // later than every time and higher than every price; exact as a float
	// maxAge stands for no age limit.
	maxAge = 1_000_000
	// maxDocuments is more than an index will hold: totals and facets are exact up to it.
	maxDocuments = 10_000_000
	// cutoffMs is how long Meilisearch may search.
	cutoffMs = 1500
	// From so many letters on Meilisearch proposes words with one error, or two; which of them is meant is decided by nearest.
	oneTypo, twoTypos = 4, 6
	maxValue          = 468 // bytes of a value that a filter takes
)

// documentID makes an id that Meilisearch takes, which are letters, digits, - and _, of one that may hold anything.
func documentID(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "l" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:]))
}

// encode writes a value so that Meilisearch, which folds case and marks, trims, and cuts at 468 bytes, tells it from every other: plain
// ones stay, others are in hex, which keeps their order and beginnings, and those too long are told by their hash.
func encode(value string) string {
	if isPlain(value) {
		return value
	}
	if len(value) <= maxValue/2-1 {
		return inHex(value)
	}
	sum := sha256.Sum256([]byte(value))
	return hashed + hex.EncodeToString(sum[:])
}

func inHex(value string) string { return "~" + hex.EncodeToString([]byte(value)) }

const hashed = "sha256-"

func decode(value string) string {
	if text, ok := strings.CutPrefix(value, "~"); ok {
		if raw, err := hex.DecodeString(text); err == nil {
			return string(raw)
		}
	}
	return value
}

func isPlain(value string) bool {
	for i := range len(value) {
		if c := value[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.' || c == ':') {
			return false
		}
	}
	return value != "" && len(value) <= maxValue
}

// orderKey sorts as bytes as the title in the Norwegian alphabet, and then the id, do.
func orderKey(title, id string) string {
	return hex.EncodeToString([]byte(analysis.SortKey(title))) + "." + hex.EncodeToString([]byte(id[:min(len(id), 100)]))
}

// facetValues are the values of a facet in the form in which they are sent.
func facetValues(f index.Facet, d *index.Document) []string {
	var out []string
	for _, v := range d.Values(f) {
		if v != "" {
			out = append(out, encode(v))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// newDocument makes the JSON of a listing's document.
func newDocument(d *index.Document) ([]byte, error) {
	doc := map[string]any{
		fieldID: documentID(d.ID), fieldListing: d.ID, fieldOrder: orderKey(d.Title, d.ID), fieldUpdated: d.Updated,
		fieldOwnChange: d.Change, fieldAgeMin: -maxAge, fieldAgeMax: maxAge, fieldPrice: never, fieldEnds: never,
	}
	none := []string{}
	for _, f := range index.Facets() {
		if values := facetValues(f, d); len(values) > 0 {
			doc[string(f)] = values
		} else {
			none = append(none, string(f))
		}
	}
	if d.AgeMin == nil && d.AgeMax == nil {
		none = append(none, string(index.AspectAge))
	}
	if d.PriceMin == nil && d.Free == catalog.NotStated {
		none = append(none, string(index.AspectPrice))
	}
	doc[fieldNone], doc[fieldSlots] = none, slotNames(d.Slots)
	if d.AgeMin != nil {
		doc[fieldAgeMin] = *d.AgeMin
	}
	if d.AgeMax != nil {
		doc[fieldAgeMax] = *d.AgeMax
	}
	switch {
	case d.Free == catalog.Yes:
		doc[fieldPrice], doc[fieldFree] = 0, true
	case d.PriceMin != nil:
		doc[fieldPrice] = int64(*d.PriceMin)
	}
	if d.Ends != 0 {
		doc[fieldEnds] = d.Ends
	}
	if g := d.Geo; g != nil && math.Abs(g.Lat) <= 90 && math.Abs(g.Lon) <= 180 { // not NaN; one such fails a whole task
		doc["_geo"] = map[string]float64{"lat": g.Lat, "lng": g.Lon}
	}
	setTimes(doc, d)
	setText(doc, d)
	return json.Marshal(doc)
}

func setTimes(doc map[string]any, d *index.Document) {
	if d.Standing {
		doc[fieldValidFrom], doc[fieldValidThrough] = d.ValidFrom, never
		if d.ValidFrom == 0 {
			doc[fieldValidFrom] = -never
		}
		if d.ValidThrough != 0 {
			doc[fieldValidThrough] = d.ValidThrough
		}
		return
	}
	starts, until, running := []int64{}, []int64{}, []string{}
	slotStarts, slotRunning, over := []int64{}, []string{}, -never
	for _, s := range d.Spans {
		starts, until = append(starts, s.Start), append(until, max(s.End, s.Start+1))
		running = coverage(running, s.Start, s.End)
		slotStarts = append(slotStarts, slotStart(int(s.Slot), s.Start))
		for _, c := range coverage(nil, max(s.Start, over), s.End) { // before that another one is the first
			slotRunning = append(slotRunning, slotCell(int(s.Slot), c))
		}
		over = max(over, s.End, s.Start+1)
	}
	slices.Sort(running)
	doc[fieldStarts], doc[fieldUntil], doc[fieldRunning] = starts, until, slices.Compact(running)
	doc[fieldSlotStarts], doc[fieldSlotRunning] = slotStarts, slotRunning
}

// cellSizes are the sizes in seconds of the cells that time is divided into; each is a multiple of the one before.
var cellSizes = [...]int64{1, 10, 60, 300, 900, 3600, 3 * 3600, 86400, 7 * 86400, 56 * 86400, 448 * 86400, 3584 * 86400, 28672 * 86400, 229376 * 86400, 1835008 * 86400}

// cellsAt are the cells that hold the moment t, one of each size.
func cellsAt(t int64) []string {
	var cells []string
	for level, size := range cellSizes {
		at := t / size
		if t < at*size {
			at--
		}
		cells = append(cells, cell(level, at))
	}
	return cells
}

func cell(level int, at int64) string {
	return string(rune('a'+level)) + strconv.FormatInt(at, 36)
}

// coverage adds the fewest cells that together are [start, end). A moment goes on when one of its cells is among them, so that
// the question is one comparison and needs no two of them to hold of the same occurrence, which no filter of an array can say.
func coverage(cells []string, start, end int64) []string {
	for t := start; t < end; {
		level := len(cellSizes) - 1
		for level > 0 && (t%cellSizes[level] != 0 || t+cellSizes[level] > end) {
			level--
		}
		cells = append(cells, cell(level, t/cellSizes[level]))
		t += cellSizes[level]
	}
	return cells
}

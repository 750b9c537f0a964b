// Package tolerant decodes the JSON of providers, in which a field or an item may be of another type than it should be.
package tolerant

import (
	"bytes"
	"encoding/json"
	"errors"

	"fritidshub/catalog"
)

// Field is a value that may be of another type than it should; then Value is the zero value, and Bad says what stood there.
type Field[T any] struct {
	Value T
	Bad   string // at most 40 characters
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *Field[T]) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &f.Value); err != nil {
		var none T
		f.Value, f.Bad = none, catalog.CleanText(string(b[:min(len(b), 60)]), 40)
	}
	return nil
}

// Text is a text that some write as a number: an id, a postal code. Anything else is "".
type Text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *Text) UnmarshalJSON(b []byte) error {
	var s string
	var n json.Number
	switch {
	case json.Unmarshal(b, &s) == nil:
		*t = Text(s)
	case json.Unmarshal(b, &n) == nil:
		*t = Text(n)
	}
	return nil
}

// List is a list of which only the first MaxList are read; an honest source has no more.
type List[T any] []T

// MaxList is how many values of a List are kept.
const MaxList = catalog.MaxDates + 1

// UnmarshalJSON implements json.Unmarshaler.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	switch open, err := d.Token(); {
	case err != nil || open == nil:
		return err
	case open != json.Delim('['):
		return errors.New("no list")
	}
	for d.More() && len(*l) < MaxList {
		var v T
		if err := d.Decode(&v); err != nil {
			return err
		}
		*l = append(*l, v)
	}
	return nil
}

package exchange

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
)

// ErrNoOrigin is what Record gives for a record that does not say where it was first read.
var ErrNoOrigin = errors.New("exchange: a record without origin")

// Record is a record as hubs pass it on: whole, with where it was first read and by way of whom. record is JSON of catalog.Record; what
// it is called here (source and native_id) stays here.
func Record(hub string, record []byte) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(record, &fields); err != nil {
		return nil, err
	}
	origin := fields["origin"]
	if len(origin) == 0 || string(origin) == "null" {
		return nil, ErrNoOrigin
	}
	for _, own := range []string{"source", "native_id", "origin"} {
		delete(fields, own)
	}
	name, err := json.Marshal(hub)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(record)+len(name)+64)
	out = append(append(out, `{"hub":`...), name...)
	out = append(append(out, `,"origin":`...), origin...)
	out = append(out, `,"record":{`...)
	for i, field := range slices.Sorted(maps.Keys(fields)) {
		if i > 0 {
			out = append(out, ',')
		}
		if name, err = json.Marshal(field); err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), fields[field]...)
	}
	return append(out, "}}"...), nil
}

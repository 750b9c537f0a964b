package catalog

import "fmt"

// Fact is a three-valued truth: a source says yes, says no, or does not say.
// Its JSON form is true, false or null; fields tagged omitzero leave out what is not stated.
type Fact int8

// The values of Fact.
const (
	NotStated Fact = iota
	Yes
	No
)

// FactOf turns a bool that a source really stated into a Fact.
func FactOf(b bool) Fact {
	if b {
		return Yes
	}
	return No
}

// MarshalJSON implements json.Marshaler.
func (f Fact) MarshalJSON() ([]byte, error) {
	switch f {
	case Yes:
		return []byte("true"), nil
	case No:
		return []byte("false"), nil
	}
	return []byte("null"), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *Fact) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "true":
		*f = Yes
	case "false":
		*f = No
	case "null":
		*f = NotStated
	default:
		return fmt.Errorf("catalog: %.20q is not true, false or null", b)
	}
	return nil
}

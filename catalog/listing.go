package catalog

import (
	"bytes"
	"encoding/json"
	"time"
)

// Listing is what residents see: one or more records about the same thing, merged. Its content is that of the merged Record;
// Members say which records those are and Provenance which of them gave each field.
type Listing struct {
	ID      string   `json:"id"`
	Record           // the merged content; Source and NativeID are those of the member with the highest priority
	Members []Member `json:"members"`
	// Spares are copies of members that came by other ways; they say nothing.
	Spares []Member `json:"spares,omitempty"`
	// Provenance maps a field's JSON name to the index in Members of the record that gave it. A field that it does not name
	// came from the first member.
	Provenance map[string]int `json:"provenance,omitempty"`
	// Why says what joined the members, in the words of the merge rules; empty for a single one.
	Why string `json:"why,omitzero"`
	// Edited names the fields that an editor has set.
	Edited []string `json:"edited,omitempty"`
}

// Member is one record of a listing.
type Member struct {
	Source   string  `json:"source"`
	NativeID string  `json:"native_id"`
	URL      string  `json:"url,omitzero"`
	Origin   *Origin `json:"origin,omitempty"`
}

// MemberOf is a record as a listing names it.
func MemberOf(r *Record) Member {
	return Member{Source: r.Source, NativeID: r.NativeID, URL: r.URL, Origin: r.Origin}
}

// ListingState is a listing as the store holds it.
type ListingState struct {
	Listing
	Change     int64     `json:"change"`     // change number, given inside the write transaction; grows by every change
	UpdatedAt  time.Time `json:"updated_at"` // when this hub last changed it
	DeletedAt  time.Time `json:"deleted_at,omitzero"`
	MergedInto string    `json:"merged_into,omitzero"` // the survivor, when it was merged away
	Hidden     bool      `json:"hidden,omitzero"`      // the source is switched off or taken out, or an editor hid it
	GoneWhy    string    `json:"-"`                    // alone or in a change feed, why it is gone: WhyLeave, or empty
}

// WhyLeave says of what is gone from a change feed that it is still there where it began, and that it may not be passed on any more: who got it must
// not show it.
const WhyLeave = "leave"

// Live reports whether residents may see it.
func (s *ListingState) Live() bool { return s.DeletedAt.IsZero() && s.MergedInto == "" && !s.Hidden }

// Single makes the listing of one record.
func Single(hub string, r *Record) Listing {
	return Listing{
		ID:      ListingID(hub, r),
		Record:  *r,
		Members: []Member{MemberOf(r)},
	}
}

// SingleJSON is the JSON of a listing of one record, made of the record's own and that of its Members, so that the two need not be held beside
// each other.
func SingleJSON(id string, record, members []byte) ([]byte, error) {
	name, err := json.Marshal(id)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(len(name) + len(record) + len(members) + 20)
	b.WriteString(`{"id":`)
	b.Write(name)
	if inner := bytes.TrimSuffix(bytes.TrimPrefix(record, []byte("{")), []byte("}")); len(inner) > 0 {
		b.WriteByte(',')
		b.Write(inner)
	}
	b.WriteString(`,"members":`)
	b.Write(members)
	b.WriteByte('}')
	return b.Bytes(), nil
}

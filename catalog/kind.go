package catalog

import "slices"

// Kind tells what sort of thing a record or listing is. The values are the contract of the open API.
type Kind string

// The kinds of listing.
const (
	KindActivity     Kind = "activity"     // standing, regular
	KindEvent        Kind = "event"        // dated
	KindCourse       Kind = "course"       // dated, with sign-up for the whole
	KindFacility     Kind = "facility"     // open or drop-in
	KindEquipment    Kind = "equipment"    // loan
	KindVolunteering Kind = "volunteering" // residents give their time
	KindTicket       Kind = "ticket"       // ticket or voucher not bound to one date
	KindScheme       Kind = "scheme"       // support scheme
)

var kinds = []Kind{KindActivity, KindEvent, KindCourse, KindFacility, KindEquipment, KindVolunteering, KindTicket, KindScheme}

// Kinds returns every kind in the order in which they are shown.
func Kinds() []Kind { return slices.Clone(kinds) }

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool { return slices.Contains(kinds, k) }

// NeedsDate reports whether a record of this kind is meaningless without a date.
func (k Kind) NeedsDate() bool { return k == KindEvent || k == KindCourse }

// Status tells whether a listing or one occurrence takes place.
type Status string

// The states; the empty status means scheduled.
const (
	StatusScheduled Status = "scheduled"
	StatusCancelled Status = "cancelled"
	StatusPostponed Status = "postponed"
	StatusFull      Status = "full"
)

// Or returns s, or StatusScheduled when s is empty.
func (s Status) Or() Status {
	if s == "" {
		return StatusScheduled
	}
	return s
}

// Valid reports whether s is empty or one of the states.
func (s Status) Valid() bool {
	switch s {
	case "", StatusScheduled, StatusCancelled, StatusPostponed, StatusFull:
		return true
	}
	return false
}

// Availability is the state of an Offer's sale.
type Availability string

// The values of Availability; empty means not stated.
const (
	Available Availability = "available"
	SoldOut   Availability = "sold_out"
	NotYet    Availability = "not_yet"
	Ended     Availability = "ended"
)

// Accessibilities are the ways in which a listing can be adapted, as the accessibility facet names them.
func Accessibilities() []string {
	return []string{"wheelchair", "hearing_loop", "sign_language", "captions", "vision", "sensory", "intellectual", "physical", "companion", "general"}
}

// OrganizerKinds are the ten kinds of organiser that the first municipality's portal sorts by, in its order.
func OrganizerKinds() []string {
	return []string{"arts-culture", "sport", "nature-outdoor", "faith", "interest", "humanitarian", "immigrant", "recreation-social", "volunteer-centre", "private-public"}
}

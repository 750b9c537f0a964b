package catalog

import "time"

// Record is one normalised item as one source gave it. Connectors make records; ingest cleans, validates and stores them.
// A zero field means that the source does not say.
type Record struct {
	Source   string `json:"source"`
	NativeID string `json:"native_id"` // the source's own id, as the function NativeID gives it after Normalise

	// IDDerived says that the source has no ids and NativeID was made of what does not change.
	IDDerived bool `json:"id_derived,omitzero"`
	// Origin is set by peers: where a record that travelled here was first read.
	Origin *Origin `json:"origin,omitempty"`

	Kind        Kind     `json:"kind"`
	Title       string   `json:"title"`
	Summary     string   `json:"summary,omitzero"`     // one or two sentences; derived from Description when empty
	Description string   `json:"description,omitzero"` // plain text, paragraphs separated by a blank line
	Language    string   `json:"language,omitzero"`    // BCP 47
	URL         string   `json:"url,omitzero"`         // the page about it
	Image       *Image   `json:"image,omitempty"`
	Categories  []string `json:"categories,omitempty"` // ids of the taxonomy
	Keywords    []string `json:"keywords,omitempty"`   // the source's own words, mapped or not

	Organizer *Organizer `json:"organizer,omitempty"`
	Place     *Place     `json:"place,omitempty"`
	Schedule  Schedule   `json:"schedule,omitzero"`
	Status    Status     `json:"status,omitzero"`

	Age           *Age     `json:"age,omitempty"`
	Price         *Price   `json:"price,omitempty"`
	Offers        []Offer  `json:"offers,omitempty"`
	Accessibility []string `json:"accessibility,omitempty"` // stated as adapted in these ways
	Inaccessible  []string `json:"inaccessible,omitempty"`  // stated as not adapted in these ways
	Schemes       []string `json:"schemes,omitempty"`       // support schemes that it accepts
	LowThreshold  Fact     `json:"low_threshold,omitzero"`  // no demand of skill or performance
	EquipmentLoan Fact     `json:"equipment_loan,omitzero"`
	Scheme        *Scheme  `json:"scheme,omitempty"` // only for KindScheme
	Contact       *Contact `json:"contact,omitempty"`

	// Derived names the fields that were read out of prose rather than given by a field of the source, and as "place.geo" the parts of a
	// place that the hub filled in; "place.geo:Kartverket" beside it says whom they are from.
	Derived []string `json:"derived,omitempty"`
	// Modified is when the source says it last changed the item. It is volatile: not part of the content's hash.
	Modified time.Time `json:"modified,omitzero"`
}

// Origin tells where a record that came through a peer was first read.
type Origin struct {
	Hub         string    `json:"hub"`
	Source      string    `json:"source"`
	NativeID    string    `json:"native_id"`
	Name        string    `json:"name,omitzero"`
	Licence     string    `json:"licence,omitzero"`
	Attribution string    `json:"attribution,omitzero"`
	FetchedAt   time.Time `json:"fetched_at,omitzero"`
	Via         []string  `json:"via,omitempty"` // hubs it passed, oldest first
	// PassOn says that Licence is a permission that includes passing it on.
	PassOn bool `json:"pass_on,omitzero"`
}

// Permission is the licence of what is used by permission: given to one hub, unless it says more.
const Permission = "permission"

// Leave reports whether a hub may pass a record of this origin on.
func (o *Origin) Leave() bool { return o.Licence != Permission || o.PassOn }

// Image is a picture with its text alternative.
type Image struct {
	URL string `json:"url"`
	Alt string `json:"alt,omitzero"`
}

// Organizer is the organisation that offers something. Named persons do not belong here.
type Organizer struct {
	Name      string `json:"name"`
	Kind      string `json:"kind,omitzero"`       // one of OrganizerKinds
	OrgNumber string `json:"org_number,omitzero"` // nine digits of Enhetsregisteret
	URL       string `json:"url,omitzero"`
}

// Place is where it is.
type Place struct {
	Name          string `json:"name,omitzero"`
	Address       string `json:"address,omitzero"` // street and number
	PostalCode    string `json:"postal_code,omitzero"`
	Locality      string `json:"locality,omitzero"`
	Municipality  string `json:"municipality,omitzero"` // four digits
	Neighbourhood string `json:"neighbourhood,omitzero"`
	Geo           *Point `json:"geo,omitempty"`
	Online        bool   `json:"online,omitzero"`
}

// Point is a position in degrees, WGS 84.
type Point struct {
	Lat float64 `json:"lat"` // -90 to 90
	Lon float64 `json:"lon"` // -180 to 180
}

// Age is the ages admitted, whole years, inclusive; nil is an open end.
type Age struct {
	Min *int `json:"min,omitempty"`
	Max *int `json:"max,omitempty"`
	// Text is the source's own words, from a connector that found no plain age in them; Normalise takes it away.
	Text string `json:"text,omitzero"`
}

// Admits reports whether someone of years is admitted. A nil Age admits everyone.
func (a *Age) Admits(years int) bool {
	return a == nil || (a.Min == nil || years >= *a.Min) && (a.Max == nil || years <= *a.Max)
}

// Price is what an ordinary participant pays.
type Price struct {
	Min      *Money `json:"min,omitempty"`
	Max      *Money `json:"max,omitempty"`
	Currency string `json:"currency,omitzero"` // ISO 4217; empty means NOK
	Free     Fact   `json:"free,omitzero"`     // free for every participant
	Unit     string `json:"unit,omitzero"`     // ticket, time, month, half_year, season, year, course, …
	Text     string `json:"text,omitzero"`     // the source's own words
}

// Offer is one price, ticket or voucher with its sale window.
type Offer struct {
	Name         string       `json:"name,omitzero"`
	Price        *Money       `json:"price,omitempty"`
	Currency     string       `json:"currency,omitzero"` // ISO 4217; empty means NOK
	URL          string       `json:"url,omitzero"`
	Availability Availability `json:"availability,omitzero"`
	Remaining    *int         `json:"remaining,omitempty"`
	RemainingAt  time.Time    `json:"remaining_at,omitzero"` // when Remaining was counted
	ValidFrom    time.Time    `json:"valid_from,omitzero"`
	ValidThrough time.Time    `json:"valid_through,omitzero"`
}

// Scheme is a card, fund or rule that pays.
type Scheme struct {
	ID       string `json:"id"` // what Record.Schemes of accepting listings name
	Pays     string `json:"pays,omitzero"`
	NotFor   string `json:"not_for,omitzero"`
	ForWhom  string `json:"for_whom,omitzero"`
	RunBy    string `json:"run_by,omitzero"`
	Apply    string `json:"apply,omitzero"` // how to get it
	Amount   *Money `json:"amount,omitempty"`
	PerWhat  string `json:"per,omitzero"`      // person and calendar year, …
	Year     int    `json:"year,omitzero"`     // the year that the figures hold for
	Dues     Fact   `json:"dues,omitzero"`     // pays membership and training fees
	Single   Fact   `json:"single,omitzero"`   // pays single experiences
	Gear     Fact   `json:"gear,omitzero"`     // pays equipment
	Personal Fact   `json:"personal,omitzero"` // handed out person by person
}

// Contact is how to reach the organisation: role addresses only, no named person.
type Contact struct {
	Email string `json:"email,omitzero"`
	Phone string `json:"phone,omitzero"`
	URL   string `json:"url,omitzero"`
}

// Reject is one item that a run could not use.
type Reject struct {
	NativeID string `json:"native_id,omitzero"`
	Title    string `json:"title,omitzero"`
	Locator  string `json:"locator"` // where in the payload: "linje 42", "VEVENT 3", "items[7]", a URL
	Field    string `json:"field,omitzero"`
	Reason   string `json:"reason"` // a sentence in Norwegian that an editor understands
	Fixer    Fixer  `json:"fixer"`  // who can mend it
}

// Fixer tells who can mend a fault.
type Fixer string

// Who can mend a fault.
const (
	FixSource  Fixer = "source"  // the owner of the source
	FixEditor  Fixer = "editor"  // the editor, in sources.yaml
	FixProject Fixer = "project" // the makers of fritidshub
)

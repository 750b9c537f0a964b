package listfile

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
	"fritidshub/connectors"
)

// parser turns entries into records; places and organizers are read first, since the others name them by id.
type parser struct {
	*connectors.Session
	places     map[string]place
	organizers map[string]organizer
	used       map[string]bool // organizers that a listing names
	seen       map[string]int  // line of each id that becomes a record
}

func (p *parser) read(at map[string]*yaml.Node) error {
	p.readPlaces(at["places"])
	standing := p.readOrganizers(at["organizers"])
	for _, section := range []string{"listings", "tickets"} {
		for n := range entries(at[section]) {
			if err := p.listing(n, section == "tickets"); err != nil {
				return err
			}
		}
	}
	for n := range entries(at["schemes"]) {
		if err := p.scheme(n); err != nil {
			return err
		}
	}
	for _, n := range standing {
		if err := p.standing(n); err != nil {
			return err
		}
	}
	return nil
}

// entries gives the items of a section, which may be absent.
func entries(section *yaml.Node) func(func(*yaml.Node) bool) {
	return func(yield func(*yaml.Node) bool) {
		if section == nil {
			return
		}
		for _, n := range section.Content {
			if !yield(n) {
				return
			}
		}
	}
}

func (p *parser) reject(n *yaml.Node, id, title, reason string) {
	p.Reject(catalog.Reject{NativeID: id, Title: catalog.CleanText(title, catalog.MaxTitle), Locator: where(n), Reason: reason, Fixer: catalog.FixEditor})
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// load decodes an entry strictly and checks its id. It reports whether the entry can be used.
func load[T any](p *parser, seen map[string]int, n *yaml.Node, v *T, id func(*T) (id, title string)) bool {
	if n.Kind != yaml.MappingNode {
		p.reject(n, "", "", "Innslaget må begynne med «- id:» og ha ett felt på hver linje.")
		return false
	}
	if err := n.Load(v, yaml.WithKnownFields()); err != nil {
		locator, reason := explain(err)
		key, title := id(v)
		p.Reject(catalog.Reject{NativeID: key, Title: catalog.CleanText(title, catalog.MaxTitle), Locator: cmp.Or(locator, where(n)), Reason: reason, Fixer: catalog.FixEditor})
		return false
	}
	key, title := id(v)
	switch {
	case !idForm.MatchString(key):
		p.reject(n, "", title, "Innslaget må ha en id av bokstavene a-z, tall, bindestrek og understrek, høyst 100 tegn.")
	case strings.TrimSpace(title) == "":
		p.reject(n, key, "", "Innslaget må ha et navn (name) eller en tittel (title).")
	case seen[key] > 0:
		p.reject(n, key, title, fmt.Sprintf("Id-en «%s» er alt brukt på linje %d. Hver id kan bare brukes én gang.", key, seen[key]))
	default:
		seen[key] = n.Line
		return true
	}
	return false
}

func (p *parser) readPlaces(section *yaml.Node) {
	seen := make(map[string]int) // places become no records, so they may have the id of one
	for n := range entries(section) {
		var v place
		if load(p, seen, n, &v, func(v *place) (string, string) { return v.ID, cmp.Or(v.Name, v.Address) }) {
			p.places[v.ID] = v
		}
	}
}

func (p *parser) readOrganizers(section *yaml.Node) (usable []*yaml.Node) {
	for n := range entries(section) {
		var v organizer
		if !load(p, p.seen, n, &v, func(v *organizer) (string, string) { return v.ID, v.Name }) {
			continue
		}
		if v.Kind != "" {
			kind, err := cell.OrganizerKind(v.Kind)
			if err != nil {
				p.reject(n, v.ID, v.Name, "kind: "+err.Error()+".")
				continue
			}
			v.Kind = kind
		}
		p.organizers[v.ID] = v
		usable = append(usable, n)
	}
	return usable
}

// entry is one record while it is made; the first field that cannot be read ends it.
type entry struct {
	*parser
	rec   catalog.Record
	field string
	err   error
}

func (e *entry) fail(field string, err error) {
	if e.err == nil {
		e.field, e.err = field, err
	}
}

// read parses the value of a field that may be absent.
func read[T any](e *entry, field, s string, parse func(string) (T, error)) (v T) {
	if strings.TrimSpace(s) == "" {
		return v
	}
	v, err := parse(s)
	if err != nil {
		e.fail(field, err)
	}
	return v
}

func (p *parser) emit(n *yaml.Node, e *entry) error {
	if e.err == nil && e.rec.Kind.NeedsDate() && !e.rec.Schedule.Dated() {
		e.fail("dates", errors.New("et arrangement eller kurs må ha dates eller weekly"))
	}
	if e.err != nil {
		p.Reject(catalog.Reject{NativeID: e.rec.NativeID, Title: catalog.CleanText(e.rec.Title, catalog.MaxTitle), Locator: where(n), Field: e.field, Reason: capital(e.err.Error()) + ".", Fixer: catalog.FixEditor})
		return nil
	}
	return p.Emit(e.rec)
}

// entry begins a record with what every section can say.
func (p *parser) entry(c common, kind catalog.Kind, title string) *entry {
	e := &entry{parser: p, rec: catalog.Record{Source: p.Source.ID, NativeID: c.ID, Kind: kind, Title: title,
		Summary: c.Summary, Description: c.Description, Language: c.Language, Categories: c.Categories, Keywords: c.Keywords, Schemes: c.Schemes}}
	e.rec.URL = read(e, "url", c.URL, e.link)
	if u := read(e, "image.url", c.Image.URL, e.link); u != "" {
		e.rec.Image = &catalog.Image{URL: u, Alt: c.Image.Alt}
	}
	if c.Place != "" {
		e.rec.Place = e.place(c.Place)
	}
	if c.Contact != (contact{}) {
		e.rec.Contact = &catalog.Contact{Email: read(e, "contact.email", c.Contact.Email, roleEmail), Phone: c.Contact.Phone, URL: read(e, "contact.url", c.Contact.URL, e.link)}
	}
	if m := read(e, "updated", c.Updated, cell.ParseMoment); !m.Wall.IsZero() {
		e.rec.Modified = m.In(p.Source.Zone)
	}
	return e
}

func (p *parser) link(s string) (string, error) {
	base := ""
	if strings.HasPrefix(p.Source.URL, "http") {
		base = p.Source.URL
	}
	return cell.URL(s, base)
}

func roleEmail(s string) (string, error) {
	if e, ok := cell.RoleEmail(s); ok {
		return e, nil
	}
	return "", fmt.Errorf("«%s» er ikke en adresse til organisasjonen (post@, info@ eller lignende); adresser til personer skal ikke stå i katalogen", catalog.CleanText(s, 80))
}

func (e *entry) place(id string) *catalog.Place {
	v, ok := e.places[id]
	if !ok {
		e.fail("place", fmt.Errorf("stedet «%s» finnes ikke under places, eller har selv en feil", catalog.CleanText(id, 80)))
		return nil
	}
	out := &catalog.Place{Name: v.Name, Address: v.Address, PostalCode: v.PostalCode, Locality: v.Locality, Municipality: v.Municipality, Neighbourhood: v.Neighbourhood, Online: v.Online}
	if v.Lat != nil && v.Lon != nil {
		if *v.Lat < -90 || *v.Lat > 90 || *v.Lon < -180 || *v.Lon > 180 {
			e.fail("place", fmt.Errorf("stedet «%s» har lat eller lon utenfor jordkloden", v.ID))
		}
		out.Geo = &catalog.Point{Lat: *v.Lat, Lon: *v.Lon}
	}
	return out
}

func (e *entry) organizer(id string) *catalog.Organizer {
	if id == "" {
		return nil
	}
	v, ok := e.organizers[id]
	if !ok {
		e.fail("organizer", fmt.Errorf("organisasjonen «%s» finnes ikke under organizers, eller har selv en feil", catalog.CleanText(id, 80)))
		return nil
	}
	u, _ := e.link(v.URL)
	return &catalog.Organizer{Name: v.Name, Kind: v.Kind, OrgNumber: v.OrgNumber, URL: u}
}

// standing makes an organisation that no listing names a listing of its own, so that a resident finds who there is.
func (p *parser) standing(n *yaml.Node) error {
	var v organizer
	if err := n.Load(&v); err != nil || p.used[v.ID] {
		return nil
	}
	v = p.organizers[v.ID]
	e := p.entry(v.common, catalog.KindActivity, v.Name)
	e.rec.Organizer = e.organizer(v.ID)
	return p.emit(n, e)
}

func (p *parser) listing(n *yaml.Node, ticket bool) error {
	var v listing
	if !load(p, p.seen, n, &v, func(v *listing) (string, string) { return v.ID, v.Title }) {
		return nil
	}
	e := p.entry(v.common, "", v.Title)
	e.rec.Kind = cmp.Or(read(e, "kind", v.Kind, cell.Kind), map[bool]catalog.Kind{true: catalog.KindTicket}[ticket], p.Source.Kind, catalog.KindActivity)
	e.rec.Organizer = e.organizer(v.Organizer)
	p.used[v.Organizer] = true
	e.rec.Status = read(e, "status", v.Status, cell.Status)
	e.rec.Age = read(e, "age", v.Age, cell.Age)
	e.rec.Price = read(e, "price", v.Price, price)
	e.rec.LowThreshold = read(e, "low_threshold", v.LowThreshold, cell.Fact)
	e.rec.EquipmentLoan = read(e, "equipment_loan", v.EquipmentLoan, cell.Fact)
	e.rec.Accessibility = e.adapted("accessibility", v.Accessibility)
	e.rec.Inaccessible = e.adapted("not_accessible", v.Inaccessible)
	for i, o := range v.Offers {
		e.rec.Offers = append(e.rec.Offers, e.offer(fmt.Sprintf("offers[%d]", i), o))
	}
	e.rec.Schedule = e.schedule(&v)
	return p.emit(n, e)
}

// price reads a price; words that hold none are kept as they are.
func price(s string) (*catalog.Price, error) {
	p, _ := cell.Price(s)
	return p, nil
}

func (e *entry) adapted(field string, ways []string) (out []string) {
	for _, w := range ways {
		out = append(out, read(e, field, w, cell.Adapted))
	}
	return out
}

var availabilities = map[string]catalog.Availability{"available": catalog.Available, "ledig": catalog.Available, "sold_out": catalog.SoldOut, "utsolgt": catalog.SoldOut,
	"not_yet": catalog.NotYet, "kommer": catalog.NotYet, "ended": catalog.Ended, "slutt": catalog.Ended}

func (e *entry) offer(field string, o offer) catalog.Offer {
	out := catalog.Offer{Name: o.Name, URL: read(e, field+".url", o.URL, e.link), Remaining: o.Remaining,
		RemainingAt: e.instant(field+".counted", o.Counted, false), ValidFrom: e.instant(field+".on_sale_from", o.From, false), ValidThrough: e.instant(field+".on_sale_until", o.Until, true)}
	if p := read(e, field+".price", o.Price, cell.Price); p != nil {
		out.Price = p.Min
	}
	out.Availability = read(e, field+".availability", o.Availability, func(s string) (catalog.Availability, error) {
		if a, ok := availabilities[strings.ToLower(strings.TrimSpace(s))]; ok {
			return a, nil
		}
		return "", fmt.Errorf("«%s» er ikke ledig, utsolgt, kommer eller slutt", catalog.CleanText(s, 40))
	})
	if o.Remaining != nil && *o.Remaining < 0 {
		e.fail(field+".remaining", errors.New("antallet kan ikke være under null"))
	}
	return out
}

// instant reads a day or a day with a clock; a day alone is its first instant, or its last second when through.
func (e *entry) instant(field, s string, through bool) time.Time {
	m := read(e, field, s, cell.ParseMoment)
	switch {
	case m.Wall.IsZero():
		return time.Time{}
	case through && !m.Timed:
		return catalog.LocalTime(e.Source.Zone, m.Wall.AddDate(0, 0, 1)).Add(-time.Second)
	}
	return m.In(e.Source.Zone)
}

func (p *parser) scheme(n *yaml.Node) error {
	var v scheme
	if !load(p, p.seen, n, &v, func(v *scheme) (string, string) { return v.ID, v.Name }) {
		return nil
	}
	e := p.entry(v.common, catalog.KindScheme, v.Name)
	e.rec.Organizer = e.organizer(v.Organizer)
	p.used[v.Organizer] = true
	e.rec.Age = read(e, "age", v.Age, cell.Age)
	s := &catalog.Scheme{ID: v.ID, Pays: v.Pays, NotFor: v.NotFor, ForWhom: v.ForWhom, RunBy: v.RunBy, Apply: v.Apply, PerWhat: v.Per, Year: v.Year,
		Dues: read(e, "dues", v.Dues, cell.Fact), Single: read(e, "single", v.Single, cell.Fact), Gear: read(e, "gear", v.Gear, cell.Fact), Personal: read(e, "personal", v.Personal, cell.Fact)}
	if a := read(e, "amount", v.Amount, cell.Price); a != nil {
		s.Amount = cmp.Or(a.Max, a.Min)
	}
	if v.Year != 0 && (v.Year < 1990 || v.Year > 2100) {
		e.fail("year", fmt.Errorf("året %d er ikke til å tro", v.Year))
	}
	e.rec.Scheme = s
	return p.emit(n, e)
}

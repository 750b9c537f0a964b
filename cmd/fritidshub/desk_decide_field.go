package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"fritidshub/api/console"
	"fritidshub/catalog"
	"fritidshub/catalog/cell"
	"fritidshub/config/edit"
	"fritidshub/ingest"
	"fritidshub/store"
)

// Field implements console.Listings.
func (d *desk) Field(ctx context.Context, id, field string) (*console.FieldPage, error) {
	l, err := d.survivor(ctx, id)
	if err != nil {
		return nil, err
	}
	sees, err := members(&l.Record)
	if err != nil {
		return nil, err
	}
	p := &console.FieldPage{Name: l.Title, Values: d.valuesOf(&l.Record, field)}
	if sees[field] != nil {
		p.Shown = oneLine(plain(d.differ().field(field, sees[field])), 400)
	}
	return p, nil
}

// valuesOf writes a field of a record as a list kept by hand has it, by the inputs of its form. What such a list cannot say is left out.
func (d *desk) valuesOf(r *catalog.Record, field string) url.Values {
	v := url.Values{}
	set := func(name, text string) {
		if text != "" {
			v.Set(name, text)
		}
	}
	switch field {
	case "title":
		set(field, r.Title)
	case "kind":
		set(field, kindName[r.Kind])
	case "summary":
		set(field, r.Summary)
	case "description":
		set(field, r.Description)
	case "url":
		set(field, r.URL)
	case "categories":
		v[field] = r.Categories
	case "status":
		set(field, statusName[r.Status])
	case "price":
		set(field, priceText(r.Price))
	case "age":
		set(field, ageText(r.Age))
	case "accessibility":
		for _, way := range r.Accessibility {
			v.Add(field, adaptedName[way])
		}
	case "place":
		if p := r.Place; p != nil {
			set("name", p.Name)
			set("address", p.Address)
			set("postal_code", p.PostalCode)
			set("locality", p.Locality)
			set("municipality", p.Municipality)
			set("neighbourhood", p.Neighbourhood)
			if p.Geo != nil {
				set("lat", strconv.FormatFloat(p.Geo.Lat, 'f', -1, 64))
				set("lon", strconv.FormatFloat(p.Geo.Lon, 'f', -1, 64))
			}
		}
	case "organizer":
		if o := r.Organizer; o != nil {
			set("name", o.Name)
			set("kind", organizerName[o.Kind])
			set("org_number", o.OrgNumber)
			set("url", o.URL)
		}
	case "contact":
		if c := r.Contact; c != nil {
			set("contact.email", c.Email)
			set("contact.phone", c.Phone)
			set("contact.url", c.URL)
		}
	case "schedule":
		zone := d.config.Load().Hub.Zone
		for i, o := range r.Schedule.Dates {
			row := fmt.Sprintf("dates.%d.", i)
			set(row+"start", momentText(o.Start, o.AllDay, zone))
			set(row+"end", momentText(o.End, o.AllDay, zone))
			set(row+"status", statusName[o.Status])
		}
	case "offers":
		zone := d.config.Load().Hub.Zone
		for i, o := range r.Offers {
			row := fmt.Sprintf("offers.%d.", i)
			set(row+"name", o.Name)
			set(row+"url", o.URL)
			set(row+"availability", availabilityName[o.Availability])
			set(row+"counted", momentText(o.RemainingAt, false, zone))
			set(row+"on_sale_from", momentText(o.ValidFrom, false, zone))
			set(row+"on_sale_until", momentText(o.ValidThrough, false, zone))
			if o.Price != nil {
				set(row+"price", o.Price.String())
			}
			if o.Remaining != nil {
				set(row+"remaining", strconv.Itoa(*o.Remaining))
			}
		}
	}
	return v
}

func momentText(t time.Time, day bool, zone *time.Location) string {
	switch {
	case t.IsZero():
		return ""
	case day:
		return t.In(zone).Format(time.DateOnly)
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

func priceText(p *catalog.Price) string {
	switch {
	case p == nil:
		return ""
	case p.Free == catalog.Yes:
		return "gratis"
	case p.Min != nil && p.Max != nil && *p.Min == *p.Max:
		return p.Min.String()
	case p.Min != nil && p.Max != nil:
		return p.Min.String() + "-" + p.Max.String()
	case p.Min != nil:
		return "fra " + p.Min.String()
	}
	return p.Text
}

func ageText(a *catalog.Age) string {
	switch {
	case a == nil:
		return ""
	case a.Min != nil && a.Max != nil:
		return fmt.Sprintf("%d-%d", *a.Min, *a.Max)
	case a.Min != nil:
		return fmt.Sprintf("%d+", *a.Min)
	case a.Max != nil:
		return fmt.Sprintf("til %d", *a.Max)
	}
	return a.Text
}

// How a list kept by hand names what the catalogue has a code for.
var (
	kindName = map[catalog.Kind]string{catalog.KindActivity: "aktivitet", catalog.KindEvent: "arrangement", catalog.KindCourse: "kurs", catalog.KindFacility: "anlegg",
		catalog.KindEquipment: "utlån", catalog.KindVolunteering: "frivillig", catalog.KindTicket: "billett"}
	statusName       = map[catalog.Status]string{catalog.StatusCancelled: "avlyst", catalog.StatusPostponed: "utsatt", catalog.StatusFull: "fullt"}
	availabilityName = map[catalog.Availability]string{catalog.Available: "ledig", catalog.SoldOut: "utsolgt", catalog.NotYet: "kommer", catalog.Ended: "slutt"}
	adaptedName      = map[string]string{"wheelchair": "rullestol", "hearing_loop": "teleslynge", "sign_language": "tegnspråk", "captions": "teksting", "vision": "synstolking", "sensory": "rolig",
		"intellectual": "utviklingshemming", "physical": "bevegelseshemming", "companion": "ledsager", "general": "tilrettelagt"}
	organizerName = map[string]string{"arts-culture": "Kunst og kultur", "sport": "Idrett og fysisk aktivitet", "nature-outdoor": "Natur og friluftsliv", "faith": "Tros- og livssynsorganisasjoner",
		"interest": "Interesseorganisasjoner", "humanitarian": "Humanitære og ideelle organisasjoner", "immigrant": "Innvandrerorganisasjoner",
		"recreation-social": "Rekreasjon og sosiale foreninger", "volunteer-centre": "Frivilligsentraler, velforeninger og åpne møteplasser",
		"private-public": "Private og kommunale aktører som har aktivitet"}
)

// Correct implements console.Listings.
func (d *desk) Correct(ctx context.Context, id, field string, stated []console.Stated, note string) error {
	l, err := d.survivor(ctx, id)
	if err != nil {
		return err
	}
	if !l.DeletedAt.IsZero() {
		return console.ErrNoListing
	}
	value := json.RawMessage("null")
	if slices.ContainsFunc(stated, func(s console.Stated) bool { return !s.Nothing() }) {
		if value, err = d.corrected(field, stated); err != nil {
			return err
		}
	}
	refs := refsOf(&l)
	trial := l.Record
	if err := ingest.Override(&trial, field, value); err != nil {
		return &console.Refused{Faults: map[string]string{"": sentenced(err.Error())}}
	}
	return d.decide(ctx, store.Ruling{Verb: store.RuleSet, A: refs[0], Also: refs[1:], Field: field, Value: value, Note: note})
}

// corrected reads what a form states of a field as a list kept by hand would say it, so that both are read in one way.
func (d *desk) corrected(field string, stated []console.Stated) (json.RawMessage, error) {
	fields := fieldsOf(stated)
	if field == "categories" && slices.ContainsFunc(stated[0].Texts, func(id string) bool { return !d.hub.taxonomy.Has(id) }) {
		return nil, &console.Refused{Faults: map[string]string{field: "Kategorien finnes ikke. Velg en fra listen."}}
	}
	if field == "kind" { // of those that need a date, too
		kind, err := cell.Kind(stated[0].Text)
		if err != nil {
			return nil, &console.Refused{Faults: map[string]string{"kind": sentenced(err.Error())}}
		}
		return json.Marshal(kind)
	}
	entry := edit.Fields{{Key: "id", Value: "x"}, {Key: "title", Value: "x"}, {Key: "kind", Value: "aktivitet"}}
	text := ""
	switch field {
	case "place", "organizer":
		own, err := edit.Item(append(edit.Fields{{Key: "id", Value: "y"}}, fields...))
		if err != nil {
			return nil, err
		}
		text += field + "s:\n" + own
		entry = append(entry, edit.Field{Key: field, Value: "y"})
	case "title":
		entry[1] = fields[0]
	default:
		entry = append(entry, fields...)
	}
	item, err := edit.Item(entry)
	if err != nil {
		return nil, err
	}
	records, faults, err := d.readList(text + "listings:\n" + item)
	if err != nil {
		return nil, err
	}
	for _, fault := range faults {
		return nil, &console.Refused{Faults: map[string]string{inputOf(fault.Field): sentenced(fault.Reason)}}
	}
	if len(records) != 1 {
		return nil, &console.Fault{Status: http.StatusUnprocessableEntity, Text: "Det kan ikke leses. Rett det og prøv igjen."}
	}
	m, err := members(&records[0])
	if err == nil && m[field] == nil {
		err = &console.Refused{Faults: map[string]string{"": "Det sier ingenting som kan vises."}}
	}
	return m[field], err
}

package rpde

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors/changefeed"
	"fritidshub/connectors/markup"
)

// thing is the data of an item, in the words of Modelling Opportunity Data 2.0; numbers are json.Number.
type thing = map[string]any

func decode(raw []byte) (thing, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var m thing
	return m, d.Decode(&m)
}

// series are types that need no date of their own; single ones are one date of something bigger.
var (
	series     = []string{"SessionSeries", "EventSeries"}
	single     = []string{"ScheduledSession", "Slot"}
	courses    = []string{"Course", "CourseInstance"}
	facilities = []string{"FacilityUse", "IndividualFacilityUse", "Slot"}
	notVisited = []string{"OnDemandEvent", "DeliveryEvent", "PublicationEvent", "BroadcastEvent"}
)

// isOpportunity reports whether a type is something that a resident can go to.
func isOpportunity(t string) bool {
	return slices.Contains(series, t) || slices.Contains(single, t) || slices.Contains(courses, t) || slices.Contains(facilities, t) ||
		t == "Festival" || strings.HasSuffix(t, "Event") && !slices.Contains(notVisited, t)
}

// typeOf is what an item describes: the data's own type, else what the feed calls it ("ScheduledSession.SessionSeries",
// "IndividualFacilityUse/Slot"). It is "" when nothing tells, as with the kind Holistic.
func typeOf(m thing, kind string) string {
	first := ""
	for _, prop := range []string{"@type", "type"} {
		for _, v := range list(m[prop]) {
			s, _ := v.(string)
			s = s[strings.LastIndexAny(s, "/#:")+1:]
			if isOpportunity(s) {
				return s
			}
			if first == "" {
				first = s
			}
		}
	}
	if first != "" {
		return first
	}
	kind, _, _ = strings.Cut(kind, ".")
	kind = kind[strings.LastIndex(kind, "/")+1:]
	if isOpportunity(kind) {
		return kind
	}
	return ""
}

func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func identity(m thing) string {
	for _, prop := range []string{"@id", "id"} {
		if s, ok := m[prop].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// wholes are the properties that lead to what an item is a part of.
var wholes = []string{"superEvent", "facilityUse", "instanceOfCourse"}

// reference is the id of the thing that m is a part of, when m only names it; "" when it is described within m.
func reference(m thing) string {
	for _, prop := range wholes {
		for _, v := range list(m[prop]) {
			switch v := v.(type) {
			case string:
				return v
			case thing:
				if identity(v) != "" && !described(v) {
					return identity(v)
				}
			}
		}
	}
	return ""
}

func described(m thing) bool {
	for prop := range m {
		if !slices.Contains([]string{"@id", "id", "@type", "type", "identifier"}, prop) {
			return true
		}
	}
	return false
}

// own are the properties that a part never has from its whole (Modelling Opportunity Data 2.0 lets the others be inherited).
var own = []string{"@id", "id", "@type", "type", "@context", "identifier", "startDate", "previousStartDate", "endDate", "duration", "doorTime", "subEvent", "event",
	"eventSchedule", "courseSchedule", "superEvent", "facilityUse", "instanceOfCourse", "hasCourseInstance", "individualFacilityUse",
	"remainingAttendeeCapacity", "maximumAttendeeCapacity", "remainingUses", "maximumUses"}

const maxWholes = 4 // a session of a series of a series of …

// inherit gives m what it leaves out and its whole says. known are the wholes that the feed describes elsewhere.
func inherit(m thing, known map[string]thing, depth int) {
	for _, prop := range wholes {
		for _, v := range list(m[prop]) {
			whole, _ := v.(thing)
			if id, ok := v.(string); ok {
				whole = known[id]
			} else if !described(whole) {
				whole = known[identity(whole)]
			}
			if whole == nil || depth >= maxWholes {
				continue
			}
			inherit(whole, known, depth+1)
			for key, value := range whole {
				if _, has := m[key]; !has && !slices.Contains(own, key) {
					m[key] = value
				}
			}
			break // one whole of each sort, so that no chain of lists can grow without end
		}
	}
}

// record makes a record of an item of type t.
func record(it changefeed.Found, m thing, t, language string, c markup.Context) (catalog.Record, []markup.Note, *catalog.Reject) {
	reject := func(field, reason string) (catalog.Record, []markup.Note, *catalog.Reject) {
		title, _ := m["name"].(string)
		return catalog.Record{}, nil, &catalog.Reject{NativeID: it.ID, Title: catalog.CleanText(title, 200), Locator: it.Where, Field: field, Reason: reason, Fixer: catalog.FixSource}
	}
	c.Kind = kindOf(m, t, c.Kind)
	text, err := json.Marshal(schemaOrg(m, t))
	if err != nil {
		return reject("data", "data kan ikke leses: "+err.Error())
	}
	page, err := markup.ReadJSON(string(text), it.Address, language)
	if err != nil {
		return reject("data", "data kan ikke leses: "+err.Error()+".")
	}
	if len(page.Events) == 0 {
		return reject("data", "data beskriver ingenting.")
	}
	e := page.Events[0]
	e.Where = it.Where
	r, notes, bad := e.Record(c)
	r.NativeID, r.IDDerived, r.Accessibility = it.ID, false, adapted(m)
	whereabouts(&r, m, t)
	switch {
	case bad != nil && bad.Field == "name" && reference(m) != "":
		return reject("superEvent", "Elementet har ikke noe navn, og det er del av noe som ikke står i denne feeden: "+catalog.CleanText(reference(m), 200)+". Skriv adressen til den andre feeden i options.parts_of, eller bruk en feed der superEvent (eller facilityUse) er skrevet ut.")
	case bad != nil:
		bad.NativeID = it.ID
		return r, notes, bad
	case slices.Contains(single, t) && !r.Schedule.Dated():
		return reject("startDate", t+" har ingen startDate som kan leses.")
	}
	return r, notes, nil
}

// whereabouts tells that r is online, which room of its place it is in, or that it is the place itself.
func whereabouts(r *catalog.Record, m thing, t string) {
	virtual, _ := m["beta:virtualLocation"].(thing)
	for _, v := range list(m["beta:sportsActivityLocation"]) {
		room, _ := v.(thing)
		name, _ := room["name"].(string)
		if name = catalog.CleanText(name, catalog.MaxTitle); name != "" && r.Place != nil && name != r.Place.Name {
			for i := range r.Schedule.Dates {
				r.Schedule.Dates[i].Place = name
			}
			break
		}
	}
	switch {
	case t == "OnDemandEvent", virtual != nil && (r.Place == nil || *r.Place == catalog.Place{Online: true}):
		name, _ := virtual["name"].(string)
		r.Place = &catalog.Place{Name: catalog.CleanText(name, catalog.MaxTitle), Online: true}
	case t == "Place":
		r.Keywords = nil // its parts and its equipment are not what it is about
	}
}

// kindOf is what an item is to a resident. The source's kind holds where the type leaves it open.
func kindOf(m thing, t string, source catalog.Kind) catalog.Kind {
	dated := hasDates(m)
	switch {
	case slices.Contains(facilities, t), t == "Place":
		return catalog.KindFacility
	case t == "OnDemandEvent" && (source == "" || source.NeedsDate()):
		return catalog.KindActivity
	case slices.Contains(courses, t) && (dated || source == "" || source.NeedsDate()):
		return catalog.KindCourse
	case slices.Contains(series, t) && !dated && (source == "" || source.NeedsDate()):
		return catalog.KindActivity
	case source != "":
		return source
	case slices.Contains(series, t), slices.Contains(single, t):
		return catalog.KindActivity
	}
	return catalog.KindEvent
}

// adapted is whom accessibilitySupport says that it is adapted to, as the accessibility facet has it.
func adapted(m thing) []string {
	var out []string
	for _, v := range list(m["accessibilitySupport"]) {
		concept, _ := v.(thing)
		label, _ := concept["prefLabel"].(string)
		way := "general"
		switch label = strings.ToLower(label); {
		case label == "":
			continue
		case strings.Contains(label, "visual"):
			way = "vision"
		case strings.Contains(label, "physical"), strings.Contains(label, "mobility"):
			way = "physical"
		case strings.Contains(label, "learning"):
			way = "intellectual"
		}
		if !slices.Contains(out, way) {
			out = append(out, way)
		}
	}
	return out
}

// schemaOrg is m in the words that markup reads, as one event whose sub-events are its dates.
func schemaOrg(m thing, t string) thing {
	out := thing{}
	for key, v := range m {
		if !slices.Contains(wholes, key) && key != "type" && key != "hasCourseInstance" && key != "individualFacilityUse" && key != "event" {
			out[key] = v
		}
	}
	out["@type"] = "SessionSeries" // a type of which nothing follows
	if t == "Place" {
		out["location"] = thing{"@type": "Place", "name": m["name"], "address": m["address"], "geo": m["geo"]}
		for _, prop := range []string{"event", "subEvent", "startDate", "eventSchedule"} {
			delete(out, prop)
		}
	}
	if isOpportunity(t) && strings.HasSuffix(t, "Event") && t != "HeadlineEvent" || t == "Festival" {
		out["@type"] = t
	}
	if types := list(m["facilityType"]); len(types) > 0 {
		out["activity"] = append(types, list(m["activity"])...)
	}
	if out["location"] == nil && m["beta:sportsActivityLocation"] != nil {
		out["location"] = m["beta:sportsActivityLocation"]
	}
	if ages, ok := m["ageRange"].(thing); ok && ages["minValue"] == json.Number("0") && ages["maxValue"] == nil {
		delete(out, "ageRange") // the model's way to say everyone
	}
	var dates []any
	for _, v := range list(m["subEvent"]) {
		if sub, ok := v.(thing); ok {
			date := thing{"@type": "ScheduledSession"}
			for _, prop := range []string{"startDate", "previousStartDate", "endDate", "duration", "eventStatus", "url", "remainingAttendeeCapacity"} {
				if sub[prop] != nil {
					date[prop] = sub[prop]
				}
			}
			dates = append(dates, date)
		}
	}
	delete(out, "subEvent")
	if len(dates) > 0 {
		out["subEvent"] = dates
	}
	return out
}

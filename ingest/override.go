package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fritidshub/catalog"
)

// fieldNames are what editors call the fields that they set most.
var fieldNames = map[string]string{
	"title": "tittelen", "summary": "sammendraget", "description": "beskrivelsen", "price": "prisen", "status": "statusen", "age": "alderen", "place": "stedet",
	"organizer": "arrangøren", "categories": "kategoriene", "image": "bildet", "url": "lenken", "offers": "billettene", "contact": "kontakten",
	"kind": "hva slags tilbud det er", "schedule": "tidene",
}

// examples show how the value of a field is written.
var examples = map[string]string{
	"price": `150, gratis, {"min":100,"max":200} eller {"text":"etter avtale"}`, "age": `{"min":6,"max":12}`, "status": "avlyst, utsatt, fullt eller som planlagt",
	"place": `{"name":"Bølgen","address":"Sanden 2","postal_code":"3264","locality":"Larvik","lat":59.0497,"lon":10.0365}`, "organizer": `{"name":"Larvik Turn"}`,
	"categories": `["football"]`, "image": `{"url":"https://…","alt":"…"}`, "contact": `{"email":"post@…"}`, "offers": `[{"name":"Voksen","price":150,"url":"https://…"}]`,
	"kind": "event, activity, course, facility, volunteering …", "schedule": `{"dates":[{"start":"2026-12-12T19:00:00+01:00","end":"2026-12-12T21:00:00+01:00"}]}`,
	"accessibility": `["wheelchair"]`, "schemes": `["fritidskort"]`, "low_threshold": "true eller false", "equipment_loan": "true eller false",
}

// always are the fields that an editor may set and not take away.
var always = []string{"title", "kind", "schedule"}

// editable are the fields that an editor may set; see catalog.Statements for the rest of them.
func editable(field string) bool {
	return slices.Contains(always, field) || slices.Contains(catalog.Statements(), field)
}

// Override sets one field of a record to a value as JSON, null to unsay it. A price may also be a number of kroner or "gratis"; one of 0 and
// no more is free. A status may be in Norwegian. The error says in Norwegian why it cannot be, and how it is written.
func Override(r *catalog.Record, field string, value json.RawMessage) error {
	if !editable(field) {
		return fmt.Errorf("feltet %q kan ikke settes; bruk ett av %s", field, strings.Join(append(slices.Clone(always), catalog.Statements()...), ", "))
	}
	null := strings.TrimSpace(string(value)) == "null"
	if null && slices.Contains(always, field) {
		return fmt.Errorf("%s kan ikke tas bort, bare byttes", fieldNames[field])
	}
	switch field {
	case "price":
		value = plainPrice(value)
	case "status":
		value = plainStatus(value)
	case "place":
		value = plainPlace(value)
	}
	doc, err := json.Marshal(map[string]json.RawMessage{field: value})
	if err != nil {
		return fmt.Errorf("verdien av %s er ikke JSON: %w", field, err)
	}
	changed := *r
	if field == "schedule" {
		changed.Schedule = catalog.Schedule{}
	}
	changed.Unsay(field)
	decoder := json.NewDecoder(bytes.NewReader(doc))
	if decoder.DisallowUnknownFields(); decoder.Decode(&changed) != nil {
		return fmt.Errorf("verdien %s passer ikke i %s%s", value, field, written(field))
	}
	if field == "status" && !null && !changed.Status.Valid() {
		return fmt.Errorf("statusen %s finnes ikke%s", value, written(field))
	}
	if field == "price" && !null {
		if err := completePrice(changed.Price); err != nil {
			return err
		}
	}
	before := partsOf(&changed, field)
	if _, bad := changed.Normalise(""); bad != nil {
		return fmt.Errorf("verdien av %s kan ikke brukes: %s", field, bad.Reason)
	}
	if !null && partsOf(&changed, field) < before {
		return fmt.Errorf("verdien %s kan ikke brukes i %s%s", value, field, written(field))
	}
	*r = changed
	return nil
}

// partsOf counts what a field says: the members of a list, else 1 when it says anything.
func partsOf(r *catalog.Record, field string) int {
	doc, err := json.Marshal(r)
	var all map[string]json.RawMessage
	if err != nil || json.Unmarshal(doc, &all) != nil || all[field] == nil {
		return 0
	}
	var list []json.RawMessage
	if json.Unmarshal(all[field], &list) == nil {
		return len(list)
	}
	return 1
}

// plainPlace puts lat and lon, as the API prints them, where a record has them.
func plainPlace(value json.RawMessage) json.RawMessage {
	var p map[string]json.RawMessage
	if json.Unmarshal(value, &p) != nil || p["lat"] == nil || p["lon"] == nil || p["geo"] != nil {
		return value
	}
	p["geo"] = fmt.Appendf(nil, `{"lat":%s,"lon":%s}`, p["lat"], p["lon"])
	delete(p, "lat")
	delete(p, "lon")
	if doc, err := json.Marshal(p); err == nil {
		return doc
	}
	return value
}

func written(field string) string {
	if example := examples[field]; example != "" {
		return "; skriv for eksempel " + example
	}
	return ""
}

// plainPrice turns a number of kroner, and the word for no price, into a price.
func plainPrice(value json.RawMessage) json.RawMessage {
	text := strings.TrimSpace(string(value))
	var word string
	if json.Unmarshal(value, &word) == nil {
		if slices.Contains([]string{"gratis", "fri", "free"}, strings.ToLower(strings.TrimSpace(word))) {
			return json.RawMessage(`{"free":true}`)
		}
		text = strings.TrimSpace(strings.TrimSuffix(strings.ToLower(strings.TrimSpace(word)), "kr"))
	}
	if m, err := catalog.ParseMoney(text); err == nil {
		return json.RawMessage(fmt.Sprintf(`{"min":%s,"max":%[1]s}`, m))
	}
	return value
}

// statusWords are what editors call a status.
var statusWords = map[string]catalog.Status{"avlyst": catalog.StatusCancelled, "utsatt": catalog.StatusPostponed, "fullt": catalog.StatusFull, "utsolgt": catalog.StatusFull, "som planlagt": catalog.StatusScheduled}

func plainStatus(value json.RawMessage) json.RawMessage {
	var word string
	if json.Unmarshal(value, &word) == nil && statusWords[strings.ToLower(word)] != "" {
		return json.RawMessage(fmt.Sprintf("%q", statusWords[strings.ToLower(word)]))
	}
	return value
}

// completePrice: a price of nothing is free, and what is free costs nothing.
func completePrice(p *catalog.Price) error {
	switch {
	case p == nil || *p == (catalog.Price{}):
		return errors.New("prisen sier ingenting" + written("price") + "; null tar den bort")
	case p.Min != nil && p.Max != nil && *p.Max < *p.Min:
		return fmt.Errorf("prisen går fra %s til %s; min er den laveste", p.Min, p.Max)
	case p.Free == catalog.Yes && (p.Min != nil && *p.Min > 0 || p.Max != nil && *p.Max > 0):
		return errors.New("prisen kan ikke være både gratis og mer enn 0")
	case p.Free == catalog.NotStated && p.Min != nil && *p.Min == 0 && (p.Max == nil || *p.Max == 0):
		p.Free = catalog.Yes
	}
	return nil
}

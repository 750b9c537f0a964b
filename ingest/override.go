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
}

// examples show how the value of a field is written.
var examples = map[string]string{
	"price": `150, gratis, {"min":100,"max":200} eller {"text":"etter avtale"}`, "age": `{"min":6,"max":12}`, "status": "avlyst, utsatt, fullt eller som planlagt",
	"place": `{"name":"Bølgen","address":"Sanden 2","postal_code":"3264","locality":"Larvik"}`, "organizer": `{"name":"Larvik Turn"}`,
	"categories": `["football"]`, "image": `{"url":"https://…","alt":"…"}`, "contact": `{"email":"post@…"}`, "offers": `[{"name":"Voksen","price":150,"url":"https://…"}]`,
	"accessibility": `["wheelchair"]`, "schemes": `["fritidskort"]`, "low_threshold": "true eller false", "equipment_loan": "true eller false",
}

// editable are the fields that an editor may set; see catalog.Statements for the rest of them.
func editable(field string) bool {
	return field == "title" || slices.Contains(catalog.Statements(), field)
}

// Override sets one field of a record to a value as JSON, null to unsay it. A price may also be a number of kroner or "gratis"; one of 0 and
// no more is free. A status may be in Norwegian. The error says in Norwegian why it cannot be, and how it is written.
func Override(r *catalog.Record, field string, value json.RawMessage) error {
	if !editable(field) {
		return fmt.Errorf("feltet %q kan ikke settes; bruk ett av title, %s", field, strings.Join(catalog.Statements(), ", "))
	}
	null := strings.TrimSpace(string(value)) == "null"
	if field == "title" && null {
		return errors.New("tittelen kan ikke tas bort, bare byttes")
	}
	switch field {
	case "price":
		value = plainPrice(value)
	case "status":
		value = plainStatus(value)
	}
	doc, err := json.Marshal(map[string]json.RawMessage{field: value})
	if err != nil {
		return fmt.Errorf("verdien av %s er ikke JSON: %w", field, err)
	}
	changed := *r
	if field != "title" {
		changed.Unsay(field)
	}
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
	if _, bad := changed.Normalise(""); bad != nil {
		return fmt.Errorf("verdien av %s kan ikke brukes: %s", field, bad.Reason)
	}
	*r = changed
	return nil
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

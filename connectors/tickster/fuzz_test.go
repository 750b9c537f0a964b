package tickster

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		open, err := unpack(&connectors.Response{Response: &fetch.Response{Body: body}})
		if err != nil {
			return
		}
		c := &connector{types: map[string]bool{"ticket": true}}
		a := c.adapter(&connectors.Session{Source: connectors.Source{Zone: time.UTC}, Warn: func(string, string) {}})
		ids := map[string]bool{}
		a.emit = func(r catalog.Record) {
			if r.Title == "" || r.NativeID == "" || r.Kind != catalog.KindTicket && !r.Schedule.Dated() || len(r.Offers) > catalog.MaxOffers && len(r.Schedule.Dates) > 1 {
				t.Errorf("%+v", r)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%+v: %v", r, err)
			}
			ids[r.NativeID] = true
		}
		a.reject = func(catalog.Reject) {}
		for _, pass := range []func(string, int, json.RawMessage) error{a.keep, func(list string, i int, item json.RawMessage) error {
			if list == "events" {
				a.event(item, fmt.Sprint(i), "https://a.example/")
			}
			return nil
		}} {
			r, err := open()
			if err != nil {
				return
			}
			if _, err := Parse(r, "https://a.example/", pass); err != nil && !errors.Is(err, connectors.ErrUnreadable) {
				t.Error(err)
			}
		}
		a.finish()
	})
}

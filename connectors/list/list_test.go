package listfile

import (
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

func FuzzParse(f *testing.F) {
	f.Add("organizers:\n  - {id: a, name: A, kind: sport}\nlistings:\n  - {id: b, title: B, organizer: a, weekly: [{weekdays: man-fre, from: 18:00, to: 19:00, except: [2026-12-01/2026-12-24]}]}\n")
	f.Add("places:\n  - &p {id: a, name: A}\n  - *p\nlistings: [{id: b, title: B, place: a, dates: [{start: 2026-12-01 18:00, end: 02:00}]}]\n")
	f.Add("schemes: [{id: s, name: S, amount: 3000, year: 2024}]\ntickets:\n- id: t\n  title: T\n  offers: [{price: 10, counted: 3.12.2026}]\n")
	f.Add("listings: [\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		ids := make(map[string]bool)
		_ = Parse(text, &connectors.Session{
			Source: connectors.Source{ID: "liste", URL: "file:liste.yaml", Zone: time.UTC},
			Reject: func(catalog.Reject) {},
			Warn:   func(string, string) {},
			Emit: func(r catalog.Record) error {
				if r.NativeID == "" || r.Title == "" || ids[r.NativeID] {
					t.Errorf("record without title, or id empty or used twice: %+v", r)
				}
				ids[r.NativeID] = true
				return nil
			},
		})
	})
}

package catalog

import (
	"maps"
	"slices"
	"time"
)

// statements are the fields of a record that a source may state or not, each with how to unsay it. Identity, kind, title and schedule
// are what an item is and cannot be unsaid.
var statements = map[string]func(*Record){
	"summary": func(r *Record) { r.Summary = "" },
	"description": func(r *Record) {
		if r.Summary == summarise(r.Description) {
			r.Summary = ""
		}
		r.Description = ""
	},
	"language":       func(r *Record) { r.Language = "" },
	"url":            func(r *Record) { r.URL = "" },
	"image":          func(r *Record) { r.Image = nil },
	"categories":     func(r *Record) { r.Categories = nil },
	"keywords":       func(r *Record) { r.Keywords = nil },
	"organizer":      func(r *Record) { r.Organizer = nil },
	"place":          func(r *Record) { r.Place = nil },
	"status":         func(r *Record) { r.Status = "" },
	"age":            func(r *Record) { r.Age = nil },
	"price":          func(r *Record) { r.Price = nil },
	"offers":         func(r *Record) { r.Offers = nil },
	"accessibility":  func(r *Record) { r.Accessibility = nil },
	"inaccessible":   func(r *Record) { r.Inaccessible = nil },
	"schemes":        func(r *Record) { r.Schemes = nil },
	"low_threshold":  func(r *Record) { r.LowThreshold = NotStated },
	"equipment_loan": func(r *Record) { r.EquipmentLoan = NotStated },
	"scheme":         func(r *Record) { r.Scheme = nil },
	"contact":        func(r *Record) { r.Contact = nil },
	"modified":       func(r *Record) { r.Modified = time.Time{} },
}

// Statements are the JSON names of the fields that a source may state or not, in order.
func Statements() []string { return slices.Sorted(maps.Keys(statements)) }

// Unsay makes a field of Statements one that the source does not state; a summary that was made of the description goes with it. Other
// names do nothing.
func (r *Record) Unsay(field string) {
	if unsay, ok := statements[field]; ok {
		unsay(r)
	}
}

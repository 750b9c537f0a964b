package main

import (
	"regexp"
	"strconv"
	"strings"

	"fritidshub/api/console"
	"fritidshub/catalog"
	"fritidshub/config/edit"
	"fritidshub/connectors"
)

// listSession is what a list kept by hand is read with when it is not fetched.
func (d *desk) listSession(emit func(catalog.Record), reject func(catalog.Reject)) *connectors.Session {
	return &connectors.Session{Source: connectors.Source{ID: "liste", URL: "file:liste.yaml", Zone: d.config.Load().Hub.Zone}, Now: d.now(),
		Emit: func(r catalog.Record) error { emit(r); return nil }, Reject: reject, Warn: func(string, string) {}}
}

// numbers are the keys of a list that hold numbers.
var numbers = map[string]bool{"year": true, "remaining": true, "lat": true, "lon": true}

// fieldsOf says what a form states as an entry of a list.
func fieldsOf(stated []console.Stated) edit.Fields {
	var fields edit.Fields
	for _, s := range stated {
		f := edit.Field{Key: s.Key}
		switch {
		case s.Rows != nil:
			rows := edit.Rows{}
			for _, row := range s.Rows {
				rows = append(rows, fieldsOf(row))
			}
			f.Value = rows
		case s.Parts != nil:
			f.Value = fieldsOf(s.Parts)
		case s.Texts != nil:
			f.Value = s.Texts
		case s.Text != "":
			f.Value = s.Text
			if n, err := strconv.ParseFloat(strings.Replace(s.Text, ",", ".", 1), 64); err == nil && numbers[s.Key] {
				f.Value = n
			}
		}
		fields = append(fields, f)
	}
	return fields
}

var rowOf = regexp.MustCompile(`\[(\d+)\]`)

// inputOf is the input of a form that a fault of an entry is about.
func inputOf(field string) string { return rowOf.ReplaceAllString(field, ".$1") }

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"fritidshub/api/console"
	"fritidshub/catalog"
	"fritidshub/config/edit"
	"fritidshub/connectors"
	listfile "fritidshub/connectors/list"
)

// listText is what a list's file says, and which version of it that is. It is not changed.
type listText struct {
	text    []byte
	id      string
	root    *yaml.Node                       // a mapping
	entries map[string]map[string]*yaml.Node // by section and id

	once    sync.Once
	records map[string]catalog.Record // what becomes of it, by id
	wrong   map[string]string         // why not, by id
	err     error
}

func (f *handFile) read() (*listText, error) {
	text, id, err := f.keeper.Read()
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last != nil && f.last.id == id {
		return f.last, nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, &console.Fault{Status: http.StatusConflict, Text: fmt.Sprintf("Filen %s kan ikke leses som en liste. Rett den for hånd først; kildens side sier hvor feilen er.", filepath.Base(f.keeper.File))}
	}
	t := &listText{text: text, id: id, root: doc.Content[0], entries: map[string]map[string]*yaml.Node{}}
	for _, section := range append([]string{"places"}, listSections...) {
		t.entries[section] = map[string]*yaml.Node{}
		for _, n := range t.section(section) {
			if id := textOf(n, "id"); id != "" && t.entries[section][id] == nil {
				t.entries[section][id] = n
			}
		}
	}
	f.last = t
	return t, nil
}

// section gives the entries of a section.
func (t *listText) section(name string) []*yaml.Node {
	if list := valueOf(t.root, name); list != nil {
		return list.Content
	}
	return nil
}

// entry gives an entry by its id, nil when there is none.
func (t *listText) entry(section, id string) *yaml.Node { return t.entries[section][id] }

// valueOf gives what a key of a mapping says, nil when it has none.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

func textOf(n *yaml.Node, keys ...string) string {
	for _, key := range keys {
		if v := valueOf(n, key); v != nil && v.Value != "" {
			return strings.TrimSpace(v.Value)
		}
	}
	return ""
}

// flat gives what an entry says by the names of the inputs of its form.
func flat(into url.Values, name string, n *yaml.Node) {
	switch n.Kind {
	case yaml.AliasNode:
		flat(into, name, n.Alias)
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if name != "" {
				key = name + "." + key
			}
			flat(into, key, n.Content[i+1])
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			if item.Kind == yaml.ScalarNode {
				into.Add(name, item.Value)
				continue
			}
			flat(into, fmt.Sprintf("%s.%d", name, i), item)
		}
	default:
		if text := strings.TrimSpace(n.Value); text != "" && n.Tag != "!!null" {
			into.Add(name, text)
		}
	}
}

// mark tells whether an entry is changed: it is not the same for two that say different things.
func mark(values url.Values) string { return catalog.Hash([]byte(values.Encode()))[:16] }

// listSections are the sections of a list whose ids are one another's.
var listSections = []string{"listings", "tickets", "schemes", "organizers"}

// readList reads a text as a list kept by hand: what becomes of it, and what cannot be used.
func (d *desk) readList(text string) (records []catalog.Record, faults []catalog.Reject, err error) {
	s := &connectors.Session{Source: connectors.Source{ID: "liste", URL: "file:liste.yaml", Zone: d.config.Load().Hub.Zone}, Now: d.now(), Warn: func(string, string) {}}
	s.Reject = func(r catalog.Reject) { faults = append(faults, r) }
	s.Emit = func(r catalog.Record) error {
		kept := r
		if _, bad := r.Normalise(""); bad != nil {
			bad.NativeID = kept.NativeID
			s.Reject(*bad)
			return nil
		}
		records = append(records, kept)
		return nil
	}
	return records, faults, listfile.Parse(text, s)
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

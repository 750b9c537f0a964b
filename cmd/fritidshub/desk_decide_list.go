package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"fritidshub/api/console"
	"fritidshub/api/console/signin"
	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/config/edit"
	"fritidshub/connectors"
	listfile "fritidshub/connectors/list"
	"fritidshub/ingest"
)

// handLists are the lists that people keep by hand, by file.
type handLists struct {
	mu  sync.Mutex
	all map[string]*handFile
}

// handFile is the file of a list, with what was read of it last.
type handFile struct {
	keeper *edit.Keeper
	mu     sync.Mutex
	last   *listText
}

// handList is a list that is kept by hand in a file.
type handList struct {
	*handFile
	source config.Source
}

// listOf is the list of a source.
func (d *desk) listOf(id string) (*handList, error) {
	cfg := d.config.Load()
	i := slices.IndexFunc(cfg.Sources, func(s config.Source) bool { return s.ID == id })
	if i < 0 {
		return nil, console.ErrNoList
	}
	file, ok := fileOf(cfg.Sources[i])
	if !ok {
		return nil, console.ErrNoList
	}
	d.lists.mu.Lock()
	defer d.lists.mu.Unlock()
	f := d.lists.all[file]
	if f == nil {
		f = &handFile{keeper: d.keeperOf(filepath.Join(cfg.Dir, file))}
		f.keeper.Versions = filepath.Join(d.hub.in.data, "versions", "lists", id)
		if d.lists.all == nil {
			d.lists.all = map[string]*handFile{}
		}
		d.lists.all[file] = f
	}
	return &handList{f, cfg.Sources[i]}, nil
}

// fileOf is the file of a list, relative to the folder of sources.yaml; never above it.
func fileOf(s config.Source) (string, bool) {
	if s.Kind != "list" {
		return "", false
	}
	name, ok := strings.CutPrefix(s.URL, "file:")
	if !ok {
		return "", false
	}
	name, err := url.PathUnescape(name)
	name = filepath.FromSlash(name)
	return name, err == nil && filepath.IsLocal(name)
}

// Lists implements console.Lists.
func (d *desk) Lists(context.Context) ([]console.List, error) {
	var lists []console.List
	for _, s := range d.config.Load().Sources {
		if file, ok := fileOf(s); ok {
			lists = append(lists, console.List{ID: s.ID, Name: cmp.Or(s.Name, s.ID), File: file})
		}
	}
	return lists, nil
}

// latin writes the letters that an id cannot have.
var latin = strings.NewReplacer("æ", "ae", "ø", "o", "å", "aa", "Æ", "ae", "Ø", "o", "Å", "aa", "ä", "ae", "ö", "o", "é", "e")

const newList = `# %s
# Føres på /editor/lists, og kan også endres her. Formatet er beskrevet i connectors/list/README.md.

organizers: []

places: []

listings: []

tickets: []

schemes: []
`

// CreateList implements console.Lists.
func (d *desk) CreateList(ctx context.Context, name string) (string, error) {
	name = catalog.CleanText(name, 100)
	cfg := d.config.Load()
	taken := map[string]bool{}
	for _, s := range cfg.Sources {
		taken[s.ID] = true
	}
	id := freeID(latin.Replace(name), taken)
	file := id + ".yaml"
	for _, err := os.Lstat(filepath.Join(cfg.Dir, file)); err == nil; _, err = os.Lstat(filepath.Join(cfg.Dir, file)) {
		id = freeID(id, taken)
		file = id + ".yaml"
	}
	item, err := edit.Item(edit.Fields{{Key: "id", Value: id}, {Key: "name", Value: name}, {Key: "kind", Value: "list"}, {Key: "url", Value: "file:" + file}, {Key: "schedule", Value: "@hourly"},
		{Key: "licence", Value: "permission"}, {Key: "language", Value: "nb"}})
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(filepath.Join(cfg.Dir, file), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", editFault(err)
	}
	_, err = fmt.Fprintf(f, newList, name)
	if err = errors.Join(err, f.Close()); err == nil {
		err = d.changeSources(ctx, "la til listen "+id, func(doc *edit.Doc) error { return doc.Append(item, "sources") },
			func(cfg *config.Config) bool {
				return slices.ContainsFunc(cfg.Sources, func(s config.Source) bool { return s.ID == id })
			})
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return id, err
}

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

// readings are what becomes of the entries of a list, and why nothing does, by id.
func (d *desk) readings(t *listText) (records map[string]catalog.Record, wrong map[string]string, err error) {
	t.once.Do(func() {
		var all []catalog.Record
		var faults []catalog.Reject
		all, faults, t.err = d.readList(string(t.text))
		t.records, t.wrong = map[string]catalog.Record{}, map[string]string{}
		for _, r := range all {
			t.records[r.NativeID] = r
		}
		for _, f := range faults {
			t.wrong[f.NativeID] = sentenced(f.Reason)
		}
	})
	return t.records, t.wrong, t.err
}

// listEntry is an entry in a list.
func (d *desk) listEntry(t *listText, section string, n *yaml.Node) (console.ListEntry, error) {
	records, wrong, err := d.readings(t)
	one := console.ListEntry{ID: textOf(n, "id"), Title: cmp.Or(textOf(n, "title", "name", "address"), textOf(n, "id"))}
	one.Fault = wrong[one.ID]
	if r, ok := records[one.ID]; ok && section != "places" {
		one.Text = d.line(&r)
	} else if section == "places" {
		one.Text = strings.Join(strings.Fields(textOf(n, "address")+" "+textOf(n, "postal_code")+" "+textOf(n, "locality")), " ")
	}
	return one, err
}

// List implements console.Lists.
func (d *desk) List(_ context.Context, id, words string, most int) (*console.ListPage, error) {
	list, err := d.listOf(id)
	if err != nil {
		return nil, err
	}
	t, err := list.read()
	if err != nil {
		return nil, err
	}
	file, _ := fileOf(list.source)
	p := &console.ListPage{List: console.List{ID: id, Name: cmp.Or(list.source.Name, id), File: file}, Sections: map[string]console.ListSection{}}
	words = strings.ToLower(words)
	for _, section := range append([]string{"places"}, listSections...) {
		var s console.ListSection
		for _, n := range t.section(section) {
			switch {
			case !strings.Contains(strings.ToLower(textOf(n, "title", "name", "address")), words):
			case len(s.Entries) == most:
				s.Rest++
			default:
				one, err := d.listEntry(t, section, n)
				if err != nil {
					return nil, err
				}
				s.Entries = append(s.Entries, one)
			}
		}
		p.Sections[section] = s
	}
	versions, err := list.keeper.List()
	for _, v := range versions[:min(len(versions), shownVersions)] {
		p.Versions = append(p.Versions, console.Version{ID: v.ID, Base: v.Base, At: v.At, By: v.By, What: v.What})
	}
	return p, err
}

// shownVersions is how many changes of a list its page shows.
const shownVersions = 5

// Entry implements console.Lists.
func (d *desk) Entry(_ context.Context, id, section, entry string) (*console.EntryForm, error) {
	list, err := d.listOf(id)
	if err != nil {
		return nil, err
	}
	t, err := list.read()
	if err != nil {
		return nil, err
	}
	e := &console.EntryForm{Values: url.Values{}, Organizers: namedIn(t, "organizers"), Places: namedIn(t, "places")}
	if entry == "" {
		return e, nil
	}
	n := t.entry(section, entry)
	if n == nil {
		return nil, console.ErrNoEntry
	}
	flat(e.Values, "", n)
	e.Title, e.Was = textOf(n, "title", "name", "address"), mark(e.Values)
	return e, nil
}

// namedIn are the entries of a section that others can name.
func namedIn(t *listText, section string) []console.Option {
	var all []console.Option
	for _, n := range t.section(section) {
		if id := textOf(n, "id"); id != "" {
			all = append(all, console.Option{Value: id, Label: cmp.Or(textOf(n, "name", "address"), id)})
		}
	}
	slices.SortStableFunc(all, func(a, b console.Option) int { return cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	return all
}

// SaveEntry implements console.Lists.
func (d *desk) SaveEntry(ctx context.Context, id string, c console.ListChange) error {
	list, err := d.listOf(id)
	if err != nil {
		return err
	}
	user, _ := signin.UserOf(ctx)
	return d.changeList(ctx, list, c, user.Name)
}

// changeList changes one entry of a list, if nobody else has and the list is as good afterwards, and lets residents see it.
func (d *desk) changeList(ctx context.Context, list *handList, c console.ListChange, by string) error {
	t, err := list.read()
	if err != nil {
		return err
	}
	text, what, err := d.changed(t, c)
	if err != nil {
		return editFault(err)
	}
	if bytes.Equal(text, t.text) {
		return nil
	}
	if _, err := list.keeper.Save(t.id, text, by, what); err != nil {
		return editFault(err)
	}
	d.showList(ctx, list, t)
	return nil
}

// showList lets residents see what a list says after a change of one entry. What is gone from it is so at once: whoever changed it meant that.
func (d *desk) showList(ctx context.Context, list *handList, before *listText) {
	source := list.source
	source.Guard.Grace = 0
	if records, _, err := d.readings(before); err == nil && len(records) <= mostGone {
		source.Guard.Share = 1
	}
	if source.Enabled {
		d.runBeside(ctx, source, ingest.TriggerHand)
	}
}

// mostGone is how many records one change can take away: an entry, and the organisation that is shown by itself as long as no entry names it.
const mostGone = 2

// changed is the text of a list with one entry changed, and that in words.
func (d *desk) changed(t *listText, c console.ListChange) (text []byte, what string, err error) {
	doc, err := edit.Open(t.text)
	if err != nil {
		return nil, "", err
	}
	at, values := -1, url.Values{}
	if c.ID != "" {
		n := t.entry(c.Section, c.ID)
		if at = doc.Index("id", c.ID, c.Section); n == nil || at < 0 {
			return nil, "", console.ErrNoEntry
		}
		flat(values, "", n)
		if c.Was != "" && c.Was != mark(values) {
			return nil, "", edit.ErrMeanwhile
		}
	}
	if c.Remove {
		if c.ID == "" {
			return nil, "", console.ErrNoEntry
		}
		what = "tok ut " + cmp.Or(values.Get("title"), values.Get("name"), c.ID)
		err = doc.Remove(c.Section, at)
	} else {
		c.ID, what, err = put(doc, t, c, at)
	}
	if err != nil {
		return nil, "", err
	}
	return doc.Text(), what, d.asGood(t, string(doc.Text()), c.ID)
}

// put states an entry in a list, a new one when at is below 0, with the place that it brings.
func put(doc *edit.Doc, t *listText, c console.ListChange, at int) (id, what string, err error) {
	place, stated := placeOf(c.Stated)
	fields := fieldsOf(stated)
	name := ""
	for _, f := range fields {
		if text, ok := f.Value.(string); ok && (f.Key == "title" || f.Key == "name") {
			name = text
		}
	}
	if name == "" && c.Section != "places" {
		return "", "", &console.Refused{Faults: map[string]string{map[bool]string{true: "title", false: "name"}[c.Section == "listings" || c.Section == "tickets"]: "Navnet må fylles ut."}}
	}
	if place != nil {
		taken := map[string]bool{}
		for _, n := range t.section("places") {
			taken[textOf(n, "id")] = true
		}
		own := freeID(latin.Replace(cmp.Or(textIn(place, "name"), textIn(place, "address"))), taken)
		if err := appended(doc, append(edit.Fields{{Key: "id", Value: own}}, fieldsOf(place)...), "places"); err != nil {
			return "", "", err
		}
		fields = append(slices.DeleteFunc(fields, func(f edit.Field) bool { return f.Key == "place" }), edit.Field{Key: "place", Value: own})
	}
	if at >= 0 {
		return c.ID, "endret " + cmp.Or(name, c.ID), doc.Put(fields, c.Section, at)
	}
	taken := map[string]bool{}
	for _, section := range append([]string{"places"}, listSections...) {
		if (section == "places") == (c.Section == "places") {
			for _, n := range t.section(section) {
				taken[textOf(n, "id")] = true
			}
		}
	}
	id = freeID(latin.Replace(cmp.Or(name, textIn(stated, "address"))), taken)
	return id, "la til " + cmp.Or(name, id), appended(doc, append(edit.Fields{{Key: "id", Value: id}}, fields...), c.Section)
}

func appended(doc *edit.Doc, fields edit.Fields, section string) error {
	item, err := edit.Item(fields)
	if err == nil {
		err = doc.Append(item, section)
	}
	return err
}

// placeOf takes the new place out of what is stated; nil when there is none.
func placeOf(stated []console.Stated) (place, rest []console.Stated) {
	for _, s := range stated {
		if s.Key != "new_place" {
			rest = append(rest, s)
		} else if !s.Nothing() {
			place = s.Parts
		}
	}
	return place, rest
}

func textIn(stated []console.Stated, key string) string {
	for _, s := range stated {
		if s.Key == key {
			return s.Text
		}
	}
	return ""
}

// asGood says why a list cannot be changed so: its entry id cannot be used, or another that can be now.
func (d *desk) asGood(before *listText, after, id string) error {
	_, was, err := d.readings(before)
	if err != nil {
		return err
	}
	_, faults, err := d.readList(after)
	var broken *connectors.PayloadError
	if errors.As(err, &broken) {
		return edit.ErrForm
	}
	if err != nil {
		return err
	}
	wrong := map[string]string{}
	for _, f := range faults {
		if f.NativeID == id {
			wrong[inputOf(f.Field)] = sentenced(f.Reason)
		} else if was[f.NativeID] == "" {
			wrong[""] = fmt.Sprintf("Da kan «%s» ikke brukes: %s", cmp.Or(f.Title, f.NativeID), lower(sentenced(f.Reason)))
		}
	}
	if len(wrong) > 0 {
		return &console.Refused{Faults: wrong}
	}
	return nil
}

// UndoList implements console.Lists.
func (d *desk) UndoList(ctx context.Context, id, version, base string) error {
	list, err := d.listOf(id)
	if err != nil {
		return err
	}
	versions, err := list.keeper.List()
	if err != nil {
		return err
	}
	if len(versions) == 0 || versions[0].ID != version || versions[0].Base != base {
		return editFault(edit.ErrMeanwhile)
	}
	user, _ := signin.UserOf(ctx)
	before, err := list.read()
	if err == nil {
		_, err = list.keeper.Undo(versions[0], user.Name)
	}
	if err != nil {
		return editFault(err)
	}
	d.showList(ctx, list, before)
	return nil
}

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

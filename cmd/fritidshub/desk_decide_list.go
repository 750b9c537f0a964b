package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"fritidshub/api/console"
	"fritidshub/api/console/signin"
	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/config/edit"
	"fritidshub/connectors"
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

package ingest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/fetch"
	"fritidshub/store"
)

// How much of a plan a preview tells; the counts are always whole.
const (
	maxChanges = 20
	maxGone    = 50
	maxKept    = 16 << 20 // bytes of responses kept to find the items in
	maxHistory = 10_000   // runs among which one is looked for
)

// Preview is what a run would do, and what residents would see of it; its JSON form is that of `preview -json`.
type Preview struct {
	Result
	Complete   bool          `json:"complete"`    // the whole source was read
	Usable     int           `json:"usable"`      // items that can be used
	DerivedIDs int           `json:"derived_ids"` // of those: made an id of, since the source gives none
	Items      []PreviewItem `json:"items"`       // the first ones
	Changes    []Change      `json:"changes"`     // the first of what would be updated
	Gone       []Gone        `json:"gone"`        // the first of what would go missing, be removed or be held
	Unmapped   []Word        `json:"unmapped"`    // the source's words without a category
}

// PreviewItem is an item as it would be stored, beside the provider's own bytes.
type PreviewItem struct {
	catalog.Record
	Raw string `json:"raw,omitzero"` // where it stands in the payload, at most 2 kB
	// MergesWith are the other records that the run would lead to the same listing, and Why what the matching says of them together.
	MergesWith []Companion `json:"merges_with,omitempty"`
	Why        string      `json:"why,omitzero"`
}

// Companion is a record that shares a listing with an item.
type Companion struct {
	store.Ref
	Title   string `json:"title"`
	Listing string `json:"listing"` // the one that they share
}

// Change is a record that would be updated.
type Change struct {
	NativeID string        `json:"native_id"`
	Title    string        `json:"title"`
	Fields   []FieldChange `json:"fields"`
}

// FieldChange is one field of a record before and after, as JSON; null where it is not stated.
type FieldChange struct {
	Field  string          `json:"field"`
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
}

// Gone is a record that the source no longer gives.
type Gone struct {
	NativeID string `json:"native_id"`
	Title    string `json:"title"`
	Why      string `json:"why"` // missing, removed, dropped, held
}

// PreviewOptions say what a preview reads and shows.
type PreviewOptions struct {
	Items int // to show
	// Replay reads what the source answered before instead of asking it: at run AsOf, or last when AsOf is 0.
	Replay bool
	AsOf   int64
}

// Preview fetches, parses, normalises and plans as Run does. It writes nothing and takes no lease.
func (in *Ingester) Preview(ctx context.Context, source config.Source, o PreviewOptions) Preview {
	clock := time.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, RunTimeout, fmt.Errorf("kjøringen tok mer enn %s og ble avbrutt", RunTimeout))
	defer cancel()
	out := Preview{Items: []PreviewItem{}, Changes: []Change{}, Gone: []Gone{}, Unmapped: []Word{}}
	failed := func(err error) Preview {
		out.Result = Result{Source: source.ID, Status: store.RunFailed, Step: "store", Error: explain(err)}
		return out
	}
	state, err := in.Store.SourceState(ctx, source.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return failed(err)
	}
	state.Fingerprint = "" // everything is read, also what has not changed
	if o.AsOf, err = in.replayed(ctx, source.ID, o); err != nil {
		return failed(err)
	}
	words := newTally(source, in.Taxonomy)
	pl := &pull{in: in, source: source, run: &store.Run{Source: source.ID, Started: in.Now()}, replay: o.Replay, asOf: o.AsOf, seen: func(r catalog.Record) {
		out.Usable++
		words.add(&r)
		if r.IDDerived {
			out.DerivedIDs++
		}
		if len(out.Items) < o.Items {
			out.Items = append(out.Items, PreviewItem{Record: r})
		}
	}}
	var texts []string
	kept := 0
	pl.read = func(resp *connectors.Response) {
		if kept+len(resp.Body) > maxKept {
			return
		}
		if text, _, err := fetch.Decode(resp.Body, resp.MediaType, resp.Charset); err == nil {
			texts, kept = append(texts, pl.batch.echo.Replace(text)), kept+len(text)
		}
	}
	defer pl.endTurn()
	p := in.attempt(ctx, pl, state)
	if err := in.shifted(ctx, p); err != nil {
		return failed(err)
	}
	out.Result, out.Complete = resultOf(p), p.Run.Complete
	out.Live, out.Written, out.Seconds = state.Live, 0, time.Since(clock).Seconds()
	out.Unmapped = words.most()
	for i := range out.Items {
		out.Items[i].Raw = inTexts(texts, &out.Items[i].Record)
	}
	if err := errors.Join(in.merges(ctx, pl, p, out.Items), in.changes(ctx, p, &out), in.gone(ctx, pl, p, &out)); err != nil {
		return failed(err)
	}
	return out
}

// replayed is the run whose responses a replay reads. The error says that there is no such run.
func (in *Ingester) replayed(ctx context.Context, source string, o PreviewOptions) (int64, error) {
	switch {
	case !o.Replay:
		return 0, nil
	case o.AsOf == 0:
		return in.Store.LastKept(ctx, source)
	}
	runs, err := in.Store.RunHistory(ctx, source, maxHistory)
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(runs, func(r store.Run) bool { return r.ID == o.AsOf }) {
		return 0, fmt.Errorf("kilden %s har ingen kjøring %d; sync skriver nummeret på hver kjøring", source, o.AsOf)
	}
	return o.AsOf, nil
}

// Raw gives where a stored record stands in what the source answered last, at most 2 kB; "" when it is not found there.
func (in *Ingester) Raw(ctx context.Context, source config.Source, r *catalog.Record) (string, error) {
	run, err := in.Store.LastKept(ctx, source.ID)
	if err != nil {
		return "", err
	}
	pages, err := in.Store.Pages(ctx, source.ID, run)
	if err != nil {
		return "", err
	}
	slices.SortStableFunc(pages, func(a, b store.Page) int { // its own page first
		own := func(p store.Page) int {
			if r.URL != "" && (p.URL == r.URL || p.Location == r.URL) {
				return 0
			}
			return 1
		}
		return own(a) - own(b)
	})
	echo, best, surest, read := strings.NewReplacer(echoes(source)...), "", 0, 0
	for _, page := range pages[:min(len(pages), maxRawPages)] {
		body, err := in.Store.Payload(ctx, page.Hash)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		if read += len(body); read > maxRaw {
			break
		}
		text, _, err := fetch.Decode(body, page.MediaType, page.Charset)
		if err != nil {
			continue
		}
		if raw, n := excerpt(echo.Replace(text), r.NativeID, r.Title); n > surest {
			best, surest = raw, n
		}
	}
	return best, nil
}

// How much of what a source answered is looked through for one record.
const (
	maxRaw      = 4 << 20 // bytes
	maxRawPages = 200
)

func inTexts(texts []string, r *catalog.Record) string {
	best, score := "", 0
	for _, text := range texts {
		if raw, n := excerpt(text, r.NativeID, r.Title); n > score {
			best, score = raw, n
		}
	}
	return best
}

// changes tells field by field what the plan would update.
func (in *Ingester) changes(ctx context.Context, p *store.Plan, out *Preview) error {
	var ids []string
	after := map[string][]byte{}
	for _, w := range p.Write {
		if !w.New && len(ids) < maxChanges {
			ids = append(ids, w.NativeID)
			after[w.NativeID] = w.Record
		}
	}
	records, err := in.Store.Records(ctx, p.Run.Source, ids)
	if err != nil {
		return err
	}
	for _, old := range records {
		before, err := json.Marshal(old)
		if err != nil {
			return err
		}
		fields, err := compare(before, after[old.NativeID])
		if err != nil {
			return err
		}
		out.Changes = append(out.Changes, Change{NativeID: old.NativeID, Title: old.Title, Fields: fields})
	}
	return nil
}

// compare gives the members in which two JSON objects differ, by name.
func compare(before, after []byte) ([]FieldChange, error) {
	var a, b map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(before, &a), json.Unmarshal(after, &b)); err != nil {
		return nil, err
	}
	names := maps.Clone(a)
	maps.Copy(names, b)
	changed := []FieldChange{}
	stated := func(value json.RawMessage) json.RawMessage {
		if value == nil {
			return json.RawMessage("null")
		}
		return value
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !bytes.Equal(a[name], b[name]) {
			changed = append(changed, FieldChange{Field: name, Before: stated(a[name]), After: stated(b[name])})
		}
	}
	return changed, nil
}

// gone tells what the source no longer gives.
func (in *Ingester) gone(ctx context.Context, pl *pull, p *store.Plan, out *Preview) error {
	why := map[string]string{}
	mark := func(ids []string, reason string) {
		for _, id := range ids {
			why[id] = reason
		}
	}
	mark(p.Missing, "missing")
	mark(p.Remove, "removed")
	for _, id := range p.Remove {
		if pl.batch.dropped[id] {
			why[id] = "dropped"
		}
	}
	if p.Held != nil {
		mark(p.Held.IDs, "held")
	}
	ids := slices.Sorted(maps.Keys(why))
	records, err := in.Store.Records(ctx, p.Run.Source, ids[:min(len(ids), maxGone)])
	if err != nil {
		return err
	}
	for _, r := range records {
		out.Gone = append(out.Gone, Gone{NativeID: r.NativeID, Title: r.Title, Why: why[r.NativeID]})
	}
	slices.SortStableFunc(out.Gone, func(a, b Gone) int { return cmp.Compare(a.Why, b.Why) })
	return nil
}

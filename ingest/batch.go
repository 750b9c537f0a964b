package ingest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/prose"
	"fritidshub/catalog/taxonomy"
	"fritidshub/config"
	"fritidshub/fetch"
	"fritidshub/store"
)

// matchVersion is part of what is compared of a record. It grows when catalog/merge gives other keys for the same record, so that every
// record gets its new ones.
const matchVersion = 5

// item is one emitted record: cleaned, hashed and encoded, so that a source of many records stays small in memory.
// An item that is stored as it is keeps no more than its id.
type item struct {
	id    string
	write *store.Write // nil when the store has it already
}

// batch collects what one pull emits.
type batch struct {
	hub    config.Hub
	source config.Source
	zone   *time.Location
	places func() (*locator, error) // what completes places, learnt when it is first asked for; nil: they stay as they are
	now    time.Time
	max    int
	known  func() (*heads, error) // what the store has; loaded when it is first asked for
	secret *strings.Replacer      // takes what is configured in confidence out of a text
	echo   *strings.Replacer      // takes what came of the environment out of what a provider gave
	seen   func(catalog.Record)   // hears every record that can be used; nil when nobody listens
	reader prose.Reader
	done   completed
	tax    *taxonomy.Taxonomy // what words mean that the source's categories do not answer to; nil: nothing

	items    []item
	position map[string]int  // native id -> index in items; the last word about an item counts
	deleted  map[string]bool // native ids
	// withdrawn are those of deleted that the source has no leave to give any more.
	withdrawn map[string]bool
	earlier   map[string]bool // native ids that earlier pulls of the same request saw

	peers map[string][]string // the sources that are a hub, by hub: only they speak for it
	// What came through a peer is compared with what the store has of it some hundreds at a time, so that a peer that has much need not be
	// known whole.
	look  func(ids []string, f func(store.Head) error) error // nil: the source is known whole
	live  int                                                // records of the source when the pull began
	met   *heads
	unmet []string // native ids that have not been compared
	fresh int      // items that the store does not have

	dropped map[string]bool // native ids that the source's drop rules take away

	rejected int
	rejects  []catalog.Reject
	badIDs   map[string]bool
	nameless bool // some reject has no id, so absence means nothing

	expired   int
	own       int  // records that a peer got from this hub
	direct    int  // records of hubs that are read directly
	travelled bool // records came through a peer
	twice     int
	warnings  []string
	warned    int
}

func newBatch(hub config.Hub, source config.Source, known func() (*heads, error), now time.Time) *batch {
	b := &batch{hub: hub, source: source, zone: hub.Zone, known: known, now: now, max: MaxRecords, position: map[string]int{}, deleted: map[string]bool{}, withdrawn: map[string]bool{}, badIDs: map[string]bool{}, dropped: map[string]bool{}, secret: secrets(source), echo: strings.NewReplacer(echoes(source)...)}
	if source.Limits.Records > 0 {
		b.max = source.Limits.Records
	}
	return b
}

// minSecret is the shortest value that is taken for a secret; a shorter one would take words of the text with it.
const minSecret = 6

// secrets takes the query values of a source's address, its headers and what it got of the environment out of a text, whatever a
// connector or a provider puts into it.
func secrets(s config.Source) *strings.Replacer {
	var pairs []string
	if _, query, ok := strings.Cut(s.URL, "?"); ok && query != "" {
		_, shown, _ := strings.Cut(fetch.Redact(s.URL), "?")
		pairs = append(pairs, "?"+query, "?"+shown)
	}
	for _, value := range s.Headers {
		if len(value) >= minSecret {
			pairs = append(pairs, value, "…")
		}
	}
	return strings.NewReplacer(append(pairs, echoes(s)...)...)
}

// echoes are what a source got of the environment, in the forms in which a provider may give it back, each with what it is replaced by.
func echoes(s config.Source) (pairs []string) {
	for _, value := range s.Secrets {
		if len(value) < minSecret {
			continue
		}
		quoted, _ := json.Marshal(value)
		for _, form := range []string{value, url.QueryEscape(value), url.PathEscape(value), html.EscapeString(value), strings.Trim(string(quoted), `"`)} {
			pairs = append(pairs, form, "…")
		}
	}
	return pairs
}

// told is a text as the ledger, the editor and the public may see it.
func (b *batch) told(text string, most int) string {
	return catalog.CleanText(b.secret.Replace(text), most)
}

func (b *batch) warn(locator, text string) {
	b.warned++
	if len(b.warnings) < store.MaxWarnings {
		b.warnings = append(b.warnings, b.told(strings.TrimPrefix(locator+": "+text, ": "), maxRejectText))
	}
}

func (b *batch) reject(r catalog.Reject) {
	b.rejected++
	if r.NativeID != "" {
		b.badIDs[catalog.NativeID(r.NativeID)] = true
	} else {
		b.nameless = true
	}
	if len(b.rejects) < store.MaxRejects {
		for _, s := range []*string{&r.NativeID, &r.Title, &r.Locator, &r.Field, &r.Reason} {
			*s = b.told(*s, maxRejectText)
		}
		b.rejects = append(b.rejects, r)
	}
}

func (b *batch) delete(nativeID string) error {
	b.take(catalog.NativeID(nativeID))
	return nil
}

func (b *batch) withdraw(nativeID string) error {
	id := catalog.NativeID(nativeID)
	b.take(id)
	b.withdrawn[id] = true
	return nil
}

// take takes an item away that the source gives no more.
func (b *batch) take(id string) {
	if at, ok := b.position[id]; ok {
		b.items[at] = item{}
		delete(b.position, id)
	}
	delete(b.earlier, id)
	delete(b.withdrawn, id)
	b.deleted[id] = true
}

// tooMany ends the pull of a source that has more records than it may; it says how many those are.
type tooMany int

func (n tooMany) Error() string {
	return fmt.Sprintf("kilden har mer enn %d oppføringer: sett limits: {records: …} høyere (høyst 200000), eller del den", int(n))
}

func (b *batch) emit(r catalog.Record) error {
	if len(b.items) >= b.max {
		return tooMany(b.max)
	}
	r.Source = b.source.ID
	if r.Origin != nil {
		b.travelled = true
		if !b.welcome(&r) {
			b.take(catalog.NativeID(r.NativeID))
			return nil
		}
	}
	b.ignore(&r)
	b.read(&r)
	b.ignore(&r)
	places := &completed{}
	if b.places != nil && r.Place != nil && r.Origin == nil { // where it was first read they know best
		by, err := b.places()
		if err != nil {
			return err
		}
		places = b.done.of(by)
	}
	for _, w := range places.order(&r) {
		b.warn(r.NativeID, w)
	}
	b.applyDefaults(&r)
	places.fill(&r)
	base := b.source.URL
	if strings.HasPrefix(base, "file:") {
		base = ""
	}
	if err := b.mask(&r); err != nil {
		return err
	}
	warnings, bad := r.Normalise(base)
	if bad != nil {
		if bad.Locator == "" {
			bad.Locator = r.NativeID
		}
		b.reject(*bad)
		return nil
	}
	if slices.ContainsFunc(b.source.Drop, func(d config.Drop) bool { return d.Matches(&r) }) {
		b.dropped[r.NativeID] = true
		return nil
	}
	for _, w := range warnings {
		b.warn(r.NativeID, w)
	}
	w, err := b.encode(&r)
	if err != nil {
		b.reject(catalog.Reject{NativeID: r.NativeID, Title: r.Title, Locator: r.NativeID, Reason: "oppføringen kan ikke lagres: " + err.Error(), Fixer: catalog.FixProject})
		return nil
	}
	if !w.Ends.IsZero() && w.Ends.Before(b.now.Add(-PastWindow)) {
		b.expired++
		return nil
	}
	if b.seen != nil {
		b.seen(r)
	}
	if r.Schedule.Dated() && firstStart(r.Schedule).After(b.now.Add(FarWindow)) {
		b.warn(r.NativeID, fmt.Sprintf("starter i %d; er årstallet riktig?", firstStart(r.Schedule).Year()))
	}
	it := item{id: r.NativeID, write: &w}
	if !b.apart() {
		known, err := b.known()
		if err != nil {
			return err
		}
		if head, had := known.byID[it.id]; had && head.Hash == w.Hash {
			it.write = nil
		}
	}
	if it.write != nil {
		b.describe(&r, &w)
	}
	delete(b.deleted, it.id)
	delete(b.withdrawn, it.id)
	if at, ok := b.position[it.id]; ok {
		b.twice++
		b.items[at] = it
	} else {
		b.position[it.id] = len(b.items)
		b.items = append(b.items, it)
	}
	if b.apart() {
		if b.unmet = append(b.unmet, it.id); len(b.unmet) >= meetAtOnce {
			return b.meet()
		}
	}
	return nil
}

// apart reports whether items are compared with what the store has of each.
func (b *batch) apart() bool { return b.travelled && b.look != nil }

// meetAtOnce is how many items are compared at once.
const meetAtOnce = 500

// meet compares items with what the store has of them.
func (b *batch) meet() error {
	if b.met == nil {
		b.met = newHeads()
	}
	if err := b.look(b.unmet, b.met.add); err != nil {
		return err
	}
	for _, id := range b.unmet {
		at, ok := b.position[id]
		head, had := b.met.byID[id]
		switch {
		case ok && had && b.items[at].write != nil && b.items[at].write.Hash == head.Hash:
			b.items[at].write = nil
		case ok && !had:
			b.fresh++
		}
	}
	b.unmet = b.unmet[:0]
	if b.live+b.fresh > b.most() {
		return tooMany(b.most())
	}
	return nil
}

// compared gives what the store has of a source, or no more than a plan of changes needs.
func (b *batch) compared(changes bool) (*heads, error) {
	if b.apart() {
		if err := b.meet(); err != nil {
			return nil, err
		}
	}
	if !b.apart() || !changes {
		return b.known()
	}
	for id := range b.deleted {
		b.unmet = append(b.unmet, id)
	}
	return b.met, b.meet()
}

// most is how many records the source may have in all, however many pulls they came in.
func (b *batch) most() int {
	if b.source.Limits.Records > 0 {
		return b.source.Limits.Records
	}
	return MaxStored
}

// welcome reports whether a record that came through a peer is taken in: not when it has been here, nor when a hub that is read directly is
// spoken for.
func (b *batch) welcome(r *catalog.Record) bool {
	o := r.Origin
	if o.Hub == b.hub.ID || slices.Contains(o.Via, b.hub.ID) {
		b.own++
		return false
	}
	if !speaks(b.peers, o.Hub, b.source.ID) {
		b.direct++
		return false
	}
	return true
}

func (b *batch) ignore(r *catalog.Record) {
	for _, field := range b.source.Ignore {
		r.Unsay(field)
	}
}

// read fills what the source does not state in a field with what its text says, when that is Norwegian. What a peer gives has been read there.
func (b *batch) read(r *catalog.Record) {
	language, _, _ := strings.Cut(cmp.Or(r.Language, b.source.Language, "nb"), "-")
	defer b.unread(r)
	if r.Origin != nil || !slices.Contains([]string{"nb", "nn", "no"}, language) {
		return
	}
	day := r.Modified
	if day.IsZero() {
		day = b.now
	}
	text := catalog.CleanText(r.Title, 0) + "\n" + catalog.CleanLines(cmp.Or(r.Description, r.Summary), 0)
	prose.Cells(r, day.In(b.zone))
	prose.Apply(r, b.reader.Read(text, language, day.In(b.zone)), b.zone)
}

// unread warns of the words of a cell in which nothing was read.
func (b *batch) unread(r *catalog.Record) {
	if a := r.Age; a != nil && a.Text != "" && a.Min == nil && a.Max == nil {
		b.warn(r.NativeID, fmt.Sprintf("alderen «%s» er ikke forstått og er utelatt", catalog.CleanText(a.Text, 80)))
	}
	if p := r.Price; p != nil && p.Text != "" && p.Min == nil && p.Max == nil && p.Free == catalog.NotStated && strings.ContainsAny(p.Text, "0123456789") {
		b.warn(r.NativeID, fmt.Sprintf("prisen «%s» er ikke forstått; ordene vises som de står, men kan ikke søkes i", catalog.CleanText(p.Text, 80)))
	}
}

// mask takes secrets out of a record in which a provider has echoed them.
func (b *batch) mask(r *catalog.Record) error {
	if len(b.source.Secrets) == 0 {
		return nil
	}
	text, err := json.Marshal(r)
	if err != nil {
		return nil //nolint:nilerr // what cannot be written is rejected when it is to be stored
	}
	masked := b.echo.Replace(string(text))
	if masked == string(text) {
		return nil
	}
	*r = catalog.Record{}
	return json.Unmarshal([]byte(masked), r)
}

// describe makes what matching needs of a record that is to be written.
func (b *batch) describe(r *catalog.Record, w *store.Write) {
	it := describe(b.hub, r)
	w.Keys, w.Features = it.Keys(), it.Features()
}

func (b *batch) applyDefaults(r *catalog.Record) {
	d := b.source.Defaults
	if r.Kind == "" {
		r.Kind = d.Kind
	}
	if r.Kind == "" {
		r.Kind = catalog.KindActivity
		if r.Schedule.Dated() {
			r.Kind = catalog.KindEvent
		}
	}
	if r.Language == "" {
		r.Language = b.source.Language
	}
	for _, word := range r.Keywords {
		if id, ok := lookup(b.source.Categories, word); ok && id != "" && !slices.Contains(r.Categories, id) {
			r.Categories = append(r.Categories, id)
		}
	}
	if len(r.Categories) == 0 && b.tax != nil && r.Origin == nil {
		words := slices.DeleteFunc(slices.Clone(r.Keywords), func(word string) bool { _, answered := lookup(b.source.Categories, word); return answered })
		if r.Categories = b.tax.MapRecord(words, r.Title, d.Category); len(r.Categories) > 0 {
			r.Derived = append(slices.Clip(r.Derived), "categories")
		}
	}
	if len(r.Categories) == 0 && d.Category != "" {
		r.Categories = []string{d.Category}
	}
	if r.Organizer == nil && d.Organizer != "" {
		r.Organizer = &catalog.Organizer{Name: d.Organizer}
	}
	if b.source.Municipality != "" && (r.Place == nil || r.Place.Municipality == "" && !r.Place.Online) {
		place := catalog.Place{}
		if r.Place != nil {
			place = *r.Place
		}
		place.Municipality = b.source.Municipality
		r.Place = &place
	}
}

// lookup finds a source's word in its mapping, exactly first, then without regard to case and spacing.
func lookup(mapping map[string]string, word string) (string, bool) {
	if id, ok := mapping[word]; ok {
		return id, true
	}
	folded := catalog.Fold(word)
	for _, known := range slices.Sorted(maps.Keys(mapping)) {
		if catalog.Fold(known) == folded {
			return mapping[known], true
		}
	}
	return "", false
}

// encode makes what the store keeps of a record, with the listing that it leads to.
func (b *batch) encode(r *catalog.Record) (store.Write, error) {
	record, err := json.Marshal(r)
	if err != nil {
		return store.Write{}, err
	}
	content := record
	if len(b.source.Volatile) > 0 || volatile(r) {
		plain := *r
		plain.Modified = time.Time{}
		if r.Origin != nil {
			origin := *r.Origin
			origin.FetchedAt = time.Time{}
			plain.Origin = &origin
		}
		for _, field := range b.source.Volatile {
			plain.Unsay(field)
		}
		plain.Offers = slices.Clone(plain.Offers)
		for i := range plain.Offers {
			plain.Offers[i].RemainingAt = time.Time{}
		}
		if content, err = json.Marshal(plain); err != nil {
			return store.Write{}, err
		}
		if len(b.source.Volatile) > 0 { // without what is volatile, other settings could go unnoticed
			content = fmt.Appendf(content, "%q %q", b.source.Volatile, b.source.Ignore)
		}
	}
	listing := catalog.Single(b.hub.ID, r)
	members, err := json.Marshal(listing.Members)
	if err != nil {
		return store.Write{}, err
	}
	content = fmt.Appendf(content, "|%d", matchVersion)
	return store.Write{NativeID: r.NativeID, Hash: catalog.Hash(content), ContentKey: contentKey(r), Ends: calendar.Ends(r.Schedule, b.zone),
		Record: record, Members: members, ListingID: listing.ID, Organizer: r.Organizer, Place: r.Place,
		Passing: store.PassingOf(b.hub.ID, r), Shareable: store.Shareable{Unshared: !b.source.PassOn() || r.Origin != nil && !r.Origin.Leave()}}, nil
}

// volatile reports whether r has fields that change without the content changing.
func volatile(r *catalog.Record) bool {
	return !r.Modified.IsZero() || r.Origin != nil || slices.ContainsFunc(r.Offers, func(o catalog.Offer) bool { return !o.RemainingAt.IsZero() })
}

// firstStart is the start of the first date, else of the first series, of a dated schedule.
func firstStart(s catalog.Schedule) time.Time {
	if len(s.Dates) > 0 {
		return s.Dates[0].Start
	}
	return s.Series[0].Start
}

// contentKey identifies what a record is about without its id: title, place and first start.
func contentKey(r *catalog.Record) string {
	place, start := "", ""
	if r.Place != nil {
		place = r.Place.Name
	}
	if r.Schedule.Dated() {
		start = firstStart(r.Schedule).UTC().Format(time.RFC3339)
	}
	return catalog.DerivedID(r.Title, place, start)
}

package ical

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/connectors"
)

// Result is what a file gave.
type Result struct {
	Records  []catalog.Record // one for each UID, in the order of the file
	Rejects  []catalog.Reject
	Warnings []Warning
}

// Warning is something that an editor should know and that lost nothing.
type Warning struct{ Locator, Text string }

// Parse reads a calendar file. It fails with a connectors.PayloadError when text is no calendar or is cut off; a bad event is a reject.
// Url is where text came from, for errors and relative addresses. The same text always gives the same result.
func Parse(text, url string, source connectors.Source, o Options) (Result, error) {
	calendars, ignored, err := split(text, url)
	if err != nil {
		return Result{}, err
	}
	p := parser{source: source, options: o, url: url, groups: map[string]*group{}, noted: map[string]*note{}, zonesLeft: maxZones}
	n := 0
	for _, cal := range calendars {
		p.calendar(cal, &n)
	}
	if len(p.result.Rejects) >= maxRejects {
		return Result{}, &connectors.PayloadError{URL: url, Locator: p.result.Rejects[0].Locator, Expected: fmt.Sprintf("færre enn %d ubrukelige hendelser. Den første: %s", maxRejects, p.result.Rejects[0].Reason)}
	}
	for _, name := range []string{"VTODO", "VJOURNAL", "VFREEBUSY"} {
		if ignored[name] > 0 {
			p.result.Warnings = append(p.result.Warnings, Warning{name, fmt.Sprintf("%d %s ble ikke lest: bare hendelser (VEVENT) leses", ignored[name], name)})
		}
	}
	for _, id := range p.order {
		p.build(p.groups[id])
	}
	p.notes()
	return p.result, nil
}

type parser struct {
	source    connectors.Source
	options   Options
	url       string
	zones     *zones
	zonesLeft int
	groups    map[string]*group
	order     []string // keys of groups
	result    Result
	noted     map[string]*note
	noteOrder []string
}

// group is the events of one UID.
type group struct {
	id       string
	derived  bool
	masters  []*event
	changes  []*event // with RECURRENCE-ID
	rejected bool     // a master was
}

// event is one VEVENT whose times are read.
type event struct {
	*component
	locator  string
	title    string
	start    stamp
	end      time.Time // as catalog.Occurrence.End
	id       *stamp    // RECURRENCE-ID
	onward   bool      // RANGE=THISANDFUTURE
	rules    []string
	added    []stamp
	periods  []catalog.Override // RDATE with an end of its own
	except   []stamp
	sequence int
	modified time.Time // LAST-MODIFIED
	stamped  time.Time // DTSTAMP
	order    int
}

// note collects warnings of the same sort.
type note struct {
	locator, text string
	count         int
}

func (p *parser) note(locator, text string) {
	if n := p.noted[text]; n != nil {
		n.count++
		return
	}
	p.noted[text] = &note{locator, text, 1}
	p.noteOrder = append(p.noteOrder, text)
}

const (
	maxWarnings = 100
	maxRejects  = 10_000 // a file with more is refused
	maxGroup    = 2_000  // events of one UID
)

func (p *parser) notes() {
	for i, text := range p.noteOrder {
		if i == maxWarnings {
			p.result.Warnings = append(p.result.Warnings, Warning{"", fmt.Sprintf("%d merknader til er ikke vist", len(p.noteOrder)-i)})
			return
		}
		n := p.noted[text]
		if n.count > 1 {
			n.text += fmt.Sprintf(" (%d ganger)", n.count)
		}
		p.result.Warnings = append(p.result.Warnings, Warning{n.locator, n.text})
	}
}

func (p *parser) calendar(c *component, n *int) {
	if c.name == "VCALENDAR" {
		p.zones = newZones(c, p.source.Zone, &p.zonesLeft, func(line int, text string) { p.note(fmt.Sprintf("linje %d", line), text) })
	} else if p.zones == nil {
		p.zones = newZones(&component{}, p.source.Zone, &p.zonesLeft, func(int, string) {})
	}
	if c.name == "VEVENT" {
		if len(p.result.Rejects) < maxRejects {
			p.event(c, *n)
		}
		*n++
		return
	}
	for _, child := range c.children {
		if child.name == "VEVENT" || child.name == "VCALENDAR" {
			p.calendar(child, n)
		}
	}
}

// fault is why an event cannot be used.
type fault struct {
	field string
	err   error
}

func (f *fault) Error() string { return f.err.Error() }

func bad(field, format string, args ...any) error { return &fault{field, fmt.Errorf(format, args...)} }

func (p *parser) event(c *component, n int) {
	e := &event{component: c, order: n}
	uid := c.text("UID")
	e.locator = fmt.Sprintf("VEVENT %d, linje %d", n+1, c.line)
	if uid != "" {
		e.locator = fmt.Sprintf("VEVENT %d (UID %.80s), linje %d", n+1, uid, c.line)
	}
	if class := strings.ToUpper(c.text("CLASS")); class == "PRIVATE" || class == "CONFIDENTIAL" {
		p.note(e.locator, "Hendelser merket som private (CLASS:"+class+") ble utelatt")
		return
	}
	err := p.read(e)
	id, derived := uid, false
	if id == "" && err == nil {
		id, derived = catalog.DerivedID(e.title, c.text("LOCATION"), firstStart(e.start)), true
	}
	g := p.groups[id]
	if g == nil && id != "" {
		g = &group{id: id, derived: derived}
		p.groups[id] = g
		p.order = append(p.order, id)
	}
	_, isChange := c.first("RECURRENCE-ID")
	switch {
	case err != nil:
		reject := catalog.Reject{Title: title(c), Locator: e.locator, Reason: sentence(err), Fixer: catalog.FixSource}
		if f := (*fault)(nil); errors.As(err, &f) {
			reject.Field = f.field
		}
		if g != nil && !isChange {
			reject.NativeID, g.rejected = id, true
		}
		p.result.Rejects = append(p.result.Rejects, reject)
	case len(g.masters)+len(g.changes) >= maxGroup:
		p.note(e.locator, fmt.Sprintf("Mer enn %d hendelser har samme UID, resten ble utelatt", maxGroup))
	case e.id != nil && !derived:
		g.changes = append(g.changes, e)
	default:
		g.masters = append(g.masters, e)
	}
}

func firstStart(s stamp) string {
	if s.day {
		return s.at.Format(time.DateOnly)
	}
	return s.at.UTC().Format(time.RFC3339)
}

func sentence(err error) string {
	s := err.Error()
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

func title(c *component) string {
	return catalog.CleanText(catalog.PlainText(c.text("SUMMARY")), catalog.MaxTitle)
}

// read reads what must be right for an event to be used.
func (p *parser) read(e *event) error {
	if e.open {
		return bad("END", "hendelsen mangler END:VEVENT")
	}
	if e.title = title(e.component); e.title == "" {
		return bad("SUMMARY", "hendelsen mangler navn (SUMMARY)")
	}
	p.zones.floating = p.zones.source
	e.sequence, _ = strconv.Atoi(e.text("SEQUENCE"))
	e.modified, e.stamped = p.moment(e, "LAST-MODIFIED"), p.moment(e, "DTSTAMP")
	if err := p.readTimes(e); err != nil {
		return err
	}
	for _, q := range e.props {
		switch q.name {
		case "RRULE":
			if strings.TrimSpace(q.value) == "" {
				continue
			}
			if err := calendar.CheckRule(q.value); err != nil {
				return bad("RRULE", "gjentakelsen kan ikke brukes: %w", err)
			}
			if len(e.rules) < maxRules {
				e.rules = append(e.rules, cleanRule(q.value))
			}
		case "EXRULE":
			p.note(e.locator, "EXRULE leses ikke, så noen av datoene kan være feil")
		case "EXDATE", "RDATE":
			p.readDates(e, q)
		}
	}
	return nil
}

const (
	maxRules = 10     // of one event
	maxDates = 10_000 // RDATE and EXDATE of one event
)

func (p *parser) moment(e *event, name string) time.Time {
	q, ok := e.first(name)
	if !ok {
		return time.Time{}
	}
	s, err := p.zones.stamp(q, q.value)
	if err != nil {
		return time.Time{}
	}
	return s.at.UTC()
}

// readChange reads RECURRENCE-ID.
func (p *parser) readChange(e *event) error {
	q, ok := e.first("RECURRENCE-ID")
	if !ok {
		return nil
	}
	id, err := p.zones.stamp(q, q.value)
	if err != nil {
		return bad("RECURRENCE-ID", "%w", err)
	}
	e.id, e.onward = &id, strings.EqualFold(q.param("RANGE"), "THISANDFUTURE")
	return nil
}

func (p *parser) readTimes(e *event) error {
	q, ok := e.first("DTSTART")
	if ok {
		s, err := p.zones.stamp(q, q.value)
		if err != nil {
			return bad("DTSTART", "%w", err)
		}
		e.start = s
		p.zones.floating = cmp.Or(s.zone, p.zones.source)
	}
	if err := p.readChange(e); err != nil {
		return err
	}
	switch {
	case ok:
	case e.id != nil:
		e.start = *e.id
	case p.source.Kind != "" && !p.source.Kind.NeedsDate():
		return nil
	default:
		return bad("DTSTART", "hendelsen mangler dato (DTSTART)")
	}
	if err := p.readEnd(e); err != nil {
		p.note(e.locator, "Slutten kan ikke brukes og ble utelatt: "+err.Error())
		e.end = time.Time{}
	}
	if strings.EqualFold(e.text("X-MICROSOFT-CDO-ALLDAYEVENT"), "TRUE") {
		p.makeAllDay(e)
	}
	return nil
}

func (p *parser) readEnd(e *event) error {
	if q, ok := e.first("DTEND"); ok {
		end, err := p.zones.stamp(q, q.value)
		if err != nil {
			return err
		}
		return e.setEnd(end, p.source.Zone)
	}
	if q, ok := e.first("DURATION"); ok {
		d, err := parseSpan(q.value)
		if err != nil {
			return err
		}
		if e.end = d.after(e.start); !e.end.After(e.start.at) {
			e.end = time.Time{}
		}
	}
	return nil
}

// setEnd takes a DTEND, which is exclusive: of a day it makes the last one, inclusive.
func (e *event) setEnd(end stamp, local *time.Location) error {
	switch {
	case e.start.day && end.day && end.at.Equal(e.start.at): // a common way to say one day
		return nil
	case e.start.day && end.day:
		e.end = end.at.AddDate(0, 0, -1)
	case e.start.day:
		e.end = end.wallIn(cmp.Or(end.zone, local)).Add(-1).Truncate(24 * time.Hour)
	case end.day:
		e.end = catalog.LocalTime(cmp.Or(e.start.zone, local), end.at)
	default:
		e.end = end.at
	}
	if e.end.Before(e.start.at) {
		return errors.New("den er før starten")
	}
	if e.end.Equal(e.start.at) {
		e.end = time.Time{}
	}
	return nil
}

// makeAllDay takes Outlook's word that an event from midnight to midnight lasts whole days.
func (p *parser) makeAllDay(e *event) {
	if e.start.day {
		return
	}
	zone := cmp.Or(e.start.zone, p.source.Zone)
	first := e.start.wallIn(zone)
	last := first.AddDate(0, 0, 1)
	if !e.end.IsZero() {
		last = stamp{at: e.end}.wallIn(zone)
	}
	if !first.Equal(first.Truncate(24*time.Hour)) || !last.Equal(last.Truncate(24*time.Hour)) {
		return
	}
	e.start = stamp{at: first, day: true}
	if e.end = last.AddDate(0, 0, -1); !e.end.After(first) {
		e.end = time.Time{}
	}
}

// readDates reads EXDATE or RDATE; a value that cannot be read is left out.
func (p *parser) readDates(e *event, q property) {
	for _, value := range list(q.value) {
		if strings.TrimSpace(value) == "" {
			continue
		}
		if len(e.added)+len(e.except)+len(e.periods) >= maxDates {
			p.note(e.locator, fmt.Sprintf("%s har mer enn %d datoer, resten ble utelatt", q.name, maxDates))
			return
		}
		first, rest, isPeriod := strings.Cut(value, "/")
		s, err := p.zones.stamp(q, first)
		if err != nil {
			p.note(e.locator, fmt.Sprintf("En dato i %s kan ikke leses og ble utelatt: %v", q.name, err))
			continue
		}
		switch {
		case q.name == "EXDATE":
			e.except = append(e.except, s)
		case isPeriod:
			e.periods = append(e.periods, p.period(q, s, rest))
		default:
			e.added = append(e.added, s)
		}
	}
}

func (p *parser) period(q property, start stamp, rest string) catalog.Override {
	o := catalog.Occurrence{Start: p.in(start, start.at), AllDay: start.day}
	if d, err := parseSpan(rest); err == nil {
		o.End = p.in(start, d.after(start))
	} else if end, err := p.zones.stamp(q, rest); err == nil {
		o.End = p.in(start, end.at)
	}
	if !o.End.After(o.Start) {
		o.End = time.Time{}
	}
	return catalog.Override{ID: o.Start, Occurrence: o}
}

// cleanRule leaves out of a rule that CheckRule accepts what it skips, so that it can be given on.
func cleanRule(s string) string {
	s = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	parts := strings.Split(s[strings.LastIndexByte(s, ':')+1:], ";")
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool {
		_, value, _ := strings.Cut(part, "=")
		return value == ""
	}), ";")
}

// newer orders versions of the same event: the newest last.
func newer(a, b *event) int {
	return cmp.Or(cmp.Compare(a.sequence, b.sequence), a.modified.Compare(b.modified), a.stamped.Compare(b.stamped), cmp.Compare(a.order, b.order))
}

// distinct sorts out the events of one UID that have no RECURRENCE-ID. Those of one SEQUENCE that nothing dates differently, and that
// have different names or starts, are different things: the source uses the UID wrongly, and all of them count. All others are
// versions of one, of which the newest counts.
func distinct(masters []*event) (out []*event) {
	sorted := slices.Clone(masters)
	slices.SortStableFunc(sorted, func(a, b *event) int { return newer(b, a) })
	for _, e := range sorted {
		if !slices.ContainsFunc(out, func(o *event) bool { return isVersion(e, o) }) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b *event) int { return a.start.at.Compare(b.start.at) })
	return out
}

func isVersion(a, b *event) bool {
	sameName, sameStart := a.title == b.title, a.start.at.Equal(b.start.at)
	switch {
	case a.sequence != b.sequence, len(a.rules)+len(b.rules) > 0, sameName && sameStart:
		return true
	case sameStart:
		return !a.modified.Equal(b.modified) || !a.stamped.Equal(b.stamped)
	}
	return sameName && !a.modified.Equal(b.modified)
}

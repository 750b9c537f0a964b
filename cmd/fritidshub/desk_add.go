package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"fritidshub/api/console"
	"fritidshub/api/console/signin"
	"fritidshub/catalog"
	"fritidshub/fetch"
	"fritidshub/ingest"
	"fritidshub/store"
)

// Bounds of the inquiries for new sources.
const (
	mostInquiries = 50 // remembered
	mostWorking   = 4  // pieces of work at once, of all editors
	inquiryWithin = 90 * time.Second
	trialWithin   = 2 * time.Minute
	holdWork      = 3 * time.Second // a page waits so long for work before it says how far that has come
	trialItems    = 100             // of which is measured what others give already and what they state
	maxAddress    = 2000            // bytes
)

// inquiries are what editors have asked about and wait for, in memory alone.
type inquiries struct {
	mu      sync.Mutex
	all     []*inquiry          // about addresses, the oldest first
	words   map[string]*counted // of sources
	working int
}

// inquiry is one address that somebody has asked about.
type inquiry struct {
	id, who, address string
	look             *work
	found            []ingest.Candidate // once look has ended
	trials           map[int]*trial
}

// trial is one way to read the address.
type trial struct {
	read    *work
	entry   written           // as proposed, then as an editor has it
	secrets map[string]string // what the address held, by the names that entry has for it
	preview ingest.Preview    // once read has ended, with at most previewItems
	fields  []console.Field
	twins   string
}

// work is something that an editor waits for.
type work struct {
	mu    sync.Mutex
	said  string
	fault string
	ended chan struct{}
}

func (w *work) say(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = fmt.Sprintf(format, args...)
}

// state waits a moment for the end, and tells how far it has come and what went wrong.
func (w *work) state(ctx context.Context) (console.Work, string) {
	hold := time.NewTimer(holdWork)
	defer hold.Stop()
	on := true
	select {
	case <-w.ended:
		on = false
	case <-hold.C:
	case <-ctx.Done():
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return console.Work{On: on, Said: w.said}, w.fault
}

func (w *work) done() bool {
	select {
	case <-w.ended:
		return true
	default:
		return false
	}
}

var errBusyDesk = &console.Fault{Status: http.StatusTooManyRequests, Text: "Huben har allerede mye å se etter for redaktørene. Prøv igjen om et minutt."}

// start begins a piece of work that takes at most so long. The inquiries are locked meanwhile.
func (d *desk) start(within time.Duration, said string, f func(ctx context.Context, w *work) (fault string)) (*work, error) {
	if d.inquiries.working >= mostWorking {
		return nil, errBusyDesk
	}
	d.inquiries.working++
	w := &work{said: said, ended: make(chan struct{})}
	d.begin(func(ctx context.Context) {
		ctx, cancel := context.WithTimeoutCause(ctx, within, fmt.Errorf("det tok mer enn %s og ble avbrutt", within))
		defer cancel()
		fault := f(ctx, w)
		d.inquiries.mu.Lock()
		defer d.inquiries.mu.Unlock()
		d.inquiries.working--
		w.mu.Lock()
		defer w.mu.Unlock()
		w.fault = fault
		close(w.ended)
	})
	return w, nil
}

// Search implements console.Adding.
func (d *desk) Search(ctx context.Context, address string) (string, error) {
	address, err := wholeAddress(address)
	if err != nil {
		return "", err
	}
	user, _ := signin.UserOf(ctx)
	s := &inquiry{id: rand.Text(), who: user.Name, address: address, trials: map[int]*trial{}}
	d.inquiries.mu.Lock()
	defer d.inquiries.mu.Unlock()
	if len(d.inquiries.all) >= mostInquiries {
		d.inquiries.all = slices.Delete(d.inquiries.all, 0, 1)
	}
	s.look, err = d.start(inquiryWithin, "Spør "+hostOf(address)+" hva adressen er.", func(ctx context.Context, w *work) string {
		found, err := d.detect(ctx, address, w)
		d.inquiries.mu.Lock()
		defer d.inquiries.mu.Unlock()
		s.found = found
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		switch {
		case err != nil:
			return "Adressen kan ikke leses: " + sentenced(err.Error())
		case len(found) == 0:
			return "Fant ingenting å hente her. Se etter en kalender (.ics), en RSS-strøm eller en egen arrangementsside på nettstedet, eller spør eieren om en datastrøm."
		}
		return ""
	})
	if err != nil {
		return "", err
	}
	d.inquiries.all = append(d.inquiries.all, s)
	return s.id, nil
}

// wholeAddress is an address as people paste it, whole.
func wholeAddress(text string) (string, error) {
	fault := func(what string) error { return &console.Fault{Status: http.StatusUnprocessableEntity, Text: what} }
	if !strings.Contains(text, "://") && !strings.HasPrefix(text, "file:") {
		text = "https://" + text
	}
	text = strings.Replace(text, "webcal://", "https://", 1)
	u, err := url.Parse(text)
	switch {
	case len(text) > maxAddress:
		return "", fault("Adressen er for lang.")
	case err != nil, u.Scheme != "file" && (u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == ""):
		return "", fault("Det er ikke en adresse. Kopier hele adressen fra nettleseren, med https://.")
	case u.User != nil:
		return "", fault("Adressen har brukernavn eller passord i seg. Ta det bort, og skriv kilden i sources.yaml med headers: {Authorization: ${NAVN}}.")
	}
	return text, nil
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Hostname()
	}
	return "filen"
}

// detect finds out what an address is, with few requests: a new try would be one of them.
func (d *desk) detect(ctx context.Context, address string, w *work) ([]ingest.Candidate, error) {
	in := d.hub.in
	client := fetch.New(fetch.Options{Version: version(), PublicURL: in.publicURL, FileRoot: d.config.Load().Dir, AllowPrivate: in.allowPrivate, Hosts: d.hub.store, Now: in.now, Limits: fetch.Limits{Retries: -1}})
	defer client.Close()
	o := d.ingester.Options
	o.Fetch, o.Engine, o.Progress = client, nil, func(p ingest.Progress) {
		w.say("Spør %s hva adressen er (%d av høyst %d forespørsler).", hostOf(address), p.Requests, ingest.MaxDetectRequests)
	}
	return ingest.New(o).Detect(ctx, address)
}

// inquiryOf is an inquiry of the editor who asks. The inquiries are locked meanwhile.
func (d *desk) inquiryOf(ctx context.Context, id string) (*inquiry, error) {
	user, _ := signin.UserOf(ctx)
	i := slices.IndexFunc(d.inquiries.all, func(s *inquiry) bool { return s.id == id && s.who == user.Name })
	if i < 0 {
		return nil, console.ErrNoSearch
	}
	return d.inquiries.all[i], nil
}

// Found implements console.Adding.
func (d *desk) Found(ctx context.Context, id string) (*console.Found, error) {
	d.inquiries.mu.Lock()
	s, err := d.inquiryOf(ctx, id)
	d.inquiries.mu.Unlock()
	if err != nil {
		return nil, err
	}
	f := &console.Found{Address: fetch.Redact(s.address)}
	if f.Work, f.Fault = s.look.state(ctx); f.On {
		return f, nil
	}
	for _, c := range s.found {
		f.Ways = append(f.Ways, d.way(c))
	}
	return f, nil
}

func (d *desk) way(c ingest.Candidate) console.Way {
	return console.Way{Kind: c.Kind, URL: fetch.Redact(c.URL), Told: told(c, d.config.Load().Hub.Zone)}
}

// Try implements console.Adding.
func (d *desk) Try(ctx context.Context, id string, way int) error {
	d.inquiries.mu.Lock()
	defer d.inquiries.mu.Unlock()
	s, err := d.inquiryOf(ctx, id)
	if err != nil {
		return err
	}
	if !s.look.done() || way >= len(s.found) {
		return console.ErrNoSearch
	}
	if s.trials[way] != nil && !s.trials[way].read.done() {
		return nil
	}
	c := s.found[way]
	t := &trial{}
	taken := map[string]bool{}
	for _, one := range d.config.Load().Sources {
		taken[one.ID] = true
	}
	kind, _ := d.hub.registry.Kind(c.Kind)
	if t.entry, t.secrets, err = writtenOf(c, kind.Schedule, taken); err != nil {
		return err
	}
	t.read, err = d.start(trialWithin, "Spør "+hostOf(c.URL)+".", func(ctx context.Context, w *work) string {
		return d.readTrial(ctx, t, w)
	})
	if err == nil {
		s.trials[way] = t
	}
	return err
}

// readTrial reads a source that is not declared yet, and measures what it gives. The fault says why that is not known.
func (d *desk) readTrial(ctx context.Context, t *trial, w *work) (fault string) {
	source, wrong, err := d.sourceOf(t.entry, func(name string) (string, bool) {
		if value, ok := t.secrets[name]; ok {
			return value, true
		}
		return d.hub.program.env(name)
	})
	switch {
	case err != nil:
		return sentenced(err.Error())
	case len(wrong) > 0:
		return "Kan ikke prøves: " + wrong[0].text
	case len(source.Unset()) > 0:
		return "" // nobody is asked with a name for a key
	}
	o := d.ingester.Options
	o.Engine, o.Progress = nil, func(p ingest.Progress) {
		w.say("Leser %s: %d forespørsler, %d oppføringer.", hostOf(source.URL), p.Requests, p.Records)
	}
	found := ingest.New(o).Preview(ctx, source, ingest.PreviewOptions{Items: trialItems})
	t.fields = d.compared(source.ID, shareOf(len(found.Items), func(i int) *catalog.Record { return &found.Items[i].Record }))
	t.twins = twins(source.ID, found.Items)
	found.Items = found.Items[:min(len(found.Items), previewItems)]
	t.preview = found
	if found.Status != store.RunFailed && found.Usable == 0 {
		return "Kilden gir ingenting som kan vises nå. Prøv en annen måte å lese adressen på, eller en annen adresse."
	}
	return ""
}

// twins says how many of the first items of a new source others give already, and who.
func twins(own string, items []ingest.PreviewItem) string {
	n, others := 0, []string(nil)
	for _, it := range items {
		known := false
		for _, m := range it.MergesWith {
			if m.Source != own {
				known = true
				if !slices.Contains(others, m.Source) {
					others = append(others, m.Source)
				}
			}
		}
		if known {
			n++
		}
	}
	of := fmt.Sprintf("de %d første", len(items))
	switch {
	case len(items) == 0:
		return ""
	case n == 0:
		return "Ingen av " + of + " finnes fra andre kilder."
	}
	slices.Sort(others)
	return fmt.Sprintf("%d av %s finnes alt fra %s, og vises sammen med dem.", n, of, strings.Join(others, ", "))
}

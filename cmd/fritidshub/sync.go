package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/ingest"
	"fritidshub/store"
)

func syncFlags(f *flag.FlagSet, in *invocation) {
	f.BoolVar(&in.json, "json", false, "skriv JSON på standard ut")
	f.BoolVar(&in.replay, "replay", false, "les det kildene svarte sist på nytt, uten å spørre dem")
}

// sync runs the named sources, or all that are enabled, once.
func (p *program) sync(ctx context.Context, in *invocation) error {
	h, err := p.open(ctx, in, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer h.close()
	if in.replay && len(in.args) == 0 {
		return usage("fritidshub sync -replay: oppgi hvilke kilder som skal leses på nytt av det de svarte sist")
	}
	trigger := ingest.TriggerHand
	if in.replay {
		trigger = ingest.TriggerReplay
	}
	chosen, err := choose(h.config.Sources, in.args)
	if err != nil {
		return err
	}
	if err := h.declare(ctx, h.config); err != nil {
		return err
	}
	show := newProgress(p.err, in.json)
	ingester := h.ingester(nil, show.step)
	ingester.LeaseWait = 2 * time.Minute

	results := make([]ingest.Result, len(chosen))
	var printing sync.Mutex
	var printed error
	var group sync.WaitGroup
	slots := make(chan struct{}, ingest.Parallel)
	for i, source := range chosen {
		group.Add(1)
		go func() {
			defer group.Done()
			slots <- struct{}{}
			defer func() { <-slots }()
			results[i] = ingester.Run(ctx, source, trigger)
			printing.Lock()
			defer printing.Unlock()
			show.done(source.ID)
			if in.json {
				printed = errors.Join(printed, json.NewEncoder(p.out).Encode(results[i]))
			} else {
				fmt.Fprintln(p.out, sentence(results[i]))
			}
		}()
	}
	group.Wait()
	switch waiting, err := h.locate(ctx, ingester, askWithin); {
	case err != nil:
		fmt.Fprintln(p.err, "merk: stedene ble ikke fylt ut:", err)
	case waiting > 0 && !in.json:
		fmt.Fprintf(p.out, "%d adresser er ikke slått opp hos Kartverket ennå; resten tas neste gang\n", waiting)
	}
	if slices.ContainsFunc(results, func(r ingest.Result) bool { return r.Status == store.RunFailed }) {
		return silent(exitFailed)
	}
	return printed
}

func choose(all []config.Source, names []string) ([]config.Source, error) {
	var chosen []config.Source
	for _, s := range all {
		if len(names) == 0 && s.Enabled || slices.Contains(names, s.ID) {
			chosen = append(chosen, s)
		}
	}
	for _, name := range names {
		i := slices.IndexFunc(all, func(s config.Source) bool { return s.ID == name })
		switch {
		case i < 0:
			var ids []string
			for _, s := range all {
				ids = append(ids, s.ID)
			}
			return nil, usage(fmt.Sprintf("kilden %q finnes ikke i sources.yaml; %sen av: %s", name, meant(name, ids), strings.Join(ids, ", ")))
		case !all[i].Enabled:
			return nil, usage(fmt.Sprintf("kilden %q er slått av (enabled: false); slå den på i sources.yaml først", name))
		}
	}
	return chosen, nil
}

// sentence says in one line how a run went.
func sentence(r ingest.Result) string {
	counts := fmt.Sprintf("%d nye, %d endret, %d uendret, %d vises", r.Added, r.Updated, r.Unchanged, r.Live)
	if r.Missing > 0 {
		counts += fmt.Sprintf(", %d savnet", r.Missing)
	}
	if r.Removed > 0 {
		counts += fmt.Sprintf(", %d fjernet", r.Removed)
	}
	if r.Dropped > 0 {
		counts += fmt.Sprintf(", %d utelatt", r.Dropped)
	}
	if r.Rejected > 0 {
		counts += fmt.Sprintf(", %d avvist", r.Rejected)
	}
	line := ""
	switch r.Status {
	case store.RunOK:
		line = fmt.Sprintf("%s: ferdig. %s (%.1f s)", r.Source, counts, r.Seconds)
	case store.RunUnchanged:
		line = fmt.Sprintf("%s: uendret. %d vises (%.1f s)", r.Source, r.Live, r.Seconds)
	case store.RunPartial:
		line = fmt.Sprintf("%s: delvis. %s (%.1f s)", r.Source, counts, r.Seconds)
	case store.RunHeld:
		line = fmt.Sprintf("%s: holdt tilbake. %s (%s)", r.Source, r.Held.Reason, counts)
	default:
		line = fmt.Sprintf("%s: FEILET. %s.", r.Source, strings.TrimSuffix(r.Error, "."))
		if r.Live > 0 {
			line += " Det som er hentet før, vises fortsatt."
		}
	}
	if r.Run > 0 {
		line += fmt.Sprintf(" [kjøring %d]", r.Run)
	}
	return line + strings.TrimSuffix("\n"+notes(r), "\n")
}

// notes tells the first rejects and warnings of a run, a line each.
func notes(r ingest.Result) string {
	line := ""
	for i, reject := range r.Rejects {
		if i == 5 {
			line += fmt.Sprintf("    … og %d til\n", r.Rejected-i)
			break
		}
		line += "    avvist, " + refusal(reject) + "\n"
	}
	for i, warning := range r.Warnings {
		if i == 5 {
			line += fmt.Sprintf("    … og merknader til, %d i alt\n", len(r.Warnings))
			break
		}
		line += "    merk: " + warning + "\n"
	}
	return line
}

// refusal says of one item that could not be used where it stands, what it is called, what is wrong, and who can mend it.
func refusal(r catalog.Reject) string {
	where := r.Locator
	if r.Field != "" && !strings.Contains(r.Reason, r.Field) {
		where += ", " + r.Field
	}
	if title := catalog.CleanText(r.Title, 60); title != "" {
		where += ", «" + title + "»"
	}
	text := where + ": " + strings.TrimSuffix(r.Reason, ".") + "."
	switch r.Fixer {
	case catalog.FixSource:
		text += " Rettes hos kilden."
	case catalog.FixEditor:
		text += " Rettes av dere."
	case catalog.FixProject:
		text += " Rettes av dem som lager fritidshub."
	}
	return text
}

// progress shows on a terminal, on one line, what the running sources do. It is silent elsewhere.
type progress struct {
	w  io.Writer
	on bool

	mu      sync.Mutex
	running map[string]ingest.Progress
	drawn   time.Time
}

func newProgress(w io.Writer, quiet bool) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, on: ok && !quiet && isatty.IsTerminal(f.Fd()), running: map[string]ingest.Progress{}}
}

var stepWords = map[string]string{"fetch": "henter", "parse": "leser", "store": "lagrer", "index": "indekserer"}

func (p *progress) step(s ingest.Progress) {
	if !p.on {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[s.Source] = s
	if time.Since(p.drawn) < 100*time.Millisecond {
		return
	}
	p.drawn = time.Now()
	var parts []string
	for id, s := range p.running {
		parts = append(parts, fmt.Sprintf("%s %s %d", id, stepWords[s.Step], s.Records))
	}
	slices.Sort(parts)
	line := []rune(strings.Join(parts, " · "))
	fmt.Fprintf(p.w, "\r\033[K%s", string(line[:min(len(line), 100)]))
}

func (p *progress) done(source string) {
	if !p.on {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, source)
	fmt.Fprint(p.w, "\r\033[K")
}

// Command bench compares the embedded search engine with two general ones, bleve and SQLite's FTS5 with facets in SQL, in one run on the same
// generated documents. It is a module of its own, so that the product does not depend on what it is compared with.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"

	"fritidshub/index"
	"fritidshub/index/indextest"
)

// facets are the eight of a search page.
var facets = []index.Facet{index.FacetKind, index.FacetCategory, index.FacetMunicipality, index.FacetOrganizer, index.FacetPlace, index.FacetSource,
	index.FacetAccessibility, index.FacetWeekday}

const (
	facetLimit = 100
	hits       = 20
	seed       = 7
)

// engine answers with 20 hits and the counts of 8 facets of what is not over.
type engine interface {
	// add takes documents; done ends the adding.
	add(docs []index.Document) error
	done() error
	// search gives how many there are, and how many values were counted in all facets.
	search(text string) (total, values int, err error)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	n := flag.Int("n", 100_000, "how many `documents`")
	rounds := flag.Int("rounds", 15, "how many times each search is asked")
	flag.Parse()
	dir, err := os.MkdirTemp("", "fritidshub-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bleve, err := openBleve(dir)
	if err != nil {
		return err
	}
	fts, err := openFTS(dir)
	if err != nil {
		return err
	}
	engines := []struct {
		name string
		engine
		least float64 // times the embedded engine's time, on the empty query
	}{{"embedded", openEmbedded(), 1}, {"bleve", bleve, 50}, {"FTS5 and SQL", fts, 100}}
	docs := indextest.Generate(*n, seed)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "documents\tengine\tquery\tp50, ms CPU\ttimes the embedded\tbar\t\n")
	embedded := map[string]float64{}
	var missed error
	totals := map[string]int{}
	for _, e := range engines {
		for part := range slices.Chunk(docs, 1000) {
			if err := e.add(part); err != nil {
				return fmt.Errorf("%s: %w", e.name, err)
			}
		}
		if err := e.done(); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		for _, text := range []string{"", "sjakk"} {
			var took []time.Duration
			for range *rounds {
				began := cpu()
				total, values, err := e.search(text)
				if err != nil {
					return fmt.Errorf("%s: %w", e.name, err)
				}
				took = append(took, cpu()-began)
				if values == 0 || total == 0 {
					return fmt.Errorf("%s finds %d documents with %d values", e.name, total, values)
				}
				if known, ok := totals[text]; text == "" && ok && known != total {
					return fmt.Errorf("%s finds %d documents, others %d", e.name, total, known)
				}
				totals[text] = total
			}
			slices.Sort(took)
			p50 := took[len(took)/2].Seconds() * 1000
			query, bar := "word, 8 facets", ""
			if text == "" {
				query, bar = "empty, 8 facets", fmt.Sprintf("≥ %.0f", e.least)
			}
			if _, ok := embedded[text]; !ok {
				embedded[text] = p50
			}
			times := p50 / embedded[text]
			if text == "" && times < e.least {
				missed = errors.Join(missed, fmt.Errorf("%s takes %.0f times as long as the embedded engine, the bar is %.0f", e.name, times, e.least))
			}
			fmt.Fprintf(w, "%d\t%s\t%s\t%.3g\t%.0f\t%s\t\n", *n, e.name, query, p50, times, bar)
		}
	}
	return errors.Join(w.Flush(), missed)
}

// cpu is the processor time of all threads.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

const never = 1 << 40

// times are when the next occurrence begins and when it is over; never stands for neither.
func times(d *index.Document) (start, ends int64) {
	start, ends = never, never
	if d.Ends != 0 {
		ends = d.Ends
	}
	for _, s := range d.Spans {
		if s.End > indextest.Now.Unix() {
			return s.Start, ends
		}
	}
	return start, ends
}

func query(text string) index.Query {
	return index.Query{Text: text, Now: indextest.Now, Limit: hits, Facets: facets, FacetLimit: facetLimit}
}

var ctx = context.Background()

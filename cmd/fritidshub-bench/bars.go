package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// figure is one measured number beside its bar.
type figure struct {
	Listings int     `json:"listings"`
	Name     string  `json:"name"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit,omitzero"`
	Bar      float64 `json:"bar"`
	Least    bool    `json:"least,omitzero"` // the bar is the least, else the most
	Goal     bool    `json:"goal,omitzero"`  // the bar is a goal: what misses it is said, and does not fail the run
	Loose    bool    `json:"loose,omitzero"` // shown, but not held against
}

func (f figure) short() bool { return f.Least && f.Value < f.Bar || !f.Least && f.Value > f.Bar }

func (f figure) missed() bool { return !f.Loose && !f.Goal && f.short() }

func (f figure) verdict() string {
	switch {
	case f.Loose:
		return "not held"
	case f.Goal && f.short():
		return "below the goal"
	case f.short():
		return "MISSED"
	}
	return "ok"
}

func (f figure) bar() string {
	if f.Least {
		return fmt.Sprintf("≥ %g", f.Bar)
	}
	return fmt.Sprintf("≤ %g", f.Bar)
}

// engineBar is the most CPU milliseconds of one search at the engine: the median, the 99th percentile of word, filter and date, and that
// of prefix and distance.
func engineBar(listings int) (p50, p99, hard99 float64) {
	switch {
	case listings <= 10_000:
		return 0.1, 0.5, 1
	case listings <= 100_000:
		return 0.5, 3, 5
	}
	return 5, 25, 25
}

// The bars of every size: those of the sync are held, those of the searches are goals.
const (
	barSync    = 3_000 // listings per second, first sync into store and index
	barPeak    = 500   // MB, at most 100 000 listings
	barResync  = 0.05  // of the first sync
	barMatch   = 20    // s, 100 000 listings from scratch
	barOne     = 5     // ms, one changed record, in the worst of a hundred
	barHTTP50  = 10    // ms
	barHTTP99  = 30    // ms
	barRequest = 1_500 // per second
)

// hold puts every figure beside its bar. When loose, times and memory are shown alone: a short run says nothing about them.
func hold(reports []report, loose bool) []figure {
	var all []figure
	for _, r := range reports {
		add := func(name string, value float64, unit string, bar float64, least, exact bool) {
			all = append(all, figure{Listings: r.Listings, Name: name, Value: value, Unit: unit, Bar: bar, Least: least, Loose: loose && !exact})
		}
		goal := func(name string, value float64, unit string, bar float64, least bool) {
			all = append(all, figure{Listings: r.Listings, Name: name, Value: value, Unit: unit, Bar: bar, Least: least, Goal: true, Loose: loose})
		}
		add("first sync", r.SyncRate, "listings/s", barSync, true, false)
		if r.Listings <= 100_000 {
			add("peak memory of the sync", r.SyncPeakMB, "MB", barPeak, false, false)
		}
		add("unchanged sync, share of the first", r.ResyncShare, "", barResync, false, false)
		add("unchanged sync, rows written", float64(r.ResyncWritten), "", 0, false, true)
		add("unchanged sync, documents indexed", float64(r.ResyncIndexed), "", 0, false, true)
		if r.Listings <= 100_000 {
			add("matching from scratch", r.MatchSeconds, "s", barMatch, false, false)
		}
		add("matching of one record, p99", r.MatchOne.P99, "ms", barOne, false, false)
		p50, p99, hard99 := engineBar(r.Listings)
		for _, s := range r.Searches {
			goal("HTTP p50, "+s.Name, s.HTTP.P50, "ms", barHTTP50, false)
			goal("HTTP p99, "+s.Name, s.HTTP.P99, "ms", barHTTP99, false)
			goal("engine p50, "+s.Name, s.Engine.P50, "ms CPU", p50, false)
			if s.Name == "prefix" || s.Name == "10 km by distance" {
				goal("engine p99, "+s.Name, s.Engine.P99, "ms CPU", hard99, false)
			} else {
				goal("engine p99, "+s.Name, s.Engine.P99, "ms CPU", p99, false)
			}
		}
		goal("HTTP, two clients", r.Load.Rate, "requests/s", barRequest, true)
	}
	return all
}

func missed(figures []figure) (names []string) {
	for _, f := range figures {
		if f.missed() {
			names = append(names, fmt.Sprintf("%s at %d listings: %.4g %s, bar %s", f.Name, f.Listings, f.Value, f.Unit, f.bar()))
		}
	}
	return names
}

// table prints every figure of every size in one table.
func table(out io.Writer, reports []report, figures []figure) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	ratios := map[string]float64{}
	fmt.Fprint(w, "listings\tfigure\tmeasured\tunit\tbar\t\tof an empty handler\t\n")
	var busy []string
	for _, r := range reports {
		if r.Load.Got < 1.4 {
			busy = append(busy, fmt.Sprintf("The machine was busy: at %d listings two clients got %.1f processors of 2, so that figures by the wall clock are not fair.\n", r.Listings, r.Load.Got))
		}
		fmt.Fprintf(w, "%d\tHTTP, two clients, empty handler\t%.4g\trequests/s\t\t\t1\t\n", r.Listings, r.NoLoad.Rate)
		fmt.Fprintf(w, "%d\tHTTP, processor time of a request\t%.4g\tms CPU\t\t\t%.1f\t\n", r.Listings, r.Load.CPU, r.Load.CPU/r.NoLoad.CPU)
		fmt.Fprintf(w, "%d\trecords, of which listings were made\t%d\t\t\t\t\t\n", r.Listings, r.Records)
		fmt.Fprintf(w, "%d\tlistings made of them\t%d\t\t\t\t\t\n", r.Listings, r.Listed)
		fmt.Fprintf(w, "%d\tmatching of one record, p50\t%.3g\tms\t\t\t\t\n", r.Listings, r.MatchOne.P50)
		fmt.Fprintf(w, "%d\tmatching of one record, processor time, p99\t%.3g\tms CPU\t\t\t\t\n", r.Listings, r.MatchOneCPU.P99)
		fmt.Fprintf(w, "%d\tmatching from scratch, processor time\t%.4g\ts CPU\t\t\t\t\n", r.Listings, r.MatchCPU)
		fmt.Fprintf(w, "%d\tfirst sync, processor time\t%.4g\ts CPU\t\t\t\t\n", r.Listings, r.SyncCPU)
		fmt.Fprintf(w, "%d\tHTTP p50, empty handler\t%.4g\tms\t\t\t1\t\n", r.Listings, r.Empty.P50)
		fmt.Fprintf(w, "%d\tHTTP p99, empty handler\t%.4g\tms\t\t\t1\t\n", r.Listings, r.Empty.P99)
		for _, s := range r.Searches {
			ratios[fmt.Sprint(r.Listings, "HTTP p50, ", s.Name)], ratios[fmt.Sprint(r.Listings, "HTTP p99, ", s.Name)] = s.Ratio.P50, s.Ratio.P99
		}
		ratios[fmt.Sprint(r.Listings, "HTTP, two clients")] = r.Load.Rate / r.NoLoad.Rate
		for _, f := range figures {
			if f.Listings != r.Listings {
				continue
			}
			ratio := ""
			if x, ok := ratios[fmt.Sprint(f.Listings, f.Name)]; ok {
				ratio = fmt.Sprintf("%.3g", x)
			}
			fmt.Fprintf(w, "%d\t%s\t%.4g\t%s\t%s\t%s\t%s\t\n", f.Listings, f.Name, f.Value, f.Unit, f.bar(), f.verdict(), ratio)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(out, strings.Join(busy, ""))
	return err
}

// Command fritidshub-bench measures the hub on generated listings: csv files through fetch, connector, ingest and store into the search
// index, and searches over HTTP and at the engine. It prints one table with the bars beside the figures and ends with 1 when one is missed.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

const quickListings = 2_000

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50) // as fritidshub does
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("fritidshub-bench", flag.ContinueOnError)
	flags.SetOutput(errOut)
	sizes := flags.String("n", "10000,100000", "how many `listings`, several separated by commas")
	quick := flags.Bool("quick", false, fmt.Sprintf("a short run with %d listings; times are not held against the bars", quickListings))
	asJSON := flags.Bool("json", false, "print JSON instead of a table")
	dir := flags.String("dir", "", "measure one size in this process with the sources in this `folder`, and print its JSON (used by the program itself)")
	engine := flags.Bool("engine", false, "measure the embedded engine alone, with documents made straight into it")
	child := flags.Bool("engine-child", false, "measure the engine alone with one size in this process (used by the program itself)")
	profile := flags.String("profile", "", "write processor and heap profiles of the sync and the searches into this `folder`")
	write := flags.String("write", "", "only write the sources of one size, with dates around now, into this `folder`: for a hub that is measured from outside")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	e := effort{rounds: 300, load: 5 * time.Second, profile: *profile}
	if *quick {
		*sizes, e.rounds, e.load = strconv.Itoa(quickListings), 10, 200*time.Millisecond
	}
	counts, err := numbers(*sizes)
	if err != nil {
		fmt.Fprintln(errOut, "fritidshub-bench:", err)
		return 2
	}
	if *write != "" {
		return exit(errOut, generate(*write, counts[0], time.Now()))
	}
	if *engine || *child {
		return exit(errOut, runEngine(ctx, counts, *child, *asJSON, *quick, e, out, errOut))
	}
	if *dir != "" {
		r, err := measure(ctx, *dir, counts[0], e)
		if err == nil {
			err = json.NewEncoder(out).Encode(r)
		}
		return exit(errOut, err)
	}
	var reports []report
	for _, n := range counts {
		fmt.Fprintf(errOut, "measuring %d listings …\n", n)
		r, err := apart(ctx, n, errOut, "-quick="+strconv.FormatBool(*quick), "-profile", *profile)
		if err != nil {
			return exit(errOut, err)
		}
		reports = append(reports, r)
	}
	figures := hold(reports, *quick)
	if *asJSON {
		err = json.NewEncoder(out).Encode(struct {
			Reports []report `json:"reports"`
			Figures []figure `json:"figures"`
		}{reports, figures})
	} else {
		err = table(out, reports, figures)
	}
	if missed := missed(figures); err == nil && len(missed) > 0 {
		err = errors.New("missed: " + strings.Join(missed, "; "))
	}
	return exit(errOut, err)
}

func exit(errOut io.Writer, err error) int {
	if err != nil {
		fmt.Fprintln(errOut, "fritidshub-bench:", err)
		return 1
	}
	return 0
}

func numbers(list string) (counts []int, err error) {
	for s := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < 100 || n > 2_000_000 {
			return nil, fmt.Errorf("-n %q: write whole numbers from 100 to 2000000, separated by commas", list)
		}
		counts = append(counts, n)
	}
	return counts, nil
}

// apart measures one size in a process of its own, so that the memory of one size is not counted for another.
func apart(ctx context.Context, n int, errOut io.Writer, more ...string) (r report, err error) {
	dir, err := os.MkdirTemp("", "fritidshub-bench-")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := generate(dir, n, today); err != nil {
		return r, err
	}
	if err := again(ctx, errOut, &r, append([]string{"-dir", dir, "-n", strconv.Itoa(n)}, more...)...); err != nil {
		return r, fmt.Errorf("%d listings: %w", n, err)
	}
	return r, nil
}

// again starts the program once more, and reads the report that it prints.
func again(ctx context.Context, errOut io.Writer, report any, args ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.CommandContext(ctx, self, args...)
	var out bytes.Buffer
	child.Stdout, child.Stderr = &out, errOut
	if err := child.Run(); err != nil {
		return err
	}
	return json.Unmarshal(out.Bytes(), report)
}

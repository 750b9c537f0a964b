// Command fritidshub runs a hub of leisure activities: it pulls sources, keeps them in SQLite, and serves search, API and widgets.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // Europe/Oslo must not depend on the machine

	"fritidshub/config"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // something was tried and did not succeed
	exitUsage  = 2 // the command line or sources.yaml is wrong
)

// gcPercent lets the heap grow by half before it is cleaned, not to the double: a third less memory in a large sync for some
// percent of its processor time. An operator's own GOGC wins.
const gcPercent = 50

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// program is what a verb works with; tests give their own.
type program struct {
	in        io.Reader
	out, err  io.Writer
	env       func(string) (string, bool)
	failpoint func(string) // nil in the product
}

// verb is one word of the command line.
type verb struct {
	summary   string
	arguments string
	run       func(*program, context.Context, *invocation) error
	flags     func(*flag.FlagSet, *invocation)
}

func verbs() map[string]verb {
	jsonFlag := func(f *flag.FlagSet, in *invocation) {
		f.BoolVar(&in.json, "json", false, "skriv JSON på standard ut")
	}
	return map[string]verb{
		"serve": {"start huben: henting etter tidsplan, søk, API og widgeter", "", (*program).serve, func(f *flag.FlagSet, in *invocation) {
			f.StringVar(&in.listen, "listen", in.listen, "adresse å lytte på (FRITIDSHUB_LISTEN)")
		}},
		"sync":       {"hent de nevnte (eller alle) kildene én gang", "[KILDE...]", (*program).sync, syncFlags},
		"categories": {"list kategoriene, eller slå opp et ord: id-er til categories i sources.yaml", "[ORD]", (*program).categories, jsonFlag},
		"backup":     {"skriv en sikkerhetskopi av databasen, også mens huben går", "FIL", (*program).backup, nil},
		"restore":    {"legg en sikkerhetskopi tilbake", "FIL", (*program).restore, restoreFlags},
		"check":      {"kontroller sources.yaml; alle feil på én gang", "[FIL]", (*program).check, jsonFlag},
		"detect":     {"finn ut hva en adresse er, og foreslå kilder til sources.yaml", "ADRESSE", (*program).detect, jsonFlag},
		"extract":    {"les norsk tekst som JSONL fra standard inn, og skriv hva den sier om pris, alder, tid og tilrettelegging", "", (*program).extract, nil},
		"edit":       {"avgjør hva som er det samme, hva som skjules og hva et felt sier; kan tas tilbake", "[join|part|hide|set|undo …]", (*program).edit, editFlags},
		"export":     {"skriv ut alle gjeldende oppføringer", "", (*program).export, exportFlags},
		"preview":    {"vis hva en kilde gir og hva en sync ville endret; skriver ingenting", "KILDE|ADRESSE", (*program).preview, previewFlags},
		"reindex":    {"bygg søkeindeksen på nytt ved siden av den som er i bruk, og bytt; også mens huben går", "", (*program).reindex, jsonFlag},
		"schema":     {"skriv JSON Schema for sources.yaml", "", (*program).schema, nil},
		"unmapped":   {"list kildenes egne ord som ingen kategori svarer til", "[KILDE...]", (*program).unmapped, jsonFlag},
		"version":    {"skriv versjon, commit, Go og SQLite", "", (*program).version, jsonFlag},
	}
}

// usage is an error in the command line: it is printed as it is, and the program ends with exitUsage.
type usage string

func (u usage) Error() string { return string(u) }

// silent ends the program with a code when everything has been said already.
type silent int

func (s silent) Error() string { return fmt.Sprintf("exit %d", int(s)) }

func (p *program) run(ctx context.Context, args []string) int {
	err := p.dispatch(ctx, args)
	var u usage
	var s silent
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &s):
		return int(s)
	case errors.As(err, &u):
		fmt.Fprintln(p.err, err)
		return exitUsage
	}
	if wrong := configProblem(err); wrong != nil {
		fmt.Fprintln(p.err, wrong)
		return exitUsage
	}
	fmt.Fprintln(p.err, "fritidshub:", err)
	return exitFailed
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	in, err := p.defaults()
	if err != nil {
		return err
	}
	// Common flags may stand before the verb too.
	front := p.flagSet("fritidshub", in)
	if err := front.Parse(args); err != nil {
		return flagError("fritidshub", err, func() { p.help(p.out) })
	}
	if args = front.Args(); len(args) == 0 {
		p.help(p.err)
		return silent(exitUsage)
	}
	name := args[0]
	if name == "help" {
		p.help(p.out)
		return nil
	}
	v, ok := verbs()[name]
	if !ok {
		known := slices.Sorted(maps.Keys(verbs()))
		return usage(fmt.Sprintf("fritidshub: ukjent kommando %q; %sen av: %s", name, meant(name, known), strings.Join(known, ", ")))
	}
	flags := p.flagSet(name, in)
	if v.flags != nil {
		v.flags(flags, in)
	}
	explain := func() {
		fmt.Fprintf(p.out, "fritidshub %s %s\n  %s\n\n", name, v.arguments, v.summary)
		flags.VisitAll(func(f *flag.Flag) {
			otherwise := ""
			if f.DefValue != "" && f.DefValue != "false" {
				otherwise = "; ellers " + f.DefValue
			}
			fmt.Fprintf(p.out, "  -%-8s %s%s\n", f.Name, f.Usage, otherwise)
		})
	}
	// Flags and arguments may be mixed.
	for rest := args[1:]; ; {
		if err := flags.Parse(rest); err != nil {
			return flagError("fritidshub "+name, err, explain)
		}
		if rest = flags.Args(); len(rest) == 0 {
			break
		}
		in.args, rest = append(in.args, rest[0]), rest[1:]
	}
	if v.arguments == "" && len(in.args) > 0 {
		return usage(fmt.Sprintf("fritidshub %s: tar ingen argumenter, fikk %q", name, in.args[0]))
	}
	return v.run(p, ctx, in)
}

var badValue = regexp.MustCompile(`(?s)^invalid (boolean )?value (".*") for (?:flag )?(-\w+): `)

// meant says which of the words that there are was probably meant.
func meant(word string, known []string) string {
	if near := config.Nearest(word, known); near != "" {
		return fmt.Sprintf("mente du %q? Ellers ", near)
	}
	return ""
}

// flagError says in Norwegian what package flag found wrong.
func flagError(command string, err error, explain func()) error {
	if errors.Is(err, flag.ErrHelp) {
		explain()
		return err
	}
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: "); ok {
		text = "ukjent flagg " + name
	} else if name, ok := strings.CutPrefix(text, "flag needs an argument: "); ok {
		text = "flagget " + name + " mangler en verdi"
	} else if m := badValue.FindStringSubmatch(text); m != nil {
		form := map[string]string{"-run": "et tall, nummeret på en kjøring"}[m[3]]
		switch {
		case m[1] != "":
			form = "ingenting, true eller false"
		case form == "":
			form = "en annen verdi"
		}
		return usage(fmt.Sprintf("%s: flagget %s kan ikke ha verdien %s; det skal være %s", command, m[3], m[2], form))
	} else if name, ok := strings.CutPrefix(text, "bad flag syntax: "); ok {
		text = "ukjent flagg " + name
	}
	return usage(fmt.Sprintf("%s: %s; `%s -h` viser dem som finnes", command, text, command))
}

func (p *program) flagSet(name string, in *invocation) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard) // flagError says what is wrong
	f.Usage = func() {}
	f.StringVar(&in.sources, "sources", in.sources, "filen med kildene (FRITIDSHUB_SOURCES)")
	f.StringVar(&in.data, "data", in.data, "mappen med databasen (FRITIDSHUB_DATA)")
	return f
}

func (p *program) help(w io.Writer) {
	fmt.Fprintln(w, "fritidshub KOMMANDO [flagg]")
	all := verbs()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(w, "  %-10s %s\n", name, all[name].summary)
	}
	fmt.Fprintln(w, "\nFelles flagg: -sources FIL  -data MAPPE. `fritidshub KOMMANDO -h` viser resten.")
}

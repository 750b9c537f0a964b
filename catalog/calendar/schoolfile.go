package calendar

import (
	"bytes"
	"cmp"
	_ "embed" // for the built-in file
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// SchoolFile is the name of the file in which a municipality corrects the school calendars that are built in, and adds to them.
const SchoolFile = "school.yaml"

// Bounds of a file of school calendars.
const (
	maxSchoolFile = 256 << 10 // bytes
	maxAreas      = 500
	maxYears      = 30
	maxBreaks     = 40
)

//go:embed school/skoleruta.yaml
var builtIn []byte

// SchoolAreas is what school.yaml says.
type SchoolAreas []areaFile

type areaFile struct {
	Area   string     `yaml:"area"`
	Name   string     `yaml:"name"`
	Source string     `yaml:"source"`
	Years  []yearFile `yaml:"years"`
}

// The values that can be wrong are kept with the line on which they stand.
type yearFile struct {
	Year   yaml.Node   `yaml:"year"`
	First  yaml.Node   `yaml:"first"`
	Last   yaml.Node   `yaml:"last"`
	Breaks []breakFile `yaml:"breaks"`
}

type breakFile struct {
	Name string    `yaml:"name"`
	From yaml.Node `yaml:"from"`
	To   yaml.Node `yaml:"to"`
}

// yearDays is a school year, named by the year in which it begins, and what is closed in it.
type yearDays struct {
	begins int
	closed []closedDays
}

// SchoolError is what is wrong in a file of school calendars, in Norwegian.
type SchoolError struct {
	File string
	Line int   // from 1; 0 when it is about the value at Path, or about the whole file
	Path []any // keys, and indexes of lists
	What string
}

// Error implements error.
func (e SchoolError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.What
	}
	return fmt.Sprintf("%s, linje %d: %s", e.File, e.Line, e.What)
}

func fault(line int, format string, args ...any) SchoolError {
	return SchoolError{Line: line, What: fmt.Sprintf(format, args...)}
}

// LoadSchools reads the school calendars that are built in, and above them school.yaml of fsys, when there is one: an area's school year
// there replaces the same one here. Fsys may be nil. What is wrong in a file is told at once, a SchoolError for each.
func LoadSchools(fsys fs.FS) (*Schools, error) {
	known := schoolFiles{years: map[string]map[int][]closedDays{}, names: map[string]string{}}
	if err := known.read("skoleruta.yaml", builtIn); err != nil {
		return nil, err
	}
	if fsys != nil {
		own, err := readBounded(fsys, SchoolFile)
		if err == nil {
			err = known.read(SchoolFile, own)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	s := &Schools{areas: map[string]*SchoolCalendar{}}
	for area, own := range known.years {
		years := maps.Clone(known.years[area[:2]]) // those of the county, unless the municipality has its own
		if years == nil {
			years = map[int][]closedDays{}
		}
		maps.Copy(years, own)
		c := &SchoolCalendar{Area: area, Name: known.names[area], closed: slices.Concat(slices.Collect(maps.Values(years))...)}
		slices.SortFunc(c.closed, func(a, b closedDays) int { return cmp.Or(a.first-b.first, a.last-b.last) })
		s.areas[area] = c
	}
	return s, nil
}

func readBounded(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSchoolFile+1))
	if err == nil && len(b) > maxSchoolFile {
		err = SchoolError{File: name, What: fmt.Sprintf("filen er større enn %d KiB", maxSchoolFile>>10)}
	}
	return b, err
}

// schoolFiles gathers what the files say, by area and the year in which a school year begins.
type schoolFiles struct {
	years map[string]map[int][]closedDays
	names map[string]string
}

func (k *schoolFiles) read(file string, raw []byte) error {
	var areas SchoolAreas
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	err := decoder.Decode(&areas)
	var faults []SchoolError
	switch {
	case errors.Is(err, io.EOF): // nothing but comments
		return nil
	case err != nil:
		faults = []SchoolError{formFault(err)}
	default:
		faults = k.add(areas)
	}
	var all []error
	for _, wrong := range faults {
		wrong.File = file
		all = append(all, wrong)
	}
	return errors.Join(all...)
}

var (
	yamlLine  = regexp.MustCompile(`line (\d+)`)
	yamlField = regexp.MustCompile(`field (\S+) not found`)
)

// formFault says what the YAML reader found wrong.
func formFault(err error) SchoolError {
	line := 0
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	if m := yamlField.FindStringSubmatch(err.Error()); m != nil {
		return fault(line, "feltet %s finnes ikke", m[1])
	}
	return fault(line, "filen er ikke en liste over områder med area, name og years")
}

// Faults tells everything that is wrong in it, nil when nothing is.
func (areas SchoolAreas) Faults() []SchoolError {
	return (&schoolFiles{years: map[string]map[int][]closedDays{}, names: map[string]string{}}).add(areas)
}

// add takes over what areas say, and tells what is wrong in them.
func (k *schoolFiles) add(areas SchoolAreas) (faults []SchoolError) {
	if len(areas) > maxAreas {
		return []SchoolError{fault(0, "mer enn %d områder", maxAreas)}
	}
	for i, a := range areas {
		if n, err := strconv.Atoi(a.Area); err != nil || n < 1 || len(a.Area) != 2 && len(a.Area) != 4 {
			wrong := fault(0, "område %d: area %q er ikke et fylkesnummer (to sifre) eller kommunenummer (fire); skriv det i anførselstegn", i+1, a.Area)
			wrong.Path = []any{i, "area"}
			faults = append(faults, wrong)
		}
		if len(a.Years) > maxYears {
			wrong := fault(0, "område %s: mer enn %d skoleår", a.Area, maxYears)
			wrong.Path = []any{i, "years"}
			faults = append(faults, wrong)
			continue
		}
		if k.years[a.Area] == nil {
			k.years[a.Area] = map[int][]closedDays{}
		}
		if a.Name != "" {
			k.names[a.Area] = a.Name
		}
		for _, y := range a.Years {
			days, wrong := y.read()
			faults = append(faults, wrong...)
			k.years[a.Area][days.begins] = days.closed
		}
	}
	return faults
}

// read checks a school year and gives what is closed in it.
func (y *yearFile) read() (out yearDays, faults []SchoolError) {
	add := func(line int, format string, args ...any) { faults = append(faults, fault(line, format, args...)) }
	a, b, _ := strings.Cut(y.Year.Value, "/")
	begins, err := strconv.Atoi(a)
	next := strconv.Itoa(begins + 1)
	known := err == nil && len(a) == 4 && begins >= 1990 && (b == next || b == next[2:])
	if !known {
		add(max(y.Year.Line, y.First.Line), "year %q er ikke et skoleår; skriv det som 2026/27", y.Year.Value)
	}
	day := func(n yaml.Node) (t time.Time, ok bool) {
		if n.IsZero() {
			return t, true
		}
		t, err := time.Parse(time.DateOnly, n.Value)
		switch {
		case err != nil:
			add(n.Line, "%q er ikke en dato; skriv den som 2026-08-17", n.Value)
			return time.Time{}, false
		case known && (t.Before(time.Date(begins, time.August, 1, 0, 0, 0, 0, time.UTC)) || t.After(time.Date(begins+1, time.July, 31, 0, 0, 0, 0, time.UTC))):
			add(n.Line, "%s er ikke i skoleåret %s, som varer fra 1. august til 31. juli", n.Value, y.Year.Value)
			return time.Time{}, false
		}
		return t, true
	}
	first, _ := day(y.First)
	last, _ := day(y.Last)
	if !first.IsZero() && !last.IsZero() && !first.Before(last) {
		add(y.Last.Line, "siste skoledag er ikke etter den første")
	}
	if len(y.Breaks) > maxBreaks {
		add(y.Year.Line, "mer enn %d ferier", maxBreaks)
		return out, faults
	}
	var breaks []closedDays
	for _, b := range y.Breaks {
		from, fromOK := day(b.From)
		to, toOK := day(b.To)
		switch {
		case !fromOK || !toOK:
		case b.Name == "" || from.IsZero() || to.IsZero():
			add(max(y.Year.Line, b.From.Line, b.To.Line), "en ferie mangler name, from eller to")
		case to.Before(from):
			add(b.From.Line, "%s slutter før den begynner", b.Name)
		}
		breaks = append(breaks, closedDays{dayNumber(from.Date()), dayNumber(to.Date()), b.Name})
	}
	if len(faults) > 0 {
		return out, faults
	}
	return yearDays{begins, schoolYear(begins, first, last, breaks)}, nil
}

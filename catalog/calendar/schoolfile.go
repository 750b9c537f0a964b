package calendar

import (
	"bytes"
	_ "embed" // for the built-in file
	"errors"
	"fmt"
	"io"
	"io/fs"
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

type areaFile struct {
	Area   string     `yaml:"area"`
	Name   string     `yaml:"name"`
	Source string     `yaml:"source"`
	Years  []yearFile `yaml:"years"`
}

type yearFile struct {
	Year   yearName    `yaml:"year"`
	First  fileDay     `yaml:"first"`
	Last   fileDay     `yaml:"last"`
	Breaks []breakFile `yaml:"breaks"`
}

type breakFile struct {
	Name string  `yaml:"name"`
	From fileDay `yaml:"from"`
	To   fileDay `yaml:"to"`
}

// fileDay is a date of the file, and where it stands.
type fileDay struct {
	time.Time
	line int
}

// UnmarshalYAML reads a date written as 2026-08-17.
func (d *fileDay) UnmarshalYAML(node *yaml.Node) (err error) {
	d.line = node.Line
	if d.Time, err = time.Parse(time.DateOnly, node.Value); err != nil {
		return fault(node.Line, "%q er ikke en dato; skriv den som 2026-08-17", node.Value)
	}
	return nil
}

// yearName is a school year, "2026/27": the year in which it begins, and where it stands.
type yearName struct{ begins, line int }

// UnmarshalYAML reads a school year written as 2026/27 or 2026/2027.
func (y *yearName) UnmarshalYAML(node *yaml.Node) error {
	a, b, _ := strings.Cut(node.Value, "/")
	begins, err := strconv.Atoi(a)
	next := strconv.Itoa(begins + 1)
	if err != nil || len(a) != 4 || begins < 1990 || b != next && b != next[2:] {
		return fault(node.Line, "%q er ikke et skoleår; skriv det som 2026/27", node.Value)
	}
	y.begins, y.line = begins, node.Line
	return nil
}

// fileFault is what is wrong in a file of school calendars, in Norwegian.
type fileFault struct {
	line int
	what string
}

func (f fileFault) Error() string { return fmt.Sprintf("linje %d: %s", f.line, f.what) }

func fault(line int, format string, args ...any) error {
	return fileFault{line, fmt.Sprintf(format, args...)}
}

// LoadSchools reads the school calendars that are built in, and above them school.yaml of fsys, when there is one: an area's school year
// there replaces the same one here. Fsys may be nil. The error is in Norwegian and names file and line.
func LoadSchools(fsys fs.FS) (*Schools, error) {
	years := map[string]map[int]yearFile{}
	names := map[string]string{}
	if err := readSchools("skoleruta.yaml", builtIn, years, names); err != nil {
		return nil, err
	}
	if fsys != nil {
		own, err := readBounded(fsys, SchoolFile)
		if err == nil {
			err = readSchools(SchoolFile, own, years, names)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	s := &Schools{areas: map[string]*SchoolCalendar{}}
	for area, own := range years {
		c := &SchoolCalendar{Area: area, Name: names[area]}
		for begins, y := range own {
			c.add(begins, y)
		}
		if county := years[area[:2]]; len(area) == 4 {
			for begins, y := range county {
				if _, has := own[begins]; !has {
					c.add(begins, y)
				}
			}
		}
		slices.SortFunc(c.closed, func(a, b closedDays) int { return a.first - b.first })
		s.areas[area] = c
	}
	return s, nil
}

func (c *SchoolCalendar) add(begins int, y yearFile) {
	breaks := make([]closedDays, len(y.Breaks))
	for i, b := range y.Breaks {
		breaks[i] = closedDays{dayNumber(b.From.Date()), dayNumber(b.To.Date()), b.Name}
	}
	c.closed = append(c.closed, schoolYear(begins, y.First.Time, y.Last.Time, breaks)...)
}

func readBounded(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSchoolFile+1))
	if err == nil && len(b) > maxSchoolFile {
		err = fmt.Errorf("%s er større enn %d KiB", name, maxSchoolFile>>10)
	}
	return b, err
}

func readSchools(file string, raw []byte, years map[string]map[int]yearFile, names map[string]string) error {
	var areas []areaFile
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(&areas); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", file, err)
	}
	if len(areas) > maxAreas {
		return fmt.Errorf("%s: mer enn %d områder", file, maxAreas)
	}
	for i, a := range areas {
		if n, err := strconv.Atoi(a.Area); err != nil || n < 1 || len(a.Area) != 2 && len(a.Area) != 4 {
			return fmt.Errorf("%s: område %d: area %q er ikke et fylkesnummer (to sifre) eller kommunenummer (fire); skriv det i anførselstegn", file, i+1, a.Area)
		}
		if years[a.Area] == nil {
			years[a.Area] = map[int]yearFile{}
		}
		if a.Name != "" {
			names[a.Area] = a.Name
		}
		if len(a.Years) > maxYears {
			return fmt.Errorf("%s: område %s: mer enn %d skoleår", file, a.Area, maxYears)
		}
		for _, y := range a.Years {
			if err := y.check(); err != nil {
				return fmt.Errorf("%s, %w", file, err)
			}
			years[a.Area][y.Year.begins] = y
		}
	}
	return nil
}

// check says what is wrong with a school year.
func (y *yearFile) check() error {
	from := time.Date(y.Year.begins, time.August, 1, 0, 0, 0, 0, time.UTC)
	to := time.Date(y.Year.begins+1, time.July, 31, 0, 0, 0, 0, time.UTC)
	outside := func(d fileDay) bool { return d.Before(from) || d.After(to) }
	switch {
	case y.Year.begins == 0:
		return errors.New("et skoleår mangler year; skriv det som 2026/27")
	case len(y.Breaks) > maxBreaks:
		return fault(y.Year.line, "mer enn %d ferier", maxBreaks)
	case !y.First.IsZero() && outside(y.First):
		return fault(y.First.line, "første skoledag er ikke i skoleåret %d/%02d", y.Year.begins, (y.Year.begins+1)%100)
	case !y.Last.IsZero() && outside(y.Last):
		return fault(y.Last.line, "siste skoledag er ikke i skoleåret %d/%02d", y.Year.begins, (y.Year.begins+1)%100)
	case !y.First.IsZero() && !y.Last.IsZero() && !y.First.Before(y.Last.Time):
		return fault(y.Last.line, "siste skoledag er ikke etter den første")
	}
	for _, b := range y.Breaks {
		switch {
		case b.Name == "" || b.From.IsZero() || b.To.IsZero():
			return fault(max(b.From.line, b.To.line, y.Year.line), "en ferie mangler name, from eller to")
		case outside(b.From) || outside(b.To) || b.To.Before(b.From.Time):
			return fault(b.From.line, "%s er ikke i skoleåret %d/%02d, eller slutter før den begynner", b.Name, y.Year.begins, (y.Year.begins+1)%100)
		}
	}
	return nil
}

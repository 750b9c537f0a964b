// Package config reads sources.yaml: what the hub is, and which sources it pulls when. It finds every problem in one go and says
// where it stands and what to do.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"fritidshub/catalog"
)

// MaxFile is the largest sources.yaml that is read, in bytes.
const MaxFile = 4 << 20

// Config is a checked sources.yaml.
type Config struct {
	Path     string // as given
	Dir      string // folder of the file; file: sources lie below it
	Hub      Hub
	Sources  []Source
	Warnings Problems // what is allowed but probably not meant
}

// Hub is this hub.
type Hub struct {
	ID           string
	Name         string
	Municipality string // four digits; "" when not stated
	OrgNumber    string // of who runs it, nine digits; "" when not stated
	Contact      string // an address of mail or of a page, which the world sees; "" when not stated
	Zone         *time.Location
	Languages    []string // BCP 47, the first is the hub's own
	Geocode      bool     // positions of addresses are asked for at GeocodeURL
	GeocodeURL   string   // of the address register's API, without a slash at its end; "" is Kartverket's own
	Guide        Guide
	Embeds       []string // origins of the pages that may show the hub in a frame; empty: all
	Images       bool     // pictures of the sources are shown, by way of this hub
	Map          Map
}

// Guide is the office that helps people find something to do. The zero value is not stated.
type Guide struct{ Name, Phone, Email, URL string }

// Source is one declared source, with defaults filled in and ${NAME} replaced.
type Source struct {
	ID           string
	Name         string
	Kind         string
	URL          string
	Schedule     Schedule
	Licence      string
	Attribution  string
	Contact      string // of those who keep it, an address of mail or of a page, which only editors see; "" when not stated
	Enabled      bool
	Municipality string
	Language     string
	Priority     int // 0 to 100
	Defaults     Defaults
	Categories   map[string]string // the source's words; "" for one that says nothing about what it is
	Share        *bool             // whether its records are passed on to other hubs; nil: unless the licence is a permission
	Shared       Shared            // where Categories stands, when it has a name by which other sources use it
	Ignore       []string          // fields that are not taken from the source, as in catalog.Statements
	Volatile     []string          // fields whose change alone is no change
	Drop         []Drop
	Options      Options
	Headers      map[string]string
	Secrets      []string // what ${NAME} stood for in it
	Guard        Guard
	Limits       Limits
}

// PassOn reports whether its records may be passed on to other hubs.
func (s *Source) PassOn() bool {
	if s.Share != nil {
		return *s.Share
	}
	return s.Licence != catalog.Permission
}

// Unset are the names of the environment variables that url, headers and options ask for and that are not set, each once. A source in
// use has none.
func (s Source) Unset() []string {
	var names []string
	for _, text := range append([]string{s.URL, s.Options.Text()}, slices.Sorted(maps.Values(s.Headers))...) {
		for _, m := range variable.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	return names
}

// Shared is a list in the file that has a name: &Name where it stands, *Name where it is used.
type Shared struct {
	Name string // "" for a list of the source's own
	Line int    // where it stands
}

// Defaults are what a source's items have when they do not say.
type Defaults struct {
	Category  string
	Kind      catalog.Kind
	Organizer string
}

// Guard says when removals wait for an editor: when more than Share of the records and more than Count would go.
type Guard struct {
	Share float64       // 0 to 1
	Count int           // records
	Grace time.Duration // how long what went missing is kept
}

// Limits are the caps of one source; zero means the hub's usual one.
type Limits struct {
	Bytes   int64 // decoded bytes of one response, at most 64 MiB
	Records int   // at most 200 000
}

// The defaults of a source.
const (
	DefaultSchedule = "@hourly"
	DefaultPriority = 50
	DefaultShare    = 0.30
	DefaultCount    = 5
	DefaultGrace    = 48 * time.Hour
)

// Environment says what the file is read with.
type Environment struct {
	// Lookup gives the value of an environment variable, for ${NAME}.
	Lookup func(name string) (string, bool)
	// Kinds are the kinds of source that there are.
	Kinds []string
	// Schedule gives when a source of a kind is pulled that does not say, and the shortest time between two pulls; "" and 0, and a nil
	// function, are DefaultSchedule and MinInterval.
	Schedule func(kind string) (usual string, least time.Duration)
	// Licensed reports whether the records of sources of a kind bring their licences; nil: of none.
	Licensed func(kind string) bool
	// Options checks the options of a source of one of Kinds, which decode fills a struct with; nil accepts all.
	Options func(kind string, decode func(any) error) error
	// Category reports whether an id is in the taxonomy; nil accepts all.
	Category func(id string) bool
	// Meant names the category that a word seems to mean, as in "choir (Kor)"; "" for none. It may be nil.
	Meant func(word string) string
	// Municipality gives the number in force, and the name, of the municipality with a name or a number, former ones too; "" for none.
	// Nil accepts all.
	Municipality func(text string) (number, name string)
	// AllowPrivate are the private addresses that may be fetched, as in fetch.Options.
	AllowPrivate string
}

// Load reads and checks a file. The error is Problems when the file was read and is wrong.
func Load(path string, env Environment) (*Config, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text, env)
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, Problems{{File: path, What: "filen finnes ikke", Do: "lag den, eller oppgi en annen med -sources FIL"}}
	case err != nil:
		return nil, Problems{{File: path, What: "filen kan ikke åpnes: " + reason(err), Do: "sjekk rettighetene"}}
	case info.IsDir():
		return nil, Problems{{File: path, What: "dette er en mappe", Do: "oppgi filen, for eksempel " + filepath.Join(path, "sources.yaml")}}
	case info.Size() > MaxFile:
		return nil, Problems{{File: path, What: fmt.Sprintf("filen er på %d byte, mer enn %d", info.Size(), MaxFile), Do: "del den opp eller rydd i den"}}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, Problems{{File: path, What: "filen kan ikke leses: " + reason(err), Do: "sjekk rettighetene"}}
	}
	return text, nil
}

func reason(err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return "du har ikke lov til å lese den"
	}
	return "den lar seg ikke lese"
}

// Parse checks the text of a file. Path is what problems are reported under, its folder is where file: sources are looked for.
func Parse(path string, text []byte, env Environment) (*Config, error) {
	c := &checker{path: path, dir: filepath.Dir(path), env: env}
	root, ok := c.parse(text)
	if !ok {
		return nil, c.sorted()
	}
	c.straighten(root)
	var wire wireFile
	c.load(root, &wire)
	c.root = root
	c.someSources()
	cfg := &Config{Path: path, Dir: c.dir}
	cfg.Hub = c.hub(wire.Hub)
	cfg.Sources = c.sources(wire.Sources, cfg.Hub)
	if len(c.problems) > 0 {
		return nil, c.sorted()
	}
	cfg.Warnings = inOrder(c.warnings)
	return cfg, nil
}

// parse gives the root mapping of the only document in text.
func (c *checker) parse(text []byte) (*yaml.Node, bool) {
	root, ok := c.document(text)
	switch {
	case !ok:
		return nil, false
	case root == nil:
		c.problem(1, 1, "filen er tom", "skriv minst hub: og sources:")
		return nil, false
	case root.Kind != yaml.MappingNode:
		c.problem(1, 1, "filen har ingen nøkler", "skriv minst hub: og sources:")
		return nil, false
	}
	return root, true
}

// document gives the root of the only document in text, nil when there is nothing in it.
func (c *checker) document(text []byte) (*yaml.Node, bool) {
	if at, ok := notUTF8(text); ok {
		line := bytes.Count(text[:at], []byte("\n")) + 1
		column := utf8.RuneCount(text[bytes.LastIndexByte(text[:at], '\n')+1:at]) + 1
		c.problem(line, column, "tegnet her er ikke UTF-8; kanskje er det æ, ø eller å i en fil som er lagret som ANSI eller windows-1252", "lagre filen på nytt med tegnkodingen UTF-8")
		return nil, false
	}
	loader, err := yaml.NewLoader(strings.NewReader(string(text)))
	if err != nil {
		c.problem(0, 0, "filen kan ikke leses", lookHere)
		return nil, false
	}
	var doc, second yaml.Node
	if err := loader.Load(&doc); err != nil {
		return nil, c.readable(err, string(text))
	}
	if err := loader.Load(&second); err == nil && !second.IsZero() {
		c.problem(second.Line, second.Column, "filen har et dokument til (---)", "bare det første dokumentet leses; slå dem sammen eller fjern ---")
	} else if !c.readable(err, string(text)) {
		return nil, false
	}
	root := &doc
	if root.Kind == yaml.DocumentNode && len(root.Content) == 1 {
		root = root.Content[0]
	}
	return root, true
}

// readable reports a fault in the YAML itself. The end of the file is none.
func (c *checker) readable(err error, text string) bool {
	var bad *yaml.LoadError
	if !errors.As(err, &bad) {
		return true
	}
	c.fault(bad, text)
	return false
}

// notUTF8 finds the first byte that is no UTF-8. A file that begins with the mark of UTF-16 is left to the YAML reader, which knows it.
func notUTF8(text []byte) (at int, found bool) {
	if bytes.HasPrefix(text, []byte("\xFF\xFE")) || bytes.HasPrefix(text, []byte("\xFE\xFF")) {
		return 0, false
	}
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at, true
		}
		at += size
	}
	return 0, false
}

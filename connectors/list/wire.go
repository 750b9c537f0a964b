package listfile

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"fritidshub/catalog"
	"fritidshub/connectors"
)

// words is a list of texts that may also be written as a single one.
type words []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *words) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*w = nil
		if n.Value != "" {
			*w = words{n.Value}
		}
		return nil
	}
	return n.Load((*[]string)(w))
}

type image struct {
	URL string `yaml:"url"`
	Alt string `yaml:"alt"`
}

type contact struct {
	Email string `yaml:"email"`
	Phone string `yaml:"phone"`
	URL   string `yaml:"url"`
}

type place struct {
	ID            string   `yaml:"id"`
	Name          string   `yaml:"name"`
	Address       string   `yaml:"address"`
	PostalCode    string   `yaml:"postal_code"`
	Locality      string   `yaml:"locality"`
	Municipality  string   `yaml:"municipality"`
	Neighbourhood string   `yaml:"neighbourhood"`
	Lat           *float64 `yaml:"lat"`
	Lon           *float64 `yaml:"lon"`
	Online        bool     `yaml:"online"`
}

type weekly struct {
	Weekdays string `yaml:"weekdays"`
	From     string `yaml:"from"`
	To       string `yaml:"to"`
	First    string `yaml:"first"`
	Last     string `yaml:"last"`
	Except   words  `yaml:"except"`
}

type date struct {
	Start  string `yaml:"start"`
	End    string `yaml:"end"`
	Status string `yaml:"status"`
	URL    string `yaml:"url"`
}

type offer struct {
	Name         string `yaml:"name"`
	Price        string `yaml:"price"`
	URL          string `yaml:"url"`
	Availability string `yaml:"availability"`
	Remaining    *int   `yaml:"remaining"`
	Counted      string `yaml:"counted"`
	From         string `yaml:"on_sale_from"`
	Until        string `yaml:"on_sale_until"`
}

// common is what an entry of every section but places can say.
type common struct {
	ID          string  `yaml:"id"`
	Summary     string  `yaml:"summary"`
	Description string  `yaml:"description"`
	Language    string  `yaml:"language"`
	URL         string  `yaml:"url"`
	Image       image   `yaml:"image"`
	Categories  words   `yaml:"categories"`
	Keywords    words   `yaml:"keywords"`
	Place       string  `yaml:"place"` // id of a place
	Contact     contact `yaml:"contact"`
	Updated     string  `yaml:"updated"`
	Schemes     words   `yaml:"schemes"`
}

type organizer struct {
	common    `yaml:",inline"`
	Name      string `yaml:"name"`
	Kind      string `yaml:"kind"`
	OrgNumber string `yaml:"org_number"`
}

type listing struct {
	common        `yaml:",inline"`
	Kind          string   `yaml:"kind"`
	Title         string   `yaml:"title"`
	Organizer     string   `yaml:"organizer"` // id of an organizer
	Weekly        []weekly `yaml:"weekly"`
	Dates         []date   `yaml:"dates"`
	ValidFrom     string   `yaml:"valid_from"`
	ValidThrough  string   `yaml:"valid_through"`
	When          string   `yaml:"when"`
	Status        string   `yaml:"status"`
	Age           string   `yaml:"age"`
	Price         string   `yaml:"price"`
	Accessibility words    `yaml:"accessibility"`
	Inaccessible  words    `yaml:"not_accessible"`
	LowThreshold  string   `yaml:"low_threshold"`
	EquipmentLoan string   `yaml:"equipment_loan"`
	Offers        []offer  `yaml:"offers"`
}

type scheme struct {
	common    `yaml:",inline"`
	Name      string `yaml:"name"`
	Organizer string `yaml:"organizer"`
	Amount    string `yaml:"amount"`
	Per       string `yaml:"per"`
	Year      int    `yaml:"year"`
	Pays      string `yaml:"pays"`
	NotFor    string `yaml:"not_for"`
	ForWhom   string `yaml:"for_whom"`
	Age       string `yaml:"age"`
	RunBy     string `yaml:"run_by"`
	Apply     string `yaml:"apply"`
	Dues      string `yaml:"dues"`
	Single    string `yaml:"single"`
	Gear      string `yaml:"gear"`
	Personal  string `yaml:"personal"`
}

// MaxEntries is the most entries of one file; a list kept by hand is far below it.
const MaxEntries = 20_000

// Parse reads the text of a list and emits its entries to s. An entry that cannot be used is rejected by line and the rest stays;
// text that is not YAML, or not a list of the known sections, is a *connectors.PayloadError.
func Parse(text string, s *connectors.Session) error {
	var doc yaml.Node
	if err := yaml.Load([]byte(text), &doc); err != nil {
		return broken(s, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return &connectors.PayloadError{URL: s.Source.URL, Locator: "linje 1", Expected: "minst ett av avsnittene " + sections, Advice: connectors.Mistaken("list", text)}
	}
	p := &parser{Session: s, places: make(map[string]place), organizers: make(map[string]organizer), used: make(map[string]bool), seen: make(map[string]int)}
	root := doc.Content[0].Content
	at := make(map[string]*yaml.Node, len(root)/2)
	entries := 0
	for i := 0; i+1 < len(root); i += 2 {
		key, v := root[i], root[i+1]
		if !strings.Contains(" "+sections+" ", " "+key.Value+" ") {
			return &connectors.PayloadError{URL: s.Source.URL, Locator: where(key), Expected: "et av avsnittene " + sections, Found: catalog.CleanText(key.Value, 80)}
		}
		if at[key.Value] != nil {
			return &connectors.PayloadError{URL: s.Source.URL, Locator: where(key), Expected: "hvert avsnitt bare én gang", Found: key.Value}
		}
		if empty := v.Kind == yaml.ScalarNode && v.Tag == "!!null"; v.Kind != yaml.SequenceNode && !empty {
			return &connectors.PayloadError{URL: s.Source.URL, Locator: where(v), Expected: "en liste under " + key.Value + ", der hvert innslag begynner med «- id:»"}
		}
		at[key.Value] = v
		if entries += len(v.Content); entries > MaxEntries {
			return &connectors.PayloadError{URL: s.Source.URL, Locator: where(v), Expected: fmt.Sprintf("høyst %d innslag i én liste", MaxEntries)}
		}
	}
	if entries == 0 {
		s.Warn("liste", "Lista har ingen innslag.")
	}
	return p.read(at)
}

const sections = "organizers places listings tickets schemes"

func where(n *yaml.Node) string { return fmt.Sprintf("linje %d, kolonne %d", n.Line, n.Column) }

func broken(s *connectors.Session, err error) error {
	out := &connectors.PayloadError{URL: s.Source.URL, Expected: "gyldig YAML. Se etter innrykk, kolon uten mellomrom etter, og anførselstegn som mangler, på denne linjen eller den over"}
	var fault *yaml.LoadError
	if errors.As(err, &fault) {
		mark := fault.Mark
		if fault.ContextMark.Line > 0 { // where the text or list that never ends begins
			mark = fault.ContextMark
		}
		if mark.Line > 0 {
			out.Locator = fmt.Sprintf("linje %d, kolonne %d", mark.Line, mark.Column)
		}
		if strings.Contains(fault.Message, "multiple") {
			out.Expected = "ett YAML-dokument: fjern linjen med ---"
		}
	}
	return out
}

var (
	unknownField = regexp.MustCompile(`^field (.+) not found in type`)
	repeatedKey  = regexp.MustCompile(`^mapping key "(.+)" already defined at line (\d+)`)
	wrongType    = regexp.MustCompile("^cannot construct (!!\\w+)(?: `(.*)`)? into (\\S+)")
)

// explain turns the faults of one entry into a Norwegian sentence, each with its place.
func explain(err error) (locator, text string) {
	var faults *yaml.LoadErrors
	if !errors.As(err, &faults) || len(faults.Errors) == 0 {
		return "", "Innslaget kan ikke leses."
	}
	var out []string
	for _, f := range faults.Errors {
		out = append(out, fmt.Sprintf("linje %d: %s", f.Mark.Line, fieldFault(f.Message)))
	}
	first := faults.Errors[0].Mark
	return fmt.Sprintf("linje %d, kolonne %d", first.Line, first.Column), "Innslaget er ikke tatt med. " + capital(strings.Join(out, "; ")) + "."
}

func fieldFault(message string) string {
	if m := unknownField.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("feltet «%s» finnes ikke her", catalog.CleanText(m[1], 60))
	}
	if m := repeatedKey.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("feltet «%s» står to ganger (også på linje %s)", catalog.CleanText(m[1], 60), m[2])
	}
	if m := wrongType.FindStringSubmatch(message); m != nil {
		want := map[string]string{"string": "en tekst", "int": "et helt tall", "float64": "et tall", "bool": "true eller false"}[m[3]]
		if want == "" {
			want = "felter med innrykk under, eller en liste"
		}
		return fmt.Sprintf("her skal det stå %s", want)
	}
	return "verdien kan ikke leses"
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

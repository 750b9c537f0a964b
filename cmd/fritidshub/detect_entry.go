package main

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"fritidshub/config"
	"fritidshub/ingest"
)

var (
	notID   = regexp.MustCompile(`[^a-z0-9]+`)
	notName = regexp.MustCompile(`[^A-Za-z0-9]+`)
)

// written is an entry of sources.yaml in the order in which people write one.
type written struct {
	ID           string            `yaml:"id"`
	Name         string            `yaml:"name"`
	Kind         string            `yaml:"kind"`
	URL          string            `yaml:"url"`
	Schedule     string            `yaml:"schedule"`
	Licence      string            `yaml:"licence,omitempty"`
	Attribution  string            `yaml:"attribution"`
	Contact      string            `yaml:"contact,omitempty"`
	Enabled      *bool             `yaml:"enabled,omitempty"`
	Municipality string            `yaml:"municipality,omitempty"`
	Headers      map[string]string `yaml:"headers,omitempty"`
	Defaults     map[string]string `yaml:"defaults,omitempty,flow"`
	Options      *yaml.Node        `yaml:"options,omitempty"`
}

// writtenOf is the candidate as an entry, pulled as is usual for its kind, with an id that is not taken; it takes that id. Secrets are the values of the
// environment variables that the entry asks for instead of holding what the address held.
func writtenOf(c ingest.Candidate, usual string, taken map[string]bool) (w written, secrets map[string]string, err error) {
	w = written{Name: cmp.Or(c.Name, nameOf(c.URL)), Kind: c.Kind, Schedule: cmp.Or(usual, "@daily"), Headers: c.Headers}
	w.ID, w.Attribution = freeID(cmp.Or(c.ID, w.Name), taken), w.Name
	w.URL, secrets = withoutSecrets(c.URL, w.ID)
	if c.DefaultKind != "" {
		w.Defaults = map[string]string{"kind": string(c.DefaultKind)}
	}
	if len(c.Options) > 0 {
		var options yaml.Node
		if err := yaml.Unmarshal(c.Options, &options); err != nil { // JSON is YAML
			return w, nil, err
		}
		w.Options = options.Content[0]
		unfold(w.Options, 0)
	}
	return w, secrets, nil
}

// item is the entry as it stands in a list of its own.
func (w written) item() (string, error) {
	text, err := yaml.Dump([]written{w}, yaml.WithIndent(2), yaml.WithCompactSeqIndent())
	return string(text), err
}

// entry is the candidate as it would stand in sources.yaml. It is off, and a comment stands for its licence: nobody has been asked yet.
func entry(c ingest.Candidate, usual string, taken map[string]bool) (string, error) {
	w, _, err := writtenOf(c, usual, taken)
	if err != nil {
		return "", err
	}
	w.Enabled = new(bool)
	text, err := w.item()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "  attribution: "):
			out.WriteString("    # licence: " + asking(c.Licences) + "\n")
		case line == "  enabled: false\n":
			line = "  enabled: false  # slå på når licence er skrevet, og det som står over, er i orden\n"
		}
		out.WriteString("  " + line)
	}
	return out.String(), nil
}

// asking says what must be asked before a source may be shown, and what its data hint at.
func asking(hints []string) string {
	text := "spør eieren om huben kan vise dette, og skriv svaret her: permission, eller lisensen (CC-BY-4.0, NLOD-2.0 …). "
	if len(hints) == 0 {
		return text + "Kilden sier ikke noe om rettigheter der det er sett etter."
	}
	return text + "Kilden sier selv, og det er bare et tegn: " + strings.Join(strings.Fields(strings.Join(hints, "; ")), " ")
}

// withoutSecrets is an address with the names of environment variables for the values that must not stand in a file, and those values by name.
func withoutSecrets(address, id string) (string, map[string]string) {
	before, query, ok := strings.Cut(address, "?")
	if !ok {
		return address, nil
	}
	secrets := map[string]string{}
	parameters := strings.Split(query, "&")
	for i, p := range parameters {
		if name, value, _ := strings.Cut(p, "="); config.IsSecret(name) && value != "" && !strings.HasPrefix(value, "${") {
			variable := strings.ToUpper(notName.ReplaceAllString(id+"_"+name, "_"))
			if variable[0] <= '9' {
				variable = "_" + variable
			}
			parameters[i], secrets[variable] = name+"=${"+variable+"}", value
		}
	}
	return before + "?" + strings.Join(parameters, "&"), secrets
}

// unfold takes away the forms of JSON, but for the innermost objects and lists: {css: h3} reads well on one line.
func unfold(n *yaml.Node, depth int) {
	n.Style = 0
	inner := depth > 0 && len(n.Content) > 0
	for _, child := range n.Content {
		unfold(child, depth+1)
		inner = inner && child.Kind == yaml.ScalarNode && len(n.Content) <= 6
	}
	if inner {
		n.Style = yaml.FlowStyle
	}
}

func nameOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return strings.TrimPrefix(u.Hostname(), "www.")
	}
	name := path.Base(strings.TrimPrefix(address, "file:"))
	return strings.TrimSuffix(name, path.Ext(name))
}

// maxFreeID is how long an id that is made of a name may be, so that a number finds room behind it.
const maxFreeID = 56

func freeID(name string, taken map[string]bool) string {
	base := notID.ReplaceAllString(strings.ToLower(name), "-")
	base = strings.Trim(base[:min(len(base), maxFreeID)], "-")
	if base == "" {
		base = "kilde"
	}
	id := base
	for n := 2; taken[id]; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	taken[id] = true
	return id
}

package main

import (
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
	Licence      string            `yaml:"licence"`
	Attribution  string            `yaml:"attribution"`
	Enabled      *bool             `yaml:"enabled,omitempty"`
	Municipality string            `yaml:"municipality,omitempty"`
	Headers      map[string]string `yaml:"headers,omitempty"`
	Defaults     map[string]string `yaml:"defaults,omitempty,flow"`
	Options      *yaml.Node        `yaml:"options,omitempty"`
}

// entry is the candidate as it would stand in sources.yaml, with an id that is not taken; it takes that id. A source that wants a secret
// or has not answered is off.
func entry(c ingest.Candidate, taken map[string]bool) (string, error) {
	w := written{Name: nameOf(c.URL), Kind: c.Kind, Schedule: "@daily", Licence: "permission", Headers: c.Headers}
	w.ID, w.Attribution = freeID(w.Name, taken), w.Name
	w.URL = withoutSecrets(c.URL, w.ID)
	if !c.Tried || c.Problem != "" || strings.Contains(w.URL, "${") {
		w.Enabled = new(bool)
	}
	if c.DefaultKind != "" {
		w.Defaults = map[string]string{"kind": string(c.DefaultKind)}
	}
	if len(c.Options) > 0 {
		var options yaml.Node
		if err := yaml.Unmarshal(c.Options, &options); err != nil { // JSON is YAML
			return "", err
		}
		w.Options = options.Content[0]
		unfold(w.Options, 0)
	}
	text, err := yaml.Dump([]written{w}, yaml.WithIndent(2), yaml.WithCompactSeqIndent())
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasSuffix(line, "licence: permission"):
			line += "  # spør eieren, og skriv det dere blir enige om"
		case strings.HasSuffix(line, "enabled: false"):
			line += "  # slå på når det som står over, er i orden"
		}
		out.WriteString("  " + line + "\n")
	}
	return out.String(), nil
}

// withoutSecrets is an address with the names of environment variables for the values that must not stand in a file.
func withoutSecrets(address, id string) string {
	before, query, ok := strings.Cut(address, "?")
	if !ok {
		return address
	}
	parameters := strings.Split(query, "&")
	for i, p := range parameters {
		if name, value, _ := strings.Cut(p, "="); config.IsSecret(name) && value != "" && !strings.HasPrefix(value, "${") {
			variable := strings.ToUpper(notName.ReplaceAllString(id+"_"+name, "_"))
			if variable[0] <= '9' {
				variable = "_" + variable
			}
			parameters[i] = name + "=${" + variable + "}"
		}
	}
	return before + "?" + strings.Join(parameters, "&")
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

func freeID(name string, taken map[string]bool) string {
	base := strings.Trim(notID.ReplaceAllString(strings.ToLower(name), "-"), "-")
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

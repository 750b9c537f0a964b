package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// someSources reports a file that says nothing about sources. To take it into use would hide everything from residents, and a file
// that is cut short looks like that; a hub without sources is one that says so.
func (c *checker) someSources() {
	for i := 0; i+1 < len(c.root.Content); i += 2 {
		if key, value := c.root.Content[i], c.root.Content[i+1]; key.Value == "sources" {
			if value.Tag == "!!null" {
				c.problem(key.Line, key.Column, "ingen kilder i fila: det står ingenting under sources", "er det riktig, så skriv sources: []")
			}
			return
		}
	}
	c.problem(c.root.Line, c.root.Column, "ingen kilder i fila: nøkkelen sources mangler", "skriv sources: og kildene under; er det riktig at det ikke er noen, så skriv sources: []")
}

// words looks at what is written as the categories of source i, which may be a list that has a name.
func (c *checker) words(i int) Shared {
	node := c.root
	for _, step := range []any{"sources", i, "categories"} {
		if node = child(node, step); node == nil {
			return Shared{}
		}
	}
	shared := Shared{Name: node.Anchor, Line: node.Line}
	if node.Kind == yaml.AliasNode {
		shared = Shared{Name: node.Value, Line: node.Alias.Line}
		node = node.Alias
	}
	for k := 0; node.Kind == yaml.MappingNode && k+1 < len(node.Content); k += 2 {
		if word, id := node.Content[k], node.Content[k+1]; id.Kind == yaml.ScalarNode && id.Tag == "!!null" {
			c.warning(word.Line, word.Column, fmt.Sprintf("ordet %q har ingen kategori etter kolonet", word.Value), `skriv en kategori, eller "" hvis ordet ikke sier hva noe er`)
		}
	}
	return shared
}

// child gives the value below node of a key or at an index, nil when there is none.
func child(node *yaml.Node, step any) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch step := step.(type) {
	case int:
		if node.Kind == yaml.SequenceNode && step < len(node.Content) {
			return node.Content[step]
		}
	case string:
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	}
	return nil
}

// municipality checks the number of one.
func (c *checker) municipality(text string, fail func(key, what, do string), path ...any) {
	if text == "" {
		return
	}
	number, name := text, ""
	if c.env.Municipality != nil {
		number, name = c.env.Municipality(text)
	}
	line, column := c.at(path...)
	switch {
	case !municipalityForm.MatchString(text):
		do := `skriv det i anførselstegn, for eksempel "3909"`
		if municipalityForm.MatchString(number) {
			do = fmt.Sprintf("mente du municipality: %q (%s)?", number, name)
		}
		fail("municipality", fmt.Sprintf("kommunenummeret %q har ikke fire sifre", text), do)
	case number == "":
		c.warning(line, column, fmt.Sprintf("ingen kommune har nummeret %s nå", text), "se etter i en liste over kommunenummer, eller skriv navnet på kommunen, så foreslår check nummeret")
	case number != text:
		c.warning(line, column, fmt.Sprintf("kommunenummeret %s gjelder ikke lenger", text), fmt.Sprintf("%s har nummeret %q", name, number))
	}
}

// reachable warns of addresses that will not give what is meant, or that will not be asked.
func (c *checker) reachable(u *url.URL, enabled bool, line, column int) {
	host := strings.ToLower(u.Hostname())
	switch {
	case enabled && c.closed(u):
		c.warning(line, column, fmt.Sprintf("adressen %s er på denne maskinen eller i et lukket nett, og blir ikke hentet", u.Host),
			"bruk en åpen adresse, eller sett FRITIDSHUB_ALLOW_PRIVATE til adresse og port der huben startes, for eksempel 127.0.0.1:9000")
	case host == "docs.google.com" && strings.HasPrefix(u.Path, "/spreadsheets/") && (strings.HasSuffix(u.Path, "/edit") || strings.HasSuffix(u.Path, "/view")):
		c.warning(line, column, "dette er siden der regnearket redigeres, ikke selve tabellen", "velg Fil, Del og Publiser på nettet i Google Regneark, ta formatet CSV, og bruk adressen du får der")
	case host == "calendar.google.com" && !strings.HasSuffix(u.Path, ".ics"):
		c.warning(line, column, "dette er siden som viser kalenderen, ikke selve kalenderen", "åpne innstillingene for kalenderen, og bruk «Offentlig adresse i iCal-format»; den ender på .ics")
	case host == "drive.google.com", host == "docs.google.com" && strings.HasSuffix(u.Path, "/edit"):
		c.warning(line, column, "dette er siden der dokumentet vises, ikke selve filen", "last ned filen og legg den ved siden av denne, med file: foran navnet")
	}
}

// closed reports whether an address is private and not among those that may be fetched. Names are not looked up.
func (c *checker) closed(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	ip, err := netip.ParseAddr(host)
	local := host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
	if !local && (err != nil || !ip.IsPrivate() && !ip.IsLinkLocalUnicast() && !ip.IsUnspecified()) {
		return false
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	for allowed := range strings.SplitSeq(c.env.AllowPrivate, ",") {
		allowed = strings.TrimSpace(allowed)
		if allowed == "*" && local || slices.Contains([]string{host + ":" + port, "[" + host + "]:" + port}, allowed) {
			return false
		}
		if host == "localhost" && (allowed == "127.0.0.1:"+port || allowed == "[::1]:"+port) || allowed == "localhost:"+port && local {
			return false
		}
	}
	return true
}

package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/language"

	"fritidshub/catalog"
)

type checker struct {
	path, dir string
	env       Environment
	root      *yaml.Node
	problems  Problems
	warnings  Problems
	secrets   []string // values of the environment, of the source at hand
}

var (
	idForm           = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)
	phoneForm        = regexp.MustCompile(`^[+]?[0-9][0-9 ]{2,30}$`)
	municipalityForm = regexp.MustCompile(`^[0-9]{4}$`)
	licenceForm      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+-]*$`)
	variable         = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)
	secretName       = regexp.MustCompile(`(?i)(^key$|authorization|cookie|token|secret|passw|api-?_?key|key-?_?pair)`)
)

// at finds the line and column of the value below root that path leads to (keys and indexes), or of its closest parent.
func (c *checker) at(path ...any) (line, column int) {
	node := c.root
	line, column = node.Line, node.Column
	for _, step := range path {
		var next *yaml.Node
		switch step := step.(type) {
		case int:
			if node.Kind == yaml.SequenceNode && step < len(node.Content) {
				next = node.Content[step]
			}
		case string:
			for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
				if node.Content[i].Value == step {
					next = node.Content[i+1]
					if next.Kind != yaml.ScalarNode {
						line, column = node.Content[i].Line, node.Content[i].Column
					}
				}
			}
		}
		if next == nil {
			return line, column
		}
		if node = next; node.Kind == yaml.AliasNode {
			node = node.Alias
			continue
		}
		if node.Kind == yaml.ScalarNode || node.Kind == yaml.MappingNode {
			line, column = node.Line, node.Column
		}
	}
	return line, column
}

// guide reads whom people can ask.
func (c *checker) guide(w wireGuide) Guide {
	fail := func(key, value, what, do string) {
		line, column := c.at("hub", "guide", key)
		c.problem(line, column, fmt.Sprintf("hub.guide.%s %q er ikke %s", key, value, what), do)
	}
	if w.Email != "" && (strings.Contains(w.Email, "/") || !reached(w.Email)) {
		fail("email", w.Email, "en e-postadresse", "skriv for eksempel guide@kommunen.no")
	}
	if w.URL != "" && (!strings.Contains(w.URL, "/") || !reached(w.URL)) {
		fail("url", w.URL, "en nettadresse", "skriv for eksempel https://kommunen.no/aktivitetsguide")
	}
	if w.Phone != "" && !phoneForm.MatchString(w.Phone) {
		fail("phone", w.Phone, "et telefonnummer", `skriv for eksempel "33 17 10 00"`)
	}
	return Guide(w)
}

func (c *checker) hub(w *wireHub) Hub {
	fail := func(key, what, do string) {
		line, column := c.at("hub", key)
		c.problem(line, column, what, do)
	}
	hub := Hub{Zone: time.UTC}
	if w == nil {
		c.problem(c.root.Line, c.root.Column, "hub mangler", `skriv hub: {id: …, name: …, municipality: "…"}`)
		return hub
	}
	hub = Hub{ID: w.ID, Name: w.Name, Municipality: w.Municipality, OrgNumber: w.OrgNumber, Contact: w.Contact, Geocode: w.Geocode, GeocodeURL: strings.TrimRight(w.GeocodeURL, "/"), Images: w.Images}
	if !idForm.MatchString(w.ID) {
		fail("id", fmt.Sprintf("hub.id %q er ikke gyldig", w.ID), "bruk små bokstaver a-z, tall og bindestrek")
	}
	if hub.Name == "" {
		hub.Name = hub.ID
	}
	c.municipality(w.Municipality, fail, "hub", "municipality")
	if w.OrgNumber != "" && !orgNumber(w.OrgNumber) {
		fail("org_number", fmt.Sprintf("hub.org_number %q er ikke et organisasjonsnummer", w.OrgNumber), `skriv de ni sifrene i anførselstegn, for eksempel "974760673"`)
	}
	if w.Contact != "" && !reached(w.Contact) {
		fail("contact", fmt.Sprintf("hub.contact %q er verken en e-postadresse eller en nettadresse", w.Contact), "skriv for eksempel fritid@kommunen.no eller https://kommunen.no/kontakt")
	}
	if w.GeocodeURL != "" {
		line, column := c.at("hub", "geocode_url")
		if u, err := url.Parse(w.GeocodeURL); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" {
			c.problem(line, column, fmt.Sprintf("hub.geocode_url %q er ikke en adresse", w.GeocodeURL), "skriv for eksempel https://adresser.kommunen.no/adresser/v1, eller ta bort linjen")
		} else {
			c.reachable(u, w.Geocode, line, column)
		}
	}
	hub.Map = c.tiles(w.Map)
	hub.Guide = c.guide(w.Guide)
	for i, site := range w.Embeds {
		hub.Embeds = append(hub.Embeds, strings.ToLower(strings.TrimRight(site, "/")))
		if !origin(hub.Embeds[i]) {
			line, column := c.at("hub", "embeds", i)
			c.problem(line, column, fmt.Sprintf("hub.embeds: %q er ikke et nettsted", site), "skriv bare det som står før den første skråstreken i adressen, for eksempel https://kommunen.no")
		}
	}
	name := w.Timezone
	if name == "" {
		name = "Europe/Oslo"
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		fail("timezone", fmt.Sprintf("tidssonen %q er ukjent", name), "skriv Europe/Oslo")
		zone = time.UTC
	}
	hub.Zone = zone
	hub.Languages = w.Languages
	if len(hub.Languages) == 0 {
		hub.Languages = []string{"nb", "nn", "en"}
	}
	for i, tag := range w.Languages {
		if _, err := language.Parse(tag); err != nil {
			line, column := c.at("hub", "languages", i)
			c.problem(line, column, fmt.Sprintf("%q er ikke en språkkode", tag), "bruk for eksempel nb, nn, en, uk, ar")
		}
	}
	return hub
}

// orgNumber reports whether s is a Norwegian organisation number: nine digits, of which the last checks the others.
func orgNumber(s string) bool {
	sum := 0
	for i, weight := range []int{3, 2, 7, 6, 5, 4, 3, 2, 1} {
		if len(s) != 9 || s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += weight * int(s[i]-'0')
	}
	return sum%11 == 0
}

// reached reports whether s is an address of mail or of a page.
func reached(s string) bool {
	if a, err := mail.ParseAddress(s); err == nil && a.Address == s {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

func (c *checker) sources(wires []wireSource, hub Hub) []Source {
	seen := map[string]int{}
	var out []Source
	for i := range wires {
		s := c.source(i, &wires[i], hub)
		if first, twice := seen[s.ID]; twice && s.ID != "" {
			line, column := c.at("sources", i, "id")
			firstLine, _ := c.at("sources", first, "id")
			c.problem(line, column, fmt.Sprintf("id %q er brukt to ganger, også på linje %d", s.ID, firstLine), "gi den ene en annen id")
		} else {
			seen[s.ID] = i
		}
		out = append(out, s)
	}
	return out
}

func (c *checker) source(i int, w *wireSource, hub Hub) Source {
	fail := func(key, what, do string) {
		line, column := c.at("sources", i, key)
		c.problem(line, column, what, do)
	}
	s := Source{
		ID: w.ID, Name: w.Name, Kind: w.Kind, Licence: w.Licence, Attribution: w.Attribution, Contact: w.Contact, Enabled: w.Enabled == nil || *w.Enabled,
		Municipality: w.Municipality, Language: w.Language, Priority: DefaultPriority, Categories: w.Categories,
		Defaults: Defaults{Category: w.Defaults.Category, Kind: catalog.Kind(w.Defaults.Kind), Organizer: w.Defaults.Organizer},
		Guard:    Guard{Share: DefaultShare, Count: DefaultCount, Grace: DefaultGrace},
	}
	if !idForm.MatchString(w.ID) {
		what := fmt.Sprintf("id %q er ikke gyldig", w.ID)
		if w.ID == "" {
			what = "kilden mangler id"
		}
		fail("id", what, "bruk små bokstaver a-z, tall og bindestrek")
	}
	if s.Name == "" {
		s.Name = s.ID
	}
	if s.Attribution == "" {
		s.Attribution = s.Name
	}
	c.kind(w.Kind, fail)
	c.secrets = nil
	s.URL = c.address(i, w.URL, s.Enabled, fail)

	usual, least := c.schedule(w.Kind)
	spec := cmp.Or(w.Schedule, usual)
	schedule, err := ParseSchedule(spec, hub.Zone, least)
	if err != nil {
		do := `skriv for eksempel "15 * * * *", "@hourly" eller "@every 30m"; minst fem minutter mellom hver gang`
		if least < MinInterval {
			do = fmt.Sprintf("skriv for eksempel %q", usual)
		}
		if meant := scheduleMeant(spec); meant != "" {
			do = fmt.Sprintf("mente du schedule: %q?", meant)
		}
		fail("schedule", err.Error(), do)
	} else if schedule.touchesChange() {
		line, column := c.at("sources", i, "schedule")
		c.warning(line, column, "tidsplanen slår til mellom 02 og 03, timen som sommertiden hopper over eller tar to ganger", "velg et annet klokkeslett; huben kjører den én gang den natten")
	}
	s.Schedule = schedule

	switch {
	case w.Licence == "" && (c.env.Licensed == nil || !c.env.Licensed(w.Kind)):
		line, column := c.at("sources", i, "licence")
		c.warning(line, column, fmt.Sprintf("kilden %s har ingen lisens, og deles likevel med andre huber", w.ID), "skriv licence: CC-BY-4.0, NLOD-2.0 eller permission, slik at andre vet hva de kan bruke; share: false deler ikke")
	case w.Licence != "" && !licenceForm.MatchString(w.Licence):
		fail("licence", fmt.Sprintf("lisensen %q er ikke en SPDX-id", w.Licence), "bruk for eksempel CC-BY-4.0, CC0-1.0, NLOD-2.0 eller permission")
	}
	s.Share = w.Share
	if w.Contact != "" && !reached(w.Contact) {
		fail("contact", fmt.Sprintf("%q er verken en e-postadresse eller en nettadresse", w.Contact), "skriv for eksempel post@klubben.no eller https://klubben.no/kontakt")
	}
	c.municipality(w.Municipality, fail, "sources", i, "municipality")
	if w.Language != "" {
		if _, err := language.Parse(w.Language); err != nil {
			fail("language", fmt.Sprintf("%q er ikke en språkkode", w.Language), "bruk for eksempel nb, nn eller en")
		}
	}
	if w.Priority != nil {
		if s.Priority = *w.Priority; s.Priority < 0 || s.Priority > 100 {
			fail("priority", fmt.Sprintf("prioriteten %d er utenfor 0 til 100", s.Priority), "velg et tall fra 0 til 100")
		}
	}
	if k := s.Defaults.Kind; k != "" && !k.Valid() {
		line, column := c.at("sources", i, "defaults", "kind")
		c.problem(line, column, fmt.Sprintf("defaults.kind %q finnes ikke", k), choose(string(k), itemKinds()))
	}
	c.category(s.Defaults.Category, "sources", i, "defaults", "category")
	for _, word := range slices.Sorted(maps.Keys(w.Categories)) {
		c.category(w.Categories[word], "sources", i, "categories", word)
	}
	s.Shared = c.words(i)
	s.Ignore, s.Volatile, s.Drop = c.fields(i, "ignore", w.Ignore), c.fields(i, "volatile", w.Volatile), c.drops(i, w.Drop)
	s.Headers = c.headers(i, w.Headers, s.Enabled)
	s.Options = Options{node: c.expandNode(&w.Options, s.Enabled), path: c.path}
	s.Secrets = c.secrets
	c.options(i, s)
	c.guard(i, w.Guard, &s.Guard)
	c.limits(i, w.Limits, &s.Limits)
	return s
}

// schedule is when a source of a kind is pulled that does not say, and the shortest time between two pulls.
func (c *checker) schedule(kind string) (usual string, least time.Duration) {
	if c.env.Schedule != nil {
		usual, least = c.env.Schedule(kind)
	}
	return cmp.Or(usual, DefaultSchedule), cmp.Or(least, MinInterval)
}

var optionName = regexp.MustCompile(`^options\.([a-z_]+)`)

// options lets the kind of a source check its options, unless they hold a ${NAME} that is not set.
func (c *checker) options(i int, s Source) {
	if c.env.Options == nil || !slices.Contains(c.env.Kinds, s.Kind) || variable.MatchString(s.Options.Text()) {
		return
	}
	c.optionError(i, s, c.env.Options(s.Kind, s.Options.Decode))
}

// optionError says everything that err holds, which may be several errors joined.
func (c *checker) optionError(i int, s Source, err error) {
	var problems Problems
	joined, several := err.(interface{ Unwrap() []error }) //nolint:errorlint // only what errors.Join made itself is taken apart
	switch {
	case err == nil:
	case several:
		for _, one := range joined.Unwrap() {
			c.optionError(i, s, one)
		}
	case errors.As(err, &problems):
		c.problems = append(c.problems, problems...)
	default:
		path := []any{"sources", i, "options"}
		if named := optionName.FindStringSubmatch(err.Error()); named != nil {
			path = append(path, named[1])
		}
		line, column := c.at(path...)
		c.problem(line, column, err.Error(), "se connectors/"+s.Kind+"/README.md")
	}
}

func (c *checker) kind(kind string, fail func(key, what, do string)) {
	if slices.Contains(c.env.Kinds, kind) || len(c.env.Kinds) == 0 && kind != "" {
		return
	}
	what := fmt.Sprintf("kind %q finnes ikke", kind)
	if kind == "" {
		what = "kilden mangler kind"
	}
	fail("kind", what, choose(kind, c.env.Kinds))
}

func (c *checker) category(id string, path ...any) {
	if id == "" || c.env.Category == nil || c.env.Category(id) {
		return
	}
	line, column := c.at(path...)
	do := "`fritidshub categories` lister kategoriene, og `fritidshub categories ORD` slår opp"
	if c.env.Meant != nil {
		if meant := c.env.Meant(id); meant != "" {
			do = "mente du " + meant + "? Ellers: " + do
		}
	}
	c.problem(line, column, fmt.Sprintf("kategorien %q finnes ikke", id), do)
}

func itemKinds() []string {
	var names []string
	for _, k := range catalog.Kinds() {
		names = append(names, string(k))
	}
	return names
}

// address checks a source's URL and replaces ${NAME} in it.
func (c *checker) address(i int, raw string, enabled bool, fail func(key, what, do string)) string {
	if raw == "" {
		fail("url", "kilden mangler url", "skriv https://… eller file:navn-på-fil")
		return ""
	}
	line, column := c.at("sources", i, "url")
	if calendar, ok := strings.CutPrefix(raw, "webcal://"); ok { // how calendars are shared; it is fetched as any other address
		raw = "https://" + calendar
	}
	u, err := url.Parse(variable.ReplaceAllString(raw, "x"))
	switch {
	case err != nil:
		fail("url", "adressen kan ikke leses", "kopier den på nytt fra nettleseren")
	case u.Scheme == "file":
		name, err := url.PathUnescape(u.Opaque)
		if err != nil || !filepath.IsLocal(name) {
			fail("url", fmt.Sprintf("%q ligger ikke under mappen til denne filen", raw), "legg filen i samme mappe eller en under, og skriv file:mappe/fil")
		} else if info, err := os.Stat(filepath.Join(c.dir, name)); enabled && errors.Is(err, fs.ErrNotExist) {
			c.warning(line, column, fmt.Sprintf("filen %s finnes ikke", filepath.Join(c.dir, name)), "legg den der, rett url, eller skriv enabled: false")
		} else if err == nil && info.IsDir() {
			c.warning(line, column, fmt.Sprintf("%s er en mappe, ikke en fil", filepath.Join(c.dir, name)), "skriv navnet på filen også: file:mappe/fil")
		}
		return raw
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		fail("url", fmt.Sprintf("adressen %q er verken https://… eller file:…", raw), "skriv hele adressen med https://, eller file: foran navnet på en fil her")
	case u.User != nil:
		fail("url", "adressen har brukernavn eller passord i seg", `bruk headers: {Authorization: ${NAVN}} og sett NAVN i miljøet`)
	default:
		for kv := range strings.SplitSeq(u.RawQuery, "&") {
			name, value, _ := strings.Cut(kv, "=")
			if secretName.MatchString(name) && value != "" && value != "x" {
				fail("url", fmt.Sprintf("adressen har en hemmelighet i %q", name), "skriv "+name+"=${NAVN} og sett NAVN i miljøet")
			}
		}
	}
	if err == nil {
		c.reachable(u, enabled, line, column)
	}
	return c.expand(raw, enabled, line, column)
}

func (c *checker) headers(i int, wire map[string]string, enabled bool) map[string]string {
	out := make(map[string]string, len(wire))
	for _, name := range slices.Sorted(maps.Keys(wire)) {
		value := wire[name]
		line, column := c.at("sources", i, "headers", name)
		if name == "" || strings.ContainsAny(name, " :\r\n\t") {
			c.problem(line, column, fmt.Sprintf("%q er ikke navnet på et HTTP-hode", name), "bruk bokstaver, tall og bindestrek")
			continue
		}
		if secretName.MatchString(name) && !variable.MatchString(value) {
			c.problem(line, column, fmt.Sprintf("hodet %q har en hemmelighet i klartekst", name), "skriv ${NAVN} og sett NAVN i miljøet")
			continue
		}
		value = c.expand(value, enabled, line, column)
		if strings.ContainsAny(value, "\r\n") {
			c.problem(line, column, fmt.Sprintf("verdien av %q har linjeskift", name), "skriv den på én linje")
			continue
		}
		out[name] = value
	}
	return out
}

// IsSecret reports whether the name of a header or of a query parameter tells that its value is a secret, which only the environment holds.
func IsSecret(name string) bool { return secretName.MatchString(name) }

// ownPrefix begins the names of the hub's own settings, some of which are secrets.
const ownPrefix = "FRITIDSHUB_"

// expand replaces ${NAME} by the environment. A missing one is a problem only when the source is in use.
func (c *checker) expand(text string, enabled bool, line, column int) string {
	return variable.ReplaceAllStringFunc(text, func(reference string) string {
		name := reference[2 : len(reference)-1]
		if strings.HasPrefix(name, ownPrefix) {
			c.problem(line, column, fmt.Sprintf("%s er en innstilling for huben selv og gis ikke til kilder", name), "gi kildens hemmelighet et eget navn i miljøet")
			return reference
		}
		if c.env.Lookup != nil {
			if value, ok := c.env.Lookup(name); ok {
				c.secrets = append(c.secrets, value)
				return value
			}
		}
		if enabled {
			c.problem(line, column, fmt.Sprintf("miljøvariabelen %s er ikke satt", name), "sett den der huben startes, eller skriv enabled: false")
		}
		return reference
	})
}

// expandNode replaces ${NAME} in every text below node.
func (c *checker) expandNode(node *yaml.Node, enabled bool) *yaml.Node {
	if node.Kind == yaml.ScalarNode && variable.MatchString(node.Value) {
		node.Value = c.expand(node.Value, enabled, node.Line, node.Column)
		node.Tag = "!!str"
	}
	for _, child := range node.Content {
		c.expandNode(child, enabled)
	}
	return node
}

func (c *checker) guard(i int, w wireGuard, g *Guard) {
	if w.Percent != nil {
		if g.Share = *w.Percent / 100; g.Share < 0 || g.Share > 1 {
			line, column := c.at("sources", i, "guard", "percent")
			c.problem(line, column, "guard.percent er utenfor 0 til 100", "skriv for eksempel 30")
		}
	}
	if w.Count != nil {
		if g.Count = *w.Count; g.Count < 0 {
			line, column := c.at("sources", i, "guard", "count")
			c.problem(line, column, "guard.count er under 0", "skriv for eksempel 5")
		}
	}
	if w.Grace != "" {
		d, err := time.ParseDuration(w.Grace)
		if err != nil || d < 0 || d > 90*24*time.Hour {
			line, column := c.at("sources", i, "guard", "grace")
			c.problem(line, column, fmt.Sprintf("guard.grace %q er ikke en varighet fra 0 til 2160h", w.Grace), "skriv for eksempel 48h")
		}
		g.Grace = d
	}
}

func (c *checker) limits(i int, w wireLimits, l *Limits) {
	if w.MiB != nil {
		if l.Bytes = int64(*w.MiB) << 20; *w.MiB < 1 || *w.MiB > 64 {
			line, column := c.at("sources", i, "limits", "mib")
			c.problem(line, column, "limits.mib er utenfor 1 til 64", "skriv for eksempel 40")
		}
	}
	if w.Records != nil {
		if l.Records = *w.Records; l.Records < 1 || l.Records > 200_000 {
			line, column := c.at("sources", i, "limits", "records")
			c.problem(line, column, "limits.records er utenfor 1 til 200000", "skriv for eksempel 50000")
		}
	}
}

package api

import (
	"cmp"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"fritidshub/api/pages"
	"fritidshub/api/words"
)

// built is what an editor has chosen for an element on another page.
type built struct {
	element     string // "search", "list" or "offers"
	filters     url.Values
	language    string // BCP 47
	theme       string // "light", "dark" or "auto"; empty: the page's
	heading     string
	level       int // of the heading, 2 to 6
	limit       int // hits; 0: as many as are usual
	views       []string
	tiles       string
	within      int // kilometres to neighbouring municipalities that residents may take along; 0: none
	neighbours  []string
	images      bool   // hits have their pictures
	detail      string // where a hit is opened: "dialog" or "inline"; empty: on a page of its own
	accent      string // as it was typed
	accentDark  string
	dark        bool // the preview is on a dark page
	snapshot    bool // the first hits stand in the code as links
	light, deep colour
	coloured    bool
}

// builtElements are the elements by their short names, with what the plain link in each is called.
var builtElements = []struct{ name, title, link string }{
	{"search", "Søk med filtre (fh-search)", "Finn aktiviteter"},
	{"list", "Kort liste (fh-list)", "Se hva som skjer"},
	{"offers", "Gratis nå: billetter og kuponger (fh-offers)", "Se hva som er gratis nå"},
}

// builtFilters are the filters that an editor can set here; each is an attribute named as its parameter.
var builtFilters = []string{"municipality", "kind", "category", "organizer", "source", "when", "free", "q"}

// readBuilt takes an editor's choices from an address. What makes no sense is told of and left out.
func (s *server) readBuilt(query url.Values) (b *built, faults []string) {
	b = &built{element: "search", filters: url.Values{}, level: 2, language: s.words.For(s.rules.Languages[0]).Tag, dark: query.Get("ground") == "dark", snapshot: query.Get("snapshot") == "true"}
	one := func(name, label string, read func(v string) bool) {
		if v := strings.TrimSpace(query.Get(name)); v != "" && !read(v) {
			faults = append(faults, "«"+shortened(v)+"» kan ikke brukes som "+label+", og er utelatt.")
		}
	}
	among := func(to *string, allowed ...string) func(string) bool {
		return func(v string) bool {
			if !slices.Contains(allowed, v) {
				return false
			}
			*to = v
			return true
		}
	}
	one("element", "element", among(&b.element, "search", "list", "offers"))
	one("language", "språk", among(&b.language, s.words.Tags()...))
	one("theme", "tema", among(&b.theme, "light", "dark", "auto"))
	one("tiles", "kart", among(&b.tiles, "click", "on", "off"))
	b.images = query.Get("images") == "lazy" && s.Pictures != nil
	one("detail", "åpning", among(&b.detail, "dialog", "inline"))
	one("heading", "overskrift", func(v string) bool { b.heading = shortened(v); return len([]rune(v)) <= maxHeading })
	one("level", "nivå", func(v string) bool {
		n, err := strconv.Atoi(v)
		if err == nil && n >= 2 && n <= 6 {
			b.level = n
			return true
		}
		return false
	})
	one("limit", "antall", func(v string) bool {
		n, err := strconv.Atoi(v)
		if err == nil && n >= 1 && n <= 100 {
			b.limit = n
			return true
		}
		return false
	})
	one("neighbours", "avstand til nabokommuner; den er 1–200 km", func(v string) bool {
		n, err := strconv.Atoi(v)
		if err == nil && n >= 1 && n <= maxNeighbours {
			b.within = n
			return true
		}
		return false
	})
	for _, view := range query["views"] {
		if slices.Contains(elementViews(), view) && !slices.Contains(b.views, view) {
			b.views = append(b.views, view)
		}
	}
	if len(b.views) == len(elementViews()) {
		b.views = nil // as it is unless somebody says otherwise
	}
	for _, name := range builtFilters {
		if v := strings.TrimSpace(query.Get(name)); v != "" {
			b.filters.Set(name, v)
		}
	}
	one("accent", "farge; den skrives som #0b5257", func(v string) bool {
		b.light, b.coloured = readColour(v)
		b.accent = shortened(v)
		return b.coloured
	})
	given := false
	one("accent_dark", "farge; den skrives som #8cc8ea", func(v string) bool { b.deep, given = readColour(v); b.accentDark = shortened(v); return given })
	switch {
	case b.coloured && !given:
		b.deep = b.light.readable(dusk)
	case given && !b.coloured:
		b.light, b.coloured = b.deep.readable(white), true
	}
	return b, faults
}

// elementViews are the views that a search can offer.
func elementViews() []string { return []string{"list", "calendar", "map"} }

// shortened is what is typed, for a text that tells of it.
func shortened(v string) string {
	if runes := []rune(strings.ToValidUTF8(v, "")); len(runes) > maxHeading {
		return string(runes[:maxHeading])
	}
	return strings.ToValidUTF8(v, "")
}

// script is the file that the element comes with.
func (b *built) script() string {
	if b.element == "search" {
		return "search.js"
	}
	return "list.js"
}

// attributes are those of the element, in the order in which editors read them.
func (b *built) attributes() [][2]string {
	var out [][2]string
	add := func(name, value string) {
		if value != "" {
			out = append(out, [2]string{name, value})
		}
	}
	for _, name := range builtFilters {
		add(name, b.filters.Get(name))
	}
	add("lang", b.language)
	add("theme", b.theme)
	add("heading", b.heading)
	if b.level != 2 {
		add("heading-level", strconv.Itoa(b.level))
	}
	if b.element != "search" {
		if b.limit > 0 {
			add("count", strconv.Itoa(b.limit))
		}
		return out
	}
	if b.limit > 0 {
		add("page-size", strconv.Itoa(b.limit))
	}
	add("neighbours", strings.Join(b.neighbours, ","))
	add("views", strings.Join(b.views, ","))
	add("tiles", b.tiles)
	if b.images {
		add("images", "lazy")
	}
	add("detail", b.detail)
	return out
}

// bare is the element on a page of the hub's own. Its link is what is seen until it is ready, and when it never is.
func (b *built) bare(link string) string { return b.markup("fh-"+b.element, "", nil, link, nil) }

// pasted is the element on any page, with room, so that the rest of the page stays where it is, and with hits as they are now before it is ready.
func (b *built) pasted(hub, link string, hits []pages.Link) string {
	return b.markup("fh-"+b.element, "", [][2]string{{"hub", hub}}, link, hits)
}

// snippet is the same for systems that strip elements they do not know.
func (b *built) snippet(hub, link string, hits []pages.Link) string {
	return b.markup("div", "data-", [][2]string{{"fh", b.element}, {"hub", hub}}, link, hits)
}

func (b *built) markup(tag, prefix string, first [][2]string, link string, hits []pages.Link) string {
	var w strings.Builder
	w.WriteString("<" + tag)
	for _, a := range slices.Concat(first, b.attributes()) {
		fmt.Fprintf(&w, ` %s%s="%s"`, prefix, a[0], html.EscapeString(a[1]))
	}
	if first != nil {
		fmt.Fprintf(&w, ` style="%s"`, b.room())
	}
	w.WriteString(">\n")
	if len(hits) > 0 {
		w.WriteString("  <ul>\n")
		for _, hit := range hits {
			fmt.Fprintf(&w, "    <li lang=\"%s\"><a href=\"%s\">%s</a></li>\n", html.EscapeString(hit.Lang), html.EscapeString(hit.URL), html.EscapeString(hit.Text))
		}
		w.WriteString("  </ul>\n")
	}
	fmt.Fprintf(&w, "  <a href=\"%s\">%s</a>\n</%s>", html.EscapeString(link), html.EscapeString(b.linkText()), tag)
	return w.String()
}

// room is the style of the element's own place in a page.
func (b *built) room() string {
	if b.element == "search" {
		return "display:block;min-height:100vh"
	}
	return fmt.Sprintf("display:block;min-height:%.4gem", 5.5*float64(cmp.Or(b.limit, defaultList))+6.5)
}

func (b *built) linkText() string {
	for _, e := range builtElements {
		if e.name == b.element {
			return cmp.Or(b.heading, e.link)
		}
	}
	return b.heading
}

// search is the query of the same on the hub's own pages.
func (b *built) search() url.Values {
	out := url.Values{}
	for name, vs := range b.filters {
		out[name] = vs
	}
	if b.element == "list" && !slices.ContainsFunc([]string{"when", "organizer", "source", "category"}, out.Has) {
		out.Set("when", "week") // as the element does
	}
	if b.element == "offers" {
		out.Set("free", "true")
		if !out.Has("kind") {
			out.Set("kind", "ticket")
		}
	}
	out.Set("lang", b.language)
	return out
}

// frame is the same in a frame.
func (b *built) frame() string {
	query := b.search()
	set := func(name, v string) {
		if v != "" {
			query.Set(name, v)
		}
	}
	set("heading", b.heading)
	set("theme", b.theme)
	if b.limit > 0 {
		query.Set("limit", strconv.Itoa(b.limit))
	}
	if b.element != "search" {
		query.Set("view", "list")
	}
	return framePath + "?" + query.Encode()
}

// sheet is the room and the colours, for the page's own stylesheet.
func (b *built) sheet() string {
	rules := strings.Split(b.room(), ";")
	if b.coloured {
		rules = append(rules, fmt.Sprintf("--fh-accent:light-dark(%s, %s)", b.light, b.deep), fmt.Sprintf("--fh-accent-text:light-dark(%s, %s)", b.light.written(), b.deep.written()))
	}
	for i, rule := range rules {
		rules[i] = "  " + strings.Replace(rule, ":", ": ", 1) + ";\n"
	}
	return fmt.Sprintf("fh-%[1]s, [data-fh=%[1]s] {\n%s}", b.element, strings.Join(rules, ""))
}

// verdicts says whether the colours can be read.
func (b *built) verdicts() []string {
	if !b.coloured {
		return []string{"Uten en valgt farge brukes fargene fra Designsystemet eller Aksel når siden har dem, ellers våre egne, som er prøvd mot kravet på lys og mørk bakgrunn."}
	}
	out := []string{verdict(b.light, white, "lys"), verdict(b.deep, dusk, "mørk")}
	if b.accentDark == "" && b.deep != b.light {
		out[1] += " Den er regnet ut, fordi den lyse er for mørk der."
	}
	return append(out, fmt.Sprintf("Teksten på knappene blir %s på lys og %s på mørk side, som er den av hvit og svart som leses best.", named(b.light.written()), named(b.deep.written())))
}

func named(c colour) string {
	if c == white {
		return "hvit"
	}
	return "svart"
}

// policy is what a page's own Content-Security-Policy has to allow.
func (s *server) policyFor(b *built) []string {
	u, err := url.Parse(s.base())
	if err != nil {
		return nil
	}
	hub := u.Scheme + "://" + u.Host
	out := []string{"script-src " + hub, "connect-src " + hub}
	var pictures []string
	if b.hasMap(s.Map) {
		pictures = append(pictures, strings.TrimSpace(cmp.Or(s.Map.origin(), hub)))
	}
	if b.hasPictures() && !slices.Contains(pictures, hub) {
		pictures = append(pictures, hub)
	}
	if len(pictures) > 0 {
		out = append(out, "img-src "+strings.Join(pictures, " "))
	}
	return out
}

// hasMap reports whether residents can open a map in the element.
func (b *built) hasMap(m Map) bool {
	return b.element == "search" && b.tiles != "off" && (len(b.views) == 0 || slices.Contains(b.views, "map")) && m.Tiles != ""
}

// hasPictures reports whether hits come with pictures.
func (b *built) hasPictures() bool { return b.element == "search" && b.images }

// kilobytes is a number of bytes as people read it.
func kilobytes(n int) string {
	return words.Number(int64(n/1000)) + "," + strconv.Itoa(n%1000/100) + " kB"
}

package api

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/index"
)

const (
	builderPath = "/embed/"
	previewPath = "/embed/preview"
	previewCSS  = "/embed/preview.css"
	maxSnapshot = 10 // hits that stand in the code
	// policyPreview is that of a page with an element on it, which needs no more than any page that has one.
	policyPreview = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'%s; connect-src 'self'; form-action 'none'; base-uri 'none'; " +
		"frame-ancestors 'self'; require-trusted-types-for 'script'"
)

// weight is one file of the elements, as browsers get it.
type weight struct {
	name  string
	bytes int // compressed
}

// embedRoutes are the pages for editors who put the hub on their own pages.
func (s *server) embedRoutes(get func(path string, h func(*gin.Context) error)) {
	weights := sync.OnceValue(s.weigh)
	get(builderPath, func(c *gin.Context) error { return s.getBuilder(c, weights()) })
	get(previewPath, s.getPreview)
	get(previewCSS, s.getPreviewSheet)
	get(tryPath, s.getTried)
	get(widgetsPath, func(c *gin.Context) error { return s.getWidgets(c, weights()) })
	get(statementPath, s.getStatement)
}

var partNames = regexp.MustCompile(`\w+-[0-9a-f]{10}\.js`)

// weigh packs the files of the elements and what they ask for later.
func (s *server) weigh() map[string][]weight {
	out := map[string][]weight{}
	if s.Assets == nil {
		return out
	}
	for _, entry := range []string{"search.js", "list.js"} {
		names := []string{entry}
		for i := 0; i < len(names) && i < 32; i++ {
			body, _, _, ok := s.Assets(names[i])
			if !ok {
				continue
			}
			out[entry] = append(out[entry], weight{names[i], packedSize(body)})
			for _, name := range partNames.FindAllString(string(body), -1) {
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	return out
}

// packedSize is how many bytes are sent of a body.
func packedSize(body []byte) int {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	w.Write(body)
	w.Close()
	return b.Len()
}

func (s *server) getBuilder(c *gin.Context, weights map[string][]weight) error {
	query := c.Request.URL.Query()
	l := s.language(c)
	b, faults := s.readBuilt(query)
	found, wrong, err := s.found(c.Request.Context(), b)
	if err != nil {
		return err
	}
	near, err := s.takeAlong(c.Request.Context(), b)
	if err != nil {
		return err
	}
	link := s.base() + address(b.search())
	v := pages.Embed{Frame: s.frame(l, builderPath), Faults: append(faults, wrong...), Verdicts: b.verdicts(), Fields: s.fields(b, found), Statement: statementPath, Manual: widgetsPath, Try: tryPath + "?" + b.state().Encode()}
	v.Title, v.NoIndex = "Sett inn søket på egne sider - "+s.Hub.Name, len(query) > 0
	v.Found = "Utvalget har " + words.Number(int64(found.Total)) + " treff nå."
	if found.Total == 1 {
		v.Found = "Utvalget har ett treff nå."
	}
	v.Found += near
	state := b.state()
	for i, ground := range []string{"", "dark"} {
		to := change(state, func(q url.Values) { setOrDrop(q, "ground", ground) })
		if l.Tag != s.words.For(s.rules.Languages[0]).Tag {
			to.Set("lang", l.Tag)
		}
		v.Grounds = append(v.Grounds, pages.Link{Text: []string{"Lys side", "Mørk side"}[i], URL: builderPath + "?" + to.Encode() + "#preview", Current: b.dark == (i == 1)})
	}
	if b.dark {
		state.Set("ground", "dark")
	}
	v.Preview = previewPath + "?" + state.Encode()
	hits, err := s.snapshot(c.Request.Context(), b)
	if err != nil {
		return err
	}
	v.Codes = s.codes(b, link, hits)
	v.Policy = s.policyFor(b)
	v.Weights, v.Requests = s.weightTexts(b, weights)
	body, err := s.pages.Draw(v)
	if err != nil {
		return err
	}
	c.Header("Content-Security-Policy", policyPage+"; frame-src 'self'")
	s.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}

// state is the choices as the address of the builder has them.
func (b *built) state() url.Values {
	out := url.Values{}
	for name, vs := range b.filters {
		out[name] = vs
	}
	for name, v := range map[string]string{"element": b.element, "language": b.language, "theme": b.theme, "heading": b.heading, "tiles": b.tiles, "detail": b.detail} {
		setOrDrop(out, name, v)
	}
	if b.level != 2 {
		out.Set("level", strconv.Itoa(b.level))
	}
	if b.limit > 0 {
		out.Set("limit", strconv.Itoa(b.limit))
	}
	if b.within > 0 {
		out.Set("neighbours", strconv.Itoa(b.within))
	}
	if b.images {
		out.Set("images", "lazy")
	}
	if b.snapshot {
		out.Set("snapshot", "true")
	}
	if len(b.views) > 0 {
		out["views"] = b.views
	}
	if b.coloured {
		out.Set("accent", b.light.String())
		out.Set("accent_dark", b.deep.String())
	}
	return out
}

// found searches for what the editor has chosen, with the values there are to choose from. Filters that cannot be used are told of and dropped.
func (s *server) found(ctx context.Context, b *built) (*answer, []string, error) {
	var told []string
	for {
		search, err := params.ParseValues(change(b.filters, func(q url.Values) { q.Set("lang", s.rules.Languages[0]) }), s.rules)
		faults, wrong := asFaults(err)
		if err != nil && !wrong {
			return nil, nil, err
		}
		if !wrong {
			search.Query.Limit, search.Query.Without = 1, false
			search.Query.Facets = []index.Facet{index.FacetMunicipality, index.FacetKind, index.FacetCategory, index.FacetOrganizer, index.FacetSource}
			leave, err := s.drawing.enter(ctx)
			if err != nil {
				return nil, nil, err
			}
			defer leave()
			a, err := s.search(ctx, &search)
			return a, told, err
		}
		dropped := false
		for _, fault := range faults {
			if v := b.filters.Get(fault.Parameter); v != "" {
				told, dropped = append(told, "«"+shortened(v)+"» kan ikke brukes som "+fault.Parameter+", og er utelatt."), true
				b.filters.Del(fault.Parameter)
			}
		}
		if !dropped {
			return nil, nil, badParameters(faults)
		}
	}
}

// takeAlong finds the neighbours of the municipality that is chosen, and says which they are.
func (s *server) takeAlong(ctx context.Context, b *built) (string, error) {
	home := b.filters.Get(string(index.FacetMunicipality))
	if b.within == 0 {
		return "", nil
	}
	if home == "" || b.element != "search" {
		return " Nabokommuner kan tas med i søket når det gjelder én kommune.", nil
	}
	found, err := s.neighbours(ctx, home, b.within)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return " Huben vet ikke om noen nabokommune så nær.", nil
	}
	var names []string
	for _, n := range found {
		b.neighbours = append(b.neighbours, n.number)
		names = append(names, fmt.Sprintf("%s (%.0f km)", s.Taxonomy.FacetLabel(string(index.FacetMunicipality), n.number, "nb"), n.km))
	}
	return " Besøkende kan ta med " + strings.Join(names, ", ") + ".", nil
}

// snapshot is the first hits of what the editor has chosen as they are now, when they are to stand in the code.
func (s *server) snapshot(ctx context.Context, b *built) ([]pages.Link, error) {
	if !b.snapshot {
		return nil, nil
	}
	search, err := params.ParseValues(b.search(), s.rules)
	if faults, wrong := asFaults(err); wrong {
		return nil, badParameters(faults)
	} else if err != nil {
		return nil, err
	}
	search.Query.Limit, search.Query.Facets, search.Query.Without = min(cmp.Or(b.limit, defaultList), maxSnapshot), nil, false
	leave, err := s.drawing.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	a, err := s.search(ctx, &search)
	if err != nil {
		return nil, err
	}
	l, now := s.words.For(b.language), s.Now().In(s.Hub.Zone)
	var out []pages.Link
	for i := range a.Items {
		card := s.card(&a.Items[i], l, now)
		out = append(out, pages.Link{Text: strings.Join(distinct(card.Name, card.When, card.Place), ", "), URL: s.base() + card.URL, Lang: cmp.Or(card.TextLang, l.Tag)})
	}
	return out, nil
}

func (s *server) fields(b *built, found *answer) []pages.EmbedGroup {
	nb := s.words.For("nb")
	pick := func(name, label, hint, value string, choices ...pages.Choice) pages.EmbedField {
		for i := range choices {
			choices[i].Checked = choices[i].Value == value
		}
		return pages.EmbedField{Name: name, Label: label, Hint: hint, Choices: choices}
	}
	facet := func(f index.Facet, label string) pages.EmbedField {
		value := b.filters.Get(string(f))
		choices := []pages.Choice{{Label: "Alle"}}
		known := value == ""
		for _, v := range found.Facets[f] {
			if v.Count > 0 || v.Value == value {
				choices = append(choices, pages.Choice{Value: v.Value, Label: cmp.Or(v.Label, v.Value) + " (" + words.Number(int64(v.Count)) + ")"})
				known = known || v.Value == value
			}
		}
		if !known {
			choices = append(choices, pages.Choice{Value: value, Label: value})
		}
		return pick(string(f), label, "", value, choices...)
	}
	var elements, languages []pages.Choice
	for _, e := range builtElements {
		elements = append(elements, pages.Choice{Value: e.name, Label: e.title})
	}
	for _, tag := range s.words.Tags() {
		languages = append(languages, pages.Choice{Value: tag, Label: s.words.For(tag).Name})
	}
	whens := []pages.Choice{{Label: "Når som helst"}}
	for _, when := range params.Whens() {
		whens = append(whens, pages.Choice{Value: when, Label: nb.T("quick." + when)})
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	snapshot := pages.Choice{Name: "snapshot", Value: "true", Label: "De første treffene som lenker i koden", Checked: b.snapshot}
	free := pages.Choice{Name: "free", Value: "true", Label: "Bare gratis", Checked: b.filters.Get("free") == "true"}
	var views []pages.Choice
	for i, view := range elementViews() {
		views = append(views, pages.Choice{Name: "views", Value: view, Label: []string{"Liste", "Kalender", "Kart"}[i], Checked: len(b.views) == 0 || slices.Contains(b.views, view)})
	}
	groups := []pages.EmbedGroup{
		{Title: "Hva som vises", Fields: []pages.EmbedField{pick("element", "Element", "", b.element, elements...),
			facet(index.FacetMunicipality, "Kommune"), facet(index.FacetKind, "Type"), facet(index.FacetCategory, "Kategori"), facet(index.FacetOrganizer, "Arrangør"),
			facet(index.FacetSource, "Kilde"), pick("when", "Når", "", b.filters.Get("when"), whens...),
			{Name: "neighbours", Label: "Nabokommuner innen (km)", Hint: "I søket kan besøkende ta dem med. Tom: ingen.", Value: number(b.within), Max: maxNeighbours},
			{Name: "q", Label: "Ord det alltid søkes på", Value: b.filters.Get("q")}, {Checks: []pages.Choice{free}}}},
		{Title: "Hvordan det ser ut", Fields: []pages.EmbedField{
			pick("language", "Språk", "", b.language, languages...),
			{Name: "heading", Label: "Overskrift", Value: b.heading},
			pick("level", "Overskriftens nivå", "Ett under overskriften som står over på siden din.", strconv.Itoa(b.level), choicesOf("2", "3", "4", "5", "6")...),
			pick("theme", "Lyst eller mørkt", "", b.theme, pages.Choice{Label: "Som siden rundt"}, pages.Choice{Value: "light", Label: "Lyst"}, pages.Choice{Value: "dark", Label: "Mørkt"}, pages.Choice{Value: "auto", Label: "Som enheten er stilt inn"}),
			{Name: "accent", Label: "Farge på lenker og knapper", Hint: "Som #0b5257. Tom: sidens egen.", Value: b.accent, Pattern: "#?[0-9a-fA-F]{6}"},
			{Name: "accent_dark", Label: "Den samme på mørk side", Hint: "Tom: regnes ut.", Value: b.accentDark, Pattern: "#?[0-9a-fA-F]{6}"},
			{Name: "limit", Label: "Antall treff", Hint: "1–100. Tom: 20 i søket, 5 i listene.", Value: number(b.limit), Max: 100},
			{Checks: []pages.Choice{snapshot}, Hint: "Vises til elementet er klart, og der skript ikke kjører. De er som nå: kopier koden på nytt når de er for gamle."},
			{Legend: "Visninger i søket", Checks: views},
			pick("detail", "Et treff i søket åpnes", "", b.detail, pages.Choice{Label: "På sin egen side"}, pages.Choice{Value: "dialog", Label: "I et vindu over siden"}, pages.Choice{Value: "inline", Label: "Under treffet"}),
			pick("tiles", "Kartet i søket", "", b.tiles, pages.Choice{Label: "Hentes når noen ber om det"}, pages.Choice{Value: "on", Label: "Hentes med kartvisningen"}, pages.Choice{Value: "off", Label: "Uten kart"}),
		}},
	}
	if s.Pictures != nil {
		groups[1].Fields = append(groups[1].Fields, pages.EmbedField{Checks: []pages.Choice{{Name: "images", Value: "lazy", Label: "Bilder på treffene i søket", Checked: b.images}}})
	}
	return groups
}

func choicesOf(values ...string) []pages.Choice {
	var out []pages.Choice
	for _, v := range values {
		out = append(out, pages.Choice{Value: v, Label: v})
	}
	return out
}

// scriptCode is the element with its script.
func (s *server) scriptCode(b *built, link string, hits []pages.Link) string {
	return b.pasted(s.base(), link, hits) + "\n" + s.scriptTag(b)
}

func (s *server) scriptTag(b *built) string {
	return `<script type="module" src="` + s.base() + "/embed/v1/" + b.script() + `"></script>`
}

// codes are what an editor copies.
func (s *server) codes(b *built, link string, hits []pages.Link) []pages.EmbedCode {
	height := frameHeight
	if b.element != "search" {
		height = 120 * cmp.Or(b.limit, defaultList)
	}
	script := s.scriptCode(b, link, hits)
	return []pages.EmbedCode{
		{ID: "script", Title: "Skript", Text: "Best der publiseringssystemet tar imot skript. Det som står inni, vises til elementet er klart, og hvis det aldri blir det. style holder av plassen, så siden ikke flytter seg.", Code: script},
		{ID: "div", Title: "Skript, der ukjente elementer fjernes", Text: "Gir det samme. Noen publiseringssystemer tar bort elementer de ikke kjenner, men lar <div> stå.", Code: b.snippet(s.base(), link, hits) + "\n" + s.scriptTag(b)},
		{ID: "wordpress", Title: "WordPress", Text: "Lim inn i en tom linje i redigeringen, så blir det en blokk med egendefinert HTML. Det krever en bruker som får skrive skript.", Code: "<!-- wp:html -->\n" + script + "\n<!-- /wp:html -->"},
		{ID: "sheet", Title: "Stilark", Text: "Til nettstedets eget stilark, i tillegg til skriptet: fargene, om noen er valgt, og plassen, der style i koden ikke er lov.", Code: b.sheet()},
		{ID: "frame", Title: "Ramme (iframe)", Text: "Der skript ikke er lov. Virker uten JavaScript. En side med Content-Security-Policy må ha frame-src " + s.base() + ".",
			Code: fmt.Sprintf(`<iframe src="%s" title="%s" width="%d" height="%d" loading="lazy" sandbox="%s"></iframe>`,
				template.HTMLEscapeString(s.base()+b.frame()), template.HTMLEscapeString(b.linkText()), frameWidth, height, frameSandbox)},
		{ID: "link", Title: "Lenke", Text: "Virker overalt, også i nyhetsbrev.", Code: fmt.Sprintf(`<a href="%s">%s</a>`, template.HTMLEscapeString(link), template.HTMLEscapeString(b.linkText()))},
		{ID: "oembed", Title: "oEmbed", Text: "For systemer som henter rammen selv, når de får adressen til en side.", Code: s.base() + "/oembed?" + url.Values{"url": {s.base() + b.frame()}}.Encode()},
	}
}

// weightTexts say what the element weighs, and how often it asks before the first hit is seen.
func (s *server) weightTexts(b *built, weights map[string][]weight) ([]pages.Fact, string) {
	files := weights[b.script()]
	if len(files) == 0 {
		return nil, "Filene til dette elementet følger ikke med denne utgaven."
	}
	facts := []pages.Fact{{Name: files[0].name + ", med stil og bokmål", Text: kilobytes(files[0].bytes)}}
	requests := "To forespørsler til første treff: skriptet og svaret på søket."
	if b.language != "nb" {
		facts = append(facts, pages.Fact{Name: "Tekstene på " + s.words.For(b.language).Name, Text: kilobytes(packedSize(s.words.For(b.language).Asset()))})
		requests = "Tre forespørsler til første treff: skriptet, tekstene og svaret på søket; de to siste samtidig."
	}
	for _, f := range files[1:] {
		name, _, _ := strings.Cut(f.name, "-")
		facts = append(facts, pages.Fact{Name: name + ", når det trengs", Text: kilobytes(f.bytes)})
	}
	return facts, requests + " Ingen informasjonskapsler, ingen lagring, ingen andre enn huben spørres før noen åpner kartet."
}

func (s *server) getPreview(c *gin.Context) error {
	b, _ := s.readBuilt(c.Request.URL.Query())
	if _, err := s.takeAlong(c.Request.Context(), b); err != nil {
		return err
	}
	sheet := url.Values{"ground": {""}}
	if b.coloured {
		sheet = url.Values{"accent": {b.light.String()}, "accent_dark": {b.deep.String()}}
	}
	if b.dark {
		sheet.Set("ground", "dark")
	}
	v := pages.Preview{Lang: b.language, Dir: s.words.For(b.language).Dir, Title: b.linkText(), Sheet: previewCSS + "?" + sheet.Encode(), Script: "/embed/v1/" + b.script(),
		Element: template.HTML(b.bare(address(b.search())))} // every attribute is escaped
	body, err := s.pages.Draw(v)
	if err != nil {
		return err
	}
	c.Header("Content-Security-Policy", fmt.Sprintf(policyPreview, s.Map.origin()))
	c.Header("X-Robots-Tag", "noindex")
	s.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}

// getPreviewSheet is the stylesheet of the page around a previewed element: its ground, and the chosen colours.
func (s *server) getPreviewSheet(c *gin.Context) error {
	b, _ := s.readBuilt(c.Request.URL.Query())
	scheme := "light"
	if b.dark {
		scheme = "dark"
	}
	sheet := ":root { color-scheme: " + scheme + "; background: Canvas; color: CanvasText; }\nbody { margin: 1rem; font: 1rem/1.5 system-ui, sans-serif; }\n"
	for _, e := range builtElements {
		b.element = e.name
		sheet += b.sheet() + "\n"
	}
	s.send(c, http.StatusOK, "text/css; charset=utf-8", cacheShort, []byte(sheet))
	return nil
}

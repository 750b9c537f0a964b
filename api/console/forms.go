package console

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Stated is what a form states of one key of an entry. Of its parts one is set; none when nothing is stated.
type Stated struct {
	Key   string     `json:"key"`
	Text  string     `json:"text,omitzero"`
	Texts []string   `json:"texts,omitempty"` // of what there can be several
	Parts []Stated   `json:"parts,omitempty"` // of what has parts
	Rows  [][]Stated `json:"rows,omitempty"`  // of what there are several of, each with parts; those that were there already keep their places
}

// Nothing reports whether nothing is stated.
func (s *Stated) Nothing() bool {
	said := func(one Stated) bool { return !one.Nothing() }
	return s.Text == "" && len(s.Texts) == 0 && !slices.ContainsFunc(s.Parts, said) &&
		!slices.ContainsFunc(s.Rows, func(row []Stated) bool { return slices.ContainsFunc(row, said) })
}

// Refused is a form that cannot be used as it is filled in.
type Refused struct {
	Faults map[string]string // by the name of the input; "" for the form as a whole
}

func (r *Refused) Error() string {
	return strings.Join(slices.Sorted(maps.Values(r.Faults)), " ")
}

// Option is one of the values that can be chosen.
type Option struct{ Value, Label string }

// input is one thing that a form asks for. Its key has a dot where an entry has a part.
type input struct {
	Key, Label, Hint string
	Type             string // of the HTML input; area, select, picks (several selects) or checks
	Of               string // what is chosen among, in options or choices
	Needed           bool
}

// part is a group of inputs; with a key, one that there may be several of.
type part struct {
	Legend, Key, Hint string
	Inputs            []input
}

// Bounds of a form.
const (
	mostRows  = 60
	mostText  = 5000 // characters of one input
	mostPicks = 12
)

// options are what can be chosen whatever the list.
var options = map[string][]Option{
	"kinds": {{"aktivitet", "Fast aktivitet"}, {"arrangement", "Arrangement"}, {"kurs", "Kurs"}, {"anlegg", "Åpent tilbud eller anlegg"}, {"utlån", "Utlån av utstyr"}, {"frivillig", "Frivillige søkes"},
		{"billett", "Billett"}},
	"statuses":       {{"avlyst", "Avlyst"}, {"utsatt", "Utsatt"}, {"fullt", "Fullt"}},
	"facts":          {{"ja", "Ja"}, {"nei", "Nei"}},
	"availabilities": {{"ledig", "Ledig"}, {"utsolgt", "Utsolgt"}, {"kommer", "Kommer for salg"}, {"slutt", "Salget er slutt"}},
	"adapted": {{"rullestol", "Rullestol"}, {"teleslynge", "Teleslynge"}, {"tegnspråk", "Tegnspråk"}, {"teksting", "Teksting"}, {"synstolking", "Synstolking"}, {"rolig", "Rolig og dempet"},
		{"utviklingshemming", "Utviklingshemming"}, {"bevegelseshemming", "Bevegelseshemming"}, {"ledsager", "Ledsager gratis"}, {"tilrettelagt", "Tilrettelagt på annen måte"}},
	"organizer-kinds": organizerKinds("Kunst og kultur", "Idrett og fysisk aktivitet", "Natur og friluftsliv", "Tros- og livssynsorganisasjoner", "Interesseorganisasjoner",
		"Humanitære og ideelle organisasjoner", "Innvandrerorganisasjoner", "Rekreasjon og sosiale foreninger", "Frivilligsentraler, velforeninger og åpne møteplasser",
		"Private og kommunale aktører som har aktivitet"),
}

func organizerKinds(names ...string) []Option {
	var all []Option
	for _, name := range names {
		all = append(all, Option{name, name})
	}
	return all
}

// Inputs that several forms have.
var (
	about = []input{
		{Key: "summary", Label: "Kort om det", Hint: "En setning eller to."},
		{Key: "description", Label: "Beskrivelse", Type: "area"},
		{Key: "url", Label: "Nettside", Type: "text"},
	}
	categories = input{Key: "categories", Label: "Kategori", Type: "picks", Of: "categories"}
	place      = input{Key: "place", Label: "Sted", Type: "select", Of: "places"}
	organizer  = input{Key: "organizer", Label: "Organisasjon", Type: "select", Of: "organizers"}
	price      = input{Key: "price", Label: "Pris", Hint: "gratis, 150, 100-200, fra 150, 400 kr per halvår. Andre ord vises som de står."}
	age        = input{Key: "age", Label: "Alder", Hint: "6-12, 6+, til 12, under 18, alle"}
	where      = []input{{Key: "name", Label: "Navn på stedet"}, {Key: "address", Label: "Gate og nummer"}, {Key: "postal_code", Label: "Postnummer"}, {Key: "locality", Label: "Poststed"}}
	exactly    = join(where, []input{{Key: "municipality", Label: "Kommunenummer", Hint: "fire siffer"}, {Key: "neighbourhood", Label: "Strøk eller bydel"},
		{Key: "lat", Label: "Breddegrad", Hint: "59.0497"}, {Key: "lon", Label: "Lengdegrad", Hint: "10.0365"}})
	weekly = part{"Ukentlig", "weekly", "En rad for hver fast tid. Tøm en rad for å ta den bort.", []input{
		{Key: "weekdays", Label: "Ukedager", Hint: "tirsdag; man-fre; annenhver onsdag"}, {Key: "from", Label: "Fra kl.", Hint: "18:00"}, {Key: "to", Label: "Til kl.", Hint: "19:30"},
		{Key: "first", Label: "Første dag", Type: "date"}, {Key: "last", Label: "Siste dag", Type: "date"}}}
	dates = part{"Datoer", "dates", "En rad for hver dato. Tøm en rad for å ta den bort.", []input{
		{Key: "start", Label: "Start", Hint: "2026-12-03 18:00, eller bare datoen"}, {Key: "end", Label: "Slutt", Hint: "klokkeslett, dato eller begge"},
		{Key: "status", Label: "Status", Type: "select", Of: "statuses"}}}
	offers = part{"Billetter", "offers", "En rad for hver slags billett. Tøm en rad for å ta den bort.", []input{
		{Key: "name", Label: "Navn"}, {Key: "price", Label: "Pris"}, {Key: "url", Label: "Lenke"}, {Key: "availability", Label: "Salg", Type: "select", Of: "availabilities"},
		{Key: "remaining", Label: "Antall igjen", Type: "number"}, {Key: "counted", Label: "Talt", Hint: "2026-11-20 12:00"},
		{Key: "on_sale_from", Label: "Selges fra"}, {Key: "on_sale_until", Label: "Selges til og med"}}}
	newPlace = part{Legend: "Nytt sted", Hint: "Bare når stedet ikke står i listen over.", Inputs: under("new_place", where)}
	contact  = part{Legend: "Kontakt", Hint: "Adresser til organisasjonen, ikke til personer.", Inputs: []input{
		{Key: "contact.email", Label: "E-post", Hint: "post@, info@ eller lignende"}, {Key: "contact.phone", Label: "Telefon"}, {Key: "contact.url", Label: "Kontaktside"}}}
)

// under makes inputs parts of a key.
func under(key string, inputs []input) []input {
	own := slices.Clone(inputs)
	for i := range own {
		own[i].Key = key + "." + own[i].Key
	}
	return own
}

func join(inputs ...[]input) []input { return slices.Concat(inputs...) }

// section is a part of a hand-kept list.
type section struct {
	Key, Name, One string // One names one entry of it
	Parts          []part
}

// sections are those of a list, in the order in which they are shown.
var sections = []section{
	{"listings", "Tilbud", "tilbud", []part{
		{Legend: "Om tilbudet", Inputs: join([]input{{Key: "title", Label: "Navn", Needed: true}, {Key: "kind", Label: "Slag", Type: "select", Of: "kinds"}, organizer}, about, []input{categories, price, age,
			{Key: "status", Label: "Status", Type: "select", Of: "statuses"}, {Key: "low_threshold", Label: "Lavterskel", Type: "select", Of: "facts"},
			{Key: "equipment_loan", Label: "Låner ut utstyr", Type: "select", Of: "facts"}, {Key: "accessibility", Label: "Tilrettelagt for", Type: "checks", Of: "adapted"}, place})},
		newPlace, weekly, dates,
		{Legend: "Andre tider", Inputs: []input{{Key: "when", Label: "Tiden med egne ord"}, {Key: "valid_from", Label: "Gjelder fra", Type: "date"}, {Key: "valid_through", Label: "Gjelder til og med", Type: "date"}}},
		offers, contact}},
	{"tickets", "Billetter", "billett", []part{
		{Legend: "Om billetten", Inputs: join([]input{{Key: "title", Label: "Navn", Needed: true}, organizer}, about, []input{categories, price, age, place})},
		newPlace, offers,
		{Legend: "Når den gjelder", Inputs: []input{{Key: "valid_from", Label: "Gjelder fra", Type: "date"}, {Key: "valid_through", Label: "Gjelder til og med", Type: "date"}}}, contact}},
	{"schemes", "Støtteordninger", "støtteordning", []part{
		{Legend: "Om ordningen", Inputs: join([]input{{Key: "name", Label: "Navn", Needed: true}, organizer}, about, []input{
			{Key: "amount", Label: "Beløp", Hint: "kroner"}, {Key: "per", Label: "Per", Hint: "barn og kalenderår"}, {Key: "year", Label: "Året tallene gjelder", Type: "number"},
			{Key: "pays", Label: "Dekker"}, {Key: "not_for", Label: "Dekker ikke"}, {Key: "for_whom", Label: "For hvem"}, age, {Key: "run_by", Label: "Drives av"}, {Key: "apply", Label: "Slik søker man"},
			{Key: "dues", Label: "Dekker kontingent", Type: "select", Of: "facts"}, {Key: "single", Label: "Dekker enkeltopplevelser", Type: "select", Of: "facts"},
			{Key: "gear", Label: "Dekker utstyr", Type: "select", Of: "facts"}, {Key: "personal", Label: "Deles ut til enkeltpersoner", Type: "select", Of: "facts"}})}, contact}},
	{"organizers", "Organisasjoner", "organisasjon", []part{
		{Legend: "Om organisasjonen", Inputs: join([]input{{Key: "name", Label: "Navn", Needed: true}, {Key: "kind", Label: "Slag", Type: "select", Of: "organizer-kinds"},
			{Key: "org_number", Label: "Organisasjonsnummer"}}, about, []input{categories, place})}, contact}},
	{"places", "Steder", "sted", []part{
		{Legend: "Om stedet", Inputs: exactly}}},
}

func sectionOf(key string) (section, error) {
	i := slices.IndexFunc(sections, func(s section) bool { return s.Key == key })
	if i < 0 {
		return section{}, errNoPage
	}
	return sections[i], nil
}

// without takes inputs of some keys out of parts.
func without(parts []part, keys ...string) []part {
	own := slices.Clone(parts)
	for i := range own {
		own[i].Inputs = slices.DeleteFunc(slices.Clone(own[i].Inputs), func(one input) bool { return slices.Contains(keys, one.Key) })
	}
	return own
}

// filled is what a form was sent with.
type filled struct {
	Stated []Stated
	Values url.Values // of the inputs, by their names
	More   string     // the key of what a row more is asked for; "" when the form is to be used
}

var errForm = &Fault{http.StatusBadRequest, "Skjemaet er for stort eller kom ikke helt fram. Prøv på nytt."}

// readForm reads what the inputs of a form hold, and nothing else.
func readForm(r *http.Request, parts []part) (filled, error) {
	if err := r.ParseForm(); err != nil {
		return filled{}, errForm
	}
	f := filled{Values: url.Values{}, More: r.PostFormValue("more")}
	var long error
	take := func(name string, many bool) (texts []string) {
		for _, text := range r.PostForm[name] {
			text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
			if utf8.RuneCountInString(text) > mostText || !utf8.ValidString(text) {
				long = &Fault{http.StatusBadRequest, fmt.Sprintf("En tekst er for lang: høyst %d tegn i hvert felt.", mostText)}
			}
			if text != "" && len(texts) < mostPicks && (many || len(texts) == 0) && !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
		if len(texts) > 0 {
			f.Values[name] = texts
		}
		return texts
	}
	state := func(prefix string, inputs []input) (all []Stated) {
		for _, in := range inputs {
			one := Stated{Key: in.Key}
			texts := take(prefix+in.Key, in.many())
			switch {
			case in.many():
				one.Texts = texts
			case len(texts) > 0:
				one.Text = texts[0]
			}
			if whole, own, ok := strings.Cut(in.Key, "."); ok {
				one.Key = own
				if i := slices.IndexFunc(all, func(s Stated) bool { return s.Key == whole }); i >= 0 {
					all[i].Parts = append(all[i].Parts, one)
					continue
				}
				one = Stated{Key: whole, Parts: []Stated{one}}
			}
			all = append(all, one)
		}
		return all
	}
	for _, p := range parts {
		if p.Key == "" {
			f.Stated = append(f.Stated, state("", p.Inputs)...)
			continue
		}
		rows := Stated{Key: p.Key}
		n, _ := strconv.Atoi(r.PostFormValue("rows." + p.Key))
		for i := range min(n, mostRows) {
			rows.Rows = append(rows.Rows, state(rowName(p.Key, i), p.Inputs))
		}
		f.Stated = append(f.Stated, rows)
	}
	return f, long
}

func (in *input) many() bool { return in.Type == "picks" || in.Type == "checks" }

func rowName(key string, i int) string { return fmt.Sprintf("%s.%d.", key, i) }

// partView is a part of a form as it is drawn.
type partView struct {
	Legend, Hint, Key string
	Rows              int // inputs that it has room for; 0 for what there is one of
	Groups            []groupView
}

type groupView struct {
	Name   string // of a row, for those who hear it; "" for what there is one of
	Inputs []inputView
}

type inputView struct {
	input
	Name, ID, Value, Fault string
	Options                []optionView
}

type optionView struct {
	Option
	ID     string
	Chosen bool
}

var (
	notInID = regexp.MustCompile(`[^a-z0-9]+`)
	isoDay  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	isRow   = regexp.MustCompile(`^([a-z_]+)\.(\d+)\.`)
)

// drawForm lays a form out with what it holds: each list of rows with a free one at its end.
func drawForm(parts []part, values url.Values, faults map[string]string, choices map[string][]Option, more string) []partView {
	rows := map[string]int{}
	for name := range values {
		if m := isRow.FindStringSubmatch(name); m != nil {
			n, _ := strconv.Atoi(m[2])
			rows[m[1]] = max(rows[m[1]], n+1)
		}
	}
	var views []partView
	for _, p := range parts {
		v := partView{Legend: p.Legend, Hint: p.Hint, Key: p.Key}
		if p.Key == "" {
			v.Groups = []groupView{{Inputs: drawInputs("", p.Inputs, values, faults, choices)}}
		} else {
			v.Rows = rows[p.Key] + 1
			if more == p.Key {
				v.Rows += 2
			}
			v.Rows = min(v.Rows, mostRows)
			for i := range v.Rows {
				v.Groups = append(v.Groups, groupView{fmt.Sprintf("%s, rad %d", p.Legend, i+1), drawInputs(rowName(p.Key, i), p.Inputs, values, faults, choices)})
			}
		}
		views = append(views, v)
	}
	return views
}

func drawInputs(prefix string, inputs []input, values url.Values, faults map[string]string, choices map[string][]Option) (views []inputView) {
	for _, in := range inputs {
		name := prefix + in.Key
		v := inputView{input: in, Name: name, ID: "f-" + notInID.ReplaceAllString(name, "-"), Value: values.Get(name), Fault: faults[name]}
		v.Type = cmp.Or(v.Type, "text")
		if v.Type == "date" && v.Value != "" && !isoDay.MatchString(v.Value) || v.Type == "number" && notNumber(v.Value) {
			v.Type = "text"
		}
		offered := append(slices.Clip(options[in.Of]), choices[in.Of]...)
		switch v.Type {
		case "select":
			v.Options = chosen(v.ID, offered, values[name])
			views = append(views, v)
		case "checks": // those that are chosen first, in their order, so that it stays
			v.Options = chosen(v.ID, offered, values[name])
			place := func(o optionView) int {
				return slices.IndexFunc(append(slices.Clip(values[name]), o.Value), func(value string) bool { return value == o.Value })
			}
			slices.SortStableFunc(v.Options, func(a, b optionView) int { return cmp.Compare(place(a), place(b)) })
			views = append(views, v)
		case "picks":
			for i := range min(len(values[name])+1, mostPicks) {
				one := v
				if i > 0 {
					one.ID, one.Label = fmt.Sprintf("%s-%d", v.ID, i+1), fmt.Sprintf("%s %d", v.Label, i+1)
				}
				one.Value, one.Type = "", "select"
				if i < len(values[name]) {
					one.Value = values[name][i]
				}
				one.Options = chosen(one.ID, offered, []string{one.Value})
				views = append(views, one)
			}
		default:
			views = append(views, v)
		}
	}
	return views
}

func notNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return text != "" && err != nil
}

// chosen are options with those that stand already, also when they are none of them.
func chosen(id string, offered []Option, values []string) []optionView {
	var views []optionView
	for _, value := range values {
		if value != "" && !slices.ContainsFunc(offered, func(o Option) bool { return strings.EqualFold(o.Value, value) }) {
			offered = append(slices.Clip(offered), Option{value, value})
		}
	}
	for i, o := range offered {
		on := slices.ContainsFunc(values, func(value string) bool { return strings.EqualFold(o.Value, value) })
		if on { // as it is written
			o.Value = values[slices.IndexFunc(values, func(value string) bool { return strings.EqualFold(o.Value, value) })]
		}
		views = append(views, optionView{o, fmt.Sprintf("%s-%d", id, i), on})
	}
	return views
}

package intent

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/lexicon"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/index/analysis"
)

// token is one word: text[start:end].
type token struct {
	start, end int
	folded     string
	quoted     bool
}

const quotes = `"«»“”„`

// tokenise cuts text into words. Those between two quotation marks are quoted.
func tokenise(text string) []token {
	var out []token
	start, quoted := -1, false
	flush := func(end int) {
		if start >= 0 {
			out = append(out, token{start: start, end: end, folded: fold(text[start:end]), quoted: quoted})
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r) && start >= 0:
			if start < 0 {
				start = i
			}
			continue
		}
		flush(i)
		if strings.ContainsRune(quotes, r) {
			if !quoted && !strings.ContainsAny(text[i+len(string(r)):], quotes) {
				continue // nothing closes it
			}
			quoted = !quoted
		}
	}
	flush(len(text))
	return out
}

// fold gives a form that the spellings of a word share: loerdag, lordag and lørdag. It is coarser than that of the search, which must
// tell poeng from pong; the words here are few.
func fold(word string) string { return spellings.Replace(analysis.Fold(strings.ToLower(word))) }

var spellings = strings.NewReplacer("oe", "o", "aa", "a")

type words map[string]bool

func set(list string) words {
	out := words{}
	for w := range strings.FieldsSeq(list) {
		out[fold(w)] = true
	}
	return out
}

// The small words that belong to a claim when they stand in front of it.
var (
	joining      = set("og eller and or")
	beforeDay    = set("på hver hvert kvar kvart annenhver annankvar annakvar alle den om on every each the w we co każdy każdą у в по кожен кожну кожної يوم أيام كل في maalinta")
	beforeBreak  = set("i in the during denne this")
	beforeAge    = set("for til på alder alderen age aged ages mellom mellan i between barn barna born borna unger ungane ungene ungdom ungdommer ungdommar kids children child dla dzieci dziecko dziecka для дітей діти дитини أطفال للأطفال الأطفال carruur carruurta")
	beforeTown   = set("i in")
	beforeAccess = set("for med til with som passer egnet tilpasset tilpassa")
	beforePrice  = set("for til som koster kostar er til en pris prisen på costs for za за")
	beforeFree   = set("helt som er det heilt")
	noWords      = words{}
	coming       = set("denne førstkommende kommende this coming")
	next         = set("neste next")
)

// What does not mean what it says beside these words.
var (
	ordinals    = set("første fyrste andre tredje fjerde first second third fourth 1 2 3 4")
	performers  = set("med av bandet gruppa gruppen with by artisten dj heter heiter band")
	past        = set("forrige førre sist siste last forrige")
	freeBefore  = set("gluten sugar smoke drug alcohol duty car milk lactose dairy nut")
	freeAfter   = set("running jazz diving fall kick style ride skiing climbing fight wifi parking church range jam speech spirit")
	bounds      = set("innen innan før etter before after until")
	clockWords  = set("kl klokka klokken")
	notAgeAfter = set("siden sidan ago jubileum jubileumsfest jubilerer anniversary feiring garanti fest")
	notAge      = set("i in siste last etter every hver hvert kvar kvart")
	learning    = set("i in lær learn lære")
	lessons     = set("kurs course opplæring class")
	// ordinary are municipalities whose names are words of the language; those of up to three letters are too.
	ordinary = set("time strand sola øyer lund sund vang stad hole lier vega klepp nome giske berg")
)

// anyTime is a time of the day that the search has no value for.
const anyTime = "-"

// daytimes are the words for times of the day, with the value of the facet.
var daytimes = func() map[string]string {
	out := map[string]string{}
	for value, list := range map[string]string{
		"morning":   "formiddag formiddagen føremiddag føremiddagen morgen morgenen morgon morgonen morning mornings rano вранці зранку صباحا",
		"afternoon": "ettermiddag ettermiddagen ettermiddager ettermiddagar afternoon afternoons popołudniu",
		"evening":   "kveld kvelden kvelder kveldar evening evenings night nights wieczorem ввечері увечері مساء",
		anyTime:     "вдень",
	} {
		for word := range set(list) {
			out[word] = value
		}
	}
	return out
}()

type sense int

const (
	isFree sense = iota
	isDay
	isEvening
	isWeekend
	isWeek
	isMonth
	isSeason
	isBreak
	isWeekdays
	isFilter
)

// meaning is what a phrase says; n counts days, weeks, months, weekends from now, or is the month in which a season begins.
type meaning struct {
	sense sense
	n     int
	name  string // of the holidays, or of the filter
	value string
	plain bool // it says that it is asked for; the name of an adaptation alone may be what a listing is about
}

// said lists phrases beside those that other packages know, separated by |.
var said = []struct {
	meaning
	phrases string
}{
	{meaning{sense: isFree}, "uten penger|utan pengar|uten å betale|utan å betale|free of charge|for free|free entry|free entrance|free admission|no cost|at no cost|without money|free|" +
		"безкоштовно|безкоштовні|безкоштовний|безкоштовна|безплатно|za darmo|darmowe|darmowy|darmowa|darmowo|bezpłatne|bezpłatnie|bezpłatny|مجاني|مجانا|مجانية|bilaash|ብነጻ|nuvttá"},
	{meaning{sense: isDay}, "i dag|idag|i formiddag|i ettermiddag|today|this afternoon|сьогодні|dzisiaj|dziś|اليوم|maanta|ሎሚ|odne"},
	{meaning{sense: isDay, n: 1}, "i morgen|i morgen tidlig|i morgon tidleg|i morgen formiddag|i morgen ettermiddag|imorgen|i morgon|imorgon|i morra|i morgo|tomorrow|завтра|jutro|غدا|berri|ጽባሕ|ihttin"},
	{meaning{sense: isDay, n: 2}, "i overmorgen|i overmorgon|overmorgen|i overimorgen|day after tomorrow"},
	{meaning{sense: isEvening}, "i kveld|ikveld|i aften|tonight|this evening|i natt|сьогодні ввечері|сьогодні увечері|dziś wieczorem|dzisiaj wieczorem|هذا المساء|الليلة|caawa"},
	{meaning{sense: isEvening, n: 1}, "i morgen kveld|i morgon kveld|imorgen kveld|tomorrow evening|tomorrow night"},
	{meaning{sense: isWeekend}, "i helga|i helgen|i helgi|til helga|til helgen|denne helga|denne helgen|helga|helgen|this weekend|the weekend|weekend|at the weekend|on the weekend|kommende helg|førstkommende helg|" +
		"на вихідних|у вихідні|на вихідні|w weekend|w ten weekend|نهاية الأسبوع|في نهاية الأسبوع|عطلة نهاية الأسبوع|في عطلة نهاية الأسبوع"},
	{meaning{sense: isWeekend, n: 1}, "neste helg|neste helga|neste helgen|next weekend"},
	{meaning{sense: isWeek}, "denne uka|denne uken|denne veka|denne veke|this week|i uka som kommer|цього тижня|w tym tygodniu|هذا الأسبوع"},
	{meaning{sense: isWeek, n: 1}, "neste uke|neste uka|neste veke|neste veka|next week|наступного тижня|w przyszłym tygodniu|الأسبوع القادم|الأسبوع المقبل"},
	{meaning{sense: isMonth}, "denne måneden|denne månaden|this month"},
	{meaning{sense: isMonth, n: 1}, "neste måned|neste månad|next month"},
	{meaning{sense: isSeason, n: 6}, "i sommer|i sommar|til sommeren|til sommaren|this summer|in the summer|in summer"},
	{meaning{sense: isSeason, n: 9}, "i høst|i haust|til høsten|til hausten|this autumn|this fall|in autumn"},
	{meaning{sense: isSeason, n: 12}, "i vinter|til vinteren|this winter|in winter"},
	{meaning{sense: isSeason, n: 3}, "i vår|til våren|this spring|in spring"},
	{meaning{sense: isBreak, name: "høstferie"}, "høstferia|haustferia|autumn holiday|autumn holidays|fall break"},
	{meaning{sense: isBreak, name: "juleferie"}, "i jula|i julen|i romjula|juleferia|christmas holiday|christmas break"},
	{meaning{sense: isBreak, name: "påskeferie"}, "i påska|i påsken|påskeferia|easter holiday|easter break"},
	{meaning{sense: isBreak, name: "sommerferie"}, "sommerferia|sommarferia|summer holiday|summer break|summer vacation"},
	{meaning{sense: isBreak, name: "vinterferie"}, "vinterferia|winter holiday|winter holidays"},
	{meaning{sense: isWeekdays, value: "mo tu we th fr"}, "hverdager|hverdagene|kvardagar|kvardagane|ukedager|ukedagene|vekedagar|weekdays|on weekdays"},
	{meaning{sense: isWeekdays, value: "sa su"}, "helger|helgene|helgar|helgane|weekends"},
	{meaning{sense: isWeekdays, value: "mo"}, "понеділках"},
	{meaning{sense: isWeekdays, value: "tu"}, "вівторках"},
	{meaning{sense: isWeekdays, value: "th"}, "четвергах"},
	{meaning{sense: isWeekdays, value: "we"}, "середу|середах"},
	{meaning{sense: isWeekdays, value: "fr"}, "п'ятницю|п'ятницях"},
	{meaning{sense: isWeekdays, value: "sa"}, "суботу|суботах"},
	{meaning{sense: isWeekdays, value: "su"}, "неділю|неділях"},
	{access("wheelchair"), "rullestoler|rullator"},
	{plainly(access("wheelchair")), "rullestolbruker|rullestolbrukere|rullestolbrukarar|rullestolbrukar|rullestolvennlig|rullestoltilpasset|wheelchair users|wheelchair user|wheelchair accessible|wheelchair access|інвалідний візок|wózek inwalidzki"},
	{plainly(access("sign_language")), "tegnspråktolk|tegnspråktolket|tegnspråktolking|teiknspråktolk|tegntolk|tegnspråklige|teiknspråklege|sign language interpreter|sign language interpreted"},
	{access("hearing_loop"), "teleslyngje|høreslynge"},
	{plainly(access("captions")), "skrivetolk|skrivetolking|tekstet|teksta"},
	{plainly(access("companion")), "ledsagerbevis|ledsagarbevis|følgebevis|følgjebevis"},
	{access("companion"), "ledsager|ledsagar"},
	{plainly(access("vision")), "synshemmede|synshemma|svaksynte|synstolk|synstolking|visually impaired"},
	{access("intellectual"), "utviklingshemmede|utviklingshemma|utviklingshemming"},
	{access("physical"), "bevegelseshemmede|rørslehemma|fysisk funksjonsnedsettelse"},
	{access("general"), "funksjonshemmede|funksjonshemma|funksjonsnedsettelse|funksjonsnedsetjing|disabled people|people with disabilities"},
	{kind(catalog.KindEquipment), "utstyrslån|utstyrsutlån|utlån av utstyr|lån av utstyr|låne utstyr|utstyr til utlån|utstyr til lån|borrow equipment|equipment loan|equipment lending"},
	{kind(catalog.KindTicket), "billetter|billettar|billettene|billettane|tickets"},
	{kind(catalog.KindVolunteering), "frivillige oppdrag|frivillig arbeid|frivilligarbeid|frivillige oppgaver|bli frivillig|verte friviljug|bli friviljug|voluntary work|volunteer"},
	{kind(catalog.KindScheme), "støtteordninger|støtteordningar|støtteordningene|support schemes"},
	{kind(catalog.KindEvent), "arrangementer|arrangementene|events"},
}

func access(value string) meaning {
	return meaning{sense: isFilter, name: string(index.FacetAccessibility), value: value}
}

func plainly(m meaning) meaning {
	m.plain = true
	return m
}

func kind(k catalog.Kind) meaning {
	return meaning{sense: isFilter, name: string(index.FacetKind), value: string(k)}
}

// learn takes the words of the other packages, and then those of said, which win.
func (r *Reader) learn(tax *taxonomy.Taxonomy) {
	names := calendar.LoadNames()
	for word, day := range lexicon.Weekdays() {
		if strings.HasSuffix(word, "dags") || !strings.Contains(word, "dag") && !strings.Contains(word, "day") {
			continue // the short ones are other words: fri, to, on
		}
		r.weekdays[fold(word)] = day
	}
	for word, day := range names.Weekdays {
		if key := Key(word); !strings.Contains(key, " ") {
			r.weekdays[key] = day
		} else {
			r.put(key, meaning{sense: isWeekdays, value: dayValue(day)})
		}
	}
	for _, months := range []map[string]time.Month{lexicon.Months(), names.Months} {
		for word, month := range months {
			if key := Key(word); len(key) > 2 && !strings.Contains(key, " ") {
				r.months[key] = month
			}
		}
	}
	for word, name := range names.Breaks {
		r.put(Key(word), meaning{sense: isBreak, name: name})
	}
	for _, v := range catalog.Accessibilities() {
		for _, label := range tax.FacetNames(string(index.FacetAccessibility), v) {
			r.put(Key(label), access(v))
		}
	}
	for _, k := range catalog.Kinds() {
		for _, label := range tax.FacetNames(string(index.FacetKind), string(k)) {
			if key := Key(label); strings.Contains(key, " ") || k == catalog.KindScheme || k == catalog.KindVolunteering {
				r.put(key, kind(k))
			}
		}
	}
	for _, s := range said {
		for phrase := range strings.SplitSeq(s.phrases, "|") {
			r.put(Key(phrase), s.meaning)
		}
	}
	for key, m := range r.phrases {
		if m.name == string(index.FacetAccessibility) && m.value != "general" && !strings.HasPrefix(key, "tilrettelagt") {
			for _, before := range []string{"tilrettelagt for ", "tilrettelagd for ", "adapted for "} {
				r.put(before+key, m)
			}
		}
	}
}

func (r *Reader) put(key string, m meaning) {
	r.phrases[key] = m
	r.longest = max(r.longest, strings.Count(key, " ")+1)
}

// phrase reads the longest phrase at token i.
func (r *reading) phrase(i int) (claim, bool) {
	for n := min(r.longest, len(r.t)-i); n > 0; n-- {
		m, ok := r.phrases[r.joined(i, i+n)]
		if !ok {
			continue
		}
		if c, ok := r.means(m, i, i+n); ok {
			return c, true
		}
	}
	return claim{}, false
}

func (r *reading) joined(from, to int) string {
	parts := make([]string, 0, to-from)
	for _, t := range r.t[from:to] {
		parts = append(parts, t.folded)
	}
	return strings.Join(parts, " ")
}

// means makes the claim of a phrase, unless the words around it say otherwise.
func (r *reading) means(m meaning, from, to int) (claim, bool) {
	before, after := r.word(from-1), r.word(to)
	c := claim{from: from, to: to, connector: noWords}
	switch m.sense {
	case isFree:
		c.params, c.connector = []Param{{"free", "true"}}, beforeFree
		return c, !freeBefore[before] && !(to == from+1 && freeAfter[after])
	case isWeekdays:
		for day := range strings.FieldsSeq(m.value) {
			c.params = append(c.params, Param{string(index.FacetWeekday), day})
		}
		c.to, c.connector = r.daytime(to), beforeDay
		return c, !past[before]
	case isFilter:
		c.params, c.connector = []Param{{m.name, m.value}}, beforeAccess
		if m.name == string(index.FacetKind) {
			c.connector = noWords
		}
		if m.name == string(index.FacetAccessibility) {
			plain := beforeAccess[before] || to > from+1 || m.plain
			return c, plain && !learning[before] && !lessons[after]
		}
		return c, true
	case isBreak:
		first, last := r.holidays(m.name)
		c, ok := r.days(from, to, first, last)
		c.connector, c.said = beforeBreak, true
		return c, ok && !first.IsZero()
	}
	return r.moment(m, from, to)
}

// town reads the name of a municipality.
func (r *reading) town(i int) (claim, bool) {
	for n := min(3, len(r.t)-i); n > 0; n-- {
		name := r.joined(i, i+n)
		number, known := r.Towns[name]
		if !known {
			continue
		}
		c := claim{from: i, to: i + n, params: []Param{{string(index.FacetMunicipality), number}}, connector: beforeTown}
		in := beforeTown[r.word(i-1)]
		if next := r.word(i + n); next == "kommune" || next == "municipality" {
			c.to++
			return c, in // else it is what the municipality offers
		}
		if in {
			return c, true
		}
		named := func(a, b int) bool { return a >= 0 && b < len(r.t) && r.Named != nil && r.Named(r.word(a), r.word(b)) }
		if ordinary[name] || len([]rune(name)) <= 3 || named(i-1, i) || named(i+n-1, i+n) {
			return claim{}, false
		}
		return c, true
	}
	return claim{}, false
}

// freeCompound reports whether a word says more than that it is free: "gratiskonsert".
func freeCompound(w string) bool {
	return w == "kollekt" || slices.ContainsFunc([]string{"gratis", "fribillett"}, func(p string) bool { return strings.HasPrefix(w, p) && w != "gratis" })
}

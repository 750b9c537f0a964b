package merge

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
)

// marks are what sets things of the same name apart.
type marks struct {
	gender   uint8  // a bit each: girls or women, boys or men
	team     uint8  // 1 and up; 0 when not stated
	level    uint8  // 1 beginners, 2 those who have begun, 3 advanced; 0 when not stated
	part     uint16 // "del 2", "nr. 3", "runde 2"; 0 when not stated
	ages     ages
	years    bool  // ages were made of years of birth
	role     uint8 // what it is to the thing that it names: an opening, a tour, a rehearsal
	language uint8 // in another language than Norwegian
	adapted  bool  // a matinee, with sign language, for those who need it calmer
	extra    bool  // an extra performance
	copy     bool  // "(Kopi)"
	moved    bool  // it says that it has got another time
	notice   bool  // the title begins or ends with news of it: "AVLYST", "få billetter"
	club     bool  // it is an organisation, not what it does
	topic    []word
}

// ages are whole years; max is 0 when nothing is stated.
type ages struct{ min, max int16 }

func (a ages) stated() bool { return a.max > 0 }

// What a thing can be to the thing that it names.
const (
	roleNone = iota
	roleOpening
	roleTour
	roleRehearsal
	roleTalk
	roleAudition
	roleVoucher
	roleAfter
	roleMeeting
)

var roles = func() map[string]uint8 {
	m := make(map[string]uint8)
	for role, words := range map[uint8]string{
		roleOpening: "åpning vernissage åpningsfest utstillingsåpning opningsfest premierefest", roleTour: "omvisning guidet omvising guiding",
		roleRehearsal: "generalprøve", roleTalk: "kunstnersamtale kunstnarsamtale introduksjon panelsamtale forfattersamtale artistsamtale ettersnakk",
		roleAudition: "audition opptaksprøve prøvespilling opptak", roleAfter: "etterfest finissage afterparty avslutning avslutningsfest sommeravslutning juleavslutning",
		roleVoucher: "gavekort gåvekort gratisbillett fribillett klippekort sesongkort årskort abonnement verdikort rabattkort festivalpass billettgave gavebillett kupong ledsagerbillett medlemskap medlemskort",
		roleMeeting: "årsmøte foreldremøte informasjonsmøte medlemsmøte",
	} {
		for w := range set(words) {
			m[w] = role
		}
	}
	return m
}()

var languages = func() map[string]uint8 {
	m := make(map[string]uint8)
	for i, words := range strings.Split("arabisk arabic|engelsk english|ukrainsk ukrainian|polsk polish polski|somali somalisk|tigrinja tigrinya|tyrkisk turkish|spansk spanish|fransk french|tysk german|russisk russian|persisk farsi dari|kurdisk kurdish|samisk|litauisk|thai|urdu|tamil|vietnamesisk|kinesisk|rumensk|portugisisk|italiensk", "|") {
		for w := range set(words) {
			m[w] = uint8(i + 1)
		}
	}
	return m
}()

var (
	adaptedWords = set("matine matinee formiddagsforestilling tegnspråk tegnspråktolket teiknspråk synstolket tilrettelagt tilrettelagd tilpasset tilpassa dempet relaxed sensorisk avslappet")
	extraWords   = set("ekstraforestilling ekstrakonsert ekstraframsyning ekstrasett ekstraomgang")
	movedWords   = set("flyttet utsatt utsett flytta")
	levels       = levelWords("nybegynner nybegynnere nybyrjar nybyrjarar begynner begynnere beginner beginners novise grunnkurs|viderekommen viderekomne vidarekomne øvet øvede øvde videregående fortsettelse fortsettelseskurs mellomnivå intermediate|avansert avanserte advanced")
	genders      = map[string]uint8{"jenter": 1, "jentene": 1, "jentane": 1, "jentelag": 1, "piker": 1, "damer": 1, "damelag": 1, "dame": 1, "kvinner": 1, "kvinnelag": 1, "kvinnene": 1,
		"women": 1, "girls": 1, "gutter": 2, "guttene": 2, "gutar": 2, "gutane": 2, "guttelag": 2, "herrer": 2, "herre": 2, "herrelag": 2, "menn": 2, "mannfolk": 2, "karer": 2, "men": 2, "boys": 2}
	genderParts = []string{"jente", "gutte", "dame", "herre", "kvinne"}
	noticeWords = set("avlyst avlyses utsolgt utselt avlyste fullt fulltegnet fullteikna endret nytt_tidspunkt kopi copy utgått gjenåpnet")
	months      = set("januar februar mars april mai juni juli august september oktober november desember jan feb apr jun jul aug sept okt nov des")
)

func levelWords(s string) map[string]uint8 {
	m := make(map[string]uint8)
	for i, words := range strings.Split(s, "|") {
		for w := range set(words) {
			m[w] = uint8(i + 1)
		}
	}
	return m
}

var (
	teamClass   = regexp.MustCompile(`^([jg])(\d{1,2})$`)
	ageRange    = regexp.MustCompile(`(?i)\b(\d{1,2})\s*(?:-|–|til|to)\s*(\d{1,2})\s*(?:år|åringar|åringer|years)`)
	ageSingle   = regexp.MustCompile(`(?i)\b(\d{1,2})\s*(\+|år og oppover|år og eldre|år)`)
	ageFrom     = regexp.MustCompile(`(?i)\b(?:over|fra|frå|from)\s+(\d{1,2})\s*år`)
	ageUnder    = regexp.MustCompile(`(?i)\bunder\s+(\d{1,2})\s*år`)
	gradeRange  = regexp.MustCompile(`(?i)\b(\d{1,2})\.?\s*(?:-|–|til)\s*(\d{1,2})\.?\s*(?:trinn|klasse|kl\b|steg)`)
	gradeSingle = regexp.MustCompile(`(?i)\b(\d{1,2})\.\s*(?:trinn|klasse|steg)`)
	clock       = regexp.MustCompile(`(?i)(?:\bkl\.?|\bklokk[ae]n?)\s*\d{1,2}(?:[.:]\d\d)?(?:\s*[-–]\s*\d{1,2}(?:[.:]\d\d)?)?|\b\d{1,2}[.:]\d\d\s*[-–]\s*\d{1,2}[.:]\d\d`)
	counted     = regexp.MustCompile(`(?i)\b\d{1,3}\s*(?:kvelder|kveldar|ganger|gonger|dager|dagar|timer|timar|økter|uker|veker|samlinger|kr|min|minutter)\b`)
	sponsor     = regexp.MustCompile(`(?i)^.{2,40}?\s(?:presenterer|presenterar|presents|inviterer til|inviterar til|inviterer)\s*[:–-]?\s+`)
	promotion   = regexp.MustCompile(`(?i)^(?:(?:få|kjøp|sikre deg|bestill|siste|ledige|nye)\s+(?:billetter|billettar|billett|plasser|plassar)(?:\s+til)?|billetter(?:\s+til)?|salgsstart|husk|nyhet|tips)\s*[:!–-]\s*`)
	topicAt     = regexp.MustCompile(`(?i)(?:^|[\n.] *)(?:gjest(?:er|ar)?|gjesteartist|tema|emne|med|kveldens (?:gjest|tema)|foredragsholder|artist|film|temaet er|i dag|denne gangen)(?:en|er)?\s*:\s*([^\n.]{2,120})`)
)

// called reads the title: its words, and the marks that set it apart. What a field of the record says wins over the title.
func (it *Item) called(r *catalog.Record) {
	m := &it.marks
	text := strings.TrimSpace(r.Title)
	if rest := promotion.ReplaceAllString(text, ""); rest != "" && rest != text {
		text, m.notice = rest, true
	}
	if rest := sponsor.ReplaceAllString(text, ""); rest != "" {
		text = rest
	}
	text = m.readAges(text)
	if a := r.Age; a != nil {
		m.ages = ages{0, 120}
		if a.Min != nil {
			m.ages.min = int16(*a.Min)
		}
		if a.Max != nil {
			m.ages.max = int16(*a.Max)
		}
	} else if !m.ages.stated() {
		head := r.Description
		if len(head) > 80 {
			head = head[:80]
		}
		var of marks
		of.readAges(head)
		m.ages = of.ages
	}
	text = counted.ReplaceAllString(clock.ReplaceAllString(text, " "), " ")
	in, segment, upper := split(text)
	stems := make([]string, len(in))
	for i, w := range in {
		stems[i] = stem(w)
	}
	m.club = r.Organizer != nil && !r.Schedule.Dated() && catalog.Fold(r.Title) == catalog.Fold(r.Organizer.Name)
	var lineWords []string
	for i := 0; i < len(in) && len(it.title) < maxWords; i++ {
		w := stems[i]
		next, before := at(stems, i+1), at(stems, i-1)
		if w != "kopi" && w != "copy" {
			lineWords = append(lineWords, w)
		}
		switch {
		case w == "kopi" || w == "copy":
			m.copy, m.notice = true, true
			continue
		case movedWords[w], w == "ny" && (next == "dato" || next == "dag") || w == "nytt" && next == "tidspunkt" || w == "ny" && next == "tidspunkt":
			if w == "ny" {
				i++
			}
			m.moved, m.notice = true, true
			continue
		case noticeWords[w]:
			m.notice = true
			continue
		case len(w) == 4 && (strings.HasPrefix(w, "20") || strings.HasPrefix(w, "19")) && number(w) > 0:
			if it.born(number(w)) || len(it.starts) > 0 {
				continue
			}
		case languages[w] > 0 && (before == "på" || i == len(in)-1 || segment[i] != segment[max(i-1, 0)] || strings.HasSuffix(in[i], "sk") && !strings.HasPrefix(next, "kurs")):
			m.language = languages[w]
			if before == "på" {
				continue
			}
		}
		if n, ok := teamNumber(stems, in, i); ok {
			m.team = n
			i++
			continue
		}
		if n, ok := partNumber(stems, i); ok {
			m.part = n
			i++
			continue
		}
		if g := teamClass.FindStringSubmatch(in[i]); g != nil {
			m.gender |= map[string]uint8{"j": 1, "g": 2}[g[1]]
			if age := int16(number(g[2])); r.Age == nil && age >= 4 && age <= 19 {
				m.ages = ages{age, age}
			}
			continue
		}
		if bit := genders[in[i]]; bit > 0 {
			m.gender |= bit
			continue
		}
		if rest, bit := genderOf(in[i]); bit > 0 {
			m.gender |= bit
			in[i], w = rest, stem(rest)
		}
		if l := levels[w]; l > 0 {
			m.level = l
			continue
		}
		if role := roles[w]; role > 0 && m.role == roleNone {
			m.role = role
			continue
		}
		if adaptedWords[w] {
			m.adapted = true
			continue
		}
		if extraWords[w] || w == "ekstra" {
			m.extra = true
			continue
		}
		if stopWords[w] || contains(it.title, w) || len(w) == 1 && number(w) < 0 {
			continue
		}
		sort := uint8(plain)
		switch {
		case towns[w]:
			sort = town
		case commonWords[w] || houseWords[w] || roomWords[w] || months[w]:
			sort = common
		}
		it.title = append(it.title, word{w, spell(in[i]), sort, false})
		if sort == town {
			it.town(word{text: w, sort: sort})
		}
		if len(it.org) == 0 && sort == plain && isSociety(w) && i > 0 {
			it.titleOrg(stems, segment, upper, i)
		}
	}
	it.line = hash(lineWords...)
	m.topic = topicOf(r.Description)
	m.moved = m.moved || r.Status == catalog.StatusPostponed
	m.adapted = m.adapted || adaptedIn(r.Description)
	sorted := make([]string, len(it.title))
	for i, w := range it.title {
		sorted[i] = w.text
	}
	slices.Sort(sorted)
	it.whole = hash(sorted...)
}

// born takes a year long before that of the first start as a year of birth, and reports whether it is one.
func (it *Item) born(year int) bool {
	if len(it.starts) == 0 {
		return false
	}
	age := int16(time.Unix(int64(it.starts[0])*60, 0).UTC().Year() - year)
	if age < 2 || age > 20 {
		return false
	}
	if m := &it.marks; !m.ages.stated() || !m.years {
		if !m.ages.stated() {
			m.ages, m.years = ages{age - 1, age}, true
		}
	} else {
		m.ages = ages{min(m.ages.min, age-1), max(m.ages.max, age)}
	}
	return true
}

// titleOrg takes the organisation that the title names at i: the segment that it stands in, or the name right before it.
func (it *Item) titleOrg(stems []string, segment []int, upper []bool, i int) {
	from := i
	for from > 0 && segment[from-1] == segment[i] && upper[from-1] && i-from < 3 && !(from-1 == 0 && segment[0] == segment[i]) {
		from--
	}
	if from == i && (segment[i] == segment[0] || !upper[i]) {
		return
	}
	for _, s := range stems[from : i+1] {
		it.org = append(it.org, name(s)...)
	}
	it.guess = true
}

// genderOf takes the first part of "jentefotball" and its like from a word.
func genderOf(w string) (rest string, bit uint8) {
	for _, part := range genderParts {
		if rest, ok := strings.CutPrefix(w, part); ok && len(rest) >= 5 && rest[0] != 'r' {
			return rest, genders[part+"lag"]
		}
	}
	return w, 0
}

func at(list []string, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return list[i]
}

// number reads a small whole number, -1 when s is none.
func number(s string) int {
	if n, err := strconv.ParseUint(s, 10, 14); err == nil {
		return int(n)
	}
	return -1
}

// teamNumber reads "lag 2" and "2. lag" at i.
func teamNumber(stems, in []string, i int) (uint8, bool) {
	isTeam := func(w string) bool { return w == "lag" || w == "parti" || w == "team" || w == "grupp" || w == "gruppe" }
	if next := at(in, i+1); isTeam(stems[i]) {
		if n := number(next); n > 0 && n < 100 {
			return uint8(n), true
		}
		if len(next) == 1 && next >= "a" && next <= "e" {
			return next[0] - 'a' + 101, true
		}
	} else if n := number(stems[i]); n > 0 && n < 20 && isTeam(at(stems, i+1)) {
		return uint8(n), true
	}
	return 0, false
}

var partWords = set("del nr nummer runde bolk modul nivå trinn kapittel episode pulje uke sett økt kull")

// partNumber reads "del 2" and "uke 8" at i.
func partNumber(stems []string, i int) (uint16, bool) {
	if !partWords[stems[i]] {
		return 0, false
	}
	next := at(stems, i+1)
	if n := number(next); n > 0 {
		return uint16(n), true
	}
	if n := slices.Index([]string{"", "i", "ii", "iii", "iv"}, next); n > 0 {
		return uint16(n), true
	}
	return 0, false
}

// readAges takes the ages out of s.
func (m *marks) readAges(s string) string {
	set := func(lo, hi int) {
		if lo >= 0 && hi >= lo && hi <= 120 && !m.ages.stated() {
			m.ages = ages{int16(lo), int16(hi)}
		}
	}
	if g := ageRange.FindStringSubmatch(s); g != nil {
		set(number(g[1]), number(g[2]))
	} else if g := ageFrom.FindStringSubmatch(s); g != nil {
		set(number(g[1]), 120)
	} else if g := ageUnder.FindStringSubmatch(s); g != nil {
		set(0, number(g[1]))
	} else if g := gradeRange.FindStringSubmatch(s); g != nil {
		set(number(g[1])+5, number(g[2])+6)
	} else if g := gradeSingle.FindStringSubmatch(s); g != nil {
		set(number(g[1])+5, number(g[1])+6)
	} else if g := ageSingle.FindStringSubmatch(s); g != nil {
		if g[2] == "år" || g[2] == "År" {
			set(number(g[1]), number(g[1]))
		} else {
			set(number(g[1]), 120)
		}
	}
	for _, re := range []*regexp.Regexp{ageRange, ageFrom, ageUnder, gradeRange, gradeSingle, ageSingle} {
		if m.ages.stated() {
			s = re.ReplaceAllString(s, " ")
		}
	}
	return s
}

// topicOf reads what a description says that this time is about.
func topicOf(description string) []word {
	if len(description) > 400 {
		description = description[:400]
	}
	if !strings.Contains(description, ":") {
		return nil
	}
	g := topicAt.FindStringSubmatch(description)
	if g == nil {
		return nil
	}
	var out []word
	in, _, _ := split(g[1])
	for _, w := range in {
		full := spell(w)
		if w = stem(w); !stopWords[w] && !commonWords[w] && len(w) > 2 && len(out) < maxWords {
			out = append(out, word{w, full, plain, false})
		}
	}
	return out
}

// adaptedIn reports whether a description says that this performance is interpreted or adapted.
func adaptedIn(description string) bool {
	if len(description) > 200 {
		description = description[:200]
	}
	in, _, _ := split(description)
	for _, w := range in {
		if strings.HasPrefix(w, "tegnspråktolk") || strings.HasPrefix(w, "teiknspråktolk") || strings.HasPrefix(w, "synstolk") {
			return true
		}
	}
	return false
}

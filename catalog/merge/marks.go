package merge

import (
	"maps"
	"regexp"
	"slices"
	"strings"
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
	moved    bool  // it says that it has got, or will get, another time
	newDate  bool  // its date is the new one
	doors    bool  // it speaks of when doors open
	notice   bool  // the title begins or ends with news of it: "AVLYST", "få billetter"
	club     bool  // it is an organisation, not what it does
	call     bool  // it asks for volunteers
	work     bool  // it is common work, so that who comes volunteers
	audience audience
	variants variantsOf
	head     uint64 // hash of what the title says before a colon; 0 when there is none
	topic    []word
}

// ages are whole years; max is 0 when nothing is stated.
type ages struct{ min, max int16 }

func (a ages) stated() bool { return a.max > 0 }

// yearOf reports whether m is for those born in one year and o for the age that they reach in that year, as teams are called: "G2015", "G12".
func (m *marks) yearOf(o *marks) bool {
	return m.years && m.ages.max-m.ages.min == 1 && o.ages == ages{m.ages.max, m.ages.max}
}

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
	roleStall
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
	adaptedWords  = set("matine matinee formiddagsforestilling tegnspråk tegnspråktolket teiknspråk synstolket tilrettelagt tilrettelagd tilpasset tilpassa dempet relaxed sensorisk avslappet")
	extraWords    = set("ekstraforestilling ekstrakonsert ekstraframsyning ekstrasett ekstraomgang")
	languageStems = slices.Sorted(maps.Keys(languages))
	movedWords    = set("flyttet utsatt utsett flytta")
	doorWords     = exactly("dører dørene dørane dørar innslipp innsjekk doors oppmøte")
	levels        = levelWords("nybegynner nybegynnere nybyrjar nybyrjarar begynner begynnere beginner beginners novise grunnkurs|viderekommen viderekomne vidarekomne øvet øvede øvde videregående fortsettelse fortsettelseskurs mellomnivå intermediate|avansert avanserte advanced")
	genders       = map[string]uint8{"jenter": 1, "jentene": 1, "jentane": 1, "jentelag": 1, "piker": 1, "damer": 1, "damelag": 1, "dame": 1, "kvinner": 1, "kvinnelag": 1, "kvinnene": 1,
		"women": 1, "girls": 1, "gutter": 2, "guttene": 2, "gutar": 2, "gutane": 2, "guttelag": 2, "mannelag": 2, "herrer": 2, "herre": 2, "herrelag": 2, "menn": 2, "mannfolk": 2, "karer": 2, "men": 2, "boys": 2}
	genderParts = []string{"jente", "gutte", "dame", "herre", "kvinne", "manne"}
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
	teamClass   = regexp.MustCompile(`^([jg])(\d{1,2}|20\d\d)$`)
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
	offered     = regexp.MustCompile(`(?i)\s*[–(:|-]+\s*(?:få billetter|kjøp billetter|få billettar|få plasser igjen|ledige plasser|ekstra billetter|siste billetter|billetter i døra|løp og kjøp)[)!]*$`)
	topicAt     = regexp.MustCompile(`(?i)(?:^|[\n.] *)(?:gjest(?:er|ar)?|gjesteartist|tema|emne|med|kveldens (?:gjest|tema)|foredragsholder|artist|film|temaet er|i dag|denne gangen)(?:en|er)?\s*:\s*([^\n.]{2,120})`)
)

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
	if !strings.ContainsAny(s, "0123456789") {
		return s
	}
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

// readDescription notes whether it says that this performance is interpreted, and when doors open.
func (m *marks) readDescription(description string) {
	if len(description) > 300 {
		description = description[:300]
	}
	for w := range raw(description) {
		if len(w) < len("doors") {
			continue
		}
		w = letters(w)
		m.adapted = m.adapted || strings.HasPrefix(w, "tegnspråktolk") || strings.HasPrefix(w, "teiknspråktolk") || strings.HasPrefix(w, "synstolk")
		m.doors = m.doors || doorWords[w]
	}
}

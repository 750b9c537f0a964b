package cell

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"fritidshub/catalog"
	"fritidshub/catalog/lexicon"
)

const amount = `(\d{1,3}(?:[ .]\d{3})+|\d{1,8})(?:[.,](\d{1,2}))?`

var (
	priceForm = regexp.MustCompile(`^(fra|frå|from|ab|min\.?|inntil|opptil|maks\.?|til)? ?(?:kr\.?|nok)? ?` + amount + `(?:[.,]- ?|,-)?(?: ?(?:kr\.?|kroner|nok))?` +
		`(?: ?(?:-|til) ?(?:kr\.?|nok)? ?` + amount + `(?:,-)?(?: ?(?:kr\.?|kroner|nok))?)?(?: ?(?:per|pr\.?|/|i) ?([a-zæøå]+))?$`)
	freeWords = map[string]bool{"gratis": true, "free": true, "fri": true, "fri entré": true, "fri entre": true, "fri inngang": true, "gratis inngang": true,
		"gratis for alle": true, "koster ingenting": true, "kostar ingenting": true, "kostnadsfritt": true, "0": true, "0,-": true, "0 kr": true, "kr 0": true, "kr 0,-": true, "0.00": true, "0,00": true}
	units = lexicon.PriceUnits()
)

// longest is the most bytes of a cell that may be prose.
const longest = 400

var (
	priceWords = regexp.MustCompile(`\d.*\p{L}{2}|\p{L}{2}.*\d|\d(,-)? ?/ ?\d`)
	ageWords   = regexp.MustCompile(`(^|[^\d])\d{1,2}\.?[- ]*(år|klasse|trinn|mnd|måned|månad)|(^|[^\p{L}])(f\.?|født|fødd|årgang|jenter|gutter|gutar|barn|born|ungdom|klasse|trinn|fra|frå|til|over|under|fylt|minst)[. ].*\d`)
)

// prose reports whether what is no plain value may say one all the same, in a sentence or a list.
func prose(t string, words *regexp.Regexp) bool { return len(t) <= longest && words.MatchString(t) }

// Price reads "gratis", "150", "150,-", "kr 1 250,50", "100-200", "fra 150 kr" and "400 kr per halvår". Text keeps the words that
// were read. Numbers among other words ("barn 50, voksen 100") are kept as Text alone, for prose to read; an error comes with a Price that
// holds the words alone too, so that they can still be shown.
func Price(s string) (*catalog.Price, error) {
	text := strings.TrimSpace(s)
	words := &catalog.Price{Text: text}
	t := tidy(s)
	zero := catalog.Money(0)
	if freeWords[t] {
		return &catalog.Price{Min: &zero, Max: &zero, Free: catalog.Yes, Text: text}, nil
	}
	m := priceForm.FindStringSubmatch(t)
	if m == nil && prose(t, priceWords) {
		return words, nil
	}
	if m == nil {
		return words, unreadable(s, "en pris (skriv gratis, 150, 100-200 eller fra 150)")
	}
	low, err := money(m[2], m[3])
	if err != nil {
		return words, err
	}
	p := &catalog.Price{Min: &low, Max: &low, Unit: units[m[6]], Text: text}
	switch m[1] {
	case "":
	case "inntil", "opptil", "maks", "maks.", "til":
		p.Min = nil
	default:
		p.Max = nil
	}
	if m[4] != "" {
		high, err := money(m[4], m[5])
		if err != nil || m[1] != "" && p.Max == nil && high < low || high < low {
			return words, unreadable(s, "en pris (skriv gratis, 150, 100-200 eller fra 150)")
		}
		p.Min, p.Max = &low, &high
	}
	if p.Max != nil && *p.Max > 0 || p.Min != nil && *p.Min > 0 {
		p.Free = catalog.No
	}
	return p, nil
}

var thousands = strings.NewReplacer(" ", "", ".", "")

func money(whole, cents string) (catalog.Money, error) {
	whole = thousands.Replace(whole)
	if cents != "" {
		whole += "." + cents
	}
	m, err := catalog.ParseMoney(whole)
	if err != nil {
		return 0, fmt.Errorf("beløpet «%s» er for stort", short(whole))
	}
	return m, nil
}

// MaxAge is the highest age that is believed.
const MaxAge = 120

var (
	ageSpan   = regexp.MustCompile(`^(?:fra |frå )?(\d{1,3})(?: ?år)? ?(?:-|til og med|t\.?o\.?m\.?|til|to) ?(\d{1,3})(?: ?år)?$`)
	ageFrom   = regexp.MustCompile(`^(?:(?:fra|frå|fom|f\.o\.m\.|over|min\.?|minst|from|fylte|fylt) )+(\d{1,3})(?: ?år)?$|^(\d{1,3})(?: ?år)? ?(?:\+|og oppover|og eldre|og over|og opp|and over|and up)(?: ?år)?$`)
	ageTo     = regexp.MustCompile(`^(?:til og med|t\.?o\.?m\.?|til|inntil|opp til|opptil|maks\.?|up to) (\d{1,3})(?: ?år)?$`)
	ageUnder  = regexp.MustCompile(`^(?:under|yngre enn) (\d{1,3})(?: ?år)?$`)
	ageGrades = regexp.MustCompile(`^(\d{1,2})\.? ?- ?(\d{1,2})\.? ?(?:trinn|klasse|kl\.?)$`)
	ageAll    = map[string]bool{"alle": true, "alle aldre": true, "alle aldrar": true, "all ages": true, "all": true}
)

// Age reads "6-12", "6-12 år", "6+", "fra 6", "13 år og oppover", "under 18", "til 12", "5.-7. trinn" (grade n is n + 5 years)
// and "alle". Ages among other words ("13 år", "f. 2015") are kept as Text alone, for prose to read. A lone number is an error: it may be
// a least age or the only one.
func Age(s string) (*catalog.Age, error) {
	t := tidy(s)
	if ageAll[t] {
		zero := 0
		return &catalog.Age{Min: &zero}, nil
	}
	bad := unreadable(s, "en alder (skriv 6-12, 6+ eller til 12)")
	num := func(s string, add int) *int {
		n, _ := strconv.Atoi(s)
		n += add
		return &n
	}
	var a catalog.Age
	if m := ageSpan.FindStringSubmatch(t); m != nil {
		a = catalog.Age{Min: num(m[1], 0), Max: num(m[2], 0)}
	} else if m := ageFrom.FindStringSubmatch(t); m != nil {
		a.Min = num(m[1]+m[2], 0)
	} else if m := ageTo.FindStringSubmatch(t); m != nil {
		a.Max = num(m[1], 0)
	} else if m := ageUnder.FindStringSubmatch(t); m != nil {
		a.Max = num(m[1], -1)
	} else if m := ageGrades.FindStringSubmatch(t); m != nil {
		a = catalog.Age{Min: num(m[1], 5), Max: num(m[2], 5)}
	} else if prose(t, ageWords) {
		return &catalog.Age{Text: strings.TrimSpace(s)}, nil
	} else {
		return nil, bad
	}
	if a.Min != nil && *a.Min > MaxAge || a.Max != nil && (*a.Max > MaxAge || *a.Max < 0) || a.Min != nil && a.Max != nil && *a.Min > *a.Max {
		return nil, bad
	}
	return &a, nil
}

var lone = regexp.MustCompile(`^(\d{1,3})(?: ?år)?$`)

// Years reads one age, "7" or "7 år".
func Years(s string) (int, error) {
	if m := lone.FindStringSubmatch(tidy(s)); m != nil {
		if n, _ := strconv.Atoi(m[1]); n <= MaxAge {
			return n, nil
		}
	}
	return 0, unreadable(s, fmt.Sprintf("en alder i hele år, 0 til %d", MaxAge))
}

var (
	kindWords = map[string]catalog.Kind{
		"aktivitet": catalog.KindActivity, "fast aktivitet": catalog.KindActivity, "fritidsaktivitet": catalog.KindActivity, "tilbud": catalog.KindActivity,
		"arrangement": catalog.KindEvent, "hending": catalog.KindEvent, "hendelse": catalog.KindEvent, "kurs": catalog.KindCourse,
		"anlegg": catalog.KindFacility, "åpent": catalog.KindFacility, "åpent tilbud": catalog.KindFacility, "ope tilbod": catalog.KindFacility, "drop-in": catalog.KindFacility, "møteplass": catalog.KindFacility,
		"utlån": catalog.KindEquipment, "utstyr": catalog.KindEquipment, "frivillig": catalog.KindVolunteering, "frivillighet": catalog.KindVolunteering, "frivilligoppdrag": catalog.KindVolunteering, "dugnad": catalog.KindVolunteering,
		"billett": catalog.KindTicket, "billetter": catalog.KindTicket, "støtteordning": catalog.KindScheme, "ordning": catalog.KindScheme,
	}
	statusWords = map[string]catalog.Status{"avlyst": catalog.StatusCancelled, "avlyst!": catalog.StatusCancelled, "cancelled": catalog.StatusCancelled, "canceled": catalog.StatusCancelled,
		"utsatt": catalog.StatusPostponed, "utsett": catalog.StatusPostponed, "postponed": catalog.StatusPostponed,
		"fullt": catalog.StatusFull, "full": catalog.StatusFull, "fulltegnet": catalog.StatusFull, "fullteikna": catalog.StatusFull, "utsolgt": catalog.StatusFull, "venteliste": catalog.StatusFull,
		"planlagt": catalog.StatusScheduled, "scheduled": catalog.StatusScheduled, "åpen": catalog.StatusScheduled, "open": catalog.StatusScheduled, "ledige plasser": catalog.StatusScheduled, "ledig": catalog.StatusScheduled}
	adaptedWords = map[string]string{"rullestol": "wheelchair", "rullestolvennlig": "wheelchair", "rullestoltilpasset": "wheelchair", "trinnfri": "wheelchair", "hc": "wheelchair", "hc-toalett": "wheelchair",
		"teleslynge": "hearing_loop", "tegnspråk": "sign_language", "tegnspråktolk": "sign_language", "teiknspråk": "sign_language", "teksting": "captions", "tekstet": "captions", "synstolking": "vision", "synstolket": "vision", "blinde": "vision", "syn": "vision",
		"rolig": "sensory", "dempet": "sensory", "sansevennlig": "sensory", "utviklingshemming": "intellectual", "utviklingshemmede": "intellectual", "bevegelseshemming": "physical", "fysisk": "physical", "ledsager": "companion", "ledsagerbevis": "companion", "tilrettelagt": "general", "universelt utformet": "general"}
)

// Kind reads a kind of listing by its name in the API or by an ordinary Norwegian word.
func Kind(s string) (catalog.Kind, error) {
	t := tidy(s)
	if k := catalog.Kind(t); k.Valid() {
		return k, nil
	}
	if k, ok := kindWords[t]; ok {
		return k, nil
	}
	return "", unreadable(s, "en type (aktivitet, arrangement, kurs, anlegg, utlån, frivillig, billett, ordning)")
}

// Status reads avlyst, utsatt, fullt and the like.
func Status(s string) (catalog.Status, error) {
	if st, ok := statusWords[tidy(s)]; ok {
		return st, nil
	}
	return "", unreadable(s, "en status (avlyst, utsatt, fullt)")
}

// Adapted reads one way of being adapted, as a code of catalog.Accessibilities or a Norwegian word.
func Adapted(s string) (string, error) {
	t := tidy(s)
	if code, ok := adaptedWords[t]; ok {
		return code, nil
	}
	for _, code := range catalog.Accessibilities() {
		if t == code {
			return code, nil
		}
	}
	return "", unreadable(s, "en tilrettelegging (rullestol, teleslynge, tegnspråk, teksting, synstolking, rolig, utviklingshemming, bevegelseshemming, ledsager, tilrettelagt)")
}

var organizerWords = map[string]string{
	"kunst og kultur": "arts-culture", "idrett og fysisk aktivitet": "sport", "idrett": "sport", "natur og friluftsliv": "nature-outdoor",
	"tros- og livssynsorganisasjoner": "faith", "tro- og livssynsorganisasjoner": "faith", "tro og livssyn": "faith", "interesseorganisasjoner": "interest", "interesseorganisasjon": "interest",
	"humanitære og ideelle organisasjoner": "humanitarian", "innvandrerorganisasjoner": "immigrant", "innvandrerorganisasjon": "immigrant",
	"rekreasjon og sosiale foreninger":                      "recreation-social",
	"frivilligsentraler, velforeninger og åpne møteplasser": "volunteer-centre",
	"private og kommunale aktører som har aktivitet":        "private-public", "private og kommunale aktører": "private-public",
}

// OrganizerKind reads one of the ten kinds of organiser by its code or its Norwegian name.
func OrganizerKind(s string) (string, error) {
	t := tidy(s)
	if code, ok := organizerWords[t]; ok {
		return code, nil
	}
	for _, code := range catalog.OrganizerKinds() {
		if t == code {
			return code, nil
		}
	}
	return "", unreadable(s, "en av de ti arrangørtypene, for eksempel «Kunst og kultur» eller «Idrett og fysisk aktivitet» (alle står i connectors/list/README.md)")
}

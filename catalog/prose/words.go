package prose

import (
	"strings"

	"fritidshub/catalog/lexicon"
)

// class is a set of roles that a word can play.
type class uint64

const (
	numeral     class = 1 << iota // value: the number
	ordinal                       // value: which
	weekday                       //
	plural                        // "tirsdager": always what comes back
	short                         // "tors", "man": a weekday only beside others, numbers or a point
	tiny                          // "to", "on": a weekday only in "ti-to"
	month                         // value: 1 to 12
	every                         // hver, kvar
	alternate                     // annenhver
	krone                         // kr, kroner
	banknote                      // hundrelapp, value in kroner
	per                           // pr., per
	who                           // a class of payers: barn, honnør
	person                        // whom an age is about
	snack                         // sold or served on the side
	meal                          //
	material                      //
	hire                          //
	aside                         // what else can be free without the activity being so
	sale                          // kiosk, salg
	buying                        // kjøpes: a sale, unless it is of the tickets
	notPrice                      // støtte, premie, depositum, rabatt
	companion                     //
	trial                         //
	admission                     // inngang, billett: the price is of a ticket
	courseFee                     //
	fee                           // avgift, pris, koster
	membership                    //
	yearly                        // årsavgift
	course                        // what it is: a course
	trip                          // what it is: a trip or a camp
	show                          // what it is: something one buys a ticket for
	never                         // ikke, ingen, uten
	nearly                        // nesten, snart
	signup                        // påmelding
	limit                         // frist
	by                            // innen, senest
	from                          // fra
	until                         // til
	begins                        // oppstart
	ends                          // avslutning
	opens                         // åpner
	besides                       // unntatt
	clock                         // kl
	door                          // dørene, oppmøte: not the start itself
	phone                         // ring, tlf
	card                          // ledsagerbevis, kulturkort
	grade                         // trinn
	born                          // født
	adult                         // voksen, foresatt
	beast                         // hund
	measure                       // after a number: not an age, a clock or a date
	access                        // value: index of tags
	cancelled                     //
	full                          //
	postponed                     //
	meeting                       // ganger, kvelder: what a course is counted in
	night                         // natt
	conditional                   // ved, hvis: what follows may not come to be
)

var units = []string{"", "time", "ticket", "half_year", "season", "year", "month", "course", "event", "person", "family", "team", "item", "meal", "material", "day", "night", ""}

// otherUnit is the unit that has no name in the label rules: an hour, a week, a card of ten.
const otherUnit = 17

// roles lists the words of each class; a word may stand in several.
var roles = []struct {
	class class
	words string
}{
	{every, "hver hvert kvar kvart"},
	{alternate, "annenhver annethvert annankvar annakvar annahver annankvart"},
	{krone, "kr kroner krone kroners nok nkr"},
	{per, "per pr à a"},
	{who, "barn barna born voksen voksne vaksen vaksne ungdom ungdommer ungdomar honnør honnører pensjonist pensjonister pensjonistar student studenter studentar elever elevar medlem medlemmer medlemer medlemmar medlemar ikkemedlem ikkemedlemmer andre ordinær ordinær ordinært søsken sysken familie familier familiar familiebillett minstepensjonist skoleelever skuleelevar gruppe grupper senior seniorer seniorar rabattert redusert enkeltperson enkeltpersoner enslig par tidligfugl tidlegfugl"},
	{person, "barn barna born borna voksen voksne vaksne ungdom ungdommer ungdomar ungdommen unge jente jenter gut gutt gutter gutar gutane dame damer menn mann kvinne kvinner kvinnfolk deg dere dykk alle personer folk eldre pensjonister pensjonistar senior seniorer seniorar deltaker deltakere deltakarar deltakar spillere spelarar elever elevar alder alderen aldersgruppe aldersgruppa aldersgruppen aldersgrense aldersgrensa aldersgrensen småbarn baby babyer babyar medlemmer medlemmar medlemer dansere dansarar løpere utøvere utøvarar musikanter musikantar aspiranter aspirantar speidere speidarar tenåringer tenåringar par dem dei de"},
	{snack, "kaffe kaffi kaffen vafler vaffel vaflar vafla kake kaker pølse pølser pølsa brus saft is popcorn kakao te frukt boller kjeks godteri snacks pannekaker lapper gløgg pepperkaker kaffimat grillpølser drikke hamburger hamburgere hamburgarar burger soft softis sukkerspinn vaflene kakestykke"},
	{meal, "graut grauten rømmegraut risgraut sodd komle raspeball betasuppe kaffipengar kaffepenger vaffelpenger kakepenger lapskaus gryte fårikål rakfisk lutefisk grillbuffet tapas julemat risgrøt rømmegrøt mat maten matpenger matpengar lunsj lunsjen middag middagen frokost frukost suppe pizza servering serveringen serveringa måltid kveldsmat grillmat taco grøt bevertning bespisning kost"},
	{material, "material materialer materialar materialene materialane materiell materiellet materialkostnad materialkostnader materialkostnadar materialpenger garn leire tøy notehefte kursbok kursboka kursboken bok boka boken brett keramikkleire"},
	{hire, "lån låne utlån låneavgift instrumentleie lei leie leige leies leigast utstyrsleie skileie skøyteleie"},
	{aside, "lån låne lånes lånast låns utlån utstyr utstyret sko ski skøyter baller ball drakt hjelm hjelmer stoler stolar parkering parkerer parkere parkeres buss bussen skyss transport wifi nett internett premie premier medalje goodiebag barnevakt barnepass garderobe program programmet brosjyre leksehjelp t skjorte instrument redningsvest redningsvester vester skitrekk prøvesmaking veiledning rettleiing klatresko rackert racket racketer håndkle sykkel sykler kajakk"},
	{sale, "bord bordleie transport skyss kiosk kiosken salg sal selges selger sel seljast salgs sals lodd lodder loddsalg utlodning utlodding lotteri åresalg tombola ansiktsmaling ballonger kafésalg vaffelsalg kakesalg"},
	{buying, "kjøp kjøpe kjøpes kjøpast"},
	{notPrice, "premier premie premiar støtte støtta støtten tilskudd tilskuddet tilskot stipend stipendet sponsorer sponsorene sponsorar sponsorane premiepott gevinst gevinster depositum depositumet pant rabatt rabatten rabattar søskenmoderasjon syskenmoderasjon moderasjon avslag avslått gebyr bot verdi verdt sponsor refusjon dekket dekt dekka parkeringsavgift bompenger parkering dekker dekkes dekkjer overskudd overskot omsetning omsetnad innsamlet samlet samla budsjett hovedpremie gavekort spar sparer erstatning erstatningsgebyr purregebyr moms lønn honorar fritidskortet fritidskort aktivitetskortet"},
	{companion, "ledsager ledsagere ledsagar ledsagarar ledsageren følgeperson følgjeperson følgepersoner følgjepersonar følgje følge støttekontakt assistent assistenter ledsagerbevis ledsagarbevis følgjebevis ledsagerbillett"},
	{trial, "prøvetime prøvetimen prøvetimer prøvetimar prøvetrening prøveperiode prøv prøve prøvegang prøveuke smakebit prøvetreninger prøvetreningar"},
	{admission, "inngang inngangen inngangspenger inngangspengar inngangsbillett billett billetter billettar billetten billettpris billettprisar billettpriser bill cc entré entre entreen entréen entrè entrébillett familiebillett forhåndssalg forhandssal forsalg forsal døra døren dørsalg dørsal adgang adgangspenger enkeltbillett ticketmaster voksenbillett barnebillett"},
	{courseFee, "kursavgift kursavgiften kursavgifta kurspris kursprisen"},
	{fee, "medlemspris pris prisen prisar priser prisane prisene koster kostar avgift avgiften avgifta egenandel eigendel eigenandel eigenandelen egenandelen treningsavgift treningsavgifta treningsavgiften deltakeravgift deltakaravgift deltakeravgiften deltakaravgifta deltageravgift startkontingent startavgift betaler betalar betale betal påmeldingsavgift aktivitetsavgift semesteravgift kostnad kostnaden leirpris pris"},
	{membership, "kontingent kontingenten medlemskontingent medlemskontingenten medlemskap medlemskapet medlemsavgift medlemsavgiften medlemsavgifta"},
	{yearly, "årsavgift årsavgiften årsavgifta årskontingent årskontingenten årsmedlemskap årspris årskort årspengar årspenger"},
	{course, "kurs kurset kursdag kursdager workshop workshopen instruksjon opplæring skolering nybegynnerkurs"},
	{trip, "tur turen leir leiren leirar utflukt overnattingstur helgetur sommerleir"},
	{show, "konsert konserten forestilling forestillinga forestillingen framsyning framsyninga kino film teater revy show quiz bokbad foredrag disko marked marknad festival fest kamp"},
	{never, "ikke ikkje ingen inga inkje uten utan mangler manglar verken korkje aldri ikke"},
	{nearly, "nesten snart nær nærmer delvis delvis"},
	{signup, "påmelding påmeldinga påmeldingen meld melde melder søk søke søknad søknaden søknader svar registrer registrering billettbestilling bestill bestilles bestille tinging tinga si billettsalg billettsalget billettsal salget salg salgsstart billettslipp påmeldt påmelde påmeldte kjøp kjøpes"},
	{limit, "frist fristen påmeldingsfrist påmeldingsfristen påmeldingsfristar søknadsfrist søknadsfristen svarfrist svarfristen meldefrist påmeldingsdag påmeldingsdagen innmeldingsfrist bestillingsfrist betalingsfrist påmeldingfrist"},
	{by, "innen innan senest seinast snarest"},
	{from, "fra frå fom"},
	{until, "til tom inntil framtil"},
	{begins, "start oppstart starter startar startdato sesongstart kursstart semesterstart begynner byrjar byrjer semesteroppstart sesongoppstart kursoppstart oppstartsdato startdag starta startes"},
	{ends, "semesterslutt sesongslutt kursslutt sluttdato sesongavslutning sesongavslutting semesteravslutning semesteravslutting slutt slutter sluttar ferdig avslutning avslutting avsluttes avsluttast avslutta stenger stengjer avsluttar"},
	{opens, "åpner åpnes åpna opnar opnast slippes starter startar åpning opning åpnet"},
	{besides, "unntatt unnateke unntak unnatak bortsett bortsatt utenom utanom stengt stengd minus ikke ikkje ingen oppdatert oppdatering publisert endret endra født født stiftet skrevet sist"},
	{clock, "kl klokka klokken klokkeslett klo"},
	{door, "dør dører dørene dørane døra oppmøte frammøte fremmøte møter doors registrering innsjekk oppvarming pause premieutdeling avreise hjemreise lunsj middag frokost frukost avgang innslipp kaffe pizza suppe"},
	{phone, "tlf telefon telefonen mob mobil ring ringe telefontid kontortid sms mobilnr telefonnummer tlfnr kontonr kontonummer orgnr"},
	{card, "kulturkort ungdomskort fritidskort fritidskortet ledsagerbevis ledsagarbevis aktivitetskort aktivitetskortet opplevelseskort opplevelseskortet opplevingskort opplevingskortet ungdomskortet kulturkortet studentbevis medlemskort sesongkort årskort kundekort seniorkort lånekort vgskort familiekort aktivitetskorta fribillettkort ferskkort kort kortet gavekort medlemsbevis ttkort"},
	{grade, "trinn trinnet klasse klassen klassa klassetrinn klassinger klassingar klassing trinns kl"},
	{born, "født fødd fødde fødte f fødselsår årskull årgang årgangene kull fødselsåret årgangar"},
	{adult, "voksen voksne vaksen vaksne foresatt foresatte føresett føresette forelder foreldre verge ledsager ansvarlig ansvarleg"},
	{beast, "hund hunden hunder hundar hundene valp valpen valper katt katten hest hesten hester hestar ponni ponnien bil båt båten lokalet bygget huset kua hundane"},
	{measure, "kr kroner prosent % km kg mil meter m cm mm timer timar time min minutt minutter minuttar stk plasser plassar plass personer deltakere deltakarar medlemmer medlemmar barn gutter jenter lag ganger gonger gong gang dager dagar uker veker måneder månader mnd år åring åringer åringar trinn klasse etasje etg ledd billetter billettar liter l poeng runder runde øvelser forestillinger konserter stasjoner stykker stk bord rom grader mann spillere spelarar kvelder kveldar samlinger samlingar hull poster bøker uke veke prosent mb gb x"},
	{cancelled, "avlyst avlyses avlysast avlyste avlysning avlysing kansellert innstilt innstilles"},
	{full, "utsolgt utsolgte utseld utselde utselt fulltegnet fullteikna fullbooket fullt fullbestilt fullsatt fulltegna fullbooka full venteliste ventelista ventelisten"},
	{postponed, "utsatt utsett utsettes utsettast"},
	{meeting, "ganger gonger kvelder kveldar samlinger samlingar kursdager kurskvelder kurskveldar kursdagar økter møter leksjoner treninger treningar uker veker øvelser øvinger øvingar timer timar"},
	{night, "natt natta natten natti"},
	{conditional, "ved hvis dersom om kan vil viss eventuell eventuelt"},
}

type ending struct {
	suffix string
	class  class
}

// endings give compounds the class of what they end in: "fluebindingskurs", "familiebilletter".
var endings = []ending{
	{"kurs", course}, {"kurset", course}, {"skole", course}, {"skolen", course}, {"skule", course}, {"skulen", course}, {"opplæring", course},
	{"tur", trip}, {"turen", trip}, {"leir", trip}, {"leiren", trip}, {"leirskole", trip},
	{"konsert", show}, {"utstilling", show}, {"utstillingen", show}, {"utstillinga", show}, {"konserten", show}, {"forestilling", show}, {"framsyning", show}, {"kino", show}, {"revy", show}, {"show", show}, {"quiz", show}, {"teater", show}, {"marked", show}, {"festival", show}, {"disko", show}, {"fest", show},
	{"billett", admission}, {"billetter", admission}, {"billettar", admission}, {"inngang", admission},
	{"kursavgift", courseFee}, {"avgift", fee}, {"avgifta", fee}, {"avgiften", fee}, {"kontingent", membership}, {"kontingenten", membership},
	{"frist", limit}, {"fristen", limit}, {"prøvetime", trial},
	{"leie", hire}, {"leige", hire}, {"støtte", notPrice}, {"tilskudd", notPrice}, {"tilskot", notPrice}, {"premie", notPrice}, {"rabatt", notPrice}, {"stipend", notPrice}, {"gebyr", notPrice}, {"godtgjørelse", notPrice}, {"godtgjering", notPrice}, {"honorar", notPrice},
	{"kort", card}, {"kortet", card}, {"bevis", card},
	{"lapp", banknote}, {"materialer", material}, {"materialar", material}, {"penger", fee}, {"pengar", fee},
	{"salg", sale},
}

// endingsOf are the endings by their last byte.
var endingsOf = func() (of [256][]ending) {
	for _, e := range endings {
		last := e.suffix[len(e.suffix)-1]
		of[last] = append(of[last], e)
	}
	return of
}()

// set makes a set of words.
func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// otherwise are words that end in a sound of endings without being one of its compounds.
var otherwise = set("skole skolen skule skulen barneskole barneskolen barneskule barneskulen ungdomsskole ungdomsskolen ungdomsskule ungdomsskulen kulturskole kulturskolen kulturskule " +
	"kulturskulen grunnskole grunnskolen høgskole høgskolen høyskole høyskolen folkehøgskole folkehøyskole søndagsskole søndagsskolen sundagsskule litteratur litteraturen skulptur struktur temperatur " +
	"naturen kulturen recours concours")

var numerals = map[string]int{"en": 1, "ein": 1, "én": 1, "ett": 1, "eit": 1, "eitt": 1, "et": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "sju": 7, "syv": 7, "åtte": 8,
	"ni": 9, "ti": 10, "elleve": 11, "tolv": 12, "tretten": 13, "fjorten": 14, "femten": 15, "seksten": 16, "sytten": 17, "atten": 18, "nitten": 19, "tjue": 20,
	"tjuge": 20, "tyve": 20, "tredve": 30, "tretti": 30, "førti": 40, "femti": 50, "seksti": 60, "sytti": 70, "åtti": 80, "nitti": 90, "hundre": 100, "tusen": 1000}

var ordinals = map[string]int{"fyrste": 1, "første": 1, "andre": 2, "annen": 2, "annan": 2, "tredje": 3, "fjerde": 4, "femte": 5, "sjette": 6, "sjuende": 7, "syvende": 7, "sjuande": 7,
	"åttende": 8, "åttande": 8, "niende": 9, "niande": 9, "tiende": 10, "tiande": 10, "siste": -1, "nestsiste": -2}

var vocabulary = func() map[string]entry {
	v := make(map[string]entry, 2500)
	add := func(w string, c class, value int) {
		e := v[w]
		e.class |= c
		if c&weekday != 0 {
			e.day = value
		} else if value != 0 {
			e.value = value
		}
		v[w] = e
	}
	for _, r := range roles {
		for w := range strings.FieldsSeq(r.words) {
			add(w, r.class, 0)
		}
	}
	for w, d := range lexicon.Weekdays() {
		switch n := (int(d) + 6) % 7; {
		case strings.HasSuffix(w, "day") || strings.HasSuffix(w, "days") || in(w, "we", "th", "sat", "sun", "mon", "wed", "fri", "tue"):
		case len(w) <= 2:
			add(w, weekday|tiny, n)
		case strings.HasSuffix(w, "dager") || strings.HasSuffix(w, "dagar") || strings.HasSuffix(w, "dagene") || strings.HasSuffix(w, "dagane"):
			add(w, weekday|plural, n)
			stem, _, _ := strings.Cut(w, "dag")
			for _, part := range []string{"kveld", "ettermiddag", "formiddag", "morgen", "morgon", "føremiddag", "natt"} {
				add(stem+"dags"+part, weekday, n)
				add(stem+"dag"+part, weekday, n)
				for _, ending := range []string{"er", "ar", "ene", "ane"} {
					add(stem+"dags"+part+ending, weekday|plural, n)
				}
				add(stem+"dags"+part+"en", weekday|plural, n)
			}
		case strings.HasSuffix(w, "dag"), strings.HasSuffix(w, "dagen"), strings.HasSuffix(w, "dags"):
			add(w, weekday, n)
		default:
			add(w, weekday|short, n)
		}
	}
	for w := range v {
		if strings.HasPrefix(w, "fridag") { // a day off, not the English Friday
			delete(v, w)
		}
	}
	add("to", weekday|tiny, 3)
	add("torsd", weekday|short, 3)
	add("tirsd", weekday|short, 1)
	add("onsd", weekday|short, 2)
	add("mand", weekday|short, 0)
	add("månd", weekday|short, 0)
	add("fred", weekday|short, 4)
	add("lørd", weekday|short, 5)
	add("laurd", weekday|short, 5)
	add("sønd", weekday|short, 6)
	add("sund", weekday|short, 6)
	add("tysd", weekday|short, 1)
	for w, m := range lexicon.Months() {
		add(w, month, int(m))
	}
	for w, n := range numerals {
		add(w, numeral, n)
	}
	for w, n := range ordinals {
		add(w, ordinal, n)
	}
	for w, code := range tagWords() {
		add(w, access, code)
	}
	return v
}()

// lookup is what the vocabulary knows about a word, itself or by its ending, or as a weekday with one wrong letter.
func lookup(w string) entry {
	if e, ok := vocabulary[w]; ok {
		return e
	}
	if len(w) < 5 || len(w) > 40 {
		return entry{}
	}
	if e, ok := tagOf(w); ok {
		return e
	}
	var e entry
	for _, ending := range endingsOf[w[len(w)-1]] {
		if strings.HasSuffix(w, ending.suffix) && !otherwise[w] && !strings.HasSuffix(w, "kultur") && !strings.HasSuffix(w, "natur") {
			e.class |= ending.class
		}
	}
	if e.class == 0 && len(w) <= 11 {
		return misspelt(w)
	}
	return e
}

// fullDays are the weekdays' names that a misspelt word is compared with.
var fullDays = [...]struct {
	name  string
	value int
}{{"mandag", 0}, {"måndag", 0}, {"tirsdag", 1}, {"tysdag", 1}, {"onsdag", 2}, {"torsdag", 3}, {"fredag", 4}, {"lørdag", 5}, {"laurdag", 5}, {"søndag", 6}, {"sundag", 6}}

// misspelt recognises a weekday with one letter missing, doubled, changed or moved: "tordag", "onsdagg", "lødrag".
func misspelt(w string) entry {
	stem, c := w, weekday
	for _, ending := range []string{"er", "ar"} {
		if s, ok := strings.CutSuffix(w, ending); ok {
			stem, c = s, weekday|plural
		}
	}
	if !strings.HasSuffix(stem, "ag") && !strings.HasSuffix(stem, "dga") && !strings.HasSuffix(stem, "agg") && !strings.HasSuffix(stem, "adg") || in(stem, "fridag", "middag") {
		return entry{}
	}
	for _, d := range fullDays {
		if near([]rune(stem), []rune(d.name)) {
			return entry{class: c, day: d.value}
		}
	}
	return entry{}
}

// near reports whether one letter put in, left out, changed, or two neighbours swapped makes a into b.
func near(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a)+len(b) == 1 || len(a) == 1 && len(b) == 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

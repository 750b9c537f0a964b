package analysis

import "strings"

// stopWords are the small words of bokmål, nynorsk, dialects, English and the other languages of the categories in which people wrap a query.
var stopWords = words(`
	og i på til for med av en ei et eit den det de dei som er var å at fra frå om der dette denne disse desse noe noko noen nokon nokre her hvor kor hva kva når da så eller men ikke ikkje
	jeg eg du vi me oss dere dykk man seg sin si sitt sine min mi mitt mine kan skal vil må har hadde blir vert være vere
	hos ved under over mot inn ut opp ned the a an of and or in on at to for with by is are we you i my our from me your do does there some any what where when who which
	bli ble blei vart verte verta han hun ho hu henne oss deres dykkar hvorfor kvifor skulle ville kunne måtte bør burde får få fått
	ka kæ ke kem kæm kordan koffor korsen æ e je mæ dæ dokker dåkk nån nånn nåkka nokka nåke noke nåt itj ikkj ska sku
	в у на з із зі до для від та і й а де як що чи за про по при є ми я мій моя мої коли хто який яка які
	w z ze dla od oraz gdzie jak co czy za po przy jest są mój moja moje kiedy kto który która się
	في من إلى على عن مع أين هل ما متى كيف أو هذا هذه
	iyo ee waa xaggee maxaa ama ኣብ ናይ ምስ ኣበይ እንታይ ja dahje gos mii lea`,
	"kor") // is the nynorsk where, but first a choir

// fillers are words that say that something is looked for, or how good it should be, but not what: a listing need not have them.
var fillers = words(`
	finn finne finner leter leiter søker søk ønsker ønskjer ynskjer vise vis meg oss trenger treng treng gi hjelp meg
	aktivitet aktiviteter aktivitetar aktivitetene tilbud tilbod tilbudet arrangement arrangementer arrangementar ting noe noko noen nokon gjøre gjere gjøres skjer hender foregår
	finnes finst finns fins gå går delta være vere melde påmelding lyst liker likar prøve begynne starte
	små store stor liten lite litt mye mykje mange god gode godt bra fin fine beste best morsomt morosamt gøy kjekt kul kule hyggelig hyggeleg spennende nye ny nytt
	sammen saman nær nærmeste nærheten nærleiken rundt omkring lokalt lokale alle alt andre andres egen egne slags typer type
	hvem kven hvilke hvilken hvilket kva kvar hvordan korleis mulig mogleg passer passar egnet eigna sånn slik bare berre også òg gjerne helst
	spille spiller lære lærer lærar øve driver tips forslag ideer idé idear vil kunne
	mine mitt min våre vårt hans hennes deres sted steder stader ligger driver drive holde holder gjør gjer ser kjenner anbefal anbefale anbefaling tilrår
	interessert opptatt glad elsker elskar fritidsaktivitet fritidsaktiviteter fritidsaktivitetar fritidstilbud fritidstilbod begynt startar starter meld melder
	får fått kom komme kommer kjem trenge behov oppleve oversikt liste søke etter
	ha har ta tar tek teke tatt lære lærer lærar læra lært lærte spela spele spelar spilt spelt prøva prøver prøvar driva gjera finna byrja byrje byrjar lurer lurar tror trur håper
	koster kostar koste pris tid tidspunkt klokka klokken liker likte
	vet veit bør nokon interessant aktuelt akkurat kanskje helt heilt slikt ungefær omtrent virkelig verkeleg
	заняття гурток гуртки секція секції уроки навчання вчитися вивчати шукаю хочу можу можна куди піти робити
	zajęcia zajęć aktywności nauka nauki lekcje coś robić szukam chcę mogę można gdzieś
	تعلم تعليم دروس دورة دورات أنشطة نشاط نشاطات فعاليات أريد أبحث barasho baro waxqabad hawlaha ትምህርቲ ንጥፈታት
	only just try trying teach taught join learn learning sign place places how can could would like do doing possible available offer offers
	find finding looking look want wants need something anything activities activity things thing stuff go going see show near nearby nearest here best good nice fun please`,
	"hjelp", "lite")

// softStems are of the words that tell for whom, when or on what terms.
var softStems = func() map[string]bool {
	stems := map[string]bool{}
	for word := range words(`
		barn born unger ungar unge ungdom ungdommer tenåring voksen vaksen voksne vaksne eldre senior pensjonist nybegynner nybegynnar begynner viderekommen
		familie jente gutt gut kvinne mann dame herre mor far mamma pappa foreldre besteforeldre sønn son datter dotter barnebarn venn alder år aldersgruppe
		småbarn baby flyktning innvandrer innvandrar student elev kids children kid child youth teen teenager adult senior family girl girls boy boys women men beginner beginners parent parents
		gratis billig rimelig free cheap kostnadsfri åpen ope drop in dropin ledig påmelding
		mandag måndag tirsdag tysdag onsdag torsdag fredag lørdag laurdag søndag sundag helg helga helgen vekeslutt weekend kveld ettermiddag formiddag morgen morgon dag dagtid kveldstid
		uke veke måned månad sommer vinter høst haust vår monday tuesday wednesday thursday friday saturday sunday evening afternoon morning today tonight tomorrow
		rullestol tegnspråk teiknspråk teleslynge tilrettelagt tilrettelagd wheelchair
		kurs time timer undervisning opplæring trening øving gruppe klubb lag treff verksted verkstad samling
		course courses class classes lesson lessons workshop training club group practice team курс курси
		rolig roleg stille trygg trygt sosial sosialt lett enkel
		dzieci dziecka dziecko dorosłych dorośli kobiet kobiety młodzież młodzieży seniorów
		діти дітей дитина дорослі дорослих жінки жінок молодь молоді أطفال كبار نساء شباب carruur carruurta dadka haween dumar dhalinyaro ቆልዑ mánát mánáid
		inne ute innendørs utendørs innandørs utandørs`) {
		stems[Stem(undoubled.Replace(Fold(word)))] = true
	}
	return stems
}()

func words(list string, except ...string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	for _, w := range except {
		delete(set, w)
	}
	return set
}

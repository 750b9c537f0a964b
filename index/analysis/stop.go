package analysis

import "strings"

// stopWords are the small words of bokmål, nynorsk and English in which people wrap a query.
var stopWords = words(`
	og i på til for med av en ei et eit den det de dei som er var å at fra frå om der dette denne disse desse noe noko noen nokon nokre her hvor kor hva kva når da så eller men ikke ikkje
	jeg eg du vi me oss dere dykk man seg sin si sitt sine min mi mitt mine kan skal vil må har hadde blir vert være vere
	hos ved under over mot inn ut opp ned the a an of and or in on at to for with by is are we you i my our from me your do does there some any what where when who which`,
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
	join learn learning sign place places how can could would like do doing possible available offer offers
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

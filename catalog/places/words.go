package places

import "strings"

// set makes a table of the words of a text.
func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

var (
	// streetEndings end the names of streets, alone or in compounds: Kongegata, Nedre Fritzøe gate.
	streetEndings = strings.Fields("gata gaten gate gt gt. vegen veien veg vei vn vn. alleen allé alle alléen allmenningen allmenning stredet strete " +
		"smauet smau smuget smug stien sti torg torget torv torvet plass plassen bakken bakke brygge brygga bryggen kaia kaien kai ringen svingen " +
		"løkka løkken kroken tunet tun promenaden promenade esplanaden geita veita veiten gangen")
	// terrainEndings end the names of farms, fields and shores that streets are named after; they need a house number.
	terrainEndings = strings.Fields("åsen haugen toppen lia sletta jordet lunden dalen berget grenda marka skogen moen myra parken bukta vika viken " +
		"odden neset stranda stranden strand sanden sand elva enga engen hagen kleiva kollen lykkja lykka rønningen rudd rød sund sundet tangen " +
		"vollen voll heia hella hellinga øya nes borgen feltet gården garden gard støa terrasse terrassen tråkka skråningen bekken bekkefaret faret " +
		"fjellet høgda høyden grend hamna havna rabben rinden sida siden stubben svaet teigen åkeren")
	// roadWords are streets when they stand as a word of their own.
	roadWords = set("ring gata gate gaten gt gt. vei veg veien vegen vn vn. plass allé alle brygge torg torv kai sti bakke")

	// numbered are words that a number follows without being a house's: rooms, pitches, floors, groups.
	numbered = set("sal salen rom rommet klasserom klasserommet grupperom møterom auditorium aud studio scene hall bane banen felt feltet kunstgress " +
		"kunstgresset kunstgressbane gressbane grasbane løype løypa post hull garderobe etasje etg plan del avd avdeling lag bygg bygning blokk inngang " +
		"oppgang dør kino kinosal pub gruppe nr uke veke trinn klasse kl klokka sone tunnel spor gate perrong pir stasjon tlf telefon mob mobil " +
		"kapittel runde dag kurs nivå parsell buss linje rute kabinett telt bord rad seksjon fabrikk")

	// roomEndings end the names of rooms, pitches and groups: Treningsrom 2.
	roomEndings = strings.Fields("rom rommet sal salen hall hallen bane banen scene scenen studio lag laget gruppe gruppa gruppen avdeling trinn klasse parti")

	// countries end an address in Norway.
	norway = set("norge noreg norway no nor")
	// abroad end an address that is not in Norway.
	abroad = set("sverige sweden danmark denmark finland suomi island tyskland germany deutschland polen poland spania spain frankrike france " +
		"england storbritannia skottland scotland irland ireland uk usa italia italy nederland netherlands belgia østerrike austria sveits " +
		"portugal hellas canada")
	counties = set("vestfold telemark buskerud akershus østfold viken innlandet hedmark oppland agder rogaland vestland hordaland trøndelag " +
		"nordland troms finnmark")

	// onlineWords make up what is said of a meeting on the net.
	onlineWords = set("digitalt digital nett nettet nettmøte nettmøtet online zoom zoom-møte teams teams-møte teamsmøte teamsmøtet microsoft møte møtet " +
		"på via i og eller webinar google meet skype whereby strømming videomøte heimanfrå hjemmefra virtuelt fjernmøte internett lenke lenkje kommer kjem")
	onlineCores = set("digitalt digital nett nettet nettmøte nettmøtet online zoom zoom-møte teams teams-møte teamsmøte teamsmøtet webinar meet skype " +
		"whereby strømming videomøte virtuelt fjernmøte internett")
	meetingHosts = strings.Fields("zoom.us teams.microsoft.com teams.live.com meet.google.com whereby.com meet.jit.si skype.com webex.com")
)

// houseKinds are the words that tell what sort of house or ground a place is, in every form, and the sort. Two places of different
// sorts are two places, unless one of the sorts is vague.
var houseKinds = func() map[string]string {
	kinds := map[string]string{}
	for _, line := range strings.Split(`
kulturhus kulturhuset kultursenter kultursenteret kulturscene kulturhall kulturarena
bibliotek biblioteket folkebibliotek folkebiblioteket bokbibliotek hovedbibliotek hovedbiblioteket hovudbiblioteket biblioteksfilial filial
skole skolen skule skulen
barneskole barneskolen barneskule barneskulen
ungdomsskole ungdomsskolen ungdomsskule ungdomsskulen
vgs videregående vidaregåande
kulturskole kulturskolen kulturskule kulturskulen
kirke kirken kirka kyrkje kyrkja domkirke domkirken
kapell kapellet gravkapell gravkapellet
menighetshus menighetshuset kirkestue kirkestua menighetssenter menighetssenteret menighetshall bedehus bedehuset kyrkjelydshus
hall hallen idrettshall idrettshallen sportshall sportshallen flerbrukshall flerbrukshallen arena arenaen gymsal gymsalen idrettssenter idrettssenteret
ishall ishallen
svømmehall svømmehallen symjehall symjehallen svømmebasseng svømmebassenget basseng bassenget badeland badet bad
stadion idrettsplass idrettsplassen idrettspark idrettsparken idrettsanlegg idrettsanlegget kunstgress kunstgressbane kunstgressbanen fotballbane fotballbanen bane banen
frivilligsentral frivilligsentralen frivilligsentralar frivillighetssentral frivillighetssentralen
museum museet
kino kinoen
teater teateret teatret teaterhus teaterhuset
galleri galleriet kunsthall kunsthallen kunstforening
park parken
torg torget torv torvet
ungdomsklubb ungdomsklubben fritidsklubb fritidsklubben ungdomshus ungdomshuset ungdomslokale ungdomslokalet fritidssenter fritidssenteret
grendehus grendehuset samfunnshus samfunnshuset bygdehus bygdehuset forsamlingshus velhus velhuset vellokale vellokalet
klubbhus klubbhuset klubblokale klubblokalet
barnehage barnehagen
sykehjem sykehjemmet sjukeheim omsorgssenter omsorgssenteret aldershjem bokollektiv bo- bosenter dagsenter dagsenteret eldresenter eldresenteret seniorsenter seniorsenteret
rådhus rådhuset kommunehus kommunehuset
hotell hotellet
klatrehall klatrehallen klatresenter klatresenteret
ridehall ridehallen ridesenter ridesenteret
skatehall skatepark skateparken
camping
golfbane golfbanen golfklubb`, "\n") {
		words := strings.Fields(line)
		for _, w := range words {
			kinds[w] = words[0]
		}
	}
	return kinds
}()

// vague are the sorts of house that a name is given with or without: Bølgen, Bølgen kulturhus; Farris hall, Farrishallen.
var vague = set("kulturhus hall kino teater")

// generic are words that tell nothing of which house it is.
var generic = set("i på ved til og av den det the at in hus huset senter senteret sal salen lokale lokalet lokaler lokalene bygg bygget bygning avd avdeling as sa ba " +
	"kommune scene scenen stedet sted plass")

// rooms are parts of a house: alone, or first with a letter or number after (Sal 2, Møterom B).
var rooms = set("storsal storsalen lillesal lillesalen lilsalen vesleslalen veslesalen storesal storesalen sal salen kafe kafeen kafé kaféen kafeteria kafeteriaen kantine kantina " +
	"foaje foajeen foajé foajéen foyer foyeren galleri galleriet scene scenen hovedscene hovedscenen hovudscena storscenen lillescenen biscene bakscenen blackbox intimscenen " +
	"aula aulaen auditorium auditoriet gymsal gymsalen gymnastikksal gymnastikksalen festsal festsalen kinosal møterom møterommet grupperom klasserom " +
	"peisestue peisestua peisestuen kjelleren kjeller loftet loft hagen bakgården atriet atrium vestibylen resepsjonen biblioteksalen barneavdelingen " +
	"voksenavdelingen ungdomsavdelingen musikkrom musikkrommet verksted verkstedet kjøkken kjøkkenet skolekjøkken skolekjøkkenet studio studioet " +
	"kirkestue menighetssal menighetssalen garderobe uteområde uteområdet uteplassen skolegård skolegården skulegarden rom rommet bane etasje etg underetasje inngang hall")

// roomWords may stand before a room: Lille sal, Store sal, 2. etasje.
var roomWords = set("lille store liten stor vesle lita nye gamle første andre tredje hoved nedre øvre blå røde grønne hvite gule")

// nowhere are words that say that there is no one place, or which one is not said.
var nowhere = set("sentrum byen bygda flere fleire ulike forskjellige forskjellig ymse diverse steder stader stedet ute utendørs innendørs hjemme heime hele heile " +
	"kommunen området nærområdet turområde oppmøte etter avtale annonseres kunngjøres senere seinere bekreftes kommer tba tbd ikke bestemt ukjent se nettside")

// endingKinds are the endings of compounds that tell the sort of house: Farrishallen is Farris hall.
var endingKinds = []string{"hallen", "hall", "kirken", "kirke", "kirka", "kyrkje", "kyrkja", "skolen", "skole", "skule", "museet", "biblioteket", "bibliotek", "stadion"}

// spokenRooms are rooms even without a comma before them: Bølgen kulturhus Storsalen.
var spokenRooms = set("storsal storsalen lillesal lillesalen lilsalen veslesalen vesleslalen storesal storesalen festsal festsalen kinosal aula aulaen " +
	"auditorium auditoriet foaje foajeen foajé foajéen foyer gymsal gymsalen gymnastikksal gymnastikksalen møterom møterommet klasserom blackbox " +
	"kjelleren loftet peisestua sal biblioteksalen skolekjøkken skolekjøkkenet")

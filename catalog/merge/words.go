package merge

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a word of a title or a name says.
const (
	plain   = iota // it tells one thing from another
	common         // many things are called so
	town           // it is the name of a town or a municipality
	house          // it is a sort of building: "bibliotek"
	room           // it is a part of a building: "storsal"
	society        // it is a sort of organisation: "idrettslag"
)

// word is one word of a title or a name in the form in which words are compared: lower case, bokmål, without endings.
type word struct {
	text string
	full string // with its endings
	sort uint8
	club bool // it is a sort of association, or ends in one
}

// weight is how much the word says in a title.
func (w word) weight() float32 {
	switch w.sort {
	case plain:
		return 1
	case common:
		return 0.35
	}
	return 0.5
}

// letters brings letters that are written in several ways into one, in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); r {
		case 'é', 'è', 'ê', 'ë':
			return 'e'
		case 'á', 'à', 'â', 'ã':
			return 'a'
		case 'ó', 'ò', 'ô':
			return 'o'
		case 'ä':
			return 'æ'
		case 'ö':
			return 'ø'
		case 'ü', 'ú':
			return 'u'
		case 'í', 'ï':
			return 'i'
		case 'š':
			return 's'
		case 'ñ':
			return 'n'
		case 'ç', 'č':
			return 'c'
		case '\'', '’', '´', '`', '\u00ad':
			return -1
		}
		return r
	}, s)
}

// split gives the words of s as they stand, in lower case, with the number of the segment in which each stands: segments end at
// punctuation that is not a full stop.
func split(s string) (words []string, segment []int, upper []bool) {
	s = letterCase.Replace(s)
	most := strings.Count(s, " ") + 2
	words, segment, upper = make([]string, 0, most), make([]int, 0, most), make([]bool, 0, most)
	for w, at := range raw(s) {
		r, _ := utf8.DecodeRuneInString(w)
		words, segment, upper = append(words, letters(w)), append(segment, at), append(upper, unicode.IsUpper(r))
	}
	return words, segment, upper
}

// raw gives the words of s as they are written, each with its segment.
func raw(s string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		at := 0
		for i := 0; i < len(s); {
			r, size := utf8.DecodeRuneInString(s[i:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				if strings.ContainsRune(":;,()[]|/–—!?", r) || r == '-' && i > 0 && s[i-1] == ' ' {
					at++
				}
				i += size
				continue
			}
			end := i + size
			for end < len(s) {
				n, size := utf8.DecodeRuneInString(s[end:])
				if !unicode.IsLetter(n) && !unicode.IsDigit(n) && !unicode.IsMark(n) && !strings.ContainsRune("'’´`\u00ad", n) {
					break
				}
				end += size
			}
			if !yield(s[i:end], at) {
				return
			}
			i = end
		}
	}
}

// letterCase joins what belongs together before words are split.
var letterCase = strings.NewReplacer("&", " og ", "+", " pluss ")

// spellings turns nynorsk, old and English forms into the bokmål one; both sides of a comparison go through it, so that it need not
// be right for every word, only the same.
var spellings = func() (table [256][][2]string) {
	for p := range strings.FieldsSeq(`kyrkje=kirke kjerke=kirke symje=svømme symj=svømm utstell=utstill førestell=forestill framsyning=forestilling laurdag=lørdag
sundag=søndag måndag=mandag tysdag=tirsdag sommar=sommer sumar=sommer haust=høst heim=hjem jole=jule marknad=marked førelesing=foredrag
forelesning=foredrag tevling=konkurranse hundreår=århundre hundre=100 rydd=dugnad rydde=dugnad ryddedag=dugnad ryddedugnad=dugnad strandrydding=dugnad strandryddedag=dugnad ryddeaksjon=dugnad vårdugnad=dugnad teneste=tjeneste fødd=født skor=sko stove=stue opning=åpning syster=søster mjølk=melk
kjærleik=kjærlighet leik=lek forteljing=fortelling vatn=vann skule=skole draum=drøm aust=øst laup=løp køyr=kjør høyr=hør song=sang
røyst=stemme rettleiing=veiledning rettleing=veiledning ungdoms=ungdom frivillug=frivillig saum=søm spel=spill korleis=hvordan
verkstad=verksted lesing=lese vekes=ukes kjøken=kjøkken mellomalder=middelalder skodespel=skuespill eldsjel=ildsjel gjente=jente born=barn
handball=håndball football=fotball soccer=fotball exhibition=utstilling concert=konsert christmas=jul norwegian=norsk conversation=samtale
swimming=svømming library=bibliotek knitting=strikke chess=sjakk dance=dans family=familie families=familie women=kvinne cafe=kafe
hiking=tur language=språk training=trening writing=skrive guitar=gitar theatre=teater theater=teater market=marked painting=male
drawing=tegne verdas=verdens`) {
		from, to, _ := strings.Cut(p, "=")
		table[from[0]] = append(table[from[0]], [2]string{from, to})
	}
	return table
}()

// whole turns whole words into others.
var whole = pairs(`kvar=hvor kva=hva kven=hvem kvifor=hvorfor frå=fra kjem=kommer ikkje=ikke eg=jeg veke=uke veker=uker vaksne=voksne vaksen=voksne voksen=voksne gutar=gutter
gut=gutt vener=venner ven=venn saman=sammen open=åpen opne=åpen åpent=åpen åpne=åpen ope=åpen nye=ny nytt=ny store=stor stort=stor lille=liten vesle=liten små=liten
dei=de ein=en ei=en eit=en noko=noe nokre=noen berre=bare mykje=mye utan=uten jol=jul guten=gutt gutane=gutter jenta=jente jentane=jenter jentene=jenter guttene=gutter born=barn bornet=barn kids=barn children=barn adults=voksne group=gruppe course=kurs
opening=åpning the=the youth=ungdom seniors=senior eldre=senior pensjonister=senior pensjonistar=senior pensjonist=senior laur=lør fjell=fjell kvile=hvile kval=hval
kvit=hvit kvite=hvit kveite=hveite talsa=talsa lær=lær læra=lære norsktrening=norsktrening forestillingar=forestilling babyar=baby babyer=baby raud=rød raudt=rød rødt=rød grøn=grønn grønt=grønn`)

func pairs(s string) map[string]string {
	m := make(map[string]string)
	for p := range strings.FieldsSeq(s) {
		from, to, _ := strings.Cut(p, "=")
		m[from] = to
	}
	return m
}

// spell brings a word that letters has seen into its bokmål form.
func spell(w string) string {
	if to, ok := whole[w]; ok {
		return to
	}
	for i := 0; i < len(w); i++ {
		for _, p := range spellings[w[i]] {
			if strings.HasPrefix(w[i:], p[0]) {
				w = w[:i] + p[1] + w[i+len(p[0]):]
				i += len(p[1]) - 1
				break
			}
		}
	}
	if strings.HasPrefix(w, "kv") && !strings.HasPrefix(w, "kveld") {
		w = "h" + w[1:]
	}
	return w
}

// stem brings a word that letters has seen into the form in which words are compared: as spell does, without its endings.
func stem(w string) string {
	w = spell(w)
	for _, endings := range stemEndings {
		for _, e := range endings {
			if rest, ok := strings.CutSuffix(w, e); ok && utf8.RuneCountInString(rest) >= 3 {
				w = rest
				break
			}
		}
	}
	return w
}

// stemEndings are the endings that are taken off, one of each list.
var stemEndings = [][]string{
	{"ene", "ane", "ens", "ets", "ers", "en", "et", "er", "ar", "a", "e"},
	{"ing", "ning"},
}

// exactly takes the words of s as they stand.
func exactly(s string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// set stems the words of s.
func set(s string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(s) {
		m[stem(letters(w))] = true
	}
	return m
}

var stopWords = set(`og i på med for en et av til den det de the of at m kl om hos ved som er fra in an a and with to from hvor hva hvem hvordan by v klokka
som seg din ditt dine vår våre oss alle du vi deg han hun selv også pluss nynorsk bokmål født fødte lær lære kr nok ca gonger ganger`)

var commonWords = set(`konsert kurs trening gruppe forestilling show kveld aften dag kafe møte fest festival marked utstilling foredrag samtale tur klubb åpen
stor liten ny gratis barn ungdom voksne senior familie jul påske sommer høst vår vinter live musikk teater kino film quiz workshop verksted
barneteater barneforestilling familieforestilling teaterforestilling barnefilm helg uke time treff turgruppe aktivitet arrangement mandag tirsdag onsdag torsdag fredag lørdag
søndag januar februar mars april mai juni juli august september oktober november desember morgen formiddag ettermiddag natt år dropin drop tilbud
lavterskel felles sosial velkommen invitasjon start oppstart sesong program hos kveldskurs nettkurs introduksjonskurs dugnad stund lokale event`)

var houseWords = set(`bibliotek filial kulturhus skole barneskole ungdomsskole kirke kapell menighetshus menighet museum hotell senter ungdomshus ungdomslokale samfunnshus grendehus
bedehus rådhus idrettshall hall idrettspark stadion bad svømmehall badeland park bane kunsthall fengsel seniorsenter frivilligsentral frivillighetssentral husflidshus klubbhus bokhandel
gård barnehage videregående folkehøgskole kulturskole kunstskole arena ishall sykehus aldershjem sykehjem bydelshus innbyggertorg torg omsorgssenter`)

var roomWords = set(`sal storsal lillesal festsal salen scene hovedscene lillescene foaje galleri kafe kjeller møterom auditorium kino aula gymsal loft rom etasje kommune kommunale amfi hovedsal blackbox black
box vestibyle kantine peisestue klasserom studio inngang ute uteområde sentrum hus parkering bibliotekkafe`)

// societyWords are an association without more; all of them are one word in a name.
var societyWords = set(`idrettslag idrettsforening idrettsklubb il if ik sk ifk ba as sa forening klubb lag stiftelse stiftinga gruppe krets avdeling avd organisasjon`)

// associations are sorts of it, and those that are in every town.
var associations = set(`venner komite korps kor orkester røde kors frelsesarmeen dnt turlag turistforening naturvernforbundet seniornett lions rotary sanitet 4h unge ungdom nasjonalforeningen
husflid kulturskole frisklivssentral volleyball fotball håndball vel velforening`)

// shortNames are what associations are called for short.
var shortNames = pairs("tf=turnforening hk=håndballklubb fk=fotballklubb bk=ballklubb")

// sameHouse turns what one sort of house is also called, and who has one, into one word.
var sameHouse = func() map[string]string {
	m := make(map[string]string)
	for from, to := range pairs("filial=bibliotek menighet=kirke menighetshus=kirke svømmehall=bad badeland=bad ungdomslokale=ungdomshus husflidslag=husflidshus frivillighetssentral=frivilligsentral") {
		m[stem(from)] = stem(to)
	}
	return m
}()

var societyEndings = stems("forening", "klubb", "korps", "lag", "kor", "orkester", "menighet", "band", "speidergruppe", "gruppe", "venner", "sentral", "husflidslag", "ensemble", "kvartett")

func stems(words ...string) []string {
	for i, w := range words {
		words[i] = stem(w)
	}
	return words
}

// isSociety reports whether a word, stemmed, is a sort of organisation or ends in one.
func isSociety(w string) bool {
	if societyWords[w] || associations[w] {
		return true
	}
	for _, e := range societyEndings {
		if len(w) > len(e)+2 && strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
}

// name gives the words of the name of a place or an organisation.
func name(s string) []word {
	in, _, _ := split(s)
	out := make([]word, 0, len(in))
	for _, w := range in {
		if long, ok := shortNames[w]; ok {
			w = long
		}
		full, sort := spell(w), uint8(plain)
		w = stem(w)
		if h, ok := sameHouse[w]; ok {
			w, full = h, h
		}
		if t, ok := townOf(full); ok {
			w, full, sort = t, t, town
		}
		switch {
		case sort == plain && stopWords[w] || contains(out, w):
			continue
		case sort == town:
		case houseWords[w]:
			sort = house
		case roomWords[w]:
			sort = room
		case societyWords[w]:
			w, full, sort = "lag", "lag", society
		}
		if sort == society && contains(out, w) {
			continue
		}
		out = append(out, word{w, full, sort, isSociety(w)})
	}
	if len(out) > maxWords {
		out = out[:maxWords]
	}
	return out
}

// townOf reads the name of a town, also as one that something is of: "Skiens".
func townOf(w string) (string, bool) {
	if towns[w] {
		return w, true
	}
	w, ok := strings.CutSuffix(w, "s")
	return w, ok && towns[w]
}

func contains(list []word, text string) bool {
	for _, w := range list {
		if w.text == text {
			return true
		}
	}
	return false
}

// maxWords is how many words of a title or a name are looked at.
const maxWords = 12

// alike says how alike two words are: 1 when they are the same, 0.8 when one is the beginning or the end of the other, as in compounds, or
// they differ in one letter, 0.5 when a short common word is the end of the other ("bad", "barnebad").
func alike(a, b *word) float32 {
	x, y := a.text, b.text
	if x == y {
		return 1
	}
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) >= 5 && x[0] == y[0] && y[:len(x)] == x {
		return 0.8
	}
	if x, y = a.full, b.full; len(x) > len(y) {
		x, y = y, x
	}
	if len(x) >= 5 && x[0] == y[0] && strings.HasPrefix(y, x) {
		return 0.8
	}
	if len(x) >= 3 && len(y) >= len(x)+3 && x[0] == y[len(y)-len(x)] && y[len(y)-len(x):] == x {
		if len(x) >= 5 {
			return 0.8
		}
		if a.sort == common || b.sort == common {
			return 0.5
		}
	}
	if x, y = a.text, b.text; len(x) >= 8 && len(y) >= 8 && (x[0] == y[0] || x[len(x)-1] == y[len(y)-1]) && oneLetter(x, y) {
		return 0.8
	}
	return 0
}

// oneLetter reports whether two long words differ in one letter that the one has and the other has not, or has another of.
func oneLetter(a, b string) bool {
	n, least := max(len(a), len(b)), min(len(a), len(b))
	if n-least > 2 {
		return false
	}
	from := 0
	for from < least && a[from] == b[from] {
		from++
	}
	to := 0
	for to < least-from && a[len(a)-1-to] == b[len(b)-1-to] {
		to++
	}
	return n-from-to <= 2 && utf8.RuneCountInString(a[from:len(a)-to]) <= 1 && utf8.RuneCountInString(b[from:len(b)-to]) <= 1
}

// everywhere are what is held in many places at once, so that the name alone says nothing.
var everywhere = set(`julegrantenning loppemarked bingo gudstjeneste høymesse barnetog borgertog sankthans sankthansfeiring lesestund eventyrstund sangstund babysang småbarnssang
språkkafe strikkekafe julekonsert påskemesse formiddagstreff hyggetreff seniortreff middag julebord juleverksted julemesse julemarked julebasar basar vårkonsert sommerkonsert høstkonsert adventskonsert
adventsfest juletrefest halloween karneval fastelavn bokkafe leseklubb leseklubben spillkveld strikkekveld ungdomskveld ungdomsklubb leksehjelp babytreff barseltreff trilletur nærmiljødag
aktivitetsdag høsttakkefest minnegudstjeneste konfirmasjon blåsekonsert korpskonsert korøvelse speidermøte frokost pensjonisttreff andakt formiddagskaffe kafekonsert familiedag fotballskole svømmekurs
barnedans yoga pilates seniortrim barneturn turn korøvelse fotball håndball innebandy volleyball seniordans bridge sjakk sjakklubb speider speiding familiemiddag linedance kroppsøving eldre
søndagsskole aktiv dagtid gåtur mekkekveld keramikk teatergruppe kulturkafe trim mosjonsdans mosjon basistrening allidrett bowling petanque bordtennis badminton basketball karate judo taekwondo kampsport friidrett
styrke styrketrening sirkeltrening zumba dans danse swing folkedans salsa ballett hiphop strikking søm sying maling tegning foto skrivekurs babymassasje babysvømming svømming vanngymnastikk aquagym
klatring sykkel orientering ski skileik langrenn alpint håndarbeid helse kor barnekor ungdomskor korps aspirant skolekorps gitar piano drama speidere hobby hobbyverksted verksted redesign
datakurs reparasjonskafe fikseverksted klesbyttemarked byttedag byttemarked klesbyttedag bruktmarked hagemarked vårmarked høstmarked bokmarked`)

// Package indextest checks that a search engine does what package index says, and makes documents to measure one with.
package indextest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
)

// Now is the moment around which generated documents take place: a Sunday, noon in Norway.
var Now = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)

var (
	audiences  = []string{"for barn", "for ungdom", "for voksne", "for seniorer", "for nybegynnere", "for alle", "for familier", "6-9 år", "10-12 år", "13-16 år", "60+", "jenter", "gutter", "for ungar"}
	openings   = []string{"Åpen", "Vi spiller", "Kom og prøv", "Lær", "Ny gruppe i", "Drop-in", "Nybegynnerkurs i", "Ferieskole:", "Onsdagstreff:", "Sesongstart i"}
	towns      = []struct{ number, name string }{{"3909", "Larvik"}, {"3907", "Sandefjord"}, {"4001", "Porsgrunn"}, {"3905", "Tønsberg"}, {"4003", "Skien"}, {"3911", "Færder"}, {"3903", "Holmestrand"}, {"3901", "Horten"}, {"4012", "Bamble"}, {"4014", "Kragerø"}, {"4010", "Siljan"}, {"3303", "Kongsberg"}}
	quarters   = []string{"Stavern", "Kvelde", "Svarstad", "Helgeroa", "Nevlunghavn", "Tjølling", "Torstrand", "Langestrand", "Østre Halsen", "Brevik", "Stathelle", "Langesund", "Kodal", "Andebu", "Stokke", "Åsgårdstrand"}
	venues     = []string{"hallen", "kulturhus", "bibliotek", "skole", "grendehus", "idrettspark", "svømmehall", "menighetshus", "ungdomshus", "frivilligsentral", "museum", "brygge"}
	clubs      = []string{"IL", "idrettslag", "turlag", "musikkorps", "kulturskole", "bibliotek", "frivilligsentral", "teaterlag", "jeger- og fiskerforening", "pensjonistforening", "kor", "speidergruppe", "historielag", "velforening"}
	wordHeads  = []string{"sommer", "vinter", "høst", "vår", "barne", "ungdoms", "familie", "senior", "jente", "gutte", "natur", "kultur", "idretts", "musikk", "teater", "dans", "ball", "sjø", "skog", "fjell", "by", "bygde", "skole", "fritids", "kvelds", "dags", "helge", "ferie", "tur", "sang", "lese", "lek", "vann", "sykkel", "ski", "båt", "fiske", "hage", "mat", "bak", "strikke", "spill", "data", "film", "foto", "kunst", "keramikk", "språk", "norsk", "nærmiljø", "opplevelses", "trenings", "øvings", "håndverks", "bok", "kafé", "frivillig", "inkluderings", "mestrings", "velkomst"}
	wordTails  = []string{"gruppe", "gruppa", "kurs", "kurset", "kveld", "kvelden", "dag", "dagen", "treff", "klubb", "klubben", "lag", "laget", "hall", "rom", "leder", "ledere", "utstyr", "opplegg", "program", "programmet", "glede", "tilbud", "tilbudet", "aktivitet", "aktiviteter", "arrangement", "uke", "time", "timer", "økt", "verksted", "plass", "plasser", "park", "sti", "løype", "konsert", "forestilling", "samling", "fellesskap", "forening", "leir", "skole", "fest", "marked", "løp", "stevne", "turnering", "øvelse"}
	smallWords = []string{"og", "i", "på", "for", "med", "til", "av", "vi", "du", "er", "det", "som", "alle", "en", "et", "kan", "har", "fra", "hver", "om"}
)

// Generate makes n documents as a county's hub might hold them: weekly activities, events, courses, standing offers. The same n and
// seed give the same documents. Descriptions have 30 to 70 words, frequent and rare as words are in texts.
func Generate(n int, seed uint64) []index.Document {
	g := newGenerator(n, seed)
	docs := make([]index.Document, n)
	for i := range docs {
		docs[i] = g.document(i)
	}
	return docs
}

type generator struct {
	*rand.Rand
	n      int
	tax    *taxonomy.Taxonomy
	topics []taxonomy.Category
	words  []string
	common *rand.Zipf
}

func newGenerator(n int, seed uint64) *generator {
	tax, err := taxonomy.Load()
	if err != nil {
		panic(err) // the built-in one
	}
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0x6672697469647321)), n: n, tax: tax}
	for _, c := range tax.All() {
		if c.Parent != "" {
			g.topics = append(g.topics, c)
		}
	}
	g.words = slices.Clone(smallWords)
	for _, head := range wordHeads {
		for _, tail := range wordTails {
			g.words = append(g.words, head+tail)
		}
	}
	rare := g.words[len(smallWords):]
	g.Shuffle(len(rare), func(i, j int) { rare[i], rare[j] = rare[j], rare[i] })
	for i := range 37_000 { // words that only a few texts have
		g.words = append(g.words, rare[i%len(rare)]+wordTails[(i+i/len(rare))%len(wordTails)])
	}
	g.common = rand.NewZipf(g.Rand, 1.05, 8, uint64(len(g.words)-1))
	return g
}

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

func (g *generator) prose(words int) string {
	var b strings.Builder
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(g.words[g.common.Uint64()])
	}
	return b.String()
}

func (g *generator) document(i int) index.Document {
	topic := pick(g, g.topics)
	name := topic.Labels["nb"]
	if len(topic.Synonyms) > 0 && g.IntN(2) == 0 {
		name = pick(g, topic.Synonyms)
	}
	town := towns[int(math.Sqrt(float64(g.IntN(len(towns)*len(towns)))))]
	quarter := pick(g, quarters)
	club := g.IntN(max(g.n/15, 5))
	venue := g.IntN(max(g.n/25, 5))
	d := index.Document{
		ID: catalog.ID("generated", fmt.Sprint(i)), Change: int64(i + 1),
		Title:     fmt.Sprintf("%s %s %s", pick(g, openings), strings.ToLower(name), pick(g, audiences)),
		Keywords:  []string{name, pick(g, wordTails)},
		Organizer: fmt.Sprintf("%s %s", quarters[club%len(quarters)], clubs[club/len(quarters)%len(clubs)]), OrganizerID: catalog.ID("organizer", fmt.Sprint(club)),
		Place: fmt.Sprintf("%s %s, %s, %s", quarters[venue%len(quarters)], venues[venue/len(quarters)%len(venues)], quarter, town.name), PlaceID: catalog.ID("place", fmt.Sprint(venue)),
		Municipality: town.number, Summary: g.prose(8), Description: g.prose(30 + g.IntN(40)),
		Sources: []string{fmt.Sprintf("kilde-%d", g.IntN(25))}, Language: "nb", Status: "scheduled",
		Updated: Now.Unix() - int64(g.IntN(90*86400)),
	}
	if g.IntN(8) == 0 {
		d.Language = pick(g, []string{"nn", "en", "uk"})
	}
	if g.IntN(30) == 0 {
		d.Status = pick(g, []string{"cancelled", "postponed", "full"})
	}
	if g.IntN(12) == 0 {
		d.Sources = append(d.Sources, "nabohub")
	}
	d.Categories = append([]string{topic.ID}, g.tax.Ancestors(topic.ID)...)
	d.Labels = g.tax.Names(topic.ID)
	for _, id := range d.Categories[1:] {
		d.Synonyms = append(d.Synonyms, g.tax.Names(id)...)
	}
	if g.IntN(5) == 0 {
		d.Accessibility = []string{pick(g, catalog.Accessibilities())}
	}
	if g.IntN(3) > 0 {
		d.Neighbourhood = town.number + "-" + strings.ReplaceAll(strings.ToLower(quarter), " ", "-")
	}
	if g.IntN(6) == 0 {
		d.LowThreshold = catalog.Yes
	}
	if g.IntN(12) == 0 {
		d.EquipmentLoan = pick(g, []catalog.Fact{catalog.Yes, catalog.No})
	}
	if g.IntN(4) == 0 {
		d.Schemes = []string{pick(g, []string{"fritidskort", "aktivitetskort", "kontingentkassa"})}
	}
	g.people(&d)
	g.times(&d)
	if g.IntN(10) > 0 {
		d.Geo = &catalog.Point{Lat: 58.9 + g.Float64()*0.8, Lon: 9.3 + g.Float64()*1.3}
	}
	return d
}

// people sets ages and prices.
func (g *generator) people(d *index.Document) {
	if g.IntN(3) > 0 {
		low := g.IntN(18)
		d.AgeMin = &low
		if g.IntN(3) > 0 {
			high := low + 1 + g.IntN(8)
			d.AgeMax = &high
		}
	}
	switch g.IntN(5) {
	case 0, 1:
		d.Free = catalog.Yes
	case 2, 3:
		price := catalog.Kroner(int64(10 * (1 + g.IntN(200))))
		d.PriceMin, d.Free = &price, catalog.No
	}
}

// times makes it weekly, dated or standing.
func (g *generator) times(d *index.Document) {
	day := Now.Truncate(24 * time.Hour)
	quarter := func(days int) int64 {
		return day.AddDate(0, 0, days).Add(time.Duration(9*4+g.IntN(12*4)) * 15 * time.Minute).Unix()
	}
	length := int64(2700 * (1 + g.IntN(4)))
	switch kind := g.IntN(20); {
	case kind < 7:
		d.Kind = "activity"
		start := quarter(-28 - g.IntN(7))
		for ; start < Now.AddDate(0, 0, 400).Unix(); start += 7 * 86400 {
			d.Spans = append(d.Spans, index.Span{Start: start, End: start + length})
		}
	case kind < 15:
		d.Kind = "event"
		start := quarter(g.IntN(240) - 20)
		d.Spans = []index.Span{{Start: start, End: start + length*int64(g.IntN(2))}}
		d.Ends = d.Spans[0].End
	case kind < 17:
		d.Kind = "course"
		start := quarter(g.IntN(90) - 30)
		for range 6 + g.IntN(6) {
			d.Spans = append(d.Spans, index.Span{Start: start, End: start + length})
			start += 7 * 86400
		}
		d.Ends = d.Spans[len(d.Spans)-1].End
	default:
		d.Kind = pick(g, []string{"facility", "equipment", "volunteering", "ticket", "scheme"})
		d.Standing = true
		if g.IntN(4) == 0 {
			d.ValidThrough = Now.AddDate(0, 0, g.IntN(300)-30).Unix()
			d.Ends = d.ValidThrough
		}
	}
	for i := range d.Spans {
		start := time.Unix(d.Spans[i].Start, 0).UTC()
		d.Spans[i].Slot = index.Slot(start.Weekday(), index.DaytimeAt(start.Hour()))
		if i < 2 {
			d.Slots |= 1 << d.Spans[i].Slot
		}
	}
}

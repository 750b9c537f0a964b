package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	rowsPerSource = 15_000 // below the hub's usual cap of records per source, with its echoes
	fewestSources = 20
	echoEvery     = 5 // so many rows of the file before give one echo: the same thing, told once more by another source
)

// today is the day of the run: the listings are made around it and the hub's clock stands still at it, so that every run does the same work.
var today = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)

var (
	towns = []struct {
		number, name, postcode string
		lat, lon               float64
	}{
		{"3909", "Larvik", "3256", 59.053, 10.035}, {"3907", "Sandefjord", "3210", 59.131, 10.217}, {"4001", "Porsgrunn", "3915", 59.141, 9.656},
		{"3911", "Færder", "3120", 59.200, 10.410}, {"3905", "Tønsberg", "3110", 59.268, 10.408}, {"4003", "Skien", "3724", 59.210, 9.609},
	}
	areas = strings.Fields(`Nanset Østre Halsen Langestrand Torstrand Stavern Tjølling Kvelde Hedrum Brunlanes Svarstad Valby Byskogen Sky Frang Berg Mesterfjellet
		Framnes Vesterøya Gokstad Kodal Andebu Stokke Bugården Breidablikk Eidanger Brevik Herøya Heistad Stridsklev Gimsøy Gulset Klosterskogen Borgestad Teie Borgheim Duken Presterød Sem Barkåker`)
	houses     = []string{"hallen", "samfunnshus", "bibliotek", "skole", "kirke", "idrettspark", "grendehus", "kulturhus"}
	groups     = []string{"IL", "Turn", "musikkforening", "sangkor", "speidergruppe", "frivilligsentral", "ungdomsklubb", "husflidslag", "historielag", "padleklubb"}
	categories = []struct{ word, id string }{
		{"Fotball", "football"}, {"Håndball", "handball"}, {"Svømming", "swimming"}, {"Turn", "gymnastics"}, {"Friidrett", "athletics"}, {"Sykling", "cycling"},
		{"Klatring", "climbing"}, {"Innebandy", "floorball"}, {"Volleyball", "volleyball"}, {"Kampsport", "martial_arts"}, {"Ridning", "riding"}, {"Turgåing", "hiking"},
		{"Kor", "choir"}, {"Korps", "band"}, {"Teater", "theatre"}, {"Dans", "dance"}, {"Kino", "cinema"}, {"Konserter", "concert"}, {"Bibliotek", "heritage"},
		{"Møteplasser", "social"}, {"Klubber", "youth"}, {"Spill", "games"}, {"Kurs", "learning"}, {"Frivillighet", "volunteer"},
	}
	audiences = []string{"barn", "ungdom", "voksne", "familier", "seniorer", "nybegynnere", "jenter", "gutter", "nye i kommunen", "alle"}
	whats     = []string{"trening", "kurs", "kveld", "treff", "gruppe", "øvelse", "verksted", "konsert", "forestilling", "tur", "klubb", "turnering", "lørdag", "kafé"}
	// first and last halves of compounds, as Norwegian makes its words
	first = strings.Fields(`barne ungdoms familie senior nærmiljø kultur idretts sommer vinter høst vår påske jule kyst skog fjord fjell by bygde hage musikk teater film kunst
		hånd ball svømme sykkel ski skøyte klatre padle seil fiske tur løpe danse sang kor korps bibliotek lese skrive språk data spill sjakk mat bake strikke sy snekker`)
	last = strings.Fields(`klubb kveld kurs dag helg tur leir skole gruppe lag treff kafé verksted øvelse trening stevne turnering festival marked messe sti hall sal scene
		rom hus bane løype hytte utstilling forestilling konsert foredrag samling dugnad fest lek konkurranse uke time`)
	sentences = []string{
		"Vi møtes i %s og begynner med %s.", "Ta med gode sko og drikke; %s låner du av oss.", "Etterpå er det %s for dem som vil bli litt til.",
		"Det er plass til alle, også dem som aldri har prøvd %s.", "Trenerne våre har ansvar for både %s og %s.", "I pausen serverer vi frukt, og %s er åpen.",
		"De minste holder til ved %s sammen med en voksen.", "Vi samarbeider med %s om utstyr og lokaler.", "Påmelding til %s skjer på nettsiden vår.",
		"Har du spørsmål om %s, så spør oss på stedet.", "Inngangen er trinnfri, og det er heis til %s.", "Denne høsten prøver vi også %s og %s.",
	}
	weekdays = []string{"mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"}
)

// text makes Norwegian words and sentences out of a seed; common words are common.
type text struct {
	*rand.Rand
	zipf *rand.Zipf
}

func newText(seed uint64) text {
	r := rand.New(rand.NewPCG(seed, 3909))
	return text{r, rand.NewZipf(r, 1.2, 4, uint64(len(first)*len(last)-1))}
}

func pick[T any](t text, from []T) T { return from[t.IntN(len(from))] }

func (t text) word() string {
	// The order of compounds is stirred, so that the most common ones do not all begin alike.
	n := int(t.zipf.Uint64()) * 1009 % (len(first) * len(last))
	return first[n/len(last)] + last[n%len(last)]
}

func (t text) sentence() string {
	s := pick(t, sentences)
	for strings.Contains(s, "%s") {
		s = strings.Replace(s, "%s", t.word(), 1)
	}
	return s
}

var header = []string{"Id", "Aktivitet", "Type", "Beskrivelse", "Kategori", "Arrangør", "Sted", "Adresse", "Postnr", "Poststed", "Kommunenr", "Lat", "Lon",
	"Ukedag", "Fra kl.", "Til kl.", "Startdato", "Sluttdato", "Alder", "Pris", "Nettside", "Universell utforming", "Lavterskel"}

// row makes listing number i, with dates around today: one in five comes back every week, half are events, the rest standing activities and courses.
func (t text) row(i int, today time.Time) []string {
	a := t.IntN(len(areas))
	town := towns[a%len(towns)]
	house, category := t.IntN(len(houses)), pick(t, categories)
	var description []string
	for range 2 + t.IntN(5) {
		description = append(description, t.sentence())
	}
	day := func(d int) string { return today.AddDate(0, 0, d).Format(time.DateOnly) }
	kind, weekday, start, end := "aktivitet", "", "", ""
	hour := 9 + t.IntN(11)
	from, to := fmt.Sprintf("%02d:%02d", hour, 15*t.IntN(4)), fmt.Sprintf("%02d:00", hour+2)
	switch n := i % 10; {
	case n < 2:
		weekday, start, end = pick(t, weekdays), day(-90), day(30+t.IntN(200))
	case n < 7:
		kind, start = "arrangement", day(t.IntN(180))
	case n < 8:
		kind, start, end = "kurs", day(t.IntN(90)), day(90+t.IntN(9))
	default:
		from, to = "", ""
	}
	optional := func(of int, v string) string {
		if t.IntN(of) == 0 {
			return ""
		}
		return v
	}
	least := t.IntN(14)
	return []string{fmt.Sprintf("rad-%d", i), strings.ToUpper(category.word[:1]) + category.word[1:] + pick(t, whats) + " for " + pick(t, audiences) + " på " + areas[a], kind,
		strings.Join(description, " "), category.word, areas[a] + " " + pick(t, groups), areas[a] + " " + houses[house],
		fmt.Sprintf("%sveien %d", areas[a], 1+house), town.postcode, town.name, town.number,
		fmt.Sprintf("%.5f", town.lat+float64(a%7-3)*0.01+float64(house)*0.001), fmt.Sprintf("%.5f", town.lon+float64(a%5-2)*0.01+float64(house)*0.001),
		weekday, from, to, start, end, optional(3, fmt.Sprintf("%d-%d", least, least+4+t.IntN(40))),
		optional(4, pick(t, []string{"gratis", "gratis", "50", "100-200", "fra 150 kr", "kr 1 250,00"})), fmt.Sprintf("https://aktiviteter.example/%d", i),
		optional(2, "ja"), optional(2, pick(t, []string{"ja", "nei"}))}
}

// echo is a row as another source tells it: with an id and a page of its own, and the title in capitals.
func echo(row []string, source int) []string {
	told := slices.Clone(row)
	told[0] = fmt.Sprintf("%s-hos-%d", row[0], source)
	told[1] = strings.ToUpper(row[1])
	told[20] = fmt.Sprintf("https://kilde-%d.example/%s", source, row[0])
	return told
}

// generate writes n listings around today into csv files below dir, with the sources.yaml that reads them. Every file but the first has echoes of the one
// before beside its own.
func generate(dir string, n int, today time.Time) error {
	t := newText(1)
	files := max(fewestSources, (n+rowsPerSource-1)/rowsPerSource)
	var before [][]string
	var y strings.Builder
	y.WriteString("hub: {id: larvik, name: Aktiviteter i Larvik, municipality: \"3909\", timezone: Europe/Oslo, languages: [nb, nn, en]}\nsources:\n")
	made := 0
	for f := range files {
		name := fmt.Sprintf("kilde-%d", f+1)
		fmt.Fprintf(&y, "  - {id: %s, name: Kilde %d, kind: csv, url: \"file:%s.csv\", licence: CC0-1.0, language: nb, categories: {", name, f+1, name)
		for i, c := range categories {
			if i > 0 {
				y.WriteString(", ")
			}
			fmt.Fprintf(&y, "%s: %s", c.word, c.id)
		}
		y.WriteString("}}\n")
		rows := make([][]string, (n-made)/(files-f))
		for i := range rows {
			rows[i] = t.row(made+i, today)
		}
		made += len(rows)
		own := rows
		for i := 0; i < len(before); i += echoEvery {
			rows = append(rows, echo(before[i], f+1))
		}
		before = own
		if err := writeTable(filepath.Join(dir, name+".csv"), rows); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "sources.yaml"), []byte(y.String()), 0o600)
}

func writeTable(path string, rows [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	b := bufio.NewWriter(f)
	w := csv.NewWriter(b)
	w.Comma = ';'
	if err := w.WriteAll(append([][]string{header}, rows...)); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	return f.Close()
}

package csvfile

import (
	"maps"
	"slices"
	"strings"

	"fritidshub/catalog"
)

// headers lists the fields and the usual headers of their columns, bokmål, nynorsk and English, as fold writes them.
// The name of a field in the open API is always one of its headers.
var headers = map[string][]string{
	"id":             {"id", "nr", "nummer", "løpenummer", "referanse", "aktivitetsid", "native id", "identifier"},
	"title":          {"title", "tittel", "navn", "namn", "aktivitet", "aktivitetsnavn", "arrangement", "tilbud", "tilbod", "navn på aktivitet", "navn på tilbud", "hva", "kva", "name", "activity", "event", "course", "kurs", "kursnavn"},
	"kind":           {"kind", "type", "slag", "tilbudstype", "type tilbud", "type aktivitet"},
	"summary":        {"summary", "ingress", "kort om", "kort beskrivelse", "kortbeskrivelse", "samandrag", "sammendrag"},
	"description":    {"description", "beskrivelse", "beskriving", "omtale", "om", "om tilbudet", "om aktiviteten", "tekst", "informasjon", "info", "details"},
	"url":            {"url", "nettside", "nettsted", "nettstad", "lenke", "lenkje", "link", "hjemmeside", "heimeside", "internett", "web", "website", "webside", "les mer", "les meir", "mer informasjon", "mer info"},
	"image":          {"image", "bilde", "bilete", "image url", "bildelenke", "foto"},
	"image_alt":      {"image alt", "bildetekst", "alt tekst", "alternativ tekst", "bilettekst"},
	"language":       {"language", "språk", "lang"},
	"categories":     {"categories", "category", "kategori", "kategoriar", "kategorier", "tema", "emne", "emneord", "idrett", "gren", "idrettsgren", "tags", "stikkord", "keywords"},
	"organizer":      {"organizer", "organiser", "arrangør", "arrangørar", "forening", "foreining", "lag", "lag forening", "lag og forening", "klubb", "organisasjon", "tilbyder", "tilbydar", "aktør", "arrangør forening", "organization", "organisation", "provider", "club", "hvem", "kven"},
	"organizer_kind": {"organizer kind", "arrangørtype", "organisasjonstype", "type arrangør", "type organisasjon"},
	"org_number":     {"org number", "organisasjonsnummer", "org nr", "orgnr", "organisasjonsnr", "orgnummer"},
	"venue":          {"venue", "sted", "stad", "lokale", "hvor", "kor", "anlegg", "lokasjon", "oppmøtested", "oppmøtestad", "møtested", "møtestad", "arena", "place", "location", "where", "venue name", "stedsnavn"},
	"address":        {"address", "adresse", "gateadresse", "gate", "besøksadresse", "vegadresse", "veiadresse", "street address", "venue address"},
	"postal_code":    {"postal code", "postnr", "postnummer", "post nr", "postcode", "zip"},
	"locality":       {"locality", "poststed", "poststad", "city", "by", "tettsted", "tettstad"},
	"municipality":   {"municipality", "kommune", "kommunenummer", "kommunenr"},
	"neighbourhood":  {"neighbourhood", "nærmiljø", "bydel", "område", "krets", "bygd", "neighborhood"},
	"lat":            {"lat", "venue lat", "latitude", "breddegrad", "breiddegrad"},
	"lon":            {"lon", "venue lon", "lng", "long", "longitude", "lengdegrad"},
	"weekday":        {"weekday", "weekdays", "ukedag", "ukedager", "vekedag", "vekedagar", "dag", "dager", "dagar", "day", "days"},
	"from":           {"from", "fra kl", "frå kl", "starttid", "starter kl", "startar kl", "fra klokka", "start kl", "kl fra", "start time", "tid fra", "from time", "klokkeslett start"},
	"to":             {"to", "til kl", "sluttid", "slutter kl", "sluttar kl", "til klokka", "slutt kl", "kl til", "end time", "tid til", "to time", "klokkeslett slutt"},
	"time":           {"time", "tid", "tidspunkt", "klokkeslett", "klokka", "kl", "klokken", "når", "hours"},
	"start":          {"start", "startdato", "dato", "fra dato", "frå dato", "oppstart", "første gang", "fyrste gong", "start date", "date", "begynner", "begin", "starts", "starts at", "start at"},
	"end":            {"end", "sluttdato", "til dato", "slutt", "siste gang", "siste gong", "end date", "ends", "ends at", "end at", "avslutning", "avslutting"},
	"age":            {"age", "alder", "aldersgruppe", "ages", "age group"},
	"age_min":        {"age min", "alder fra", "alder frå", "fra alder", "frå alder", "aldersgrense", "minimumsalder", "min alder", "minstealder"},
	"age_max":        {"age max", "alder til", "til alder", "maksalder", "maks alder", "maksimumsalder"},
	"price":          {"price", "pris", "kostnad", "kostnader", "kontingent", "avgift", "deltakeravgift", "deltakaravgift", "kursavgift", "billettpris", "cost", "fee"},
	"free":           {"free", "gratis", "er gratis"},
	"signup":         {"signup", "sign up", "påmelding", "påmeldingslenke", "billetter", "billettar", "booking", "bestilling", "registration", "tickets"},
	"email":          {"email", "e post", "epost", "e postadresse", "kontakt e post", "e mail"},
	"phone":          {"phone", "telefon", "tlf", "telefonnummer"},
	"accessibility":  {"accessibility", "universell utforming", "universelt utformet", "universelt utforma", "uu", "tilrettelagt", "tilrettelegging", "tilgjengelighet", "tilgjenge", "rullestol", "accessible"},
	"schemes":        {"schemes", "scheme", "støtteordning", "støtteordninger", "støtteordningar", "ordninger", "ordningar", "fritidskort", "aktivitetskort"},
	"low_threshold":  {"low threshold", "lavterskel", "lågterskel"},
	"equipment_loan": {"equipment loan", "utstyr til låns", "lån av utstyr", "utlån av utstyr", "låneutstyr"},
	"status":         {"status", "avlyst"},
	"updated":        {"updated", "oppdatert", "sist oppdatert", "sist endret", "sist endra", "endret", "modified", "updated at", "last modified"},
}

// ignored are columns that are left alone on purpose: the catalogue holds no named persons.
var ignored = map[string]bool{"kontaktperson": true, "kontaktpersonar": true, "contact person": true, "leder": true, "leiar": true, "trener": true, "trenar": true, "mobil": true}

var fieldOf = func() map[string]string {
	m := make(map[string]string, 200)
	for field, names := range headers {
		m[fold(field)] = field
		for _, n := range names {
			m[n] = field
		}
	}
	return m
}()

func fold(header string) string { return catalog.Fold(strings.ReplaceAll(header, "_", " ")) }

func fieldList() string { return strings.Join(slices.Sorted(maps.Keys(headers)), ", ") }

// header is how a header row was read.
type header struct {
	names  []string
	at     map[string]int // column of each field
	unread []string       // headers without a field
}

// read assigns columns to fields: those that declared names first, then by the usual headers, the first of each.
func read(names []string, declared map[string]string) (h header, missing []string) {
	h = header{names: names, at: make(map[string]int, len(names))}
	taken := make([]bool, len(names))
	for _, field := range slices.Sorted(maps.Keys(declared)) {
		i := slices.IndexFunc(names, func(n string) bool { return fold(n) == fold(declared[field]) })
		if i < 0 {
			missing = append(missing, declared[field])
			continue
		}
		h.at[field], taken[i] = i, true
	}
	for i, n := range names {
		f := fold(n)
		field, known := fieldOf[f]
		if _, twice := h.at[field]; known && !twice && !taken[i] {
			h.at[field] = i
		} else if !taken[i] && f != "" && !ignored[f] {
			h.unread = append(h.unread, strings.TrimSpace(n))
		}
	}
	return h, missing
}

// quoted lists headers for an editor, some 200 characters of them.
func quoted(names []string) string {
	var b strings.Builder
	for i, n := range names {
		if b.Len() > 200 {
			b.WriteString(" …")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("«" + catalog.CleanText(n, 60) + "»")
	}
	return b.String()
}

// reading says which header was taken for which field.
func (h header) reading() string {
	var parts []string
	for i, n := range h.names {
		for field, at := range h.at {
			if at == i {
				parts = append(parts, catalog.CleanText(n, 60)+" → "+field)
			}
		}
	}
	return strings.Join(parts, ", ")
}

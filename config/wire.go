package config

import "go.yaml.in/yaml/v4"

// The file as it is written. Doc comments become the descriptions in the JSON Schema.

type wireFile struct {
	Hub     *wireHub     `yaml:"hub" json:"hub" jsonschema:"description=Huben: hvem den er og hvem den er for"`
	Sources []wireSource `yaml:"sources" json:"sources" jsonschema:"description=Kildene som huben henter fra"`
}

type wireHub struct {
	ID           string    `yaml:"id" json:"id" jsonschema:"description=Kort id som er en del av alle oppføringers identitet. Skal aldri endres.,pattern=^[a-z0-9-]+$"`
	Name         string    `yaml:"name" json:"name,omitempty" jsonschema:"description=Navnet som innbyggerne ser"`
	Municipality string    `yaml:"municipality" json:"municipality,omitempty" jsonschema:"description=Kommunenummer i anførselstegn,pattern=^[0-9]{4}$"`
	OrgNumber    string    `yaml:"org_number" json:"org_number,omitempty" jsonschema:"description=Organisasjonsnummeret til den som driver huben\\, i anførselstegn; står i datakatalogen,pattern=^[0-9]{9}$"`
	Contact      string    `yaml:"contact" json:"contact,omitempty" jsonschema:"description=Hvem andre skal spørre om dataene og melde sikkerhetshull til: en e-postadresse eller adressen til en side. Alle kan se den"`
	Guide        wireGuide `yaml:"guide" json:"guide,omitempty" jsonschema:"description=Hvem som hjelper folk å finne noe å gjøre\\, aktivitetsguiden for eksempel. Den som ikke finner noe\\, får se det. Et kontor\\, ikke en navngitt person"`
	Timezone     string    `yaml:"timezone" json:"timezone,omitempty" jsonschema:"description=Tidssone,default=Europe/Oslo"`
	Languages    []string  `yaml:"languages" json:"languages,omitempty" jsonschema:"description=Språkene som tilbys\\, hovedspråket først"`
	Geocode      bool      `yaml:"geocode" json:"geocode,omitempty" jsonschema:"description=Slå opp posisjonen til adresser som kildene oppgir uten koordinater\\, i Kartverkets adresseregister,default=false"`
	GeocodeURL   string    `yaml:"geocode_url" json:"geocode_url,omitempty" jsonschema:"description=Adressen til en kopi av adresseregisterets API. Uten verdi: Kartverkets eget"`
	Embeds       []string  `yaml:"embeds" json:"embeds,omitempty" jsonschema:"description=Nettstedene som kan vise huben i en ramme på sidene sine\\, hvert som https://kommunen.no. Uten verdi: alle"`
	Images       bool      `yaml:"images" json:"images,omitempty" jsonschema:"description=Vis bildene som kildene har. Huben henter dem\\, gjør dem mindre og tar vare på kopiene\\, så den som eier bildet ikke ser hvem som ser det. Spør kildene først,default=false"`
	Map          wireMap   `yaml:"map" json:"map,omitempty" jsonschema:"description=Kartet som viser hvor ting skjer. Uten verdi: Kartverkets topografiske kart"`
}

type wireGuide struct {
	Name  string `yaml:"name" json:"name,omitempty" jsonschema:"description=Hva kontoret heter"`
	Phone string `yaml:"phone" json:"phone,omitempty" jsonschema:"description=Telefonnummeret\\, i anførselstegn"`
	Email string `yaml:"email" json:"email,omitempty" jsonschema:"description=E-postadressen"`
	URL   string `yaml:"url" json:"url,omitempty" jsonschema:"description=Siden om kontoret"`
}

type wireMap struct {
	Tiles       string `yaml:"tiles" json:"tiles,omitempty" jsonschema:"description=Adressen til kartbildene\\, med {z}\\, {x} og {y} i seg: Web Mercator\\, 256 × 256 piksler"`
	Attribution string `yaml:"attribution" json:"attribution,omitempty" jsonschema:"description=Hvem som krediteres\\, på selve kartet,default=© Kartverket"`
	Link        string `yaml:"link" json:"link,omitempty" jsonschema:"description=Siden som krediteringen lenker til"`
	ThroughHub  bool   `yaml:"through_hub" json:"through_hub,omitempty" jsonschema:"description=Hent kartbildene gjennom huben\\, så den som eier kartet ikke ser hvem som bruker det. Huben lagrer ingen av dem. Spør eieren først,default=false"`
}

type wireSource struct {
	ID           string            `yaml:"id" json:"id" jsonschema:"description=Kort\\, entydig id. Er en del av identiteten til alt fra kilden: ikke endre den.,pattern=^[a-z0-9-]+$"`
	Name         string            `yaml:"name" json:"name,omitempty" jsonschema:"description=Navnet som innbyggere og redaktører ser"`
	Kind         string            `yaml:"kind" json:"kind" jsonschema:"description=Hvilket format kilden har"`
	URL          string            `yaml:"url" json:"url" jsonschema:"description=Adressen: https://… eller file: for en fil ved siden av denne"`
	Schedule     string            `yaml:"schedule" json:"schedule,omitempty" jsonschema:"description=Når kilden hentes: cron med fem felt i hubens tidssone\\, @hourly\\, @daily eller @every 30m (aldri oftere enn hvert 5. minutt\\, en annen hub hvert minutt). Uten verdi: @hourly\\, en annen hub hvert minutt"`
	Licence      string            `yaml:"licence" json:"licence,omitempty" jsonschema:"description=SPDX-id (CC-BY-4.0)\\, NLOD-2.0 eller permission når dere har fått lov"`
	Attribution  string            `yaml:"attribution" json:"attribution,omitempty" jsonschema:"description=Hvem som skal krediteres"`
	Contact      string            `yaml:"contact" json:"contact,omitempty" jsonschema:"description=Hvem dere skriver til når noe i kilden må rettes: en e-postadresse (et kontor eller en organisasjon\\, ikke en navngitt person) eller adressen til en side. Bare redaktører ser den"`
	Share        *bool             `yaml:"share" json:"share,omitempty" jsonschema:"description=Om andre huber og feeden med oppføringer får det fra kilden. Uten verdi: ja\\, unntatt når licence er permission"`
	Enabled      *bool             `yaml:"enabled" json:"enabled,omitempty" jsonschema:"description=false slår kilden av og skjuler det den har gitt,default=true"`
	Municipality string            `yaml:"municipality" json:"municipality,omitempty" jsonschema:"description=Kommunenummer for oppføringer som ikke sier det selv,pattern=^[0-9]{4}$"`
	Language     string            `yaml:"language" json:"language,omitempty" jsonschema:"description=Språket i kilden (nb\\, nn\\, en …)"`
	Priority     *int              `yaml:"priority" json:"priority,omitempty" jsonschema:"description=Hvem sitt felt som gjelder når oppføringer slås sammen,minimum=0,maximum=100,default=50"`
	Defaults     wireDefaults      `yaml:"defaults" json:"defaults,omitempty" jsonschema:"description=Det som gjelder når en oppføring ikke sier noe annet"`
	Categories   map[string]string `yaml:"categories" json:"categories,omitempty" jsonschema:"description=Kildens ord til våre kategorier"`
	Ignore       []string          `yaml:"ignore" json:"ignore,omitempty" jsonschema:"description=Felt som ikke tas inn fra kilden"`
	Volatile     []string          `yaml:"volatile" json:"volatile,omitempty" jsonschema:"description=Felt som skifter hele tiden: at bare de er endret\\, regnes ikke som en endring"`
	Drop         []wireDrop        `yaml:"drop" json:"drop,omitempty" jsonschema:"description=Oppføringer som ikke skal med: alt i en regel må stemme\\, og én regel er nok"`
	Options      yaml.Node         `yaml:"options" json:"-"`
	Headers      map[string]string `yaml:"headers" json:"headers,omitempty" jsonschema:"description=HTTP-hoder. Hemmeligheter skrives ${NAVN} og hentes fra miljøet"`
	Guard        wireGuard         `yaml:"guard" json:"guard,omitempty" jsonschema:"description=Når fjerning skal vente på en redaktør"`
	Limits       wireLimits        `yaml:"limits" json:"limits,omitempty" jsonschema:"description=Grenser for denne kilden"`
}

type wireDefaults struct {
	Category  string `yaml:"category" json:"category,omitempty" jsonschema:"description=Kategori fra taksonomien"`
	Kind      string `yaml:"kind" json:"kind,omitempty" jsonschema:"enum=activity,enum=event,enum=course,enum=facility,enum=equipment,enum=volunteering,enum=ticket,enum=scheme,description=Hva slags oppføring"`
	Organizer string `yaml:"organizer" json:"organizer,omitempty" jsonschema:"description=Arrangør"`
}

type wireDrop struct {
	Kind     string `yaml:"kind" json:"kind,omitempty" jsonschema:"enum=activity,enum=event,enum=course,enum=facility,enum=equipment,enum=volunteering,enum=ticket,enum=scheme,description=Hva slags oppføring"`
	Title    string `yaml:"title" json:"title,omitempty" jsonschema:"description=Ord som står i tittelen\\, eller et regulært uttrykk mellom skråstreker: /…/"`
	Category string `yaml:"category" json:"category,omitempty" jsonschema:"description=Et av kildens egne ord\\, eller en av våre kategorier"`
}

type wireGuard struct {
	Percent *float64 `yaml:"percent" json:"percent,omitempty" jsonschema:"description=Vent når mer enn så mange prosent ville forsvinne …,minimum=0,maximum=100,default=30"`
	Count   *int     `yaml:"count" json:"count,omitempty" jsonschema:"description=… og flere enn så mange,minimum=0,default=5"`
	Grace   string   `yaml:"grace" json:"grace,omitempty" jsonschema:"description=Hvor lenge det som er blitt borte beholdes (for eksempel 48h),default=48h"`
}

type wireLimits struct {
	MiB     *int `yaml:"mib" json:"mib,omitempty" jsonschema:"description=Største svar i MiB,minimum=1,maximum=64,default=20"`
	Records *int `yaml:"records" json:"records,omitempty" jsonschema:"description=Flest oppføringer,minimum=1,maximum=200000,default=20000"`
}

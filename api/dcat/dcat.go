package dcat

import "time"

// Hub is what the description is made of.
type Hub struct {
	URL  string // under which all of it is, without a slash at its end
	ID   string
	Name string
	// Owner runs the hub; OrgNumber is its number in the register of organisations, empty when it is not stated.
	Owner, OrgNumber string
	Municipality     string // its number, when the owner is one
	Place            string // its name
	Email, Contact   string // whom to ask: an address of mail, a page; without both the documentation
	Licence          string // SPDX id of the whole, empty when its parts differ
	LicencePage      string // where licences are told
	Languages        []string
	Modified         time.Time // zero: not known
	Distributions    []Distribution
}

// Distribution is one form in which all of it can be had.
type Distribution struct {
	Path, Title, Description string // in Norwegian
	Format                   string // of the EU's list of file types
	MediaType                string // as IANA has it, empty when it does not
	Mixed                    bool   // it has more than stands under Hub.Licence
}

// The lists of the EU's Publications Office, and of ADMS, that codes are of.
const (
	authority  = "http://publications.europa.eu/resource/authority/"
	publishers = "http://purl.org/adms/publishertype/"
	mediaTypes = "https://www.iana.org/assignments/media-types/"
)

// licences are the EU's codes for licences by their SPDX ids.
func licences() map[string]string {
	return map[string]string{"CC0-1.0": "CC0", "CC-BY-4.0": "CC_BY_4_0", "CC-BY-SA-4.0": "CC_BYSA_4_0", "NLOD-2.0": "NLOD_2_0", "ODbL-1.0": "ODC_BL"}
}

// languages are the EU's codes for languages by their tags.
func languages() map[string]string {
	return map[string]string{"nb": "NOB", "nn": "NNO", "en": "ENG", "se": "SME", "uk": "UKR", "ar": "ARA", "so": "SOM", "ti": "TIR", "pl": "POL"}
}

// Describe says what the hub has: a catalogue of one dataset, its distributions and the service that searches it, as DCAT-AP-NO
// (https://data.norge.no/specification/dcat-ap-no) has it. Codes come with the list that they are of, as its rules ask for, and with the
// classes of both its version 2 and 3.
func Describe(h Hub) *Graph {
	g := &Graph{}
	base := h.URL + "/catalog.ttl#"
	catalogue, dataset, service := g.add(base+"catalog", "dcat:Catalog"), g.add(base+"listings", "dcat:Dataset"), g.add(base+"api", "dcat:DataService")
	owner, contact := g.owner(h, base), g.contact(h, base)
	for _, n := range []*node{catalogue, dataset, service} {
		n.say("dct:identifier", plain(n.id))
		n.say("dct:publisher", iri(owner))
		n.say("dcat:contactPoint", iri(contact))
	}

	catalogue.say("dct:title", nb("Datakatalogen til "+h.Name))
	catalogue.say("dct:description", nb("Åpne data fra "+h.Name+": alt det er å finne på, og hvordan det kan leses av andre programmer."))
	catalogue.say("foaf:homepage", iri(g.document(h.URL+"/")))
	catalogue.say("dcat:dataset", iri(dataset.id))
	catalogue.say("dcat:service", iri(service.id))
	catalogue.say("dct:license", iri(g.licence("CC0-1.0"))) // of the description, not of what it describes

	where := h.Name
	if h.Place != "" {
		where = h.Place
	}
	dataset.say("dct:title", nb("Fritidstilbud i "+where))
	dataset.say("dct:description", nb("Aktiviteter, arrangementer, kurs, lokaler, utlån, frivillig innsats, billetter og støtteordninger i "+where+
		", samlet fra mange kilder i "+h.Name+". Hver oppføring oppgir kilde, lisens og kreditering, og når den sist ble hentet."))
	var keywords []term
	for _, word := range []string{"fritid", "aktiviteter", "arrangementer", "kultur", "idrett", "frivillighet", "barn og unge", "fritidskort"} {
		keywords = append(keywords, nb(word))
	}
	dataset.say("dcat:keyword", keywords...)
	dataset.say("dcat:theme", iri(g.code("data-theme", "EDUC", "")), iri(g.code("data-theme", "SOCI", "")))
	dataset.say("dct:accessRights", iri(g.code("access-right", "PUBLIC", "dct:RightsStatement")))
	dataset.say("dct:accrualPeriodicity", iri(g.code("frequency", "UPDATE_CONT", "dct:Frequency")))
	places := []term{iri(g.code("country", "NOR", "dct:Location"))}
	if h.Municipality != "" {
		place := g.add(base+"kommune", "dct:Location")
		place.say("dct:identifier", plain(h.Municipality))
		place.say("skos:prefLabel", nb(h.Place))
		places = append(places, iri(place.id))
	}
	dataset.say("dct:spatial", places...)
	dataset.say("dcat:landingPage", iri(g.document(h.URL+"/openactive")))
	dataset.say("foaf:page", iri(g.document(h.URL+"/docs")))
	for _, n := range []*node{catalogue, dataset} {
		var spoken []term
		for _, tag := range h.Languages {
			if code := languages()[tag]; code != "" {
				spoken = append(spoken, iri(g.code("language", code, "dct:LinguisticSystem")))
			}
		}
		n.say("dct:language", spoken...)
		if !h.Modified.IsZero() {
			n.say("dct:modified", typed(h.Modified.UTC().Format(time.RFC3339), "xsd:dateTime"))
		}
	}

	service.say("dct:title", nb("API-et til "+h.Name))
	service.say("dct:description", nb("Søk med fasetter, oppføringer, registre og endringsfeeder. Ingen nøkkel trengs."))
	service.say("dcat:endpointURL", iri(h.URL+"/api/v1"))
	service.say("dcat:endpointDescription", iri(h.URL+"/api/v1/openapi.json"))
	service.say("dcat:servesDataset", iri(dataset.id))
	service.say("dct:accessRights", iri(g.code("access-right", "PUBLIC", "dct:RightsStatement")))
	service.say("dct:format", iri(g.code("file-type", "JSON", "dct:MediaTypeOrExtent")))
	service.say("foaf:page", iri(g.document(h.URL+"/docs")))
	g.terms(service, h, base, false)

	var forms []term
	for _, d := range h.Distributions {
		n := g.add(base+d.Path[1:], "dcat:Distribution")
		forms = append(forms, iri(n.id))
		n.say("dct:title", nb(d.Title))
		n.say("dct:description", nb(d.Description))
		n.say("dcat:accessURL", iri(h.URL+d.Path))
		n.say("dcat:downloadURL", iri(h.URL+d.Path))
		n.say("dcat:accessService", iri(service.id))
		n.say("dct:format", iri(g.code("file-type", d.Format, "dct:MediaTypeOrExtent")))
		if d.MediaType != "" {
			media := g.add(mediaTypes+d.MediaType, "dct:MediaType")
			n.say("dcat:mediaType", iri(media.id))
		}
		g.terms(n, h, base, d.Mixed)
	}
	dataset.say("dcat:distribution", forms...)
	return g
}

// terms says under which licence a thing is, or where that is told of each part.
func (g *Graph) terms(n *node, h Hub, base string, mixed bool) {
	if id := g.licence(h.Licence); id != "" && !mixed {
		n.say("dct:license", iri(id))
		return
	}
	rights := g.add(base+"rights", "dct:RightsStatement")
	if len(rights.said) == 0 {
		rights.say("rdfs:label", nb("Lisensen er ulik fra kilde til kilde og står ved hver oppføring."))
		rights.say("foaf:page", iri(g.document(h.LicencePage)))
	}
	n.say("dct:rights", iri(rights.id))
}

func (g *Graph) licence(spdx string) string {
	if code := licences()[spdx]; code != "" {
		return g.code("licence", code, "dct:LicenseDocument")
	}
	return ""
}

// code gives the address of a code, and says which list it is of; class is that which it is used as, beside a concept.
func (g *Graph) code(list, code, class string) string {
	id := authority + list + "/" + code
	types := []string{"skos:Concept"}
	if class != "" {
		types = append(types, class)
	}
	n := g.add(id, types...)
	if len(n.said) == 0 {
		n.say("skos:inScheme", iri(authority+list))
		g.add(authority+list, "skos:ConceptScheme")
	}
	return id
}

func (g *Graph) document(address string) string {
	return g.add(address, "foaf:Document").id
}

// owner says who publishes; an organisation with a number is named as the register of organisations has it.
func (g *Graph) owner(h Hub, base string) string {
	id := base + "publisher"
	if h.OrgNumber != "" {
		id = "https://data.brreg.no/enhetsregisteret/api/enheter/" + h.OrgNumber
	}
	n := g.add(id, "foaf:Agent")
	n.say("foaf:name", nb(h.Owner))
	n.say("dct:identifier", plain(h.OrgNumber))
	if h.Municipality != "" {
		kind := g.add(publishers+"LocalAuthority", "skos:Concept")
		kind.say("skos:inScheme", iri(publishers+"1.0"))
		g.add(publishers+"1.0", "skos:ConceptScheme")
		n.say("dct:type", iri(kind.id))
	}
	return id
}

func (g *Graph) contact(h Hub, base string) string {
	n := g.add(base+"contact", "vcard:Kind", "vcard:Organization")
	n.say("vcard:fn", nb(h.Name))
	page := h.Contact
	if h.Email != "" {
		n.say("vcard:hasEmail", iri("mailto:"+h.Email))
	} else if page == "" {
		page = h.URL + "/docs"
	}
	n.say("vcard:hasURL", term{iri: page})
	return n.id
}

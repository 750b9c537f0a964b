package places

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"fritidshub/catalog"
)

// MaxLine bounds what Parse reads, in characters; the rest is cut off.
const MaxLine = 500

// part is one piece of a line between commas, and what it was found to be.
type part struct {
	text string
	is   partKind
}

type partKind int

const (
	other     partKind = iota // a name, as long as nothing else is known
	street                    // street and number, or a box
	direction                 // floor, entrance, "v/ Torget"
	taken                     // read into another field, or says nothing of where
)

var (
	postalPart = regexp.MustCompile(`^(?:(?i:NO?|NOR)\s?[-–]?\s?)?(\d{4})(?:\s+(\p{L}[\p{L} .'’-]*))?$`)
	postalTail = regexp.MustCompile(`^(.*\S)\s+(?:(?i:NO?)\s?[-–]\s?)?(\d{4})\s+(\p{L}[\p{L} .'’-]*)$`)
	townCode   = regexp.MustCompile(`^(\p{L}[\p{L} .'’-]*?)\s+(\d{4})$`)
	townTail   = regexp.MustCompile(`^(.*\d\s?[A-Za-zÆØÅæøå]?)\s+(\p{L}[\p{L} .'’-]+)$`)
	streetPart = regexp.MustCompile(`^(\p{L}[\p{L}\p{M}\d .'’/-]*?)\s+(?i:nr\.?\s*)?(\d{1,4})\s?([A-Za-zÆØÅæøå])?(?:\s?[-–/]\s?\d{1,4}\s?[A-Za-zÆØÅæøå]?)?(?:\s+[HKLU]\d{4})?$`)
	gluedPart  = regexp.MustCompile(`^(\p{L}[\p{L} .'’-]*\p{L})(\d{1,3}[A-Za-zÆØÅæøå]?)$`)
	boxPart    = regexp.MustCompile(`^(?i:post\s?boks|boks|pb\.?|p\.?\s?b\.?|p\.?\s?o\.?\s?box)\s*\d{1,5}(?:\s+\p{L}[\p{L} .-]*)?$`)
	numberPart = regexp.MustCompile(`^\d{1,3}\s?[A-Za-zÆØÅæøå]?$`)
	coPart     = regexp.MustCompile(`^(?i:c/o|att\.?:?|v/c)\s`)
	whereabout = regexp.MustCompile(`^(?i:v/\s?\p{L}|(?:\d+\.?|første|andre|tredje|u\.?)\s?(?:etasje|etg|høgda?|høgd)\.?$|(?:inngang|oppgang|underetasje[n]?)(?:\s|$)|ved\s|bak\s|mellom\s|overfor\s|rett\s)`)
	label      = regexp.MustCompile(`^(?i:besøksadresse|adresse|adr\.?|gateadresse|postadresse|møteplass|oppmøteplass|sted|stad|hvor|kvar|lokale|oppmøte|oppmøtested|møtested|møtestad)\s*:\s*`)
	spacedDash = regexp.MustCompile(`\s+[-–—]\s+`)
	interval   = regexp.MustCompile(`(\d[A-Za-z]?)\s+[-–—]\s+(\d{1,3}[A-Za-z]?\s*(?:,|$))`)
	brackets   = regexp.MustCompile(`\(([^()]*\d[^()]*)\)`)
	afterNo    = regexp.MustCompile(`(\d\s?[A-Za-z]?|\d{4}\s\p{L}[\p{L} ]*)\s*\(([^()]*)\)`)
	degrees    = regexp.MustCompile(`^(-?\d{1,3}\.\d{3,})\s*[,;]\s*(-?\d{1,3}\.\d{3,})$`)
	address    = regexp.MustCompile(`^(?i:https?://|www\.)\S+$`)
	marks      = strings.NewReplacer("\r\n", ",", "\n", ",", "\r", ",", `\n`, ",", `\N`, ",", `\,`, ",", `\;`, ",", ";", ",", "|", ",", " / ", ",", "•", ",", "·", ",", "\t", " ")
)

// Parse reads one line that says where something is: a name, an address, or both, as people write them and as LOCATION of iCalendar
// (RFC 5545 3.8.1.7) has them. It fills Name, Address (street and number, a box, and directions such as a floor), PostalCode,
// Locality, Municipality, Online and, from a line that is two numbers, Geo. What it does not recognise stays in Name, as it is
// written; a line without anything recognised is all name.
//
// A country, a county after the postal code, and whom post is sent in care of ("c/o") are left out. A municipality is told only where
// the postal code has one, or the poststed bears the municipality's name, or is one that the list of areas knows.
func (d *Data) Parse(line string) catalog.Place {
	whole := catalog.CleanText(strings.ReplaceAll(unlabel(catalog.CleanLines(line, 0)), `\,`, ","), MaxLine)
	if whole == "" {
		return catalog.Place{}
	}
	if p, ok := special(whole); ok {
		return p
	}
	if !strings.ContainsAny(line, "0123456789,;|\n\r\\•·/:–—-(") {
		if _, ok := d.locality(withoutCountry(whole)); !ok {
			return catalog.Place{Name: whole} // nothing in it can be an address
		}
	}
	r := reader{d: d, parts: split(line)}
	if r.isAbroad() {
		return catalog.Place{Name: whole}
	}
	r.tail()
	r.streets()
	r.localityAlone()
	if r.place == (catalog.Place{}) && !slices.ContainsFunc(r.parts, func(p part) bool { return p.is == street }) &&
		!(len(r.parts) == 1 && r.parts[0].is == direction) {
		return catalog.Place{Name: whole}
	}
	return r.assemble()
}

// special reads what is no address at all: a meeting on the net, or a position.
func special(line string) (catalog.Place, bool) {
	if m := degrees.FindStringSubmatch(line); m != nil {
		if p, ok := point(m[1], m[2]); ok {
			return catalog.Place{Geo: &p}, true
		}
	}
	if address.MatchString(line) {
		meeting := slices.ContainsFunc(meetingHosts, func(h string) bool { return strings.Contains(strings.ToLower(line), h+"/") })
		return catalog.Place{Name: line, Online: meeting}, true
	}
	core := false
	for _, w := range strings.FieldsFunc(strings.ToLower(line), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		if !onlineWords[w] {
			return catalog.Place{}, false
		}
		core = core || onlineCores[w]
	}
	return catalog.Place{Name: line, Online: true}, core
}

// split parts a line at commas and at what stands for them.
func split(line string) []part {
	line = marks.Replace(unlabel(catalog.CleanLines(line, MaxLine)))
	line = brackets.ReplaceAllString(afterNo.ReplaceAllString(line, "$1,$2,"), ",$1,")
	line = spacedDash.ReplaceAllString(interval.ReplaceAllString(line, "$1-$2"), ",")
	var parts []part
	for _, s := range strings.Split(line, ",") {
		s = strings.Trim(unlabel(catalog.CleanText(s, 0)), " .")
		if n := len(parts); n > 0 && numberPart.MatchString(s) && endsWith(parts[n-1].text, streetEndings) {
			parts[n-1].text += " " + s // "Storgata, 12"
		} else if s != "" {
			parts = append(parts, part{text: s})
		}
	}
	return parts
}

// unlabel drops the label before what it labels: "Adresse: Storgata 3".
func unlabel(s string) string {
	if rest := label.ReplaceAllString(s, ""); rest != "" {
		return rest
	}
	return s
}

// reader reads the parts of one line.
type reader struct {
	d     *Data
	parts []part
	place catalog.Place
	at    int // index of the part with the postal code, or the number of parts
}

// isAbroad reports whether the line ends in another country, and drops the country Norway.
func (r *reader) isAbroad() bool {
	for n := len(r.parts); n > 1; n-- {
		switch last := strings.ToLower(r.parts[n-1].text); {
		case abroad[last]:
			return true
		case norway[last]:
			r.parts = r.parts[:n-1]
		default:
			return false
		}
	}
	return false
}

// tail finds the postal code with its poststed, and drops a county after it.
func (r *reader) tail() {
	r.at = len(r.parts)
	for i := len(r.parts) - 1; i >= 0; i-- {
		text := withoutCountry(r.parts[i].text)
		if m := postalPart.FindStringSubmatch(text); m != nil {
			name, beside := m[2], i
			for _, j := range []int{i + 1, i - 1} {
				if name == "" && j >= 0 && j < len(r.parts) {
					if _, ok := r.d.locality(r.parts[j].text); ok {
						name, beside = r.parts[j].text, j
					}
				}
			}
			if r.usePostal(m[1], name, i > 0 && isStreet(r.parts[i-1].text, true), strings.ContainsAny(text[:1], "Nn"), i > 0) {
				r.parts[i].is, r.parts[beside].is, r.at = taken, taken, min(i, beside)
			}
		} else if m := townCode.FindStringSubmatch(text); m != nil {
			if post, ok := r.d.Postal(m[2]); ok && catalog.Fold(post.Locality) == catalog.Fold(m[1]) && r.usePostal(m[2], m[1], false, false, false) {
				r.parts[i].is, r.at = taken, i
			}
		} else if m := postalTail.FindStringSubmatch(text); m != nil && r.usePostal(m[2], m[3], isStreet(m[1], true), false, false) {
			r.parts[i].text, r.at = strings.Trim(m[1], " ,."), i+1
		}
		if r.place.PostalCode != "" {
			break
		}
	}
	for i := r.at; i < len(r.parts); i++ {
		if i > 0 && isCounty(r.parts[i].text) {
			r.parts[i].is = taken
		}
	}
}

// usePostal takes a postal code when it is one: known, with the right name or after a street; or unknown, but where a code stands.
func (r *reader) usePostal(code, name string, afterStreet, marked, notFirst bool) bool {
	post, known := r.d.Postal(code)
	t, isTown := r.d.locality(name)
	right := known && (catalog.Fold(name) == catalog.Fold(post.Locality) || isTown && t.municipality != "" && t.municipality == post.Municipality)
	year := code >= "1900" && code < "2100"
	switch {
	case right, marked && (known || name != ""):
	case year, name == "" && !(known && afterStreet):
		return false
	case !(afterStreet || notFirst && (known || isTown)):
		return false
	}
	r.place.PostalCode = code
	switch {
	case right && catalog.Fold(name) == catalog.Fold(post.Locality), name == "" && known:
		r.place.Locality = post.Locality
	case isTown:
		r.place.Locality = t.name
	default:
		r.place.Locality = asWritten(name)
	}
	switch {
	case known && !(isTown && t.municipality != "" && t.municipality != post.Municipality):
		r.place.Municipality = post.Municipality
	case !known && isTown:
		r.place.Municipality = t.municipality
	}
	return true
}

// streets finds street and number, boxes, directions and whom post goes to.
func (r *reader) streets() {
	r.partTown()
	placed, box := r.place.PostalCode != "", -1
	if !placed && r.endsInTown() {
		placed, r.at = true, len(r.parts)-1
	}
	found := false
	for i := len(r.parts) - 1; i >= 0; i-- {
		p := &r.parts[i]
		if p.is != other {
			continue
		}
		switch {
		case coPart.MatchString(p.text + " "):
			p.is = taken
		case boxPart.MatchString(p.text):
			box, p.is = i, taken
		case whereabout.MatchString(p.text) && (i > 0 || strings.HasPrefix(strings.ToLower(p.text), "v/")):
			p.is = direction
		case i > 0 && numberPart.MatchString(p.text) && isStreet(r.parts[i-1].text, placed): // "Apotekergata 1, 5"
			p.is = direction
		case found:
		case isStreet(p.text, placed):
			p.is, found = street, true
			if house, rest := splitHouse(p.text); house != "" {
				p.text = rest
				r.parts = slices.Insert(r.parts, i, part{text: house})
				r.at++
				box += 1
			}
		case placed && i == r.at-1 && isRoad(p.text):
			p.is, found = street, true
		}
	}
	if box >= 0 && !found {
		for i := range r.parts {
			if boxPart.MatchString(r.parts[i].text) {
				r.parts[i].is = street
				break
			}
		}
	}
	if !found && box < 0 { // nothing to be in care of
		for i := range r.parts {
			if coPart.MatchString(r.parts[i].text+" ") && !slices.ContainsFunc(r.parts, func(p part) bool { return p.is == other }) {
				r.parts[i].is = other
			}
		}
	}
}

// partTown parts "Kongegata 5 Larvik" where no postal code stands between.
func (r *reader) partTown() {
	last := len(r.parts) - 1
	if last < 0 || r.place.PostalCode != "" || isStreet(r.parts[last].text, false) {
		return
	}
	m := townTail.FindStringSubmatch(withoutCountry(r.parts[last].text))
	if m == nil || !isStreet(m[1], false) {
		return
	}
	if _, ok := r.d.locality(m[2]); ok {
		r.parts[last].text = m[1]
		r.parts = append(r.parts, part{text: m[2]})
		r.at = len(r.parts)
	}
}

// endsInTown reports whether the last part is a poststed, so that a number before it is a house's.
func (r *reader) endsInTown() bool {
	if len(r.parts) < 2 {
		return false
	}
	_, ok := r.d.locality(withoutCountry(r.parts[len(r.parts)-1].text))
	return ok
}

// localityAlone finds a poststed or a municipality that stands last without a postal code, or alone.
func (r *reader) localityAlone() {
	for n := len(r.parts) - 1; n >= 0 && r.place.PostalCode == ""; n-- {
		p := &r.parts[n]
		if p.is != other {
			break
		}
		text := withoutCountry(p.text)
		if n > 0 && isCounty(text) && r.place.Locality == "" {
			if _, ok := r.d.locality(r.parts[n-1].text); ok {
				p.is = taken
				continue
			}
		}
		if number, ok := r.d.MunicipalityNumber(text); ok && n > 0 && strings.HasSuffix(strings.ToLower(text), " kommune") && r.place.Municipality == "" {
			r.place.Municipality, p.is = number, taken
			continue
		}
		if t, ok := r.d.locality(text); ok && len([]rune(text)) >= 3 && r.place.Locality == "" {
			r.place.Locality, p.is = t.name, taken
			if r.place.Municipality == "" && r.d.tells(t) {
				r.place.Municipality = t.municipality
			}
		}
		break
	}
	for i := range r.parts { // "Stavern, Skippergata 4"
		if p := &r.parts[i]; p.is == other && r.place.Locality == "" && i+1 < len(r.parts) && r.parts[i+1].is == street {
			if t, ok := r.d.locality(p.text); ok && r.d.tells(t) {
				r.place.Locality, r.place.Municipality, p.is = t.name, cmp.Or(r.place.Municipality, t.municipality), taken
			}
		}
	}
}

// tells reports whether a poststed's name without its code tells the municipality: farms and fields all over the country bear the
// names of distant post offices (Moen, Vang, Strand), so it must be a town that the municipality is named after, or one of our areas.
func (d *Data) tells(t town) bool {
	if t.municipality == "" {
		return false
	}
	return t.same && (len([]rune(t.name)) >= 5 && !ambiguousTowns[t.name] || t.name == "Oslo" || t.name == "Bodø") ||
		slices.ContainsFunc(d.areas, func(a Area) bool { return a.Municipality == t.municipality })
}

// ambiguousTowns are towns named as many a farm or field is.
var ambiguousTowns = map[string]bool{"Strand": true, "Stranda": true, "Sande": true, "Grane": true, "Fjell": true, "Vågan": true, "Marker": true, "Moss": true}

// assemble puts the parts into the place's fields.
func (r *reader) assemble() catalog.Place {
	var names, directions []string
	for _, p := range r.parts {
		switch p.is {
		case other:
			names = append(names, p.text)
		case street:
			r.place.Address = p.text
		case direction:
			directions = append(directions, p.text)
		}
	}
	r.place.Name = strings.Join(names, ", ")
	if r.place.Address != "" {
		directions = append([]string{r.place.Address}, directions...)
	}
	r.place.Address = strings.Join(directions, ", ")
	return r.place
}

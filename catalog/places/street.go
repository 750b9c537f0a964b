package places

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"fritidshub/catalog"
)

// isStreet reports whether text is a street with a house number. A name that does not look like a street's counts only where one
// stands, before a postal code or a poststed; a room, a pitch or a group with a number never does.
func isStreet(text string, placed bool) bool {
	if boxPart.MatchString(text) {
		return true
	}
	m := streetPart.FindStringSubmatch(text)
	if m == nil {
		m = gluedPart.FindStringSubmatch(text)
		return m != nil && endsWith(m[1], streetEndings)
	}
	words := strings.Fields(strings.ToLower(m[1]))
	last := strings.Trim(words[len(words)-1], ".:")
	switch {
	case len(words) > 6 || !placed && inSentence(strings.Fields(m[1])):
		return false
	case len(words) == 1 && roadWords[last]: // "Kai 3"
		return false
	case len(words) == 1 && numbered[last] || numbered[last] && !roadWords[last]:
		return false
	case len(m[2]) == 4: // numbers of country roads tell the distance: Lågendalsveien 2270
		return endsWith(m[1], streetEndings) && (placed || m[2] < "2000" || m[2] >= "2050")
	case endsWith(m[1], streetEndings), endsWith(m[1], terrainEndings):
		return true
	}
	return placed && houseKinds[last] == "" && !endsWith(m[1], roomEndings)
}

// inSentence reports whether words are part of a sentence rather than a street's name: "Vi møtes på Torget".
func inSentence(words []string) bool {
	lower := func(w string) bool { return unicode.IsLower([]rune(w)[0]) }
	if first := strings.ToLower(words[0]); first == "i" || first == "på" || first == "ved" {
		return true
	}
	if lower(words[0]) {
		return false // all in small letters, as some write
	}
	return slices.ContainsFunc(words, func(w string) bool {
		return lower(w) && !generic[w] && houseKinds[w] == "" && !roadWords[w] && !endsWith(w, streetEndings) && !endsWith(w, terrainEndings) && len(w) > 1
	})
}

// isRoad reports whether text is a street's name without a number.
func isRoad(text string) bool {
	words := strings.Fields(strings.ToLower(text))
	last := words[len(words)-1]
	for _, end := range []string{"gata", "gaten", "gate", "veien", "vegen", "vei", "veg", "allé", "alléen"} {
		if strings.HasSuffix(last, end) && (last != end || len(words) > 1) {
			return !numbered[last] || roadWords[last]
		}
	}
	return false
}

// endsWith reports whether the last word of name is one of endings or a compound with it.
func endsWith(name string, endings []string) bool {
	words := strings.Fields(strings.ToLower(name))
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return slices.ContainsFunc(endings, func(e string) bool {
		return strings.HasSuffix(last, e) && (len(last) == len(e) || len(last)-len(e) >= 2)
	})
}

// splitHouse parts "Bølgen kulturhus Sanden 2" in house and street, where the house's name ends with what sort of house it is.
func splitHouse(text string) (house, street string) {
	words := strings.Fields(text)
	for i := len(words) - 3; i >= 0; i-- {
		w := strings.ToLower(words[i])
		if houseKinds[w] != "" && !roadWords[strings.ToLower(words[i+1])] && unicode.IsUpper([]rune(words[i+1])[0]) {
			return strings.Join(words[:i+1], " "), strings.Join(words[i+1:], " ")
		}
	}
	return "", text
}

// StreetKey brings an address into the form in which addresses are compared: the street with its endings in one form, the house
// number, its letter. "" when there is no number or it is a box.
func StreetKey(addr string) (name, number string) {
	for _, piece := range strings.Split(addr, ",") {
		piece = catalog.CleanText(piece, 0)
		if boxPart.MatchString(piece) {
			continue
		}
		m := streetPart.FindStringSubmatch(piece)
		if m == nil {
			continue
		}
		return streetName(m[1]), m[2] + strings.ToLower(m[3])
	}
	return "", ""
}

// streetName folds the ways in which one street is written: Kongegt., Kongegata, Konge gate, Kongegaten.
func streetName(s string) string {
	s = strings.ReplaceAll(catalog.Fold(s), " ", "")
	for _, form := range streetForms {
		if rest, ok := strings.CutSuffix(s, form[0]); ok && rest != "" {
			return rest + form[1]
		}
	}
	return s
}

var streetForms = [][2]string{
	{"gaten", "gt"}, {"gata", "gt"}, {"gate", "gt"}, {"gt", "gt"},
	{"veien", "vn"}, {"vegen", "vn"}, {"vei", "vn"}, {"veg", "vn"}, {"vn", "vn"},
	{"alléen", "alle"}, {"alleen", "alle"}, {"allé", "alle"},
	{"torvet", "torg"}, {"torget", "torg"}, {"torv", "torg"},
	{"plassen", "plass"}, {"bryggen", "brygge"}, {"brygga", "brygge"}, {"kaien", "kai"}, {"kaia", "kai"},
}

func isCounty(text string) bool {
	words := strings.Fields(catalog.Fold(strings.TrimSuffix(strings.ToLower(text), " fylke")))
	for _, w := range words {
		if !counties[w] && w != "og" && w != "fylke" {
			return false
		}
	}
	return len(words) > 0 && len(words) <= 4
}

// withoutCountry drops Norway from the end of "3256 Larvik Norge".
func withoutCountry(text string) string {
	if i := strings.LastIndexByte(text, ' '); i > 0 {
		if last := strings.ToLower(text[i+1:]); norway[last] && last != "no" && last != "nor" {
			return strings.TrimRight(text[:i], " ")
		}
	}
	return text
}

// asWritten keeps a name as it is written, but in ordinary letters when it is all capitals.
func asWritten(name string) string {
	if name == strings.ToUpper(name) {
		return properCase(name)
	}
	return name
}

func point(lat, lon string) (catalog.Point, bool) {
	la, err1 := strconv.ParseFloat(lat, 64)
	lo, err2 := strconv.ParseFloat(lon, 64)
	if err1 != nil || err2 != nil {
		return catalog.Point{}, false
	}
	p, _, ok := Repair(catalog.Point{Lat: la, Lon: lo})
	return p, ok
}

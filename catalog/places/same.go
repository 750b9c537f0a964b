package places

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"fritidshub/catalog"
)

// SameAt is the score of Same from which two places are taken to be one.
const SameAt = 0.8

// Near is how far apart, in metres, two positions of one house may be.
const Near = 150.0

// Same tells how surely two places are one house, 0 to 1, with what speaks for and against it in Norwegian. Two rooms of one house are
// the same house. It is symmetric. Two municipalities are never one place, and a house that is only named by its sort (Biblioteket) is
// one only in one town.
func (d *Data) Same(a, b catalog.Place) (score float64, reasons []string) {
	because := func(format string, args ...any) { reasons = append(reasons, fmt.Sprintf(format, args...)) }
	switch {
	case a.Online != b.Online:
		return 0, []string{"den ene er på nett"}
	case a.Online && catalog.Fold(a.Name) == catalog.Fold(b.Name):
		return SameAt, []string{"begge er på nett"}
	case a.Online:
		return 0, []string{"ulike møter på nett"}
	case a.Municipality != "" && b.Municipality != "" && a.Municipality != b.Municipality:
		return 0, []string{"ulike kommuner"}
	}
	ha, hb := d.House(a), d.House(b)
	score, why := byName(ha, hb)
	because("%s", why)
	score, why = byAddress(score, ha, hb, a.Address, b.Address)
	if why != "" {
		because("%s", why)
	}
	located := why == sameAddress
	if a.Geo != nil && b.Geo != nil {
		switch m := Metres(*a.Geo, *b.Geo); {
		case m < Near:
			located = true
			because("under %.0f m fra hverandre", Near)
			if !ha.named() || !hb.named() {
				score = max(score, 0.75)
			}
			score += 0.1
		case m < 1000:
			score -= 0.1
			because("%.0f m fra hverandre", m)
		default:
			score -= 0.5
			because("%.1f km fra hverandre", m/1000)
		}
	}
	sameTown := a.Municipality != "" && a.Municipality == b.Municipality || a.Locality != "" && catalog.Fold(a.Locality) == catalog.Fold(b.Locality)
	if !sameTown && !located {
		score = min(score, 0.7)
		because("ikke oppgitt at de er i samme kommune")
	}
	if ha.Room != "" && hb.Room != "" && catalog.Fold(ha.Room) != catalog.Fold(hb.Room) {
		because("ulike rom: %s og %s", min(ha.Room, hb.Room), max(ha.Room, hb.Room))
	}
	return min(max(score, 0), 1), reasons
}

func byName(a, b House) (float64, string) {
	switch {
	case !a.named() || !b.named():
		return 0.4, "navnet på huset mangler"
	case !agree(a.Kind, b.Kind):
		return 0.05, "ulike slags hus"
	case len(a.Words) == 0 && len(b.Words) == 0:
		switch {
		case a.Kind != b.Kind:
			return 0.2, "ulike slags hus"
		case a.Town != "" && a.Town == b.Town:
			return 0.85, "samme slags hus på samme sted"
		case a.Town != "" && b.Town != "":
			return 0, "samme slags hus på to steder"
		}
		return 0.4, "samme slags hus, stedet er ikke sagt"
	case len(a.Words) == 0 || len(b.Words) == 0:
		if a.Kind == b.Kind {
			return 0.5, "samme slags hus, det ene uten eget navn"
		}
		return 0.2, "ulike navn"
	}
	common := 0
	for _, w := range a.Words {
		if slices.ContainsFunc(b.Words, func(v string) bool { return alike(w, v) }) {
			common++
		}
	}
	switch fewest, most := min(len(a.Words), len(b.Words)), max(len(a.Words), len(b.Words)); {
	case common == most:
		return 0.85, "samme navn"
	case common >= fewest:
		return 0.6, "det ene navnet er en del av det andre"
	case common > 0:
		return 0.3, "navnene likner litt"
	}
	return 0.1, "ulike navn"
}

const sameAddress = "samme adresse"

func byAddress(score float64, ha, hb House, a, b string) (float64, string) {
	streetA, numberA := StreetKey(a)
	streetB, numberB := StreetKey(b)
	switch {
	case streetA == "" || streetB == "":
		return score, ""
	case streetA == streetB && numberA == numberB:
		if score >= 0.4 {
			return max(score, 0.9), sameAddress
		}
		return score + 0.25, sameAddress
	case streetA == streetB && strings.TrimRight(numberA, letters) == strings.TrimRight(numberB, letters):
		return score, "samme husnummer, ulik eller manglende bokstav"
	case streetA == streetB:
		return score - 0.3, "samme gate, ulike husnumre"
	}
	return score - 0.3, "ulike adresser"
}

const letters = "abcdefghijklmnopqrstuvwxyzæøå"

// agree reports whether two sorts of house can be the same house.
func agree(a, b string) bool {
	school := func(s string) bool { return s == "barneskole" || s == "ungdomsskole" || s == "vgs" }
	return a == b || a == "" || b == "" || vague[a] && !strings.HasSuffix(b, "hall") || vague[b] && !strings.HasSuffix(a, "hall") ||
		a == "skole" && school(b) || b == "skole" && school(a)
}

// alike reports whether two words are the same but for one letter, in words long enough for that to be a slip or another written form.
func alike(a, b string) bool {
	if a == b {
		return true
	}
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 6 || len(y)-len(x) > 1 || !utf8.ValidString(a+b) {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) == len(y) {
		return slices.Equal(x[i+1:], y[i+1:])
	}
	return slices.Equal(x[i:], y[i+1:])
}

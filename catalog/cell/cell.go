// Package cell reads one cell of a table or one field of a form as Norwegians fill it in: a day, a clock, weekdays, a price, an age.
//
// It reads values, not sentences: what is not plainly such a value is an error that quotes it in Norwegian, and nothing is guessed.
// Bokmål, nynorsk and English words are understood; dates are always day first.
package cell

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"fritidshub/catalog"
)

// tidy lowers case, folds white space (also the hard kinds that Excel writes) and makes every dash a hyphen.
func tidy(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	plain := true
	for i := range len(s) {
		if s[i] >= 0x80 || s[i] == '\t' || s[i] == '\n' || s[i] == '\r' || s[i] == ' ' && i > 0 && s[i-1] == ' ' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Join(strings.Fields(dashes.Replace(s)), " ")
}

var dashes = strings.NewReplacer("–", "-", "—", "-", "−", "-", "‑", "-", "\u202f", " ", "\u00a0", " ")

func unreadable(s, what string) error { return fmt.Errorf("«%s» er ikke %s", short(s), what) }

func short(s string) string { return catalog.CleanText(s, 80) }

var (
	yes = map[string]bool{"ja": true, "j": true, "yes": true, "y": true, "true": true, "sann": true, "sant": true, "x": true, "1": true}
	no  = map[string]bool{"nei": true, "n": true, "no": true, "false": true, "usann": true, "usant": true, "0": true}
)

// Fact reads ja, nei, x, true and the like; an empty cell states nothing.
func Fact(s string) (catalog.Fact, error) {
	switch t := tidy(s); {
	case t == "":
		return catalog.NotStated, nil
	case yes[t]:
		return catalog.Yes, nil
	case no[t]:
		return catalog.No, nil
	}
	return catalog.NotStated, unreadable(s, "ja eller nei")
}

// Degrees reads a latitude or longitude with a point or a comma, at most limit away from zero.
func Degrees(s string, limit float64) (float64, error) {
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	if err != nil || !(v >= -limit && v <= limit) {
		return 0, unreadable(s, fmt.Sprintf("et gradtall mellom -%g og %g", limit, limit))
	}
	return v, nil
}

var bareHost = regexp.MustCompile(`^[a-zA-Z0-9æøåÆØÅ-]+(\.[a-zA-Z0-9æøåÆØÅ-]+)+(:\d+)?([/?#]|$)`)

// URL reads an address of a page. An address without a scheme, as people write them ("www.bolgen.no/program"), is taken as https;
// one that begins with a slash is resolved against base.
func URL(s, base string) (string, error) {
	ref := strings.TrimSpace(s)
	if !strings.Contains(ref, "://") {
		switch {
		case bareHost.MatchString(ref):
			ref = "https://" + ref
		case !strings.HasPrefix(ref, "/"):
			return "", unreadable(s, "en nettadresse")
		}
	}
	if u, ok := catalog.CleanURL(ref, base); ok {
		return u, nil
	}
	return "", unreadable(s, "en nettadresse")
}

// roles are the first words of addresses that belong to an office and not to a person.
var roles = regexp.MustCompile(`^(post|info|kontakt|contact|epost|mail|office|kontor|styre|leder|nestleder|admin|booking|billett|pamelding|påmelding|` +
	`kurs|frivillig|resepsjon|kultur|idrett|fritid|ungdom|bibliotek|kino|teater|kor|korps|trener|sekret|medlem|utleie|utlan|utlån|bua|` +
	`servicetorg|firmapost|hei|hallo|kundeservice|aktivitet|arrangement|menighet|speider|barn|senter|klubb)[a-zæøå0-9._-]*$`)

// RoleEmail reads an e-mail address and reports whether it plainly belongs to an office: info@, post@, or the organisation's own
// name before the @ as in its domain. A personal address is not for the catalogue.
func RoleEmail(s string) (string, bool) {
	s = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "mailto:")
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || !bareHost.MatchString(domain) || strings.ContainsAny(s, " \t<>,;\"'") || len(s) > 254 {
		return "", false
	}
	name, _, _ := strings.Cut(domain, ".")
	if roles.MatchString(local) || len(local) > 2 && local == name {
		return s, true
	}
	return "", false
}

package taxonomy

import (
	"cmp"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"fritidshub/catalog"
)

// sense is what one written form means.
type sense struct {
	match Match  // without a category: what means none
	rank  string // rank of its category, or frame
	alone bool   // means its category only as a source's word for one, not within a text
	top   bool   // its category is one of the widest
	how   bool   // within a text it tells how something is done, and its category only if nothing else does
}

// Ranks tell what a text says when it names several categories. Above all is what goes on (a concert with a choir is a concert),
// below all where or when (a reading group at the library is a reading group); the others stand between.
const (
	rankForm  = "form"
	rankFrame = "frame"
)

// lexicon is the words of the taxonomy in all the forms in which they are written.
type lexicon struct {
	forms   map[string]uint16 // folded words and phrases -> index in senses
	senses  []sense
	numbers map[sense]uint16  // of senses
	who     map[string]bool   // what may stand before a word without changing what it means: barne-, sommer-
	formats map[string]bool   // how something is done, whatever it is: -kurs, -kveld
	invites map[string]bool   // what an invitation begins with: bli med på, prøv
	stems   map[string]string // verbs that a word in -ing is made of
	longest int               // words of the longest phrase
}

// Confidence by what a form rests on.
const (
	sureLabel     = 1
	sureSynonym   = 0.98
	surePart      = 0.96 // a part of a name: "golf" of "Golf, minigolf og discgolf"
	sureInflected = 0.95
)

// sense finds what a folded word or phrase means.
func (l *lexicon) sense(form string) (sense, bool) {
	number, ok := l.forms[form]
	if !ok {
		return sense{}, false
	}
	return l.senses[number], true
}

// joined finds a word that is written in two ("hånd ball"), neither of them so short that they could be a pronoun and a verb.
func (l *lexicon) joined(first, rest string) (sense, bool) {
	if len(first) < 3 || len(rest) < 3 {
		return sense{}, false
	}
	return l.sense(first + rest)
}

// learn adds a folded form, unless it is known already.
func (l *lexicon) learn(word string, s sense) {
	if _, taken := l.forms[word]; taken || word == "" {
		return
	}
	number, known := l.numbers[s]
	if !known {
		number = uint16(len(l.senses))
		l.numbers[s], l.senses = number, append(l.senses, s)
	}
	l.forms[word] = number
	spaces := strings.Count(word, " ")
	l.longest = max(l.longest, spaces+1)
	if joined := strings.ReplaceAll(word, " ", ""); spaces == 1 && len(joined) > 5 {
		if _, taken := l.forms[joined]; !taken {
			l.forms[joined] = number
		}
	}
}

// readLexicon reads words.csv (role, category, words separated by |; README.md tells the roles) and learns the words of t.
func (t *Taxonomy) readLexicon(fsys fs.FS) error {
	l := &lexicon{forms: make(map[string]uint16, 1<<16), numbers: map[sense]uint16{}, who: map[string]bool{}, formats: map[string]bool{}, invites: map[string]bool{}, stems: map[string]string{}}
	t.lexicon = l
	alone := map[string]bool{}
	means, frames := map[string]string{}, map[string]string{}
	var order []string
	if err := eachRow(fsys, "words.csv", func(row map[string]string) error {
		words := strings.Split(row["words"], "|")
		switch role := row["role"]; role {
		case "not":
			for _, w := range words {
				l.learn(catalog.Fold(w), sense{})
			}
		case "who":
			addAll(l.who, words)
		case "invite":
			addAll(l.invites, words)
		case "format":
			for _, w := range words {
				addAll(l.formats, append(inflections(catalog.Fold(w)), w))
			}
		case "alone":
			addAll(alone, words)
		case "means", "frame":
			to := means
			if role == "frame" {
				to = frames
			}
			if !t.Has(row["category"]) {
				return fmt.Errorf("category %q is not in taxonomy.csv", row["category"])
			}
			for _, w := range words {
				w = catalog.Fold(w)
				if of, known := to[w]; known && of != row["category"] {
					return fmt.Errorf("%q means both %s and %s", w, of, row["category"])
				}
				to[w] = row["category"]
				order = append(order, w)
			}
		default:
			return fmt.Errorf("role %q is none of not, who, invite, format, alone, means and frame", role)
		}
		return nil
	}); err != nil {
		return err
	}
	of := func(id string, how How, confidence float64) sense {
		return sense{match: Match{Category: id, How: how, Confidence: confidence}, rank: t.ranks[id], top: t.parent(id) == ""}
	}
	inflected := map[string]bool{}
	norwegian := []string{} // forms that are inflected, in the order in which they are learned
	learn := func(word string, s sense) {
		word = catalog.Fold(word)
		s.alone, s.how = s.alone || alone[word], l.formats[word]
		if frames[word] == s.match.Category {
			s.rank = rankFrame
		}
		for _, form := range []string{word, nynorskOf.Replace(word)} {
			l.learn(form, s)
			if !inflected[form] {
				inflected[form] = true
				norwegian = append(norwegian, form)
			}
		}
	}
	for _, c := range t.categories {
		for _, lang := range sortedKeys(c.Labels) {
			s := of(c.ID, ByLabel, sureLabel)
			if lang == "nb" || lang == "nn" {
				learn(c.Labels[lang], s)
			} else {
				s.alone = lang == "en" && alone[catalog.Fold(c.Labels[lang])]
				l.learn(catalog.Fold(c.Labels[lang]), s)
			}
		}
	}
	for _, w := range order {
		learn(w, of(cmp.Or(frames[w], means[w]), BySynonym, sureSynonym))
	}
	for _, top := range []bool{false, true} {
		for _, c := range t.categories {
			if (c.Parent == "") != top {
				continue
			}
			for _, w := range c.Synonyms {
				learn(w, of(c.ID, BySynonym, sureSynonym))
			}
		}
	}
	for _, c := range t.categories {
		for _, lang := range []string{"nb", "nn"} {
			for _, part := range parts(c.Labels[lang]) {
				if c.Parent != "" {
					learn(part, of(c.ID, BySynonym, surePart))
				}
			}
		}
	}
	for _, w := range norwegian {
		l.inflect(w)
	}
	return nil
}

// inflect learns the forms of a word that is known.
func (l *lexicon) inflect(word string) {
	s, _ := l.sense(word)
	if s.match.Category == "" {
		return
	}
	s.match.Confidence = min(s.match.Confidence, sureInflected)
	for _, form := range inflections(word) {
		l.learn(form, s)
	}
	if plain := asciiOf.Replace(word); plain != word && utf8.RuneCountInString(word) > 5 {
		l.learn(plain, s)
	}
	if strings.Contains(word, "é") {
		for _, form := range append(inflections(word), word) {
			for _, e := range []string{"e", "è"} {
				l.learn(strings.ReplaceAll(form, "é", e), s)
			}
			for _, foreign := range []string{"café", "cafe"} {
				l.learn(strings.ReplaceAll(form, "kafé", foreign), s)
			}
		}
	}
	if root, ok := strings.CutSuffix(word, "ing"); ok && len(root) > 2 && !strings.Contains(root, " ") && !s.alone { // strikking: å strikke, strikkekveld
		for _, form := range []string{root + "e", root + "er"} {
			if _, taken := l.stems[form]; !taken {
				l.stems[form] = word
			}
		}
	}
}

// nynorskOf writes the parts of words as nynorsk does.
var nynorskOf = strings.NewReplacer("verksted", "verkstad", "forening", "foreining", "skole", "skule", "håndball", "handball",
	"sommer", "sommar", "høst", "haust", "tilbud", "tilbod", "forestilling", "framsyning", "kirke", "kyrkje", "menighet", "kyrkjelyd",
	"tegne", "teikne", "svømme", "symje", "åpen", "open", "gudstjeneste", "gudsteneste", "marked", "marknad", "forfatter", "forfattar",
	"innvandrer", "innvandrar", "opplevelse", "oppleving", "hånd", "hand", "søm", "saum", "uke", "veke")

var asciiOf = strings.NewReplacer("å", "a", "ø", "o", "æ", "ae", "é", "e")

func addAll(to map[string]bool, words []string) {
	for _, w := range words {
		to[catalog.Fold(w)] = true
	}
}

// parts are the single words of a name that lists several: "Kino og film".
func parts(name string) []string {
	if !strings.ContainsAny(name, " ") {
		return nil
	}
	var out []string
	for part := range strings.SplitSeq(listOf.Replace(name), ",") {
		if part = strings.TrimSpace(part); part != "" && !strings.ContainsAny(part, " -(") {
			out = append(out, part)
		}
	}
	return out
}

var listOf = strings.NewReplacer(" og ", ",", " and ", ",")

// inflections are the written forms that a Norwegian noun takes in bokmål and nynorsk, and some that no noun takes.
// Of a phrase, its last word is inflected.
func inflections(word string) []string {
	if utf8.RuneCountInString(word) < 3 || strings.ContainsFunc(word, func(r rune) bool { return r > 'ÿ' || r >= '0' && r <= '9' }) {
		return nil
	}
	with := func(root string, endings ...string) (out []string) {
		for _, e := range endings {
			out = append(out, root+e)
		}
		return out
	}
	cut := func(n int) string { return word[:len(word)-n] }
	switch {
	case strings.HasSuffix(word, "ing"):
		return with(word, "en", "a", "er", "ene", "ar", "ane", "s")
	case strings.HasSuffix(word, "um"):
		return append(with(cut(2), "et", "er", "ene", "a"), word+"s")
	case strings.HasSuffix(word, "er"):
		return append(with(cut(2), "re", "ret", "rene", "ra", "rar", "rane", "ene", "ane"), with(word, "et", "en", "e", "ne", "s")...)
	case strings.HasSuffix(word, "el"):
		return append(with(cut(2), "ler", "lene", "lar", "lane"), with(word, "et", "en")...)
	case strings.HasSuffix(word, "e"):
		return append(with(cut(1), "a", "ar", "ane", "or", "one"), with(word, "n", "r", "t", "ne", "ne")...)
	case strings.HasSuffix(word, "m"):
		return append(with(word+"m", "et", "en", "er", "ene", "ar", "ane"), with(word, "en", "et", "er", "ene", "ar", "ane", "a")...)
	}
	return with(word, "en", "et", "a", "er", "ene", "ar", "ane", "s")
}

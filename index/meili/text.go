package meili

import (
	"slices"
	"strings"

	"fritidshub/index"
	"fritidshub/index/analysis"
)

// The hidden normalised words of a document. Each word stands in them in several forms, told apart by a mark before them; the form
// without a mark is the folded one.
const (
	markStem   = "=" // the stem, where it is another
	markSpelt  = "?" // written out (skoeyter), of words that have other letters than a to z
	markAlike  = "!" // the stem of that
	markPart   = "+" // the stem of a part of a compound
	markParted = "&" // the same, of words that have other letters than a to z
	markEnd    = "<" // a stem backwards without its first letters, so that words which end with another are found
)

const marks = markStem + markSpelt + markAlike + markPart + markParted + markEnd

// endFrom is how many bytes a word has at least before what it is found by as its end; beginnings of words that are not so are no words.
const endFrom = 3

// setText fills the hidden attributes: those that are searched in, title, labels and all, and the one by which mistyped words are
// corrected.
func setText(doc map[string]any, d *index.Document) {
	all, seen := []string{}, map[string]bool{}
	known := map[string][]string{} // forms by term
	var text strings.Builder
	for _, part := range []struct {
		field string
		texts []string
	}{{fieldTitleWords, []string{d.Title}}, {fieldLabelWords, slices.Concat(d.Labels, d.Keywords)}, {"", slices.Concat(d.Synonyms, []string{d.Organizer, d.Place, d.Summary, d.Description})}} {
		own, mine := []string{}, map[string]bool{}
		for _, t := range analysis.Tokens(strings.Join(part.texts, " | ")) {
			list, again := known[t.Term]
			if !again {
				list = forms(t)
				known[t.Term] = list
				text.WriteString(t.Folded + " ")
			}
			for _, form := range list {
				if !mine[form] {
					mine[form] = true
					own = append(own, form)
				}
				if !seen[form] {
					seen[form] = true
					all = append(all, form)
					if part, is := strings.CutPrefix(form, markPart); is {
						text.WriteString(decode(part) + " ")
					}
				}
			}
		}
		if part.field != "" {
			doc[part.field] = own
		}
	}
	doc[fieldWords], doc[fieldText] = all, text.String()
}

// forms is how a word stands in the hidden attributes.
func forms(t analysis.Token) []string {
	list := []string{encode(t.Folded)}
	if t.Stem != t.Folded {
		list = append(list, markStem+encode(t.Stem))
	}
	spelt := analysis.SpellOut(t.Term)
	marked := spelt != t.Folded
	if marked {
		list = append(list, markSpelt+encode(spelt), markAlike+encode(analysis.Stem(spelt)))
	}
	for _, p := range analysis.Parts(t.Folded) {
		list = append(list, markPart+encode(p.Stem))
		if marked {
			list = append(list, markParted+encode(p.Stem))
		}
	}
	if len(t.Stem) > endFrom {
		end := backwards(t.Stem[endFrom:])
		if !isPlain(end) {
			end = inHex(end)
		}
		list = append(list, markEnd+end)
	}
	return list
}

func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// test makes a condition on hidden attributes, any of which may fulfil it.
type test func(fields ...string) string

var (
	anywhere = []string{fieldWords}
	inTitle  = []string{fieldTitleWords}
	inLabels = []string{fieldTitleWords, fieldLabelWords}
)

func is(values ...string) test {
	return func(fields ...string) string {
		var list []string
		for _, f := range fields {
			list = append(list, in(f, values))
		}
		return or(list...)
	}
}

// begins holds for the forms with a mark that begin with a text; encoded ones do in their own way.
func begins(mark, text string) test {
	return func(fields ...string) string {
		var list []string
		for _, f := range fields {
			list = append(list, f+" STARTS WITH "+quote(mark+inHex(text)))
			if isPlain(text) {
				list = append(list, f+" STARTS WITH "+quote(mark+text))
			}
		}
		return or(list...)
	}
}

func either(tests ...test) test {
	if len(tests) == 1 {
		return tests[0]
	}
	return func(fields ...string) string { return or(each(tests, fields)...) }
}

func every(tests ...test) test {
	return func(fields ...string) string { return "(" + and(each(tests, fields)...) + ")" }
}

func each(tests []test, fields []string) []string {
	var list []string
	for _, t := range tests {
		list = append(list, t(fields...))
	}
	return list
}

// stemIs holds for words with a stem.
func stemIs(stem string) []string {
	values := []string{markStem + encode(stem)}
	if analysis.Stem(stem) == stem {
		values = append(values, encode(stem))
	}
	return values
}

// exactly holds for a word as it is, whatever its letters are spelt like.
func exactly(w analysis.Token) test { return is(encode(w.Folded)) }

// whole holds for a word in any spelling and inflection, and for compounds with it.
func whole(w analysis.Token) test {
	alike := analysis.Stem(analysis.SpellOut(w.Term))
	values := append(stemIs(w.Stem), markAlike+encode(alike), markPart+encode(w.Stem))
	if alike != w.Stem {
		values = append(values, stemIs(alike)...)
	}
	for _, form := range w.Spellings()[1:] {
		values = append(values, markParted+encode(analysis.Stem(form)))
	}
	return is(values...)
}

// begun holds for words that begin with one that may still be being typed.
func begun(w analysis.Token) test {
	tests := []test{begins("", w.Folded), begins(markSpelt, analysis.SpellOut(w.Term))}
	if spelt := analysis.SpellOut(w.Term); spelt != w.Folded {
		tests = append(tests, begins("", spelt))
	}
	return either(tests...)
}

// ending holds for words that end with one, by its stem.
func ending(w analysis.Token) test { return begins(markEnd, backwards(w.Stem)) }

func isNumber(word string) bool { return strings.ContainsAny(word, "0123456789") }

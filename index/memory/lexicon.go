package memory

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"fritidshub/index"
	"fritidshub/index/analysis"
)

// The fields of a document in which a word may stand, as bits.
const (
	inTitle = 1 << iota
	inKeywords
	inLabels
	inOrganizer
	inPlace
	inSummary
	inDescription
	inSynonyms
)

// ranks are by the fields in which a word stands.
type ranks [inSynonyms * 2]uint8

// fieldRank is the worth, from 1 to 7, of the best of the fields.
var fieldRank = func() (ranks ranks) {
	for fields := range ranks {
		for i, rank := range []uint8{7, 6, 5, 4, 3, 2, 2, 1} {
			if fields&(1<<i) != 0 {
				ranks[fields] = max(ranks[fields], rank)
			}
		}
	}
	return ranks
}()

// fieldWorth is what a word counts by the rank of its field: one in the title more than two elsewhere.
var fieldWorth = [8]uint32{0, 4, 6, 7, 8, 9, 12, 24}

// lexicon is the words of a segment and where they stand.
type lexicon struct {
	terms, folded, stems table    // by term; terms are sorted
	byFolded, byStem     []uint32 // terms in the order of their other forms
	commonFolded         *common
	commonStem           *common
	docs                 []uint32 // by term: in how many documents it is
	off                  []uint32 // by term: where its postings begin
	// postings are, for each document in order, the distance to the one before as a varint, and a byte of fields.
	postings []byte
	parts    partIndex
	openings openings
}

type lexiconBuilder struct {
	terms   map[string]uint32
	names   []string
	phrases map[string][]uint32 // words of short texts that come again and again
	fields  []uint8             // by term, of the current document
	touched []uint32
	doc     uint32
	term    []uint32 // postings in the order in which they were met
	place   []uint64 // document << 8 | fields
}

func newLexiconBuilder() *lexiconBuilder {
	return &lexiconBuilder{terms: map[string]uint32{}, phrases: map[string][]uint32{}}
}

func (b *lexiconBuilder) term32(word []byte) uint32 {
	id, known := b.terms[string(word)]
	if !known {
		name := string(word)
		id = uint32(len(b.names))
		b.terms[name] = id
		b.names = append(b.names, name)
		b.fields = append(b.fields, 0)
	}
	return id
}

func (b *lexiconBuilder) mark(term uint32, field uint8) {
	if b.fields[term] == 0 {
		b.touched = append(b.touched, term)
	}
	b.fields[term] |= field
}

func (b *lexiconBuilder) text(text string, field uint8) {
	analysis.Words(text, func(word []byte) { b.mark(b.term32(word), field) })
}

func (b *lexiconBuilder) phrase(text string, field uint8) {
	terms, known := b.phrases[text]
	if !known {
		analysis.Words(text, func(word []byte) { terms = append(terms, b.term32(word)) })
		b.phrases[text] = terms
	}
	for _, term := range terms {
		b.mark(term, field)
	}
}

// add takes the next document.
func (b *lexiconBuilder) add(d *index.Document) {
	b.text(d.Title, inTitle)
	for _, k := range d.Keywords {
		b.phrase(k, inKeywords)
	}
	for _, l := range d.Labels {
		b.phrase(l, inLabels)
	}
	for _, s := range d.Synonyms {
		b.phrase(s, inSynonyms)
	}
	b.phrase(d.Organizer, inOrganizer)
	b.phrase(d.Place, inPlace)
	b.text(d.Summary, inSummary)
	b.text(d.Description, inDescription)
	for _, term := range b.touched {
		b.term = append(b.term, term)
		b.place = append(b.place, uint64(b.doc)<<8|uint64(b.fields[term]))
		b.fields[term] = 0
	}
	b.touched = b.touched[:0]
	b.doc++
}

func (b *lexiconBuilder) lexicon() lexicon {
	starts := make([]uint32, len(b.names)+1)
	for _, term := range b.term {
		starts[term+1]++
	}
	for i := range len(b.names) {
		starts[i+1] += starts[i]
	}
	sorted := make([]uint64, len(b.place)) // by term, then document
	fill := slices.Clone(starts)
	for i, term := range b.term {
		sorted[fill[term]] = b.place[i]
		fill[term]++
	}
	order := make([]uint32, len(b.names))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.names[x], b.names[y]) })
	var l lexicon
	for _, term := range order {
		t := analysis.Analyse(b.names[term])
		add(&l.terms, t.Term)
		add(&l.folded, t.Folded)
		add(&l.stems, t.Stem)
		l.add(sorted[starts[term]:starts[term+1]])
	}
	l.finish()
	return l
}

// add takes the postings of the term that was added last, in order.
func (l *lexicon) add(places []uint64) {
	l.docs = append(l.docs, uint32(len(places)))
	l.off = append(l.off, uint32(len(l.postings)))
	before := uint64(0)
	for _, p := range places {
		l.postings = binary.AppendUvarint(l.postings, p>>8-before)
		l.postings = append(l.postings, byte(p))
		before = p >> 8
	}
}

func (l *lexicon) finish() {
	l.off = append(l.off, uint32(len(l.postings)))
	order := func(forms *table) []uint32 {
		o := make([]uint32, l.terms.len())
		for i := range o {
			o[i] = uint32(i)
		}
		slices.SortFunc(o, func(x, y uint32) int { return bytes.Compare(forms.at(x), forms.at(y)) })
		return o
	}
	l.byFolded, l.byStem = order(&l.folded), order(&l.stems)
	l.terms.clip()
	l.folded.clip()
	l.stems.clip()
	l.postings, l.docs, l.off = slices.Clip(l.postings), slices.Clip(l.docs), slices.Clip(l.off)
}

// each calls use with every document of a term and the fields in which it stands there.
func (l *lexicon) each(term uint32, use func(d uint32, fields uint8)) {
	p := l.postings[l.off[term]:l.off[term+1]]
	d := uint32(0)
	for i := 0; i < len(p); {
		step := uint32(p[i])
		i++
		if step >= 0x80 {
			step &= 0x7f
			for shift := 7; ; shift += 7 {
				c := p[i]
				i++
				step |= uint32(c&0x7f) << shift
				if c < 0x80 {
					break
				}
			}
		}
		d += step
		use(d, p[i])
		i++
	}
}

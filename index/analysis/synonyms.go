package analysis

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// Version changes with what this package makes of a document's words; an index that was built with another is to be built anew.
const Version = "5"

// SynonymsFormat is the version of the format of synonym files.
const SynonymsFormat = 1

const (
	// MaxSynonyms is the largest synonym file in bytes.
	MaxSynonyms   = 256 << 10
	maxGroup      = 50 // words of a group
	maxPhrase     = 4  // words of one entry
	maxSynonymKey = 100
)

// Alternative is what also answers some words of a query.
type Alternative struct {
	From, To int     // the words of the query, a half-open interval
	Words    []Token // all of them are needed
	// Same says that it is another word for the same thing; else it is something near, which ranks below what was asked for.
	Same bool
}

// Synonyms are words that stand for others. A nil one knows none. It is read-only and may be shared.
type Synonyms struct {
	byKey   map[string][]synonym
	longest int // words of a key
	print   uint64
}

type synonym struct {
	words []Token
	same  bool
}

// Fault is one thing that is wrong in a synonym file, in Norwegian. The rest of the file holds all the same.
type Fault struct {
	Line, Column int // from 1; 0 when it is about the whole file
	What, Do     string
}

//go:embed synonyms.yaml
var builtInSynonyms []byte

// BuiltInSynonyms are those that the program knows without a file.
var BuiltInSynonyms = sync.OnceValue(func() *Synonyms {
	s, _ := ReadSynonyms(strings.NewReader(string(builtInSynonyms)), nil)
	return s
})

// ReadSynonyms reads a synonym file and adds it to known, which may be nil and stays as it is:
//
//	version: 1
//	same:                       # each finds all the others
//	  - [svømming, symjing, swimming]
//	also:                       # who writes the first also finds the others, after what was asked for
//	  svømming: [bading, åpent basseng]
//
// What is wrong in it is told by line, and left out.
func ReadSynonyms(r io.Reader, known *Synonyms) (*Synonyms, []Fault) {
	s := &Synonyms{byKey: map[string][]synonym{}}
	if known != nil {
		s.longest, s.print = known.longest, known.print
		for key, list := range known.byKey {
			s.byKey[key] = slices.Clone(list)
		}
	}
	raw, err := io.ReadAll(io.LimitReader(r, MaxSynonyms+1))
	if err != nil {
		return s, []Fault{{What: "fila kan ikke leses: " + err.Error(), Do: "se til at den finnes og kan leses"}}
	}
	if len(raw) > MaxSynonyms {
		return s, []Fault{{What: fmt.Sprintf("fila er større enn %d KiB", MaxSynonyms>>10), Do: "ta bort ord"}}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return s, []Fault{formFault(err)}
	}
	if len(doc.Content) == 0 {
		return s, nil
	}
	sum := fnv.New64a()
	fmt.Fprint(sum, s.print)
	sum.Write(raw)
	s.print = sum.Sum64()
	f := synonymFile{s: s}
	f.root(doc.Content[0])
	return s, f.faults
}

// Fingerprint tells synonyms that were read from different files apart.
func (s *Synonyms) Fingerprint() string {
	if s == nil {
		return ""
	}
	return strconv.FormatUint(s.print, 16)
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

func formFault(err error) Fault {
	f := Fault{What: "fila er ikke gyldig YAML", Do: "se etter en klamme eller et kolon for mye eller for lite"}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		f.Line, _ = strconv.Atoi(m[1])
		f.Column = 1
	}
	return f
}

// synonymFile is a file being read.
type synonymFile struct {
	s      *Synonyms
	faults []Fault
}

func (f *synonymFile) fault(n *yaml.Node, what, do string) {
	f.faults = append(f.faults, Fault{n.Line, n.Column, what, do})
}

func (f *synonymFile) root(n *yaml.Node) {
	const shape = "skriv version: 1 og under den same: og also:"
	if n.Kind != yaml.MappingNode {
		f.fault(n, "fila har ikke nøklene version, same og also øverst", shape)
		return
	}
	if len(n.Content) > 0 && !slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return c.Value == "version" }) {
		f.fault(n, "version mangler", shape)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch empty := value.Tag == "!!null"; {
		case key.Value == "version":
			if value.Value != strconv.Itoa(SynonymsFormat) {
				f.fault(value, fmt.Sprintf("versjonen %q er ukjent", value.Value), fmt.Sprintf("skriv version: %d", SynonymsFormat))
			}
		case key.Value == "same" && empty, key.Value == "also" && empty:
		case key.Value == "same":
			f.same(value)
		case key.Value == "also":
			f.also(value)
		default:
			f.fault(key, fmt.Sprintf("nøkkelen %q finnes ikke", key.Value), shape)
		}
	}
}

func (f *synonymFile) same(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		f.fault(n, "same er ikke en liste", "skriv en linje for hver gruppe: - [ord, annet ord]")
		return
	}
	for _, group := range n.Content {
		words := f.words(group)
		if len(words) == 1 {
			f.fault(group, "gruppa har bare ett ord", "skriv minst to ord for det samme")
		}
		for i := range words {
			for j := range words {
				if i != j {
					f.s.add(words[i], words[j], true)
				}
			}
		}
	}
}

func (f *synonymFile) also(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		f.fault(n, "also er ikke ord med kolon", "skriv ord: [annet ord, tredje ord]")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, ok := f.entry(n.Content[i])
		for _, words := range f.words(n.Content[i+1]) {
			if ok {
				f.s.add(key, words, false)
			}
		}
	}
}

// words reads a list of words and phrases.
func (f *synonymFile) words(n *yaml.Node) [][]Token {
	const do = "skriv [ord, annet ord]"
	if n.Kind != yaml.SequenceNode {
		f.fault(n, "her skulle det stå en liste av ord", do)
		return nil
	}
	if len(n.Content) == 0 {
		f.fault(n, "lista er tom", do)
	}
	if len(n.Content) > maxGroup {
		f.fault(n, fmt.Sprintf("lista har %d ord, flere enn %d", len(n.Content), maxGroup), "del den i flere")
		return nil
	}
	var list [][]Token
	for _, c := range n.Content {
		words, ok := f.entry(c)
		if !ok {
			continue
		}
		if slices.ContainsFunc(list, func(w []Token) bool { return keyOf(w) == keyOf(words) && termsOf(w) == termsOf(words) }) {
			f.fault(c, fmt.Sprintf("%q står to ganger i lista", c.Value), "ta bort det ene")
			continue
		}
		list = append(list, words)
	}
	return list
}

// entry reads a word or phrase.
func (f *synonymFile) entry(n *yaml.Node) ([]Token, bool) {
	words := Query(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode:
		f.fault(n, "her skulle det stå et ord", "skriv ett ord, eller flere ord i hermetegn")
	case len(n.Value) > maxSynonymKey:
		f.fault(n, fmt.Sprintf("%.20q… er for langt", n.Value), "skriv et kortere ord")
	case len(words) == 0:
		f.fault(n, fmt.Sprintf("%q har ingen ord", n.Value), "skriv et ord, og husk mellomrom etter komma")
	case len(words) > maxPhrase:
		f.fault(n, fmt.Sprintf("%q har flere enn %d ord", n.Value, maxPhrase), "skriv det kortere")
	default:
		return words, true
	}
	return nil, false
}

func keyOf(words []Token) string {
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = w.Stem
	}
	return strings.Join(stems, " ")
}

func termsOf(words []Token) string {
	terms := make([]string, len(words))
	for i, w := range words {
		terms[i] = w.Term
	}
	return strings.Join(terms, " ")
}

func (s *Synonyms) add(from, to []Token, same bool) {
	key := keyOf(from)
	if key == keyOf(to) {
		return // inflections and spellings meet by themselves
	}
	s.longest = max(s.longest, len(from))
	for i, known := range s.byKey[key] {
		if keyOf(known.words) == keyOf(to) {
			s.byKey[key][i].same = known.same || same
			return
		}
	}
	s.byKey[key] = append(s.byKey[key], synonym{to, same})
}

// Alternatives gives what else answers the words of a query, in no order that matters.
func (s *Synonyms) Alternatives(words []Token) []Alternative {
	if s == nil {
		return nil
	}
	var list []Alternative
	for from := range words {
		for to := from + 1; to <= min(from+s.longest, len(words)); to++ {
			key := keyOf(words[from:to])
			found := s.byKey[key]
			if last := words[to-1]; found == nil {
				found = s.byKey[strings.TrimSuffix(key, last.Stem)+Stem(strings.TrimSuffix(last.Folded, "s"))] // an English plural
			}
			for _, f := range found {
				list = append(list, Alternative{from, to, f.words, f.same})
			}
		}
	}
	return list
}

// Words gives every single word that has an alternative, by stem, in order.
func (s *Synonyms) Words() []string {
	if s == nil {
		return nil
	}
	var list []string
	for key := range s.byKey {
		if !strings.Contains(key, " ") {
			list = append(list, key)
		}
	}
	slices.Sort(list)
	return list
}

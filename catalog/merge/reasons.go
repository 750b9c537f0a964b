package merge

import (
	"iter"
	"math/bits"
	"strings"
)

// Reason is one thing that speaks for or against two records being the same.
type Reason uint8

// The reasons.
const (
	Echo Reason = iota
	SameLink
	SameTitle
	NearTitle
	PartTitle
	SameTimes
	SameStart
	NearStart
	SameDays
	InSeries
	SameHours
	SamePlace
	NearPlace
	SameOrganizer
	PlaceIsOrganizer
	NamesPlace
	SameAges
	SameTeam
	NearPrice
	Copy
	Moved
	Run
	OtherTitle
	OtherDate
	OtherTime
	OtherWeekday
	OtherRound
	OtherPlace
	OtherTown
	OtherOrganizer
	OtherKind
	OtherAges
	OtherTeam
	OtherGender
	OtherLevel
	OtherPart
	OtherLanguage
	OtherRole
	OtherTopic
	OtherAdaptation
	OtherPrice
	OneUndated
	Unplaced
	SameSource
	reasons
)

// texts say each reason to an editor.
var texts = [reasons]struct {
	name, text string
	against    bool
}{
	Echo:             {"echo", "samme oppføring, som kommer flere veier", false},
	SameLink:         {"same_link", "samme nettside eller billettlenke", false},
	SameTitle:        {"same_title", "samme tittel", false},
	NearTitle:        {"near_title", "nesten samme tittel", false},
	PartTitle:        {"part_title", "noen av de samme ordene i tittelen", false},
	SameTimes:        {"same_times", "de samme datoene og klokkeslettene", false},
	SameStart:        {"same_start", "samme dato og klokkeslett", false},
	NearStart:        {"near_start", "samme dato og nesten samme klokkeslett (dører eller start)", false},
	SameDays:         {"same_days", "samme dag", false},
	InSeries:         {"in_series", "datoen er en av datoene i rekka", false},
	SameHours:        {"same_hours", "samme ukedag og klokkeslett", false},
	SamePlace:        {"same_place", "samme sted", false},
	NearPlace:        {"near_place", "stedene kan være det samme", false},
	SameOrganizer:    {"same_organizer", "samme arrangør", false},
	PlaceIsOrganizer: {"place_is_organizer", "stedet i den ene er arrangøren i den andre", false},
	NamesPlace:       {"names_place", "tittelen i den ene nevner sted eller arrangør i den andre", false},
	SameAges:         {"same_ages", "samme alder", false},
	SameTeam:         {"same_team", "samme lag", false},
	NearPrice:        {"near_price", "omtrent samme pris", false},
	Copy:             {"copy", "den ene er en kopi av den andre i samme kilde", false},
	Moved:            {"moved", "den ene sier at den er flyttet", false},
	Run:              {"run", "samme tittel, sted og pris flere ganger tett etter hverandre i samme kilde", false},
	OtherTitle:       {"other_title", "ulike titler", true},
	OtherDate:        {"other_date", "ulike datoer", true},
	OtherTime:        {"other_time", "ulike klokkeslett samme dag", true},
	OtherWeekday:     {"other_weekday", "ulik ukedag eller ulikt klokkeslett i uka", true},
	OtherRound:       {"other_round", "ulike runder", true},
	OtherPlace:       {"other_place", "ulike steder", true},
	OtherTown:        {"other_town", "ulik by eller kommune", true},
	OtherOrganizer:   {"other_organizer", "ulike arrangører", true},
	OtherKind:        {"other_kind", "ulike slag tilbud, som et arrangement og en etterlysning av frivillige til det", true},
	OtherAges:        {"other_ages", "ulike aldersgrupper", true},
	OtherTeam:        {"other_team", "ulike lag", true},
	OtherGender:      {"other_gender", "den ene er for jenter eller kvinner, den andre for gutter eller menn", true},
	OtherLevel:       {"other_level", "ulike nivåer", true},
	OtherPart:        {"other_part", "ulike deler, numre eller utgaver", true},
	OtherLanguage:    {"other_language", "ulike språk", true},
	OtherRole:        {"other_role", "den ene er en del av eller noe rundt den andre, som en åpning, en omvisning eller et gavekort", true},
	OtherTopic:       {"other_topic", "ulik gjest eller ulikt tema", true},
	OtherAdaptation:  {"other_adaptation", "bare den ene er tilrettelagt eller en ekstraforestilling", true},
	OtherPrice:       {"other_price", "ulik pris", true},
	OneUndated:       {"one_undated", "bare den ene har tider", true},
	Unplaced:         {"unplaced", "ingenting sier at sted eller arrangør er det samme, og tittelen er vanlig", true},
	SameSource:       {"same_source", "kilden fører dem som to", true},
}

// String names the reason.
func (r Reason) String() string { return texts[r].name }

// Text says the reason to an editor, in Norwegian.
func (r Reason) Text() string { return texts[r].text }

// Against reports whether the reason speaks against the two being the same.
func (r Reason) Against() bool { return texts[r].against }

// Verdict is what Compare finds of two records.
type Verdict struct {
	Score   float32 // how much speaks for, less what speaks against; the records are the same from Threshold on
	Same    bool    // they are the same thing
	Apart   bool    // they are two things whatever else joins them
	parts   uint64  // a bit for each Reason that alone makes them two things
	placed  bool    // place or organiser speak for it
	hinted  bool    // the town does, or a sort of house
	reasons uint64  // a bit for each Reason
}

// Reasons gives what speaks for, then what speaks against.
func (v Verdict) Reasons() iter.Seq[Reason] {
	return func(yield func(Reason) bool) {
		for set := v.reasons; set != 0; set &= set - 1 {
			if !yield(Reason(bits.TrailingZeros64(set))) {
				return
			}
		}
	}
}

// Has reports whether r is one of the reasons.
func (v Verdict) Has(r Reason) bool { return v.reasons>>r&1 == 1 }

// Text says the reasons in a sentence, what speaks for first.
func (v Verdict) Text() string {
	var pro, con []string
	for r := range v.Reasons() {
		if r.Against() {
			con = append(con, r.Text())
		} else {
			pro = append(pro, r.Text())
		}
	}
	text := strings.Join(pro, ", ")
	if len(con) > 0 && text != "" {
		text += "; imot: "
	}
	return text + strings.Join(con, ", ")
}

func (v *Verdict) add(r Reason, score float32) {
	v.reasons |= 1 << r
	v.Score += score
}

// part notes a reason that alone makes them two things.
func (v *Verdict) part(r Reason) {
	v.add(r, -4)
	v.parts |= 1 << r
	v.Apart = true
}

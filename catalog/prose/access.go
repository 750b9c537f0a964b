package prose

import (
	"slices"

	"fritidshub/catalog"
)

// access reads the ways in which the text says it is adapted or not. A companion alone does not make it adapted.
func (r *reader) access(f *Facts) {
	has, lacks := [16]bool{}, [16]bool{}
	var order []int
	put := func(tag int, yes bool, from, to int) {
		if !has[tag] && !lacks[tag] {
			order = append(order, tag)
		}
		has[tag], lacks[tag] = has[tag] || yes, lacks[tag] || !yes
		r.note("adapted", from, to)
	}
	general := -1
	for i := range r.t {
		t := &r.t[i]
		if t.kind == word && (t.one("trapp", "trapper", "trinn", "terskler", "trappar", "tersklar", "dørstokk", "terskel")) {
			switch {
			case r.anyWord(i-2, i, "uten", "utan", "ingen", "inga"):
				put(wheelchair, true, i-1, i+1)
			case hasPrefix(t.text, "trapp") && r.anyWord(max(0, i-4), i, "bare", "berre", "kun", "bratt", "bratte"):
				put(wheelchair, false, i-1, i+1)
			}
			continue
		}
		if hasPrefix(t.text, "tilpass", "tilgjengel") && r.any(max(0, i-3), i, never) && r.ramped(i) {
			put(wheelchair, false, i, i+1) // "trinnfri, men toalettet er ikke tilpasset"
		}
		if t.kind != word || !t.is(access) {
			continue
		}
		tag := t.value
		if !r.meansAccess(i, &tag) {
			continue
		}
		yes := !r.negated(i)
		switch {
		case tag == companions:
			if yes && !r.mustFollow(i) {
				put(tag, true, i, i+1)
			}
		case tag == generalTags && yes:
			general = i
		default:
			put(tag, yes, i, i+1)
		}
	}
	specific := false
	for tag := range has {
		specific = specific || (has[tag] || lacks[tag]) && tag != companions && tag != generalTags
	}
	if specific && lacks[generalTags] && !has[generalTags] {
		lacks[generalTags] = false
		order = slices.DeleteFunc(order, func(tag int) bool { return tag == generalTags })
	}
	if general >= 0 && !specific {
		put(generalTags, true, general, general+1)
	}
	for _, tag := range order {
		f.Tags = append(f.Tags, Tag{tags[tag], has[tag] && !lacks[tag]})
	}
	switch {
	case lacks[wheelchair] || lacks[generalTags]:
		f.Adapted = catalog.No
	case specific && anyTag(has):
		f.Adapted = catalog.Yes // a hearing loop that is missing does not close a house with a ramp
	case anyTag(lacks):
		f.Adapted = catalog.No
	case anyTag(has):
		f.Adapted = catalog.Yes
	}
}

// anyTag reports whether any way of being adapted, other than by a companion, is set.
func anyTag(set [16]bool) bool {
	for tag, in := range set {
		if in && tag != companions {
			return true
		}
	}
	return false
}

// ramped reports whether the sentence of token i speaks of wheelchairs or stairs.
func (r *reader) ramped(i int) bool {
	from, to := r.sentence(i)
	for j := from; j < to; j++ {
		if r.is(j, access) && r.at(j).value == wheelchair {
			return true
		}
	}
	return false
}

// meansAccess reports whether the access word at i is used as one; it may change the tag.
func (r *reader) meansAccess(i int, tag *int) bool {
	t := r.at(i)
	switch t.text {
	case "hc":
		return r.one(i+1, "-", "toalett", "wc", "parkering", "plass")
	case "ms", "cp", "adhd":
		return r.one(i-1, "med", "har", "eller", "og", ",")
	case "utforma", "utformet", "utforming", "utformede":
		return hasPrefix(r.word(i-1), "universel")
	case "behov":
		return hasPrefix(r.word(i-1), "spesiel", "særskil", "særlige", "særlege")
	case "funksjonsevne", "funksjonsnivå":
		return hasPrefix(r.word(i-1), "nedsatt", "nedsett", "redusert", "ulik") || r.anyWord(i-3, i, "uansett", "uavhengig")
	case "lydnivå":
		return hasPrefix(r.word(i-1), "lav", "låg", "redusert", "demp")
	case "dempet", "dempa", "dempede":
		lo, hi := max(0, i-3), i+4
		return r.anyWord(lo, hi, "lys", "lyd", "lyset", "lyden", "belysning", "musikk", "lydnivå", "lysnivå", "lyssetting")
	case "rampe":
		return !r.anyWord(max(0, i-3), i+3, "skate", "sykkel", "bmx", "skateboard") && !r.anyWord(0, min(len(r.t), 8), "skate", "skating", "bmx")
	case "heis", "heisen", "heisar":
		return !r.anyWord(0, min(len(r.t), 12), "ski", "skitur", "alpint", "alpinanlegg", "snowboard", "skianlegg")
	case "tekstet", "teksta", "teksting":
		return true
	case "demens":
		return r.one(i-1, "med", "har")
	}
	if hasPrefix(t.text, "tilrettelagt", "tilrettelagd", "tilrettelegging") {
		// "tilrettelagt for barn" is no adaptation
		if r.word(i+1) == "for" && (r.is(i+2, person) || r.one(i+2, "nybegynnere", "nybyrjarar")) && !r.anyWord(i+2, i+6, "med", "uavhengig") {
			return false
		}
		return r.word(i+1) != "for" || r.any(i+2, i+8, access) || r.anyWord(i+2, i+3, "alle", "personer", "deltakere", "dem", "deg", "menneske", "mennesker")
	}
	if hasPrefix(t.text, "funksjons") && hasPrefix(r.word(i-1), "fysisk") {
		*tag = 8
	}
	if t.value == 3 && r.word(i-1) == "i" && r.is(i-2, course) {
		return false // a course in sign language
	}
	return true
}

// mustFollow reports whether the companion at i is one that children must bring.
func (r *reader) mustFollow(i int) bool {
	lo, _ := r.sentence(i)
	return r.anyWord(max(lo, i-8), i, "barn", "born") && r.anyWord(max(lo, i-8), i, "må", "skal")
}

// negated reports whether what is named at token i is said not to be there: "ikke heis", "rullestol kommer ikke inn", "vanskelig med rullestol".
func (r *reader) negated(i int) bool {
	for j := i - 1; j >= max(0, i-9); j-- {
		t := r.at(j)
		if next := r.at(j + 1); r.breaks(j) || next.line && next.capital {
			break
		}
		if t.is(never) && t.kind == word || hasPrefix(t.text, "vanskel", "umulig", "umogeleg", "dårlig", "dårleg", "uegn", "utilgjengel", "begrens", "avgrens") || t.text == "lite" {
			if t.text == "uten" && r.word(j+1) == "hinder" || r.one(j, "uten", "utan") && r.word(j-2) == "med" {
				continue // "med og uten"
			}
			return !r.harmless(j + 1)
		}
		if t.text == "heller" && r.is(j+1, never) {
			return true
		}
	}
	if r.anyWord(i+1, i+4, "ute") && r.anyWord(i+2, i+6, "drift", "funksjon") {
		return true
	}
	for j := i + 1; j < min(len(r.t), i+8); j++ {
		t := r.at(j)
		if r.breaks(j) || t.line && t.capital {
			break
		}
		if t.text == "og" && !r.at(j+1).is(access) && j > i+1 {
			break
		}
		if t.is(never) && t.kind == word && t.text != "uten" && t.text != "utan" {
			return !r.harmless(j + 1)
		}
	}
	return false
}

// breaks reports whether token j ends the reach of a negation.
func (r *reader) breaks(j int) bool {
	switch r.word(j) {
	case "men", ",", ";", "!", "?", "(", ")", ":":
		return true
	case ".":
		return r.stop(j)
	case "-":
		return r.at(j).gap && r.at(j+1).gap
	}
	return false
}

// harmless reports whether the negation before token j denies an obstacle: "ingen hindring", "ikke noe problem".
func (r *reader) harmless(j int) bool {
	for k := j; k < j+3; k++ {
		if hasPrefix(r.word(k), "problem", "hind", "hinder", "begrens", "avgrens") {
			return true
		}
	}
	return r.one(j, "bare", "berre")
}

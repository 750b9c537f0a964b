package memory

// score is how well a document answers the query, in buckets: how many of the words, how near to what was asked for, in which fields,
// and how exactly. Fields and exactness of a rare word count more.
func (p *part) score(d uint32) uint32 {
	if p.scores != nil {
		return p.scores[p.words[0].weights[d]]
	}
	var s sums
	for i := range p.words {
		s.add(p.words[i].weights[d], p.words[i].rarity)
	}
	return s.score()
}

// sums are what a score is made of.
type sums struct{ words, off, field, fit uint32 }

func (s *sums) add(weight byte, rarity uint32) {
	if weight == 0 {
		return
	}
	b := uint32(weight)
	s.words++
	s.off += nearSame - b>>nearShift
	s.field += fieldWorth[b>>fieldShift&7] * rarity
	s.fit += b & fits * rarity
}

func (s *sums) score() uint32 {
	return s.words<<28 | (15-min(s.off, 15))<<24 | min(s.field, 1<<13-1)<<11 | min(s.fit, 1<<11-1)
}

// scores gives the score of every weight of a single word.
func scores(rarity uint32) *[256]uint32 {
	all := new([256]uint32)
	for weight := range all {
		s := sums{}
		s.add(byte(weight), rarity)
		all[weight] = s.score()
	}
	return all
}

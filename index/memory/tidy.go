package memory

import (
	"math/bits"
	"slices"
)

const (
	// tierSize is how many segments of about the same size are merged into one, and how much larger those of the next tier are.
	tierSize = 8
	// A segment with more dead documents than fewDead, and more than one of deadPart, is made anew.
	fewDead  = 64
	deadPart = 4
	// crowd is how many segments there may be before a change waits for merging to catch up.
	crowd = 8 * tierSize
)

// tier tells about how large a view is.
func (v view) tier() int { return bits.Len(uint(v.live)) / (bits.Len(tierSize) - 1) }

// untidy gives the newest views when there are many of about the same size or many in all, or one that holds much that is dead; else nothing.
func untidy(views []view) []view {
	if len(views) == 0 {
		return nil
	}
	most := slices.MaxFunc(views, func(a, b view) int { return a.tier() - b.tier() }).tier()
	first := len(views) // of the newest that are of a tier at most
	for tier := range most + 1 {
		for first > 0 && views[first-1].tier() <= tier {
			first--
		}
		same := 0
		for _, v := range views[first:] {
			if v.tier() == tier {
				same++
			}
		}
		if many := len(views) - first; same >= tierSize || many >= tierSize*(tier+1) {
			return views[first:]
		}
	}
	for i, v := range views {
		if dead := v.seg.n - v.live; dead > fewDead && dead*deadPart > v.seg.n {
			return views[i : i+1]
		}
	}
	return nil
}

// tidy merges beside what is untidy, and puts the merged in its place when it is done. The writer calls it.
func (e *Engine) tidy() {
	old := untidy(e.now.Load().views)
	if e.tidying || e.closed || old == nil {
		return
	}
	e.tidying = true
	whole := e.whole
	e.jobs.Go(func() {
		merged := merge(old, false)
		merged.seg.prepare()
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.whole == whole {
			e.replace(old, merged)
		}
		e.tidying = false
		e.tidied.Broadcast()
		e.tidy()
	})
}

// replace puts merged in the place of the views that it was made of. What has died in them since is dead in it too; a view that is no
// longer there has died altogether.
func (e *Engine) replace(old []view, merged view) {
	sn := e.now.Load()
	var gone []string
	at := -1
	for _, o := range old {
		i := slices.IndexFunc(sn.views, func(v view) bool { return v.seg == o.seg })
		if i >= 0 && at < 0 {
			at = i
		}
		for d := range uint32(o.seg.n) {
			if (o.dead == nil || !o.dead.has(d)) && (i < 0 || sn.views[i].dead != nil && sn.views[i].dead.has(d)) {
				gone = append(gone, string(o.seg.ids.at(d)))
			}
		}
	}
	if at < 0 {
		return
	}
	one := []view{merged}
	kill(one, gone)
	views := slices.Insert(slices.Clone(sn.views), at, one[0])
	views = slices.DeleteFunc(views, func(v view) bool {
		return slices.ContainsFunc(old, func(o view) bool { return o.seg == v.seg })
	})
	e.publish(views, sn.change)
}

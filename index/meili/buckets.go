package meili

import "slices"

// buckets are what is found from the best on: where all words stand decides, then how exactly. Each holds those before it too; the last
// one, which is everything, is left out.
func (p *plan) buckets() []string {
	meant := slices.DeleteFunc(slices.Clone(p.meant), func(m meaning) bool { return m.idle })
	if p.lacking || len(meant) == 0 {
		return nil
	}
	all := func(of func(m meaning) string) string {
		var list []string
		for _, m := range meant {
			list = append(list, of(m))
		}
		return "(" + and(list...) + ")"
	}
	any := func(of func(m meaning) string) string {
		var list []string
		for _, m := range meant {
			list = append(list, of(m))
		}
		return or(list...)
	}
	steps := []string{
		all(func(m meaning) string { return exactly(m.word)(inTitle...) }),
		all(func(m meaning) string { return m.whole(inTitle...) }),
		all(func(m meaning) string { return m.any(inTitle...) }),
		all(func(m meaning) string { return m.whole(inLabels...) }),
		all(func(m meaning) string { return m.any(inLabels...) }),
	}
	if len(meant) > 1 {
		steps = append(steps, any(func(m meaning) string { return m.any(inTitle...) }))
	}
	steps = append(steps, all(func(m meaning) string { return m.whole(anywhere...) }))
	for i := 1; i < len(steps); i++ {
		steps[i] = or(steps[i-1], steps[i])
	}
	return steps
}

package memory

import "context"

// eachPause is how many documents Each gives between two looks at its context.
const eachPause = 4096

// Each implements index.Lister. It gives the index as it was when it began.
func (e *Engine) Each(ctx context.Context, f func(id string, change int64) error) error {
	for _, v := range e.now.Load().views {
		for d := range uint32(v.seg.n) {
			if d%eachPause == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			if v.dead != nil && v.dead.has(d) {
				continue
			}
			if err := f(string(v.seg.ids.at(d)), v.seg.change[d]); err != nil {
				return err
			}
		}
	}
	return nil
}

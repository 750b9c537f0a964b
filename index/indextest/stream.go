package indextest

import "fritidshub/index"

// Stream gives the documents of Generate one at a time, for more of them than are to be held at once.
func Stream(n int, seed uint64) func() (index.Document, bool, error) {
	g, i := newGenerator(n, seed), 0
	return func() (index.Document, bool, error) {
		if i == n {
			return index.Document{}, false, nil
		}
		i++
		return g.document(i - 1), true, nil
	}
}

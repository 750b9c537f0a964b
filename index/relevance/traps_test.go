package relevance_test

import (
	"testing"

	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/memory"
)

func TestTraps(t *testing.T) {
	indextest.Traps(t, func(t testing.TB) index.Engine {
		e := memory.New()
		t.Cleanup(func() { e.Close() })
		return e
	})
}

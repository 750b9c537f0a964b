package memory_test

import (
	"testing"

	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/memory"
)

func TestEngine(t *testing.T) {
	indextest.Run(t, func(t testing.TB) index.Engine {
		e := memory.New()
		t.Cleanup(func() { e.Close() })
		return e
	})
}

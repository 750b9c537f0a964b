package fallback

import (
	"context"

	"fritidshub/index"
)

// Suggest implements index.Suggester. The standby goes on from what is being typed: no other engine is asked at every key.
func (e *Engine) Suggest(ctx context.Context, q index.SuggestQuery) ([]index.Title, error) {
	if s, ok := e.Engine.(index.Suggester); ok {
		return s.Suggest(ctx, q)
	}
	return nil, nil
}

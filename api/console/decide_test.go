package console

import "context"

// nobody is Guests without any.
type nobody struct{ Guests }

func (nobody) Waiting(context.Context) (int, error) { return 0, nil }

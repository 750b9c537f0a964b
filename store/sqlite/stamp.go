package sqlite

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// stamp is a time as the database keeps it: microseconds since 1970 in UTC, NULL when zero.
type stamp struct{ time.Time }

// Scan implements sql.Scanner.
func (s *stamp) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		s.Time = time.Time{}
	case int64:
		s.Time = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("sqlite: %T is not a time", v)
	}
	return nil
}

// Value implements driver.Valuer.
func (s stamp) Value() (driver.Value, error) {
	if s.IsZero() {
		return nil, nil
	}
	return s.UnixMicro(), nil
}

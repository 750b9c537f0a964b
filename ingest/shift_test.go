package ingest

import (
	"testing"
	"time"
)

func TestShift(t *testing.T) {
	at := time.Date(2026, 12, 1, 17, 0, 0, 0, time.UTC)
	moved := func(d time.Duration, days ...int) (list []time.Time) {
		for _, day := range days {
			list = append(list, at.AddDate(0, 0, day).Add(d))
		}
		return list
	}
	for _, c := range []struct {
		name        string
		before, now []time.Time
		want        time.Duration
	}{
		{"an hour later", moved(0, 0, 7, 14), moved(time.Hour, 0, 7, 14), time.Hour},
		{"two hours earlier, the first of them past, one added", moved(0, 0, 7, 14), moved(-2*time.Hour, 7, 14, 21), -2 * time.Hour},
		{"the same times", moved(0, 0, 7), moved(0, 0, 7), 0},
		{"another day", moved(0, 0, 7), moved(0, 1, 8), 0},
		{"half an hour is somebody's decision", moved(0, 0), moved(30*time.Minute, 0), 0},
		{"one of three", moved(0, 0, 7, 14), append(moved(0, 0, 7), moved(time.Hour, 14)...), 0},
	} {
		if got := shift(c.before, c.now); got != c.want {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
	}
}

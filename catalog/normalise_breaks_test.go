package catalog

import (
	"slices"
	"testing"
	"time"
)

func TestNormaliseBreaks(t *testing.T) {
	r := Record{NativeID: "1", Title: "Kor", Kind: KindActivity, Schedule: Schedule{Series: []Series{{Start: time.Date(2026, 9, 1, 18, 0, 0, 0, time.UTC), Rules: []string{"FREQ=WEEKLY"},
		ExceptBreaks: []string{"vinterferie", "romjul", "høstferie", "vinterferie"}}}}}
	if _, bad := r.Normalise(""); bad != nil {
		t.Fatal(bad)
	}
	if got := r.Schedule.Series[0].ExceptBreaks; !slices.Equal(got, []string{"høstferie", "vinterferie"}) {
		t.Errorf("%v", got)
	}
}

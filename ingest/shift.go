package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"fritidshub/catalog"
	"fritidshub/store"
)

// How it is noticed that a source has moved its times by hours, as one does that begins to give them in another zone.
const (
	shiftSample = 100 // changed records that are looked at
	shiftLeast  = 3   // of these, so many are moved
	shiftShare  = 0.8 // and such a part of those that have times
	maxShift    = 3 * time.Hour
)

// shifted adds a warning when most of what a plan changes has been moved by the same whole hours.
func (in *Ingester) shifted(ctx context.Context, p *store.Plan) error {
	if !p.Run.Status.Good() || p.Run.Updated < shiftLeast || len(p.Run.Warnings) >= store.MaxWarnings {
		return nil
	}
	var ids []string
	after := map[string][]byte{}
	for _, w := range p.Write {
		if !w.New && len(ids) < shiftSample {
			ids = append(ids, w.NativeID)
			after[w.NativeID] = w.Record
		}
	}
	records, err := in.Store.Records(ctx, p.Run.Source, ids)
	if err != nil {
		return err
	}
	timed, by := 0, map[time.Duration]int{}
	for i := range records {
		var r catalog.Record
		if err := json.Unmarshal(after[records[i].NativeID], &r); err != nil {
			return err
		}
		before, now := starts(&records[i].Schedule), starts(&r.Schedule)
		if len(before) == 0 || len(now) == 0 {
			continue
		}
		timed++
		if d := shift(before, now); d != 0 {
			by[d]++
		}
	}
	for d, n := range by {
		if n < shiftLeast || float64(n) < shiftShare*float64(timed) {
			continue
		}
		hours, way := int(d.Abs().Hours()), "senere"
		if d < 0 {
			way = "tidligere"
		}
		unit := "time"
		if hours > 1 {
			unit = "timer"
		}
		p.Run.Warnings = append(p.Run.Warnings, fmt.Sprintf("%d av %d endrede oppføringer med klokkeslett er flyttet %d %s %s på én gang. Det likner en feil med tidssonen hos kilden: "+
			"sammenlign et klokkeslett med nettsiden deres, og si fra til dem om det er galt", n, timed, hours, unit, way))
	}
	return nil
}

// starts are the times of day at which a schedule says that something begins.
func starts(s *catalog.Schedule) (list []time.Time) {
	for _, o := range s.Dates {
		if !o.AllDay {
			list = append(list, o.Start)
		}
	}
	for _, series := range s.Series {
		if !series.AllDay {
			list = append(list, series.Start)
		}
	}
	return list
}

// shift is the whole hours by which most of the starts have been moved; 0 for none.
func shift(before, now []time.Time) time.Duration {
	old := make(map[int64]bool, len(before))
	for _, t := range before {
		old[t.Unix()] = true
	}
	most, by := 0, time.Duration(0)
	for d := -maxShift; d <= maxShift; d += time.Hour {
		n := 0
		for _, t := range now {
			if old[t.Add(-d).Unix()] {
				n++
			}
		}
		if n > most || n == most && d == 0 {
			most, by = n, d
		}
	}
	if 2*most <= len(now) {
		return 0
	}
	return by
}

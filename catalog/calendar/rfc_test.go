package calendar_test

import (
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

// TestRFC holds the examples of RFC 5545 section 3.8.5.3 that are hard to get right, by their first days.
func TestRFC(t *testing.T) {
	tests := []struct{ name, start, rule, want string }{
		{"every third year on three days of the year", "1997-01-01", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
			"1997-01-01 1997-04-10 1997-07-19 2000-01-01 2000-04-09 2000-07-18 2003-01-01 2003-04-10 2003-07-19 2006-01-01"},
		{"every 20th Monday of the year", "1997-05-19", "FREQ=YEARLY;BYDAY=20MO;UNTIL=19991231", "1997-05-19 1998-05-18 1999-05-17"},
		{"Monday of week 20", "1997-05-12", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;UNTIL=19991231", "1997-05-12 1998-05-11 1999-05-17"},
		{"first and last Sunday of every other month", "1997-09-07", "FREQ=MONTHLY;INTERVAL=2;COUNT=6;BYDAY=1SU,-1SU",
			"1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25"},
		{"third to the last day of the month", "1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=4", "1997-09-28 1997-10-29 1997-11-28 1997-12-29"},
		{"first Saturday after the first Sunday", "1997-09-13", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13;COUNT=4", "1997-09-13 1997-10-11 1997-11-08 1997-12-13"},
		{"presidential election day", "1996-11-05", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3", "1996-11-05 2000-11-07 2004-11-02"},
		{"third of Tuesday, Wednesday and Thursday", "1997-09-04", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04 1997-10-07 1997-11-06"},
		{"week from Monday", "1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"},
		{"week from Sunday", "1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"},
		{"days that some months lack", "2007-01-15", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30"},
		{"Friday the 13th", "1998-02-13", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=5", "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := catalog.Schedule{Series: []catalog.Series{{Start: at(t, test.start), AllDay: true, Rules: []string{test.rule}}}}
			occ, _ := calendar.Expand(s, oslo(t), at(t, "1990-01-01"), at(t, "2030-01-01"), 0)
			var got []string
			for _, o := range occ {
				got = append(got, o.Start.Format(time.DateOnly))
			}
			if g := strings.Join(got, " "); g != test.want {
				t.Errorf("got  %s\nwant %s", g, test.want)
			}
		})
	}
}

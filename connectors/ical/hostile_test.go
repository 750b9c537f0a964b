package ical

import (
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"fritidshub/connectors"
)

// TestHostile feeds large files that are made to be slow or to take much memory.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: reads some 80 MB")
	}
	zone := oslo(t)
	const size = 8 << 20
	fill := func(unit func(i int) string) string {
		var b strings.Builder
		b.WriteString("BEGIN:VCALENDAR\n")
		for i := 0; b.Len() < size; i++ {
			b.WriteString(unit(i))
		}
		b.WriteString("END:VCALENDAR\n")
		return b.String()
	}
	files := map[string]string{
		"tiny events":  fill(func(int) string { return "BEGIN:VEVENT\nEND:VEVENT\n" }),
		"one property": fill(func(int) string { return "URL:\n" }),
		"zones": fill(func(i int) string {
			return fmt.Sprintf("BEGIN:VTIMEZONE\nTZID:z%d\nBEGIN:STANDARD\nDTSTART:16010101T000000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0103\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:%d\nSUMMARY:a\nX-PAD:%s\nDTSTART;TZID=z%d:20261201T180000\nEND:VEVENT\n", i, i, strings.Repeat("p", 200), i)
		}),
		"zone names": fill(func(i int) string {
			return fmt.Sprintf("BEGIN:VEVENT\nUID:%d\nSUMMARY:a\nX-PAD:pppppppppppppppppppppppppppppppppppppppppppppp\nDTSTART;TZID=Sone %d:20261201T180000\nEND:VEVENT\n", i, i)
		}),
		"one UID": fill(func(i int) string {
			return fmt.Sprintf("BEGIN:VEVENT\nUID:u\nSUMMARY:a %d\nX-PAD:pppppppppppppppppppppppppppppppppppppppppppppp\nDTSTART:20261201T%06d\nEND:VEVENT\n", i, i%60+i/60%60*100+i/3600%24*10000)
		}),
		"changes of one UID": fill(func(i int) string {
			return fmt.Sprintf("BEGIN:VEVENT\nUID:u\nSUMMARY:a\nX-PAD:pppppppppppppppppppppp\nRECURRENCE-ID:20261201T%06d\nDTSTART:20261201T180000\nEND:VEVENT\n", i%60+i/60%60*100+i/3600%24*10000)
		}),
		"dates":         "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nSUMMARY:a\nDTSTART:20261201\n" + strings.Repeat("EXDATE:"+strings.Repeat("20261201T180000Z,", 60_000)+"\n", 20) + "END:VEVENT\nEND:VCALENDAR\n",
		"one long line": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nSUMMARY:" + strings.Repeat("a", size) + "\nDTSTART:20261201\nEND:VEVENT\nEND:VCALENDAR\n",
		"folds":         "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nSUMMARY:a\nDESCRIPTION:" + strings.Repeat("\n a", size/3) + "\nDTSTART:20261201\nEND:VEVENT\nEND:VCALENDAR\n",
		"broken text":   "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nSUMMARY:a\nDESCRIPTION:" + strings.Repeat("\nå", size/3) + "\nDTSTART:20261201\nEND:VEVENT\nEND:VCALENDAR\n",
		"dead rules": fill(func(i int) string {
			return fmt.Sprintf("BEGIN:VEVENT\nUID:%d\nSUMMARY:a\nDTSTART:20261201T180000\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n", i)
		}),
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			began := processor(t)
			result, err := Parse(text, "https://kilde.example/", connectors.Source{ID: "kilde", Zone: zone}, Options{})
			took := processor(t) - began
			var mem runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&mem)
			t.Logf("%v, %d MB live, %d records, %d rejects, %d warnings, error %v", took.Round(time.Millisecond), mem.HeapAlloc>>20, len(result.Records), len(result.Rejects), len(result.Warnings), err)
			if took > time.Minute {
				t.Errorf("took %v", took)
			}
			runtime.KeepAlive(result)
		})
	}
}

// processor is the processor time that the test has used, which other work on the machine hardly changes.
func processor(t *testing.T) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

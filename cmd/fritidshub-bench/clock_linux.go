package main

import (
	"bytes"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Whose time cpu gives.
const (
	thread  = unix.CLOCK_THREAD_CPUTIME_ID // the calling thread
	process = unix.CLOCK_PROCESS_CPUTIME_ID
)

// cpu is the time spent on a processor. Unlike the wall clock it does not count what neighbours take.
func cpu(whose int32) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(whose, &t); err != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(t.Nano())
}

// peakMemory is the most memory that this process has held at once, in MB of 10^6 bytes; 0 when it is not known.
func peakMemory() float64 { return memoryOf("VmHWM") }

// memoryOf is a line of /proc/self/status in MB of 10^6 bytes; 0 when it is not known.
func memoryOf(line string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for l := range bytes.Lines(status) {
		var kib float64
		if _, err := fmt.Sscanf(string(l), line+": %f kB", &kib); err == nil {
			return kib * 1024 / 1e6
		}
	}
	return 0
}

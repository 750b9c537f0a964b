//go:build !linux

package main

import (
	"runtime"
	"time"
)

const thread, process = 0, 0

// cpu is the wall clock where a processor's time cannot be read.
func cpu(int32) time.Duration { return time.Duration(time.Now().UnixNano()) }

// peakMemory is what Go has taken from the system, in MB of 10^6 bytes: less than the peak that Linux tells.
func peakMemory() float64 { return memoryOf("") }

func memoryOf(string) float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / 1e6
}

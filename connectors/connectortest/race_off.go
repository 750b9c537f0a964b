//go:build !race

package connectortest

// RaceOn says that the race detector watches, under which everything takes ten times as long and twice the memory.
const RaceOn = false

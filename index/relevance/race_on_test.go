//go:build race

package relevance_test

// raceOn says that the race detector watches, under which everything takes ten times as long.
const raceOn = true

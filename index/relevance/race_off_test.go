//go:build !race

package relevance_test

const raceOn = false

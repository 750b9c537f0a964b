//go:build !race

package connectortest

const raceOn = false

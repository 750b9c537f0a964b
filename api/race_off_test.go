//go:build !race

package api

const raced = false // with -race all is slower and larger

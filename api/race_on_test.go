//go:build race

package api

const raced = true // with -race all is slower and larger

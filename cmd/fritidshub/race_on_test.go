//go:build race

package main

const raced = true // with -race all is slower

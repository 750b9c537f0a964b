//go:build !race

package main

const raced = false // with -race all is slower

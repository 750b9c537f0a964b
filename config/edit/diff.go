package edit

import (
	"bytes"
	"strings"
)

// Line is a line of a difference.
type Line struct {
	Mark   byte // ' ' stays, '-' goes, '+' comes
	Number int  // from 1: in the new text, of one that goes in the old one
	Text   string
}

// Diff is how a text becomes another one by its lines, with so many lines that stay around each place. The changes of this package are each in
// one place, so what stays in front and behind is found by comparing from both ends.
func Diff(old, text []byte, around int) []Line {
	a, b := lines(old), lines(text)
	front := 0
	for front < len(a) && front < len(b) && a[front] == b[front] {
		front++
	}
	back := 0
	for back < len(a)-front && back < len(b)-front && a[len(a)-1-back] == b[len(b)-1-back] {
		back++
	}
	if front == len(a) && front == len(b) {
		return nil
	}
	var diff []Line
	for i := max(0, front-around); i < front; i++ {
		diff = append(diff, Line{' ', i + 1, b[i]})
	}
	for i := front; i < len(a)-back; i++ {
		diff = append(diff, Line{'-', i + 1, a[i]})
	}
	for i := front; i < len(b)-back; i++ {
		diff = append(diff, Line{'+', i + 1, b[i]})
	}
	for i := len(b) - back; i < min(len(b), len(b)-back+around); i++ {
		diff = append(diff, Line{' ', i + 1, b[i]})
	}
	return diff
}

func lines(text []byte) []string {
	var all []string
	for line := range bytes.Lines(text) {
		all = append(all, strings.TrimRight(string(line), "\r\n"))
	}
	return all
}

package main

import (
	"strings"
	"testing"
)

func TestCategories(t *testing.T) {
	for _, c := range []struct {
		args  []string
		first string // begins the first line
		lines int    // at least
	}{
		{nil, "", 90},
		{[]string{"Kor"}, "choir ", 1},
		{[]string{"choir"}, "choir ", 1},
		{[]string{"fotbal"}, "football ", 1},
		{[]string{"-json", "kor"}, `{"id":"choir","parent":`, 1},
	} {
		code, out, errs := call(t, nil, append([]string{"categories"}, c.args...)...)
		if code != exitOK || !strings.HasPrefix(out, c.first) || strings.Count(out, "\n") < c.lines {
			t.Errorf("%q: exit %d\n%s%s", c.args, code, out, errs)
		}
	}
	if code, _, errs := call(t, nil, "categories", "qwzxqwzx"); code != exitFailed || !strings.Contains(errs, "ingen kategori heter") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

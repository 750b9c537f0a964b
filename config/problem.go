package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong in a file.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitzero"`   // from 1; 0 when it is about the whole file
	Column int    `json:"column,omitzero"` // from 1
	What   string `json:"what"`
	Do     string `json:"do"`
}

// String prints file:line:column: what: what to do.
func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", p.File, p.Line, max(p.Column, 1))
	}
	return fmt.Sprintf("%s: %s: %s", where, p.What, p.Do)
}

// Problems is everything that is wrong, in the order of the file.
type Problems []Problem

// Error implements error: one line a problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

func (c *checker) problem(line, column int, what, do string) {
	c.problems = append(c.problems, Problem{File: c.path, Line: line, Column: column, What: what, Do: do})
}

func (c *checker) warning(line, column int, what, do string) {
	c.warnings = append(c.warnings, Problem{File: c.path, Line: line, Column: column, What: what, Do: do})
}

func (c *checker) sorted() Problems { return inOrder(c.problems) }

func inOrder(p Problems) Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(p)
}

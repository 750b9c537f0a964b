package pages

import "html/template"

// Embed is the page where editors make the code of an element for their own pages.
type Embed struct {
	Frame
	Faults            []string // what was typed and cannot be used
	Fields            []EmbedGroup
	Found             string // how much the chosen filters give
	Grounds           []Link // light and dark
	Preview           string // address of the page in the frames
	Codes             []EmbedCode
	Policy, Verdicts  []string
	Weights           []Fact
	Requests          string
	Statement, Manual string
	Try               string // address of the page that says what a page would block
}

// EmbedGroup is fields that belong together.
type EmbedGroup struct {
	Title  string
	Fields []EmbedField
}

// EmbedField is one thing to choose: from Choices, by Checks, or a text.
type EmbedField struct {
	Name, Label, Hint, Value string
	Pattern                  string // that the text has, as browsers check it
	Max                      int    // of a number; 0: it is a text
	Choices, Checks          []Choice
	Legend                   string // of Checks
}

// EmbedCode is something to copy.
type EmbedCode struct{ ID, Title, Text, Code string }

// Lines is how many lines the code is shown in.
func (c EmbedCode) Lines() int { return min(4+len(c.Code)/110, 14) }

// Preview is a page with nothing but an element on it.
type Preview struct {
	Lang, Dir, Title, Sheet, Script string
	Element                         template.HTML
}

// Tried is the page that says what another page would block of an element.
type Tried struct {
	Frame
	Page, Policy string // as they were typed
	CanVisit     bool   // pages can be looked at, not only policies
	Fault        string // why nothing was found out
	Verdict      string
	Found        []string // what stands on the page already
	Needs        []Need
	Carried      []Field // the choices of the builder
	Builder      string
}

// Need is one thing that an element asks of a page.
type Need struct {
	What, Directive string
	Blocked         bool
	Ways            []Way // past the block
}

// Way is what to do, with what to write.
type Way struct{ Text, Code string }

func (Tried) template() string   { return "tried.html" }
func (Embed) template() string   { return "embed.html" }
func (Preview) template() string { return "preview.html" }

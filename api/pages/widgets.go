package pages

// Widgets is the page of what the elements have.
type Widgets struct {
	Frame
	Elements           []WidgetElement
	Tables             []WidgetTable
	Spoken             []WidgetLanguage
	Weights            []Fact
	Privacy            string // to paste
	Builder, Statement string
}

// WidgetElement is one element with the code of it.
type WidgetElement struct{ Tag, What, Code, Preview string }

// WidgetTable is all of one sort that the elements have.
type WidgetTable struct {
	ID, Title, Text string
	Else            bool // rows say what holds without them
	Rows            []WidgetRow
}

// WidgetRow is one thing that elements have.
type WidgetRow struct {
	Names, On     []string
	What, Without string
}

// WidgetLanguage is a language that the elements have texts in.
type WidgetLanguage struct {
	Tag, Name, Dir string
	Reviewed       bool // by somebody who speaks it
}

// Statement is what an accessibility statement can say of the hub.
type Statement struct {
	Frame
	Intro []string
	Rows  []Criterion
	Text  string // all of it, to paste

}

// Criterion is one criterion of WCAG 2.1 with its verdict.
type Criterion struct {
	ID, Name, Level, Verdict, How string
	Tests                         []string
}

func (Widgets) template() string   { return "widgets.html" }
func (Statement) template() string { return "statement.html" }

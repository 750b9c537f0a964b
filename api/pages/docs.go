package pages

import "html/template"

// Docs is the documentation of the open API; package docs draws its content.
type Docs struct {
	Frame
	Content     template.HTML
	ContentLang string
}

func (Docs) template() string { return "docs.html" }

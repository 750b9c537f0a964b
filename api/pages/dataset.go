package pages

// Dataset is the page about the open data: its feeds, and what they may be used for.
type Dataset struct {
	Frame
	Heading, Lead string
	Feeds         []Link
	Licences      []Origin
	JSON          any // schema.org JSON-LD
}

func (Dataset) template() string { return "dataset.html" }

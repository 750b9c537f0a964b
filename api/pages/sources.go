package pages

// Sources is the page about where everything comes from.
type Sources struct {
	Frame
	Heading, Lead string
	Sources       []Source
	Credits       []Origin // registers that are used beside them
	Data          string
}

// Source is a source with how it stands with it.
type Source struct {
	Origin
	Anchor, State, Machine string // Machine is when it was last read, for programs; empty: never
	Listings               Link   // without a URL when there are none
}

func (Sources) template() string { return "sources.html" }

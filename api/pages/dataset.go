package pages

import "strings"

// Dataset is the page about the open data: its feeds, and what they may be used for.
type Dataset struct {
	Frame
	Heading, Lead string
	Feeds         []Link
	Licences      []Origin
	JSON          any // schema.org JSON-LD
}

func (Dataset) template() string { return "dataset.html" }

// Path is where a file that the pages ask for is, by its plain name; empty when there is none.
func (p *Pages) Path(name string) string {
	for hashed := range p.assets {
		if strings.HasSuffix(hashed, "-"+name) {
			return "/assets/" + hashed
		}
	}
	return ""
}

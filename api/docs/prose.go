package docs

import (
	"html/template"
	"regexp"
	"strings"
)

var (
	codeText   = regexp.MustCompile("`([^`]+)`")
	strongText = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// prose makes HTML of text with paragraphs parted by blank lines, lists of "- ", headings of "## ", **strong** words and `code`.
func prose(text string) template.HTML {
	var b strings.Builder
	list, paragraph := false, []string{}
	flush := func() {
		if len(paragraph) == 0 {
			return
		}
		tag := "p"
		if list {
			tag = "li"
		}
		b.WriteString("<" + tag + ">" + inline(strings.Join(paragraph, " ")) + "</" + tag + ">")
		paragraph = nil
	}
	end := func() {
		flush()
		if list {
			b.WriteString("</ul>")
		}
		list = false
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		item, isItem := strings.CutPrefix(line, "- ")
		heading, isHeading := strings.CutPrefix(line, "## ")
		switch {
		case strings.HasPrefix(line, "# "): // the page has its own
		case isHeading:
			end()
			b.WriteString("<h3>" + inline(heading) + "</h3>")
		case isItem:
			if flush(); !list {
				b.WriteString("<ul>")
			}
			list, paragraph = true, []string{item}
		case line == "":
			end()
		default:
			paragraph = append(paragraph, line)
		}
	}
	end()
	html := b.String()
	if strings.Count(html, "<p>") == 1 && strings.HasPrefix(html, "<p>") && strings.HasSuffix(html, "</p>") {
		html = html[len("<p>") : len(html)-len("</p>")] // a sentence is no paragraph of its own
	}
	return template.HTML(html) //nolint:gosec // inline escapes what is said
}

func inline(text string) string {
	text = template.HTMLEscapeString(text)
	text = codeText.ReplaceAllString(text, "<code>$1</code>")
	return strongText.ReplaceAllString(text, "<strong>$1</strong>")
}

package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// mostLettered is how many items one cause names in a letter, mostMail how long a link that opens the letter in a mail program may be: some cut
// longer ones off.
const (
	mostLettered = 5
	mostMail     = 1900
)

type letterView struct {
	frame
	Path    string
	To      string // an address of mail; "" when it is not known
	Subject string
	Text    string
	Mail    string // link that opens it in a mail program
	Whole   bool   // the link holds all of the text
}

func (c *console) getLetter(w http.ResponseWriter, r *http.Request) error {
	page, err := c.Desk.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	view := letterView{frame: c.frame(r, "Brev til "+page.Name), Subject: "Dataene deres hos " + c.Hub.Name, Text: c.letter(page)}
	view.Path = view.Base + "sources/" + page.ID
	if strings.Contains(page.Contact, "@") {
		view.To = page.Contact
	}
	view.Mail, view.Whole = mailLink(view.To, view.Subject, view.Text), true
	if len(view.Mail) > mostMail {
		view.Mail, view.Whole = mailLink(view.To, view.Subject, "(Lim inn brevet her.)"), false
	}
	c.draw(w, r, http.StatusOK, "letter", view)
	return nil
}

// mailLink opens a letter in a mail program.
func mailLink(to, subject, text string) string {
	q := url.Values{"subject": {subject}, "body": {strings.ReplaceAll(text, "\n", "\r\n")}}
	return "mailto:" + url.PathEscape(to) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// letter tells those who keep a source what they should mend, in which items and how.
func (c *console) letter(p *SourcePage) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("Hei!\n")
	if address := webAddress(p.URL); strings.HasPrefix(address, "file:") {
		line("%s viser det dere har, slik at flere finner det dere tilbyr.", c.Hub.Name)
	} else {
		line("%s viser det dere har på %s, slik at flere finner det dere tilbyr.", c.Hub.Name, address)
	}
	n, unusable := 0, false
	if p.State == "failing" && len(p.Runs) > 0 {
		n++
		last := p.Runs[0]
		line("\nSiden %s får vi ikke hentet dataene:", c.moment(p.Since).Text)
		line("  %s", last.Error)
		switch {
		case last.HTTP == 401 || last.HTTP == 403:
			line("Kan dere slippe «fritidshub» inn på adressen, eller gi oss en nøkkel?")
		case last.HTTP == 404 || last.HTTP == 410:
			line("Er dataene flyttet? Send oss gjerne den nye adressen.")
		default:
			line("Kan dere se på det?")
		}
	}
	if p.Waits {
		n++
		line("\n%d av %d oppføringer er borte i dataene deres. Er det meningen, eller har noe gått galt?", p.Gone, p.Of)
	}
	if p.State == "empty" {
		n++
		line("\nSiden %s er det ingen oppføringer i dataene. Er det meningen?", c.moment(p.Since).Text)
	}
	for _, g := range p.Rejects {
		if g.Fixer != "source" {
			continue
		}
		unusable = true
		if n++; g.Count == 1 {
			line("\nÉn oppføring kan vi ikke vise, fordi: %s", ended(g.Reason))
		} else {
			line("\n%d oppføringer kan vi ikke vise, fordi: %s", g.Count, ended(g.Reason))
		}
		for i, place := range append([]Place{{g.Title, g.Locator}}, g.More...) {
			if i == mostLettered {
				line("  – og %d til", g.Count-i)
				break
			}
			if place.Title != "" {
				line("  – «%s» (%s)", place.Title, place.Locator)
			} else {
				line("  – %s", place.Locator)
			}
		}
		if g.Field != "" {
			line("  Det gjelder feltet «%s».", g.Field)
		}
	}
	for _, warning := range p.Warnings {
		n++
		line("\nVi la også merke til: %s", ended(warning))
	}
	var thin []string
	for _, f := range p.Fields {
		if f.Median >= 50 && f.Share < f.Median/2 {
			thin = append(thin, fmt.Sprintf("  – %s: %d %% hos dere, %d %% hos de fleste andre", f.Name, f.Share, f.Median))
		}
	}
	if len(thin) > 0 {
		n++
		line("\nFolk finner lettere fram når dette er med oftere:")
		line("%s", strings.Join(thin, "\n"))
	}
	switch {
	case n == 0:
		line("\nAlt ser bra ut nå. Takk for at dere holder dataene i orden!")
	case unusable:
		line("\nDet som ikke kan brukes, vises ikke for innbyggerne før det er rettet. Vi henter på nytt av oss selv, så dere trenger ikke gjøre mer enn å rette det hos dere.")
	default:
		line("\nVi henter på nytt av oss selv, så dere trenger ikke gjøre mer enn å rette det hos dere.")
	}
	line("\nVennlig hilsen\n%s\n%s", c.Hub.Name, c.Hub.Public)
	return b.String()
}

// ended is a text that ends as a sentence does.
func ended(text string) string { return strings.TrimRight(text, ". ") + "." }

// webAddress is an address as it may stand in a letter, without what may be a key.
func webAddress(address string) string {
	before, _, _ := strings.Cut(address, "?")
	return before
}

package console

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"fritidshub/api/console/signin"
	"fritidshub/catalog"
)

//go:embed templates/*.html console.css
var files embed.FS

// looks are the templates and the style sheet.
type looks struct {
	templates *template.Template
	style     []byte
	styleName string
}

func newLooks() (*looks, error) {
	style, err := files.ReadFile("console.css")
	if err != nil {
		return nil, err
	}
	l := &looks{style: style, styleName: catalog.Hash(style)[:16] + ".css"}
	l.templates, err = template.New("").Funcs(template.FuncMap{"style": func() string { return "assets/" + l.styleName }}).ParseFS(files, "templates/*.html")
	return l, err
}

func (l *looks) serve(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("file") != l.styleName {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write(l.style)
}

// frame is what every page shows around its content.
type frame struct {
	Title   string
	Hub     string
	Base    string // path of the console, ending in "/"
	Public  string
	User    string // "" when nobody is signed in
	Admin   bool
	Nav     []link
	Done    string // what the last action has done
	Version string
}

type link struct {
	Text, URL string
	Current   bool
}

// areas are the pages that every page leads to, with their paths below the console's.
var areas = []link{
	{Text: "Oversikt", URL: ""},
	{Text: "Oppføringer", URL: "listings"},
	{Text: "Lister", URL: "lists"},
	{Text: "Sendt inn", URL: "proposals"},
	{Text: "Legg til kilde", URL: "add"},
	{Text: "Ord", URL: "map"},
	{Text: "Endringer", URL: "versions"},
	{Text: "Spor", URL: "trace"},
	{Text: "Innsikt", URL: "insight"},
	{Text: "Varsler", URL: "notices"},
	{Text: "Logg", URL: "log"},
}

// notices are what the page after an action says.
var notices = map[string]string{
	"hidden":    "Oppføringen er skjult for innbyggerne.",
	"parted":    "De er skilt, og vises hver for seg.",
	"joined":    "De er slått sammen til én.",
	"corrected": "Rettelsen gjelder fra nå.",
	"invited":   "Lenken er laget. Send brevet til organisasjonen.",
	"revoked":   "Lenken gjelder ikke lenger.",
	"approved":  "Godkjent. Innbyggerne ser det så snart listen er lest på nytt, som regel i løpet av sekunder.",
	"declined":  "De som sendte det, ser at du har sagt nei, og hvorfor.",
	"sent":      "Takk! En redaktør ser over det før det vises.",
	"listed":    "Listen er laget. Legg til det første innslaget.",

	"saved":     "Endringen er lagret.",
	"undone":    "Endringen er angret.",
	"started":   "Henting er satt i gang. Last siden på nytt om litt for å se hvordan det gikk.",
	"paused":    "Kilden er satt på pause, og oppføringene dens er skjult til den slås på igjen.",
	"resumed":   "Kilden hentes igjen.",
	"released":  "Det som ventet, slippes gjennom. Kilden spørres en gang til; last siden på nytt om litt for å se hvordan det gikk.",
	"added":     "Kilden er lagt til i sources.yaml.",
	"added-off": "Kilden er lagt til i sources.yaml, men er av til nøkkelen er på plass.",
	"dropped":   "Det som ventet, er forkastet. Oppføringene blir stående.",

	"subscribed":   "Varslene kommer på e-post.",
	"unsubscribed": "Adressen får ikke flere varsler.",
	"mailed":       "En prøve er sendt.",
	"feed":         "Her er den nye adressen. Den gamle virker ikke lenger.",
}

func (c *console) frame(r *http.Request, title string) frame {
	f := frame{Title: title, Hub: c.Hub.Name, Base: c.SignIn.Base.Path, Public: c.Hub.Public.String(), Version: c.Version, Done: notices[r.URL.Query().Get("done")]}
	if u, ok := signin.UserOf(r.Context()); ok {
		f.User, f.Admin = u.Name, u.Role.Includes(signin.Admin)
		own := strings.TrimPrefix(r.URL.Path, "/editor/")
		for _, area := range areas {
			area.Current = area.URL == own
			if area.URL == "proposals" {
				area.Text += c.waiting(r)
			}
			area.URL = f.Base + area.URL
			f.Nav = append(f.Nav, area)
		}
	}
	return f
}

// draw writes a page. It is made whole before the first byte goes out.
func (c *console) draw(w http.ResponseWriter, r *http.Request, status int, name string, view any) {
	var b bytes.Buffer
	if err := c.looks.templates.ExecuteTemplate(&b, name, view); err != nil {
		c.Log.Error("a page of the console cannot be drawn", "page", name, "error", err)
		http.Error(w, "Siden kan ikke vises.", http.StatusInternalServerError)
		return
	}
	h, body := w.Header(), b.Bytes()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding")
	if len(body) > minZip && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		z.Write(body)
		z.Close()
		body = zipped.Bytes()
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

// minZip is the size in bytes from which compression pays.
const minZip = 1 << 10

type messageView struct {
	frame
	Text string
}

type signInView struct {
	frame
	signin.Form
}

func (c *console) showSignIn(w http.ResponseWriter, r *http.Request, status int, f signin.Form) {
	c.draw(w, r, status, "signin", signInView{c.frame(r, "Logg inn"), f})
}

type logView struct {
	frame
	Entries []entryView
	Older   int64 // id to go on from; 0: this is all
}

type entryView struct {
	When    moment
	Who     string
	What    string
	Subject link
}

// subjectLink leads to what an entry is about.
func subjectLink(subject string) link {
	kind, id, _ := strings.Cut(subject, ":")
	switch kind {
	case "source":
		return link{Text: id, URL: "sources/" + id}
	case "listing":
		return link{Text: id, URL: "listings/" + id}
	}
	return link{Text: subject}
}

// moment is a time as people say it and as programs read it.
type moment struct{ Text, Machine string }

var months = []string{"jan.", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."}

// moment says a time on the hub's clock: "i dag kl. 14.05", "i går kl. 9.30", "3. nov. 2026 kl. 9.30".
func (c *console) moment(t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	now := c.Now()
	t = t.In(now.Location())
	clock := fmt.Sprintf("kl. %d.%02d", t.Hour(), t.Minute())
	day := fmt.Sprintf("%d. %s", t.Day(), months[t.Month()-1])
	if t.Year() != now.Year() {
		day += " " + strconv.Itoa(t.Year())
	}
	switch days := int(midnight(now).Sub(midnight(t)).Hours()+12) / 24; {
	case midnight(now).Equal(midnight(t)):
		day = "i dag"
	case days == 1 && t.Before(now):
		day = "i går"
	case t.After(now) && int(midnight(t).Sub(midnight(now)).Hours()+12)/24 == 1:
		day = "i morgen"
	}
	return moment{day + " " + clock, t.Format(time.RFC3339)}
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// number reads a whole number that a page's address may hold.
func number(r *http.Request, name string) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, &Fault{http.StatusBadRequest, "Adressen er ikke riktig: " + name + " skal være et tall."}
	}
	return n, nil
}

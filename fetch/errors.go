package fetch

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Step says how far a fetch came before it failed.
type Step string

// The steps of a fetch, in order.
const (
	StepAddress  Step = "address"  // the URL cannot be used
	StepFile     Step = "file"     // a file: source cannot be read
	StepRobots   Step = "robots"   // robots.txt forbids it, or could not be read
	StepWait     Step = "wait"     // the host has asked us to stay away for a while
	StepGuard    Step = "guard"    // the name leads to a private address
	StepConnect  Step = "connect"  // no connection, or no secure one
	StepAnswer   Step = "answer"   // no usable status line and headers
	StepStatus   Step = "status"   // an answer that is not data
	StepRedirect Step = "redirect" // a redirect that is not followed
	StepBody     Step = "body"     // the body is broken, too big, too slow or empty
	StepDecode   Step = "decode"   // the bytes are no text
)

// Error is every failure of this package.
type Error struct {
	Step       Step
	URL        string    // redacted, see Redact
	Status     int       // HTTP status, 0 when none came
	RetryAfter time.Time // the host is not asked before this; zero when it set no time
	Temporary  bool      // waiting may help, without anyone doing anything
	Requests   int       // HTTP requests the failed fetch sent
	Message    string    // one Norwegian sentence or two for an editor: what is wrong, whose fault, what to do; never quotes a body
	Err        error     // cause in English, may be nil

	retry bool // no byte of an answer came, so the same Get may ask again
}

func (e *Error) Error() string {
	if e.URL == "" {
		return e.Message
	}
	return e.Message + " (" + e.URL + ")"
}

func (e *Error) Unwrap() error { return e.Err }

// Redact returns raw fit for logs and pages: without user name, password, fragment and the values of its query, and at most 300 bytes long.
func Redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(ugyldig adresse)"
	}
	return redact(u)
}

func redact(u *url.URL) string {
	c := *u
	c.User, c.Fragment, c.RawFragment, c.RawQuery, c.ForceQuery = nil, "", "", "", false
	s := strings.ToValidUTF8(c.String(), "%")
	if u.RawQuery != "" {
		names := strings.Split(u.RawQuery, "&")
		for i, n := range names {
			name, _, valued := strings.Cut(n, "=")
			names[i] = "…"
			if valued {
				names[i] = url.QueryEscape(unescaped(name)) + "=…"
			}
		}
		s += "?" + strings.Join(names, "&")
	}
	const most = 300
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most-len("…")], "") + "…"
	}
	return s
}

func unescaped(s string) string {
	if t, err := url.QueryUnescape(s); err == nil {
		return t
	}
	return s
}

// statusMessage explains a status that is no data; keyed says whether the source's own headers were sent.
func statusMessage(host string, status int, keyed bool) string {
	switch {
	case (status == 401 || status == 403) && !keyed:
		return fmt.Sprintf("%s slipper oss ikke inn (status %d). Se etter at adressen er riktig; er den det, så be leverandøren slippe til fritidshub, eller gi dere en nøkkel.", host, status)
	case status == 401 || status == 403:
		return fmt.Sprintf("%s slipper oss ikke inn (status %d). Se etter at nøkkelen under headers i sources.yaml er riktig, eller be leverandøren slippe til fritidshub.", host, status)
	case status == 404:
		return fmt.Sprintf("%s har ingenting på denne adressen (status 404). Leverandøren har flyttet eller fjernet det; finn den nye adressen og rett url i sources.yaml.", host)
	case status == 410:
		return fmt.Sprintf("%s har fjernet dette for godt (status 410). Finn en ny adresse hos leverandøren, eller slå av kilden i sources.yaml.", host)
	case status == 429:
		return fmt.Sprintf("%s synes vi spør for ofte (status 429). Vi prøver igjen senere; skjer det stadig, så la schedule i sources.yaml være sjeldnere.", host)
	case status == 304:
		return fmt.Sprintf("%s svarte «uendret» (status 304) uten at vi hadde noe fra før. Feilen er hos leverandøren; si fra til dem hvis den varer.", host)
	case status >= 500:
		return fmt.Sprintf("%s har en feil hos seg (status %d). Vi prøver igjen av oss selv; si fra til leverandøren hvis den varer.", host, status)
	case status >= 400:
		return fmt.Sprintf("%s avviste forespørselen (status %d). Se etter at url og options i sources.yaml er riktige; er de det, så spør leverandøren.", host, status)
	default:
		return fmt.Sprintf("%s svarte med status %d der bare 200 er et fullstendig svar. Feilen er hos leverandøren; si fra til dem hvis den varer.", host, status)
	}
}

// Gone reports whether the host says that there is nothing at the address (404) or not any more (410).
func (e *Error) Gone() bool { return e.Status == http.StatusNotFound || e.Status == http.StatusGone }

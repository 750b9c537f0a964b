package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

var fileTypes = map[string]string{
	".json": "application/json", ".jsonld": "application/ld+json", ".geojson": "application/geo+json",
	".ndjson": "application/x-ndjson", ".jsonl": "application/x-ndjson",
	".ics": "text/calendar", ".ical": "text/calendar",
	".xml": "application/xml", ".rss": "application/rss+xml", ".atom": "application/atom+xml",
	".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml",
	".csv": "text/csv", ".tsv": "text/tab-separated-values", ".txt": "text/plain", ".md": "text/markdown",
	".yaml": "application/yaml", ".yml": "application/yaml", ".ttl": "text/turtle",
}

// file reads a file: URL inside FileRoot. Its validator is a hash of the content.
func (c *Client) file(r Request, u *url.URL) (*Response, error) {
	start := time.Now()
	name, why := c.fileName(u)
	fail := func(why string, err error) (*Response, error) {
		return nil, &Error{Step: StepFile, Err: err, Message: fmt.Sprintf("Filen %s %s", filepath.ToSlash(name), why)}
	}
	if why != "" {
		return fail(why, nil)
	}
	root, err := os.OpenRoot(c.fileRoot)
	if err != nil {
		return fail("kan ikke leses, fordi mappen til sources.yaml ikke kan åpnes. Se etter at mappen finnes og kan leses.", err)
	}
	defer root.Close()
	info, err := root.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail("finnes ikke. Legg den i mappen ved siden av sources.yaml, eller rett url; store og små bokstaver må være like.", err)
	case errors.Is(err, fs.ErrPermission):
		return fail("kan ikke leses av huben. Gi den leserett.", err)
	case err != nil:
		return fail("kan ikke brukes. Den må ligge i mappen til sources.yaml eller under den, også når den er en snarvei (symlink).", err)
	case info.IsDir():
		return fail("er en mappe. Skriv navnet på en fil i url.", nil)
	case !info.Mode().IsRegular():
		return fail("er ikke en vanlig fil. Skriv navnet på en fil i url.", nil)
	}
	mediaType := fileTypes[strings.ToLower(filepath.Ext(name))]
	header := http.Header{"Last-Modified": {info.ModTime().UTC().Format(http.TimeFormat)}}
	if mediaType != "" {
		header.Set("Content-Type", mediaType)
	}
	most := c.cap(header, &call{most: min(r.MaxBytes, BodyCeiling)})
	tooBig := fmt.Sprintf("er større enn %s, som er det meste vi tar imot. Del den opp.", size(most))
	if info.Size() > most {
		return fail(tooBig, errTooBig)
	}
	f, err := root.Open(name)
	if err != nil {
		return fail("kan ikke leses av huben. Gi den leserett.", err)
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return fail("kunne ikke leses til ende. Se etter at disken virker.", err)
	case int64(len(body)) > most:
		return fail(tooBig, errTooBig)
	case blank(body):
		return fail("er tom. Det regner vi som en feil, aldri som at alt er borte; slå av kilden i sources.yaml hvis den er slutt.", nil)
	}
	sum := sha256.Sum256(body)
	header.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	res := &Response{
		Status: http.StatusOK, URL: (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(name)}).EscapedPath()}).String(),
		Header: header, MediaType: mediaType, Body: body, WireBytes: int64(len(body)), Duration: time.Since(start), FetchedAt: c.now(),
	}
	if r.ETag == res.ETag() {
		res.Status, res.NotModified, res.Body = http.StatusNotModified, true, nil
	}
	return res, nil
}

// fileName returns the path of u inside FileRoot, or in Norwegian why it has none.
func (c *Client) fileName(u *url.URL) (name, why string) {
	name = u.Path
	if u.Opaque != "" {
		name = u.Opaque
		if plain, err := url.PathUnescape(name); err == nil {
			name = plain
		}
	}
	name = filepath.FromSlash(name)
	if c.fileRoot == "" {
		return name, "kan ikke leses, fordi denne huben ikke har noen mappe for filer."
	}
	if u.Host != "" && u.Host != "localhost" {
		return name, "ligger etter url på en annen maskin. Skriv file: og så stien fra mappen til sources.yaml."
	}
	const outside = "ligger utenfor mappen til sources.yaml. Flytt den dit, eller rett url."
	if filepath.IsAbs(name) {
		root, err := filepath.Abs(c.fileRoot)
		if err != nil {
			return name, outside
		}
		inside, err := filepath.Rel(root, name)
		if err != nil {
			return name, outside
		}
		name = inside
	}
	if name = filepath.Clean(name); !filepath.IsLocal(name) {
		return name, outside
	}
	return name, ""
}

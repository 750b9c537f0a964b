package spreadsheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"golang.org/x/net/html/charset"

	"fritidshub/catalog"
	"fritidshub/connectors"
)

// Bounds of a workbook.
const (
	MaxUnpacked = 64 << 20 // bytes of all parts together
	maxRatio    = 100      // unpacked bytes per byte, from ratioFrom on: more is a bomb
	ratioFrom   = 4 << 20
	maxParts    = 5_000
	maxElements = 1_000_000 // XML elements of a part that is held in memory, so at most half as many shared texts
	maxToken    = 1 << 20   // bytes of one tag or text
	maxDepth    = 64
)

var (
	magicZip = []byte("PK\x03\x04")
	magicOLE = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	// encrypted is the name of the stream that holds a workbook with a password ([MS-OFFCRYPTO] 2.3.4.4), in UTF-16.
	encrypted = []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
)

// Is reports whether the first bytes of a body are those of a spreadsheet file: a zip, as XLSX and ODS are, or the old XLS.
func Is(body []byte) bool { return bytes.HasPrefix(body, magicZip) || bytes.HasPrefix(body, magicOLE) }

const saveAs = "Åpne filen i regnearkprogrammet og lagre den som Excel-arbeidsbok (.xlsx) eller CSV"

func unreadable(url, where, found, advice string) error {
	return &connectors.PayloadError{URL: url, Locator: where, Expected: "et regneark (XLSX)", Found: found, Advice: advice}
}

// held are the parts that are read whole: what an attacker could fill memory with.
var held = regexp.MustCompile(`(?i)(^\[Content_Types\]\.xml|\.rels|^xl/workbook\d*\.xml|^xl/styles\.xml|^xl/theme/.*|^xl/calcChain\.xml|^xl/sharedStrings\.xml)$`)

// check refuses what is not an XLSX, and what is one but not honest, before any of it is unpacked into memory. It gives the path of
// the workbook's own part.
func check(body []byte, url string) (workbook string, err error) {
	switch {
	case bytes.HasPrefix(body, magicOLE) && bytes.Contains(body, encrypted):
		return "", unreadable(url, "", "et regneark som er låst med passord", "Ta bort passordet (Fil, Informasjon, Beskytt arbeidsbok) og lagre på nytt")
	case bytes.HasPrefix(body, magicOLE):
		return "", unreadable(url, "", "en fil i det gamle Excel-formatet (.xls)", saveAs)
	case !bytes.HasPrefix(body, magicZip):
		return "", unreadable(url, "", catalog.CleanText(string(body[:min(len(body), 60)]), 40), "Ta bort options.format hvis dette er en tabell i tekst (CSV)")
	}
	files, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil || len(files.File) > maxParts {
		return "", unreadable(url, "", "en zip-fil som er avkortet eller ødelagt", "Last ned filen på nytt, eller lagre den på nytt i regnearkprogrammet")
	}
	parts, size := make(map[string]*zip.File, len(files.File)), uint64(0)
	for _, f := range files.File {
		if size += f.UncompressedSize64; f.UncompressedSize64 > MaxUnpacked || size > MaxUnpacked || size > ratioFrom && size > maxRatio*uint64(len(body)) {
			return "", unreadable(url, clean(f.Name), fmt.Sprintf("mer enn %d MB pakket i %d kB", size>>20, len(body)>>10), fmt.Sprintf("Ta bort ark, bilder og tomme rader til filen er under %d MB utpakket", MaxUnpacked>>20))
		}
		parts[f.Name] = f
	}
	switch {
	case parts["content.xml"] != nil && parts["mimetype"] != nil:
		return "", unreadable(url, "", "et OpenDocument-regneark (.ods)", saveAs)
	case parts["xl/workbook.bin"] != nil:
		return "", unreadable(url, "", "et binært regneark (.xlsb)", saveAs)
	case parts["_rels/.rels"] == nil || parts["[Content_Types].xml"] == nil:
		return "", unreadable(url, "", "en zip-fil uten regneark", "Pakk den ut, og bruk adressen til selve tabellen")
	}
	for _, f := range files.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		look := sound
		if held.MatchString(name) {
			look = inspect
		} else if !strings.HasPrefix(strings.ToLower(name), "xl/worksheets/") {
			continue
		}
		if err := look(f); err != nil {
			return "", damaged(url, f.Name, err)
		}
	}
	for _, target := range relations(parts["_rels/.rels"]) {
		if name := strings.TrimPrefix(target, "/"); strings.HasPrefix(path.Base(name), "workbook") && held.MatchString(name) && parts[name] != nil {
			return name, nil
		}
	}
	return "", unreadable(url, "_rels/.rels", "en fil fra et annet program, uten arbeidsbok", saveAs)
}

func clean(name string) string { return catalog.CleanText(name, 80) }

func damaged(url, part string, err error) error {
	found := "en del som er ødelagt"
	if errors.Is(err, errBounds) {
		found = "flere eller større deler enn et ærlig regneark har"
	}
	return unreadable(url, clean(part)+": "+catalog.CleanText(err.Error(), 120), found, "Lagre filen på nytt i regnearkprogrammet")
}

// sound reads a part to its end, for its length and checksum.
func sound(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err
}

// inspect reads a part that will be held in memory and refuses what would swell there.
func inspect(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	n := 0
	return walk(r, func(t xml.Token) error {
		if _, ok := t.(xml.StartElement); ok {
			n++
		}
		if n > maxElements {
			return fmt.Errorf("%w: more than %d elements", errBounds, maxElements)
		}
		return nil
	})
}

// relations gives the targets of a part's relationships by their id (ECMA-376 part 2, 9.3).
func relations(f *zip.File) map[string]string {
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return nil
	}
	defer r.Close()
	return relationsOf(r)
}

func relationsOf(r io.Reader) map[string]string {
	targets := make(map[string]string)
	_ = walk(r, func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" {
			targets[attribute(e, "Id")] = strings.ReplaceAll(attribute(e, "Target"), `\`, "/")
		}
		return nil
	})
	return targets
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

var errBounds = errors.New("beyond the bounds of a workbook")

// meter ends a token that never ends.
type meter struct {
	r    io.Reader
	left int
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, fmt.Errorf("%w: a tag or text of more than %d bytes", errBounds, maxToken)
	}
	n, err := m.r.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}

// walk gives each token of an XML part, none of them huge and none of them deep.
func walk(r io.Reader, each func(xml.Token) error) error {
	m := &meter{r: r}
	d := xml.NewDecoder(m)
	d.CharsetReader = charset.NewReaderLabel
	for depth := 0; ; {
		m.left = maxToken
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if depth > maxDepth {
			return fmt.Errorf("%w: more than %d levels", errBounds, maxDepth)
		}
		if err := each(t); err != nil {
			return err
		}
	}
}

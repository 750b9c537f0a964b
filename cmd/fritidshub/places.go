package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"fritidshub/catalog/calendar"
	"fritidshub/catalog/places"
	"fritidshub/config"
)

// placesFile is an editor's own list of neighbourhoods and houses, beside sources.yaml.
const placesFile = "places.yaml"

// loadPlaces gives what is known of places, with places.yaml in dir when there is one. The error is config.Problems when that is wrong.
func loadPlaces(dir string) (*places.Data, error) {
	data, err := places.Load()
	if err != nil {
		return nil, err
	}
	var file places.File
	doc, err := readDocument(filepath.Join(dir, placesFile), &file, "da gjelder lista som følger med")
	if doc == nil || err != nil {
		return data, err
	}
	for _, f := range data.Faults(file) {
		doc.Fault(f.What, f.Do, f.Path...)
	}
	if problems := doc.Problems(); problems != nil {
		return nil, problems
	}
	return data.With(file), nil
}

// loadSchools gives the school calendars, with school.yaml in dir when there is one. The error is config.Problems when that is wrong.
func loadSchools(dir string) (*calendar.Schools, error) {
	var areas calendar.SchoolAreas
	doc, err := readDocument(filepath.Join(dir, calendar.SchoolFile), &areas, schoolsOtherwise)
	if err != nil {
		return nil, err
	}
	if doc != nil {
		for _, f := range areas.Faults() {
			if f.Line > 0 {
				doc.FaultAt(f.Line, f.What, "rett det, eller fjern filen; "+schoolsOtherwise)
			} else {
				doc.Fault(f.What, "rett det, eller fjern filen; "+schoolsOtherwise, f.Path...)
			}
		}
		if problems := doc.Problems(); problems != nil {
			return nil, problems
		}
	}
	return calendar.LoadSchools(os.DirFS(dir))
}

const schoolsOtherwise = "da gjelder skoleruta som følger med"

// readDocument reads a file that may be there into into; nil when it is not. Without says what holds when it is taken away.
func readDocument(path string, into any, without string) (*config.Document, error) {
	text, err := readBeside(path, without)
	if text == nil || err != nil {
		return nil, err
	}
	return config.ReadDocument(path, text, into), nil
}

// readBeside reads the beginning of a file that may be there, a byte more than config.MaxFile at most; nil when it is not.
func readBeside(path, without string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	text := []byte{}
	if err == nil {
		defer f.Close()
		text, err = io.ReadAll(io.LimitReader(f, config.MaxFile+1))
	}
	if err != nil {
		return nil, config.Problems{{File: path, What: "filen kan ikke leses", Do: "sjekk rettighetene, eller fjern den; " + without}}
	}
	return text, nil
}

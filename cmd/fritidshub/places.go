package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"fritidshub/catalog/places"
	"fritidshub/config"
)

// placesFile is an editor's own list of neighbourhoods, beside sources.yaml.
const placesFile = "places.yaml"

// loadPlaces gives what is known of places, with the list of neighbourhoods in dir when there is one.
func loadPlaces(dir string) (*places.Data, error) {
	data, err := places.Load()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, placesFile)
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return data, nil
	}
	wrong := func(err error) error {
		return config.Problems{{File: file, What: err.Error(), Do: "rett det, eller fjern filen; da gjelder lista som følger med"}}
	}
	if err == nil && info.Size() > config.MaxFile {
		err = errors.New("filen er for stor")
	}
	if err != nil {
		return nil, wrong(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, wrong(err)
	}
	areas, err := places.ReadAreas(text)
	if err != nil {
		return nil, wrong(err)
	}
	return data.WithAreas(areas), nil
}

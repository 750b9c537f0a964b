package main

import (
	"sync"

	"fritidshub/catalog/places"
)

// municipalities gives a function that finds the number in force, and the name, of the municipality with a name or a number, former ones
// too; "" when none is known.
func municipalities() func(text string) (number, name string) {
	load := sync.OnceValues(places.Load)
	return func(text string) (number, name string) {
		data, err := load()
		if err != nil {
			return text, ""
		}
		if len(text) == 3 { // a number that lost its zero
			text = "0" + text
		}
		number, ok := data.Current(text)
		if !ok {
			number, _ = data.MunicipalityNumber(text)
		}
		return number, data.MunicipalityName(number)
	}
}

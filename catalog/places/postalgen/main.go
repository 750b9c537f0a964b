// Command postalgen writes postal.csv of catalog/places from a copy of Bring's register of postal codes in JavaScript or JSON form:
//
//	go run ./catalog/places/postalgen < postal-codes-simple.js > catalog/places/postal.csv
//
// The copy is one object of code and place: {"3256": "LARVIK"}; what stands before it ("module.exports=") is passed over.
package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

func main() {
	if err := convert(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "postalgen:", err)
		os.Exit(1)
	}
}

func convert(in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(io.LimitReader(in, 4<<20))
	if err != nil {
		return err
	}
	start, end := bytes.IndexByte(text, '{'), bytes.LastIndexByte(text, '}')
	if start < 0 || end < start {
		return fmt.Errorf("no object of codes in the input")
	}
	places := map[string]string{}
	if err := json.Unmarshal(text[start:end+1], &places); err != nil {
		return err
	}
	w := csv.NewWriter(out)
	for _, code := range slices.Sorted(maps.Keys(places)) {
		if len(code) != 4 {
			return fmt.Errorf("%q is no postal code", code)
		}
		if err := w.Write([]string{code, places[code]}); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

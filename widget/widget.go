// Package widget is the embeddable front end: custom elements for any web page, bundled and embedded.
package widget

import (
	"bytes"
	"embed"
	"io/fs"
	"regexp"
	"sync"
)

//go:generate go run ./bundle

//go:embed dist
var dist embed.FS

//go:embed locales
var locales embed.FS

//go:embed demo/index.html
var demo []byte

// Locales has a file of texts for every language, TAG.json, by its BCP 47 tag; docs/languages.md tells what is in it.
func Locales() fs.FS {
	files, err := fs.Sub(locales, "locales")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return files
}

// HubPlaceholder stands for the hub's address, without a slash at its end, in the page that Demo gives.
const HubPlaceholder = "https://hub.example"

// partName is the name of a part, with a hash of its content.
var partName = regexp.MustCompile(`^(\w+)-[0-9a-f]{10}\.js$`)

var assets = sync.OnceValue(func() map[string][]byte {
	found := map[string][]byte{}
	entries, _ := dist.ReadDir("dist")
	for _, entry := range entries {
		found[entry.Name()], _ = dist.ReadFile("dist/" + entry.Name())
	}
	return found
})

// Asset is one file the hub serves below /embed/v1/: "search.js", and the chunks that it names, which carry a hash
// of their content in their name: such a name stands for that content for good. The body must not be changed.
// The hub sends it with Access-Control-Allow-Origin, which module scripts from another origin need.
// A part of another version is given as it is now, for those who keep a search.js of before an upgrade; not for good.
func Asset(name string) (body []byte, contentType string, forGood, ok bool) {
	body, ok = assets()[name]
	if hashed := partName.FindStringSubmatch(name); hashed != nil {
		forGood = ok
		for now, other := range assets() {
			if is := partName.FindStringSubmatch(now); !ok && is != nil && is[1] == hashed[1] {
				body, ok = other, true
			}
		}
	}
	if !ok {
		return nil, "", false, false
	}
	return body, "text/javascript; charset=utf-8", forGood, true
}

// Demo is an HTML page that shows the elements in the site of a made-up municipality.
// Every HubPlaceholder in it is to be replaced by the hub's address.
func Demo() []byte { return bytes.Clone(demo) }

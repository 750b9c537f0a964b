package browsertest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// control is a search page made with InstantSearch: what it loads from the hub, and what stands in the page.
type control struct{ script, style []byte }

const controlBody = `<link rel="stylesheet" href="HUB/control.css">
<div id="box"></div><div id="chips"></div><div id="stats"></div>
<details><summary>Filtre</summary><div id="category"></div><div id="weekday"></div><div id="kind"></div><div id="municipality"></div><div id="scheme"></div></details>
<div id="hits"></div>
<script type="module" src="HUB/control.js"></script>`

var built = sync.OnceValues(func() (control, error) {
	modules, err := filepath.Abs(filepath.Join("..", "..", ".cache", "node", "node_modules"))
	if err != nil {
		return control{}, err
	}
	style, err := os.ReadFile(filepath.Join(modules, "instantsearch.css", "themes", "satellite-min.css"))
	if err != nil {
		return control{}, err
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{"control/app.js"},
		NodePaths:         []string{modules},
		Bundle:            true,
		Format:            api.FormatESModule,
		Platform:          api.PlatformBrowser,
		Target:            api.ES2022,
		Define:            map[string]string{"process.env.NODE_ENV": `"production"`},
		LegalComments:     api.LegalCommentsNone,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
	})
	if len(result.Errors) > 0 {
		return control{}, errors.New(api.FormatMessages(result.Errors, api.FormatMessagesOptions{})[0])
	}
	return control{result.OutputFiles[0].Contents, style}, nil
})

// instantSearch skips the test where “make test-deps” could not install InstantSearch.
func instantSearch(t *testing.T) control {
	t.Helper()
	made, err := built()
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("skipped, InstantSearch is not installed, and nothing else to measure against (%v): run “make test-deps” where npm's registry answers", err)
	}
	if err != nil {
		t.Fatalf("InstantSearch is installed, and cannot be bundled: %v", err)
	}
	return made
}

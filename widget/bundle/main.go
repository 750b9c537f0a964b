// Command bundle builds the embeddable front end: ../src to ../dist, by way of go generate.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if err := write("src", "dist"); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// write replaces what is in dist by what src gives now.
func write(src, dist string) error {
	files, err := build(src)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(dist, name), body, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// build bundles src in memory. What a page loads first is one module that imports nothing, so that a script and an answer are
// all that the first result needs. What it imports later, a part, is such a module as well, named by its content: nothing
// is shared, and whoever adds a part makes no other file larger than by its name.
func build(src string) (map[string][]byte, error) {
	src, err := filepath.Abs(src)
	if err != nil {
		return nil, err
	}
	built := bundles{files: map[string][]byte{}}
	for _, entry := range entries {
		if _, err := os.Stat(filepath.Join(src, entry)); errors.Is(err, os.ErrNotExist) {
			continue
		}
		body, err := built.bundle(filepath.Join(src, entry))
		if err != nil {
			return nil, err
		}
		built.add(strings.TrimSuffix(entry, ".ts")+".js", body)
	}
	return built.files, nil
}

// entries are the modules that pages load by name.
var entries = []string{"search.ts", "list.ts"}

// bundles are the files built so far, by name.
type bundles struct {
	mu    sync.Mutex // a bundle's imports are resolved side by side
	files map[string][]byte
}

func (b *bundles) add(name string, body []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.files[name] = body
}

// bundle bundles one module; its parts are added.
func (b *bundles) bundle(path string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     filepath.Dir(path),
		EntryPoints:       []string{path},
		Bundle:            true,
		Format:            api.FormatESModule,
		Platform:          api.PlatformBrowser,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		TsconfigRaw:       "{}",
		Plugins:           []api.Plugin{{Name: "css", Setup: minifyStyles}, {Name: "parts", Setup: b.parts}},
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(api.FormatMessages(result.Errors, api.FormatMessagesOptions{})[0])
	}
	return result.OutputFiles[0].Contents, nil
}

// parts bundles what is imported later apart from what imports it.
func (b *bundles) parts(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: `^\.`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		if args.Kind != api.ResolveJSDynamicImport {
			return api.OnResolveResult{}, nil
		}
		path := filepath.Join(args.ResolveDir, args.Path)
		if filepath.Ext(path) == "" {
			path += ".ts"
		}
		body, err := b.bundle(path)
		if err != nil {
			return api.OnResolveResult{}, err
		}
		sum := sha256.Sum256(body)
		base := filepath.Base(path)
		name := fmt.Sprintf("%s-%x.js", strings.TrimSuffix(base, filepath.Ext(base)), sum[:5])
		b.add(name, body)
		return api.OnResolveResult{Path: "./" + name, External: true}, nil
	})
}

var blanks = strings.NewReplacer(", ", ",", ": ", ":", "\n", "")

// minifyStyles makes an imported style sheet a minified text, for adoptedStyleSheets.
func minifyStyles(build api.PluginBuild) {
	build.OnLoad(api.OnLoadOptions{Filter: `\.css$`}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		source, err := os.ReadFile(args.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		result := api.Transform(string(source), api.TransformOptions{
			Loader:           api.LoaderCSS,
			MinifyWhitespace: true,
			MinifySyntax:     true,
			Sourcefile:       args.Path,
		})
		// what a style sheet gets wrong is a warning to esbuild, and a lost rule to residents
		if wrong := append(result.Errors, result.Warnings...); len(wrong) > 0 {
			return api.OnLoadResult{Errors: wrong}, nil
		}
		text := blanks.Replace(string(result.Code)) // esbuild leaves the values of custom properties alone
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderText}, nil
	})
}

// Command bundle builds the embeddable front end: ../src to ../dist, by way of go generate.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

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

// build bundles src in memory: one module for each element, and for each language but the first a chunk
// named by its content, fetched when it is asked for.
func build(src string) (map[string][]byte, error) {
	src, err := filepath.Abs(src)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     src,
		EntryPoints:       []string{"search.ts"},
		Outdir:            "out",
		Bundle:            true,
		Splitting:         true,
		Format:            api.FormatESModule,
		Platform:          api.PlatformBrowser,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		ChunkNames:        "[name]-[hash]",
		LegalComments:     api.LegalCommentsNone,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		TsconfigRaw:       "{}",
		Plugins:           []api.Plugin{{Name: "css", Setup: minifyStyles}},
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(api.FormatMessages(result.Errors, api.FormatMessagesOptions{})[0])
	}
	files := make(map[string][]byte, len(result.OutputFiles))
	for _, file := range result.OutputFiles {
		files[filepath.Base(file.Path)] = file.Contents
	}
	return files, nil
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

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fritidshub/api/words"
	"fritidshub/config"
)

// textsFolder holds a file of texts for each language that an editor has added or changed, beside sources.yaml.
const textsFolder = "locales"

// maxTexts is how many files of texts are read.
const maxTexts = 50

// loadTexts reads the files of texts in dir. The error is config.Problems when something is wrong with them; then none can be used.
func loadTexts(dir string) (map[string]*words.File, error) {
	folder := filepath.Join(dir, textsFolder)
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err // the folder's name is no pattern
	}
	if len(names) > maxTexts {
		return nil, config.Problems{{File: folder, What: fmt.Sprintf("mappa har flere enn %d filer", maxTexts), Do: "fjern dem som ikke er tekster på et språk"}}
	}
	files := map[string]*words.File{}
	var problems config.Problems
	for _, name := range names {
		tag, ok := words.FileTag(filepath.Base(name))
		if !ok {
			problems = append(problems, config.Problem{File: name, What: "filnavnet er ikke en språkkode", Do: "bruk språkets kode, for eksempel fi.json"})
			continue
		}
		text, err := readBeside(name, "da gjelder tekstene som følger med")
		if text == nil && err == nil {
			continue // it was removed meanwhile
		}
		var unreadable config.Problems
		if errors.As(err, &unreadable) {
			problems = append(problems, unreadable...)
			continue
		}
		file, faults := words.ReadFile(tag, text)
		for _, f := range faults {
			problems = append(problems, config.Problem{File: name, Line: f.Line, Column: f.Column, What: f.What, Do: f.Do})
		}
		files[tag] = file
	}
	if problems != nil {
		return nil, problems
	}
	return files, nil
}

// silentLanguages warns of languages that the hub is to offer and has no texts in.
func silentLanguages(path string, cfg *config.Config, files map[string]*words.File) (warnings config.Problems) {
	spoken := words.Load()
	spoken.Use(files)
	for _, tag := range cfg.Hub.Languages {
		if !spoken.Has(tag) {
			warnings = append(warnings, config.Problem{File: path, What: fmt.Sprintf("hub.languages: det er ingen tekster på %q, så språket vises ikke som valg", tag),
				Do: fmt.Sprintf("legg dem i %s/%s.json ved siden av, eller velg blant %s", textsFolder, tag, strings.Join(spoken.Tags(), ", "))})
		}
	}
	return warnings
}

// texts keeps what the hub says in step with the files of texts beside sources.yaml.
type texts struct {
	dir         string
	condition   *condition
	languages   *words.Languages
	taken, last string // how the folder looked when it was taken into use, and when it was last seen
}

func (h *hub) openTexts(c *condition) *texts {
	t := &texts{dir: h.config.Dir, condition: c, languages: words.Load()}
	t.last = t.look()
	t.reread(context.Background())
	return t
}

func (t *texts) run(ctx context.Context) { each(ctx, reloadEvery, t.reread) }

// reread takes changed files into use. A wrong one changes nothing, and one that is still being written is let be.
func (t *texts) reread(context.Context) {
	now := t.look()
	settled := now == t.last
	if t.last = now; !settled || now == t.taken {
		return
	}
	t.taken = now
	files, err := loadTexts(t.dir)
	t.condition.fault("texts", "en fil med tekster i "+textsFolder+"/ er feil, de forrige tekstene gjelder fortsatt", err)
	if err == nil {
		t.languages.Use(files)
	}
}

// look tells apart how the folder is.
func (t *texts) look() string {
	entries, _ := os.ReadDir(filepath.Join(t.dir, textsFolder)) // none: there is no folder
	var all []string
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && filepath.Ext(info.Name()) == ".json" {
			all = append(all, fmt.Sprint(info.Name(), info.Size(), info.ModTime().UnixNano()))
		}
	}
	slices.Sort(all)
	return "seen\n" + strings.Join(all, "\n")
}

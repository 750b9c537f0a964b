package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"fritidshub/api/console"
	"fritidshub/api/console/signin"
	"fritidshub/config"
	"fritidshub/config/edit"
)

// takenWithin is how long an action waits until a changed sources.yaml is in use.
const takenWithin = 8 * time.Second

// changeSources changes sources.yaml, if it is right afterwards and nobody else has changed it meanwhile, and waits until taken says of what is in use
// that it holds the change. What was changed stands with the version.
func (d *desk) changeSources(ctx context.Context, what string, change func(*edit.Doc) error, taken func(*config.Config) bool) error {
	text, id, err := d.keeper.Read()
	if err != nil {
		return err
	}
	doc, err := edit.Open(text)
	if err == nil {
		err = change(doc)
	}
	if err != nil {
		return editFault(err)
	}
	return d.saveSources(ctx, id, doc.Text(), what, taken)
}

// saveSources makes sources.yaml say text instead of its version base.
func (d *desk) saveSources(ctx context.Context, base string, text []byte, what string, taken func(*config.Config) bool) error {
	if err := d.mayTake(ctx, text); err != nil {
		return editFault(err)
	}
	user, _ := signin.UserOf(ctx)
	if _, err := d.keeper.Save(base, text, user.Name, what); err != nil {
		return editFault(err)
	}
	return d.awaitSources(ctx, taken)
}

// mayTake says what would keep the hub from taking a text of sources.yaml into use.
func (d *desk) mayTake(ctx context.Context, text []byte) error {
	cfg, err := config.Parse(d.hub.in.sources, text, d.environment())
	if err != nil {
		return err
	}
	return d.hub.keepsMost(ctx, cfg)
}

// environment is what sources.yaml is checked with.
func (d *desk) environment() config.Environment {
	return d.hub.program.environment(d.hub.registry, d.hub.taxonomy)
}

// awaitSources has sources.yaml taken into use, and waits until taken says of what is in use that it holds a change.
func (d *desk) awaitSources(ctx context.Context, taken func(*config.Config) bool) error {
	ctx, cancel := context.WithTimeout(ctx, takenWithin)
	defer cancel()
	err := d.reload(ctx)
	if taken(d.config.Load()) {
		return nil
	}
	d.hub.log.Warn("sources.yaml is saved and not in use", "error", err)
	return &console.Fault{Status: http.StatusAccepted, Text: "Endringen er lagret i sources.yaml, men huben har ikke tatt den i bruk ennå. Se på oversikten om litt."}
}

// editFault tells an editor what kept a change of a file from being made.
func editFault(err error) error {
	var problems config.Problems
	var fewer *fewerSources
	switch {
	case errors.As(err, &fewer):
		return &console.Fault{Status: http.StatusConflict, Text: fmt.Sprintf("Da ville %d av %d kilder som viser noe nå, bli borte på én gang: %s. Det gjør ikke huben uten videre, så ingenting er endret. Sett dem på pause én for én.",
			len(fewer.gone), fewer.of, strings.Join(fewer.gone, ", "))}
	case errors.As(err, &problems):
		return &console.Fault{Status: http.StatusUnprocessableEntity, Text: "Da ville sources.yaml blitt feil, så ingenting er endret. " + sentenced(problems[0].What+": "+problems[0].Do)}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return &console.Fault{Status: http.StatusConflict, Text: "Huben får ikke skrive i filen eller mappen dens, så ingenting er endret. Den som driver huben, må gi den skrivetilgang."}
	case errors.Is(err, edit.ErrMeanwhile), errors.Is(err, edit.ErrForm), errors.Is(err, edit.ErrNoPlace):
		cause := err
		for _, known := range []error{edit.ErrMeanwhile, edit.ErrForm, edit.ErrNoPlace} {
			if errors.Is(err, known) {
				cause = known
			}
		}
		return &console.Fault{Status: http.StatusConflict, Text: sentenced(cause.Error())}
	}
	return err
}

// Enable implements console.Desk.
func (d *desk) Enable(ctx context.Context, id string, on bool) error {
	if _, err := d.declared(id); err != nil {
		return err
	}
	what := map[bool]string{true: "slo på " + id, false: "satte " + id + " på pause"}[on]
	return d.changeSources(ctx, what, func(doc *edit.Doc) error {
		at := doc.Index("id", id, "sources")
		if at < 0 {
			return edit.ErrNoPlace
		}
		return doc.Set(on, "sources", at, "enabled")
	}, func(cfg *config.Config) bool {
		i := slices.IndexFunc(cfg.Sources, func(s config.Source) bool { return s.ID == id })
		return i >= 0 && cfg.Sources[i].Enabled == on
	})
}

// declared is a source as sources.yaml in use has it.
func (d *desk) declared(id string) (config.Source, error) {
	sources := d.config.Load().Sources
	i := slices.IndexFunc(sources, func(s config.Source) bool { return s.ID == id })
	if i < 0 {
		return config.Source{}, console.ErrNoSource
	}
	return sources[i], nil
}

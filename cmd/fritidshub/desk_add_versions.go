package main

import (
	"context"
	"errors"

	"fritidshub/api/console"
	"fritidshub/api/console/signin"
	"fritidshub/config"
	"fritidshub/config/edit"
)

// around is how many lines are shown on either side of a change.
const around = 3

// Versions implements console.Versions.
func (d *desk) Versions(context.Context) ([]console.Version, error) {
	list, err := d.keeper.List()
	versions := make([]console.Version, len(list))
	for i, v := range list {
		versions[i] = console.Version{ID: v.ID, Base: v.Base, At: v.At, By: v.By, What: v.What}
	}
	return versions, err
}

// Difference implements console.Versions.
func (d *desk) Difference(_ context.Context, id, base string) ([]console.DiffLine, error) {
	var texts [2][]byte
	for i, id := range []string{base, id} {
		text, err := d.keeper.Text(id)
		if errors.Is(err, edit.ErrNoPlace) {
			return nil, console.ErrNoVersion
		}
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	return diffLines(texts[0], texts[1]), nil
}

func diffLines(old, text []byte) []console.DiffLine {
	var lines []console.DiffLine
	for _, l := range edit.Diff(old, text, around) {
		lines = append(lines, console.DiffLine{Mark: string(l.Mark), Number: l.Number, Text: l.Text})
	}
	return lines
}

// UndoVersion implements console.Versions.
func (d *desk) UndoVersion(ctx context.Context, id, base string) error {
	list, err := d.keeper.List()
	if err != nil {
		return err
	}
	if len(list) == 0 || list[0].ID != id || list[0].Base != base {
		return editFault(edit.ErrMeanwhile)
	}
	text, err := d.keeper.Text(base)
	if errors.Is(err, edit.ErrNoPlace) {
		return console.ErrNoVersion
	}
	if err == nil {
		err = d.mayTake(ctx, text)
	}
	if err != nil {
		return editFault(err)
	}
	before := d.config.Load()
	user, _ := signin.UserOf(ctx)
	if _, err := d.keeper.Undo(list[0], user.Name); err != nil {
		return editFault(err)
	}
	return d.awaitSources(ctx, func(cfg *config.Config) bool { return cfg != before })
}

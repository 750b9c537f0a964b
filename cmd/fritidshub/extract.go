package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/prose"
)

// maxExtractLine is the longest line that extract reads, in bytes; room for a text of catalog.MaxDescription characters, escaped.
const maxExtractLine = 1 << 20

// extractText is a line of extract's input.
type extractText struct {
	ID      json.RawMessage `json:"id"`
	Text    *string         `json:"text"`
	Lang    string          `json:"lang"`
	RefDate string          `json:"ref_date"`
}

type extracted struct {
	ID json.RawMessage `json:"id"`
	prose.Label
}

type notExtracted struct {
	ID    json.RawMessage `json:"id"`
	Error string          `json:"error"`
}

// extract reads texts from standard input, a JSON object on each line, and prints what they say. A line that cannot be used is
// answered with its error, and the command fails when all lines are read.
func (p *program) extract(ctx context.Context, in *invocation) error {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return err
	}
	var stdin io.Reader = p.in
	if stdin == nil {
		return usage("fritidshub extract: ingen standard inn")
	}
	lines := bufio.NewReaderSize(stdin, 64<<10)
	out := bufio.NewWriterSize(p.out, 64<<10)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	today, failed := in.now().In(zone), false
	var line []byte
	for n := 1; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		var long bool
		line, long, err = readLine(lines, line[:0])
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("standard inn: %w", err)
		}
		var answer any
		switch text := bytes.TrimSpace(line); {
		case long:
			failed, answer = true, notExtracted{Error: fmt.Sprintf("linje %d er lengre enn %d byte", n, maxExtractLine)}
		case len(text) > 0:
			var bad bool
			answer, bad = extractLine(text, n, today)
			failed = failed || bad
		}
		if answer != nil {
			if err := encoder.Encode(answer); err != nil {
				return err
			}
		}
		if lines.Buffered() == 0 || err != nil {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		if err != nil {
			break
		}
	}
	if failed {
		return silent(exitFailed)
	}
	return nil
}

// readLine reads a line into line. Of one that is too long it keeps the beginning.
func readLine(r *bufio.Reader, line []byte) (_ []byte, long bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if room := maxExtractLine - len(line); len(part) > room {
			part, long = part[:room], true
		}
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, long, err
		}
	}
}

func extractLine(line []byte, n int, today time.Time) (answer any, bad bool) {
	var t extractText
	refuse := func(format string, args ...any) (any, bool) {
		return notExtracted{t.ID, fmt.Sprintf("linje %d: ", n) + fmt.Sprintf(format, args...)}, true
	}
	var wrong *json.UnmarshalTypeError
	switch err := json.Unmarshal(line, &t); {
	case errors.As(err, &wrong):
		return refuse("%s er %s, ventet tekst", cmp.Or(wrong.Field, "linjen"), wrong.Value)
	case err != nil:
		return refuse("er ikke JSON; skriv for eksempel {\"id\":\"1\",\"text\":\"Gratis yoga hver onsdag kl. 18\"}")
	case t.Text == nil:
		return refuse("mangler text")
	}
	ref := today
	if t.RefDate != "" {
		day, err := time.Parse(time.DateOnly, t.RefDate)
		if err != nil || day.Year() < catalog.FirstYear || day.Year() > catalog.LastYear {
			return refuse("ref_date %q er ikke en dato; skriv for eksempel 2026-08-20", oneLine(t.RefDate, 40))
		}
		ref = day
	}
	return extracted{t.ID, prose.Read(catalog.CleanLines(*t.Text, catalog.MaxDescription), t.Lang, ref).Label()}, false
}

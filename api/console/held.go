package console

import (
	"net/http"
	"strconv"
	"time"
)

// Held is what a run would take away, and that waits for an editor.
type Held struct {
	Source   string // its name
	Run      int64
	Since    time.Time
	Removals int
	Of       int
	Reason   string
	Kept     bool // an editor has decided that it stays
	Items    []Item
}

type heldView struct {
	frame
	Held
	Path string
	From moment
	Rest int // of what would go, not listed
}

func (c *console) getHeld(w http.ResponseWriter, r *http.Request) error {
	held, err := c.Desk.Held(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	view := heldView{frame: c.frame(r, "Det som ville forsvinne fra "+held.Source), Held: *held, From: c.moment(held.Since), Rest: held.Removals - len(held.Items)}
	view.Path = view.Base + "sources/" + r.PathValue("id")
	c.draw(w, r, http.StatusOK, "held", view)
	return nil
}

// heldRun is the run whose effect an editor has seen and decides about.
func heldRun(r *http.Request) (int64, error) {
	run, err := strconv.ParseInt(r.PostFormValue("run"), 10, 64)
	if err != nil || run <= 0 {
		return 0, &Fault{http.StatusBadRequest, "Skjemaet sier ikke hvilken henting det gjelder. Gå til kilden og prøv på nytt."}
	}
	return run, nil
}

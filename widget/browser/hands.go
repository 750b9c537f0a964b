package browser

import (
	"fmt"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Point is a place in the viewport, in CSS pixels from its upper left corner.
type Point struct{ X, Y float64 }

// Middle is the middle of the first selected element, which is scrolled into view.
func (p *Page) Middle(selector string) Point {
	p.tb.Helper()
	return Eval[Point](p, fmt.Sprintf(`(node => {
		node.scrollIntoView({ block: "center", behavior: "instant" });
		const box = node.getBoundingClientRect();
		return { X: box.x + box.width / 2, Y: box.y + box.height / 2 };
	})($(%s))`, quote(selector)))
}

func (p *Page) mouse(event input.DispatchMouseEventParams) {
	p.tb.Helper()
	_, err := chromedp.Call(p.ctx, input.DispatchMouseEvent, event)
	p.must(err)
}

// Drag presses the mouse at from, moves it to to in a few steps, and lets go.
func (p *Page) Drag(from, to Point) {
	p.tb.Helper()
	p.mouse(input.DispatchMouseEventParams{Type: chromedp.MousePressed, X: from.X, Y: from.Y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1})
	const steps = 5
	for i := 1.0; i <= steps; i++ {
		p.mouse(input.DispatchMouseEventParams{Type: chromedp.MouseMoved, X: from.X + (to.X-from.X)*i/steps, Y: from.Y + (to.Y-from.Y)*i/steps, Button: input.MouseButtonLeft, Buttons: 1})
	}
	p.mouse(input.DispatchMouseEventParams{Type: chromedp.MouseReleased, X: to.X, Y: to.Y, Button: input.MouseButtonLeft, ClickCount: 1})
}

// DoubleClick clicks twice.
func (p *Page) DoubleClick(at Point) {
	p.tb.Helper()
	for n := range int64(2) {
		p.mouse(input.DispatchMouseEventParams{Type: chromedp.MousePressed, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: n + 1})
		p.mouse(input.DispatchMouseEventParams{Type: chromedp.MouseReleased, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: n + 1})
	}
}

// Wheel turns the wheel by so many CSS pixels, down when above 0; with the control key it zooms in most browsers.
func (p *Page) Wheel(at Point, down float64, control bool) {
	p.tb.Helper()
	event := input.DispatchMouseEventParams{Type: chromedp.MouseWheel, X: at.X, Y: at.Y, DeltaX: 1e-3, DeltaY: down} // what is 0 would be left out, and is asked for
	if control {
		event.Modifiers = 2
	}
	p.mouse(event)
}

// Touch puts fingers down where the first step has them, moves them from step to step, and lifts them.
func (p *Page) Touch(steps ...[]Point) {
	p.tb.Helper()
	kind := input.DispatchTouchEventTypeTouchStart
	for _, fingers := range steps {
		p.touch(kind, fingers)
		kind = input.DispatchTouchEventTypeTouchMove
	}
	p.touch(input.DispatchTouchEventTypeTouchEnd, nil)
}

func (p *Page) touch(kind input.DispatchTouchEventType, fingers []Point) {
	p.tb.Helper()
	points := make([]*input.TouchPoint, len(fingers))
	for i, finger := range fingers {
		id := float64(i + 1)
		points[i] = &input.TouchPoint{X: finger.X, Y: finger.Y, ID: &id}
	}
	_, err := chromedp.Call(p.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
	p.must(err)
}

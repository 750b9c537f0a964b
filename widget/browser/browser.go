// Package browser drives a real Chromium in tests: pages, keys, accessibility findings, requests, console errors.
package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to become what a test waits for.
const patience = 20 * time.Second

// Browser is one running Chromium with an empty profile; it ends with the test that started it.
type Browser struct {
	ctx context.Context
	axe string
}

// New starts Chromium. Where it or axe-core is missing, the test is skipped with what to run, and fails instead
// when CI or FRITIDSHUB_REQUIRE_BROWSER is set. FRITIDSHUB_CHROMIUM and FRITIDSHUB_AXE name them when they are
// not in their usual places.
func New(tb testing.TB) *Browser {
	tb.Helper()
	path := chromium()
	if path == "" {
		missing(tb, "Chromium is not installed: run “make test-deps”, or set FRITIDSHUB_CHROMIUM to its path")
	}
	axe, err := os.ReadFile(axePath())
	if err != nil {
		missing(tb, "axe-core is not installed (%v): run “make test-deps”, or set FRITIDSHUB_AXE to the path of axe.min.js", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "nb-NO"),
	)
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	tb.Cleanup(cancelAllocator)
	ctx, cancel := chromedp.NewContext(allocator)
	tb.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatalf("start %s: %v", path, err)
	}
	return &Browser{ctx: ctx, axe: string(axe)}
}

func missing(tb testing.TB, format string, args ...any) {
	tb.Helper()
	if os.Getenv("CI") != "" || os.Getenv("FRITIDSHUB_REQUIRE_BROWSER") != "" {
		tb.Fatalf(format, args...)
	}
	tb.Skipf("skipped, "+format, args...)
}

func chromium() string {
	for _, name := range []string{os.Getenv("FRITIDSHUB_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	return ""
}

// axePath is where “make test-deps” puts axe-core, seen from the root of the module.
func axePath() string {
	if path := os.Getenv("FRITIDSHUB_AXE"); path != "" {
		return path
	}
	dir, _ := os.Getwd()
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil || dir == filepath.Dir(dir) {
			return filepath.Join(dir, ".cache", "node", "node_modules", "axe-core", "axe.min.js")
		}
		dir = filepath.Dir(dir)
	}
}

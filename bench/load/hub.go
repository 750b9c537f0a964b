package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	sourcesFile = "sources.yaml"
	changedDir  = "endret"                  // with the sources as they are when everything in them has changed
	seldom      = `schedule: "0 4 1 1 *", ` // no source is due while it is measured
	lookEvery   = 200 * time.Millisecond
)

// hub is the program under load, with its own folder of sources and data.
type hub struct {
	dir, repository string
	built           string   // the program, when another hub's folder has it
	env             []string // beside this process's own
	say             func(string, ...any)
	*child
}

func (h *hub) program() string { return cmp.Or(h.built, filepath.Join(h.dir, "fritidshub")) }

// prepare builds the program and, unless an earlier run has left them, writes the sources and syncs them once.
func (h *hub) prepare(ctx context.Context, e effort) error {
	if err := os.MkdirAll(h.dir, 0o755); err != nil {
		return err
	}
	h.say("building")
	if _, err := output(ctx, h.repository, "go", "build", "-o", h.program(), "./cmd/fritidshub"); err != nil {
		return err
	}
	synced := filepath.Join(h.dir, "synced")
	if info, err := os.Stat(synced); err == nil && time.Since(info.ModTime()) < e.keepLong {
		return nil
	}
	h.say("syncing %d listings for the first time", e.listings)
	for _, old := range []string{synced, filepath.Join(h.dir, "data"), filepath.Join(h.dir, changedDir)} {
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	if _, err := output(ctx, h.repository, "go", "run", "./cmd/fritidshub-bench", "-n", strconv.Itoa(e.listings), "-write", h.dir); err != nil {
		return err
	}
	if err := h.rewrite("language: nb", seldom+"language: nb"); err != nil {
		return err
	}
	if err := h.writeChanged(); err != nil {
		return err
	}
	if _, err := output(ctx, h.dir, h.program(), "sync", "-json"); err != nil {
		return err
	}
	return os.WriteFile(synced, nil, 0o644)
}

// rewrite replaces texts in sources.yaml, whole or not at all.
func (h *hub) rewrite(oldNew ...string) error {
	file := filepath.Join(h.dir, sourcesFile)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", []byte(strings.NewReplacer(oldNew...).Replace(string(text))), 0o644); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// writeChanged writes every source once more, with another text in every row.
func (h *hub) writeChanged() error {
	if err := os.MkdirAll(filepath.Join(h.dir, changedDir), 0o755); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(h.dir, "*.csv"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no sources in %s (%w)", h.dir, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		r := csv.NewReader(bytes.NewReader(text))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil {
			return err
		}
		for _, row := range rows[1:] {
			row[3] += " Vi har flyttet inn i nyoppussede lokaler."
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma = ';'
		if err := w.WriteAll(rows); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(h.dir, changedDir, filepath.Base(file)), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// start starts the hub and waits until it is ready.
func (h *hub) start(ctx context.Context, wait time.Duration) (err error) {
	h.say("starting the hub")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := listener.Addr().String()
	listener.Close()
	log, err := os.Create(filepath.Join(h.dir, "serve.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, h.program(), "serve", "-listen", address)
	cmd.Dir, cmd.Stderr, cmd.Env = h.dir, log, append(os.Environ(), h.env...)
	if h.child, err = start(cmd, "http://"+address); err != nil {
		return err
	}
	for deadline := time.Now().Add(wait); ; {
		if _, err = get(ctx, h.base+"/readyz"); err == nil {
			return h.settle(ctx, deadline)
		}
		if ended, why := h.ended(); ended || time.Now().After(deadline) || ctx.Err() != nil {
			return errors.Join(fmt.Errorf("the hub is not ready, see %s: %w", log.Name(), err), why, h.stop())
		}
		pause(ctx, lookEvery)
	}
}

// settle waits until the hub has nothing more to do after its start.
func (h *hub) settle(ctx context.Context, deadline time.Time) error {
	for quiet := 0; quiet < 5 && ctx.Err() == nil; {
		before := h.cpu()
		pause(ctx, lookEvery)
		if quiet++; h.cpu()-before > lookEvery/10 {
			quiet = 0
		}
		if time.Now().After(deadline) {
			return errors.New("the hub does not come to rest after its start")
		}
	}
	return ctx.Err()
}

// sync changes every row of so many sources and waits until the hub has taken it all in and indexed it.
func (h *hub) sync(sources int) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		text, err := os.ReadFile(filepath.Join(h.dir, sourcesFile))
		if err != nil {
			return "", err
		}
		from, to := "", changedDir+"/"
		if !strings.Contains(string(text), `"file:kilde-1.csv"`) {
			from, to = to, from
		}
		var pairs []string
		for n := range sources {
			pairs = append(pairs, fmt.Sprintf(`"file:%skilde-%d.csv"`, from, n+1), fmt.Sprintf(`"file:%skilde-%d.csv"`, to, n+1))
		}
		began := time.Now()
		if err := h.rewrite(pairs...); err != nil {
			return "", err
		}
		for {
			pause(ctx, lookEvery)
			read, records, err := h.synced(ctx, began)
			switch {
			case ctx.Err() != nil:
				return "", fmt.Errorf("the sync of %d sources did not end in time; %d are read and indexed", sources, read)
			case err != nil:
				return "", err
			case read >= sources:
				return fmt.Sprintf("%d records in %.0f s", records, time.Since(began).Seconds()), nil
			}
		}
	}
}

// synced tells how many sources have been read since and how many records they have, none as long as not all of it is indexed.
func (h *hub) synced(ctx context.Context, since time.Time) (sources, records int, err error) {
	var answer struct {
		Sources []struct {
			ID, Status, Error string
			LastGood          time.Time `json:"last_good"`
			LastRun           time.Time `json:"last_run"`
			Live              int
		}
	}
	if err := getJSON(ctx, h.base+"/api/v1/sources", &answer); err != nil {
		return 0, 0, err
	}
	for _, s := range answer.Sources {
		if s.LastRun.After(since) && s.Status != "ok" && s.Status != "unchanged" { // unchanged: a run before this one was broken off
			return 0, 0, fmt.Errorf("source %s: %s %s", s.ID, s.Status, s.Error)
		}
		if s.LastGood.After(since) {
			sources, records = sources+1, records+s.Live
		}
	}
	var ready struct {
		Change      int64 `json:"change"`
		IndexChange int64 `json:"index_change"`
	}
	if err := getJSON(ctx, h.base+"/readyz", &ready); err != nil || ready.Change != ready.IndexChange {
		return 0, 0, err
	}
	return sources, records, nil
}

// reindex has the hub build its index anew, again and again, until so long has passed.
func (h *hub) reindex(long time.Duration) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		rounds := 0
		for began := time.Now(); time.Since(began) < long && ctx.Err() == nil; rounds++ {
			text, err := output(context.WithoutCancel(ctx), h.dir, h.program(), "reindex", "-json")
			if err != nil {
				return "", err
			}
			if !strings.Contains(text, `"by":"serve"`) {
				return "", fmt.Errorf("the hub did not reindex: %s", text)
			}
		}
		return fmt.Sprintf("%d rebuilds", rounds), nil
	}
}

// calendars has one client read all listings as a calendar, again and again, until so long has passed.
func (h *hub) calendars(long time.Duration) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		before := h.memory()
		if err := h.forgetPeak(); err != nil {
			return "", err
		}
		ctx, cancel := context.WithTimeout(ctx, long)
		defer cancel()
		whole, read := 0, int64(0)
		for began := time.Now(); time.Since(began) < long; whole++ {
			n, err := h.calendar(ctx)
			read += n
			if errors.Is(err, context.DeadlineExceeded) {
				break
			}
			if err != nil {
				return "", err
			}
		}
		return fmt.Sprintf("%d calendars and a part of one, %d MB compressed; memory %.0f MB before, at most %.0f", whole, read/1e6, before, h.peakMemory()), nil
	}
}

// calendar reads all listings as a calendar and says how long it is.
func (h *hub) calendar(ctx context.Context) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.base+"/api/v1/search.ics", nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept-Encoding", "gzip") // as phones do, but it is not unpacked on the hub's processors
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %s", req.URL, resp.Status)
	}
	return io.Copy(io.Discard, resp.Body)
}

// cpu is the processor time that the hub has used.
func (h *hub) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", h.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	const tick = time.Second / 100
	return time.Duration(number(fields[11])+number(fields[12])) * tick
}

// peakMemory is the most that the hub has held at once, in MB; 0 when it is not known.
func (h *hub) peakMemory() float64 { return h.status("VmHWM:") }

// memory is what the hub holds, in MB; 0 when it is not known.
func (h *hub) memory() float64 { return h.status("VmRSS:") }

// status is an amount of memory that the system knows of the hub, in MB; proc_pid_status(5).
func (h *hub) status(name string) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), name)
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	return number(fields[0]) * 1024 / 1e6
}

// forgetPeak makes peakMemory begin anew; proc_pid_clear_refs(5).
func (h *hub) forgetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", h.cmd.Process.Pid), []byte("5"), 0o200)
}

// machineLoad is how many processes have wanted a processor in the last minute, on average.
func machineLoad() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), " ")
	return number(first)
}

// child is a process that answers at base.
type child struct {
	cmd  *exec.Cmd
	base string
	done chan error
}

func start(cmd *exec.Cmd, base string) (*child, error) {
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 30 * time.Second
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, base: base, done: make(chan error, 1)}
	go func() { c.done <- cmd.Wait() }()
	return c, nil
}

func (c *child) ended() (bool, error) {
	select {
	case err := <-c.done:
		c.done <- err
		return true, err
	default:
		return false, nil
	}
}

// stop asks the process to end and waits for it.
func (c *child) stop() error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	err := <-c.done
	c.done <- err
	return err
}

// startEmpty starts this program once more as an HTTP server that answers nothing.
func startEmpty(ctx context.Context) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "-empty")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c, err := start(cmd, "")
	if err != nil {
		return nil, err
	}
	var address string
	if _, err := fmt.Fscanln(out, &address); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	c.base = "http://" + address
	return c, nil
}

// serveEmpty answers every request with nothing until ctx is done. It prints its address.
func serveEmpty(ctx context.Context, out io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }), ReadHeaderTimeout: time.Minute}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	fmt.Fprintln(out, listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// output runs a command in dir and gives what it prints; what it says of a failure is in the error.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s%s", filepath.Base(name), strings.Join(args, " "), err, said.String(), out.String())
	}
	return out.String(), nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

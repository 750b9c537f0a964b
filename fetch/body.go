package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

var (
	errTooBig = errors.New("body above its cap")
	errRatio  = errors.New("body inflates too much")
	errDrip   = errors.New("body comes too slowly")
	errAfter  = errors.New("bytes after the end of the compressed body")
	errCoding = errors.New("broken content encoding")
)

// read returns the decoded body of resp and the number of bytes received.
// abort must cancel ctx, the context of the request.
func (c *Client) read(ctx context.Context, abort context.CancelCauseFunc, resp *http.Response, k *call) ([]byte, int64, error) {
	most := c.cap(resp.Header, k)
	if resp.ContentLength > most && !k.cut {
		return nil, 0, c.bodyError(ctx, resp, most, errTooBig)
	}
	in := &meter{r: resp.Body, most: most + 64<<10} // compression never adds more than that to what is within the cap
	defer c.watchDrip(abort, &in.n)()
	out, err := decoder(resp.Header, in)
	if err != nil {
		return nil, in.n.Load(), c.bodyError(ctx, resp, most, err)
	}
	body, err := io.ReadAll(&capped{r: out, in: in, most: most, from: c.limits.RatioFrom, ratio: c.limits.Ratio})
	if errors.Is(err, errTooBig) && k.cut {
		return body, in.n.Load(), nil
	}
	if err == nil {
		err = in.ended()
	}
	if err != nil {
		return nil, in.n.Load(), c.bodyError(ctx, resp, most, err)
	}
	return body, in.n.Load(), nil
}

func (c *Client) cap(h http.Header, k *call) int64 {
	if k.most > 0 {
		return k.most
	}
	if isHTML(contentType(h)) {
		return c.limits.HTMLBody
	}
	return c.limits.Body
}

func isHTML(mediaType, _ string) bool {
	return mediaType == "text/html" || mediaType == "application/xhtml+xml"
}

// decoder undoes the content encoding: none, gzip or deflate, and one layer only.
func decoder(h http.Header, in io.Reader) (io.Reader, error) {
	switch coding := strings.ToLower(strings.TrimSpace(strings.Join(h.Values("Content-Encoding"), ","))); coding {
	case "", "identity":
		return in, nil
	case "gzip", "x-gzip":
		r, err := gzip.NewReader(in)
		return r, broken(err)
	case "deflate": // zlib by RFC 9110 8.4.1.2, but some servers send it bare
		b := bufio.NewReader(in)
		head, _ := b.Peek(2)
		if len(head) == 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			r, err := zlib.NewReader(b)
			return r, broken(err)
		}
		return flate.NewReader(b), nil
	default:
		return nil, fmt.Errorf("%w: %.40q is not one layer of gzip or deflate", errCoding, coding)
	}
}

func broken(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, zlib.ErrHeader) {
		return fmt.Errorf("%w: %w", errCoding, err)
	}
	return err
}

// blank reports whether body holds nothing but white space, zero bytes and byte order marks.
func blank(body []byte) bool {
	return len(bytes.Trim(body, "\uFEFF \t\r\n\x00")) == 0
}

// meter counts what comes over the wire and stops at most.
type meter struct {
	r    io.Reader
	n    atomic.Int64
	most int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.n.Add(int64(n)) > m.most {
		return n, errTooBig
	}
	return n, err
}

// ended makes sure that the sender has finished too: a cut transfer after a whole compressed body shows here.
func (m *meter) ended() error {
	switch n, err := io.ReadFull(m.r, make([]byte, 1)); {
	case n > 0:
		return errAfter
	case err != io.EOF:
		return err
	}
	return nil
}

// capped stops at most bytes, and at ratio bytes for each that came in once from is passed.
type capped struct {
	r           io.Reader
	in          *meter
	n           int64
	most        int64
	from, ratio int64
}

func (c *capped) Read(p []byte) (int, error) {
	if left := c.most + 1 - c.n; int64(len(p)) > left {
		p = p[:left]
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	switch {
	case c.n > c.most:
		return n - 1, errTooBig
	case c.n > c.from && c.n > c.ratio*c.in.n.Load():
		return n, errRatio
	}
	return n, err
}

// watchDrip aborts the request when too few bytes come during any DripWindow after DripGrace. The caller ends the watch.
func (c *Client) watchDrip(abort context.CancelCauseFunc, came *atomic.Int64) (end func()) {
	const samples = 20 // per window
	done := make(chan struct{})
	go func() {
		grace := time.NewTimer(c.limits.DripGrace)
		defer grace.Stop()
		select {
		case <-done:
			return
		case <-grace.C:
		}
		tick := time.NewTicker(c.limits.DripWindow / samples)
		defer tick.Stop()
		window := []int64{came.Load()}
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			window = append(window, came.Load())
			if len(window) <= samples {
				continue
			}
			if window[samples]-window[0] < c.limits.DripBytes {
				abort(errDrip)
				return
			}
			window = window[1:]
		}
	}()
	return func() { close(done) }
}

// bodyError explains err, which ended the reading of a body.
func (c *Client) bodyError(ctx context.Context, resp *http.Response, most int64, err error) error {
	host := resp.Request.URL.Host
	e := &Error{Step: StepBody, URL: redact(resp.Request.URL), Status: resp.StatusCode, Err: err}
	var corrupt flate.CorruptInputError
	isCorrupt := errors.As(err, &corrupt)
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, errDrip):
		e.Err, e.Temporary = cause, true
		e.Message = fmt.Sprintf("%s sendte svaret så langsomt at vi brøt av. Vi prøver igjen av oss selv; si fra til leverandøren hvis det varer.", host)
	case errors.Is(cause, errWhole):
		e.Err, e.Temporary = cause, true
		e.Message = fmt.Sprintf("%s brukte mer enn %s på hele svaret. Vi prøver igjen av oss selv; varer det, så be leverandøren om et mindre eller raskere svar.", host, seconds(c.limits.Whole))
	case cause != nil:
		return stopped(cause)
	case errors.Is(err, errTooBig):
		e.Message = fmt.Sprintf("Svaret fra %s er større enn %s, som er det meste vi tar imot. Be leverandøren dele det opp, eller snevre inn url i sources.yaml.", host, size(most))
	case errors.Is(err, errRatio):
		e.Message = fmt.Sprintf("Svaret fra %s vokser mistenkelig mye når det pakkes ut, og vi brøt av. Feilen er hos leverandøren; si fra til dem.", host)
	case errors.Is(err, errCoding):
		e.Message = fmt.Sprintf("Svaret fra %s er pakket på en måte vi ikke leser; vi leser bare gzip og deflate, i ett lag. Si fra til leverandøren.", host)
	case isCorrupt:
		e.Err = fmt.Errorf("%w: %w", errCoding, corrupt)
		fallthrough
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, zlib.ErrChecksum), errors.Is(err, errAfter):
		e.Message = fmt.Sprintf("Svaret fra %s er ødelagt: det lar seg ikke pakke ut. Feilen er hos leverandøren; si fra til dem hvis den varer.", host)
	default:
		e.Temporary = true
		e.Message = fmt.Sprintf("Svaret fra %s ble brutt av før det var helt. Vi bruker ikke halve svar, og prøver igjen av oss selv; si fra til leverandøren hvis det varer.", host)
	}
	return e
}

func size(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d byte", n)
}

func seconds(d time.Duration) string {
	return strings.Replace(fmt.Sprintf("%.3g sekunder", d.Seconds()), ".", ",", 1)
}

package fetch

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func folder(t *testing.T, files map[string]string) (root string) {
	t.Helper()
	top := t.TempDir()
	root = filepath.Join(top, "hub")
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFiles(t *testing.T) {
	root := folder(t, map[string]string{
		"lister/tilbud.csv": "Navn;Sted\nÅpen hall;Østre Halsen\n", "Påmelding høst 100%.JSON": events, "side.html": strings.Repeat("<p>", 2000),
		"tom.ics": "\xEF\xBB\xBF\r\n", "ukjent.dat": "x", "../nøkkel.txt": "hemmelig", "stor.csv": strings.Repeat("x", 10_001), "akkurat.csv": strings.Repeat("x", 10_000),
		"lister/..data.csv": "a;b\n",
	})
	for link, to := range map[string]string{"ut.txt": "../nøkkel.txt", "inn.csv": "lister/tilbud.csv", "passwd": "/etc/passwd", "rundt": "rundt"} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(root, "rør"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := client(t, Options{FileRoot: root, Limits: Limits{Body: 10_000, HTMLBody: 5999}})
	for _, tc := range []struct{ url, mediaType, final, says string }{
		{url: "file:lister/tilbud.csv", mediaType: "text/csv", final: "file:lister/tilbud.csv"},
		{url: "file:./lister/../lister/tilbud.csv?page=2#x", mediaType: "text/csv", final: "file:lister/tilbud.csv"},
		{url: "file:inn.csv", mediaType: "text/csv", final: "file:inn.csv"},
		{url: "file:lister/..data.csv", mediaType: "text/csv", final: "file:lister/..data.csv"},
		{url: "file://" + root + "/lister/tilbud.csv", mediaType: "text/csv", final: "file:lister/tilbud.csv"},
		{url: "file:Påmelding høst 100%.JSON", mediaType: "application/json", final: "file:P%C3%A5melding%20h%C3%B8st%20100%25.JSON"},
		{url: "file:P%C3%A5melding%20h%C3%B8st%20100%25.JSON", mediaType: "application/json", final: "file:P%C3%A5melding%20h%C3%B8st%20100%25.JSON"},
		{url: "file:ukjent.dat", final: "file:ukjent.dat"},
		{url: "file:akkurat.csv", mediaType: "text/csv", final: "file:akkurat.csv"},
		{url: "file:stor.csv", says: "større enn"},
		{url: "file:side.html", says: "større enn"},
		{url: "file:borte.csv", says: "finnes ikke"},
		{url: "file:Lister/tilbud.csv", says: "store og små"},
		{url: "file:lister", says: "er en mappe"},
		{url: "file:", says: "er en mappe"},
		{url: "file:rør", says: "vanlig fil"},
		{url: "file:tom.ics", says: "er tom"},
		{url: "file:../nøkkel.txt", says: "utenfor mappen"},
		{url: "file:lister/../../nøkkel.txt", says: "utenfor mappen"},
		{url: "file:%2e%2e/nøkkel.txt", says: "utenfor mappen"},
		{url: "file:///etc/passwd", says: "utenfor mappen"},
		{url: "file://example.no/etc/passwd", says: "annen maskin"},
		{url: "file:ut.txt", says: "symlink"},
		{url: "file:passwd", says: "symlink"},
		{url: "file:rundt", says: "symlink"},
	} {
		t.Run(tc.url, func(t *testing.T) {
			r, err := get(t, c, tc.url)
			if tc.says != "" {
				if e := failure(t, err); e.Step != StepFile || !strings.Contains(e.Message, tc.says) {
					t.Errorf("got %v, want %q", e, tc.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.MediaType != tc.mediaType || r.URL != tc.final || r.Status != 200 || len(r.Body) == 0 || r.Requests != 0 || !r.FetchedAt.Equal(noon) {
				t.Errorf("got %+v", r)
			}
			if again, err := get(t, c, r.URL); err != nil || string(again.Body) != string(r.Body) {
				t.Errorf("its own address does not lead back: %v", err)
			}
		})
	}
	_, err := get(t, client(t, Options{}), "file:lister/tilbud.csv")
	if e := failure(t, err); e.Step != StepFile {
		t.Errorf("without a root: %v", e)
	}
	_, err = get(t, client(t, Options{FileRoot: filepath.Join(root, "borte")}), "file:lister/tilbud.csv")
	if e := failure(t, err); !strings.Contains(e.Message, "mappen til sources.yaml") {
		t.Errorf("root that is not there: %v", e)
	}
}

func TestUnreadableFile(t *testing.T) {
	root := folder(t, map[string]string{"a.csv": "x"})
	if err := os.Chmod(filepath.Join(root, "a.csv"), 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(filepath.Join(root, "a.csv")); err == nil {
		f.Close()
		t.Skip("this user may read every file")
	}
	_, err := get(t, client(t, Options{FileRoot: root}), "file:a.csv")
	if e := failure(t, err); !strings.Contains(e.Message, "leserett") {
		t.Errorf("got %v", e)
	}
}

func TestFileNotModified(t *testing.T) {
	root := folder(t, map[string]string{"a.csv": "Navn\nTurgruppe\n"})
	c := client(t, Options{FileRoot: root})
	read := func(etag string) *Response {
		t.Helper()
		r, err := c.Get(context.Background(), Request{URL: "file:a.csv", ETag: etag})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := read("")
	path := filepath.Join(root, "a.csv")
	if err := os.Chtimes(path, noon, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if r := read(first.ETag()); !r.NotModified || r.Body != nil || r.Status != 304 || r.ETag() != first.ETag() {
		t.Errorf("touched, not changed: %+v", r)
	}
	was, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("Navn\nTurgrupper"), fs.FileMode(0o644)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, was.ModTime(), was.ModTime()); err != nil {
		t.Fatal(err)
	}
	if r := read(first.ETag()); r.NotModified || string(r.Body) != "Navn\nTurgrupper" {
		t.Errorf("changed within the same second and size: %+v", r)
	}
}

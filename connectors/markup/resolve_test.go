package markup

import "testing"

func TestResolve(t *testing.T) {
	tests := []struct{ ref, base, want string }{
		{"side2.html", "https://hus.example/program/", "https://hus.example/program/side2.html"},
		{"//cdn.example/x#y", "https://hus.example/", "https://cdn.example/x"},
		{"javascript:alert(1)", "https://hus.example/", ""},
		{"side2.html", "file:program.html", "file:side2.html"},
		{"side2.html#topp", "file:samples/program.html", "file:samples/side2.html"},
		{"../hemmelig.html", "file:samples/program.html", "file:hemmelig.html"}, // the session refuses what is not beside the source
		{"https://hus.example/2", "file:samples/program.html", "https://hus.example/2"},
	}
	for _, tt := range tests {
		if got := Resolve(tt.ref, tt.base); got != tt.want {
			t.Errorf("%q at %q: %q, want %q", tt.ref, tt.base, got, tt.want)
		}
	}
}

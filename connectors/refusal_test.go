package connectors

import "testing"

func TestRefusal(t *testing.T) {
	for text, want := range map[string]string{
		`{"data": [], "error": "for mange"}`:                         `"for mange"`,
		`{"errors": [{"code": 7}], "data": []}`:                      `[{"code": 7}]`,
		`{"fault": {"faultstring": "nei"}}`:                          `{"faultstring": "nei"}`,
		`{"error": true}`:                                            `true`,
		`{"error": null, "errors": [ ], "fault": {}, "data": []}`:    "",
		`{"error": false, "errors": {}, "fault": "", "message": ""}`: "",
		`{"message": "Ingen treff", "data": [], "Error": "nei"}`:     "",
		`{"meta": {"error": "inni"}, "data": []}`:                    "",
		`[{"error": "i et element"}]`:                                "",
		`{"error": "kuttet`:                                          "",
		``:                                                           "",
	} {
		if got := Refusal(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

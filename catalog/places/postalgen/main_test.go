package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestConvert(t *testing.T) {
	var out bytes.Buffer
	if err := convert(strings.NewReader(`module.exports={"3264":"LARVIK","0150":"OSLO"}`), &out); err != nil || out.String() != "0150,OSLO\n3264,LARVIK\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
	for _, bad := range []string{"", "}{", `{"325":"LARVIK"}`, `{"3256":1}`} {
		if convert(strings.NewReader(bad), &out) == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

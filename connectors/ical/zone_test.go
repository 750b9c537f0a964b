package ical

import (
	"strings"
	"testing"
	"time"
)

func TestWindowsZones(t *testing.T) {
	n := 0
	for line := range strings.Lines(windowsZones) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), "|")
		if len(fields) != 3 {
			t.Errorf("%q has not three fields", line)
			continue
		}
		n++
		zone := load(fields[1])
		if zone == nil {
			t.Errorf("%s: %s is no zone", fields[0], fields[1])
			continue
		}
		for _, name := range []string{fields[0], strings.ToUpper(fields[0]), "(UTC+01:00) " + fields[2]} {
			if got := windows(name); fields[2] != "" && (got == nil || got.String() != zone.String()) {
				t.Errorf("%q is %v, want %v", name, got, zone)
			}
		}
	}
	if n < 130 {
		t.Errorf("%d zones, want those of CLDR", n)
	}
}

func TestNamed(t *testing.T) {
	tests := map[string]string{
		"Europe/Oslo": "Europe/Oslo",
		"/softwarestudio.org/Olson_20011030_5/America/New_York": "America/New_York",
		"custom_Pacific/Fiji":     "Pacific/Fiji",
		"Germany/Berlin":          "Europe/Berlin",
		"Canada/Mountain":         "Canada/Mountain",
		"W. Europe Standard Time": "Europe/Oslo",
		"Romance Standard Time":   "Europe/Paris",
		"Greenwich Mean Time:Dublin; Edinburgh; Lisbon; London": "Europe/London",
		"(UTC-05:00) Eastern Time (US and Canada)":              "America/New_York",
		"(GMT +01:00)":             "Etc/GMT-1",
		"GMT-5":                    "Etc/GMT+5",
		"GMT":                      "UTC",
		"Z":                        "UTC",
		"Local":                    "",
		"../../etc/passwd":         "",
		"tzone://Microsoft/Custom": "",
		"Customized Time Zone 1":   "",
		"(UTC+01:00)":              "Etc/GMT-1",
		strings.Repeat("a/", 5000): "",
	}
	for name, want := range tests {
		got := ""
		if zone := named(name); zone != nil {
			got = zone.String()
		}
		if got != want {
			t.Errorf("%.60q is %q, want %q", name, got, want)
		}
	}
}

func TestOwnRules(t *testing.T) {
	calendars, _, err := split("BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETTO:+0530\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VCALENDAR\nEND:VCALENDAR", "")
	if err != nil {
		t.Fatal(err)
	}
	rules := newVTimezone(calendars[0])
	wall := time.Date(2026, 12, 1, 18, 0, 0, 0, time.UTC)
	if zone := rules.like(oslo(t), wall); zone == nil || zone.String() != "Asia/Calcutta" && zone.String() != "Asia/Kolkata" && zone.String() != "Asia/Colombo" {
		t.Errorf("five and a half hours ahead all year is %v", zone)
	}
	if _, ok := rules.offset(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)); ok {
		t.Error("an offset before the rules begin")
	}
}

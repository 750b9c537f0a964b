package main

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fritidshub/connectors"
	"fritidshub/connectors/all"
)

var update = flag.Bool("update-docs", false, "write docs/connectors.md anew")

// TestConnectorsDoc: docs/connectors.md is what the registry says.
func TestConnectorsDoc(t *testing.T) {
	const file = "../../docs/connectors.md"
	want := connectorsDoc(all.Registry())
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("docs/connectors.md is stale (%v); run make generate", err)
	}
	for _, k := range all.Registry().Kinds() {
		if _, err := os.Stat("../../connectors/" + k.Name + "/README.md"); err != nil {
			t.Errorf("kind %s: %v", k.Name, err)
		}
	}
}

func connectorsDoc(r *connectors.Registry) string {
	var b strings.Builder
	b.WriteString("# Slag av kilder\n\nLaget av `make generate`. Hva som er verifisert, annenhånds eller antatt, hvert valg og hva det betyr, og hva dere må spørre om lov til,\n" +
		"står i README-filen til hvert slag.\n\n| kind | leser | bygd på | valg (`options`) |\n|---|---|---|---|\n")
	for _, k := range r.Kinds() {
		names := "ingen"
		if options := optionNames(k.Options); len(options) > 0 {
			names = "`" + strings.Join(options, "` `") + "`"
		}
		fmt.Fprintf(&b, "| [%s](../connectors/%s/README.md) | %s | %s | %s |\n", k.Name, k.Name, k.Summary, k.Basis, names)
	}
	return b.String()
}

func optionNames(options any) []string {
	if options == nil {
		return nil
	}
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(options).Elem()) {
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" && name != "-" && f.IsExported() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

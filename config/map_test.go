package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"fritidshub/config"
)

func TestMap(t *testing.T) {
	kartverket := config.Map{Tiles: config.DefaultTiles, Attribution: config.DefaultAttribution, Link: config.DefaultMapLink}
	gray := kartverket
	gray.Tiles, gray.ThroughHub = "https://cache.kartverket.no/v1/wmts/1.0.0/topograatone/default/webmercator/{z}/{y}/{x}.png", true
	for name, test := range map[string]struct {
		text string
		want config.Map
	}{
		"not said":  {`{id: prove}`, kartverket},
		"gray":      {`{id: prove, map: {tiles: "` + gray.Tiles + `", through_hub: true}}`, gray},
		"one's own": {`{id: prove, map: {tiles: "https://kart.kommunen.no/{z}/{x}/{y}", attribution: © Kommunen}}`, config.Map{Tiles: "https://kart.kommunen.no/{z}/{x}/{y}", Attribution: "© Kommunen"}},
	} {
		cfg, err := config.Parse("sources.yaml", []byte("hub: "+test.text+"\nsources: [{id: en, kind: ical, url: https://kommunen.no/a.ics, licence: NLOD-2.0, attribution: Kommunen}]\n"), environment)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(test.want, cfg.Hub.Map); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

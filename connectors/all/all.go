// Package all lists every kind of source that the hub knows.
package all

import (
	"fritidshub/connectors"
	"fritidshub/connectors/billetto"
	"fritidshub/connectors/brreg"
	csvfile "fritidshub/connectors/csv"
	"fritidshub/connectors/dx"
	"fritidshub/connectors/eventbrite"
	"fritidshub/connectors/friskus"
	"fritidshub/connectors/fritidshub"
	"fritidshub/connectors/gancio"
	"fritidshub/connectors/hoopla"
	"fritidshub/connectors/hsds"
	htmlpage "fritidshub/connectors/html"
	"fritidshub/connectors/ical"
	jsonapi "fritidshub/connectors/json"
	"fritidshub/connectors/jsonld"
	"fritidshub/connectors/linkedevents"
	listfile "fritidshub/connectors/list"
	"fritidshub/connectors/mobilizon"
	"fritidshub/connectors/netlab"
	"fritidshub/connectors/rpde"
	"fritidshub/connectors/rss"
	"fritidshub/connectors/ticketco"
	"fritidshub/connectors/ticketmaster"
	"fritidshub/connectors/tickster"
	"fritidshub/connectors/tikkio"
	"fritidshub/connectors/tribe"
)

// Registry makes the list of kinds. A new connector is one folder and one line here.
func Registry() *connectors.Registry {
	return connectors.NewRegistry(
		billetto.Kind,
		brreg.Kind,
		csvfile.Kind,
		dx.Kind,
		eventbrite.Kind,
		friskus.Kind,
		fritidshub.Kind,
		gancio.Kind,
		hoopla.Kind,
		hsds.Kind,
		htmlpage.Kind,
		ical.Kind,
		jsonapi.Kind,
		jsonld.Kind,
		linkedevents.Kind,
		listfile.Kind,
		mobilizon.Kind,
		netlab.Kind,
		rpde.Kind,
		rss.Kind,
		ticketco.Kind,
		ticketmaster.Kind,
		tickster.Kind,
		tikkio.Kind,
		tribe.Kind,
	)
}
